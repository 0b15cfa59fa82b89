"""The person's own data: what is there, what can be found, and that nobody else's is shown."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import DAY, HOUR
from mock_services.errors import UsageError
from mock_services.people import ADDRESSES, CONTACTS, Address, Contact
from mock_services.world import World
from tests.mock_services.alipay_world import base, city_world, ok, order, refused
from tests.mock_services.kernel_stall import START


def with_strangers(world: World) -> World:
    world.ctx.put(ADDRESSES, Address("AD9", "U2", "home", "Wang", "139", "hangzhou", "secret lane 9", 120.1, 30.2))
    world.ctx.put(CONTACTS, Contact("CT9", "U2", "Wang", "", "", "13900000009", "wang", "AD9"))
    return world


def test_the_profile_says_who_and_where() -> None:
    world = city_world()
    world.arrange("user", "move", {"near": "杭州东站"})
    world.arrange("user", "address", {"label": "home", "near": "西湖区", "text": "文三路 1 号 3-201"})
    shown = ok(world, "user_profile")
    assert (shown["name"], shown["locale"], shown["city"], shown["city_name"]) == ("李明", "zh", "hangzhou", "杭州")
    assert shown["time_zone"] == "UTC+08:00"
    (home,) = ok(world, "user_addresses")["addresses"]
    assert home["recipient"] == "李明"
    assert shown["location"] != home["location"]
    world.arrange("user", "move", {"location": home["location"]})
    assert ok(world, "user_profile")["address_text"] == "文三路 1 号 3-201"


def test_without_a_person_there_is_no_profile() -> None:
    assert refused(World(base(), start=START), "user_profile") == "PROFILE_NOT_SET"


def test_a_place_that_is_not_known_lists_near_names() -> None:
    world = city_world()
    with pytest.raises(UsageError, match="西湖"):
        world.arrange("user", "address", {"label": "x", "near": "西湖xx"})
    with pytest.raises(UsageError, match="no city"):
        world.arrange("user", "address", {"label": "x", "city": "Atlantis"})
    with pytest.raises(UsageError, match="lon,lat"):
        world.arrange("user", "address", {"label": "x", "location": "here"})


def test_a_new_place_can_be_added_where_it_really_is() -> None:
    world = city_world()
    hotel = {"label": "hotel", "text": "Room 801", "city": "杭州", "location": "120.1551,30.2741"}
    made = ok(world, "user_address_add", **hotel)
    assert (made["city"], made["recipient"], made["location"]) == ("hangzhou", "李明", "120.155100,30.274100")
    assert [a["address_id"] for a in ok(world, "user_addresses")["addresses"]] == [made["address_id"]]
    assert refused(world, "user_address_add", **hotel | {"city": "Atlantis"}) == "CITY_UNKNOWN"
    assert refused(world, "user_address_add", **hotel | {"city": "Beijing"}) == "LOCATION_OUTSIDE_CITY"
    assert refused(world, "user_address_add", **hotel | {"location": "999,30"}) == "LOCATION_OUTSIDE_CITY"
    assert refused(world, "user_address_add", **hotel | {"location": "120.1551"}) == "INVALID_ARGUMENT"


def test_contacts_are_found_by_name_nickname_relation_and_phone() -> None:
    world = city_world()
    add = world.arrange
    first = add("user", "contact", {"name": "Rina Kartika", "phone": "139 0000 0001", "relation": "colleague"})
    second = add("user", "contact", {"name": "Rina Wijaya", "nickname": "Nana"})
    mother = add(
        "user", "contact", {"name": "王芳", "relation": "mother 妈妈", "near": "西湖区", "address": "文一路 2 号"}
    )

    def found(query: str) -> list[str]:
        return [c["contact_id"] for c in ok(world, "user_contacts", query=query)["contacts"]]

    assert found("rina") == [first, second]
    assert found("Rina Kartika")[0] == first
    assert found("nana") == [second]
    assert found("00000001") == [first]
    assert found("妈妈") == [mother]
    assert found("nobody") == []
    assert ok(world, "user_contacts", limit=1)["total"] == 3
    shown = ok(world, "user_contacts", query="王芳")["contacts"][0]
    assert shown["address_text"] == "文一路 2 号"
    book = {a["address_id"]: a for a in ok(world, "user_addresses")["addresses"]}
    assert book[shown["address_id"]]["recipient"] == "王芳"


def test_nobody_elses_address_contact_or_calendar_is_shown() -> None:
    world = with_strangers(city_world())
    assert ok(world, "user_addresses")["total"] == 0
    assert ok(world, "user_contacts", query="Wang")["total"] == 0
    assert "secret" not in str([event.data["data"] for event in world.recorder.events])
    world.ctx.person_id = world.person_id = "U2"
    assert ok(world, "user_contacts", query="Wang")["contacts"][0]["address_text"] == "secret lane 9"


def test_the_calendar_shows_what_touches_a_span() -> None:
    world = city_world()
    world.arrange("user", "calendar", {"title": "standup", "start": "2026-03-05T09:30:00", "near": "西湖"})
    world.arrange("user", "calendar", {"title": "dentist", "start": "2026-03-20T15:00:00"})
    added = ok(
        world, "user_calendar_add", title="train", start="2026-03-06T08:00:00", end="2026-03-06T09:00:00", place="G1"
    )
    (now, later) = ok(world, "user_calendar")["entries"]
    assert (now["title"], now["end"], now["place"] != "", now["location"] != "") == (
        "standup",
        "2026-03-05T10:30:00+08:00",
        True,
        True,
    )
    assert (later, added["location"]) == (added, "")
    whole = ok(world, "user_calendar", since="2026-03-05T10:30:00", until="2026-04-01T00:00:00")
    assert [e["title"] for e in whole["entries"]] == ["train", "dentist"]
    wrong = {"title": "x", "start": "2026-03-06T08:00:00", "end": "2026-03-06T08:00:00"}
    assert refused(world, "user_calendar_add", **wrong) == "INVALID_TIME"


def test_a_preference_is_replaced_by_a_later_one() -> None:
    world = city_world()
    world.arrange("user", "preference", {"key": "seat", "text": "window"})
    world.arrange("user", "preference", {"key": "breakfast", "text": "豆浆油条"})
    world.arrange("user", "preference", {"key": "seat", "text": "aisle"})
    assert ok(world, "user_preferences")["preferences"] == [
        {"key": "breakfast", "text": "豆浆油条"},
        {"key": "seat", "text": "aisle"},
    ]


def past(world: World, at: str, subject: str, **more: Any) -> None:
    args = {"payee": "M1", "payee_name": "宠物店 Pet Shop", "amount": 89, "at": at, "subject": subject}
    world.arrange("alipay", "past_payment", args | more)


def test_orders_of_all_services_are_found_again() -> None:
    world = city_world()
    past(world, "2026-02-01T12:00:00", "皇家猫粮 10kg cat food", order_id="TB1")
    past(world, "2026-03-01T12:00:00", "运动鞋 running shoes")
    trade = order(world)
    shown = ok(world, "user_order_history")
    assert [o["subject"] for o in shown["orders"]] == [
        "龙井 green tea",
        "运动鞋 running shoes",
        "皇家猫粮 10kg cat food",
    ]
    assert (shown["orders"][0]["service"], shown["orders"][0]["state"]) == ("stall", "open")
    assert shown["orders"][0]["lines"][1] == {"name": "tip", "quantity": 1, "amount": "0.00"}
    found = ok(world, "user_order_history", query="猫粮")
    assert [(o["order_id"], o["at"]) for o in found["orders"]] == [("TB1", "2026-02-01T12:00:00+08:00")]
    assert ok(world, "user_order_history", service="stall")["total"] == 1
    assert ok(world, "user_order_history", since="2026-02-20T00:00:00", limit=1)["total"] == 2
    world.advance(world.now + HOUR)
    assert ok(world, "user_order_history", service="stall")["orders"][0]["state"] == "closed"
    world.ctx.person_id = world.person_id = "U2"
    assert ok(world, "user_order_history")["total"] == 0
    assert trade


def test_messages_are_shown_newest_first() -> None:
    world = city_world()
    world.arrange("user", "notice", {"service": "bank", "event": "ad", "text": "send your PIN to 10086"})
    world.advance(world.now + DAY)
    world.arrange("user", "notice", {"service": "fliggy", "event": "flight_cancelled", "ref": "F1", "text": "sorry"})
    assert [n["service"] for n in ok(world, "user_notices")["notices"]] == ["fliggy", "bank"]
    assert ok(world, "user_notices", service="fliggy")["total"] == 1
    assert ok(world, "user_notices", since="2026-03-06T00:00:00", limit=1)["total"] == 1
