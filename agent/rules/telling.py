"""Clauses that tell something: what was bought before, what was charged twice, what to take if a thing is sold out."""

from __future__ import annotations

import re

from agent.grammar import Count, Day, DayPart, Money, Recurrence
from agent.rules.scene import Clause, Scene

_FAULTS = ("size_reason", "quality_reason", "damaged_reason", "wrong_item_reason")
_EARLIER = re.compile(r"tadi|this morning|今早|今天早上")
_SEATS = ("goal.flight", "goal.train", "goal.stay", "goal.ride", "goal.visit")


def tell_apart(scene: Scene) -> None:
    """Correct the kinds of clauses that tell what was or what may be."""
    for i, clause in enumerate(scene.clauses):
        others = [c for c in scene.clauses if c is not clause]
        if _charged_twice(clause):
            clause.kinds = ["dispute"]
        elif clause.kinds == ["buy"] and _bought_before(clause, scene):
            clause.kinds = []
        elif _stands_for(clause) and any(c.kinds for c in others):
            clause.kinds, clause.aside = [], True
        elif _starts_permission(clause, scene.clauses[i:]):
            clause.kinds = ["mandate"]


def _charged_twice(clause: Clause) -> bool:
    return clause.has("charged") and any(count.n == 2 and count.unit in ("time", "") for count in clause.of(Count))


def _bought_before(clause: Clause, scene: Scene) -> bool:
    """ "sepatu yang kemarin aku beli kekecilan"."""
    if clause.has("last", "usual"):
        return False
    today = scene.now.date()
    past = any(span.date < today for span in clause.of(Day))
    past = past or any(part.day is not None and part.day < today for part in clause.of(DayPart))
    now = scene.now.time()
    past = past or any(_EARLIER.match(p.words.casefold()) and p.last <= now for p in clause.of(DayPart))
    return past or (clause.has(*_FAULTS) and not clause.has("running_out"))


def _stands_for(clause: Clause) -> bool:
    """ "kalau habis mie goreng aja": what to take instead, which is no wish of its own."""
    return clause.has("substitute") or (clause.has("if") and clause.has("running_out") and not clause.of(Money))


def _starts_permission(clause: Clause, behind: list[Clause]) -> bool:
    """ "mulai besok kopi pagi langsung dibayar aja, gak usah nanya": from a day on, without asking."""
    if clause.kinds not in ([], ["buy"]) or clause.has(*_SEATS):
        return False
    begins = any(day.role == "from" for day in clause.of(Day)) or bool(clause.of(Recurrence))
    return begins and any(c.has("no_need_to_ask") for c in behind[:2])
