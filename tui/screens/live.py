"""A run while it goes on: how far it is, what came out so far, and its newest failures to jump into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from mock_services.money import format_yuan
from scenarios.results import OUTCOMES
from scenarios.runs.following import Family, Follower, Reaction, Seen
from scenarios.runs.store import EpisodeRow
from tui.jobs import Jobs
from tui.screens.episodes import EpisodesScreen
from tui.screens.stepper import StepperScreen
from tui.text import literal
from tui.widgets.marks import OUTCOME_MARKS, legend, outcome, yuan
from tui.widgets.rows import Column, RowList

if TYPE_CHECKING:
    from scenarios.runs.background import Background

LOOK_S = 0.25
"""Between two looks. What happened meanwhile is drawn at once, however much it is."""

BAR = 24

FAMILIES = (
    Column("family", 12, grow=1),
    Column("outcomes", BAR),
    Column("episodes", 8, right=True),
    Column("success", 8, right=True),
)
FALLBACK = (
    Column("fault", 14, grow=1),
    Column("phase", 9, rank=2),
    Column("first reaction", 15, grow=1),
    Column("fired", 6, right=True),
    Column("resolved", 8, rank=1, right=True),
    Column("finished", 8, right=True),
    Column("harm", 5, right=True),
)
FAILURES = (
    Column("newest failures", 24, grow=2),
    Column("family", 12, rank=2),
    Column("outcome", 13),
    Column("harm", 9, rank=1, right=True),
    Column("label", 16, grow=1),
)


class LiveScreen(Screen[None]):
    """One run. With a ``job`` of this app it is the one that this carries out, whichever that is by now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause/resume", key_display="␣"),
        Binding("s", "stop", "Stop"),
        Binding("o", "episodes", "All episodes"),
        Binding("escape,q", "app.pop_screen", "Back", key_display="q"),
    ]
    help_text = (
        "A run while it is carried out, by this app or by any other process. Intervals are 95 % (Wilson). Space pauses"
        " it and goes on with it, s stops it; a run of another process is only watched. Going back lets it go on."
    )

    class Looked(Message):
        """The run was looked at. Of several looks that wait the last one counts."""

        def __init__(self, seen: Seen) -> None:
            super().__init__()
            self.seen = seen

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveScreen.Looked)

    class Failed(Message):
        """It could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, jobs: Jobs, *, run: str = "", job: Background | None = None) -> None:
        super().__init__()
        self._store, self._jobs, self._run = store, jobs, run
        self._job = job or jobs.of(run)
        self._follower: Follower | None = None
        self._seen: Seen | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield Static(Text("starting …", style="dim"), id="progress", markup=False)
        yield Static("", id="figures", markup=False)
        with Container(id="tables"):
            about = f"How the episodes of each family ended, in their shapes.\n{legend()}"
            yield RowList[Family](FAMILIES, family_cells, id="families", help_text=about)
            about = "Faults that fired, what the agent did first, and what came of it."
            yield RowList[Reaction](FALLBACK, fallback_cells, id="fallback", help_text=about)
        about = "The newest failures, the last first. Enter steps through one while the run goes on."
        yield RowList[EpisodeRow](FAILURES, failure_cells, id="failures", help_text=about)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Look at it, again and again."""
        self.query_one("#failures").focus()
        self._title()
        self.set_interval(LOOK_S, self.look)
        self.look()

    def look(self) -> None:
        """Look at the run now, if the last look has ended and anybody sees what it finds."""
        if self._job is not None and self._job.run:
            self._run = self._job.run
        if self._job is not None and self._job.state == "failed":
            self._bar(literal(self._job.error, "bold red"))
        seen = self._seen
        ended = seen is not None and seen.run.run == self._run and seen.run.state == "finished"
        if self._reading or not self._run or not self.is_current or ended:
            return
        if self._follower is None or self._follower.run != self._run:
            self._follower = Follower(self._store, self._run)
        self._reading = True
        self._look(self._follower)

    @work(thread=True, group="look")
    def _look(self, follower: Follower) -> None:
        try:
            self.post_message(self.Looked(follower.look()))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))

    def on_live_screen_looked(self, event: Looked) -> None:
        """Draw what is new."""
        self._reading = False
        seen, before = event.seen, self._seen
        self._seen = seen
        self._title()
        self._bar(progress(seen, self.size.width, self._job))
        self.query_one("#figures", Static).update(figures(seen))
        if before is not None and (before.run.run, before.run.done) == (seen.run.run, seen.run.done):
            return
        self._list("families").show(seen.families, self._list("families").cursor)
        self._list("fallback").show(seen.fallback, self._list("fallback").cursor)
        failures = self._list("failures")
        here = failures.current
        at = 0
        if isinstance(here, EpisodeRow) and failures.cursor:
            # The cursor stays on its episode; at the top it follows the newest.
            at = next((n for n, row in enumerate(seen.failures) if row.ordinal == here.ordinal), 0)
        failures.show(seen.failures, at)

    def on_live_screen_failed(self, event: Failed) -> None:
        """Say what is wrong."""
        self._reading = False
        self._bar(literal(event.text, "bold red"))

    # --- what is done with it --------------------------------------------------------------------------------

    def action_pause(self) -> None:
        """Pause the run; or go on with one that stands still."""
        if self._job is not None and self._job.state == "running":
            self._job.pause()
            self._bar(Text("pausing: what is under way ends first …", style="yellow"))
        elif self._seen is not None and self._seen.run.live:
            self._not_ours(self._seen)
        elif self._seen is not None and self._seen.run.state == "finished":
            self.notify("the run is finished", timeout=2, markup=False)
        elif self._seen is not None:
            self._resume(self._seen.run.run)

    def action_stop(self) -> None:
        """Stop the run."""
        if self._job is not None and self._job.state == "running":
            self._job.stop()
            self._bar(Text("stopping …", style="yellow"))
        elif self._seen is not None and self._seen.run.live:
            self._not_ours(self._seen)
        else:
            self.notify("the run is not under way", timeout=2, markup=False)

    def _not_ours(self, seen: Seen) -> None:
        text = f"process {seen.pid} carries it out: Ctrl-C there stops it"
        self.notify(text, title="not started here", markup=False)

    def _resume(self, run: str) -> None:
        try:
            if self._job is not None:
                self._jobs.resume(self._job)
            else:
                self._job = self._jobs.start(["--resume", run], [], self._store)
        except BanshiError as error:
            self.notify(literal(error).plain, severity="error", markup=False)
            return
        self._bar(Text("starting …", style="dim"))

    def action_episodes(self) -> None:
        """List all episodes that are recorded by now."""
        if self._run:
            self.app.push_screen(EpisodesScreen(self._store, self._run))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Step through a failure."""
        row = event.rows.current
        if isinstance(row, EpisodeRow):
            self.app.push_screen(StepperScreen(self._store, row))

    # --- what is shown ---------------------------------------------------------------------------------------

    def _title(self) -> None:
        parts = ["banshi · live"]
        if self._seen is not None:
            run = self._seen.run
            state = "finished" if run.state == "finished" else "running" if run.live else "stopped"
            parts += [run.run, *([f"of sweep {run.sweep}"] if run.sweep else []), run.suite, run.agent, state]
        elif self._run:
            parts.append(self._run)
        self.query_one("#title", Static).update(literal(" · ".join(parts)))

    def _bar(self, text: Text) -> None:
        self.query_one("#progress", Static).update(text)

    def _list(self, name: str) -> RowList[Family | Reaction | EpisodeRow]:
        found: RowList[Family | Reaction | EpisodeRow] = self.query_one(f"#{name}", RowList)
        return found


def progress(seen: Seen, width: int, job: Background | None) -> Text:
    """How far it is, how fast, and how long the rest takes."""
    run = seen.run
    room = max(10, min(40, width - 60))
    part = run.done / run.planned if run.planned else 1.0
    full = int(part * room)
    text = Text().append("█" * full + "░" * (room - full), style="cyan")
    text.append(f" {run.done}/{run.planned} {100 * part:.0f} %", style="bold")
    if run.state == "finished":
        text.append(f" · finished in {run.wall_s:.1f} s", style="green")
    elif run.live:
        text.append(f" · {seen.rate:.1f}/s" if seen.rate else " · starting")
        text.append(f" · {_left(seen.left_s)} left" if seen.left_s is not None else "")
        if job is None:
            text.append(f" · by process {seen.pid}", style="dim")
    else:
        paused = job is not None and job.state == "paused"
        text.append(" · paused" if paused else " · stopped", style="bold yellow")
        text.append(", space goes on")
    return text


def figures(seen: Seen) -> Text:
    """Success and harm so far."""
    good, bad = seen.success, seen.harmful
    text = Text()
    if not good.n:
        return text
    text.append("success ").append(f"{100 * good.rate:.1f} %", style="bold")
    text.append(f" ({100 * good.low:.1f}–{100 * good.high:.1f})", style="dim")
    text.append("   harmful ").append(f"{100 * bad.rate:.1f} %", style="bold red" if bad.k else "bold")
    text.append(f" ({100 * bad.low:.1f}–{100 * bad.high:.1f})", style="dim")
    text.append("   harm ").append(f"{format_yuan(seen.run.harm_fen)} yuan", style="bold red" if bad.k else "bold")
    return text


def family_cells(family: Family) -> Sequence[Text]:
    """A family as the cells of :data:`FAMILIES`."""
    return (
        literal(family.name),
        bar(family.outcomes, BAR),
        Text(str(family.n)),
        Text(f"{100 * family.succeeded / family.n:.0f} %" if family.n else "·", style="bold"),
    )


def bar(outcomes: dict[str, int], width: int) -> Text:
    """Outcomes as a bar of their shapes, in their proportions; what occurred at all has one at least."""
    total = sum(outcomes.values())
    there = [name for name in OUTCOMES if outcomes.get(name)]
    text = Text()
    if not there:
        return text
    cells = {name: max(1, outcomes[name] * width // total) for name in there}
    cells[max(there, key=lambda name: outcomes[name])] += width - sum(cells.values())
    for name in there:
        sign, style, _ = OUTCOME_MARKS[name]
        text.append(sign * cells[name], style=style)
    return text


def fallback_cells(row: Reaction) -> Sequence[Text]:
    """A reaction to faults as the cells of :data:`FALLBACK`."""
    return (
        literal(row.fault),
        literal(row.phase, "dim"),
        literal(row.reaction),
        Text(str(row.fired)),
        Text(str(row.resolved)),
        Text(str(row.finished)),
        Text(str(row.harm) if row.harm else "·", style="bold red" if row.harm else "dim"),
    )


def failure_cells(row: EpisodeRow) -> Sequence[Text]:
    """A failure as the cells of :data:`FAILURES`."""
    return (
        literal(row.id),
        literal(row.family),
        outcome(row.outcome),
        yuan(row.harm_fen, "bold red"),
        literal(row.label or row.error, "dim"),
    )


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
