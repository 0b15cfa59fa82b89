"""Faults: what may break, where, and in which commit phase. Plans are data; the pipeline carries them out."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from mock_services.clock import SECOND, Instant
from mock_services.errors import UsageError

PHASES = ("before", "lost_ack", "no_effect", "duplicated", "late", "response", "world")
"""When a fault strikes, relative to the call's effect.

- ``before``: an error answer, nothing happened.
- ``lost_ack``: it happened, but the answer is an error.
- ``no_effect``: a success is answered, but nothing happened (and no idempotency record was kept).
- ``duplicated``: the request is delivered twice.
- ``late``: an error is answered and the effect comes some time later.
- ``response``: the effect is right, the answer is late, partial, empty, stale or of another shape.
- ``world``: the world itself changes just before the call (sold out, dearer, cancelled); the call is honest.
"""


class Kind(msgspec.Struct, frozen=True):
    """A row of :data:`KINDS`: the phases a kind of fault can have (the first is the default), and on what."""

    phases: tuple[str, ...]
    access: str
    code: str
    message: str


KINDS: dict[str, Kind] = {
    "timeout": Kind(("before", "lost_ack", "late"), "any", "TIMEOUT", "no answer within 30 seconds"),
    "connection_reset": Kind(("before", "lost_ack"), "any", "CONNECTION_RESET", "the connection was reset"),
    "server_error": Kind(("before", "lost_ack"), "any", "SERVER_ERROR", "the service answered 503"),
    "rate_limited": Kind(("before",), "any", "RATE_LIMITED", "too many requests"),
    "outage": Kind(("before",), "any", "SERVICE_UNAVAILABLE", "the service is down for maintenance"),
    "ghost_success": Kind(("no_effect",), "write", "", ""),
    "duplicate_delivery": Kind(("duplicated",), "write", "", ""),
    "latency_spike": Kind(("response",), "any", "", ""),
    "partial_response": Kind(("response",), "read", "", ""),
    "empty_response": Kind(("response",), "read", "", ""),
    "stale_read": Kind(("response",), "read", "", ""),
    "schema_drift": Kind(("response",), "read", "", ""),
    "price_change": Kind(("world",), "any", "", ""),
    "sold_out": Kind(("world",), "any", "", ""),
    "hold_expired": Kind(("world",), "any", "", ""),
    "coupon_expired": Kind(("world",), "any", "", ""),
    "payment_declined": Kind(("world",), "write", "", ""),
    "payment_pending": Kind(("world",), "write", "", ""),
    "duplicate_notification": Kind(("world",), "any", "", ""),
    "out_of_order_notification": Kind(("world",), "any", "", ""),
    "mandate_revoked": Kind(("world",), "any", "", ""),
    "merchant_cancels": Kind(("world",), "any", "", ""),
    "delivery_slip": Kind(("world",), "any", "", ""),
    "flight_delayed": Kind(("world",), "any", "", ""),
    "flight_cancelled": Kind(("world",), "any", "", ""),
    "hotel_overbooked": Kind(("world",), "any", "", ""),
    "shop_closes": Kind(("world",), "any", "", ""),
}


class Fault(msgspec.Struct, frozen=True):
    """One fault of a plan.

    It strikes calls of ``tool`` (or of any tool of ``service``) whose per-object attempt number is in
    ``attempts``; ``object`` narrows it to one business object. Being keyed by (tool, object, attempt), it does
    not move when the agent reads more or less. ``limit`` is how often it strikes at most.
    """

    kind: str
    tool: str = ""
    service: str = ""
    object: str = ""
    attempts: tuple[int, ...] = (1,)
    phase: str = ""
    limit: int = 1
    params: dict[str, Any] = {}

    @property
    def struck_phase(self) -> str:
        """The phase, with the kind's default filled in."""
        return self.phase or KINDS[self.kind].phases[0]


def check(fault: Fault, where: str) -> None:
    """Refuse a fault that no pipeline could carry out.

    Raises:
        UsageError: unknown kind, a phase that the kind cannot have, or no place to strike.
    """
    kind = KINDS.get(fault.kind)
    if kind is None:
        from difflib import get_close_matches

        near = get_close_matches(fault.kind, KINDS, n=3, cutoff=0.4)
        raise UsageError(
            f"unknown fault kind {fault.kind!r}",
            where=where,
            fix=f"one of {', '.join(near or sorted(KINDS))}",
        )
    if fault.phase and fault.phase not in kind.phases:
        raise UsageError(
            f"{fault.kind} cannot strike in phase {fault.phase!r}",
            where=where,
            fix=f"one of {', '.join(kind.phases)}",
        )
    if bool(fault.tool) == bool(fault.service):
        raise UsageError("a fault needs either a tool or a service", where=where, fix="give one of the two")


class FaultSource(Protocol):
    """Decides which fault strikes a call; must be a pure function of its arguments and of what it was asked before."""

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """The fault that strikes this call, or None."""
        ...

    def fork(self) -> FaultSource:
        """A copy that goes its own way."""
        ...


class NoFaults:
    """Nothing ever breaks."""

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """No fault."""
        return None

    def fork(self) -> NoFaults:
        """Itself: it has no state."""
        return self


class PlannedFaults:
    """Carries out a written plan."""

    __slots__ = ("_outages", "_plan", "_struck")

    def __init__(self, plan: tuple[Fault, ...]) -> None:
        self._plan = plan
        self._struck = [0] * len(plan)
        self._outages: dict[str, Instant] = {}

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """The first fault of the plan that fits this call."""
        for i, fault in enumerate(self._plan):
            if fault.tool not in ("", tool) or fault.service not in ("", service) or fault.object not in ("", obj):
                continue
            if KINDS[fault.kind].access not in ("any", access):
                continue
            if fault.kind == "outage":
                # A window, not a number of attempts: it opens with the first call that it meets.
                until = self._outages.setdefault(str(i), now + int(fault.params.get("seconds", 300)) * SECOND)
                if now < until:
                    return fault
            elif attempt in fault.attempts and self._struck[i] < fault.limit:
                self._struck[i] += 1
                return fault
        return None

    def fork(self) -> PlannedFaults:
        """A copy with the same memory of what has struck."""
        twin = PlannedFaults(self._plan)
        twin._struck = list(self._struck)
        twin._outages = dict(self._outages)
        return twin
