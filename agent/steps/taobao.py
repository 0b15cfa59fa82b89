"""Ordering parcels: search, variant, preview with coupon, order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.steps import basket
from agent.steps.base import Candidate, Line, Placed, Split, Work, fact, fen
from agent.steps.booking import acknowledged
from agent.steps.listings import LEAST_RATING, Variant, alike, by_name, fits, listed, rank, variants
from agent.steps.match import fit
from agent.steps.places import deliverable, spot
from agent.steps.sizes import with_size
from agent.task import Buy, Item
from mock_services.money import format_yuan

MOST_PREVIEWS = 6
MOST_PAGES = 14
JUST_THAT = 0.75
MOST_VARIANTS = 2
ENOUGH = 3
"""Of the cheapest by the prices of their pages so many are previewed: coupons and sales can turn their order."""
LAST_PARCEL_HOUR = 20
"""By this hour the parcels of a day have come."""


def look(goal: Buy, work: Work) -> list[Candidate]:
    """Listings that meet the goal, best first; each is previewed with the best coupon.

    Raises:
        Split: several things, which are several orders.
    """
    place = spot(goal.to, work)
    address_id = deliverable(place, work, goal.to or "here")
    if not goal.items:
        raise NoWay("not_found", goal.words)
    if goal.bundle is not None and not work.step(goal.id).get("attempt", 0):
        return [basket.part(goal, goal.bundle, address_id, work)]
    goal = without_thin(goal, work)
    if len(goal.items) > 1 and goal.coupon and goal.choice == "cheapest":
        raise Split(basket.cheapest(goal, address_id, deadline(goal), work))
    if len(goal.items) > 1:
        # Several different goods are several orders.
        raise Split(tuple(msgspec.structs.replace(goal, items=(one,)) for one in goal.items))
    item = goal.items[0]
    sort = "price" if goal.choice == "cheapest" else "relevance"
    shown = listed(item, address_id, deadline(goal), work, sort=sort)
    hits = [hit for hit in shown if fits(hit, item, goal)]
    fitting = by_name(hits, item)
    if not fitting:
        if deadline(goal) and any(fits(hit, item, goal) for hit in listed(item, address_id, None, work)):
            raise NoWay("too_late", goal.by)
        raise NoWay("not_found", item.words)
    fitting.sort(key=lambda hit: rank(hit, item, goal))
    item = with_size(goal, item, fitting, address_id, work)
    trusted = [hit for hit in fitting if hit["rating"] >= LEAST_RATING]
    found: list[Candidate] = []
    cheapest: int | None = None
    for last in (False, True):
        pool = fitting if goal.choice == "cheapest" else trusted or fitting
        if last and (goal.choice == "cheapest" or not (goal.budget_fen or goal.about_fen)):
            break
        if last:
            # What keeps a limit that nothing better rated keeps is looked for among all, the cheapest first.
            goal = msgspec.structs.replace(goal, choice="cheapest")
            shown = listed(item, address_id, deadline(goal), work, sort="price")
            pool = by_name([hit for hit in shown if fits(hit, item, goal)], item)
        for one in offers(pool, item, goal, address_id, work)[: MOST_PREVIEWS * 2]:
            candidate = previewed(one, goal, address_id, work)
            cheapest = candidate["fen"] if cheapest is None else min(cheapest, candidate["fen"])
            if within_budget(candidate["fen"], goal):
                found.append(candidate)
            if len(found) >= (ENOUGH if goal.choice == "cheapest" else MOST_PREVIEWS):
                break
        if found:
            break
    if cheapest is None:
        raise NoWay("sold_out", item.words)
    if not found:
        floor = [fact("price_floor", format_yuan(cheapest))]
        raise NoWay("over_budget", format_yuan(goal.budget_fen or goal.about_fen), floor)
    if goal.choice == "cheapest":
        found.sort(key=lambda c: c["fen"])
    return found


def without_thin(goal: Buy, work: Work) -> Buy:
    """The goal without things that only a noun speaks for and that nobody sells under just that name."""
    if len(goal.items) < 2 or not any(item.thin for item in goal.items):
        return goal
    kept = [item for item in goal.items if not item.thin or sold_so(item, work)]
    return msgspec.structs.replace(goal, items=tuple(kept) or goal.items)


def sold_so(item: Item, work: Work) -> bool:
    """Whether a listing goes by the name of a thing."""
    shown = work.desk.call("taobao_item_search", {"query": item.words[:120], "limit": 5}, need=("items",))["items"]
    return any(fit(item.words, hit["title"], hit["name_en"]) >= JUST_THAT for hit in shown)


def offers(hits: list[dict[str, Any]], item: Item, goal: Buy, address_id: str, work: Work) -> list[Variant]:
    """Variants of the listings that are what was asked for, best first: pages are read until there are enough.

    Where the cheapest is wanted, until no further listing can be cheaper than those that were found.
    """
    found: list[Variant] = []
    for number, hit in enumerate(hits[:MOST_PAGES]):
        if goal.choice == "cheapest":
            costs = sorted(one.alone_fen for one in alike(found))
            if len(costs) >= ENOUGH and fen(hit["price"]) * item.quantity > costs[ENOUGH - 1]:
                break
        elif number >= MOST_PREVIEWS and any(within_budget(one.alone_fen, goal) for one in found):
            break
        found += variants(hit, item, goal, address_id, work)[:MOST_VARIANTS]
    kept = alike(found)
    if not any(within_budget(one.alone_fen, goal) for one in kept):
        # What is called a little otherwise and keeps the limit goes before what does not keep it.
        kept = alike([one for one in found if within_budget(one.alone_fen, goal)]) or kept
    if goal.choice == "cheapest":
        kept.sort(key=lambda one: (one.alone_fen, one.sku["sku_id"]))
    return kept


def deadline(goal: Buy) -> str | None:
    """The day by which it has to be there: parcels come on a day, so an earlier hour means the day before."""
    if not goal.by:
        return goal.at[:10] or None
    moment = datetime.fromisoformat(goal.by)
    day = moment.date() if moment.hour >= LAST_PARCEL_HOUR else moment.date() - timedelta(days=1)
    return day.isoformat()


def within_budget(total: int, goal: Buy) -> bool:
    """Whether a total keeps the person's limit."""
    if goal.budget_fen and total > goal.budget_fen:
        return False
    return not goal.about_fen or total <= goal.about_fen * 115 // 100


