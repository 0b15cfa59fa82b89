"""The episodes of one run: filtered by typing, failures first if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from mock_services.errors import BanshiError
from tui import reading
from tui.reading import EpisodeEntry
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


class EpisodesScreen(Screen[None]):
    """One run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("x", "failures_first", "Failures first"),
        Binding("r", "reload", "Reload"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    help_text = "The episodes of a run, in scenario order or failures first."

    class Read(Message):
        """Some more episodes were read; ``first`` are the first ones."""

        def __init__(self, entries: list[EpisodeEntry], first: bool) -> None:
            super().__init__()
            self.entries, self.first = entries, first

    class Failed(Message):
        """They could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, run: str) -> None:
        super().__init__()
        self._store, self._run = store, run
        self._all: list[EpisodeEntry] = []
        self._failures_first = False
        self._needle = ""

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        about = f"Enter steps through an episode.\n{legend()}"
        yield RowList[EpisodeEntry](COLUMNS, cells, id="episodes", help_text=about)
        yield Static(Text("reading the episodes …", style="dim"), id="message", markup=False)
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read the run."""
        self._title()
        self._list().focus()
        self.action_reload()

    def action_reload(self) -> None:
        """Read the run again."""
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        worker = get_current_worker()
        first = True
        try:
            for batch in reading.episodes(self._store, self._run):
                if worker.is_cancelled:
                    return
                self.post_message(self.Read(batch, first))
                first = False
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        if first:
            self.post_message(self.Read([], first))

    def on_episodes_screen_read(self, event: Read) -> None:
        """Add what was read."""
        self._all = list(event.entries) if event.first else self._all + event.entries
        self._say("" if self._all else "this run has recorded no episode yet: r looks again")
        self._refill()

    def on_episodes_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead of a list."""
        self._say(f"{event.text}\n\nr looks again, q goes back")

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_failures_first(self) -> None:
        """Sort by outcome, the worst first, or in scenario order again."""
        self._failures_first = not self._failures_first
        self._refill(top=True)

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

    def action_back(self) -> None:
        """First the filter goes, then the screen."""
        if self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self.app.pop_screen()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Step through the episode."""
        entry = self._list().current
        if entry is not None:
            self.app.push_screen(StepperScreen(self._store, entry.row))

    def _refill(self, *, top: bool = False) -> None:
        listed = self._list()
        before = None if top else listed.current
        rows = self._all
        words = self._needle.casefold().split()
        if words:
            rows = [entry for entry in rows if all(word in entry.haystack for word in words)]
        if self._failures_first:
            rows = sorted(rows, key=lambda entry: -reading.severity(entry.row))
        at = rows.index(before) if before is not None and before in rows else 0
        listed.show(rows, at)
        self._title()

    def _title(self) -> None:
        parts = [f"banshi · run {self._run}"]
        if self._all:
            good = sum(entry.row.success for entry in self._all)
            parts.append(f"{good} of {len(self._all)} succeeded")
        if self._failures_first:
            parts.append("failures first")
        if self._needle:
            parts.append(f"{len(self._list().rows)} with “{self._needle}”")
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _list(self) -> RowList[EpisodeEntry]:
        found: RowList[EpisodeEntry] = self.query_one("#episodes", RowList)
        return found

    def _say(self, text: str) -> None:
        message = self.query_one("#message", Static)
        message.update(literal(text, lines=True))
        message.display = bool(text)
        self._list().display = not text
        if not text and self.focused is None:
            # A list that is hidden loses the focus.
            self._list().focus()


def cells(entry: EpisodeEntry) -> Sequence[Text]:
    """An episode as the cells of :data:`COLUMNS`."""
    row = entry.row
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
