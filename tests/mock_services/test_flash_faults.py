"""What breaks: lost acknowledgements, sold out, dearer, closed, given up, late."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.faults import Fault
from mock_services.world import World
from tests.mock_services.flash_town import (
    HOME,
    balance,
    first,
    later,
    ok,
    order,
    paid,
    pay,
    refused,
    town,
    until,
)


def attempt(world: World, **more: Any) -> dict[str, Any]:
    dish = first(world, "拿铁")
    lines = [{"dish_id": dish["dish_id"], "quantity": 2}]
    return {"shop_id": dish["shop_id"], "address_id": HOME, "lines": lines, **more}


def test_after_a_lost_acknowledgement_the_same_number_finds_the_order() -> None:
    world = town(Fault("timeout", tool="flash_order_create", phase="lost_ack"))
    args = attempt(world, request_no="r-1")
    assert world.call("flash_order_create", args).error is not None
    assert ok(world, "order_list")["total"] == 1
    again = ok(world, "order_create", **args)
    assert again["order_id"] == ok(world, "order_list")["orders"][0]["order_id"]
    assert ok(world, "order_list")["total"] == 1


def test_a_request_delivered_twice_without_a_number_is_two_orders() -> None:
    world = town(Fault("duplicate_delivery", tool="flash_order_create"))
    ok(world, "order_create", **attempt(world))
    assert ok(world, "order_list")["total"] == 2


def test_sold_out_between_looking_and_ordering() -> None:
    world = town(Fault("sold_out", tool="flash_order_create"))
    args = attempt(world)
    assert ok(world, "basket_preview", address_id=HOME, lines=args["lines"])["orderable"]
    error = world.call("flash_order_create", args).error
    assert error is not None
    assert error["code"] == "DISH_SOLD_OUT"
    assert ok(world, "dish_detail", dish_id=args["lines"][0]["dish_id"])["stock"] == 0
    assert refused(world, "order_create", **args) == "DISH_SOLD_OUT"


def test_dearer_between_looking_and_ordering_needs_the_person_again() -> None:
    world = town(Fault("price_change", tool="flash_order_create", params={"percent": 25}))
    args = attempt(world)
    seen = ok(world, "basket_preview", address_id=HOME, lines=args["lines"])
    error = world.call("flash_order_create", {**args, "expect_total": seen["total"]}).error
    assert error is not None
    assert error["code"] == "PRICE_CHANGED"
    now = ok(world, "basket_preview", address_id=HOME, lines=args["lines"])
    assert float(now["goods"]) == pytest.approx(float(seen["goods"]) * 1.25, abs=0.05)
    assert ok(world, "order_create", **args, expect_total=now["total"])["amount"] == now["total"]


def test_a_shop_closes_early() -> None:
    world = town(Fault("shop_closes", tool="flash_order_create"))
    args = attempt(world)
    error = world.call("flash_order_create", args).error
    assert error is not None
    assert error["code"] == "SHOP_CLOSED"
    shop = ok(world, "shop_detail", shop_id=args["shop_id"], address_id=HOME)
    assert not shop["open"]
    assert shop["next_open"].startswith("2026-03-06T0")
    others = ok(world, "dish_search", query="拿铁", address_id=HOME, open_now=True)["dishes"]
    assert args["shop_id"] not in {dish["shop_id"] for dish in others}


def test_a_shop_that_closes_before_it_hears_of_the_payment_sends_the_money_back() -> None:
    world = town()
    created = order(world)
    shop_id = ok(world, "order_detail", order_id=created["order_id"])["shop_id"]
    pay(world, created["out_trade_no"])
    world.arrange("flash", "close_shop", {"shop_id": shop_id})
    later(world, 45)
    assert ok(world, "order_status", order_id=created["order_id"])["state"] == "refunded"
    assert balance(world) == 200_000


@pytest.mark.parametrize("tool", ["flash_order_create", "flash_order_status"])
def test_a_shop_gives_a_paid_order_up_and_all_of_the_money_comes_back(tool: str) -> None:
    world = town(Fault("merchant_cancels", tool=tool))
    created = paid(world)
    assert ok(world, "order_status", order_id=created["order_id"])["state"] == "refunded"
    detail = ok(world, "order_detail", order_id=created["order_id"])
    assert detail["refunded"] == detail["total"]
    later(world, 40)
    assert balance(world) == 200_000
    again = paid(world)
    until(world, again["order_id"], "delivered")


def test_a_late_delivery_is_announced_and_paid_for() -> None:
    world = town(Fault("delivery_slip", tool="flash_order_status", params={"minutes": 40}))
    created = paid(world)
    status = ok(world, "order_status", order_id=created["order_id"])
    assert status["minutes_late"] >= 30
    assert status["eta"] > status["promised_by"]
    until(world, created["order_id"], "delivered")
    detail = ok(world, "order_detail", order_id=created["order_id"])
    assert float(detail["refunded"]) == pytest.approx(float(detail["total"]) * 0.25, abs=0.01)
    later(world, 40)
    assert balance(world) == 200_000 - round(float(detail["total"]) * 100) + round(float(detail["refunded"]) * 100)


def test_a_few_minutes_late_are_not_paid_for() -> None:
    world = town()
    created = paid(world)
    assert world.arrange("flash", "slip", {"minutes": 5}) == created["order_id"]
    until(world, created["order_id"], "delivered")
    assert ok(world, "order_detail", order_id=created["order_id"])["refunded"] == "0.00"


def test_a_duplicate_notification_changes_nothing() -> None:
    world = town(Fault("duplicate_notification", tool="flash_order_status"))
    created = paid(world)
    spent = balance(world)
    until(world, created["order_id"], "delivered")
    assert balance(world) == spent


def test_a_coupon_runs_out_between_looking_and_ordering() -> None:
    world = town(Fault("coupon_expired", tool="flash_order_create"))
    coupon = world.arrange("flash", "coupon", {"over": "10", "off": "5", "expires_at": "2026-03-31T00:00"})
    error = world.call("flash_order_create", attempt(world, coupon_id=coupon)).error
    assert error is not None
    assert error["code"] == "COUPON_NOT_USABLE"


def test_a_fault_that_finds_nothing_is_not_recorded_as_fired() -> None:
    world = town(Fault("delivery_slip", tool="flash_order_status"))
    created = order(world)
    ok(world, "order_status", order_id=created["order_id"])
    called = [event.data for event in world.recorder.events if event.kind == "tool_called"]
    assert [call["fault"] for call in called] == [None] * len(called)
    assert called[-1]["tool"] == "flash_order_status"


def test_a_timed_event_shuts_the_shop_that_was_counted_on() -> None:
    world = town()
    dish = first(world, "拿铁")
    world.plan_event(world.now + 600_000, "flash", "close_shop", {"shop_id": dish["shop_id"]})
    assert dish["open"]
    later(world, 11)
    assert not ok(world, "menu", shop_id=dish["shop_id"])["open"]
