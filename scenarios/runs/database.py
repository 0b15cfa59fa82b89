"""The store's file: where it is, how it is opened, and what is written to it whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from mock_services.errors import UsageError
from scenarios.runs.schema import VERSION, StoreError, check_version, plainly, prepare

BUSY_MS = 10_000


def default_path() -> Path:
    """``$BANSHI_HOME/banshi.db``, or ``banshi.db`` in the user's data folder."""
    home = os.environ.get("BANSHI_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("banshi", appauthor=False)
    return Path(home).expanduser() / "banshi.db"


class Database:
    """An open file. ``write`` makes it and its tables if need be; readers change nothing."""

    def __init__(self, path: Path | None = None, *, write: bool = False) -> None:
        """Open a store.

        Raises:
            StoreError: the file or its folder cannot be used, is damaged, or is of a newer version.
            UsageError: there is nothing to read yet.
        """
        self.path = path or default_path()
        if write:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"cannot make the folder: {error.strerror}",
                    where=str(self.path.parent),
                    fix="name another one with BANSHI_HOME, or a file with --store",
                ) from error
        elif not self.path.is_file():
            raise UsageError(f"nothing is recorded in {self.path} yet", fix="banshi run core")
        with plainly(self.path):
            self.db = _connect(self.path, write)
        try:
            with plainly(self.path):
                if write:
                    # Before anything is set: another program's database is left as it is.
                    check_version(self.db, self.path)
                    self.db.execute("PRAGMA journal_mode = WAL")
                    self.db.execute("PRAGMA synchronous = NORMAL")
                    self.db.execute("PRAGMA foreign_keys = ON")
                    prepare(self.db, self.path)
                elif (version := check_version(self.db, self.path)) == 0:
                    raise UsageError(f"nothing is recorded in {self.path} yet", fix="banshi run core")
                elif version < VERSION:
                    self._bring_forward()
        except BaseException:
            self.db.close()
            raise

    def _bring_forward(self) -> None:
        """Turn an older store into one of today before it is read."""
        self.db.close()
        db = _connect(self.path, True)
        try:
            prepare(db, self.path)
        finally:
            db.close()
        self.db = _connect(self.path, False)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or none of it.

        Raises:
            StoreError: SQLite takes it not; nothing was written.
        """
        with plainly(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors, a full disk among them.
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def insert(self, table: str, *rows: dict[str, Any]) -> None:
        """Write rows, all of which have the columns of the first."""
        if rows:
            names = list(rows[0])
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"  # noqa: S608 - names of ours
            self.db.executemany(sql, rows)

    def check(self) -> str:
        """What SQLite finds wrong with the file; empty if nothing is."""
        found = self.groups("PRAGMA quick_check(1)")[0][0]
        return "" if found == "ok" else str(found)

    def groups(self, sql: str, *args: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with plainly(self.path):
            return self.db.execute(sql, args).fetchall()

    def stream(self, sql: str, *args: Any) -> Iterator[sqlite3.Row]:
        """Rows one after the other, however many there are."""
        with plainly(self.path):
            yield from self.db.execute(sql, args)


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    if write:
        db = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
    else:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            if "locked" in str(error):
                raise
            # In a folder that cannot be written to, WAL's shared memory cannot be made. Without a log that holds
            # something, the file alone is the whole store.
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise
            db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    db.row_factory = sqlite3.Row
    return db
