"""A list of a million episodes: what is looked at is read, and nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scenarios.runs import listing
from scenarios.runs.store import Store
from tests.tui.app_samples import episode, press, record, settle, shown
from tui import paging, reading
from tui.app import BanshiApp
from tui.widgets.rows import RowList

MANY = 20_000


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of twenty thousand rows, every thousandth of which failed."""
    path = tmp_path_factory.mktemp("long") / "banshi.db"
    record(path, [episode(0, "zh-books", "clean", "completed")])
    db = sqlite3.connect(path)
    columns = [row[1] for row in db.execute("PRAGMA table_info(episodes)")]
    made = {
        "ordinal": "n",
        "seed": "n",
        "outcome": "CASE n % 1000 WHEN 7 THEN 'failed_harmful' WHEN 8 THEN 'failed_safe' ELSE 'completed' END",
        "success": "n % 1000 NOT IN (7, 8)",
    }
    values = ", ".join(made.get(name, name) for name in columns)
    with db:
        counted = f"counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {MANY - 1})"  # noqa: S608 - a number of ours
        into = f"INSERT INTO episodes ({', '.join(columns)})"
        db.execute(f"WITH RECURSIVE {counted} {into} SELECT {values} FROM counted, episodes")  # noqa: S608 - texts of ours
        db.execute(f"UPDATE runs SET planned = {MANY}, done = {MANY}, succeeded = {MANY - 40}")  # noqa: S608 - numbers of ours
    db.close()
    return path


async def test_scrolling_reads_the_pages_that_are_looked_at_alone(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    rows_at = listing.rows_at

    def counted(store: Store, run: str, ordinals: range) -> list[object]:
        read.append(len(ordinals))
        return rows_at(store, run, ordinals)  # type: ignore[return-value]

    monkeypatch.setattr(listing, "rows_at", counted)
    app = BanshiApp(long, "r0001")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert len(app.screen.query_one(RowList).rows) == MANY
        await press(pilot, "G")
        await settle(pilot)
        assert "zh-books#19999" in shown(app.screen)
        await press(pilot, "g")
        await settle(pilot)
        assert "zh-books " in shown(app.screen)
    assert sum(read) <= 4 * paging.PAGE


async def test_a_filter_and_the_failures_are_looked_for_in_the_store(long: Path) -> None:
    app = BanshiApp(long, "r0001")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        rows = app.screen.query_one(RowList)
        await press(pilot, "x")
        assert [rows.rows[n].seed for n in (0, 19, 20)] == [7, 19_007, 8]
        await press(pilot, "j", "x")
        assert rows.rows[0].seed == 0
        await press(pilot, "slash", *"#1500 COMPLETED")
        assert [row.seed for row in rows.rows] == [1500, *range(15_000, 15_007), 15_009]
        await press(pilot, "down", "down", "escape")
        assert rows.current.seed == 15_001  # the cursor stays on its episode when the filter goes
        assert len(rows.rows) == MANY


def test_a_search_that_nobody_waits_for_ends(long: Path) -> None:
    with Store(long) as store:
        assert listing.chosen(store, "r0001", ["nowhere"], cancelled=lambda: True) == ()
        assert len(listing.chosen(store, "r0001", ["failed"])) == 40


def test_pages_forget_the_oldest_and_the_newest_wish_comes_first() -> None:
    asked: list[int] = []
    pages = paging.Pages[int](paging.PAGE * 100, lambda: asked.append(1))
    assert pages[0] is None
    assert pages[paging.PAGE * 50] is None
    assert asked == [1, 1]
    assert pages.wanted() == 50
    assert pages.wanted() is None  # what was scrolled past is not read any more
    for number in range(paging.KEPT + 1):
        pages.put(number, list(range(number * paging.PAGE, (number + 1) * paging.PAGE)))
    assert pages[paging.PAGE + 3] == paging.PAGE + 3
    assert pages[0] is None


def test_the_board_and_the_list_hold_where_a_run_is_not_complete(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    run = record(path, [episode(n, "zh-x", "clean", "completed") for n in (0, 2, 5)])
    opened = reading.open_run(path, run, beside=5)
    assert list(opened.ordinals) == [0, 2, 5]
    assert opened.at == 2
