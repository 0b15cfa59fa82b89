"""Panes of text that scroll, and the tabs that choose among them where there is room for one only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widgets import Static

from tui.text import literal


class Pane(ScrollView, can_focus=True, inherit_bindings=False):
    """Text of any length under a title of ours. Only the lines in sight are drawn, and none is laid out anew."""

    DEFAULT_CSS = """
    Pane { height: 1fr; padding: 0 1; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
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
        self.border_title = literal(title)
        self.help_text = help_text
        self._to_end = to_end
        self._text = Text()
        self._lines: list[Text] = []

    def show(self, text: Text) -> None:
        """Show another text, from its beginning, or its end for a pane that grows there."""
        if text != self._text:
            self._text = text
            self._wrap()
        top = self.max_scroll_y if self._to_end else 0
        if self.scroll_offset.y != top:
            self.scroll_to(y=top, animate=False, force=True)

    @property
    def text(self) -> Text:
        """What it shows, in sight or not."""
        return self._text

    def on_resize(self) -> None:
        """Wrap the text anew."""
        self._wrap()

    def _wrap(self) -> None:
        width = max(1, self.scrollable_content_region.width)
        self._lines = []
        for line in self._text.split("\n"):
            fits = line.cell_len <= width
            self._lines += [line] if fits else line.wrap(self.app.console, width, overflow="fold")
        # Set the loud way, it would lay out the whole screen with each step.
        before = self.virtual_size.height
        self.set_reactive(ScrollView.virtual_size, Size(width, len(self._lines)))
        if max(before, len(self._lines)) > self.scrollable_content_region.height:
            self.vertical_scrollbar.window_virtual_size = len(self._lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[index]
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(index)) is not None:
            start, end = span
            line = line.copy()
            line.stylize(
                self.screen.get_component_rich_style("screen--selection"), start, len(line) if end < 0 else end
            )
        line.end = ""
        strip = Strip(line.render(self.app.console)).adjust_cell_length(width).apply_style(self.rich_style)
        return strip.apply_offsets(0, index)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse has marked, as it is wrapped."""
        return selection.extract("\n".join(line.plain for line in self._lines)), "\n"


class PaneTab(Static):
    """One tab."""

    class Pressed(Message):
        """The tab was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, number: int, title: str) -> None:
        super().__init__(literal(f" {number} {title} "), markup=False)
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
