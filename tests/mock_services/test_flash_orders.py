"""Orders: priced, placed, paid, made, brought, cancelled, and what that does to money and stock."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import MINUTE, parse_iso
from mock_services.errors import UsageError
from mock_services.flash.rows import ORDERS
from mock_services.geo import distance_m
from mock_services.money import parse_yuan
from mock_services.payables import PAYABLES, PAYMENTS
from mock_services.world import World
from tests.mock_services.flash_town import (
    FAR,
    HOME,
    OFFICE,
    WALLET,
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


def stock(world: World, dish_id: str) -> int:
    return int(ok(world, "dish_detail", dish_id=dish_id)["stock"])


def notices(world: World) -> list[str]:
    from mock_services.context import NOTICES

    return [notice.event for notice in world.ctx.scan(NOTICES)]


# --- the whole way -----------------------------------------------------------------------------------------------


def test_two_hot_lattes_are_paid_made_and_brought() -> None:
    world = town()
    dish = first(world, "热拿铁")
    line = {"dish_id": dish["dish_id"], "quantity": 2, "options": {"温度": "热", "milk": "燕麦奶"}}
    basket = ok(world, "basket_preview", address_id=HOME, lines=[line])
    assert basket["orderable"]
    assert basket["problems"] == []
    assert basket["lines"][0]["options"] == {
        "temperature": "hot",
        "sugar": "normal",
        "milk": "oat",
        "size": "medium",
    }
    assert basket["lines"][0]["options_text"] == "热 / 正常糖 / 燕麦奶 / 中杯"
    assert float(basket["lines"][0]["unit_price"]) == float(dish["price"]) + 4
    parts = (float(basket[name]) for name in ("goods", "packing_fee", "delivery_fee"))
    assert sum(parts) - float(basket["discount"]) == pytest.approx(float(basket["total"]))

    before = stock(world, dish["dish_id"])
    created = ok(
        world,
        "order_create",
        shop_id=dish["shop_id"],
        address_id=HOME,
        lines=[line],
        note="放前台",
        expect_total=basket["total"],
    )
    assert created["amount"] == basket["total"]
    assert stock(world, dish["dish_id"]) == before - 2
    pay(world, created["out_trade_no"])
    assert balance(world) == 200_000 - round(float(basket["total"]) * 100)

    order_id = created["order_id"]
    accepted = until(world, order_id, "accepted")
    assert accepted["courier"] is not None
    on_the_way = until(world, order_id, "delivering")
    later(world, 1)
    nearer = ok(world, "order_status", order_id=order_id)
    assert nearer["courier"]["metres_left"] < on_the_way["courier"]["metres_left"]
    assert nearer["courier"]["location"] != on_the_way["courier"]["location"]
    done = until(world, order_id, "delivered")
    assert done["minutes_late"] == 0
    assert done["courier"] is None
    assert world.now <= parse_iso(done["promised_by"], 480)
    detail = ok(world, "order_detail", order_id=order_id)
    assert [change["state"] for change in detail["history"]] == [
        "unpaid",
        "paid",
        "accepted",
        "preparing",
        "picked_up",
        "delivering",
        "delivered",
    ]
    assert [change["at"] for change in detail["history"]] == sorted(change["at"] for change in detail["history"])
    assert detail["note"] == "放前台"
    assert not detail["can_cancel"]
    assert notices(world) == ["order_accepted", "order_picked_up", "order_delivered"]


@pytest.mark.parametrize("seed", range(8))
def test_every_shop_keeps_its_promise_when_nothing_goes_wrong(seed: int) -> None:
    world = town(seed=seed, moment="2026-03-05T12:10")
    created = paid(world, query="麻辣烫" if seed % 2 else "布洛芬", quantity=2)
    later(world, created["eta_minutes"])
    detail = ok(world, "order_detail", order_id=created["order_id"])
    assert detail["state"] == "delivered"
    assert detail["refunded"] == "0.00"


def test_breakfast_for_tomorrow_is_ordered_tonight_and_comes_by_half_past_seven() -> None:
    world = town(moment="2026-03-12T22:00")
    dish = first(world, "豆浆")
    lines = [{"dish_id": dish["dish_id"], "quantity": 4}]
    args: dict[str, Any] = {"shop_id": dish["shop_id"], "address_id": HOME, "lines": lines}
    assert refused(world, "order_create", **args) == "SHOP_CLOSED"
    for moment in ("2026-03-13T04:00", "2026-03-25T07:30", "2026-03-12T22:05"):
        assert refused(world, "order_create", **args, deliver_at=moment) == "DELIVERY_TIME_NOT_POSSIBLE"
    created = ok(world, "order_create", **args, deliver_at="2026-03-13T07:30")
    assert created["arrives_by"] == "2026-03-13T07:30:00+08:00"
    pay(world, created["out_trade_no"])
    later(world, 120)
    assert ok(world, "order_status", order_id=created["order_id"])["state"] == "paid"
    world.advance(parse_iso("2026-03-13T07:10:00", 480))
    assert ok(world, "order_status", order_id=created["order_id"])["state"] != "delivered"
    world.advance(parse_iso("2026-03-13T07:30:00", 480))
    assert ok(world, "order_status", order_id=created["order_id"])["state"] == "delivered"


# --- what is refused ---------------------------------------------------------------------------------------------


def test_what_cannot_be_had_is_refused_by_name_and_shown_in_the_preview() -> None:
    world = town()
    dish = first(world, "拿铁")
    args: dict[str, Any] = {"shop_id": dish["shop_id"], "address_id": HOME}
    line = {"dish_id": dish["dish_id"], "quantity": 2}

    def code(*lines: dict[str, Any], **more: Any) -> str:
        return refused(world, "order_create", **{**args, **more}, lines=list(lines))

    assert code(line, address_id=FAR) == "OUT_OF_DELIVERY_RANGE"
    assert code({**line, "quantity": 31}) == "PER_ORDER_LIMIT"
    assert code({**line, "quantity": 16}, {**line, "quantity": 16, "options": {"ice": "x"}}) == "OPTION_NOT_EXIST"
    halves = [{**line, "quantity": 16, "options": {"温度": ice}} for ice in ("少冰", "去冰")]
    assert code(*halves) == "PER_ORDER_LIMIT"
    assert code({**line, "options": {"温度": "沸腾"}}) == "OPTION_NOT_EXIST"
    assert code(line, address_id="A9") == "ADDRESS_NOT_EXIST"
    assert code(line, coupon_id="C9") == "COUPON_NOT_EXIST"
    assert code(line, shop_id="hangzhou-xihu.pizza.1") == "NOT_OF_THIS_SHOP"
    assert code(line, {"dish_id": first(world, "披萨")["dish_id"]}) == "LINES_OF_SEVERAL_SHOPS"
    assert code({**line, "dish_id": "nothing"}) == "DISH_NOT_EXIST"
    assert code(line, expect_total="1.00") == "PRICE_CHANGED"
    world.arrange("flash", "stock", {"dish_id": dish["dish_id"], "left": 1})
    assert code(line) == "OUT_OF_STOCK"
    world.arrange("flash", "stock", {"dish_id": dish["dish_id"], "left": 0})
    assert code(line) == "DISH_SOLD_OUT"
    preview = ok(world, "basket_preview", address_id=FAR, lines=[line])
    assert not preview["orderable"]
    assert [problem["code"] for problem in preview["problems"]] == ["OUT_OF_DELIVERY_RANGE", "DISH_SOLD_OUT"]


def test_a_single_soy_milk_is_under_the_minimum_order() -> None:
    world = town(moment="2026-03-05T07:00")
    dish = first(world, "豆浆")
    lines = [{"dish_id": dish["dish_id"]}]
    basket = ok(world, "basket_preview", address_id=HOME, lines=lines)
    assert float(basket["shortfall"]) == float(basket["min_order"]) - float(basket["goods"]) > 0
    assert refused(world, "order_create", shop_id=dish["shop_id"], address_id=HOME, lines=lines) == (
        "UNDER_MINIMUM_ORDER"
    )


def test_an_antibiotic_is_for_the_person_to_fetch() -> None:
    world = town()
    dish = first(world, "阿莫西林")
    lines = [{"dish_id": dish["dish_id"], "quantity": 1}]
    assert refused(world, "order_create", shop_id=dish["shop_id"], address_id=HOME, lines=lines) == (
        "PRESCRIPTION_REQUIRED"
    )


def test_options_are_understood_by_any_of_their_names() -> None:
    world = town()
    dish = first(world, "kopi susu gula aren")["dish_id"]
    for said, meant in (
        ("less sugar", "seventy"),
        ("Kurang Gula (70%)", "seventy"),
        ("不另外加糖", "none"),
        ("半糖", "half"),
    ):
        for group in ("sugar", "糖度", "Gula"):
            line = {"dish_id": dish, "quantity": 1, "options": {group: said}}
            basket = ok(world, "basket_preview", address_id=HOME, lines=[line])
            assert basket["lines"][0]["options"]["sugar"] == meant


def test_twenty_milk_teas_in_two_kinds_are_one_order() -> None:
    world = town(moment="2026-03-05T13:20")
    dish = first(world, "奶茶", OFFICE)
    lines = [
        {"dish_id": dish["dish_id"], "quantity": 10, "options": {"温度": "少冰"}},
        {"dish_id": dish["dish_id"], "quantity": 10, "options": {"温度": "去冰", "糖度": "不另外加糖"}},
    ]
    created = ok(world, "order_create", shop_id=dish["shop_id"], address_id=OFFICE, lines=lines, note="3楼大会议室")
    pay(world, created["out_trade_no"])
    until(world, created["order_id"], "delivered")
    shown = ok(world, "order_detail", order_id=created["order_id"])["lines"]
    assert [(line["quantity"], line["options"]["temperature"], line["options"]["sugar"]) for line in shown] == [
        (10, "less_ice", "normal"),
        (10, "no_ice", "none"),
    ]


# --- the same request again --------------------------------------------------------------------------------------


def test_one_request_number_is_one_order() -> None:
    world = town()
    one = order(world, request_no="r-1")
    again = order(world, request_no="r-1")
    other = order(world, request_no="r-2")
    assert again == one
    assert other["order_id"] != one["order_id"]
    assert ok(world, "order_list")["total"] == 2


def test_told_twice_of_one_payment_the_shop_makes_it_once() -> None:
    world = town()
    created = paid(world)
    world.ctx.schedule(world.now, "flash", "payment_settled", {"out_trade_no": created["out_trade_no"]})
    until(world, created["order_id"], "delivered")
    assert notices(world).count("order_accepted") == 1
    assert notices(world).count("order_delivered") == 1


def test_a_second_payment_stays_where_it_is_until_somebody_asks() -> None:
    world = town()
    created = order(world)
    fen = round(float(created["amount"]) * 100)
    pay(world, created["out_trade_no"], "pay-1")
    pay(world, created["out_trade_no"], "pay-2")
    until(world, created["order_id"], "delivered")
    later(world, 60)
    assert balance(world) == 200_000 - 2 * fen
    assert ok(world, "order_list")["total"] == 1


# --- cancelling --------------------------------------------------------------------------------------------------


def test_nobody_pays_and_after_a_quarter_of_an_hour_all_is_as_before() -> None:
    world = town()
    dish = first(world, "拿铁")["dish_id"]
    before = stock(world, dish)
    created = order(world)
    later(world, 14)
    assert stock(world, dish) == before - 2
    later(world, 1.1)
    detail = ok(world, "order_detail", order_id=created["order_id"])
    assert (detail["state"], detail["reason"]) == ("cancelled", "not paid in time")
    assert stock(world, dish) == before


def test_cancelling_costs_more_the_further_the_shop_is() -> None:
    for state, percent in (("paid", 0), ("accepted", 20), ("preparing", 50)):
        world = town(moment="2026-03-05T10:00")
        created = paid(world, query="炸鸡") if state != "paid" else order(world, query="炸鸡")
        dish = ok(world, "order_detail", order_id=created["order_id"])["lines"][0]["dish_id"]
        held = stock(world, dish)
        if state == "paid":
            pay(world, created["out_trade_no"])
        until(world, created["order_id"], state)
        detail = ok(world, "order_detail", order_id=created["order_id"])
        kept = round(float(detail["goods"]) * percent)
        assert round(float(detail["refund_if_cancelled"]) * 100) == round(float(detail["total"]) * 100) - kept
        more = f"{float(detail['refund_if_cancelled']) + 1:.2f}"
        assert refused(world, "order_cancel", order_id=created["order_id"], expect_refund=more) == "REFUND_CHANGED"
        cancelled = ok(world, "order_cancel", order_id=created["order_id"])
        assert cancelled["state"] == "refunded"
        assert round(float(cancelled["kept"]) * 100) == kept
        later(world, 40)
        assert balance(world) == 200_000 - kept
        assert stock(world, dish) == held + (0 if state == "preparing" else 2)
        assert refused(world, "order_cancel", order_id=created["order_id"]) == "ORDER_CANNOT_CANCEL"


def test_what_the_courier_has_cannot_be_cancelled_nor_changed() -> None:
    world = town()
    created = paid(world)
    assert ok(world, "order_note", order_id=created["order_id"], note="后门")["note"] == "后门"
    until(world, created["order_id"], "picked_up")
    assert refused(world, "order_cancel", order_id=created["order_id"]) == "ORDER_CANNOT_CANCEL"
    assert refused(world, "order_note", order_id=created["order_id"], note="前门") == "ORDER_CANNOT_CHANGE"


def test_money_that_is_on_its_way_when_the_order_goes_comes_back_whole() -> None:
    world = town()
    created = order(world)
    pay(world, created["out_trade_no"])
    cancelled = ok(world, "order_cancel", order_id=created["order_id"])
    assert cancelled["refund"] == created["amount"]
    later(world, 60)
    assert balance(world) == 200_000
    assert ok(world, "order_detail", order_id=created["order_id"])["state"] == "refunded"


def test_a_payment_that_was_pending_when_the_order_was_cancelled_never_reaches_the_shop() -> None:
    world = town()
    created = order(world)
    payable = world.ctx.payables.get(created["out_trade_no"])
    world.ctx.payables.pay(payable, request_no="slow", sources=[(WALLET, payable.fen)], pending_s=300)
    ok(world, "order_cancel", order_id=created["order_id"])
    later(world, 90)
    assert balance(world) == 200_000
    assert world.ctx.ledger.balance(f"merchant:{payable.payee}") == 0
    assert ok(world, "order_detail", order_id=created["order_id"])["state"] == "cancelled"


# --- whose it is -------------------------------------------------------------------------------------------------


def test_somebody_elses_order_does_not_exist() -> None:
    world = town()
    created = order(world)
    row = world.ctx.get(ORDERS, created["order_id"])
    assert row is not None
    stranger = town(person="U2")
    stranger.state.put(ORDERS, row)
    for tool in ("order_detail", "order_status", "order_cancel"):
        assert refused(stranger, tool, order_id=created["order_id"]) == "ORDER_NOT_EXIST"
    assert refused(stranger, "order_note", order_id=created["order_id"], note="x") == "ORDER_NOT_EXIST"
    assert ok(stranger, "order_list")["total"] == 0


# --- coupons, promotions -----------------------------------------------------------------------------------------


def test_a_coupon_is_used_once_and_comes_back_with_a_cancelled_order() -> None:
    world = town()
    coupon = world.arrange("flash", "coupon", {"over": "20", "off": "5", "expires_at": "2026-03-31T00:00"})
    dear = order(world)
    cheap = order(world, coupon_id=coupon)
    assert float(cheap["amount"]) == float(dear["amount"]) - 5
    assert ok(world, "coupon_list")["coupons"] == []
    dish = first(world, "拿铁")
    lines = [{"dish_id": dish["dish_id"], "quantity": 2}]
    args = {"shop_id": dish["shop_id"], "address_id": HOME, "lines": lines, "coupon_id": coupon}
    assert refused(world, "order_create", **args) == "COUPON_NOT_USABLE"
    ok(world, "order_cancel", order_id=cheap["order_id"])
    assert [row["coupon_id"] for row in ok(world, "coupon_list")["coupons"]] == [coupon]
    world.advance(parse_iso("2026-03-31T10:00:00", 480))
    assert refused(world, "order_create", **args) == "COUPON_NOT_USABLE"


def test_a_promotion_is_taken_off_by_itself() -> None:
    world = town()
    world.arrange(
        "flash",
        "shop",
        {
            "shop_id": "S1",
            "name": "满减面馆",
            "category": "noodles",
            "address_id": HOME,
            "promotions": [["30", "5"], ["60", "12"]],
            "dishes": [{"dish_id": "D1", "name": "素面", "price": "20"}],
        },
    )
    off = {
        count: ok(world, "basket_preview", address_id=HOME, lines=[{"dish_id": "D1", "quantity": count}])["discount"]
        for count in (1, 2, 3)
    }
    assert off == {1: "0.00", 2: "5.00", 3: "12.00"}


# --- the past ----------------------------------------------------------------------------------------------------


def test_the_usual_breakfast_of_last_week_is_there_with_its_money() -> None:
    world = town(moment="2026-03-12T22:00")
    number = world.arrange(
        "flash",
        "past_order",
        {
            "address_id": HOME,
            "account": WALLET,
            "created_at": "2026-03-05T07:05",
            "label": "usual",
            "lines": [
                {"query": "豆浆", "quantity": 2, "options": {"sugar": "不加糖"}},
                {"query": "油条", "quantity": 2},
            ],
        },
    )
    found = ok(world, "order_list", query="usual")["orders"]
    assert [brief["order_id"] for brief in found] == [number]
    detail = ok(world, "order_detail", order_id=number)
    assert detail["state"] == "delivered"
    assert detail["created_at"] == "2026-03-05T07:05:00+08:00"
    assert all(change["at"].startswith("2026-03-05T07") for change in detail["history"])
    assert [line["name"] for line in detail["lines"]] == ["现磨豆浆", "油条"]
    payable = world.ctx.get(PAYABLES, detail["out_trade_no"])
    assert payable is not None
    assert payable.state == "settled"
    payments = world.ctx.find(PAYMENTS, "out_trade_no", payable.out_trade_no)
    assert [(payment.fen, payment.state) for payment in payments] == [(round(float(detail["total"]) * 100), "success")]
    assert balance(world) == 200_000
    digest = world.ctx.get(ORDERS, number)
    later(world, 240)
    assert world.ctx.get(ORDERS, number) == digest


@pytest.mark.parametrize(
    ("fixture", "args"),
    [
        ("past_order", {"created_at": "2026-03-09T00:00"}),
        ("past_order", {"account": "wallet:nobody"}),
        ("past_order", {"lines": [{"query": "zzzz"}]}),
        ("stock", {"dish_id": "nothing", "left": 1}),
        ("price", {"dish_id": "nothing"}),
        ("dish", {"shop_id": "nothing", "name": "x", "price": "1"}),
        ("shop", {"name": "x", "category": "coffee", "address_id": HOME, "dishes": [{"name": "y", "price": "0"}]}),
    ],
)
def test_a_scenarios_mistake_is_named(fixture: str, args: dict[str, Any]) -> None:
    world = town()
    usual = {"address_id": HOME, "account": WALLET, "created_at": "2026-03-01T07:05", "lines": [{"query": "豆浆"}]}
    digest = world.state.digest()
    with pytest.raises(UsageError, match=f"flash.{fixture}"):
        world.arrange("flash", fixture, {**usual, **args} if fixture == "past_order" else args)
    assert world.state.digest() == digest


def test_where_the_courier_is_lies_between_shop_and_door() -> None:
    world = town()
    created = paid(world)
    shop = first(world, "拿铁")
    until(world, created["order_id"], "delivering")
    lengths = []
    for _ in range(3):
        status = ok(world, "order_status", order_id=created["order_id"])
        if status["courier"] is None:
            break
        lengths.append(status["courier"]["metres_left"])
        lon, lat = map(float, status["courier"]["location"].split(","))
        assert distance_m(lon, lat, 120.1299, 30.2594) == lengths[-1] <= shop["distance_m"] + 1
        world.advance(world.now + MINUTE // 2)
    assert lengths == sorted(lengths, reverse=True)


def test_a_late_order_says_what_it_pays_back_and_pays_it_on_delivery() -> None:
    world = town()
    order_id = paid(world)["order_id"]
    until(world, order_id, "preparing")
    assert ok(world, "order_detail", order_id=order_id)["late_compensation"] == "0.00"
    world.arrange("flash", "slip", {"order_id": order_id, "minutes": 25})
    seen = ok(world, "order_detail", order_id=order_id)
    total = parse_yuan(seen["total"])
    assert 10 <= seen["minutes_late"] < 30
    assert parse_yuan(seen["late_compensation"]) == total // 10
    assert parse_yuan(seen["refund_if_cancelled"]) < total, "a little late is no reason to go for nothing"
    before = balance(world)
    until(world, order_id, "delivered")
    later(world, 40)
    assert balance(world) == before + total // 10
    done = ok(world, "order_detail", order_id=order_id)
    assert parse_yuan(done["refunded"]) == parse_yuan(done["late_compensation"]) == total // 10


def test_an_order_that_is_half_an_hour_late_can_be_given_up_for_nothing() -> None:
    world = town()
    order_id = paid(world)["order_id"]
    until(world, order_id, "preparing")
    kept = ok(world, "order_detail", order_id=order_id)
    assert parse_yuan(kept["refund_if_cancelled"]) < parse_yuan(kept["total"])
    world.arrange("flash", "slip", {"order_id": order_id, "minutes": 50})
    assert ok(world, "order_detail", order_id=order_id)["refund_if_cancelled"] == kept["total"]
    gone = ok(world, "order_cancel", order_id=order_id, expect_refund=kept["total"])
    assert (gone["refund"], gone["kept"]) == (kept["total"], "0.00")


def test_what_is_made_to_order_takes_its_time() -> None:
    """A cake for eight is not there in twenty minutes, and who wants it sooner is told the earliest moment."""
    world = town()
    cake = first(world, "鲜奶油水果蛋糕8寸")
    detail = ok(world, "dish_detail", dish_id=cake["dish_id"])
    assert detail["lead_minutes"] == 60
    bread = next(dish for dish in ok(world, "menu", shop_id=cake["shop_id"])["dishes"] if not dish["lead_minutes"])
    quick, slow = (
        ok(world, "basket_preview", address_id=HOME, lines=[{"dish_id": dish_id} for dish_id in dishes])["eta_minutes"]
        for dishes in ([bread["dish_id"]], [bread["dish_id"], cake["dish_id"]])
    )
    assert slow == cake["eta_minutes"] > quick
    assert slow >= 60
    lines = [{"dish_id": cake["dish_id"]}]
    soon = ok(world, "basket_preview", address_id=HOME, lines=lines, deliver_at="2026-03-05T10:20:00+08:00")
    assert "DELIVERY_TIME_NOT_POSSIBLE" in [problem["code"] for problem in soon["problems"]]


def test_an_order_of_this_morning_for_tonight_is_still_to_come_and_can_be_called_off_for_nothing() -> None:
    world = town()
    args = {"address_id": HOME, "lines": [{"query": "巧克力蛋糕"}], "account": WALLET}
    due = {"created_at": "2026-03-05T09:00", "deliver_at": "2026-03-05T18:00"}
    order_id = str(world.arrange("flash", "past_order", {**args, **due}))
    before = balance(world)
    shown = ok(world, "order_detail", order_id=order_id)
    assert shown["state"] == "paid"
    assert shown["refund_if_cancelled"] == shown["total"]
    other = world.fork()
    later(other, 8 * 60 + 30)
    assert ok(other, "order_detail", order_id=order_id)["state"] == "delivered"
    assert ok(world, "order_cancel", order_id=order_id)["kept"] == "0.00"
    later(world, 30)
    assert balance(world) == before + parse_yuan(shown["total"])


@pytest.mark.parametrize("times", [("2026-03-05T09:59", "2026-03-05T18:00"), ("2026-03-05T09:00", "2026-03-05T11:00")])
def test_an_order_to_come_is_neither_of_this_minute_nor_of_the_next(times: tuple[str, str]) -> None:
    args = {"address_id": HOME, "lines": [{"query": "巧克力蛋糕"}], "account": WALLET}
    with pytest.raises(UsageError, match="to come"):
        town().arrange("flash", "past_order", {**args, "created_at": times[0], "deliver_at": times[1]})
