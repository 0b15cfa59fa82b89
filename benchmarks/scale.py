"""A long run: memory of the driver, time, and the size and speed of the store as episodes add up.

Run it as ``python -m benchmarks.scale [EPISODES] [--agent AGENT] [--trace none|failures|all]``: ten thousand episodes
of ``sim:hasty`` by default. A long one is kept in ``.cache`` with what was measured of it, so that it can be stopped or
killed and goes on when it is called again.

Processor time, the driver's and its workers' together, is what tells whether time is linear: the same mix of errands
is run with a fifth of the episodes (at most ten thousand) before, and an episode of the long run is held against one
of that.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from benchmarks._memory import resident_kib
from benchmarks._usage import processor_s
from scenarios.loader import Suite, load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.progress import Progress
from scenarios.runs.runner import carry_out, cores, open_job
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store

SUITE = "core"
AGENT = "sim:hasty"
CACHE = Path(".cache/scale")
KEPT_FROM = 100_000
FIRST = 10_000
"""Where the driver's memory is looked at first: from here on it is to stay as it is."""

MOST_MIB, MOST_KB, MOST_KB_TRACED, MOST_PER_CENT = 64, 1.0, 12.0, 10


class Mark(msgspec.Struct, frozen=True):
    """What was used when so many episodes were recorded. ``part`` counts how often the run was begun or resumed."""

    part: int
    done: int
    wall_s: float
    processor_s: float
    driver_mib: float


