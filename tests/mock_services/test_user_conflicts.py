"""Where a day does not work out: two things at once, or too far apart; and how the person likes to pay."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import parse_iso
from mock_services.user.conflicts import travel_minutes
from mock_services.world import World
from tests.mock_services.alipay_world import city_world, ok, refused

DAY = "2026-03-06"
LAKE, EAST_STATION, BUND = (120.148, 30.242), (120.2126, 30.2909), (121.4905, 31.2380)


def entry(world: World, title: str, start: str, end: str, near: str = "", **more: Any) -> str:
    args = {
        "title": title,
        "start": f"{DAY}T{start}",
        "end": f"{DAY}T{end}",
        **({"near": near} if near else {}),
        **more,
    }
    return str(world.arrange("user", "calendar", args))


def clashes(world: World, **args: Any) -> list[tuple[str, str, str]]:
    found = ok(world, "user_calendar_conflicts", **args)["conflicts"]
    return [(one["kind"], one["first"]["title"], one["second"]["title"]) for one in found]


def test_what_overlaps_and_what_is_too_far_is_told_of_a_whole_week() -> None:
    world = city_world()
    entry(world, "站会", "09:00", "09:30", "西湖")
    entry(world, "评审", "09:20", "10:00", "西湖")
    entry(world, "接站", "10:05", "10:30", "杭州东站")
    entry(world, "午饭", "12:00", "13:00", "西湖")
    entry(world, "想一想", "13:00", "13:30")
    seen = ok(world, "user_calendar_conflicts")
    assert (seen["total"], seen["looked_at"]) == (2, 5)
    overlap, hurry = seen["conflicts"]
    assert (overlap["kind"], overlap["overlap_minutes"]) == ("overlap", 10)
    assert (overlap["first"]["title"], overlap["second"]["title"]) == ("站会", "评审")
    assert (hurry["kind"], hurry["gap_minutes"]) == ("no_time_to_get_there", 5)
    assert (hurry["first"]["title"], hurry["second"]["title"]) == ("评审", "接站")
    assert hurry["travel_minutes"] == travel_minutes(LAKE, EAST_STATION, parse_iso(f"{DAY}T10:00", 480), "drive")
    assert hurry["missing_minutes"] == hurry["travel_minutes"] - 5


def test_a_plan_is_held_against_the_day_and_the_way_counts() -> None:
    world = city_world()
    entry(world, "接站", "10:00", "10:30", "杭州东站")
    lake = {"title": "喝茶", "location": "120.148,30.242"}
    soon = {**lake, "start": f"{DAY}T10:40", "end": f"{DAY}T11:30"}
    assert clashes(world, plan=soon) == [("no_time_to_get_there", "接站", "喝茶")]
    later = {**lake, "start": f"{DAY}T11:30", "end": f"{DAY}T12:00"}
    assert clashes(world, plan=later) == []
    assert clashes(world, plan=later, mode="walk") == [("no_time_to_get_there", "接站", "喝茶")], "8 km on foot"
    before = {**lake, "start": f"{DAY}T09:00", "end": f"{DAY}T09:55"}
    assert clashes(world, plan=before) == [("no_time_to_get_there", "喝茶", "接站")]
    nowhere = {"title": "电话", "start": f"{DAY}T10:30", "end": f"{DAY}T10:40"}
    assert clashes(world, plan=nowhere) == [], "without a place only the time counts"
    inside = {"title": "电话", "start": f"{DAY}T10:10", "end": f"{DAY}T10:20"}
    assert clashes(world, plan=inside) == [("overlap", "接站", "电话")]


def test_at_home_the_address_book_knows_the_place() -> None:
    world = city_world()
    world.arrange("user", "address", {"label": "home", "near": "西湖", "text": "龙井路1号"})
    (home,) = ok(world, "user_addresses")["addresses"]
    entry(world, "接站", "10:00", "10:30", "杭州东站")
    plan = {"start": f"{DAY}T10:35", "end": f"{DAY}T11:00", "address_id": home["address_id"]}
    (found,) = ok(world, "user_calendar_conflicts", plan=plan)["conflicts"]
    assert found["second"]["place"] == "龙井路1号"
    assert refused(world, "user_calendar_conflicts", plan={**plan, "address_id": "AD0"}) == "ADDRESS_NOT_EXIST"
    assert refused(world, "user_calendar_conflicts", plan={**plan, "location": "120,30"}) == "INVALID_ARGUMENT"
    assert refused(world, "user_calendar_conflicts", plan={**plan, "end": plan["start"]}) == "INVALID_TIME"
    assert refused(world, "user_calendar_conflicts", since=f"{DAY}T10:00", until=f"{DAY}T09:00") == "INVALID_TIME"


def test_the_next_city_is_a_train_away_and_another_country_a_flight() -> None:
    world = city_world()
    entry(world, "早会", "09:00", "10:00", "西湖")
    entry(world, "午饭", "11:30", "13:00", "外滩", city="上海")
    assert clashes(world) == [("no_time_to_get_there", "早会", "午饭")]
    at = parse_iso(f"{DAY}T10:00", 480)
    to_shanghai = travel_minutes(LAKE, BUND, at, "drive")
    assert 100 < to_shanghai < 200
    assert travel_minutes(LAKE, (106.8456, -6.2088), at, "drive") > 400
    assert travel_minutes(LAKE, LAKE, at, "walk") == 0


def test_the_way_takes_longer_in_the_rush() -> None:
    rush, night = (
        travel_minutes(LAKE, EAST_STATION, parse_iso(f"{DAY}T{at}", 480), "drive") for at in ("08:00", "03:00")
    )
    assert rush > night


@pytest.mark.parametrize(
    ("category", "methods"),
    [("food", ["wallet"]), ("travel", ["card:6222", "wallet"]), ("goods", ["card:6222", "wallet"])],
)
def test_how_the_person_likes_to_pay(category: str, methods: list[str]) -> None:
    world = city_world()
    assert ok(world, "user_payment_preferences")["preferences"] == []
    general = {"methods": ["card:6222", "wallet"], "never": ["credit"], "ask_above": "500"}
    world.arrange("user", "payment_preference", general)
    world.arrange("user", "payment_preference", {"category": "food", "methods": ["credit"]})
    world.arrange("user", "payment_preference", {"category": "food", "methods": ["wallet"], "note": "吃饭用余额"})
    (found,) = ok(world, "user_payment_preferences", category=category)["preferences"]
    assert found["methods"] == methods
    assert len(ok(world, "user_payment_preferences")["preferences"]) == 2
    if category != "food":
        assert (found["never"], found["ask_above"]) == (["credit"], "500.00")
