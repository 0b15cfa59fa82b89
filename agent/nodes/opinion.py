"""Another engine: how it takes over from one that failed, and how it looks anew at what one decided.

Nothing is done twice by that. Engines that share the standard nodes share the state, and the next one goes on at the
node where the other stopped. One with nodes of its own cannot read the other's state: it starts from the words, and
looks for everything that was done before it does it (``unsure``, and the deeds).
"""

from __future__ import annotations

from typing import Any, cast

import msgspec

from agent.desk import ToolFailure
from agent.nodes.common import goal_of
from agent.route.router import of_one_kind
from agent.state import Context, State
from agent.steps import executor_for
from agent.steps.base import Me, StepState, Work
from agent.task import from_json

SPENT = frozenset(("sent", "committed", "done"))
"""Statuses of steps whose effect is there, or on its way."""

_ASIDE = ("task", "steps", "failure", "goto", "engine", "asked")
"""What is put aside while another engine reads the words."""


def take_over(state: State, context: Context, engine: str) -> State:
    """Another engine goes on at the node where one failed, or from the words, if it cannot read the state."""
    failure = state["failure"]
    assert failure is not None
    old, new = context.router.member(failure["tool"]), context.router.member(engine)
    if of_one_kind(old, new) or (failure["stage"] in ("settle", "report") and state.get("steps")):
        return {"engine": engine, "failure": None, "goto": failure["stage"]}
    context.task = None
    afresh: State = {"task": None, "steps": [], "asked": [], "mind": {}, "unsure": True}
    return {**afresh, "engine": engine, "failure": None, "goto": "understand"}


def doubted(why: str, state: State, update: State, context: Context) -> State:
    """Another engine looks at what was decided: at the step in question, or, before anything is paid, at the words."""
    now: State = {**state, **update}
    engine = now["engine"]
    above = context.router.above(engine, now, context.desk.now)
    if not above:
        return update
    context.desk.note("escalated", {"from": engine, "to": above, "why": why})
    update = {**update, "engine": above, "weighed": [*state.get("weighed", []), why]}
    steps = [StepState(**step) for step in now.get("steps", [])]
    if why == "guard":
        return _shown_anew(update, now, steps)
    if why == "unverified" or any(step["status"] in SPENT for step in steps):
        return update
    aside: dict[str, Any] = {key: value for key, value in now.items() if key in _ASIDE}
    context.task = None
    afresh: State = {"task": None, "steps": [], "asked": [], "failure": None, "goto": "understand"}
    return {**update, **afresh, "aside": aside}


def _shown_anew(update: State, now: State, steps: list[StepState]) -> State:
    """What the guard held back is put to the person by the other engine."""
    failure = now["failure"]
    assert failure is not None
    for step in steps:
        if step["goal"] == failure["goal"] and step["status"] == "agreed":
            step["status"] = "placed"
            step.pop("consent_id", None)
    return {**update, "steps": steps, "failure": None, "goto": "act"}


def compare(state: State, update: State, context: Context) -> State:
    """The words are read anew: if they are read as before, what was decided stands; if not, it is undone first."""
    aside = state["aside"]
    assert aside is not None
    if update.get("failure") is not None:
        return update
    context.task = None
    task = update.get("task") or state.get("task")
    if _wanted(task) == _wanted(aside["task"]):
        context.desk.note("agreed", {"with": aside["engine"]})
        context.understood(from_json(aside["task"]))
        return cast(State, {**update, **aside, "aside": None})
    return {**update, "aside": None, "unsure": not _released(state, aside, context)}


def _wanted(task: dict[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (task or {}).items() if key not in ("questions", "unclear")}


def _released(state: State, aside: dict[str, Any], context: Context) -> bool:
    """Give back what was reserved for a task that was not meant; whether all of it is given back."""
    steps = [cast(StepState, dict(step)) for step in aside.get("steps", [])]
    if not steps:
        return True
    task = from_json(aside["task"])
    work = Work(context.desk, task, msgspec.convert(state["me"], Me), {step["goal"]: step for step in steps})
    done = True
    for step in reversed(steps):
        placed = step.get("placed")
        if placed is None:
            continue
        goal = goal_of(task, step)
        try:
            executor_for(goal)[1].undo(goal, placed, work)
        except ToolFailure as error:
            context.desk.note("fallback", {"goal": step["goal"], "rung": "compensate", "failed_with": error.code})
            done = False
    return done
