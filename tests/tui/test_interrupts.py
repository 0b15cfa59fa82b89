"""Ctrl-C, once and twice: real processes, stopped wherever they are, leave nothing half written and are resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mock_services.draws import Draws
from scenarios.runs import workers
from scenarios.runs.store import Store
from tests.scenarios.runs_samples import rows_of_store
from tui.cli.carrying import INTERRUPTED, STOPPING

pytestmark = pytest.mark.skipif(workers.START_METHOD != "fork", reason="stopping is by signals")

HANGS = """
from pathlib import Path
import signal

def agent(episode):
    here = Path(__file__).parent
    begun = len(list(here.glob("begun-*")))
    (here / f"begun-{begun}").touch()
    if begun == 2 and not (here / "mended").exists():
        signal.pause()
    episode.done()
"""
"""The third episode hangs, whoever carries it out, until it is mended."""

RUN = ("tiny", "--engine", "oracle", "--epochs", "60")
SWEEP = ("tiny", "--agents", "oracle,noop", "--epochs", "30")
"""360 episodes: what a pipe holds of their events is less than half of them, so that none ends before it is read."""

TIMES = 3


class Command:
    """``banshi run`` in a process group of its own, as a terminal has it."""

    def __init__(self, store: Path, *args: str) -> None:
        launch = [sys.executable, "-c", "from tui.cli.main import main; main()", "run", *args]
        self.process = subprocess.Popen(
            [*launch, "--store", str(store), "--events"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.events, self.talk = self.process.stdout, self.process.stderr

    def read_until(self, kind: str, times: int = 1) -> bool:
        """Read until so many events of a kind came; whether they did before it ended."""
        for line in self.events:
            times -= json.loads(line)["event"] == kind
            if times <= 0:
                return True
        return False

    def ctrl_c(self) -> None:
        """To every process of the group, as a terminal sends it."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> int:
        """Read the rest, and its exit code; no process of the group is left."""
        for _ in self.events:
            pass
        self.said = self.talk.read().decode()
        code = self.process.wait(60)
        self.events.close()
        self.talk.close()
        return code


@pytest.mark.parametrize(("args", "count"), [(RUN, "1"), (SWEEP, "2")], ids=["run", "sweep"])
def test_wherever_a_run_is_stopped_it_ends_with_the_rows_of_an_undisturbed_one(
    tmp_path: Path, args: tuple[str, ...], count: str
) -> None:
    assert Command(tmp_path / "calm.db", *args, "--workers", "2").end() == 0
    store, chance, stopped = tmp_path / "stopped.db", Draws("stopped"), 0
    for time in range(TIMES):
        run = Command(store, *args, "--workers", count)
        going = run.read_until("episode_ended", 1 + chance.below(20, "episodes", time))
        if going:
            run.ctrl_c()
        code = run.end()
        if code == 0:
            break
        assert code == INTERRUPTED
        stopped += 1
        with Store(store) as read:
            assert [row.live for row in read.runs() if row.live] == []
            assert all(len(read.episodes(row.run)) == row.done for row in read.runs())
    assert stopped >= 2, "the run ended before it could be stopped"
    name = "w0001" if args is SWEEP else "r0001"
    if code:
        assert Command(store, "--resume", name, "--workers", count).end() == 0
    assert rows_of_store(store) == rows_of_store(tmp_path / "calm.db")


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A run of six episodes, of which the third hangs."""
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    return ("tiny", "--agent", "hangs:agent")


def test_an_episode_that_hangs_holds_the_first_ctrl_c_up_and_the_second_one_ends_it(
    tmp_path: Path, hanging: tuple[str, ...]
) -> None:
    store = tmp_path / "s.db"
    run = Command(store, *hanging, "--workers", "1")
    assert run.read_until("episode_ended", 2)
    run.ctrl_c()
    # it says so at once, and goes on waiting for the episode
    assert run.talk.readline() == STOPPING
    assert run.process.poll() is None
    run.ctrl_c()
    assert run.end() == INTERRUPTED
    with Store(store) as read:
        row = read.run("r0001")
        assert (row.live, row.done, len(read.episodes("r0001"))) == (False, 2, 2)
    (tmp_path / "mended").touch()
    assert Command(store, *hanging, "--workers", "1").end() == 0
    with Store(store) as read:
        assert [(row.run, row.state, row.done) for row in read.runs()] == [("r0001", "finished", 6)]


def workers_of(run: Command, many: int) -> list[int]:
    """The processes of its workers, once there are so many; the first may be done with an episode before that."""
    children = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children")
    found: list[int] = []
    while len(found) < many and run.process.poll() is None:
        found = [int(pid) for pid in children.read_text().split()]
    return found


def test_workers_that_hang_are_dropped_by_the_first_ctrl_c(tmp_path: Path, hanging: tuple[str, ...]) -> None:
    store = tmp_path / "s.db"
    run = Command(store, *hanging, "--workers", "2")
    assert run.read_until("episode_ended", 1)
    left = workers_of(run, 2)
    assert len(left) == 2
    run.ctrl_c()
    assert run.end() == INTERRUPTED
    assert [pid for pid in left if Path(f"/proc/{pid}").exists()] == []
    with Store(store) as read:
        row = read.run("r0001")
    assert (row.state, 1 <= row.done < 6) == ("stopped", True)
    assert run.said == STOPPING.decode() + (
        f"banshi: stopped; {row.done} of 6 episodes are recorded – banshi run --resume r0001 finishes the run\n"
    )
    (tmp_path / "mended").touch()
    assert Command(store, "--resume", "r0001").end() == 0


def test_who_reads_the_events_no_more_stops_the_run(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    run = Command(store, "tiny", "--engine", "noop", "--epochs", "60", "--workers", "1")
    assert run.read_until("episode_ended", 3)
    run.events.close()
    run.talk.read()
    assert run.process.wait(60) == 141
    run.talk.close()
    with Store(store) as read:
        row = read.run("r0001")
        assert (row.state, row.live) == ("stopped", False)
        assert 3 <= row.done == len(read.episodes("r0001")) < 360
