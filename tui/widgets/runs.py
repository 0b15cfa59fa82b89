"""How a run is drawn on the board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.text import Text

from scenarios.runs.counts import PARTS
from scenarios.runs.store import RunRow
from scenarios.runs.sweeps import SweepRow
from tui.reading import Trend
from tui.text import literal
from tui.widgets.marks import counted, sparkline, yuan
from tui.widgets.rows import Column

COLUMNS = (
    Column("run", 6),
    Column("suite", 8, grow=1),
    Column("agent", 8, grow=1),
    Column("tags, options", 24, grow=1, rank=5),
    Column("when (UTC)", 16, rank=4),
    Column("episodes", 9, right=True),
    Column("course", PARTS, rank=1),
    Column("success", 8, right=True),
    Column("95 %", 9, rank=3, right=True),
    Column("harm", 9, rank=2, right=True),
    Column("state", 8),
)


class SweepLine(NamedTuple):
    """A sweep on the board; ``open`` says that its runs stand below it."""

    sweep: SweepRow
    runs: tuple[RunRow, ...]
    open: bool


def sweep_cells(line: SweepLine) -> Sequence[Text]:
    """A sweep as the cells of :data:`COLUMNS`."""
    row = line.sweep
    rate = f"{100 * row.succeeded / row.done:.1f} %" if row.done else "·"
    state = {"finished": ("done", "green"), "running": ("running", "cyan")}.get(row.state, (row.state, "yellow"))
    return (
        literal(f"{'▾' if line.open else '▸'}{row.sweep}", "bold"),
        literal(", ".join(dict.fromkeys(run.suite for run in line.runs))),
        literal(f"{len(line.runs)}/{row.cells} runs"),
        literal(", ".join(dict.fromkeys(run.agent for run in line.runs)), "dim"),
        literal(row.created_at[:16].replace("T", " ")),
        Text(f"{row.done}/{row.planned}"),
        Text(),
        Text(rate, style="bold"),
        Text("·", style="dim"),
        yuan(sum(run.harm_fen for run in line.runs), "bold red"),
        Text(*state),
    )


def sweep_detail(line: SweepLine) -> Text:
    """The runs of a sweep, and its digest."""
    row = line.sweep
    told = ", ".join(f"{run.run} {run.agent} {run.options.get('fallback', '')}".rstrip() for run in line.runs)
    text = literal(f"a sweep of {row.cells} runs; Enter {'folds' if line.open else 'unfolds'} it").append("\n")
    return text.append_text(literal(told + (f" · digest {row.digest[:12]}" if row.digest else ""), "dim"))


def cells(run: RunRow, trend: Trend | None, *, inside: bool = False) -> Sequence[Text]:
    """A run as the cells of :data:`COLUMNS`; ``trend`` is None until it was read. ``inside`` stands below its sweep."""
    rate = f"{100 * run.succeeded / run.done:.1f} %" if run.done else "·"
    interval = "·"
    if trend is not None and trend.rate is not None:
        interval = f"{100 * trend.rate.low:.0f}–{100 * trend.rate.high:.0f} %"
    return (
        literal(f"└{run.run}" if inside else run.run, "bold"),
        literal(run.suite),
        literal(run.agent),
        literal(" ".join((*(f"#{tag}" for tag in run.tags), options(run.options))), "dim"),
        literal(run.created_at[:16].replace("T", " ")),
        Text(f"{run.done}/{run.planned}"),
        sparkline(trend.shares) if trend is not None else Text(),
        Text(rate, style="bold"),
        Text(interval, style="dim"),
        yuan(run.harm_fen, "bold red"),
        Text(*state(run)),
    )


def detail(run: RunRow, trend: Trend | None) -> Text:
    """The outcomes of a run, its tags, its options and its seed."""
    text = counted(trend.outcomes) if trend is not None else Text()
    text.append("\n")
    if run.tags:
        text.append_text(literal(" ".join(f"#{tag}" for tag in run.tags), "bold")).append("  ")
    text.append_text(literal(f"{options(run.options)} seed={run.seed}", "dim"))
    if run.digest:
        text.append_text(literal(f" · digest {run.digest[:12]}", "dim"))
    return text


def haystack(run: RunRow) -> str:
    """What the board's filter looks into."""
    parts = (run.run, run.suite, run.agent, options(run.options), run.created_at, state(run)[0], run.sweep)
    return " ".join((*parts, *(f"#{tag}" for tag in run.tags))).casefold()


def options(given: dict[str, Any]) -> str:
    """``fallback=full guard=on``."""
    return " ".join(
        f"{name}={'on' if value is True else 'off' if value is False else value}" for name, value in given.items()
    )


def state(run: RunRow) -> tuple[str, str]:
    """Finished, running, or how it came to stand still; and the style of that."""
    if run.state == "finished":
        return "done", "green"
    return ("running", "cyan") if run.live else ("stopped", "yellow")
