"""The episodes of one run: filtered by typing, failures first if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from scenarios.runs.store import EpisodeRow
from tui import reading
from tui.paging import Pages
from tui.reading import Opened
from tui.screens.filtered import FilteredScreen
from tui.screens.stepper import StepperScreen
from tui.text import literal
from tui.widgets.marks import legend, outcome, yuan
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

COLUMNS = (
    Column("scenario", 18, grow=3),
    Column("plan", 10, grow=1),
    Column("family", 10, rank=5),
    Column("lang", 4, rank=4),
    Column("outcome", 13),
    Column("calls", 5, rank=3, right=True),
    Column("spent", 9, rank=2, right=True),
    Column("harm", 8, rank=1, right=True),
    Column("label", 16, grow=1, rank=6),
)


class EpisodesScreen(FilteredScreen):
    """One run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("x", "failures_first", "Failures first"),
        Binding("r", "reload", "Reload"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    place_name = "episodes"
    help_text = "The episodes of a run, in scenario order or failures first."

    class Read(Message):
        """Which episodes are listed was read."""

        def __init__(self, opened: Opened) -> None:
            super().__init__()
            self.opened = opened

    class PageRead(Message):
        """Some rows of the list were read."""

        def __init__(self, pages: Pages[EpisodeRow], page: int, rows: list[EpisodeRow]) -> None:
            super().__init__()
            self.pages, self.page, self.rows = pages, page, rows

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, run: str) -> None:
        super().__init__()
        self._store, self._run = store, run
        self._opened: Opened | None = None
        self._pages: Pages[EpisodeRow] = Pages(0, lambda: None)
        self._fetching = False
        self._failures_first = False

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        about = f"Enter steps through an episode.\n{legend()}"
        yield RowList[EpisodeRow](COLUMNS, cells, id="episodes", help_text=about)
        yield Static(Text("reading the episodes …", style="dim"), id="message", markup=False)
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read the run."""
        self._title()
        self._list().focus()
        if self._needle:
            self.query_one(SearchBar).fill(self._needle)
        else:
            self.action_reload()

    def place(self) -> dict[str, Any]:
        """The run, its filter and its order."""
        return {"run": self._run, "filter": self._needle, "failures_first": self._failures_first}

    def go_to(self, place: dict[str, Any]) -> None:
        """Filter and sort as the last time; before the screen is shown."""
        self._needle, self._failures_first = str(place.get("filter", "")), place.get("failures_first") is True

    def action_reload(self) -> None:
        """Read the run again."""
        self._relist()

    def _relist(self, *, top: bool = False) -> None:
        """List the episodes that are wanted now, with the cursor on the one that it is on."""
        here = self._list().current
        self._load(self._needle.split(), self._failures_first, None if top or here is None else here.ordinal)

    @work(thread=True, exclusive=True, group="list")
    def _load(self, words: list[str], worst_first: bool, beside: int | None) -> None:
        worker = get_current_worker()
        try:
            opened = reading.open_run(
                self._store,
                self._run,
                words,
                worst_first=worst_first,
                beside=beside,
                cancelled=lambda: worker.is_cancelled,
            )
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        if not worker.is_cancelled:
            self.post_message(self.Read(opened))

    def on_episodes_screen_read(self, event: Read) -> None:
        """List what was read."""
        opened = self._opened = event.opened
        self._say("" if opened.run.done else "this run has recorded no episode yet: r looks again")
        self._pages = Pages(len(opened.ordinals), self._ask)
        self._pages.put(opened.page, opened.rows)
        self._list().show(self._pages, opened.at)
        self._title()

    def _ask(self) -> None:
        """Have the rows read that are looked at and not there."""
        if not self._fetching:
            self._fetching = True
            self.call_later(self._fetch, self._pages)

    def _fetch(self, pages: Pages[EpisodeRow]) -> None:
        self._fetching = False
        page = pages.wanted()
        if page is not None and pages is self._pages and self._opened is not None:
            self._fetching = True
            self._read_page(pages, page, self._opened.ordinals[Pages.span(page)])

    @work(thread=True, group="pages")
    def _read_page(self, pages: Pages[EpisodeRow], page: int, ordinals: Sequence[int]) -> None:
        try:
            self.post_message(self.PageRead(pages, page, reading.episode_rows(self._store, self._run, ordinals)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_episodes_screen_page_read(self, event: PageRead) -> None:
        """Draw the rows, and read on where more are wanted by now."""
        event.pages.put(event.page, event.rows)
        if event.pages is self._pages:
            self._list().refresh()
        self._fetch(self._pages)

    def on_episodes_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._fetching = False
        self._say(f"{event.text}\n\nr looks again, q goes back")

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_failures_first(self) -> None:
        """Sort by outcome, the worst first, or in scenario order again."""
        self._failures_first = not self._failures_first
        self._relist(top=True)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Step through the episode."""
        row = self._list().current
        if row is not None:
            self.app.push_screen(StepperScreen(self._store, row))

    def _target(self) -> RowList[Any]:
        return self._list()

    def _refilter(self) -> None:
        self._relist()

    def _title(self) -> None:
        parts = [f"banshi · run {self._run}"]
        if self._opened is not None:
            run = self._opened.run
            parts.append(f"{run.succeeded} of {run.done} succeeded")
        if self._failures_first:
            parts.append("failures first")
        if self._needle:
            parts.append(f"{len(self._list().rows)} with “{self._needle}”")
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _list(self) -> RowList[EpisodeRow]:
        found: RowList[EpisodeRow] = self.query_one("#episodes", RowList)
        return found

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            # A list that is hidden loses the focus.
            self._list().focus()


def cells(row: EpisodeRow) -> Sequence[Text]:
    """An episode as the cells of :data:`COLUMNS`."""
    return (
        literal(row.scenario + (f"#{row.seed}" if row.seed else "")),
        literal(row.plan, "dim" if row.plan == "clean" else ""),
        literal(row.family),
        literal(row.locale, "dim"),
        outcome(row.outcome),
        Text(str(row.calls)),
        yuan(row.spent_fen),
        yuan(row.harm_fen, "bold red"),
        literal(row.label or row.error, "dim"),
    )
