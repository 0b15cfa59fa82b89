"""Recovering from a mind that failed: ask it again, or end the errand without it, settled and told as it is."""

from __future__ import annotations

from agent.desk import NoWay, ToolFailure
from agent.fallback.failures import classify
from agent.nodes.common import ENDED, give_up, goal_of, work_of
from agent.nodes.opinion import take_over
from agent.pay import NOT_MADE, finish_payment, request_no, tool_of
from agent.route.health import is_open
from agent.state import Context, Failure, State
from agent.steps import executor_for
from agent.steps.base import StepState, Work
from agent.takeover import already, told

FIRST_PAUSE_S, LONGEST_PAUSE_S = 15, 300
DOWN = "engine_down"
"""The reason of steps that ended because no mind was left."""


def recover_mind(state: State, context: Context) -> State:
    """Take the next rung; they are counted for each (node, failure class, engine) until the node succeeds."""
    failure = state["failure"]
    assert failure is not None
    kind = classify(failure["code"])
    ladder = context.policy.ladder(kind, failure["access"])
    climbs = dict(state.get("climbs", {}))
    slot = f"|{failure['stage']}|{kind}|{failure['tool']}"
    now, minds = context.desk.now, state.get("minds", {})
    while (taken := climbs.get(slot, 0)) < len(ladder):
        rung = ladder[taken]
        climbs[slot] = taken + 1
        other = context.router.instead(state, now)
        if (rung == "swap" and not other) or (rung == "retry" and other and is_open(minds, failure["tool"], now)):
            # There is nobody to swap with; or who said when to come back is not asked before, if another can be.
            continue
        _note(context, failure, kind, rung, left=list(ladder[taken + 1 :]))
        if rung == "hand_over":
            return {**without_mind(state, context), "climbs": climbs, "handed_over": True}
        if rung == "swap":
            return {**take_over(state, context, other), "climbs": climbs}
        if rung == "wait":
            seconds = failure["retry_after"] or min(FIRST_PAUSE_S << ladder[:taken].count("wait"), LONGEST_PAUSE_S)
            context.desk.call("clock_wait", {"seconds": seconds, "wake_on_notice": False})
        if rung in ("retry", "wait"):
            return {"failure": None, "climbs": climbs, "goto": failure["stage"]}
    _note(context, failure, kind, "", why=DOWN)
    return {**without_mind(state, context), "climbs": climbs}


def without_mind(state: State, context: Context) -> State:
    """End what can be ended without a mind: what is paid is looked at, everything else is given up and released."""
    end: State = {"failure": None, "unmanned": True}
    steps = [StepState(**step) for step in state.get("steps", [])]
    work = work_of({**state, "steps": steps}, context)
    if not steps:
        made = told(work)
        rest = [StepState(goal="", kind="errand", status="failed", reason=DOWN)] if made else []
        return {**end, "steps": [*made, *rest], "notes": [DOWN], "goto": "settle"}
    for step in steps:
        if step["status"] not in ENDED:
            _finish_or_drop(step, work)
    return {**end, "steps": steps, "goto": "settle"}


def _finish_or_drop(step: StepState, work: Work) -> None:
    goal = goal_of(work.task, step)
    placed = step.get("placed")
    try:
        if placed is not None and step["status"] in ("agreed", "sent"):
            step["status"] = already(step, goal, placed, work) or step["status"]
        if placed is not None and step["status"] == "sent":
            finish_payment(request_no(step, work), work, tool_of(step, placed))
            step["status"] = "committed"
        if placed is not None and step["status"] == "committed":
            result = executor_for(goal)[1].check(goal, placed, work)
            step["facts"] = [*step.get("facts", []), *result.pop("facts", [])]
            step["result"] = result
            step["status"] = "done"
            return
    except (ToolFailure, NoWay) as error:
        if not (isinstance(error, ToolFailure) and error.code in NOT_MADE):
            # Paid for, or perhaps so, and not to be seen: nothing is cancelled as if it were not.
            step["placed"] = None
    give_up(step, DOWN)


def _note(context: Context, failure: Failure, kind: str, rung: str, **more: object) -> None:
    what = {"goal": "", "stage": failure["stage"], "tool": failure["tool"], "code": failure["code"], "failure": kind}
    context.desk.note("fallback", {**what, "rung": rung, **more})
