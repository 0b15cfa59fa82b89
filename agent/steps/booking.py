"""What bookings of seats, rooms and tickets have in common: reading them, waiting for them, giving them back."""

from __future__ import annotations

from typing import Any

from agent.desk import ToolFailure
from agent.steps.base import Candidate, Line, Placed, Work, fen

MOST_WAITS = 8
LIVE = frozenset({"unpaid", "ticketing", "ticketed", "confirming", "confirmed", "changing"})
LOST = frozenset({"cancelled", "closed", "failed"})
TRANSIENT = frozenset({"TIMEOUT", "CONNECTION_RESET", "SERVER_ERROR", "RATE_LIMITED", "SERVICE_UNAVAILABLE"})


def acknowledged(detail: str, made_by: str, ref: dict[str, str], work: Work, need: tuple[str, ...]) -> dict[str, Any]:
    """Read an order that a service says it has made; ``ref`` is how the tool ``detail`` is told which.

    Raises:
        ToolFailure: ``NO_EFFECT`` of the tool ``made_by`` if it is not there. Where looking failed, that failure; but
            ``UNCONFIRMED`` of a tool without a key, as doing that again would order twice.
    """
    try:
        order: dict[str, Any] = work.desk.call(detail, ref, need=need)
    except ToolFailure as error:
        if error.code in ("ORDER_NOT_EXIST", "RIDE_NOT_EXIST"):
            raise ToolFailure(made_by, "NO_EFFECT", "acknowledged, but not there", access="write") from error
        if not work.desk.keyed(made_by):
            text = f"acknowledged, but looking ended in {error.code}"
            raise ToolFailure(made_by, "UNCONFIRMED", text, access="write") from error
        raise
    return order


def booked(order_id: str, tool: str, candidate: Candidate, work: Work) -> Placed:
    """Read the booking that was acknowledged.

    Raises:
        ToolFailure: ``NO_EFFECT`` if it is not there.
    """
    order = acknowledged("fliggy_order_detail", tool, {"order_id": order_id}, work, ("out_trade_no", "amount"))
    return placed_of(order, candidate)


def placed_of(order: dict[str, Any], candidate: Candidate) -> Placed:
    """A booking as the consent node needs it."""
    amount = fen(order["amount"])
    return Placed(
        order_id=order["order_id"],
        out_trade_no=order["out_trade_no"],
        fen=amount,
        payee="fliggy",
        subject=candidate["title"],
        lines=[Line(name=order["title"][:200], quantity=1, fen=amount)],
        data={"channel": "fliggy"},
    )


def find_unpaid(kind: str, candidate: Candidate, work: Work) -> Placed | None:
    """An unpaid booking of the same product that no other step has."""
    orders = work.desk.call("fliggy_order_list", {"kind": kind, "state": "unpaid"}, need=("orders",))["orders"]
    known = {(step.get("placed") or {}).get("order_id") for step in work.steps.values()}
    for row in orders:
        if row["order_id"] in known:
            continue
        order = work.desk.call("fliggy_order_detail", {"order_id": row["order_id"]}, need=("product_id", "amount"))
        if order["product_id"] == candidate["data"]["id"] or order["unit"] == candidate["data"]["id"]:
            return placed_of(order, candidate)
    return None


def wait_until_sure(order_id: str, sure: frozenset[str], work: Work) -> dict[str, Any]:
    """Wait until the merchant has confirmed.

    Raises:
        ToolFailure: ``MERCHANT_CANCELLED`` if it did not.
    """
    order: dict[str, Any] = {}
    for _ in range(MOST_WAITS):
        order = work.desk.call("fliggy_order_detail", {"order_id": order_id}, need=("state", "amount"))
        if order["state"] in LOST or order.get("disruption") == "cancelled":
            raise ToolFailure("fliggy_order_detail", "MERCHANT_CANCELLED", str(order.get("note", "")))
        if order["state"] in sure:
            return order
        work.desk.call("clock_wait", {"seconds": 120, "wake_on_notice": False})
    return order


def cancel_unpaid(order_id: str, work: Work) -> None:
    """Give an unpaid booking back; one that is gone already is fine."""
    try:
        work.desk.call("fliggy_order_cancel", {"order_id": order_id})
    except ToolFailure as error:
        if error.code in TRANSIENT:
            raise
