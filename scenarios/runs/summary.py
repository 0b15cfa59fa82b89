"""What came out of a run, aggregated inside the store: success with its interval, outcomes, fallback, harm."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from mock_services.extras import Extra
from scenarios.model import FAMILIES
from scenarios.results import OUTCOMES
from scenarios.runs.store import RunRow, Store


class Rate(msgspec.Struct, frozen=True):
    """``k`` of ``n`` with the 95 % Wilson score interval; all zero for ``n`` = 0."""

    rate: float
    low: float
    high: float
    n: int
    k: int


class Family(msgspec.Struct, frozen=True):
    """A row of the table of families; ``outcomes`` has every outcome, also those that did not occur."""

    family: str
    success: Rate
    outcomes: dict[str, int]
    harm_fen: int
    unconsented_fen: int


class FallbackGroup(msgspec.Struct, frozen=True):
    """All faults of one kind and phase that met the same first reaction. The extras are sums, in ms and fen."""

    fault: str
    phase: str
    reaction: str
    fired: int
    resolved: int
    finished: int
    harm: int
    extra_calls: int
    extra_ms: int
    extra_fen: int


class Failure(msgspec.Struct, frozen=True):
    """An episode that was no success."""

    episode: str
    ordinal: int
    outcome: str
    label: str


class Summary(msgspec.Struct, frozen=True):
    """A run in figures. ``digest`` is the SHA-256 over the digests of its traces in scenario order.

    ``services`` are those beyond the built-in ones.
    """

    run: str
    suite: str
    agent: str
    options: dict[str, Any]
    seed: int
    state: str
    planned: int
    episodes: int
    digest: str
    success: Rate
    outcomes: dict[str, int]
    families: tuple[Family, ...]
    fallback: tuple[FallbackGroup, ...]
    harm_fen: int
    unconsented_fen: int
    failures: tuple[Failure, ...]
    wall_s: float
    services: tuple[Extra, ...] = ()


def wilson(k: int, n: int) -> Rate:
    """``k`` successes of ``n`` with the 95 % Wilson score interval (Wilson 1927)."""
    if n == 0:
        return Rate(0.0, 0.0, 0.0, 0, 0)
    # Importing it takes as long as hundreds of episodes.
    from scipy.stats import binomtest

    interval = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
    return Rate(round(k / n, 6), round(float(interval.low), 6), round(float(interval.high), 6), n, k)


def run_digest(digests: Iterable[str]) -> str:
    """SHA-256 over the digests of a run's traces, one a line, in scenario order."""
    hasher = sha256()
    for digest in digests:
        hasher.update(digest.encode() + b"\n")
    return hasher.hexdigest()


def summarise(store: Store, run: RunRow) -> Summary:
    """The figures of what is recorded of a run, finished or not."""
    families = _families(store, run.run)
    outcomes = {name: sum(family.outcomes[name] for family in families) for name in OUTCOMES}
    return Summary(
        run=run.run,
        suite=run.suite,
        agent=run.agent,
        options=run.options,
        seed=run.seed,
        state=run.state,
        planned=run.planned,
        episodes=run.done,
        digest=run.digest or run_digest(store.digests(run.run)),
        success=wilson(run.succeeded, run.done),
        outcomes=outcomes,
        families=families,
        fallback=_fallback(store, run.run),
        harm_fen=sum(family.harm_fen for family in families),
        unconsented_fen=sum(family.unconsented_fen for family in families),
        failures=tuple(
            Failure(row.id, row.ordinal, row.outcome, row.label) for row in store.episodes(run.run, failed=True)
        ),
        wall_s=round(run.wall_s, 3),
        services=run.services,
    )


def _families(store: Store, run: str) -> tuple[Family, ...]:
    rows = store.groups(
        "SELECT family, outcome, count(*) AS n, sum(success) AS k, sum(harm_fen) AS harm, sum(unconsented_fen)"
        " AS unconsented FROM episodes WHERE run = ? GROUP BY family, outcome",
        run,
    )
    by_family: dict[str, list[Any]] = {}
    for row in rows:
        by_family.setdefault(row["family"], []).append(row)
    made = []
    for family in sorted(by_family, key=_place):
        found = by_family[family]
        counts = {row["outcome"]: row["n"] for row in found}
        made.append(
            Family(
                family,
                wilson(sum(row["k"] for row in found), sum(row["n"] for row in found)),
                {name: counts.get(name, 0) for name in OUTCOMES},
                sum(row["harm"] for row in found),
                sum(row["unconsented"] for row in found),
            )
        )
    return tuple(made)


def _place(family: str) -> tuple[int, str]:
    kind = family.partition("-")[0]
    return (FAMILIES.index(kind) if kind in FAMILIES else len(FAMILIES), family)


def _fallback(store: Store, run: str) -> tuple[FallbackGroup, ...]:
    rows = store.groups(
        "SELECT fault, phase, reaction, count(*) AS fired, sum(resolved) AS resolved, sum(finished) AS finished,"
        " sum(harm) AS harm, sum(extra_calls) AS extra_calls, sum(extra_ms) AS extra_ms, sum(extra_fen) AS extra_fen"
        " FROM fallback WHERE run = ? GROUP BY fault, phase, reaction ORDER BY fault, phase, reaction",
        run,
    )
    return tuple(msgspec.convert(dict(row), FallbackGroup) for row in rows)
