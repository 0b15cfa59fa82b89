"""Stories of bookings: held, paid, issued, cancelled, and what is left of seats, rooms and money meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import DAY, HOUR, MINUTE, parse_iso
from mock_services.context import NOTICES
from mock_services.faults import Fault
from mock_services.money import parse_yuan
from mock_services.world import World
from tests.mock_services.fliggy_town import NOW, a_world, balance, code, ok, pay, settle


def cheapest_flight(world: World, **more: Any) -> Any:
    args = {"from_city": "Beijing", "to_city": "Shanghai", "date": "2026-03-09", "max_stops": 0, **more}
    return ok(world, "flight_search", **args)["flights"][0]


def a_train(world: World, **more: Any) -> Any:
    args = {"from_city": "杭州", "to_city": "上海", "date": "2026-03-12", "seat_class": "second", **more}
    return ok(world, "train_search", **args)["trains"][0]


def book_flight(world: World, flight: Any, **more: Any) -> Any:
    args = {"itinerary_id": flight["itinerary_id"], "travellers": ["self"], "request_no": "r1", **more}
    return ok(world, "flight_book", **args)


def a_rate(world: World, policy: str, city: str = "suzhou", near: str = "平江路") -> Any:
    """The cheapest rate of a policy on 14 March, one night."""
    nights = {"check_in": "2026-03-14", "check_out": "2026-03-15"}
    for hotel in ok(world, "hotel_search", city=city, near=near, **nights)["hotels"]:
        detail = ok(world, "hotel_detail", hotel_id=hotel["hotel_id"], **nights)
        for plan in detail["plans"]:
            if plan["policy"] == policy:
                return plan
    raise AssertionError(f"no {policy} rate")


def book_hotel(world: World, plan: Any, **more: Any) -> Any:
    args = {
        "plan_id": plan["plan_id"],
        "check_in": "2026-03-14",
        "check_out": "2026-03-15",
        "guests": ["self"],
        "request_no": "h1",
        **more,
    }
    return ok(world, "hotel_book", **args)


# --- flights -------------------------------------------------------------------------------------------------------


def test_a_flight_is_held_paid_ticketed_and_takes_a_seat() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    placed = book_flight(world, flight, seat_preference="aisle", expect_price=flight["price"])
    assert placed["state"] == "unpaid"
    assert placed["amount"] == flight["price"]
    assert cheapest_flight(world)["seats_left"] == flight["seats_left"] - 1

    pay(world, placed["out_trade_no"])
    settle(world)

    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert order["state"] == "ticketed"
    assert order["guests"][0]["name"] == "陈晨"
    assert order["guests"][0]["seat"][-1] in "CJ" or order["note"]
    assert balance(world) == 1_000_000 - parse_yuan(flight["price"])
    assert [(notice.event, notice.ref) for notice in world.ctx.scan(NOTICES)] == [("ticketed", placed["order_id"])]


def test_an_unpaid_hold_expires_and_gives_the_seat_back() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    placed = book_flight(world, flight)
    world.advance(parse_iso(placed["pay_before"], 480) + MINUTE)
    assert ok(world, "order_detail", order_id=placed["order_id"])["state"] == "closed"
    assert cheapest_flight(world)["seats_left"] == flight["seats_left"]
    assert balance(world) == 1_000_000


def test_a_request_number_books_once() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    first = book_flight(world, flight)
    assert book_flight(world, flight) == first
    assert ok(world, "order_list")["total"] == 1
    assert code(world, "flight_book", itinerary_id=flight["itinerary_id"], travellers=["self"], cabin="business",
                request_no="r1") == "IDEMPOTENCY_CONFLICT"  # fmt: skip


def test_the_last_seat_goes_once() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    number = flight["segments"][0]["flight_no"]
    world.arrange("fliggy", "seats", {"number": number, "date": "2026-03-09", "left": 1})
    book_flight(world, flight)
    assert code(world, "flight_book", itinerary_id=flight["itinerary_id"], travellers=["self"],
                request_no="r2") == "SOLD_OUT"  # fmt: skip
    found = ok(world, "flight_search", from_city="Beijing", to_city="Shanghai", date="2026-03-09", limit=50)
    assert flight["itinerary_id"] not in [offer["itinerary_id"] for offer in found["flights"]]


def test_a_dearer_flight_is_not_booked_at_the_agreed_price() -> None:
    world = a_world(NOW, Fault("price_change", tool="fliggy_flight_book", params={"percent": 20}))
    flight = cheapest_flight(world)
    args = {"itinerary_id": flight["itinerary_id"], "travellers": ["self"], "expect_price": flight["price"]}
    reply = world.call("fliggy_flight_book", {**args, "request_no": "r1"})
    assert reply.error is not None
    assert reply.error["code"] == "PRICE_CHANGED"
    assert ok(world, "order_list")["total"] == 0
    detail = ok(world, "flight_detail", itinerary_id=flight["itinerary_id"])
    assert parse_yuan(detail["cabins"][0]["price"]) > parse_yuan(flight["price"])


def test_a_cancelled_ticket_costs_what_was_quoted_and_the_rest_comes_back() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    placed = book_flight(world, flight)
    pay(world, placed["out_trade_no"])
    settle(world)
    quote = ok(world, "cancel_quote", order_id=placed["order_id"])
    fee = parse_yuan(quote["fee"])
    rules = ok(world, "flight_detail", itinerary_id=flight["itinerary_id"])["cabins"][0]
    assert 0 < fee == parse_yuan(rules["refund_fees"][0]["fee"])
    assert code(world, "order_cancel", order_id=placed["order_id"], expect_fee="0") == "FEE_CHANGED"

    done = ok(world, "order_cancel", order_id=placed["order_id"], expect_fee=quote["fee"])
    assert done["refund"] == quote["refund"]
    world.advance(world.now + HOUR)
    assert balance(world) == 1_000_000 - fee
    assert cheapest_flight(world)["seats_left"] == flight["seats_left"]
    assert code(world, "order_cancel", order_id=placed["order_id"]) == "WRONG_STATE"


def test_a_flight_that_the_airline_cancels_is_refunded_in_full() -> None:
    world = a_world()
    order_id = world.arrange("fliggy", "booked_flight", {"from_city": "北京", "to_city": "上海", "date": "2026-03-09"})
    order = ok(world, "order_detail", order_id=order_id)
    number, paid = order["product_id"].partition("-")[0], parse_yuan(order["amount"])
    assert balance(world) == 1_000_000
    world.arrange("fliggy", "cancel_flight", {"flight_no": number, "date": "2026-03-09"})

    assert ok(world, "flight_status", flight_no=number, date="2026-03-09")["status"] == "cancelled"
    assert ok(world, "order_detail", order_id=order_id)["disruption"] == "cancelled"
    assert code(world, "flight_book", itinerary_id=order["product_id"], travellers=["self"],
                request_no="r9") == "FLIGHT_CANCELLED"  # fmt: skip
    assert parse_yuan(ok(world, "order_cancel", order_id=order_id, expect_fee="0")["refund"]) == paid
    world.advance(world.now + HOUR)
    assert balance(world) == 1_000_000 + paid


def test_a_delay_moves_the_order_and_the_timetable() -> None:
    world = a_world()
    order_id = world.arrange("fliggy", "booked_flight", {"from_city": "北京", "to_city": "上海", "date": "2026-03-09"})
    before = ok(world, "order_detail", order_id=order_id)
    number = before["product_id"].partition("-")[0]
    world.arrange("fliggy", "delay_flight", {"flight_no": number, "date": "2026-03-09", "minutes": 90})
    after = ok(world, "order_detail", order_id=order_id)
    assert parse_iso(after["start"], 480) - parse_iso(before["start"], 480) == 90 * MINUTE
    assert ok(world, "flight_status", flight_no=number, date="2026-03-09")["status"] == "delayed"
    assert parse_yuan(ok(world, "cancel_quote", order_id=order_id)["fee"]) > 0


def test_a_flight_changes_to_another_for_a_fee() -> None:
    world = a_world()
    flights = ok(world, "flight_search", from_city="北京", to_city="上海", date="2026-03-09", max_stops=0)["flights"]
    cheap, dear = flights[0], flights[-1]
    placed = book_flight(world, cheap)
    pay(world, placed["out_trade_no"])
    settle(world)
    quote = ok(world, "change_quote", order_id=placed["order_id"], new_id=dear["itinerary_id"])
    to_pay = parse_yuan(quote["to_pay"])
    assert to_pay == parse_yuan(quote["fee"]) + parse_yuan(dear["price"]) - parse_yuan(cheap["price"])

    change = ok(world, "order_change", order_id=placed["order_id"], new_id=dear["itinerary_id"], request_no="c1")
    assert change["state"] == "changing"
    assert ok(world, "order_detail", order_id=placed["order_id"])["product_id"] == cheap["itinerary_id"]
    pay(world, change["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert (order["state"], order["product_id"]) == ("ticketed", dear["itinerary_id"])
    assert balance(world) == 1_000_000 - parse_yuan(cheap["price"]) - to_pay


def test_a_change_that_nobody_pays_leaves_the_old_ticket() -> None:
    world = a_world()
    flights = ok(world, "flight_search", from_city="北京", to_city="上海", date="2026-03-09", max_stops=0)["flights"]
    placed = book_flight(world, flights[0])
    pay(world, placed["out_trade_no"])
    settle(world)
    new_id = flights[-1]["itinerary_id"]
    ok(world, "order_change", order_id=placed["order_id"], new_id=new_id, request_no="c1")
    world.advance(world.now + HOUR)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert (order["state"], order["product_id"]) == ("ticketed", flights[0]["itinerary_id"])
    again = ok(world, "flight_search", from_city="北京", to_city="上海", date="2026-03-09", max_stops=0, limit=50)
    assert next(f for f in again["flights"] if f["itinerary_id"] == new_id)["seats_left"] == flights[-1]["seats_left"]


# --- trains --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours_before", "percent"), [(24 * 9, 0), (24 * 5, 5), (30, 10), (3, 20)])
def test_train_refunds_follow_the_ladder(hours_before: int, percent: int) -> None:
    departure = parse_iso("2026-03-20T12:00", 480)
    world = a_world()
    train = {"train_no": "G9998", "date": "2026-03-20", "depart": "12:00", "minutes": 60, "price": "100"}
    world.arrange("fliggy", "train", {**train, "from_station": "杭州东", "to_station": "上海虹桥"})
    booked = {"from_city": "杭州", "to_city": "上海", "date": "2026-03-20", "train_no": "G9998"}
    order_id = world.arrange("fliggy", "booked_train", booked)
    world.advance(departure - hours_before * HOUR)
    assert ok(world, "cancel_quote", order_id=order_id)["fee"] == f"{percent}.00"


def test_a_train_for_two_is_paid_issued_and_changed_once() -> None:
    world = a_world("2026-03-10T09:00:00+08:00")
    friend = ok(world, "traveller_add", name="李雷", id_type="passport", id_no="E12345678")["traveller_id"]
    train = a_train(world, passengers=2)
    placed = ok(world, "train_book", train_id=train["train_id"], seat_class="second", travellers=["self", friend],
                seat_preference="window", request_no="t1")  # fmt: skip
    price = parse_yuan(train["seats"][0]["price"])
    assert parse_yuan(placed["amount"]) == 2 * price
    pay(world, placed["out_trade_no"])
    settle(world)
    seats = [guest["seat"] for guest in ok(world, "order_detail", order_id=placed["order_id"])["guests"]]
    assert len(set(seats)) == 2

    other = a_train(world, depart_after="15:00", types=[train["type"]])
    change = ok(world, "order_change", order_id=placed["order_id"], new_id=other["train_id"], request_no="c1")
    assert (change["to_pay"], change["state"]) == ("0.00", "ticketing")
    settle(world)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert (order["state"], order["product_id"], order["changes_left"]) == ("ticketed", other["train_id"], 0)
    assert code(world, "order_change", order_id=placed["order_id"], new_id=train["train_id"],
                request_no="c2") == "CHANGE_NOT_ALLOWED"  # fmt: skip


def test_no_train_is_sold_at_night_or_after_it_left() -> None:
    night = a_world("2026-03-10T02:00:00+08:00")
    train = a_train(night)
    args = {"train_id": train["train_id"], "seat_class": "second", "travellers": ["self"], "request_no": "t1"}
    reply = night.call("fliggy_train_book", args)
    assert reply.error is not None
    assert reply.error["code"] == "OUTSIDE_SALE_HOURS"
    night.advance(night.now + reply.error["retry_after"] * 1000)
    assert night.call("fliggy_train_book", args).ok
    late = a_world("2026-03-12T23:00:00+08:00")
    assert code(late, "train_book", **args) == "BOOKING_CLOSED"


# --- hotels --------------------------------------------------------------------------------------------------------


def test_a_room_is_held_paid_and_confirmed_and_free_to_cancel_until_the_deadline() -> None:
    world = a_world()
    plan = a_rate(world, "free_cancel")
    placed = book_hotel(world, plan, expect_total=plan["total"])
    left = next(p for p in _plans(world, plan) if p["plan_id"] == plan["plan_id"])["rooms_left"]
    assert left == plan["rooms_left"] - 1
    pay(world, placed["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert order["state"] == "confirmed"
    assert order["free_cancel_until"] == "2026-03-13T18:00:00+08:00"
    assert ok(world, "cancel_quote", order_id=placed["order_id"])["fee"] == "0.00"
    ok(world, "order_cancel", order_id=placed["order_id"])
    world.advance(world.now + HOUR)
    assert balance(world) == 1_000_000


def _plans(world: World, plan: Any) -> Any:
    hotel_id = plan["plan_id"].partition(".")[0]
    return ok(world, "hotel_detail", hotel_id=hotel_id, check_in="2026-03-14", check_out="2026-03-15")["plans"]


@pytest.mark.parametrize("policy", ["free_cancel", "first_night", "non_refundable"])
def test_cancelling_a_stay_late_costs_what_its_policy_says(policy: str) -> None:
    world = a_world()
    args = {"city": "苏州", "check_in": "2026-03-14", "check_out": "2026-03-16", "policy": policy, "price": "800"}
    order_id = world.arrange("fliggy", "booked_hotel", args)
    world.advance(parse_iso("2026-03-14T09:00", 480))
    fee = parse_yuan(ok(world, "cancel_quote", order_id=order_id)["fee"])
    assert fee == 80_000 if policy == "non_refundable" else 0 < fee < 80_000
    world.advance(parse_iso("2026-03-14T15:00", 480))
    assert code(world, "order_cancel", order_id=order_id) == "WRONG_STATE"


def test_an_overbooked_hotel_pays_back_and_has_no_room_left() -> None:
    world = a_world(NOW, Fault("hotel_overbooked", tool="fliggy_hotel_book"))
    plan = a_rate(world, "free_cancel")
    placed = book_hotel(world, plan)
    pay(world, placed["out_trade_no"])
    world.advance(world.now + 2 * HOUR)
    assert ok(world, "order_detail", order_id=placed["order_id"])["state"] == "failed"
    assert balance(world) == 1_000_000
    room = plan["plan_id"].split(".")[1]
    assert room not in [p["plan_id"].split(".")[1] for p in _plans(world, plan)]


# --- attraction tickets --------------------------------------------------------------------------------------------


def test_boat_tickets_are_bought_and_moved_by_a_day_once() -> None:
    world = a_world("2026-03-09T17:00:00+08:00")
    offer = ok(world, "ticket_search", city="Hangzhou", query="perahu", date="2026-03-10")["tickets"][0]
    slot = offer["slots"][0]["slot"]
    placed = ok(world, "ticket_book", ticket_id=offer["ticket_id"], date="2026-03-10", slot=slot, adults=2)
    assert parse_yuan(placed["amount"]) == 2 * parse_yuan(offer["adult_price"])
    pay(world, placed["out_trade_no"])
    settle(world)
    moved = ok(world, "ticket_change", order_id=placed["order_id"], date="2026-03-11")
    assert moved["state"] == "confirmed"
    assert moved["start"].startswith("2026-03-11")
    assert moved["unit"] == slot
    assert code(world, "ticket_change", order_id=placed["order_id"], date="2026-03-12") == "CHANGE_NOT_ALLOWED"
    again = ok(world, "ticket_search", city="Hangzhou", query="perahu", date="2026-03-10")["tickets"][0]
    assert again["slots"] == offer["slots"]


# --- whose it is ---------------------------------------------------------------------------------------------------


def test_another_persons_order_does_not_exist() -> None:
    world = a_world()
    placed = book_flight(world, cheapest_flight(world))
    stranger = world.fork()
    stranger.ctx.person_id = stranger.person_id = "U2"
    for tool in ("order_detail", "cancel_quote", "order_cancel"):
        assert code(stranger, tool, order_id=placed["order_id"]) == "ORDER_NOT_EXIST"
    assert ok(stranger, "order_list")["total"] == 0


def test_a_traveller_needs_a_document_that_can_exist_and_is_saved_once() -> None:
    world = a_world()
    wrong = {"name": "王芳", "id_type": "id_card", "id_no": "110105194912310021"}
    assert code(world, "traveller_add", **wrong) == "INVALID_DOCUMENT"
    first = ok(world, "traveller_add", name="Rina", id_type="passport", id_no="C1234567")
    assert ok(world, "traveller_add", name="Rina", id_type="passport", id_no="c1234567") == first
    listed = ok(world, "traveller_list")["travellers"]
    assert [t["traveller_id"] for t in listed] == ["self", first["traveller_id"]]
    assert "1234" not in listed[1]["id_no"]


def test_a_payment_that_is_sent_twice_comes_back_with_the_cancellation() -> None:
    world = a_world()
    placed = book_flight(world, cheapest_flight(world))
    pay(world, placed["out_trade_no"])
    pay(world, placed["out_trade_no"])
    assert code(world, "order_cancel", order_id=placed["order_id"]) == "PAYMENT_IN_PROGRESS"
    settle(world)
    fee = parse_yuan(ok(world, "order_cancel", order_id=placed["order_id"])["fee"])
    world.advance(world.now + HOUR)
    assert balance(world) == 1_000_000 - fee


def test_past_orders_are_paid_in_the_past_and_keep_the_balance() -> None:
    world = a_world()
    created = "2026-03-01T10:00:00+08:00"
    order_id = world.arrange(
        "fliggy",
        "booked_hotel",
        {"city": "Xi'an", "check_in": "2026-03-13", "check_out": "2026-03-15", "policy": "free_cancel",
         "price": "666", "created_at": created},
    )  # fmt: skip
    order = ok(world, "order_detail", order_id=order_id)
    assert (order["state"], order["amount"], order["created_at"]) == ("confirmed", "666.00", created)
    payments = world.ctx.payables.payments_of(order["out_trade_no"])
    assert [p.fen for p in payments] == [66_600]
    assert payments[0].at < world.now - 4 * DAY
    assert balance(world) == 1_000_000
    world.advance(world.now + DAY)
    assert ok(world, "order_detail", order_id=order_id)["state"] == "confirmed"


def test_after_the_airline_cancelled_the_change_is_free_even_to_a_dearer_flight() -> None:
    world = a_world()
    flights = ok(world, "flight_search", from_city="北京", to_city="上海", date="2026-03-09", max_stops=0)["flights"]
    number = flights[0]["segments"][0]["flight_no"]
    trip = {"from_city": "北京", "to_city": "上海", "date": "2026-03-09", "flight_no": number}
    order_id = world.arrange("fliggy", "booked_flight", trip)
    world.arrange("fliggy", "cancel_flight", {"flight_no": number, "date": "2026-03-09"})
    new_id = flights[-1]["itinerary_id"]
    change = ok(world, "order_change", order_id=order_id, new_id=new_id, expect_to_pay="0", request_no="c1")
    assert (change["to_pay"], change["refund"]) == ("0.00", "0.00")
    settle(world)
    order = ok(world, "order_detail", order_id=order_id)
    assert (order["state"], order["product_id"], order["disruption"]) == ("ticketed", new_id, "")
    assert order["amount"] == flights[0]["price"]
    assert balance(world) == 1_000_000


def test_a_long_delay_is_refunded_in_full() -> None:
    world = a_world()
    order_id = world.arrange("fliggy", "booked_flight", {"from_city": "北京", "to_city": "上海", "date": "2026-03-09"})
    number = ok(world, "order_detail", order_id=order_id)["product_id"].partition("-")[0]
    world.arrange("fliggy", "delay_flight", {"flight_no": number, "date": "2026-03-09", "minutes": 180})
    assert ok(world, "cancel_quote", order_id=order_id)["fee"] == "0.00"


def test_a_flight_cancelled_before_it_was_paid_closes_the_hold() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    placed = book_flight(world, flight)
    number = flight["segments"][0]["flight_no"]
    world.arrange("fliggy", "cancel_flight", {"flight_no": number, "date": "2026-03-09"})
    assert ok(world, "order_detail", order_id=placed["order_id"])["state"] == "closed"
    assert world.ctx.payables.get(placed["out_trade_no"]).state == "closed"


def test_a_flight_cancelled_between_payment_and_ticket_is_paid_back() -> None:
    world = a_world()
    flight = cheapest_flight(world)
    placed = book_flight(world, flight)
    pay(world, placed["out_trade_no"])
    number = flight["segments"][0]["flight_no"]
    world.arrange("fliggy", "cancel_flight", {"flight_no": number, "date": "2026-03-09"})
    world.advance(world.now + 2 * HOUR)
    assert ok(world, "order_detail", order_id=placed["order_id"])["state"] == "failed"
    assert balance(world) == 1_000_000


def test_a_transfer_takes_a_seat_on_both_flights() -> None:
    world = a_world()
    trip = {"from_city": "Jakarta", "to_city": "Hangzhou", "date": "2026-03-20", "limit": 50}
    offer = next(f for f in ok(world, "flight_search", **trip)["flights"] if len(f["segments"]) == 2)
    legs = [f"{segment['flight_no']}-{segment['date'].replace('-', '')}" for segment in offer["segments"]]

    def left() -> list[int]:
        return [ok(world, "flight_detail", itinerary_id=leg)["cabins"][0]["seats_left"] for leg in legs]

    before = left()
    assert code(world, "flight_book", itinerary_id=offer["itinerary_id"], travellers=["self"], request_no="no") == (
        "PASSPORT_NEEDED"
    )
    passport = {"name": "陈晨", "id_type": "passport", "id_no": "E12345678", "relation": "self"}
    me = ok(world, "traveller_add", **passport)["traveller_id"]
    placed = book_flight(world, offer, travellers=[me])
    assert placed["amount"] == offer["price"]
    assert left() == [seats - 1 for seats in before]
    ok(world, "order_cancel", order_id=placed["order_id"])
    assert left() == before


def test_a_dearer_hotel_asks_the_person_first() -> None:
    world = a_world(NOW, Fault("price_change", tool="fliggy_hotel_book", params={"percent": 30}))
    plan = a_rate(world, "free_cancel")
    args = {"plan_id": plan["plan_id"], "check_in": "2026-03-14", "check_out": "2026-03-15", "guests": ["self"]}
    reply = world.call("fliggy_hotel_book", {**args, "expect_total": plan["total"], "request_no": "h1"})
    assert reply.error is not None
    assert reply.error["code"] == "PRICE_CHANGED"
    assert world.call("fliggy_hotel_book", {**args, "request_no": "h1"}).ok
