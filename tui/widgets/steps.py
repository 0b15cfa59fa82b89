"""The events of an episode as rows: when, who, what. Wherever a step stands in a list, it is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from tui import playback
from tui.cli.story_layout import SIGNS
from tui.playback import Step
from tui.text import literal
from tui.widgets.rows import Column, RowList

COLUMNS = (Column("time", 8), Column("", 2), Column("event", 20, grow=1))


class EventList(RowList[Step]):
    """The events of one episode. Enter is not in its footer, for want of room; the help says it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Scroll the pane", show=False)]

    def __init__(self, *, id: str, help_text: str) -> None:
        super().__init__(COLUMNS, cells, id=id, header=False, help_text=help_text)


def cells(step: Step) -> Sequence[Text]:
    """A step as the cells of :data:`COLUMNS`."""
    sign, style = SIGNS[step.role]
    return (Text(step.clock, style="dim"), Text(sign, style=style), told(step))


def told(step: Step) -> Text:
    """What a step says in one line; a call that a fault struck begins with the fault's sign."""
    quiet = "dim" if step.event.kind == "note" else ""
    text = literal(step.text, "red" if step.role == "error" else quiet)
    if playback.is_fault(step.event):
        struck, red = SIGNS["fault"]
        text = Text(f"{struck} ", style=red).append_text(text)
    return text
