"""The rows of an episode's world after any event of its trace, without replaying the trace.

An answer is recorded when it comes, which may be after things that happened later than its effect: rows are put
together in the order in which they were written, as :mod:`scenarios.replay` does it, and not in that of the trace.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from mock_services.trace import Event

Row = dict[str, Any]

_Change = tuple[int, int, dict[str, Any]]


class RowHistory:
    """What was written to each row, by whom. Events are named by their place in the trace.

    Rows of the catalogue that an episode only changed have no more fields than it wrote.
    """

    def __init__(self, events: list[Event]) -> None:
        self._written: dict[str, dict[str, list[_Change]]] = {}
        for at, event in enumerate(events):
            mark = event.data.get("mark", at)
            for change in event.data.get("changes") or ():
                table = self._written.setdefault(change["table"], {})
                table.setdefault(str(change["key"]), []).append((at, mark, change))
        self._versions: dict[tuple[str, str], tuple[list[int], list[Row | None]]] = {}

    def row(self, table: str, key: str, at: int) -> Row | None:
        """A row after event ``at``; None if it is not there, or nothing was written to it until then."""
        if (table, key) not in self._versions:
            self._versions[table, key] = _versions(self._written.get(table, {}).get(key, []))
        when, rows = self._versions[table, key]
        found = bisect_right(when, at)
        return rows[found - 1] if found else None

    def rows(self, table: str, at: int) -> dict[str, Row]:
        """The rows of a table after event ``at`` that were written until then, by key, in the order they came."""
        found = ((key, self.row(table, key, at)) for key in self._written.get(table, {}))
        return {key: row for key, row in found if row is not None}


def _versions(changes: list[_Change]) -> tuple[list[int], list[Row | None]]:
    """The events that wrote to a row, and what it was after each."""
    when: list[int] = []
    rows: list[Row | None] = []
    row: Row | None = None
    newest = -1
    for n, (at, mark, change) in enumerate(changes):
        if mark < newest:
            row = None
            for _, _, written in sorted(changes[: n + 1], key=lambda one: one[1]):
                row = _after(row, written)
        else:
            row, newest = _after(row, change), mark
        when.append(at)
        rows.append(row)
    return when, rows


def _after(before: Row | None, change: dict[str, Any]) -> Row | None:
    after: Row | None = change["after"]
    if after is None:
        return None
    # An update carries only the fields that differ.
    return after if change["before"] is None else (before or {}) | after
