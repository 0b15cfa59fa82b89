"""Ordering parcels: search, variant, preview with coupon, order."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Line, Placed, Split, Work, fact, fen
from agent.steps.booking import acknowledged
from agent.steps.match import fit, misses, narrower, plainness, specs
from agent.steps.options import wishes
from agent.steps.places import deliverable, spot
from agent.task import Buy, Item
from agent.words import same_words
from mock_services.money import format_yuan

LEAST_FIT = 0.6
LEAST_RATING = 4.2
"""Below this rating a listing is taken for a look-alike as long as another one fits."""
WELL_RATED = 4.6
MOST_PREVIEWS = 6
LAST_PARCEL_HOUR = 20
"""By this hour the parcels of a day have come."""


def look(goal: Buy, work: Work) -> list[Candidate]:
    """Listings that meet the goal, best first; each is previewed with the best coupon if coupons are wanted."""
    place = spot(goal.to, work)
    address_id = deliverable(place, work, goal.to or "here")
    if not goal.items:
        raise NoWay("not_found", goal.words)
    if len(goal.items) > 1:
        # Several different goods are several orders.
        raise Split(tuple(msgspec.structs.replace(goal, items=(one,)) for one in goal.items))
    item = goal.items[0]
    args = {
        "query": item.words[:120],
        "ship_to": address_id,
        "limit": 50,
        "sort": "relevance",
        "deliver_by": deadline(goal),
    }
    listed: list[dict[str, Any]] = work.desk.call("taobao_item_search", args, need=("items",))["items"]
    fitting = by_name([hit for hit in listed if fits(hit, item, goal)], item)
    if not fitting and deadline(goal):
        late = work.desk.call("taobao_item_search", {**args, "deliver_by": None}, need=("items",))["items"]
        if any(fits(hit, item, goal) for hit in late):
            raise NoWay("too_late", goal.by)
    if not fitting:
        raise NoWay("not_found", item.words)
    trusted = [hit for hit in fitting if hit["rating"] >= LEAST_RATING] or fitting
    trusted.sort(key=lambda hit: rank(hit, item, goal))
    found: list[Candidate] = []
    cheapest: int | None = None
    most = MOST_PREVIEWS * (4 if goal.choice == "cheapest" else 2)
    for hit in trusted[:most]:
        for candidate in variants(hit, item, goal, address_id, work):
            cheapest = candidate["fen"] if cheapest is None else min(cheapest, candidate["fen"])
            if within_budget(candidate["fen"], goal):
                found.append(candidate)
        if len(found) >= MOST_PREVIEWS and goal.choice != "cheapest":
            break
    if not found:
        if cheapest is not None:
            floor = [fact("price_floor", format_yuan(cheapest))]
            raise NoWay("over_budget", format_yuan(goal.budget_fen or goal.about_fen), floor)
        raise NoWay("sold_out", item.words)
    if goal.choice == "cheapest":
        found.sort(key=lambda c: c["fen"])
    return found


def by_name(hits: list[dict[str, Any]], item: Item) -> list[dict[str, Any]]:
    """The listings whose name is what was said, where some are: a search finds by what goes with a thing, too."""
    named = [max((fit(item.words, hit["title"], hit["name_en"])), 0.0) for hit in hits]
    best = max(named, default=0.0)
    if best < LEAST_FIT:
        return hits
    return [hit for hit, value in zip(hits, named, strict=True) if value > best - 0.3]


def deadline(goal: Buy) -> str | None:
    """The day by which it has to be there: parcels come on a day, so an earlier hour means the day before."""
    if not goal.by:
        return goal.at[:10] or None
    moment = datetime.fromisoformat(goal.by)
    day = moment.date() if moment.hour >= LAST_PARCEL_HOUR else moment.date() - timedelta(days=1)
    return day.isoformat()


def fits(hit: dict[str, Any], item: Item, goal: Buy) -> bool:
    """Whether a listing is what was asked for."""
    names = (hit["title"], hit["name_en"])
    if not hit["in_stock"] or hit["delivery_days"] is None:
        return False
    if max(hit["relevance"] / 100, fit(item.words, *names)) < LEAST_FIT:
        return False
    return not any(word.casefold() in name.casefold() for word in goal.without for name in names)


def rank(hit: dict[str, Any], item: Item, goal: Buy) -> tuple[float, ...]:
    """Fit first, then what the person prefers."""
    if item.ref:
        return (hit["item_id"] != item.ref,)
    names = (hit["title"], hit["name_en"])
    suits = round(max(hit["relevance"] / 100, fit(item.words, *names)), 1)
    said = f"{item.words} {item.text}"
    special = narrower(said, *names) + misses(said, *names)
    if goal.choice == "cheapest":
        return (special, -suits, fen(hit["price"]))
    if goal.choice == "fastest":
        return (special, -suits, hit["delivery_days"], fen(hit["price"]))
    # With no word about money: well rated, and then not dearer than it has to be.
    return (special, -suits, hit["rating"] < WELL_RATED, -round(plainness(item.words, *names), 1), fen(hit["price"]))


def within_budget(total: int, goal: Buy) -> bool:
    """Whether a total keeps the person's limit."""
    if goal.budget_fen and total > goal.budget_fen:
        return False
    return not goal.about_fen or total <= goal.about_fen * 115 // 100


