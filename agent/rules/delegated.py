"""How much the words themselves allow to be paid without asking again, whoever carries the errand out."""

from __future__ import annotations

from agent.grammar import Money
from agent.rules.leave import cut_leave
from agent.rules.scene import plain_scene
from agent.rules.understanding import lets_pay


def delegated_fen(words: str, locale: str) -> int:
    """Up to so many fen; 0 if every payment is to be shown first."""
    words, leave = cut_leave(words, locale)
    if leave:
        return leave
    scene = plain_scene(words)
    fen = 0
    for clause in scene.clauses:
        for span in clause.of(Money):
            if span.currency == "CNY" and lets_pay(span, clause, scene):
                fen = span.fen
    return fen
