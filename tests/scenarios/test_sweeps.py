"""Sweeps: several runs asked for as one, each a run like any other, repeatable and resumable together."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mock_services.errors import UsageError
from scenarios.loader import Suite
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs import lock, sweeps, workers
from scenarios.runs.archive import lines_of, take_in
from scenarios.runs.comparing import pairs_of
from scenarios.runs.grid import grid_of, names_of
from scenarios.runs.housekeeping import remove, remove_sweep, tidy
from scenarios.runs.manifest import Manifest, Selection, read_manifest
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, open_job, reopen
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store
from scenarios.runs.sweeping import jobs_of, open_sweep, reopen_sweep, tally_of
from scenarios.runs.sweeps import runs_of, sweep, sweep_digest
from tests.scenarios.runs_samples import manifest, result_of, suite_file

AGENTS, POLICIES = ("rules", "noop"), ("none", "full")
WARM_UP = workers.warm_up


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Episodes that take no time."""
    monkeypatch.setattr(workers, "warm_up", lambda *_: None)
    monkeypatch.setattr(workers.Bench, "carry_out", lambda _, spec: result_of(spec))


def cells_in(folder: Path, faults: str = "all", seed: int = 0) -> list[tuple[Manifest, Suite]]:
    """Two agents under two policies over a file of two scenarios."""
    sources = (str(suite_file(folder)),)
    suite = load_sources(sources)
    plain = manifest(seed, Selection(faults=faults), sources)
    return [
        (msgspec.structs.replace(plain, suite_hash=suite.hash, agent=agent, options={"fallback": policy}), suite)
        for agent in AGENTS
        for policy in POLICIES
    ]


def carry(store: Store, cells: list[tuple[Manifest, Suite]] | str, *, until: int | None = None) -> str:
    """Carry a sweep out, or until so many episodes of it are recorded; its name."""
    job = reopen_sweep(store, cells) if isinstance(cells, str) else open_sweep(store, cells)
    tally = tally_of(store, job)
    for one in jobs_of(store, job):
        enough = lambda: until is not None and tally.progress().done >= until  # noqa: E731
        if not carry_out(store, one, worker_count=1, tally=tally, stop=enough):
            break
    sweeps.leave(store, job.sweep)
    return job.sweep


def all_of(store: Store, name: str) -> list[tuple[str, str, list[EpisodeResult]]]:
    """The cells of a sweep with everything that they recorded."""
    return [
        (row.run, row.digest, [store.episode(row.run, one.ordinal) for one in store.episodes(row.run)])
        for row in runs_of(store, name)
    ]


def test_every_cell_is_a_run_and_the_sweep_has_a_name_a_manifest_and_a_digest(tmp_path: Path) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "s.db", write=True) as store:
        name = carry(store, cells)
        row = sweep(store, name)
        runs = runs_of(store, name)
    assert (name, row.state, row.cells, row.planned, row.done, row.succeeded) == ("w0001", "finished", 4, 24, 24, 16)
    assert [(run.run, run.agent, run.options["fallback"], run.sweep, run.cell) for run in runs] == [
        ("r0001", "rules", "none", "w0001", 0),
        ("r0002", "rules", "full", "w0001", 1),
        ("r0003", "noop", "none", "w0001", 2),
        ("r0004", "noop", "full", "w0001", 3),
    ]
    assert row.read().cells == tuple(cell for cell, _ in cells) == tuple(read_manifest(run.manifest) for run in runs)
    assert row.digest == sweep_digest([run.digest for run in runs]) != ""


def test_a_cell_has_the_rows_of_the_same_run_by_itself(tmp_path: Path) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "sweep.db", write=True) as store, Store(tmp_path / "alone.db", write=True) as other:
        carry(store, cells)
        for cell in cells:
            carry_out(other, open_job(other, *cell), worker_count=1)
        for run in ("r0001", "r0002", "r0003", "r0004"):
            assert store.run(run).digest == other.run(run).digest
            assert store.run(run).manifest == other.run(run).manifest


