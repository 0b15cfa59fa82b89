"""Runs survive what happens to processes: the same rows whatever the workers, a death, a stop or a full disk."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mock_services.errors import UsageError
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs import workers
from scenarios.runs.plan import load_sources
from scenarios.runs.progress import Progress
from scenarios.runs.runner import Job, carry_out, open_job, reopen
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store
from scenarios.runs.summary import summarise
from tests.scenarios.runs_samples import manifest, result_of, suite_file

pytestmark = [
    pytest.mark.skipif(workers.START_METHOD != "fork", reason="made-up episodes reach workers by fork alone"),
    # The test runner has threads of its own, which the command has not; Python 3.12 warns of them.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]

IDS = tuple(f"s-{i:02}" for i in range(12))


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[EpisodeSpec], EpisodeResult]], None]:
    """Let episodes be carried out by a function, in this process and in forked ones."""
    monkeypatch.setattr(workers, "warm_up", lambda *_: None)

    def use(carry: Callable[[EpisodeSpec], EpisodeResult]) -> None:
        monkeypatch.setattr(workers.Bench, "carry_out", lambda _, spec: carry(spec))

    use(result_of)
    return use


def job_in(store: Store, tmp_path: Path) -> Job:
    sources = (str(suite_file(tmp_path, *IDS)),)
    suite = load_sources(sources)
    return open_job(store, msgspec.structs.replace(manifest(sources=sources), suite_hash=suite.hash), suite)


def rows_of(store: Store, run: str) -> list[EpisodeResult]:
    return [store.episode(run, row.ordinal) for row in store.episodes(run)]


def stopped_after(enough: int, store: Store, job: Job, count: int) -> bool:
    """Carry a run out until so many episodes are recorded; whether it is finished."""
    seen: list[int] = [0]
    return carry_out(
        store,
        job,
        worker_count=count,
        stop=lambda: seen[-1] >= enough,
        on_progress=lambda progress: seen.append(progress.done),
    )


def test_any_number_of_workers_leaves_the_same_rows(tmp_path: Path, made_up: object) -> None:
    found = []
    for count in (1, 2, 5):
        with Store(tmp_path / f"{count}.db", write=True) as store:
            job = job_in(store, tmp_path)
            assert carry_out(store, job, worker_count=count)
            found.append((rows_of(store, job.run), store.run(job.run).digest))
    assert len(found[0][0]) == 36
    assert found[0] == found[1] == found[2]


def test_progress_counts_up_to_the_end(tmp_path: Path, made_up: object) -> None:
    seen: list[Progress] = []
    with Store(tmp_path / "s.db", write=True) as store:
        carry_out(store, job_in(store, tmp_path), worker_count=2, on_progress=seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].total, seen[-1].succeeded) == (0, 36, 36, 24)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_a_stopped_run_is_resumed_by_the_same_command_and_ends_the_same(tmp_path: Path, made_up: object) -> None:
    with Store(tmp_path / "whole.db", write=True) as store:
        whole = job_in(store, tmp_path)
        carry_out(store, whole, worker_count=1)
        expected = rows_of(store, whole.run), store.run(whole.run).digest
    for count in (1, 2):
        with Store(tmp_path / f"{count}.db", write=True) as store:
            first = job_in(store, tmp_path)
            assert not stopped_after(10, store, first, count)
            assert store.run(first.run).state == "stopped"
            assert 10 <= store.run(first.run).done < 36
            second = job_in(store, tmp_path)
            assert second.run == first.run
            assert second.resumed
            assert carry_out(store, second, worker_count=count)
            assert (rows_of(store, first.run), store.run(first.run).digest) == expected
            assert job_in(store, tmp_path).run != first.run


def test_a_run_whose_suite_changed_is_not_resumed(tmp_path: Path, made_up: object) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        store.leave(job.run, state="stopped", wall_s=0.0)
        suite_file(tmp_path, *IDS[:3])
        with pytest.raises(UsageError, match="has changed since"):
            reopen(store, job.run)


def test_a_run_of_another_version_is_not_resumed(tmp_path: Path, made_up: object) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        store.leave(job.run, state="stopped", wall_s=0.0)
        older = msgspec.structs.replace(job.manifest, version="0.0.9")
        store.db.execute("UPDATE runs SET manifest = ?", (older.encode(),))
        with pytest.raises(UsageError, match=rf"run {job.run} was started by banshi 0\.0\.9, and this is"):
            reopen(store, job.run)
        assert store.run(job.run).state == "stopped"


def test_an_episode_that_lost_its_worker_is_run_again(
    tmp_path: Path, made_up: Callable[[Callable[[EpisodeSpec], EpisodeResult]], None]
) -> None:
    def dies_once(spec: EpisodeSpec) -> EpisodeResult:
        mark = tmp_path / "died"
        if spec.ordinal == 7 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return result_of(spec)

    made_up(dies_once)
    told: list[str] = []
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        assert carry_out(store, job, worker_count=2, say=told.append)
        assert {row.outcome for row in store.episodes(job.run)} == {"completed", "failed_safe"}
        assert len(store.episodes(job.run)) == 36
    assert len(told) == 1
    assert "SIGKILL" in told[0]
    assert "s-02/pay_lost" in told[0]


@pytest.mark.parametrize(
    ("die", "times", "how"),
    [
        (lambda: os._exit(11), 2, "exit code 11"),
        # somebody else's doing, as a rule, but not without end
        (lambda: os.kill(os.getpid(), signal.SIGKILL), 6, "signal SIGKILL"),
    ],
    ids=["exits", "killed"],
)
def test_an_episode_that_kills_every_worker_is_recorded_as_an_error_of_ours(
    tmp_path: Path,
    made_up: Callable[[Callable[[EpisodeSpec], EpisodeResult]], None],
    die: Callable[[], None],
    times: int,
    how: str,
) -> None:
    def deadly(spec: EpisodeSpec) -> EpisodeResult:
        if spec.ordinal == 7:
            die()
        return result_of(spec)

    made_up(deadly)
    told: list[str] = []
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        assert carry_out(store, job, worker_count=3, say=told.append)
        errors = [row for row in store.episodes(job.run) if row.outcome == "error"]
        assert [(row.ordinal, row.error) for row in errors] == [(7, f"its worker died {times} times ({how})")]
        assert summarise(store, store.run(job.run)).episodes == 36
    assert len(told) == times


def test_a_full_disk_ends_the_run_and_keeps_what_was_recorded(tmp_path: Path, made_up: object) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(StoreError, match="the disk is full"):
            carry_out(store, job, worker_count=2)
        assert store.recorded(job.run, 36).count(1) < 36
        store.db.execute("PRAGMA max_page_count = 1000000")
        again = job_in(store, tmp_path)
        assert again.run == job.run
        assert carry_out(store, again, worker_count=2)
        assert store.recorded(job.run, 36).count(1) == 36


def test_stopping_does_not_wait_for_what_is_under_way(
    tmp_path: Path, made_up: Callable[[Callable[[EpisodeSpec], EpisodeResult]], None]
) -> None:
    def hangs(spec: EpisodeSpec) -> EpisodeResult:
        if spec.ordinal >= 2:
            signal.pause()
        return result_of(spec)

    made_up(hangs)
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, tmp_path)
        started = time.perf_counter()
        assert not stopped_after(1, store, job, 2)
        assert time.perf_counter() - started < 5
        assert store.run(job.run).done >= 1


def test_workers_end_when_their_parent_is_killed(tmp_path: Path, made_up: object) -> None:
    sources = (str(suite_file(tmp_path, *IDS)),)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        # the parent to be: it hires two workers, whose numbers it tells, and is killed before they have work
        crew = workers.Crew(load_sources(sources), sources, [], 0, lambda _: None)
        for _ in range(2):
            crew._back.append(EpisodeSpec(0, IDS[0], "clean", "rules", {}, 0))
            crew._hire()
        os.write(write_end, ",".join(str(worker.process.pid) for worker in crew._workers).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(write_end)
    pids = [int(pid) for pid in os.read(read_end, 100).decode().split(",")]
    os.close(read_end)
    deadline = time.perf_counter() + 10
    while any(_runs(pid) for pid in pids):
        assert time.perf_counter() < deadline, "a worker outlived its parent"
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
