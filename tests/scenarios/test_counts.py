"""A run's counts are those of its rows, and its figures are read off them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from scenarios.results import EpisodeResult
from scenarios.runs.housekeeping import remove
from scenarios.runs.schema import VERSION
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import summarise
from tests.scenarios.runs_samples import LOST_ACK, manifest, result

SINCE = 6
"""The first version of the store that keeps them."""


def some() -> list[EpisodeResult]:
    """Forty episodes: two tasks of which the outcomes differ, with faults in some, and a third under other labels."""
    found = []
    for n in range(40):
        scenario, outcome = ("a-one", "b-two")[n % 2], ("completed", "failed_harmful", "failed_safe")[n % 3]
        given = result(
            n, scenario=scenario, outcome=outcome, harm_fen=n * (outcome == "failed_harmful"),
            fallback=(LOST_ACK,) * (n % 4), plan="pay_lost" if n % 4 else "clean",
        )  # fmt: skip
        judged = msgspec.structs.replace(given.verdict, quality=n / 1000, stage="paid", label=f"why {n % 5}")
        found.append(msgspec.structs.replace(given, verdict=judged, seed=n, level=1 + n % 2))
    return found


def counted(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with sqlite3.connect(path) as db:
        return {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in ("counts", "fault_counts")}  # noqa: S608 - names of ours


def record(path: Path, *batches: list[EpisodeResult]) -> str:
    with Store(path, write=True) as store:
        run = store.start(manifest(), 40)
        for batch in batches:
            store.append(run, [pack(one) for one in batch])
        return run


def test_they_are_the_same_in_whatever_order_and_batches_episodes_end(tmp_path: Path) -> None:
    given = some()
    record(tmp_path / "one.db", given)
    record(tmp_path / "other.db", given[20:], *([one] for one in reversed(given[:20])))
    assert counted(tmp_path / "one.db") == counted(tmp_path / "other.db")


def test_a_store_of_before_gets_those_that_would_have_been_kept(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    record(path, some())
    kept = counted(path)
    assert sum(len(rows) for rows in kept.values()) > 20
    assert VERSION == SINCE, "what came later has to be taken back here too"
    with sqlite3.connect(path) as db:
        db.executescript(f"DROP TABLE counts; DROP TABLE fault_counts; PRAGMA user_version = {SINCE - 1}")
    Store(path).close()
    assert counted(path) == kept


def test_the_figures_of_a_run_are_read_off_them_and_not_off_its_episodes(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run = record(path, some())
    asked: list[str] = []
    with Store(path, write=True) as store:
        store.leave(run, state="finished", wall_s=1, digest="d")
        store.db.set_trace_callback(asked.append)
        found = summarise(store, store.run(run))
    assert (found.success.k, found.success.n, found.outcomes["failed_harmful"]) == (14, 40, 13)
    assert found.harm_fen == sum(range(1, 40, 3))
    assert sum(group.fired for group in found.fallback) == sum(n % 4 for n in range(40))
    # Failures are named one by one, but no more than so many.
    assert [sql for sql in asked if "FROM episodes" in sql and "LIMIT" not in sql] == []
    assert [sql for sql in asked if "FROM fallback" in sql] == []


def test_they_go_with_the_run(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first, second = record(path, some()), record(path, some()[:3])
    with Store(path, write=True) as store:
        store.leave(first, state="stopped", wall_s=1)
        remove(store, first)
    assert {row[0] for rows in counted(path).values() for row in rows} == {second}
