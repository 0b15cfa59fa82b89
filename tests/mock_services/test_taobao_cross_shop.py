"""Sales that count over several shops: what they take off, whom it is taken from, and what comes back of it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from mock_services.money import split_by
from mock_services.world import World
from tests.mock_services.taobao_world import (
    balance,
    charger,
    code,
    later,
    market,
    money_in_the_world,
    ok,
    pay,
    stock_of,
    until,
)

EVERYBODY = ["flagship", "tmall", "personal"]


def goods(world: World, price: str, name: str, **changes: Any) -> str:
    """One variant at a shop of its own; returns its sku_id."""
    skus = [{"spec": name, "price": price, "stock": 10}]
    return charger(world, title=f"{name}充电器", shop_name=f"{name}店", skus=skus, **changes)


def sale(world: World, **changes: Any) -> None:
    world.arrange("taobao", "campaign", {"every": "300", "off": "50", **changes})


def basket(*skus: str, **args: Any) -> dict[str, Any]:
    return {"lines": [{"sku_id": sku, "quantity": 1} for sku in skus], "address_id": "home", **args}


def shop_of(world: World, sku: str) -> str:
    return str(ok(world, "item_detail", item_id=sku[:-2])["shop"]["shop_id"])


def test_a_sale_counts_over_shops_and_is_spread_to_the_fen() -> None:
    world = market()
    lamp, cable, case = goods(world, "199.00", "灯"), goods(world, "88.90", "线"), goods(world, "33.30", "壳")
    assert ok(world, "campaign_list")["campaigns"] == []
    assert ok(world, "checkout_preview", **basket(lamp, cable, case))["total"] == "321.20"
    sale(world)
    (running,) = ok(world, "campaign_list")["campaigns"]
    assert (running["every"], running["off"], running["running"]) == ("300.00", "50.00", True)
    seen = ok(world, "checkout_preview", **basket(lamp, cable, case))
    assert (seen["campaign_goods"], seen["campaign_discount"], seen["total"]) == ("321.20", "50.00", "271.20")
    assert seen["campaign_next"] == "278.80"
    # 50 × 199 / 321.20 and so on; the largest remainders get the fen that are left over.
    assert [one["campaign_discount"] for one in seen["orders"]] == ["30.98", "13.84", "5.18"]

    made = ok(world, "checkout_create", **basket(lamp, cable, case, expect_total="271.20", request_no="all"))
    assert [one["amount"] for one in made["orders"]] == ["168.02", "75.06", "28.12"]
    assert [stock_of(world, sku) for sku in (lamp, cable, case)] == [9, 9, 9]
    for number, one in enumerate(made["orders"]):
        pay(world, one["out_trade_no"], f"p{number}")
    assert balance(world) == 500_000 - 27_120
    detail = ok(world, "order_detail", order_id=made["orders"][1]["order_id"])
    assert (detail["campaign_discount"], detail["checkout_id"]) == ("13.84", made["checkout_id"])
    assert money_in_the_world(world) == 0


def test_what_goes_back_brings_back_what_was_paid_for_it() -> None:
    world = market()
    item = world.arrange(
        "taobao",
        "item",
        {
            "title": "双件套",
            "category": "chargers",
            "skus": [{"spec": "大", "price": "200.00"}, {"spec": "小", "price": "100.00"}],
        },
    )
    sale(world)
    made = ok(world, "checkout_create", **basket(f"{item}01", f"{item}02", request_no="pair"))
    (order,) = made["orders"]
    assert order["amount"] == "250.00"
    pay(world, order["out_trade_no"])
    until(world, order["order_id"], "delivered")
    before = balance(world)
    case = ok(
        world,
        "after_sale_apply",
        order_id=order["order_id"],
        kind="return_and_refund",
        reason="size",
        sku_id=f"{item}02",
    )
    assert case["refund"] == "83.33", "100 of 300 yuan, less its third of the 50"
    until(world, order["order_id"], "delivered")
    later(world, hours=100)
    assert balance(world) == before + 8_333


def test_one_order_alone_comes_under_the_sale_too() -> None:
    world = market()
    sku = goods(world, "310.00", "灯")
    sale(world)
    alone = ok(world, "order_preview", **basket(sku))
    assert (alone["campaign"], alone["campaign_discount"], alone["total"]) == ("跨店满减", "50.00", "260.00")
    made = ok(world, "order_create", **basket(sku, expect_total="260.00"))
    assert made["amount"] == "260.00"


def test_a_coupon_can_cost_more_than_it_saves() -> None:
    """It is taken off before the sale counts, so that 310 yuan of goods no longer reach the 300."""
    world = market()
    lamp, cable = goods(world, "210.00", "灯"), goods(world, "100.00", "线")
    coupon = world.arrange("taobao", "coupon", {"discount": "20", "scope": f"item:{lamp[:-2]}"})
    sale(world)
    assert ok(world, "checkout_preview", **basket(lamp, cable))["total"] == "260.00"
    with_it = ok(world, "checkout_preview", **basket(lamp, cable, coupons={shop_of(world, lamp): coupon}))
    assert (with_it["discount"], with_it["campaign_discount"], with_it["total"]) == ("20.00", "0.00", "290.00")
    assert with_it["campaign_next"] == "10.00"


def test_the_cheapest_basket_is_not_the_one_of_the_cheapest_offers() -> None:
    """Three things, each at two shops, one coupon and one sale: the best of the 16 ways beats taking the cheapest."""
    world = market()
    pairs = [
        (goods(world, "99.00", "甲一"), goods(world, "92.00", "甲二", shop_kind="personal")),
        (goods(world, "128.00", "乙一"), goods(world, "121.00", "乙二", shop_kind="personal")),
        (goods(world, "79.00", "丙一"), goods(world, "75.00", "丙二", shop_kind="personal")),
    ]
    coupon = world.arrange(
        "taobao", "coupon", {"discount": "8", "threshold": "90", "scope": f"item:{pairs[0][0][:-2]}"}
    )
    sale(world, every="200", off="30")
    totals: dict[tuple[int, int, int, bool], float] = {}
    for choice in product((0, 1), repeat=3):
        skus = [pair[which] for pair, which in zip(pairs, choice, strict=True)]
        for use in (False, True) if choice[0] == 0 else (False,):
            coupons = {shop_of(world, skus[0]): coupon} if use else {}
            seen = ok(world, "checkout_preview", **basket(*skus, coupons=coupons))
            totals[*choice, use] = float(seen["total"])
    greedy = totals[1, 1, 1, False]
    best = min(totals, key=lambda way: (totals[way], way))
    assert greedy == 288.0
    assert (best, totals[best]) == ((0, 0, 1, True), 264.0)


def test_a_checkout_is_made_whole_or_not_at_all() -> None:
    world = market()
    lamp, cable = goods(world, "199.00", "灯"), goods(world, "101.00", "线")
    sale(world)
    world.arrange("taobao", "stock", {"sku_id": cable, "stock": 0})
    assert code(world, "checkout_create", **basket(lamp, cable)) == "OUT_OF_STOCK"
    assert stock_of(world, lamp) == 10
    world.arrange("taobao", "stock", {"sku_id": cable, "stock": 1})
    assert code(world, "checkout_create", **basket(lamp, cable, expect_total="300.00")) == "PRICE_CHANGED"
    coupon = world.arrange("taobao", "coupon", {"discount": "5"})
    shops = [shop_of(world, sku) for sku in (lamp, cable)]
    twice = dict.fromkeys(shops, coupon)
    assert code(world, "checkout_preview", **basket(lamp, cable, coupons=twice)) == "COUPON_USED"
    assert code(world, "checkout_preview", **basket(lamp, coupons={shops[1]: coupon})) == "COUPON_NOT_APPLICABLE"
    first = ok(world, "checkout_create", **basket(lamp, cable, request_no="once"))
    assert ok(world, "checkout_create", **basket(lamp, cable, request_no="once")) == first


def test_an_order_that_nobody_pays_leaves_the_other_its_share() -> None:
    world = market()
    lamp, cable = goods(world, "200.00", "灯"), goods(world, "100.00", "线")
    sale(world)
    made = ok(world, "checkout_create", **basket(lamp, cable))
    pay(world, made["orders"][0]["out_trade_no"])
    later(world, minutes=40)
    states = [ok(world, "order_detail", order_id=one["order_id"])["state"] for one in made["orders"]]
    assert states == ["paid", "closed"]
    assert balance(world) == 500_000 - (20_000 - 3_333)
    assert stock_of(world, cable) == 10


def test_the_big_sales_of_the_year_come_by_themselves() -> None:
    world = market("2026-06-05T12:00")
    lamp, cable = goods(world, "199.00", "灯"), goods(world, "101.00", "线", shop_kind="personal")
    assert [sale["title"] for sale in ok(world, "campaign_list")["campaigns"]] == ["618 跨店满减"]
    seen = ok(world, "checkout_preview", **basket(lamp, cable))
    assert seen["campaign_goods"] == "199.00", "small private shops take no part"
    assert seen["campaign_discount"] == "0.00"
    assert ok(market("2026-07-01T12:00"), "campaign_list")["campaigns"] == []
    coming = ok(market("2026-07-01T12:00"), "campaign_list", coming=True)["campaigns"]
    assert [sale["running"] for sale in coming] == [False]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"shop_kind": "flagship"}, lambda item: item["shop_kind"] == "flagship"),
        ({"ship_from": "深圳"}, lambda item: item["ships_from"] == "深圳"),
        ({"min_rating": 4.8}, lambda item: item["rating"] >= 4.8),
        ({"min_sales": 2000}, lambda item: item["sales"] >= 2000),
        ({"free_shipping": True}, lambda item: item["free_shipping"]),
    ],
)
def test_a_search_can_be_narrowed(filters: dict[str, Any], fits: Any) -> None:
    world = market()
    everything = ok(world, "item_search", query="充电器", limit=50)["items"]
    narrowed = ok(world, "item_search", query="充电器", limit=50, **filters)["items"]
    assert [item["item_id"] for item in narrowed] == [item["item_id"] for item in everything if fits(item)]
    assert 0 < len(narrowed) < len(everything)


def test_free_shipping_is_that_of_the_order_and_the_dearest_can_come_first() -> None:
    world = market()
    found = ok(world, "item_search", query="充电器", limit=50, sort="price_desc")["items"]
    prices = [float(item["price"]) for item in found]
    assert prices == sorted(prices, reverse=True)
    for free in (True, False):
        item = next(item for item in found if item["free_shipping"] is free and item["in_stock"])
        skus = ok(world, "item_detail", item_id=item["item_id"])["skus"]
        cheapest = next(sku["sku_id"] for sku in skus if sku["price"] == item["price"])
        world.arrange("taobao", "stock", {"sku_id": cheapest, "stock": 5})
        assert (ok(world, "order_preview", **basket(cheapest))["shipping"] == "0.00") is free
    assert code(world, "item_search", query="充电器", ship_from="亚特兰蒂斯") == "UNKNOWN_CITY"


def test_a_shop_that_ships_late_pays_for_it() -> None:
    world = market()
    sku = goods(world, "200.00", "灯")
    made = ok(world, "order_create", **basket(sku))
    pay(world, made["out_trade_no"])
    later(world, minutes=2)
    order_id = made["order_id"]
    world.arrange("taobao", "delivery_slip", {"order_id": order_id, "days": 2})
    assert ok(world, "order_detail", order_id=order_id)["late_compensation"] == "0.00"
    later(world, hours=26)
    late = ok(world, "order_detail", order_id=order_id)
    assert (late["state"], late["late_compensation"], late["refunded"]) == ("paid", "10.00", "10.00")
    assert balance(world) == 500_000 - 19_000
    cancelled = ok(world, "order_cancel", order_id=order_id)
    assert cancelled["refund"] == "190.00", "what was paid back is not paid back again"
    later(world, hours=2)
    assert balance(world) == 500_000
    assert money_in_the_world(world) == 0


def test_a_shop_that_ships_in_time_owes_nothing() -> None:
    world = market()
    sku = goods(world, "200.00", "灯")
    made = ok(world, "order_create", **basket(sku))
    pay(world, made["out_trade_no"])
    arrived = until(world, made["order_id"], "delivered")
    assert arrived["shipped_at"] <= arrived["ship_by"]
    assert arrived["late_compensation"] == "0.00"


@pytest.mark.parametrize(
    ("fen", "weights", "parts"),
    [(5000, [19900, 8890, 3330], [3098, 1384, 518]), (1, [1, 1, 1], [1, 0, 0]), (7, [0, 5], [0, 7]), (0, [], [])],
)
def test_an_amount_is_split_by_the_largest_remainder(fen: int, weights: list[int], parts: list[int]) -> None:
    assert split_by(fen, weights) == parts


def test_parcels_lie_still_over_the_spring_festival() -> None:
    world = market("2026-02-15T20:00")
    sku = goods(world, "200.00", "灯")
    made = ok(world, "order_create", **basket(sku))
    assert made["delivery_by"] >= "2026-02-20"
    pay(world, made["out_trade_no"])
    arrived = until(world, made["order_id"], "delivered")
    assert arrived["shipped_at"][:10] not in ("2026-02-16", "2026-02-17", "2026-02-18")
    assert arrived["delivered_at"][:10] <= made["delivery_by"]
    assert arrived["late_compensation"] == "0.00"


def test_what_is_ordered_from_the_cart_leaves_it() -> None:
    world = market()
    lamp, cable, case = goods(world, "200.00", "灯"), goods(world, "100.00", "线"), goods(world, "30.00", "壳")
    for sku, count in ((lamp, 1), (cable, 3), (case, 1)):
        ok(world, "cart_update", sku_id=sku, quantity=count)

    def left() -> dict[str, int]:
        return {line["sku_id"]: line["quantity"] for line in ok(world, "cart_list")["lines"]}

    ok(world, "order_create", **basket(lamp))
    assert left() == {lamp: 1, cable: 3, case: 1}, "bought at once, not from the cart"
    ok(world, "checkout_create", **basket(lamp, cable, from_cart=True))
    assert left() == {cable: 2, case: 1}
    ok(world, "order_create", **basket(case, from_cart=True))
    assert left() == {cable: 2}
