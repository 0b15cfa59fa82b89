"""The tables of the store, how an older store becomes a newer one, and what is said when SQLite cannot go on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mock_services.errors import BanshiError

APPLICATION_ID = 0x62616E73
"""``bans`` in the file's header: tells a store from somebody else's database."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE runs (
        run           TEXT PRIMARY KEY,
        number        INTEGER NOT NULL UNIQUE,
        created_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
        suite         TEXT NOT NULL,
        suite_hash    TEXT NOT NULL,
        agent         TEXT NOT NULL,
        options       TEXT NOT NULL,
        seed          INTEGER NOT NULL,
        manifest      TEXT NOT NULL,
        state         TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
        planned       INTEGER NOT NULL,
        done          INTEGER NOT NULL DEFAULT 0,
        succeeded     INTEGER NOT NULL DEFAULT 0,
        owner         TEXT NOT NULL DEFAULT '',
        heartbeat_at  INTEGER NOT NULL DEFAULT 0,
        digest        TEXT NOT NULL DEFAULT '',
        wall_s        REAL NOT NULL DEFAULT 0
    );
    CREATE INDEX runs_by_manifest ON runs (manifest);

    CREATE TABLE episodes (
        run             TEXT NOT NULL REFERENCES runs (run),
        ordinal         INTEGER NOT NULL,
        scenario        TEXT NOT NULL,
        family          TEXT NOT NULL,
        locale          TEXT NOT NULL,
        plan            TEXT NOT NULL,
        agent           TEXT NOT NULL,
        seed            INTEGER NOT NULL,
        outcome         TEXT NOT NULL,
        success         INTEGER NOT NULL,
        expected        TEXT NOT NULL,
        label           TEXT NOT NULL,
        terminated      INTEGER NOT NULL,
        truncated       INTEGER NOT NULL,
        error           TEXT NOT NULL,
        calls           INTEGER NOT NULL,
        asks            INTEGER NOT NULL,
        spent_fen       INTEGER NOT NULL,
        harm_fen        INTEGER NOT NULL,
        unconsented_fen INTEGER NOT NULL,
        virtual_ms      INTEGER NOT NULL,
        digest          TEXT NOT NULL,
        PRIMARY KEY (run, ordinal)
    ) WITHOUT ROWID;
    CREATE INDEX episodes_by_outcome ON episodes (run, family, outcome, success, harm_fen, unconsented_fen);
    CREATE INDEX episodes_by_scenario ON episodes (scenario, plan);

    CREATE TABLE fallback (
        run         TEXT NOT NULL,
        ordinal     INTEGER NOT NULL,
        n           INTEGER NOT NULL,
        fault       TEXT NOT NULL,
        phase       TEXT NOT NULL,
        tool        TEXT NOT NULL,
        step        INTEGER NOT NULL,
        reaction    TEXT NOT NULL,
        resolved    INTEGER NOT NULL,
        finished    INTEGER NOT NULL,
        harm        INTEGER NOT NULL,
        extra_calls INTEGER NOT NULL,
        extra_ms    INTEGER NOT NULL,
        extra_fen   INTEGER NOT NULL,
        PRIMARY KEY (run, ordinal, n),
        FOREIGN KEY (run, ordinal) REFERENCES episodes (run, ordinal)
    ) WITHOUT ROWID;

    -- apart from the episodes, so that listing them reads no trace
    CREATE TABLE traces (
        run      TEXT NOT NULL,
        ordinal  INTEGER NOT NULL,
        findings TEXT NOT NULL,
        trace    BLOB,
        PRIMARY KEY (run, ordinal),
        FOREIGN KEY (run, ordinal) REFERENCES episodes (run, ordinal)
    );
    """,
    """
    ALTER TABLE episodes ADD COLUMN epsilon INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE episodes ADD COLUMN quality REAL NOT NULL DEFAULT 0;
    ALTER TABLE episodes ADD COLUMN stage TEXT NOT NULL DEFAULT '';
    ALTER TABLE episodes ADD COLUMN orphaned_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE episodes ADD COLUMN disclosures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN quality_milli INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN spent_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN virtual_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN harm_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN unconsented_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN orphaned_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN disclosures INTEGER NOT NULL DEFAULT 0;
    -- of a run from before, what its episodes know; quality, stages and orphaned money were not graded then
    UPDATE runs SET (spent_fen, asks, virtual_ms, harm_fen, unconsented_fen) = (
        SELECT coalesce(sum(spent_fen), 0), coalesce(sum(asks), 0), coalesce(sum(virtual_ms), 0),
            coalesce(sum(harm_fen), 0), coalesce(sum(unconsented_fen), 0)
        FROM episodes WHERE episodes.run = runs.run
    );
    """,
    """
    ALTER TABLE episodes ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE episodes ADD COLUMN cost_micros INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN cost_micros INTEGER NOT NULL DEFAULT 0;
    """,
    """
    ALTER TABLE fallback ADD COLUMN said_class TEXT NOT NULL DEFAULT '';
    ALTER TABLE fallback ADD COLUMN said_rung TEXT NOT NULL DEFAULT '';
    """,
    """
    -- several runs that were asked for as one; each of them is a cell of it, counted from 0 in its manifest's order
    CREATE TABLE sweeps (
        sweep         TEXT PRIMARY KEY,
        number        INTEGER NOT NULL UNIQUE,
        created_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
        manifest      TEXT NOT NULL,
        cells         INTEGER NOT NULL,
        planned       INTEGER NOT NULL,
        owner         TEXT NOT NULL DEFAULT '',
        heartbeat_at  INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX sweeps_by_manifest ON sweeps (manifest);
    ALTER TABLE runs ADD COLUMN sweep TEXT REFERENCES sweeps (sweep);
    ALTER TABLE runs ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;
    CREATE UNIQUE INDEX runs_by_sweep ON runs (sweep, cell) WHERE sweep IS NOT NULL;

    CREATE TABLE tags (
        run  TEXT NOT NULL REFERENCES runs (run),
        tag  TEXT NOT NULL,
        PRIMARY KEY (run, tag)
    ) WITHOUT ROWID;
    CREATE INDEX tags_by_tag ON tags (tag, run);
    """,
    """
    -- how many episodes of a task ended how; part is the tenth of the run, by ordinal, and first the lowest ordinal
    CREATE TABLE counts (
        run             TEXT NOT NULL REFERENCES runs (run),
        part            INTEGER NOT NULL,
        scenario        TEXT NOT NULL,
        plan            TEXT NOT NULL,
        epsilon         INTEGER NOT NULL,
        outcome         TEXT NOT NULL,
        stage           TEXT NOT NULL,
        label           TEXT NOT NULL,
        family          TEXT NOT NULL,
        locale          TEXT NOT NULL,
        level           INTEGER NOT NULL,
        first           INTEGER NOT NULL,
        n               INTEGER NOT NULL,
        succeeded       INTEGER NOT NULL,
        quality_milli   INTEGER NOT NULL,
        harm_fen        INTEGER NOT NULL,
        unconsented_fen INTEGER NOT NULL,
        calls           INTEGER NOT NULL,
        virtual_ms      INTEGER NOT NULL,
        PRIMARY KEY (run, part, scenario, plan, epsilon, outcome, stage, label, family, locale, level)
    ) WITHOUT ROWID;
    INSERT INTO counts
        SELECT e.run, min(e.ordinal * 10 / max(r.planned, 1), 9) AS part, scenario, plan, epsilon, outcome, stage,
            label, family, locale, level, min(e.ordinal), count(*), sum(success),
            sum(CAST(round(quality * 1000) AS INTEGER)), sum(e.harm_fen), sum(e.unconsented_fen), sum(calls),
            sum(e.virtual_ms)
        FROM episodes AS e JOIN runs AS r ON r.run = e.run
        GROUP BY e.run, part, scenario, plan, epsilon, outcome, stage, label, family, locale, level;

    -- how many faults of a kind met which reaction
    CREATE TABLE fault_counts (
        run         TEXT NOT NULL REFERENCES runs (run),
        plan        TEXT NOT NULL,
        fault       TEXT NOT NULL,
        phase       TEXT NOT NULL,
        reaction    TEXT NOT NULL,
        said_class  TEXT NOT NULL,
        said_rung   TEXT NOT NULL,
        fired       INTEGER NOT NULL,
        resolved    INTEGER NOT NULL,
        finished    INTEGER NOT NULL,
        harm        INTEGER NOT NULL,
        extra_calls INTEGER NOT NULL,
        extra_ms    INTEGER NOT NULL,
        extra_fen   INTEGER NOT NULL,
        PRIMARY KEY (run, plan, fault, phase, reaction, said_class, said_rung)
    ) WITHOUT ROWID;
    INSERT INTO fault_counts
        SELECT run, plan, fault, phase, reaction, said_class, said_rung, count(*), sum(resolved), sum(finished),
            sum(harm), sum(extra_calls), sum(extra_ms), sum(extra_fen)
        FROM fallback JOIN episodes USING (run, ordinal)
        GROUP BY run, plan, fault, phase, reaction, said_class, said_rung;
    """,
)
"""The n-th script turns a store of version n into one of version n + 1; a script that was released never changes."""

VERSION = len(MIGRATIONS)


class StoreError(BanshiError):
    """The store cannot be used, or not by us now. ``fix`` says what to do; what was recorded is untouched."""

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(": ".join(p for p in (where, what) if p) + (f" – {fix}" if fix else ""))


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring an older store forward, one transaction per version.

    Raises:
        StoreError: the file is another program's database, or from a newer banshi.
    """
    version = check_version(db, path)
    if version == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have done it while this process waited for the lock.
        for script in MIGRATIONS[check_version(db, path) :]:
            for statement in script.split(";\n"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def check_version(db: sqlite3.Connection, path: Path) -> int:
    """The store's version; 0 for an empty file.

    Raises:
        StoreError: as :func:`prepare`.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    application = int(db.execute("PRAGMA application_id").fetchone()[0])
    tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if tables and application != APPLICATION_ID:
        raise StoreError("is not a banshi store", where=str(path), fix="name another file with --store or BANSHI_HOME")
    if version > VERSION:
        raise StoreError(
            f"was written by a newer banshi (store version {version}, this one reads {VERSION})",
            where=str(path),
            fix="update banshi, or name another file with --store",
        )
    return version


_SYMPTOMS: tuple[tuple[str, str, str], ...] = (
    ("disk is full", "the disk is full", "make room and run the same command again; what was recorded is kept"),
    ("readonly", "cannot be written to", "make it writable, or name another file with --store or BANSHI_HOME"),
    ("unable to open", "cannot be opened", "check the folder's rights, or name another file with --store"),
    ("locked", "another process keeps it locked", "wait for it to end, then try again"),
    ("not a database", "is not a SQLite database", "move it away, or name another file with --store"),
    ("malformed", "is damaged", "move it away; `sqlite3 FILE .recover` may read what is left"),
    ("disk I/O error", "the disk reports an error", "check the disk; what was recorded before is kept"),
    ("no such table", "is damaged: a table is missing", "move it away, or name another file with --store"),
)


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a :class:`StoreError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        for symptom, what, fix in _SYMPTOMS:
            if symptom in text:
                raise StoreError(what, where=str(path), fix=fix) from error
        raise StoreError(f"SQLite says: {text}", where=str(path)) from error
