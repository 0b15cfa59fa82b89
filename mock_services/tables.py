"""Typed tables of frozen rows: an immutable base, an overlay of what changed, and one write path.

A :class:`Table` is a declaration and a typed handle. :class:`BaseTables` holds rows that every episode of the
process shares. :class:`State` holds one episode's overlay and its journal; making, forking and discarding it
costs what was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from msgspec.structs import astuple

from mock_services.errors import InternalError
from mock_services.search import TextIndex, rank

if TYPE_CHECKING:
    from mock_services.lifecycle import Machine

R = TypeVar("R", bound=msgspec.Struct)
Key = str | int
_NONE: Mapping[Key, Any] = MappingProxyType({})


class Table(Generic[R]):
    """The declaration of a table.

    Args:
        name: ``<service>.<rows>``, unique in the world.
        row: The frozen ``msgspec.Struct`` of its rows.
        key: The field that holds the primary key (a str or an int).
        indexes: Fields that :meth:`State.find` can look rows up by.
        text: What a full-text search reads of a row; tables without it cannot be searched.
        machine: What can become of its rows; a write that is no move of it is refused.
    """

    __slots__ = ("indexed", "indexes", "key", "key_of", "machine", "name", "row", "text")

    def __init__(
        self,
        name: str,
        row: type[R],
        key: str,
        *,
        indexes: tuple[str, ...] = (),
        text: Callable[[R], str] | None = None,
        machine: Machine | None = None,
    ) -> None:
        self.name, self.row, self.key, self.indexes, self.text = name, row, key, indexes, text
        self.machine = machine
        self.key_of: Callable[[R], Key] = attrgetter(key)
        self.indexed = tuple((name, field) for field in indexes)


class RowChange(msgspec.Struct, frozen=True, gc=False):
    """One write: ``before`` is None for an insert, ``after`` is None for a delete."""

    table: str
    key: Key
    before: Any
    after: Any

    def compact(self) -> dict[str, Any]:
        """For a trace: whole rows for inserts and deletes, only the fields that differ for updates.

        Values are still rows and tuples; the recorder makes plain data of everything at once.
        """
        before, after = self.before, self.after
        if before is None or after is None:
            return {"table": self.table, "key": self.key, "before": before, "after": after}
        was: dict[str, Any] = {}
        now: dict[str, Any] = {}
        for name, old, new in zip(after.__struct_fields__, astuple(before), astuple(after), strict=True):
            if old != new:
                was[name], now[name] = old, new
        return {"table": self.table, "key": self.key, "before": was, "after": now}


class BaseTables:
    """Rows that never change after :meth:`freeze`, with their indexes. Shared by all episodes."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Key, Any]] = {}
        self.indexes: dict[tuple[str, str], dict[Any, tuple[Key, ...]]] = {}
        self.texts: dict[str, TextIndex] = {}
        self._subsets: dict[tuple[str, str, Any], int] = {}
        self._tables: dict[str, Table[Any]] = {}

    def declare(self, table: Table[Any]) -> None:
        """Make a table known, with no rows yet.

        Raises:
            InternalError: two tables with one name.
        """
        if self._tables.setdefault(table.name, table) is not table:
            raise InternalError(f"two tables are called {table.name}")
        self.rows.setdefault(table.name, {})

    def add(self, table: Table[R], row: R) -> None:
        """Add a base row while the base is built.

        Raises:
            InternalError: the key is taken.
        """
        rows = self.rows[table.name]
        key = table.key_of(row)
        if key in rows:
            raise InternalError(f"{table.name} has two base rows with key {key!r}")
        rows[key] = row

    def freeze(self) -> None:
        """Build the indexes. Nothing is added afterwards."""
        for name, table in self._tables.items():
            rows = self.rows[name]
            for field in table.indexes:
                grouped: dict[Any, list[Key]] = {}
                for key, row in rows.items():
                    grouped.setdefault(getattr(row, field), []).append(key)
                self.indexes[name, field] = {value: tuple(keys) for value, keys in grouped.items()}
            if table.text is not None:
                self.texts[name] = TextIndex((key, table.text(row)) for key, row in rows.items())

    def subset(self, name: str, index: str, values: tuple[Any, ...]) -> int:
        """The rows of a table whose indexed field has one of the values, as its text index takes them."""
        found = 0
        for value in values:
            key = (name, index, value)
            if key not in self._subsets:
                self._subsets[key] = self.texts[name].subset(self.indexes[name, index].get(value, ()))
            found |= self._subsets[key]
        return found

    def tables(self) -> dict[str, Table[Any]]:
        """All declared tables by name."""
        return dict(self._tables)


