"""The stepper: one episode, forward and back, with everything that can be known at each step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from mock_services.trace import Event
from scenarios.runs.store import EpisodeRow
from scenarios.runs.story import ROLES
from tui import playback as steps
from tui import reading
from tui.cli.story_layout import SIGNS
from tui.playback import Playback
from tui.screens.verdict import VerdictScreen
from tui.text import literal
from tui.widgets import details
from tui.widgets.marks import outcome
from tui.widgets.panes import Pane, PaneTab, PaneTabs
from tui.widgets.rows import RowList
from tui.widgets.searchbar import SearchBar
from tui.widgets.steps import EventList

PANES: tuple[tuple[str, str, str, Callable[[Playback, int], Text]], ...] = (
    ("event", "event", "The event in words, then the call with its fault, arguments and result.", details.event),
    ("world", "world", "The rows that the event changed: + new, ~ changed, - gone, before → after.", details.world),
    (
        "money",
        "money",
        "What the person has after the step (a credit line below zero is owed), and what escrow holds of it.",
        details.money,
    ),
    ("talk", "talk", "What the person and the agent have said to each other so far.", details.talk),
)
"""(id, title, help, what it says about a step)."""

SEEK: dict[str, tuple[str, Callable[[Event], bool]]] = {
    "call": ("tool call", steps.is_call),
    "fault": ("fault", steps.is_fault),
    "consent": ("question for consent", steps.is_consent),
    "write": ("write", steps.is_write),
}


class StepperScreen(Screen[None]):
    """One episode."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", "Step", key_display="←/→"),
        Binding("left,h", "step(-1)", "Step back", show=False),
        Binding("n", "seek('call', 1)", "Call", key_display="n/p"),
        Binding("p", "seek('call', -1)", "Previous call", show=False),
        Binding("f", "seek('fault', 1)", "Fault", key_display="f/F"),
        Binding("F", "seek('fault', -1)", "Previous fault", show=False),
        Binding("c", "seek('consent', 1)", "Consent", key_display="c"),
        Binding("C", "seek('consent', -1)", "Previous consent", show=False),
        Binding("w", "seek('write', 1)", "Write", key_display="w"),
        Binding("W", "seek('write', -1)", "Previous write", show=False),
        Binding("g,home", "jump(0)", "First step", show=False),
        Binding("G,end", "jump(-1)", "Last step", show=False),
        Binding("slash", "search", "Find", key_display="/"),
        Binding("v", "verdict", "Verdict"),
        Binding("1", "open(1)", "Pane: event", show=False),
        Binding("2", "open(2)", "Pane: world", show=False),
        Binding("3", "open(3)", "Pane: money", show=False),
        Binding("4", "open(4)", "Pane: talk", show=False),
        Binding("escape", "leave", "To the list, then back", show=False),
        Binding("q", "app.pop_screen", "Back"),
    ]
    help_text = "One episode. " + ", ".join(f"{sign} {ROLES[role]}" for role, (sign, _) in SIGNS.items()) + "."

    class Loaded(Message):
        """The episode was read."""

        def __init__(self, playback: Playback) -> None:
            super().__init__()
            self.playback = playback

    class Failed(Message):
        """It could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, row: EpisodeRow) -> None:
        super().__init__()
        self._store, self._row = store, row
        self._playback: Playback | None = None
        self._shown: dict[str, int] = {}
        self._open = 1
        self._found: list[int] = []
        self._anchor = 0

    def compose(self) -> ComposeResult:
        yield Static(literal(f"{self._row.id} · {self._row.run}"), id="title", markup=False)
        yield Static(Text("reading the episode …", style="dim"), id="bar", markup=False)
        with Container(id="body"):
            about = "The events of the episode in order; a time with +1 is a day later."
            yield EventList(id="events", help_text=about)
            yield PaneTabs([title for _, title, _, _ in PANES], id="tabs")
            with Vertical(id="panes"):
                for name, title, about, _ in PANES:
                    yield Pane(id=name, title=title, help_text=about, to_end=name == "talk")
        yield SearchBar(id="search")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Read the episode."""
        self._list().focus()
        self.action_open(1)
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        try:
            self.post_message(self.Loaded(reading.playback(self._store, self._row.run, self._row.ordinal)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_stepper_screen_loaded(self, event: Loaded) -> None:
        """Start at the first step."""
        if not len(event.playback):
            self._bar(literal(f"this episode recorded nothing: {self._row.error}"))
            return
        self._playback = event.playback
        self._list().show(event.playback.steps)

    def on_stepper_screen_failed(self, event: Failed) -> None:
        """Say what is wrong, where there is room for it."""
        self._bar(Text("the episode cannot be shown", style="red"))
        self._pane(1).show(literal(event.text))

    # --- moving ----------------------------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Everything follows the cursor of the list."""
        self._shown.clear()
        self._paint()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter goes into the open pane, to scroll it."""
        self._pane(self._open).focus()

    def action_step(self, by: int) -> None:
        """One event forward or back."""
        self._list().action_move(by)

    def action_jump(self, to: int) -> None:
        """To the first (0) or the last (-1) event."""
        self._list().move_to(0 if to == 0 else len(self._list().rows) - 1)

    def action_seek(self, what: str, way: int) -> None:
        """To the next or the previous event of a kind."""
        if self._playback is None:
            return
        name, wanted = SEEK[what]
        found = self._playback.seek(self._list().cursor, way, wanted)
        if found is None:
            self.notify(f"no {name} {'after' if way > 0 else 'before'} this step", timeout=2, markup=False)
        else:
            self._list().move_to(found)

    def action_leave(self) -> None:
        """From a pane to the list, from the list back to the episodes."""
        if self.focused is not self._list():
            self._list().focus()
        else:
            self.app.pop_screen()

    def action_verdict(self) -> None:
        """Show the verdict; a finding that is chosen there is jumped to."""
        if self._playback is not None:
            self.app.push_screen(VerdictScreen(self._playback), self._jump)

    def _jump(self, to: int | None) -> None:
        if to is not None:
            self._list().move_to(to)

    # --- searching -------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Look for words in the whole episode, from here on."""
        self._anchor = self._list().cursor
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Go to the first place at or after where the search began."""
        if self._playback is None:
            return
        self._found = self._playback.matches(event.text)
        if self._found:
            self._list().move_to(next((at for at in self._found if at >= self._anchor), self._found[0]))
        self._tell_found(bool(event.text.strip()))

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Enter goes to the next place."""
        self._next_found(1)

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """The arrows go to the next or the previous place."""
        self._next_found(event.way)

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Stay where the search came to."""
        self.query_one(SearchBar).close()
        self._list().focus()

    def _next_found(self, way: int) -> None:
        here = self._list().cursor
        if self._found:
            later = [at for at in self._found if (at - here) * way > 0]
            self._list().move_to((later or self._found)[0 if way > 0 else -1])
        self._tell_found(True)

    def _tell_found(self, searched: bool) -> None:
        here = self._list().cursor
        number = self._found.index(here) + 1 if here in self._found else 0
        told = f"{number} of {len(self._found)} · Enter: next · Esc: done" if self._found else "nothing found"
        self.query_one(SearchBar).tell(told if searched else "")

    # --- panes -----------------------------------------------------------------------------------------------

    def action_open(self, number: int) -> None:
        """Open a pane; where all are in sight, go to it."""
        self._open = number
        self.query_one(PaneTabs).open(number)
        for n in range(1, len(PANES) + 1):
            self._pane(n).set_class(n == number, "-open")
        if self._list() is not self.focused:
            self._pane(number).focus()
        self._paint()

    def on_pane_tab_pressed(self, event: PaneTab.Pressed) -> None:
        """A tab was clicked."""
        self.action_open(event.number)

    def on_resize(self) -> None:
        """Other panes may be in sight now."""
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        playback, at = self._playback, self._list().cursor
        if playback is None:
            return
        title = literal(f"{self._row.id} · {self._row.run} · ").append_text(outcome(self._row.outcome))
        self.query_one("#title", Static).update(title.append(f" · step {at + 1}/{len(playback)}", style="dim"))
        self._bar(details.bar(playback, at))
        for number, (name, _, _, told) in enumerate(PANES, 1):
            # A pane that is not in sight costs nothing.
            if (self.has_class("-wide") or number == self._open) and self._shown.get(name) != at:
                self._shown[name] = at
                self._pane(number).show(told(playback, at))

    def _bar(self, text: Text) -> None:
        self.query_one("#bar", Static).update(text)

    def _pane(self, number: int) -> Pane:
        return self.query_one(f"#{PANES[number - 1][0]}", Pane)

    def _list(self) -> EventList:
        return self.query_one(EventList)
