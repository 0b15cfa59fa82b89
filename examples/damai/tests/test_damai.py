"""The service as a buyer meets it, and the contract that every service keeps."""

from __future__ import annotations

from typing import Any

import pytest

from banshi_damai import Damai
from banshi_damai.rows import TAKEN, Taken
from banshi_damai.seats import adjacent, together
from mock_services.alipay import Alipay
from mock_services.alipay.rows import SLOW, SlowPayment
from mock_services.base import Base
from mock_services.clock import DAY, MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.registry import Registry
from mock_services.testing import check_service
from mock_services.user import User
from mock_services.world import World

BASE = Base(0, "small", Registry((User(), ClockService(), Alipay(), Damai())))


def arrange(world: World) -> None:
    world.arrange("user", "person", {"name": "林晓", "locale": "zh", "city": "hangzhou"})
    world.arrange("alipay", "wallet", {"amount": "5000.00"})


@pytest.fixture
def world() -> World:
    world = World(BASE, start=parse_iso("2026-03-05T09:40:00", 480))
    arrange(world)
    return world


def done(world: World, tool: str, **args: Any) -> Any:
    reply = world.call(tool, args)
    assert reply.ok, reply.error
    return reply.data


def code(world: World, tool: str, **args: Any) -> str:
    error = world.call(tool, args).error
    assert error is not None
    return str(error["code"])


def held(world: World, tier: str = "DM1004-1", **more: Any) -> Any:
    return done(world, "damai_order_create", **{"tier_id": tier, "quantity": 2, "request_no": "r1", **more})


def bought(world: World, tier: str = "DM1004-1") -> Any:
    order = held(world, tier)
    done(world, "alipay_pay", out_trade_no=order["out_trade_no"], request_no="p1")
    world.advance(world.now + 3 * MINUTE)
    return done(world, "damai_order_detail", order_id=order["order_id"])


def balance(world: World) -> int:
    return world.ctx.ledger.balance("wallet:U1")


def free(world: World, tier: str = "DM1004-1") -> set[str]:
    shown = done(world, "damai_seat_map", tier_id=tier)
    return {f"{row['row']}-{n}" for row in shown["rows"] for n in row["free"]}


def test_neighbouring_seats_are_held_paid_and_issued(world: World) -> None:
    order = bought(world)
    (row, first), (same, second) = (map(int, seat.split("-")) for seat in order["seats"])
    assert (row, second) == (same, first + 1)
    assert (order["state"], order["amount"]) == ("issued", "560.00")
    assert balance(world) == 500_000 - 56_000
    assert not free(world) & set(order["seats"])


def test_seats_that_are_not_paid_are_on_sale_again_after_ten_minutes(world: World) -> None:
    before = free(world)
    order = held(world)
    world.advance(world.now + 9 * MINUTE)
    assert free(world) == before - set(order["seats"])
    world.advance(world.now + 2 * MINUTE)
    assert done(world, "damai_order_detail", order_id=order["order_id"])["state"] == "expired"
    assert free(world) == before
    assert code(world, "alipay_pay", out_trade_no=order["out_trade_no"], request_no="late") == "TRADE_HAS_CLOSE"


def test_seats_of_one_s_choice_are_given_once(world: World) -> None:
    mine = sorted(free(world))[:2]
    assert held(world, seats=mine)["seats"] == mine
    again = {"tier_id": "DM1004-1", "quantity": 2, "seats": mine, "request_no": "r2"}
    assert code(world, "damai_order_create", **again) == "SEAT_TAKEN"
    assert code(world, "damai_order_create", **{**again, "seats": ["99-1", "99-2"]}) == "SEAT_NOT_EXIST"
    assert code(world, "damai_order_create", **{**again, "seats": mine[:1]}) == "SEAT_NOT_EXIST"


