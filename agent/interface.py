"""The door: what any agent gets, ours or yours. An agent is a callable that takes an :class:`Episode` and acts.

It sees the person's words and the tools, and nothing else: no goal, no checks, no fault schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from mock_services.errors import UsageError


class ToolSpec(msgspec.Struct, frozen=True):
    """A tool as an agent sees it. ``parameters`` is a JSON Schema; ``access`` is ``read`` or ``write``.

    ``key`` names the argument that is an idempotency key, if the tool takes one.
    """

    name: str
    service: str
    description: str
    parameters: dict[str, Any]
    access: str
    key: str = ""


class EpisodeOver(Exception):
    """Raised by :meth:`Episode.call` once a limit is reached: the harness ends the episode as truncated.

    An agent need not catch it; one that does must not swallow it.
    """


MOST_STEPS: Final = 200
"""Supersteps after which a graph is taken to run in a circle."""


class OutOfSteps(EpisodeOver):
    """Raised by an agent that stops itself because its own steps go on without end: the episode ends as truncated."""

    limit = "steps of the graph"


class RunStopped(UsageError):
    """Raised by an agent where not the errand but the run cannot go on: its money is spent, a recording has a gap.

    The episode is not recorded, and the run can be resumed once that is mended.
    """


class Episode(Protocol):
    """One errand.

    ``instruction`` is what the person wrote; ``locale`` is ``zh``, ``en`` or ``id``; ``person_id`` tells whose
    account the tools act on; ``episode_id`` is stable over retries of a node, for making idempotency keys.
    """

    @property
    def episode_id(self) -> str: ...
    @property
    def instruction(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def tools(self) -> Sequence[ToolSpec]: ...

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool.

        Returns:
            ``{"ok": True, "data": {...}, "as_of": iso, "complete": bool}`` or
            ``{"ok": False, "error": {"code", "message", "retryable", "retry_after", "hint"}, "as_of": iso}``.

        Raises:
            EpisodeOver: a limit on calls, virtual time or cost was reached; nothing was done.
        """
        ...

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Put an annotation (a plan, a reason, a node) into the trace. It is shown, and never graded."""
        ...

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Charge a decision: what a mind takes, on the virtual clock and in money.

        Nothing here reads the wall clock, so a mind that takes time says how much it declares. What falls due
        meanwhile happens. The cost is the operator's, not the person's: it is summed in the run.

        Args:
            ms: Virtual milliseconds; the clock stops at the errand's limit of time.
            cost_micros: Millionths of a yuan.

        Raises:
            EpisodeOver: the errand was declared over, what the agent may cost is spent, or there were decisions without
                end.
            ValueError: less than nothing, or beyond any measure.
        """
        ...

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        """Announce that an engine is about to decide something, which the harness may make fail.

        An agent need not announce anything; what is not announced is not struck.

        Args:
            engine: Its spec.
            node: What it decides, by the name of the graph's node.

        Returns:
            None, or what it fails with: ``{"kind", "retry_after"}``, the kind one of :data:`agent.engine.FAILURES`,
            the time in seconds or None. Nothing was decided then.

        Raises:
            EpisodeOver: the errand was declared over, or there were decisions without end.
        """
        ...

    def done(self) -> None:
        """Say that the errand is over. Returning from the agent says the same."""
        ...


Agent = Callable[[Episode], None]
"""Anything that carries out an episode; it may raise, which ends the episode as the agent's failure."""


class PassThrough:
    """An episode behind which another one stands: everything is passed on. What wraps an episode starts from it."""

    def __init__(self, episode: Episode) -> None:
        self._episode = episode

    @property
    def episode_id(self) -> str:
        """As the episode behind it."""
        return self._episode.episode_id

    @property
    def instruction(self) -> str:
        """As the episode behind it."""
        return self._episode.instruction

    @property
    def locale(self) -> str:
        """As the episode behind it."""
        return self._episode.locale

    @property
    def tools(self) -> Sequence[ToolSpec]:
        """As the episode behind it."""
        return self._episode.tools

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Pass a call on."""
        return self._episode.call(tool, args)

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Pass a note on."""
        self._episode.note(kind, data)

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Pass a charge on."""
        self._episode.think(ms, cost_micros)

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        """Pass a decision on."""
        return self._episode.decide(engine, node)

    def done(self) -> None:
        """As the episode behind it."""
        self._episode.done()
