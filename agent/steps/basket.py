"""Several things of the marketplace for the least money in all, ordered in one checkout.

Coupons need goods of one shop, a cross-shop sale counts goods of all of its shops, shipping is free from a sum on: what
is cheapest alone need not be so together. The few cheapest variants of each thing, of every kind of shop that a
running sale counts, are tried in every combination with every use of the coupons.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from agent.desk import NoWay
from agent.steps.base import Candidate, Work, fact, fen
from agent.steps.listings import LEAST_FIT, Variant, alike, by_name, fits, listed, variants
from agent.task import Bundle, Buy, Goal, Item
from mock_services.money import format_yuan

MOST_PAGES, MOST_READ = 6, 18
"""How many listings of a thing count, and how many are read for that, for each kind of shop."""
LEAST_LINE_FEN = 100
"""A line that costs less takes no part in a sale."""


class Coupon(msgspec.Struct, frozen=True):
    """A coupon of the person: ``off_fen`` where goods of one order reach ``over_fen``; ``shop`` empty is any shop."""

    id: str
    shop: str
    over_fen: int
    off_fen: int


class Sale(msgspec.Struct, frozen=True):
    """A running sale: ``off_fen`` for every full ``every_fen`` of goods of shops of ``kinds``; ``most_fen`` caps it."""

    every_fen: int
    off_fen: int
    most_fen: int
    kinds: tuple[str, ...]


def cheapest(goal: Buy, address_id: str, deliver_by: str | None, work: Work) -> tuple[Goal, ...]:
    """The purchases, one for each shop, that together get everything for the least.

    Raises:
        NoWay: something is not to be had in time, or everything together costs more than the limit.
        ToolFailure: the market could not be read.
    """
    sales, coupons = _sales(work), _coupons(work)
    choices = [_choices(item, goal, address_id, deliver_by, sales, work) for item in goal.items]
    chosen, used = _least([_worth(one, choices) for one in choices], coupons, sales)
    lines = tuple((one.sku["sku_id"], one.quantity) for one in chosen)
    shown = work.desk.call("taobao_checkout_preview", _args(lines, used, address_id), need=("total",))
    limit = goal.budget_fen
    if limit and fen(shown["total"]) > limit:
        raise NoWay("over_budget", format_yuan(limit), [fact("price_floor", shown["total"])])
    return tuple(
        msgspec.structs.replace(
            goal,
            items=tuple(i for i, one in zip(goal.items, chosen, strict=True) if one.hit["shop_id"] == shop),
            bundle=Bundle(lines, shop, used),
            budget_fen=0,
        )
        for shop in dict.fromkeys(one.hit["shop_id"] for one in chosen)
    )


def part(goal: Buy, bundle: Bundle, address_id: str, work: Work) -> Candidate:
    """One shop's share of a checkout, as it would be ordered now."""
    args = _args(bundle.lines, bundle.coupons, address_id)
    shown = work.desk.call("taobao_checkout_preview", args, need=("orders", "total"))
    own = next((order for order in shown["orders"] if order["shop_id"] == bundle.shop), None)
    if own is None:
        raise NoWay("sold_out", goal.items[0].words)
    return Candidate(
        title=" + ".join(line["title"] + " " + line["spec"] for line in own["lines"]),
        fen=fen(own["total"]),
        data={
            "channel": "taobao",
            "who": bundle.shop,
            "args": {
                "lines": [{"sku_id": n["sku_id"], "quantity": n["quantity"]} for n in own["lines"]],
                "address_id": address_id,
                "coupon_id": bundle.coupons.get(bundle.shop),
            },
            "checkout": {**args, "expect_total": shown["total"]},
            "total": own["total"],
            "delivery_by": own["delivery_by"],
            "note": goal.note,
        },
    )


def placed(goal_id: str, data: dict[str, Any], work: Work) -> str:
    """Order the whole checkout, once for all of its shares, and return the number of this share's order."""
    whole = goal_id.rpartition(".")[0]
    args = {
        **data["checkout"],
        "note": data["note"],
        # The shares send the same request under the same number: the second one is told what the first one made.
        "request_no": f"{work.desk.episode.episode_id}-{whole}-checkout-0"[:64],
    }
    made = work.desk.call("taobao_checkout_create", args, need=("orders",))
    skus = {line["sku_id"] for line in data["args"]["lines"]}
    for order in made["orders"]:
        detail = work.desk.call("taobao_order_detail", {"order_id": order["order_id"]}, need=("lines",))
        if {line["sku_id"] for line in detail["lines"]} == skus:
            return str(order["order_id"])
    raise NoWay("sold_out", data["who"])


def _args(lines: tuple[tuple[str, int], ...], coupons: dict[str, str], address_id: str) -> dict[str, Any]:
    rows = [{"sku_id": sku, "quantity": quantity} for sku, quantity in lines]
    return {"lines": rows, "address_id": address_id} | ({"coupons": coupons} if coupons else {})


# --- what there is -------------------------------------------------------------------------------------------


