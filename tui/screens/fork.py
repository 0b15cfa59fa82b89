"""Fork from here: what is to be otherwise from a step on. The fork is made while one waits, and shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from scenarios.runs.store import EpisodeRow
from tui.screens.futures import FuturesScreen
from tui.text import literal
from tui.widgets.forms import SchemaForm

if TYPE_CHECKING:
    from pydantic import BaseModel

    from scenarios.forking.fork import Original
    from tui.futures import Futures


class ForkScreen(ModalScreen[None]):
    """The form. It gives way to the two futures."""

    CSS = """
    ForkScreen { align: center middle; }
    ForkScreen > Vertical { width: 96%; max-width: 110; height: 92%; background: $surface; border: round $primary; }
    ForkScreen #head { height: auto; max-height: 2; padding: 0 1; text-style: bold; }
    ForkScreen #said { height: auto; max-height: 4; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]
    help_text = (
        "A fork. All before the step stays as it was: it is run again from the record, and the fork is refused if it "
        "comes out otherwise. From the step on it is what you change here, alive and graded like any other episode, "
        "and recorded as a run of its own, tagged fork."
    )

    class Ready(Message):
        """The episode and what can be changed in it were read."""

        def __init__(self, original: Original, model: type[BaseModel], told: str) -> None:
            super().__init__()
            self.original, self.model, self.told = original, model, told

    class Made(Message):
        """The fork was made."""

        def __init__(self, futures: Futures) -> None:
            super().__init__()
            self.futures = futures

    class Failed(Message):
        """It cannot be made, or not in this way."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, row: EpisodeRow, step: int) -> None:
        super().__init__()
        self._store, self._row, self._step = store, row, step
        self._original: Original | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(literal(f"fork {self._row.id} at step {self._step + 1}"), id="head", markup=False)
            yield SchemaForm(id="turn")
            yield Static(Text("reading the episode …", style="dim"), id="said", markup=False)
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Read what is to be forked."""
        self.query_one(SchemaForm).display = False
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        # The suite, the agent and the services are imported here: a moment that no screen waits for.
        from scenarios.forking.fork import original_of
        from tui.turns import next_tool, turn_form

        try:
            original = original_of(self._store, self._row.run, self._row.ordinal)
            tool = next_tool(original, self._step)
            self.post_message(self.Ready(original, turn_form(original, self._step), tool))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    async def on_fork_screen_ready(self, event: Ready) -> None:
        """Show the form."""
        self._original = event.original
        head = f"fork {self._row.id} at step {self._step + 1} of {len(event.original.events)}"
        self.query_one("#head", Static).update(literal(f"{head} · next call {event.told}" if event.told else head))
        form = self.query_one(SchemaForm)
        await form.show(event.model.model_json_schema(), event.model)
        form.display = True
        form.take_focus()
        self._say("")

    def on_schema_form_submitted(self, event: SchemaForm.Submitted) -> None:
        """Make the fork."""
        event.stop()
        if self._original is not None and not self.query_one(SchemaForm).disabled:
            self.query_one(SchemaForm).disabled = True
            self._say("running it again up to the step, and from there …")
            self._fork(self._original, event.values)

    @work(thread=True, exclusive=True)
    def _fork(self, original: Original, values: dict[str, Any]) -> None:
        from scenarios.forking.fork import fork, keep
        from tui.futures import Futures
        from tui.turns import turn_of

        try:
            made = keep(fork(original, self._step, turn_of(original, values)), self._store)
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Made(Futures(made)))

    def on_fork_screen_made(self, event: Made) -> None:
        """Show both futures in the place of the form."""
        self.app.switch_screen(FuturesScreen(self._store, event.futures))

    def on_fork_screen_failed(self, event: Failed) -> None:
        """Say why not; the form stays as it was filled in."""
        form = self.query_one(SchemaForm)
        form.disabled = False
        self._say(event.text, "red")
        if self._original is not None:
            form.take_focus()

    def action_leave(self) -> None:
        """Fork nothing."""
        self.dismiss(None)

    def _say(self, text: str, style: str = "dim") -> None:
        said = self.query_one("#said", Static)
        said.update(literal(text, style))
        said.display = bool(text)
