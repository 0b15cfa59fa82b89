"""The store keeps what ended, whole, whatever happens to the disk, the process or the file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from mock_services.errors import UsageError
from scenarios.runs import lock
from scenarios.runs.database import default_path
from scenarios.runs.schema import MIGRATIONS, VERSION, StoreError
from scenarios.runs.store import Store, pack
from tests.scenarios.runs_samples import LOST_ACK, manifest, result


def test_an_episode_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    given = result(3, outcome="failed_harmful", harm_fen=2500, fallback=(LOST_ACK, LOST_ACK))
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 4)
        store.append(run, [pack(given)])

    with Store(tmp_path / "s.db") as reader:
        assert reader.episode(run, 3) == given
        row = reader.runs()[0]
    assert (row.run, row.done, row.planned, row.succeeded, row.state) == ("r0001", 1, 4, 0, "running")


def test_the_columns_can_be_asked_with_plain_sqlite(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 2)
        store.append(run, [pack(result(0)), pack(result(1, outcome="failed_harmful", harm_fen=900))])
    db = sqlite3.connect(tmp_path / "s.db")
    assert db.execute("SELECT scenario, outcome, harm_fen FROM episodes WHERE success = 0").fetchall() == [
        ("a-one", "failed_harmful", 900)
    ]
    db.close()


def test_runs_are_numbered_and_unknown_ones_get_near_names(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        assert [store.start(manifest(), 1) for _ in range(3)] == ["r0001", "r0002", "r0003"]
        with pytest.raises(UsageError, match=r"no run 'r003'.*r0003"):
            store.run("r003")
        with pytest.raises(UsageError, match="no episode 7"):
            store.episode("r0001", 7)


def test_a_batch_lands_whole_or_not_at_all(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 3)
        store.append(run, [pack(result(0))])
        with pytest.raises(StoreError):
            store.append(run, [pack(result(1, fallback=(LOST_ACK,))), pack(result(0))])
        assert store.recorded(run, 3) == bytearray((1, 0, 0))
        assert store.run(run).done == 1
        assert not list(store.groups("SELECT * FROM fallback"))


# --- who has it open -------------------------------------------------------------------------------------------


def test_a_run_that_is_open_cannot_be_opened_again(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as first, Store(tmp_path / "s.db", write=True) as second:
        run = first.start(manifest(), 1)
        with pytest.raises(StoreError, match=rf"{run} is open in process \d+"):
            second.claim(run)
        assert second.unfinished(manifest().encode()) is None
        first.leave(run, state="stopped", wall_s=1.0)
        second.claim(run)


def test_a_run_whose_process_died_can_be_taken_over(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from scenarios.runs.store import Store; from tests.scenarios.runs_samples import manifest\n"
        "Store(Path(sys.argv[1]), write=True).start(manifest(), 5); os._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", script, str(tmp_path / "s.db")], check=False)
    assert died.returncode == 9
    with Store(tmp_path / "s.db", write=True) as store:
        found = store.unfinished(manifest().encode())
        assert found is not None
        assert found.state == "running"
        assert not found.live
        store.claim(found.run)
        assert store.run(found.run).live


def test_a_process_number_that_was_given_to_another_process_is_not_the_owner() -> None:
    host, pid, born = lock.this_process().rsplit("/", 2)
    assert lock.is_alive(f"{host}/{pid}/{born}", 10**6)
    assert not lock.is_alive(f"{host}/{pid}/{born}0", 0)


def test_an_owner_on_another_machine_counts_by_its_heartbeat() -> None:
    assert lock.is_alive("elsewhere/1/2", 10)
    assert not lock.is_alive("elsewhere/1/2", lock.AWAY_AFTER_S)


# --- what may be wrong with the file ---------------------------------------------------------------------------


def fill(store: Store, run: str) -> None:
    """Record episodes with traces that do not compress, one after the other."""
    noise = b"".join(sha256(str(i).encode()).digest() for i in range(3000))
    for ordinal in range(1, 100):
        store.append(run, [pack(result(ordinal, raw=noise[ordinal:] + noise[:ordinal]))])


def read_all(path: Path, run: str) -> None:
    """Read every episode of a run."""
    with Store(path) as store:
        for row in store.episodes(run):
            store.episode(run, row.ordinal)


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 100)
        store.append(run, [pack(result(0))])
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="the disk is full"):
            fill(store, run)
        before = store.recorded(run, 100)
        store.release(run)
    with Store(tmp_path / "s.db") as reader:
        assert before[0]
        assert reader.recorded(run, 100) == before
        assert reader.episode(run, 0) == result(0)


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 1)
        store.db.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match=r"cannot be written to.*--store"):
            store.append(run, [pack(result(0))])


def test_a_store_that_somebody_keeps_locked_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.runs.database.BUSY_MS", 50)
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 1)
        greedy = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        greedy.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="keeps it locked"):
            store.append(run, [pack(result(0))])
        with Store(tmp_path / "s.db") as reader:
            assert reader.run(run).done == 0
        greedy.close()
        store.append(run, [pack(result(0))])
        assert store.run(run).done == 1


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the folder"):
        Store(tmp_path / "file" / "deep" / "s.db", write=True)


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    Store(path, write=True).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    for write in (False, True):
        with pytest.raises(StoreError, match="newer banshi"):
            Store(path, write=write)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "other.db")
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    with pytest.raises(StoreError, match="not a banshi store"):
        Store(tmp_path / "other.db", write=True)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("dear diary, " * 200)
    with pytest.raises(StoreError, match="not a SQLite database"):
        Store(tmp_path / "s.db")


def test_a_truncated_store_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path, write=True) as store:
        run = store.start(manifest(), 60)
        store.append(run, [pack(result(i)) for i in range(60)])
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match="damaged"):
        read_all(path, run)


def test_an_interrupted_first_migration_is_finished_later(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").connection.close()
    with pytest.raises(UsageError, match="nothing is recorded"):
        Store(path)
    with Store(path, write=True) as store:
        assert store.runs() == []


def test_an_older_store_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.db"
    with Store(path, write=True) as store:
        run = store.start(manifest(), 1)
        store.append(run, [pack(result(0))])
    added = (*MIGRATIONS, "ALTER TABLE episodes ADD COLUMN cost_fen INTEGER NOT NULL DEFAULT 0;\n")
    monkeypatch.setattr("scenarios.runs.schema.MIGRATIONS", added)
    monkeypatch.setattr("scenarios.runs.schema.VERSION", VERSION + 1)
    with Store(path, write=True) as store:
        assert store.db.execute("PRAGMA user_version").fetchone()[0] == VERSION + 1
        assert [row["cost_fen"] for row in store.groups("SELECT cost_fen FROM episodes")] == [0]


def test_a_store_of_before_is_brought_forward_by_who_only_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    old.execute("PRAGMA application_id = 0x62616E73")
    old.execute("PRAGMA user_version = 1")
    kept = manifest()
    old.execute(
        "INSERT INTO runs (run, number, suite, suite_hash, agent, options, seed, manifest, state, planned, done)"
        " VALUES ('r0001', 1, 'core', '0', 'rules', '{}', 0, ?, 'finished', 2, 2)",
        (kept.encode(),),
    )
    columns = (
        "run, ordinal, scenario, family, locale, plan, agent, seed, outcome, success, expected, label, terminated,"
    )
    columns += " truncated, error, calls, asks, spent_fen, harm_fen, unconsented_fen, virtual_ms, digest"
    for ordinal in (0, 1):
        values = (
            f"'r0001', {ordinal}, 's', 'pay', 'zh', 'clean', 'rules', 0, 'completed', 1, 'goal', '', 1, 0, '', 5, 2,"
        )
        old.execute(f"INSERT INTO episodes ({columns}) VALUES ({values} 2500, 0, 0, 60000, 'd')")  # noqa: S608 - fixed text
    old.commit()
    old.close()
    with Store(path) as store:
        (run,) = store.runs()
        assert (run.spent_fen, run.asks, run.virtual_ms, run.quality) == (5000, 4, 120_000, 0.0)
        assert [row.stage for row in store.episodes("r0001")] == ["", ""]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.db.execute("DELETE FROM runs")


def test_the_figures_of_a_run_do_not_depend_on_who_ended_first(tmp_path: Path) -> None:
    judged = [0.1, 0.2, 0.3, 0.7, 0.123, 1.0]
    results = []
    for i, quality in enumerate(judged):
        plain = result(i)
        results.append(msgspec.structs.replace(plain, verdict=msgspec.structs.replace(plain.verdict, quality=quality)))
    found = []
    for order in (results, results[::-1], results[3:] + results[:3]):
        with Store(tmp_path / f"{len(found)}.db", write=True) as store:
            run = store.start(manifest(), len(order))
            for one in order:
                store.append(run, [pack(one)])
            found.append((store.run(run).quality, store.run(run).spent_fen))
    assert found == [(round(sum(judged) / 6, 6), 15_000)] * 3


def test_reading_where_nothing_was_recorded_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing is recorded.*banshi run"):
        Store(tmp_path / "s.db")
    assert not (tmp_path / "s.db").exists()


def test_banshi_home_moves_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path / "here"))
    assert default_path() == tmp_path / "here" / "banshi.db"
