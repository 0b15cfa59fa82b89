"""The cheapest way to buy several things of the marketplace together: which variants, with which coupons.

A cross-shop sale counts goods of all its shops, a coupon needs goods of one shop: what is cheapest alone need not be so
together. The search goes through the cheapest listings of each thing, of every kind of shop that a running sale counts;
prices, shipping, coupons and sales are those that the tools show, and the total of what is found is the one that
``taobao_checkout_preview`` gives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, Final

import msgspec

from mock_services.geo import fold
from mock_services.money import parse_yuan
from scenarios.grading.forms import GoodsLine
from scenarios.wants import ItemWant, OrderWant

Read = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""Asks a read tool; None where it refuses."""

LISTINGS: Final = 6
"""How many listings of a thing are looked at, the cheapest of each kind of shop."""

LEAST_LINE_FEN: Final = 100
"""A line that costs less takes no part in a sale."""


class Variant(msgspec.Struct, frozen=True):
    """A variant that would do for an item, ``fen`` for all the pieces wanted."""

    sku_id: str
    shop_id: str
    shop_kind: str
    quantity: int
    fen: int
    fee_fen: int
    free_over_fen: int


class Coupon(msgspec.Struct, frozen=True):
    """A coupon of the person for any shop or (``shop_id``) one."""

    id: str
    shop_id: str
    over_fen: int
    off_fen: int


class Sale(msgspec.Struct, frozen=True):
    """A running sale: ``off`` for every full ``every`` of goods of shops of ``kinds``; ``most`` 0 is no limit."""

    every_fen: int
    off_fen: int
    most_fen: int
    kinds: frozenset[str]


class Checkout(msgspec.Struct, frozen=True):
    """What would be ordered together and its total; ``coupons`` are by shop."""

    variants: tuple[Variant, ...]
    coupons: dict[str, str]
    fen: int

    def args(self, address_id: str) -> dict[str, Any]:
        """The arguments of ``taobao_checkout_preview`` and of ``taobao_checkout_create``."""
        lines = [{"sku_id": one.sku_id, "quantity": one.quantity} for one in self.variants]
        return {"lines": lines, "address_id": address_id} | ({"coupons": self.coupons} if self.coupons else {})


def cheapest(read: Read, want: OrderWant, address_id: str, latest: dt.date | None) -> Checkout | None:
    """The cheapest checkout of all that a want asks for, promised by ``latest``; None if one thing is not to be had."""
    sales = _sales(read)
    choices = [_variants(read, item, address_id, latest, sales) for item in want.items]
    if not all(choices):
        return None
    found = _best(choices, _coupons(read), sales)
    shown = read("taobao_checkout_preview", found.args(address_id))
    return None if shown is None else msgspec.structs.replace(found, fen=parse_yuan(shown["total"]))


# --- what there is -------------------------------------------------------------------------------------------


def line_of(detail: Mapping[str, Any], sku: Mapping[str, Any], quantity: int) -> GoodsLine:
    """A variant as its page shows it."""
    names = ("title", "name_en", "name_id", "brand", "brand_en", "category", "category_en")
    text = " ".join(detail[name] for name in names)
    return GoodsLine(
        frozenset({sku["sku_id"], detail["item_id"], detail["shop"]["shop_id"]}),
        f"{text} {sku['spec']} {sku['spec_en']}",
        frozenset({detail["category"], fold(detail["brand"]), fold(detail["brand_en"])}),
        {"spec": frozenset({fold(sku["spec"]), fold(sku["spec_en"])})},
        quantity,
    )


def right_variant(item: ItemWant, detail: Mapping[str, Any], sku: Mapping[str, Any]) -> bool:
    """Whether a variant is what an item asks for."""
    from scenarios.grading.goods import fits, portions, with_options

    line = line_of(detail, sku, item.qty)
    return fits(item, line) and all(with_options(options, line) for _, options in portions(item))


def _variants(read: Read, item: ItemWant, address_id: str, latest: dt.date | None, sales: list[Sale]) -> list[Variant]:
    kinds = [None, *sorted({kind for sale in sales for kind in sale.kinds})]
    listings: dict[str, str] = {}
    for phrase, kind in product(item.item or item.tags or item.ids, kinds):
        args = {"query": phrase, "sort": "price", "ship_to": address_id, "limit": 50}
        shown = read("taobao_item_search", args | ({"shop_kind": kind} if kind else {})) or {"items": []}
        hits = [hit for hit in shown["items"] if hit["in_stock"] and hit["delivery_days"] is not None]
        listings |= {hit["item_id"]: hit["shop_kind"] for hit in hits[:LISTINGS]}
    found = []
    for item_id, kind in listings.items():
        detail = read("taobao_item_detail", {"item_id": item_id, "ship_to": address_id})
        if detail is None or detail["limit_per_order"] < item.qty or detail["delivery_by"] is None:
            continue
        if latest is not None and dt.date.fromisoformat(detail["delivery_by"]) > latest:
            continue
        found += [
            Variant(
                sku_id=sku["sku_id"],
                shop_id=detail["shop"]["shop_id"],
                shop_kind=kind,
                quantity=item.qty,
                fen=parse_yuan(sku["price"]) * item.qty,
                fee_fen=parse_yuan(detail["shipping_fee"]),
                free_over_fen=parse_yuan(detail["free_shipping_over"]),
            )
            for sku in detail["skus"]
            if sku["stock"] >= item.qty and right_variant(item, detail, sku)
        ]
    return sorted(found, key=lambda one: (one.fen, one.sku_id))


