"""Trying tools by hand: a scratch world that remembers what was called, with a fault on the next call if wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any

from mock_services.clock import SECOND, Instant, local
from mock_services.context import Ctx
from mock_services.errors import InternalError
from mock_services.extras import Extra
from mock_services.faults import KINDS, Fault
from mock_services.person import Answer, Decision
from mock_services.registry import Registry, registry_of
from mock_services.service import Tool
from mock_services.tables import Table
from mock_services.trace import Event, digest, encode
from mock_services.world import World
from scenarios.results import EpisodeResult, Verdict
from scenarios.runs.scratch import Scratch, build_scratch
from scenarios.started import EpisodeStarted, SetUp


class Agreeable:
    """Agrees to every offer and every mandate, so that what comes after consent can be tried; knows nothing else."""

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """They do not know."""
        return Answer("unknown", "")

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """They agree."""
        return Decision("approved")

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """They agree."""
        return Decision("approved")


class NextFault:
    """Strikes once: the next call that ``armed`` fits, whatever its object and attempt."""

    __slots__ = ("armed",)

    def __init__(self, armed: Fault | None = None) -> None:
        self.armed = armed

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """The armed fault, which is then no longer armed."""
        fault = self.armed
        if fault is None or fault.tool not in ("", tool) or KINDS[fault.kind].access not in ("any", access):
            return None
        self.armed = None
        return fault

    def fork(self) -> NextFault:
        """A copy, armed alike."""
        return NextFault(self.armed)


class Trial:
    """A scratch world to try tools in, built when it is first needed.

    Its methods may be called from any thread; one waits for another. What builds or reads the world takes a second or
    two the first time.
    """

    def __init__(self, scratch: Scratch | None = None, services: tuple[Extra, ...] = ()) -> None:
        self._scratch, self._services = scratch or Scratch(), services
        self._lock = Lock()
        self._faults = NextFault()
        self._world: World | None = None

    def registry(self) -> Registry:
        """The services that can be tried.

        Raises:
            UsageError: a service cannot be loaded.
        """
        return registry_of(self._services)

    def reset(self) -> None:
        """Begin again with a fresh world."""
        with self._lock:
            self._world = None
            self._built()

    def now(self) -> datetime:
        """The person's wall clock, with its UTC offset."""
        with self._lock:
            world = self._built()
            return local(world.now, world.offset_min)

    def call(self, tool: str, args: dict[str, Any], fault: Fault | None = None) -> list[Event]:
        """Call a tool, struck by ``fault`` if it is given, and return what happened: events in order, the call's last.

        Raises:
            InternalError: the service broke a promise of its own; the world is as it was before.
        """
        return self._do(lambda world: self._call(world, tool, args, fault))

    def wait(self, seconds: int | None = None) -> list[Event]:
        """Let time pass, by default until the next thing happens, and return what happened; nothing may be due.

        Raises:
            InternalError: as :meth:`call`.
        """
        return self._do(lambda world: self._wait(world, seconds))

    def rows(self, table: Table[Any]) -> list[Any]:
        """The rows of a table as they are now."""
        with self._lock:
            return list(self._built().state.scan(table))

    def record(self) -> EpisodeResult:
        """What was done so far, as an episode that nobody judges."""
        with self._lock:
            events = list(self._built().recorder.events)
        trace = encode(events)
        return EpisodeResult(
            ordinal=0,
            scenario="scratch",
            family="",
            locale=self._scratch.locale,
            plan="",
            agent="you",
            seed=self._scratch.seed,
            verdict=Verdict("", "", (), 0, 0),
            terminated=False,
            truncated=False,
            error="",
            calls=sum(event.kind == "tool_called" for event in events),
            asks=0,
            spent_fen=0,
            virtual_ms=events[-1].at - events[0].at,
            fallback=(),
            trace=trace,
            digest=digest(trace),
        )

    def _built(self) -> World:
        if self._world is None:
            self._world = world = build_scratch(self._scratch, self._services, person=Agreeable(), faults=self._faults)
            started = EpisodeStarted(
                scenario="scratch",
                plan="",
                agent="you",
                seed=self._scratch.seed,
                base=world.base.id,
                words="(nothing was asked for: this is a scratch world)",
                locale=self._scratch.locale,
                person=world.person_id,
                start=world.now,
            )
            changes = [change.compact() for change in world.state.journal]
            world.recorder.emit(world.now, "episode_started", started)
            world.recorder.emit(world.now, "set_up", SetUp(changes, {}))
        return self._world

    def _do(self, act: Callable[[World], None]) -> list[Event]:
        with self._lock:
            world = self._built()
            told, mark, history, now = (
                len(world.recorder.events),
                len(world.state.journal),
                len(world.history),
                world.now,
            )
            try:
                act(world)
            except InternalError:
                world.undo(mark)
                world.now = now
                del world.history[history:], world.recorder.events[told:]
                raise
            finally:
                self._faults.armed = None
            return world.recorder.events[told:]

    def _call(self, world: World, tool: str, args: dict[str, Any], fault: Fault | None) -> None:
        self._faults.armed = fault
        world.call(tool, args)

    def _wait(self, world: World, seconds: int | None) -> None:
        to = world.next_due() if seconds is None else world.now + seconds * SECOND
        if to is not None:
            world.advance(max(to, world.now))


def strikes(tool: Tool, registry: Registry) -> list[tuple[str, str]]:
    """(kind, phase) of every fault that can strike a tool; of the world's own faults, those that its service knows."""
    if not tool.faults:
        return []
    known = registry.service(tool.service).disruptions
    return [
        (name, phase)
        for name, kind in KINDS.items()
        for phase in kind.phases
        if kind.access in ("any", tool.access) and (phase != "world" or name in known)
    ]
