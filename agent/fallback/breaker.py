"""A circuit breaker per service: one that keeps failing is left alone for a while instead of being called again.

The pattern is Nygard's (*Release It!*, 2007): closed → open after so many failures in a row → half open after a
cooldown, in which one call is let through; it closes the circuit if it succeeds and opens it again if not. Time is the
virtual clock's, as the answers tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from agent.fallback.failures import classify

COUNTED = frozenset({"no_answer", "busy"})
"""Failure classes that say something about the service and not about the request."""

EXEMPT = frozenset({"clock", "user"})
"""The agent's own clock and the channel to the person: nothing could be done without them."""


class BreakerSettings(BaseModel):
    """``failures`` in a row open the circuit of a service for ``cooldown_s`` virtual seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    failures: int = Field(ge=1, le=100)
    cooldown_s: int = Field(ge=1, le=24 * 3600)


class Breaker:
    """The circuits of one episode. ``service_of`` tells whose a tool is."""

    __slots__ = ("_failed", "_open_until", "_service_of", "_settings")

    def __init__(self, settings: BreakerSettings, service_of: Mapping[str, str]) -> None:
        self._settings, self._service_of = settings, service_of
        self._failed: dict[str, int] = {}
        self._open_until: dict[str, datetime] = {}

    def remaining_s(self, tool: str, now: datetime | None) -> int:
        """For how many seconds the tool's service is still to be left alone; 0: it may be called."""
        until = self._open_until.get(self._service_of.get(tool, ""))
        if until is None or now is None or now >= until:
            return 0
        return max(1, int((until - now).total_seconds()))

    def saw(self, tool: str, code: str, now: datetime | None) -> bool:
        """Count how a call ended: an error code, or empty for an answer. True where this opened the circuit."""
        service = self._service_of.get(tool, "")
        if not service or service in EXEMPT:
            return False
        if not code or classify(code) not in COUNTED:
            # An answer is an answer, also one that says no.
            self._failed.pop(service, None)
            self._open_until.pop(service, None)
            return False
        self._failed[service] = self._failed.get(service, 0) + 1
        if self._failed[service] < self._settings.failures or now is None:
            return False
        self._open_until[service] = now + timedelta(seconds=self._settings.cooldown_s)
        return True
