"""Processes that carry out episodes. The parent alone records; what a worker was doing when it died is run again.

On Linux workers are forked, after everything that they need is imported and the base world is built, so that they
share its pages; no thread exists at that moment. Elsewhere forking a process that has loaded system frameworks is
unsafe (macOS) or impossible (Windows), so workers are spawned there and load the suite themselves: a second or two
more at the start, and the same results.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Any

import msgspec

from agent.build import has_model, is_engine
from agent.interface import Agent, RunStopped
from mock_services.extras import Extra
from scenarios.families.difficulty import level
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.results import EpisodeResult, EpisodeSpec, Finding, Verdict
from scenarios.runs.plan import load_sources
from scenarios.runs.store import Finished, pack

AHEAD = 4
"""Episodes that a worker holds: enough never to wait for the parent, few enough to end together."""

TRIES = 2
"""How often an episode may take a worker with it before it is recorded as an error of ours."""

TRIES_KILLED = 6
"""The same where the worker was killed (SIGKILL): somebody else did that, as a rule, and a few times may be chance. But
an episode that fills the memory ends so too, each time."""

YOUNG = 50_000
"""New objects between two collections of the youngest garbage: a few megabytes."""

POLL_S = 0.2
"""How long the parent waits for a result before it looks whether it is to stop."""

START_METHOD = "fork" if sys.platform == "linux" else "spawn"

Talk = Callable[[str], None]


class Bench:
    """Carries out specs of one suite; engines are made once, in the process that uses them, for all of its threads."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._scenarios = {scenario.id: scenario for scenario in suite.scenarios}
        self._agents: dict[str, Agent] = {}
        self._making = Lock()

    def carry_out(self, spec: EpisodeSpec) -> EpisodeResult:
        """Run one episode. An exception of ours becomes an episode with outcome ``error``.

        Raises:
            RunStopped: the agent says that the run cannot go on.
        """
        from scenarios.episode import base_of, run_episode

        try:
            return run_episode(
                said(self._scenarios[spec.scenario], spec),
                spec.plan,
                self._agent(spec),
                agent_name=spec.agent,
                seed=spec.seed,
                ordinal=spec.ordinal,
                epsilon=spec.epsilon,
                base=base_of(self._scenarios[spec.scenario], self._suite.services),
            )
        except RunStopped:
            raise
        except Exception as error:  # whatever it is, it is one episode's and not the run's
            return self.failed(spec, f"{type(error).__name__}: {error}")

    def failed(self, spec: EpisodeSpec, text: str) -> EpisodeResult:
        """The result of an episode that we could not carry out."""
        scenario = self._scenarios[spec.scenario]
        expected = scenario.plan(spec.plan).expect
        finding = Finding("harness", False, text[:500])
        return EpisodeResult(
            ordinal=spec.ordinal,
            scenario=spec.scenario,
            family=scenario.family,
            locale=scenario.locale,
            plan=spec.plan,
            agent=spec.agent,
            seed=spec.seed,
            verdict=Verdict("error", expected, (finding,), 0, 0, "simulation_failure"),
            terminated=False,
            truncated=False,
            error=text[:500],
            calls=0,
            asks=0,
            spent_fen=0,
            virtual_ms=0,
            fallback=(),
            trace=b"",
            digest=sha256(b"").hexdigest(),
            epsilon=spec.epsilon,
            level=level(scenario, spec.plan),
        )

    def _agent(self, spec: EpisodeSpec) -> Agent:
        key = repr((spec.agent, sorted(spec.options.items())))
        with self._making:
            if key not in self._agents:
                self._agents[key] = agent_of(spec, self._suite)
            return self._agents[key]


def said(scenario: Scenario, spec: EpisodeSpec) -> Scenario:
    """The scenario in the words of an episode, and with what the agent may cost in it."""
    scenario = costing_at_most(scenario, spec.options.get("max_cost_micros"))
    if not spec.epsilon and spec.wording == "main":
        return scenario
    from scenarios.families.perturb import folder_of, perturbed

    return perturbed(scenario, spec.epsilon, spec.seed, folder=folder_of(spec.wording))


def costing_at_most(scenario: Scenario, micros: int | None) -> Scenario:
    """The scenario with no higher limit to what the agent costs than this one, in millionths of a yuan."""
    if micros is None:
        return scenario
    own = scenario.limits.cost_micros
    limits = scenario.limits.model_copy(update={"cost_micros": micros if own is None else min(micros, own)})
    return scenario.model_copy(update={"limits": limits})


def agent_of(spec: EpisodeSpec, suite: Suite) -> Agent:
    """The agent of a spec. Those references that know the goal look it up in the suite.

    Raises:
        UsageError: it does not exist, or takes no such option.
    """
    from scenarios.agents import make_agent

    return make_agent(spec.agent, {**spec.options, "suite": suite})


def warm_up(specs: Sequence[EpisodeSpec], suite: Suite, ask_models: bool = True) -> None:
    """Import and build what every worker needs, before it is forked; ``ask_models`` whether they answer.

    Raises:
        UsageError: an agent does not exist, takes no such option or has a model that does not answer, or a service
            cannot be loaded.
    """
    from scenarios.episode import base_of

    for scenario in {scenario.base: scenario for scenario in suite.scenarios}.values():
        base_of(scenario, suite.services)
    for spec in specs[:1]:
        agent_of(spec, suite)
        if is_engine(spec.agent):
            # Over a second, which every worker would spend for itself.
            import_module("agent.graph")
        if ask_models and has_model(spec.agent):
            import_module("agent.llm.check").check_models(spec.agent, spec.options.get("llm") or {})


