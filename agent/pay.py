"""Paying: choose a method, pay with a key of one's own, wait for what is pending, and read whether it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Placed, StepState, Work, fen
from agent.task import Goal
from agent.words import same_words
from mock_services.money import format_yuan

FIRST_WAIT_S, LONGEST_WAIT_S = 60, 600
"""How long to wait between two looks at a pending payment: a message from the bank ends a wait before."""

NOT_MADE = ("NO_EFFECT", "PAYMENT_FAILED")
"""Codes after which it is certain that a payment took nothing."""

PENDING_MOST_S = 6 * 3600
"""After so long the agent stops waiting for the bank. Such a payment may still go through: it is never made again."""

PAYING = ("alipay_pay", "alipay_transfer", "alipay_mandate_pay")
"""Tools that take money from the person."""


def choose_method(
    step: StepState, amount: int, work: Work, *, goal: Goal | None = None, for_transfer: bool = False
) -> str:
    """The payment method for an amount: the one the person named, else the default, else one that covers it.

    What the ``goal`` says of its own method goes before what the task says for all.

    Raises:
        NoWay: none covers it.
        ToolFailure: the methods could not be read.
    """
    methods: list[dict[str, Any]] = work.desk.call("alipay_methods", {}, need=("methods",))["methods"]
    tried = step.get("methods_tried", [])
    usable = [
        m
        for m in methods
        if m["method_id"] not in tried
        and not m["blocked"]
        and fen(m["available"]) >= amount
        and (m["single_limit"] is None or fen(m["single_limit"]) >= amount)
        and (not for_transfer or m["usable_for_transfer"])
    ]
    for refused in {work.task.not_method, goal.not_method if goal else ""} - {""}:
        usable = [m for m in usable if not method_named(m, refused)]
    wanted = wanted_method(goal, amount, work) if goal is not None and goal.method else work.task.method
    if wanted:
        # The person's own choice is not overruled: if it does not pay, they decide.
        named = [m for m in usable if method_named(m, wanted)]
        known = wanted.isdigit() or any(method_named(m, wanted) for m in methods)
        usable = named or ([] if known else usable)
    if not usable:
        raise NoWay("payment_failed", f"no payment method covers {format_yuan(amount)}")
    return str(usable[0]["method_id"])


def wanted_method(goal: Goal, amount: int, work: Work) -> str:
    """The method that a goal names; credit on terms only if an instalment is no more than the person said.

    Raises:
        ToolFailure: the terms could not be read.
    """
    if not goal.months:
        return goal.method
    shown = work.desk.call("alipay_credit", {"amount": format_yuan(amount)}, need=("instalments",))
    plan = next((p for p in shown["instalments"] if p["months"] == goal.months), None)
    fits = plan is not None and fen(plan["per_month"]) <= goal.month_fen
    return goal.method if fits or not goal.otherwise else goal.otherwise


def method_named(method: dict[str, Any], words: str) -> bool:
    """Whether the person's words mean this method. ``words`` is a kind (card, wallet, credit), a bank or digits."""
    return (
        words == method["kind"]
        or (words in (method["last4"], method["method_id"]))
        or same_words(words, method["title"])
    )


def tool_of(step: StepState, placed: Placed) -> str:
    """The tool that makes the payment of a step."""
    if not placed.get("out_trade_no"):
        return "alipay_transfer"
    return "alipay_mandate_pay" if step.get("mandate_id") else "alipay_pay"


def request_no(step: StepState, work: Work) -> str:
    """The key of this payment: another one only for another method or another order."""
    return work.key(step["goal"], f"pay{len(step.get('methods_tried', []))}")


def pay_trade(step: StepState, placed: Placed, work: Work) -> None:
    """Send the payment of an open trade; the bank's answer is waited for by :func:`finish_payment`.

    Raises:
        ToolFailure: as the service says.
    """
    args = {
        "out_trade_no": placed["out_trade_no"],
        "request_no": request_no(step, work),
        "method_id": step.get("method", ""),
        "expect_amount": format_yuan(placed["fen"]),
    }
    work.desk.call("alipay_pay", args, need=("status",))


def pay_within_mandate(step: StepState, placed: Placed, work: Work) -> None:
    """Pay an open trade within a mandate; raises like :func:`pay_trade`."""
    args = {
        "mandate_id": step["mandate_id"],
        "out_trade_no": placed["out_trade_no"],
        "request_no": request_no(step, work),
        "expect_amount": format_yuan(placed["fen"]),
    }
    work.desk.call("alipay_mandate_pay", args, need=("status",))


def finish_payment(number: str, work: Work, tool: str) -> None:
    """Make sure that a payment is there, and wait for as long as it is pending.

    Raises:
        ToolFailure: ``NO_EFFECT`` if it was acknowledged and is not there, ``PAYMENT_FAILED`` if it was pending and
            did not go through, ``PAYMENT_PENDING`` if the bank does not answer. Only after the first two may the same
            thing be paid for again.
    """
    found = payment(number, work)
    pause = FIRST_WAIT_S
    while found is not None and found["state"] == "pending":
        if (work.now - datetime.fromisoformat(found["at"])).total_seconds() >= PENDING_MOST_S:
            raise ToolFailure(tool, "PAYMENT_PENDING", "the bank has not answered yet", access="write")
        work.desk.call("clock_wait", {"seconds": pause})
        pause = min(2 * pause, LONGEST_WAIT_S)
        found = payment(number, work)
    if found is None:
        raise ToolFailure(tool, "NO_EFFECT", "acknowledged, but there is no such payment", access="write")
    if found["state"] != "success":
        raise ToolFailure(tool, "PAYMENT_FAILED", f"the payment is {found['state']}", access="write")


def payment(number: str, work: Work) -> dict[str, Any] | None:
    """One's own payment by its number, or None if there is none."""
    try:
        return work.desk.call("alipay_payment_query", {"request_no": number}, need=("state", "at"))
    except ToolFailure as error:
        if error.code == "PAYMENT_NOT_EXIST":
            return None
        raise


def has_paid(tool: str, reply: Mapping[str, Any]) -> bool:
    """Whether a reply says that a payment went through."""
    if not reply["ok"] or not isinstance(reply["data"], dict):
        return False
    data = reply["data"]
    if tool in PAYING:
        return "success" in (data.get("status"), data.get("state"))
    if tool == "alipay_trade_query":
        return any(payment["state"] == "success" for payment in data.get("payments", []))
    return tool == "alipay_payment_query" and data.get("state") == "success"