@pytest.mark.parametrize("until", [0, 3, 6, 11, 23])
def test_a_stopped_sweep_goes_on_by_its_name_or_by_the_same_command(tmp_path: Path, until: int) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "whole.db", write=True) as store:
        expected = all_of(store, carry(store, cells))
    for again in ("w0001", cells):
        path = tmp_path / f"{type(again).__name__}.db"
        with Store(path, write=True) as store:
            assert carry(store, cells, until=until) == "w0001"
            row = sweep(store, "w0001")
            assert (row.state, row.done, row.digest) == ("stopped", until, "")
            assert carry(store, again) == "w0001"
            assert sweep(store, "w0001").state == "finished"
            assert all_of(store, "w0001") == expected
            assert carry(store, cells) == "w0002"


def test_progress_counts_over_all_cells_and_what_was_there_before(tmp_path: Path) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "s.db", write=True) as store:
        carry(store, cells, until=8)
        progress = tally_of(store, reopen_sweep(store, "w0001")).progress()
    assert (progress.done, progress.total, progress.before, progress.succeeded) == (8, 24, 8, 6)
    assert progress.failures == {"failed_safe": 2}


def test_a_single_run_leaves_the_cells_of_a_sweep_alone(tmp_path: Path) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "s.db", write=True) as store:
        carry(store, cells, until=3)
        job = open_job(store, *cells[0])
        assert (job.run, job.resumed) == ("r0002", False)
        # but a cell that is named is finished as any run is
        assert carry_out(store, reopen(store, "r0001"), worker_count=1)
        assert store.run("r0001").sweep == "w0001"


