"""A long run: memory of the driver, time, and the size and speed of the store as episodes add up.

Run it as ``python -m benchmarks.scale [EPISODES] [--agent AGENT] [--trace none|failures|all]``: ten thousand episodes
of ``sim:hasty`` by default. A long one is kept in ``.cache`` with what was measured of it, so that it can be stopped or
killed, and goes on when it is called again.

Whether time is linear is told by processor time, the driver's and its workers' together. The run is made in stretches,
and before each of them a short run of the same errands with a store of its own: whatever else the machine does then is
the same for both. An episode of the long run is held against one of the short ones.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import msgspec

from benchmarks._memory import resident_kib
from benchmarks._usage import processor_s
from scenarios.loader import Suite, load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.progress import Progress
from scenarios.runs.runner import Job, carry_out, cores, open_job
from scenarios.runs.schema import StoreError
from scenarios.runs.store import RunRow, Store

SUITE = "core"
AGENT = "sim:hasty"
CACHE = Path(".cache/scale")
KEPT_FROM = 100_000
FIRST = 10_000
"""Where the driver's memory is looked at first: from here on it is to stay as it is."""

LOOK = 500
"""Episodes between two looks at it."""

STRETCHES = 5
SHORT, SHORT_SHARE = 3, 50
"""A short run has so many epochs at least, or this part of the long one's."""

SAMPLE = 50_000
"""About so many rows are copied to see what they take without their traces."""

MOST_MIB, MOST_KB, MOST_KB_TRACED, MOST_PER_CENT = 64, 1.0, 12.0, 10
MOST_BOARD_MS, MOST_OPEN_MS = 50, 20


class Used(msgspec.Struct, frozen=True):
    """Episodes, and the seconds that they took."""

    n: int
    wall_s: float
    processor_s: float


class Driver(msgspec.Struct, frozen=True):
    """The driver after a stretch: its process, how many episodes there are, and its memory in MiB.

    ``first_mib`` is from when there were :data:`FIRST` episodes, or from the end of the stretch where there are fewer.
    """

    process: int
    done: int
    first_mib: float
    most_mib: float


class Stretch(msgspec.Struct, frozen=True):
    """A part of the long run from begin to end, and the short run before it."""

    driver: Driver
    long: Used
    short: Used


