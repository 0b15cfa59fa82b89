"""Whatever happens to a person's bookings, in whatever order: stock and money add up."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import DAY, HOUR, MINUTE
from mock_services.fliggy.rows import ORDERS, STOCK
from mock_services.payables import PAYABLES
from mock_services.world import World
from tests.mock_services.fliggy_town import a_world, balance, ok, pay

BOOKINGS = ("flight", "train", "hotel", "ticket")
ACTIONS = (*BOOKINGS, "pay", "pay_again", "cancel", "change", "wait", "next_day", "strike")
MONDAY = "2026-03-09T10:00:00+08:00"
OVER = ("cancelled", "closed", "failed")


@cache
def offers(kind: str) -> list[dict[str, Any]]:
    """Arguments of five bookings."""
    world = a_world(MONDAY)
    trip = {"from_city": "北京", "to_city": "上海", "date": "2026-03-12"}
    stay = {"check_in": "2026-03-12", "check_out": "2026-03-14"}
    me = ["self"]
    if kind == "flight":
        found = ok(world, "flight_search", **trip)["flights"]
        return [{"itinerary_id": f["itinerary_id"], "travellers": me} for f in found[:5]]
    if kind == "train":
        found = ok(world, "train_search", **trip, seat_class="second")["trains"]
        return [{"train_id": t["train_id"], "seat_class": "second", "travellers": me} for t in found[:5]]
    if kind == "hotel":
        found = ok(world, "hotel_search", city="上海", **stay)["hotels"]
        return [{"plan_id": h["plan_id"], **stay, "guests": me} for h in found[:5]]
    found = ok(world, "ticket_search", city="上海", date="2026-03-12")["tickets"]
    return [{"ticket_id": t["ticket_id"], "date": "2026-03-12", "slot": t["slots"][0]["slot"]} for t in found[:5]]


def act(world: World, action: str, n: int) -> None:
    orders = ok(world, "order_list", limit=50)["orders"]
    order = orders[n % len(orders)] if orders else None
    number = f"r{len(orders)}"
    if action in BOOKINGS:
        args = offers(action)[n % 5]
        world.call(f"fliggy_{action}_book", {**args, "request_no": number} if action != "ticket" else args)
    elif action in ("pay", "pay_again") and order is not None:
        detail = ok(world, "order_detail", order_id=order["order_id"])
        payable = world.ctx.get(PAYABLES, detail["out_trade_no"])
        if payable is not None and payable.state == ("open" if action == "pay" else "paid"):
            pay(world, payable.out_trade_no)
    elif action == "cancel" and order is not None:
        world.call("fliggy_order_cancel", {"order_id": order["order_id"]})
    elif action == "change" and order is not None:
        new_id = "MU5101-20260313" if order["kind"] == "flight" else "G1-20260311"
        world.call("fliggy_order_change", {"order_id": order["order_id"], "new_id": new_id, "request_no": f"c{n}"})
        if order["kind"] == "ticket":
            world.call("fliggy_ticket_change", {"order_id": order["order_id"], "date": "2026-03-11"})
    elif action == "strike" and order is not None and order["kind"] == "flight":
        detail = ok(world, "order_detail", order_id=order["order_id"])
        flight_no = detail["product_id"].partition("-")[0]
        event = {"flight_no": flight_no, "date": detail["start"][:10]}
        if n % 2:
            world.arrange("fliggy", "cancel_flight", event)
        else:
            world.arrange("fliggy", "delay_flight", {**event, "minutes": 30 * (n % 7 + 1)})
    elif action == "wait":
        world.advance(world.now + (n % 30 + 1) * MINUTE)
    elif action == "next_day":
        world.advance(world.now + DAY)


def check(world: World) -> None:
    balance(world)
    orders = world.ctx.scan(ORDERS)
    held: Counter[str] = Counter()
    for order in orders:
        if order.state not in OVER:
            for offer in filter(None, (order.offer, order.pending)):
                held.update({stock_id: count for stock_id, _, _, count in offer.stock})
    assert {row.id: row.taken for row in world.ctx.scan(STOCK) if row.taken} == dict(+held)
    for order in orders:
        payables = world.ctx.payables.of_order(order.id)
        payments = [p for x in payables for p in world.ctx.payables.payments_of(x.out_trade_no)]
        assert sum(p.refunded_fen for p in payments) == order.refunded_fen <= sum(p.fen for p in payments)
        if order.state in OVER:
            assert all(x.state != "open" for x in payables)
            assert sum(p.fen - p.refunded_fen for p in payments) == (order.fee_fen if payments else 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 41)), min_size=4, max_size=24))
def test_stock_and_money_add_up(steps: list[tuple[str, int]]) -> None:
    world = a_world(MONDAY)
    world.ctx.ledger.post("opening", "wallet:U1", [("outside:bank", -90_000_000), ("wallet:U1", 90_000_000)])
    for action, n in steps:
        act(world, action, n)
        check(world)
    world.advance(world.now + 6 * HOUR)
    check(world)
