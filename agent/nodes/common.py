"""What the nodes share: building the work of a step from the state, and saying what went wrong."""

from __future__ import annotations

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.engine import EngineFailure
from agent.fallback.failures import OF_ENGINE
from agent.state import Context, Failure, State
from agent.steps import executor_for
from agent.steps.base import Me, StepState, Work
from agent.task import AnyGoal, Task, from_json

ENDED = frozenset({"done", "failed", "dropped"})
"""Statuses in which nothing more happens to a step."""

MOST_TRIES, RELEASE_PAUSE_S = 4, 30
"""How often, with a policy that has ladders, and at which distance something that is held is tried to be given back."""

PLACED = frozenset({"placed", "agreed"})
"""Statuses in which something is reserved that nobody has paid for."""


def task_of(state: State, context: Context) -> Task:
    """The task, parsed once for as long as it does not change."""
    if context.task is None:
        task = state["task"]
        assert task is not None
        context.task = from_json(task)
    return context.task


def work_of(state: State, context: Context) -> Work:
    """What executors work with; before there is a task, of nobody and with nothing to do."""
    desk, deeds = context.desk, context.deeds.writes
    if not state.get("task") or "me" not in state:
        return Work(desk, Task(desk.episode.locale), Me("", "", "", "", (), ""), {}, deeds=deeds)
    task = task_of(state, context)
    me = msgspec.convert(state["me"], Me)
    steps = {step["goal"]: step for step in state.get("steps", [])}
    tries = MOST_TRIES if context.policy.ladders else 1
    return Work(desk, task, me, steps, unsure=state.get("unsure", False), deeds=deeds, tries=tries)


def give_back(step: StepState, work: Work) -> None:
    """Release what a step holds; a service that does not answer is given some time.

    Raises:
        ToolFailure: it could not be released.
    """
    goal, placed = goal_of(work.task, step), step.get("placed")
    for left in reversed(range(work.tries if placed is not None else 0)):
        assert placed is not None
        try:
            executor_for(goal)[1].undo(goal, placed, work)
            break
        except ToolFailure as error:
            if not left:
                raise
            work.desk.note("fallback", {"goal": step["goal"], "rung": "compensate", "failed_with": error.code})
            work.desk.call("clock_wait", {"seconds": error.retry_after or RELEASE_PAUSE_S, "wake_on_notice": False})
    step["placed"] = None


def goal_of(task: Task, step: StepState) -> AnyGoal:
    """The goal that a step is for, as the person has put it since, if they were asked again."""
    goal = next(goal for goal in task.goals if goal.id == step["goal"])
    if "reworded" in step:
        return msgspec.convert(step["reworded"], type(goal))
    return goal


def failure_of(goal: str, stage: str, error: ToolFailure) -> Failure:
    """A failed call, for the recover node."""
    return Failure(
        goal=goal,
        stage=stage,
        tool=error.tool,
        code=error.code,
        message=error.message,
        access=error.access,
        retry_after=error.retry_after,
        reason="",
        facts=[],
    )


def failed_mind(stage: str, engine: str, error: EngineFailure) -> Failure:
    """A mind that did not do its part, for the recover node; ``stage`` is the node that it failed in."""
    return Failure(
        goal="",
        stage=stage,
        tool=engine,
        code=OF_ENGINE + error.kind.upper(),
        message=error.message,
        access="read",
        retry_after=error.retry_after_s,
        reason="",
        facts=[],
    )


def of_mind(state: State) -> bool:
    """Whether what failed is a mind."""
    failure = state.get("failure")
    return failure is not None and failure["code"].startswith(OF_ENGINE)


def dead_end(goal: str, stage: str, error: NoWay) -> Failure:
    """A goal that cannot be met as it was asked for, for the recover node."""
    return Failure(
        goal=goal,
        stage=stage,
        tool="",
        code="NO_WAY",
        message=error.constraint,
        access="read",
        retry_after=None,
        reason=error.reason,
        facts=error.facts,
    )


def give_up(step: StepState, reason: str, constraint: str = "", facts: list[dict[str, str]] | None = None) -> None:
    """End a step without success, and remember why for the report."""
    step["status"] = "failed"
    step["reason"] = reason
    step["constraint"] = constraint
    step.setdefault("facts", []).extend(facts or [])


def give_up_for(step: StepState, error: NoWay) -> None:
    """End a step because the world offers no way."""
    give_up(step, error.reason, error.constraint, error.facts)


def _of_one(goal: str, other: str) -> bool:
    """Whether two goals are parts of one purchase: who said no to a part of it was not understood in all of it,
    and of a number of one thing all are wanted or none."""
    return "." in goal and "." in other and goal.partition(".")[0] == other.partition(".")[0]


def drop_dependents(steps: list[StepState]) -> None:
    """What leads to or builds on a failed step has no point any more, unless it is already made."""
    changed = True
    while changed:
        changed = False
        lost = {step["goal"] for step in steps if step["status"] in ("failed", "dropped")}
        unwanted = {
            step["goal"]
            for step in steps
            if step["goal"] in lost
            and (step.get("portion") or step.get("reason") in ("not_found", "refused_by_person"))
        }
        for step in steps:
            apart = step["kind"] == "buy" and any(_of_one(step["goal"], goal) for goal in unwanted)
            if step["status"] in ("todo", "looked", "placed", "agreed") and (
                apart or lost.intersection(step.get("needs", []))
            ):
                if step["status"] in PLACED:
                    step["reason"] = "undo"
                step["status"] = "dropped"
                changed = True
