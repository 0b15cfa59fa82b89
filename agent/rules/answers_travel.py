"""Answers about journeys and stays: days, nights, hours and the two ends of a way."""

from __future__ import annotations

from typing import Any

from agent.grammar import Day, DayRange, parse_day, read
from agent.rules.domains import Draft
from agent.rules.places import address_named, ground, mentions, own_address
from agent.rules.scene import Scene
from agent.rules.stay import read_stay
from agent.rules.timing import date_of
from agent.rules.travel import read_trip
from agent.task import (
    Stay,
    Trip,
)


def day_in(words: str, scene: Scene) -> Any:
    """The first day that words name, as the grammar reads it; None if they name none."""
    for span in read(words, scene.now, scene.language).spans:
        found = date_of(span)
        if found is not None:
            return found
    return None


def _named_a_day(words: str, scene: Scene) -> bool:
    """Whether words name a day, and not just a week: "minggu depan" leaves open which one."""
    spans = read(words, scene.now, scene.language).spans
    return any(not isinstance(span, DayRange) and date_of(span) is not None for span in spans)


def travel_changes(goal: Trip | Stay, field: str, text: str, scene: Scene) -> dict[str, Any]:
    """The fields of a journey or a stay that an answer about ``field`` changes."""
    changes: dict[str, Any] = {}
    if field == "who":
        return {"who": ("self", text.strip()[:120]), "passengers": max(2, getattr(goal, "passengers", 2))}
    if field == "seat":
        seats = [s for c in scene.clauses for s in c.all("seat")]
        cabins = [s for c in scene.clauses for s in c.all("cabin")]
        return ({"seat": seats[0]} if seats else {}) | ({"cabin": cabins[0]} if cabins else {})
    day = parse_day(text, scene.now)
    found = date_of(day) if day else None
    if isinstance(goal, Stay):
        nights = next((n for n in [_nights(scene)] if n), 0)
        if found and (not goal.check_in or (isinstance(day, Day) and not _named_a_day(goal.words, scene))):
            changes["check_in"] = found.isoformat()
        if nights:
            changes["nights"] = nights
        elif day is not None and hasattr(day, "nights"):
            changes["nights"] = day.nights
    elif found:
        changes["date"] = found.isoformat()
        for name in ("depart_after", "depart_before", "depart_at", "arrive_by") if not goal.date else ():
            if getattr(goal, name):
                # Hours that were told without a day are those of this one.
                changes[name] = changes["date"] + getattr(goal, name)[10:]
    changes = said_besides(goal, scene) | changes
    if field in ("destination", "city") or (isinstance(goal, Trip) and not goal.destination):
        for clause in scene.clauses:
            named = mentions(clause)
            place = next((p for m in named if (p := ground(m, scene)) is not None), None)
            place = place or scene.place(clause.text.strip(" ,.。!"))
            if place is not None:
                changes["city" if isinstance(goal, Stay) else "destination"] = place.city
                break
    return changes


_ON_THE_WAY = (
    "date",
    "depart_after",
    "depart_before",
    "depart_at",
    "arrive_by",
    "cabin",
    "seat",
    "budget_fen",
    "choice",
)
_FIRST_WAY = ("mode", "origin", "reach", "number", "max_stops", "passengers")
_IN_THE_ROOM = (
    "check_in",
    "nights",
    "near",
    "per_night_fen",
    "budget_fen",
    "breakfast",
    "free_cancel",
    "bed",
    "stars",
    "guests",
)


def said_besides(goal: Trip | Stay, scene: Scene) -> dict[str, Any]:
    """What an answer says of a trip or a stay beside what was asked: "Friday, just needs to be in before 2pm"."""
    draft = Draft("trip" if isinstance(goal, Trip) else "stay", scene.clauses)
    fields: tuple[str, ...]
    said: Trip | Stay
    if isinstance(goal, Trip):
        said = read_trip(draft, (goal.id, goal.id), scene, with_stay=False)[0][0]
        fields = _ON_THE_WAY if goal.back_of else _ON_THE_WAY + _FIRST_WAY
        plain: Trip | Stay = Trip(id=goal.id)
    else:
        said = read_stay(draft, goal.id, scene, trip=None, back=None)[0]
        fields, plain = _IN_THE_ROOM, Stay(id=goal.id)
    return {
        name: getattr(said, name)
        for name in fields
        if getattr(said, name) != getattr(plain, name) and getattr(goal, name) == getattr(plain, name)
    }


def _nights(scene: Scene) -> int:
    from agent.grammar import Count

    return next((c.n for clause in scene.clauses for c in clause.of(Count) if c.unit in ("night", "")), 0)


_ENDS = {"from": "origin", "to": "destination"}


def ends_said(scene: Scene) -> dict[str, str]:
    """Where an answer says that a ride starts and where it leads: "dari apartemen ke West China Hospital"."""
    found: dict[str, str] = {}
    for clause in scene.clauses:
        for mention in mentions(clause):
            end = _ENDS.get(mention.role)
            if end is None or end in found:
                continue
            address = own_address(mention.own, scene) if mention.own else address_named(mention.words, scene)
            if address is not None:
                found[end] = str(address["address_id"])
            elif not mention.own and ground(mention, scene) is not None:
                found[end] = mention.words
    return found
