"""How fast episodes are replayed and graded: what the oracle did, done again call by call in a fresh world each.

Run it as ``python -m benchmarks.replay [SUITE...]``. No mind decides anything here: what is measured is the harness –
a staged world, the whole road of every tool call, the world's own life, the verdict and the trace. Two lists of calls
are replayed:

* *all*: every call that the oracle made. It is a thorough agent: two thirds of its calls are looks.
* *acts*: only what it did and said, and its waits, as other benchmarks' ground truths list them. Where that alone is
  graded otherwise – a fault makes it look first, or looking is the errand – all of its calls are kept.

Replays are held to the original: *all* must give the same trace to the byte, *acts* the same outcome. Every round is
timed in processor time, and the best one counts; what is shared by the episodes of a process is there beforehand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import msgspec

from agent.interface import Agent, Episode
from mock_services.trace import Event, decode
from scenarios.episode import run_episode
from scenarios.loader import Suite, load_suite
from scenarios.model import Scenario
from scenarios.results import EpisodeResult
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.workers import Bench, seldom_collected

SUITES = ("core", "core-v1")
ROUNDS = 5
EPISODES_PER_S = 1_000
CALLS_PER_S = 7_500
"""Fifty times the ground-truth replay of AgentDojo's travel and banking suites (about 150 calls a second)."""

Call = tuple[str, dict[str, Any]]


class Recorded(msgspec.Struct, frozen=True):
    """An episode of the oracle: what it called, its acts alone, and what came of it."""

    scenario: Scenario
    plan: str
    calls: tuple[Call, ...]
    acts: tuple[Call, ...]
    outcome: str
    digest: str


def replaying(calls: tuple[Call, ...]) -> Agent:
    """An agent that makes these calls, whatever is answered."""

    def agent(episode: Episode) -> None:
        for tool, args in calls:
            episode.call(tool, args)

    return agent


def replay(recorded: Recorded, calls: tuple[Call, ...]) -> EpisodeResult:
    """Make calls in a fresh world, and have the end graded."""
    return run_episode(recorded.scenario, recorded.plan, replaying(calls), agent_name="oracle")


def acted(event: Event) -> bool:
    """Whether a call is more than a look: a write, something said, or a wait."""
    return bool(event.data["access"] == "write" or event.data["tool"] == "clock_wait")


def record(suite: Suite) -> list[Recorded]:
    """The oracle in every errand of a suite, clean and under each of its fault plans."""
    manifest = Manifest("bench", (suite.name,), suite.name, suite.hash, "oracle", {}, 0, Selection())
    bench, by_id = Bench(suite), {scenario.id: scenario for scenario in suite.scenarios}
    found = []
    for spec in plan_episodes(suite, manifest):
        result = bench.carry_out(spec)
        made = [event for event in decode(result.trace) if event.kind == "tool_called"]
        calls = tuple((event.data["tool"], event.data["args"]) for event in made)
        acts = tuple((event.data["tool"], event.data["args"]) for event in made if acted(event))
        whole = Recorded(by_id[spec.scenario], spec.plan, calls, acts, result.verdict.outcome, result.digest)
        enough = replay(whole, acts).verdict.outcome == whole.outcome
        found.append(whole if enough else msgspec.structs.replace(whole, acts=calls))
    return found


def rate(episodes: list[Recorded], part: Callable[[Recorded], tuple[Call, ...]]) -> tuple[float, float]:
    """(episodes, calls) replayed and graded per second of processor time."""
    best = float("inf")
    with seldom_collected():
        for _ in range(ROUNDS):
            started = process_time()
            results = [replay(recorded, part(recorded)) for recorded in episodes]
            best = min(best, process_time() - started)
            for recorded, result in zip(episodes, results, strict=True):
                same = result.verdict.outcome == recorded.outcome
                if not same or (part(recorded) is recorded.calls and result.digest != recorded.digest):
                    raise SystemExit(f"replay: {recorded.scenario.id}/{recorded.plan} does not replay as it was")
    return len(episodes) / best, sum(len(part(recorded)) for recorded in episodes) / best


def main(suites: tuple[str, ...]) -> None:
    """Measure and print."""
    print("                            calls each   episodes/s   graded calls/s")
    for name in suites:
        episodes = record(load_suite(name))
        kinds: dict[str, Callable[[Recorded], tuple[Call, ...]]] = {"all": lambda r: r.calls, "acts": lambda r: r.acts}
        for kind, part in kinds.items():
            per_s, calls_per_s = rate(episodes, part)
            print(f"{name:8} {len(episodes):4} episodes, {kind:5} {calls_per_s / per_s:9.1f} {per_s:12,.0f} ", end="")
            print(f"{calls_per_s:16,.0f}")
    print(f"wanted: {EPISODES_PER_S:,} episodes/s with acts, {CALLS_PER_S:,} graded calls/s with all")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or SUITES)
