"""Recording an episode that nobody planned as a part of a run: it becomes a run of its own, of one episode."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from scenarios.results import EpisodeResult
from scenarios.runs.manifest import Manifest
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import run_digest


def record_alone(
    manifest: Manifest, result: EpisodeResult, path: Path | None = None, *, tags: tuple[str, ...] = ()
) -> str:
    """Put an episode into a store and return the run that it is; once, also if it is killed on the way.

    Args:
        manifest: What it was made by. A run with an equal one is that run, unless it holds another episode.
        result: The episode; its ordinal is 0.
        path: The store; by default the user's.
        tags: What the run is labelled with.

    Raises:
        StoreError: it takes no more.
    """
    began = perf_counter()
    with Store(path, write=True) as store:
        known = next((row for row in store.runs() if row.manifest == manifest.encode()), None)
        if known is not None and known.state == "finished" and [*store.digests(known.run)] != [result.digest]:
            known = None
        run = known.run if known is not None else store.start(manifest, 1, tags=tags)
        if known is None or known.state != "finished":
            if known is not None:
                store.claim(run)
            if not store.recorded(run, 1)[0]:
                store.append(run, [pack(result)])
            digest = run_digest(store.digests(run))
            store.leave(run, state="finished", wall_s=perf_counter() - began, digest=digest)
    return run
