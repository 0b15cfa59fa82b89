"""Beside other harnesses, measured in the same run: AgentDojo's replay of ground truths, and Inspect AI's own loop.

Run it as ``make bench-peers``, which sets the peers up in an environment of their own. Everybody takes turns, so that
what else the machine does meets all alike; of each the middle one of the passes counts, in processor time. The wall
clock is printed beside it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

import msgspec

from benchmarks._cold import forget_words
from benchmarks._usage import processor_s
from benchmarks.replay import Recorded, record, replay
from scenarios.loader import Suite, load_suite
from scenarios.runs import workers
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.runner import carry_out, cores, open_job
from scenarios.runs.store import Store

PYTHON = Path(".venv-peers/bin/python")
SUITE = "core-v1"
KINDS = ("travel", "pay")
"""Of ours those that are what AgentDojo's two suites are about: travel, and a bank account."""

ROUNDS = 7
HARNESS_ROUNDS = 5
TOOL_CALLS_TIMES, SAMPLES_TIMES = 50, 8


class Pass(NamedTuple):
    """One pass: how many things were done, in which time."""

    n: int
    wall_s: float
    processor_s: float


class Peer:
    """A script that answers every line with a pass; see :mod:`benchmarks._peer_agentdojo`."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [PYTHON, Path(__file__).with_name(f"_peer_{name}.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.told = self._answer()

    def ask(self, way: str, counted: str) -> Pass:
        """One pass."""
        assert self._process.stdin is not None
        self._process.stdin.write(way + "\n")
        self._process.stdin.flush()
        self.told |= (answer := self._answer())
        return Pass(answer[counted], answer["wall_s"], answer["processor_s"])

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"peers: {' '.join(map(str, self._process.args))} ended – make bench-peers sets it up")  # type: ignore[arg-type]
        found: dict[str, Any] = json.loads(line)
        return found


# --- graded tool calls ---------------------------------------------------------------------------------------


def replays(episodes: list[Recorded]) -> Pass:
    """All of the oracle's calls again, each episode in a fresh world and graded."""
    wall, used = perf_counter(), process_time()
    results = [replay(one, one.calls) for one in episodes]
    done = Pass(sum(len(one.calls) for one in episodes), perf_counter() - wall, process_time() - used)
    for one, result in zip(episodes, results, strict=True):
        if result.digest != one.digest or not result.verdict.success:
            sys.exit(f"peers: {one.scenario.id}/{one.plan} does not replay as it was")
    return done


# --- whole harnesses -----------------------------------------------------------------------------------------


def harness(suite: Suite, folder: Path, worker_count: int) -> Callable[[], Pass]:
    """The suite with ``rules``: graph, guard, grading and store, as ``banshi run`` does it."""
    options = {"fallback": "full", "guard": True}
    manifest = Manifest("bench", (SUITE,), suite.name, suite.hash, "rules", options, 0, Selection(faults="none"))
    specs = plan_episodes(suite, manifest)
    workers.warm_up(specs, suite)

    def work() -> Pass:
        with Store(folder / "peers.db", write=True) as store:
            job = open_job(store, manifest, suite)
            wall, used = perf_counter(), processor_s()
            carry_out(store, job, worker_count=worker_count)
            return Pass(len(specs), perf_counter() - wall, processor_s() - used)

    return work


# --- the table -----------------------------------------------------------------------------------------------


def rate(passes: list[Pass], wall: bool = False) -> float:
    """The middle one."""
    return statistics.median(one.n / (one.wall_s if wall else one.processor_s) for one in passes)


def row(what: str, passes: list[Pass], ours: list[Pass] | None = None, most: float | None = None) -> None:
    """What it did in a second of processor time and on the wall clock, and how many times as much ours did."""
    line = f"{what:58} {rate(passes):10,.1f} {rate(passes, wall=True):10,.1f}"
    if ours is not None:
        times = rate(ours) / rate(passes)
        line += f"  {times:8.1f}"
        line += "" if most is None else f"   at least {most:g}" + ("" if times >= most else "  ← fewer")
    print(line)


def head(unit: str) -> None:
    """The columns."""
    print(f"\n{unit + ' a second':58} {'processor':>10} {'wall':>10}  {'ours, ×':>8}")


def tool_calls() -> None:
    """Graded tool calls beside AgentDojo's."""
    whole = load_suite(SUITE)
    suite = msgspec.structs.replace(whole, scenarios=tuple(s for s in whole.scenarios if s.kind in KINDS))
    ours, peer = record(suite), Peer("agentdojo")
    work: dict[str, list[Pass]] = {"ours": [], "fresh": [], "copied": []}
    with workers.seldom_collected():
        for _ in range(ROUNDS):
            work["ours"].append(replays(ours))
            for way in ("fresh", "copied"):
                work[way].append(peer.ask(way, "calls"))
    peer.close()
    told = peer.told
    head("graded tool calls")
    row(f"ours: {work['ours'][0].n:,} calls of the oracle in {len(ours)} episodes of {SUITE}", work["ours"])
    name = f"agentdojo {told['version']}"
    row(f"{name}: {told['calls']} calls in {told['tasks']} tasks, {told['passed']} pass", work["fresh"], work["ours"],
        TOOL_CALLS_TIMES)  # fmt: skip
    row("  its environment copied, not read from YAML", work["copied"], work["ours"])


def samples() -> None:
    """Episodes beside Inspect's samples."""
    suite, peer = load_suite(SUITE), Peer("inspect")
    work: dict[str, list[Pass]] = {"one": [], "again": [], "all": [], "whole": [], "plain": []}
    with TemporaryDirectory() as folder:
        one, every = harness(suite, Path(folder), 1), harness(suite, Path(folder), cores())
        for _ in range(HARNESS_ROUNDS):
            forget_words()
            work["one"].append(one())
            work["whole"].append(peer.ask("whole", "samples"))
            work["again"].append(one())
            forget_words()
            work["all"].append(every())
            work["plain"].append(peer.ask("plain", "samples"))
        with Store(Path(folder) / "peers.db") as store:
            (found,) = store.groups("SELECT avg(calls) AS calls FROM episodes")
    peer.close()
    told = peer.told
    head("episodes, samples")
    row(f"ours: rules over {SUITE}, {found['calls']:.1f} calls each, one process", work["one"])
    row("  again, with words that it read before", work["again"])
    row(f"  with {cores()} workers", work["all"])
    name = f"inspect-ai {told['version']}"
    row(f"{name}: mock model, {told['calls']} calls each, log on", work["whole"], work["one"], SAMPLES_TIMES)
    row("  without the buffer for its live viewer", work["plain"], work["one"])
    beside = rate(work["whole"])
    known, by_calls = rate(work["again"]) / beside, rate(work["one"]) * found["calls"] / told["calls"] / beside
    print(f"ours with words that it read before: {known:.1f} times; counted by tool calls: {by_calls:.1f} times")
    times = rate(work["all"], True) / rate(work["whole"], True)
    print(f"on the wall clock, ours with {cores()} workers beside inspect-ai's one process: {times:.1f} times")


if __name__ == "__main__":
    if PYTHON.exists():
        tool_calls()
        samples()
    else:
        print("the peers are not installed: make bench-peers sets them up and measures beside them")
