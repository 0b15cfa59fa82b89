"""Forking an episode: rebuilt from its record up to a step, another road from there, graded and stored by itself.

Up to the step everything is run again: the world from its base and seeds, the person from what they said, and the
mind, if it does the same things again; what another mind did (a model without a cassette, a human) is done again from
the record. Every event is held against the record as it comes, and the fork is refused at the first that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from agent.build import build_agent, build_router, has_model, is_engine, pins
from agent.fallback.policy import load_policy
from agent.interface import Agent, RunStopped
from agent.swap import Swap, relay
from mock_services.errors import UsageError
from mock_services.faults import FaultSource
from mock_services.trace import Event, decode
from scenarios.episode import Breaks, base_of, run_episode
from scenarios.forking.record import Parted, Record, cut
from scenarios.forking.roads import Heard, TurnedFaults, TurnedMindFaults, TurnedPerson, recorded
from scenarios.forking.turn import Turn
from scenarios.loader import Suite
from scenarios.mindfaults import MindFaults
from scenarios.people import SimulatedPerson
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs.manifest import Manifest, Selection, read_manifest
from scenarios.runs.plan import load_sources, plan_episodes
from scenarios.runs.single import record_alone
from scenarios.runs.store import Store
from scenarios.runs.workers import Bench, agent_of, said
from scenarios.session.session import HUMAN


class ForkRefused(UsageError):
    """An episode that cannot be forked there, or in that way; says why in one line."""


class Original(msgspec.Struct, frozen=True):
    """A recorded episode with all that is needed to run it again. ``forks`` are its own turns, if it is a fork."""

    run: str
    ordinal: int
    manifest: Manifest
    suite: Suite
    spec: EpisodeSpec
    result: EpisodeResult
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """``r0001:3``."""
        return f"{self.run}:{self.ordinal}"


class Forked(msgspec.Struct, frozen=True):
    """A fork beside its original. ``turn`` says where and what; ``idle`` what of it never came to anything, in words.

    ``run`` is where it is recorded, empty if it is not; its ordinal there is 0.
    """

    original: Original
    turn: Turn
    result: EpisodeResult
    events: tuple[Event, ...]
    idle: tuple[str, ...]
    run: str = ""


def original_of(path: Path | None, run: str, ordinal: int) -> Original:
    """Read a recorded episode, with the suite that it is of.

    Raises:
        UsageError: there is none.
        ForkRefused: the suite has changed, or there is no trace and running it again gives another episode.
        StoreError: the store cannot be read.
    """
    with Store(path) as store:
        row = store.run(run)
        result = store.episode(run, ordinal)
    manifest = read_manifest(row.manifest)
    suite = load_sources(manifest.sources, manifest.services)
    if suite.hash != manifest.suite_hash:
        raise ForkRefused(
            f"suite {manifest.suite} has changed since run {run} was made", fix="run the episode again, and fork that"
        )
    spec = plan_episodes(suite, manifest)[ordinal]
    if not result.trace:
        result = _run_again(result, spec, suite, manifest)
    try:
        events = tuple(decode(result.trace))
    except msgspec.MsgspecError as error:
        raise ForkRefused(f"the trace of {run}:{ordinal} is damaged", fix="run the episode again") from error
    return Original(run, ordinal, manifest, suite, spec, result, events)


def _run_again(result: EpisodeResult, spec: EpisodeSpec, suite: Suite, manifest: Manifest) -> EpisodeResult:
    if manifest.forks or has_model(spec.agent):
        raise ForkRefused(f"the trace of {result.id} was not kept", fix="run it again with --trace all")
    again = Bench(suite).carry_out(spec)
    if again.digest != result.digest:
        raise ForkRefused(
            f"the trace of {result.id} was not kept, and run again it is another episode", fix="fork that one"
        )
    return again


def fork(original: Original, step: int, turn: Turn) -> Forked:
    """Take another road from a step on. Nothing is recorded yet; see :func:`keep`.

    Args:
        original: The episode.
        step: The step, counted from 0, before which all stays as it was.
        turn: What is to be otherwise; where it is (``at``) is found from the step.

    Raises:
        ForkRefused: there is no such step, it cannot be rebuilt up to there, or the turn is not to be had there.
        UsageError: an engine or a policy does not exist.
    """
    if not 0 <= step < len(original.events):
        raise ForkRefused(f"there is no step {step + 1}", fix=f"{original.name} has steps 1 to {len(original.events)}")
    ended = next((event.seq for event in original.events if event.kind == "episode_ended"), len(original.events))
    if step > ended:
        raise ForkRefused(f"at step {step + 1} the errand is over", fix=f"fork at step {ended + 1} or before")
    if step < _BEGINNING:
        raise ForkRefused(f"at step {step + 1} the errand has not begun", fix=f"fork at step {_BEGINNING + 1} or later")
    turn = msgspec.structs.replace(turn, at=cut(original.events, step))
    record = Record(original.events, turn.at)
    turns = (*original.manifest.forks, turn)
    heard = Heard(original.events, lambda: record.passed(turn.at), turn.said)
    spec, suite = original.spec, original.suite
    scenario = suite.scenario(spec.scenario)
    try:
        result = run_episode(
            said(scenario, spec),
            spec.plan,
            _agent(original, turns, record),
            agent_name=spec.agent,
            seed=spec.seed,
            epsilon=spec.epsilon,
            base=base_of(scenario, suite.services),
            person_of=lambda errand: TurnedPerson(SimulatedPerson(errand), heard),
            recorder=record,
            breaks=_breaks(turns, record),
        )
    except Parted as parted:
        made = original.manifest.version
        raise ForkRefused(
            f"run again, {original.name} parts from its record: {parted}",
            fix=f"it was made by version {made}; run it again and fork that",
        ) from parted
    except RunStopped as stopped:
        raise ForkRefused(
            stopped.what, where=stopped.where, fix="let the model be asked: banshi fork … --cassette extend:FILE"
        ) from stopped
    return Forked(original, turn, result, tuple(decode(result.trace)), tuple(_idle(turn, record.events, heard)))


TAGS = ("fork",)
"""How the runs that are forks are labelled in a list of runs."""

_BEGINNING = 2
"""The events that come before anybody acts: the start, and the set-up."""


def keep(forked: Forked, path: Path | None) -> Forked:
    """Record a fork as a run of its own, whose options say of what it is one, and where and how it turned.

    Raises:
        StoreError: the store takes no more.
    """
    original, turn = forked.original, forked.turn
    manifest, spec = original.manifest, original.spec
    options = {name: value for name, value in manifest.options.items() if name != "session"}
    made = msgspec.structs.replace(
        manifest,
        options={**options, "fork_of": f"{original.name}@{turn.at + 1}", "change": turn.told},
        seed=spec.seed,
        selection=Selection(faults=spec.plan, only=(spec.scenario,)),
        epochs=1,
        epsilons=(spec.epsilon,),
        traces="all",
        pins={**manifest.pins, **(pins(turn.engine) if turn.engine else {})},
        forks=(*manifest.forks, turn),
    )
    return msgspec.structs.replace(forked, run=record_alone(made, forked.result, path, tags=TAGS))


# --- the parts of a fork ---------------------------------------------------------------------------------------


def _breaks(turns: Sequence[Turn], record: Record) -> Breaks:
    def services(planned: FaultSource) -> FaultSource:
        for turn in turns:
            planned = TurnedFaults(planned, turn, _due(record, turn))
        return planned

    def engines(planned: MindFaults) -> MindFaults:
        for turn in turns:
            planned = TurnedMindFaults(planned, turn, _due(record, turn))
        return planned

    return Breaks(services, engines)


def _due(record: Record, turn: Turn) -> Callable[[], bool]:
    return lambda: record.passed(turn.at)


def _agent(original: Original, turns: Sequence[Turn], record: Record) -> Agent:
    """The agent of the original, and from each turn with another mind or policy on that one."""
    spec, suite = original.spec, original.suite
    swapping = [turn for turn in turns if turn.engine or turn.fallback]
    for turn in swapping:
        _check_mind(turn)
    options = dict(spec.options)
    if _is_run_again(spec, turns):
        llm = _model_options(options.get("llm") or {}, turns)
        if not swapping:
            return agent_of(msgspec.structs.replace(spec, options={**options, "llm": llm}), suite)
        if is_engine(spec.agent) and not spec.agent.startswith("react:"):
            fallback, guard = str(options.get("fallback", "full")), bool(options.get("guard", True))
            swaps = _swaps(swapping, llm, record)
            return build_agent(spec.agent, fallback=fallback, guard=guard, llm=llm, swaps=swaps)
    first = next((turn for turn in swapping if turn.engine), None)
    if first is None or first is not swapping[0]:
        if swapping:
            raise ForkRefused(f"{spec.agent} goes by no fallback policy", fix="name an engine too, which does")
        raise ForkRefused(
            f"what {spec.agent} would do from there on is not known", fix="name an engine that goes on: --engine rules"
        )
    # What the original's mind did is done again from the record, so that any mind can be followed.
    rest = swapping[1:]

    def second(deeds: Sequence[Any]) -> Agent:
        return build_agent(
            first.engine,
            fallback=first.fallback or str(options.get("fallback", "full")),
            guard=bool(options.get("guard", True)),
            llm=first.llm,
            swaps=_swaps(rest, first.llm, record),
            deeds=deeds,
        )

    second(())
    return relay(recorded(record, original.events), second, _due(record, first))


def _is_run_again(spec: EpisodeSpec, turns: Sequence[Turn]) -> bool:
    """Whether the mind of an episode is asked again.

    A human cannot be. A model whose answers were not kept is not asked for what is known, if another mind goes on.
    """
    kept = bool((spec.options.get("llm") or {}).get("cassette"))
    another = any(turn.engine for turn in turns)
    return spec.agent != HUMAN and not (has_model(spec.agent) and another and not kept)


def _model_options(llm: dict[str, Any], turns: Sequence[Turn]) -> dict[str, Any]:
    """A model's options. What it said is played from its cassette; what it would say further is asked only where the
    last turn says so (``extend:FILE``)."""
    for turn in turns[:-1]:
        llm = {**llm, **({} if turn.engine else turn.llm)}
    way, colon, name = str(llm.get("cassette", "")).partition(":")
    if colon and way != "replay":
        llm = {**llm, "cassette": f"replay:{name}"}
    return {**llm, **({} if turns[-1].engine else turns[-1].llm)}


def _swaps(turns: Sequence[Turn], llm: dict[str, Any], record: Record) -> list[Swap]:
    return [
        Swap(
            _due(record, turn),
            build_router(turn.engine, turn.llm or llm) if turn.engine else None,
            load_policy(turn.fallback) if turn.fallback else None,
        )
        for turn in turns
    ]


def _check_mind(turn: Turn) -> None:
    if turn.fallback:
        load_policy(turn.fallback)
    if not turn.engine:
        return
    if not is_engine(turn.engine) or turn.engine.startswith("react:"):
        raise ForkRefused(f"{turn.engine!r} cannot take an errand over", fix="rules, sim:hasty … or llm:…")
    if has_model(turn.engine):
        import_module("agent.llm.check").check_models(turn.engine, turn.llm)


def _idle(turn: Turn, events: Sequence[Event], heard: Heard) -> list[str]:
    """What of a turn never came to anything."""
    rest = events[turn.at :]
    told = [
        f"{fault.kind} struck nothing: no such call came to {fault.tool or fault.service}"
        for fault in turn.faults
        if not any(_struck(event, fault) for event in rest)
    ]
    failed = [(event.data["fault"] or {}).get("kind") for event in rest if event.kind == "decided"]
    told += [
        f"{mind.kind} struck nothing: no engine announced a decision"
        for mind in turn.mind_faults
        if mind.kind not in failed
    ]
    if heard.unsaid:
        told.append("the answer was not heard: the person was asked nothing more")
    swapped = [event.data["data"] for event in rest if event.kind == "note" and event.data["kind"] == "swapped"]
    if turn.fallback and not any("fallback" in data for data in swapped):
        told.append("the policy never came in: no decision was left")
    return told


def _struck(event: Event, fault: Any) -> bool:
    if event.kind != "tool_called" or not event.data["fault"]:
        return False
    data = event.data
    where = fault.tool in ("", data["tool"]) and (not fault.service or data["tool"].startswith(f"{fault.service}_"))
    return where and data["fault"]["kind"] == fault.kind and data["fault"]["phase"] == fault.struck_phase
