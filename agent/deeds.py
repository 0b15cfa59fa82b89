"""Deeds: what was really done in an errand, by whichever engine. One that takes over looks here before it acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.interface import Episode, PassThrough

_WORDS = frozenset(("user", "clock"))
"""Services in which nothing is bought, paid or changed."""


class Deeds(PassThrough):
    """An episode whose writes are kept: ``{"tool", "args", "ok", "code", "data"}`` each, in order, JSON-safe.

    It stands nearest to the services, so that it sees what was sent and neither what was meant nor what was believed.
    Writes with an error are kept too, as some have had their effect.
    """

    def __init__(self, episode: Episode) -> None:
        super().__init__(episode)
        self._writing = {spec.name for spec in episode.tools if spec.access == "write" and spec.service not in _WORDS}
        self.writes: list[dict[str, Any]] = []

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Pass a call on, and keep it if it is a write."""
        reply = self._episode.call(tool, args)
        if tool in self._writing:
            error = None if reply["ok"] else reply["error"]["code"]
            self.writes.append(
                {"tool": tool, "args": dict(args), "ok": reply["ok"], "code": error, "data": reply.get("data")}
            )
        return reply
