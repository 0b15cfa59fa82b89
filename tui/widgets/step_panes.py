"""The panes that say everything about a step: one at a time under tabs, or all of them where there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.playback import Playback
from tui.widgets import details, details_course, details_money
from tui.widgets.panes import Pane, PaneTabs


class About(NamedTuple):
    """A pane: its id and title, what it is for, and what it says about a step."""

    name: str
    help_text: str
    told: Callable[[Playback, int], Text]


PANES = (
    About("event", "The event in words, then the call with its fault, arguments and result.", details.event),
    About("world", "The rows that the event changed: + new, ~ changed, - gone, before → after.", details.world),
    About(
        "money",
        "What the person has after the step (a credit line below zero is owed), what escrow holds of it, and the "
        "double entries of the step.",
        details_money.money,
    ),
    About("talk", "What the person and the agent have said to each other so far.", details.talk),
    About("plan", f"The plan as the agent tells it: {details_course.legend()}.", details_course.plan),
    About("clock", "The clock, what happened by itself, and what is scheduled, soonest first.", details_course.clock),
)


class StepPanes(Vertical):
    """All panes. ``open`` is the number of the one that is in sight where there is room for one, from 1 on."""

    DEFAULT_CSS = """
    StepPanes #panes { height: 1fr; min-height: 2; }
    StepPanes #panes > Pane { display: none; }
    StepPanes #panes > Pane.-open { display: block; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.open = 1
        self._shown: dict[str, tuple[int, int]] = {}

    def compose(self) -> ComposeResult:
        yield PaneTabs([about.name for about in PANES], id="tabs")
        with Vertical(id="panes"):
            for number, (name, help_text, _) in enumerate(PANES, 1):
                yield Pane(id=name, title=f"{number} {name}", help_text=help_text, to_end=name == "talk")

    def turn_to(self, number: int) -> Pane:
        """Open a pane, and return it."""
        self.open = number
        self.query_one(PaneTabs).open(number)
        for n in range(1, len(PANES) + 1):
            self.pane(n).set_class(n == number, "-open")
        return self.pane(number)

    def show(self, playback: Playback, at: int) -> None:
        """Show a step in every pane that is in sight; the others cost nothing."""
        for number, (name, _, told) in enumerate(PANES, 1):
            pane = self.pane(number)
            if pane.display and self._shown.get(name) != (id(playback), at):
                self._shown[name] = id(playback), at
                pane.show(told(playback, at))

    def pane(self, number: int) -> Pane:
        """A pane by its number."""
        return self.query_one(f"#{PANES[number - 1].name}", Pane)