def _choices(
    item: Item, goal: Buy, address_id: str, deliver_by: str | None, sales: list[Sale], work: Work
) -> list[Variant]:
    """The cheapest variants of a thing, of any shop and of each kind of shop that a sale counts."""
    pages: dict[str, list[Variant]] = {}
    for kind in (None, *sorted({kind for sale in sales for kind in sale.kinds})):
        shown = listed(item, address_id, deliver_by, work, sort="price", shop_kind=kind)
        useful = 0
        for hit in by_name([hit for hit in shown if fits(hit, item, goal)], item)[:MOST_READ]:
            if hit["item_id"] not in pages:
                pages[hit["item_id"]] = variants(hit, item, goal, address_id, work)
            # Pages that have none of it say nothing about what it costs.
            useful += any(one.fits >= LEAST_FIT for one in pages[hit["item_id"]])
            if useful == MOST_PAGES:
                break
    found = alike([one for page in pages.values() for one in page])
    if not found:
        late = bool(deliver_by) and any(fits(hit, item, goal) for hit in listed(item, address_id, None, work))
        raise NoWay("too_late", goal.by) if late else NoWay("not_found", item.words)
    return sorted(found, key=lambda one: (one.fen, one.sku["sku_id"]))


def _worth(found: list[Variant], choices: list[list[Variant]]) -> list[Variant]:
    """The variants of a thing that can be part of the cheapest combination.

    Of those that cost the same at shops of one kind one will do, unless its shop sells another of the things as well:
    then shipping is paid once, and a coupon counts both.
    """
    shared = {
        shop
        for shop in {one.hit["shop_id"] for one in found}
        if sum(any(one.hit["shop_id"] == shop for one in row) for row in choices) > 1
    }
    kept: dict[tuple[int, str, int, str], Variant] = {}
    for one in found:
        shop = one.hit["shop_id"] if one.hit["shop_id"] in shared else ""
        kept.setdefault((one.fen, one.hit["shop_kind"], one.alone_fen, shop), one)
    return list(kept.values())


def _coupons(work: Work) -> list[Coupon]:
    shown = work.desk.call("taobao_coupon_list", {}, need=("coupons",))["coupons"]
    return [
        Coupon(one["coupon_id"], one["scope"].partition(":")[2], fen(one["threshold"]), fen(one["discount"]))
        for one in shown
        if one["state"] == "unused" and (one["scope"] == "all" or one["scope"].startswith("shop:"))
    ]


def _sales(work: Work) -> list[Sale]:
    shown = work.desk.call("taobao_campaign_list", {}, need=("campaigns",))["campaigns"]
    return [
        Sale(fen(one["every"]), fen(one["off"]), fen(one["most"] or "0"), tuple(one["shop_kinds"]))
        for one in shown
        if one["running"]
    ]


# --- what it costs together ----------------------------------------------------------------------------------


def _least(
    choices: list[list[Variant]], coupons: list[Coupon], sales: list[Sale]
) -> tuple[tuple[Variant, ...], dict[str, str]]:
    """The combination that costs the least, with its coupons: tried in order of price, as far as one can still win."""
    off = sum(one.off_fen for one in coupons)
    # Of each fen of goods a sale takes off so much at the most.
    share = max((sale.off_fen / sale.every_fen for sale in sales), default=0.0)
    ahead = [sum(row[0].fen for row in choices[i:]) for i in range(len(choices) + 1)]
    best: tuple[int, tuple[Variant, ...], dict[str, str]] | None = None

    def search(chosen: tuple[Variant, ...], goods: int) -> None:
        nonlocal best
        at = len(chosen)
        if at == len(choices):
            total, used = _priced(chosen, coupons, sales)
            if best is None or total < best[0]:
                best = total, chosen, used
            return
        for one in choices[at]:
            if best is not None and (goods + one.fen + ahead[at + 1]) * (1 - share) - off >= best[0]:
                break
            search((*chosen, one), goods + one.fen)

    search((), 0)
    assert best is not None
    return best[1], best[2]


def _priced(chosen: tuple[Variant, ...], coupons: list[Coupon], sales: list[Sale]) -> tuple[int, dict[str, str]]:
    """What variants cost together, and which coupon is used at which shop."""
    goods: dict[str, int] = {}
    shops: dict[str, Variant] = {}
    for one in chosen:
        shop = one.hit["shop_id"]
        goods[shop] = goods.get(shop, 0) + one.fen
        shops[shop] = one
    plain = sum(goods.values()) + sum(0 if goods[s] >= one.free_over_fen else one.fee_fen for s, one in shops.items())
    best: tuple[int, dict[str, str]] | None = None
    for used in _uses(list(goods.items()), coupons):
        off = {shop: min(coupon.off_fen, goods[shop] - 1) for shop, coupon in used.items()}
        total = plain - sum(off.values()) - max((_off(sale, chosen, goods, off) for sale in sales), default=0)
        if best is None or total < best[0]:
            best = total, {shop: coupon.id for shop, coupon in used.items()}
    assert best is not None
    return best


def _uses(shops: list[tuple[str, int]], coupons: list[Coupon]) -> Iterator[dict[str, Coupon]]:
    """Every way to use coupons: at most one for a shop's order, and each once."""
    if not shops:
        yield {}
        return
    (shop, goods), *rest = shops
    yield from _uses(rest, coupons)
    for coupon in coupons:
        if coupon.shop in ("", shop) and goods >= coupon.over_fen:
            for more in _uses(rest, [other for other in coupons if other is not coupon]):
                yield {shop: coupon, **more}


def _off(sale: Sale, chosen: tuple[Variant, ...], goods: dict[str, int], off: dict[str, int]) -> int:
    """What a sale takes off: it counts goods of its shops after their coupons."""
    counted = {one.hit["shop_id"] for one in chosen if one.hit["shop_kind"] in sale.kinds and one.fen >= LEAST_LINE_FEN}
    total = sum(goods[shop] - off.get(shop, 0) for shop in counted)
    taken = total // sale.every_fen * sale.off_fen
    return min(taken, sale.most_fen) if sale.most_fen else taken
