"""Counts of a run's episodes and of the faults in them, kept while they are recorded: its figures are read off these,
however many episodes it has.

They are no longer than the run has tasks and kinds of outcome, and always those of the rows: they are written in the
same transaction, as whole numbers, and so do not depend on the order in which episodes end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

PARTS = 10
"""Into how many parts, by ordinal, a run is divided to show its course."""

_EPISODES = ("scenario", "plan", "epsilon", "outcome", "stage", "label", "family", "locale", "level")
_EPISODE_SUMS = ("n", "succeeded", "quality_milli", "harm_fen", "unconsented_fen", "calls", "virtual_ms")
_FAULTS = ("plan", "fault", "phase", "reaction", "said_class", "said_rung")
_FAULT_SUMS = ("fired", "resolved", "finished", "harm", "extra_calls", "extra_ms", "extra_fen")


def _names(names: Iterable[str], mark: str = "") -> str:
    return ", ".join(mark + name for name in names)


def _added(names: Iterable[str]) -> str:
    return ", ".join(f"{name} = {name} + excluded.{name}" for name in names)


# The WHERE is needed: without one SQLite takes ON CONFLICT for a part of a join.
_COUNT_EPISODE = (
    f"INSERT INTO counts (run, part, first, {_names(_EPISODES + _EPISODE_SUMS)})"  # noqa: S608 - names of ours
    f" SELECT run, min(:ordinal * {PARTS} / max(planned, 1), {PARTS - 1}), :ordinal,"
    f" {_names(_EPISODES + _EPISODE_SUMS, ':')} FROM runs WHERE run = :run"
    f" ON CONFLICT DO UPDATE SET first = min(first, excluded.first), {_added(_EPISODE_SUMS)}"
)
_COUNT_FAULT = (
    f"INSERT INTO fault_counts (run, {_names(_FAULTS + _FAULT_SUMS)})"  # noqa: S608 - names of ours
    f" VALUES (:run, {_names(_FAULTS + _FAULT_SUMS, ':')})"
    f" ON CONFLICT DO UPDATE SET {_added(_FAULT_SUMS)}"
)


def count(db: sqlite3.Connection, run: str, episodes: Iterable[Mapping[str, Any]]) -> None:
    """Count episodes of a run, given as rows of its table, in the transaction that records them."""
    db.executemany(
        _COUNT_EPISODE,
        [
            {**row, "run": run, "n": 1, "succeeded": row["success"], "quality_milli": round(row["quality"] * 1000)}
            for row in episodes
        ],
    )


def count_faults(db: sqlite3.Connection, run: str, faults: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Count faults of a run, each as the episode's plan and its row, in the transaction that records them."""
    db.executemany(_COUNT_FAULT, [{**row, "run": run, "plan": plan, "fired": 1} for plan, row in faults])
