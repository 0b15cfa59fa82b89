"""The desk: the agent's own view of the tools. It turns error replies into typed failures and distrusts answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.fallback.breaker import Breaker, BreakerSettings
from agent.interface import Episode

STALE_AFTER_S = 120
"""An answer that is this much older than the newest one seen is a cached one."""

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


class ToolFailure(Exception):
    """A tool call that did not do what it should.

    ``code`` is the service's, or one of our own: ``INCOMPLETE_RESPONSE``, ``MALFORMED_RESPONSE``,
    ``STALE_RESPONSE`` (the answer cannot be trusted), ``NO_EFFECT`` (the answer was a success, and reading
    shows that nothing happened) and ``UNCONFIRMED`` (the answer was a success, and reading failed).
    """

    def __init__(
        self,
        tool: str,
        code: str,
        message: str = "",
        *,
        retry_after: int | None = None,
        access: str = "read",
        hint: str = "",
    ) -> None:
        self.tool, self.code, self.message = tool, code, message
        self.retry_after, self.access, self.hint = retry_after, access, hint
        super().__init__(f"{tool}: {code}: {message}")

    def to_json(self) -> dict[str, Any]:
        """For the graph's state and the trace."""
        return {
            "tool": self.tool,
            "code": self.code,
            "message": self.message,
            "retry_after": self.retry_after,
            "access": self.access,
        }


class NoWay(Exception):
    """There is no way to meet a goal as it was asked for.

    ``reason`` is a reason code of ``user_report``, ``constraint`` what binds, ``facts`` what the person should know.
    """

    def __init__(self, reason: str, constraint: str = "", facts: list[dict[str, str]] | None = None) -> None:
        self.reason, self.constraint, self.facts = reason, constraint, facts or []
        super().__init__(f"{reason}: {constraint}")


class Desk:
    """Calls tools for one episode."""

    __slots__ = ("_access", "_breaker", "_keys", "_services", "episode", "now")

    def __init__(self, episode: Episode, breaker: BreakerSettings | None = None) -> None:
        self.episode = episode
        self._services = {tool.name: tool.service for tool in episode.tools}
        self._breaker = Breaker(breaker, self._services) if breaker else None
        self._access = {tool.name: tool.access for tool in episode.tools}
        self._keys = {tool.name: tool.key for tool in episode.tools}
        self.now: datetime | None = None

    def has(self, tool: str) -> bool:
        """Whether the tool exists here."""
        return tool in self._access

    def keyed(self, tool: str) -> bool:
        """Whether the tool takes an idempotency key."""
        return bool(self._keys.get(tool))

    def key_of(self, tool: str) -> str:
        """The argument that is the tool's idempotency key; empty if it takes none."""
        return self._keys.get(tool, "")

    def follow(self, breaker: BreakerSettings | None) -> None:
        """Leave failing services alone by other rules from here on; what was counted by the old ones is forgotten."""
        self._breaker = Breaker(breaker, self._services) if breaker else None

    def call(self, tool: str, args: Mapping[str, Any], *, need: tuple[str, ...] = ()) -> dict[str, Any]:
        """Call a tool and return its data.

        Args:
            tool: Its name.
            args: Its arguments; those that are None are left out.
            need: Fields that the answer must have to be of use.

        Raises:
            ToolFailure: an error reply, or an answer that is incomplete, stale or of another shape; ``CIRCUIT_OPEN``
                where the service has failed so often that it is left alone for now, and nothing was sent.
        """
        access = self._access.get(tool, "read")
        if self._breaker is not None and (left := self._breaker.remaining_s(tool, self.now)):
            raise ToolFailure(tool, "CIRCUIT_OPEN", "it keeps failing", retry_after=left, access=access)
        reply = self.episode.call(tool, {name: value for name, value in args.items() if value is not None})
        if not reply["ok"]:
            error = reply["error"]
            self._see(reply["as_of"])
            if self._breaker is not None and self._breaker.saw(tool, error["code"], self.now):
                self.note("breaker", {"tool": tool, "state": "open", "code": error["code"]})
            raise ToolFailure(
                tool,
                error["code"],
                error["message"],
                retry_after=error.get("retry_after"),
                access=access,
                hint=error.get("hint") or "",
            )
        if self._breaker is not None:
            self._breaker.saw(tool, "", self.now)
        if not reply.get("complete", True):
            raise ToolFailure(tool, "INCOMPLETE_RESPONSE", "the answer says that it is not complete", access=access)
        if not self._see(reply["as_of"]):
            raise ToolFailure(tool, "STALE_RESPONSE", "the answer is older than what was known", access=access)
        data: Any = reply["data"]
        if not isinstance(data, dict):
            raise ToolFailure(tool, "MALFORMED_RESPONSE", "the answer is no object", access=access)
        if _drifted(data):
            # A renamed field is the commonest drift, and the names tell what they are.
            data = _snake(data)
        if any(name not in data for name in need):
            raise ToolFailure(tool, "MALFORMED_RESPONSE", "the answer lacks what it should have", access=access)
        answer: dict[str, Any] = data
        return answer

    def _see(self, as_of: str) -> bool:
        moment = datetime.fromisoformat(as_of)
        if self.now is None or moment >= self.now:
            self.now = moment
            return True
        return (self.now - moment).total_seconds() < STALE_AFTER_S

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Put a remark into the trace."""
        self.episode.note(kind, data)


def _drifted(data: dict[str, Any]) -> bool:
    """Whether fields, at the top or in the first row of a list, are not in the case that our tools write."""
    if not "".join(data).islower() and any(_CAMEL.search(name) for name in data):
        return True
    rows = [value[0] for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return any(not "".join(row).islower() and any(_CAMEL.search(name) for name in row) for row in rows)


def _snake(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            _CAMEL.sub(lambda m: "_" + m.group(1).lower(), str(name)): _snake(value) for name, value in data.items()
        }
    if isinstance(data, list):
        return [_snake(value) for value in data]
    return data
