"""act: run the next ready stage of the plan, and check its result by reading.

All steps are looked at before anything is reserved, all are reserved before the person is asked, and the person is
asked once before anything is paid. So most errands that cannot be done end before they cost anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agent.choose import choose
from agent.desk import NoWay, ToolFailure
from agent.nodes.common import ENDED, dead_end, drop_dependents, failure_of, goal_of, work_of
from agent.nodes.progress import begins, tell_ended
from agent.pay import NOT_MADE, finish_payment, pay_trade, pay_within_mandate, request_no, tool_of
from agent.state import Context, State
from agent.steps import executor_for
from agent.steps.base import Placed, Split, StepState, Work
from agent.takeover import adopted, already
from agent.task import Buy, Goal, to_json


def act(state: State, context: Context) -> State:
    """Run stages until something fails, the person has to be asked, or everything has ended."""
    steps = [StepState(**step) for step in state["steps"]]
    state = {**state, "steps": steps}
    work = work_of(state, context)
    changed: State = {}
    while True:
        drop_dependents(steps)
        tell_ended(steps, context.desk)
        try:
            stage, step = next_stage(steps, work)
        except ToolFailure as error:
            goal = next(step["goal"] for step in steps if step["status"] == "looked")
            return {**changed, "steps": steps, "failure": failure_of(goal, "look", error), "goto": "recover"}
        if stage in ("consent", "settle") or step is None:
            return {**changed, "steps": steps, "failure": None, "goto": stage}
        begins(step, stage, context.desk)
        try:
            run_stage(stage, step, work)
        except ToolFailure as error:
            # A payment that was not made after all has to be made again, as if it had been refused at once.
            at = "commit" if stage == "clear" and error.code in NOT_MADE else stage
            return {**changed, "steps": steps, "failure": failure_of(step["goal"], at, error), "goto": "recover"}
        except Split as split:
            changed = {"task": split_up(step, split, steps, work, context)}
        except NoWay as error:
            return {**changed, "steps": steps, "failure": dead_end(step["goal"], stage, error), "goto": "recover"}


def split_up(step: StepState, split: Split, steps: list[StepState], work: Work, context: Context) -> dict[str, Any]:
    """Put several steps in the place of one; returns the changed task. Their budget is one for all of them."""
    goal = goal_of(work.task, step)
    parts = [msgspec.structs.replace(part, id=f"{goal.id}.{number}") for number, part in enumerate(split.parts, 1)]
    goals = [part for old in work.task.goals for part in (parts if old.id == goal.id else [old])]
    budget = work.task.budget_fen or getattr(goal, "budget_fen", 0)
    task = msgspec.structs.replace(work.task, goals=tuple(goals), budget_fen=budget)
    place = steps.index(step)
    steps[place : place + 1] = [
        StepState(goal=part.id, kind=step["kind"], needs=step.get("needs", []), status="todo", attempt=0, facts=[])
        for part in parts
    ]
    for part in steps[place : place + len(parts)]:
        part["portion"] = portions_of_one(split.parts)
    # An errand is corrected so many times in all, however it is cut up.
    steps[place]["corrected"] = step.get("corrected", 0)
    for other in steps:
        if goal.id in other.get("needs", []):
            other["needs"] = [n for n in other["needs"] if n != goal.id] + [part.id for part in parts]
    work.task = task
    context.understood(task)
    work.steps.clear()
    work.steps.update({other["goal"]: other for other in steps})
    context.desk.note("plan", {"steps": [{"goal": s["goal"], "kind": s["kind"], "needs": s["needs"]} for s in steps]})
    return to_json(task)


def portions_of_one(parts: Sequence[Goal]) -> bool:
    """Whether a purchase was cut into numbers of one thing: two of seven are not what anybody asked for."""
    things = {tuple(item.words for item in part.items) for part in parts if isinstance(part, Buy)}
    return len(parts) > 1 and len(things) == 1 and all(isinstance(part, Buy) for part in parts)


def next_stage(steps: list[StepState], work: Work) -> tuple[str, StepState | None]:
    """What to do next, and for which step."""
    open_steps = [step for step in steps if step["status"] not in ENDED]
    ready = [step for step in open_steps if step["status"] == "todo" and is_ready(step, work)]
    if ready:
        # A mandate has to be active before what it pays for is agreed on.
        return "look", min(ready, key=lambda step: step["kind"] != "mandate")
    if any(step["status"] == "looked" and "chosen" not in step for step in open_steps):
        choose(open_steps, work)
        return next_stage(steps, work)
    for step in open_steps:
        if step["status"] == "looked":
            return "place", step
    for step in open_steps:
        if step["status"] == "placed":
            return "consent", step
    # Pay everything before waiting for anything, as reservations run out; an old booking goes when the new one stands.
    stages = (
        ("commit", "agreed", False),
        ("clear", "sent", False),
        ("check", "committed", False),
        ("commit", "agreed", True),
        ("check", "committed", True),
    )
    for stage, status, last in stages:
        # Whether others were asked for money can take hours to be seen: that comes last.
        for step in sorted(open_steps, key=lambda step: (step["kind"] != "mandate") + (step["kind"] == "collect")):
            if step["status"] == status and (step["kind"] == "cancel") == last:
                return stage, step
    return "settle", None


def is_ready(step: StepState, work: Work) -> bool:
    """Whether everything that this step has to know of others has been chosen, and mandates for it are decided."""
    for need in step.get("needs", []):
        other = work.steps[need]
        if "chosen" not in other or (other["kind"] == "mandate" and other["status"] not in ENDED):
            return False
    return True


def run_stage(stage: str, step: StepState, work: Work) -> None:
    """Run one stage of one step.

    Raises:
        ToolFailure, NoWay: the step is as it was before.
    """
    goal = goal_of(work.task, step)
    _, executor = executor_for(goal)
    if stage == "look":
        refused = step.get("refused", [])
        try:
            looked = executor.look(goal, work)
        except NoWay:
            # What was paid for already is perhaps not to be had, or owed, any more.
            if work.unsure and adopted(step, goal, work):
                return
            raise
        found = [c for c in looked if not {c["title"], c["data"].get("who", "")} & set(refused)]
        if not found:
            raise NoWay("sold_out")
        step["candidates"] = found
        step["status"] = "looked"
        step.pop("chosen", None)
        return
    candidate = step["candidates"][step["chosen"]]
    if stage == "place":
        if work.unsure and adopted(step, goal, work):
            return
        left: Placed | None = executor.find(goal, candidate, work) if work.unsure else None
        step["placed"] = left or executor.place(goal, candidate, work)
        step["status"] = "placed"
        return
    placed = step["placed"]
    assert placed is not None
    if stage == "commit":
        known = already(step, goal, placed, work) if work.unsure else ""
        if known:
            step["status"] = known
            return
        if not placed.get("out_trade_no"):
            executor.commit(goal, placed, work)
        elif step.get("mandate_id"):
            pay_within_mandate(step, placed, work)
        else:
            pay_trade(step, placed, work)
        step["status"] = "sent" if placed.get("fen") else "committed"
    elif stage == "clear":
        try:
            finish_payment(request_no(step, work), work, tool_of(step, placed))
        except ToolFailure as error:
            step["status"] = "agreed" if error.code in NOT_MADE else "sent"
            raise
        step["status"] = "committed"
    elif stage == "check":
        result = executor.check(goal, placed, work)
        step["facts"] = [*step.get("facts", []), *result.pop("facts", [])]
        step["result"] = result
        step["status"] = "done"
