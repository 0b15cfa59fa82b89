"""After-sale: what may go back and until when, what merchants answer, and where the money ends."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import DAY, parse_iso
from mock_services.world import World
from tests.mock_services.taobao_world import (
    balance,
    bought,
    charger,
    code,
    later,
    market,
    money_in_the_world,
    ok,
    order,
    pay,
    stock_of,
    until,
)

BACK: dict[str, Any] = {"kind": "return_and_refund"}
ONLY: dict[str, Any] = {"kind": "refund_only"}


def delivered(world: World, sku: str, quantity: int = 1) -> str:
    order_id = bought(world, sku, quantity)
    until(world, order_id, "delivered")
    return order_id


def ended(world: World, request: dict[str, Any], days: int = 8) -> Any:
    for _ in range(days * 24):
        seen = ok(world, "after_sale_detail", after_sale_id=request["after_sale_id"])
        if seen["state"] in ("refunded", "refused"):
            return seen
        later(world, hours=1)
    raise AssertionError(seen)


def test_last_weeks_shoes_are_too_small_and_the_money_returns_to_the_card() -> None:
    world = market("2026-03-11T08:00")
    world.arrange("alipay", "card", {"bank": "招商银行", "last4": "8888", "amount": "3000"})
    card = next(a.id for a in world.ctx.ledger.owned_by("U1") if a.kind == "card")
    shoes = world.arrange(
        "taobao",
        "past_order",
        {
            "query": "跑步鞋",
            "spec": "41码",
            "account": card,
            "created_at": "2026-03-04T20:00",
            "delivered_at": "2026-03-06T12:00",
        },
    )
    seen = ok(world, "order_list", query="鞋", since="2026-03-02")["orders"][0]
    assert seen["order_id"] == shoes
    sku, stock = seen["lines"][0]["sku_id"], stock_of(world, seen["lines"][0]["sku_id"])
    asked = ok(world, "after_sale_apply", order_id=shoes, reason="size", text="小了", **BACK)
    assert asked["state"] == "applied"
    assert ok(world, "order_detail", order_id=shoes)["state"] == "refunding"
    assert code(world, "after_sale_apply", order_id=shoes, reason="size", **BACK) == "AFTER_SALE_EXISTS"
    later(world, hours=14)
    agreed = ok(world, "after_sale_detail", after_sale_id=asked["after_sale_id"])
    assert (agreed["state"], agreed["answer_code"]) == ("pickup_scheduled", "AGREED")
    done = ended(world, asked)
    assert done["state"] == "refunded"
    assert agreed["pickup_at"] < done["refunded_at"]
    assert stock_of(world, sku) == stock + 1
    later(world, hours=1)
    refund = round(float(done["refund"]) * 100)
    assert balance(world, card) == 300_000 + refund
    total = round(float(seen["total"]) * 100)
    freight = round(float(done["freight"]) * 100)
    assert total - refund in (freight, freight + 600, freight + 800, freight + 1000)
    assert ok(world, "order_detail", order_id=shoes)["state"] == "refunded"
    assert money_in_the_world(world) == 0


def test_after_confirming_the_refund_comes_from_the_merchant() -> None:
    world = market()
    sku = charger(world)
    order_id = delivered(world, sku)
    ok(world, "confirm_receipt", order_id=order_id)
    shop = ok(world, "order_detail", order_id=order_id)["shop_id"]
    assert balance(world, f"merchant:{shop}") == 7_900
    ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="not_needed", **BACK))
    later(world, hours=1)
    assert balance(world, f"merchant:{shop}") == 0
    assert balance(world) == 500_000


def test_seven_days_without_a_reason_fifteen_with_a_fault() -> None:
    world = market()
    order_id = delivered(world, charger(world))
    until_text = ok(world, "order_detail", order_id=order_id)["return_until"]
    world.advance(parse_iso(until_text, 480) + 1000)
    assert code(world, "after_sale_apply", order_id=order_id, reason="size", **BACK) == "WINDOW_CLOSED"
    later_world = world.fork()
    ok(world, "after_sale_apply", order_id=order_id, reason="quality", **BACK)
    later_world.advance(later_world.now + 9 * DAY)
    assert code(later_world, "after_sale_apply", order_id=order_id, reason="quality", **BACK) == "WINDOW_CLOSED"


def test_food_goes_back_only_if_it_is_bad() -> None:
    world = market()
    sku = charger(world, category="cat_food", title="测试猫粮", return_days=0)
    order_id = delivered(world, sku)
    assert ok(world, "order_detail", order_id=order_id)["return_until"] is None
    assert code(world, "after_sale_apply", order_id=order_id, reason="not_needed", **BACK) == "NOT_RETURNABLE"
    done = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="quality", **ONLY))
    assert (done["state"], done["refund"]) == ("refunded", "79.00")


def test_refund_only_is_quick_before_shipping_and_waits_for_the_goods_after() -> None:
    world = market()
    order_id = bought(world, charger(world))
    assert code(world, "after_sale_apply", order_id=order_id, reason="not_needed", **BACK) == "NOTHING_TO_RETURN"
    assert code(world, "after_sale_apply", order_id=order_id, reason="size", amount="5", **ONLY) == "ALL_OR_NOTHING"
    asked = ok(world, "after_sale_apply", order_id=order_id, reason="not_needed", **ONLY)
    later(world, minutes=21)
    assert ok(world, "after_sale_detail", after_sale_id=asked["after_sale_id"])["state"] == "refunded"
    world = market()
    order_id = delivered(world, charger(world))
    refused = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="not_needed", **ONLY))
    assert (refused["state"], refused["answer_code"]) == ("refused", "RETURN_FIRST")
    assert ok(world, "order_detail", order_id=order_id)["state"] == "delivered"
    assert balance(world) == 500_000 - 7_900
    ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="not_needed", **BACK))
    later(world, hours=1)
    assert balance(world) == 500_000


def test_on_the_road_the_merchant_waits_or_the_parcel_turns_back() -> None:
    world = market()
    sku = charger(world)
    order_id = bought(world, sku)
    until(world, order_id, "shipped")
    twin = world.fork()
    refused = ended(twin, ok(twin, "after_sale_apply", order_id=order_id, reason="not_needed", **ONLY))
    assert refused["answer_code"] == "WAIT_FOR_DELIVERY"
    until(twin, order_id, "delivered")
    assert ok(world, "after_sale_apply", order_id=order_id, reason="late", **ONLY)["state"] == "applied"
    world = market()
    order_id = bought(world, charger(world))
    until(world, order_id, "shipped")
    done = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="not_needed", **BACK))
    assert done["state"] == "refunded"
    later(world, hours=1)
    assert balance(world) == 500_000
    assert ok(world, "logistics", order_id=order_id)["state"] == "returned"
    assert ok(world, "order_detail", order_id=order_id)["delivered_at"] is None


def test_late_means_later_than_promised() -> None:
    world = market()
    order_id = bought(world, charger(world))
    until(world, order_id, "shipped")
    refused = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="late", **ONLY))
    assert refused["answer_code"] == "NOT_LATE"
    world = market()
    order_id = bought(world, charger(world))
    world.arrange("taobao", "delivery_slip", {"order_id": order_id, "days": 6})
    until(world, order_id, "shipped")
    done = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="late", **ONLY))
    assert done["state"] == "refunded"


def test_a_stubborn_shop_finds_no_fault() -> None:
    world = market()
    sku = charger(world)
    world.arrange("taobao", "seller_rule", {"item_id": sku[:-2], "stance": "refuses"})
    order_id = delivered(world, sku)
    refused = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="quality", **BACK))
    assert refused["answer_code"] == "NO_FAULT_FOUND"
    assert ok(world, "order_detail", order_id=order_id)["state"] == "delivered"
    world.advance(world.now + 11 * DAY)
    assert ok(world, "order_detail", order_id=order_id)["state"] == "completed"


def test_freight_of_a_return_without_a_reason_is_said_before() -> None:
    world = market()
    sku = charger(world)
    world.arrange("taobao", "seller_rule", {"item_id": sku[:-2], "return_freight": "12"})
    order_id = delivered(world, sku)
    assert "12元" in ok(world, "item_detail", item_id=sku[:-2])["return_policy"]
    asked = ok(world, "after_sale_apply", order_id=order_id, reason="size", **BACK)
    assert (asked["refund"], asked["freight"]) == ("67.00", "12.00")
    ended(world, asked)
    later(world, hours=1)
    done = ok(world, "order_detail", order_id=order_id)
    assert (done["state"], done["refunded"]) == ("refunded", "67.00")
    assert balance(world, f"merchant:{done['shop_id']}") == 1_200
    assert balance(world, f"escrow:{done['out_trade_no']}") == 0


def two_lines(world: World) -> tuple[str, str, str]:
    item_id = world.arrange(
        "taobao",
        "item",
        {
            "title": "两件套",
            "category": "socks",
            "skus": [{"spec": "黑色", "price": "30"}, {"spec": "白色", "price": "60"}],
        },
    )
    black, white = f"{item_id}01", f"{item_id}02"
    coupon = world.arrange("taobao", "coupon", {"threshold": "80", "discount": "10"})
    made = ok(
        world,
        "order_create",
        lines=[{"sku_id": black, "quantity": 1}, {"sku_id": white, "quantity": 1}],
        address_id="home",
        coupon_id=coupon,
    )
    pay(world, made["out_trade_no"])
    until(world, made["order_id"], "delivered")
    return made["order_id"], black, white


def test_one_line_of_an_order_goes_back_at_what_was_paid_for_it() -> None:
    world = market()
    order_id, black, white = two_lines(world)
    assert code(world, "after_sale_apply", order_id=order_id, reason="size", sku_id="1", **BACK) == "LINE_NOT_IN_ORDER"
    first = ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="size", sku_id=white, **BACK))
    assert first["refund"] == "53.33", "60 of 90 yuan bear two thirds of the coupon"
    seen = ok(world, "order_detail", order_id=order_id)
    assert (seen["state"], seen["refunded"]) == ("delivered", "53.33")
    assert stock_of(world, white) == 100
    assert (
        code(world, "after_sale_apply", order_id=order_id, reason="size", sku_id=white, **BACK) == "NOTHING_TO_RETURN"
    )
    ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="size", sku_id=black, **BACK))
    later(world, hours=1)
    seen = ok(world, "order_detail", order_id=order_id)
    assert (seen["state"], seen["refunded"]) == ("refunded", "80.00")
    assert balance(world) == 500_000


def test_a_small_refund_leaves_the_order_standing_and_never_exceeds_what_was_paid() -> None:
    world = market()
    order_id = delivered(world, charger(world))
    assert code(world, "after_sale_apply", order_id=order_id, reason="damaged", amount="79.01", **ONLY) == (
        "AMOUNT_TOO_LARGE"
    )
    ended(world, ok(world, "after_sale_apply", order_id=order_id, reason="damaged", amount="20", **ONLY))
    assert ok(world, "order_detail", order_id=order_id)["state"] == "delivered"
    assert code(world, "after_sale_apply", order_id=order_id, reason="damaged", amount="60", **ONLY) == (
        "AMOUNT_TOO_LARGE"
    )
    world.advance(world.now + 12 * DAY)
    seen = ok(world, "order_detail", order_id=order_id)
    assert seen["state"] == "completed"
    assert balance(world, f"merchant:{seen['shop_id']}") == 5_900


@pytest.mark.parametrize("when", ["applied", "pickup_scheduled", "returning"])
def test_withdrawing_works_until_the_courier_has_it(when: str) -> None:
    world = market()
    order_id = delivered(world, charger(world))
    asked = ok(world, "after_sale_apply", order_id=order_id, reason="size", **BACK)
    ref = {"after_sale_id": asked["after_sale_id"]}
    while ok(world, "after_sale_detail", **ref)["state"] != when:
        later(world, hours=1)
    if when == "returning":
        assert code(world, "after_sale_cancel", **ref) == "AFTER_SALE_STATE"
        return
    assert ok(world, "after_sale_cancel", **ref)["state"] == "cancelled"
    assert ok(world, "order_detail", order_id=order_id)["state"] == "delivered"
    later(world, hours=24 * 4)
    assert balance(world) == 500_000 - 7_900


def test_merchants_sleep_at_night() -> None:
    world = market()
    order_id = delivered(world, charger(world))
    day = ok(world, "order_detail", order_id=order_id)["delivered_at"][:10]
    world.advance(parse_iso(f"{day}T22:30:00", 480))
    asked = ok(world, "after_sale_apply", order_id=order_id, reason="size", **BACK)
    world.advance(world.now + DAY // 3)
    assert ok(world, "after_sale_detail", after_sale_id=asked["after_sale_id"])["state"] == "applied"
    later(world, hours=4)
    assert ok(world, "after_sale_detail", after_sale_id=asked["after_sale_id"])["state"] == "pickup_scheduled"


def test_another_persons_request_and_an_unpaid_order_have_nothing_to_ask() -> None:
    world = market()
    assert code(world, "after_sale_detail", after_sale_id="TR1") == "AFTER_SALE_NOT_EXIST"
    made = order(world, charger(world))
    assert code(world, "after_sale_apply", order_id=made["order_id"], reason="size", **BACK) == "ORDER_STATE"
    assert code(world, "after_sale_apply", order_id=made["order_id"], reason="paid_twice", **ONLY) == "NOT_PAID_TWICE"
