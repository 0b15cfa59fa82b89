"""Carrying out a run: what is not recorded yet goes to the workers, what ends goes to the store at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from importlib.metadata import version
from time import perf_counter

import msgspec

from agent.build import has_model, pins
from mock_services.errors import UsageError
from scenarios.families.perturb import bank_hash
from scenarios.loader import Suite
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs import workers
from scenarios.runs.manifest import Manifest, read_manifest
from scenarios.runs.overlap import overlapped
from scenarios.runs.plan import load_sources, plan_episodes
from scenarios.runs.progress import Progress, Tally
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Finished, Store
from scenarios.runs.summary import run_digest


class Job(msgspec.Struct, frozen=True):
    """A run that this process has open."""

    run: str
    manifest: Manifest
    suite: Suite
    resumed: bool


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_job(store: Store, manifest: Manifest, suite: Suite, *, tags: Iterable[str] = ()) -> Job:
    """The newest unfinished run with an equal manifest that nobody works on, or a new run; it gets these tags as well.

    Raises:
        UsageError: the manifest selects nothing, or its agent does not exist; nothing is recorded.
        StoreError: the store cannot be written to.
    """
    specs = plan_episodes(suite, manifest)
    workers.warm_up(specs, suite)
    found = store.unfinished(manifest.encode())
    if found is None:
        return Job(store.start(manifest, len(specs), tags=tags), manifest, suite, False)
    store.claim(found.run)
    store.tag(found.run, {*found.tags, *tags})
    return Job(found.run, manifest, suite, True)


def reopen(store: Store, run: str) -> Job:
    """An unfinished run by its id.

    Raises:
        UsageError: no such run, or its suite or one of its services is not what it was.
        StoreError: another process has it open.
    """
    manifest = read_manifest(store.run(run).manifest)
    if manifest.forks:
        raise UsageError(
            f"run {run} is a fork, which is made as a whole or not at all", fix="banshi fork makes another"
        )
    suite = load_sources(manifest.sources, manifest.services)
    ensure_unchanged(manifest, suite, f"run {run}")
    workers.warm_up(plan_episodes(suite, manifest), suite)
    store.claim(run)
    return Job(run, manifest, suite, True)


def ensure_unchanged(manifest: Manifest, suite: Suite, started: str) -> None:
    """See that what a manifest names is still what it was when ``started`` (a run or a sweep) was.

    Raises:
        UsageError: banshi is another version, or its suite, its wordings or a file by which its agent decides have
            changed.
    """
    if manifest.version != version("banshi"):
        raise UsageError(
            f"{started} was started by banshi {manifest.version}, and this is {version('banshi')}",
            fix="finish it with that one, or start anew",
        )
    changed = ""
    if suite.hash != manifest.suite_hash:
        changed = f"suite {manifest.suite} has"
    elif bank_hash(manifest.wording) != manifest.wording_hash:
        changed = f"the wordings {manifest.wording!r} have"
    elif manifest.pins != pins(manifest.agent):
        changed = f"{', '.join(manifest.pins)}, by which {manifest.agent} decides, has"
    if changed:
        raise UsageError(f"{changed} changed since {started} was started", fix="bring it back as it was, or start anew")


def carry_out(
    store: Store,
    job: Job,
    *,
    worker_count: int,
    concurrency: int = 16,
    cluster: str | None = None,
    most_micros: int | None = None,
    tally: Tally | None = None,
    stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_ended: Callable[[list[EpisodeResult]], None] = lambda _: None,
    say: workers.Talk = lambda _: None,
) -> bool:
    """Run what is missing of a run and close it.

    Args:
        store: Where it is recorded.
        job: The run, opened by :func:`open_job` or :func:`reopen`.
        worker_count: Processes; 1 means this one.
        concurrency: Episodes at a time in this process instead, where the agent waits for a model.
        cluster: The address of a Ray cluster that carries it out instead (:class:`scenarios.runs.cluster.Cluster`).
        most_micros: What the run may cost in millionths of a yuan; then it is left as ``stopped``.
        tally: Counts it together with other runs; it knows already what was recorded of them and of this one.
        stop: Asked between episodes; once it is true the run is left as ``stopped``.
        on_progress: Told at the beginning and after each batch.
        on_ended: Told of the episodes of each batch, without their traces, once they are recorded.
        say: Told in a sentence when something goes wrong that does not end the run.

    Returns:
        Whether it is finished.

    Raises:
        StoreError: the store takes no more; what it had taken is kept.
        RunStopped: the agent says that the run cannot go on; what had ended is kept.
    """
    started = perf_counter()
    try:
        specs = plan_episodes(job.suite, job.manifest)
        recorded = store.recorded(job.run, len(specs))
        todo = (specs[ordinal] for ordinal, there in enumerate(recorded) if not there)
        done = recorded.count(1)
        if tally is None:
            tally = Tally(len(specs))
            tally.recorded(store, job.run)
        on_progress(tally.progress())
        cost = store.run(job.run).cost_micros

        def enough() -> bool:
            return most_micros is not None and cost >= most_micros

        batches = _batches(job, todo, len(specs) - done, worker_count, concurrency, cluster, stop, enough, say)
        with closing(batches):
            for batch in batches:
                store.append(job.run, batch)
                results = [item.result for item in batch]
                done += len(results)
                cost += sum(result.cost_micros for result in results)
                tally.ended(results)
                on_ended(results)
                on_progress(tally.progress())
    except StoreError:
        store.release(job.run)
        raise
    except BaseException:
        store.leave(job.run, state="stopped", wall_s=perf_counter() - started)
        raise
    finished = done == len(specs)
    if not finished and enough():
        say(f"the run has cost {cost / 1_000_000:.4f} yuan, and may cost {(most_micros or 0) / 1_000_000:g}")
    store.leave(
        job.run,
        state="finished" if finished else "stopped",
        wall_s=perf_counter() - started,
        digest=run_digest(store.digests(job.run)) if finished else "",
    )
    return finished


def _batches(
    job: Job,
    todo: Iterable[EpisodeSpec],
    left: int,
    worker_count: int,
    concurrency: int,
    cluster: str | None,
    stop: Callable[[], bool],
    enough: Callable[[], bool],
    say: workers.Talk,
) -> Generator[list[Finished]]:
    """What ends, from whatever carries it out."""
    if cluster is not None:
        from scenarios.runs.cluster import Cluster

        shares = Cluster(job.suite, job.manifest.sources, cluster, say)
        return shares.results(todo, lambda: stop() or enough())
    if _waits(job):
        return overlapped(workers.Bench(job.suite), todo, min(concurrency, max(1, left)), stop, enough)
    if worker_count == 1 or left <= 1:
        return workers.in_process(job.suite, todo, lambda: stop() or enough())
    crew = workers.Crew(job.suite, job.manifest.sources, todo, min(worker_count, left), say)
    return crew.results(lambda: stop() or enough())


def _waits(job: Job) -> bool:
    """Whether the episodes of a run wait for a model that is elsewhere."""
    if not has_model(job.manifest.agent):
        return False
    from agent.llm.check import overlaps

    return overlaps(job.manifest.agent, job.manifest.options.get("llm") or {})