def main(episodes: int, agent: str, traces: str, workers: int) -> None:
    """Run so many episodes, print what it took beside what is allowed, and ask the store what people ask it."""
    suite = load_suite(SUITE)
    with TemporaryDirectory() as folder:
        few = min(FIRST, episodes // 5)
        marks, _, _ = run(Path(folder) / "few.db", few, suite, agent, traces, workers)
        each = per_episode(marks)
        print(f"{marks[-1].done:,} episodes of {SUITE} with {agent}, traces of {traces}: {tell(marks)}")
        kept = CACHE / f"{agent.replace(':', '-')}-{traces}-{episodes}-{suite.hash[:8]}.db"
        path = kept if episodes > KEPT_FROM else Path(folder) / "many.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        marks, store, name = run(path, episodes, suite, agent, traces, workers)
        for mark in marks[:: max(1, len(marks) // 10)][1:]:
            print(f"{mark.done:>10,} episodes, part {mark.part}   driver {mark.driver_mib:6.1f} MiB")
        print(f"{marks[-1].done:,} episodes with {agent}, traces of {traces}: {tell(marks)}")
        later = per_episode(marks)
        told("processor time an episode, more than with few", 100 * (later / each - 1), "%", MOST_PER_CENT)
        since = [mark.driver_mib for mark in marks if mark.done >= min(FIRST, episodes // 2)]
        told("driver's growth since ten thousand episodes", max(since) - since[0], "MiB", MOST_MIB)
        with store:
            sizes(store, episodes)
            questions(store, name)


def run(
    path: Path, episodes: int, suite: Suite, agent: str, traces: str, workers: int
) -> tuple[list[Mark], Store, str]:
    """Run what is missing of so many episodes, or a few more; the marks of all parts, the store and the run's id."""
    once = len(plan_episodes(suite, Manifest("", (SUITE,), suite.name, suite.hash, agent, {}, 0, Selection())))
    manifest = Manifest(
        "bench", (SUITE,), suite.name, suite.hash, agent, {}, 0, Selection(), epochs=-(-episodes // once), traces=traces
    )
    noted = path.with_suffix(".marks")
    marks = [msgspec.json.decode(line, type=Mark) for line in lines(noted)]
    part = marks[-1].part + 1 if marks else 1
    step = max(100, episodes // 100)
    store = Store(path, write=True)
    if (ended := next((row for row in store.runs() if row.state == "finished"), None)) is not None:
        return marks, store, ended.run
    job = open_job(store, manifest, suite)
    started, used = perf_counter(), processor_s()

    def on_progress(progress: Progress) -> None:
        if not here or progress.done - here[-1].done >= step or progress.done == progress.total:
            here.append(
                Mark(part, progress.done, perf_counter() - started, processor_s() - used,
                     resident_kib("VmRSS", "status") / 1024)
            )  # fmt: skip
            with noted.open("ab") as file:
                file.write(msgspec.json.encode(here[-1]) + b"\n")

    here: list[Mark] = []
    carry_out(store, job, worker_count=workers, on_progress=on_progress)
    return marks + here, store, job.run


def lines(path: Path) -> list[bytes]:
    """The whole lines of a file; one that a kill cut off is none."""
    return [line for line in path.read_bytes().split(b"\n")[:-1] if line] if path.exists() else []


def per_episode(marks: list[Mark]) -> float:
    """Processor seconds an episode, over all stretches between two marks of one part.

    The first stretch of a part is left out: there the workers begin, and every errand is new to them.
    """
    begun = {mark.part: mark for mark in reversed(marks)}
    stretches = [(a, b) for a, b in pairwise(marks) if a.part == b.part and a is not begun[a.part]]
    return sum(b.processor_s - a.processor_s for a, b in stretches) / sum(b.done - a.done for a, b in stretches)


def tell(marks: list[Mark]) -> str:
    """How long it took."""
    parts = {mark.part: mark for mark in marks}
    firsts = {mark.part: mark for mark in reversed(marks)}
    wall, used = sum(mark.wall_s for mark in parts.values()), sum(mark.processor_s for mark in parts.values())
    done = sum(parts[part].done - firsts[part].done for part in parts)
    more = f" in {len(parts)} parts" if len(parts) > 1 else ""
    return f"{wall:,.0f} s{more}, {done / wall:,.0f}/s; {used / done * 1000:.2f} ms of processor time each"


def told(what: str, found: float, unit: str, most: float) -> None:
    """A figure beside what is allowed."""
    print(f"{what:52} {found:9.2f} {unit:3}   at most {most:g}{'' if found <= most else '   ← more'}")


def sizes(store: Store, episodes: int) -> None:
    """What the store takes on the disk, an episode; without its traces everything else counts, also free room."""
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = store.path.stat().st_size
    (row,) = store.groups("SELECT count(trace) AS kept, total(length(trace)) AS bytes FROM traces")
    told("store without traces, an episode", (whole - row["bytes"]) / episodes / 1000, "kB", MOST_KB)
    told(f"store with {row['kept']:,} traces, an episode", whole / episodes / 1000, "kB", MOST_KB_TRACED)
    try:
        tables = store.groups("SELECT name, sum(pgsize) AS n FROM dbstat GROUP BY name ORDER BY n DESC LIMIT 8")
    except StoreError:  # dbstat is an option of SQLite's build
        return
    print("  " + ", ".join(f"{row['name']} {row['n'] / episodes:.0f} B" for row in tables))


def questions(store: Store, run: str) -> None:
    """How long the questions of the board, of a run's page and of the list of episodes take."""
    from scenarios.runs.summary import summarise
    from tui import reading

    row, path = store.run(run), store.path
    time("the board: all runs with their outcomes", lambda: reading.board(path), 50)
    time("a run's whole summary, as the report has it", lambda: summarise(store, row), None)
    middle = row.done // 2
    time("100 episodes from the middle", lambda: store.episodes(run, start=middle, limit=100), 50)
    time("opening an episode", lambda: store.episode(run, middle), 20)


def time(what: str, call: Callable[[], object], most_ms: float | None) -> None:
    """The middle one of five, and the slowest."""
    found = []
    for _ in range(5):
        started = perf_counter()
        call()
        found.append((perf_counter() - started) * 1000)
    middle = statistics.median(found)
    bound = "" if most_ms is None else f"   at most {most_ms:g}{'' if middle <= most_ms else '   ← more'}"
    print(f"{what:52} {middle:9.2f} ms    (slowest {max(found):.1f}){bound}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("episodes", type=int, nargs="?", default=10_000)
    parser.add_argument("--agent", default=AGENT)
    parser.add_argument("--trace", choices=("none", "failures", "all"), default="failures")
    parser.add_argument("--workers", type=int, default=cores())
    given = parser.parse_args()
    main(given.episodes, given.agent, given.trace, given.workers)
