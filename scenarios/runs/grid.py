"""Several runs as one grid: a row for each agent, policy, fault rate and ε, and names that tell runs apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from scenarios.results import OUTCOMES
from scenarios.runs.manifest import Manifest, read_manifest
from scenarios.runs.plan import conditions_of, fits
from scenarios.runs.store import RunRow, Store
from scenarios.stats.intervals import Rate, wilson


class Cell(msgspec.Struct, frozen=True):
    """The episodes of a run under one condition of faults and at one ε.

    ``agent`` to ``epsilon`` are where it stands in the grid: ``faults`` is a part of what was asked for, such as
    ``none`` or ``rate:0.1``. Amounts are fen and times virtual milliseconds, summed; ``quality`` is the mean.
    """

    run: str
    suite: str
    agent: str
    options: dict[str, Any]
    faults: str
    epsilon: int
    episodes: int
    success: Rate
    outcomes: dict[str, int]
    harm_fen: int
    unconsented_fen: int
    quality: float
    calls: int
    virtual_ms: int


_SUMS = ("harm_fen", "unconsented_fen", "calls", "virtual_ms")


def grid_of(store: Store, runs: Sequence[RunRow]) -> list[Cell]:
    """The cells of these runs, in order; of a run, each condition of faults, and of it each ε.

    Raises:
        StoreError: the store cannot be read.
    """
    return [cell for run in runs for cell in _cells(store, run)]


def _cells(store: Store, run: RunRow) -> list[Cell]:
    manifest = read_manifest(run.manifest)
    sums = ", ".join(f"sum({name}) AS {name}" for name in ("n", "succeeded", "quality_milli", *_SUMS))
    rows = store.groups(
        f"SELECT plan, epsilon, outcome, {sums} FROM counts WHERE run = ? GROUP BY plan, epsilon, outcome",  # noqa: S608 - names of ours
        run.run,
    )
    conditions = conditions_of(manifest.selection.faults)
    found: dict[tuple[str, int], list[sqlite3.Row]] = {
        (condition, epsilon): [] for condition in conditions for epsilon in manifest.epsilons
    }
    for row in rows:
        # A plan that two parts mean belongs to the first of them.
        found[next(one for one in conditions if fits(one, row["plan"])), row["epsilon"]].append(row)
    return [_cell(run, condition, epsilon, mine) for (condition, epsilon), mine in found.items()]


def _cell(run: RunRow, faults: str, epsilon: int, rows: Sequence[sqlite3.Row]) -> Cell:
    n = sum(row["n"] for row in rows)
    return Cell(
        run=run.run,
        suite=run.suite,
        agent=run.agent,
        options=run.options,
        faults=faults,
        epsilon=epsilon,
        episodes=n,
        success=wilson(sum(row["succeeded"] for row in rows), n),
        outcomes={name: sum(row["n"] for row in rows if row["outcome"] == name) for name in OUTCOMES},
        quality=round(sum(row["quality_milli"] for row in rows) / n / 1000, 6) if n else 0.0,
        **{name: sum(row[name] for row in rows) for name in _SUMS},
    )


_AXES: tuple[tuple[str, Callable[[Manifest], str]], ...] = (
    ("suite", lambda manifest: manifest.suite),
    ("agent", lambda manifest: manifest.agent),
    ("fallback", lambda manifest: str(manifest.options.get("fallback", ""))),
    ("guard", lambda manifest: "guard on" if manifest.options.get("guard", True) else "guard off"),
    ("faults", lambda manifest: "no faults" if manifest.selection.faults == "none" else manifest.selection.faults),
    ("epsilon", lambda manifest: "ε " + ",".join(map(str, manifest.epsilons))),
    ("wording", lambda manifest: manifest.wording),
    ("seed", lambda manifest: f"seed {manifest.seed}"),
)


def names_of(manifests: Sequence[Manifest], runs: Sequence[str]) -> list[str]:
    """A name for each run that tells it from the others: its agent, and on what else they differ; at last its id."""
    names = axes_of(manifests)
    return [f"{name} ({run})" if names.count(name) > 1 else name for name, run in zip(names, runs, strict=True)]


def axes_of(manifests: Sequence[Manifest], *, but: Sequence[str] = ()) -> list[str]:
    """Of each run its agent, and its place on every axis on which they differ, ``but`` for some."""
    differ = [
        read
        for name, read in _AXES
        if name == "agent" or (name not in but and len({read(manifest) for manifest in manifests}) > 1)
    ]
    return [" · ".join(filter(None, (read(manifest) for read in differ))) for manifest in manifests]
