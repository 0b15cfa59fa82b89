"""Small made-up suites and results for the tests of runs: enough to be stored, listed and told."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

from mock_services.trace import Event, encode
from scenarios.results import EpisodeResult, EpisodeSpec, FallbackRow, Finding, Verdict
from scenarios.runs.manifest import Manifest, Selection

SCENARIO = """
id: {id}
family: {family}
locale: {locale}
now: 2026-03-05T09:40
city: hangzhou
words: 帮我点一杯热拿铁
person: {{name: 林晓}}
goal:
  - flash_order: {{item: 拿铁, to: home}}
plans:
  pay_lost:
    faults: [{{kind: timeout, tool: alipay_pay, phase: lost_ack}}]
  sold_out:
    faults: [{{kind: sold_out, tool: flash_order_create}}]
"""


def suite_file(folder: Path, *ids: str, family: str = "order", locale: str = "zh") -> Path:
    """A file with a scenario per id, each with the plans clean, pay_lost and sold_out."""
    path = folder / "errands.yaml"
    documents = (SCENARIO.format(id=name, family=family, locale=locale) for name in ids or ("a-one", "b-two"))
    path.write_text("---".join(documents), encoding="utf-8")
    return path


def manifest(seed: int = 0, selection: Selection | None = None, sources: tuple[str, ...] = ("core",)) -> Manifest:
    """A manifest that nothing has to exist for."""
    return Manifest("0.1.0", sources, "core", "0" * 64, "rules", {"fallback": "full"}, seed, selection or Selection())


def trace(words: str = "一杯热拿铁", *more: Event) -> bytes:
    """A trace that starts, does ``more``, and ends."""
    start = 1_772_674_800_000
    begun = {
        "scenario": "a-one",
        "plan": "clean",
        "agent": "rules",
        "seed": 0,
        "base": "small:0",
        "words": words,
        "locale": "zh",
        "person": "U1",
        "start": start,
    }
    ended = {"terminated": True, "truncated": False, "reason": ""}
    events = [Event(0, start, "episode_started", begun), *more]
    return encode([*events, Event(len(events), start + 60_000, "episode_ended", ended)])


def result(
    ordinal: int = 0,
    *,
    scenario: str = "a-one",
    plan: str = "clean",
    outcome: str = "completed",
    family: str = "order",
    seed: int = 0,
    harm_fen: int = 0,
    level: int = 0,
    cost_micros: int = 0,
    raw: bytes | None = None,
    fallback: tuple[FallbackRow, ...] = (),
) -> EpisodeResult:
    """A result with this outcome."""
    body = trace(f"{scenario}/{plan}") if raw is None else raw
    finding = Finding("goal.flash_order", outcome == "completed", "one hot latte at home", 3, ("flash.orders/F1",))
    return EpisodeResult(
        ordinal=ordinal,
        scenario=scenario,
        family=family,
        locale="zh",
        plan=plan,
        agent="rules",
        seed=seed,
        verdict=Verdict(outcome, "goal", (finding,), harm_fen, 0, ""),
        terminated=True,
        truncated=False,
        error="",
        calls=7,
        asks=1,
        spent_fen=2500,
        virtual_ms=60_000,
        fallback=fallback,
        trace=body,
        digest=sha256(body).hexdigest(),
        level=level,
        cost_micros=cost_micros,
    )


def result_of(spec: EpisodeSpec) -> EpisodeResult:
    """What an episode of a made-up world gives: a pure function of its spec, with every third one failing."""
    outcome = "failed_safe" if spec.ordinal % 3 == 2 else "completed"
    return result(spec.ordinal, scenario=spec.scenario, plan=spec.plan, seed=spec.seed, outcome=outcome)


COLUMNS = {
    "sweeps": "sweep, number, manifest, cells, planned",
    "runs": "sweep, cell, suite, suite_hash, agent, options, seed, manifest, state, planned, done, succeeded, digest,"
    " quality_milli, spent_fen, asks, virtual_ms, harm_fen, unconsented_fen, orphaned_fen, disclosures, cost_micros",
    "episodes": "*",
    "fallback": "*",
    "traces": "*",
    "counts": "*",
    "fault_counts": "*",
    "tags": "*",
}
"""All of a store that does not say when it was made, how long it took, or who did it."""


def rows_of_store(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a store holds in its deterministic columns, once SQLite has found it sound."""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        found = {}
        for table, names in COLUMNS.items():
            order = {"runs": " ORDER BY rowid", "traces": " ORDER BY run, ordinal"}.get(table, "")
            found[table] = list(db.execute(f"SELECT {names} FROM {table}{order}"))  # noqa: S608 - names of ours
        return found


LOST_ACK = FallbackRow("timeout", "lost_ack", "alipay_pay", 5, "query", True, True, False, 2, 31_000, 0)
