"""The board: every run with its headline figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from scenarios.results import OUTCOMES
from tui import reading
from tui.reading import BoardRow
from tui.screens.episodes import EpisodesScreen
from tui.text import literal
from tui.widgets.marks import OUTCOME_MARKS, legend, yuan
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("run", 6),
    Column("suite", 8, grow=1),
    Column("agent", 8, grow=1),
    Column("options", 24, grow=1, rank=5),
    Column("when (UTC)", 16, rank=4),
    Column("episodes", 9, right=True),
    Column("success", 8, right=True),
    Column("95 %", 9, rank=2, right=True),
    Column("harm", 9, rank=1, right=True),
    Column("state", 8),
)


class RunsScreen(Screen[None]):
    """The board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reload", "Reload"),
        Binding("q", "app.quit", "Quit"),
    ]
    help_text = "The board: every run in the store, newest first. Below it stand the outcomes of the run at the cursor."

    class Loaded(Message):
        """Runs were read."""

        def __init__(self, rows: list[BoardRow]) -> None:
            super().__init__()
            self.rows = rows

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, run: str | None = None) -> None:
        super().__init__()
        self._store, self._run = store, run

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · runs"), id="title", markup=False)
        yield RowList[BoardRow](COLUMNS, cells, id="runs", help_text=f"Enter opens a run.\n{legend()}")
        yield Static(Text("reading the store …", style="dim"), id="message", markup=False)
        yield Static("", id="detail", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read the store, and open the run that was asked for."""
        self.query_one(RowList).focus()
        self.action_reload()
        if self._run:
            self.app.push_screen(EpisodesScreen(self._store, self._run))

    def action_reload(self) -> None:
        """Read the store again."""
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        worker = get_current_worker()
        try:
            rows = reading.board(self._store)
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Loaded(rows))
        told = reading.with_intervals(rows)
        if not worker.is_cancelled:
            self.post_message(self.Loaded(told))

    def on_runs_screen_loaded(self, event: Loaded) -> None:
        """Show the runs; the cursor stays on its run."""
        listed = self._list()
        before = listed.current
        names = [row.run.run for row in event.rows]
        at = names.index(before.run.run) if before is not None and before.run.run in names else 0
        listed.show(event.rows, at)
        self._say("" if event.rows else "no run is recorded here yet: banshi run core makes one, r looks again")

    def on_runs_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._list().show([])
        self.query_one("#detail", Static).update("")
        self._say(f"{event.text}\n\nr looks again, q quits")

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the outcomes of the run at the cursor."""
        row = self._list().current
        self.query_one("#detail", Static).update(detail(row) if row is not None else "")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the run."""
        row = self._list().current
        if row is not None:
            self.app.push_screen(EpisodesScreen(self._store, row.run.run))

    def _list(self) -> RowList[BoardRow]:
        found: RowList[BoardRow] = self.query_one("#runs", RowList)
        return found

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            # A list that is hidden loses the focus.
            self._list().focus()


def cells(row: BoardRow) -> Sequence[Text]:
    """A run as the cells of :data:`COLUMNS`."""
    run = row.run
    rate = f"{100 * run.succeeded / run.done:.1f} %" if run.done else "·"
    interval = f"{100 * row.low:.0f}–{100 * row.high:.0f} %" if row.low is not None and row.high is not None else "·"
    return (
        literal(run.run, "bold"),
        literal(run.suite),
        literal(run.agent),
        literal(options(run.options), "dim"),
        literal(run.created_at[:16].replace("T", " ")),
        Text(f"{run.done}/{run.planned}"),
        Text(rate, style="bold"),
        Text(interval, style="dim"),
        yuan(row.harm_fen, "bold red"),
        state(row),
    )


def options(given: dict[str, Any]) -> str:
    """``fallback=full guard=on``."""
    return " ".join(
        f"{name}={'on' if value is True else 'off' if value is False else value}" for name, value in given.items()
    )


def state(row: BoardRow) -> Text:
    """Finished, running, or how it came to stand still."""
    if row.run.state == "finished":
        return Text("done", style="green")
    if row.run.live:
        return Text("running", style="cyan")
    return Text("stopped", style="yellow")


def detail(row: BoardRow) -> Text:
    """The outcomes of a run, its options and its seed."""
    text = Text()
    for name in OUTCOMES:
        if count := row.outcomes.get(name):
            sign, style, short = OUTCOME_MARKS[name]
            text.append(f"{sign} {count} {short}   ", style=style)
    run = row.run
    text.append("\n").append_text(literal(f"{options(run.options)} seed={run.seed}", "dim"))
    if run.digest:
        text.append_text(literal(f" · digest {run.digest[:12]}", "dim"))
    return text
