"""Correcting an offer that was refused: what the person says is wrong with it is mended once, and offered again.

It is never a way to talk somebody round: a refusal that names nothing ends the step, an errand is corrected at most
:data:`MOST_CORRECTIONS` times, and what comes out has to differ from what was refused.
"""

from __future__ import annotations

import msgspec

from agent.desk import ToolFailure
from agent.nodes.common import ENDED, give_back, goal_of
from agent.phrases import phrase
from agent.steps.base import StepState, Work

MOST_CORRECTIONS = 2
ANOTHER = frozenset({"items", "options"})
"""What another candidate can differ in although the goal stays as it was understood."""


def correct(step: StepState, said: str, work: Work) -> bool:
    """Take up what a refusal says is wrong with a step's offer.

    Returns:
        Whether there is something else to offer: the step, and what hangs on it, is then to be looked at anew, and
        what it held is released. Otherwise nothing has changed.
    """
    from agent.rules import besides, corrected, objections

    aspects = objections(said)
    if not aspects or sum(other.get("corrected", 0) for other in work.steps.values()) >= MOST_CORRECTIONS:
        return False
    now = goal = goal_of(work.task, step)
    if getattr(goal, "bundle", None) is not None:
        # A share of a checkout is bought as it is, or nothing of it.
        return False
    resolved = step.get("result", {}).get("goal")
    if resolved is not None:
        now = msgspec.convert({**resolved, "kind": msgspec.to_builtins(goal)["kind"]}, type(goal))
    try:
        new = corrected(now, aspects, besides(said), work.task, work.me, work.desk)
        if new == now and aspects[0]:
            new = corrected(now, aspects, _asked(aspects[0], work), work.task, work.me, work.desk)
        if new == now and not ANOTHER.intersection(aspects):
            return False
        for other in [*_hanging_on(step["goal"], work), step]:
            _release(other, work)
    except ToolFailure as error:
        work.desk.note("correction", {"goal": step["goal"], "aspects": list(aspects), "failed_with": error.code})
        return False
    step["corrected"] = step.get("corrected", 0) + 1
    candidate = step["candidates"][step["chosen"]]
    if new == now or (candidate["data"].get("channel") == "taobao" and ANOTHER.intersection(aspects)):
        # The very thing that was refused is not shown again; a parcel's title says which sort of it that is.
        step["refused"] = [*step.get("refused", []), candidate["title"]]
    if new != now:
        step["reworded"] = msgspec.to_builtins(new)
        step.pop("result", None)
    step.pop("chosen", None)
    work.desk.note("correction", {"goal": step["goal"], "aspects": list(aspects), "now": msgspec.to_builtins(new)})
    return True


def _asked(aspect: str, work: Work) -> str:
    """What the person says when asked how it should be; empty if they do not tell."""
    from agent.rules import TOPICS

    text = phrase(work.task.language, f"wrong_{aspect}")
    reply = work.desk.call("user_ask", {"topic": TOPICS[aspect], "text": text}, need=("kind", "text"))
    return str(reply["text"]) if reply["kind"] in ("told", "annoyed") else ""


def _hanging_on(goal: str, work: Work) -> list[StepState]:
    """The steps that were chosen by what this one is, in reverse order, as far as nothing of them is done yet."""
    found: list[StepState] = []
    names = {goal}
    for step in work.steps.values():
        if names.intersection(step.get("needs", [])) and step["status"] in ("looked", "placed", "agreed"):
            names.add(step["goal"])
            found.append(step)
    return found[::-1]


def _release(step: StepState, work: Work) -> None:
    """Let go of what a step holds, so that it is looked at anew.

    Raises:
        ToolFailure: it could not be released.
    """
    assert step["status"] not in ENDED
    give_back(step, work)
    step["status"] = "todo"
    step["attempt"] = step.get("attempt", 0) + 1
    step.pop("consent_id", None)
