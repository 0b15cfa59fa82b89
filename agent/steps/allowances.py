"""Standing permissions that are there already: which one pays for what, and how far it goes."""

from __future__ import annotations

from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import StepState, Work, fen
from agent.words import same_words
from mock_services.money import format_yuan


def permissions(work: Work) -> list[dict[str, Any]]:
    """The active permissions that the person's words mean.

    Raises:
        ToolFailure: they could not be read.
    """
    rows: list[dict[str, Any]] = work.desk.call("alipay_mandate_list", {}, need=("mandates",))["mandates"]
    active = [row for row in rows if row["state"] == "NORMAL"]
    named = [row for row in active if same_words(work.task.allowance, row["purpose"])]
    return named if work.task.allowance != "*" and named else active if work.task.allowance == "*" else []


def room(row: dict[str, Any]) -> int:
    """The most that one payment within a permission can come to now, in fen."""
    limits = [fen(row["single_limit"])]
    if row["day_limit"] is not None:
        limits.append(fen(row["day_limit"]) - fen(row["used_today"]))
    if row["period_limit"] is not None:
        limits.append(fen(row["period_limit"]) - fen(row["used_in_period"] or "0"))
    if row["remaining_amount"] is not None:
        limits.append(fen(row["remaining_amount"]))
    return min(limits)


def most_for(work: Work) -> int:
    """The most that an order may cost where only a permission may pay for it.

    Raises:
        NoWay: there is no such permission.
    """
    rows = permissions(work)
    if not rows:
        raise NoWay("needs_person", work.task.allowance)
    return max(room(row) for row in rows)


def covering(step: StepState, work: Work) -> str:
    """The permission that covers a reserved order beside what it is to pay for already; empty if none does.

    The payment service itself says whether it would.
    """
    placed = step["placed"] or {}
    trade, amount = placed.get("out_trade_no", ""), placed.get("fen", 0)
    if not trade or not amount:
        return ""
    for row in permissions(work):
        if row["mandate_id"] in step.get("mandates_tried", []):
            continue
        planned = [
            (other.get("placed") or {}).get("fen", 0)
            for other in work.steps.values()
            if other is not step and other.get("mandate_id") == row["mandate_id"] and other["status"] == "agreed"
        ]
        shared = [row["day_limit"], row["period_limit"], row["remaining_amount"]]
        if sum(planned) and any(limit is not None for limit in shared) and sum(planned) + amount > _left(row):
            continue
        try:
            shown = work.desk.call(
                "alipay_order_prepay", {"out_trade_no": trade, "mandate_id": row["mandate_id"]}, need=("covered",)
            )
        except ToolFailure as error:
            if error.code in ("BALANCE_NOT_ENOUGH", "PAYMENT_LIMIT", "METHOD_NOT_AVAILABLE", "MANDATE_NOT_EXIST"):
                continue
            raise
        if shown["covered"]:
            return str(row["mandate_id"])
    return ""


def _left(row: dict[str, Any]) -> int:
    """What a permission has left for all payments of now together."""
    return room({**row, "single_limit": format_yuan(10**12)})
