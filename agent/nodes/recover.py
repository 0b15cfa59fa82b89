"""recover: classify a failure, take the next rung of its ladder, and say where to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.fallback.failures import classify
from agent.nodes.common import give_up, give_up_for, goal_of, of_mind, work_of
from agent.nodes.recover_mind import recover_mind
from agent.pay import payment, request_no
from agent.phrases import phrase
from agent.state import Context, Failure, State
from agent.steps import executor_for
from agent.steps.base import StepState, Work
from agent.task import Buy

FIRST_PAUSE_S, LONGEST_PAUSE_S = 15, 300
LATE_EFFECT_S = 60
"""How long to wait before "it is not there" can be believed of a request that had no key."""

REASONS = {
    "no_answer": "service_down",
    "busy": "service_down",
    "bad_answer": "service_down",
    "no_effect": "service_down",
    "gone": "sold_out",
    "price_moved": "over_budget",
    "payment_refused": "payment_failed",
    "payment_failed": "payment_failed",
    "payment_pending": "payment_pending",
    "refused_by_person": "refused_by_person",
    "no_way": "not_found",
    "guarded": "needs_person",
    "rejected": "not_possible",
    **dict.fromkeys(("engine_away", "engine_garbled", "engine_refused"), "engine_down"),
}

ENDED_WITH = {"WINDOW_CLOSED": "too_late", "BOOKING_CLOSED": "too_late"}
"""Codes that say more than their class does."""


@dataclass(slots=True)
class Climb:
    """A failure on its ladder: everything a strategy looks at."""

    failure: Failure
    failure_class: str
    ladder: tuple[str, ...]
    climbs: dict[str, int]
    step: StepState | None
    work: Work

    @property
    def slot(self) -> str:
        """Rungs are counted for each (goal, stage, failure class); the parts of a split goal share what is asked."""
        goal = self.failure["goal"]
        if self.failure_class == "no_way":
            goal = goal.partition(".")[0]
        return f"{goal}|{self.failure['stage']}|{self.failure_class}"

    @property
    def keyless_write(self) -> bool:
        """A write that can only be repeated after one has looked."""
        return self.failure["access"] == "write" and not self.work.desk.keyed(self.failure["tool"])


def recover(state: State, context: Context) -> State:
    """Climb until a rung lets the errand go on, or give the step up."""
    failure = state["failure"]
    assert failure is not None
    if of_mind(state):
        return recover_mind(state, context)
    steps = [StepState(**step) for step in state.get("steps", [])]
    state = {**state, "steps": steps}
    step = next((s for s in steps if s["goal"] == failure["goal"]), None)
    failure_class = classify(failure["code"])
    ladder = context.policy.ladder(failure_class, failure["access"])
    climb = Climb(failure, failure_class, ladder, dict(state.get("climbs", {})), step, work_of(state, context))
    resume = failure["stage"] if failure["stage"] in ("understand", "consent", "report") else "act"
    while True:
        taken = climb.climbs.get(climb.slot, 0)
        if taken >= len(ladder):
            return {**given_up(climb, steps, context), "climbs": climb.climbs}
        rung = ladder[taken]
        climb.climbs[climb.slot] = taken + 1
        context.desk.note(
            "fallback",
            {
                "goal": failure["goal"],
                "stage": failure["stage"],
                "tool": failure["tool"],
                "code": failure["code"],
                "failure": failure_class,
                "rung": rung,
                "left": list(ladder[taken + 1 :]),
            },
        )
        try:
            if STRATEGIES[rung](climb):
                return {"steps": steps, "failure": None, "climbs": climb.climbs, "goto": resume}
        except ToolFailure as error:
            # Looking failed as well: what the next rung may assume does not change.
            context.desk.note("fallback", {"goal": failure["goal"], "rung": rung, "failed_with": error.code})
        except NoWay as error:
            if step is not None:
                give_up_for(step, error)
            return {"steps": steps, "failure": None, "climbs": climb.climbs, "goto": "act"}


def given_up(climb: Climb, steps: list[StepState], context: Context) -> State:
    """Out of rungs: the step, or the whole errand, ends here."""
    failure = climb.failure
    reason = failure["reason"] or ENDED_WITH.get(failure["code"]) or REASONS[climb.failure_class]
    context.desk.note(
        "fallback",
        {"goal": failure["goal"], "stage": failure["stage"], "failure": climb.failure_class, "rung": "", "why": reason},
    )
    if failure["stage"] == "report":
        return {"steps": steps, "failure": None, "goto": "end"}
    if failure["stage"] in ("act", "consent") and "act" in context.engine.nodes():
        # A mind that acts in a way of its own is told, and decides what else to do.
        return {"failure": failure, "goto": "act"}
    if climb.step is None:
        return {"steps": steps, "failure": None, "notes": [reason], "goto": "report"}
    give_up(climb.step, failure["reason"] or reason, failure["message"][:120], failure["facts"])
    if failure["stage"] == "clear" or (failure["stage"] == "commit" and climb.failure_class == "no_answer"):
        # Nobody knows whether it was paid: an order that may be paid for is not cancelled as if it were not.
        climb.step["placed"] = None
    return {"steps": steps, "failure": None, "goto": "act"}


# --- strategies: each says whether the errand can go on -----------------------------------------------------------


def retry(climb: Climb) -> bool:
    """The same call again, with the same key where there is one."""
    looked = f"{climb.slot}|looked"
    blind = climb.keyless_write and "query" in climb.ladder and not climb.climbs.pop(looked, 0)
    return not blind


def wait(climb: Climb) -> bool:
    """Let time pass, then the same call again."""
    pauses = f"{climb.slot}|pauses"
    taken = climb.climbs.get(pauses, 0)
    climb.climbs[pauses] = taken + 1
    seconds = climb.failure["retry_after"] or min(FIRST_PAUSE_S << taken, LONGEST_PAUSE_S)
    climb.work.desk.call("clock_wait", {"seconds": seconds, "wake_on_notice": False})
    return retry(climb)


def query(climb: Climb) -> bool:
    """Look whether the effect is there. If it is, go on from it; if it is not, the next rung decides."""
    step, work = climb.step, climb.work
    if step is None or climb.failure["access"] != "write":
        return False
    if climb.keyless_write:
        work.desk.call("clock_wait", {"seconds": LATE_EFFECT_S, "wake_on_notice": False})
    goal = goal_of(work.task, step)
    _, executor = executor_for(goal)
    stage = climb.failure["stage"]
    if stage == "place":
        found = executor.find(goal, step["candidates"][step["chosen"]], work)
        if found is not None:
            step["placed"] = found
            step["status"] = "placed"
            return True
    elif stage == "commit":
        placed = step["placed"]
        assert placed is not None
        if placed.get("out_trade_no"):
            number = request_no(step, work)
            if payment(number, work) is not None:
                step["status"] = "sent"
                return True
        elif executor.committed(goal, placed, work):
            step["status"] = "sent" if placed.get("fen") else "committed"
            return True
    climb.climbs[f"{climb.slot}|looked"] = 1
    return False


def alternative(climb: Climb) -> bool:
    """Another item, shop, departure, room: look again without the one that failed."""
    step = climb.step
    if step is None or climb.failure["stage"] not in ("place", "commit", "check") or "chosen" not in step:
        return False
    if step["kind"] in ("give_back", "dispute", "cancel"):
        # Nothing can stand in for the very order that was meant.
        return False
    if climb.failure["stage"] == "commit" and climb.failure_class == "no_answer" and not unpaid_for_sure(climb):
        return False
    start_over(climb, step, refuse=True)
    return True


def method(climb: Climb) -> bool:
    """Another payment method; what the person agreed to named the old one, so they are asked again."""
    step = climb.step
    if step is None or climb.failure["stage"] != "commit":
        return False
    step["methods_tried"] = [*step.get("methods_tried", []), step.pop("method", "")]
    if step.get("mandate_id"):
        step["mandates_tried"] = [*step.get("mandates_tried", []), step.pop("mandate_id")]
    step["status"] = "placed"
    return True


def reconsent(climb: Climb) -> bool:
    """Look at the new price, and ask the person again."""
    step = climb.step
    if step is None or "chosen" not in step:
        return False
    start_over(climb, step, refuse=False)
    return True


ASKED_AGAIN = {
    "buy": ("item", "ask_item"),
    "give_back": ("order", "ask_order"),
    "dispute": ("order", "ask_order"),
    "cancel": ("order", "ask_order"),
    "reschedule": ("order", "ask_order"),
}
"""What to ask about, by the kind of step, where nothing was found for the person's words."""


