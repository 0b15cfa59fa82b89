"""The board: the course of a run, filter, marks, and taking runs out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.runs.store import Store
from tests.tui.app_samples import episode, press, record, sample_store, settle, shown
from tui import reading
from tui.app import BanshiApp
from tui.screens.confirm import ConfirmScreen
from tui.screens.runs import RunsScreen
from tui.widgets.rows import RowList


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return sample_store(tmp_path)


def listed(app: BanshiApp) -> list[str]:
    return [run.run for run in app.screen.query_one("#runs", RowList).rows]


def runs_of(path: Path) -> list[str]:
    with Store(path) as store:
        return [run.run for run in store.runs()]


def test_the_course_of_a_run_is_the_share_of_successes_in_each_tenth_of_it(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    outcomes = ["completed"] * 10 + ["failed_safe", "completed"] * 5
    run = record(path, [episode(n, "zh-x", f"p{n}", outcome) for n, outcome in enumerate(outcomes)])
    with Store(path) as store:
        row = store.run(run)
    trend = reading.trends(path, [row])[run]
    assert trend.shares == (1.0,) * 5 + (0.5,) * 5
    assert trend.outcomes == {"completed": 15, "failed_safe": 5}


async def test_the_board_draws_the_course_and_the_outcomes_of_the_run_at_the_cursor(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lines = shown(app.screen.query_one("#runs")).splitlines()
        assert "█ ▁" in lines[1]  # six episodes in ten parts: some parts are empty
        assert "! 1 harmful" in shown(app.screen.query_one("#detail"))
        await press(pilot, "j")
        assert "✓ 3 completed" in shown(app.screen.query_one("#detail"))


async def test_runs_are_filtered_by_typing(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"ORACLE smo")
        assert listed(app) == ["r0001"]
        assert "1 of 2 with" in shown(app.screen.query_one("#title"))
        await press(pilot, "enter")
        assert isinstance(app.screen, RunsScreen)  # Enter takes the filter, it opens nothing
        await press(pilot, "escape")
        assert listed(app) == ["r0002", "r0001"]


async def test_a_run_is_taken_out_only_after_the_question_was_agreed_to(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert isinstance(app.screen, ConfirmScreen)
        assert "run r0002, core by rules" in " ".join(shown(app.screen).split())
        await press(pilot, "enter")  # the answer with the focus is no
        assert runs_of(store) == ["r0002", "r0001"]
        await press(pilot, "d", "y")
        await settle(pilot)
        assert runs_of(store) == listed(app) == ["r0001"]


async def test_what_is_marked_is_taken_out_together(store: Path) -> None:
    record(store, [episode(0, "zh-x", "clean", "completed")])
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "space", "G")
        assert "2 marked" in shown(app.screen.query_one("#title"))
        assert shown(app.screen.query_one("#runs")).count("●") == 2
        await press(pilot, "d", "tab", "enter")
        await settle(pilot)
        assert runs_of(store) == ["r0001"]


async def test_a_run_that_somebody_works_on_stays(tmp_path: Path) -> None:
    from scenarios.runs.manifest import Manifest, Selection

    path = sample_store(tmp_path)
    with Store(path, write=True) as other:
        other.start(Manifest("0.1.0", ("core",), "core", "0" * 64, "rules", {}, 0, Selection()), 10)
    app = BanshiApp(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "running" in shown(app.screen.query_one("#runs"))
        await press(pilot, "d", "y")
        await settle(pilot)
        assert any("is being worked on" in note.message for note in app._notifications)
        assert "r0003" in runs_of(path)


async def test_tags_are_typed_and_found_by_the_filter(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "t", *"nightly two words")
        assert "is no tag" in " ".join(shown(app.screen).split())
        await press(pilot, "enter")
        assert not isinstance(app.screen, RunsScreen)  # nothing is taken that is wrong
        await press(pilot, *["backspace"] * 10, "enter")
        await settle(pilot)
        with Store(store) as opened:
            assert opened.run("r0002").tags == ("nightly",)
        assert "#nightly" in shown(app.screen.query_one("#detail"))
        await press(pilot, "space", "space", "t", *"both", "enter")
        await settle(pilot)
        with Store(store) as opened:
            assert [run.tags for run in opened.runs()] == [("both", "nightly"), ("both",)]
        await press(pilot, "slash", *"#nightly")
        assert listed(app) == ["r0002"]


def sweep_of_two(path: Path) -> str:
    """A sweep of two policies, both recorded."""
    from scenarios.runs import sweeps
    from scenarios.runs.manifest import Manifest, Selection, SweepManifest
    from scenarios.runs.store import pack

    cells = [Manifest("0.1.0", ("core",), "core", "0" * 64, "rules", {"fallback": name}, 0, Selection())
             for name in ("none", "full")]  # fmt: skip
    with Store(path, write=True) as store:
        name = sweeps.start(store, SweepManifest("0.1.0", tuple(cells)), 2)
        for n, manifest in enumerate(cells):
            run = store.start(manifest, 1, sweep=name, cell=n)
            store.append(run, [pack(episode(0, "zh-x", "clean", ("failed_safe", "completed")[n]))])
            store.leave(run, state="finished", wall_s=0.1, digest=f"d{n}")
        sweeps.leave(store, name)
    return name


async def test_a_sweep_is_one_line_that_unfolds_and_is_compared_and_taken_out_as_one(store: Path) -> None:
    from tui.screens.compare import CompareScreen
    from tui.screens.matrix import MatrixScreen
    from tui.widgets.grid import Grid

    sweep = sweep_of_two(store)
    app = BanshiApp(store)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        rows = app.screen.query_one("#runs", RowList)
        assert len(rows.rows) == 3
        line = shown(rows).splitlines()[1]
        assert f"▸{sweep}" in line
        assert "2/2 runs" in line
        assert "50.0 %" in line
        await press(pilot, "enter")
        assert [row.split()[0] for row in shown(rows).splitlines()[2:4]] == ["└r0003", "└r0004"]
        await press(pilot, "m")
        assert isinstance(app.screen, MatrixScreen)
        assert list(app.screen.query_one(Grid).heads) == ["none", "full"]  # what varies is across
        await press(pilot, "q", "c")
        assert isinstance(app.screen, CompareScreen)
        await press(pilot, "q", "slash", *"fallback=none")
        assert listed(app) == ["r0003"]  # a filter finds runs wherever they are
        await press(pilot, "escape", "g", "d", "y")
        await settle(pilot)
        assert runs_of(store) == ["r0002", "r0001"]
        with Store(store) as opened:
            assert opened.groups("SELECT count(*) AS n FROM sweeps")[0]["n"] == 0


@pytest.mark.parametrize("size", [(1, 1), (12, 3), (30, 8), (300, 12)])
async def test_the_screens_about_runs_do_not_break_at_any_size(store: Path, size: tuple[int, int]) -> None:
    record(store, [episode(0, "zh-0", "clean", "failed_safe")], suite="smoke", agent="sim:hasty")
    app = BanshiApp(store)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "m", "x", "y", "j", "l", "f", "q", "space", "j", "c", "2", "3", "1", "enter", "d", "q", "q")
        await press(pilot, "l", "tab", "q", "t", "escape", "d", "n", "n", "tab", "escape")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert isinstance(app.screen, RunsScreen)
        assert "r0003" in shown(app.screen)
