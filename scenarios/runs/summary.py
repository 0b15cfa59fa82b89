"""What came out of a run, aggregated inside the store: success with its interval, outcomes, fallback, harm."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from mock_services.extras import Extra
from scenarios.chance import rate_of
from scenarios.model import FAMILIES, PAIR_ENDS
from scenarios.reasons import Reason, differs
from scenarios.results import OUTCOMES, STAGES, episode_id
from scenarios.runs.store import RunRow, Store
from scenarios.stats.intervals import Interval, Rate, bootstrap_of_sums, wilson
from scenarios.stats.repeats import Reliability, Tries, reliability

MOST_FAILURES = 10_000
"""Failures that a summary names; all of them are in the store."""


class Family(msgspec.Struct, frozen=True):
    """A row of the table of families; ``outcomes`` has every outcome, also those that did not occur."""

    family: str
    success: Rate
    outcomes: dict[str, int]
    harm_fen: int
    unconsented_fen: int
    quality: float = 0.0


class Level(msgspec.Struct, frozen=True):
    """The episodes of one difficulty, 1 to 5; see :mod:`scenarios.families.difficulty`."""

    level: int
    success: Rate


class Locale(msgspec.Struct, frozen=True):
    """The episodes in one language."""

    locale: str
    success: Rate


class Figures(msgspec.Struct, frozen=True):
    """What is reported beside the rate. ``quality`` is the mean over all episodes, failures at 0; the rest are sums.

    ``spent_fen`` is what the errands cost, ``harm_fen``, ``unconsented_fen`` and ``orphaned_fen`` what of it was
    harm, what nobody agreed to, and what is gone for nothing that was wanted. ``cost_micros`` is what running the agent
    cost as it declared, in millionths of a yuan; the person does not pay it.
    """

    quality: float
    spent_fen: int
    asks: int
    virtual_ms: int
    harm_fen: int
    unconsented_fen: int
    orphaned_fen: int
    disclosures: int
    cost_micros: int = 0


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


class FaultRate(msgspec.Struct, frozen=True):
    """The episodes at one fault rate λ (0: without faults). Sums over them; ``harmful`` counts those that did harm.

    ``calls``, ``virtual_ms`` and ``extra_fen`` are what the errands took: calls of tools, virtual time, and what the
    ways round faults cost beyond the first offer.
    """

    fault_rate: float
    success: Rate
    harmful: int
    harm_fen: int
    unconsented_fen: int
    calls: int
    virtual_ms: int
    extra_fen: int


class Failure(msgspec.Struct, frozen=True):
    """An episode that was no success."""

    episode: str
    ordinal: int
    outcome: str
    label: str


class Summary(msgspec.Struct, frozen=True):
    """A run in figures. ``digest`` is the SHA-256 over the digests of its traces in scenario order.

    ``services`` are those beyond the built-in ones. ``figures`` stand beside the rate; ``stages`` count the episodes
    that got at least so far, ``levels`` are the successes by difficulty, ``labels`` the failures by why; ``pairs`` are
    consent pairs, right where both halves are. Where epochs repeat the scenarios, ``clustered`` is the rate with an
    interval that knows it; with epochs, several ε or fault rates, ``reliability`` is the table R(k, ε, λ), and
    ``rates`` has a row for each λ. ``reasons`` are the agent's beside what the harness saw.
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
    figures: Figures
    stages: dict[str, int]
    labels: dict[str, int]
    pairs: Rate | None = None
    clustered: Interval | None = None
    reliability: tuple[Reliability, ...] = ()
    services: tuple[Extra, ...] = ()
    levels: tuple[Level, ...] = ()
    locales: tuple[Locale, ...] = ()
    rates: tuple[FaultRate, ...] = ()
    reasons: tuple[Reason, ...] = ()


def run_digest(digests: Iterable[str]) -> str:
    """SHA-256 over the digests of a run's traces, one a line, in scenario order."""
    hasher = sha256()
    for digest in digests:
        hasher.update(digest.encode() + b"\n")
    return hasher.hexdigest()


