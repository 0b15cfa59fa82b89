"""Two episodes side by side, step beside step, with the first difference marked.

Any screen can hold it: the comparison of two runs does, and whoever wants to see two futures of one episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from tui.alignment import Alignment, Pair, align
from tui.cli.story_layout import SIGNS
from tui.playback import Playback, Step
from tui.text import literal
from tui.widgets import details, steps
from tui.widgets.marks import outcome
from tui.widgets.panes import Pane
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("", 2),
    Column("a", 8, rank=1),
    Column("", 2),
    Column("", 14, grow=1),
    Column("", 1),
    Column("b", 8, rank=2),
    Column("", 2),
    Column("", 14, grow=1),
)
_AFTER = 6
DIFFERENT, FIRST = "≠", "▶≠"


class SideBySide(Vertical):
    """Two episodes, aligned. Below the lines stand both events of the one at the cursor."""

    DEFAULT_CSS = """
    SideBySide { height: 1fr; }
    SideBySide > #names { height: 1; }
    SideBySide > #names > Static {
        width: 1fr; padding: 0 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    SideBySide > #names > Static.-chosen { text-style: bold reverse; }
    SideBySide > RowList { height: 3fr; min-height: 3; }
    SideBySide > #both { height: 2fr; border-top: solid $panel; }
    SideBySide > #both > Pane { width: 1fr; height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "difference(1)", "Difference", key_display="d/D"),
        Binding("D", "difference(-1)", "Previous difference", show=False),
        Binding("1", "first", "First difference"),
        Binding("left,h", "side(0)", "Side", key_display="←/→"),
        Binding("right,l", "side(1)", "The other side", show=False),
    ]
    help_text = (
        f"Two episodes step by step. {DIFFERENT} marks a line in which more than the time differs, {FIRST} the first"
        " one; a side without a step has an empty place. ← and → choose a side, Enter steps through it from there."
    )

    class Opened(Message):
        """Enter: ``side`` (0: the left one) is to be stepped through from step ``at`` on."""

        def __init__(self, side: int, at: int) -> None:
            super().__init__()
            self.side, self.at = side, at

    def __init__(
        self,
        a: Playback,
        b: Playback,
        names: tuple[str, str],
        *,
        alignment: Alignment | None = None,
        side: int = 0,
        id: str | None = None,
    ) -> None:
        """Two episodes.

        ``alignment`` says what stands beside what; by default all of both. ``side`` is the chosen one.
        """
        super().__init__(id=id)
        self._a, self._b, self._names = a, b, names
        self.alignment = alignment or _told(align(a.events, b.events), a, b)
        self._side = side

    def compose(self) -> ComposeResult:
        with Horizontal(id="names"):
            for name, playback in zip(self._names, (self._a, self._b), strict=True):
                yield Static(literal(f"{name} · ").append_text(outcome(playback.result.verdict.outcome)), markup=False)
        about = "The steps of both. Enter steps through the chosen episode, Tab goes into what is told of it below."
        yield RowList[Pair](COLUMNS, self._cells, id="lines", header=False, help_text=about)
        with Horizontal(id="both"):
            yield Pane(id="left", title="", help_text="The step on the left.")
            yield Pane(id="right", title="", help_text="The step on the right.")

    def on_mount(self) -> None:
        """Start where the two part."""
        self.action_side(self._side)
        lines = self._lines()
        first = self.alignment.first or 0
        # What follows the difference is to be in sight as well.
        lines.show(self.alignment.pairs, first + _AFTER)
        lines.focus()
        self.call_after_refresh(lines.move_to, first)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show both steps in full."""
        event.stop()
        pair = self._lines().current
        if pair is None:
            return
        for name, playback, at in (("left", self._a, pair.a), ("right", self._b, pair.b)):
            told = details.event(playback, at) if at is not None else Text("nothing here", style="dim")
            self.query_one(f"#{name}", Pane).show(told)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Tell which step of which episode is to be looked at: on an empty place, the last one before it."""
        event.stop()
        pairs = self.alignment.pairs[: event.index + 1]
        before = [at for pair in pairs if (at := (pair.a, pair.b)[self._side]) is not None]
        self.post_message(self.Opened(self._side, before[-1] if before else 0))

    def action_side(self, side: int) -> None:
        """Choose the left or the right episode."""
        self._side = side
        for n, name in enumerate(self.query("#names > Static")):
            name.set_class(n == side, "-chosen")

    def action_difference(self, way: int) -> None:
        """To the next or the previous line that differs."""
        found = self.alignment.next_difference(self._lines().cursor, way)
        if found is None:
            self.notify(f"no difference {'after' if way > 0 else 'before'} this line", timeout=2, markup=False)
        else:
            self._lines().move_to(found)

    def action_first(self) -> None:
        """To the line from which on they differ."""
        if self.alignment.first is None:
            self.notify("nothing but times differs", timeout=2, markup=False)
        else:
            self._lines().move_to(self.alignment.first)

    def _lines(self) -> RowList[Pair]:
        found: RowList[Pair] = self.query_one("#lines", RowList)
        return found

    def _cells(self, pair: Pair) -> Sequence[Text]:
        first = self.alignment.first
        here = first is not None and self.alignment.pairs[first] is pair
        sign = Text() if pair.same else Text(FIRST if here else f" {DIFFERENT}", style="bold yellow")
        return (sign, *_side(self._a, pair.a), Text("│", style="dim"), *_side(self._b, pair.b))


def _told(whole: Alignment, a: Playback, b: Playback) -> Alignment:
    """Without lines in which one side thinks and the other does not: that is time and money, and no other road."""
    pairs = tuple(
        pair
        for pair in whole.pairs
        if pair.same
        or any(at is not None and told.events[at].kind != "thought" for told, at in ((a, pair.a), (b, pair.b)))
    )
    return Alignment(pairs, next((n for n, pair in enumerate(pairs) if not pair.same), None))


def _side(playback: Playback, at: int | None) -> tuple[Text, Text, Text]:
    if at is None:
        return Text(), Text(), Text()
    step: Step = playback.steps[at]
    sign, style = SIGNS[step.role]
    return Text(step.clock, style="dim"), Text(sign, style=style), steps.told(step)
