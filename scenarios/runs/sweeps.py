"""Sweeps in the store: several runs that were asked for as one, with a name, a manifest and a digest of their own.

A cell of a sweep is a run like any other. It is made when its turn comes, so that a cell that is not there has not been
begun, or was taken out; what is finished, and the digest, are read off the cells.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Literal

import msgspec

from mock_services.errors import UsageError
from scenarios.runs import lock
from scenarios.runs.manifest import SweepManifest, read_sweep_manifest
from scenarios.runs.naming import did_you_mean
from scenarios.runs.schema import StoreError
from scenarios.runs.store import NOW, RunRow, Store

_NAME = re.compile(r"w\d+\Z", re.ASCII)
_SWEEPS = (
    f"SELECT sweeps.*, {NOW} - max(heartbeat_at, coalesce("  # noqa: S608 - fixed text
    "(SELECT max(heartbeat_at) FROM runs WHERE runs.sweep = sweeps.sweep), 0)) AS age FROM sweeps"
)


class SweepRow(msgspec.Struct, frozen=True):
    """A sweep as it is listed. ``runs`` are the cells that were begun, in order; ``cells`` how many there are in all.

    ``digest`` is the SHA-256 over those of its cells, in order, and empty until all of them are finished.
    """

    sweep: str
    created_at: str
    manifest: str
    cells: int
    planned: int
    done: int
    succeeded: int
    state: Literal["running", "finished", "stopped"]
    live: bool
    runs: tuple[str, ...]
    digest: str
    wall_s: float

    def read(self) -> SweepManifest:
        """Its manifest."""
        return read_sweep_manifest(self.manifest)


def is_sweep(name: str) -> bool:
    """Whether a name is one of a sweep, whether or not it is there."""
    return _NAME.match(name) is not None


def start(store: Store, manifest: SweepManifest, planned: int) -> str:
    """Open a new sweep of so many episodes for this process and return its name."""
    with store.transaction():
        number = int(store.groups("SELECT coalesce(max(number), 0) + 1 AS n FROM sweeps")[0]["n"])
        name = f"w{number:04d}"
        store.insert(
            "sweeps",
            {
                "sweep": name,
                "number": number,
                "manifest": manifest.encode(),
                "cells": len(manifest.cells),
                "planned": planned,
                "owner": lock.this_process(),
            },
        )
        _beat(store, name)
    return name


def claim(store: Store, name: str) -> None:
    """Open a sweep for this process, to go on with it.

    Raises:
        StoreError: another process has it open.
        UsageError: there is no such sweep.
    """
    sweep(store, name)
    with store.transaction():
        row = store.groups(f"{_SWEEPS} WHERE sweep = ?", name)[0]
        if lock.is_alive(row["owner"], row["age"]):
            raise StoreError(
                f"sweep {name} is open in process {lock.pid_of(row['owner'])}",
                where=str(store.path),
                fix="wait for it, or stop that process first",
            )
        store.db.execute("UPDATE sweeps SET owner = ? WHERE sweep = ?", (lock.this_process(), name))
        _beat(store, name)


def leave(store: Store, name: str) -> None:
    """Close a sweep, finished or not. A store that takes no more writes is no obstacle: the lock dies with us."""
    with suppress(StoreError), store.transaction():
        store.db.execute("UPDATE sweeps SET owner = '' WHERE sweep = ?", (name,))


def _beat(store: Store, name: str) -> None:
    store.db.execute(f"UPDATE sweeps SET heartbeat_at = {NOW} WHERE sweep = ?", (name,))  # noqa: S608 - fixed text


def sweeps(store: Store) -> list[SweepRow]:
    """All sweeps, newest first."""
    return [_row(store, row) for row in store.groups(f"{_SWEEPS} ORDER BY number DESC")]


def sweep(store: Store, name: str) -> SweepRow:
    """One sweep.

    Raises:
        UsageError: there is none of this name; the near ones are named.
    """
    for row in store.groups(f"{_SWEEPS} WHERE sweep = ?", name):
        return _row(store, row)
    known = [row["sweep"] for row in store.groups("SELECT sweep FROM sweeps ORDER BY number DESC LIMIT 200")]
    raise UsageError(f"there is no sweep {name!r}", fix=did_you_mean(name, known, "see `banshi runs sweeps`"))


def unfinished(store: Store, manifest: SweepManifest) -> SweepRow | None:
    """The newest unfinished sweep with this manifest that no process is working on."""
    found = store.groups(f"{_SWEEPS} WHERE manifest = ? ORDER BY number DESC", manifest.encode())
    rows = (_row(store, row) for row in found)
    return next((row for row in rows if row.state == "stopped"), None)


def runs_of(store: Store, name: str) -> list[RunRow]:
    """The runs that a name means: one of that id, or the cells of a sweep that were begun, in order.

    Raises:
        UsageError: there is no such run or sweep, or none of the sweep's cells was begun.
    """
    if not is_sweep(name):
        return [store.run(name)]
    found = sweep(store, name)
    if not found.runs:
        raise UsageError(f"nothing of sweep {name} has been run yet", fix=f"banshi run --resume {name}")
    return [store.run(run) for run in found.runs]


def all_runs_of(store: Store, names: Iterable[str]) -> list[RunRow]:
    """The runs that several names mean, each once.

    Raises:
        UsageError: as :func:`runs_of`.
    """
    return list({row.run: row for name in names for row in runs_of(store, name)}.values())


def sweep_digest(digests: Sequence[str]) -> str:
    """SHA-256 over the digests of a sweep's cells, one a line, in order."""
    return sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def _row(store: Store, row: sqlite3.Row) -> SweepRow:
    cells = store.groups(
        "SELECT run, state, done, succeeded, digest, wall_s FROM runs WHERE sweep = ? ORDER BY cell", row["sweep"]
    )
    whole = len(cells) == row["cells"] and all(cell["state"] == "finished" for cell in cells)
    live = lock.is_alive(row["owner"], row["age"])
    return SweepRow(
        row["sweep"],
        row["created_at"],
        row["manifest"],
        row["cells"],
        row["planned"],
        sum(cell["done"] for cell in cells),
        sum(cell["succeeded"] for cell in cells),
        "finished" if whole else "running" if live else "stopped",
        live,
        tuple(cell["run"] for cell in cells),
        sweep_digest([cell["digest"] for cell in cells]) if whole else "",
        round(sum(cell["wall_s"] for cell in cells), 3),
    )
