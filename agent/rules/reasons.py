"""Why an errand is wanted: clauses that give a reason tell what is, and ask for nothing."""

from __future__ import annotations

from agent.grammar import Day, DayPart, DayRange, Time
from agent.rules.cues import Cue
from agent.rules.places import mentions
from agent.rules.scene import Clause, Scene

_WHEN = (Day, DayRange, DayPart, Time)
_ASKS = ("strong.buy", "book", "goal.cancel", "goal.reschedule", "goal.transfer", "goal.give_back", "goal.collect")
_SAYS_HOW = (
    "allergy",
    "diet",
    "size_reason",
    "quality_reason",
    "damaged_reason",
    "wrong_item_reason",
    "late_reason",
    "accessible",
    "walks_badly",
    "running_out",
    "no_need_to_ask",
    "event_end",
    "lands",
)
"""A reason of these sorts says how the errand is to be done."""


def set_reasons_aside(scene: Scene) -> None:
    """ "soalnya sabtu ada fun run": a reason names no errand, and no day where the errand has one of its own."""
    for clause in scene.clauses:
        opener = clause.cues[0] if clause.cues else None
        if opener is None or "reason" not in opener.concepts or opener.start - clause.start > 1:
            continue
        others = [c for c in scene.clauses if c is not clause and c.kinds]
        if not others or clause.has(*_ASKS):
            continue
        clause.kinds = []
        if clause.has(*_SAYS_HOW) or clause.all("diet") or clause.all("rel"):
            _hide_times(clause, others)
        elif _told(others) or not (_told([clause]) or mentions(clause)):
            clause.aside = True


def _told(clauses: list[Clause]) -> bool:
    return any(isinstance(span, _WHEN) for clause in clauses for span in clause.spans)


def _hide_times(clause: Clause, others: list[Clause]) -> None:
    if not _told(others):
        return
    hidden = [span for span in clause.spans if isinstance(span, _WHEN)]
    clause.spans = tuple(span for span in clause.spans if span not in hidden)
    cues = (*clause.cues, *(Cue(s.start, s.end, ("fn",), s.words.casefold()) for s in hidden))
    clause.cues = tuple(sorted(cues, key=lambda cue: cue.start))
