"""Finding an episode by what people call it."""

from __future__ import annotations

import re

from mock_services.errors import UsageError
from scenarios.runs.manifest import read_manifest
from scenarios.runs.naming import did_you_mean
from scenarios.runs.store import EpisodeRow, Store

_NUMBERED = re.compile(r"(r\d+):(\d{1,12})\Z", re.ASCII)
_NAMED = re.compile(r"(?P<scenario>[^/#~]+)(/(?P<plan>[^#~]+))?(~(?P<epsilon>\d))?(#(?P<seed>\d{1,12}))?\Z", re.ASCII)


def find_episode(store: Store, name: str, run: str = "") -> EpisodeRow:
    """The episode called ``scenario/plan~epsilon#seed``, ``scenario`` (its clean or only one) or ``run:ordinal``.

    Args:
        store: Where to look.
        name: What the episode is called.
        run: The run to look in; the newest that has it and is no fork if empty.

    Raises:
        UsageError: there is none; the near names are listed.
    """
    if run:
        store.run(run)
    numbered = _NUMBERED.match(name)
    if numbered:
        return _by_number(store, numbered[1], int(numbered[2]), run)
    named = _NAMED.match(name)
    if named is None:
        raise UsageError(f"{name!r} names no episode", fix="SCENARIO/PLAN, SCENARIO or RUN:NUMBER")
    rows = [row for row in store.episodes_of(named["scenario"]) if run in ("", row.run)]
    if not run:
        # What somebody turned into another episode is not what the name means, unless there is nothing else.
        forks = {row.run for row in rows if read_manifest(store.run(row.run).manifest).forks}
        rows = [row for row in rows if row.run not in forks] or rows
    if not rows:
        where = f"in run {run}" if run else "recorded"
        fix = did_you_mean(named["scenario"], store.scenarios(run), "see `banshi runs`")
        raise UsageError(f"no episode of a scenario {named['scenario']!r} is {where}", fix=fix)
    seed = int(named["seed"] or 0)
    plan = named["plan"] or ("clean" if any(row.plan == "clean" for row in rows) else rows[0].plan)
    rows = [row for row in rows if row.epsilon == int(named["epsilon"] or 0)] or rows
    fitting = [row for row in rows if row.plan == plan and row.seed == seed]
    if not fitting and not named["seed"]:
        fitting = [row for row in rows if row.plan == plan]
    if fitting:
        return fitting[0]
    ids = list(dict.fromkeys(row.id for row in rows))
    raise UsageError(f"there is no episode {name!r}", fix=f"one of {', '.join(ids[:8])}")


def _by_number(store: Store, run: str, ordinal: int, wanted: str) -> EpisodeRow:
    if wanted not in ("", run):
        raise UsageError(f"{run}:{ordinal} is not of run {wanted}", where="--run", fix="leave one of the two away")
    planned = store.run(run).planned
    found = store.episodes(run, ordinal=ordinal)
    if not found:
        raise UsageError(f"run {run} has no episode {ordinal}", fix=f"its numbers are 0 to {planned - 1}")
    return found[0]
