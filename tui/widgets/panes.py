"""Panes of text that scroll, and the tabs that choose among them where there is room for one only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Static


class Pane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Text of any length under a title of ours."""

    DEFAULT_CSS = """
    Pane { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Pane > Static { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Scroll up", show=False),
        Binding("down,j", "scroll_down", "Scroll down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", show=False),
        Binding("home", "scroll_home", "To the top", show=False),
        Binding("end", "scroll_end", "To the end", show=False),
    ]

    def __init__(self, *, id: str, title: str, help_text: str, to_end: bool = False) -> None:
        super().__init__(id=id)
        self.border_title = title
        self.help_text = help_text
        self._to_end = to_end

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, text: Text) -> None:
        """Show another text, from its beginning, or its end for a pane that grows there."""
        self.query_one(Static).update(text)
        if self._to_end:
            self.scroll_end(animate=False)
        else:
            self.scroll_home(animate=False)


class PaneTab(Static):
    """One tab."""

    class Pressed(Message):
        """The tab was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, number: int, title: str) -> None:
        super().__init__(Text(f" {number} {title} "), markup=False)
        self.number = number

    def on_click(self) -> None:
        """Tell that it was clicked."""
        self.post_message(self.Pressed(self.number))


class PaneTabs(Horizontal):
    """The titles of the panes with the key of each; the open one stands out."""

    DEFAULT_CSS = """
    PaneTabs { height: 1; background: $panel; }
    PaneTab { width: auto; color: $text-muted; }
    PaneTab.-open { color: $text; text-style: bold reverse; }
    """

    def __init__(self, titles: Sequence[str], *, id: str) -> None:
        super().__init__(*(PaneTab(number, title) for number, title in enumerate(titles, 1)), id=id)

    def open(self, number: int) -> None:
        """Mark a tab as the open one."""
        for tab in self.query(PaneTab):
            tab.set_class(tab.number == number, "-open")
