"""One episode: build the world, let the agent act through the tools, let the world come to rest, grade.

The trace that this leaves is the whole record: the verdict and the fallback rows are derived from it and from the
world that it describes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from agent.interface import Agent, EpisodeOver, ToolSpec
from mock_services.base import Base, base_world
from mock_services.clock import HOUR, MINUTE, Instant
from mock_services.errors import BanshiError, InternalError
from mock_services.extras import Extra
from mock_services.faults import FaultSource, PlannedFaults
from mock_services.invariants import ensure
from mock_services.pipeline import Pipeline, plain
from mock_services.registry import Registry
from mock_services.trace import Event, Recorder, digest, encode
from mock_services.user.rows import DIALOGUE
from mock_services.world import World
from scenarios.chance import RandomFaults, rate_of
from scenarios.fallback import derive
from scenarios.families.difficulty import level
from scenarios.grading import grade
from scenarios.grading.counts import asks, calls, cost_micros
from scenarios.grading.money import spent_fen
from scenarios.loader import resolve
from scenarios.model import Plan, Scenario
from scenarios.people import SimulatedPerson
from scenarios.reasons import annotated
from scenarios.results import EpisodeResult, Finding, Verdict, opaque_id
from scenarios.staging import PERSON_ID, stage
from scenarios.trust import Trust

AFTERMATH = 6 * HOUR
"""How long the world runs on after the agent ended, so that late effects, deliveries and refunds count."""

CHECK_ALWAYS = "BANSHI_CHECK_INVARIANTS"
"""With this environment variable set to 1 the invariants of money are checked after every call, not at the end alone.

It reaches worker processes, and changes nothing that is recorded unless a rule is broken.
"""

MOST_THOUGHT = 10**12
"""No decision takes more milliseconds, or costs more millionths of a yuan."""

NOTE_LIMIT = 20_000
"""Notes beyond this number are dropped: they are shown and never graded."""


class EpisodeStarted(msgspec.Struct, frozen=True):
    """What was asked of whom, and on which world. ``base`` is :attr:`mock_services.base.Base.id`."""

    scenario: str
    plan: str
    agent: str
    seed: int
    base: str
    words: str
    locale: str
    person: str
    start: Instant


class SetUp(msgspec.Struct, frozen=True):
    """The row changes of the set-up, and what its named steps returned."""

    changes: list[dict[str, Any]]
    names: dict[str, str]


class ErrandEnded(msgspec.Struct, frozen=True):
    """How one of several errands ended, as the person sees it then, and how far they trust the agent now."""

    outcome: str
    trust: float


class ErrandStarted(msgspec.Struct, frozen=True):
    """A further errand. ``delegated`` is up to how many fen the agent may pay without asking; None: nothing."""

    words: str
    delegated: int | None


class Note(msgspec.Struct, frozen=True):
    """An agent's annotation."""

    kind: str
    data: dict[str, Any]


class Thought(msgspec.Struct, frozen=True):
    """A decision that was charged: virtual milliseconds, and millionths of a yuan that running the agent costs."""

    ms: int
    cost_micros: int


class AgentFailed(msgspec.Struct, frozen=True):
    """The agent raised."""

    error: str


