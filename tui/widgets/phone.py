"""The person's phone: what they wrote on the right, what the agent says on the left, messages in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.phone import ME, PHONE, Bubble
from tui.text import literal

SIGNS = {ME: "«", PHONE: "✉"}
"""A sign as well as a side and a colour; the agent's is ``»``."""


class Phone(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Bubbles, the last one in sight."""

    DEFAULT_CSS = """
    Phone { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Phone > Static { height: auto; width: 80%; margin-bottom: 1; padding: 0 1; background: $panel; }
    Phone > Static.-me { margin-left: 12; width: 1fr; background: $primary 30%; }
    Phone > Static.-phone { margin: 0 6 1 6; width: 1fr; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Scroll up", show=False),
        Binding("down,j", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]
    help_text = "Your phone: « you, » the agent, ✉ messages of the services."

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._shown: list[Bubble] = []

    async def show(self, bubbles: Sequence[Bubble]) -> None:
        """Show these, of which the first may be there already."""
        kept = 0
        while kept < min(len(bubbles), len(self._shown)) and bubbles[kept] == self._shown[kept]:
            kept += 1
        for old in list(self.children)[kept:]:
            await old.remove()
        await self.mount_all([_made(bubble) for bubble in bubbles[kept:]])
        self._shown = list(bubbles)
        self.call_after_refresh(self.scroll_end, animate=False)


def _made(bubble: Bubble) -> Static:
    text = Text(f"{SIGNS.get(bubble.whose, '»')} {bubble.clock}\n", style="dim")
    for n, line in enumerate(bubble.lines):
        text.append("\n" if n else "", style="not dim").append_text(literal(line, "not dim", lines=True))
    return Static(text, classes=f"-{bubble.whose}", markup=False)
