"""References: agents of known worth, against which the grading itself is measured."""

from __future__ import annotations

from collections.abc import Callable

from agent.interface import Agent
from scenarios.loader import Suite
from scenarios.references.oracle import oracle_of
from scenarios.references.simple import always_ask, always_decline, liar, noop
from scenarios.references.vices import double_pays_of

REFERENCES: dict[str, Agent] = {
    "noop": noop,
    "liar": liar,
    "always-decline": always_decline,
    "always-ask": always_ask,
}
"""References that know nothing, by name."""

KNOWING: dict[str, Callable[[Suite], Agent]] = {
    "oracle": oracle_of,
    "double-pays": double_pays_of,
}
"""References that know the goals of a suite, by name."""

__all__ = ["KNOWING", "REFERENCES"]
