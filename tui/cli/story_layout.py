"""A story laid out for a terminal: clock on the left, a sign for who acts, text wrapped beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from mock_services.clock import MINUTE
from mock_services.money import format_yuan
from scenarios.results import SUCCESS, Finding
from scenarios.runs import why
from scenarios.runs.story import Line, Story, describe_balance
from tui.cli.tables import PlainTable
from tui.text import literal

SIGNS: dict[str, tuple[str, str]] = {
    "words": ("“", "bold"),
    "agent": ("·", "dim"),
    "read": ("?", "cyan"),
    "write": ("!", "bold cyan"),
    "error": ("✗", "red"),
    "fault": ("↯", "bold red"),
    "fallback": ("↺", "yellow"),
    "asks": ("»", "magenta"),
    "person": ("«", "bold magenta"),
    "world": ("~", "blue"),
    "money": ("¥", "bold green"),
    "end": ("■", "bold"),
}
"""Role → (sign, style). The sign alone tells the role where there is no colour."""

LEGEND = "? look-up  ! change  ✗ error  ↯ fault  ↺ fallback  » to the person  « from them  ~ world  ¥ money"


def lay_out(story: Story, run: str, *, full: bool) -> list[Any]:
    """What ``banshi show`` prints, from the title to the fallback rows."""
    items: list[Any] = [_title(story, run), _facts(story), Text(), lay_lines(story.lines)]
    if not story.kept:
        # Nothing is known of what happened, not that nothing happened.
        items[-1] = Text("its trace was not kept: run it again with --trace all to see what happened", style="yellow")
        return [*items, Text(), *_verdict(story, full), *_fallback(story)]
    if story.later:
        items += [Text(), Text("afterwards", style="bold"), lay_lines(story.later)]
    return [*items, Text(), Text(LEGEND, style="dim"), *lay_end(story, full=full)]


def lay_end(story: Story, *, full: bool) -> list[Any]:
    """What became of it: the person's money, the verdict, and what broke."""
    return [Text(), *_money(story), *_verdict(story, full), *_fallback(story)]


def _title(story: Story, run: str) -> Text:
    style = "bold green" if story.outcome in SUCCESS else "bold red"
    return Text.assemble((story.title, "bold"), f"  in {run}: ", (story.outcome, style))


def _grid(*widths: int | None) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for width in widths:
        grid.add_column(width=width, overflow="fold", no_wrap=width is not None)
    return grid


def _facts(story: Story) -> Table:
    grid = _grid(12, None)
    for name, text in story.facts:
        grid.add_row(Text(name, style="dim"), literal(text))
    return grid


def lay_lines(lines: Sequence[Line]) -> Table:
    """Lines of a story."""
    clock = max([8, *(len(line.clock) for line in lines)])
    grid = _grid(clock, 1, None)
    for line in lines:
        sign, style = SIGNS[line.role]
        quiet = style if line.role in ("words", "fault", "money", "person", "error") else ""
        grid.add_row(Text(line.clock, style="dim"), Text(sign, style=style), literal(line.text, quiet))
    return grid


def _money(story: Story) -> list[Any]:
    moved = story.money.movements
    titles = {balance.account: balance.title for balance in story.money.balances}
    rows: list[list[str | Text]] = [
        [
            literal(titles.get(movement.account, movement.account)),
            format_yuan(movement.fen),
            literal(movement.reason),
            literal(f"{movement.ref} {movement.about}"),
        ]
        for movement in moved
    ]
    items: list[Any] = []
    if rows:
        items.append(PlainTable("the person's money", ["account", "yuan", "why", "for"], rows, right=["yuan"]))
    touched = {movement.account for movement in moved}
    shown = [balance for balance in story.money.balances if balance.account in touched]
    items += [literal(describe_balance(balance)) for balance in shown]
    if not shown:
        items.append(Text("no money of the person moved"))
    return [*items, Text()]


def _verdict(story: Story, full: bool) -> list[Any]:
    head = Text.assemble(("verdict ", "bold"), (story.outcome, "bold"), f", expected was {story.expected}")
    failed = [finding for finding in story.findings if not finding.ok]
    held = [finding for finding in story.findings if finding.ok]
    facts = _grid(16, None)
    for name, text in story.judged:
        facts.add_row(Text(name, style="dim"), literal(text))
    grid = _grid(2, None)
    for finding in failed + (held if full or not failed else []):
        sign = Text("✓", style="green") if finding.ok else Text("✗", style="bold red")
        harm = f" (harm {format_yuan(finding.harm_fen)})" if finding.harm_fen else ""
        where = _where(finding) if full or not finding.ok else ""
        grid.add_row(sign, literal(f"{finding.check}: {why.found(finding)}{harm}{where}"))
        if not finding.ok and (should := why.should(finding)):
            grid.add_row(Text(), literal(f"should be: {should}", "dim"))
    if failed and held and not full:
        grid.add_row(Text("✓", style="green"), Text(f"{len(held)} other checks hold (--full lists them)"))
    return [head, facts, grid]


def _where(finding: Finding) -> str:
    """The rows and the step of the trace that decided a finding."""
    seen = [*finding.rows, *([f"step {finding.step}"] if finding.step >= 0 else [])]
    return f" [{', '.join(seen)}]" if seen else ""


def _fallback(story: Story) -> list[Any]:
    if not story.fallback:
        return []
    columns = ["fault", "phase", "tool", "first reaction", "step", "errand", "extra"]
    rows: list[list[str | Text]] = [
        [
            literal(row.fault),
            literal(row.phase),
            literal(row.tool),
            literal(row.reaction),
            "resolved" if row.resolved else "not resolved",
            "harmed" if row.harm else "finished" if row.finished else "not finished",
            f"{row.extra_calls} calls, {row.extra_ms / MINUTE:.1f} min, {format_yuan(row.extra_fen)} yuan",
        ]
        for row in story.fallback
    ]
    return [Text(), PlainTable("fallback", columns, rows)]
