"""A run's figures as tables for people and as data for scripts."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.money import format_yuan
from scenarios.results import OUTCOMES
from scenarios.runs.summary import FallbackGroup, Family, Rate, Summary
from tui.cli.output import table
from tui.text import literal, shorten

_SHORT = {
    "completed": "completed",
    "completed_with_fallback": "fallback",
    "declined_correctly": "declined",
    "failed_safe": "failed safe",
    "failed_harmful": "harmful",
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
    if summary.fallback:
        items.append(_fallback(summary.fallback))
    items += _failures(summary)
    rate = f"{summary.episodes / summary.wall_s:.1f} episodes/s" if summary.wall_s else ""
    items.append(literal(f"run {summary.run} · {summary.wall_s:.1f} s · {rate} · digest {summary.digest[:16]}"))
    return items


def _families(summary: Summary) -> Any:
    total = Family("all", summary.success, summary.outcomes, summary.harm_fen, summary.unconsented_fen)
    columns = ["family", "success", "95 %", *_SHORT.values(), "harm", "unconsented"]
    rows = [
        [
            shorten(family.family, 20),
            f"{family.success.k}/{family.success.n} {_percent(family.success.rate)}",
            _interval(family.success),
            *(str(family.outcomes[name] or "·") for name in OUTCOMES),
            _yuan(family.harm_fen),
            _yuan(family.unconsented_fen),
        ]
        for family in (*summary.families, total)
    ]
    title = f"{summary.suite} · {summary.agent} · seed {summary.seed}"
    return table(shorten(title, 100), columns, rows, right=columns[1:])


def _fallback(groups: tuple[FallbackGroup, ...]) -> Any:
    columns = [
        "fault",
        "phase",
        "first reaction",
        "fired",
        "resolved",
        "finished",
        "harm",
        "extra calls",
        "extra time",
        "extra money",
    ]
    rows = [
        [
            shorten(group.fault, 30),
            shorten(group.phase, 20),
            shorten(group.reaction, 24),
            str(group.fired),
            _share(group.resolved, group.fired),
            _share(group.finished, group.fired),
            str(group.harm or "·"),
            f"{group.extra_calls / group.fired:+.1f}",
            f"{group.extra_ms / group.fired / 1000:+.0f} s",
            _yuan(group.extra_fen),
        ]
        for group in groups
    ]
    return table("fallback, per fault that fired", columns, rows, right=columns[3:])


def _failures(summary: Summary) -> list[Any]:
    found = summary.failures
    if not found:
        return []
    rows = [[shorten(f.episode, 60), _SHORT[f.outcome], shorten(f.label, 50)] for f in found[:LISTED]]
    more = f" (the first {LISTED}; --json has all)" if len(found) > LISTED else ""
    return [table(f"{len(found)} without success{more}", ["episode", "outcome", "label"], rows)]


def _percent(rate: float) -> str:
    return f"{rate * 100:.1f} %"


def _interval(rate: Rate) -> str:
    return f"{rate.low * 100:.0f}–{rate.high * 100:.0f} %"


def _share(k: int, n: int) -> str:
    return f"{k}/{n}"


def _yuan(fen: int) -> str:
    return format_yuan(fen) if fen else "·"
