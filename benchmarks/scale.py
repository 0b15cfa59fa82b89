"""A long run: memory of the driver, time, and the size and speed of the store as episodes add up.

Run it as ``python -m benchmarks.scale [EPISODES]``, ten thousand by default; ``make bench-scale`` asks for a million
and keeps the store in ``.cache/scale.db``, so that it can be stopped and goes on when it is called again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks._memory import resident_kib
from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.runner import Progress, carry_out, cores, open_job
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store
from scenarios.runs.summary import summarise

SUITE = "smoke"
AGENT = "sim:hasty"
KEPT = Path(".cache/scale.db")
MOST_MIB, MOST_KB, MOST_KB_TRACED = 64, 1.0, 12.0


def main(episodes: int) -> None:
    """Run so many episodes and print what it took, beside what is allowed."""
    with TemporaryDirectory() as folder:
        path = KEPT if episodes > 100_000 else Path(folder) / "scale.db"
        path.parent.mkdir(exist_ok=True)
        suite = load_suite(SUITE)
        per_epoch = sum(1 + len(scenario.plans) for scenario in suite.scenarios)
        epochs = -(-episodes // per_epoch)
        manifest = Manifest(
            "bench", (SUITE,), suite.name, suite.hash, AGENT, {}, 0, Selection(), epochs=epochs, traces="failures"
        )
        marks: list[tuple[int, float, float]] = []
        step = max(1, epochs * per_epoch // 10)

        def on_progress(progress: Progress) -> None:
            if progress.done - progress.before >= step * (len(marks) + 1):
                marks.append((progress.done, perf_counter() - started, resident_kib("VmRSS", "status") / 1024))

        with Store(path, write=True) as store:
            job = open_job(store, manifest, suite)
            started = perf_counter()
            carry_out(store, job, worker_count=cores(), on_progress=on_progress)
            _tell(marks)
            told = perf_counter()
            found = summarise(store, store.run(job.run))
            print(f"summary of {found.episodes:,} episodes           {perf_counter() - told:8.2f} s")
            _sizes(store, found.episodes)
            middle = found.episodes // 2
            _time("the board's list of runs", lambda: store.runs(), 50)
            _time("100 episodes from the middle", lambda: store.episodes(job.run, offset=middle, limit=100), 50)
            _time("opening an episode", lambda: store.episode(job.run, middle), 20)


def _tell(marks: list[tuple[int, float, float]]) -> None:
    for done, seconds, mib in marks:
        print(f"{done:>10,} episodes {seconds:8.1f} s {done / seconds:7.0f}/s   driver {mib:6.1f} MiB")
    if len(marks) > 2:
        grown = marks[-1][2] - marks[0][2]
        rates = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in pairwise(marks)]
        print(f"driver's growth since the first mark     {grown:8.1f} MiB   at most {MOST_MIB}")
        slowest = min(rates) / (sum(rates) / len(rates))
        print(f"slowest tenth against the mean           {slowest:8.2f}       at least 0.90")


def _sizes(store: Store, episodes: int) -> None:
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = store.path.stat().st_size
    try:
        sql = "SELECT sum(pgsize) AS n FROM dbstat WHERE name IN ('traces', 'sqlite_autoindex_traces_1')"
        rows = store.groups(sql)
        traces = int(next(iter(rows))["n"])
    except StoreError as error:  # dbstat is an option of SQLite's build
        print(f"size of the tables is not known here: {error}")
        return
    print(f"store without traces, an episode         {(whole - traces) / episodes / 1000:8.2f} kB    at most {MOST_KB}")
    print(f"store, an episode                        {whole / episodes / 1000:8.2f} kB    at most {MOST_KB_TRACED}")


def _time(what: str, call: Callable[[], object], most_ms: float) -> None:
    best = float("inf")
    for _ in range(5):
        started = perf_counter()
        call()
        best = min(best, perf_counter() - started)
    print(f"{what:40} {best * 1000:8.1f} ms    at most {most_ms:g}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
