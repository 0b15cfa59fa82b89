"""The board: every run with its headline figures, and the ways from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from scenarios.runs.store import RunRow
from scenarios.runs.sweeps import SweepRow
from tui import reading
from tui.jobs import Jobs
from tui.reading import Board, Trend
from tui.screens.confirm import ConfirmScreen
from tui.screens.filtered import FilteredScreen
from tui.text import literal
from tui.widgets.marks import legend
from tui.widgets.rows import RowList
from tui.widgets.runs import COLUMNS, SweepLine, cells, detail, haystack, sweep_cells, sweep_detail
from tui.widgets.searchbar import SearchBar

if TYPE_CHECKING:
    from tui.screens.newrun import Wanted

# The screens that one can go to from here are imported when one does: the board is drawn before them (tui/app.py).

REFRESH_S = 1.0
"""How often the board is read again while a run on it is under way."""


Line: TypeAlias = RunRow | SweepLine


class RunsScreen(FilteredScreen):
    """The board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New"),
        Binding("l", "live", "Live"),
        Binding("space", "mark", "Mark", key_display="␣"),
        Binding("c", "compare", "Compare"),
        Binding("m", "matrix", "Matrix"),
        Binding("t", "tag", "Tag"),
        Binding("d", "delete", "Delete", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("r", "reload", "Reload", show=False),
        Binding("escape", "leave", "Filter and marks away", show=False),
        Binding("q", "app.quit", "Quit"),
    ]
    help_text = (
        "The board: every run in the store, newest first, with its course: the share of successes in each tenth of its"
        " episodes, in order. Below it stand the outcomes of the run at the cursor. What is done with a run is done"
        " with all that are marked (●), if any are. A sweep (▸) holds runs that were asked for as one."
    )

    class Loaded(Message):
        """Runs were read."""

        def __init__(self, board: Board) -> None:
            super().__init__()
            self.board = board

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

    def __init__(self, store: Path | None, jobs: Jobs, run: str | None = None) -> None:
        """``jobs`` are the runs of this app; ``run`` is opened at once."""
        super().__init__()
        self._store, self._jobs, self._run = store, jobs, run
        self._all: list[RunRow] = []
        self._sweeps: list[SweepRow] = []
        self._unfolded: set[str] = set()
        self._away = False
        self._marked: set[str] = set()
        self._trends: dict[str, tuple[int, Trend | None]] = {}
        self._wanted: dict[str, RunRow] = {}

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · runs"), id="title", markup=False)
        yield RowList[Line](
            COLUMNS,
            self._cells,
            id="runs",
            help_text=f"Enter opens a run, and unfolds a sweep.\n{legend()}",
            marked=self._is_marked,
        )
        yield Static(Text("reading the store …", style="dim"), id="message", markup=False)
        yield Static("", id="detail", markup=False)
        yield SearchBar(id="search")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Read the store, and open the run that was asked for."""
        self._list().focus()
        self.action_reload()
        self.set_interval(REFRESH_S, self._refresh)
        if self._run:
            from tui.screens.episodes import EpisodesScreen

            self.app.push_screen(EpisodesScreen(self._store, self._run))

    def on_screen_suspend(self) -> None:
        """Another screen is over this one."""
        self._away = True

    def on_screen_resume(self) -> None:
        """Something may have happened meanwhile."""
        if self._away:
            self._away = False
            self.action_reload()

    def _refresh(self) -> None:
        if self.is_current and any(run.live for run in self._all):
            self.action_reload()

    # --- reading ---------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Read the store again."""
        self._load()

    @work(thread=True, exclusive=True, group="board")
    def _load(self) -> None:
        try:
            self.post_message(self.Loaded(reading.board(self._store)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_runs_screen_loaded(self, event: Loaded) -> None:
        """Show the runs; the cursor stays on its run."""
        self._all, self._sweeps = event.board.runs, event.board.sweeps
        self._marked &= {run.run for run in self._all}
        self._say("" if self._all else "no run is recorded here yet: n starts one, r looks again")
        self._refill()

    def on_runs_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._all, self._sweeps = [], []
        self._refill()
        self.query_one("#detail", Static).update("")
        self._say(f"{event.text}\n\nn starts a run, r looks again, q quits")

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
            found = reading.trends(self._store, runs)
            self.post_message(self.Told(found))
            self.post_message(self.Told(reading.with_intervals(found, runs)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def _read_trends(self) -> None:
        runs = list(self._wanted.values())
        # A run is not asked for twice while it is read.
        self._trends |= {run.run: (run.done, self._trends.get(run.run, (0, None))[1]) for run in runs}
        self._wanted.clear()
        self._fetch_trends(runs)

    def on_runs_screen_told(self, event: Told) -> None:
        """Draw how they went."""
        for run, trend in event.trends.items():
            self._trends[run] = self._trends[run][0], trend
        self._list().refresh()
        self._tell()

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """First the filter goes, then the marks."""
        if self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self._marked.clear()
            self._list().refresh()
            self._title()

    def action_mark(self) -> None:
        """Mark the run, or take its mark away, and go to the next one; of a sweep all of its runs."""
        line = self._list().current
        if line is not None:
            runs = {run.run for run in _runs_of(line)}
            self._marked = self._marked - runs if self._is_marked(line) else self._marked | runs
            self._list().action_move(1)
            self._list().refresh()
            self._title()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the outcomes of the run at the cursor."""
        self._tell()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the run; fold or unfold the sweep."""
        from tui.screens.episodes import EpisodesScreen

        line = self._list().current
        if isinstance(line, SweepLine):
            self._unfolded ^= {line.sweep.sweep}
            self._refill()
        elif line is not None:
            self.app.push_screen(EpisodesScreen(self._store, line.run))

    def _target(self) -> RowList[Any]:
        return self._list()

    def _refilter(self) -> None:
        self._refill()

    def _refill(self) -> None:
        listed = self._list()
        before = listed.current
        lines = self._lines()
        names = [_name(line) for line in lines]
        at = names.index(_name(before)) if before is not None and _name(before) in names else 0
        listed.show(lines, at)
        self._tell()
        self._title()

    def _lines(self) -> list[Line]:
        """The runs that fit the filter; without one, those of a sweep stand below it, where its newest would."""
        words = self._needle.casefold().split()
        if words:
            return [run for run in self._all if all(word in haystack(run) for word in words)]
        cells: dict[str, list[RunRow]] = {}
        for run in reversed(self._all):
            cells.setdefault(run.sweep, []).append(run)
        told = {row.sweep: row for row in self._sweeps}
        lines: list[Line] = []
        for run in self._all:
            runs = cells.get(run.sweep, [])
            if run.sweep not in told:
                lines.append(run)
            elif runs:
                unfolded = run.sweep in self._unfolded
                lines.append(SweepLine(told[run.sweep], tuple(runs), unfolded))
                lines += runs if unfolded else []
                cells[run.sweep] = []
        return lines

    def _is_marked(self, line: Line) -> bool:
        return all(run.run in self._marked for run in _runs_of(line))

    def _title(self) -> None:
        parts = ["banshi · runs"]
        if self._needle:
            parts.append(f"{len(self._list().rows)} of {len(self._all)} with “{self._needle}”")
        if self._marked:
            parts.append(f"{len(self._marked)} marked")
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _tell(self) -> None:
        line, told = self._list().current, Text()
        if isinstance(line, SweepLine):
            told = sweep_detail(line)
        elif line is not None:
            told = detail(line, self._trend(line))
        self.query_one("#detail", Static).update(told)

    def _list(self) -> RowList[Line]:
        found: RowList[Line] = self.query_one("#runs", RowList)
        return found

    def _cells(self, line: Line) -> Sequence[Text]:
        if isinstance(line, SweepLine):
            return sweep_cells(line)
        return cells(line, self._trend(line), inside=line.sweep in self._unfolded and not self._needle)

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            # A list that is hidden loses the focus.
            self._list().focus()

    # --- what is done with runs ------------------------------------------------------------------------------

    def _here(self) -> list[RunRow]:
        """The run at the cursor, or those of the sweep there."""
        line = self._list().current
        return list(_runs_of(line)) if line is not None else []

    def _meant(self) -> list[RunRow]:
        """The marked runs in the order of the board; what is at the cursor if none is."""
        return [run for run in self._all if run.run in self._marked] or self._here()

    def action_new(self) -> None:
        """Fill in a form, and start what it says."""
        from tui.screens.live import LiveScreen
        from tui.screens.newrun import NewRunScreen

        def start(wanted: Wanted | None) -> None:
            if wanted is not None:
                job = self._jobs.start(wanted.what, wanted.how, self._store)
                self.app.push_screen(LiveScreen(self._store, self._jobs, job=job))

        self.app.push_screen(NewRunScreen(), start)

    def action_live(self) -> None:
        """Watch the run at the cursor, or the last one of the sweep there."""
        from tui.screens.live import LiveScreen

        for run in self._here()[-1:]:
            self.app.push_screen(LiveScreen(self._store, self._jobs, run=run.run))

    def action_compare(self) -> None:
        """Compare the two marked runs, or the marked one with that at the cursor; the older is A."""
        from tui.screens.compare import CompareScreen

        runs = self._meant()
        if len(runs) == 1:
            runs += [run for run in self._here() if run.run != runs[0].run]
        if len(runs) != 2:
            self.notify("two runs are compared: mark them with the space bar", markup=False)
            return
        a, b = sorted(runs, key=lambda run: (len(run.run), run.run))
        self.app.push_screen(CompareScreen(self._store, a, b))

    def action_matrix(self) -> None:
        """Show the marked runs, the sweep, or all runs of the suite of the one at the cursor, as a table."""
        from tui.screens.matrix import MatrixScreen

        here = self._here()
        if not here:
            return
        of_suite = here if len(here) > 1 else [run for run in self._all if run.suite == here[0].suite]
        self.app.push_screen(MatrixScreen(self._store, self._meant() if self._marked else of_suite))

    def action_tag(self) -> None:
        """Type the tags of a run, or tags that several get besides their own."""
        from tui.screens.tags import TagsScreen

        runs = self._meant()
        if not runs:
            return
        alone = len(runs) == 1
        question = f"Tags of {runs[0].run}" if alone else f"Tags that {len(runs)} runs get besides theirs"

        def tag(tags: tuple[str, ...] | None) -> None:
            if tags is not None:
                self._tag({run.run: tags if alone else (*run.tags, *tags) for run in runs})

        self.app.push_screen(TagsScreen(question, runs[0].tags if alone else ()), tag)

    @work(thread=True, group="change")
    def _tag(self, wanted: dict[str, tuple[str, ...]]) -> None:
        try:
            for run, tags in wanted.items():
                reading.tag(self._store, run, tags)
            self.post_message(self.Changed(f"{', '.join(wanted)} tagged"))
        except BanshiError as error:
            self.post_message(self.Changed(str(error), wrong=True))

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


def _runs_of(line: Line) -> tuple[RunRow, ...]:
    return line.runs if isinstance(line, SweepLine) else (line,)


def _name(line: Line) -> str:
    return line.sweep.sweep if isinstance(line, SweepLine) else line.run
