"""What comes after buying: returns, double charges, cancellations, other days, and questions about things."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import msgspec

from agent.grammar import Day, DayPart, DayRange, Money, Span, Time
from agent.rules.cues import forms_in
from agent.rules.domains import Draft
from agent.rules.doubles import several
from agent.rules.nouns import nouns
from agent.rules.places import ground, mentions
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.rules.stay import read_stay
from agent.rules.timing import date_of, days, first_date
from agent.rules.travel import read_trip
from agent.task import AnyGoal, Cancel, Dispute, GiveBack, Question, Reschedule, Tell
from mock_services.money import parse_yuan

REASONS = ("size", "quality", "damaged", "wrong_item", "late")
GENERIC = frozenset({"ticket", "tickets", "tiket", "tiket masuk", "票", "门票"})
WHAT = ("hotel", "flight", "train", "ticket", "ride", "food", "goods")


def read_give_back(draft: Draft, goal_id: str, scene: Scene) -> tuple[GiveBack, list[Question]]:
    """A draft as goods that go back."""
    since, until = _bought(draft, scene)
    item = _thing(draft)
    goal = GiveBack(
        id=goal_id,
        words=draft.words,
        item=item,
        since=since,
        until=until,
        reason=next((r for r in REASONS if draft.has(f"{r}_reason")), "not_needed"),
    )
    questions = [] if item or since else [ask(goal_id, "item", "order", scene.language, "what_return")]
    return goal, questions


def _bought(draft: Draft, scene: Scene) -> tuple[str, str]:
    for span in days(draft.clauses):
        if isinstance(span, DayRange):
            return span.first.isoformat(), span.last.isoformat()
        first = date_of(span)
        if first is not None and first > scene.now.date() and any(_BOUGHT.search(c.low) for c in draft.clauses):
            first = _before_today(first, span, scene)
        if first is not None and first <= scene.now.date():
            return first.isoformat(), first.isoformat()
    return "", ""


_SAME_KIND = re.compile(r"^(?:同一款|同一个|同款|一模一样的|一样的|那款|这款|那件|那双|那个|这个|那条|那台)的?(?=.)")
_BOUGHT_SO = re.compile(r"(?<=[\u3400-\u9fff])(?:下|拍|买|订|点)(?:了|重|多|错)[一两二三俩\d]*[单份件个次双]?.*$")
_SOME = re.compile(r"(?:其中)?(?:另外?)?[那这]?[一两二三四俩\d]*[单份件个双笔张]|另外?那[单份件个双]|其中|另外")
"""一单, 另外那单: counts of orders, which name nothing."""


_BOUGHT = re.compile(r"\b(?:bought|ordered|got|came|arrived|delivered|purchased|charged|took|taken|paid|billed)\b")


def _before_today(day: date, span: Span, scene: Scene) -> date:
    """ "ordered on the 20th", "charged on Sunday": the last such day, and not the next."""
    today = scene.now.date()
    if any(char.isdigit() for char in span.words):
        last = today.replace(day=1) - timedelta(days=1)
        month = today if day.day <= today.day else last
        return day.replace(year=month.year, month=month.month) if day.day <= last.day else day
    return day - timedelta(days=7) if (day - scene.now.date()).days <= 7 else day


def _thing(draft: Draft) -> str:
    """The thing that is spoken of, by the first noun that is no name of a state."""
    meant = [c for c in draft.clauses if not c.has("keep")] or draft.clauses
    for clause in sorted(meant, key=lambda c: not (c.kinds or _BOUGHT_SO.search(c.low))):
        for noun in nouns(clause):
            words = noun.words.strip("的了")
            if len(words) == 1 and words in "少多错坏没不差":
                continue
            words = _BOUGHT_SO.sub("", _SAME_KIND.sub("", words))
            if _SOME.fullmatch(words):
                continue
            for verb in ("买", "订", "下单", "拍"):
                if not words.startswith("拍立得"):
                    words = words.removeprefix(verb).removeprefix("的")
            if words:
                return words
    return ""


def read_dispute(draft: Draft, goal_id: str, scene: Scene) -> tuple[Dispute, list[Question]]:
    """A draft as a charge made twice."""
    item = _thing(draft)
    if not item:
        for clause in draft.clauses:
            cue = clause.cue("goal.ride", "goal.stay", "goal.flight", "goal.train", "goal.bill", "meal.any")
            item = item or (cue.form if cue else "")
    many = several(scene)
    # Several charges lie on several days, and the statement tells which were made twice.
    since = "" if many else _bought(draft, scene)[0]
    return Dispute(id=goal_id, words=draft.words, item=item, since=since, several=many), []


def read_cancels(draft: Draft, ids: list[str], scene: Scene) -> tuple[list[Cancel], list[Question]]:
    """A draft as orders to cancel, one for each kind that it names."""
    named = [
        w
        for c in draft.clauses
        if "cancel" in c.kinds or "rebook" in c.kinds or not c.has("keep")
        for w in forms_in(c.low, "what")
    ]
    kept = [w for c in draft.clauses if c.has("keep") for w in forms_in(c.low, "what")]
    kinds = [w for w in dict.fromkeys(named) if w not in kept]
    if len(kinds) > 1:
        kinds = [k for k in kinds if k not in ("goods", "ticket")] or kinds[:1]
        separate = any(c.has("and", "connector") for c in draft.clauses)
        kinds = kinds if separate or len(draft.clauses) > 1 else kinds[:1]
    meant = [c for c in draft.clauses if not c.has("keep")] or draft.clauses
    place = _place(draft, scene)
    free = draft.has("only_if_free")
    fee = next((m.fen for c in draft.clauses for m in c.of(Money) if m.bound in ("at_most", "below")), -1)
    if fee < 0:
        fee = next((m.fen for c in draft.clauses for m in c.of(Money) if m.bound == "above"), -1)
        # "kalau kena potongan lebih dari 50 gak usah": a small fee is fine.
        free = free and fee < 0
    item = "" if kinds and kinds[0] in ("hotel", "flight", "train", "ride") else _thing(draft)
    item = "" if forms_in(item.casefold(), "what") else item
    wet = next((c for c in draft.clauses if c.has("rain") and c.has("if")), None)
    rain = (first_date([wet]) or scene.now.date().isoformat()) if wet is not None else ""
    cancels = [
        Cancel(
            id=goal_id, words=draft.words, what=kind, place=place, item=item, date=first_date(meant),
            only_if_free=free, max_fee_fen=fee, if_rain=rain,
        )
        for goal_id, kind in zip(ids, kinds or [""], strict=False)
    ]  # fmt: skip
    questions = []
    if not kinds and not item and not place:
        questions.append(ask(ids[0], "what", "order", scene.language, "what_cancel"))
    if not kinds and item:
        cancels = [msgspec.structs.replace(c, what="goods") for c in cancels]
    return cancels, questions


def _place(draft: Draft, scene: Scene) -> str:
    for clause in draft.clauses:
        for mention in mentions(clause):
            if mention.own or mention.role == "near" or (clause.has("replace") and "cancel" not in clause.kinds):
                continue
            place = ground(mention, scene)
            if place is not None:
                return place.city if place.level == "city" else mention.words
    return ""


def read_swap(draft: Draft, ids: tuple[str, str], scene: Scene) -> tuple[list[AnyGoal], list[Question]]:
    """Cancel a hotel and take another one: the other one keeps nights, city and, if said, the price."""
    cancels, questions = read_cancels(draft, [ids[0]], scene)
    cancel = msgspec.structs.replace(cancels[0], what="hotel")
    later = Draft("stay", [c for c in draft.clauses if "cancel" not in c.kinds or c.has("replace")])
    stay, _ = read_stay(later, ids[1], scene, trip=None, back=None)
    old = old_order("hotel", cancel.place, scene)
    budget = stay.budget_fen
    if draft.has("price_not_higher") and old is not None:
        budget = parse_yuan(old["amount"])
    stay = msgspec.structs.replace(
        stay, words=draft.words, replaces=cancel.id, city=stay.city or cancel.place, budget_fen=budget
    )
    return [cancel, stay], questions


def old_order(kind: str, place: str, scene: Scene, day: str = "") -> dict[str, Any] | None:
    """The live booking of a kind that the words speak of; None if there is none or bookings cannot be read."""
    if not scene.has("fliggy_order_list"):
        return None
    orders = scene.look("fliggy_order_list", {"kind": kind, "limit": 50}, "orders")["orders"]
    ended = ("refunded", "closed", "completed", "failed")
    live = [o for o in orders if o["state"] not in ended and o["end"] >= scene.now.isoformat()]
    if day:
        live = [o for o in live if o["start"][:10] == day] or live
    if place and len(live) > 1:
        for order in live:
            detail = scene.look("fliggy_order_detail", {"order_id": order["order_id"]}, "to_place")
            if place.casefold() in (detail["to_place"] or "").casefold():
                return dict(order)
    first: dict[str, Any] | None = min(live, key=lambda o: str(o["start"]), default=None)
    return first


def read_rebook(draft: Draft, ids: tuple[str, str], scene: Scene) -> tuple[list[AnyGoal], list[Question]]:
    """A flight or train was cancelled: the money back, and another way to be there in time, for no more if said."""
    what = "flight" if draft.has("goal.flight") else "train"
    day = first_date(draft.clauses)
    trip_draft = Draft("trip", draft.clauses)
    trips, questions = read_trip(trip_draft, (ids[1], ids[1]), scene, with_stay=False)
    trip = msgspec.structs.replace(trips[0], mode="", replaces=ids[0])
    cancel = Cancel(id=ids[0], words=draft.words, what=what, date=day)
    old = old_order(what, trip.destination, scene, day)
    if old is not None:
        if draft.has("price_not_higher"):
            trip = msgspec.structs.replace(trip, budget_fen=parse_yuan(old["amount"]))
        if not trip.date:
            trip = msgspec.structs.replace(trip, date=old["start"][:10])
        if not trip.destination:
            detail = scene.look("fliggy_order_detail", {"order_id": old["order_id"]}, "to_place")
            trip = msgspec.structs.replace(trip, destination=detail["to_place"])
    settled = {"date": trip.date, "destination": trip.destination}
    questions = [q for q in questions if not settled.get(q.field)]
    return [cancel, trip], questions


def _window(draft: Draft) -> tuple[str, str]:
    """Between which hours the new departure should lie, as ``HH:MM``; the clause that asks for the change says it."""
    after = before = ""
    named = next((i for i, c in enumerate(draft.clauses) if c.has("goal.reschedule")), 0)
    asked = draft.clauses[named:]
    for clause in asked if any(c.of(Time) or c.of(DayPart) for c in asked) else draft.clauses:
        for span in clause.spans:
            if isinstance(span, Time) and span.role in ("after", "at", "about"):
                after = f"{span.time:%H:%M}"
            elif isinstance(span, Time):
                before = f"{span.time:%H:%M}"
            elif isinstance(span, DayPart) and clause.has("goal.reschedule") and not after:
                after, before = f"{span.first:%H:%M}", before or f"{span.last:%H:%M}"
    return after, before


_ORIGINALLY = re.compile(
    r"本来|原来|原本|原定|原先|\b(?:originally|was (?:going|supposed|meant|booked|due)|were (?:going|supposed|meant)"
    r"|tadinya|semula|awalnya|aslinya|harusnya|seharusnya|rencananya)\b"
)
"""Leads to the day from which a booking is to be moved."""


def read_reschedule(draft: Draft, goal_id: str, scene: Scene) -> tuple[Reschedule, list[Question]]:
    """A draft as a booking that moves to another day."""
    rain = ""
    target = old_day = ""
    for clause in draft.clauses:
        wet = clause.cue("rain")
        conditional = clause.has("if") and wet is not None
        named = [s for s in clause.spans if isinstance(s, Day | DayPart | DayRange | Time) and date_of(s) is not None]
        nearest = min(named, key=lambda s: abs(s.start - wet.start), default=None) if conditional and wet else None
        before_it = _ORIGINALLY.search(clause.low) is not None and not clause.has("goal.reschedule")
        for span in named:
            day = date_of(span)
            assert day is not None
            if before_it:
                old_day = old_day or day.isoformat()
                continue
            if isinstance(span, DayRange) and span is not nearest:
                # From Friday to Saturday: it moves to the end of the stretch.
                day = span.last
            if span is nearest:
                rain = day.isoformat()
            elif not target or clause.has("goal.reschedule"):
                target = day.isoformat()
        if conditional and not rain:
            rain = scene.now.date().isoformat()
    sorts = [cue.form for c in draft.clauses for cue in c.cues if "what.ticket" in cue.concepts]
    item = _thing(draft) or next((form for form in sorts if form not in GENERIC), "")
    what = next((w for w in WHAT if any(w in forms_in(c.low, "what") for c in draft.clauses)), "ticket")
    if rain and target and rain > target:
        # "to Sunday if it rains on Saturday": the day before, and not a week later.
        earlier = (date.fromisoformat(rain) - timedelta(days=7)).isoformat()
        rain = earlier if earlier >= scene.now.date().isoformat() else rain
    after, before = _window(draft)
    goal = Reschedule(
        id=goal_id, words=draft.words, what=what, item=item, date=target, after=after, before=before, old_date=old_day,
        if_rain=rain,
    )  # fmt: skip
    questions = [] if target or rain else [ask(goal_id, "date", "date", scene.language, "which_date")]
    return goal, questions


def read_tell(draft: Draft, goal_id: str, scene: Scene) -> tuple[Tell, list[Question]]:
    """A draft as a question."""
    place = ""
    for clause in draft.clauses:
        for mention in mentions(clause):
            found = None if mention.own else ground(mention, scene)
            place = place or (found.city if found else "")
        if not place and draft.kind == "weather":
            for noun in nouns(clause)[:2]:
                found = scene.place(noun.words)
                if found is None and not noun.words.isascii() and len(noun.words) > 3:
                    # 上海适合露营吗: the city stands first.
                    first = scene.place(noun.words[:2])
                    found = first if first is not None and first.level == "city" else None
                place = place or (found.city if found else "")
    about = {"order_status": "order"}.get(draft.kind, draft.kind)
    return Tell(id=goal_id, words=draft.words, about=about, place=place, date=first_date(draft.clauses)), []
