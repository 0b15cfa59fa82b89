"""How fast a run is: episodes per second with grading and store, by workers.

Run it as ``python -m benchmarks.run``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from scenarios.loader import Suite, load_suite
from scenarios.runs import workers
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.runner import cores
from scenarios.runs.store import Store

SUITE = "tiny"
EPISODES = {"noop": 1200, "oracle": 240, "rules": 240}
"""Enough that hiring the workers does not show."""


def episodes_per_second(suite: Suite, agent: str, worker_count: int, folder: Path) -> float:
    """Episodes per second over a suite with its fault plans, seed after seed, from the first to the last row."""
    manifest = Manifest("bench", (SUITE,), SUITE, suite.hash, agent, {}, 0, Selection())
    once = plan_episodes(suite, manifest)
    wanted = EPISODES[agent]
    specs = [msgspec.structs.replace(once[i % len(once)], ordinal=i, seed=i // len(once)) for i in range(wanted)]
    workers.warm_up(specs, suite)
    with Store(folder / f"{agent}-{worker_count}.db", write=True) as store:
        run = store.start(manifest, wanted)
        started = perf_counter()
        if worker_count == 1:
            batches = workers.in_process(suite, specs, lambda: False)
        else:
            batches = workers.Crew(suite, (SUITE,), specs, worker_count, print).results(lambda: False)
        for batch in batches:
            store.append(run, batch)
        return wanted / (perf_counter() - started)


if __name__ == "__main__":
    counts = (1,) if cores() == 1 else (1, 2)
    with TemporaryDirectory() as folder:
        for agent in EPISODES:
            rates = [episodes_per_second(load_suite(SUITE), agent, n, Path(folder)) for n in counts]
            told = ", ".join(
                f"{rate:,.0f} with {n} worker{'s' * (n > 1)}" for n, rate in zip(counts, rates, strict=True)
            )
            print(f"{agent:8} episodes/s, graded and stored: {told}")
