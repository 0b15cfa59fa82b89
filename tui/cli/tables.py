"""Plain tables that fit the terminal: closer columns on a narrow one, and figures that are never broken."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

ROOMY = 110
"""Cells from which on there is room between columns; below it the tables of a run fit into 80."""


class PlainTable:
    """Rows under a rule. The columns named in ``right`` are figures."""

    def __init__(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str | Text]], *, right: Sequence[str] = ()
    ) -> None:
        self._title, self._columns, self._rows, self._right = title, columns, rows, right

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, for as many cells as there are."""
        table = Table(
            title=Text(self._title, style="bold"),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, 1 if options.max_width >= ROOMY else 0),
        )
        for column in self._columns:
            figures = column in self._right
            table.add_column(column, justify="right" if figures else "left", overflow="fold", no_wrap=figures)
        for row in self._rows:
            table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
        yield table
