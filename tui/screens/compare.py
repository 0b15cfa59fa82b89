"""Two runs beside each other: what flipped, by how much they differ, and what could not be paired."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from scenarios.runs.comparing import Compared, Flip, LeftOut, Measure
from scenarios.runs.store import EpisodeRow, RunRow
from tui import reading
from tui.screens.filtered import FilteredScreen
from tui.screens.stepper import StepperScreen
from tui.screens.stories import StoriesScreen
from tui.text import chance, literal
from tui.widgets.marks import legend, outcome
from tui.widgets.panes import PaneTab, PaneTabs
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

LISTS = ("flips", "measures", "left")
FLIPS = (
    Column("", 8),
    Column("episode", 22, grow=3),
    Column("family", 12, rank=2),
    Column("A", 13),
    Column("B", 13),
    Column("failure", 16, grow=1, rank=1),
)
MEASURES = (
    Column("a mean episode", 14, grow=1),
    Column("A", 10, right=True),
    Column("B", 10, right=True),
    Column("B less A", 10, right=True),
    Column("95 %", 22, right=True),
)
LEFT = (Column("only in", 8), Column("episode", 22, grow=1), Column("outcome", 13), Column("why", 30, grow=1))


class Turned(NamedTuple):
    """A flip and its way."""

    better: bool
    flip: Flip


class CompareScreen(FilteredScreen):
    """Run B beside run A."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show(1)", "Flips", show=False),
        Binding("2", "show(2)", "Measures", show=False),
        Binding("3", "show(3)", "Left out", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("s", "swap", "Swap A and B"),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    help_text = (
        "Two runs, episode by episode, as banshi compare tells it. Differences are B less A; intervals are bootstrapped"
        " over scenarios, p is McNemar's exact test. 1 is what flipped, 2 the measures, 3 what only one of them has."
    )

    class Done(Message):
        """They were compared."""

        def __init__(self, found: Compared, left: tuple[LeftOut, ...]) -> None:
            super().__init__()
            self.found, self.left = found, left

    class Single(Message):
        """An episode that only one has was read."""

        def __init__(self, row: EpisodeRow) -> None:
            super().__init__()
            self.row = row

    class Failed(Message):
        """They cannot be compared, or not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, a: RunRow, b: RunRow) -> None:
        super().__init__()
        self._store, self._a, self._b = store, a, b
        self._flips: list[Turned] = []
        self._left: Sequence[LeftOut] = ()
        self._open = 1

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield Static(Text("comparing …", style="dim"), id="head", markup=False)
        yield PaneTabs(["flips", "measures", "left out"], id="lists")
        about = f"Enter shows both stories side by side. The worse come first.\n{legend()}"
        yield RowList[Turned](FLIPS, flip_cells, id="flips", help_text=about)
        yield RowList[Measure](MEASURES, measure_cells, id="measures", help_text="Means over the pairs.")
        about = "Episodes that have no counterpart. Enter steps through one."
        yield RowList[LeftOut](LEFT, left_cells, id="left", help_text=about)
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Compare them."""
        self.action_show(1)
        self._start()

    def _start(self) -> None:
        named = " → ".join(f"{run.run} {run.agent}" for run in (self._a, self._b))
        self.query_one("#title", Static).update(literal(f"banshi · compare A → B: {named}"))
        self._load(self._a.run, self._b.run)

    @work(thread=True, exclusive=True, group="compare")
    def _load(self, a: str, b: str) -> None:
        try:
            self.post_message(self.Done(*reading.compared(self._store, a, b)))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_compare_screen_done(self, event: Done) -> None:
        """Show it."""
        found = event.found
        self._flips = [*(Turned(False, flip) for flip in found.worse), *(Turned(True, flip) for flip in found.better)]
        self._left = event.left
        self.query_one("#head", Static).update(head(found))
        self._list("measures").show([one for one in found.measures if one.a or one.b])
        self._refill()

    def on_compare_screen_failed(self, event: Failed) -> None:
        """Say why not."""
        self.query_one("#head", Static).update(literal(event.text))

    # --- what is shown ---------------------------------------------------------------------------------------

    def action_show(self, number: int) -> None:
        """Show one of the three lists."""
        self._open = number
        self.query_one(PaneTabs).open(number)
        for n, name in enumerate(LISTS, 1):
            self._list(name).display = n == number
        self._list(LISTS[number - 1]).focus()

    def on_pane_tab_pressed(self, event: PaneTab.Pressed) -> None:
        """A tab was clicked."""
        self.action_show(event.number)

    def action_swap(self) -> None:
        """Compare the other way round."""
        self._a, self._b = self._b, self._a
        self._start()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Both stories of a flip; the one of an episode that is left out."""
        row = event.rows.current
        if isinstance(row, Turned):
            ordinals = (self._a.run, row.flip.ordinal_a), (self._b.run, row.flip.ordinal_b)
            self.app.push_screen(StoriesScreen(self._store, f"banshi · {row.flip.episode}", *ordinals))
        elif isinstance(row, LeftOut):
            self._open_one(row)

    @work(thread=True, exclusive=True, group="open")
    def _open_one(self, one: LeftOut) -> None:
        try:
            for row in reading.episode_rows(self._store, one.run, [one.ordinal]):
                self.post_message(self.Single(row))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_compare_screen_single(self, event: Single) -> None:
        """Step through it."""
        self.app.push_screen(StepperScreen(self._store, event.row))

    def _target(self) -> RowList[Any]:
        return self._list(LISTS[self._open - 1])

    def _refilter(self) -> None:
        self._refill()

    def _refill(self) -> None:
        words = self._needle.casefold().split()

        def fits(*parts: str) -> bool:
            text = " ".join(parts).casefold()
            return all(word in text for word in words)

        flips = [
            row
            for row in self._flips
            if fits(row.flip.episode, row.flip.family, row.flip.outcome_a, row.flip.outcome_b, row.flip.label)
        ]
        self._list("flips").show(flips)
        self._list("left").show([row for row in self._left if fits(row.episode, row.run, row.outcome)])

    def _list(self, name: str) -> RowList[Turned | Measure | LeftOut]:
        found: RowList[Turned | Measure | LeftOut] = self.query_one(f"#{name}", RowList)
        return found


def head(found: Compared) -> Text:
    """The pairs, and how sure the difference is."""
    pairs = found.comparison
    success = next(one.difference for one in found.measures if one.name == "success")
    text = Text(f"{pairs.episodes} pairs: {pairs.both} both · {pairs.only_a} only A · {pairs.only_b} only B")
    text.append(f" · {pairs.neither} neither")
    if found.left_out:
        text.append(f" · {found.left_out} left out")
    text.append("\n")
    text.append("▲ " if success.value > 0 else "▼ " if success.value < 0 else "= ", style="bold")
    text.append(f"success {100 * success.value:+.1f} %", style="bold")
    text.append(f", 95 % {100 * success.low:+.1f} to {100 * success.high:+.1f} over {success.n} scenarios")
    text.append(f" · {chance(pairs.p_value)}", style="bold")
    return text


def flip_cells(row: Turned) -> Sequence[Text]:
    """A flip as the cells of :data:`FLIPS`."""
    way = Text("▲ better", style="green") if row.better else Text("▼ worse", style="bold red")
    flip = row.flip
    return (
        way,
        literal(flip.episode),
        literal(flip.family),
        outcome(flip.outcome_a),
        outcome(flip.outcome_b),
        literal(flip.label, "dim"),
    )


def measure_cells(one: Measure) -> Sequence[Text]:
    """A measure as the cells of :data:`MEASURES`."""
    difference = one.difference
    sure = difference.low > 0 or difference.high < 0
    return (
        literal(one.name),
        Text(f"{one.a:.4g}"),
        Text(f"{one.b:.4g}"),
        Text(f"{difference.value:+.4g}", style="bold" if sure else ""),
        Text(f"{difference.low:+.3g} to {difference.high:+.3g}", style="dim"),
    )


def left_cells(row: LeftOut) -> Sequence[Text]:
    """An episode without a counterpart as the cells of :data:`LEFT`."""
    return (literal(row.run, "bold"), literal(row.episode), outcome(row.outcome), literal(row.why, "dim"))