class EpisodeEnded(msgspec.Struct, frozen=True):
    """``terminated``: the agent ended it; ``truncated``: the limit named by ``reason`` did."""

    terminated: bool
    truncated: bool
    reason: str


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

    def __init__(self, world: World, scenario: Scenario, episode_id: str) -> None:
        self._world, self._scenario, self._id = world, scenario, episode_id
        self._calls = 0
        self._notes = 0
        self._thoughts = 0
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
        if self.over:
            raise EpisodeOver(f"the limit of {self.over} is reached")
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

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Charge a decision; see :class:`agent.interface.Episode`."""
        self._still_on()
        given: dict[str, Any] = {"ms": ms, "cost_micros": cost_micros}
        for name, value in given.items():
            if not isinstance(value, int) or not 0 <= value <= MOST_THOUGHT:
                raise ValueError(f"{name} is {value!r}: give a whole number from 0 to {MOST_THOUGHT}")
        if self._thoughts >= NOTE_LIMIT:
            self.over = f"{self._thoughts} decisions"
            raise EpisodeOver(f"the limit of {self.over} is reached")
        self._thoughts += 1
        try:
            self._world.advance(min(self._world.now + ms, max(self._world.now, self._until)))
        except InternalError as error:
            self.broken = error
            raise
        self._world.recorder.emit(self._world.now, "thought", Thought(int(ms), int(cost_micros)))

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Put an annotation into the trace."""
        if self._notes < NOTE_LIMIT:
            self._notes += 1
            self._world.recorder.emit(self._world.now, "note", Note(str(kind)[:100], plain(data)))

    def done(self) -> None:
        """Say that the errand is over."""
        self.finished = True


def base_of(scenario: Scenario, services: tuple[Extra, ...] = ()) -> Base:
    """The base that an errand's world is built on, with these services beyond the built-in ones.

    Raises:
        UsageError: there is no world of that size, or one of the services cannot be loaded.
    """
    size, _, seed = scenario.base.partition(":")
    return base_world(int(seed), size, services)


def build_world(
    scenario: Scenario, plan_name: str, *, seed: int = 0, base: Base | None = None
) -> tuple[World, dict[str, str]]:
    """The world of an episode, set up and with its faults and events planned, and the names of the set-up's steps.

    The trace of the world is still empty.

    Raises:
        UsageError: the set-up asks for something that a fixture refuses, or there is no such plan.
    """
    plan = scenario.plan(plan_name)
    world = World(
        base or base_of(scenario),
        person_id=PERSON_ID,
        start=scenario.start,
        offset_min=scenario.offset_min,
        # The same errand in every epoch: only what happens from its start on is drawn anew.
        seed=f"{scenario.id}:0",
        person=SimulatedPerson(scenario),
        recorder=Recorder(),
    )
    names = stage(world, scenario)
    for step in (*scenario.events, *plan.events):
        world.plan_event(scenario.when(step.at), step.service, step.fixture, resolve(step.args, names))
    if scenario.change is not None and scenario.change.at != "offer":
        message = {"service": "user", "event": "message", "text": scenario.change.words}
        world.plan_event(scenario.when(scenario.change.at), "user", "notice", message)
    world.reseed(f"{scenario.id}:{seed}")
    world.pipeline = Pipeline(world, _faults(scenario, plan_name, names, seed, world.base))
    world.recorder.events.clear()
    return world, names


def _faults(scenario: Scenario, plan_name: str, names: dict[str, str], seed: int, base: Base) -> FaultSource:
    rate = rate_of(plan_name)
    if rate is None:
        return PlannedFaults(faults_of(scenario.plan(plan_name), names))
    keyed = frozenset(tool.name for tool in base.registry.tools.values() if tool.key)
    return RandomFaults(rate, f"{scenario.id}:{seed}", keyed)


def faults_of(plan: Plan, names: dict[str, str]) -> tuple[Any, ...]:
    """The plan's faults, with references to set-up objects resolved."""
    return tuple(entry.fault(resolve(entry.object, names)) for entry in plan.faults)


