"""A run's figures as tables for people and as data for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mock_services.clock import MINUTE
from mock_services.money import format_yuan
from scenarios.results import OUTCOMES
from scenarios.runs.grid import Cell, axes_of, names_of
from scenarios.runs.manifest import read_manifest
from scenarios.runs.store import RunRow
from scenarios.runs.summary import FallbackGroup, Family, Level, Summary
from scenarios.runs.sweeps import SweepRow
from scenarios.stats.intervals import Rate, difference
from scenarios.stats.repeats import Reliability
from tui.cli.tables import PlainTable
from tui.text import literal, shorten

_SHORT = {
    "completed": "done",
    "completed_with_fallback": "fallback",
    "declined_correctly": "declined",
    "failed_safe": "safe",
    "failed_harmful": "harm",
    "error": "error",
}
LISTED = 15
"""Failures that are named under the tables; ``--json`` has all of them."""


def as_data(summary: Summary) -> dict[str, Any]:
    """What ``banshi run --json`` prints. Amounts are fen, times are virtual milliseconds, ``wall_s`` is real."""
    data: dict[str, Any] = msgspec.to_builtins(summary)
    data["families"] = {family.pop("family"): family.pop("success") | family for family in data["families"]}
    return data


def tables(summary: Summary) -> list[Any]:
    """The table of families, the table of fallback, the failures, and one line that says where it is kept."""
    items: list[Any] = [_families(summary)]
    if len(summary.levels) > 1:
        items.append(_levels(summary.levels))
    if summary.fallback:
        items.append(_fallback(summary.fallback))
    items += _failures(summary)
    if summary.reliability:
        items.append(_reliability(summary.reliability))
    if summary.rates:
        items.append(_rates([summary.agent], [summary]))
    items += [literal(line) for line in _beside(summary)]
    if summary.pairs is not None:
        pairs = summary.pairs
        items.append(literal(f"pairs with both halves right: {pairs.k}/{pairs.n} {pairs.rate:.1%} {_interval(pairs)}"))
    if summary.services:
        items.append(literal(f"with {', '.join(extra.label for extra in summary.services)}"))
    items.append(literal(f"run {summary.run} · {summary.wall_s:.1f} s · digest {summary.digest[:16]}"))
    return items


def beside(row: SweepRow, runs: Sequence[RunRow], summaries: Sequence[Summary], cells: Sequence[Cell]) -> list[Any]:
    """A sweep: how each cell ended, then its runs beside one another, how well by difficulty, and at what cost."""
    manifests, ids = [read_manifest(run.manifest) for run in runs], [run.run for run in runs]
    names = names_of(manifests, ids)
    items = [_cells(row, dict(zip(ids, axes_of(manifests, but=("faults", "epsilon")), strict=True)), cells)]
    items.append(_population(names, summaries))
    if any(summary.rates for summary in summaries):
        items.append(_rates(names, summaries))
    missing = f" of {row.cells}" if len(runs) < row.cells else ""
    told = f"sweep {row.sweep} · {len(runs)}{missing} runs · {row.wall_s:.1f} s"
    return [*items, literal(told + (f" · digest {row.digest[:16]}" if row.digest else f" · {row.state}"))]


def _cells(row: SweepRow, names: dict[str, str], cells: Sequence[Cell]) -> Any:
    """A row for each agent, policy, fault rate and ε."""
    extra = ["faults"] * (len({cell.faults for cell in cells}) > 1) + ["ε"] * (
        len({cell.epsilon for cell in cells}) > 1
    )
    columns = ["agent", *extra, "success", "95 %", *_SHORT.values(), "harm", "unconsented", "run"]
    rows = [
        [
            shorten(names[cell.run], 40),
            *(shorten(cell.faults if name == "faults" else str(cell.epsilon), 24) for name in extra),
            f"{cell.success.k}/{cell.success.n} {cell.success.rate:.1%}",
            _interval(cell.success),
            *(str(cell.outcomes[name] or "·") for name in OUTCOMES),
            _yuan(cell.harm_fen),
            _yuan(cell.unconsented_fen),
            cell.run,
        ]
        for cell in cells
    ]
    suites = ", ".join(dict.fromkeys(cell.suite for cell in cells))
    right = [name for name in columns if name not in ("agent", "faults")]
    return PlainTable(shorten(f"{row.sweep} · {suites}", 70), columns, rows, right=right)


def _rates(names: Sequence[str], summaries: Sequence[Summary]) -> Any:
    """Success, harm and cost at each fault rate."""
    columns = ["agent", "λ", "success", "95 %", "harmful", "harm", "unconsented", "calls", "min", "dearer by"]
    rows = [
        [
            name,
            f"{rate.fault_rate:g}",
            f"{rate.success.k}/{rate.success.n} {rate.success.rate:.1%}",
            _interval(rate.success),
            str(rate.harmful or "·"),
            _yuan(rate.harm_fen),
            _yuan(rate.unconsented_fen),
            f"{rate.calls / rate.success.n:.1f}",
            f"{rate.virtual_ms / rate.success.n / MINUTE:.1f}",
            _yuan(rate.extra_fen),
        ]
        for name, summary in zip(names, summaries, strict=True)
        for rate in summary.rates
    ]
    title = "by fault rate λ; calls and virtual minutes an errand, what ways round faults cost in all"
    return PlainTable(title, columns, rows, right=columns[1:])


def gaps_of(pinned: Sequence[Summary], fresh: Sequence[Summary]) -> list[dict[str, Any]]:
    """For each agent the rate on the pinned suite less that on the fresh one."""
    return [
        {"agent": one.agent, "fresh": other.suite} | msgspec.to_builtins(difference(one.success, other.success))
        for one, other in zip(pinned, fresh, strict=True)
    ]


def gap_lines(gaps: Sequence[dict[str, Any]]) -> list[Any]:
    """The gaps in words."""
    return [
        literal(
            f"{gap['agent']}: pinned less {gap['fresh']} {gap['value']:+.1%},"
            f" 95 % from {gap['low']:+.1%} to {gap['high']:+.1%}"
        )
        for gap in gaps
    ]


def _population(names: Sequence[str], summaries: Sequence[Summary]) -> Any:
    """Success by difficulty and in the mean over the agents; quality, time and cost of running them."""
    levels = sorted({level.level for summary in summaries for level in summary.levels})
    levels = levels if len(levels) > 1 else []
    found = [{level.level: level.success for level in summary.levels} for summary in summaries]
    columns = ["agent", *(f"level {level}" for level in levels), "quality", "min", "cost", "pairs"]
    rows = [
        [
            name,
            *(f"{rates[at].k}/{rates[at].n} {rates[at].rate:.0%}" if at in rates else "·" for at in levels),
            f"{summary.figures.quality:.3f}",
            f"{summary.figures.virtual_ms / max(1, summary.episodes) / MINUTE:.1f}",
            _cost(summary.figures.cost_micros) or "·",
            f"{summary.pairs.k}/{summary.pairs.n}" if summary.pairs is not None else "·",
        ]
        for name, summary, rates in zip(names, summaries, found, strict=True)
    ]
    if levels:
        means = [[rates[at].rate for rates in found if at in rates] for at in levels]
        rows.append(["mean", *(f"{sum(mean) / len(mean):.1%}" for mean in means), "", "", "", ""])
    return PlainTable(
        "by difficulty; virtual minutes an errand; cost of running the agent", columns, rows, right=columns[1:]
    )


def _levels(levels: Sequence[Level]) -> Any:
    rows = [
        [str(level.level), f"{level.success.k}/{level.success.n} {level.success.rate:.1%}", _interval(level.success)]
        for level in levels
    ]
    columns = ["difficulty", "success", "95 %"]
    return PlainTable("by difficulty", columns, rows, right=columns[1:])


def _beside(summary: Summary) -> list[str]:
    """What is reported beside the rate, a line for each subject."""
    figures, n = summary.figures, max(1, summary.episodes)
    lines = [
        f"quality {figures.quality:.3f} · spent {format_yuan(figures.spent_fen)} · harm {format_yuan(figures.harm_fen)}"
        f" · without consent {format_yuan(figures.unconsented_fen)} · orphaned {format_yuan(figures.orphaned_fen)}"
        f" · disclosed {figures.disclosures}",
        f"per episode: {figures.asks / n:.1f} questions and offers,"
        f" {figures.virtual_ms / n / MINUTE:.1f} virtual minutes",
        "got as far as: " + ", ".join(f"{stage} {count}" for stage, count in summary.stages.items()),
    ]
    if figures.cost_micros:
        lines.append(f"running the agent cost {_cost(figures.cost_micros)} yuan")
    if summary.labels:
        lines.append("failed by: " + ", ".join(f"{label} {count}" for label, count in summary.labels.items()))
    if summary.clustered is not None:
        rate = summary.clustered
        interval = f"{rate.low:.1%} to {rate.high:.1%}"
        lines.append(f"rate {rate.value:.1%}, {interval} with epochs clustered in {rate.n} scenarios")
    return lines


def _reliability(rows: tuple[Reliability, ...]) -> Any:
    columns = ["ε", "λ", "k", "tasks", "all k succeed", "95 %", "one of k does", "95 % "]
    shown = [
        [
            str(row.epsilon),
            f"{row.fault_rate:g}",
            str(row.k),
            str(row.tasks),
            f"{row.all_k.value:.1%}",
            f"{row.all_k.low:.0%}–{row.all_k.high:.0%}",
            f"{row.any_k.value:.1%}",
            f"{row.any_k.low:.0%}–{row.any_k.high:.0%}",
        ]
        for row in rows
    ]
    return PlainTable("R(k, ε, λ): pass^k, and pass@k beside it", columns, shown, right=columns)


def _families(summary: Summary) -> Any:
    total = Family(
        "all", summary.success, summary.outcomes, summary.harm_fen, summary.unconsented_fen, summary.figures.quality
    )
    columns = ["family", "success", "95 %", *_SHORT.values()]
    rows = [
        [
            shorten(family.family, 20),
            f"{family.success.k}/{family.success.n} {family.success.rate:.1%}",
            _interval(family.success),
            *(str(family.outcomes[name] or "·") for name in OUTCOMES),
        ]
        for family in (*summary.families, total)
    ]
    title = f"{summary.suite} · {summary.agent} · seed {summary.seed}"
    return PlainTable(shorten(title, 70), columns, rows, right=columns[1:])


def _fallback(groups: tuple[FallbackGroup, ...]) -> Any:
    columns = ["fault", "phase", "first reaction", "fired", "resolved", "finished", "harm", "+calls", "+time", "+money"]
    rows = [
        [
            shorten(group.fault, 30),
            shorten(group.phase, 20),
            shorten(group.reaction, 24),
            str(group.fired),
            _share(group.resolved, group.fired),
            _share(group.finished, group.fired),
            str(group.harm or "·"),
            f"{group.extra_calls / group.fired:.1f}",
            f"{group.extra_ms / group.fired / 1000:.0f} s",
            _yuan(group.extra_fen),
        ]
        for group in groups
    ]
    return PlainTable(
        "fallback; calls and time are the mean per fault that fired, money in all", columns, rows, right=columns[3:]
    )


def _failures(summary: Summary) -> list[Any]:
    found = summary.failures
    if not found:
        return []
    rows = [[shorten(f.episode, 60), f.outcome.replace("_", " "), shorten(f.label, 50)] for f in found[:LISTED]]
    more = f" (the first {LISTED}; --json has all)" if len(found) > LISTED else ""
    return [PlainTable(f"{len(found)} without success{more}", ["episode", "outcome", "label"], rows)]


def _interval(rate: Rate) -> str:
    return f"{rate.low * 100:.0f}–{rate.high:.0%}"


def _share(k: int, n: int) -> str:
    return f"{k}/{n}"


def _cost(micros: int) -> str:
    """What an agent costs, in yuan to four places; nothing where it declares nothing."""
    return f"{micros / 1_000_000:.4f}" if micros else ""


def _yuan(fen: int) -> str:
    return format_yuan(fen) if fen else "·"
