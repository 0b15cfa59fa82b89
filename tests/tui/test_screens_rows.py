"""The list draws what is on the screen and nothing else, fits its columns, and keeps wide characters in line."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult

from tests.tui.app_samples import shown, strips
from tui.text import literal
from tui.widgets.marks import OUTCOME_MARKS
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("name", 10, grow=1),
    Column("n", 6, right=True),
    Column("first", 12, rank=2),
    Column("b", 8, rank=1),
)


class ListApp(App[None]):
    """A list of numbers alone on the screen, which counts how many rows it had to make."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.made, self.chosen = count, 0, -1

    def compose(self) -> ComposeResult:
        yield RowList[int](COLUMNS, self.cells, id="list")

    def on_mount(self) -> None:
        listed = self.query_one(RowList)
        listed.show(range(self.count))
        listed.focus()

    def cells(self, row: int) -> tuple[Text, ...]:
        self.made += 1
        name = "热拿铁两杯送到公司前台" if row % 2 else f"row {row}"
        return literal(name), Text(str(row)), Text("x"), Text("y")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.chosen = event.index


async def test_a_million_rows_cost_no_more_than_a_screenful() -> None:
    app = ListApp(1_000_000)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.made <= 3 * 24
        app.made = 0
        await pilot.press("G")
        await pilot.pause()
        assert "999999" in shown(app.query_one("#list"))
        assert app.query_one(RowList).cursor == 999_999
        await pilot.press("pageup", "k", "g", "pagedown", "j")
        await pilot.pause()
        assert app.query_one(RowList).cursor == 23
        assert app.made <= 12 * 24


async def test_the_cursor_stays_inside_and_in_sight() -> None:
    app = ListApp(40)
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(RowList)
        await pilot.press("k")
        assert listed.cursor == 0
        await pilot.press(*["down"] * 12)
        await pilot.pause()
        assert "❯" in shown(listed)
        await pilot.resize_terminal(40, 4)
        await pilot.pause()
        assert any(line.startswith("❯") and " 12" in line for line in shown(listed).splitlines())
        await pilot.press("end", "down")
        assert listed.cursor == 39
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen == 39


async def test_rows_that_are_read_again_leave_the_list_where_it_was_scrolled_to() -> None:
    app = ListApp(400)
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(RowList)
        await pilot.press("j")
        listed.scroll_to(y=100, animate=False, force=True)
        await pilot.pause()
        listed.show(range(400), listed.cursor)
        await pilot.pause()
        assert listed.scroll_offset.y == 100  # the wheel is not undone each time that a run under way is read
        listed.show(range(400), 5)
        await pilot.pause()
        assert listed.scroll_offset.y <= 5
        assert "❯" in shown(listed)


async def test_a_click_moves_and_a_double_click_opens() -> None:
    app = ListApp(40)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        await pilot.click("#list", offset=(3, 4))
        assert app.query_one(RowList).cursor == 3
        assert app.chosen == -1
        await pilot.click("#list", offset=(3, 0))  # the header is no row
        assert app.query_one(RowList).cursor == 3
        await pilot.click("#list", offset=(3, 5), times=2)
        await pilot.pause()
        assert app.chosen == 4


async def test_an_empty_list_takes_every_key() -> None:
    app = ListApp(0)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("j", "k", "G", "g", "pageup", "pagedown", "enter")
        await pilot.click("#list", offset=(3, 4))
        await pilot.pause()
        assert app.chosen == -1
        assert app.query_one(RowList).current is None


@pytest.mark.parametrize(("width", "gone"), [(60, ()), (36, ("first",)), (24, ("first", "b"))])
async def test_columns_that_matter_least_go_first(width: int, gone: tuple[str, ...]) -> None:
    app = ListApp(5)
    async with app.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        titles = shown(app.query_one("#list")).splitlines()[0].split()
        assert titles == [title for title in ("name", "n", "first", "b") if title not in gone]


async def test_wide_characters_do_not_push_a_column_out_of_line() -> None:
    app = ListApp(6)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        lines = list(strips(app.query_one("#list")))[1:7]
        assert all(strip.cell_length == 60 for strip in lines)
        ends = {cell_len(strip.text[: strip.text.index("x")]) for strip in lines}
        assert len(ends) == 1


def test_every_outcome_has_a_shape_of_its_own_one_cell_wide() -> None:
    shapes = [shape for shape, _, _ in OUTCOME_MARKS.values()]
    assert len(set(shapes)) == len(shapes)
    assert all(cell_len(shape) == 1 for shape in shapes)
