"""The verdict: what grading found, each finding with the step that decided it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mock_services.money import format_yuan
from scenarios.results import EpisodeResult, FallbackRow, Finding
from tui.playback import Playback
from tui.text import literal
from tui.widgets.marks import outcome
from tui.widgets.rows import Column, RowList

COLUMNS = (
    Column("step", 5, right=True),
    Column("", 1),
    Column("check", 20, grow=1),
    Column("what was found", 24, grow=2),
)


class Entry(NamedTuple):
    """A line of the verdict. ``step`` counts from 1; 0 belongs to no single step."""

    step: int
    sign: Text
    check: str
    text: str
    more: str


class VerdictScreen(ModalScreen[int | None]):
    """Over the stepper; ends with the step to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,v", "leave", "Close", key_display="v")]
    help_text = "The verdict: checks that failed come first, then those that held, then what came of each fault."

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self._playback = playback

    def compose(self) -> ComposeResult:
        with Vertical(id="verdict"):
            yield Static(head(self._playback.result), id="head", markup=False)
            about = "Enter goes to the step that decided the finding."
            yield RowList[Entry](COLUMNS, cells, id="findings", help_text=about)
            yield Static("", id="detail", markup=False)
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
            text = literal(f"{entry.check}: {entry.text}").append_text(literal(entry.more, "dim"))
            self.query_one("#detail", Static).update(text)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go to the step."""
        entry = self._list().current
        if entry is not None and entry.step:
            self.dismiss(entry.step - 1)
        else:
            self.notify("this finding belongs to no single step", markup=False)

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
    if verdict.label:
        text.append_text(literal(f"  label: {verdict.label}"))
    if verdict.harm_fen:
        text.append(f"  harm: {format_yuan(verdict.harm_fen)}", style="bold red")
    if verdict.unconsented_fen:
        text.append(f"  not agreed to: {format_yuan(verdict.unconsented_fen)}", style="bold red")
    return text


def entries(playback: Playback) -> list[Entry]:
    """Findings that failed, findings that hold, and a line per fault."""
    findings = sorted(playback.result.verdict.findings, key=lambda finding: finding.ok)
    return [_finding(playback, finding) for finding in findings] + [
        _fault(playback, row) for row in playback.result.fallback
    ]


def _finding(playback: Playback, finding: Finding) -> Entry:
    sign = Text("✓", style="green") if finding.ok else Text("✗", style="bold red")
    harm = f" · harm {format_yuan(finding.harm_fen)}" if finding.harm_fen else ""
    rows = f" · rows {', '.join(finding.rows)}" if finding.rows else ""
    return Entry(_step(playback, finding.step), sign, finding.check, finding.text, harm + rows)


def _fault(playback: Playback, row: FallbackRow) -> Entry:
    ended = [
        "resolved" if row.resolved else "not resolved",
        "errand finished" if row.finished else "errand not finished",
    ]
    if row.harm:
        ended.append("harm")
    spent = f"{row.extra_ms / 1000:+.0f} s of virtual time, {format_yuan(row.extra_fen)} yuan"
    extra = f" · {row.extra_calls:+d} calls, {spent}"
    text = f"{row.tool}: {row.reaction}, {', '.join(ended)}"
    sign = Text("↺", style="cyan" if row.resolved else "yellow")
    return Entry(_step(playback, row.step), sign, f"fault {row.fault}, {row.phase}", text, extra)


def _step(playback: Playback, seq: int) -> int:
    at = playback.index_of(seq)
    return 0 if at is None else at + 1


def cells(entry: Entry) -> Sequence[Text]:
    """A finding as the cells of :data:`COLUMNS`."""
    return (Text(str(entry.step) if entry.step else "·"), entry.sign, literal(entry.check), literal(entry.text))
