"""A run or a sweep whose driver or workers are killed with -9, whenever that is, ends with the rows of a calm one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mock_services.draws import Draws
from tests.scenarios.runs_samples import rows_of_store

KILLS = int(os.environ.get("BANSHI_KILLS", "8"))
"""How often processes are killed altogether; ``make bench-scale`` asks for more."""

EPOCHS = max(30, 4 * KILLS)
"""Enough that there are some episodes between two kills."""


RUN = ("--engine", "oracle", "--epochs", str(EPOCHS))
SWEEP = ("--agents", "oracle,noop", "--fallback", "none,full", "--epochs", str(EPOCHS // 4), "--tags", "killed")


def start(store: Path, *options: str) -> subprocess.Popen[bytes]:
    """The run in a process group of its own."""
    command = "import sys; from tui.cli.main import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", command, "run", "tiny", *options, "--workers", "2", "--store", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def done(store: Path) -> int:
    """How many episodes are recorded."""
    if not store.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5) as db:
            return int(db.execute("SELECT count(*) FROM episodes").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def children(pid: int) -> list[int]:
    """The processes that a process has started, in the order of their numbers."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sorted(map(int, listed))


def wait_until(run: subprocess.Popen[bytes], store: Path, count: int) -> bool:
    """Until so many episodes are recorded; False if the run ended before."""
    while done(store) < count:
        try:
            run.wait(timeout=0.005)
        except subprocess.TimeoutExpired:
            continue
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for workers in /proc")
@pytest.mark.parametrize("options", [RUN, SWEEP], ids=["run", "sweep"])
def test_whatever_is_killed_and_whenever_the_rows_are_those_of_an_undisturbed_run(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    calm = tmp_path / "calm.db"
    assert start(calm, *options).wait(timeout=120) == 0
    expected = rows_of_store(calm)
    planned = len(expected["episodes"])

    store, chance, killed = tmp_path / "killed.db", Draws("killed"), 0
    run = start(store, *options)
    while killed < KILLS:
        # From wherever it is, some episodes further, and near the end the last ones.
        ahead = 1 + chance.below(max(1, (planned - done(store)) // max(1, KILLS - killed)), "ahead", killed)
        if not wait_until(run, store, min(planned, done(store) + ahead)):
            break
        workers = children(run.pid)
        if chance.chance(0.5, "who", killed) and workers:
            os.kill(workers[chance.below(len(workers), "which", killed)], signal.SIGKILL)
        else:
            os.kill(run.pid, signal.SIGKILL)
            run.wait(timeout=60)
            run = start(store, *options)
        killed += 1
    assert run.wait(timeout=120) == 0
    assert killed >= min(KILLS, 3), "the run ended before it could be disturbed"
    assert rows_of_store(store) == expected
