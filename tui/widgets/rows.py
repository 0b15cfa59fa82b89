"""A list of rows that draws only the lines that are on the screen, so that its length costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

R = TypeVar("R")

_GAP = 1
_CURSOR, _MARKED = "❯", "●"
_GUTTER = 2
_UNREAD = Text("·", style="dim")


class Column(NamedTuple):
    """A column of ``width`` cells at least.

    What room is left goes to the columns with ``grow``; where there is too little, those with the highest ``rank``
    are left away first, and those with rank 0 never are.
    """

    title: str
    width: int
    grow: int = 0
    rank: int = 0
    right: bool = False


class RowList(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """Rows under a fixed header, with a cursor. ``cells`` makes a row's texts, one per column, each time it is drawn.

    The rows are kept as they are given, not copied: a caller that appends to them calls :meth:`grew`. A row that is
    None is not there yet (:class:`tui.paging.Pages`); once it is, the caller calls ``refresh``. ``marked`` tells the
    rows that have a point beside the cursor's sign.
    """

    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
    }
    RowList > .rows--header { text-style: bold; color: $text-muted; }
    RowList > .rows--cursor { background: $surface-lighten-1; }
    RowList:focus > .rows--cursor { background: $primary 45%; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--header", "rows--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First row", show=False),
        Binding("end,G", "last", "Last row", show=False),
        Binding("enter", "choose", "Open"),
    ]

    cursor = reactive(0)

    class Moved(Message):
        """The cursor is on another row. A burst of these counts as its last one."""

        def __init__(self, rows: RowList[Any], index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RowList.Moved) and message.rows is self.rows

    class Chosen(Message):
        """Enter or a double click on a row."""

        def __init__(self, rows: RowList[Any], index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[R], Sequence[Text]],
        *,
        id: str,
        header: bool = True,
        help_text: str = "",
        marked: Callable[[R], bool] = lambda _: False,
    ) -> None:
        super().__init__(id=id)
        self.rows: Sequence[R | None] = ()
        self._marked = marked
        self.help_text = help_text
        self._columns, self._cells = tuple(columns), cells
        self._header = int(header)
        self._fitted: tuple[int, tuple[tuple[int, int], ...]] = (-1, ())

    # --- rows ------------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[R | None], cursor: int = 0) -> None:
        """Show other rows, with the cursor on one of them; what was scrolled to stays if the cursor does."""
        there = bool(self.rows) and self.cursor == cursor
        self.rows = rows
        self.grew()
        self.set_reactive(RowList.cursor, self._inside(cursor))
        if not there:
            self._follow()
        if rows:
            self.post_message(self.Moved(self, self.cursor))

    def grew(self) -> None:
        """Take note that the rows are more, or others."""
        self.virtual_size = Size(self._width, len(self.rows) + self._header)
        self.refresh()

    @property
    def current(self) -> R | None:
        """The row under the cursor; None if there is none, or it is not there yet."""
        return self.rows[self.cursor] if self.rows else None

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, the nearest there is."""
        self.cursor = self._inside(index)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside."""
        return self._inside(cursor)

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw both lines and keep the cursor in sight."""
        self.refresh_line(before + self._header)
        self.refresh_line(after + self._header)
        self._follow()
        self.post_message(self.Moved(self, after))

    def _inside(self, index: int) -> int:
        return max(0, min(index, len(self.rows) - 1))

    def _follow(self) -> None:
        if self.size.height > self._header:
            height = self.size.height - self._header
            top = self.scroll_offset.y
            if self.cursor < top:
                self.scroll_to(y=self.cursor, animate=False, force=True)
            elif self.cursor >= top + height:
                self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def on_resize(self) -> None:
        """Fit the columns and keep the cursor in sight."""
        self.grew()
        self._follow()

    # --- keys and mouse --------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.move_to(self.cursor + by * max(1, self.size.height - self._header - 1))

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        self.move_to(len(self.rows) - 1)

    def action_choose(self) -> None:
        """Open the row."""
        if self.rows:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """One click puts the cursor there, two open the row."""
        at = event.get_content_offset(self)
        if at is None or at.y < self._header:
            return
        index = at.y - self._header + self.scroll_offset.y
        if index < len(self.rows):
            self.move_to(index)
            if event.chain == 2:
                self.action_choose()

    # --- drawing ---------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self._width
        if self._header and y == 0:
            style = self.get_component_rich_style("rows--header")
            return self._strip([Text(column.title) for column in self._columns], " ", width).apply_style(style)
        index = y - self._header + self.scroll_offset.y
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        here = index == self.cursor
        row = self.rows[index]
        gutter = (_CURSOR if here else " ") + (_MARKED if row is not None and self._marked(row) else " ")
        style = self.get_component_rich_style("rows--cursor") if here else self.rich_style
        cells = self._cells(row) if row is not None else [_UNREAD] * len(self._columns)
        return self._strip(cells, gutter, width).apply_style(style)

    def _strip(self, cells: Sequence[Text], gutter: str, width: int) -> Strip:
        line = Text(gutter.ljust(_GUTTER), end="", no_wrap=True)
        for n, (column, room) in enumerate(self._fit(width)):
            text = cells[column].copy()
            text.truncate(room, overflow="ellipsis")
            spare = " " * (room - text.cell_len)
            line.append(" " * _GAP if n else "")
            if self._columns[column].right:
                line.append(spare).append_text(text)
            else:
                line.append_text(text).append(spare)
        return Strip(line.render(self.app.console)).adjust_cell_length(width)

    def _fit(self, width: int) -> tuple[tuple[int, int], ...]:
        """(column, its cells) for the columns that fit into ``width``."""
        if self._fitted[0] != width:
            kept = list(range(len(self._columns)))
            while _needed(self._columns, kept) > width:
                dropped = max(kept, key=lambda column: (self._columns[column].rank, column))
                if self._columns[dropped].rank == 0:
                    break
                kept.remove(dropped)
            spare = max(0, width - _needed(self._columns, kept))
            shares = sum(self._columns[column].grow for column in kept)
            fitted = []
            for column in kept:
                more = spare * self._columns[column].grow // shares if shares else 0
                fitted.append((column, self._columns[column].width + more))
            self._fitted = width, tuple(fitted)
        return self._fitted[1]

    def refresh_line(self, y: int) -> None:
        """Redraw a line of the list."""
        self.refresh(Region(0, y - self.scroll_offset.y, self._width, 1))

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width


def _needed(columns: Sequence[Column], kept: Sequence[int]) -> int:
    return _GUTTER + sum(columns[column].width + _GAP for column in kept) - _GAP
