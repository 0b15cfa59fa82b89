"""What was bought before, bought again: the last order, that of a day, or the usual one, and what is different now."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from agent.desk import NoWay
from agent.steps import taobao
from agent.steps.base import Work
from agent.steps.match import fit, specs
from agent.task import Buy, Item, Part

LEAST_FIT = 0.5
GONE = ("cancelled", "refunded", "unpaid")
_ONE = re.compile(r"(?<![\d.])1(?![\d.])|\b(?:one|satu|cuma se\w+)\b|[只就]?一[杯份个碗盒瓶]")

_SAME_SIZE = ("same size", "exact same", "一模一样", "同样大小", "同规格", "ukuran yang sama", "ukurannya sama")
"""What says that the thing is to be had in the very size of before."""


def as_before(goal: Buy, work: Work) -> Buy:
    """The goal with what earlier orders and preferences say.

    Raises:
        NoWay: there is no such order.
        ToolFailure: the orders could not be read.
    """
    words = goal.items[0].words if goal.items else ""
    if goal.channel != "taobao":
        if goal.since:
            usual = earlier_basket(goal.since, work)
        else:
            usual = last_basket(goal, work) if goal.like == "last" else usual_basket(goal, work)
        if usual is not None:
            return msgspec.structs.replace(goal, items=usual, channel="flash", like="")
    item = goal.items[0] if goal.items else Item("")
    order = taobao.last_order(item, work)
    if order is None:
        raise NoWay("not_found", words)
    line = order["lines"][0]
    brand = order["brands"][0] if order.get("brands") else ""
    wanted = f"{brand} {item.words}".strip() if item.words else line["title"]
    alike = any(word in goal.words.casefold() for word in _SAME_SIZE)
    size = str(line.get("spec") or "") if alike and not specs(item.text) else ""
    again = msgspec.structs.replace(item, words=wanted, text=f"{item.text} {size}".strip(), ref=line["item_id"])
    return msgspec.structs.replace(goal, items=(again,), channel="taobao", like="")


def last_basket(goal: Buy, work: Work) -> tuple[Item, ...] | None:
    """The last order of food or drinks, in other numbers where the words name one of its things with a number.

    An order that holds something that the words name goes before a newer one; None where they name goods that came by
    parcel, or there is no such order.
    """
    orders = work.desk.call("flash_order_list", {"limit": 30}, need=("orders",))["orders"]
    orders = [o for o in orders if o["state"] not in GONE]
    named = [o for o in orders if any(item.words and holds(o, item.words) for item in goal.items)]
    if not orders:
        return None
    if not named and any(item.words and taobao.last_order(item, work) is not None for item in goal.items):
        return None
    order = max(named or orders, key=lambda o: str(o["created_at"]))
    return changed(order, goal.items, work)


def changed(order: dict[str, Any], items: tuple[Item, ...], work: Work) -> tuple[Item, ...]:
    """The things of an order, as many of each as the words say, else as many as there were."""
    rows = list(order["lines"])
    found = [Item(n["name"], (Part(n["quantity"], said_options(n)),), ref=n["dish_id"]) for n in rows]
    for item in items:
        if not item.words or not (item.quantity > 1 or _ONE.search(item.text)):
            continue
        fits = [fit(item.words, n["name"], n["name_en"]) for n in rows]
        at = fits.index(max(fits)) if max(fits) >= LEAST_FIT else _on_menu(order, item.words, work)
        if at >= 0:
            part = found[at].parts[0]
            found[at] = msgspec.structs.replace(
                found[at], parts=(msgspec.structs.replace(part, quantity=item.quantity),)
            )
    return tuple(found)


def _on_menu(order: dict[str, Any], words: str, work: Work) -> int:
    """Which line of an order its shop finds by words; -1 if none, or more than one."""
    menu = work.desk.call("flash_menu", {"shop_id": order["shop_id"], "query": words[:200]}, need=("dishes",))["dishes"]
    best = max((dish["relevance"] for dish in menu), default=0)
    alike = {dish["dish_id"] for dish in menu if dish["relevance"] >= best * 9 // 10}
    hits = [i for i, line in enumerate(order["lines"]) if line["dish_id"] in alike]
    return hits[0] if len(hits) == 1 else -1


def earlier_basket(day: str, work: Work) -> tuple[Item, ...] | None:
    """What the person had on a day: the last order that was made then."""
    orders = work.desk.call("flash_order_list", {"limit": 30}, need=("orders",))["orders"]
    made = [o for o in orders if o["state"] not in GONE and o["created_at"][:10] == day]
    if not made:
        return None
    last = max(made, key=lambda o: str(o["created_at"]))
    return tuple(Item(n["name"], (Part(n["quantity"], said_options(n)),), ref=n["dish_id"]) for n in last["lines"])


def usual_basket(goal: Buy, work: Work) -> tuple[Item, ...] | None:
    """What the person usually orders: by what they call it, else by what they ordered most often.

    In other numbers where the words name one of its things with a number.
    """
    words = goal.items[0].words if goal.items else ""
    orders = work.desk.call("flash_order_list", {"limit": 30}, need=("orders",))["orders"]
    orders = [o for o in orders if o["state"] not in GONE]
    named = [o for o in orders if o["label"] and ("usual" in o["label"].casefold() or "老样子" in o["label"])]
    fitting = [o for o in named or orders if not words or holds(o, words)]
    chosen = fitting or named
    if not chosen:
        liked = work.desk.call("user_preferences", {}, need=("preferences",))["preferences"]
        for row in liked:
            if "usual" in row["key"].casefold() and (not words or fit(words, row["text"], row["key"]) > 0):
                return (Item(row["text"]),)
        return None
    counts: dict[str, int] = {}
    for order in chosen:
        key = "|".join(sorted(f"{n['dish_id']}x{n['quantity']}" for n in order["lines"]))
        counts[key] = counts.get(key, 0) + 1
    best = max(chosen, key=lambda o: counts["|".join(sorted(f"{n['dish_id']}x{n['quantity']}" for n in o["lines"]))])
    return changed(best, goal.items, work)


def said_options(line: dict[str, Any]) -> tuple[str, ...]:
    """The options of an order's line in words."""
    words = line.get("options_text")
    if isinstance(words, str):
        return (words,) if words else ()
    return tuple((words or line["options"]).values())


def holds(order: dict[str, Any], words: str) -> bool:
    """Whether an order has something that the words name."""
    return any(fit(words, line["name"], line["name_en"]) >= LEAST_FIT for line in order["lines"])
