"""One episode: build the world, let the agent act through the tools, let the world come to rest, grade.

The trace that this leaves is the whole record: the verdict and the fallback rows are derived from it and from the
world that it describes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from agent.interface import Agent, EpisodeOver, OutOfSteps, RunStopped
from mock_services.base import Base, base_world
from mock_services.clock import HOUR, MINUTE
from mock_services.errors import BanshiError
from mock_services.extras import Extra
from mock_services.faults import FaultSource, PlannedFaults
from mock_services.person import Person
from mock_services.pipeline import Pipeline
from mock_services.trace import Event, Recorder, digest, encode
from mock_services.user.rows import DIALOGUE
from mock_services.world import World
from scenarios.chance import RandomFaults, chances_of
from scenarios.fallback import derive
from scenarios.families.difficulty import level
from scenarios.grading import grade
from scenarios.grading.counts import asks, calls, cost_micros
from scenarios.grading.money import spent_fen
from scenarios.live import LiveEpisode
from scenarios.loader import resolve
from scenarios.mindfaults import MindFaults, NoMindFaults, PlannedMindFaults, RandomMindFaults
from scenarios.model import Plan, Scenario
from scenarios.people import SimulatedPerson
from scenarios.reasons import annotated
from scenarios.results import EpisodeResult, Finding, Verdict, opaque_id
from scenarios.staging import staged
from scenarios.started import EpisodeStarted, SetUp
from scenarios.trust import Trust

AFTERMATH = 6 * HOUR
"""How long the world runs on after the agent ended, so that late effects, deliveries and refunds count."""


class ErrandEnded(msgspec.Struct, frozen=True):
    """How one of several errands ended, as the person sees it then, and how far they trust the agent now."""

    outcome: str
    trust: float


class ErrandStarted(msgspec.Struct, frozen=True):
    """A further errand. ``delegated`` is up to how many fen the agent may pay without asking; None: nothing."""

    words: str
    delegated: int | None


class AgentFailed(msgspec.Struct, frozen=True):
    """The agent raised."""

    error: str


class EpisodeEnded(msgspec.Struct, frozen=True):
    """``terminated``: the agent ended it; ``truncated``: the limit named by ``reason`` did."""

    terminated: bool
    truncated: bool
    reason: str


def base_of(scenario: Scenario, services: tuple[Extra, ...] = ()) -> Base:
    """The base that an errand's world is built on, with these services beyond the built-in ones.

    Raises:
        UsageError: there is no world of that size, or one of the services cannot be loaded.
    """
    size, _, seed = scenario.base.partition(":")
    return base_world(int(seed), size, services)


PersonOf = Callable[[Scenario], Person]
"""Who sits at the other end of an errand: the simulated person, or a human in their place."""


class Breaks(msgspec.Struct, frozen=True):
    """What stands before the faults of a plan: those of services, and those of engines. By default nothing does."""

    services: Callable[[FaultSource], FaultSource] = lambda planned: planned
    engines: Callable[[MindFaults], MindFaults] = lambda planned: planned


AS_PLANNED = Breaks()


def build_world(
    scenario: Scenario,
    plan_name: str,
    *,
    seed: int = 0,
    base: Base | None = None,
    person_of: PersonOf = SimulatedPerson,
    recorder: Recorder | None = None,
    breaks: Breaks = AS_PLANNED,
) -> tuple[World, dict[str, str]]:
    """The world of an episode, set up and with its faults and events planned, and the names of the set-up's steps.

    The trace of the world is still empty.

    Raises:
        UsageError: the set-up asks for something that a fixture refuses, or there is no such plan.
    """
    plan = scenario.plan(plan_name)
    ready = staged(scenario, base or base_of(scenario))
    world, names = ready.world.fork(), dict(ready.names)
    world.person, world.recorder = person_of(scenario), recorder or Recorder()
    for step in (*scenario.events, *plan.events):
        world.plan_event(scenario.when(step.at), step.service, step.fixture, resolve(step.args, names))
    if scenario.change is not None and scenario.change.at != "offer":
        message = {"service": "user", "event": "message", "text": scenario.change.words}
        world.plan_event(scenario.when(scenario.change.at), "user", "notice", message)
    world.reseed(f"{scenario.id}:{seed}")
    world.pipeline = Pipeline(world, breaks.services(_faults(scenario, plan_name, names, seed, world.base)))
    world.recorder.events.clear()
    return world, names


def _faults(scenario: Scenario, plan_name: str, names: dict[str, str], seed: int, base: Base) -> FaultSource:
    chances = chances_of(plan_name)
    if chances is None:
        return PlannedFaults(faults_of(scenario.plan(plan_name), names))
    keyed = frozenset(tool.name for tool in base.registry.tools.values() if tool.key)
    return RandomFaults(chances.services, f"{scenario.id}:{seed}", keyed)


def mind_faults(scenario: Scenario, plan_name: str, seed: int) -> MindFaults:
    """What strikes the engines in an episode."""
    chances = chances_of(plan_name)
    if chances is not None:
        return RandomMindFaults(chances.engines, f"{scenario.id}:{seed}") if chances.engines else NoMindFaults()
    plan = tuple(entry.mind_fault() for entry in scenario.plan(plan_name).faults if entry.engine)
    return PlannedMindFaults(plan) if plan else NoMindFaults()


def faults_of(plan: Plan, names: dict[str, str]) -> tuple[Any, ...]:
    """The plan's faults of services, with references to set-up objects resolved."""
    return tuple(entry.fault(resolve(entry.object, names)) for entry in plan.faults if not entry.engine)


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
    person_of: PersonOf = SimulatedPerson,
    recorder: Recorder | None = None,
    breaks: Breaks = AS_PLANNED,
) -> EpisodeResult:
    """Run one episode to its end and grade it. Never raises for what an agent or the simulation does wrong.

    ``person_of`` says who answers, ``recorder`` where the trace goes, ``breaks`` what breaks besides. An agent that is
    suspended (:mod:`agent.durable`) leaves the episode where it is.

    Raises:
        RunStopped: the agent says that the run cannot go on.
        UsageError: the scenario has no such plan.
    """
    expected = scenario.plan(plan).expect
    events: list[Event] = []
    ended = EpisodeEnded(False, False, "")
    virtual_ms = 0
    try:
        world, names = build_world(
            scenario, plan, seed=seed, base=base, person_of=person_of, recorder=recorder, breaks=breaks
        )
        events = world.recorder.events
        _start(world, scenario, plan, agent_name, seed, names)
        faults = breaks.engines(mind_faults(scenario, plan, seed))
        ended = _all_errands(world, scenario, plan, agent, opaque_id(scenario.id, plan, seed), faults, person_of)
        world.recorder.emit(world.now, "episode_ended", ended)
        virtual_ms = world.now - scenario.start
        world.advance(world.now + AFTERMATH)
        verdict = grade(scenario, plan, events, world)
        rows = annotated(derive(events, verdict), events)
        error = "; ".join(event.data["error"] for event in events if event.kind == "agent_failed")
        spending = spent_fen(events, world)
    except RunStopped:
        raise
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
    done = staged(scenario, world.base).changes
    planned = [msgspec.to_builtins(change.compact()) for change in world.state.journal[len(done) :]]
    recorder.keep(world.now, "set_up", msgspec.structs.asdict(SetUp([*done, *planned], names)))


def _all_errands(
    world: World,
    scenario: Scenario,
    plan: str,
    agent: Agent,
    episode_id: str,
    faults: MindFaults,
    person_of: PersonOf,
) -> EpisodeEnded:
    """One errand after the other; what the person leaves to the agent depends on how those before it ended."""
    ended = _act(world, scenario, agent, episode_id, faults)
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
        world.person = person_of(current)
        world.recorder.emit(world.now, "errand_started", ErrandStarted(current.words, delegated))
        ended = _act(world, current, agent, f"{episode_id}-{number}", faults)
    return ended


def _act(world: World, scenario: Scenario, agent: Agent, episode_id: str, faults: MindFaults) -> EpisodeEnded:
    episode = LiveEpisode(world, scenario, episode_id, faults)
    try:
        agent(episode)
    except OutOfSteps as stopped:
        episode.over = episode.over or stopped.limit
    except EpisodeOver:
        pass
    except RunStopped:
        raise
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
