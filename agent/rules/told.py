"""Chinese clauses that only tell: a flight that is caught, parents' train, the order that something is about."""

from __future__ import annotations

import re

from agent.grammar import Ref
from agent.rules.nouns import nouns
from agent.rules.scene import Clause, Scene

_ABOUT_ORDERS = frozenset({"cancel", "give_back", "dispute", "reschedule"})


_A_CAR = re.compile(r"[去到回].{1,12}的车(?![票厘次站辆展])")
_FROM_NOW = re.compile(r"\s*(?:以后|今后|往后|从今|从现在)")


_UNLESS = re.compile(r"\bunless\b|\bkecuali\b|除非|不下雨|没下雨")


def only_told(scene: Scene) -> None:
    """Take the kinds from clauses that tell what is, where another clause says what to do about it."""
    for clause in scene.clauses:
        if clause.kinds in ([], ["buy"]) and _A_CAR.search(clause.low) and clause.has("goal.buy", "book"):
            clause.kinds = ["ride"]
        standing = not any("mandate" in c.kinds for c in scene.clauses) and _FROM_NOW.match(clause.low)
        if standing and any(c.has("no_need_to_ask") for c in scene.clauses):
            for other in scene.clauses:
                other.kinds = other.kinds if other.start < clause.start else []
            clause.kinds = ["mandate"]
        if clause.kinds == ["cancel"] and clause.has("rain") and _UNLESS.search(clause.low):
            # Only a dry day would cancel it: better nothing than a booking lost.
            clause.kinds, clause.aside = [], True
        others = [c for c in scene.clauses if c is not clause]
        if clause.kinds == ["trip"] and _rides(others) and not clause.has("book", "goal.buy"):
            if _somebody_elses(clause, scene):
                clause.kinds = []
            elif any(c.has("catches") for c in scene.clauses):
                clause.kinds, clause.aside = [], not clause.has("catches")
        if clause.kinds == ["buy"] and clause.has("that_order") and _about_orders(others):
            clause.kinds = []
        if clause.kinds == ["cancel"] and clause.has("unwanted") and any("give_back" in c.kinds for c in others):
            clause.kinds = []
        if clause.kinds == ["transfer"] and clause.has("message"):
            clause.kinds, clause.aside = [], True


def _rides(clauses: list[Clause]) -> bool:
    return any("ride" in c.kinds for c in clauses)


def _about_orders(clauses: list[Clause]) -> bool:
    """Whether a clause without a thing of its own cancels, returns or disputes."""
    return any(_ABOUT_ORDERS.intersection(c.kinds) and not nouns(c) for c in clauses)


def _somebody_elses(clause: Clause, scene: Scene) -> bool:
    """Somebody's train or flight by its number, where a car is to meet them."""
    fetched = any(c.has("pick_up") for c in scene.clauses)
    return fetched and bool(clause.of(Ref)) and not clause.has("goal.flight", "goal.train")
