"""Carrying out a sweep: its cells one after the other, each of them a run that is opened when its turn comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mock_services.errors import UsageError
from scenarios.loader import Suite
from scenarios.runs import sweeps, workers
from scenarios.runs.manifest import Manifest, SweepManifest
from scenarios.runs.plan import load_sources, plan_episodes
from scenarios.runs.progress import Tally
from scenarios.runs.runner import Job, ensure_unchanged
from scenarios.runs.store import Store

MOST_CELLS = 1000


class SweepJob(msgspec.Struct, frozen=True):
    """A sweep that this process has open; ``sizes`` are the episodes of its cells."""

    sweep: str
    cells: tuple[tuple[Manifest, Suite], ...]
    sizes: tuple[int, ...]
    resumed: bool
    tags: tuple[str, ...] = ()


def open_sweep(store: Store, cells: Sequence[tuple[Manifest, Suite]], *, tags: Iterable[str] = ()) -> SweepJob:
    """The newest unfinished sweep with these cells that nobody works on, or a new one.

    All cells are planned, and all agents made, before anything is recorded.

    Raises:
        UsageError: a cell selects nothing, or its agent does not exist; nothing is recorded.
        StoreError: the store cannot be written to.
    """
    if len(cells) > MOST_CELLS:
        raise UsageError(f"{len(cells)} runs are too many for a sweep", fix=f"{MOST_CELLS} at most; name fewer")
    manifest = SweepManifest(cells[0][0].version, tuple(cell for cell, _ in cells))
    sizes = _ready(cells)
    found = sweeps.unfinished(store, manifest)
    if found is None:
        name = sweeps.start(store, manifest, sum(sizes))
    else:
        name = found.sweep
        sweeps.claim(store, name)
        for run in found.runs:
            store.tag(run, {*store.run(run).tags, *tags})
    return SweepJob(name, tuple(cells), sizes, found is not None, tuple(tags))


def reopen_sweep(store: Store, name: str) -> SweepJob:
    """An unfinished sweep by its name; cells that were not begun get the tags that all others have.

    Raises:
        UsageError: no such sweep, or a suite, a service or a file of it is not what it was.
        StoreError: another process has it open.
    """
    row = sweeps.sweep(store, name)
    suites: dict[tuple[object, ...], Suite] = {}
    cells = []
    for manifest in row.read().cells:
        key = (manifest.sources, manifest.services)
        if key not in suites:
            suites[key] = load_sources(*key)
        ensure_unchanged(manifest, suites[key], f"sweep {name}")
        cells.append((manifest, suites[key]))
    sizes = _ready(cells)
    sweeps.claim(store, name)
    tags = [set(store.run(run).tags) for run in row.runs]
    return SweepJob(name, tuple(cells), sizes, True, tuple(sorted(set.intersection(*tags))) if tags else ())


def _ready(cells: Sequence[tuple[Manifest, Suite]]) -> tuple[int, ...]:
    planned = [plan_episodes(suite, manifest) for manifest, suite in cells]
    asked: set[str] = set()
    for specs, (manifest, suite) in zip(planned, cells, strict=True):
        # Asking a model whether it answers costs time and money: once for all cells that have it.
        models = repr((manifest.agent, manifest.options.get("llm")))
        workers.warm_up(specs, suite, models not in asked)
        asked.add(models)
    return tuple(len(specs) for specs in planned)


def tally_of(store: Store, job: SweepJob) -> Tally:
    """Counts all cells of a sweep, those included that are there."""
    tally = Tally(sum(job.sizes))
    for run in sweeps.sweep(store, job.sweep).runs:
        tally.recorded(store, run)
    return tally


def jobs_of(store: Store, job: SweepJob) -> Iterator[Job]:
    """The cells that are not finished, each opened when it is asked for.

    Raises:
        StoreError: another process works on one of them.
    """
    there = {row.cell: row for row in (store.run(run) for run in sweeps.sweep(store, job.sweep).runs)}
    for cell, ((manifest, suite), size) in enumerate(zip(job.cells, job.sizes, strict=True)):
        row = there.get(cell)
        if row is None:
            run = store.start(manifest, size, tags=job.tags, sweep=job.sweep, cell=cell)
            yield Job(run, manifest, suite, False)
        elif row.state != "finished":
            store.claim(row.run)
            yield Job(row.run, manifest, suite, True)
