"""Runs as a table: what came of each scenario under each agent, fault plan, language …, counted in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from scenarios.chance import rate_of
from scenarios.results import OUTCOMES, SUCCESS, severity
from scenarios.runs.store import EpisodeRow, RunRow, Store


class Cell(msgspec.Struct, frozen=True):
    """What is in a cell: how many episodes of each outcome there are."""

    outcomes: dict[str, int]

    @property
    def n(self) -> int:
        """Its episodes."""
        return sum(self.outcomes.values())

    @property
    def share(self) -> float:
        """The part of them that succeeded."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in SUCCESS) / self.n

    @property
    def worst(self) -> str:
        """The worst outcome in it."""
        return max(self.outcomes, key=severity)


class Matrix(msgspec.Struct, frozen=True):
    """Names of rows and columns, and the cells that are not empty by (row, column)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[int, int], Cell]


class _Axis(msgspec.Struct, frozen=True):
    """What an episode is sorted by: a column of the store, and what its value is called in a run; the key of its order.

    With ``of_run`` it is the same for all episodes of a run.
    """

    column: str
    name: Callable[[RunRow, Any], str]
    order: Callable[[str], Any] = str


def _level(_: RunRow, value: int) -> str:
    return f"level {value}" if value else "no level"


def _rate(_: RunRow, plan: str) -> str:
    rate = 0.0 if plan == "clean" else rate_of(plan)
    return "written plans" if rate is None else f"λ {rate:g}"


def _clean_first(plan: str) -> tuple[bool, str]:
    return plan != "clean", plan


def _column(_: RunRow, value: Any) -> str:
    return str(value)


AXES: dict[str, _Axis] = {
    "agent": _Axis("''", lambda run, _: run.agent),
    "run": _Axis("''", lambda run, _: run.run),
    "fallback policy": _Axis("''", lambda run, _: str(run.options.get("fallback", "none"))),
    "fault plan": _Axis("plan", _column, _clean_first),
    "fault rate": _Axis("plan", _rate),
    "disorder": _Axis("epsilon", lambda _, value: f"ε {value}"),
    "language": _Axis("locale", _column),
    "level": _Axis("level", _level),
    "family": _Axis("family", _column),
    "scenario": _Axis("scenario", _column),
}
"""What rows and columns can be."""


def matrix(store: Store, runs: Sequence[RunRow], down: str, across: str) -> Matrix:
    """The episodes of these runs by two of :data:`AXES`. Agents, runs and policies keep the order of ``runs``.

    Raises:
        StoreError: the store cannot be read.
    """
    lines, heads = AXES[down], AXES[across]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for run in runs:
        for row in store.groups(
            f"SELECT {lines.column} AS down, {heads.column} AS across, outcome, sum(n) AS n"  # noqa: S608 - names of ours
            " FROM counts WHERE run = ? GROUP BY 1, 2, 3",
            run.run,
        ):
            cell = found.setdefault((lines.name(run, row["down"]), heads.name(run, row["across"])), {})
            cell[row["outcome"]] = cell.get(row["outcome"], 0) + row["n"]
    rows = _ordered(lines, [row for row, _ in found])
    columns = _ordered(heads, [column for _, column in found])
    row_at, column_at = ({name: n for n, name in enumerate(names)} for names in (rows, columns))
    cells = {
        (row_at[row], column_at[column]): Cell({name: counts[name] for name in OUTCOMES if name in counts})
        for (row, column), counts in found.items()
    }
    return Matrix(rows, columns, cells)


def episodes_in(
    store: Store, runs: Sequence[RunRow], down: tuple[str, str], across: tuple[str, str], *, most: int
) -> list[EpisodeRow]:
    """The episodes in a cell, given as (axis, name) twice: failures first, so many at most.

    Raises:
        StoreError: the store cannot be read.
    """
    found: list[EpisodeRow] = []
    for run in runs:
        wheres, args = ["run = ?"], [run.run]
        for axis, name in (down, across):
            column = AXES[axis].column
            values = [
                row["value"]
                for row in store.groups(f"SELECT DISTINCT {column} AS value FROM counts WHERE run = ?", run.run)  # noqa: S608 - names of ours
                if AXES[axis].name(run, row["value"]) == name
            ]
            wheres.append(f"{column} IN ({', '.join('?' * len(values))})")
            args += values
        sql = f"SELECT * FROM episodes WHERE {' AND '.join(wheres)} ORDER BY success, ordinal LIMIT ?"  # noqa: S608 - names of ours
        found += [msgspec.convert(dict(row), EpisodeRow, strict=False) for row in store.groups(sql, *args, most)]
    return sorted(found, key=lambda row: -severity(row.outcome))[:most]


def _ordered(axis: _Axis, names: Sequence[str]) -> tuple[str, ...]:
    unique = dict.fromkeys(names)
    return tuple(unique) if axis.column == "''" else tuple(sorted(unique, key=axis.order))
