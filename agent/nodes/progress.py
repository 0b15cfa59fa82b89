"""What is told of the plan while it is carried out: a note as a stage of a step begins, and one as a step ends.

They are there to be read. Nothing is decided by them, nor graded.
"""

from __future__ import annotations

from agent.desk import Desk
from agent.nodes.common import ENDED
from agent.steps.base import StepState


def begins(step: StepState, stage: str, desk: Desk) -> None:
    """Tell that a stage of a step begins, as :class:`agent.steps.base.Executor` names them, or its ``consent``."""
    step["told"] = stage
    desk.note("step", {"goal": step["goal"], "stage": stage})


def tell_ended(steps: list[StepState], desk: Desk) -> None:
    """Tell which steps have ended since it was told last, how, and why."""
    for step in steps:
        status = step["status"]
        if status in ENDED and step.get("told") != status:
            step["told"] = status
            why = step.get("reason", "") if status != "done" else ""
            more = {"why": why, "constraint": step.get("constraint", "")} if why else {}
            desk.note("step", {"goal": step["goal"], "status": status, **more})
