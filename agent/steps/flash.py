"""Ordering from shops nearby: options, basket, order, and the order's own state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Line, Placed, Split, Work, fact, fen
from agent.steps.booking import acknowledged
from agent.steps.dishes import again, in_portions, portions_of, searched
from agent.steps.options import pick_options, wishes
from agent.steps.places import Spot, deliverable, spot
from agent.task import Buy
from agent.words import fold
from mock_services.money import format_yuan

MOST_PREVIEWS, FEW_PREVIEWS = 6, 3
MOST_TRIED = 16
"""So many baskets are priced at most: where none of these will do, the next is as little likely to."""
"""How many baskets are priced: more where price or time decides, a few in reserve where any good one does."""
STATES_SURE = frozenset({"accepted", "preparing", "picked_up", "delivering", "delivered"})
STATES_LOST = frozenset({"cancelled", "refunded"})
MOST_WAITS = 8
SCHEDULE_FROM_H = 3
"""A deadline further away than this is a time to deliver at, not a reason to hurry."""


def look(goal: Buy, work: Work) -> list[Candidate]:
    """Baskets that meet the goal, best first; each is previewed, so that price and time are what the shop says.

    Raises:
        NoWay: no basket would do, and why.
        Split: no single order can hold it, but several can.
    """
    place = spot(goal.to, work)
    address_id = deliverable(place, work, goal.to or "here")
    before = again(goal, work)
    try:
        goal, baskets = searched(goal, {"address_id": address_id}, work)
    except (NoWay, Split):
        if not before:
            raise
        baskets = []
    baskets = before + baskets
    found: list[Candidate] = []
    missed: list[str] = []
    enough = MOST_PREVIEWS if goal.choice or goal.by or goal.budget_fen or goal.about_fen else FEW_PREVIEWS
    for basket in baskets[: min(enough * 4, MOST_TRIED)]:
        candidate, why = preview(basket, goal, address_id, place, work)
        if candidate is None:
            missed.append(why)
            parts = in_portions(goal, int(basket[0]["per_order_limit"])) if why == "PER_ORDER_LIMIT" else ()
            if len(parts) > 1:
                raise Split(parts)
        else:
            found.append(candidate)
        if len(found) >= enough:
            break
    if not found:
        raise refusal(missed, goal)
    if goal.choice == "cheapest":
        found.sort(key=lambda c: c["fen"])
    elif goal.choice == "fastest":
        found.sort(key=lambda c: c["data"]["arrives_by"])
    elif goal.about_fen:
        found.sort(key=lambda c: abs(c["fen"] - goal.about_fen))
    return found


def preview(
    basket: list[dict[str, Any]], goal: Buy, address_id: str, place: Spot, work: Work
) -> tuple[Candidate | None, str]:
    """Price a basket at its shop; returns the candidate, or None and the code of what stands against it."""
    lines: list[dict[str, Any]] = []
    unmet: tuple[str, ...] = ()
    for dish, item in zip(basket, goal.items, strict=True):
        detail = work.desk.call("flash_dish_detail", {"dish_id": dish["dish_id"]}, need=("options",))
        portions = portions_of(dish, goal)
        if item.quantity * portions > dish["stock"]:
            return None, "STOCK"
        for part in item.parts:
            beside = fold(item.text).replace(fold(item.words), " ") if item.words else item.text
            said = " ".join(part.options) if len(item.parts) > 1 else f"{beside} {' '.join(part.options)}"
            if len(item.parts) > 1 and not part.options:
                said = ""
            said += "".join(f" 不要{word} no {word}" for word in goal.without)
            options, left = pick_options(detail["options"], said)
            # What the thing's own name says holds where nothing else was said: three iced coffees, two of them large.
            options = {**pick_options(detail["options"], item.words)[0], **options}
            unmet += tuple(w for w in left if not covered(w, dish))
            lines.append({"dish_id": dish["dish_id"], "quantity": part.quantity * portions, "options": options})
    if any(part.options for item in goal.items for part in item.parts) and unmet:
        return None, "OPTION"
    args: dict[str, Any] = {"address_id": address_id, "lines": merge(lines), "deliver_at": due(goal, work)}
    shown = work.desk.call("flash_basket_preview", args, need=("total", "orderable", "arrives_by"))
    if not shown["orderable"]:
        return None, str(shown["problems"][0]["code"]) if shown["problems"] else "NOT_ORDERABLE"
    total = fen(shown["total"])
    if goal.budget_fen and total > goal.budget_fen:
        return None, "OVER_BUDGET"
    if goal.about_fen and total > goal.about_fen * 115 // 100:
        return None, "OVER_BUDGET"
    if goal.by and datetime.fromisoformat(shown["arrives_by"]) > datetime.fromisoformat(goal.by):
        return None, "TOO_LATE"
    first = basket[0]
    title = f"{first['shop_name']}: " + ", ".join(f"{d['name']}" for d in basket)
    return Candidate(
        title=title,
        fen=total,
        data={
            "channel": "flash",
            "who": first["shop_id"],
            "shop_id": first["shop_id"],
            "shop": first["shop_name"],
            "args": args,
            "total": shown["total"],
            "arrives_by": shown["arrives_by"],
            "lines": [{"name": n["name"], "quantity": n["quantity"], "fen": fen(n["amount"])} for n in shown["lines"]],
            "note": goal.note,
            "to_spot": place,
        },
    ), ""


def due(goal: Buy, work: Work) -> str | None:
    """The moment to ask the shop for; None for as soon as possible, which is what a near deadline wants."""
    if goal.at and goal.by:
        # Between two hours: not at the very first minute, which couriers are often a little early for.
        first, last = datetime.fromisoformat(goal.at), datetime.fromisoformat(goal.by)
        return min(last, first + (last - first) / 2).isoformat() if first < last else goal.at
    if goal.at:
        return goal.at
    if goal.by and datetime.fromisoformat(goal.by) - work.now > timedelta(hours=SCHEDULE_FROM_H):
        return goal.by
    return None


def covered(wish: str, dish: dict[str, Any]) -> bool:
    """Whether a dish is by its name what an option would make it (an iced latte is iced)."""
    return wish in wishes(f"{dish['name']} {dish['name_en']}")


def merge(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal dishes with equal options are one line."""
    merged: list[dict[str, Any]] = []
    for line in lines:
        same = next((m for m in merged if (m["dish_id"], m["options"]) == (line["dish_id"], line["options"])), None)
        if same is None:
            merged.append(dict(line))
        else:
            same["quantity"] += line["quantity"]
    return merged


