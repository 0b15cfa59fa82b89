"""The matrix: counted in the store, drawn in both directions only where it is in sight, and a way to each episode."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.text import Text
from textual.app import App, ComposeResult

from scenarios.runs.matrix import Matrix, episodes_in, matrix
from scenarios.runs.store import Store
from tests.tui.app_samples import core_results, episode, press, record, settle, shown
from tui.app import BanshiApp
from tui.screens.cell import CellScreen
from tui.screens.matrix import MatrixScreen
from tui.screens.runs import RunsScreen
from tui.screens.stepper import StepperScreen
from tui.widgets.grid import Grid


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two agents on one suite; the second one fails where the first does not."""
    path = tmp_path / "banshi.db"
    record(path, core_results())
    record(path, [episode(n, one.scenario, one.plan, "failed_safe", locale=one.locale, family=one.family,
                          agent="sim:hasty") for n, one in enumerate(core_results())], agent="sim:hasty")  # fmt: skip
    return path


def counted(path: Path, down: str, across: str) -> Matrix:
    with Store(path) as opened:
        return matrix(opened, opened.runs()[::-1], down, across)


def test_episodes_are_counted_by_two_axes(store: Path) -> None:
    found = counted(store, "scenario", "agent")
    assert found.columns == ("rules", "sim:hasty")
    assert found.rows[-2:] == ("zh-books", "zh-too-cheap")
    books = found.cells[found.rows.index("zh-books"), 0]
    assert (books.n, books.share, books.worst) == (2, 0.5, "failed_harmful")
    assert found.cells[found.rows.index("zh-books"), 1].outcomes == {"failed_safe": 2}
    by_plan = counted(store, "language", "fault plan")
    assert by_plan.columns == ("clean", "lost-ack", "sold-out")
    assert by_plan.rows == ("en", "id", "zh")
    assert (by_plan.rows.index("en"), 1) not in by_plan.cells


def test_fault_rates_are_a_column_each_and_written_plans_one_together(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    plans = ("clean", "rate:0.2", "rate:0.5", "lost-ack", "sold-out")
    record(path, [episode(n, "zh-x", plan, "completed") for n, plan in enumerate(plans)])
    found = counted(path, "scenario", "fault rate")
    assert {name: found.cells[0, n].n for n, name in enumerate(found.columns)} == {
        "written plans": 2, "λ 0": 1, "λ 0.2": 1, "λ 0.5": 1,
    }  # fmt: skip
    with Store(path) as opened:
        rows = episodes_in(opened, opened.runs(), ("scenario", "zh-x"), ("fault rate", "written plans"), most=9)
    assert {row.plan for row in rows} == {"lost-ack", "sold-out"}


def test_disorder_is_a_column_each(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    record(path, [msgspec.structs.replace(episode(n, "zh-x", "clean", "completed"), epsilon=n) for n in (0, 2)])
    assert counted(path, "scenario", "disorder").columns == ("ε 0", "ε 2")


async def test_from_the_board_to_a_cell_and_its_episode(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "m")
        assert isinstance(app.screen, MatrixScreen)
        page = shown(app.screen.query_one("#matrix"))
        assert "! 50 %" in page  # of two the worst, and the share that succeeded
        assert "⊘" in page
        await press(pilot, "slash", *"BOOKS", "enter", "l")
        assert app.screen.query_one(Grid).names == ["zh-books"]
        assert "! 1 harmful" in shown(app.screen.query_one("#detail"))
        await press(pilot, "enter")
        assert isinstance(app.screen, CellScreen)
        assert "lost-ack" in shown(app.screen.query_one("#episodes")).splitlines()[1]  # the harmful one comes first
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "zh-books/lost-ack · r0001" in shown(app.screen.query_one("#title"))
        await press(pilot, "q", "q", "q")
        assert isinstance(app.screen, MatrixScreen)  # the first q gave the filter up
        assert len(app.screen.query_one(Grid).names) == 5
        await press(pilot, "g", "enter")
        assert isinstance(app.screen, StepperScreen)  # a cell of one episode opens it
        await press(pilot, "q", "q")
        assert isinstance(app.screen, RunsScreen)


async def test_rows_and_columns_stand_for_other_things(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "m")  # of the marked run alone: its fault plans
        grid = app.screen.query_one(Grid)
        assert list(grid.heads) == ["clean", "lost-ack", "sold-out"]
        assert "scenario × fault plan · r0002" in shown(app.screen.query_one("#title"))
        await press(pilot, "y", "x", "x", "x")
        assert list(grid.names) == ["hostile", "infeasible", "order", "travel"]
        assert list(grid.heads) == ["en", "id", "zh"]
        await press(pilot, "X", "X", "Y")
        assert "scenario × fault rate" in shown(app.screen.query_one("#title"))


async def test_failures_alone(store: Path) -> None:
    app = BanshiApp(store, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "space", "m", "f")
        names = list(app.screen.query_one(Grid).names)
        assert names == ["en-hostile-review", "en-train-to-suzhou", "zh-books"]
        await press(pilot, "l", "l", "enter")
        assert isinstance(app.screen, MatrixScreen)  # an empty cell leads nowhere, and the app says so
        assert any("no episode" in note.message for note in app._notifications)


class GridApp(App[None]):
    """A table of 400 by 60 alone on the screen, which counts the cells that it had to make."""

    def __init__(self) -> None:
        super().__init__()
        self.made, self.chosen = 0, (-1, -1)

    def compose(self) -> ComposeResult:
        yield Grid(self.cell, id="grid")

    def on_mount(self) -> None:
        names = [f"行{n}" if n % 2 else f"row {n}" for n in range(400)]
        self.query_one(Grid).show(names, [f"c{n}" for n in range(60)])
        self.query_one(Grid).focus()

    def cell(self, row: int, column: int) -> Text:
        self.made += 1
        return Text(f"{row}:{column}")

    def on_grid_chosen(self) -> None:
        self.chosen = self.query_one(Grid).cursor


async def test_only_cells_in_sight_are_made_and_heads_and_names_stay() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert app.made <= 3 * 20 * 8
        app.made = 0
        await pilot.press("G", "dollar_sign")
        await pilot.pause()
        page = shown(app.query_one("#grid")).splitlines()
        assert page[0].split()[-1] == "c59"
        assert page[18].startswith("行399")
        assert "399:59" in page[18]
        assert app.made <= 4 * 20 * 8
        await pilot.press("g", "0", "enter")
        await pilot.pause()
        assert app.chosen == (0, 0)
        await pilot.click("#grid", offset=(20, 3), times=2)
        await pilot.pause()
        assert app.chosen == (2, 1)
