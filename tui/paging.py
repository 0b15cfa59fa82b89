"""Long lists without holding them: a row is read when it is looked at, a page at a time, and the oldest pages go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

R = TypeVar("R")

PAGE = 200
"""Rows that are read together: a few screens."""

KEPT = 40
"""Pages in memory. More than are in sight at once on any screen."""


class Pages(Sequence[R | None], Generic[R]):
    """So many rows, of which those that were not read yet are None.

    Looking at one of these notes its page as wanted and calls ``ask``, which has to see that it is read (off the
    screen's thread) and given to :meth:`put`; the newest wish comes first, since who scrolls fast does not stop at what
    they passed.
    """

    def __init__(self, count: int, ask: Callable[[], None]) -> None:
        self._count, self._ask = count, ask
        self._pages: OrderedDict[int, list[R]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> R | None: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[R | None]: ...
    def __getitem__(self, at: int | slice) -> R | Sequence[R | None] | None:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._count))]
        number, place = divmod(range(self._count)[at], PAGE)
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page[place] if place < len(page) else None
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        self._ask()
        return None

    def wanted(self) -> int | None:
        """The page that was asked for last and is not there; None if none is. It is no wish any more after this."""
        while self._wanted:
            number, _ = self._wanted.popitem()
            if number not in self._pages:
                # Wishes from further back are from lines that were scrolled past, but for the page beside it.
                self._wanted = OrderedDict.fromkeys(n for n in self._wanted if abs(n - number) == 1)
                return number
        return None

    def put(self, number: int, rows: list[R]) -> None:
        """The rows of a page; it may be shorter than it should be if some are gone."""
        self._pages[number] = rows
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    @staticmethod
    def span(number: int) -> slice:
        """Which rows a page has."""
        return slice(number * PAGE, (number + 1) * PAGE)