def previewed(one: Variant, goal: Buy, address_id: str, work: Work) -> Candidate:
    """A variant with the total that the order would cost."""
    lines = [{"sku_id": one.sku["sku_id"], "quantity": one.quantity}]
    args: dict[str, Any] = {"lines": lines, "address_id": address_id, "deliver_on": goal.at[:10] or None}
    shown = work.desk.call("taobao_order_preview", args, need=("total", "usable_coupons"))
    if shown["usable_coupons"]:
        # Money that is the person's anyway: the largest discount first, as the service lists them.
        args = {**args, "coupon_id": shown["usable_coupons"][0]["coupon_id"]}
        shown = work.desk.call("taobao_order_preview", args, need=("total", "usable_coupons"))
    return Candidate(
        title=f"{one.hit['title']} {one.sku['spec']}".strip(),
        fen=fen(shown["total"]),
        data={
            "channel": "taobao",
            "who": one.hit["shop_id"],
            "args": args,
            "total": shown["total"],
            "delivery_by": shown["delivery_by"],
            "note": goal.note,
        },
    )


def place(goal: Buy, candidate: Candidate, work: Work) -> Placed:
    """Order; the stock is reserved until the trade is paid."""
    data = candidate["data"]
    if data.get("checkout") and not work.step(goal.id).get("attempt", 0):
        return verified(basket.placed(goal.id, data, work), candidate, work)
    args = {
        **data["args"],
        "expect_total": data["total"],
        "note": data["note"],
        "request_no": work.key(goal.id, "order"),
    }
    made = work.desk.call("taobao_order_create", args, need=("order_id", "out_trade_no", "amount"))
    return verified(made["order_id"], candidate, work)


def verified(order_id: str, candidate: Candidate, work: Work) -> Placed:
    """Read the order that was acknowledged.

    Raises:
        ToolFailure: ``NO_EFFECT`` if it is not there.
    """
    ref = {"order_id": order_id}
    order = acknowledged("taobao_order_detail", "taobao_order_create", ref, work, ("out_trade_no", "total"))
    lines = [
        Line(name=f"{n['title']} {n['spec']}", quantity=n["quantity"], fen=fen(n["amount"])) for n in order["lines"]
    ]
    extra = fen(order["total"]) - sum(line["fen"] for line in lines)
    if extra:
        lines.append(Line(name="shipping and discount", quantity=1, fen=extra))
    return Placed(
        order_id=order_id,
        out_trade_no=order["out_trade_no"],
        fen=fen(order["total"]),
        payee=order["shop"],
        subject=candidate["title"],
        lines=lines,
        data={"channel": "taobao"},
    )


def find(candidate: Candidate, work: Work) -> Placed | None:
    """An unpaid order of ours for the same variant."""
    wanted = {line["sku_id"] for line in candidate["data"]["args"]["lines"]}
    today = work.now.date().isoformat()
    orders = work.desk.call("taobao_order_list", {"state": "unpaid", "since": today}, need=("orders",))["orders"]
    known = {(s.get("placed") or {}).get("order_id") for s in work.steps.values()}
    for order in orders:
        if {line["sku_id"] for line in order["lines"]} == wanted and order["order_id"] not in known:
            return verified(order["order_id"], candidate, work)
    return None


def check(placed: Placed, work: Work) -> dict[str, Any]:
    """Wait until the shop knows of the payment.

    Raises:
        ToolFailure: ``MERCHANT_CANCELLED`` if it cancelled instead.
    """
    order_id = placed["order_id"]
    work.desk.call("clock_wait", {"seconds": 120, "wake_on_notice": False})
    order = work.desk.call("taobao_order_detail", {"order_id": order_id}, need=("state", "total"))
    if order["state"] in ("closed", "refunding", "refunded"):
        raise ToolFailure("taobao_order_detail", "MERCHANT_CANCELLED", str(order.get("closed_reason") or ""))
    facts = [
        fact("order_id", order_id),
        fact("amount", order["total"], order_id),
        fact("delivery_by", order["delivery_by"], order_id),
    ]
    return {"facts": facts, "order_id": order_id, "state": order["state"]}


def undo(goal: Buy, placed: Placed, work: Work) -> None:
    """Cancel an unpaid order."""
    try:
        work.desk.call("taobao_order_cancel", {"order_id": placed["order_id"], "request_no": work.key(goal.id, "undo")})
    except ToolFailure as error:
        if error.code in ("TIMEOUT", "CONNECTION_RESET", "SERVER_ERROR", "RATE_LIMITED", "SERVICE_UNAVAILABLE"):
            raise


def last_order(item: Item, work: Work) -> dict[str, Any] | None:
    """The person's newest order of such a thing."""
    orders = work.desk.call("taobao_order_list", {"query": item.words or None, "limit": 10}, need=("orders",))["orders"]
    return orders[0] if orders else None
