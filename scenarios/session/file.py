"""A session's file: what is played, what was asked of the world, what the person said, and how it ended.

It is SQLite, and LangGraph's own checkpoints are in it too. What is written is there after the process is killed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from agent.durable import Entry, NotWritten
from mock_services.errors import UsageError
from scenarios.results import EpisodeResult
from scenarios.runs import lock
from scenarios.runs.manifest import Manifest, read_manifest
from scenarios.runs.schema import StoreError, plainly

FORMAT = "banshi-session-1"

_TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
    errand TEXT NOT NULL, position INTEGER NOT NULL, asked BLOB NOT NULL, said BLOB NOT NULL,
    PRIMARY KEY (errand, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (number INTEGER PRIMARY KEY, question BLOB NOT NULL, reply BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ended (result BLOB NOT NULL);
"""


def glance(path: Path) -> tuple[dict[str, str], bool]:
    """What a session's file says about itself, and whether it has ended; another process may have it open.

    Raises:
        StoreError: it is no session.
    """
    with plainly(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        about = dict(db.execute("SELECT name, value FROM about").fetchall())
        ended = db.execute("SELECT count(*) FROM ended").fetchone()[0]
    return about, bool(ended)


class SessionFile:
    """An open session file, claimed by this process."""

    def __init__(self, path: Path, manifest: Manifest | None = None) -> None:
        """Make the file for a manifest, or open the one that is there.

        Raises:
            UsageError: there is none, or it holds something else.
            StoreError: it cannot be used, or another process has it open.
        """
        if manifest is None and not path.is_file():
            raise UsageError(f"there is no session {path.stem!r}", fix="see `banshi live --list`")
        self.path = path
        with plainly(path):
            # Nodes of the graph run in a thread of LangGraph's, one at a time.
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            with plainly(path):
                if manifest is not None:
                    self.db.execute("PRAGMA journal_mode = WAL")
                    self.db.executescript(_TABLES)
                    self._say(format=FORMAT, manifest=manifest.encode())
                try:
                    about = dict(self.db.execute("SELECT name, value FROM about").fetchall())
                except sqlite3.OperationalError:
                    about = {}
            if about.get("format") != FORMAT:
                raise UsageError(f"{path.name} holds no session", fix="see `banshi live --list`")
            self.manifest = read_manifest(about["manifest"])
            self._claim()
        except BaseException:
            self.db.close()
            raise

    def _claim(self) -> None:
        with plainly(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            owner = self._said("owner")
            # A session has no heartbeat: of a process on another machine nothing is known, and it counts as gone.
            taken = owner not in ("", lock.this_process()) and lock.is_alive(owner, lock.AWAY_AFTER_S)
            if not taken:
                self._say(owner=lock.this_process())
            self.db.execute("COMMIT")
        if taken:
            raise StoreError(
                f"session {self.path.stem} is open in process {lock.pid_of(owner)}",
                where=str(self.path),
                fix="go on there, or stop that process first",
            )

    def close(self) -> None:
        """Give the session free."""
        with plainly(self.path):
            self._say(owner="")
        self.db.close()

    # --- what is written ---------------------------------------------------------------------------------------

    def journal(self, errand: str) -> ErrandJournal:
        """What was asked of the world in an errand, by its episode id."""
        return ErrandJournal(self.db, errand)

    def answers(self) -> list[tuple[bytes, bytes]]:
        """Every question that was answered, and its answer, in order."""
        with plainly(self.path):
            return list(self.db.execute("SELECT question, reply FROM answers ORDER BY number"))

    def write_answer(self, number: int, question: bytes, reply: bytes) -> None:
        """Write down what the person said to the question of that number, from 0 on."""
        with plainly(self.path):
            self.db.execute("INSERT INTO answers VALUES (?, ?, ?)", (number, question, reply))

    def say(self, **values: str) -> None:
        """Keep something about the session."""
        with plainly(self.path):
            self._say(**values)

    def said(self, name: str) -> str:
        """What is kept under a name; empty if nothing is."""
        with plainly(self.path):
            return self._said(name)

    def _said(self, name: str) -> str:
        row = self.db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _say(self, **values: str) -> None:
        self.db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", list(values.items()))

    def end(self, result: EpisodeResult) -> None:
        """Write down how it ended."""
        with plainly(self.path):
            self.db.execute("INSERT INTO ended VALUES (?)", (msgspec.msgpack.encode(result),))

    def result(self) -> EpisodeResult | None:
        """How it ended; None if it has not."""
        with plainly(self.path):
            row = self.db.execute("SELECT result FROM ended").fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=EpisodeResult)


class ErrandJournal:
    """The journal of one errand; see :class:`agent.durable.Journal`."""

    def __init__(self, db: sqlite3.Connection, errand: str) -> None:
        self._db, self._errand = db, errand
        rows = db.execute("SELECT asked, said FROM entries WHERE errand = ? ORDER BY position", (errand,))
        self._entries = [Entry(*row) for row in rows]

    def entry(self, position: int) -> Entry | None:
        """The entry at a position; None if nothing was asked there yet."""
        return self._entries[position] if position < len(self._entries) else None

    def write(self, position: int, entry: Entry) -> None:
        """Write an entry down.

        Raises:
            NotWritten: the file takes no more.
        """
        row: tuple[Any, ...] = (self._errand, position, entry.asked, entry.said)
        try:
            self._db.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise NotWritten(str(error)) from error
        self._entries.append(entry)
