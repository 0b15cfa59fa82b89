"""Stories of stays that change, seats on hold, more baggage, stops on the way, and what a place is called."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import HOUR, MINUTE, parse_iso
from mock_services.money import parse_yuan
from mock_services.world import World
from tests.mock_services.fliggy_town import a_world, balance, code, ok, pay, settle
from tests.mock_services.test_fliggy_booking import a_rate, book_flight, book_hotel, cheapest_flight

START = 1_000_000


def fen(text: str) -> int:
    return parse_yuan(text)


# --- stays ---------------------------------------------------------------------------------------------------------


def a_stay(world: World, policy: str) -> Any:
    """A confirmed night, from 14 to 15 March, at the cheapest rate of a policy."""
    plan = a_rate(world, policy)
    placed = book_hotel(world, plan)
    pay(world, placed["out_trade_no"])
    settle(world)
    return {**plan, "order_id": placed["order_id"], "paid": fen(placed["amount"])}


def rooms_left(world: World, stay: Any, night: str, until: str) -> int:
    hotel_id = stay["plan_id"].partition(".")[0]
    plans = ok(world, "hotel_detail", hotel_id=hotel_id, check_in=night, check_out=until)["plans"]
    return next((plan["rooms_left"] for plan in plans if plan["plan_id"] == stay["plan_id"]), 0)


def test_a_night_more_costs_that_night_and_takes_its_room() -> None:
    world = a_world()
    stay = a_stay(world, "non_refundable")
    before = rooms_left(world, stay, "2026-03-14", "2026-03-15"), rooms_left(world, stay, "2026-03-15", "2026-03-16")
    longer = {"order_id": stay["order_id"], "check_in": "2026-03-14", "check_out": "2026-03-16", "rooms": 1}
    quote = ok(world, "hotel_change_quote", **longer)
    assert (quote["fee"], quote["refund"]) == ("0.00", "0.00")
    changed = ok(world, "hotel_change", **longer, expect_to_pay=quote["to_pay"], request_no="c1")
    assert (changed["state"], changed["to_pay"]) == ("changing", quote["to_pay"])
    pay(world, changed["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=stay["order_id"])
    assert (order["state"], order["end"][:10]) == ("confirmed", "2026-03-16")
    assert fen(order["amount"]) == stay["paid"] + fen(quote["to_pay"])
    assert balance(world) == START - fen(order["amount"])
    after = rooms_left(world, stay, "2026-03-14", "2026-03-15"), rooms_left(world, stay, "2026-03-15", "2026-03-16")
    assert after == (before[0], before[1] - 1)


def test_the_last_room_can_be_kept_for_a_night_more() -> None:
    """The nights that one has need no second room: only what is added is taken from the hotel's stock."""
    world = a_world()
    stay = a_stay(world, "free_cancel")
    hotel_id = stay["plan_id"].partition(".")[0]
    world.arrange("fliggy", "rooms", {"hotel_id": hotel_id, "night": "2026-03-14", "left": 0})
    world.arrange("fliggy", "rooms", {"hotel_id": hotel_id, "night": "2026-03-15", "left": 1})
    longer = {"order_id": stay["order_id"], "check_in": "2026-03-14", "check_out": "2026-03-16", "request_no": "c1"}
    assert ok(world, "hotel_change", **longer)["state"] == "changing"
    assert rooms_left(world, stay, "2026-03-15", "2026-03-16") == 0
    world.advance(world.now + 25 * MINUTE)
    order = ok(world, "order_detail", order_id=stay["order_id"])
    assert (order["state"], order["note"]) == ("confirmed", "change not paid in time")
    assert rooms_left(world, stay, "2026-03-15", "2026-03-16") == 1
    world.arrange("fliggy", "rooms", {"hotel_id": hotel_id, "night": "2026-03-15", "left": 0})
    assert code(world, "hotel_change", **{**longer, "request_no": "c2"}) == "SOLD_OUT"


