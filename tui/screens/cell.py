"""The episodes in a cell of the matrix, those that went worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from scenarios.runs.store import EpisodeRow
from tui.screens import episodes
from tui.screens.stepper import StepperScreen
from tui.text import literal
from tui.widgets.marks import legend
from tui.widgets.rows import Column, RowList

COLUMNS = (Column("run", 6), *episodes.COLUMNS)


class CellScreen(Screen[None]):
    """Some episodes, of one run or of several."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", key_display="q")]
    help_text = "The episodes in a cell of the matrix, those that went worst first."

    class Read(Message):
        """They were read."""

        def __init__(self, rows: list[EpisodeRow]) -> None:
            super().__init__()
            self.rows = rows

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, title: str, read: Callable[[], list[EpisodeRow]]) -> None:
        super().__init__()
        self._store, self._told, self._read = store, title, read

    def compose(self) -> ComposeResult:
        yield Static(literal(self._told), id="title", markup=False)
        about = f"Enter steps through an episode.\n{legend()}"
        yield RowList[EpisodeRow](COLUMNS, cells, id="episodes", help_text=about)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read them."""
        self.query_one(RowList).focus()
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        try:
            self.post_message(self.Read(self._read()))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_cell_screen_read(self, event: Read) -> None:
        """List them."""
        self.query_one(RowList).show(event.rows)

    def on_cell_screen_failed(self, event: Failed) -> None:
        """Say what is wrong."""
        self.notify(literal(event.text).plain, severity="error", markup=False)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Step through the episode."""
        row: EpisodeRow | None = self.query_one(RowList).current
        if row is not None:
            self.app.push_screen(StepperScreen(self._store, row))


def cells(row: EpisodeRow) -> Sequence[Text]:
    """An episode as the cells of :data:`COLUMNS`."""
    return (literal(row.run, "bold"), *episodes.cells(row))
