"""The agent's reasons beside what the harness saw: for each fault, what the agent took it for and says it did first.

These are annotations out of the agent's notes. Nothing is graded by them, and what counts is derived without them
(:mod:`scenarios.fallback`); here the two are put side by side, so that one sees where an agent misreads its world.
"""

from __future__ import annotations

import msgspec

from agent.engine import FAILURES
from agent.fallback.failures import classify
from mock_services.trace import Event
from scenarios.results import FallbackRow

CAUSES: dict[str, tuple[str, ...]] = {
    "timeout": ("no_answer",),
    "connection_reset": ("no_answer",),
    "server_error": ("no_answer",),
    "rate_limited": ("busy",),
    "outage": ("busy",),
    "ghost_success": ("no_effect",),
    "partial_response": ("bad_answer",),
    "empty_response": ("bad_answer", "no_way"),
    "stale_read": ("bad_answer",),
    "price_change": ("price_moved",),
    "sold_out": ("gone",),
    "hold_expired": ("gone",),
    "coupon_expired": ("price_moved", "gone"),
    "payment_declined": ("payment_refused", "payment_failed"),
    "payment_pending": ("payment_failed",),
    "mandate_revoked": ("payment_refused", "rejected"),
    "merchant_cancels": ("gone",),
    "flight_cancelled": ("gone",),
    "hotel_overbooked": ("gone",),
    "shop_closes": ("gone",),
    **{f"engine_{kind}": (classify(f"ENGINE_{kind.upper()}"),) for kind in FAILURES},
}
"""The failure classes that a kind of fault may rightly be taken for; kinds that need no class are left out."""

REACTIONS: dict[str, tuple[str, ...]] = {
    "retry": ("retry", "retry_same_key", "retry_new_key"),
    "wait": ("wait", "retry", "retry_same_key"),
    "query": ("query",),
    "alternative": ("alternative", "compensate"),
    "method": ("alternative", "retry_new_key", "ask"),
    "reconsent": ("ask", "query", "alternative", "compensate"),
    "ask": ("ask",),
    "swap": ("swap",),
    "hand_over": ("gave_up",),
    "": ("none", "gave_up"),
}
"""The reactions, as the harness names them, in which a rung shows."""


class Reason(msgspec.Struct, frozen=True):
    """Faults of one kind and phase that met one reaction, as the harness saw it, and one reason, as the agent put it.

    ``agree`` is empty, or says what differs: ``class``, ``rung``, or both joined by a comma; ``unnoticed`` where the
    agent noted nothing although it failed or had to be seen through.
    """

    fault: str
    phase: str
    reaction: str
    said_class: str
    said_rung: str
    fired: int
    finished: int
    differs: str = ""


def annotated(rows: tuple[FallbackRow, ...], events: list[Event]) -> tuple[FallbackRow, ...]:
    """The rows with what the agent noted about each: its first note on that tool before the tool is struck again."""
    if not rows:
        return rows
    notes = [
        (event.seq, event.data["data"])
        for event in events
        if event.kind == "note" and event.data["kind"] == "fallback" and event.data["data"].get("failure")
    ]
    made = []
    for i, row in enumerate(rows):
        again = next((other.step for other in rows[i + 1 :] if other.tool == row.tool), len(events))
        found = next((data for seq, data in notes if row.step < seq < again and data.get("tool") == row.tool), None)
        if found is not None:
            row = msgspec.structs.replace(
                row, said_class=str(found["failure"])[:40], said_rung=str(found.get("rung", ""))[:40]
            )
        made.append(row)
    return tuple(made)


def differs(fault: str, reaction: str, said_class: str, said_rung: str) -> str:
    """In what the agent's account and the harness's differ; empty where they do not."""
    if not said_class:
        return "unnoticed" if fault in CAUSES and reaction not in ("none", "query") else ""
    wrong = []
    if fault in CAUSES and said_class not in CAUSES[fault]:
        wrong.append("class")
    if reaction not in REACTIONS.get(said_rung, (reaction,)):
        wrong.append("rung")
    return ",".join(wrong)
