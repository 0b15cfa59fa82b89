"""What somebody means who refuses an offer and says what is wrong with it, folded into the goal.

A refusal names a field of the offer (数量不对, "that's the wrong day"), sometimes with what it should be ("make it
two"). Who simply says no names nothing, and nothing follows from it. How a field is corrected depends on the kind of
goal: :data:`CORRECTORS` holds a function for each kind that can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from agent.desk import Desk
from agent.rules.answers import filled
from agent.rules.buy import read_buy
from agent.rules.domains import Draft
from agent.rules.items import same_thing
from agent.rules.phrasing import put_plainly
from agent.rules.scene import Scene, make_scene
from agent.rules.spoken import spelled_out
from agent.rules.stay import read_stay
from agent.rules.tables import load_table
from agent.rules.timing import apply_corrections
from agent.rules.travel import read_trip
from agent.rules.visit import read_visit
from agent.steps.base import Me
from agent.task import AnyGoal, Buy, Question, Stay, Task, Trip, Visit
from agent.words import fold

ASPECTS = ("options", "qty", "date", "time", "to", "cabin", "price", "items")
"""What can be wrong with an offer; of several that one refusal names, the first counts most."""

TOPICS = {
    "items": "item",
    "options": "option",
    "qty": "quantity",
    "price": "budget",
    "to": "address",
    "date": "date",
    "time": "time",
    "cabin": "option",
}
"""Under which topic the person is asked what it should be."""


@lru_cache(maxsize=1)
def _forms() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = load_table(Path(__file__).parent / "objections.yaml")
    return {
        name: re.compile(
            "|".join(rf"(?<![a-z']){re.escape(f)}(?![a-z'])" if f.isascii() else re.escape(f) for f in forms)
        )
        for name, forms in table.items()
    }


def _says(name: str, low: str) -> bool:
    return _forms()[name].search(low) is not None


def objections(text: str) -> tuple[str, ...]:
    """What a refusal names as wrong, as :data:`ASPECTS`; ``("",)`` if it says only how it should be instead, and
    nothing at all if it is simply a no."""
    low = fold(text).replace("’", "'")
    if _says("ends", low):
        return ()
    named = tuple(aspect for aspect in ASPECTS if _says(aspect, low))
    return named or (("",) if _says("turns", low) else ())


_NO = re.compile(
    r"(?:no|nope|nah|wait|hm+|sorry|bukan|nggak|gak|ga|enggak|tidak|salah|eh|lho|不对?|不是|不行|错了?|等等|等一下)[,啊呀哦呢的]*"
)
"""A piece of an answer that is nothing but a no."""


_DENIES = re.compile(r"(?:no,? )?(?:not|that['’]?s not|these are not|bukan|不是|我要的不是)")
_CONTRAST = re.compile(r"而是|\b(?:but|instead|rather|tapi|melainkan)\b")


def besides(text: str) -> str:
    """What a refusal says beside that it is wrong, and where: "No, the number is wrong, I said three" says three."""
    kept = []
    for part in re.split(r"(?<=[,，;；。!！?？])|(?<=[.])(?=\s|$)", text):
        low = fold(part).replace("’", "'").strip(" ,;.!?。，；！？")
        denies = _DENIES.match(low) is not None and not _CONTRAST.search(low)
        wrong = any(_says(aspect, low) for aspect in ASPECTS) and (denies or not _says("turns", low))
        if low and not wrong and not _NO.fullmatch(low) and not _says("ends", low):
            kept.append(part)
    return "".join(kept).strip()


def said_again(text: str) -> str:
    """An answer without the reproach before it: "I already told you. Two lattes to the office" are two lattes."""
    head, mark, rest = text.partition("？") if "？" in text else _first_sentence(text)
    low = fold(head).replace("’", "'")
    if mark and rest.strip() and (_says("reproach", low) or _says("tired", low)):
        return rest.strip()
    return text


def _first_sentence(text: str) -> tuple[str, str, str]:
    match = re.search(r"[.。!！?]\s*", text)
    return (text[: match.start()], match.group(), text[match.end() :]) if match else (text, "", "")


def corrected(goal: AnyGoal, aspects: tuple[str, ...], text: str, task: Task, me: Me, desk: Desk) -> AnyGoal:
    """The goal as the person wants it, by what they said of these aspects; as it was if nothing follows from it.

    Raises:
        ToolFailure: something that the words refer to could not be looked up.
    """
    corrector = CORRECTORS.get(type(goal))
    if corrector is None or not text:
        return goal
    again = put_plainly(spelled_out(said_again(text), task.language), task.language)
    scene = make_scene(again, task.language, me, desk)
    apply_corrections(scene.clauses)
    for aspect in aspects:
        changed = corrector(goal, aspect, scene)
        if isinstance(goal, Buy) and isinstance(changed, Buy) and aspect == "items":
            changed = _own_share(goal, changed, task)
        if changed != goal:
            return changed
    return goal


def _draft(kind: str, scene: Scene) -> Draft:
    return Draft(kind, scene.clauses, scene.clauses[0] if scene.clauses else None)


def _taken(goal: AnyGoal, said: AnyGoal, aspect: str, fields: dict[str, tuple[str, ...]]) -> AnyGoal:
    """The goal with the fields of an aspect (of all, where none is named) that the words fill."""
    plain = type(goal)(id=goal.id)
    names = fields.get(aspect, ()) if aspect else tuple(name for row in fields.values() for name in row)
    new = {name: getattr(said, name) for name in names if getattr(said, name) != getattr(plain, name)}
    return msgspec.structs.replace(goal, **new)


def _own_share(goal: Buy, changed: Buy, task: Task) -> Buy:
    """A purchase without what others of the errand hold: a sentence that is said again names all of them."""
    held = [item.words for g in task.goals if isinstance(g, Buy) and g.id != goal.id for item in g.items]
    if not held:
        return changed
    left = tuple(item for item in changed.items if not any(same_thing(item.words, words) for words in held))
    return msgspec.structs.replace(changed, items=left) if len(left) == len(goal.items) else goal


_BUY = {
    "price": ("budget_fen",),
    "to": ("to",),
    "date": ("by", "at"),
    "time": ("by", "at"),
}
_BUY_ASKED = {"options": ("which", "option"), "qty": ("quantity", "quantity"), "to": ("to", "address")}


def _buy(goal: AnyGoal, aspect: str, scene: Scene) -> AnyGoal:
    """A purchase: other things, sorts, numbers, a limit, a place or a time."""
    assert isinstance(goal, Buy)
    said, _ = read_buy(_draft("buy", scene), goal.id, scene)
    changed = _taken(goal, said, aspect, _BUY)
    assert isinstance(changed, Buy)
    if ("date" in (aspect, "") or aspect == "time") and changed != goal:
        changed = msgspec.structs.replace(changed, by=said.by, at=said.at)
    things = tuple(item for item in said.items if item.words and not item.thin)
    if aspect == "items" and things:
        first = goal.items[0] if len(things) == len(goal.items) == 1 else None
        if first is not None and things[0].quantity == 1 and first.quantity > 1:
            things = (msgspec.structs.replace(things[0], parts=first.parts),)
        changed = msgspec.structs.replace(changed, items=things, like="", vague=False)
    elif aspect in ("qty", "") and things and len(things) == len(goal.items):
        rows = [msgspec.structs.replace(old, parts=new.parts) for old, new in zip(goal.items, things, strict=True)]
        if aspect or any(new.quantity > 1 for new in things):
            changed = msgspec.structs.replace(changed, items=tuple(rows))
    if changed == goal and aspect in _BUY_ASKED:
        field, topic = _BUY_ASKED[aspect]
        again = filled(goal, Question(goal.id, field, topic, ""), scene.text, scene)
        return goal if aspect == "options" and again == msgspec.structs.replace(goal, vague=False) else again
    return changed


_TRIP = {
    "date": ("date",),
    "time": ("depart_after", "depart_before", "depart_at", "arrive_by", "date"),
    "to": ("origin", "destination", "reach"),
    "cabin": ("cabin", "seat"),
    "options": ("cabin", "seat", "number", "mode"),
    "qty": ("passengers", "who"),
    "price": ("budget_fen",),
}


_BOOKED = re.compile(
    r"改签|改期|改到|改成|换到|换成|挪到|退票|订好的|订了的|买好的|原来的?票"
    r"|\b(?:i(?:['’]ve)? (?:booked|bought|have)|booked|rebook\w*|resched\w*|reissue|chang(?:e|ed|ing)|mov(?:e|ed|ing)"
    r"|shift\w*|ubah|diubah|ganti|diganti|pindah\w*|dipindah\w*|mundur\w*|geser\w*|jadwal ulang"
    r"|yang (?:sudah|udah) (?:kupesan|dipesan|kubeli|dibeli))\b"
)


_HOURS = ("depart_after", "depart_before", "depart_at", "arrive_by")


def _trip(goal: AnyGoal, aspect: str, scene: Scene) -> AnyGoal:
    """A seat: another day, hour, place, class or number of people."""
    if _BOOKED.search(fold(goal.words)):
        # A seat that there is already is moved, and no second one is booked beside it.
        return goal
    said = read_trip(_draft("trip", scene), (goal.id, goal.id), scene, with_stay=False)[0][0]
    changed = _taken(goal, said, aspect, _TRIP)
    assert isinstance(changed, Trip)
    if changed.date and not said.date:
        # Hours that come without a day are those of the day that was said before.
        hours = {name: changed.date + getattr(changed, name)[10:] for name in _HOURS if getattr(said, name)}
        changed = msgspec.structs.replace(changed, **hours)
    return changed


_STAY = {
    "date": ("check_in", "nights"),
    "to": ("city", "near", "name"),
    "options": ("breakfast", "bed", "stars", "free_cancel", "name"),
    "qty": ("rooms", "guests", "nights"),
    "price": ("budget_fen", "per_night_fen"),
}


def _stay(goal: AnyGoal, aspect: str, scene: Scene) -> AnyGoal:
    """A room: other nights, another place or sort, more rooms."""
    return _taken(goal, read_stay(_draft("stay", scene), goal.id, scene, trip=None, back=None)[0], aspect, _STAY)


_VISIT = {
    "date": ("date",),
    "time": ("after", "date"),
    "to": ("place", "city"),
    "qty": ("adults", "children"),
    "price": ("budget_fen",),
}


def _visit(goal: AnyGoal, aspect: str, scene: Scene) -> AnyGoal:
    """Tickets: another day, hour or place, more people."""
    return _taken(goal, read_visit(_draft("visit", scene), goal.id, scene)[0], aspect, _VISIT)


CORRECTORS: dict[type[Any], Callable[[AnyGoal, str, Scene], AnyGoal]] = {
    Buy: _buy,
    Trip: _trip,
    Stay: _stay,
    Visit: _visit,
}
"""How each kind of goal takes a correction: ``(goal, aspect, scene of the words) → goal``. An empty aspect means that
the words say only how it should be; a corrector that can make nothing of them gives the goal back as it is."""
