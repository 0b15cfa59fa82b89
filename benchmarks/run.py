"""How fast a run is: start-up of the command, and episodes per second with grading and store, by workers.

Run it as ``python -m benchmarks.run``. The graph agent is measured twice: with words that it read before in the
process, as in all plans, epochs and policies of an errand but the first, and with words that are new to it. Figures of
one worker are of processor time, so that they mean the same on a machine that does other things beside it.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import msgspec

from benchmarks._cold import forget_words
from scenarios.loader import load_suite
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs import workers
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.runner import cores
from scenarios.runs.store import Finished, Store

SUITES = {"noop": "tiny", "oracle": "core", "rules": "core"}
"""Of every agent: the suite that it goes through with its fault plans, seed after seed."""
EPISODES = {"noop": 2400, "oracle": 282, "rules": 282}
"""Enough that hiring the workers does not show."""
DISTINCT = "core-v1"
"""A suite in which hardly any two errands are told in the same words."""

RULES_PER_S = 100
TWO_WORKERS = 1.8
BESIDE = 0.10
"""What the runner and the store may take of a run's processor time."""


def start_up(*command: str) -> float:
    """Milliseconds from the start of a process to its end, the best of five."""
    best = float("inf")
    for _ in range(5):
        started = perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        best = min(best, perf_counter() - started)
    return best * 1000


class Pace(msgspec.Struct, frozen=True):
    """How a run went: episodes, seconds on the wall and of the processor here, and those of them in episodes."""

    episodes: int
    wall_s: float
    cpu_s: float
    inside_s: float

    @property
    def per_core(self) -> float:
        """Episodes per second of processor time; of one worker alone."""
        return self.episodes / self.cpu_s

    @property
    def beside(self) -> float:
        """What the runner and the store took of the processor time."""
        return 1 - self.inside_s / self.cpu_s


class Measured:
    """A suite, an agent and their episodes."""

    def __init__(self, name: str, agent: str, wanted: int, *, clean: bool = False) -> None:
        self.name, self.suite = name, load_suite(name)
        self.manifest = Manifest("bench", (name,), name, self.suite.hash, agent, {}, 0, Selection())
        once = [spec for spec in plan_episodes(self.suite, self.manifest) if not clean or spec.plan == "clean"]
        self.specs = [
            msgspec.structs.replace(once[i % len(once)], ordinal=i, seed=i // len(once)) for i in range(wanted)
        ]
        workers.warm_up(self.specs, self.suite)

    def run(self, worker_count: int) -> Pace:
        """From the first to the last row of a new store."""
        inside, plain = 0.0, workers.Bench.carry_out

        def timed(bench: workers.Bench, spec: EpisodeSpec) -> EpisodeResult:
            nonlocal inside
            before = process_time()
            try:
                return plain(bench, spec)
            finally:
                inside += process_time() - before

        setattr(workers.Bench, "carry_out", timed)  # noqa: B010 - a method, for the time of a measurement
        try:
            with TemporaryDirectory() as folder, Store(Path(folder) / "bench.db", write=True) as store:
                run = store.start(self.manifest, len(self.specs))
                # A run looks through everything once before it begins, however long it is.
                gc.collect()
                gc.freeze()
                wall, cpu = perf_counter(), process_time()
                for batch in self._batches(worker_count):
                    store.append(run, batch)
                return Pace(len(self.specs), perf_counter() - wall, process_time() - cpu, inside)
        finally:
            setattr(workers.Bench, "carry_out", plain)  # noqa: B010

    def _batches(self, worker_count: int) -> Iterable[list[Finished]]:
        if worker_count == 1:
            return workers.in_process(self.suite, self.specs, lambda: False)
        return workers.Crew(self.suite, (self.name,), self.specs, worker_count, print).results(lambda: False)


def best(rounds: int, pace: Callable[[], Pace]) -> Pace:
    """The quickest of some rounds, by processor time."""
    return min((pace() for _ in range(rounds)), key=lambda one: one.cpu_s)


def main() -> None:
    """Measure and print."""
    print(f"python -c pass   {start_up('-c', 'pass'):6.0f} ms")
    print(f"banshi --help    {start_up('-c', 'from tui.cli.main import main; main()', '--help'):6.0f} ms")
    print("\nepisodes graded and stored")
    print("                              a second, one core   runner and store   2 workers, times as fast")
    for agent, wanted in EPISODES.items():
        measured = Measured(SUITES[agent], agent, wanted)
        # The first round builds what all further ones share.
        alone = best(3, lambda m=measured: m.run(1))  # type: ignore[misc]
        pairs = [(measured.run(1), measured.run(2)) for _ in range(3)] if cores() > 1 else []
        faster = max((one.wall_s / two.wall_s for one, two in pairs), default=0.0)
        told = f"{faster:24.2f}" if pairs else "        one processor here"
        print(f"{agent:7} {measured.name:20} {alone.per_core:20,.0f} {alone.beside:18.1%} {told}")

    def anew(measured: Measured) -> Pace:
        forget_words()
        return measured.run(1)

    measured = Measured(DISTINCT, "rules", 240, clean=True)
    known = best(3, lambda: measured.run(1))
    new = best(3, lambda: anew(measured))
    print(f"{'rules':7} {DISTINCT + ', words known':20} {known.per_core:20,.0f} {known.beside:18.1%}")
    print(f"{'rules':7} {DISTINCT + ', words new':20} {new.per_core:20,.0f} {new.beside:18.1%}")
    print(f"wanted: rules at least {RULES_PER_S} a second, at most {BESIDE:.0%} beside it, ", end="")
    print(f"2 workers at least {TWO_WORKERS} times as fast")


if __name__ == "__main__":
    main()
