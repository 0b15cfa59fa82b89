"""What ``banshi run`` says at the end, and ``banshi runs show`` again: of one run, or of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.runs.store import RunRow, Store
    from scenarios.runs.summary import Summary


def tell_run(store: Store, run: str, as_json: bool) -> None:
    """The figures of a run, as tables or as one JSON object."""
    from scenarios.runs.summary import summarise
    from tui.cli.output import print_json, print_out
    from tui.cli.run_tables import as_data, tables

    summary = summarise(store, store.run(run))
    _own_faults([summary])
    if as_json:
        print_json(as_data(summary))
    else:
        print_out(*tables(summary))


def tell_sweep(store: Store, name: str, as_json: bool) -> None:
    """The figures of a sweep: a row for each cell, then its runs beside one another; as JSON, one object.

    Where the runs are over a pinned suite and a fresh one of the same make-up, the gap between them is told.
    """
    from scenarios.runs.grid import grid_of
    from scenarios.runs.summary import summarise
    from scenarios.runs.sweeps import runs_of, sweep
    from tui.cli.output import print_json, print_out
    from tui.cli.run_tables import as_data, beside, gap_lines, gaps_of

    row, runs = sweep(store, name), runs_of(store, name)
    summaries = [summarise(store, run) for run in runs]
    cells = grid_of(store, runs)
    _own_faults(summaries)
    gaps = gaps_of(*_halves(runs, summaries))
    if as_json:
        data: dict[str, Any] = {
            "sweep": name,
            "state": row.state,
            "digest": row.digest,
            "cells": cells,
            "runs": [as_data(summary) for summary in summaries],
        }
        print_json(data | ({"gaps": gaps} if gaps else {}))
    else:
        print_out(*beside(row, runs, summaries, cells), *gap_lines(gaps))


def _halves(runs: Sequence[RunRow], summaries: Sequence[Summary]) -> tuple[list[Summary], list[Summary]]:
    """The runs over the pinned suite and those over the fresh one beside it; nothing where a sweep is no such pair."""
    from scenarios.runs.manifest import read_manifest

    manifests = [read_manifest(run.manifest) for run in runs]
    fresh = [any(source.startswith("fresh:") for source in manifest.sources) for manifest in manifests]
    half = len(runs) // 2
    if len(runs) % 2 or fresh != [False] * half + [True] * half:
        return [], []
    return list(summaries[:half]), list(summaries[half:])


def _own_faults(summaries: Sequence[Summary]) -> None:
    from tui.cli.output import talk

    for summary in summaries:
        broken = next((failure for failure in summary.failures if failure.outcome == "error"), None)
        if broken is not None:
            count, of = summary.outcomes["error"], summary.episodes
            talk(f"banshi: {count} of {of} episodes failed by a fault of ours, e.g. banshi show {broken.episode}")
