"""The board: every run with its headline figures, and the ways from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from scenarios.runs.counts import PARTS
from scenarios.runs.store import RunRow
from tui import reading
from tui.reading import BoardRow, Trend
from tui.screens.compare import CompareScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.episodes import EpisodesScreen
from tui.screens.matrix import MatrixScreen
from tui.text import literal
from tui.widgets.marks import counted, legend, sparkline, yuan
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

COLUMNS = (
    Column("run", 6),
    Column("suite", 8, grow=1),
    Column("agent", 8, grow=1),
    Column("options", 24, grow=1, rank=5),
    Column("when (UTC)", 16, rank=4),
    Column("episodes", 9, right=True),
    Column("course", PARTS, rank=1),
    Column("success", 8, right=True),
    Column("95 %", 9, rank=3, right=True),
    Column("harm", 9, rank=2, right=True),
    Column("state", 8),
)


class RunsScreen(Screen[None]):
    """The board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("space", "mark", "Mark"),
        Binding("c", "compare", "Compare"),
        Binding("m", "matrix", "Matrix"),
        Binding("d", "delete", "Delete"),
        Binding("r", "reload", "Reload"),
        Binding("escape", "leave", "Filter and marks away", show=False),
        Binding("q", "app.quit", "Quit"),
    ]
    help_text = (
        "The board: every run in the store, newest first, with its course: the share of successes in each tenth of its"
        " episodes, in order. Below it stand the outcomes of the run at the cursor. What is done with a run is done"
        " with all that are marked (●), if any are."
    )

    class Loaded(Message):
        """Runs were read."""

        def __init__(self, rows: list[BoardRow]) -> None:
            super().__init__()
            self.rows = rows

    class Told(Message):
        """How some runs went was read."""

        def __init__(self, trends: dict[str, Trend]) -> None:
            super().__init__()
            self.trends = trends

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Changed(Message):
        """Something was done to the store, or could not be."""

        def __init__(self, text: str, *, wrong: bool = False) -> None:
            super().__init__()
            self.text, self.wrong = text, wrong

    def __init__(self, store: Path | None, run: str | None = None) -> None:
        super().__init__()
        self._store, self._run = store, run
        self._all: list[BoardRow] = []
        self._needle = ""
        self._marked: set[str] = set()
        self._trends: dict[str, tuple[int, Trend]] = {}
        self._wanted: dict[str, RunRow] = {}

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · runs"), id="title", markup=False)
        yield RowList[BoardRow](
            COLUMNS,
            self._cells,
            id="runs",
            help_text=f"Enter opens a run.\n{legend()}",
            marked=lambda row: row.run.run in self._marked,
        )
        yield Static(Text("reading the store …", style="dim"), id="message", markup=False)
        yield Static("", id="detail", markup=False)
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read the store, and open the run that was asked for."""
        self._list().focus()
        self.action_reload()
        if self._run:
            self.app.push_screen(EpisodesScreen(self._store, self._run))

    # --- reading ---------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Read the store again."""
        self._load()

    @work(thread=True, exclusive=True, group="board")
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
        self._all = event.rows
        self._marked &= {row.run.run for row in event.rows}
        self._say("" if event.rows else "no run is recorded here yet: banshi run core makes one, r looks again")
        self._refill()

    def on_runs_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._all = []
        self._refill()
        self.query_one("#detail", Static).update("")
        self._say(f"{event.text}\n\nr looks again, q quits")

    def _trend(self, run: RunRow) -> Trend | None:
        """How a run went, if that was read; else it is read soon, together with what else is looked at."""
        at, trend = self._trends.get(run.run, (-1, None))
        if at != run.done:
            if not self._wanted:
                self.call_later(self._read_trends)
            self._wanted[run.run] = run
        return trend

    @work(thread=True, group="trends")
    def _fetch_trends(self, runs: list[RunRow]) -> None:
        try:
            self.post_message(self.Told(reading.trends(self._store, runs)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def _read_trends(self) -> None:
        runs = list(self._wanted.values())
        # A run is not asked for twice while it is read.
        self._trends |= {run.run: (run.done, self._trends.get(run.run, (0, _UNKNOWN))[1]) for run in runs}
        self._wanted.clear()
        self._fetch_trends(runs)

    def on_runs_screen_told(self, event: Told) -> None:
        """Draw how they went."""
        for run, trend in event.trends.items():
            self._trends[run] = self._trends[run][0], trend
        self._list().refresh()
        self._tell()

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing."""
        self._needle = event.text
        self._refill()

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Keep the filter and go on in the list."""
        self.query_one(SearchBar).close()
        self._list().focus()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Give the filter up."""
        self.query_one(SearchBar).close(clear=True)
        self._list().focus()

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self._list().action_move(event.way)

    def action_leave(self) -> None:
        """First the filter goes, then the marks."""
        if self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self._marked.clear()
            self._list().refresh()
            self._title()

    def action_mark(self) -> None:
        """Mark the run, or take its mark away, and go to the next one."""
        row = self._list().current
        if row is not None:
            self._marked ^= {row.run.run}
            self._list().action_move(1)
            self._list().refresh()
            self._title()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the outcomes of the run at the cursor."""
        self._tell()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the run."""
        row = self._list().current
        if row is not None:
            self.app.push_screen(EpisodesScreen(self._store, row.run.run))

    def _refill(self) -> None:
        listed = self._list()
        before = listed.current
        words = self._needle.casefold().split()
        rows = [row for row in self._all if all(word in haystack(row.run) for word in words)] if words else self._all
        names = [row.run.run for row in rows]
        at = names.index(before.run.run) if before is not None and before.run.run in names else 0
        listed.show(rows, at)
        self._tell()
        self._title()

    def _title(self) -> None:
        parts = ["banshi · runs"]
        if self._needle:
            parts.append(f"{len(self._list().rows)} of {len(self._all)} with “{self._needle}”")
        if self._marked:
            parts.append(f"{len(self._marked)} marked")
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _tell(self) -> None:
        row = self._list().current
        told = detail(row, self._trend(row.run)) if row is not None else Text()
        self.query_one("#detail", Static).update(told)

    def _list(self) -> RowList[BoardRow]:
        found: RowList[BoardRow] = self.query_one("#runs", RowList)
        return found

    def _cells(self, row: BoardRow) -> Sequence[Text]:
        return cells(row, self._trend(row.run))

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            # A list that is hidden loses the focus.
            self._list().focus()

    # --- what is done with runs ------------------------------------------------------------------------------

    def _meant(self) -> list[RunRow]:
        """The marked runs in the order of the board; the one at the cursor if none is."""
        marked = [row.run for row in self._all if row.run.run in self._marked]
        here = self._list().current
        return marked or ([here.run] if here is not None else [])

    def action_compare(self) -> None:
        """Compare the two marked runs, or the marked one with that at the cursor; the older is A."""
        runs, here = self._meant(), self._list().current
        if len(runs) == 1 and here is not None and here.run.run != runs[0].run:
            runs.append(here.run)
        if len(runs) != 2:
            self.notify("two runs are compared: mark them with the space bar", markup=False)
            return
        a, b = sorted(runs, key=lambda run: (len(run.run), run.run))
        self.app.push_screen(CompareScreen(self._store, a, b))

    def action_matrix(self) -> None:
        """Show the marked runs, or all of the suite of the one at the cursor, as a table of scenarios and agents."""
        here = self._list().current
        if here is not None:
            of_suite = [row.run for row in self._all if row.run.suite == here.run.suite]
            self.app.push_screen(MatrixScreen(self._store, self._meant() if self._marked else of_suite))

    def action_delete(self) -> None:
        """Take runs out of the store, after a question."""
        runs = self._meant()
        if not runs:
            return
        what = f"run {runs[0].run}, {runs[0].suite} by {runs[0].agent}" if len(runs) == 1 else f"{len(runs)} runs"
        count = sum(run.done for run in runs)
        question = f"Take {what} out of the store? All that was recorded of {count} episodes is gone then."
        self._ask(question, "take out", lambda: self._delete([run.run for run in runs]))

    def _ask(self, question: str, yes: str, then: Callable[[], object]) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                then()

        self.app.push_screen(ConfirmScreen(question, yes), answered)

    @work(thread=True, group="change")
    def _delete(self, runs: list[str]) -> None:
        gone: list[str] = []
        try:
            for run in runs:
                reading.remove(self._store, run)
                gone.append(run)
        except BanshiError as error:
            self.post_message(self.Changed(str(error), wrong=True))
        if gone:
            self.post_message(self.Changed(f"{', '.join(gone)} taken out"))

    def on_runs_screen_changed(self, event: Changed) -> None:
        """Say what was done, and read the store again."""
        self.notify(literal(event.text).plain, severity="error" if event.wrong else "information", markup=False)
        self.action_reload()


_UNKNOWN = Trend({}, (None,) * PARTS)


def haystack(run: RunRow) -> str:
    """What the filter looks into."""
    return f"{run.run} {run.suite} {run.agent} {options(run.options)} {run.created_at} {_state(run)[0]}".casefold()


def cells(row: BoardRow, trend: Trend | None) -> Sequence[Text]:
    """A run as the cells of :data:`COLUMNS`."""
    run = row.run
    rate = f"{100 * run.succeeded / run.done:.1f} %" if run.done else "·"
    return (
        literal(run.run, "bold"),
        literal(run.suite),
        literal(run.agent),
        literal(options(run.options), "dim"),
        literal(run.created_at[:16].replace("T", " ")),
        Text(f"{run.done}/{run.planned}"),
        sparkline((trend or _UNKNOWN).shares),
        Text(rate, style="bold"),
        Text(_interval(row), style="dim"),
        yuan(run.harm_fen, "bold red"),
        Text(*_state(run)),
    )


def options(given: dict[str, Any]) -> str:
    """``fallback=full guard=on``."""
    return " ".join(
        f"{name}={'on' if value is True else 'off' if value is False else value}" for name, value in given.items()
    )


def detail(row: BoardRow, trend: Trend | None) -> Text:
    """The outcomes of a run, its options and its seed."""
    text = counted((trend or _UNKNOWN).outcomes)
    run = row.run
    text.append("\n").append_text(literal(f"{options(run.options)} seed={run.seed}", "dim"))
    if run.digest:
        text.append_text(literal(f" · digest {run.digest[:12]}", "dim"))
    return text


def _interval(row: BoardRow) -> str:
    return f"{100 * row.low:.0f}–{100 * row.high:.0f} %" if row.low is not None and row.high is not None else "·"


def _state(run: RunRow) -> tuple[str, str]:
    """Finished, running, or how it came to stand still; and its style."""
    if run.state == "finished":
        return "done", "green"
    return ("running", "cyan") if run.live else ("stopped", "yellow")