def variants(hit: dict[str, Any], item: Item, goal: Buy, address_id: str, work: Work) -> list[Candidate]:
    """The variants of a listing that are what was asked for, previewed."""
    detail = work.desk.call("taobao_item_detail", {"item_id": hit["item_id"], "ship_to": address_id}, need=("skus",))
    quantity = item.quantity
    if quantity > detail["limit_per_order"] or (goal.at and not detail["day_can_be_chosen"]):
        return []
    wanted = specs(f"{item.words} {item.text}") if item.text else specs(item.words)
    asked = set(wishes(f"{item.text} {' '.join(o for p in item.parts for o in p.options)}"))
    skus = [sku for sku in detail["skus"] if sku["stock"] >= quantity]
    if wanted:
        # A measure that the listing as a whole carries in its title holds for all of its variants.
        title = specs(f"{detail['title']} {detail['name_en']}")
        exact = [s for s in skus if wanted & specs(f"{s['spec']} {s['spec_en']}")]
        skus = exact or (skus if wanted <= title and not any(specs(s["spec"]) for s in skus) else [])
    plain = f"{item.words} {item.text}"
    skus = [s for s in skus if not narrower(plain, s["spec"], s["spec_en"])]
    named = [o for part in item.parts for o in part.options]
    exact = [s for s in skus if all(offers(s, option) for option in named)]
    if not exact and any(digits(option) for option in named):
        return []
    skus = exact or skus
    sized = [s for s in skus if asked.intersection(wishes(f"{s['spec']} {s['spec_en']}"))]
    skus = sized or skus
    skus.sort(key=lambda s: fen(s["price"]))
    found = []
    for sku in skus[:2]:
        lines = [{"sku_id": sku["sku_id"], "quantity": quantity}]
        found.append(previewed(lines, hit, sku, goal, address_id, work))
    return found


def offers(sku: dict[str, Any], option: str) -> bool:
    """Whether a variant is what an option asks for: by its words, or by the number in it (8包装, size 43)."""
    spec = f"{sku['spec']} {sku['spec_en']}"
    return same_words(option, spec) or bool(digits(option) and digits(option) <= digits(spec))


def digits(text: str) -> set[str]:
    """The numbers in a text."""
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def previewed(
    lines: list[dict[str, Any]], hit: dict[str, Any], sku: dict[str, Any], goal: Buy, address_id: str, work: Work
) -> Candidate:
    """A variant with the total that the order would cost."""
    args: dict[str, Any] = {"lines": lines, "address_id": address_id, "deliver_on": goal.at[:10] or None}
    shown = work.desk.call("taobao_order_preview", args, need=("total", "usable_coupons"))
    if shown["usable_coupons"]:
        # Money that is the person's anyway: the largest discount first, as the service lists them.
        args = {**args, "coupon_id": shown["usable_coupons"][0]["coupon_id"]}
        shown = work.desk.call("taobao_order_preview", args, need=("total", "usable_coupons"))
    return Candidate(
        title=f"{hit['title']} {sku['spec']}".strip(),
        fen=fen(shown["total"]),
        data={
            "channel": "taobao",
            "who": hit["shop_id"],
            "args": args,
            "total": shown["total"],
            "delivery_by": shown["delivery_by"],
            "note": goal.note,
        },
    )


def place(goal: Buy, candidate: Candidate, work: Work) -> Placed:
    """Order; the stock is reserved until the trade is paid."""
    data = candidate["data"]
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
