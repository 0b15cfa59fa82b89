"""A tool tried in the scratch world: its form, and what came of each call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from mock_services.faults import Fault
from mock_services.registry import Registry
from mock_services.service import Tool
from scenarios.runs.trial import Trial, strikes
from tui.playback import Playback
from tui.screens.faults import FaultScreen, Strike
from tui.text import literal
from tui.widgets import details, details_money
from tui.widgets.forms import SchemaForm
from tui.widgets.panes import Pane, PaneTab, PaneTabs
from tui.widgets.rows import RowList
from tui.widgets.steps import EventList

PANES: tuple[tuple[str, str, str, Callable[[Playback, int], Text]], ...] = (
    ("answer", "answer", "What was called and what it answered.", details.event),
    ("changes", "world", "The rows that changed, ledger postings last: + new, ~ changed, - gone.", details.world),
    ("purse", "money", "What the person has after the call, and what escrow holds of it.", details_money.money),
)
"""(id, title, help, what it says about a step)."""


class TrialScreen(Screen[None]):
    """One tool."""

    CSS = """
    TrialScreen #halves { height: 1fr; layout: horizontal; }
    TrialScreen #form { width: 1fr; height: 1fr; }
    TrialScreen #results { width: 1fr; height: 1fr; display: none; }
    TrialScreen #happened { height: 1fr; min-height: 2; }
    TrialScreen #told { height: 2fr; min-height: 2; }
    TrialScreen #told > Pane { display: none; }
    TrialScreen #told > Pane.-open { display: block; }
    TrialScreen.-results #form { display: none; }
    TrialScreen.-results #results { display: block; }
    TrialScreen.-wide #form { display: block; border-right: solid $panel; }
    TrialScreen.-wide #results { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Call", key_display="^s"),
        Binding("ctrl+t", "fault", "Fault", key_display="^t"),
        Binding("ctrl+n", "wait", "Next event", key_display="^n"),
        Binding("ctrl+o", "other", "Form/results", key_display="^o"),
        Binding("ctrl+r", "reset", "New world", key_display="^r"),
        Binding("1", "open(1)", "Pane: answer", show=False),
        Binding("2", "open(2)", "Pane: world", show=False),
        Binding("3", "open(3)", "Pane: money", show=False),
        Binding("y", "copy", "Copy answer", show=False),
        Binding("escape", "back", "Back"),
    ]
    help_text = (
        "A scratch world in which the person has money, an address and agrees to everything. Fill in the form and send "
        "it; what happened stands in the results with the rows that changed and the money that moved. A fault is set "
        "for the next call alone. The world goes on from call to call until it is made anew."
    )

    class Ready(Message):
        """Something has happened in the scratch world, or it was built; ``at`` is the step to look at."""

        def __init__(self, playback: Playback, now: datetime, at: int, said: str = "") -> None:
            super().__init__()
            self.playback, self.now, self.at, self.said = playback, now, at, said

    class Failed(Message):
        """It could not be done."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, trial: Trial, tool: Tool, registry: Registry) -> None:
        super().__init__()
        self._trial, self._tool, self._registry = trial, tool, registry
        self._playback: Playback | None = None
        self._now: datetime | None = None
        self._strike = Strike()
        self._open = 1

    def compose(self) -> ComposeResult:
        yield Static(literal(f"banshi · try {self._tool.name}"), id="title", markup=False)
        yield Static(Text("building the scratch world …", style="dim"), id="bar", markup=False)
        with Container(id="halves"):
            yield SchemaForm(self._tool.parameters, self._tool.args, id="form")
            with Vertical(id="results"):
                yield EventList(id="happened", help_text="What has happened in the scratch world, oldest first.")
                yield PaneTabs([title for _, title, _, _ in PANES], id="tabs")
                with Vertical(id="told"):
                    for name, title, about, _ in PANES:
                        yield Pane(id=name, title=title, help_text=about)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Type while the world is built."""
        self._form().take_focus()
        self.action_open(1)
        self._do(lambda: None)

    # --- doing -----------------------------------------------------------------------------------------------

    def action_send(self) -> None:
        """Check the form and call the tool."""
        self._form().action_send()

    def on_schema_form_submitted(self, event: SchemaForm.Submitted) -> None:
        """Call the tool, once."""
        strike, self._strike = self._strike, Strike()
        self._show_bar()
        self._do(lambda: self._call(event.values, strike))

    def action_wait(self) -> None:
        """Let time pass until the next thing happens by itself."""
        self._do(self._wait)

    def action_reset(self) -> None:
        """Throw this world away and begin with a fresh one."""
        self._do(self._reset)

    def action_fault(self) -> None:
        """Choose what is to break in the next call."""
        offered = strikes(self._tool, self._registry)
        if not offered:
            self.notify("no fault can strike this tool: no service stands in between", markup=False)
            return

        def taken(strike: Strike | None) -> None:
            if strike is not None:
                self._strike = strike
                self._show_bar()

        self.app.push_screen(FaultScreen(offered, self._strike), taken)

    @work(thread=True, group="trial")
    def _do(self, act: Callable[[], str | None]) -> None:
        try:
            said = act() or ""
            now = self._trial.now()
            playback = Playback(self._trial.record())
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Ready(playback, now, len(playback) - 1, said))

    def _call(self, values: dict[str, Any], strike: Strike) -> str | None:
        fault = Fault(strike.kind, tool=self._tool.name, phase=strike.phase) if strike.kind else None
        happened = self._trial.call(self._tool.name, values, fault)
        if fault is not None and not any(event.data.get("fault") for event in happened if event.kind == "tool_called"):
            return f"{strike.kind} found nothing to strike: the call went as usual"
        return "called"

    def _wait(self) -> str:
        happened = self._trial.wait()
        return "waited" if happened else "nothing is due to happen by itself"

    def _reset(self) -> str:
        self._trial.reset()
        return "this is a fresh world"

    def on_trial_screen_ready(self, event: Ready) -> None:
        """Show the state of the world, and what came of the last call."""
        self._playback, self._now = event.playback, event.now
        self._form().offset_min = int((event.now.utcoffset() or event.now - event.now).total_seconds() // 60)
        self._show_bar()
        self._list().show(event.playback.steps, event.at)
        if event.said in ("called", "waited"):
            self.add_class("-results")
            self._list().focus()
        elif event.said:
            self.notify(event.said, markup=False)
            self._list().focus() if self.has_class("-results") else None

    def on_trial_screen_failed(self, event: Failed) -> None:
        """Say what went wrong; the world is as it was."""
        self.notify(event.text, severity="error", markup=False, timeout=10)

    # --- showing ---------------------------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The panes follow the cursor."""
        self._paint()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go into the open pane, to scroll it."""
        self._pane(self._open).focus()

    def action_open(self, number: int) -> None:
        """Open a pane."""
        self._open = number
        self.query_one(PaneTabs).open(number)
        for n in range(1, len(PANES) + 1):
            self._pane(n).set_class(n == number, "-open")
        self._paint()

    def on_pane_tab_pressed(self, event: PaneTab.Pressed) -> None:
        """A tab was clicked."""
        self.action_open(event.number)

    def action_other(self) -> None:
        """From the form to the results, and back."""
        if self._form().has_focus_within:
            self.add_class("-results")
            self._list().focus()
        else:
            self.remove_class("-results")
            self._form().take_focus()

    def action_copy(self) -> None:
        """Copy what the pane says."""
        text = self._told(self._open)
        if text is not None:
            self.app.copy_to_clipboard(text.plain)
            self.notify("copied", timeout=2, markup=False)

    def action_back(self) -> None:
        """From a pane to the list, from the results to the form, from the form back to the services."""
        if isinstance(self.focused, Pane):
            self._list().focus()
        elif self.has_class("-results"):
            self.action_other()
        else:
            self.app.pop_screen()

    def _paint(self) -> None:
        text = self._told(self._open)
        if text is not None:
            self._pane(self._open).show(text)

    def _told(self, number: int) -> Text | None:
        if self._playback is None:
            return None
        return PANES[number - 1][3](self._playback, self._list().cursor)

    def _show_bar(self) -> None:
        if self._now is None:
            return
        text = Text(no_wrap=True).append(f"{self._now:%a %m-%d %H:%M:%S}", style="bold")
        if self._strike.kind:
            armed = literal(f"  ↯ next call: {self._strike.kind}, {self._strike.phase}", "bold red")
            text.append_text(armed)
        else:
            text.append("  nothing breaks in the next call", style="dim")
        self.query_one("#bar", Static).update(text)

    def _form(self) -> SchemaForm:
        return self.query_one("#form", SchemaForm)

    def _list(self) -> EventList:
        return self.query_one("#happened", EventList)

    def _pane(self, number: int) -> Pane:
        return self.query_one(f"#{PANES[number - 1][0]}", Pane)
