"""How far waiting overlaps: errands with a model behind them, against a server on the loopback that takes its time.

Run it as ``python -m benchmarks.llm [ERRANDS [SECONDS]]``. The server is a process of its own and answers each call
after so many seconds, as a model would that gets two lattes to an office; every errand asks it six times. Told is how
long all errands took together, beside one alone: were nothing else to do than wait, they would be equal.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import Any

from agent import build_agent
from scenarios.episode import run_episode
from scenarios.loader import Suite, load_suite
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs.overlap import overlapped

ERRANDS, SECONDS = 64, 1.0
SCENARIO = "smoke-zh-latte"
MODEL = "llm:openai:qwen-plus"


def serve(pipe: Connection, seconds: float) -> None:
    """A server whose model takes so long over every answer."""
    from tests.agent.llm.endpoint import Endpoint, Said, shopper

    def slow(body: dict[str, Any], number: int) -> Said:
        time.sleep(seconds)
        return shopper(body, number)

    with Endpoint(slow) as server:
        pipe.send(server.url)
        pipe.recv()


class Bench:
    """Carries errands out that differ in their seed."""

    def __init__(self, suite: Suite, url: str) -> None:
        self._scenario = next(one for one in suite.scenarios if one.id == SCENARIO)
        self._agent = build_agent(MODEL, llm={"base_url": url})

    def carry_out(self, spec: EpisodeSpec) -> EpisodeResult:
        """Run one."""
        return run_episode(self._scenario, "clean", self._agent, agent_name=MODEL, seed=spec.seed, ordinal=spec.ordinal)


def timed(bench: Bench, errands: int) -> tuple[float, float, int]:
    """Seconds, processor seconds of this process, and successes of so many errands at a time."""
    specs = [EpisodeSpec(n, SCENARIO, "clean", MODEL, {}, n) for n in range(errands)]
    started, cpu = perf_counter(), process_time()
    good = 0
    for batch in overlapped(bench, specs, errands, _never):
        good += sum(one.result.verdict.outcome == "completed" for one in batch)
    return perf_counter() - started, process_time() - cpu, good


def _never() -> bool:
    return False


def main(errands: int = ERRANDS, seconds: float = SECONDS) -> int:
    """Measure and print; 1 if the errands took more than 1.5 times as long as one."""
    os.environ["OPENAI_API_KEY"] = "loopback"
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, seconds), daemon=True)
    server.start()
    bench = Bench(load_suite("tiny"), ours.recv())
    show: Callable[[str], None] = print
    timed(bench, 1)  # imports, the base world, the first connection
    alone, _, _ = timed(bench, 1)
    together, cpu, good = timed(bench, errands)
    ours.send("enough")
    show(f"one errand alone                {alone:8.2f} s")
    show(f"{errands:3d} errands at a time            {together:8.2f} s   {together / alone:.2f} times as long")
    show(f"one after the other, reckoned   {alone * errands:8.2f} s")
    show(f"processor time of an errand     {1000 * cpu / errands:8.1f} ms")
    show(f"completed                       {good:5d} of {errands}")
    return 0 if together <= 1.5 * alone and good == errands else 1


if __name__ == "__main__":
    sys.exit(main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False))))