def _coupons(read: Read) -> list[Coupon]:
    shown = read("taobao_coupon_list", {}) or {"coupons": []}
    return [
        Coupon(
            one["coupon_id"], one["scope"].partition(":")[2], parse_yuan(one["threshold"]), parse_yuan(one["discount"])
        )
        for one in shown["coupons"]
        if one["state"] == "unused" and (one["scope"] == "all" or one["scope"].startswith("shop:"))
    ]


def _sales(read: Read) -> list[Sale]:
    shown = read("taobao_campaign_list", {}) or {"campaigns": []}
    return [
        Sale(
            parse_yuan(one["every"]),
            parse_yuan(one["off"]),
            parse_yuan(one["most"]) if one["most"] is not None else 0,
            frozenset(one["shop_kinds"]),
        )
        for one in shown["campaigns"]
        if one["running"]
    ]


# --- the search ----------------------------------------------------------------------------------------------


def _best(choices: list[list[Variant]], coupons: list[Coupon], sales: list[Sale]) -> Checkout:
    saved = _most_saved(coupons, len(choices))
    # Of each fen of goods a sale takes off so much at the most.
    share = max((sale.off_fen / sale.every_fen for sale in sales), default=0.0)
    rest = [sum(one[0].fen for one in choices[i:]) for i in range(len(choices) + 1)]
    best: Checkout | None = None

    def search(i: int, chosen: tuple[Variant, ...], goods: int) -> None:
        nonlocal best
        if i == len(choices):
            if best is not None and _at_least(chosen, coupons, sales) >= best.fen:
                return
            found = _priced(chosen, coupons, sales)
            if best is None or found.fen < best.fen:
                best = found
            return
        for variant in choices[i]:
            least = (goods + variant.fen + rest[i + 1]) * (1 - share) - saved
            if best is not None and least >= best.fen:
                break
            search(i + 1, (*chosen, variant), goods + variant.fen)

    search(0, (), 0)
    assert best is not None
    return best


def _most_saved(coupons: list[Coupon], orders: int) -> int:
    """The most that coupons can take off so many orders: each counts once, and one an order."""
    return sum(sorted((coupon.off_fen for coupon in coupons), reverse=True)[:orders])


def _at_least(chosen: tuple[Variant, ...], coupons: list[Coupon], sales: list[Sale]) -> int:
    """What variants cost at the very least: with every coupon that any shop takes, and the sale on the full prices."""
    goods: dict[str, int] = {}
    for one in chosen:
        goods[one.shop_id] = goods.get(one.shop_id, 0) + one.fen
    most = max(goods.values())
    usable = [c for c in coupons if (goods.get(c.shop_id, 0) if c.shop_id else most) >= c.over_fen]
    return sum(goods.values()) - _most_saved(usable, len(goods)) - _sale_off(chosen, goods, {}, sales)


def _priced(chosen: tuple[Variant, ...], coupons: list[Coupon], sales: list[Sale]) -> Checkout:
    """What these variants cost together, with the best use of the coupons."""
    goods: dict[str, int] = {}
    for one in chosen:
        goods[one.shop_id] = goods.get(one.shop_id, 0) + one.fen
    shops = {one.shop_id: one for one in chosen}
    fees = sum(0 if goods[shop] >= one.free_over_fen else one.fee_fen for shop, one in shops.items())
    best: tuple[int, dict[str, str]] | None = None
    for used in _uses(list(goods), goods, coupons):
        off = {shop: min(coupon.off_fen, goods[shop] - 1) for shop, coupon in used.items()}
        total = sum(goods.values()) + fees - sum(off.values()) - _sale_off(chosen, goods, off, sales)
        if best is None or total < best[0]:
            best = total, {shop: coupon.id for shop, coupon in used.items()}
    assert best is not None
    return Checkout(chosen, best[1], best[0])


def _uses(shops: list[str], goods: dict[str, int], coupons: list[Coupon]) -> Iterator[dict[str, Coupon]]:
    """Every way to use the coupons: one for a shop's order at most, each on one order."""
    if not shops:
        yield {}
        return
    first, rest = shops[0], shops[1:]
    yield from _uses(rest, goods, coupons)
    for coupon in coupons:
        if coupon.shop_id in ("", first) and goods[first] >= coupon.over_fen:
            for more in _uses(rest, goods, [other for other in coupons if other is not coupon]):
                yield {first: coupon, **more}


def _sale_off(chosen: tuple[Variant, ...], goods: dict[str, int], off: dict[str, int], sales: list[Sale]) -> int:
    found = 0
    for sale in sales:
        shops = {one.shop_id for one in chosen if one.shop_kind in sale.kinds and one.fen >= LEAST_LINE_FEN}
        counted = sum(goods[shop] - off.get(shop, 0) for shop in shops)
        taken = counted // sale.every_fen * sale.off_fen
        found = max(found, min(taken, sale.most_fen) if sale.most_fen else taken)
    return found
