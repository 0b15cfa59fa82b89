"""How much of an episode's time its grading takes: verdict, fallback rows and costs, over suites and agents.

Run it as ``python -m benchmarks.grading``. The target is 5 % of the episode's time with the embedded engine.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from typing import Any

from scenarios import episode
from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.workers import Bench

PARTS = ("grade", "derive", "spent_fen")
"""What :mod:`scenarios.episode` calls once an episode is over."""

CASES = (("core", "rules"), ("requests", "rules"), ("core", "oracle"))
ROUNDS = 3


def measure(suite_name: str, agent: str) -> tuple[float, float, int]:
    """(processor seconds of grading, and in all, episodes) of a suite with its fault plans, the best of some rounds."""
    suite = load_suite(suite_name)
    options = {"fallback": "full", "guard": True} if agent == "rules" else {}
    specs = plan_episodes(
        suite, Manifest("bench", (suite_name,), suite.name, suite.hash, agent, options, 0, Selection())
    )
    bench = Bench(suite)
    bench.carry_out(specs[0])
    spent = 0.0
    plain = {name: getattr(episode, name) for name in PARTS}

    def timed(part: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            nonlocal spent
            started = process_time()
            try:
                return part(*args)
            finally:
                spent += process_time() - started

        return run

    best = (0.0, float("inf"))
    try:
        for name in PARTS:
            setattr(episode, name, timed(plain[name]))
        # As in a worker: what every episode shares is not looked through again and again for garbage.
        gc.collect()
        gc.freeze()
        for _ in range(ROUNDS):
            spent, started = 0.0, process_time()
            for spec in specs:
                bench.carry_out(spec)
            best = min(best, (spent, process_time() - started), key=lambda pair: pair[1])
    finally:
        gc.unfreeze()
        for name in PARTS:
            setattr(episode, name, plain[name])
    return *best, len(specs)


if __name__ == "__main__":
    for suite_name, agent in CASES:
        grading, total, episodes = measure(suite_name, agent)
        print(
            f"{suite_name:9} {agent:7} {episodes:4} episodes, {total / episodes * 1000:5.2f} ms each,"
            f" grading {grading / episodes * 1000:5.3f} ms: {grading / total:.1%}"
        )