def test_other_nights_are_free_before_the_deadline_and_cost_a_night_after_it() -> None:
    later = {"check_in": "2026-03-21", "check_out": "2026-03-22"}
    world = a_world()
    stay = a_stay(world, "free_cancel")
    free = ok(world, "hotel_change_quote", order_id=stay["order_id"], **later)
    assert free["fee"] == "0.00"
    assert code(world, "hotel_change_quote", order_id=stay["order_id"], **later, rooms=2) == "TOO_MANY_GUESTS"
    world.advance(parse_iso("2026-03-13T20:00:00", 480))
    world.arrange("fliggy", "rooms", {"hotel_id": stay["plan_id"].partition(".")[0], "night": "2026-03-21", "left": 2})
    late = ok(world, "hotel_change_quote", order_id=stay["order_id"], **later)
    assert fen(late["fee"]) == stay["paid"]
    args = {"order_id": stay["order_id"], **later, "request_no": "c1"}
    assert code(world, "hotel_change", **args, expect_to_pay="0.01") == "PRICE_CHANGED"
    changed = ok(world, "hotel_change", **args)
    pay(world, changed["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=stay["order_id"])
    assert (order["state"], order["start"][:10], fen(order["fee"])) == ("confirmed", "2026-03-21", stay["paid"])
    spent = stay["paid"] + fen(changed["to_pay"])
    assert balance(world) == START - spent
    back = ok(world, "order_cancel", order_id=stay["order_id"])
    assert fen(back["refund"]) == spent - stay["paid"], "the fee of the change is spent"


def test_a_cheaper_stay_brings_the_difference_back() -> None:
    world = a_world()
    stay = a_stay(world, "free_cancel")
    monday = {"order_id": stay["order_id"], "check_in": "2026-03-16", "check_out": "2026-03-17"}
    quote = ok(world, "hotel_change_quote", **monday)
    assert fen(quote["refund"]) > 0, "a Monday is cheaper than a Saturday"
    assert ok(world, "hotel_change", **monday, request_no="c1")["state"] == "confirming"
    world.advance(world.now + 2 * HOUR)
    assert ok(world, "order_detail", order_id=stay["order_id"])["state"] == "confirmed"
    assert balance(world) == START - stay["paid"] + fen(quote["refund"])


def test_what_a_rate_or_the_day_forbids_is_refused() -> None:
    world = a_world()
    stay = a_stay(world, "non_refundable")
    moved = {"order_id": stay["order_id"], "check_in": "2026-03-21", "check_out": "2026-03-22"}
    assert code(world, "hotel_change_quote", **moved) == "CHANGE_NOT_ALLOWED"
    same = {"order_id": stay["order_id"], "check_in": "2026-03-14", "check_out": "2026-03-15"}
    assert code(world, "hotel_change_quote", **same) == "CHANGE_NOT_ALLOWED"
    backwards = {"order_id": stay["order_id"], "check_in": "2026-03-15", "check_out": "2026-03-14"}
    assert code(world, "hotel_change_quote", **backwards) == "DATE_OUT_OF_RANGE"
    world.advance(parse_iso("2026-03-14T20:00:00", 480))
    sooner = {**same, "check_in": "2026-03-13"}
    assert code(world, "hotel_change_quote", **sooner) == "CHANGE_NOT_ALLOWED"
    assert fen(ok(world, "hotel_change_quote", **{**same, "check_out": "2026-03-16"})["to_pay"]) > 0
    flight = book_flight(world, cheapest_flight(world, date="2026-03-19"))
    assert code(world, "hotel_change_quote", **{**same, "order_id": flight["order_id"]}) == "CHANGE_NOT_ALLOWED"


# --- holds ---------------------------------------------------------------------------------------------------------


def hold(world: World, flight: Any, **more: Any) -> Any:
    args = {"itinerary_id": flight["itinerary_id"], "travellers": ["self"], "request_no": "h1", **more}
    return ok(world, "flight_hold", **args)


def test_a_hold_keeps_seat_and_price_and_owes_nothing() -> None:
    world = a_world()
    flight = cheapest_flight(world, date="2026-03-19")
    held = hold(world, flight, expect_price=flight["price"])
    assert parse_iso(held["held_until"], 480) - world.now in range(12 * HOUR - MINUTE, 12 * HOUR + MINUTE)
    number, _, day = flight["itinerary_id"].partition("-")
    when = {"flight_no": number, "date": f"{day[:4]}-{day[4:6]}-{day[6:]}"}
    world.arrange("fliggy", "flight_price", {**when, "price": "2000.00"})
    world.arrange("fliggy", "seats", {"number": number, "date": when["date"], "left": 0})
    world.advance(world.now + 5 * HOUR)
    assert ok(world, "order_list")["orders"] == []
    book = {"itinerary_id": flight["itinerary_id"], "request_no": "b1"}
    assert code(world, "flight_book", **book, travellers=["self"]) == "SOLD_OUT"
    placed = ok(world, "flight_book", **book, travellers=["self"], hold_id=held["hold_id"])
    assert placed["amount"] == flight["price"]
    again = {**book, "travellers": ["self"], "request_no": "b2", "hold_id": held["hold_id"]}
    assert code(world, "flight_book", **again) == "HOLD_NOT_OPEN"
    assert [row["state"] for row in ok(world, "flight_hold_list")["holds"]] == ["booked"]


def test_a_hold_ends_by_itself_or_by_word_and_gives_the_seat_back() -> None:
    world = a_world()
    flight = cheapest_flight(world, date="2026-03-19")
    left = flight["seats_left"]
    first, second = hold(world, flight), hold(world, flight, request_no="h2")
    assert cheapest_flight(world, date="2026-03-19")["seats_left"] == left - 2
    assert code(world, "flight_hold", itinerary_id=flight["itinerary_id"], travellers=["self"], request_no="h3") == (
        "HOLD_LIMIT"
    )
    ok(world, "flight_hold_release", hold_id=first["hold_id"])
    assert code(world, "flight_hold_release", hold_id=first["hold_id"]) == "HOLD_NOT_OPEN"
    world.advance(parse_iso(second["held_until"], 480) + MINUTE)
    states = {row["hold_id"]: row["state"] for row in ok(world, "flight_hold_list")["holds"]}
    assert states == {first["hold_id"]: "released", second["hold_id"]: "expired"}
    assert ok(world, "flight_detail", itinerary_id=flight["itinerary_id"])["cabins"][0]["seats_left"] >= left - 1
    late = {"itinerary_id": flight["itinerary_id"], "travellers": ["self"], "request_no": "b1"}
    assert code(world, "flight_book", **late, hold_id=second["hold_id"]) == "HOLD_NOT_OPEN"


def test_a_hold_is_short_near_the_day_and_for_its_own_flight_alone() -> None:
    world = a_world()
    soon = cheapest_flight(world, date="2026-03-08")
    held = hold(world, soon)
    assert parse_iso(held["held_until"], 480) - world.now <= 2 * HOUR
    today = cheapest_flight(world, date="2026-03-06", depart_after="19:00")
    assert code(world, "flight_hold", itinerary_id=today["itinerary_id"], travellers=["self"], request_no="h2") == (
        "HOLD_NOT_POSSIBLE"
    )
    other = {"itinerary_id": today["itinerary_id"], "travellers": ["self"], "request_no": "b1"}
    assert code(world, "flight_book", **other, hold_id=held["hold_id"]) == "HOLD_MISMATCH"
    assert code(world, "flight_book", **other, hold_id="FH0") == "HOLD_NOT_EXIST"


# --- baggage -------------------------------------------------------------------------------------------------------


def test_baggage_is_paid_by_the_kilogram_and_comes_back_with_the_ticket() -> None:
    world = a_world()
    flight = cheapest_flight(world, date="2026-03-19")
    per_kg = fen(ok(world, "flight_detail", itinerary_id=flight["itinerary_id"])["cabins"][0]["extra_baggage_per_kg"])
    placed = book_flight(world, flight)
    bag = {"order_id": placed["order_id"], "kg": 15}
    assert code(world, "baggage_add", **bag, request_no="g0") == "WRONG_STATE"
    pay(world, placed["out_trade_no"])
    settle(world)
    added = ok(world, "baggage_add", **bag, request_no="g1")
    assert fen(added["amount"]) == 15 * per_kg
    assert code(world, "baggage_add", **{**bag, "kg": 30}, request_no="g2") == "BAGGAGE_LIMIT"
    assert code(world, "baggage_add", **bag, expect_total="1.00", request_no="g3") == "PRICE_CHANGED"
    assert ok(world, "order_detail", order_id=placed["order_id"])["extra_baggage_kg"] == 0
    pay(world, added["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert (order["extra_baggage_kg"], fen(order["extra_baggage_paid"])) == (15, 15 * per_kg)
    quote = ok(world, "cancel_quote", order_id=placed["order_id"])
    ok(world, "order_cancel", order_id=placed["order_id"])
    world.advance(world.now + HOUR)
    assert balance(world) == START - fen(quote["fee"])
    assert ok(world, "order_detail", order_id=placed["order_id"])["extra_baggage_kg"] == 0


def test_baggage_that_nobody_pays_is_not_taken() -> None:
    world = a_world()
    placed = book_flight(world, cheapest_flight(world, date="2026-03-19"))
    pay(world, placed["out_trade_no"])
    settle(world)
    ok(world, "baggage_add", order_id=placed["order_id"], kg=40, request_no="g1")
    world.advance(world.now + 30 * MINUTE)
    assert ok(world, "baggage_add", order_id=placed["order_id"], kg=40, request_no="g2")["kg"] == 40
    departs = parse_iso(ok(world, "order_detail", order_id=placed["order_id"])["start"], 480)
    world.advance(departs - 3 * HOUR)
    assert code(world, "baggage_add", order_id=placed["order_id"], kg=5, request_no="g3") == "BOOKING_CLOSED"


# --- stops on the way ----------------------------------------------------------------------------------------------


def through(world: World, a: str, b: str, after: str = "00:00") -> list[Any]:
    trip = {"from_city": a, "to_city": b, "date": "2026-03-12", "depart_after": after}
    found = ok(world, "train_search", **trip, through=True, limit=50)["trains"]
    return [train for train in found if "@" in train["train_id"]]


def test_a_train_is_boarded_and_left_on_its_way_for_its_share_of_the_fare() -> None:
    world = a_world()
    direct = ok(world, "train_search", from_city="南京", to_city="上海", date="2026-03-12", limit=50)
    assert all("@" not in train["train_id"] for train in direct["trains"])
    section = through(world, "南京", "上海")[0]
    whole_id, _, ends = section["train_id"].partition("@")
    assert ends == "nanjing>shanghai"
    whole = ok(world, "train_detail", train_id=whole_id)
    stops = {stop["city"]: stop for stop in whole["stops"]}
    assert stops["nanjing"]["depart"] == section["depart"]
    assert stops["shanghai"]["arrive"] == section["arrive"]
    assert section["seats"][0]["price"] != whole["train"]["seats"][0]["price"]
    assert fen(section["seats"][0]["price"]) < fen(whole["train"]["seats"][0]["price"])
    shown = ok(world, "train_detail", train_id=section["train_id"])
    assert [stop["city"] for stop in shown["stops"]] == [stop["city"] for stop in whole["stops"]]
    mine = [stop["city"] for stop in shown["stops"] if stop["on_your_way"]]
    assert (mine[0], mine[-1]) == ("nanjing", "shanghai")


def test_a_seat_of_a_section_is_gone_for_the_whole_way() -> None:
    world = a_world()
    section = next(t for t in through(world, "南京", "上海") if t["seats"][0]["seats_left"] > 1)
    whole_id = section["train_id"].partition("@")[0]

    def left(train_id: str) -> int:
        return int(ok(world, "train_detail", train_id=train_id)["train"]["seats"][0]["seats_left"])

    before = left(whole_id)
    book = {"train_id": section["train_id"], "seat_class": "second", "travellers": ["self"], "request_no": "s1"}
    placed = ok(world, "train_book", **book, expect_price=section["seats"][0]["price"])
    assert placed["amount"] == section["seats"][0]["price"]
    assert left(whole_id) == left(section["train_id"]) == before - 1
    pay(world, placed["out_trade_no"])
    settle(world)
    order = ok(world, "order_detail", order_id=placed["order_id"])
    assert (order["state"], order["start"], order["end"]) == ("ticketed", section["depart"], section["arrive"])
    other = through(world, "南京", "上海", "15:00")[0]
    quote = ok(world, "change_quote", order_id=placed["order_id"], new_id=other["train_id"])
    assert quote["fee"] == "0.00"
    assert code(world, "change_quote", order_id=placed["order_id"], new_id=whole_id) == "CHANGE_NOT_ALLOWED"
    ok(world, "order_cancel", order_id=placed["order_id"])
    assert left(whole_id) == before


@pytest.mark.parametrize("ends", ["shanghai>nanjing", "nanjing>sanya", "nanjing", ">", "nanjing>shanghai>hangzhou"])
def test_a_section_that_the_train_does_not_go_is_refused(ends: str) -> None:
    world = a_world()
    whole_id = through(world, "南京", "上海")[0]["train_id"].partition("@")[0]
    assert code(world, "train_detail", train_id=f"{whole_id}@{ends}") == "TRAIN_NOT_EXIST"


def test_a_train_that_set_out_the_day_before_is_boarded_after_midnight() -> None:
    """It counts on the day on which one boards, and its seats under the day on which it set out."""
    world = a_world()
    at_night = {"depart": "20:30", "minutes": 600, "price": "300.00"}
    world.arrange("fliggy", "train", {**at_night, "train_no": "G9999", "from_station": "北京", "to_station": "上海",
                                      "date": "2026-03-11"})  # fmt: skip
    section = ok(world, "train_detail", train_id="G9999-20260311@nanjing>shanghai")["train"]
    assert section["depart"].startswith("2026-03-12")
    book = {"train_id": section["train_id"], "seat_class": "second", "travellers": ["self"], "request_no": "s1"}
    placed = ok(world, "train_book", **book)
    assert placed["title"].split()[2] == "03-12"
    whole = ok(world, "train_detail", train_id="G9999-20260311")["train"]
    assert whole["seats"][0]["seats_left"] == 39
    night = [t for a, b in (("天津", "苏州"), ("武汉", "天津")) for t in through(world, a, b)]
    assert night
    assert all(train["depart"].startswith("2026-03-12") for train in night)


# --- names ---------------------------------------------------------------------------------------------------------


def test_a_name_finds_cities_airports_and_stations_with_their_codes() -> None:
    world = a_world()
    first = ok(world, "place_lookup", query="上海")["places"][0]
    assert (first["kind"], first["code"], first["time_zone"]) == ("city", "shanghai", "UTC+08:00")
    assert set(first["airports"]) == {"PVG", "SHA"}
    airports = ok(world, "place_lookup", query="Shanghai", kind="airport")["places"]
    assert {place["code"] for place in airports} == {"PVG", "SHA"}
    assert [(place["closes_minutes"], place["closes_minutes_abroad"]) for place in airports] == [(45, 60)] * 2
    (station,) = ok(world, "place_lookup", query="AOH")["places"]
    assert (station["kind"], station["name"], station["city"]) == ("station", "上海虹桥", "shanghai")
    part = ok(world, "place_lookup", query="hongqiao")["places"]
    assert {place["kind"] for place in part} == {"airport", "station"}
    assert ok(world, "place_lookup", query="Jakarta")["places"][0]["time_zone"] == "UTC+07:00"
    assert code(world, "place_lookup", query="Atlantis") == "UNKNOWN_CITY"


def test_every_code_that_is_shown_can_be_searched_with() -> None:
    world = a_world()
    for place in ok(world, "place_lookup", query="北京", kind="station")["places"]:
        found = ok(world, "train_search", from_city=place["code"], to_city="上海", date="2026-03-12")
        assert all(train["from_station"] == place["code"] for train in found["trains"])


# --- hotels by what they have --------------------------------------------------------------------------------------


def test_hotels_by_district_rating_and_what_they_have() -> None:
    world = a_world()
    nights = {"city": "杭州", "check_in": "2026-03-14", "check_out": "2026-03-15", "limit": 50}
    everything = ok(world, "hotel_search", **nights)["hotels"]
    for asked, fits in (
        ({"district": "西湖"}, lambda h: h["district"] == "西湖区"),
        ({"district": "Xihu"}, lambda h: h["district"] == "西湖区"),
        ({"min_rating": 4.6}, lambda h: h["rating"] >= 4.6),
        ({"facilities": ["gym", "parking"]}, lambda h: {"gym", "parking"} <= set(h["facilities"])),
    ):
        found = ok(world, "hotel_search", **nights, **asked)["hotels"]
        assert [h["hotel_id"] for h in found] == [h["hotel_id"] for h in everything if fits(h)], asked
        assert 0 < len(found) < len(everything), asked
    assert code(world, "hotel_search", **nights, district="Atlantis") == "UNKNOWN_PLACE"
    assert code(world, "hotel_search", **nights, facilities=["helipad"]) == "INVALID_ARGUMENT"
