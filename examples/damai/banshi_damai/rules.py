"""The rules of sale: how long seats are held, and what giving tickets back costs."""

from __future__ import annotations

from mock_services.clock import DAY, HOUR, MINUTE, Instant

HOLD = 10 * MINUTE
"""How long seats are held for somebody who has not paid."""

CLOSES = 30 * MINUTE
"""Sale ends so long before the start."""

LADDER = ((7 * DAY, 0), (3 * DAY, 10), (DAY, 30), (2 * HOUR, 50))
"""(at least so long before the start, percent kept). Later tickets are not taken back."""

RULE = (
    "free until 7 days before the start, then 10 % until 3 days, 30 % until 24 hours, 50 % until 2 hours before; "
    "later tickets are not taken back"
)


def cancel_fee(fen: int, starts: Instant, now: Instant) -> int | None:
    """What is kept of ``fen`` when a ticket is given back now; None where it is not taken back."""
    for before, percent in LADDER:
        if starts - now >= before:
            return fen * percent // 100
    return None
