"""Faults of engines: what a mind fails with, at which decision. They strike any engine, also those that never fail.

A decision is a node of the agent's graph. A fault is keyed by (engine, node, how often this engine was at this node),
so a call more or less moves none; and it strikes before the node does anything, as a mind fails before its hands move.
What an agent that announces no decisions (:meth:`agent.interface.Episode.decide`) does cannot be struck.
"""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final, Protocol

import msgspec

from mock_services.clock import MINUTE, SECOND, Instant
from mock_services.draws import Draws
from mock_services.errors import UsageError

TAKES_MS: Final[dict[str, int]] = {"timeout": 60_000, "stuck": 120_000, "truncated": 8_000}
"""How long a mind takes to fail, in virtual milliseconds; the other kinds take :data:`USUAL_MS`."""

USUAL_MS = 1_500

LASTING: Final = frozenset(("unavailable", "refusal"))
"""Kinds that last: a mind that is unavailable is so for a while, and one that refuses an errand refuses it again."""

DOWN_FOR = 10 * MINUTE
"""How long a mind is unavailable where nothing else is said."""

RETRY_AFTER_S = 20
"""When a mind with a rate limit may be asked again where nothing else is said."""

MIX: Final[tuple[tuple[int, str], ...]] = (
    (4, "timeout"),
    (4, "rate_limit"),
    (2, "unavailable"),
    (3, "empty"),
    (3, "truncated"),
    (3, "malformed"),
    (2, "unknown_tool"),
    (2, "invented_argument"),
    (1, "refusal"),
    (2, "stuck"),
)
"""(weight, kind) of what strikes by chance."""


class MindFault(msgspec.Struct, frozen=True):
    """One fault of a plan.

    It strikes decisions of engines whose spec fits ``engine`` (``*`` is any) at ``node`` (empty: any), where the
    engine is there for one of the times in ``attempts``, and at most ``limit`` times in all. ``seconds`` is for how
    long it is unavailable, or when a rate limit ends (0: as usual).
    """

    kind: str
    engine: str = "*"
    node: str = ""
    attempts: tuple[int, ...] = (1,)
    limit: int = 1
    seconds: int = 0


class Struck(msgspec.Struct, frozen=True):
    """What struck a decision: ``ms`` is what it took, ``retry_after`` is in seconds."""

    kind: str
    ms: int
    retry_after: int | None = None


def check(fault: MindFault) -> None:
    """Refuse a fault that cannot strike.

    Raises:
        UsageError: unknown kind, or no engine.
    """
    # Reading a plan or a manifest should not import the agent.
    from agent.engine import FAILURES

    if fault.kind not in FAILURES:
        near = get_close_matches(fault.kind, FAILURES, n=3, cutoff=0.4) or FAILURES
        raise UsageError(f"unknown kind of engine fault {fault.kind!r}", fix=f"one of {', '.join(near)}")
    if not fault.engine:
        raise UsageError("an engine fault needs an engine", fix="engine: '*' is any")


class MindFaults(Protocol):
    """Decides what strikes a decision; a pure function of its arguments and of what it was asked before."""

    def strike(self, engine: str, node: str, attempt: int, now: Instant) -> Struck | None:
        """What strikes it, or None."""
        ...


class NoMindFaults:
    """Nothing ever does."""

    def strike(self, engine: str, node: str, attempt: int, now: Instant) -> Struck | None:
        """Nothing."""
        return None


class PlannedMindFaults:
    """Carries out a written plan."""

    def __init__(self, plan: tuple[MindFault, ...]) -> None:
        self._plan = plan
        self._struck = [0] * len(plan)
        self._down = _Down()

    def strike(self, engine: str, node: str, attempt: int, now: Instant) -> Struck | None:
        """The first fault of the plan that fits."""
        lasting = self._down.still(engine, now)
        if lasting is not None:
            return lasting
        for i, fault in enumerate(self._plan):
            if not fnmatchcase(engine, fault.engine) or fault.node not in ("", node):
                continue
            if attempt in fault.attempts and self._struck[i] < fault.limit:
                self._struck[i] += 1
                return self._down.begun(engine, fault.kind, fault.seconds, now)
        return None


class RandomMindFaults:
    """Strikes by chance: each decision with the same, whatever came before it.

    Args:
        rate: The chance of a decision to be struck, in [0, 1].
        seed: Of the scenario and the epoch.
    """

    def __init__(self, rate: float, seed: str) -> None:
        self._rate, self._draws = rate, Draws(f"minds|{seed}")
        self._down = _Down()

    def strike(self, engine: str, node: str, attempt: int, now: Instant) -> Struck | None:
        """What strikes this decision, or None."""
        lasting = self._down.still(engine, now)
        if lasting is not None:
            return lasting
        if not self._draws.chance(self._rate, "strikes", engine, node, attempt):
            return None
        left = self._draws.below(sum(weight for weight, _ in MIX), "kind", engine, node, attempt)
        for weight, kind in MIX:
            left -= weight
            if left < 0:
                return self._down.begun(engine, kind, 0, now)
        raise AssertionError("the weights do not add up")


class _Down:
    """Engines that are unavailable for a while, or refuse this errand for good."""

    def __init__(self) -> None:
        self._until: dict[str, Instant] = {}
        self._refuses: set[str] = set()

    def begun(self, engine: str, kind: str, seconds: int, now: Instant) -> Struck:
        """Something strikes; what lasts is kept in mind."""
        ms = TAKES_MS.get(kind, USUAL_MS)
        if kind == "refusal":
            self._refuses.add(engine)
        elif kind == "unavailable":
            self._until[engine] = now + (seconds * SECOND or DOWN_FOR)
        return Struck(kind, ms, (seconds or RETRY_AFTER_S) if kind == "rate_limit" else None)

    def still(self, engine: str, now: Instant) -> Struck | None:
        """What strikes because it lasts."""
        if engine in self._refuses:
            return Struck("refusal", USUAL_MS)
        if now < self._until.get(engine, now):
            return Struck("unavailable", USUAL_MS)
        return None
