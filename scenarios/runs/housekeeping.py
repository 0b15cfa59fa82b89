"""Keeping a store small: whole runs, or the traces of episodes, taken out of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from mock_services.errors import UsageError
from scenarios.runs.schema import plainly
from scenarios.runs.store import RunRow, Store
from scenarios.runs.sweeps import SweepRow, sweep

Whose = Literal["all", "successes"]
TABLES = ("tags", "traces", "fallback", "fault_counts", "counts", "episodes", "runs")
"""Those that hold something of a run, the ones that refer to others first."""


class Freed(msgspec.Struct, frozen=True):
    """What tidying up took out, and the size of the file before and after, in bytes."""

    runs: tuple[str, ...]
    traces: int
    before: int
    after: int


def remove(store: Store, run: str) -> RunRow:
    """Take a run out with everything that was recorded of it; returns what it was.

    Raises:
        UsageError: there is no such run, or a process is working on it.
        StoreError: the store cannot be written to.
    """
    row = store.run(run)
    if row.live:
        raise UsageError(f"run {run} is being worked on", fix="stop it first")
    with store.transaction():
        forget(store, run)
        if row.sweep:
            rest = sweep(store, row.sweep)
            if not rest.runs and not rest.live:
                store.db.execute("DELETE FROM sweeps WHERE sweep = ?", (row.sweep,))
    return row


def remove_sweep(store: Store, name: str) -> SweepRow:
    """Take a sweep out with all of its runs; returns what it was.

    Raises:
        UsageError: there is no such sweep, or a process is working on it.
        StoreError: the store cannot be written to.
    """
    row = sweep(store, name)
    if row.live or any(store.run(run).live for run in row.runs):
        raise UsageError(f"sweep {name} is being worked on", fix="stop it first")
    with store.transaction():
        for run in row.runs:
            forget(store, run)
        store.db.execute("DELETE FROM sweeps WHERE sweep = ?", (name,))
    return row


def forget(store: Store, run: str) -> None:
    """Delete every row of a run, inside a transaction."""
    for table in TABLES:
        store.db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 - names of ours


def drop_traces(store: Store, run: str, whose: Whose) -> int:
    """Forget traces of a run's episodes; rows, findings and digests stay. Returns how many there were.

    Raises:
        UsageError: there is no such run, or a process is working on it.
        StoreError: the store cannot be written to.
    """
    if store.run(run).live:
        raise UsageError(f"run {run} is being worked on", fix="wait for it, or stop it first")
    of = "" if whose == "all" else " AND ordinal IN (SELECT ordinal FROM episodes WHERE run = :run AND success = 1)"
    with store.transaction():
        done = store.db.execute(
            f"UPDATE traces SET trace = NULL WHERE run = :run AND trace IS NOT NULL{of}",  # noqa: S608 - texts of ours
            {"run": run},
        )
    return done.rowcount


def tidy(store: Store, *, unfinished: bool, traces: Whose | None) -> Freed:
    """Take out what is not wanted of every run that nobody works on, and give the room back to the disk.

    Args:
        store: Open for writing.
        unfinished: Runs that were stopped, or whose process died.
        traces: Whose traces are forgotten; None keeps them all.

    Raises:
        StoreError: the store cannot be written to, or the disk has no room for the copy that SQLite makes.
    """
    with plainly(store.path):
        # What is still in the log is part of the store.
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = store.path.stat().st_size
    idle = [row for row in store.runs() if not row.live]
    gone = [remove(store, row.run).run for row in idle if unfinished and row.state != "finished"]
    dropped = sum(drop_traces(store, row.run, traces) for row in idle if traces and row.run not in gone)
    with plainly(store.path):
        store.db.execute("VACUUM")
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Freed(tuple(gone), dropped, before, store.path.stat().st_size)
