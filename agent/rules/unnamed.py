"""Purchases that no verb names, beside an errand that one does: "mocha to the office, pay the gas bill"."""

from __future__ import annotations

from agent.grammar import Count
from agent.rules.kinds import NOT_GOODS
from agent.rules.nouns import nouns
from agent.rules.scene import Clause, Scene
from agent.steps.match import plainness

BESIDE = frozenset({"bill", "transfer", "mandate", "collect"})
"""Errands that want no thing: what is counted or brought beside them is to be bought."""
SURE = 90
_NOT = (
    "event", "event_end", "running_out", "allergy", "owner_pay", "goal.dispute", "charged", "goal.ride", "goal.go",
    "goal.flight", "goal.train", "ticket_unit", "catches", "lands", "keep", "if", "note.card", "pay", "pay_with", "due",
)  # fmt: skip


def name_purchases(scene: Scene) -> None:
    """Name a purchase where a clause holds a counted or brought thing that is sold, and no clause wants a thing yet."""
    kinds = {kind for clause in scene.clauses for kind in clause.kinds}
    if not kinds or not BESIDE.issuperset(kinds):
        return
    for clause in scene.clauses:
        if not clause.kinds and not clause.aside and _is_order(clause, scene):
            clause.kinds = ["buy"]
            return


def _is_order(clause: Clause, scene: Scene) -> bool:
    if clause.has(*_NOT) or clause.all("bill"):
        return False
    counted = any(c.unit not in NOT_GOODS for c in clause.of(Count))
    brought = any(c.has("deliver", "home", "office") or c.all("prep") for c in scene.clauses if not c.kinds)
    for noun in nouns(clause):
        if len(noun.words) < 2 or not (counted or brought):
            continue
        rows = [(d["name"], d["name_en"]) for d in scene.dishes(noun.words) if d["relevance"] >= SURE]
        rows += [(h["title"], h["name_en"]) for h in scene.listed(noun.words) if h["relevance"] >= SURE]
        if rows and (counted or any(plainness(noun.words, *names) >= 0.5 for names in rows)):
            return True
    return False
