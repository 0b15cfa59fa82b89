"""Two futures: an episode as it was recorded, and a fork of it, side by side from where it forks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.money import format_yuan
from scenarios.results import EpisodeResult
from tui.screens.stepper import step_through
from tui.text import literal
from tui.widgets.marks import outcome
from tui.widgets.sidebyside import SideBySide

if TYPE_CHECKING:
    from tui.futures import Futures


class FuturesScreen(Screen[None]):
    """The original on the left, the fork on the right. Both move together."""

    CSS = """
    FuturesScreen #ends { height: auto; max-height: 6; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", key_display="q")]
    help_text = "Two futures of one episode. The fork is recorded as a run of its own and stays when you leave."

    def __init__(self, store: Path | None, futures: Futures) -> None:
        super().__init__()
        self._store, self._futures = store, futures

    def compose(self) -> ComposeResult:
        forked = self._futures.forked
        names = (f"as it was · {forked.original.name}", f"the fork · {forked.run}")
        yield Static(literal(self._futures.title), id="title", markup=False)
        yield Static(ends(self._futures), id="ends", markup=False)
        yield SideBySide(self._futures.a, self._futures.b, names, alignment=self._futures.aligned, side=1)
        yield Footer(compact=True)

    def on_side_by_side_opened(self, event: SideBySide.Opened) -> None:
        """Step through one of them."""
        forked = self._futures.forked
        run, ordinal = ((forked.original.run, forked.original.ordinal), (forked.run, 0))[event.side]
        step_through(self, self._store, run, ordinal, event.at)


def ends(futures: Futures) -> Text:
    """How both ended, and what of the change never came to anything."""
    forked = futures.forked
    text = Text("changed   ", style="dim").append_text(literal(forked.turn.told, "not dim")).append("\n")
    for name, result in (("as it was", forked.original.result), ("the fork", forked.result)):
        text.append(f"{name:<10}", style="dim").append_text(_end(result)).append("\n")
    for never in forked.idle:
        text.append_text(literal(f"but {never}\n", "yellow"))
    if futures.parted is None:
        text.append("both futures are the same\n", style="yellow")
    text.rstrip()
    return text


def _end(result: EpisodeResult) -> Text:
    verdict = result.verdict
    text = outcome(verdict.outcome)
    if verdict.label:
        text.append_text(literal(f" {verdict.label}"))
    text.append(f" · spent {format_yuan(result.spent_fen)}", style="not bold")
    if verdict.harm_fen:
        text.append(f" · harm {format_yuan(verdict.harm_fen)}", style="bold red")
    return text.append(f" · {result.calls} calls, {result.asks} questions", style="dim not bold")
