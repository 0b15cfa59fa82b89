"""Which engines can be asked: a circuit breaker for each, on the virtual clock. It lives in the graph's state.

As for services (:mod:`agent.fallback.breaker`): closed, open for a while, and then half open, so that the next decision
tries it and closes it or opens it again. What an engine said about itself goes before what was counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

OPEN_AFTER = 2
"""Failures in a row after which an engine is left alone."""

COOLDOWN_S = 300
FOR_GOOD = "never"

_AT_ONCE = frozenset(("unavailable", "rate_limit"))
_FOR_GOOD = frozenset(("refusal", "over_cost"))

Minds = Mapping[str, Mapping[str, Any]]
"""Of each engine that failed: how often in a row, and until when it is left alone (ISO, or :data:`FOR_GOOD`)."""


def failed(minds: Minds, engine: str, kind: str, now: datetime | None, retry_after_s: int | None) -> dict[str, Any]:
    """The health after a failure. A refusal holds for the whole errand."""
    count = minds.get(engine, {}).get("failed", 0) + 1
    until = ""
    if kind in _FOR_GOOD:
        until = FOR_GOOD
    elif now is not None and (kind in _AT_ONCE or count >= OPEN_AFTER):
        until = (now + timedelta(seconds=retry_after_s or COOLDOWN_S)).isoformat()
    return {**minds, engine: {"failed": count, "until": until}}


def passed(minds: Minds, engine: str) -> dict[str, Any]:
    """The health after a decision that was made."""
    return {name: dict(one) for name, one in minds.items() if name != engine}


def is_open(minds: Minds, engine: str, now: datetime | None) -> bool:
    """Whether an engine is to be left alone now."""
    until = minds.get(engine, {}).get("until", "")
    if not until or until == FOR_GOOD:
        return bool(until)
    return now is None or now < datetime.fromisoformat(until)
