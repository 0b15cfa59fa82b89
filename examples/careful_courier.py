"""A complete agent in thirty lines: it orders one kind of drink from a shop nearby, carefully, and says what it did.

banshi run smoke --only smoke-zh-latte --agent examples.careful_courier:agent
"""

from typing import Any

from agent.grammar import parse_count
from agent.interface import Episode


def agent(episode: Episode) -> None:
    """Order as many hot lattes as the words say to the place that they name, with the person's consent."""

    def call(tool: str, **args: Any) -> dict[str, Any]:
        reply: dict[str, Any] = {}
        for attempt in range(4):
            reply = episode.call(tool, args)
            if reply["ok"] or not reply["error"]["retryable"]:
                break
            episode.call("clock_wait", {"seconds": 20 * (attempt + 1)})  # every write below has a key: safe to repeat
        data: dict[str, Any] = reply.get("data") or {}
        return data

    words, book = episode.instruction, call("user_addresses")["addresses"]
    to = next((a for a in book if a["label"] == "company" and "公司" in words), book[0])["address_id"]
    dish = call("flash_dish_search", query="拿铁", address_id=to, open_now=True)["dishes"][0]
    count = parse_count("两杯" if "两杯" in words else "一杯") or 1
    line = {"dish_id": dish["dish_id"], "quantity": count, "options": {"temperature": "hot"} if "热" in words else {}}
    shop = dish["shop_id"]
    order = call(
        "flash_order_create", shop_id=shop, address_id=to, lines=[line], request_no=f"{episode.episode_id}-order"
    )
    trade, amount = order["out_trade_no"], order["amount"]
    charge = {"out_trade_no": trade, "payee": order["shop_name"], "subject": dish["name"], "amount": amount}
    if call("user_confirm", offer={"charges": [charge], "total": amount})["decision"] != "approved":
        call("flash_order_cancel", order_id=order["order_id"])
        call("user_report", status="declined", reason_code="refused_by_person", text="没有下单。")
        return
    call("alipay_pay", out_trade_no=trade, request_no=f"{episode.episode_id}-pay", expect_amount=amount)
    facts = [{"name": "amount", "value": amount, "ref": order["order_id"]}]
    call("user_report", status="done", facts=facts, text=f"已下单:{dish['name']},{amount} 元。")
