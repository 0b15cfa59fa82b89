"""Choosing an errand to take a seat in: a suite, one of its errands, and then which seat and what breaks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from tui import seats
from tui.screens.agent_seat import AgentSeatScreen
from tui.screens.person_seat import PersonSeatScreen
from tui.seats import Errand
from tui.text import literal
from tui.widgets.forms import SchemaForm
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from scenarios.session.session import Session

COLUMNS = (
    Column("errand", 18, grow=1),
    Column("family", 10, rank=4),
    Column("lang", 4, rank=3),
    Column("level", 5, rank=2, right=True),
    Column("faults", 6, rank=1, right=True),
    Column("what the person wrote", 20, grow=2),
)


class ErrandsScreen(Screen[None]):
    """The suites, then the errands of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    help_text = "Which errand? A suite first, then one of its errands; / filters by any word of it."

    class Suites(Message):
        """The names of the suites."""

        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.names = names

    class Errands(Message):
        """The errands of a suite."""

        def __init__(self, suite: str, found: list[Errand]) -> None:
            super().__init__()
            self.suite, self.found = suite, found

    class Failed(Message):
        """Something cannot be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None) -> None:
        super().__init__()
        self._store = store
        self._suite = ""
        self._whole: list[Errand] = []

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · which errand?"), id="title", markup=False)
        yield RowList[str](
            (Column("suite", 20, grow=1),), lambda name: (literal(name),), id="suites", help_text="Enter opens a suite."
        )
        yield RowList[Errand](COLUMNS, cells, id="errands", help_text="Enter takes a seat in the errand.")
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """List the suites."""
        self.query_one("#errands").display = False
        self._suites()

    @work(thread=True, exclusive=True)
    def _suites(self) -> None:
        self.post_message(self.Suites(seats.suites()))

    @work(thread=True, exclusive=True)
    def _errands(self, suite: str) -> None:
        try:
            self.post_message(self.Errands(suite, seats.errands(suite)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_errands_screen_suites(self, event: Suites) -> None:
        """Choose one."""
        listed = self.query_one("#suites", RowList)
        listed.show(event.names)
        listed.focus()

    def on_errands_screen_errands(self, event: Errands) -> None:
        """Choose one of them."""
        self._suite, self._whole = event.suite, event.found
        self.query_one("#suites").display = False
        listed = self.query_one("#errands", RowList)
        listed.display = True
        listed.focus()
        self._refill("")

    def on_errands_screen_failed(self, event: Failed) -> None:
        """Say so; another one can be chosen."""
        self.notify(event.text, severity="error", markup=False)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the suite, or take a seat in the errand."""
        row = event.rows.current
        if isinstance(row, Errand):
            self.app.push_screen(SeatFormScreen(self._store, row))
        elif row is not None:
            self._errands(row)

    def action_back(self) -> None:
        """From the errands to the suites, from there back."""
        if not self._suite:
            self.app.pop_screen()
            return
        self._suite = ""
        self.query_one(SearchBar).close(clear=True)
        self.query_one("#errands").display = False
        listed = self.query_one("#suites", RowList)
        listed.display = True
        listed.focus()
        self.query_one("#title", Static).update(Text("banshi · which errand?"))

    # --- filtering -------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type what to look for."""
        if self._suite:
            self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing."""
        self._refill(event.text)

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Keep the filter and go on in the list."""
        self.query_one(SearchBar).close()
        self.query_one("#errands", RowList).focus()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Give the filter up."""
        self.query_one(SearchBar).close(clear=True)
        self.query_one("#errands", RowList).focus()

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self.query_one("#errands", RowList).action_move(event.way)

    def _refill(self, needle: str) -> None:
        if not self._suite:
            return
        words = needle.casefold().split()
        rows = [one for one in self._whole if all(word in one.haystack for word in words)]
        self.query_one("#errands", RowList).show(rows)
        told = f"{len(rows)} of {len(self._whole)}" if words else str(len(rows))
        self.query_one("#title", Static).update(literal(f"banshi · {self._suite} · {told} errands"))


def cells(errand: Errand) -> Sequence[Text]:
    """An errand as the cells of :data:`COLUMNS`."""
    return (
        literal(errand.id, "bold"),
        literal(errand.family),
        literal(errand.locale, "dim"),
        Text(str(errand.level)),
        Text(str(len(errand.plans) - 1)),
        literal(errand.words),
    )


class SeatFormScreen(ModalScreen[None]):
    """Which seat, and what breaks. It gives way to the seat."""

    CSS = """
    SeatFormScreen { align: center middle; }
    SeatFormScreen > Vertical { width: 96%; max-width: 100; height: 92%; background: $surface; border: round $primary; }
    SeatFormScreen #head { height: auto; max-height: 5; padding: 0 1; border-bottom: solid $panel; }
    SeatFormScreen #said { height: auto; max-height: 4; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]
    help_text = "Whom you are in this errand, what will break in it, and, where you are the person, who the agent is."

    class Ready(Message):
        """The form is made."""

        def __init__(self, model: type[BaseModel]) -> None:
            super().__init__()
            self.model = model

    class Taken(Message):
        """The session is there."""

        def __init__(self, session: Session) -> None:
            super().__init__()
            self.session = session

    class Failed(Message):
        """It cannot be started."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, errand: Errand) -> None:
        super().__init__()
        self._store, self._errand = store, errand

    def compose(self) -> ComposeResult:
        with Vertical():
            told = literal(f"{self._errand.person}: ", "bold").append_text(literal(self._errand.words, "not bold"))
            yield Static(told, id="head", markup=False)
            yield SchemaForm(id="seat")
            yield Static("", id="said", markup=False)
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Make the form."""
        self._make()

    @work(thread=True, exclusive=True)
    def _make(self) -> None:
        self.post_message(self.Ready(seats.seat_form(self._errand)))

    async def on_seat_form_screen_ready(self, event: Ready) -> None:
        """Fill it in; the person's seat is the usual one."""
        form = self.query_one(SchemaForm)
        await form.show(event.model.model_json_schema(), event.model)
        form.fill({"seat": seats.PERSON})
        form.take_focus()

    def on_schema_form_submitted(self, event: SchemaForm.Submitted) -> None:
        """Take the seat."""
        event.stop()
        form = self.query_one(SchemaForm)
        if not form.disabled:
            form.disabled = True
            self._say("setting the world up …")
            self._take(event.values)

    @work(thread=True, exclusive=True)
    def _take(self, values: dict[str, Any]) -> None:
        try:
            session = seats.take_seat(self._store, self._errand, values)
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        if not self.post_message(self.Taken(session)):
            # Nobody waits for it any more.
            session.close()

    def on_seat_form_screen_taken(self, event: Taken) -> None:
        """Sit down."""
        kind = AgentSeatScreen if event.session.human_acts else PersonSeatScreen
        self.app.switch_screen(kind(self._store, event.session.name, event.session))

    def on_seat_form_screen_failed(self, event: Failed) -> None:
        """Say why not; the form stays as it was filled in."""
        form = self.query_one(SchemaForm)
        form.disabled = False
        self._say(event.text, "red")
        form.take_focus()

    def action_leave(self) -> None:
        """Take no seat."""
        self.dismiss(None)

    def _say(self, text: str, style: str = "dim") -> None:
        self.query_one("#said", Static).update(literal(text, style))
