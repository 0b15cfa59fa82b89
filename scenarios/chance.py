"""Fault plans by rate: ``rate:0.2`` breaks every fifth first write of any scenario, drawn anew for each epoch.

``engine-rate:0.2`` strikes every fifth decision of an engine instead (:mod:`scenarios.mindfaults`), and
``rate:0.2+engine-rate:0.1`` does both.

λ is the chance that the first write of a tool on a business object is struck; a first read is struck with a quarter
of it (:data:`READ_SHARE`), since an errand makes several reads for each write. Only kinds are drawn after which the
goal can still be reached by somebody careful, so what a scenario expects without faults it expects with them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import msgspec

from mock_services.clock import Instant
from mock_services.draws import Draws
from mock_services.errors import UsageError
from mock_services.faults import Fault

PREFIX, OF_ENGINES = "rate:", "engine-rate:"
_RATE = re.compile(r"(?:0|1|0?\.\d{1,4}|1\.0{1,4})\Z", re.ASCII)

READ_SHARE = 0.25
"""The chance of a first read to be struck, as a share of that of a first write."""

WRITES: tuple[tuple[int, str, str], ...] = (
    (3, "timeout", "before"),
    (3, "timeout", "lost_ack"),
    (3, "server_error", "before"),
    (2, "server_error", "lost_ack"),
    (2, "connection_reset", "before"),
    (2, "connection_reset", "lost_ack"),
    (3, "rate_limited", "before"),
    (2, "latency_spike", "response"),
)
"""(weight, kind, commit phase) of what strikes a write. Somebody who looks what became of it mends each of them."""

KEYED_WRITES: tuple[tuple[int, str, str], ...] = (
    *WRITES,
    (2, "timeout", "late"),
    (2, "ghost_success", "no_effect"),
    (2, "duplicate_delivery", "duplicated"),
)
"""What strikes a write with an idempotency key besides: without one, an effect that comes late or twice stays twice."""

READS: tuple[tuple[int, str, str], ...] = (
    (3, "timeout", "before"),
    (3, "server_error", "before"),
    (3, "rate_limited", "before"),
    (2, "latency_spike", "response"),
    (2, "partial_response", "response"),
    (2, "empty_response", "response"),
    (1, "schema_drift", "response"),
)
"""What strikes a read: the next one of the same thing is answered as it should be."""


class Chances(msgspec.Struct, frozen=True):
    """The rates of a plan of chance: of services (λ), and of engines."""

    services: float
    engines: float = 0.0


@lru_cache(maxsize=256)
def chances_of(plan: str) -> Chances | None:
    """The rates of a plan of chance; None for any other plan.

    Raises:
        UsageError: it begins like one and names no rate, or a rate twice.
    """
    if not plan.startswith((PREFIX, OF_ENGINES)):
        return None
    rates: dict[str, float] = {}
    for part in plan.split("+"):
        prefix = next((p for p in (PREFIX, OF_ENGINES) if part.startswith(p) and p not in rates), None)
        if prefix is None or _RATE.match(part.removeprefix(prefix)) is None:
            raise UsageError(
                f"{plan!r} names no fault rate", fix="rate:0 to rate:1, e.g. rate:0.2 or rate:0.2+engine-rate:0.1"
            )
        rates[prefix] = float(part.removeprefix(prefix))
    return Chances(rates.get(PREFIX, 0.0), rates.get(OF_ENGINES, 0.0))


def rate_of(plan: str) -> float | None:
    """λ of a plan in which services break by chance and engines do not; None for any other plan.

    Raises:
        UsageError: as :func:`chances_of`.
    """
    found = chances_of(plan)
    return None if found is None or OF_ENGINES in plan else found.services


class RandomFaults:
    """A :class:`mock_services.faults.FaultSource` that strikes by chance.

    Whether and how a call is struck is a pure function of (seed, tool, object), and only first attempts are struck:
    what an agent reads besides moves nothing.

    Args:
        rate: λ, in [0, 1].
        seed: Of the scenario and the epoch.
        keyed: The tools that take an idempotency key.
    """

    def __init__(self, rate: float, seed: str, keyed: Collection[str]) -> None:
        self._rate, self._keyed = rate, keyed
        self._draws = Draws(seed)

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """The fault that strikes this call, or None."""
        writes = access == "write"
        if attempt > 1 or not self._draws.chance(
            self._rate if writes else self._rate * READ_SHARE, "strikes", tool, obj
        ):
            return None
        mix = (KEYED_WRITES if tool in self._keyed else WRITES) if writes else READS
        left = self._draws.below(sum(weight for weight, _, _ in mix), "kind", tool, obj)
        for weight, kind, phase in mix:
            left -= weight
            if left < 0:
                return Fault(kind=kind, tool=tool, object=obj, phase=phase)
        raise AssertionError("the weights do not add up")

    def fork(self) -> RandomFaults:
        """Itself: it has no memory."""
        return self
