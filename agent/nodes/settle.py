"""settle: release what a half-finished errand left behind, newest first."""

from __future__ import annotations

from agent.desk import ToolFailure
from agent.nodes.common import give_back, work_of
from agent.nodes.progress import tell_ended
from agent.state import Context, State
from agent.steps.base import StepState, Work
from agent.takeover import leftovers, release


def settle(state: State, context: Context) -> State:
    """Undo reservations of steps that failed or were dropped. What cannot be undone now is told in the report."""
    steps = [StepState(**step) for step in state.get("steps", [])]
    state = {**state, "steps": steps}
    work = work_of(state, context)
    tell_ended(steps, context.desk)
    if state.get("unsure") or state.get("unmanned"):
        release_leftovers(work)
    for step in reversed(steps):
        if step["status"] not in ("failed", "dropped") or step.get("placed") is None:
            continue
        try:
            give_back(step, work)
        except ToolFailure as error:
            context.desk.note("fallback", {"goal": step["goal"], "rung": "compensate", "failed_with": error.code})
        else:
            context.desk.note("fallback", {"goal": step["goal"], "stage": "settle", "rung": "compensate"})
    return {"steps": steps, "goto": "report"}


def release_leftovers(work: Work) -> None:
    """Give back what a mind that is gone ordered and nobody paid for; what cannot be given back now expires unpaid."""
    try:
        for deed in leftovers(work):
            release(deed, work)
            work.desk.note("fallback", {"goal": "", "stage": "settle", "tool": deed["tool"], "rung": "compensate"})
    except ToolFailure as error:
        work.desk.note("fallback", {"goal": "", "rung": "compensate", "failed_with": error.code})
