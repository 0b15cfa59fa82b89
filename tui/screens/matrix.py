"""The matrix: what came of each scenario under each agent, fault plan, language … ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from scenarios.results import SUCCESS
from scenarios.runs.matrix import Matrix
from scenarios.runs.store import EpisodeRow, RunRow
from tui import reading
from tui.screens.cell import CellScreen
from tui.screens.filtered import FilteredScreen
from tui.screens.stepper import StepperScreen
from tui.text import literal
from tui.widgets.grid import Grid
from tui.widgets.marks import counted, legend, share
from tui.widgets.searchbar import SearchBar

DOWN = ("scenario", "family", "fault plan", "language", "level")
ACROSS = ("agent", "run", "fallback policy", "fault plan", "fault rate", "disorder", "language", "level", "family")
MOST = 2_000
"""Episodes of a cell that are listed, the worst first."""


class MatrixScreen(FilteredScreen):
    """Episodes of some runs by two things."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "across(1)", "Columns", key_display="x/X"),
        Binding("X", "across(-1)", "Columns: the one before", show=False),
        Binding("y", "down(1)", "Rows", key_display="y/Y"),
        Binding("Y", "down(-1)", "Rows: the one before", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("f", "failed", "Failed only"),
        Binding("r", "reload", "Reload"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    help_text = (
        "The matrix: a row for each scenario, a column for each agent; x and y choose other things for them. A cell has"
        " the shape of its outcome; of several episodes that of the worst, and how many in a hundred succeeded."
    )

    class Counted(Message):
        """The episodes were counted."""

        def __init__(self, found: Matrix) -> None:
            super().__init__()
            self.found = found

    class Single(Message):
        """The only episode of a cell was read."""

        def __init__(self, row: EpisodeRow) -> None:
            super().__init__()
            self.row = row

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, runs: Sequence[RunRow]) -> None:
        super().__init__()
        self._store, self._runs = store, tuple(runs)
        agents, policies = {run.agent for run in runs}, {str(run.options.get("fallback")) for run in runs}
        varies = "agent" if len(agents) > 1 else "fallback policy" if len(policies) > 1 else "run"
        self._down, self._across = "scenario", varies if len(runs) > 1 else "fault plan"
        self._found: Matrix | None = None
        self._rows: Sequence[int] = ()
        self._failed_only = False

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        about = f"Arrows or hjkl move, Enter opens the episodes of a cell.\n{legend()}"
        yield Grid(self._cell, id="matrix", help_text=about)
        yield Static(Text("counting the episodes …", style="dim"), id="message", markup=False)
        yield Static("", id="detail", markup=False)
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Count the episodes."""
        self.query_one(Grid).focus()
        self._title()
        self.action_reload()

    def action_reload(self) -> None:
        """Count the episodes again."""
        self._load(self._down, self._across)

    @work(thread=True, exclusive=True, group="count")
    def _load(self, down: str, across: str) -> None:
        worker = get_current_worker()
        try:
            found = reading.matrix_of(self._store, self._runs, down, across)
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        if not worker.is_cancelled:
            self.post_message(self.Counted(found))

    def on_matrix_screen_counted(self, event: Counted) -> None:
        """Show the table."""
        self._found = event.found
        self._say("" if event.found.cells else "these runs have recorded no episode yet: r looks again")
        self._refill()

    def on_matrix_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead."""
        self._say(f"{event.text}\n\nr looks again, q goes back")

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_across(self, by: int) -> None:
        """Have the columns stand for something else."""
        self._across = _other(ACROSS, self._across, by, self._down)
        self.action_reload()

    def action_down(self, by: int) -> None:
        """Have the rows stand for something else."""
        self._down = _other(DOWN, self._down, by, self._across)
        self.action_reload()

    def action_failed(self) -> None:
        """Show the rows alone in which something failed, or all of them again."""
        self._failed_only = not self._failed_only
        self._refill()

    def on_grid_moved(self, event: Grid.Moved) -> None:
        """Say in full what the cell at the cursor is."""
        grid, text = self.query_one(Grid), Text()
        if self._found is not None and grid.names and grid.heads:
            row, column = grid.cursor
            text.append_text(literal(f"{grid.names[row]} × {grid.heads[column]}", "bold")).append("\n")
            cell = self._found.cells.get((self._rows[row], column))
            text.append_text(counted(cell.outcomes) if cell is not None else Text("no episode", style="dim"))
        self.query_one("#detail", Static).update(text)

    def on_grid_chosen(self, event: Grid.Chosen) -> None:
        """Open the episode of the cell, or the list of them."""
        grid = self.query_one(Grid)
        row, column = grid.cursor
        cell = self._found.cells.get((self._rows[row], column)) if self._found is not None else None
        if cell is None:
            self.notify("no episode is in this cell", timeout=2, markup=False)
            return
        down, across = (self._down, grid.names[row]), (self._across, grid.heads[column])
        if cell.n == 1:
            self._open(down, across)
        else:
            listed = f"{cell.n} episodes" + (f", the worst {MOST}" if cell.n > MOST else "")
            title = f"{grid.names[row]} × {grid.heads[column]} · {listed}"
            runs = self._runs
            self.app.push_screen(
                CellScreen(self._store, title, lambda: reading.cell_of(self._store, runs, down, across, MOST))
            )

    @work(thread=True, exclusive=True, group="open")
    def _open(self, down: tuple[str, str], across: tuple[str, str]) -> None:
        try:
            for row in reading.cell_of(self._store, self._runs, down, across, 1):
                self.post_message(self.Single(row))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_matrix_screen_single(self, event: Single) -> None:
        """Step through it."""
        self.app.push_screen(StepperScreen(self._store, event.row))

    def _target(self) -> Grid:
        return self.query_one(Grid)

    def _refilter(self) -> None:
        self._refill()

    def _refill(self) -> None:
        found = self._found
        if found is None:
            return
        grid = self.query_one(Grid)
        before = grid.names[grid.cursor[0]] if grid.names else ""
        words = self._needle.casefold().split()
        failed = {row for (row, _), cell in found.cells.items() if not SUCCESS.issuperset(cell.outcomes)}
        self._rows = [
            at
            for at, name in enumerate(found.rows)
            if all(word in name.casefold() for word in words) and (at in failed or not self._failed_only)
        ]
        names = [found.rows[at] for at in self._rows]
        grid.show(names, found.columns, (names.index(before) if before in names else 0, grid.cursor[1]))
        self._title()

    def _cell(self, row: int, column: int) -> Text:
        cell = self._found.cells.get((self._rows[row], column)) if self._found is not None else None
        return share(cell.worst, cell.share, cell.n) if cell is not None else Text("·", style="dim")

    def _title(self) -> None:
        runs = [run.run for run in self._runs]
        told = ", ".join(runs) if len(runs) < 4 else f"{len(runs)} runs of {self._runs[0].suite}"
        parts = [f"banshi · {self._down} × {self._across}", told]
        if self._failed_only:
            parts.append("failed only")
        if self._needle:
            parts.append(f"{len(self._rows)} with “{self._needle}”")
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        grid = self.query_one(Grid)
        grid.display = not text
        if not text and self.focused is None:
            # What is hidden loses the focus.
            grid.focus()


def _other(axes: Sequence[str], now: str, by: int, taken: str) -> str:
    """The next or the previous axis, but not the one that the other side has."""
    free = [axis for axis in axes if axis != taken]
    return free[(free.index(now) + by) % len(free)]
