"""Runs leave the store and come back: JSON lines that are taken in exactly, tables, tests' XML, and tidying up."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest

from mock_services.errors import UsageError
from scenarios.loader import load_suite
from scenarios.runs.archive import lines_of, take_in
from scenarios.runs.housekeeping import drop_traces, remove, tidy
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import summarise
from scenarios.runs.tabular import junit, write_parquet
from tests.scenarios.runs_samples import LOST_ACK, manifest, result


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a real run of the tiny suite, r0001."""
    path = tmp_path_factory.mktemp("archive") / "s.db"
    suite = load_suite("tiny")
    with Store(path, write=True) as store:
        made = Manifest("0", ("tiny",), suite.name, suite.hash, "rules", {}, 0, Selection())
        carry_out(store, open_job(store, made, suite), worker_count=1)
    return path


def test_what_is_taken_in_is_what_was_written(recorded: Path, tmp_path: Path) -> None:
    with Store(recorded) as store, Store(tmp_path / "other.db", write=True) as other:
        lines = list(lines_of(store, "r0001"))
        run = take_in(other, lines)
        assert summarise(other, other.run(run)) == summarise(store, store.run("r0001"))
        for row in store.episodes("r0001"):
            assert other.episode(run, row.ordinal) == store.episode("r0001", row.ordinal)
        again = take_in(other, lines)
        assert again != run


def test_a_run_that_has_gaps_is_written_whole_whatever_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.runs.archive.AT_ONCE", 3)
    there = [0, 1, 4, 5, 6, 9, 17]
    with Store(tmp_path / "s.db", write=True) as store, Store(tmp_path / "other.db", write=True) as other:
        run = store.start(manifest(), 20)
        store.append(run, [pack(result(ordinal)) for ordinal in reversed(there)])
        store.leave(run, state="stopped", wall_s=1)
        taken = take_in(other, lines_of(store, run))
        assert [row.ordinal for row in other.episodes(taken)] == there
        assert other.run(taken).done == len(there)


def test_an_archive_without_traces_keeps_rows_findings_and_digests(recorded: Path, tmp_path: Path) -> None:
    with Store(recorded) as store, Store(tmp_path / "other.db", write=True) as other:
        run = take_in(other, lines_of(store, "r0001", traces=False))
        assert other.run(run).digest == store.run("r0001").digest
        assert other.episode(run, 0).trace == b""
        assert other.episode(run, 0).verdict == store.episode("r0001", 0).verdict


@pytest.mark.parametrize("damage", ["cut", "swapped", "no_json", "another_trace", "newer", "empty"])
def test_a_damaged_archive_is_refused_and_nothing_of_it_is_kept(recorded: Path, tmp_path: Path, damage: str) -> None:
    with Store(recorded) as store:
        lines = list(lines_of(store, "r0001"))
    if damage == "cut":
        lines = lines[:-1]
    elif damage == "swapped":
        told = json.loads(lines[1])
        told["episode"]["digest"], told["trace"] = "0" * 64, ""
        lines[1] = json.dumps(told).encode()
    elif damage == "no_json":
        lines[2] = lines[2][:-20]
    elif damage == "another_trace":
        first, second = json.loads(lines[1]), json.loads(lines[2])
        lines[1] = json.dumps(first | {"trace": second["trace"]}).encode()
    elif damage == "newer":
        lines[0] = json.dumps(json.loads(lines[0]) | {"banshi": 99}).encode()
    else:
        lines = []
    with Store(tmp_path / "other.db", write=True) as other:
        with pytest.raises(UsageError) as caught:
            take_in(other, lines)
        assert "\n" not in str(caught.value)
        assert other.runs() == []
        assert not list(other.groups("SELECT * FROM episodes"))


def test_the_tables_hold_every_episode_and_fault(recorded: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with Store(recorded) as store:
        write_parquet(store, "r0001", tmp_path / "tables")
        rows = store.episodes("r0001")
    episodes = parquet.read_table(tmp_path / "tables" / "episodes.parquet").to_pylist()
    assert [(one["scenario"], one["success"], one["digest"]) for one in episodes] == [
        (row.scenario, row.success, row.digest) for row in rows
    ]
    assert all(isinstance(one["success"], bool) for one in episodes)
    fallback = parquet.read_table(tmp_path / "tables" / "fallback.parquet").to_pylist()
    assert {one["ordinal"] for one in fallback} <= {one["ordinal"] for one in episodes}
    assert len(fallback) >= 4


def test_junit_names_what_failed_and_takes_no_markup(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 3)
        bad = result(1, scenario="<b>&\x1b[31m", outcome="failed_harmful", harm_fen=5)
        store.append(run, [pack(result(0)), pack(bad), pack(result(2, scenario="z", outcome="error"))])
        written = tostring(junit(store, run).getroot(), encoding="unicode")
    assert 'tests="3" failures="1" errors="1"' in written
    assert "&lt;b&gt;&amp;" in written
    assert "\x1b" not in written


def test_a_run_is_taken_out_whole_and_the_others_stay(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        one, two = (store.start(manifest(seed=seed), 2) for seed in (0, 1))
        for run in (one, two):
            store.append(run, [pack(result(0, fallback=(LOST_ACK,))), pack(result(1, outcome="failed_safe"))])
            with pytest.raises(UsageError, match="being worked on"):
                remove(store, run)
            store.leave(run, state="finished", wall_s=0)
        remove(store, one)
        assert [row.run for row in store.runs()] == [two]
        assert len(list(store.groups("SELECT * FROM fallback"))) == 1
        assert drop_traces(store, two, "successes") == 1
        assert store.episode(two, 0).trace == b""
        assert store.episode(two, 1).trace


def test_tidying_gives_room_back_and_spares_what_is_open(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        stopped, live = (store.start(manifest(seed=seed), 400) for seed in (0, 1))
        noise = bytes(range(256)) * 40
        store.append(stopped, [pack(result(i, raw=noise[i:] + noise[:i])) for i in range(300)])
        store.append(live, [pack(result(0))])
        store.leave(stopped, state="stopped", wall_s=0)
        freed = tidy(store, unfinished=True, traces="all")
        assert freed.runs == (stopped,)
        assert freed.after < freed.before
        assert [row.run for row in store.runs()] == [live]
        assert store.episode(live, 0).trace
