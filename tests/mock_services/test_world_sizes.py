"""How much a world holds, found out through its tools; larger worlds; and that no two things in it are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from mock_services.amap.rows import POIS
from mock_services.base import Base, Size, base_world, read_size
from mock_services.clock import parse_iso
from mock_services.errors import UsageError
from mock_services.flash import catalogue
from mock_services.fliggy.rows import HOTELS
from mock_services.geo import estates, places
from mock_services.registry import default_registry
from mock_services.taobao.catalogue import stock
from mock_services.taobao.rows import ITEMS, SKUS
from mock_services.taobao.rows import SHOPS as SELLERS
from mock_services.world import World

TODAY = date(2026, 3, 5)


@lru_cache
def base(size: str = "city", seed: int = 1) -> Base:
    return Base(seed, size, default_registry())


def world(size: str = "city") -> World:
    made = World(base(size), start=parse_iso("2026-03-05T09:40:00", 480))
    made.arrange("user", "person", {"name": "林晓", "city": "hangzhou", "near": "西湖"})
    return made


def ask(asked: World, tool: str, **args: Any) -> Any:
    reply = asked.call(tool, args)
    assert reply.ok, (tool, args, reply.error)
    # Nobody reads this trace, and thousands of answers would fill it.
    asked.recorder.events.clear()
    return reply.data


def twice(names: Iterable[Any]) -> list[Any]:
    return [name for name, count in Counter(names).items() if count > 1]


# --- what a city holds, as an agent would find it ----------------------------------------------------------------


def test_at_least_twelve_cities_are_on_the_map() -> None:
    city = world()
    found = {ask(city, "maps_geo", address=one.name.zh)["geocodes"][0]["level"] for one in places().cities}
    assert found == {"市"}
    assert len(places().cities) >= 12


def test_at_least_five_thousand_places_can_be_looked_up() -> None:
    city = world()
    found = [ask(city, "maps_search_detail", id=str(key))["id"] for key in base().tables.rows[POIS.name]]
    assert len(set(found)) >= 5000


def test_at_least_four_thousand_products_can_be_opened() -> None:
    city = world()
    found = {ask(city, "taobao_item_detail", item_id=str(key))["title"] for key in base().tables.rows[ITEMS.name]}
    assert len(found) >= 4000


def test_at_least_a_thousand_shops_deliver_twelve_thousand_dishes() -> None:
    city = world()
    shops: dict[str, None] = {}
    for zone in catalogue.zones(base()).values():
        spot = f"{zone.lon:.6f},{zone.lat:.6f}"
        shops.update(
            (shop["shop_id"], None) for shop in ask(city, "flash_shop_search", location=spot, limit=50)["shops"]
        )
        if len(shops) >= 1300:
            break
    assert len(shops) >= 1000
    dishes = {dish["dish_id"] for shop in shops for dish in ask(city, "flash_menu", shop_id=shop)["dishes"]}
    assert len(dishes) >= 12_000


def test_at_least_eight_hundred_hotels_have_rooms_for_sixty_nights() -> None:
    city = world()
    nights = (1, 13, 25, 37, 49, 60)
    seen: Counter[str] = Counter()
    for one in places().cities:
        for n in nights:
            night = {"check_in": str(TODAY + timedelta(n)), "check_out": str(TODAY + timedelta(n + 1))}
            found = ask(city, "fliggy_hotel_search", city=one.name.zh, limit=50, **night)["hotels"]
            seen.update(hotel["hotel_id"] for hotel in found)
    # A night may be sold out; no hotel is for good.
    assert len(seen) >= 800
    assert seen.total() >= 0.98 * 800 * len(nights)


def departures(city: World, tool: str, pairs: set[tuple[str, str]], day: date, **more: Any) -> int:
    args = {"date": day.isoformat(), "limit": 1, **more}
    names = {one.id: one.name.zh for one in places().cities}
    return sum(ask(city, tool, from_city=names[a], to_city=names[b], **args)["total"] for a, b in pairs)


def both_ways(rows: Iterable[Any]) -> set[tuple[str, str]]:
    return {pair for row in rows for pair in ((row.a, row.b), (row.b, row.a))}


def test_at_least_twenty_thousand_trains_leave_in_four_days() -> None:
    city, pairs = world(), both_ways(places().rails)
    found = sum(departures(city, "fliggy_train_search", pairs, TODAY + timedelta(n)) for n in range(1, 5))
    assert found >= 20_000


def test_flights_leave_every_day_twenty_thousand_in_a_week() -> None:
    city, pairs = world(), both_ways(places().airs)
    busy = {pair for pair in pairs if pair[0] == "shanghai"}
    # Non-stop ones with a seat left.
    daily = departures(city, "fliggy_flight_search", pairs, TODAY + timedelta(20), max_stops=0)
    some = [departures(city, "fliggy_flight_search", busy, TODAY + timedelta(n)) for n in (1, 90, 330)]
    assert daily * 7 >= 20_000
    assert min(some) > 100


# --- no two the same by accident, some alike on purpose ------------------------------------------------------------


@pytest.mark.parametrize("size", ["small", "city", "city*2"])
def test_no_two_things_have_one_name_in_one_place(size: str) -> None:
    made, rows = base(size), base(size).tables.rows
    assert not twice((poi.city, poi.zh) for poi in rows[POIS.name].values())
    assert not twice((hotel.city, hotel.name) for hotel in rows[HOTELS.name].values())
    assert not twice((hotel.city, hotel.name_en) for hotel in rows[HOTELS.name].values())
    assert not twice(item.title for item in rows[ITEMS.name].values())
    assert not twice(shop.name for shop in rows[SELLERS.name].values())
    assert not twice((sku.item_id, sku.spec) for sku in rows[SKUS.name].values())
    shops = [shop for zone in catalogue.zones(made).values() for shop in catalogue.shops_of_zone(made, zone)]
    assert not twice((shop.city, shop.name) for shop in shops)
    assert not twice((shop.city, shop.en) for shop in shops)


def test_some_shops_and_goods_look_alike_on_purpose() -> None:
    coffee = {brand.name for brand in catalogue.brands()["coffee", "cn"]}
    assert {"瑞云咖啡", "瑞芸咖啡"} <= coffee
    for fake in stock().look_alikes:
        found = ask(world(), "taobao_item_search", query=fake.title, limit=50)["items"]
        posing = next(item for item in found if item["title"] == fake.title)
        others = [row for row in base().tables.rows[ITEMS.name].values() if row.category == fake.model.category]
        honest = [row.rating / 10 for row in others if row.title not in {one.title for one in stock().look_alikes}]
        assert posing["rating"] < min(honest)


# --- sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [("small", Size("small")), ("city", Size("city")), ("city*1", Size("city")), ("city*4", Size("city", 4))],
)
def test_a_size_is_read(text: str, size: Size) -> None:
    assert read_size(text) == size
    assert read_size(str(size)) == size


@pytest.mark.parametrize("text", ["", "town", "City", "small*2", "city*0", "city*-1", "city*1.5", "city*x", "city*101"])
def test_nonsense_is_no_size(text: str) -> None:
    with pytest.raises(UsageError, match=r"unknown world size .* one of small, city, or city\*N"):
        base_world(0, text)


def test_a_larger_world_is_as_many_times_larger() -> None:
    one, two = base("city"), base("city*2")
    for service, what in (
        ("amap", "places on the map"),
        ("taobao", "shops"),
        ("taobao", "listings"),
        ("fliggy", "hotels"),
        ("fliggy", "flights a day"),
        ("fliggy", "trains a day"),
    ):
        holds = [made.registry.service(service).holdings(made)[what] for made in (one, two)]
        assert 1.8 <= holds[1] / holds[0] <= 2.2, (service, what, holds)
    assert 1.8 <= len(catalogue.zones(two)) / len(catalogue.zones(one)) <= 2.2
    assert two.id == "city*2:1"


def test_a_larger_world_is_the_same_every_time() -> None:
    again = Base(1, "city*2", default_registry())
    assert again.tables.rows == base("city*2").tables.rows
    assert catalogue.zones(again) == catalogue.zones(base("city*2"))
    pairs = [("shanghai", "beijing"), ("hangzhou", "nanjing")]
    for made in (again, base("city*2")):
        trains = departures(
            World(made, start=parse_iso("2026-03-05T09:40:00", 480)), "fliggy_train_search", set(pairs), TODAY
        )
        assert trains == departures(world("city*2"), "fliggy_train_search", set(pairs), TODAY)


def test_a_larger_world_is_wider_and_no_denser() -> None:
    near = {"location": "120.148,30.242", "limit": 50}
    shops = [ask(world(size), "flash_shop_search", **near)["total"] for size in ("city", "city*2")]
    assert shops[0] <= shops[1] <= 1.2 * shops[0]


def test_an_estate_is_on_the_map_and_has_shops_and_a_hotel() -> None:
    wide = world("city*2")
    estate = estates("hangzhou", 3)[2]
    (found,) = ask(wide, "maps_geo", address=estate.name.zh, city="杭州")["geocodes"][:1]
    assert (found["name"], found["city"]) == (estate.name.zh, "杭州")
    shops = ask(wide, "flash_shop_search", location=found["location"], sort="distance")["shops"]
    assert estate.name.zh in shops[0]["name"]
    nights = {"check_in": "2026-03-13", "check_out": "2026-03-14"}
    hotels = ask(wide, "fliggy_hotel_search", city="杭州", location=found["location"], radius_m=2000, **nights)[
        "hotels"
    ]
    assert any(estate.name.zh in hotel["name"] for hotel in hotels)


def test_more_estates_begin_with_the_same_ones_and_lie_apart() -> None:
    for city in places().cities:
        few, many = estates(city.id, 10), estates(city.id, 150)
        assert many[:10] == few
        assert not twice(estate.name.zh for estate in many)
        assert all(places().district(estate.district).city == city.id for estate in many)