@pytest.mark.parametrize(
    ("tier", "days", "kept"), [("DM1001-2", 0, 0), ("DM1001-2", 11, 9_600), ("DM1001-2", 14, 28_800)]
)
def test_what_giving_tickets_back_costs_grows_towards_the_start(world: World, tier: str, days: int, kept: int) -> None:
    order = bought(world, tier)
    world.advance(world.now + days * DAY)
    shown = done(world, "damai_order_detail", order_id=order["order_id"])["cancel_fee"]
    done(world, "damai_order_cancel", order_id=order["order_id"], expect_fee=shown)
    world.advance(world.now + DAY // 2)
    assert balance(world) == 500_000 - kept
    assert set(order["seats"]) <= free(world, tier)


def test_tickets_are_not_taken_back_just_before_the_start_nor_sold(world: World) -> None:
    order = bought(world)
    world.advance(parse_iso("2026-03-07T19:40:00", 480))
    assert code(world, "damai_order_cancel", order_id=order["order_id"]) == "NOT_REFUNDABLE"
    late = {"tier_id": "DM1004-2", "quantity": 1, "request_no": "r2"}
    assert code(world, "damai_order_create", **late) == "SALE_CLOSED"


def test_one_person_buys_no_more_than_the_limit(world: World) -> None:
    held(world, "DM1001-3", quantity=3)
    more = {"tier_id": "DM1001-3", "quantity": 2, "request_no": "r2"}
    assert code(world, "damai_order_create", **more) == "PURCHASE_LIMIT"


def leave(world: World, tier: str, seats: set[str]) -> None:
    """Let others have every seat of an area but these."""
    mark = len(world.state.journal)
    for seat in seats:
        world.ctx.delete(TAKEN, f"{tier}/{seat}")
    for seat in free(world, tier) - seats:
        world.ctx.put(TAKEN, Taken(f"{tier}/{seat}", tier, ""))
    world.commit(mark)


def test_the_last_seat_is_had_by_one_and_by_the_next_once_it_was_let_go(world: World) -> None:
    leave(world, "DM1004-1", {"8-12"})
    mine = held(world, quantity=1)
    assert mine["seats"] == ["8-12"]
    with world.in_name_of("U2"):
        wanted = {"tier_id": "DM1004-1", "quantity": 1, "request_no": "theirs"}
        assert code(world, "damai_order_create", **wanted) == "SOLD_OUT"
        assert code(world, "damai_order_create", **wanted, seats=["8-12"]) == "SEAT_TAKEN"
    world.advance(world.now + 11 * MINUTE)
    assert code(world, "damai_order_cancel", order_id=mine["order_id"]) == "ORDER_STATE"
    with world.in_name_of("U2"):
        assert done(world, "damai_order_create", **wanted)["seats"] == ["8-12"]
    assert code(world, "damai_order_create", tier_id="DM1004-1", quantity=1, request_no="r2") == "SOLD_OUT"


def test_who_insists_on_sitting_together_is_not_seated_apart(world: World) -> None:
    leave(world, "DM1004-1", {"2-3", "2-4", "5-7", "6-1"})
    three = {"tier_id": "DM1004-1", "quantity": 3, "request_no": "r3"}
    assert code(world, "damai_order_create", **three, together=True) == "NOT_TOGETHER"
    assert code(world, "damai_order_create", **three, together=True, seats=["2-3", "2-4", "5-7"]) == "NOT_TOGETHER"
    assert held(world, quantity=2, together=True, seats=["2-4", "2-3"])["seats"] == ["2-4", "2-3"]
    assert code(world, "damai_order_create", **{**three, "quantity": 2}, together=True) == "NOT_TOGETHER"
    assert held(world, quantity=2, request_no="apart")["seats"] == ["5-7", "6-1"]


def test_neighbours_are_not_counted_across_a_row_s_end() -> None:
    assert together([[11, 12], [1, 2]], 3) == []
    assert together([[1, 2, 4, 5, 6]], 3) == ["1-4", "1-5", "1-6"]
    assert not adjacent(["1-12", "2-1"])
    assert adjacent(["3-9", "3-7", "3-8"])


def test_a_payment_that_hangs_until_the_hold_is_over_comes_back(world: World) -> None:
    order = held(world)
    mark = len(world.state.journal)
    world.ctx.put(SLOW, SlowPayment("U1", 15 * 60, True))
    world.commit(mark)
    paid = done(world, "alipay_pay", out_trade_no=order["out_trade_no"], request_no="p1")
    assert paid["status"] == "pending"
    world.advance(world.now + 30 * MINUTE)
    assert done(world, "damai_order_detail", order_id=order["order_id"])["state"] == "expired"
    assert balance(world) == 500_000
    assert set(order["seats"]) <= free(world)


def test_tickets_cancelled_before_the_hall_heard_of_the_money_are_paid_back(world: World) -> None:
    order = held(world)
    done(world, "alipay_pay", out_trade_no=order["out_trade_no"], request_no="p1")
    assert done(world, "damai_order_cancel", order_id=order["order_id"])["state"] == "cancelled"
    world.advance(world.now + DAY // 2)
    fee = done(world, "damai_order_detail", order_id=order["order_id"])
    assert (fee["state"], balance(world)) == ("cancelled", 500_000 - 56_000 * 30 // 100)


def test_a_sold_out_area_says_so(world: World) -> None:
    world.arrange("damai", "sell_out", {"tier_id": "DM1004-1"})
    assert code(world, "damai_order_create", tier_id="DM1004-1", quantity=1, request_no="r") == "SOLD_OUT"
    assert len(world.ctx.find(TAKEN, "tier_id", "DM1004-1")) == 8 * 12


@pytest.mark.parametrize("query", ["爱乐", "philharmonic", "klasik orkestra", "杭州大剧院"])
def test_an_event_is_found_in_three_languages(world: World, query: str) -> None:
    found = done(world, "damai_event_search", query=query, city="杭州")["events"]
    assert "DM1004" in [event["event_id"] for event in found]


def test_another_person_s_order_does_not_exist(world: World) -> None:
    order = held(world)
    with world.in_name_of("U2"):
        assert code(world, "damai_order_detail", order_id=order["order_id"]) == "ORDER_NOT_EXIST"
        assert code(world, "damai_order_cancel", order_id=order["order_id"]) == "ORDER_NOT_EXIST"


def test_the_service_keeps_the_contract() -> None:
    def some_order(world: World) -> dict[str, Any]:
        return {"order_id": held(world)["order_id"]}

    check_service(
        BASE,
        tools=Damai().tools,
        arrange=arrange,
        samples={
            "damai_order_create": [{"tier_id": "DM1004-1", "quantity": 2, "request_no": "s1"}],
            "damai_order_detail": [some_order],
            "damai_order_cancel": [some_order],
        },
        examples=15,
    )
