"""Fetching somebody from a station or airport: which of them, and when."""

from __future__ import annotations

from typing import Any

from agent.desk import ToolFailure
from agent.grammar import Time
from agent.rules.nouns import nouns
from agent.rules.places import concept_of
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.task import Question, Ride

KINDS = {"airport": "机场", "station": "火车站"}
"""Levels of the map by the kind of place that a person names."""


def open_points(goal: Ride, day: str, scene: Scene) -> list[Question]:
    """What a ride on another day leaves open: from which of several airports, and at what time.

    ``day`` is the ISO day that the words name, empty if none.
    """
    own = _kind(goal.origin, scene)
    timeless = not (goal.at or goal.arrive_by or goal.before or goal.after or goal.meets)
    if own and len(_named(goal.origin, own, scene)) > 1:
        return [ask(goal.id, "origin", "address", scene.language, "which_pickup")]
    if timeless and day > scene.now.date().isoformat():
        return [ask(goal.id, "at", "time", scene.language, "ride_when")]
    return []


def _kind(words: str, scene: Scene) -> str:
    """``airport`` or ``station`` where an origin is no more than that, perhaps with the city's name."""
    city, _, kind = words.rpartition(" ")
    if words.startswith("@") or (city and city not in scene.me.city_names):
        return ""
    found = concept_of(kind) if kind else ""
    return found if found in KINDS else ""


def _named(words: str, own: str, scene: Scene) -> list[dict[str, Any]]:
    """The places of a kind in the person's city that words can mean."""
    try:
        args = {"address": words.split(" ")[-1], "city": scene.me.city_names[0]}
        rows = scene.look("maps_geo", args, "geocodes")["geocodes"]
    except ToolFailure as error:
        if error.code in ("ADDRESS_NOT_FOUND", "CITY_UNKNOWN"):
            return []
        raise
    return [row for row in rows if row["level"] == KINDS[own]]


def answered(goal: Ride, day: str, scene: Scene) -> dict[str, Any]:
    """What an answer tells of a pick-up: the place, as one of the kind that was asked for, and the time."""
    changes: dict[str, Any] = {}
    own = _kind(goal.origin, scene)
    for clause in scene.clauses if own else []:
        refused = [c.end for c in clause.cues if "not_thing" in c.concepts]
        for noun in nouns(clause):
            if "origin" in changes or any(end <= noun.start for end in refused):
                continue
            word = goal.origin.split(" ")[-1]
            rows = _named_kind(f"{noun.words} {word}", own, scene)
            if rows:
                changes["origin"] = rows[0]
    if not (goal.at or goal.meets):
        from datetime import date

        times: list[Time] = [
            t for clause in scene.clauses for t in clause.of(Time) if not clause.has("arrive", "lands")
        ]
        times = times or [t for clause in scene.clauses for t in clause.of(Time)]
        if times:
            changes["at"] = scene.moment(times[0].day or (date.fromisoformat(day) if day else None), times[0].time)
    return changes


def _named_kind(words: str, own: str, scene: Scene) -> list[str]:
    place = scene.place(words, scene.me.city_names[0])
    return [place.name] if place is not None and place.level == own else []