def ask(climb: Climb) -> bool:
    """Put it to the person once more: where nothing was found they were perhaps misunderstood, and where several
    orders would do only they know which one they mean."""
    step, work = climb.step, climb.work
    if step is None or climb.failure["reason"] not in ("not_found", "needs_person") or step["kind"] not in ASKED_AGAIN:
        return False
    topic, key = ASKED_AGAIN[step["kind"]]
    key = "which_order" if climb.failure["reason"] == "needs_person" else key
    language = work.task.language
    text = phrase(language, key, what=climb.failure["message"] or phrase(language, "that"))
    reply = work.desk.call("user_ask", {"topic": topic, "text": text}, need=("kind", "text"))
    if reply["kind"] not in ("told", "annoyed") or not reply["text"]:
        return False
    from agent.rules import reword

    goal = goal_of(work.task, step)
    now = step.get("result", {}).pop("goal", None)
    if now is not None:
        goal = msgspec.convert(now, type(goal))
    again = reword(goal, reply["text"])
    if again == goal or (isinstance(again, Buy) and not again.like and not all(item.words for item in again.items)):
        return False
    step["reworded"] = msgspec.to_builtins(again)
    step["status"] = "todo"
    step["attempt"] = step.get("attempt", 0) + 1
    return True


STRATEGIES: dict[str, Callable[[Climb], bool]] = {
    "retry": retry,
    "wait": wait,
    "query": query,
    "alternative": alternative,
    "method": method,
    "reconsent": reconsent,
    "ask": ask,
}


def unpaid_for_sure(climb: Climb) -> bool:
    """Whether looking shows that no payment was made; a failing look is no."""
    step = climb.step
    assert step is not None
    placed = step["placed"]
    if placed is None or not placed.get("out_trade_no"):
        return False
    trade = climb.work.desk.call("alipay_trade_query", {"out_trade_no": placed["out_trade_no"]}, need=("payments",))
    return not trade["payments"]


def start_over(climb: Climb, step: StepState, *, refuse: bool) -> None:
    """Release what is reserved and look again."""
    goal = goal_of(climb.work.task, step)
    placed = step.get("placed")
    if placed is not None and climb.failure["stage"] != "check":
        executor_for(goal)[1].undo(goal, placed, climb.work)
    if refuse:
        candidate = step["candidates"][step["chosen"]]
        refused = [*step.get("refused", []), candidate["title"]]
        if climb.failure["code"] == "MERCHANT_CANCELLED" and candidate["data"].get("who"):
            # Who has just gone back on an order is not asked again.
            refused.append(candidate["data"]["who"])
        step["refused"] = refused
    step["status"] = "todo"
    step["attempt"] = step.get("attempt", 0) + 1
    step["placed"] = None
    step.pop("chosen", None)