def summarise(store: Store, run: RunRow) -> Summary:
    """The figures of what is recorded of a run, finished or not."""
    families = _families(store, run.run)
    tries = tries_of(store, run.run)
    repeated = any(one.n > 1 for one in tries)
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
        failures=_failures(store, run.run),
        wall_s=round(run.wall_s, 3),
        figures=Figures(**{name: getattr(run, name) for name in Figures.__struct_fields__}),
        stages=_stages(store, run.run),
        labels=_labels(store, run.run),
        pairs=_pairs(store, run.run),
        clustered=_clustered(store, run.run) if repeated else None,
        reliability=reliability(tries) if repeated or len({(t.epsilon, t.fault_rate) for t in tries}) > 1 else (),
        services=run.services,
        levels=_levels(store, run.run),
        locales=_locales(store, run.run),
        rates=_rates(store, run.run),
        reasons=reasons_of(store, run.run),
    )


def tries_of(store: Store, run: str) -> list[Tries]:
    """The tasks of a run with their epochs, without written fault plans: λ is the rate of a plan of chance."""
    rows = store.groups(
        "SELECT scenario, plan, epsilon, sum(n) AS n, sum(succeeded) AS c FROM counts WHERE run = ?"
        " GROUP BY scenario, plan, epsilon ORDER BY min(first)",
        run,
    )
    found = []
    for row in rows:
        rate = 0.0 if row["plan"] == "clean" else rate_of(row["plan"])
        if rate is not None:
            found.append(Tries(row["scenario"], row["epsilon"], rate, row["n"], row["c"]))
    return found


def _pairs(store: Store, run: str) -> Rate | None:
    """Consent pairs under one plan, ε and seed: a pair is right where both of its halves are."""
    halves: dict[tuple[Any, ...], list[bool]] = {}
    ends = " OR ".join(f"scenario LIKE '%{end}'" for end in PAIR_ENDS)
    # Most runs have none, and the counts know it.
    if not store.groups(f"SELECT 1 FROM counts WHERE run = ? AND ({ends}) LIMIT 1", run):  # noqa: S608 - names of ours
        return None
    sql = f"SELECT scenario, plan, epsilon, seed, success FROM episodes WHERE run = ? AND ({ends})"  # noqa: S608 - names of ours
    for row in store.stream(sql, run):
        end = next((end for end in PAIR_ENDS if row["scenario"].endswith(end)), "")
        if end:
            pair = (row["scenario"].removesuffix(end), row["plan"], row["epsilon"], row["seed"])
            halves.setdefault(pair, []).append(bool(row["success"]))
    whole = [all(group) for group in halves.values() if len(group) == len(PAIR_ENDS)]
    return wilson(sum(whole), len(whole)) if whole else None


def _clustered(store: Store, run: str) -> Interval:
    rows = store.groups(
        "SELECT scenario, sum(succeeded) AS k, sum(n) AS n FROM counts WHERE run = ? GROUP BY scenario", run
    )
    return bootstrap_of_sums({row["scenario"]: (row["k"], row["n"]) for row in rows})


def _stages(store: Store, run: str) -> dict[str, int]:
    rows = store.groups("SELECT stage, sum(n) AS n FROM counts WHERE run = ? GROUP BY stage", run)
    counts = {row["stage"]: row["n"] for row in rows}
    return {stage: sum(counts.get(later, 0) for later in STAGES[i:]) for i, stage in enumerate(STAGES)}


def _levels(store: Store, run: str) -> tuple[Level, ...]:
    """Easiest first; episodes of an older store are of no known level."""
    rows = store.groups(
        "SELECT level, sum(succeeded) AS k, sum(n) AS n FROM counts WHERE run = ? AND level > 0"
        " GROUP BY level ORDER BY level",
        run,
    )
    return tuple(Level(row["level"], wilson(row["k"], row["n"])) for row in rows)


