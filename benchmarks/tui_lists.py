"""The long lists of the app: how soon they are there, how fast they scroll, and what memory they take.

Run it as ``python -m benchmarks.tui_lists [EPISODES...]``, a hundred thousand and a million by default. The store is a
real run of some thousand episodes whose rows are then multiplied in SQL, which takes seconds where a run takes minutes;
the app reads it as it reads any other. Each list is opened in a process of its own, without a terminal: what is timed
is from the key to the rows on the (virtual) screen of 160 × 45. Beside the time on the clock stands the processor time
of the app with all its threads, which is what it takes where nothing else runs.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks._memory import resident_kib

if TYPE_CHECKING:
    from textual.pilot import Pilot

SIZES = (100_000, 1_000_000)
RUNS = 1_000
MOST_BOARD_S, MOST_OPEN_S, LEAST_FRAMES, MOST_MIB = 0.3, 0.5, 30, 250
FRAMES = 150
SIZE = (160, 45)
SEED_ROWS = 1_200


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Make the stores, open them, and print what it took beside what is allowed."""
    with TemporaryDirectory() as folder:
        seed = _seed(Path(folder) / "seed.db")
        many = _of_many_runs(seed, Path(folder) / "runs.db", RUNS)
        found = _measured(many, "board")
        _tell(f"the board with {RUNS:,} runs", found["open"], MOST_BOARD_S)
        for rows in sizes:
            path = _of_many_rows(seed, Path(folder) / f"{rows}.db", rows)
            found = _measured(path, "list")
            _tell(f"a list of {rows:,} episodes: there", found["open"], MOST_OPEN_S)
            _tell("… failures first", found["sorted"], None)
            _tell("… filtered by a word", found["filtered"], None)
            frames, processor = (FRAMES / seconds for seconds in found["scrolled"])
            rates = f"{frames:7.0f} frames/s  {processor:7.0f} a processor second"
            print(f"{'… scrolled by pages and jumps':40} {rates}   at least {LEAST_FRAMES}")
            print(f"{'… memory of the app at its most':40} {found['mib'][0]:7.0f} MiB   at most {MOST_MIB}")
            path.unlink()


def _tell(what: str, took: list[float], most: float | None) -> None:
    clock, processor = took
    print(f"{what:40} {clock:7.2f} s  {processor:7.2f} s processor" + (f"   at most {most:g}" if most else ""))


# --- stores ----------------------------------------------------------------------------------------------------


def _seed(path: Path) -> Path:
    """A run of :data:`SEED_ROWS` episodes, without traces."""
    from scenarios.loader import load_suite
    from scenarios.runs.manifest import Manifest, Selection
    from scenarios.runs.runner import carry_out, open_job
    from scenarios.runs.store import Store

    suite = load_suite("smoke")
    once = sum(1 + len(scenario.plans) for scenario in suite.scenarios)
    epochs = SEED_ROWS // once
    manifest = Manifest(
        "bench", ("smoke",), suite.name, suite.hash, "noop", {}, 0, Selection(), epochs=epochs, traces="none"
    )
    with Store(path, write=True) as store:
        carry_out(store, open_job(store, manifest, suite), worker_count=1)
    return path


