"""The agent's seat: the person's words, the tools, and what comes back – and a verdict at the end, as for any agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Footer, Static

from mock_services.service import Tool
from tui import desk
from tui.desk import Act
from tui.playback import Playback
from tui.screens.confirm import ConfirmScreen
from tui.screens.seat import SeatScreen
from tui.screens.tools import CallScreen, ToolsScreen
from tui.screens.verdict import head
from tui.text import literal
from tui.widgets import details, details_money
from tui.widgets.panes import Pane, PaneTab, PaneTabs
from tui.widgets.rows import Column, RowList

if TYPE_CHECKING:
    from scenarios.session.desk import AgentSeat
    from scenarios.session.session import Session

COLUMNS = (Column("time", 8, rank=1), Column("", 2), Column("called", 18, grow=1), Column("and got", 20, grow=2))
PANES = (
    ("answer", "What was called, and what came back: all of it."),
    ("talk", "What the person and you have said to each other."),
    ("money", "What the person has, and what escrow holds of it."),
)
"""(id and title, help)."""


class AgentSeatScreen(SeatScreen):
    """You are the agent."""

    HUMAN_ACTS = True
    CSS = """
    AgentSeatScreen #words { height: auto; max-height: 4; padding: 0 1; overflow-y: auto; }
    AgentSeatScreen #halves { height: 1fr; layout: vertical; }
    AgentSeatScreen #acts { height: 2fr; min-height: 3; }
    AgentSeatScreen #told { height: 3fr; min-height: 3; }
    AgentSeatScreen #told > Pane { display: none; }
    AgentSeatScreen #told > Pane.-open { display: block; }
    AgentSeatScreen.-wide #halves { layout: horizontal; }
    AgentSeatScreen.-wide #acts { width: 1fr; height: 1fr; border-right: solid $panel; }
    AgentSeatScreen.-wide #told { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "tool", "Tool"),
        Binding("a", "use('user_ask')", "Ask"),
        Binding("c", "use('user_confirm')", "Confirm"),
        Binding("r", "use('user_report')", "Report"),
        Binding("w", "use('clock_wait')", "Wait"),
        Binding("x", "finish", "Finish"),
        Binding("v", "look_back", "Step through it"),
        Binding("1", "open(1)", "Pane: answer", show=False),
        Binding("2", "open(2)", "Pane: talk", show=False),
        Binding("3", "open(3)", "Pane: money", show=False),
    ]
    help_text = (
        "You are the agent. Read what the person wrote, call tools, speak with them, and say when you are done: you "
        "are graded like any agent. You see what an agent sees: not what is going to break, and not what is expected."
    )

    def compose(self) -> ComposeResult:
        yield Static(literal(f"the agent's seat · {self._called}"), id="title", markup=False)
        yield Static(Text("setting the world up …", style="dim"), id="words", markup=False)
        yield Static("", id="bar", markup=False)
        with Container(id="halves"):
            yield RowList[Act](COLUMNS, cells, id="acts", header=False, help_text="Your calls. t calls another tool.")
            with Vertical(id="told"):
                yield PaneTabs([name for name, _ in PANES], id="tabs")
                for name, about in PANES:
                    yield Pane(id=name, title=name, help_text=about, to_end=name == "talk")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Go on from where it was left."""
        self._acts: list[Act] = []
        self._playback: Playback | None = None
        self._open = 1
        self._list().focus()
        self.action_open(1)
        super().on_mount()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is called once it is over, and nothing is looked back on before."""
        if action in ("tool", "use", "finish"):
            return not self._ended
        return self._ended if action == "look_back" else True

    # --- doing -----------------------------------------------------------------------------------------------

    def action_tool(self) -> None:
        """Choose a tool and call it."""
        tools = self._tools()
        if tools:
            self.app.push_screen(ToolsScreen(list(tools.values())), self._chosen)

    def action_use(self, name: str) -> None:
        """Call this tool."""
        self._chosen(name)

    def _chosen(self, name: str | None) -> None:
        tool = self._tools().get(name or "")
        if tool is None or self._session is None:
            return
        if not tool.parameters.get("properties"):
            self._call(tool.name, {})
            return
        offset = self._session.scenario.offset_min
        form = CallScreen(tool, desk.suggested(tool, self._acts), offset)
        self.app.push_screen(form, lambda values: self._call(tool.name, values))

    def _call(self, tool: str, values: dict[str, Any] | None) -> None:
        if values is None:
            return

        def call(session: Session) -> None:
            _seat(session).call(tool, values, self.tell)

        self._say("calling …")
        self.go(call)

    def action_finish(self) -> None:
        """Say that the errand is over, and be judged."""
        if self._ended or self._session is None:
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self.go(lambda session: _seat(session).finish(self.tell))

        reported = any(act.tool == "user_report" and act.ok for act in self._acts)
        question = "Is the errand over?" if reported else "Is the errand over? The person was told nothing yet."
        self.app.push_screen(ConfirmScreen(question, "it is over"), sure)

    def action_look_back(self) -> None:
        """Step through the episode that it has become."""
        if self._ended:
            self.look_back()

    def _tools(self) -> dict[str, Tool]:
        """What can be called now; nothing once it is over, or while a call is under way."""
        if self._session is None or self._ended or self._busy:
            return {}
        return dict(_seat(self._session).registry.tools)

    # --- what comes of it ------------------------------------------------------------------------------------

    def on_seat_screen_stood(self, event: SeatScreen.Stood) -> None:
        """It is your turn, or it is over."""
        self._busy = False
        seat, self._playback = _seat(event.session), event.playback
        scenario = seat.scenario
        self.query_one("#title", Static).update(literal(f"the agent's seat · {self._called} · {scenario.id}"))
        told = literal(f"{scenario.person.name}: ", "bold").append_text(literal(seat.words, "not bold", lines=True))
        self.query_one("#words", Static).update(told)
        self._acts = desk.acts(seat.events, scenario.offset_min)
        self._list().show(self._acts, len(self._acts) - 1)
        if seat.result is not None:
            self._ended = True
            told = head(seat.result).append_text(
                literal(f"  recorded as {seat.run}, v steps through it", "dim not bold")
            )
            self.query_one("#words", Static).update(told)
            self._say("")
        else:
            clock = event.playback.moment(len(event.playback) - 1)
            self._say(f"{clock:%a %m-%d %H:%M:%S} · {seat.calls} of {seat.most_calls} calls")
        self._paint()
        if self.app.screen is self:
            self._list().focus()

    def on_seat_screen_failed(self, event: SeatScreen.Failed) -> None:
        """Say why; what was kept is kept."""
        self._busy = False
        self.notify(event.text, severity="error", timeout=10, markup=False)
        self._say(event.text)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The panes follow the cursor."""
        self._paint()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go into the open pane, to scroll it."""
        self._pane(self._open).focus()

    def on_pane_tab_pressed(self, event: PaneTab.Pressed) -> None:
        """A tab was clicked."""
        self.action_open(event.number)

    def action_open(self, number: int) -> None:
        """Open a pane."""
        self._open = number
        self.query_one(PaneTabs).open(number)
        for n in range(1, len(PANES) + 1):
            self._pane(n).set_class(n == number, "-open")
        self._paint()

    def _paint(self) -> None:
        playback, act = self._playback, self._list().current
        if playback is None or not len(playback):
            return
        last = len(playback) - 1
        if self._open == 1:
            text = Text("nothing was called yet: t calls a tool", style="dim") if act is None else answer(act)
        else:
            text = details.talk(playback, last) if self._open == 2 else details_money.money(playback, last)
        self._pane(self._open).show(text)

    def _say(self, text: str) -> None:
        self.query_one("#bar", Static).update(literal(text, "bold"))

    def _list(self) -> RowList[Act]:
        found: RowList[Act] = self.query_one("#acts", RowList)
        return found

    def _pane(self, number: int) -> Pane:
        return self.query_one(f"#{PANES[number - 1][0]}", Pane)


def _seat(session: Session) -> AgentSeat:
    from scenarios.session.desk import AgentSeat

    assert isinstance(session, AgentSeat)
    return session


def cells(act: Act) -> Sequence[Text]:
    """A call as the cells of :data:`COLUMNS`."""
    sign, style = ("✗", "red") if not act.ok else ("!", "bold cyan") if act.access == "write" else ("?", "cyan")
    return (
        Text(act.clock, style="dim"),
        Text(sign, style=style),
        literal(act.tool),
        literal(act.text, "" if act.ok else "red"),
    )


def answer(act: Act) -> Text:
    """A call and all that came back."""
    text = literal(act.tool, "bold").append("\n")
    for title, value in (("arguments", act.args), ("answer" if act.ok else "error", act.answer)):
        if value in (None, {}, []):
            continue
        text.append(f"\n{title}\n", style="bold underline")
        for line in details.tree(value):
            name, colon, rest = line.partition(": ")
            text.append_text(literal(f"{name}{colon}", "cyan not bold")).append_text(literal(rest, "not bold"))
            text.append("\n")
    return text