def _rates(store: Store, run: str) -> tuple[FaultRate, ...]:
    """A row for each fault rate, where there is more than one; written fault plans are none."""
    rows = store.groups(
        "SELECT plan, sum(succeeded) AS k, sum(n) AS n, sum(n * (outcome = 'failed_harmful')) AS harmful,"
        " sum(harm_fen) AS harm_fen, sum(unconsented_fen) AS unconsented_fen, sum(calls) AS calls,"
        " sum(virtual_ms) AS virtual_ms FROM counts WHERE run = ? GROUP BY plan",
        run,
    )
    extra = store.groups("SELECT plan, sum(extra_fen) AS fen FROM fault_counts WHERE run = ? GROUP BY plan", run)
    more = {row["plan"]: row["fen"] for row in extra}
    found = {row["plan"]: 0.0 if row["plan"] == "clean" else rate_of(row["plan"]) for row in rows}
    made = [
        FaultRate(
            rate,
            wilson(row["k"], row["n"]),
            row["harmful"],
            row["harm_fen"],
            row["unconsented_fen"],
            row["calls"],
            row["virtual_ms"],
            more.get(row["plan"], 0),
        )
        for row in rows
        if (rate := found[row["plan"]]) is not None
    ]
    return tuple(sorted(made, key=lambda row: row.fault_rate)) if len(made) > 1 else ()


def reasons_of(store: Store, run: str) -> tuple[Reason, ...]:
    """What the agent noted of faults beside what the harness saw, by kind of fault."""
    rows = store.groups(
        "SELECT fault, phase, reaction, said_class, said_rung, sum(fired) AS fired, sum(finished) AS finished"
        " FROM fault_counts WHERE run = ? GROUP BY fault, phase, reaction, said_class, said_rung"
        " ORDER BY fault, phase, sum(fired) DESC, reaction, said_class, said_rung",
        run,
    )
    found = [msgspec.convert(dict(row), Reason) for row in rows]
    return tuple(
        msgspec.structs.replace(one, differs=differs(one.fault, one.reaction, one.said_class, one.said_rung))
        for one in found
    )


def _locales(store: Store, run: str) -> tuple[Locale, ...]:
    rows = store.groups(
        "SELECT locale, sum(succeeded) AS k, sum(n) AS n FROM counts WHERE run = ? GROUP BY locale ORDER BY locale",
        run,
    )
    return tuple(Locale(row["locale"], wilson(row["k"], row["n"])) for row in rows)


def _labels(store: Store, run: str) -> dict[str, int]:
    rows = store.groups(
        "SELECT label, sum(n - succeeded) AS failed FROM counts WHERE run = ? AND succeeded < n GROUP BY label"
        " ORDER BY failed DESC, label",
        run,
    )
    return {row["label"]: row["failed"] for row in rows}


def _failures(store: Store, run: str) -> tuple[Failure, ...]:
    rows = store.groups(
        "SELECT scenario, plan, epsilon, seed, ordinal, outcome, label FROM episodes WHERE run = ? AND success = 0"
        " ORDER BY ordinal LIMIT ?",
        run,
        MOST_FAILURES,
    )
    return tuple(
        Failure(episode_id(row["scenario"], row["plan"], row["epsilon"], row["seed"]), row["ordinal"], row["outcome"],
                row["label"])
        for row in rows
    )  # fmt: skip


def _families(store: Store, run: str) -> tuple[Family, ...]:
    rows = store.groups(
        "SELECT family, outcome, sum(n) AS n, sum(succeeded) AS k, sum(harm_fen) AS harm, sum(unconsented_fen)"
        " AS unconsented, sum(quality_milli) AS milli FROM counts WHERE run = ? GROUP BY family, outcome",
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
                round(sum(row["milli"] for row in found) / sum(row["n"] for row in found) / 1000, 6),
            )
        )
    return tuple(made)


def _place(family: str) -> tuple[int, str]:
    kind = family.partition("-")[0]
    return (FAMILIES.index(kind) if kind in FAMILIES else len(FAMILIES), family)


def _fallback(store: Store, run: str) -> tuple[FallbackGroup, ...]:
    rows = store.groups(
        "SELECT fault, phase, reaction, sum(fired) AS fired, sum(resolved) AS resolved, sum(finished) AS finished,"
        " sum(harm) AS harm, sum(extra_calls) AS extra_calls, sum(extra_ms) AS extra_ms, sum(extra_fen) AS extra_fen"
        " FROM fault_counts WHERE run = ? GROUP BY fault, phase, reaction ORDER BY fault, phase, reaction",
        run,
    )
    return tuple(msgspec.convert(dict(row), FallbackGroup) for row in rows)
