"""Two runs episode by episode: what got better, what got worse, by how much, and whether that could be chance."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern
from typing import NamedTuple

import msgspec

from mock_services.errors import UsageError
from scenarios.results import episode_id
from scenarios.runs.manifest import read_manifest
from scenarios.runs.naming import did_you_mean
from scenarios.runs.store import RunRow, Store
from scenarios.runs.sweeps import is_sweep, runs_of
from scenarios.stats.intervals import Interval, cluster_bootstrap
from scenarios.stats.paired import Comparison, compare

MEASURES: dict[str, str] = {
    "success": "success",
    "harmful": "outcome = 'failed_harmful'",
    "quality": "quality",
    "harm": "harm_fen / 100.0",
    "unconsented": "unconsented_fen / 100.0",
    "spent": "spent_fen / 100.0",
    "asks": "asks",
    "calls": "calls",
    "minutes": "virtual_ms / 60000.0",
    "cost": "cost_micros / 1000000.0",
}
"""What is compared, each per episode, with its SQL: rates, yuan, counts, virtual minutes."""

_SUCCESS = list(MEASURES).index("success")

_GATE = re.compile(r"\s*([a-z]+)\s*([<>])\s*([-+]?\d+(?:\.\d+)?)\s*(%?)\s*", re.ASCII)


class Flip(msgspec.Struct, frozen=True):
    """An episode that one of the two got right and the other did not. Ordinals are those in each run."""

    episode: str
    family: str
    ordinal_a: int
    ordinal_b: int
    outcome_a: str
    outcome_b: str
    label: str


class LeftOut(msgspec.Struct, frozen=True):
    """An episode that only one of the two has, with the reason."""

    episode: str
    run: str
    ordinal: int
    outcome: str
    why: str


class Measure(msgspec.Struct, frozen=True):
    """The mean of a measure in both runs; ``difference`` is B less A, with a bootstrap interval over scenarios."""

    name: str
    a: float
    b: float
    difference: Interval


class Compared(msgspec.Struct, frozen=True):
    """Run B beside run A on the episodes that both have. ``left_out`` are those that only one of them has."""

    a: str
    b: str
    left_out: int
    comparison: Comparison
    measures: tuple[Measure, ...]
    better: tuple[Flip, ...]
    worse: tuple[Flip, ...]


class Gate(msgspec.Struct, frozen=True):
    """A condition on the difference B less A, such as ``success<-0.02``."""

    text: str
    measure: str
    below: bool
    limit: float

    def fails(self, found: Compared) -> bool:
        """Whether the condition is met, and the comparison therefore fails."""
        value = next(one.difference.value for one in found.measures if one.name == self.measure)
        return value < self.limit if self.below else value > self.limit


def read_gate(text: str) -> Gate:
    """``success<-0.02``, ``harm > 0``, ``success<-2%``.

    Raises:
        UsageError: it has another form, or names no measure.
    """
    found = _GATE.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no condition", where="--fail-if", fix='e.g. --fail-if "success<-0.02"')
    name, sign, number, percent = found.groups()
    if name not in MEASURES:
        raise UsageError(
            f"there is no measure {name!r}",
            where="--fail-if",
            fix=did_you_mean(name, list(MEASURES), f"one of {', '.join(MEASURES)}"),
        )
    return Gate(text.strip(), name, sign == "<", float(number) / (100 if percent else 1))


def compare_runs(store: Store, a: str, b: str) -> Compared:
    """Compare run B with run A.

    Raises:
        UsageError: one of them is not there, or they cannot be compared; says why.
    """
    first, second = store.run(a), store.run(b)
    _comparable(first, second)
    rows_a, rows_b = _rows(store, a), _rows(store, b)
    shared = [key for key in rows_a if key in rows_b]
    if not shared:
        raise UsageError(f"{a} and {b} have no episode in common", fix="run both with the same seeds and fault plans")
    differing = [key for key in shared if rows_a[key].success != rows_b[key].success]
    return Compared(
        a,
        b,
        len(rows_a) + len(rows_b) - 2 * len(shared),
        compare(*({_pair(key): rows[key].success for key in shared} for rows in (rows_a, rows_b))),
        tuple(
            _measure(name, [(key[0], rows_a[key].measures[n], rows_b[key].measures[n]) for key in shared])
            for n, name in enumerate(MEASURES)
        ),
        tuple(_flip(key, rows_a[key], rows_b[key]) for key in differing if rows_b[key].success),
        tuple(_flip(key, rows_a[key], rows_b[key]) for key in differing if rows_a[key].success),
    )


def left_out(store: Store, a: str, b: str) -> tuple[LeftOut, ...]:
    """The episodes that have no counterpart, those of A first, in scenario order.

    Raises:
        UsageError: one of the runs is not there.
    """
    keys = {
        run: {
            (intern(row["scenario"]), intern(row["plan"]), row["epsilon"], row["seed"]): (
                row["ordinal"],
                row["outcome"],
            )
            for row in store.stream(
                "SELECT scenario, plan, epsilon, seed, ordinal, outcome FROM episodes WHERE run = ? ORDER BY ordinal",
                run,
            )
        }
        for run in (a, b)
    }
    found = []
    for run, other in ((a, b), (b, a)):
        row = store.run(other)
        incomplete = f"{other} has not come to it: {row.done} of {row.planned} episodes are there"
        why = incomplete if row.done < row.planned else f"{other} was run without it"
        found += [
            LeftOut(episode_id(*key), run, ordinal, outcome, why)
            for key, (ordinal, outcome) in keys[run].items()
            if key not in keys[other]
        ]
    return tuple(found)


def pairs_of(store: Store, a: str, b: str) -> list[tuple[str, str]]:
    """The pairs of runs that two names mean: of a run and a sweep the run with each cell, of two sweeps like with like.

    Cells are alike that were asked for alike: the same suite by name, agent, options, selection and draws, whatever
    the version.

    Raises:
        UsageError: one of them is not there, or two sweeps have no cell in common.
    """
    first, second = runs_of(store, a), runs_of(store, b)
    if not (is_sweep(a) and is_sweep(b)):
        return [(one.run, other.run) for one in first for other in second]
    likes = {_asked(other): other.run for other in second}
    found = [(one.run, likes[_asked(one)]) for one in first if _asked(one) in likes]
    if not found:
        raise UsageError(f"no cell of {a} was asked for as one of {b} was", fix="compare their runs one by one")
    return found


def _asked(run: RunRow) -> str:
    manifest = read_manifest(run.manifest)
    blank = {"version": "", "sources": (), "suite_hash": "", "wording_hash": "", "traces": "all", "pins": {}}
    return msgspec.structs.replace(manifest, **blank).encode()


Key = tuple[str, str, int, int]
"""Scenario, plan, ε and seed: what two runs are paired by."""


class _Episode(NamedTuple):
    """What is compared of an episode; ``measures`` are those of :data:`MEASURES`."""

    ordinal: int
    family: str
    outcome: str
    label: str
    measures: tuple[float, ...]

    @property
    def success(self) -> bool:
        return bool(self.measures[_SUCCESS])


def _rows(store: Store, run: str) -> dict[Key, _Episode]:
    columns = f"scenario, plan, epsilon, seed, ordinal, family, outcome, label, {', '.join(MEASURES.values())}"
    sql = f"SELECT {columns} FROM episodes WHERE run = ? ORDER BY ordinal"  # noqa: S608 - names of ours
    # The same few words in every row: one of each is enough for a hundred thousand.
    return {
        (intern(row[0]), intern(row[1]), row[2], row[3]): _Episode(
            row[4], intern(row[5]), intern(row[6]), intern(row[7]), row[8:]
        )
        for row in map(tuple, store.stream(sql, run))
    }


def _pair(key: Key) -> tuple[str, str, int]:
    return key[0], f"{key[1]}~{key[2]}", key[3]


def _flip(key: Key, a: _Episode, b: _Episode) -> Flip:
    why = b.label if a.success else a.label
    return Flip(episode_id(*key), a.family, a.ordinal, b.ordinal, a.outcome, b.outcome, why)


def _measure(name: str, pairs: list[tuple[str, float, float]]) -> Measure:
    by_scenario: dict[str, list[float]] = {}
    for scenario, a, b in pairs:
        by_scenario.setdefault(scenario, []).append(b - a)
    a, b = (round(sum(values) / len(pairs), 6) for values in ([p[1] for p in pairs], [p[2] for p in pairs]))
    return Measure(name, a, b, cluster_bootstrap(by_scenario))


def _comparable(a: RunRow, b: RunRow) -> None:
    one, other = read_manifest(a.manifest), read_manifest(b.manifest)
    differs: Iterable[tuple[bool, str, str]] = (
        (
            one.suite == other.suite and one.suite_hash != other.suite_hash,
            f"suite {one.suite} has changed between them",
            "run both over the suite of today",
        ),
        (
            (one.wording, one.wording_hash) != (other.wording, other.wording_hash),
            f"the words are from different banks, {one.wording} and {other.wording}",
            "run both with the same --wording",
        ),
        (one.services != other.services, "they have different services beside the built-in ones", "run both with them"),
    )
    for wrong, why, fix in differs:
        if wrong:
            raise UsageError(f"{a.run} and {b.run} cannot be compared: {why}", fix=fix)
