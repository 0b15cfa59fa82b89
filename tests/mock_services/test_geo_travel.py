"""Getting about: distances are symmetric, times grow with the way and the rush hour, fares follow the tariff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_services.geo import cycle, distance_m, drive, places, taxi_fare_fen, transit, walk

WEST_LAKE = (120.1480, 30.2420)
HANGZHOU_EAST = (120.2126, 30.2909)
LON = st.floats(73, 135)
LAT = st.floats(-8, 53)
HOUR = st.integers(0, 23)


def test_distances_match_the_map() -> None:
    beijing, shanghai = places().city("beijing"), places().city("shanghai")
    assert distance_m(beijing.lon, beijing.lat, shanghai.lon, shanghai.lat) == pytest.approx(1_067_000, rel=0.01)
    assert distance_m(*WEST_LAKE, *WEST_LAKE) == 0


@given(LON, LAT, LON, LAT)
def test_distance_is_the_same_both_ways(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    assert distance_m(lon1, lat1, lon2, lat2) == distance_m(lon2, lat2, lon1, lat1)


@given(HOUR, st.floats(0, 3), st.floats(0, 3))
def test_a_longer_drive_takes_no_less(hour: int, one: float, other: float) -> None:
    near, far = sorted((one, other))
    to_near, to_far = (drive(120.0, 30.0, 120.0 + east, 30.0, hour) for east in (near, far))
    assert to_near.metres <= to_far.metres
    assert to_near.minutes <= to_far.minutes


def test_the_rush_hour_slows_a_drive_across_town() -> None:
    minutes = {hour: drive(*WEST_LAKE, *HANGZHOU_EAST, hour).minutes for hour in range(24)}
    assert min(minutes[h] for h in (7, 8, 17, 18)) > minutes[13] > minutes[3]
    assert 20 <= minutes[13] <= 35
    assert 30 <= minutes[8] <= 50


def test_the_rush_hour_slows_only_the_ends_of_a_long_drive() -> None:
    hangzhou, shanghai = places().city("hangzhou"), places().city("shanghai")
    calm, rush = (drive(hangzhou.lon, hangzhou.lat, shanghai.lon, shanghai.lat, h) for h in (13, 8))
    assert calm.metres == rush.metres == pytest.approx(190_000, rel=0.15)
    assert 0 < rush.minutes - calm.minutes < 30
    assert 120 <= calm.minutes <= 200


def test_a_road_is_longer_than_the_crow_flies_and_straighter_far_out() -> None:
    def detour(lon_east: float) -> float:
        return drive(120, 30, 120 + lon_east, 30, 12).metres / distance_m(120, 30, 120 + lon_east, 30)

    assert detour(0.05) == pytest.approx(1.35, abs=0.01)
    assert 1.19 < detour(4.0) < detour(0.6) < detour(0.05)


def test_on_foot_a_kilometre_and_a_half_is_twenty_minutes() -> None:
    there = walk(120.0, 30.0, 120.0, 30.0 + 1500 / 1.3 / 111_195)
    assert there.metres == pytest.approx(1500, abs=5)
    assert there.minutes == 20


def test_a_bicycle_beats_walking_and_walks_the_same_way() -> None:
    on_foot, by_bike = walk(*WEST_LAKE, *HANGZHOU_EAST), cycle(*WEST_LAKE, *HANGZHOU_EAST)
    assert on_foot.metres == by_bike.metres
    assert by_bike.minutes < on_foot.minutes / 2


def test_the_metro_sleeps_at_night_and_charges_by_distance() -> None:
    day, night = (transit(*WEST_LAKE, *HANGZHOU_EAST, hour, "hangzhou") for hour in (10, 2))
    assert night.minutes > day.minutes + 15
    assert day.metres == night.metres
    assert day.fare_fen == 400


def test_the_metro_from_hongqiao_to_lujiazui_takes_under_an_hour_and_from_pudong_airport_a_little_more() -> None:
    lujiazui = places().poi("shanghai-lujiazui")
    minutes = {
        iata: transit(airport.lon, airport.lat, lujiazui.lon, lujiazui.lat, 10, "shanghai").minutes
        for iata, airport in ((code, places().airport(code)) for code in ("SHA", "PVG"))
    }
    assert 40 <= minutes["SHA"] <= 60 < minutes["PVG"] <= 85


@pytest.mark.parametrize(
    ("city", "km", "fen"),
    [("beijing", 5, 300), ("beijing", 11, 400), ("beijing", 50, 700), ("shanghai", 5, 300), ("shanghai", 15, 400)],
)
def test_metro_fares_are_those_of_the_city(city: str, km: int, fen: int) -> None:
    north = km * 1000 / 1.25 / 111_195
    assert transit(116.0, 39.0, 116.0, 39.0 + north, 12, city).fare_fen == fen


def test_a_short_taxi_ride_costs_the_flag_fall_and_the_minutes() -> None:
    assert taxi_fare_fen(2_000, 0, 12, "beijing") == 1_300
    assert taxi_fare_fen(2_000, 10, 12, "beijing") == 1_600


def test_taxis_cost_more_at_night_and_more_per_kilometre_far_out() -> None:
    assert taxi_fare_fen(10_000, 20, 23, "shanghai") > taxi_fare_fen(10_000, 20, 22, "shanghai")
    near = taxi_fare_fen(15_000, 0, 12, "shanghai") - taxi_fare_fen(10_000, 0, 12, "shanghai")
    far = taxi_fare_fen(25_000, 0, 12, "shanghai") - taxi_fare_fen(20_000, 0, 12, "shanghai")
    assert far == pytest.approx(near * 1.5, abs=100)


@given(st.sampled_from([c.id for c in places().cities]), st.integers(0, 200_000), st.integers(0, 50_000), HOUR)
def test_a_longer_ride_never_costs_less(city: str, metres: int, more: int, hour: int) -> None:
    short, long = (taxi_fare_fen(m, m // 500, hour, city) for m in (metres, metres + more))
    assert 0 < short <= long
    assert short % 100 == 0


def test_a_city_without_tariff_is_refused() -> None:
    with pytest.raises(KeyError):
        taxi_fare_fen(1_000, 5, 12, "atlantis")
    with pytest.raises(KeyError):
        transit(*WEST_LAKE, *HANGZHOU_EAST, 12, "atlantis")