def _any(_key: Key) -> bool:
    return True


class State:
    """One episode's rows: the base, what was written over it, and the journal of those writes."""

    __slots__ = ("_base", "_index", "_overlay", "_tables", "journal")

    def __init__(self, base: BaseTables) -> None:
        self._base = base
        self._tables = base._tables
        self._overlay: dict[str, dict[Key, Any]] = {}
        self._index: dict[tuple[str, str], dict[Any, set[Key]]] = {}
        self.journal: list[RowChange] = []

    # --- reads -----------------------------------------------------------------------------------------------

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row with this key, or None."""
        changed = self._overlay.get(table.name)
        if changed is not None and key in changed:
            row: R | None = changed[key]
            return row
        return self._base.rows[table.name].get(key)

    def find(self, table: Table[R], index: str, value: Any) -> list[R]:
        """Rows whose indexed field equals ``value``: base rows in base order, then the others by key."""
        name = table.name
        base_rows = self._base.rows[name]
        keys = self._base.indexes[name, index].get(value, ())
        changed = self._overlay.get(name)
        if not changed:
            return [base_rows[key] for key in keys]
        found: list[R] = []
        for key in keys:
            if key not in changed:
                found.append(base_rows[key])
            elif (row := changed[key]) is not None and getattr(row, index) == value:
                found.append(row)
        moved = self._index.get((name, index), {}).get(value)
        if moved:
            for key in sorted(moved, key=str):
                base_row = base_rows.get(key)
                if base_row is None or getattr(base_row, index) != value:
                    found.append(changed[key])
        return found

    def scan(self, table: Table[R]) -> Iterator[R]:
        """Every row: base rows in base order, then the others in the order of their keys."""
        base_rows = self._base.rows[table.name]
        changed = self._overlay.get(table.name, {})
        for key, row in base_rows.items():
            current = changed.get(key, row)
            if current is not None:
                yield current
        for key in sorted((key for key in changed if key not in base_rows), key=str):
            if (row := changed[key]) is not None:
                yield row

    def changes(self, table: Table[R]) -> Mapping[Key, R | None]:
        """What this episode changed: rows by key, None for one that was deleted."""
        return self._overlay.get(table.name, _NONE)

    def search(
        self,
        table: Table[R],
        query: str,
        *,
        where: Callable[[R], bool] | None = None,
        within: tuple[str, tuple[Any, ...]] | None = None,
        among: Collection[Key] | None = None,
        limit: int = 20,
    ) -> list[tuple[R, int]]:
        """Full-text search: the best ``limit`` rows with their relevance in [1, 100], best first.

        ``within`` is an index and values of it: only rows that :meth:`find` would find by one of them.
        ``among`` are the keys of the only rows that are looked at; few, or it is no gain.
        """
        assert table.text is not None, f"{table.name} has no text to search"
        name = table.name
        changed = self._overlay.get(name)
        base_rows = self._base.rows[name]
        index = self._base.texts[name]
        some = None if within is None else self._base.subset(name, *within)
        if among is not None:
            some = index.subset(among) if some is None else some & index.subset(among)
        accept: Callable[[Key], bool]
        if changed:
            known = changed

            def accept(key: Key) -> bool:
                return key not in known and (where is None or where(base_rows[key]))

        elif where is not None:
            fits = where

            def accept(key: Key) -> bool:
                return fits(base_rows[key])

        else:
            accept = _any
        hits: list[tuple[R, int]] = [(base_rows[key], s) for key, s in index.search(query, accept, limit, some)]
        if changed:
            fresh = [
                (key, table.text(row))
                for key, row in changed.items()
                if row is not None
                and (where is None or where(row))
                and (within is None or getattr(row, within[0]) in within[1])
                and (among is None or key in among)
            ]
            hits += [(changed[key], score) for key, score in rank(query, fresh, index)]
            hits.sort(key=lambda hit: (-hit[1], str(table.key_of(hit[0]))))
        return hits[:limit]

    # --- the one write path ----------------------------------------------------------------------------------

    def put(self, table: Table[R], row: R) -> None:
        """Insert or replace a row. Writing an equal row is not a change.

        Raises:
            InternalError: the table's machine has no such move.
        """
        name, key = table.name, table.key_of(row)
        overlay = self._overlay.get(name)
        before = overlay[key] if overlay is not None and key in overlay else self._base.rows[name].get(key)
        if before == row:
            return
        if before is not None and table.machine is not None:
            table.machine.check_step(before, row)
        self._set(name, key, before, row)
        self.journal.append(RowChange(name, key, before, row))

    def delete(self, table: Table[R], key: Key) -> None:
        """Remove a row if it is there."""
        before = self.get(table, key)
        if before is not None:
            self._set(table.name, key, before, None)
            self.journal.append(RowChange(table.name, key, before, None))

    def rollback(self, mark: int) -> None:
        """Undo every change after the journal had ``mark`` entries, newest first."""
        journal = self.journal
        while len(journal) > mark:
            change = journal.pop()
            self._set(change.table, change.key, change.after, change.before)

    def apply(self, change: RowChange) -> None:
        """Redo a change that another state's journal recorded."""
        self._set(change.table, change.key, change.before, change.after)
        self.journal.append(change)

    def _set(self, name: str, key: Key, before: Any, after: Any) -> None:
        overlay = self._overlay.get(name)
        if overlay is None:
            overlay = self._overlay[name] = {}
        if after is self._base.rows[name].get(key):
            overlay.pop(key, None)
        else:
            overlay[key] = after
        for at in self._tables[name].indexed:
            index = self._index.get(at)
            if index is None:
                index = self._index[at] = {}
            if before is not None and (keys := index.get(getattr(before, at[1]))) is not None:
                keys.discard(key)
            if after is not None:
                value = getattr(after, at[1])
                if (keys := index.get(value)) is None:
                    index[value] = {key}
                else:
                    keys.add(key)

    # --- whole states ----------------------------------------------------------------------------------------

    def fork(self) -> State:
        """A state that starts equal to this one and then goes its own way."""
        twin = State(self._base)
        twin._overlay = {name: dict(rows) for name, rows in self._overlay.items()}
        twin._index = {at: {v: set(keys) for v, keys in index.items()} for at, index in self._index.items()}
        twin.journal = list(self.journal)
        return twin

    def past(self, mark: int) -> State:
        """A state as this one was when its journal had ``mark`` entries, by whichever way to it is the shorter."""
        if mark * 2 < len(self.journal):
            twin = State(self._base)
            for change in self.journal[:mark]:
                twin.apply(change)
            return twin
        twin = self.fork()
        twin.rollback(mark)
        return twin

    def changed(self) -> Iterable[tuple[str, Key, Any]]:
        """(table, key, row or None) for every row that differs from the base, in a fixed order."""
        for name in sorted(self._overlay):
            base_rows = self._base.rows[name]
            for key in sorted(self._overlay[name], key=str):
                row = self._overlay[name][key]
                if row != base_rows.get(key):
                    yield name, key, row

    def digest(self) -> str:
        """SHA-256 over what differs from the base; equal for equal worlds whatever road led there."""
        hasher = sha256()
        for name, key, row in self.changed():
            hasher.update(msgspec.json.encode((name, key, None if row is None else msgspec.to_builtins(row))))
        return hasher.hexdigest()
