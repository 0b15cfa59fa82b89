"""A line to type the tags of runs into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from mock_services.errors import UsageError
from scenarios.runs.tags import split_tags
from tui.text import literal


class TagsScreen(ModalScreen[tuple[str, ...] | None]):
    """Ends with the tags that were typed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]
    help_text = "Labels of a run, with commas between them. Enter takes them, Esc leaves all as it was."

    def __init__(self, question: str, tags: Sequence[str]) -> None:
        super().__init__()
        self._question, self._tags = question, tags

    def compose(self) -> ComposeResult:
        with Vertical(id="tags"):
            yield Static(literal(self._question), markup=False)
            yield Input(", ".join(self._tags), compact=True)
            yield Static("", id="wrong", markup=False)
            yield Footer(compact=True, show_command_palette=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is no tag."""
        try:
            split_tags(event.value)
        except UsageError as error:
            self.query_one("#wrong", Static).update(literal(f"✗ {error}", "bold red"))
        else:
            self.query_one("#wrong", Static).update(Text())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take them, if all are right."""
        try:
            self.dismiss(split_tags(event.value))
        except UsageError:
            self.app.bell()
