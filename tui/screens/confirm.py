"""A question before something that cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Static

from tui.text import literal


class ConfirmScreen(ModalScreen[bool]):
    """Ends with whether it was agreed to. The answer that changes nothing has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No", key_display="n"),
        Binding("left,right,h,l", "app.focus_next", "The other answer", show=False),
    ]
    help_text = "A question before something that cannot be undone: y does it, n or Esc leaves everything as it is."

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        with Vertical(id="confirm"):
            yield Static(literal(self._question, lines=True), markup=False)
            with Horizontal():
                yield Button(literal("No, leave it"), id="no", compact=True)
                yield Button(literal(f"Yes, {self._yes}"), id="yes", variant="error", compact=True)
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Nothing is done by an Enter too many."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer by button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)
