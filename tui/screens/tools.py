"""Choosing a tool, and filling in what it takes: what a human at the agent's desk does before every call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mock_services.service import Tool
from tui.text import literal
from tui.widgets.forms import SchemaForm
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

COLUMNS = (Column("tool", 26, grow=1), Column("", 6), Column("what it does", 20, grow=2))


class ToolsScreen(ModalScreen[str | None]):
    """All tools, filtered by typing; ends with the name of one, or None."""

    CSS = """
    ToolsScreen { align: center middle; }
    ToolsScreen > Vertical { width: 96%; max-width: 120; height: 92%; background: $surface; border: round $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape,q", "leave", "Leave it", key_display="q"),
    ]
    help_text = "The tools of the city. Type to filter, Enter takes the one at the cursor."

    def __init__(self, tools: Sequence[Tool]) -> None:
        super().__init__()
        self._tools = tools

    def compose(self) -> ComposeResult:
        with Vertical():
            yield RowList[Tool](COLUMNS, cells, id="tools", help_text="! changes something, ? only looks.")
            yield SearchBar(id="search")
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once."""
        self._list().show(self._tools)
        self.query_one(SearchBar).open()

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing; what is in a tool's name goes before what only its description says."""
        words = event.text.casefold().split()
        found = [tool for tool in self._tools if all(word in _haystack(tool) for word in words)]
        found.sort(key=lambda tool: _distance(tool, words))
        self._list().show(found)

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self._list().action_move(event.way)

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Enter in the line takes the tool at the cursor."""
        self._take()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Go into the list; once more leaves it."""
        self.query_one(SearchBar).close()
        self._list().focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take it."""
        self._take()

    def _take(self) -> None:
        tool = self._list().current
        if tool is not None:
            self.dismiss(tool.name)

    def action_leave(self) -> None:
        """Take none."""
        self.dismiss(None)

    def _list(self) -> RowList[Tool]:
        found: RowList[Tool] = self.query_one("#tools", RowList)
        return found


def cells(tool: Tool) -> Sequence[Text]:
    """A tool as the cells of :data:`COLUMNS`."""
    sign = Text("! does", style="bold cyan") if tool.access == "write" else Text("? asks", style="cyan")
    return literal(tool.name, "bold"), sign, literal(tool.description, "dim")


def _haystack(tool: Tool) -> str:
    return f"{tool.name} {tool.name.replace('_', ' ')} {tool.description}".casefold()


def _distance(tool: Tool, words: Sequence[str]) -> tuple[bool, bool, int]:
    named = f"{tool.name} {tool.name.replace('_', ' ')}"
    return " ".join(words) not in named, not all(word in named for word in words), len(tool.name) if words else 0


class CallScreen(ModalScreen[dict[str, Any] | None]):
    """The form of one tool; ends with its arguments, or None."""

    CSS = """
    CallScreen { align: center middle; }
    CallScreen > Vertical { width: 96%; max-width: 110; height: 92%; background: $surface; border: round $primary; }
    CallScreen #head { height: auto; max-height: 4; padding: 0 1; border-bottom: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Call", key_display="^s"),
        Binding("escape", "leave", "Leave it"),
    ]
    help_text = "What the tool takes. What is filled in already is what answers called by that name last."

    def __init__(self, tool: Tool, suggested: Mapping[str, Any], offset_min: int) -> None:
        super().__init__()
        self._tool, self._suggested, self._offset_min = tool, suggested, offset_min

    def compose(self) -> ComposeResult:
        with Vertical():
            told = literal(self._tool.name, "bold").append_text(literal(f"  {self._tool.description}", "dim not bold"))
            yield Static(told, id="head", markup=False)
            yield SchemaForm(self._tool.parameters, self._tool.args, id="call", offset_min=self._offset_min)
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Fill in what is suggested."""
        form = self.query_one(SchemaForm)
        form.fill(self._suggested)
        form.take_focus()

    def action_send(self) -> None:
        """Check the form, and call."""
        self.query_one(SchemaForm).action_send()

    def on_schema_form_submitted(self, event: SchemaForm.Submitted) -> None:
        """Take it."""
        event.stop()
        self.dismiss(event.values)

    def action_leave(self) -> None:
        """Call nothing."""
        self.dismiss(None)
