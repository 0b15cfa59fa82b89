"""Fetching somebody from a station or airport: which of them, and when."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from agent.desk import ToolFailure
from agent.grammar import DayPart, Time, read
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
    timeless = not (goal.at or goal.arrive_by or goal.before or goal.after or goal.meets)
    questions = []
    for side in ("origin", "destination"):
        own = _kind(getattr(goal, side), scene)
        if own and len(_named(getattr(goal, side), own, scene)) > 1:
            questions.append(ask(goal.id, side, "address", scene.language, "which_pickup"))
            break
    part = any(clause.of(DayPart) for clause in scene.clauses if clause.kinds in ([], ["ride"]) and not clause.aside)
    if timeless and not questions and (day > scene.now.date().isoformat() or part):
        questions.append(ask(goal.id, "at", "time", scene.language, "ride_when"))
    return questions


_OWN_HALF = re.compile(r"[早晚夜晨午]|[ap]\.?m\b|pagi|siang|sore|malam|malem|morning|noon|evening|night", re.IGNORECASE)
_MORNING, _EVENING = ("early", "morning"), ("afternoon", "evening", "night")


def in_part(clock: Time, words: str, scene: Scene) -> time:
    """The hour of an answer in the part of the day that the words before it named: 明早 and then 六点四十."""
    parts = {part.name for part in read(words, scene.now, scene.language).of(DayPart)}
    hour = clock.time.hour
    if _OWN_HALF.search(clock.words) or len(parts) != 1:
        return clock.time
    if parts <= set(_MORNING) and hour > 12:
        return clock.time.replace(hour=hour - 12)
    if parts <= set(_EVENING) and hour < 12:
        return clock.time.replace(hour=hour + 12)
    return clock.time


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
    side = "origin" if _kind(goal.origin, scene) else "destination"
    own = _kind(getattr(goal, side), scene)
    for clause in scene.clauses if own else []:
        refused = [c.end for c in clause.cues if "not_thing" in c.concepts]
        for noun in nouns(clause):
            if side in changes or any(end <= noun.start for end in refused):
                continue
            word = getattr(goal, side).split(" ")[-1]
            rows = _named_kind(f"{noun.words} {word}", own, scene)
            if rows:
                changes[side] = rows[0]
    if not (goal.at or goal.meets):
        from datetime import date

        times: list[Time] = [
            t for clause in scene.clauses for t in clause.of(Time) if not clause.has("arrive", "lands")
        ]
        times = times or [t for clause in scene.clauses for t in clause.of(Time)]
        if times:
            clock = in_part(times[0], goal.words, scene)
            changes["at"] = scene.moment(times[0].day or (date.fromisoformat(day) if day else None), clock)
    return changes


def _named_kind(words: str, own: str, scene: Scene) -> list[str]:
    place = scene.place(words, scene.me.city_names[0])
    return [place.name] if place is not None and place.level == own else []
