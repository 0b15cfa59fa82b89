"""Take the seat: the sessions that there are, to go on with one or to begin another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from scenarios.session.shelf import Listed, listed
from tui.screens.agent_seat import AgentSeatScreen
from tui.screens.errands import ErrandsScreen
from tui.screens.person_seat import PersonSeatScreen
from tui.screens.stepper import step_through
from tui.text import literal
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("session", 8),
    Column("seat", 6),
    Column("episode", 20, grow=2),
    Column("agent", 10, grow=1),
    Column("state", 10),
    Column("run", 6),
)

_HUMAN = "human"


class SeatsScreen(Screen[None]):
    """The sessions, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New"),
        Binding("r", "reload", "Reload"),
        Binding("escape,q", "app.pop_screen", "Back", key_display="q"),
    ]
    help_text = (
        "Take a seat in an errand: be the person, and answer the agent, or be the agent, and call the tools. A session "
        "is kept at every step: leave it and come back whenever you like. It ends graded and recorded as a run."
    )

    class Loaded(Message):
        """The sessions were read."""

        def __init__(self, found: list[Listed]) -> None:
            super().__init__()
            self.found = found

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None) -> None:
        super().__init__()
        self._store = store

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · take the seat"), id="title", markup=False)
        about = "Enter goes on with a session; one that has ended is stepped through."
        yield RowList[Listed](COLUMNS, cells, id="sessions", help_text=about)
        yield Static(Text("reading the sessions …", style="dim"), id="message", markup=False)
        yield Footer(compact=True)

    def on_screen_resume(self) -> None:
        """What was left may stand otherwise now."""
        self.action_reload()

    def action_reload(self) -> None:
        """Read the sessions again."""
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        try:
            self.post_message(self.Loaded(list(reversed(listed(self._store)))))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_seats_screen_loaded(self, event: Loaded) -> None:
        """List them; the cursor stays on its session."""
        rows = self._list()
        before = rows.current
        names = [one.name for one in event.found]
        at = names.index(before.name) if before is not None and before.name in names else 0
        rows.show(event.found, at)
        self._say("" if event.found else "you have taken no seat yet: n begins")

    def on_seats_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._say(event.text)

    def action_new(self) -> None:
        """Choose an errand."""
        self.app.push_screen(ErrandsScreen(self._store))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go on, or look at what became of it."""
        one = self._list().current
        if one is None:
            return
        if one.run:
            step_through(self, self._store, one.run, 0, 0)
        elif one.state == "unreadable":
            self.notify(f"session {one.name} cannot be read", severity="error", markup=False)
        else:
            kind = AgentSeatScreen if one.agent == _HUMAN else PersonSeatScreen
            self.app.push_screen(kind(self._store, one.name))

    def _list(self) -> RowList[Listed]:
        found: RowList[Listed] = self.query_one("#sessions", RowList)
        return found

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            self._list().focus()


def cells(one: Listed) -> Sequence[Text]:
    """A session as the cells of :data:`COLUMNS`."""
    state = {"open": Text("● goes on", style="cyan"), "ended": Text("■ ended", style="green")}
    return (
        literal(one.name, "bold"),
        Text("agent" if one.agent == _HUMAN else "person"),
        literal(one.episode),
        literal("you" if one.agent == _HUMAN else one.agent, "dim"),
        state.get(one.state, literal(f"? {one.state}", "yellow")),
        literal(one.run or "·"),
    )
