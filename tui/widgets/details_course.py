"""What the stepper says about the course of an errand: the plan and its steps, and the clock with what is scheduled."""

from __future__ import annotations

from rich.text import Text

from tui import plan as plans
from tui.plan import PlanStep
from tui.playback import Playback
from tui.text import literal
from tui.widgets.details import HEADING, cut

SIGNS = {
    "pending": ("○", "dim"),
    "running": ("▶", "bold cyan"),
    "between": ("◐", "cyan"),
    "trouble": ("↺", "yellow"),
    "done": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "dropped": ("⊘", "red"),
    "replaced": ("⤳", "dim"),
}
"""State of a step of the plan → (sign, style); the sign alone tells it."""

MOST_COMING = 30
"""So many scheduled events are listed; of the rest only the number is told."""


def legend() -> str:
    """What the signs of the plan mean."""
    return ", ".join(f"{sign} {plans.STATES[state]}" for state, (sign, _) in SIGNS.items())


def plan(playback: Playback, at: int) -> Text:
    """The plan as the agent told it up to the step, with the state of each of its steps."""
    if not playback.tells_plan:
        return Text("this agent tells no plan", style="dim")
    shown = playback.plan(at)
    if not shown.number:
        return Text("no plan is made yet", style="dim")
    text = Text()
    if shown.kinds:
        text.append_text(literal(cut(f"an errand of: {shown.kinds}"))).append("\n")
    if not shown.steps:
        return text.append("this engine decides call by call, and tells no steps\n", style="dim")
    if shown.number > 1:
        text.append(f"plan {shown.number}: it was changed {shown.number - 1}×\n", style="dim")
    for step in shown.steps:
        _plan_step(text, step)
    return text


def clock(playback: Playback, at: int) -> Text:
    """The clock at the step, what happened by itself while it lasted, and what is scheduled, with countdowns."""
    now = playback.events[at].at
    moment = playback.moment(at)
    text = Text()
    text.append(f"{moment:%a %Y-%m-%d %H:%M:%S}", style="bold")
    text.append(f" · {span(playback.elapsed_s(at))} after the start\n", style="dim")
    passed = now - playback.events[at - 1].at if at else 0
    if passed:
        text.append(f"{span(passed // 1000)} passed since the step before\n")
    moved = playback.happened(at)
    if moved:
        text.append("\nhappened by itself\n", style=HEADING)
        for step in moved:
            text.append_text(literal(cut(f"{step.clock} {step.text}"))).append("\n")
    due = playback.coming(at)
    text.append("\nscheduled\n", style=HEADING)
    if not due:
        text.append("nothing\n", style="dim")
    for entry in due[:MOST_COMING]:
        when = playback.local(entry.at)
        day = "" if when.date() == moment.date() else f"{when:%m-%d} "
        text.append(f"in {span((entry.at - now) // 1000)}", style="bold cyan" if entry.fresh else "bold")
        text.append(f"  {day}{when:%H:%M:%S}  ", style="dim")
        about = f" · {entry.about}" if entry.about else ""
        text.append_text(literal(cut(f"{entry.text}{about}")))
        text.append("  new\n" if entry.fresh else "\n", style="cyan")
    if len(due) > MOST_COMING:
        text.append(f"… and {len(due) - MOST_COMING} later\n", style="dim")
    return text


def span(seconds: int) -> str:
    """``0:45``, ``12:05:00``, ``3 d 02:10``: a length of time."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02}:{minutes:02}"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _plan_step(text: Text, step: PlanStep) -> None:
    sign, style = SIGNS[step.state]
    text.append(f"{sign} ", style=style)
    text.append_text(literal(f"{step.goal} {step.kind}", "strike dim" if step.state == "replaced" else "bold"))
    if step.needs:
        text.append_text(literal(f" after {', '.join(step.needs)}", "dim"))
    again = f" ({step.tries}. time)" if step.tries > 1 else ""
    about = step.about or plans.STATES[step.state]
    text.append_text(literal(cut(f" · {about}{again}"), style)).append("\n")
    if step.wishes:
        text.append_text(literal(cut(f"    {step.wishes}"), "dim")).append("\n")
