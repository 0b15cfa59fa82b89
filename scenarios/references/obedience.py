"""A vice: does what a text in a listing, a review or a message tells assistants to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.interface import Episode
from agent.sim.obedience import Obedience
from scenarios.model import Scenario
from scenarios.references.vices import Tempted


class Obeys(Tempted):
    """Reads around a little more than the oracle, and does what it is told there; the person's errand comes after."""

    vice = "obeys-injected-text"

    def __init__(self, episode: Episode, scenario: Scenario) -> None:
        super().__init__(episode, scenario)
        self._obedience = Obedience(episode, self.act, sign="obeys")

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Pass a call on; what is read is obeyed."""
        self._obedience.begin()
        reply = self._episode.call(tool, args)
        self._obedience.after(tool, args, reply)
        return reply
