"""A form to start a run: checked while it is filled in, with the equal command line to copy."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Footer, Input, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from tui import starting
from tui.starting import FIELDS, Field
from tui.text import literal


class Wanted(NamedTuple):
    """A run that is to be started, as :func:`tui.starting.arguments` says it."""

    what: tuple[str, ...]
    how: tuple[str, ...]


class FieldLine(Horizontal):
    """One field and what is to be said of it."""

    DEFAULT_CSS = """
    FieldLine { height: 1; layout: grid; grid-size: 2; grid-columns: 10 1fr; }
    FieldLine > Input { height: 1; border: none; padding: 0 1; background: $panel; }
    FieldLine > Input:focus { border: none; background: $boost; }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.help_text = f"{field.name}: {field.about}."

    def compose(self) -> ComposeResult:
        known = _KNOWN.get(self.field.name, ())
        suggester = SuggestFromList(known, case_sensitive=True) if known else None
        yield Static(literal(self.field.name, "bold"), markup=False)
        yield Input(self.field.default, suggester=suggester, compact=True, id=f"field-{self.field.name}")


_KNOWN = {"fallback": ("full", "retry", "none"), "faults": ("all", "none", "rate:0.2")}
"""What is offered while somebody types; of suites and engines it is known once they were read."""


class NewRunScreen(ModalScreen[Wanted | None]):
    """Ends with the run to start, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "Start", priority=True),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("ctrl+y", "copy", "Copy the command"),
        Binding("escape", "leave", "Close"),
    ]
    help_text = (
        "A run to start. Every field is checked while you type; the last line is what you would type in a shell. The"
        " run goes on in a process of its own, and can be watched, paused and stopped."
    )

    class Checked(Message):
        """The fields were looked at: what is wrong, and how many episodes it will be (-1: not known)."""

        def __init__(self, wrong: dict[str, str], planned: int) -> None:
            super().__init__()
            self.wrong, self.planned = wrong, planned

    class Known(Message):
        """The names of suites and engines were read."""

        def __init__(self, names: dict[str, list[str]]) -> None:
            super().__init__()
            self.names = names

    def __init__(self, given: dict[str, str] | None = None) -> None:
        """``given`` are values other than the defaults."""
        super().__init__()
        self._given = given or {}
        self._wrong: dict[str, str] | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            yield Static(Text("start a run", style="bold"), markup=False)
            for field in FIELDS:
                yield FieldLine(field)
                yield Static(literal(f"  {field.about}", "dim"), id=f"about-{field.name}", markup=False)
            yield Static("", id="outlook", markup=False)
            yield Static("", id="command", markup=False)
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Fill in what is given, and look up what there is to choose from."""
        for name, value in self._given.items():
            self._input(name).value = value
        self._input(FIELDS[0].name).focus()
        self._look()
        self._names()

    @work(thread=True, group="names")
    def _names(self) -> None:
        self.post_message(self.Known(starting.known()))

    def on_new_run_screen_known(self, event: Known) -> None:
        """Offer them while somebody types."""
        for name, known in event.names.items():
            self._input(name).suggester = SuggestFromList(known, case_sensitive=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look at all of it again: one field can make another wrong."""
        event.stop()
        self._look()

    def _look(self) -> None:
        self._wrong = None
        values = self.values()
        self.query_one("#command", Static).update(literal(f"$ {starting.command_line(values)}", "bold"))
        self.query_one("#outlook", Static).update(Text("checking …", style="dim"))
        self._check(values)

    @work(thread=True, exclusive=True, group="check")
    def _check(self, values: dict[str, str]) -> None:
        worker = get_current_worker()
        wrong, planned = starting.problems(values), -1
        if not wrong and not worker.is_cancelled:
            try:
                planned = starting.planned(values)
            except BanshiError as error:
                wrong = {"": str(error)}
        if not worker.is_cancelled:
            self.post_message(self.Checked(wrong, planned))

    def on_new_run_screen_checked(self, event: Checked) -> None:
        """Say what is wrong, each at its field."""
        self._wrong = event.wrong
        for field in FIELDS:
            wrong = event.wrong.get(field.name)
            told = literal(f"✗ {wrong}", "bold red") if wrong else literal(f"  {field.about}", "dim")
            self.query_one(f"#about-{field.name}", Static).update(told)
        verdict = Text(f"✓ {event.planned} episodes", style="green") if event.planned >= 0 else Text()
        if "" in event.wrong:
            verdict = literal(f"✗ {event.wrong['']}", "bold red")
        self.query_one("#outlook", Static).update(verdict)

    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        return {field.name: self._input(field.name).value for field in FIELDS}

    def action_start(self) -> None:
        """Start it, or go to the first field that is wrong."""
        if self._wrong:
            name = next((field.name for field in FIELDS if field.name in self._wrong), FIELDS[0].name)
            self._input(name).focus()
        elif self._wrong is not None:
            what, how = starting.arguments(self.values())
            self.dismiss(Wanted(tuple(what), tuple(how)))

    def action_copy(self) -> None:
        """Put the command line on the clipboard."""
        self.app.copy_to_clipboard(starting.command_line(self.values()))
        self.notify("the command is on the clipboard", timeout=2, markup=False)

    def action_leave(self) -> None:
        """Start nothing."""
        self.dismiss(None)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#field-{name}", Input)
