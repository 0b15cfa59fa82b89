"""What an errand has really done, read from its deeds: what was ordered, paid and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agent.llm.toolbox import table
from agent.pay import PAYING


class Order(msgspec.Struct):
    """An order that this errand has made, with the tool that would release it."""

    order_id: str
    trade: str
    subject: str
    release: str
    id_argument: str
    gone: bool = False


class Payment(msgspec.Struct, frozen=True):
    """A payment that was taken: of a trade, or to somebody."""

    trade: str
    amount: str
    order_id: str


def orders_of(deeds: Sequence[dict[str, Any]]) -> list[Order]:
    """The orders, in the order in which they were made."""
    found: list[Order] = []
    for deed in deeds:
        if not deed["ok"] or not isinstance(deed["data"], dict):
            continue
        how = table()["released_by"].get(deed["tool"])
        data = deed["data"]
        if how is not None and data.get(how["id"]) and data.get("out_trade_no"):
            subject = next((str(data[key]) for key in ("shop_name", "title", "payee") if data.get(key)), "")
            if str(data[how["id"]]) not in [order.order_id for order in found]:
                found.append(Order(str(data[how["id"]]), str(data["out_trade_no"]), subject, how["tool"], how["id"]))
        for order in found:
            if deed["tool"] == order.release and deed["args"].get(order.id_argument) == order.order_id:
                order.gone = True
    return found


def payments_of(deeds: Sequence[dict[str, Any]]) -> list[Payment]:
    """The payments that the service says it has taken, each once."""
    orders = {order.trade: order.order_id for order in orders_of(deeds)}
    found: dict[str, Payment] = {}
    for deed in deeds:
        data = deed["data"]
        if deed["ok"] and deed["tool"] in PAYING and isinstance(data, dict) and data.get("status") != "failed":
            trade = str(data.get("out_trade_no", ""))
            found.setdefault(
                str(data.get("payment_id", trade)),
                Payment(trade, str(data.get("amount", "")), orders.get(trade, "")),
            )
    return list(found.values())


def changed_anything(deeds: Sequence[dict[str, Any]]) -> bool:
    """Whether any write went through that was not taken back."""
    gone = {order.trade for order in orders_of(deeds) if order.gone}
    releases = {how["tool"] for how in table()["released_by"].values()}
    ours = {order.order_id for order in orders_of(deeds)}
    for deed in deeds:
        if not deed["ok"]:
            continue
        data = deed["data"] if isinstance(deed["data"], dict) else {}
        if deed["tool"] in releases and ours & {str(value) for value in deed["args"].values()}:
            continue
        if data.get("out_trade_no") in gone:
            continue
        return True
    return False
