"""The stepper: one episode, forward and back, with everything that can be known at each step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from agent.edges import EDGES
from mock_services.errors import BanshiError
from mock_services.trace import Event
from scenarios.runs.store import EpisodeRow
from scenarios.runs.story import ROLES
from tui import copying, reading
from tui import playback as steps
from tui.cli.story_layout import SIGNS
from tui.judged import judged
from tui.playback import Playback
from tui.screens.verdict import VerdictScreen
from tui.text import literal
from tui.widgets import details
from tui.widgets.graph import drawing
from tui.widgets.marks import outcome
from tui.widgets.panes import PaneTab
from tui.widgets.player import Player
from tui.widgets.rows import RowList
from tui.widgets.searchbar import SearchBar
from tui.widgets.step_panes import PANES, StepPanes
from tui.widgets.steps import EventList

SEEK: dict[str, tuple[str, Callable[[Event], bool]]] = {
    "call": ("tool call", steps.is_call),
    "fault": ("fault", steps.is_fault),
    "fallback": ("fallback", steps.is_fallback),
    "consent": ("question for consent", steps.is_consent),
    "write": ("write", steps.is_write),
}


class StepperScreen(Screen[None]):
    """One episode."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", "Step", key_display="←/→"),
        Binding("left,h", "step(-1)", "Step back", show=False),
        Binding("f", "seek('fault', 1)", "Fault", key_display="f/F"),
        Binding("F", "seek('fault', -1)", "Previous fault", show=False),
        Binding("e", "seek('check', 1)", "Failed check", key_display="e/E"),
        Binding("E", "seek('check', -1)", "Previous failed check", show=False),
        Binding("b", "seek('fallback', 1)", "Fallback", key_display="b/B", show=False),
        Binding("B", "seek('fallback', -1)", "Previous fallback", show=False),
        Binding("n", "seek('call', 1)", "Call", key_display="n/p", show=False),
        Binding("p", "seek('call', -1)", "Previous call", show=False),
        Binding("c", "seek('consent', 1)", "Consent", key_display="c/C", show=False),
        Binding("C", "seek('consent', -1)", "Previous consent", show=False),
        Binding("w", "seek('write', 1)", "Write", key_display="w/W", show=False),
        Binding("W", "seek('write', -1)", "Previous write", show=False),
        Binding("g,home", "jump(0)", "First step", show=False),
        Binding("G,end", "jump(-1)", "Last step", show=False),
        Binding("space", "play", "Play", key_display="␣"),
        Binding("plus,equals_sign", "pace(1)", "Play faster", show=False),
        Binding("minus", "pace(-1)", "Play slower", show=False),
        Binding("slash", "search", "Find", key_display="/"),
        Binding("v", "verdict", "Verdict"),
        Binding("o", "fork", "Fork"),
        Binding("y", "copy", "Copy the step", show=False),
        *(Binding(str(n), f"open({n})", f"Pane: {about.name}", show=False) for n, about in enumerate(PANES, 1)),
        Binding("escape", "leave", "To the list, then back", show=False),
        Binding("q", "app.pop_screen", "Back"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall"), (36, "-high")]
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

    def __init__(self, store: Path | None, row: EpisodeRow, at: int = 0) -> None:
        """An episode as it is listed, and the step to begin at."""
        super().__init__()
        self._store, self._row, self._at = store, row, at
        self._playback: Playback | None = None
        self._visits: list[str] = []
        self._painted = -1
        self._player = Player(self, self._forward, self._paint)
        self._found: list[int] = []
        self._anchor = 0

    def compose(self) -> ComposeResult:
        yield Static(literal(f"{self._row.id} · {self._row.run}"), id="title", markup=False)
        yield Static(Text("reading the episode …", style="dim"), id="bar", markup=False)
        with Container(id="body"):
            about = "The events of the episode in order; a time with +1 is a day later."
            with Vertical(id="course"):
                yield EventList(id="events", help_text=about)
                yield Static(id="graph", markup=False)
            yield StepPanes(id="step")
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
        """Start at the step that was asked for, by default the first."""
        if not len(event.playback):
            self._bar(literal(f"this episode recorded nothing: {self._row.error}"))
            return
        self._playback = event.playback
        self._list().show(event.playback.steps, self._at)

    def on_stepper_screen_failed(self, event: Failed) -> None:
        """Say what is wrong, where there is room for it."""
        self._bar(Text("the episode cannot be shown", style="red"))
        self._panes().pane(1).show(literal(event.text))

    # --- moving ----------------------------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Everything follows the cursor of the list."""
        if self._painted != self.at:
            self._paint()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter goes into the open pane, to scroll it."""
        self._panes().pane(self._panes().open).focus()

    def action_step(self, by: int) -> None:
        """One event forward or back."""
        self._list().action_move(by)
        self._paint()

    def action_jump(self, to: int) -> None:
        """To the first (0) or the last (-1) event."""
        self._list().move_to(0 if to == 0 else len(self._list().rows) - 1)

    def action_seek(self, what: str, way: int) -> None:
        """To the next or the previous event of a kind."""
        if self._playback is None:
            return
        places = {self._playback.events[one.at].seq for one in judged(self._playback) if not one.ok}
        name, wanted = SEEK.get(what, ("failed check", lambda event: event.seq in places))
        found = self._playback.seek(self.at, way, wanted)
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

    def action_fork(self) -> None:
        """Take another road from this step on."""
        if self._playback is not None:
            from tui.screens.fork import ForkScreen

            self.app.push_screen(ForkScreen(self._store, self._row, self._list().cursor))

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

    # --- playing and copying ---------------------------------------------------------------------------------

    def action_play(self) -> None:
        """Play from here, or pause; at the end it begins again."""
        if self._playback is None:
            return
        if not self._player.playing and self.at == len(self._playback) - 1:
            self._list().move_to(0)
        self._player.toggle()

    def action_pace(self, by: int) -> None:
        """Play faster or slower."""
        self._player.change_pace(by)
        self.notify(f"{self._player.pace:g} steps a second", timeout=2, markup=False)

    def _forward(self) -> bool:
        self.action_step(1)
        return self._playback is not None and self.at < len(self._playback) - 1

    def on_screen_suspend(self) -> None:
        """Another screen lies over this one: pause."""
        self._player.stop()

    def action_copy(self) -> None:
        """Put the step as text into the clipboard, that of the terminal too."""
        if self._playback is not None:
            self.app.copy_to_clipboard(copying.step(self._playback, self.at))
            self.notify(f"copied step {self.at + 1}", timeout=2, markup=False)

    # --- panes -----------------------------------------------------------------------------------------------

    @property
    def playback(self) -> Playback | None:
        """The episode, once it is read."""
        return self._playback

    @property
    def at(self) -> int:
        """The step under the cursor, from 0 on."""
        return self._list().cursor

    def action_open(self, number: int) -> None:
        """Open a pane; where all are in sight, or the list has not the focus, go to it."""
        pane = self._panes().turn_to(number)
        if self._list() is not self.focused or self._roomy:
            pane.focus()
        self._paint()

    def on_pane_tab_pressed(self, event: PaneTab.Pressed) -> None:
        """A tab was clicked."""
        self.action_open(event.number)

    def on_resize(self) -> None:
        """Other panes may be in sight now."""
        self.call_after_refresh(self._paint)

    @property
    def _roomy(self) -> bool:
        return self.has_class("-wide") and self.has_class("-high")

    def _paint(self) -> None:
        playback, at = self._playback, self.at
        if playback is None:
            return
        self._painted = at
        title = literal(f"{self._row.id} · {self._row.run} · ").append_text(outcome(self._row.outcome))
        title.append(f" · step {at + 1}/{len(playback)}", style="dim")
        if engine := playback.engine(at):
            title.append_text(literal(f" · by {engine}", "not bold cyan"))
        title.append(f"  {self._player.told}", style="bold cyan")
        self.query_one("#title", Static).update(title, layout=False)
        drawn = self._roomy and playback.tells_graph
        self._bar(details.bar(playback, at, chain=not drawn))
        visits = playback.visits(at)
        if drawn and (visits != self._visits or not self.has_class("-drawn")):
            # The drawing has as many lines at each step: only where it comes into sight there is anything to lay out.
            self._visits = visits
            self.query_one("#graph", Static).update(drawing(EDGES, visits), layout=not self.has_class("-drawn"))
        self.set_class(drawn, "-drawn")
        self._panes().show(playback, at)

    def _bar(self, text: Text) -> None:
        self.query_one("#bar", Static).update(text, layout=False)

    def _panes(self) -> StepPanes:
        return self.query_one(StepPanes)

    def _list(self) -> EventList:
        return self.query_one(EventList)


def step_through(screen: Screen[Any], store: Path | None, run: str, ordinal: int, at: int) -> None:
    """Open an episode over a screen at one of its steps, once its row is read."""
    app = screen.app

    def read() -> None:
        try:
            row = reading.episode_row(store, run, ordinal)
        except BanshiError as error:
            app.call_from_thread(app.notify, str(error), severity="error", markup=False)
            return
        app.call_from_thread(app.push_screen, StepperScreen(store, row, at))

    screen.run_worker(read, thread=True, exclusive=True, group="step through")
