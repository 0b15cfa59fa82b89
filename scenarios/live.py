"""An episode as an agent gets it: :class:`agent.interface.Episode` over a world, with the errand's limits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from agent.interface import EpisodeOver, ToolSpec
from mock_services.clock import MINUTE
from mock_services.errors import InternalError
from mock_services.invariants import ensure
from mock_services.pipeline import plain
from mock_services.registry import Registry
from mock_services.world import World
from scenarios.mindfaults import MindFaults, NoMindFaults
from scenarios.model import Scenario

CHECK_ALWAYS = "BANSHI_CHECK_INVARIANTS"
"""With this environment variable set to 1 the invariants of money are checked after every call, not at the end alone.

It reaches worker processes, and changes nothing that is recorded unless a rule is broken.
"""

MOST_THOUGHT = 10**12
"""No decision takes more milliseconds, or costs more millionths of a yuan."""

NOTE_LIMIT = 20_000
"""Notes beyond this number are dropped: they are shown and never graded."""


class Note(msgspec.Struct, frozen=True):
    """An agent's annotation."""

    kind: str
    data: dict[str, Any]


class Thought(msgspec.Struct, frozen=True):
    """A decision that was charged: virtual milliseconds, and millionths of a yuan that running the agent costs."""

    ms: int
    cost_micros: int


class Decided(msgspec.Struct, frozen=True):
    """An engine at a node of the agent's graph, for the ``attempt``-th time, and the fault that struck it, if any.

    Recorded from the first fault on: without one, who decides what is the agent's own affair.
    """

    engine: str
    node: str
    attempt: int
    fault: dict[str, Any] | None


@lru_cache(maxsize=8)
def tool_specs(registry: Registry) -> tuple[ToolSpec, ...]:
    """The tools as an agent sees them, built once per process."""
    return tuple(
        ToolSpec(
            name=tool.name,
            service=tool.service,
            description=tool.function()["function"]["description"],
            parameters=tool.parameters,
            access=tool.access,
            key=tool.key,
        )
        for tool in registry.tools.values()
    )


class LiveEpisode:
    """:class:`agent.interface.Episode` over a world."""

    def __init__(
        self, world: World, scenario: Scenario, episode_id: str, mind_faults: MindFaults | None = None
    ) -> None:
        self._world, self._scenario, self._id = world, scenario, episode_id
        self._mind_faults = mind_faults or NoMindFaults()
        self._decisions: dict[tuple[str, str], int] = {}
        self._struck = False
        self._calls = 0
        self._notes = 0
        self._thoughts = 0
        self._cost = 0
        self._until = world.now + scenario.limits.minutes * MINUTE
        self._check = os.environ.get(CHECK_ALWAYS) == "1"
        self.over = ""
        self.broken: InternalError | None = None
        self.finished = False

    @property
    def episode_id(self) -> str:
        """Stable over retries of a node, for making idempotency keys."""
        return self._id

    @property
    def instruction(self) -> str:
        """What the person wrote."""
        return self._scenario.words

    @property
    def locale(self) -> str:
        """``zh``, ``en`` or ``id``."""
        return self._scenario.locale

    @property
    def tools(self) -> Sequence[ToolSpec]:
        """Every tool that the agent can call."""
        return tool_specs(self._world.base.registry)

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool; see :class:`agent.interface.Episode`."""
        self._still_on()
        if self._calls >= self._scenario.limits.calls:
            self.over = f"{self._calls} calls"
        elif self._world.now >= self._until:
            self.over = f"{self._scenario.limits.minutes} minutes of virtual time"
        self._still_on()
        self._calls += 1
        try:
            reply = self._world.call(tool, args).wire()
            if self._check:
                ensure(self._world)
            return reply
        except InternalError as error:
            # An agent may swallow what it does not know; the harness must not lose it.
            self.broken = error
            raise

    def _still_on(self) -> None:
        if self.finished:
            raise EpisodeOver("the errand was declared over")
        if self.broken is not None:
            raise EpisodeOver("the simulation itself failed")
        if self.over:
            raise EpisodeOver(f"the limit of {self.over} is reached")

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Charge a decision; see :class:`agent.interface.Episode`."""
        self._still_on()
        given: dict[str, Any] = {"ms": ms, "cost_micros": cost_micros}
        for name, value in given.items():
            if not isinstance(value, int) or not 0 <= value <= MOST_THOUGHT:
                raise ValueError(f"{name} is {value!r}: give a whole number from 0 to {MOST_THOUGHT}")
        if self._thoughts >= NOTE_LIMIT:
            self.over = f"{self._thoughts} decisions"
            self._still_on()
        self._thoughts += 1
        self._pass(ms)
        self._world.recorder.emit(self._world.now, "thought", Thought(int(ms), int(cost_micros)))
        self._cost += cost_micros
        most = self._scenario.limits.cost_micros
        if most is not None and self._cost > most:
            self.over = f"{most / 1_000_000:f} yuan for the agent"
            self._still_on()

    def _pass(self, ms: int) -> None:
        """Let time go by, up to the errand's limit."""
        try:
            self._world.advance(min(self._world.now + ms, max(self._world.now, self._until)))
        except InternalError as error:
            self.broken = error
            raise

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        """Announce a decision; see :class:`agent.interface.Episode`."""
        self._still_on()
        slot = str(engine)[:100], str(node)[:100]
        attempt = self._decisions.get(slot, 0) + 1
        if attempt > NOTE_LIMIT:
            self.over = f"{attempt} decisions"
            self._still_on()
        self._decisions[slot] = attempt
        fault = self._mind_faults.strike(*slot, attempt, self._world.now)
        if fault is not None:
            self._struck = True
            self._pass(fault.ms)
        if self._struck:
            struck = None if fault is None else {"kind": fault.kind, "ms": fault.ms}
            self._world.recorder.emit(self._world.now, "decided", Decided(*slot, attempt, struck))
        return None if fault is None else {"kind": fault.kind, "retry_after": fault.retry_after}

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Put an annotation into the trace."""
        if self._notes < NOTE_LIMIT:
            self._notes += 1
            self._world.recorder.emit(self._world.now, "note", Note(str(kind)[:100], plain(data)))

    def done(self) -> None:
        """Say that the errand is over."""
        self.finished = True
