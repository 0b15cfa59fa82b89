"""Rides: ordered, paid, driven, cancelled, disputed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.amap import Amap
from mock_services.amap.rows import RIDES
from mock_services.base import Base
from mock_services.clock import DAY, HOUR, MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.errors import UsageError
from mock_services.faults import Fault, PlannedFaults
from mock_services.ledger import ACCOUNTS
from mock_services.payables import PAYABLES
from mock_services.people import PEOPLE, PersonRow
from mock_services.registry import Registry
from mock_services.world import World

LAKE, EAST_STATION = "120.148,30.242", "120.2126,30.2909"
TRIP = {"origin": LAKE, "destination": EAST_STATION}
WALLET = "wallet:U1"


@lru_cache
def base() -> Base:
    return Base(0, "small", Registry((ClockService(), Amap())))


def street(*faults: Fault, moment: str = "2026-03-05T09:40") -> World:
    world = World(base(), start=parse_iso(moment, 480), faults=PlannedFaults(faults))
    world.state.put(PEOPLE, PersonRow("U1", "林晓", "13800000001", "", "zh", "hangzhou", 120.148, 30.242))
    world.ctx.ledger.open(WALLET, "U1", "余额", fen=100_000)
    return world


def ok(world: World, tool: str, **args: Any) -> Any:
    reply = world.call(tool, args)
    assert reply.ok, reply.error
    return reply.data


def code(world: World, tool: str, **args: Any) -> str:
    before = world.state.digest()
    reply = world.call(tool, args)
    assert not reply.ok
    assert reply.error is not None
    assert world.state.digest() == before
    return str(reply.error["code"])


def pay(world: World, ride: Any, request_no: str = "r1") -> None:
    payable = world.ctx.payables.get(ride["out_trade_no"])
    world.ctx.payables.pay(payable, request_no=request_no, sources=[(WALLET, payable.fen)])
    world.commit(0)


def state(world: World, ride: Any) -> str:
    return str(ok(world, "amap_ride_status", ride_id=ride["ride_id"])["state"])


def wait_for(world: World, ride: Any, wanted: str) -> None:
    while state(world, ride) != wanted:
        due = world.next_due()
        assert due is not None, f"never {wanted}"
        world.advance(due)


def balance(world: World) -> int:
    assert sum(account.fen for account in world.ctx.scan(ACCOUNTS)) == 0
    return world.ctx.ledger.balance(WALLET)


def fen(yuan: str) -> int:
    return round(float(yuan) * 100)


def test_a_ride_for_now_is_paid_driven_and_over() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    assert (ride["state"], ride["origin_name"], ride["destination_name"]) == ("awaiting_payment", "西湖", "杭州东站")
    estimated = ok(world, "amap_ride_estimate", **TRIP, car="economy")["options"][0]
    assert estimated["fare"] == ride["fare"]
    pay(world, ride)
    seen = []
    while state(world, ride) != "completed":
        if state(world, ride) not in seen:
            seen.append(state(world, ride))
        world.advance(world.next_due() or 0)
    assert seen == ["awaiting_payment", "dispatching", "driver_assigned", "driver_arrived", "on_trip"]
    over = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    assert over["driver"]
    assert over["plate"].startswith("浙A")
    assert balance(world) == 100_000 - fen(ride["fare"])
    rider = world.ctx.get(PEOPLE, "U1")
    assert rider is not None
    assert (rider.lon, rider.lat) == (120.2126, 30.2909)
    assert code(world, "amap_ride_cancel", ride_id=ride["ride_id"]) == "RIDE_STATE_INVALID"


def test_a_ride_for_somebody_else_does_not_move_the_person() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP, passenger_name="林妈妈", passenger_phone="+86 138-0000-0002")
    pay(world, ride)
    wait_for(world, ride, "completed")
    person = world.ctx.get(PEOPLE, "U1")
    assert person is not None
    assert person.lon == 120.148


def test_an_unpaid_ride_expires_after_ten_minutes_and_no_driver_comes() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    world.advance(world.now + 11 * MINUTE)
    assert state(world, ride) == "expired"
    payable = world.ctx.get(PAYABLES, ride["out_trade_no"])
    assert payable is not None
    assert payable.state == "closed"
    assert code(world, "amap_ride_cancel", ride_id=ride["ride_id"]) == "RIDE_STATE_INVALID"


def test_cancelling_is_free_until_a_driver_is_on_the_way() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    gone = ok(world, "amap_ride_cancel", ride_id=ride["ride_id"])
    assert (gone["cancel_fee"], gone["refund"]) == ("0.00", ride["fare"])
    world.advance(world.now + HOUR)
    assert state(world, ride) == "cancelled"
    assert balance(world) == 100_000


def test_once_a_driver_is_on_the_way_a_fee_is_kept_and_the_rest_comes_back() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    wait_for(world, ride, "driver_assigned")
    gone = ok(world, "amap_ride_cancel", ride_id=ride["ride_id"])
    assert gone["cancel_fee"] == "5.00"
    assert fen(gone["refund"]) == fen(ride["fare"]) - 500
    world.advance(world.now + HOUR)
    assert balance(world) == 100_000 - 500
    assert code(world, "amap_ride_cancel", ride_id=ride["ride_id"]) == "RIDE_STATE_INVALID"


def test_a_booked_ride_is_free_to_cancel_until_an_hour_before() -> None:
    booking = {**TRIP, "depart_at": "2026-03-06T09:00", "car": "accessible", "pickup_note": "轮椅 wheelchair"}
    early = street()
    ride = ok(early, "amap_ride_order", **booking)
    assert ride["pay_before"] == "2026-03-06T08:30:00+08:00"
    assert ride["free_cancel_until"] == "2026-03-06T08:00:00+08:00"
    pay(early, ride)
    late = early.fork()
    early.advance(parse_iso("2026-03-06T07:55", 480))
    assert state(early, ride) == "dispatching"
    assert ok(early, "amap_ride_cancel", ride_id=ride["ride_id"])["cancel_fee"] == "0.00"
    late.advance(parse_iso("2026-03-06T08:10", 480))
    assert state(late, ride) == "driver_assigned"
    expected = max(500, fen(ride["fare"]) * 20 // 100)
    assert fen(ok(late, "amap_ride_cancel", ride_id=ride["ride_id"])["cancel_fee"]) == expected


def test_a_booked_driver_is_there_on_time_with_a_car_that_takes_the_wheelchair() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP, depart_at="2026-03-06T09:00", car="accessible")
    pay(world, ride)
    wait_for(world, ride, "driver_arrived")
    there = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    assert there["pickup_at"] == "2026-03-06T09:00:00+08:00"
    assert "wheelchair" in there["car_model"]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"depart_at": "2026-03-05T09:00"}, "IN_THE_PAST"),
        ({"depart_at": "2026-05-05T09:00"}, "TOO_FAR_AHEAD"),
        ({"destination": "116.378,39.865"}, "TOO_FAR"),
        ({"destination": LAKE}, "TOO_NEAR"),
        ({"destination": "0,0"}, "NOT_SERVED"),
        ({"destination": "106.8272,-6.1754"}, "NOT_SERVED"),
        ({"car": "limousine"}, "INVALID_ARGUMENT"),
        ({"passenger_phone": "call me"}, "INVALID_ARGUMENT"),
        ({"request_no": "1"}, "INVALID_ARGUMENT"),
    ],
)
def test_a_ride_that_cannot_be_is_refused(change: dict[str, Any], wanted: str) -> None:
    assert code(street(), "amap_ride_order", **{**TRIP, **change}) == wanted


def test_when_no_car_is_free_another_kind_may_be() -> None:
    world = street(Fault("sold_out", tool="amap_ride_order", params={"minutes": 30}))
    assert code_after_disruption(world, **TRIP) == "NO_CAR_AVAILABLE"
    assert ok(world, "amap_ride_order", **TRIP, car="comfort")["state"] == "awaiting_payment"
    world.advance(world.now + 31 * MINUTE)
    assert ok(world, "amap_ride_order", **TRIP)["state"] == "awaiting_payment"


def code_after_disruption(world: World, **args: Any) -> str:
    reply = world.call("amap_ride_order", args)
    assert reply.error is not None
    return str(reply.error["code"])


def test_a_price_change_shows_in_the_order_and_not_in_the_estimate_before_it() -> None:
    world = street(Fault("price_change", tool="amap_ride_order", params={"percent": 30}))
    estimated = ok(world, "amap_ride_estimate", **TRIP, car="economy")["options"][0]["fare"]
    ordered = ok(world, "amap_ride_order", **TRIP)["fare"]
    assert 1.25 < fen(ordered) / fen(estimated) < 1.35


def test_a_driver_who_is_held_up_may_be_sent_away_free() -> None:
    world = street(Fault("delivery_slip", tool="amap_ride_status", attempts=(3,), params={"minutes": 25}))
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    world.advance(world.now + 4 * MINUTE)
    first = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    assert (first["state"], first["cancel_fee"]) == ("driver_assigned", "5.00")
    ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    slipped = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    assert parse_iso(slipped["pickup_at"], 480) == parse_iso(first["pickup_at"], 480) + 25 * MINUTE
    assert slipped["cancel_fee"] == "0.00"
    wait_for(world, ride, "driver_arrived")
    assert world.now >= parse_iso(slipped["pickup_at"], 480)


def test_a_driver_who_cancels_sends_all_money_back() -> None:
    world = street(Fault("merchant_cancels", tool="amap_ride_status"))
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    world.advance(world.now + 4 * MINUTE)
    assert state(world, ride) == "cancelled"
    world.advance(world.now + HOUR)
    assert balance(world) == 100_000


def test_a_driver_who_cancels_may_be_replaced_and_the_events_of_the_first_are_void() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    wait_for(world, ride, "driver_assigned")
    first = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    world.arrange("amap", "driver_cancels", {"reassign": True})
    assert state(world, ride) == "dispatching"
    wait_for(world, ride, "driver_arrived")
    second = ok(world, "amap_ride_status", ride_id=ride["ride_id"])
    assert second["plate"] != first["plate"]
    assert second["pickup_at"] > first["pickup_at"]
    wait_for(world, ride, "completed")
    assert balance(world) == 100_000 - fen(ride["fare"])


def test_a_double_charge_of_yesterday_is_refunded_once_and_only_once() -> None:
    world = street()
    past = {**TRIP, "account": WALLET, "ordered_at": "2026-03-04T18:00", "fare": "42.50", "payments": 2}
    ride_id = world.arrange("amap", "past_ride", past)
    assert balance(world) == 100_000
    ride = ok(world, "amap_ride_list")["rides"][0]
    assert (ride["ride_id"], ride["state"], len(ride["payments"])) == (ride_id, "completed", 2)
    assert ride["payments"][0]["paid_at"].startswith("2026-03-04T18:01")
    case = ok(world, "amap_ride_dispute", ride_id=ride_id, reason="duplicate_charge")
    assert case["state"] == "open"
    assert code(world, "amap_ride_dispute", ride_id=ride_id, reason="duplicate_charge") == "CASE_OPEN"
    world.advance(world.now + 2 * HOUR)
    answer = ok(world, "amap_ride_dispute_status", case_id=case["case_id"])
    assert (answer["state"], answer["refund"]) == ("granted", "42.50")
    assert balance(world) == 100_000 + 4_250
    again = ok(world, "amap_ride_dispute", ride_id=ride_id, reason="duplicate_charge")
    world.advance(world.now + 2 * HOUR)
    assert ok(world, "amap_ride_dispute_status", case_id=again["case_id"])["state"] == "refused"
    assert balance(world) == 100_000 + 4_250


def test_a_past_ride_needs_an_account_of_the_person() -> None:
    world = street()
    past = {**TRIP, "account": "wallet:U2", "ordered_at": "2026-03-04T18:00"}
    with pytest.raises(UsageError, match="wallet:U2"):
        world.arrange("amap", "past_ride", past)


def test_a_booked_ride_of_a_scenario_gets_its_driver_by_itself() -> None:
    world = street()
    booked = {**TRIP, "account": WALLET, "depart_at": "2026-03-06T09:00"}
    ride_id = world.arrange("amap", "booked_ride", booked)
    world.advance(world.now + 2 * DAY)
    assert ok(world, "amap_ride_status", ride_id=ride_id)["state"] == "completed"


def test_the_rides_of_another_person_do_not_exist() -> None:
    world = street()
    ride = ok(world, "amap_ride_order", **TRIP)
    pay(world, ride)
    case = ok(world, "amap_ride_dispute", ride_id=ride["ride_id"], reason="other")
    world.ctx.person_id = "U2"
    assert ok(world, "amap_ride_list") == {"rides": [], "total": 0}
    for tool in ("amap_ride_status", "amap_ride_cancel"):
        assert code(world, tool, ride_id=ride["ride_id"]) == "RIDE_NOT_EXIST"
    assert code(world, "amap_ride_dispute", ride_id=ride["ride_id"], reason="other") == "RIDE_NOT_EXIST"
    assert code(world, "amap_ride_dispute_status", case_id=case["case_id"]) == "CASE_NOT_EXIST"


def test_a_blind_retry_after_a_lost_answer_orders_two_rides_and_looking_shows_the_first() -> None:
    world = street(Fault("timeout", tool="amap_ride_order", phase="lost_ack"))
    assert world.call("amap_ride_order", TRIP).ok is False
    assert ok(world, "amap_ride_list")["total"] == 1
    ok(world, "amap_ride_order", **TRIP)
    assert ok(world, "amap_ride_list", state="awaiting_payment")["total"] == 2


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.sampled_from(
            ["order", "book", "pay", "pay-again", "cancel", "dispute", "late", "gives-back", "wait", "long"]
        ),
        max_size=12,
    )
)
def test_whatever_happens_to_rides_money_adds_up(steps: list[str]) -> None:
    world = street()
    rides: list[Any] = []
    for n, step in enumerate(steps):
        if step in ("order", "book"):
            more = {"depart_at": world.ctx.iso(world.now + 5 * HOUR)} if step == "book" else {}
            reply = world.call("amap_ride_order", {**TRIP, **more})
            rides += [reply.data] if reply.ok else []
        elif step in ("pay", "pay-again") and rides:
            payable = world.ctx.payables.get(rides[-1]["out_trade_no"])
            if payable.state in ("open", "paid") and payable.expires_at > world.now:
                pay(world, rides[-1], f"r{n}")
        elif step in ("cancel", "dispute") and rides:
            extra = {"reason": "other"} if step == "dispute" else {}
            world.call(f"amap_ride_{step}", {"ride_id": rides[-1]["ride_id"], **extra})
        elif step == "late":
            world.arrange("amap", "driver_late", {"minutes": 15})
        elif step == "gives-back":
            world.arrange("amap", "driver_cancels", {"reassign": n % 2 == 0})
        else:
            world.advance(world.now + (3 * MINUTE if step == "wait" else 2 * HOUR))
    world.advance(world.now + 2 * DAY)
    spent = 100_000 - balance(world)
    kept = 0
    for ride in world.ctx.scan(RIDES):
        paid = [p for p in world.ctx.payables.payments_of(ride.out_trade_no) if p.state == "success"]
        left = sum(p.fen - p.refunded_fen for p in paid)
        assert ride.state in ("completed", "cancelled", "expired")
        if ride.state == "cancelled":
            assert left <= ride.fee_fen
        kept += left
    assert spent == kept


def test_a_bill_says_what_the_fare_is_made_of() -> None:
    bills = {}
    for moment in ("2026-03-05T09:40", "2026-03-05T23:40"):
        world = street(moment=moment)
        ride = ok(world, "amap_ride_order", **TRIP, car="comfort")
        bill = ok(world, "amap_ride_fare", ride_id=ride["ride_id"])
        lines = {line["name"]: fen(line["amount"]) for line in bill["lines"]}
        assert sum(lines.values()) == fen(bill["fare"]) == fen(ride["fare"])
        assert lines["kind_of_car"] > 0, "a better car costs more than the meter"
        bills[moment] = lines
    assert "night" not in bills["2026-03-05T09:40"]
    assert bills["2026-03-05T23:40"]["night"] > 0
    assert bills["2026-03-05T23:40"]["flag_fall"] == bills["2026-03-05T09:40"]["flag_fall"]


def test_a_bill_shows_a_surge_a_double_payment_and_what_a_cancellation_costs() -> None:
    world = street()
    world.arrange("amap", "fare_level", {"city": "hangzhou", "percent": 150})
    ride = ok(world, "amap_ride_order", **TRIP)
    lines = {
        line["name"]: fen(line["amount"]) for line in ok(world, "amap_ride_fare", ride_id=ride["ride_id"])["lines"]
    }
    assert lines["demand"] > 0
    pay(world, ride, "r1")
    pay(world, ride, "r2")
    bill = ok(world, "amap_ride_fare", ride_id=ride["ride_id"])
    assert (bill["paid"], bill["overpaid"]) == (f"{2 * fen(ride['fare']) / 100:.2f}", ride["fare"])
    wait_for(world, ride, "driver_assigned")
    ok(world, "amap_ride_cancel", ride_id=ride["ride_id"])
    gone = ok(world, "amap_ride_fare", ride_id=ride["ride_id"])
    assert gone["owed"] == gone["cancel_fee"] != "0.00"
    assert fen(gone["paid"]) - fen(gone["refunded"]) == fen(gone["owed"]) + fen(gone["overpaid"])
    assert code(world, "amap_ride_fare", ride_id="RD0") == "RIDE_NOT_EXIST"
