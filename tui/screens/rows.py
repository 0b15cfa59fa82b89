"""The rows of a table of the scratch world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import msgspec
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from mock_services.tables import Table
from scenarios.runs.trial import Trial
from tui.text import literal
from tui.widgets.details import tree
from tui.widgets.panes import Pane
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

BATCH = 20_000
"""How many rows are looked through between two looks at whether anybody still wants to know."""


class TableScreen(Screen[None]):
    """One table."""

    CSS = """
    TableScreen #rows { height: 2fr; }
    TableScreen #row { height: 1fr; border-top: solid $panel; }
    TableScreen.-short #row { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("y", "copy", "Copy row"),
        Binding("r", "reload", "Reload"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    help_text = "The rows of a table as they are in the scratch world now; what is derived on first read is no row."

    class Found(Message):
        """The rows that have the words that are looked for."""

        def __init__(self, rows: list[Any], of: int, needle: str) -> None:
            super().__init__()
            self.rows, self.of, self.needle = rows, of, needle

    class Failed(Message):
        """The scratch world could not be built."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, trial: Trial, table: Table[Any]) -> None:
        super().__init__()
        self._trial, self._table = trial, table
        self._fields = table.row.__struct_fields__
        self._needle = ""

    def compose(self) -> ComposeResult:
        yield Static(literal(f"banshi · table {self._table.name}"), id="title", markup=False)
        yield Static(Text("building the scratch world …", style="dim"), id="message", markup=False)
        yield RowList[Any](
            columns(self._table), cells(self._table), id="rows", help_text="A row a line, the key first."
        )
        yield Pane(id="row", title="row", help_text="The row at the cursor, all of it.")
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read the rows."""
        self._list().focus()
        self.action_reload()

    def action_reload(self) -> None:
        """Read them again."""
        self._read(self._needle)

    @work(thread=True, exclusive=True)
    def _read(self, needle: str) -> None:
        worker = get_current_worker()
        try:
            rows = self._trial.rows(self._table)
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        words, found = needle.casefold().split(), rows
        if words:
            found = []
            for start in range(0, len(rows), BATCH):
                if worker.is_cancelled:
                    return
                found += [row for row in rows[start : start + BATCH] if all(word in _haystack(row) for word in words)]
        if not worker.is_cancelled:
            self.post_message(self.Found(found, len(rows), needle))

    def on_table_screen_found(self, event: Found) -> None:
        """Show them, with the cursor where it was if that row is still there."""
        listed = self._list()
        key = self._table.key_of
        before = None if listed.current is None else key(listed.current)
        at = next((n for n, row in enumerate(event.rows) if key(row) == before), 0)
        listed.show(event.rows, at)
        told = f"{len(event.rows)} of {event.of} rows" if event.needle else f"{event.of} rows"
        self.query_one("#title", Static).update(literal(f"banshi · table {self._table.name} · {told}"))
        self._say("" if event.rows else _empty(event))

    def on_table_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead."""
        self._say(f"{event.text}\n\nq goes back")

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the row in full."""
        row = self._list().current
        if row is not None:
            text = Text()
            for line in tree(msgspec.to_builtins(row)):
                name, colon, rest = line.partition(": ")
                text.append_text(literal(f"{name}{colon}", "cyan" if colon else "")).append_text(literal(rest))
                text.append("\n")
            self.query_one("#row", Pane).show(text)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go into the row, to scroll it."""
        self.query_one("#row", Pane).focus()

    def action_copy(self) -> None:
        """Copy the row as JSON."""
        row = self._list().current
        if row is not None:
            self.app.copy_to_clipboard(msgspec.json.encode(row).decode())
            self.notify("copied the row as JSON", timeout=2, markup=False)

    def action_back(self) -> None:
        """First the row is left, then the filter goes, then the screen."""
        if isinstance(self.focused, Pane):
            self._list().focus()
        elif self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self.app.pop_screen()

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing."""
        self._needle = event.text
        self.action_reload()

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Keep the filter and go on in the list."""
        self.query_one(SearchBar).close()
        self._list().focus()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Give the filter up."""
        self.query_one(SearchBar).close(clear=True)
        self._list().focus()

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self._list().action_move(event.way)

    def _list(self) -> RowList[Any]:
        found: RowList[Any] = self.query_one("#rows", RowList)
        return found

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        self.query_one("#row").display = not text
        if not text and self.focused is None:
            self._list().focus()


def columns(table: Table[Any]) -> list[Column]:
    """A column per field, the key first; the last ones are left away first."""
    names = _ordered(table)
    return [Column(name, max(8, min(len(name), 14)), grow=1, rank=n) for n, name in enumerate(names)]


def cells(table: Table[Any]) -> Callable[[Any], Sequence[Text]]:
    """How a row of the table is drawn."""
    names = _ordered(table)

    def drawn(row: Any) -> Sequence[Text]:
        return [_cell(getattr(row, name), "bold" if n == 0 else "") for n, name in enumerate(names)]

    return drawn


def _ordered(table: Table[Any]) -> list[str]:
    return [table.key, *(name for name in table.row.__struct_fields__ if name != table.key)]


def _cell(value: Any, style: str) -> Text:
    return literal(str(value)[:200], style) if value not in (None, "", (), 0) or value is False else Text("·", "dim")


def _haystack(row: Any) -> str:
    return " ".join(str(value) for value in msgspec.structs.astuple(row)).casefold()


def _empty(event: TableScreen.Found) -> str:
    if event.needle:
        return f"no row has “{event.needle}”: Esc gives the filter up"
    return (
        "it has no rows in the scratch world\n\nwhat is made by a call, or derived on first read, is no row before that"
    )
