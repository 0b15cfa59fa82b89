"""Which fault is to strike the next call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mock_services.faults import KINDS
from scenarios.runs.story import PHASES
from tui.text import literal
from tui.widgets.rows import Column, RowList

COLUMNS = (Column("fault", 18, grow=1), Column("phase", 11), Column("what that means", 20, grow=2))


class Strike(NamedTuple):
    """A kind of fault and its phase; both empty: nothing breaks."""

    kind: str = ""
    phase: str = ""


class FaultScreen(ModalScreen[Strike | None]):
    """A list to choose from; ends with a fault, or None if it was left as it was."""

    CSS = """
    FaultScreen { align: center middle; }
    FaultScreen > Vertical { width: 90%; max-width: 100; height: 80%; background: $surface; border: round $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Leave it", key_display="q")]
    help_text = "The phase says when the fault strikes, compared with what the call does to the world."

    def __init__(self, offered: Sequence[tuple[str, str]], now: Strike) -> None:
        super().__init__()
        self._offered = [Strike(), *(Strike(*one) for one in offered)]
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Text(" fault on the next call", style="bold"), markup=False)
            yield RowList[Strike](COLUMNS, cells, id="faults", help_text="Enter takes the fault.")
            yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """List them, with the cursor on the present one."""
        listed: RowList[Strike] = self.query_one("#faults", RowList)
        listed.show(self._offered, self._offered.index(self._now) if self._now in self._offered else 0)
        listed.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take it."""
        self.dismiss(self._offered[event.index])

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)


def cells(strike: Strike) -> Sequence[Text]:
    """A fault as the cells of :data:`COLUMNS`."""
    if not strike.kind:
        return (Text("none", style="bold"), Text("·", style="dim"), Text("nothing breaks", style="dim"))
    message = KINDS[strike.kind].message
    meaning = PHASES.get(strike.phase, strike.phase)
    return (
        literal(strike.kind),
        literal(strike.phase, "cyan"),
        literal(f"{message}; {meaning}" if message else meaning),
    )
