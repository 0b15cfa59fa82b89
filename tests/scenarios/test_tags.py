"""Tags: labels on runs that are found again, travel with a run, and decide nothing of what it records."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mock_services.errors import UsageError
from scenarios.runs.archive import lines_of, take_in
from scenarios.runs.housekeeping import remove
from scenarios.runs.store import Store
from scenarios.runs.tags import LONGEST, MOST
from tests.scenarios.runs_samples import manifest


def test_runs_are_found_by_all_the_tags_that_are_asked_for(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        one = store.start(manifest(), 1, tags=("夜间", "prompt=v2", "夜间"))
        two = store.start(manifest(), 1, tags=["夜间"])
        three = store.start(manifest(), 1)
        assert [store.run(run).tags for run in (one, two, three)] == [("prompt=v2", "夜间"), ("夜间",), ()]
        assert [row.run for row in store.runs(tags=["夜间"])] == [two, one]
        assert [row.run for row in store.runs(tags=["夜间", "prompt=v2"])] == [one]
        assert store.runs(tags=["no such"]) == []
        assert store.tags() == {"prompt=v2": 1, "夜间": 2}


def test_the_tags_of_a_run_are_those_that_it_was_given_last(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 1, tags=("a", "b"))
        store.tag(run, ["b", "c"])
        assert store.run(run).tags == ("b", "c")
        store.tag(run, [])
        assert store.run(run).tags == ()
        with pytest.raises(UsageError, match="no run 'r0009'"):
            store.tag("r0009", ["a"])


@pytest.mark.parametrize("tag", ["", "-x", "+x", "a b", "a,b", "[red]", "a\u202eb", "x" * (LONGEST + 1), "a\n"])
def test_what_is_no_tag_changes_nothing(tmp_path: Path, tag: str) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 1, tags=("kept",))
        with pytest.raises(UsageError, match="is no tag"):
            store.tag(run, ["new", tag])
        with pytest.raises(UsageError, match="is no tag"):
            store.start(manifest(), 1, tags=(tag,))
        assert [row.tags for row in store.runs()] == [("kept",)]


def test_a_run_has_so_many_tags_at_most(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store, pytest.raises(UsageError, match="too many"):
        store.start(manifest(), 1, tags=[f"t{i}" for i in range(MOST + 1)])


def test_tags_go_with_a_run_into_another_store_and_out_with_it(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db", write=True) as store, Store(tmp_path / "b.db", write=True) as other:
        run = store.start(manifest(), 0, tags=("nightly",))
        store.leave(run, state="stopped", wall_s=0.0)
        taken = take_in(other, lines_of(store, run))
        assert other.run(taken).tags == ("nightly",)
        remove(store, run)
        assert store.tags() == {}


def test_a_person_finds_tagged_runs_with_plain_sqlite_by_an_index(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        store.start(manifest(), 1, tags=("nightly",))
    with sqlite3.connect(tmp_path / "s.db") as db:
        query = "SELECT run FROM tags WHERE tag = 'nightly'"
        assert db.execute(query).fetchall() == [("r0001",)]
        assert "tags_by_tag" in str(db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
