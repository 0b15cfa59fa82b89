"""The line at the bottom in which one types what to look for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from tui.text import literal


class SearchBar(Horizontal):
    """Hidden until it is opened. Typing is told at once; enter, the arrows and escape are told as steps."""

    DEFAULT_CSS = """
    SearchBar { height: 1; display: none; background: $panel; }
    SearchBar.-open { display: block; }
    SearchBar > #prompt { width: auto; text-style: bold; }
    SearchBar > Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
    SearchBar > Input:focus { border: none; }
    SearchBar > #found { width: auto; max-width: 60%; color: $text-muted; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("down", "go(1)", "Next", show=False),
        Binding("up", "go(-1)", "Previous", show=False),
    ]
    help_text = "Type what to look for; all words have to occur. Enter takes it, Esc closes."

    class Typed(Message):
        """What stands in the line is another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Go(Message):
        """To the next (1) or the previous (-1) place that was found."""

        def __init__(self, way: int) -> None:
            super().__init__()
            self.way = way

    class Taken(Message):
        """Enter was pressed."""

    class Left(Message):
        """Escape was pressed."""

    def compose(self) -> ComposeResult:
        yield Static("/ ", id="prompt", markup=False)
        yield Input(select_on_focus=False, compact=True)
        yield Static("", id="found", markup=False)

    def open(self) -> None:
        """Show the line and type into it; what stood there is replaced by the first key."""
        self.add_class("-open")
        line = self.query_one(Input)
        line.focus()
        line.action_select_all()

    def close(self, *, clear: bool = False) -> None:
        """Hide the line."""
        self.remove_class("-open")
        if clear:
            self.query_one(Input).value = ""

    def fill(self, text: str) -> None:
        """Put a text into the line, as if it had been typed."""
        self.query_one(Input).value = text

    def tell(self, text: str) -> None:
        """Say at its right end what was found."""
        self.query_one("#found", Static).update(literal(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on that it is done."""
        event.stop()
        self.post_message(self.Taken())

    def action_go(self, way: int) -> None:
        """Ask for the next or the previous place."""
        self.post_message(self.Go(way))

    def action_leave(self) -> None:
        """Tell that it is to close."""
        self.post_message(self.Left())