REFUSALS = {
    "OVER_BUDGET": "over_budget",
    "TOO_LATE": "too_late",
    "DELIVERY_TIME_NOT_POSSIBLE": "too_late",
    "SHOP_CLOSED": "closed",
    "PRESCRIPTION_REQUIRED": "not_possible",
    "UNDER_MINIMUM_ORDER": "not_possible",
    "STOCK": "sold_out",
    "DISH_SOLD_OUT": "sold_out",
    "OUT_OF_STOCK": "sold_out",
}
"""What a basket's problem means for the report; the first that any basket had is the one to tell."""


def refusal(missed: list[str], goal: Buy) -> NoWay:
    """Why no basket would do, by what stood against them."""
    for code, reason in REFUSALS.items():
        if code in missed:
            limit = format_yuan(goal.budget_fen or goal.about_fen) if reason == "over_budget" else goal.by or goal.at
            return NoWay(reason, limit or code)
    if "OPTION" in missed:
        return NoWay("not_found", " ".join(o for item in goal.items for part in item.parts for o in part.options))
    return NoWay("not_found", missed[0] if missed else "")


def place(goal: Buy, candidate: Candidate, work: Work) -> Placed:
    """Order the basket; nothing is charged until the trade is paid."""
    data = candidate["data"]
    args = {
        **data["args"],
        "shop_id": data["shop_id"],
        "note": data["note"],
        "expect_total": data["total"],
        "request_no": work.key(goal.id, "order"),
    }
    made = work.desk.call("flash_order_create", args, need=("order_id", "out_trade_no", "amount"))
    return verified(made["order_id"], work, candidate)


def verified(order_id: str, work: Work, candidate: Candidate) -> Placed:
    """Read the order that was acknowledged.

    Raises:
        ToolFailure: ``NO_EFFECT`` if it is not there.
    """
    ref = {"order_id": order_id}
    order = acknowledged("flash_order_detail", "flash_order_create", ref, work, ("out_trade_no", "total"))
    return placed_of(order, candidate)


def placed_of(order: dict[str, Any], candidate: Candidate) -> Placed:
    """An order as the consent node needs it."""
    lines = [Line(name=n["name"], quantity=n["quantity"], fen=fen(n["amount"])) for n in order["lines"]]
    extra = fen(order["total"]) - sum(line["fen"] for line in lines)
    if extra:
        lines.append(Line(name="fees", quantity=1, fen=extra))
    return Placed(
        order_id=order["order_id"],
        out_trade_no=order["out_trade_no"],
        fen=fen(order["total"]),
        payee=order["shop_name"],
        subject=candidate["title"],
        lines=lines,
        data={"channel": "flash"},
    )


def find(candidate: Candidate, work: Work) -> Placed | None:
    """An order of ours that is still unpaid, at the shop that did not answer."""
    data = candidate["data"]
    orders = work.desk.call("flash_order_list", {"state": "unpaid", "limit": 10}, need=("orders",))["orders"]
    known = {(s.get("placed") or {}).get("order_id") for s in work.steps.values()}
    for order in orders:
        if order["shop_id"] == data["shop_id"] and order["order_id"] not in known:
            return verified(order["order_id"], work, candidate)
    return None


def check(placed: Placed, work: Work) -> dict[str, Any]:
    """Wait until the shop has taken the order.

    Raises:
        ToolFailure: ``MERCHANT_CANCELLED`` if it cancelled instead.
    """
    order_id = placed["order_id"]
    order: dict[str, Any] = {}
    for _ in range(MOST_WAITS):
        order = work.desk.call("flash_order_detail", {"order_id": order_id}, need=("state", "total"))
        if order["state"] in STATES_LOST:
            raise ToolFailure("flash_order_detail", "MERCHANT_CANCELLED", order.get("reason", ""))
        if order["state"] in STATES_SURE:
            break
        work.desk.call("clock_wait", {"seconds": 90, "wake_on_notice": False})
    eta = order.get("eta") or order.get("promised_by") or ""
    facts = [fact("order_id", order_id), fact("amount", order["total"], order_id)]
    if eta:
        facts.append(fact("delivery_by", eta, order_id))
    return {"facts": facts, "order_id": order_id, "state": order["state"]}


def undo(placed: Placed, work: Work) -> None:
    """Cancel an unpaid order."""
    try:
        work.desk.call("flash_order_cancel", {"order_id": placed["order_id"]})
    except ToolFailure as error:
        if error.code not in ("ORDER_CANNOT_CANCEL", "ORDER_NOT_EXIST"):
            raise


def soon(goal: Buy, work: Work) -> bool:
    """Whether the wish is for today or within a day: nothing a parcel could do."""
    moment = goal.by or goal.at
    return bool(moment) and datetime.fromisoformat(moment) - work.now < timedelta(hours=20)
