"""What somebody else paid for the person, and tickets that only "the tickets" name."""

from __future__ import annotations

from agent.grammar import Count, Money
from agent.rules.places import ground, mentions
from agent.rules.scene import Clause, Scene


def name_debts(scene: Scene) -> None:
    """上次我姐垫的200,转她: the clause that tells who paid names the transfer, and no ride or meal of that day."""
    pays_back = any(c.has("goal.transfer") for c in scene.clauses)
    for clause in scene.clauses:
        if not clause.has("owed") or clause.has("owner_pay") or not pays_back:
            continue
        if clause.of(Money) or any(not c.unit and c.n >= 1 for c in clause.of(Count)):
            clause.kinds = ["transfer"]


def name_outings(scene: Scene) -> None:
    """去华清宫,票买好: tickets, where no train or flight is spoken of."""
    if any({"trip", "visit", "cancel", "reschedule"}.intersection(c.kinds) for c in scene.clauses):
        return
    for clause in scene.clauses:
        if clause.has("ticket_words") and clause.kinds in ([], ["buy"]):
            clause.kinds = ["trip"] if _another_city(scene) else ["visit"]


def _another_city(scene: Scene) -> bool:
    return any(_city_of(clause, scene) for clause in scene.clauses)


def _city_of(clause: Clause, scene: Scene) -> bool:
    for mention in mentions(clause):
        place = ground(mention, scene) if mention.role == "to" and not mention.own else None
        if place is not None and place.level == "city" and not scene.own_city(place):
            return True
    return False