def main(episodes: int, agent: str, traces: str, workers: int) -> None:
    """Run so many episodes, print what it took beside what is allowed, and ask the store what people ask it."""
    suite = load_suite(SUITE)
    with TemporaryDirectory() as folder:
        kept = CACHE / f"{agent.replace(':', '-')}-{traces}-{episodes}-{suite.hash[:8]}.db"
        path = kept if episodes > KEPT_FROM else Path(folder) / "long.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        per_epoch = len(plan_episodes(suite, manifest_of(suite, agent, traces, 1)))
        manifest = manifest_of(suite, agent, traces, -(-episodes // per_epoch))
        short = manifest_of(suite, agent, traces, max(SHORT, manifest.epochs // SHORT_SHARE))
        # Once in this process: what all workers share is there before any of them is measured.
        carried(Path(folder) / "warm.db", manifest_of(suite, agent, traces, 1), suite, 1)
        for number in range(1, STRETCHES + 1):
            until = per_epoch * manifest.epochs * number // STRETCHES
            if done_in(path, manifest) < until:
                beside, _ = carried(Path(folder) / f"{number}.db", short, suite, workers)
                note(path, *carried(path, manifest, suite, workers, until), beside)
        tell(path, per_epoch * manifest.epochs, agent, traces)
        with Asked(path) as store:
            run = store.runs()[0]
            sizes(store, run, Path(folder) / "copy.db")
            questions(store, run)


def manifest_of(suite: Suite, agent: str, traces: str, epochs: int) -> Manifest:
    """Every errand under every one of its plans, so many times."""
    return Manifest("bench", (SUITE,), suite.name, suite.hash, agent, {}, 0, Selection(), epochs=epochs, traces=traces)


# --- running -------------------------------------------------------------------------------------------------


def done_in(path: Path, manifest: Manifest) -> int:
    """How many episodes of the long run are recorded."""
    if not path.exists():
        return 0
    with Store(path, write=True) as store:
        return sum(run.done for run in store.runs() if run.manifest == manifest.encode())


def carried(
    path: Path, manifest: Manifest, suite: Suite, workers: int, until: int | None = None
) -> tuple[Used, Driver]:
    """Run what is missing up to ``until``: what it took, and what became of the driver."""
    at = before = looked = 0
    seen: list[float] = []

    def on_progress(progress: Progress) -> None:
        nonlocal at, before, looked
        at, before = progress.done, progress.before
        if at >= looked + LOOK:
            looked = at
            memory = resident_kib("VmRSS", "status") / 1024
            if at >= FIRST:
                seen.append(memory)

    def stop() -> bool:
        return until is not None and at >= until

    with Store(path, write=True) as store:
        job: Job = open_job(store, manifest, suite)
        wall, used = perf_counter(), processor_s()
        carry_out(store, job, worker_count=workers, stop=stop, on_progress=on_progress)
        took = Used(at - before, perf_counter() - wall, processor_s() - used)
    seen = seen or [resident_kib("VmRSS", "status") / 1024]
    return took, Driver(os.getpid(), at, seen[0], max(seen))


def note(path: Path, took: Used, driver: Driver, beside: Used) -> None:
    """Write down what a stretch took, beside the store."""
    with path.with_suffix(".measured").open("ab") as file:
        file.write(msgspec.json.encode(Stretch(driver, took, beside)) + b"\n")


def noted(path: Path) -> list[Stretch]:
    """What was written down; a line that a kill cut off is none."""
    lines = path.with_suffix(".measured").read_bytes().split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=Stretch) for line in lines]


# --- what came of it -----------------------------------------------------------------------------------------


def tell(path: Path, episodes: int, agent: str, traces: str) -> None:
    """The stretches, and what they come to."""
    stretches = noted(path)
    print(f"{episodes:,} episodes of {SUITE} with {agent}, traces of {traces}")
    for one in stretches:
        each, short = (used.processor_s / used.n * 1000 for used in (one.long, one.short))
        print(
            f"  up to {one.driver.done:>9,}: {one.long.n / one.long.wall_s:6,.0f}/s, {each:6.2f} ms of processor",
            end="",
        )
        print(f" time each, {short:6.2f} in a short run; driver {one.driver.most_mib:6.1f} MiB")
    measured = sum(one.long.n for one in stretches)
    if measured < episodes:
        print(f"  {episodes - measured:,} episodes were recorded before a kill and are not in these figures")
    long, short = (
        sum(used.processor_s for used in part) / sum(used.n for used in part)
        for part in ([one.long for one in stretches], [one.short for one in stretches])
    )
    told("processor time an episode, more than in short runs", 100 * (long / short - 1), "%", MOST_PER_CENT)
    grown = 0.0
    for process in {one.driver.process for one in stretches}:
        drivers = [one.driver for one in stretches if one.driver.process == process]
        grown = max(grown, max(driver.most_mib for driver in drivers) - drivers[0].first_mib)
    told("driver's growth", grown, "MiB", MOST_MIB)


def told(what: str, found: float, unit: str, most: float) -> None:
    """A figure beside what is allowed."""
    print(f"{what:56} {found:9.2f} {unit:3}   at most {most:g}{'' if found <= most else '   ← more'}")


def sizes(store: Store, run: RunRow, copy: Path) -> None:
    """What the store takes on the disk, an episode, with its traces and without."""
    whole = store.path.stat().st_size
    (kept,) = store.groups("SELECT count(trace) AS n FROM traces")
    told(f"store with {kept['n']:,} traces, an episode", whole / run.done / 1000, "kB", MOST_KB_TRACED)
    try:
        tables = {row["name"]: row["n"] for row in store.groups("SELECT name, sum(pgsize) AS n FROM dbstat GROUP BY 1")}
    except StoreError:  # dbstat is an option of SQLite's build
        return
    traced = sum(size for name, size in tables.items() if name in ("traces", "sqlite_autoindex_traces_1"))
    bare = untraced(store, copy, max(1, run.done // SAMPLE))
    told("store without traces, an episode", ((whole - traced) / run.done + bare) / 1000, "kB", MOST_KB)
    biggest = sorted(tables.items(), key=lambda table: -table[1])[:7]
    print(f"  {', '.join(f'{name} {size / run.done:.0f} B' for name, size in biggest)}")


def untraced(store: Store, copy: Path, every: int) -> float:
    """How many bytes a row of traces takes without its trace, in a file with every so-manieth of them."""
    (table,) = store.groups("SELECT sql FROM sqlite_master WHERE name = 'traces'")
    with Store(copy, write=True) as other:
        before = copy.stat().st_size
        other.db.execute("DROP TABLE traces")
        other.db.execute("PRAGMA foreign_keys = OFF")
        other.db.execute(table["sql"])
        with other.transaction():
            sampled = other.db.executemany(
                "INSERT INTO traces (run, ordinal, findings) VALUES (?, ?, ?)",
                map(tuple, store.stream("SELECT run, ordinal, findings FROM traces WHERE rowid % ? = 0", every)),
            )
        other.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (copy.stat().st_size - before) / sampled.rowcount


class Asked(Store):
    """A store that knows how long it was asked for answers, in seconds."""

    waited = 0.0

    def groups(self, sql: str, *args: Any) -> list[Any]:
        """As of a store."""
        started = perf_counter()
        try:
            return super().groups(sql, *args)
        finally:
            self.waited += perf_counter() - started

    def stream(self, sql: str, *args: Any) -> Iterator[Any]:
        """As of a store, read at once."""
        return iter(self.groups(sql, *args))


def questions(store: Asked, run: RunRow) -> None:
    """How long the app's questions take: of the board, of a run's figures, of its list of episodes."""
    from scenarios.runs.matrix import matrix
    from scenarios.runs.summary import summarise
    from tui import reading

    path, name, middle = store.path, run.run, run.done // 2
    time("board: the runs", lambda: reading.board(path), MOST_BOARD_MS)
    time("board: a run's course and outcomes", lambda: reading.trends(path, [run]), MOST_BOARD_MS)
    time("board: a run's figures, asked of the store", lambda: waited(store, run), MOST_BOARD_MS)
    time("  with their statistics, as in a report", lambda: summarise(store, run))
    time("matrix of families and languages", lambda: matrix(store, [run], "family", "language"), MOST_BOARD_MS)
    if traced := with_traces(store, run):
        following = cycle(traced)
        time("opening an episode", lambda: reading.playback(path, name, next(following)), MOST_OPEN_MS)
    time("list: opened", lambda: reading.open_run(path, name), MOST_BOARD_MS)
    time("list: 200 rows from the middle", lambda: reading.episode_rows(path, name, range(middle, middle + 200)))
    time("list: failures first", lambda: reading.open_run(path, name, worst_first=True))
    time("list: of a family, in a language", lambda: reading.open_run(path, name, ("travel", "zh")))
    time("list: with a text that is nowhere", lambda: reading.open_run(path, name, ("nowhere",)))


def with_traces(store: Store, run: RunRow) -> list[int]:
    """Episodes whose traces were kept, some from all over the run."""
    sql = "SELECT ordinal FROM traces WHERE run = ? AND ordinal >= ? AND trace IS NOT NULL ORDER BY ordinal LIMIT 1"
    return [row["ordinal"] for n in range(5) for row in store.groups(sql, run.run, run.done * n // 5)]


def waited(store: Asked, run: RunRow) -> float:
    """Seconds of a summary in which the store was asked."""
    from scenarios.runs.summary import summarise

    before = store.waited
    summarise(store, run)
    return store.waited - before


def time(what: str, call: Callable[[], object], most_ms: float | None = None) -> None:
    """The middle one of five and the slowest; a call that answers with a number has timed itself, in seconds."""
    found = []
    for _ in range(5):
        started = perf_counter()
        answer = call()
        found.append(1000 * (answer if isinstance(answer, float) else perf_counter() - started))
    middle = statistics.median(found)
    bound = "" if most_ms is None else f"   at most {most_ms:g}{'' if middle <= most_ms else '   ← more'}"
    print(f"{what:56} {middle:9.2f} ms    (slowest {max(found):.1f}){bound}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("episodes", type=int, nargs="?", default=10_000)
    parser.add_argument("--agent", default=AGENT)
    parser.add_argument("--trace", choices=("none", "failures", "all"), default="failures")
    parser.add_argument("--workers", type=int, default=cores())
    given = parser.parse_args()
    main(given.episodes, given.agent, given.trace, given.workers)
