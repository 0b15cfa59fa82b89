"""Orders: what they cost, what they hold, how parcels travel, and whose money is where."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import DAY, MINUTE
from mock_services.context import NOTICES
from mock_services.errors import InternalError, UsageError
from mock_services.faults import Fault
from mock_services.payables import PAYABLES
from mock_services.taobao.rows import ORDERS
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


def trade(world: World, order_id: str) -> str:
    return str(ok(world, "order_detail", order_id=order_id)["out_trade_no"])


def test_an_order_from_search_to_receipt() -> None:
    world = market()
    sku = charger(world)
    made = order(world, sku, 2, expect_total="158.00")
    assert (made["state"], made["amount"]) == ("unpaid", "158.00")
    assert stock_of(world, sku) == 8
    pay(world, made["out_trade_no"])
    assert balance(world) == 500_000 - 15_800
    escrow = f"escrow:{made['out_trade_no']}"
    assert balance(world, escrow) == 15_800
    order_id = made["order_id"]
    assert until(world, order_id, "paid")["actions"] == ["cancel", "change_address", "after_sale_apply"]
    assert until(world, order_id, "shipped")["tracking_no"]
    arrived = until(world, order_id, "delivered")
    assert arrived["delivered_at"][:10] <= made["delivery_by"]
    trace = ok(world, "logistics", order_id=order_id)
    assert trace["state"] == "delivered"
    assert not trace["late"]
    moments = [point["at"] for point in trace["trace"]]
    assert moments == sorted(moments, reverse=True)
    assert balance(world, escrow) == 15_800, "escrow holds until receipt is confirmed"
    confirmed = ok(world, "confirm_receipt", order_id=order_id)
    assert (confirmed["state"], confirmed["released"], confirmed["warning"]) == ("completed", "158.00", None)
    assert balance(world, escrow) == 0
    assert code(world, "confirm_receipt", order_id=order_id) == "ORDER_STATE"
    assert money_in_the_world(world) == 0
    events = [notice.event for notice in world.ctx.scan(NOTICES) if notice.service == "taobao"]
    assert events == ["shipped", "out_for_delivery", "delivered"]


@pytest.mark.parametrize("seed", range(12))
def test_a_parcel_keeps_its_promise_wherever_it_comes_from(seed: int) -> None:
    city = ("beijing", "shenzhen", "hangzhou")[seed % 3]
    world = market(f"2026-03-07T{7 + seed:02d}:50", seed=seed)
    sku = charger(world, shop_city=city, next_day=seed % 2 == 0, ship_hours=(24, 48)[seed % 2])
    made = order(world, sku)
    pay(world, made["out_trade_no"])
    order_id = made["order_id"]
    later(world, minutes=2)
    promised = ok(world, "order_detail", order_id=order_id)["delivery_by"]
    assert until(world, order_id, "delivered")["delivered_at"][:10] <= promised


def test_receipt_that_nobody_confirms_confirms_itself_after_ten_days() -> None:
    world = market()
    order_id = bought(world, charger(world))
    until(world, order_id, "delivered")
    world.advance(world.now + 9 * DAY)
    assert ok(world, "order_detail", order_id=order_id)["state"] == "delivered"
    world.advance(world.now + 2 * DAY)
    assert ok(world, "order_detail", order_id=order_id)["state"] == "completed"
    assert balance(world, f"escrow:{trade(world, order_id)}") == 0


def test_confirming_what_has_not_come_warns_and_still_pays_the_merchant() -> None:
    world = market()
    order_id = bought(world, charger(world))
    assert code(world, "confirm_receipt", order_id=order_id) == "ORDER_STATE"
    until(world, order_id, "shipped")
    assert ok(world, "confirm_receipt", order_id=order_id)["warning"] == "NOT_YET_DELIVERED"
    later(world, hours=24 * 6)
    done = ok(world, "order_detail", order_id=order_id)
    assert done["state"] == "completed"
    assert done["delivered_at"]


def test_an_unpaid_order_closes_and_gives_back_stock_and_coupon() -> None:
    world = market()
    sku = charger(world)
    coupon = world.arrange("taobao", "coupon", {"threshold": "50", "discount": "9"})
    made = order(world, sku, coupon_id=coupon)
    assert made["amount"] == "70.00"
    assert code(world, "order_create", lines=[{"sku_id": sku, "quantity": 1}], address_id="home", coupon_id=coupon) == (
        "COUPON_USED"
    )
    later(world, minutes=31)
    assert ok(world, "order_detail", order_id=made["order_id"])["state"] == "closed"
    assert stock_of(world, sku) == 10
    assert ok(world, "coupon_list")["coupons"][0]["state"] == "unused"
    assert world.call("alipay_pay", {"out_trade_no": made["out_trade_no"], "request_no": "p"}).error is not None


def test_cancelling_before_and_after_paying_and_never_after_shipping() -> None:
    world = market()
    sku = charger(world)
    unpaid = order(world, sku)
    assert ok(world, "order_cancel", order_id=unpaid["order_id"])["state"] == "closed"
    assert stock_of(world, sku) == 10
    order_id = bought(world, sku, 2, request_no="r2")
    asked = ok(world, "order_cancel", order_id=order_id, request_no="c1")
    assert (asked["state"], asked["refund"]) == ("refunding", "158.00")
    assert ok(world, "order_cancel", order_id=order_id, request_no="c1") == asked
    assert code(world, "order_cancel", order_id=order_id) == "ORDER_STATE"
    later(world, hours=2)
    done = ok(world, "order_detail", order_id=order_id)
    assert (done["state"], done["refunded"]) == ("refunded", "158.00")
    assert balance(world) == 500_000
    assert stock_of(world, sku) == 10
    sent = order(world, sku, request_no="r3")
    pay(world, sent["out_trade_no"], "p3")
    until(world, sent["order_id"], "shipped")
    assert code(world, "order_cancel", order_id=sent["order_id"]) == "ORDER_STATE"


def test_what_was_paid_but_not_yet_heard_of_can_be_cancelled() -> None:
    world = market()
    sku = charger(world)
    made = order(world, sku)
    pay(world, made["out_trade_no"])
    asked = ok(world, "order_cancel", order_id=made["order_id"])
    assert asked["state"] == "refunding"
    later(world, hours=2)
    assert ok(world, "order_detail", order_id=made["order_id"])["state"] == "refunded"
    assert balance(world) == 500_000


def test_a_withdrawn_cancellation_lets_the_order_go_on() -> None:
    world = market()
    made = order(world, charger(world))
    pay(world, made["out_trade_no"])
    asked = ok(world, "order_cancel", order_id=made["order_id"])
    ok(world, "after_sale_cancel", after_sale_id=asked["after_sale_id"])
    until(world, made["order_id"], "delivered")


def test_paying_blindly_twice_and_asking_one_back() -> None:
    world = market()
    made = order(world, charger(world))
    pay(world, made["out_trade_no"], "one")
    pay(world, made["out_trade_no"], "two")
    assert balance(world) == 500_000 - 2 * 7_900
    later(world, minutes=3)
    ask: dict[str, Any] = {"order_id": made["order_id"], "kind": "refund_only", "reason": "paid_twice"}
    assert ok(world, "after_sale_apply", **ask)["refund"] == "79.00"
    later(world, hours=2)
    assert balance(world) == 500_000 - 7_900
    assert code(world, "after_sale_apply", **ask) == "NOT_PAID_TWICE"
    assert until(world, made["order_id"], "delivered")["refunded"] == "0.00"
    assert balance(world, f"escrow:{made['out_trade_no']}") == 7_900


def test_the_same_request_number_orders_once() -> None:
    world = market()
    sku = charger(world)
    assert order(world, sku) == order(world, sku)
    assert stock_of(world, sku) == 9
    assert code(world, "order_create", lines=[{"sku_id": sku, "quantity": 2}], address_id="home", request_no="r1") == (
        "IDEMPOTENCY_CONFLICT"
    )
    assert ok(world, "order_list")["total"] == 1


def test_a_lost_acknowledgement_is_found_by_looking() -> None:
    world = market("2026-03-07T11:00", Fault(kind="timeout", tool="taobao_order_create", phase="lost_ack"))
    sku = charger(world)
    args: dict[str, Any] = {"lines": [{"sku_id": sku, "quantity": 1}], "address_id": "home", "request_no": "r1"}
    assert world.call("taobao_order_create", args).error is not None
    found = ok(world, "order_list", query="65W充电器", state="unpaid")["orders"]
    again = ok(world, "order_create", **args)
    assert [one["order_id"] for one in found] == [again["order_id"]]
    assert stock_of(world, sku) == 9


def test_stock_limits_and_one_shop_per_order() -> None:
    world = market()
    sku = charger(world, order_limit=5)
    other = charger(world)

    def refused(*lines: tuple[str, int]) -> str:
        wanted = [{"sku_id": s, "quantity": n} for s, n in lines]
        why = code(world, "order_create", lines=wanted, address_id="home")
        assert code(world, "order_preview", lines=wanted, address_id="home") == why
        return why

    assert refused((sku, 11)) == "OUT_OF_STOCK"
    assert refused((sku, 6)) == "LIMIT_EXCEEDED"
    assert refused((sku, 3), (sku, 3)) == "LIMIT_EXCEEDED"
    assert refused((sku, 1), (other, 1)) == "ONE_SHOP_PER_ORDER"
    assert refused(("1", 1)) == "SKU_NOT_EXIST"
    lines = [{"sku_id": sku, "quantity": 1}]
    assert code(world, "order_create", lines=lines, address_id="theirs") == "ADDRESS_NOT_EXIST"
    assert code(world, "order_create", lines=lines, address_id="home", expect_total="78.99") == "PRICE_CHANGED"
    assert code(world, "order_create", lines=lines, address_id="jakarta") == "NOT_DELIVERABLE"


def test_preview_and_order_agree_on_shipping_and_coupon() -> None:
    world = market()
    sku = charger(world)
    world.arrange("taobao", "seller_rule", {"item_id": sku[:-2], "shipping_fee": "8", "free_shipping_over": "99"})
    small = world.arrange("taobao", "coupon", {"title": "small", "discount": "3"})
    large = world.arrange("taobao", "coupon", {"title": "large", "threshold": "79", "discount": "12"})
    world.arrange("taobao", "coupon", {"title": "too much", "threshold": "200", "discount": "50"})
    world.arrange("taobao", "coupon", {"title": "other goods", "scope": "category:books", "discount": "50"})
    lines = [{"sku_id": sku, "quantity": 1}]
    seen = ok(world, "order_preview", lines=lines, address_id="home")
    assert [c["coupon_id"] for c in seen["usable_coupons"]] == [large, small]
    assert (seen["goods"], seen["shipping"], seen["total"]) == ("79.00", "8.00", "87.00")
    seen = ok(world, "order_preview", lines=lines, address_id="home", coupon_id=large)
    assert (seen["discount"], seen["total"]) == ("12.00", "75.00")
    made = ok(world, "order_create", lines=lines, address_id="home", coupon_id=large, expect_total="75.00")
    payable = world.ctx.get(PAYABLES, made["out_trade_no"])
    assert payable is not None
    assert [line.fen for line in payable.lines] == [7900, 800, -1200]
    two = ok(world, "order_preview", lines=[{"sku_id": sku, "quantity": 2}], address_id="home")
    assert two["shipping"] == "0.00"
    assert ok(world, "order_preview", lines=lines, address_id="lhasa")["shipping"] == "23.00"


def test_coupons_are_claimed_once_and_run_out() -> None:
    world = market()
    hits = ok(world, "item_search", query="充电器", limit=50)["items"]
    offers = [o for hit in hits for o in ok(world, "coupon_list", item_id=hit["item_id"])["claimable"]]
    offer = offers[0]["offer_id"]
    claimed = ok(world, "coupon_claim", offer_id=offer)
    assert claimed["scope"].startswith("shop:")
    assert code(world, "coupon_claim", offer_id=offer) == "ALREADY_CLAIMED"
    assert code(world, "coupon_claim", offer_id="TO0") == "OFFER_NOT_EXIST"
    world.advance(world.now + 8 * DAY)
    assert ok(world, "coupon_list")["coupons"][0]["state"] == "expired"
    lines = [{"sku_id": charger(world), "quantity": 1}]
    mine = claimed["coupon_id"]
    assert code(world, "order_preview", lines=lines, address_id="home", coupon_id=mine) == "COUPON_EXPIRED"
    assert code(world, "order_preview", lines=lines, address_id="home", coupon_id="TC1") == "COUPON_NOT_EXIST"


def test_the_cart_reserves_nothing() -> None:
    world = market()
    sku = charger(world)
    ok(world, "cart_update", sku_id=sku, quantity=3)
    world.arrange("taobao", "price", {"sku_id": sku, "price": "81.00"})
    assert ok(world, "cart_list")["total"] == "243.00"
    assert stock_of(world, sku) == 10
    assert ok(world, "cart_update", sku_id=sku, quantity=0)["lines"] == []


def test_the_address_changes_until_it_is_sent() -> None:
    world = market()
    order_id = bought(world, charger(world))
    assert ok(world, "change_address", order_id=order_id, address_id="office")["address"] == "网商路699号"
    assert code(world, "change_address", order_id=order_id, address_id="lhasa") == "ANOTHER_CITY"
    until(world, order_id, "shipped")
    assert code(world, "change_address", order_id=order_id, address_id="home") == "ORDER_STATE"


def test_another_persons_order_does_not_exist() -> None:
    world = market()
    theirs = world.arrange(
        "taobao",
        "past_order",
        {"query": "猫粮", "created_at": "2026-03-01T10:00", "buyer": "U2", "address_id": "theirs"},
    )
    assert ok(world, "order_list")["total"] == 0
    for tool in ("order_detail", "order_cancel", "logistics", "confirm_receipt"):
        assert code(world, tool, order_id=theirs) == "ORDER_NOT_EXIST"
    assert code(world, "after_sale_apply", order_id=theirs, kind="refund_only", reason="late") == "ORDER_NOT_EXIST"
    assert code(world, "message_to_seller", order_id=theirs, text="hi") == "ORDER_NOT_EXIST"


def test_the_seller_answers_on_the_phone() -> None:
    world = market()
    order_id = bought(world, charger(world))
    ok(world, "message_to_seller", order_id=order_id, text="尽快发货")
    later(world, minutes=30)
    assert any(n.event == "seller_message" and n.ref == order_id for n in world.ctx.scan(NOTICES))


# --- disruptions ------------------------------------------------------------------------------------------------


def test_sold_out_dearer_and_expired_just_before_the_order() -> None:
    for kind, why in (
        ("sold_out", "OUT_OF_STOCK"),
        ("price_change", "PRICE_CHANGED"),
        ("coupon_expired", "COUPON_EXPIRED"),
    ):
        world = market("2026-03-07T11:00", Fault(kind=kind, tool="taobao_order_create"))
        sku = charger(world)
        coupon = world.arrange("taobao", "coupon", {"discount": "5"})
        reply = world.call(
            "taobao_order_create",
            {
                "lines": [{"sku_id": sku, "quantity": 1}],
                "address_id": "home",
                "coupon_id": coupon,
                "expect_total": "74.00",
            },
        )
        assert reply.error is not None
        assert reply.error["code"] == why
    dearer = world.base.registry.services["taobao"].disruptions["price_change"]
    assert dearer(world.ctx, "taobao_item_detail", {"item_id": sku[:-2]}, {"percent": 10})
    assert ok(world, "item_detail", item_id=sku[:-2])["skus"][0]["price"] == "86.90"
    assert not dearer(world.ctx, "taobao_item_detail", {"item_id": "1"}, {})


def test_the_merchant_cancels_a_paid_order_and_everything_comes_back() -> None:
    world = market("2026-03-07T11:00", Fault(kind="merchant_cancels", tool="taobao_order_detail"))
    sku = charger(world)
    order_id = bought(world, sku)
    seen = ok(world, "order_detail", order_id=order_id)
    assert (seen["state"], seen["refunded"]) == ("refunded", "79.00")
    assert seen["closed_reason"].startswith("merchant")
    later(world, hours=30)
    assert balance(world) == 500_000
    assert stock_of(world, sku) == 0
    assert ok(world, "order_detail", order_id=order_id)["state"] == "refunded"


def test_a_late_parcel_says_so_and_comes_a_day_later() -> None:
    world = market("2026-03-07T11:00", Fault(kind="delivery_slip", tool="taobao_logistics", params={"days": 3}))
    order_id = bought(world, charger(world))
    twin = world.fork()
    twin_arrival = until(twin, order_id, "delivered")["delivered_at"]
    until(world, order_id, "shipped")
    slipped = ok(world, "logistics", order_id=order_id)
    assert slipped["late"]
    assert slipped["expected_by"] > slipped["promised_by"]
    assert until(world, order_id, "delivered")["delivered_at"] > twin_arrival
    assert any(n.event == "delivery_slip" for n in world.ctx.scan(NOTICES))


def test_timed_events_of_a_scenario() -> None:
    world = market()
    sku = charger(world)
    order_id = bought(world, sku)
    world.plan_event(world.now + MINUTE, "taobao", "merchant_cancels", {})
    later(world, minutes=2)
    assert ok(world, "order_detail", order_id=order_id)["state"] == "refunded"


# --- past orders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["unpaid", "paid", "shipped", "delivered", "completed"])
def test_past_orders_stand_where_they_would_stand_now(state: str) -> None:
    world = market()
    when = "2026-03-07T10:45" if state == "unpaid" else "2026-03-06T09:00"
    args = {
        "query": "跑步鞋",
        "spec": "42码",
        "account": "wallet:U1",
        "created_at": when,
        "state": state,
        "delivered_at": "2026-03-07T09:00",
    }
    order_id = world.arrange("taobao", "past_order", args)
    assert money_in_the_world(world) == 0
    assert balance(world) == 500_000, "the balance of the set-up is what is left today"
    seen = ok(world, "order_detail", order_id=order_id)
    assert seen["state"] == state
    assert "42码" in seen["lines"][0]["spec"]
    fen = round(float(seen["total"]) * 100)
    held = balance(world, f"escrow:{seen['out_trade_no']}")
    assert held == (fen if state in ("paid", "shipped", "delivered") else 0)
    assert ok(world, "order_list", query="shoes", since="2026-03-01")["orders"][0]["order_id"] == order_id
    if state == "unpaid":
        pay(world, seen["out_trade_no"])
    if state != "completed":
        until(world, order_id, "delivered")
    until(world, order_id, "completed")
    assert money_in_the_world(world) == 0


def test_a_past_order_that_cannot_be_says_why() -> None:
    world = market()
    base: dict[str, Any] = {"query": "猫粮", "created_at": "2026-03-01T10:00"}
    for wrong in (
        {"created_at": "2026-03-09T10:00"},
        {"spec": "99吨"},
        {"query": "zzzz qqqq"},
        {"account": "card:none"},
        {"state": "unpaid"},
        {"query": "充电宝", "created_at": "2026-03-07T10:50", "state": "unpaid", "address_id": "jakarta"},
        {"address_id": "nowhere"},
        {"delivered_at": "2026-02-01T10:00"},
        {"state": "shipped", "arrives_at": "2026-03-02T10:00"},
    ):
        with pytest.raises(UsageError):
            world.arrange("taobao", "past_order", base | wrong)
    assert not world.ctx.scan(ORDERS)
    for field, value in (("category", "tea"), ("shop_city", "Atlantis"), ("item_id", "6120000000")):
        with pytest.raises(UsageError):
            charger(world, **{field: value})


def test_the_state_machine_refuses_what_is_not_drawn() -> None:
    world = market()
    made = order(world, charger(world))
    row = world.ctx.get(ORDERS, made["order_id"])
    assert row is not None
    with pytest.raises(InternalError):
        world.ctx.move(ORDERS, row, "parcel_delivered")


def test_hearing_of_a_payment_twice_ships_once() -> None:
    world = market()
    made = order(world, charger(world))
    pay(world, made["out_trade_no"])
    world.ctx.schedule(world.now + 3 * MINUTE, "taobao", "payment_settled", {"out_trade_no": made["out_trade_no"]})
    until(world, made["order_id"], "delivered")
    assert [n.event for n in world.ctx.scan(NOTICES) if n.service == "taobao"].count("shipped") == 1
