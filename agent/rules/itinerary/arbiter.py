"""Two readings of one travel errand: clause by clause, and as a whole. Which of them accounts for more of the words.

The reading by clauses knows more turns of speech; the one of the whole knows which booking a detail belongs to. Where
both see the same bookings and the first has every wish that the second has, the first is right about the rest as well.
"""

from __future__ import annotations

from typing import Any

from agent.rules.scene import Scene
from agent.task import AnyGoal, Buy, Reschedule, Ride, Stay, Task, Tell, Trip, Visit

_WISHES: dict[type, tuple[str, ...]] = {
    Trip: ("origin", "destination", "date", "depart_after", "depart_before", "depart_at", "arrive_by", "max_stops",
           "cabin", "choice", "passengers", "who", "budget_fen", "mode", "only"),
    Stay: ("city", "near", "check_in", "nights", "per_night_fen", "breakfast", "free_cancel", "rooms", "choice"),
    Ride: ("destination", "at", "accessible", "before", "after", "budget_fen"),
    Visit: ("place", "date", "after", "indoor", "adults", "children", "no_queue", "budget_fen"),
    Reschedule: ("what", "date", "old_date", "after", "before", "arrive_by"),
}  # fmt: skip
"""What of a goal is compared."""

_CERTAIN = ("destination", "date", "arrive_by", "check_in", "per_night_fen", "after")
"""Wishes whose values have to agree as well: a wrong one is worse than none."""


def settled_by_clauses(clauses: Task, whole: Task, scene: Scene) -> bool:
    """Whether the reading by clauses stands beside the one of the whole."""
    if clauses.unclear or not clauses.goals:
        return False
    if all(isinstance(goal, Tell) and goal.about == "price" for goal in clauses.goals):
        return True
    more = list(map(_sort, clauses.goals))
    for sort in map(_sort, whole.goals):
        if sort not in more:
            return False
        more.remove(sort)
    if more and any(isinstance(goal, Reschedule) for goal in whole.goals):
        # What moves is not bought once more.
        return False
    if more:
        towns = {g.destination for g in whole.goals if isinstance(g, Trip)} | {""}
        surely = all(_well_formed(g, scene, towns) for g in clauses.goals if _sort(g) in more)
        return surely and not clauses.questions and not (whole.budget_fen and not clauses.budget_fen)
    if len(clauses.questions) > len(whole.questions) or {q.topic for q in whole.questions} - {
        q.topic for q in clauses.questions
    }:
        return False
    if whole.budget_fen and not clauses.budget_fen:
        return False
    left = list(clauses.goals)
    for goal in whole.goals:
        same = [other for other in left if _sort(other) == _sort(goal)]
        match = next((other for other in same if _covers(other, goal)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _well_formed(goal: AnyGoal, scene: Scene, towns: set[str]) -> bool:
    """Whether a booking that only the first reading sees is one that the words surely name."""
    if isinstance(goal, Trip):
        return bool(goal.back_of and goal.date) or bool(goal.destination and goal.date and not goal.replaces)
    if isinstance(goal, Ride):
        return bool(goal.destination)
    if isinstance(goal, Buy):
        return bool(goal.items) and all(item.words and scene.sold(item.words) for item in goal.items)
    # A word that happens to be a sight in a city that nobody spoke of is none.
    return isinstance(goal, Visit) and bool(goal.place) and goal.city in towns


def _sort(goal: AnyGoal) -> str:
    return type(goal).__name__


def _covers(other: AnyGoal, goal: AnyGoal) -> bool:
    """Whether a goal has every wish of another one."""
    blank = type(goal)(id="")
    for name in _WISHES.get(type(goal), ()):
        wish: Any = getattr(goal, name)
        if wish == getattr(blank, name):
            continue
        has = getattr(other, name)
        if name != "only" and has == getattr(blank, name) and not _said_otherwise(other, name):
            return False
        if name == "only" and getattr(other, "mode", "") != getattr(goal, "mode", ""):
            return False
        if name == "near" and has != wish and wish.casefold() in has.casefold():
            return False
        if name in _CERTAIN and has and has != wish:
            return False
    return True


def _said_otherwise(goal: AnyGoal, name: str) -> bool:
    """Whether another slot holds the same wish: an hour "at" for one "after", "where the person is" for the origin."""
    if name == "origin":
        return True
    if isinstance(goal, Trip):
        near = {"depart_after": ("depart_at",), "depart_before": ("depart_at",), "depart_at": ("depart_after",)}
        return any(getattr(goal, other) for other in near.get(name, ()))
    if isinstance(goal, Ride):
        return name == "at" and bool(goal.arrive_by or goal.meets or goal.before or goal.after)
    if isinstance(goal, Visit):
        return name == "indoor" and goal.stay_dry and not goal.place
    return isinstance(goal, Stay) and name in ("nights", "city", "check_in")
