"""What was said and still leaves something open: which of two homes, an hour at which one sits elsewhere, "there"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from agent.grammar import Count
from agent.rules.buy import PEOPLE
from agent.rules.places import concept_of
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.task import AnyGoal, Buy, Question, Ride
from agent.words import fold

_CALENDAR = re.compile(r"日程|日历|行程表|\b(?:calendar|schedule|diary|kalender\w*|jadwal\w*)\b")
_CLASH = re.compile(r"冲突|撞|有事|\b(?:clash\w*|conflict\w*|overlap\w*|bentrok|tabrakan|free then|busy)\b")
_IF_CLASH = re.compile(
    r"(?:如果|要是|假如|万一|若)[^,，。;；]{0,12}(?:冲突|撞)|\b(?:if|in case|kalau|kalo|klo|jika)\b[^,.;]{0,24}"
    r"\b(?:clash\w*|conflict\w*|overlap\w*|bentrok|tabrakan)"
)
_THERE = re.compile(r"过去|那[儿边里]|也去|\b(?:(?:over )?there|ke sana|kesana|(?:her|his|their) place)\b")
_DWELLING = re.compile(r"家|房|宿舍|公寓|\b(?:flat|house|place|apartment|home|room|kos\w*|rumah|apartemen)\b")
_PLAIN = frozenset({"家", "家里", "我家", "住处", "home", "my home", "house", "rumah", "kos", "kosan"})
"""Labels of a home that is the only one of its kind."""
_EACH = re.compile(
    r"[一每]人[一各]?[份杯个]|人手一|大家|组里|全组"
    r"|\b(?:everyone|everybody|each of (?:us|them|my)|one each|(?:the|my) (?:whole )?team"
    r"|masing-masing|setiap orang|satu tim|semua orang|anak-anak kantor)\b"
)
_NOBODY = re.compile(r"一人|每人|组里|大家|tim|team|masing-masing|everyone|setiap orang|buat satu tim")
_NOT_HOME = ("office", "hotel", "station", "airport")


def left_open(goals: list[AnyGoal], questions: list[Question], scene: Scene) -> tuple[list[AnyGoal], list[Question]]:
    """The goals with what the words of another one tell, and the questions with those that the words leave open.

    Raises:
        ToolFailure: the calendar could not be read.
    """
    goals, questions = _there(goals, questions, scene)
    if _two_homes(scene):
        for i, goal in enumerate(goals):
            if isinstance(goal, Buy) and _is_home(goal.to, scene):
                goals[i] = msgspec.structs.replace(goal, to="")
                questions = [q for q in questions if (q.goal, q.field) != (goal.id, "to")]
                questions.append(ask(goal.id, "to", "address", scene.language, "where_to"))
    goals, counted = _for_each(goals, scene)
    return goals, [*questions, *counted, *_clashes(goals, scene)]


def _there(goals: list[AnyGoal], questions: list[Question], scene: Scene) -> tuple[list[AnyGoal], list[Question]]:
    """ "flowers to Sun Ying, I am going there too": the car goes where the present goes."""
    gift = next((g for g in goals if isinstance(g, Buy) and g.to), None)
    changed: list[AnyGoal] = []
    settled: set[str] = set()
    for goal in goals:
        if isinstance(goal, Ride) and not goal.destination and gift is not None and _THERE.search(scene.low):
            goal = msgspec.structs.replace(goal, destination=gift.to)
            settled.add(goal.id)
        changed.append(goal)
    return changed, [q for q in questions if not (q.goal in settled and q.field == "destination")]


def _for_each(goals: list[AnyGoal], scene: Scene) -> tuple[list[AnyGoal], list[Question]]:
    """ "a mocha for everyone on my team": how many that are only the person knows."""
    asked: list[Question] = []
    told = any(count.unit in PEOPLE for clause in scene.clauses for count in clause.of(Count) if count.n > 1)
    for i, goal in enumerate(goals):
        if not isinstance(goal, Buy) or told or not _EACH.search(fold(goal.words)) or not goal.items:
            continue
        items = tuple(item for item in goal.items if not _NOBODY.fullmatch(fold(item.words))) or goal.items[:1]
        if all(item.quantity == 1 for item in items):
            goals[i] = msgspec.structs.replace(goal, items=items, about_fen=0)
            asked.append(ask(goal.id, "quantity", "quantity", scene.language, "how_many"))
    return goals, asked


def _own(scene: Scene) -> list[dict[str, str]]:
    """The addresses of the book at which the person can live."""
    return [
        a
        for a in scene.me.addresses
        if (concept_of(a["label"]) not in _NOT_HOME or _DWELLING.search(fold(a["label"])))
        and fold(a.get("recipient") or scene.me.name) == fold(scene.me.name)
    ]


def _two_homes(scene: Scene) -> bool:
    """Whether "home" may be one of several addresses, and the words do not tell which."""
    if not any(clause.has("home") for clause in scene.clauses):
        return False
    homes = _own(scene)
    labels = [fold(a["label"]) for a in homes]
    if len(homes) < 2 or any(label in _PLAIN for label in labels):
        return False
    return not any(label in fold(scene.text) for label in labels)


def _is_home(address: str, scene: Scene) -> bool:
    return not address or any(address == a["address_id"] for a in _own(scene))


def _clashes(goals: list[AnyGoal], scene: Scene) -> list[Question]:
    """A question for each goal whose hour the calendar has given to something else, where the words speak of it."""
    asked = _IF_CLASH.search(scene.low) or (_CALENDAR.search(scene.low) and _CLASH.search(scene.low))
    if not asked or not scene.has("user_calendar"):
        return []
    found: list[Question] = []
    for goal in goals:
        moment = goal.at or goal.by if isinstance(goal, Buy) else ""
        if not moment:
            continue
        begin = datetime.fromisoformat(moment)
        span = {"since": begin.isoformat(), "until": (begin + timedelta(minutes=10)).isoformat()}
        entries = scene.look("user_calendar", span, "entries")["entries"]
        if any(entry["start"] < (begin + timedelta(minutes=10)).isoformat() for entry in entries):
            what = str(entries[0]["title"])[:60]
            found.append(ask(goal.id, "when", "time", scene.language, "clash", what=what))
    return found