def _of_many_rows(seed: Path, path: Path, rows: int) -> Path:
    """The seed's rows again and again under other seeds, with outcomes of all kinds."""
    db = _copy(seed, path)
    count = db.execute("SELECT count(*) FROM episodes").fetchone()[0]
    times = -(-rows // count)
    outcome = (
        "CASE (ordinal * 7 + k) % 11 WHEN 0 THEN 'failed_harmful' WHEN 1 THEN 'failed_safe'"
        " WHEN 2 THEN 'completed_with_fallback' ELSE 'completed' END"
    )
    other = {
        "ordinal": f"ordinal + k * {count}",
        "seed": f"seed + k * {count}",
        "outcome": outcome,
        "success": "(ordinal * 7 + k) % 11 > 1",
    }
    _again(db, "episodes", other, times)
    with db:
        db.execute(
            "UPDATE runs SET (planned, done, succeeded) = (SELECT count(*), count(*), sum(success) FROM episodes)"
        )
    db.close()
    return path


def _of_many_runs(seed: Path, path: Path, runs: int) -> Path:
    """A hundred of the seed's episodes in so many runs, with their counts."""
    db = _copy(seed, path)
    with db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table in ("traces", "fallback", "episodes"):
            db.execute(f"DELETE FROM {table} WHERE ordinal >= 100")  # noqa: S608 - names of ours
    run = "'r' || substr('0000' || (k + 1), -4)"
    for table in ("episodes", "counts", "runs"):
        _again(db, table, {"run": run} | ({"number": "k + 1"} if table == "runs" else {}), runs)
    db.close()
    return path


def _copy(seed: Path, path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    source = sqlite3.connect(seed)
    source.backup(db)
    source.close()
    return db


def _again(db: sqlite3.Connection, table: str, other: dict[str, str], times: int) -> None:
    """Every row of a table so many times; ``other`` are columns that differ, in terms of ``k``."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(other.get(name, name) for name in columns)
    counted = f"counted(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM counted WHERE k < {times - 1})"  # noqa: S608
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    with db:
        db.execute(f"WITH RECURSIVE {counted} {into} SELECT {values} FROM counted CROSS JOIN {table}")  # noqa: S608


# --- the app ---------------------------------------------------------------------------------------------------


def _measured(path: Path, what: str) -> dict[str, list[float]]:
    command = [sys.executable, "-m", "benchmarks.tui_lists", "--measure", what, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


async def _measure(what: str, path: Path) -> dict[str, list[float]]:
    from tui.app import BanshiApp
    from tui.screens.runs import RunsScreen
    from tui.widgets.rows import RowList

    app = BanshiApp(path)
    async with app.run_test(size=SIZE) as pilot:
        await _there(pilot)
        if what == "board":
            async with _timed() as took:
                await app.push_screen(RunsScreen(path, app.jobs))
                await _there(pilot)
            return {"open": took}
        found = {}
        for name, keys in (("open", ("enter",)), ("sorted", ("x",)), ("filtered", ("x", "slash", *"clean#77"))):
            await pilot.press(*keys[:-1])
            await _there(pilot)
            async with _timed() as took:
                await pilot.press(keys[-1])
                await _there(pilot)
            found[name] = took
        await pilot.press("escape")
        await _there(pilot)
        listed = app.screen.query_one(RowList)
        step = max(1, len(listed.rows) // FRAMES)
        async with _timed() as took:
            for frame in range(FRAMES):
                # Half of them page on, half jump through the whole list: both have to be read first.
                listed.move_to(frame * step if frame % 2 else listed.cursor + SIZE[1])
                await pilot.pause()
        found["scrolled"] = took
        await _there(pilot)
        found["mib"] = [resident_kib("VmHWM", "status") / 1024]
        return found


@asynccontextmanager
async def _timed() -> AsyncIterator[list[float]]:
    """Yields a list that has, in the end, the seconds on the clock and of the processor."""
    took: list[float] = []
    clock, processor = perf_counter(), process_time()
    yield took
    took += [perf_counter() - clock, process_time() - processor]


async def _there(pilot: Pilot[None]) -> None:
    """Until all that was asked for is read and the rows in sight are drawn."""
    from tui.widgets.rows import RowList

    for _ in range(100):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        listed = pilot.app.screen.query(RowList)
        if not pilot.app.workers and listed and listed.first().rows and listed.first().current is not None:
            return
    raise SystemExit(f"nothing came: {list(pilot.app.workers)}, {pilot.app.screen}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(asyncio.run(_measure(sys.argv[2], Path(sys.argv[3])))))
    else:
        # Called for all benchmarks, the words on the command line are their names.
        main(tuple(int(given) for given in sys.argv[1:] if given.isdigit()) or SIZES)
