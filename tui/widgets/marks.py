"""Signs and colours: each state has a shape of its own, so that nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from mock_services.money import format_yuan
from scenarios.results import OUTCOMES
from tui.text import literal

OUTCOME_MARKS: dict[str, tuple[str, str, str]] = {
    "completed": ("✓", "green", "completed"),
    "completed_with_fallback": ("↺", "cyan", "fallback"),
    "declined_correctly": ("⊘", "blue", "declined"),
    "failed_safe": ("✗", "yellow", "failed safe"),
    "failed_harmful": ("!", "bold red", "harmful"),
    "error": ("?", "bold magenta", "error"),
}
"""Outcome → (shape, style, short name)."""


def outcome(name: str) -> Text:
    """An outcome with its shape."""
    sign, style, short = OUTCOME_MARKS.get(name, ("·", "", name))
    return literal(f"{sign} {short}", style)


def counted(outcomes: Mapping[str, int]) -> Text:
    """How many of each outcome, the best first."""
    text = Text()
    for name in OUTCOMES:
        if count := outcomes.get(name):
            sign, style, short = OUTCOME_MARKS[name]
            text.append(f"{sign} {count} {short}   ", style=style)
    return text


def share(worst: str, good: float, n: int) -> Text:
    """Of several episodes the worst outcome and how many succeeded; of one its outcome."""
    sign, style, _ = OUTCOME_MARKS.get(worst, ("·", "", worst))
    return Text(sign if n == 1 else f"{sign} {100 * good:.0f} %", style=style)


_BARS = "▁▂▃▄▅▆▇█"


def sparkline(shares: Sequence[float | None]) -> Text:
    """Shares in [0, 1] one after the other: full is everything, low is nothing; a gap is not known."""
    return Text("".join(" " if share is None else _BARS[min(int(share * 8), 7)] for share in shares))


def yuan(fen: int, style: str = "") -> Text:
    """An amount; nothing to speak of is a dot."""
    return Text(format_yuan(fen), style=style) if fen else Text("·", style="dim")


def legend() -> str:
    """What the shapes of the outcomes mean."""
    return "  ".join(f"{sign} {short}" for sign, _, short in OUTCOME_MARKS.values())
