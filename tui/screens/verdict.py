"""The verdict: what grading found, each finding with the step that decided it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mock_services.money import format_yuan
from scenarios.results import EpisodeResult, FallbackRow
from scenarios.runs import why
from scenarios.runs.story import PHASES
from tui import copying
from tui.judged import Judged, judged, origins
from tui.playback import Playback
from tui.text import literal
from tui.widgets import details
from tui.widgets.marks import outcome
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("step", 5, right=True),
    Column("", 1),
    Column("check", 16, grow=1),
    Column("what was found", 24, grow=2),
)


class Entry(NamedTuple):
    """A line of the verdict, and what stands below the list when the cursor is on it. ``at`` is a step from 0."""

    at: int
    sign: Text
    check: str
    text: str
    more: Text


class VerdictScreen(ModalScreen[int | None]):
    """Over the stepper; ends with the step to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "leave", "Close", key_display="v"),
        Binding("y", "copy", "Copy"),
    ]
    help_text = "The verdict: checks that failed come first, then those that held, then what came of each fault."

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self._playback = playback

    def compose(self) -> ComposeResult:
        with Vertical(id="verdict"):
            yield Static(head(self._playback.result), id="head", markup=False)
            about = "Enter goes to the step that decided the finding."
            yield RowList[Entry](COLUMNS, cells, id="findings", help_text=about)
            with VerticalScroll(id="detail", can_focus=False):
                yield Static("", markup=False)
            yield Footer(compact=True)

    def on_mount(self) -> None:
        """List the findings."""
        listed = self._list()
        listed.show(entries(self._playback))
        listed.focus()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the finding in full."""
        entry = self._list().current
        if entry is not None:
            self.query_one("#detail Static", Static).update(entry.more)
            self.query_one("#detail").scroll_home(animate=False)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go to the step."""
        entry = self._list().current
        if entry is not None:
            self.dismiss(entry.at)

    def action_copy(self) -> None:
        """Put the verdict as text into the clipboard, that of the terminal too."""
        self.app.copy_to_clipboard(copying.verdict(self._playback))
        self.notify("copied the verdict", timeout=2, markup=False)

    def action_leave(self) -> None:
        """Go back to where the stepper was."""
        self.dismiss(None)

    def _list(self) -> RowList[Entry]:
        found: RowList[Entry] = self.query_one("#findings", RowList)
        return found


def head(result: EpisodeResult) -> Text:
    """The outcome, what was expected, and what it cost."""
    verdict = result.verdict
    text = Text("verdict  ", style="bold").append_text(outcome(verdict.outcome))
    text.append_text(literal(f"  expected: {verdict.expected}"))
    if verdict.harm_fen:
        text.append(f"  harm: {format_yuan(verdict.harm_fen)}", style="bold red")
    if verdict.unconsented_fen:
        text.append(f"  not agreed to: {format_yuan(verdict.unconsented_fen)}", style="bold red")
    if verdict.label:
        meant = why.LABELS.get(verdict.label)
        text.append("\n").append_text(literal(verdict.label, "bold")).append_text(
            literal(f": {meant}" if meant else "")
        )
    return text


def entries(playback: Playback) -> list[Entry]:
    """Findings that failed, findings that hold, and a line per fault."""
    return [_finding(playback, one) for one in judged(playback)] + [
        _fault(playback, row) for row in playback.result.fallback
    ]


def _finding(playback: Playback, one: Judged) -> Entry:
    finding = one.finding
    sign = Text("✓", style="green") if one.ok else Text("✗", style="bold red")
    more = Text()
    more.append_text(literal(f"{finding.check}  ", "dim"))
    more.append_text(literal(f"step {one.at + 1}, {one.place}: {playback.steps[one.at].text}", "dim")).append("\n")
    more.append_text(literal("found:     ", "bold")).append_text(literal(why.found(finding))).append("\n")
    if not one.ok and (should := why.should(finding)):
        more.append_text(literal("should be: ", "bold")).append_text(literal(should)).append("\n")
    if one.understood:
        more.append_text(literal("agent's:   ", "bold")).append_text(literal(one.understood)).append("\n")
    for told in origins(playback, one.at) if not one.ok and finding.check.startswith("invariant.") else ():
        more.append_text(literal("came by:   ", "bold")).append_text(literal(told)).append("\n")
    if finding.harm_fen:
        more.append(f"harm:      {format_yuan(finding.harm_fen)} yuan of the person are gone\n", style="bold red")
    for row in finding.rows:
        more.append_text(literal("row:       ", "bold")).append_text(details.row(playback, row)).append("\n")
    harm = f" · harm {format_yuan(finding.harm_fen)}" if finding.harm_fen else ""
    return Entry(one.at, sign, why.what(finding), f"{why.found(finding)}{harm}", more)


def _fault(playback: Playback, row: FallbackRow) -> Entry:
    ended = [
        "resolved" if row.resolved else "not resolved",
        "errand finished" if row.finished else "errand not finished",
    ]
    if row.harm:
        ended.append("harm")
    at = playback.index_of(row.step) or 0
    meant = PHASES.get(row.phase, "")
    more = Text()
    more.append_text(literal(f"step {at + 1}: {row.tool} is struck by {row.fault}, phase {row.phase}", "dim"))
    more.append_text(literal(f" ({meant})" if meant else "", "dim")).append("\n")
    more.append_text(literal("first reaction: ", "bold")).append_text(literal(row.reaction.replace("_", " ")))
    if row.said_class:
        more.append_text(literal(f"; the agent took it for {row.said_class} and says it tried {row.said_rung}"))
    more.append("\n").append_text(literal("came of it: ", "bold")).append_text(literal(", ".join(ended))).append("\n")
    more.append_text(literal("it cost: ", "bold")).append_text(literal(_cost(row)))
    text = f"{row.tool}: {row.reaction}, {', '.join(ended)}"
    sign = Text("↺", style="cyan" if row.resolved else "yellow")
    return Entry(at, sign, f"fault {row.fault}, {row.phase}", text, more)


def _cost(row: FallbackRow) -> str:
    return (
        f"{row.extra_calls:+d} calls, {row.extra_ms / 1000:+.0f} s of virtual time, {format_yuan(row.extra_fen)} yuan"
    )


def cells(entry: Entry) -> Sequence[Text]:
    """A finding as the cells of :data:`COLUMNS`."""
    return (Text(str(entry.at + 1)), entry.sign, literal(entry.check), literal(entry.text))
