"""The clock on the wall jumps, forwards and backwards: who has a run open, what it took and what is left stay right."""

from __future__ import annotations

import inspect
import platform
import time
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

import pytest

from scenarios.loader import load_suite
from scenarios.runs import lock
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.progress import Pace, Progress
from scenarios.runs.runner import Job, carry_out, open_job, reopen
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store, pack
from tests.scenarios.runs_samples import manifest, result
from tui.cli.progress import line_of

YEAR_S = 365 * 24 * 3600
JUMPS = [pytest.param(-10 * YEAR_S, id="back"), pytest.param(10 * YEAR_S, id="ahead")]


def jump(store: Store, run: str, seconds: int) -> None:
    """To SQLite, whose clock is the machine's, a jump of the clock is a heartbeat so far away from now."""
    store.db.execute("UPDATE runs SET heartbeat_at = heartbeat_at - ? WHERE run = ?", (seconds, run))


def tiny_in(store: Store) -> Job:
    suite = load_suite("tiny")
    return open_job(
        store, Manifest(version("banshi"), ("tiny",), suite.name, suite.hash, "oracle", {}, 0, Selection()), suite
    )


@pytest.mark.parametrize("seconds", JUMPS)
def test_a_process_of_this_machine_keeps_its_run(tmp_path: Path, seconds: int) -> None:
    with Store(tmp_path / "s.db", write=True) as store, Store(tmp_path / "s.db", write=True) as other:
        run = store.start(manifest(), 2)
        jump(store, run, seconds)
        with pytest.raises(StoreError, match="is open in process"):
            other.claim(run)
        assert other.run(run).live
        store.append(run, [pack(result(0))])


def test_a_clock_that_is_a_little_ahead_elsewhere_makes_nobody_gone() -> None:
    assert lock.is_alive("elsewhere/1/2", -60)
    assert lock.is_alive("elsewhere/1/2", 60)
    assert not lock.is_alive("elsewhere/1/2", -YEAR_S), "a run must not stay locked until the clocks agree again"
    assert not lock.is_alive("elsewhere/1/2", YEAR_S)


@pytest.mark.parametrize("seconds", JUMPS)
def test_who_was_taken_for_gone_records_nothing_more_and_the_run_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    with Store(tmp_path / "calm.db", write=True) as store:
        calm = tiny_in(store)
        assert carry_out(store, calm, worker_count=1)
        expected = [store.episode(calm.run, row.ordinal) for row in store.episodes(calm.run)]

    here, path = platform.node(), tmp_path / "s.db"
    with Store(path, write=True) as first, Store(path, write=True) as second:
        monkeypatch.setattr(platform, "node", lambda: "elsewhere")
        job = tiny_in(first)

        def on_progress(seen: Progress) -> None:
            if seen.done == 2:
                # Another machine, on which it is another year, sees a run without a heartbeat.
                jump(first, job.run, seconds)
                monkeypatch.setattr(platform, "node", lambda: here)
                assert reopen(second, job.run).resumed
                monkeypatch.setattr(platform, "node", lambda: "elsewhere")

        with pytest.raises(StoreError, match=rf"run {job.run} is not open here any more: process \d+ took it over"):
            carry_out(first, job, worker_count=1, on_progress=on_progress)
        row = first.run(job.run)
        assert (row.state, row.done) == ("running", 2)

        monkeypatch.setattr(platform, "node", lambda: here)
        assert carry_out(second, Job(job.run, job.manifest, job.suite, True), worker_count=1)
        assert [second.episode(job.run, row.ordinal) for row in second.episodes(job.run)] == expected
        assert second.run(job.run).state == "finished"


def test_a_run_that_was_taken_out_meanwhile_is_one_clear_line(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 2)
        store.db.execute("DELETE FROM runs")
        with pytest.raises(StoreError, match="it was closed or taken out"):
            store.append(run, [pack(result(0))])


def test_runs_are_listed_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        made = [store.start(manifest(seed=seed), 1) for seed in range(3)]
        for run, when in zip(made, ("2031", "1970", "2026"), strict=True):
            store.db.execute("UPDATE runs SET created_at = ? WHERE run = ?", (f"{when}-01-01T00:00:00Z", run))
        assert [row.run for row in store.runs()] == made[::-1]
        for run in made:
            store.release(run)
        found = store.unfinished(manifest(seed=1).encode())
        assert found is not None
        assert found.run == made[1]


def test_what_a_run_took_and_what_it_leaves_do_not_follow_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = []
    for jumps in ((0,), (10 * YEAR_S, -10 * YEAR_S, 0)):
        offsets, now = cycle(jumps), time.time  # noqa: TID251 - this is the clock that jumps
        with monkeypatch.context() as patched, Store(tmp_path / f"{len(jumps)}.db", write=True) as store:
            patched.setattr(time, "time", lambda offsets=offsets, now=now: now() + next(offsets))
            job = tiny_in(store)
            assert carry_out(store, job, worker_count=1)
            row = store.run(job.run)
            assert 0 < row.wall_s < 600
            digests.append(row.digest)
    assert digests[0] == digests[1]


def test_the_time_left_is_told_by_a_clock_that_does_not_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect.signature(Pace).parameters["clock"].default is time.perf_counter
    monkeypatch.setattr(time, "time", lambda: pytest.fail("the clock on the wall was asked"))
    passed = [100.0]
    pace, seen = Pace(lambda: passed[0]), Progress(20, 44, 20, 0)
    passed[0] = 110.0
    assert "2.0 episodes/s · 12 s left" in line_of(seen, pace)
    # Even that clock may stand still, where a machine sleeps.
    passed[0] = 100.0
    assert "left" not in line_of(seen, pace)