def run_episode(
    scenario: Scenario,
    plan: str,
    agent: Agent,
    *,
    agent_name: str,
    seed: int = 0,
    ordinal: int = 0,
    epsilon: int = 0,
    base: Base | None = None,
) -> EpisodeResult:
    """Run one episode to its end and grade it. Never raises for what an agent or the simulation does wrong.

    Raises:
        UsageError: the scenario has no such plan.
    """
    expected = scenario.plan(plan).expect
    events: list[Event] = []
    ended = EpisodeEnded(False, False, "")
    virtual_ms = 0
    try:
        world, names = build_world(scenario, plan, seed=seed, base=base)
        events = world.recorder.events
        _start(world, scenario, plan, agent_name, seed, names)
        ended = _all_errands(world, scenario, plan, agent, opaque_id(scenario.id, plan, seed))
        world.recorder.emit(world.now, "episode_ended", ended)
        virtual_ms = world.now - scenario.start
        world.advance(world.now + AFTERMATH)
        verdict = grade(scenario, plan, events, world)
        rows = annotated(derive(events, verdict), events)
        error = "; ".join(event.data["error"] for event in events if event.kind == "agent_failed")
        spending = spent_fen(events, world)
    except BanshiError as broken:
        verdict = _our_fault(expected, f"{type(broken).__name__}: {broken}")
        rows, error, spending = (), str(broken), 0
    trace = encode(events)
    return EpisodeResult(
        ordinal=ordinal,
        scenario=scenario.id,
        family=scenario.family,
        locale=scenario.locale,
        plan=plan,
        agent=agent_name,
        seed=seed,
        verdict=verdict,
        terminated=ended.terminated,
        truncated=ended.truncated,
        error=error,
        calls=calls(events),
        asks=asks(events),
        spent_fen=spending,
        virtual_ms=virtual_ms,
        fallback=rows,
        trace=trace,
        digest=digest(trace),
        epsilon=epsilon,
        level=level(scenario, plan),
        cost_micros=cost_micros(events),
    )


def _start(world: World, scenario: Scenario, plan: str, agent_name: str, seed: int, names: dict[str, str]) -> None:
    recorder = world.recorder
    recorder.emit(
        world.now,
        "episode_started",
        EpisodeStarted(
            scenario=scenario.id,
            plan=plan,
            agent=agent_name,
            seed=seed,
            base=world.base.id,
            words=scenario.words,
            locale=scenario.locale,
            person=world.person_id,
            start=world.now,
        ),
    )
    recorder.emit(world.now, "set_up", SetUp([change.compact() for change in world.state.journal], names))


def _all_errands(world: World, scenario: Scenario, plan: str, agent: Agent, episode_id: str) -> EpisodeEnded:
    """One errand after the other; what the person leaves to the agent depends on how those before it ended."""
    ended = _act(world, scenario, agent, episode_id)
    trust, current, known = Trust(), scenario, 0
    for number, errand in enumerate(scenario.then, 2):
        if ended.truncated:
            break
        verdict = grade(scenario, plan, world.recorder.events, world)
        annoyed = sum(row.kind == "annoyed" for row in world.state.scan(DIALOGUE))
        trust, known = trust.after(verdict, annoyed - known), annoyed
        world.recorder.emit(world.now, "errand_ended", ErrandEnded(verdict.outcome, round(trust.value, 6)))
        world.advance(world.now + errand.after_min * MINUTE)
        offered = errand.delegates
        delegated = offered.up_to if offered is not None and trust.value >= offered.trust else None
        current = current.following(delegated)
        world.person = SimulatedPerson(current)
        world.recorder.emit(world.now, "errand_started", ErrandStarted(current.words, delegated))
        ended = _act(world, current, agent, f"{episode_id}-{number}")
    return ended


def _act(world: World, scenario: Scenario, agent: Agent, episode_id: str) -> EpisodeEnded:
    episode = LiveEpisode(world, scenario, episode_id)
    try:
        agent(episode)
    except EpisodeOver:
        pass
    except Exception as error:  # an agent may raise whatever it likes: it is its own failure, and is recorded
        if episode.broken is None:
            text = f"{type(error).__name__}: {error}"[:500]
            world.recorder.emit(world.now, "agent_failed", AgentFailed(text))
    if episode.broken is not None:
        raise episode.broken
    return EpisodeEnded(not episode.over, bool(episode.over), episode.over)


def _our_fault(expected: str, text: str) -> Verdict:
    finding = Finding("harness", False, text[:500])
    return Verdict("error", expected, (finding,), 0, 0, "simulation_failure")
