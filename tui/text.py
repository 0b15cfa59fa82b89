"""The one door by which text from the world comes onto a screen: literal, without markup and control characters."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from scenarios.runs.plaintext import plain


def literal(text: Any, style: str = "", *, lines: bool = False) -> Text:
    """Text as it is: brackets stay brackets, control and BiDi characters are gone.

    Newlines become spaces unless ``lines`` is set. ``style`` is ours and never from the world.
    """
    return Text(plain(text, lines=lines), style=style)


def shorten(text: Any, cells: int) -> str:
    """Harmless text of at most ``cells`` terminal cells; wide characters count as two."""
    from rich.cells import cell_len, set_cell_size

    cleaned = plain(text)
    return cleaned if cell_len(cleaned) <= cells else set_cell_size(cleaned, cells - 1).rstrip() + "…"


def chance(p: float) -> str:
    """A p-value as people write it: none is nought."""
    return f"p = {p:.4f}" if p >= 0.0001 else "p < 0.0001"