def test_a_cell_that_was_taken_out_is_run_again(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        carry(store, cells_in(tmp_path))
        before = sweep(store, "w0001")
        remove(store, "r0002")
        assert (sweep(store, "w0001").state, sweep(store, "w0001").digest) == ("stopped", "")
        carry(store, "w0001")
        after = sweep(store, "w0001")
        assert after.runs == ("r0001", "r0005", "r0003", "r0004")
        assert after.digest == before.digest


def test_a_sweep_is_taken_out_with_its_runs_and_ends_with_its_last_one(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        carry(store, cells_in(tmp_path))
        carry(store, cells_in(tmp_path, seed=1), until=3)
        assert len(remove_sweep(store, "w0001").runs) == 4
        assert [row.sweep for row in sweeps.sweeps(store)] == ["w0002"]
        assert [row.run for row in store.runs()] == ["r0005"]
        assert tidy(store, unfinished=True, traces=None).runs == ("r0005",)
        assert sweeps.sweeps(store) == []
        with pytest.raises(UsageError, match="no sweep 'w0001'"):
            sweep(store, "w0001")


def test_a_sweep_that_somebody_works_on_is_opened_by_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = cells_in(tmp_path)
    with Store(tmp_path / "s.db", write=True) as store:
        open_sweep(store, cells)
        assert sweep(store, "w0001").state == "running"
        with pytest.raises(StoreError, match="sweep w0001 is open in process"):
            reopen_sweep(store, "w0001")
        with pytest.raises(UsageError, match="is being worked on"):
            remove_sweep(store, "w0001")
        assert open_sweep(store, cells).sweep == "w0002"
        # its process is gone
        monkeypatch.setattr(lock, "is_alive", lambda *_: False)
        assert sweep(store, "w0001").state == "stopped"
        assert reopen_sweep(store, "w0001").resumed


def test_nothing_is_recorded_where_one_cell_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(specs: list[EpisodeSpec], *_: object) -> None:
        if specs[0].agent == "noop":
            raise UsageError("there is no agent noop")

    monkeypatch.setattr(workers, "warm_up", refuse)
    with Store(tmp_path / "s.db", write=True) as store:
        with pytest.raises(UsageError, match="no agent noop"):
            open_sweep(store, cells_in(tmp_path))
        assert (store.runs(), sweeps.sweeps(store)) == ([], [])


def test_a_model_is_asked_once_whether_it_answers_for_all_cells_that_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(workers, "warm_up", WARM_UP)
    monkeypatch.setattr(workers, "agent_of", lambda *_: None)
    monkeypatch.setattr("agent.llm.check.check_models", lambda spec, given: asked.append(f"{spec} {given}"))
    models = [("llm:openai:a", {}), ("llm:openai:a", {"base_url": "http://localhost"}), ("noop", {})]
    cells = [
        (msgspec.structs.replace(cell, agent=agent, options={"fallback": policy, "llm": llm}), suite)
        for cell, suite in cells_in(tmp_path)[:1]
        for agent, llm in models
        for policy in POLICIES
    ]
    with Store(tmp_path / "s.db", write=True) as store:
        open_sweep(store, cells)
    assert asked == ["llm:openai:a {}", "llm:openai:a {'base_url': 'http://localhost'}"]


def test_a_sweep_whose_suite_changed_is_not_resumed(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        carry(store, cells_in(tmp_path), until=3)
        suite_file(tmp_path, "a-one")
        with pytest.raises(UsageError, match="changed since sweep w0001 was started"):
            reopen_sweep(store, "w0001")


# --- names, rows, archives ---------------------------------------------------------------------------------------


def test_the_grid_has_a_row_for_each_condition_and_loses_no_episode(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        name = carry(store, cells_in(tmp_path, faults="none,pay_*,rate:0.2"))
        runs = runs_of(store, name)
        cells = grid_of(store, runs)
    assert [(cell.run, cell.faults, cell.episodes) for cell in cells[:3]] == [
        ("r0001", "none", 2),
        ("r0001", "pay_*", 2),
        ("r0001", "rate:0.2", 2),
    ]
    for run in runs:
        of = [cell for cell in cells if cell.run == run.run]
        assert sum(cell.episodes for cell in of) == run.done
        assert sum(cell.success.k for cell in of) == run.succeeded
        assert sum(cell.virtual_ms for cell in of) == run.virtual_ms


def test_names_say_on_what_runs_differ_and_no_more(tmp_path: Path) -> None:
    told = [cell for cell, _ in cells_in(tmp_path)]
    runs = ["r0001", "r0002", "r0003", "r0004"]
    assert names_of(told, runs) == ["rules · none", "rules · full", "noop · none", "noop · full"]
    assert names_of(told[::2], runs[::2]) == ["rules", "noop"]
    assert names_of([told[0], told[0]], runs[:2]) == ["rules (r0001)", "rules (r0002)"]


@pytest.mark.parametrize("until", [None, 8])
def test_a_sweep_travels_whole_into_another_store(tmp_path: Path, until: int | None) -> None:
    with Store(tmp_path / "a.db", write=True) as store, Store(tmp_path / "b.db", write=True) as other:
        other.leave(other.start(manifest(), 1), state="stopped", wall_s=0.0)
        carry(store, cells_in(tmp_path), until=until)
        lines = list(lines_of(store, "w0001"))
        assert take_in(other, lines) == "w0001"
        assert [cell[1:] for cell in all_of(other, "w0001")] == [cell[1:] for cell in all_of(store, "w0001")]
        assert sweep(other, "w0001").manifest == sweep(store, "w0001").manifest
        assert sweep(other, "w0001").digest == sweep(store, "w0001").digest
        assert runs_of(other, "w0001")[0].run == "r0002"
        # it can be resumed there
        carry(other, "w0001") if until else None
        assert sweep(other, "w0001").state == "finished"


def test_a_damaged_archive_of_a_sweep_leaves_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db", write=True) as store, Store(tmp_path / "b.db", write=True) as other:
        carry(store, cells_in(tmp_path))
        lines = list(lines_of(store, "w0001"))
        heads = [at for at, line in enumerate(lines) if line.startswith(b'{"banshi"')]
        for broken in (lines[: heads[2]], lines[:-1], [*lines[:5], b"{", *lines[5:]], [lines[0], lines[0]]):
            with pytest.raises(UsageError, match=r"not whole|damaged|no cell of the sweep"):
                take_in(other, broken)
            assert (other.runs(), sweeps.sweeps(other)) == ([], [])


def test_sweeps_are_compared_run_by_run_as_they_were_asked_for(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        cells = cells_in(tmp_path)
        carry(store, cells)
        newer = [(msgspec.structs.replace(cell, version="9.9"), suite) for cell, suite in cells[::-1][:2]]
        carry(store, newer)
        assert pairs_of(store, "w0001", "w0002") == [("r0003", "r0006"), ("r0004", "r0005")]
        assert pairs_of(store, "r0001", "w0002") == [("r0001", "r0005"), ("r0001", "r0006")]
        assert pairs_of(store, "r0001", "r0002") == [("r0001", "r0002")]
        carry(store, cells_in(tmp_path, seed=5))
        with pytest.raises(UsageError, match="asked for"):
            pairs_of(store, "w0001", "w0003")
