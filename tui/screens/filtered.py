"""A screen whose list is filtered by typing: / opens the line, Enter keeps what stands in it, Esc gives it up."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from tui.widgets.grid import Grid
from tui.widgets.rows import RowList
from tui.widgets.searchbar import SearchBar


class FilteredScreen(Screen[None]):
    """Holds a :class:`~tui.widgets.searchbar.SearchBar`; what is typed is in ``_needle``."""

    _needle = ""

    def _target(self) -> RowList[Any] | Grid:
        """What is filtered, and has the focus while nobody types."""
        raise NotImplementedError

    def _refilter(self) -> None:
        """Show what fits the needle."""
        raise NotImplementedError

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing."""
        self._needle = event.text
        self._refilter()

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Keep the filter and go on in the list."""
        self.query_one(SearchBar).close()
        self._target().focus()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Give the filter up."""
        self.query_one(SearchBar).close(clear=True)
        self._target().focus()

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self._target().action_move(event.way)

    def action_back(self) -> None:
        """First the filter goes, then the screen."""
        if self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self.app.pop_screen()
