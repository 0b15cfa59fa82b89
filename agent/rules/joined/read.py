"""A message of several kinds of errands as one task: each read from its own parts, and then tied to the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import msgspec

from agent.grammar import Day, DayPart, DayRange, Money, Time
from agent.rules.itinerary.when import ahead
from agent.rules.joined import words as w
from agent.rules.joined.parts import Part, goods_in, parts_of
from agent.rules.joined.rides import Around, read_rides
from agent.rules.joined.shows import read_show
from agent.rules.people import contacts_named, told_apart
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.task import AnyGoal, Bill, Buy, Question, Stay, Task, Transfer, Trip, Visit

Alone = Callable[[str], Task]
"""Reads words as an errand on its own."""
SORTS: dict[str, tuple[type, ...]] = {
    "travel": (Trip, Stay),
    "visit": (Visit,),
    "buy": (Buy,),
    "bill": (Bill,),
    "transfer": (Transfer,),
}
ORDERED = {"zh": "帮我买", "en": "please order ", "id": "tolong pesan "}
"""A verb for what was only named, where without one it was taken for something else."""
_REFS = ("back_of", "replaces", "before", "after")
_ENDS = ("origin", "destination", "to")
_REF = re.compile(r"@(g[\d.]+)\.")


@dataclass(slots=True)
class Joined:
    """What was read: the goals with what is to be asked, and a budget over all of them (0: none)."""

    goals: list[AnyGoal] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    budget_fen: int = 0


def read_joined(scene: Scene, alone: Alone) -> Joined | None:
    """The words as errands of several kinds; None where they are of one kind, or another reader knows better.

    Raises:
        ToolFailure: something that the words refer to could not be looked up.
    """
    parts = parts_of(scene)
    topics = {t for p in parts if p.said for t in p.topics}
    if "buy" in topics and not any(p.things and p.topics == ("buy",) for p in parts):
        return None
    if not _several(topics) or any(len(p.topics) > 1 for p in parts) or _other(parts):
        return None
    found = Joined(budget_fen=_budget(parts))
    if any(not p.topics and _matters(p) for p in parts):
        return None
    day, there = _lead(parts, scene)
    stretches = {topic: [p for p in parts if p.topics == (topic,)] for topic in (*SORTS, "ride")}
    for topic, sorts in SORTS.items():
        if not stretches[topic]:
            continue
        if topic == "visit" and (seen := read_show(stretches[topic], f"g{len(found.goals) + 1}", scene)) is not None:
            found.goals.append(seen)
            continue
        if topic == "buy":
            first = next((g for g in found.goals if isinstance(g, Trip)), None)
            day = day or (first.date if first is not None else "")
        text = _text(topic, stretches[topic], day, scene.language)
        if topic == "buy":
            text = _surest(text, stretches[topic], alone, scene.language)
        if not _take(found, topic, text, sorts, alone):
            return None
    _one_hour_each(found)
    trip = next((g for g in found.goals if isinstance(g, Trip) and not g.back_of), None)
    show = next((g for g in found.goals if isinstance(g, Visit)), None)
    if trip is not None and show is not None and not trip.date:
        trip = _same_evening(found, trip, show.date)
    day = day or (trip.date if trip is not None else show.date if show is not None else "")
    _sent_there(found, stretches["buy"], there)
    gift = next((g for g in found.goals if isinstance(g, Buy)), None)
    if stretches["ride"]:
        around = Around(
            trip=trip,
            stay=next((g for g in found.goals if isinstance(g, Stay)), None),
            show=show,
            there=there or _there(show, gift, trip),
            day=(show.date if show is not None else day) or (gift.by or gift.at if gift is not None else "")[:10],
        )
        ride, asked = read_rides(stretches["ride"], f"g{len(found.goals) + 1}", around, scene)
        if ride is None:
            return None
        found.goals.append(ride)
        found.questions += asked
    _ask_seat(found, stretches["travel"], scene)
    return found


def _several(topics: set[str]) -> bool:
    """Whether errands of so different kinds are named that one would be read into the other."""
    if "visit" in topics and "travel" in topics:
        return True
    return "buy" in topics and bool(topics & {"travel", "ride", "visit"})


_NEVER = ("goal.cancel", "goal.dispute", "hold", "hypothetical")
_ELSEWHERE = ("goal.give_back", "goal.collect", "goal.mandate", "goal.reschedule", "got_cancelled", "goal.order_status",
              "remind")  # fmt: skip


def _other(parts: list[Part]) -> bool:
    """Whether there is an errand beside that this reader does not know, or a condition on one that it does."""
    for part in parts:
        if part.topics == ("clash",):
            continue
        tells = part.said or bool(part.clause.spans)
        if part.clause.has(*_NEVER) or (tells and part.clause.has(*_ELSEWHERE)):
            return True
        condition = part.clause.cue("if")
        if condition is not None and condition.form != "的话" and part.said and part.topics != ("whole",):
            return True
    return False


def _matters(part: Part) -> bool:
    """Whether a part without a topic holds something that an errand would have to keep."""
    return any(isinstance(s, Money | Time) for s in part.clause.spans)


def _budget(parts: list[Part]) -> int:
    for part in parts:
        for money in part.clause.of(Money) if part.topics == ("whole",) else ():
            if money.currency == "CNY" and money.bound != "above":
                return money.fen
    return 0


def _lead(parts: list[Part], scene: Scene) -> tuple[str, str]:
    """ "I'm visiting my mum on Friday": the day and the address of whom one goes to see, where words tell them that
    ask for nothing themselves."""
    told = [p for p in parts if not p.topics]
    days = [
        d.isoformat()
        for p in told
        for s in p.clause.spans
        if isinstance(s, Day | DayRange | DayPart) and (d := ahead(s, scene)) is not None
    ]
    there = ""
    for part in told:
        rows = [row for _, _, people in part.people for row in people]
        for relation in part.clause.all("rel") if not rows else ():
            rows = contacts_named(f"rel.{relation}", scene)
        rows = told_apart(rows, scene.text)
        if len({row["address_id"] for row in rows}) == 1 and not there:
            there = str(rows[0]["address_id"])
    return (days[0] if days else ""), there


_LEAVING = re.compile(
    r"\bbefore (?:(?:i|we) (?:leave|go|set off|travel)|leaving|going)\b"
    r"|\bsebelum (?:aku |saya |kami )?(?:berangkat|pergi)\b"
    r"|(?:出门|出发|动身|走)之?前"
)
"""By when one needs it, which the hour says better."""


def _surest(text: str, parts: list[Part], alone: Alone, language: str) -> str:
    """Of the ways to put a purchase, the first that is read as one with every count of the words in it.

    What was only named or missed ("still need 3 pairs") is put with a verb; what refers back ("the present") is left
    out.
    """
    verb = ORDERED.get(language, "")
    plain = _LEAVING.sub(" ", text)
    for said in dict.fromkeys((text, plain, f"{verb}{plain}", w.LACKS.sub(f" {verb} ", plain))):
        if _whole_of(alone(said), parts):
            return said
    return f"{verb}{text}" if not all(isinstance(g, Buy) for g in alone(text).goals) else text


def _whole_of(task: Task, parts: list[Part]) -> bool:
    """Whether a task buys as many of things as the words count, and nothing else."""
    if not task.goals or not all(isinstance(goal, Buy) for goal in task.goals):
        return False
    bought = [item.quantity for goal in task.goals if isinstance(goal, Buy) for item in goal.items if not item.thin]
    counted = [count for part in parts for count in goods_in(part.clause)]
    return sorted(bought) == sorted(counted) if counted else bool(bought)


def _take(found: Joined, topic: str, text: str, sorts: tuple[type, ...], alone: Alone) -> bool:
    """Read the words of a topic on their own; whether they came out as errands of just that kind."""
    if not re.search(r"\w", text):
        return False
    task = alone(text)
    if task.unclear or not task.goals or not all(isinstance(goal, sorts) for goal in task.goals):
        return False
    if topic == "travel" and any(isinstance(g, Trip) and not (g.destination or g.back_of) for g in task.goals):
        return False
    names = {goal.id: f"g{len(found.goals) + i}" for i, goal in enumerate(task.goals, 1)}
    limit = found.budget_fen
    for goal in task.goals:
        goal = _renamed(goal, names)
        if limit and getattr(goal, "budget_fen", 0) == limit:
            goal = msgspec.structs.replace(goal, budget_fen=0)
        found.goals.append(goal)
    found.questions += [msgspec.structs.replace(q, goal=names[q.goal]) for q in task.questions]
    if task.budget_fen:
        if topic != "travel" and len(task.goals) == 1:
            found.goals[-1] = msgspec.structs.replace(found.goals[-1], budget_fen=task.budget_fen)
        else:
            found.budget_fen = found.budget_fen or task.budget_fen
    return True


def _text(topic: str, parts: list[Part], day: str, language: str) -> str:
    """The words of a topic, as if nothing else had been said; ``day`` is the one that "that day" means."""
    kept = [p for p in parts if not (p.asks and topic != "buy" and not p.clause.spans)]
    if topic == "buy":
        said = any(_own_day(p) for p in kept)
        texts = [_dated(p, day if not said else "", language) for p in kept]
        # "the present at most 210" speaks of what was named before, and of no other thing.
        texts = [t if p.things else w.THING.sub(" ", t) for t, p in zip(texts, kept, strict=True)]
    else:
        texts = [_told(p) for p in kept]
    joined = "".join(t if t.rstrip()[-1:] in ",，.。;；!?、:：" else f"{t.rstrip()}," for t in texts)
    return joined.strip(" ,，、")


def _told(part: Part) -> str:
    """The words of a part up to where it asks to be asked: "not before 20.45 | the class, ask me"."""
    if not part.asks:
        return part.text
    last = max(s.end for s in part.clause.spans) - part.clause.start
    match = w.SEAT.search(part.low, last) or w.ASKS.search(part.low, last)
    return part.text[: match.start()] if match is not None else part.text


_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember")  # fmt: skip


def _day_words(day: str, language: str) -> str:
    """A day as the language writes it."""
    on = date.fromisoformat(day)
    if language == "zh":
        return f"{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]}" if language == "id" else f"{on.day} {on:%B}"


def _dated(part: Part, day: str, language: str) -> str:
    """The words of a part, with the day of its hour where the words leave it to another errand."""
    text = part.text
    if w.THAT_DAY.search(text.lower()):
        return w.THAT_DAY.sub(f" {_day_words(day, language)} " if day else " ", text, count=1)
    times = part.clause.of(Time)
    if not day or not times or part.words:
        return text
    at = times[0].start - part.clause.start
    return f"{text[:at]}{_day_words(day, language)} {text[at:]}"


def _own_day(part: Part) -> bool:
    """Whether a part names a day itself, and not "that day"."""
    if w.THAT_DAY.search(part.low):
        return False
    return any(
        (isinstance(s, Day) and s.explicit) or isinstance(s, DayRange) or (isinstance(s, DayPart) and s.day is not None)
        for s in part.clause.spans
    )


def _renamed(goal: AnyGoal, names: dict[str, str]) -> AnyGoal:
    """A goal under another id, with what it says of its companions."""
    changes: dict[str, str] = {"id": names[goal.id]}
    for name in _REFS:
        if getattr(goal, name, "") in names:
            changes[name] = names[getattr(goal, name)]
    for name in _ENDS:
        value = getattr(goal, name, "")
        if isinstance(value, str) and (match := _REF.match(value)) and match[1] in names:
            changes[name] = f"@{names[match[1]]}.{value[match.end() :]}"
    return msgspec.structs.replace(goal, **changes)


def _one_hour_each(found: Joined) -> None:
    """An hour to be there by that lies before the seat may leave is no hour of the seat: it is when the goods come."""
    for i, goal in enumerate(found.goals):
        if not isinstance(goal, Trip) or not (goal.arrive_by and goal.arrive_by <= goal.depart_after):
            continue
        due = goal.arrive_by
        found.goals[i] = msgspec.structs.replace(goal, arrive_by="")
        found.goals = [
            msgspec.structs.replace(g, by=due) if isinstance(g, Buy) and not (g.by or g.at) else g for g in found.goals
        ]


def _same_evening(found: Joined, trip: Trip, day: str) -> Trip:
    """ "Afterwards a train home, after half past eight": on the day of the show."""
    hours = {
        name: day + getattr(trip, name)[10:]
        for name in ("depart_after", "depart_before", "depart_at", "arrive_by")
        if getattr(trip, name)
    }
    dated = msgspec.structs.replace(trip, date=day, **hours)
    found.goals = [dated if goal is trip else goal for goal in found.goals]
    found.questions = [q for q in found.questions if (q.goal, q.field) != (trip.id, "date")]
    return dated


def _sent_there(found: Joined, parts: list[Part], there: str) -> None:
    """What is bought for a visit goes to where it leads, unless the words say other."""
    low = " ".join(p.low for p in parts)
    for i, goal in enumerate(found.goals):
        if not isinstance(goal, Buy):
            continue
        changes: dict[str, str] = {}
        if there and not goal.to and (w.TO_THERE.search(low) or not (w.HOME.search(low) or w.OFFICE.search(low))):
            changes["to"] = there
        found.goals[i] = msgspec.structs.replace(goal, **changes)
        if "to" in changes:
            found.questions = [q for q in found.questions if (q.goal, q.field) != (goal.id, "to")]


def _there(show: Visit | None, gift: Buy | None, trip: Trip | None) -> str:
    """The place that "there" means: the show's, else where the present goes."""
    if show is not None:
        return f"@{show.id}.destination"
    return gift.to if gift is not None and trip is None else ""


def _ask_seat(found: Joined, parts: list[Part], scene: Scene) -> None:
    """Which class or seat, where the person wants to be asked."""
    trip = next((g for g in found.goals if isinstance(g, Trip)), None)
    if trip is not None and any(p.asks for p in parts) and not any(q.topic == "option" for q in found.questions):
        found.questions.append(ask(trip.id, "seat", "option", scene.language, "which_seat"))
