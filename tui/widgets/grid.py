"""A table that is long and wide: of both only what is in sight is made, and heads and names stay in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.text import literal

_COLUMN = (8, 18)
"""The least room for a column, and what it gets for a long head where there is room for all; with the gap after it."""

_NAMES = (12, 44)
"""The least and the most room for the names of the rows; a third of the width between."""


class Grid(ScrollView, can_focus=True, inherit_bindings=False):
    """Cells under heads and beside names, with a cursor. ``cell`` makes the text of one each time it is drawn."""

    DEFAULT_CSS = """
    Grid { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    Grid > .grid--head { text-style: bold; color: $text-muted; }
    Grid > .grid--line { background: $surface-lighten-1; }
    Grid > .grid--cursor { background: $surface-lighten-2; text-style: bold; }
    Grid:focus > .grid--cursor { background: $primary 60%; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--head", "grid--line", "grid--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left,h", "move(0, -1)", "Left", show=False),
        Binding("right,l", "move(0, 1)", "Right", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(-1, 0)", "First row", show=False),
        Binding("end,G", "edge(1, 0)", "Last row", show=False),
        Binding("0", "edge(0, -1)", "First column", show=False),
        Binding("dollar_sign", "edge(0, 1)", "Last column", show=False),
        Binding("enter", "choose", "Open"),
    ]

    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """(row, column)."""

    class Moved(Message):
        """The cursor is on another cell. A burst of these counts as its last one."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Grid.Moved)

    class Chosen(Message):
        """Enter or a double click on a cell."""

    def __init__(self, cell: Callable[[int, int], Text], *, id: str, help_text: str = "") -> None:
        super().__init__(id=id)
        self.help_text = help_text
        self._cell = cell
        self.names: Sequence[str] = ()
        self.heads: Sequence[str] = ()
        self._width = _COLUMN[0]

    def show(self, names: Sequence[str], heads: Sequence[str], cursor: tuple[int, int] = (0, 0)) -> None:
        """Show other rows and columns, with the cursor on one of them."""
        self.names, self.heads = names, heads
        self._grew()
        self.set_reactive(Grid.cursor, self.validate_cursor(cursor))
        self._follow()
        self.post_message(self.Moved())

    def validate_cursor(self, cursor: tuple[int, int]) -> tuple[int, int]:
        """Keep the cursor inside."""
        row, column = cursor
        return max(0, min(row, len(self.names) - 1)), max(0, min(column, len(self.heads) - 1))

    def watch_cursor(self) -> None:
        """Redraw and keep the cursor in sight."""
        self.refresh()
        self._follow()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """The names have other room now."""
        self._grew()
        self._follow()

    def _grew(self) -> None:
        low, high = _COLUMN
        wanted = min(high, max((Text(head).cell_len + 1 for head in self.heads), default=low))
        room = self.scrollable_content_region.width - self._names_width
        self._width = max(low, min(wanted, room // max(1, len(self.heads))))
        self.virtual_size = Size(self._names_width + len(self.heads) * self._width, len(self.names) + 1)
        self.refresh()

    def _follow(self) -> None:
        row, column = self.cursor
        region = self.scrollable_content_region
        height, width = region.height - 1, region.width - self._names_width
        x, y = self.scroll_offset
        if height > 0 and not y <= row < y + height:
            self.scroll_to(y=row if row < y else row - height + 1, animate=False, force=True)
        if width >= self._width and not x <= column * self._width <= x + width - self._width:
            at = column * self._width
            self.scroll_to(x=at if at < x else at + self._width - width, animate=False, force=True)

    @property
    def _names_width(self) -> int:
        low, high = _NAMES
        longest = max((Text(name).cell_len for name in self.names), default=0) + 1
        return min(max(low, min(high, self.size.width // 3)), max(low, longest))

    # --- keys and mouse --------------------------------------------------------------------------------------

    def action_move(self, down: int, right: int = 0) -> None:
        """Move the cursor by cells."""
        row, column = self.cursor
        self.cursor = row + down, column + right

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.action_move(by * max(1, self.size.height - 2))

    def action_edge(self, down: int, right: int) -> None:
        """To the first or the last row or column."""
        self.action_move(down * len(self.names), right * len(self.heads))

    def action_choose(self) -> None:
        """Open the cell."""
        if self.names and self.heads:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """One click puts the cursor there, two open the cell."""
        at = event.get_content_offset(self)
        if at is None or at.y < 1 or at.x < self._names_width:
            return
        row, column = at.y - 1 + self.scroll_offset.y, (at.x - self._names_width + self.scroll_offset.x) // self._width
        if row < len(self.names) and column < len(self.heads):
            self.cursor = row, column
            if event.chain == 2:
                self.action_choose()

    # --- drawing ---------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        names = self._names_width
        x = self.scroll_offset.x
        columns = range(x // self._width, min(len(self.heads), (x + width - names) // self._width + 1))
        row = y - 1 + self.scroll_offset.y
        if y and row >= len(self.names):
            return Strip.blank(width, self.rich_style)
        here, at = self.cursor
        line = Text(end="", no_wrap=True)
        for column in columns:
            text = self._cell(row, column) if y else literal(self.heads[column])
            text.truncate(self._width - 1, overflow="ellipsis", pad=True)
            if y and (row, column) == (here, at):
                text.stylize(self.get_component_rich_style("grid--cursor"))
            line.append_text(text).append(" ")
        name = literal(self.names[row]) if y else Text()
        name.truncate(names - 1, overflow="ellipsis", pad=True)
        style = self.rich_style
        if y == 0 or row == here:
            style = self.get_component_rich_style("grid--line" if y else "grid--head")
        first = columns.start * self._width
        cells = Strip(line.render(self.app.console)).crop(x - first, x - first + width - names)
        left = Strip(name.append(" ").render(self.app.console))
        return Strip.join([left, cells]).adjust_cell_length(width).apply_style(style)
