"""Engines and routers on the same episodes, beside one another: success, harm, price, latency, worth and regret."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.route.best import Worth
from agent.route.spec import PREFIX
from mock_services.errors import UsageError
from scenarios.routing.lessons import value
from scenarios.runs.store import EpisodeRow, RunRow, Store
from scenarios.stats.intervals import Rate, wilson


class Row(msgspec.Struct, frozen=True):
    """One engine or router.

    ``cost_micros`` (millionths of a yuan) and ``virtual_ms`` are means over the episodes, ``worth`` too. ``regret`` is
    how much less it is worth than who did best on each episode, of all single engines, chosen with hindsight;
    ``over_best`` than the single engine that did best on the whole. ``frontier``: nobody succeeds more often for less.
    """

    run: str
    agent: str
    success: Rate
    harmful: int
    harm_fen: int
    cost_micros: float
    virtual_ms: float
    worth: float
    regret: float
    over_best: float
    router: bool
    frontier: bool = False


def compare(store: Store, runs: Sequence[RunRow], worth: Worth) -> list[Row]:
    """A row for each run, the single engines first, then the routers, each in the order given.

    Raises:
        UsageError: there is no single engine among them, or they did not run the same episodes.
    """
    singles = [run for run in runs if not run.agent.startswith(PREFIX)]
    routers = [run for run in runs if run.agent.startswith(PREFIX)]
    if not singles:
        raise UsageError("no run of a single engine is among them", fix="name the runs of the engines too")
    episodes = {run.run: store.episodes(run.run) for run in runs}
    ids = [row.id for row in episodes[runs[0].run]]
    for run in runs:
        if run.suite_hash != runs[0].suite_hash or [row.id for row in episodes[run.run]] != ids:
            raise UsageError(f"runs {runs[0].run} and {run.run} did not run the same episodes", fix="run them alike")
    if not ids:
        raise UsageError(f"run {runs[0].run} has no episodes")
    values = {run.run: [value(row, worth) for row in episodes[run.run]] for run in runs}
    best = max(sum(values[run.run]) for run in singles) / len(ids)
    hindsight = sum(max(values[run.run][i] for run in singles) for i in range(len(ids))) / len(ids)
    rows = [_row(run, episodes[run.run], values[run.run], best, hindsight) for run in (*singles, *routers)]
    return [msgspec.structs.replace(row, frontier=not any(_beats(other, row) for other in rows)) for row in rows]


def _row(run: RunRow, episodes: list[EpisodeRow], values: list[float], best: float, hindsight: float) -> Row:
    count, mean = len(episodes), sum(values) / len(values)
    return Row(
        run=run.run,
        agent=run.agent,
        success=wilson(sum(row.success for row in episodes), count),
        harmful=sum(row.harm_fen > 0 for row in episodes),
        harm_fen=sum(row.harm_fen for row in episodes),
        cost_micros=sum(row.cost_micros for row in episodes) / count,
        virtual_ms=sum(row.virtual_ms for row in episodes) / count,
        worth=round(mean, 6),
        regret=round(hindsight - mean, 6),
        over_best=round(best - mean, 6),
        router=run.agent.startswith(PREFIX),
    )


def _beats(one: Row, other: Row) -> bool:
    """Whether one succeeds as often for no more, and is better in one of the two."""
    mine, theirs = (one.success.k, -one.cost_micros), (other.success.k, -other.cost_micros)
    return mine != theirs and mine[0] >= theirs[0] and mine[1] >= theirs[1]


def markdown(rows: Sequence[Row]) -> str:
    """The table as it stands in the docs."""
    head = "| engine | success | 95 % | harmed | harm in yuan | yuan an errand | minutes | worth | regret | frontier |"
    lines = [head, "|" + " --- |" * 10]
    for row in rows:
        k, n = row.success.k, row.success.n
        rate = f"{100 * k / n:.1f}%"
        span = f"{100 * row.success.low:.0f}–{100 * row.success.high:.0f}"
        figures = f"{row.cost_micros / 1e6:.4f} | {row.virtual_ms / 60_000:.2f} | {row.worth:.4f} | {row.regret:.4f}"
        lines.append(
            f"| `{row.agent}` | {k}/{n} {rate} | {span} | {row.harmful} | {row.harm_fen / 100:.2f} | {figures} |"
            f" {'yes' if row.frontier else ''} |"
        )
    return "\n".join(lines)
