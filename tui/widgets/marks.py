"""Signs and colours: each state has a shape of its own, so that nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mock_services.money import format_yuan
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