# --- in this process -----------------------------------------------------------------------------------------


def in_process(suite: Suite, specs: Iterable[EpisodeSpec], stop: Callable[[], bool]) -> Generator[list[Finished]]:
    """Carry out episodes one after the other, each yielded as it ends."""
    bench = Bench(suite)
    with seldom_collected():
        for spec in specs:
            if stop():
                return
            yield [pack(bench.carry_out(spec), spec.traces)]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Garbage is collected after :data:`YOUNG` new objects, and what exists now is left out of it.

    An episode makes tens of thousands of objects and keeps hardly any; with Python's own threshold of a few hundred
    a fifth of the time goes into walking over the world that all episodes share.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


# --- in others -----------------------------------------------------------------------------------------------


class _Worker:
    """A worker as the parent sees it: its process, its pipe, and what it was given, oldest first."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe
        self.held: deque[EpisodeSpec] = deque()


class Crew:
    """Some workers and the episodes that are still to be given out."""

    def __init__(
        self, suite: Suite, sources: Sequence[str], specs: Iterable[EpisodeSpec], size: int, say: Talk
    ) -> None:
        self._suite, self._sources, self._say = suite, tuple(sources), say
        self._new = iter(specs)
        self._back: deque[EpisodeSpec] = deque()
        self._size = size
        self._deaths: dict[int, int] = {}
        self._workers: list[_Worker] = []
        self._context: Any = multiprocessing.get_context(START_METHOD)

    def results(self, stop: Callable[[], bool]) -> Generator[list[Finished]]:
        """Results in the order in which they come in, in the batches in which they come in.

        Ends when everything is carried out, or soon after ``stop()`` is true, without waiting for what is under way.
        """
        # What exists now is shared with the workers; a collection that touches it would copy its pages.
        with seldom_collected():
            yield from self._results(stop)

    def _results(self, stop: Callable[[], bool]) -> Generator[list[Finished]]:
        try:
            for _ in range(self._size):
                self._hire()
            while self._workers and not stop():
                ready = wait([worker.pipe for worker in self._workers], POLL_S)
                batch = [done for pipe in ready for done in self._collect(pipe)]
                if batch:
                    yield batch
        finally:
            self._dismiss()

    def _hire(self) -> None:
        ours, theirs = self._context.Pipe()
        # A forked child inherits our ends of its siblings' pipes; while it holds them, they would not see us go.
        inherited = [ours, *(worker.pipe for worker in self._workers)] if START_METHOD == "fork" else []
        suite = self._suite if START_METHOD == "fork" else None
        given = (theirs, inherited, suite, self._sources, self._suite.services)
        process = self._context.Process(target=_work, args=given, daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        self._give(worker)

    def _give(self, worker: _Worker) -> None:
        try:
            while len(worker.held) < AHEAD and (spec := self._next()) is not None:
                worker.held.append(spec)
                worker.pipe.send_bytes(msgspec.msgpack.encode(worker.held[-1]))
        except (BrokenPipeError, ConnectionResetError):
            return  # it died; what it holds is taken back when its end of the pipe is read
        if not worker.held:
            self._workers.remove(worker)
            worker.pipe.close()
            worker.process.join()

    def _next(self) -> EpisodeSpec | None:
        """What a dead worker left, else the next one that nobody had yet."""
        return self._back.popleft() if self._back else next(self._new, None)

    def _collect(self, pipe: Any) -> list[Finished]:
        worker = next(worker for worker in self._workers if worker.pipe is pipe)
        done: list[Finished] = []
        try:
            while pipe.poll():
                done.append(msgspec.msgpack.decode(pipe.recv_bytes(), type=Finished))
                worker.held.popleft()
        except (EOFError, ConnectionResetError):
            return [*done, *self._bury(worker)]
        self._give(worker)
        return done

    def _bury(self, worker: _Worker) -> list[Finished]:
        """Take back what a dead worker held; the first of it is what it died of."""
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join()
        code = worker.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        lost: list[Finished] = []
        if worker.held:
            spec = worker.held.popleft()
            deaths = self._deaths[spec.ordinal] = self._deaths.get(spec.ordinal, 0) + 1
            name = f"{spec.scenario}/{spec.plan}"
            if deaths < (TRIES_KILLED if code == -signal.SIGKILL else TRIES):
                self._say(f"a worker died ({how}) in {name}: running it again in a new one")
                self._back.appendleft(spec)
            else:
                self._say(f"a worker died again ({how}) in {name}: recorded as an error")
                lost.append(pack(Bench(self._suite).failed(spec, f"its worker died {deaths} times ({how})")))
        self._back.extendleft(reversed(worker.held))
        # One that finds nothing to do goes at once.
        self._hire()
        return lost

    def _dismiss(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


def _work(
    pipe: Connection,
    inherited: list[Connection],
    suite: Suite | None,
    sources: tuple[str, ...],
    services: tuple[Extra, ...],
) -> None:
    # Ctrl-C goes to the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    bench = Bench(suite or load_sources(sources, services))
    decoder = msgspec.msgpack.Decoder(EpisodeSpec)
    try:
        while True:
            spec = decoder.decode(pipe.recv_bytes())
            pipe.send_bytes(msgspec.msgpack.encode(pack(bench.carry_out(spec), spec.traces)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent is gone or has no more: nothing of ours is left to be written
