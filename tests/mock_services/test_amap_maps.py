"""The map: places in three languages, ways, weather."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from mock_services.amap import Amap
from mock_services.base import Base
from mock_services.clock import DAY, HOUR, parse_iso
from mock_services.clock_service import ClockService
from mock_services.geo import places
from mock_services.people import PEOPLE, PersonRow
from mock_services.registry import Registry
from mock_services.world import World

LAKE, EAST_STATION, BUND = "120.148,30.242", "120.2126,30.2909", "121.4905,31.2380"


@lru_cache
def base() -> Base:
    return Base(0, "small", Registry((ClockService(), Amap())))


def at(moment: str = "2026-03-05T09:40", city: str = "hangzhou") -> World:
    world = World(base(), start=parse_iso(moment, 480))
    world.state.put(PEOPLE, PersonRow("U1", "林晓", "13800000001", "", "zh", city, 120.15, 30.27))
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


@pytest.mark.parametrize(
    ("words", "name", "level"),
    [
        ("西湖", "西湖", "兴趣点"),
        ("West Lake", "西湖", "兴趣点"),
        ("danau barat", "西湖", "兴趣点"),
        ("West Lake, Hangzhou", "西湖", "兴趣点"),
        ("杭州东站", "杭州东站", "火车站"),
        ("stasiun hangzhou timur", "杭州东站", "火车站"),
        ("北京南站", "北京南站", "火车站"),
        ("PVG", "上海浦东国际机场", "机场"),
        ("Lujiazui", "陆家嘴", "兴趣点"),
        ("Pingjiang Road", "平江路", "兴趣点"),
        ("Xi'an", "西安", "市"),
    ],
)
def test_a_place_is_found_under_any_of_its_names(words: str, name: str, level: str) -> None:
    first = ok(at(), "maps_geo", address=words)["geocodes"][0]
    assert (first["name"], first["level"]) == (name, level)


def test_an_ambiguous_name_means_the_place_in_the_persons_own_city_first() -> None:
    for city in ("hangzhou", "beijing"):
        world = at(city=city)
        world.arrange("amap", "poi", {"id": "a", "location": LAKE, "name": "Moon Café"})
        world.arrange("amap", "poi", {"id": "b", "location": "116.407,39.904", "name": "Moon Café"})
        codes = ok(world, "maps_geo", address="Moon Café")["geocodes"]
        assert [c["city"] for c in codes] == (["杭州", "北京"] if city == "hangzhou" else ["北京", "杭州"])


def test_a_street_address_stands_still_and_numbers_lie_along_the_road() -> None:
    world = at()
    near = ok(world, "maps_geo", address="杭州市西湖区文三路100号")["geocodes"][0]
    assert near == ok(at(), "maps_geo", address="文三路100号", city="Hangzhou")["geocodes"][0]
    assert near["formatted_address"] == "杭州市西湖区文三路100号"
    far = ok(world, "maps_geo", address="文三路400号", city="杭州")["geocodes"][0]["location"]
    between = ok(world, "maps_distance", origins=near["location"], destination=far, type="0")["results"][0]
    assert 1700 < between["distance"] < 1900


def test_what_is_no_place_is_not_found() -> None:
    assert code(at(), "maps_geo", address="kantor") == "ADDRESS_NOT_FOUND"
    assert code(at(), "maps_geo", address="qwxyz") == "ADDRESS_NOT_FOUND"
    assert code(at(), "maps_geo", address="西湖", city="Atlantis") == "CITY_UNKNOWN"
    assert code(at(), "maps_geo", address="外滩", city="杭州") == "ADDRESS_NOT_FOUND"


def test_coordinates_lead_back_to_the_place_and_nowhere_is_not_served() -> None:
    seen = ok(at(), "maps_regeocode", location=LAKE)
    assert (seen["nearest_poi"], seen["nearest_poi_distance"]) == ("西湖", 0)
    assert seen["city_en"] == "Hangzhou"
    assert code(at(), "maps_regeocode", location="0,0") == "NOT_SERVED"
    assert code(at(), "maps_regeocode", location="30.242,120.148") == "INVALID_ARGUMENT"


def test_places_around_come_nearest_first_and_only_from_inside_the_circle() -> None:
    found = ok(at(), "maps_around_search", location=LAKE, radius=3000, limit=50)
    metres = [poi["distance"] for poi in found["pois"]]
    assert metres == sorted(metres)
    assert metres[-1] <= 3000
    assert found["total"] == len(metres) > 10
    museums = ok(at(), "maps_around_search", location=LAKE, radius=6000, types="博物馆")
    assert {poi["category"] for poi in museums["pois"]} == {"museum"}


def test_a_circle_over_a_border_shows_the_places_of_both_cities() -> None:
    # Between Shanghai and Suzhou, some forty kilometres from either.
    found = ok(at(), "maps_around_search", location="121.03,31.26", radius=50_000, types="museum", limit=50)
    assert {poi["city"] for poi in found["pois"]} == {"上海", "苏州"}
    for poi in base().tables.rows["amap.pois"].values():
        city = places().city(poi.city)
        assert max(abs(poi.lat - city.lat), abs(poi.lon - city.lon)) < 2


def test_every_city_has_places_for_a_day_with_children_and_says_whether_they_are_indoors() -> None:
    world = at()
    for city in places().cities:
        found = ok(world, "maps_text_search", keywords="亲子 anak family", city=city.id)
        assert found["total"] >= 1, city.id
        detail = ok(world, "maps_search_detail", id=found["pois"][0]["id"])
        assert detail["usual_queue"] in ("none", "short", "long", "an_hour_or_more")
    assert code(world, "maps_search_detail", id="atlantis") == "POI_NOT_EXIST"


def test_the_way_to_the_station_takes_longer_in_the_rush_hour_and_longer_still_in_a_jam() -> None:
    world = at()

    def minutes(moment: str) -> int:
        way = ok(world, "maps_direction_driving", origin=LAKE, destination=EAST_STATION, depart_at=moment)
        return int(way["duration"]) // 60

    night, rush = minutes("2026-03-06T03:00"), minutes("2026-03-06T18:00")
    assert night < rush
    world.arrange("amap", "traffic", {"city": "Hangzhou", "factor": 2})
    assert minutes("2026-03-06T18:00") == 2 * rush
    assert (
        code(world, "maps_direction_driving", origin=LAKE, destination=EAST_STATION, depart_at="2026-03-05T08:00")
        == "IN_THE_PAST"
    )


def test_there_is_no_road_over_the_sea_and_nobody_walks_to_shanghai() -> None:
    world = at()
    assert code(world, "maps_direction_driving", origin=LAKE, destination="106.8272,-6.1754") == "NOT_SERVED"
    assert code(world, "maps_direction_walking", origin=LAKE, destination=BUND) == "TOO_FAR"
    assert ok(world, "maps_direction_bicycling", origin=LAKE, destination=BUND)["duration"] > 10 * 3600


def test_public_transport_to_another_city_goes_by_train_and_adds_up() -> None:
    way = ok(
        at(),
        "maps_direction_transit_integrated",
        origin=LAKE,
        destination=BUND,
        city="杭州",
        cityd="Shanghai",
    )
    assert [leg["mode"] for leg in way["segments"]] == ["transit", "wait", "train", "transit"]
    assert way["duration"] == sum(leg["duration"] for leg in way["segments"])
    rail = places().rail("hangzhou", "shanghai")
    assert rail is not None
    assert way["segments"][2]["cost"] == f"{rail.fare_fen // 100}.{rail.fare_fen % 100:02d}"
    over_the_sea = {"origin": LAKE, "destination": "106.8272,-6.1754", "city": "杭州", "cityd": "Jakarta"}
    assert code(at(), "maps_direction_transit_integrated", **over_the_sea) == "NO_TRANSIT"


def test_the_weather_of_a_day_is_what_the_forecast_said_about_the_sky() -> None:
    said = ok(at(), "maps_weather", city="上海")["forecasts"]
    assert [day["date"] for day in said] == [str(date(2026, 3, 5) + timedelta(days=n)) for n in range(4)]
    for ahead, day in enumerate(said):
        there = at(f"{day['date']}T12:00")
        today = ok(there, "maps_weather", city="Shanghai", date=day["date"])["forecasts"][0]
        assert (today["rain"], today["dayweather"]) == (day["rain"], day["dayweather"])
        assert today["rain_probability"] == (100 if today["rain"] else 0)
        assert abs(today["daytemp"] - day["daytemp"]) <= (1 if ahead else 0)


def test_it_rains_about_as_often_as_the_climate_says() -> None:
    world = at("2026-06-01T00:10")
    rainy = 0
    for _ in range(30):
        rainy += ok(world, "maps_weather", city="Lhasa", date=world.ctx.iso(world.now)[:10])["forecasts"][0]["rain"]
        world.advance(world.now + DAY - HOUR // 60)
    assert 7 <= rainy <= 22


def test_a_scenario_sets_the_weather_and_the_day_after_next_week_is_unknown() -> None:
    world = at()
    world.arrange("amap", "weather", {"city": "Hangzhou", "date": "2026-03-06", "text": "大雨"})
    tomorrow = ok(world, "maps_weather", city="杭州", date="2026-03-06")["forecasts"][0]
    assert tomorrow["rain"] is True
    assert tomorrow["weather_en"] == "Heavy rain"
    assert code(world, "maps_weather", city="杭州", date="2026-03-20") == "NO_FORECAST"
    assert code(world, "maps_weather", city="杭州", date="2026-03-04") == "NO_FORECAST"


def test_todays_date_is_the_citys_own() -> None:
    # 00:30 in Hangzhou is still 23:30 of the day before in Jakarta.
    first = ok(at("2026-03-06T00:30"), "maps_weather", city="Jakarta")["forecasts"][0]
    assert first["date"] == "2026-03-05"
