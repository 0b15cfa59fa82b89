"""consent: before anything is spent, the person sees exactly what would be charged, once for the whole errand."""

from __future__ import annotations

from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.nodes.common import failure_of, give_up, give_up_for, goal_of, work_of
from agent.nodes.correct import correct
from agent.nodes.progress import begins
from agent.pay import choose_method
from agent.phrases import phrase
from agent.state import Context, State
from agent.steps.allowances import covering
from agent.steps.base import StepState, Work
from mock_services.money import format_yuan


def consent(state: State, context: Context) -> State:
    """Ask for everything that is reserved and not yet agreed to. Nothing here has a side effect before the question."""
    steps = [StepState(**step) for step in state["steps"]]
    state = {**state, "steps": steps}
    work = work_of(state, context)
    waiting = [step for step in steps if step["status"] == "placed"]
    try:
        to_ask = [step for step in waiting if needs_consent(step, work)]
        for step in waiting:
            if step not in to_ask and step["status"] == "placed":
                step["status"] = "agreed"
        if to_ask:
            ask(to_ask, work, context)
    except ToolFailure as error:
        return {"steps": steps, "failure": failure_of(waiting[0]["goal"], "consent", error), "goto": "recover"}
    return {"steps": steps, "failure": None, "goto": "act"}


def needs_consent(step: StepState, work: Work) -> bool:
    """Whether the person has to be asked about this step; chooses its payment method on the way."""
    placed = step["placed"]
    assert placed is not None
    amount = placed.get("fen", 0)
    if not amount:
        return bool(placed.get("actions"))
    mandate = covering_mandate(step, work)
    if not mandate and work.task.allowance:
        mandate = covering(step, work)
        if not mandate and work.task.allowance_only:
            give_up(step, "over_budget", f"permission {work.task.allowance}".strip(" *"))
            return False
    if mandate:
        step["mandate_id"] = mandate
        # What is agreed already counts for what the permission has left.
        step["status"] = "agreed"
        return False
    if not step.get("method"):
        try:
            goal = goal_of(work.task, step)
            transfer = not placed.get("out_trade_no")
            step["method"] = choose_method(step, amount, work, goal=goal, for_transfer=transfer)
        except NoWay as error:
            give_up_for(step, error)
            return False
    agreed = sum(
        (other["placed"] or {}).get("fen", 0)
        for other in work.steps.values()
        if other["status"] in ("agreed", "sent", "committed", "done") and other.get("consent_id") == "words"
    )
    if agreed + amount <= work.task.pay_up_to_fen and not placed.get("actions"):
        step["consent_id"] = "words"
        return False
    return True


def covering_mandate(step: StepState, work: Work) -> str:
    """The mandate that this errand itself set up for such a payment, if it is active."""
    for other in work.steps.values():
        if other["kind"] == "mandate" and other["goal"] in step.get("needs", []) and other["status"] == "done":
            result = other.get("result", {})
            placed = step["placed"] or {}
            tried = result.get("mandate_id") in step.get("mandates_tried", [])
            if not tried and placed.get("fen", 0) <= result.get("single_fen", 0):
                return str(result["mandate_id"])
    return ""


def ask(steps: list[StepState], work: Work, context: Context) -> None:
    """Show one offer for all steps and take the person's decision.

    Raises:
        ToolFailure: the question could not be put.
    """
    for step in steps:
        begins(step, "consent", context.desk)
    offer = offer_of(steps)
    text = phrase(
        work.task.language,
        "offer",
        what="; ".join((step["placed"] or {}).get("subject", "") for step in steps),
        total=offer["total"],
    )
    reply = context.desk.call("user_confirm", {"offer": offer, "text": text}, need=("decision",))
    if reply["decision"] == "approved":
        for step in steps:
            step["status"] = "agreed"
            step["consent_id"] = reply["consent_id"]
        return
    if len(steps) > 1:
        # A no to the whole may be a no to a part: each on its own, so that the rest can still be done.
        for step in steps:
            if step["status"] == "placed":
                ask([step], work, context)
        return
    if correct(steps[0], str(reply.get("text", "")), work):
        return
    give_up(steps[0], "refused_by_person", str(reply.get("text", ""))[:120])


def offer_of(steps: list[StepState]) -> dict[str, Any]:
    """The checkout that would be charged: lines, payee, amount, method, and effects without a price."""
    charges: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    for step in steps:
        placed = step["placed"]
        assert placed is not None
        actions += placed.get("actions", [])
        if placed.get("fen"):
            charges.append(
                {
                    "out_trade_no": placed.get("out_trade_no", ""),
                    "payee": placed["payee"],
                    "subject": placed["subject"],
                    "amount": format_yuan(placed["fen"]),
                    "method_id": step.get("method", ""),
                    "lines": [
                        {"name": line["name"], "quantity": line["quantity"], "amount": format_yuan(line["fen"])}
                        for line in placed.get("lines", [])
                    ],
                }
            )
    total = sum((step["placed"] or {}).get("fen", 0) for step in steps)
    return {"charges": charges, "actions": actions, "total": format_yuan(total)}
