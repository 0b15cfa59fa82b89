"""Stores that earlier versions of banshi wrote are read, told, counted and gone on with by today's.

The files in ``old_stores/`` were written by those versions themselves, see ``old_stores/make.py``: r0001 is
finished, r0002 and r0003 were stopped after an episode.
"""

from __future__ import annotations

import lzma
import shutil
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from mock_services.errors import UsageError
from scenarios.runs import schema
from scenarios.runs.runner import carry_out, reopen
from scenarios.runs.schema import VERSION, StoreError
from scenarios.runs.store import Store
from scenarios.runs.story import tell
from scenarios.runs.summary import run_digest, summarise

KEPT = Path(__file__).parent / "old_stores"
OLD = sorted(KEPT.glob("v*.db.xz"))


@pytest.fixture(params=OLD, ids=lambda path: path.name.partition(".")[0])
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An old store, and beside it the suite of its runs."""
    path = tmp_path / "s.db"
    path.write_bytes(lzma.decompress(request.param.read_bytes()))
    shutil.copy(KEPT / "errands.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return path


def tables_of(path: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(path) as db:
        return db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def content_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return list(db.iterdump())


def test_there_is_one_of_every_earlier_version() -> None:
    # The version stands in the file's header, at byte 60.
    found = {int.from_bytes(lzma.decompress(path.read_bytes())[60:64], "big") for path in OLD}
    assert found >= set(range(1, VERSION)), "old_stores/make.py says how one is made"


def test_its_tables_become_those_of_a_new_store(old: Path, tmp_path: Path) -> None:
    Store(old).close()
    Store(tmp_path / "new.db", write=True).close()
    assert tables_of(old) == tables_of(tmp_path / "new.db")
    with sqlite3.connect(old) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_its_runs_are_listed_with_figures_that_are_those_of_their_episodes(old: Path) -> None:
    with Store(old) as store:
        runs = store.runs()
        assert [(run.run, run.state, run.suite, run.done) for run in runs] == [
            ("r0003", "stopped", "smoke", 1),
            ("r0002", "stopped", "errands", 1),
            ("r0001", "finished", "errands", 3),
        ]
        assert [run.planned for run in runs[1:]] == [3, 3]
        for run in runs:
            episodes = store.episodes(run.run)
            assert run.succeeded == sum(row.success for row in episodes)
            for name in ("spent_fen", "asks", "virtual_ms", "harm_fen", "unconsented_fen", "orphaned_fen"):
                assert getattr(run, name) == sum(getattr(row, name) for row in episodes)
        assert runs[2].spent_fen > 0
        assert runs[2].digest == run_digest(store.digests("r0001"))


def test_its_episodes_are_opened_and_told(old: Path) -> None:
    with Store(old) as store:
        for run in store.runs():
            for row in store.episodes(run.run):
                episode = store.episode(run.run, row.ordinal)
                assert sha256(episode.trace).hexdigest() == row.digest
                story = tell(episode, full=True, services=run.services)
                assert any("帮我点两杯" in line.text for line in story.lines)
        lost = store.episode("r0001", 1)
    assert [(row.fault, row.phase, row.resolved) for row in lost.fallback] == [("timeout", "lost_ack", True)]


def test_its_runs_are_counted(old: Path) -> None:
    with Store(old) as store:
        summary = summarise(store, store.run("r0001"))
    assert (summary.episodes, summary.outcomes["completed"]) == (3, 3)
    assert {group.fault for group in summary.fallback} == {"timeout", "server_error"}


def test_a_run_that_was_stopped_then_is_finished_now(old: Path) -> None:
    with Store(old, write=True) as store:
        before = store.episode("r0002", 0)
        job = reopen(store, "r0002")
        assert carry_out(store, job, worker_count=1)
        assert store.episode("r0002", 0) == before
        run = store.run("r0002")
        assert (run.state, run.done, run.digest) == ("finished", 3, run_digest(store.digests("r0002")))
        assert [row.plan for row in store.episodes("r0002")] == ["clean", "lost-ack-pay", "order-503"]


def test_a_run_whose_suite_is_another_one_by_now_is_not_gone_on_with(old: Path) -> None:
    with Path("errands.yaml").open("a") as suite:
        suite.write("# and more\n")
    with Store(old, write=True) as store:
        changed = [("r0002", "errands", 3)]
        if store.run("r0003").planned == 2:  # smoke had two errands then
            changed.append(("r0003", "smoke", 2))
        for run, name, planned in changed:
            with pytest.raises(UsageError, match=f"suite {name} has changed since run {run} was started"):
                reopen(store, run)
            row = store.run(run)
            assert (row.state, row.done, row.planned) == ("stopped", 1, planned)


def test_bringing_it_forward_fails_whole(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content_of(old)
    broken = (*schema.MIGRATIONS, "ALTER TABLE runs ADD COLUMN fine TEXT;\nALTER TABLE nowhere ADD COLUMN bad TEXT;\n")
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    monkeypatch.setattr(schema, "VERSION", VERSION + 1)
    with pytest.raises(StoreError) as caught:
        Store(old, write=True)
    assert "\n" not in str(caught.value)
    assert content_of(old) == before
