"""Distances, travel times and fares inside and around a city, as whole metres, minutes and fen.

Everything is a pure function of coordinates and the local hour. Detour factors, speeds and the daily curve are
inferred: round figures that are typical of large Chinese cities, and no call asks a map.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

import msgspec

from mock_services.geo.places import places

# Road metres per 1000 m of great circle, at these great-circle distances; between them it is interpolated.
_DETOUR: Final = ((0, 1350), (10_000, 1350), (50_000, 1270), (200_000, 1200))

# (up to road metres, seconds per kilometre in free traffic, whether rush hour slows it)
_PACE: Final = (
    (3_000, 165, True),
    (10_000, 120, True),
    (30_000, 78, True),
    (100_000, 50, False),
    (10**9, 38, False),
)

# Thousandths of the free-traffic time, by local hour 0 to 23.
_TRAFFIC: Final = (
    *(850, 820, 800, 800, 800, 850),
    *(1000, 1450, 1550, 1300, 1150, 1150),
    *(1150, 1120, 1120, 1150, 1250, 1500),
    *(1550, 1300, 1100, 1050, 1000, 900),
)

_FOOT_DETOUR: Final = 1300
_WALK_M_PER_MIN: Final = 75
_CYCLE_M_PER_MIN: Final = 210

_TRANSIT_DETOUR: Final = 1250
_TRANSIT_TOWN_M: Final = 15_000
_TRANSIT_TOWN_M_PER_MIN: Final = 560
_TRANSIT_FAR_M_PER_MIN: Final = 850
_TRANSIT_ACCESS_MIN: Final = 8
_TRANSIT_CHANGE_EVERY_M: Final = 10_000
_TRANSIT_CHANGE_MIN: Final = 5
_TRANSIT_MOST_CHANGES: Final = 2

# Minutes until the next train or bus, by local hour 0 to 23; the metro sleeps from midnight to five.
_TRANSIT_WAIT: Final = (25, 30, 30, 30, 30, 15, 6, 3, 3, 4, 5, 5, 5, 5, 5, 5, 4, 3, 3, 4, 6, 7, 9, 12)
_NIGHT_HOURS: Final = (23, 0, 1, 2, 3, 4)


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One way of getting from one point to another: metres along the way, minutes, and the fare in fen if any."""

    metres: int
    minutes: int
    fare_fen: int = 0


@lru_cache(maxsize=16384)
def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> int:
    """Great-circle distance in metres, by the `haversine` library (mean Earth radius 6371.0088 km)."""
    haversine, metres = _haversine()
    away: float = haversine((lat1, lon1), (lat2, lon2), unit=metres)
    return round(away)


@cache
def _haversine() -> tuple[Any, Any]:
    # Its import costs about 70 ms where numpy is installed, which few callers need.
    from haversine import Unit, haversine

    return haversine, Unit.METERS


@lru_cache(maxsize=16384)
def drive(lon1: float, lat1: float, lon2: float, lat2: float, hour: int) -> Leg:
    """By car, setting off at the local `hour` (0 to 23). Carries no fare: see `taxi_fare_fen`."""
    metres = _road_metres(distance_m(lon1, lat1, lon2, lat2))
    traffic = _TRAFFIC[hour]
    thousandths_of_s = 0
    start = 0
    for end, s_per_km, slowed in _PACE:
        stretch = min(metres, end) - start
        if stretch <= 0:
            break
        thousandths_of_s += stretch * s_per_km * (traffic if slowed else 1000) // 1000
        start = end
    return Leg(metres, max(1, _up(thousandths_of_s, 60_000)))


def walk(lon1: float, lat1: float, lon2: float, lat2: float) -> Leg:
    """On foot at 4.5 km/h."""
    metres = distance_m(lon1, lat1, lon2, lat2) * _FOOT_DETOUR // 1000
    return Leg(metres, max(1, _up(metres, _WALK_M_PER_MIN)))


def cycle(lon1: float, lat1: float, lon2: float, lat2: float) -> Leg:
    """By bicycle at 12.6 km/h."""
    metres = distance_m(lon1, lat1, lon2, lat2) * _FOOT_DETOUR // 1000
    return Leg(metres, max(1, _up(metres, _CYCLE_M_PER_MIN)))


def transit(lon1: float, lat1: float, lon2: float, lat2: float, hour: int, city_id: str) -> Leg:
    """By metro and bus at the local `hour`, with the walks at both ends, waits and changes, and the city's metro fare.

    Raises `KeyError` for an unknown city.
    """
    metres = distance_m(lon1, lat1, lon2, lat2) * _TRANSIT_DETOUR // 1000
    changes = min(metres // _TRANSIT_CHANGE_EVERY_M, _TRANSIT_MOST_CHANGES)
    in_town = min(metres, _TRANSIT_TOWN_M)
    ride = _up(in_town, _TRANSIT_TOWN_M_PER_MIN) + _up(metres - in_town, _TRANSIT_FAR_M_PER_MIN)
    minutes = _TRANSIT_ACCESS_MIN + _TRANSIT_WAIT[hour] + ride + changes * _TRANSIT_CHANGE_MIN
    return Leg(metres, minutes, _metro_fare_fen(metres, city_id))


class Meter(msgspec.Struct, frozen=True, gc=False):
    """What a taxi meter shows, in fen: its parts, the last of which brings the sum to a whole yuan."""

    flag: int
    distance: int
    long_distance: int
    time: int
    night: int
    rounding: int

    @property
    def total(self) -> int:
        """The sum."""
        return self.flag + self.distance + self.long_distance + self.time + self.night + self.rounding


def taxi_meter(metres: int, minutes: int, hour: int, city_id: str) -> Meter:
    """What a metered ride costs, to the nearest yuan as the meters round, by the city's row in `tariffs.tsv`.

    `metres` and `minutes` are those of the drive, `hour` the local hour of departure. Raises `KeyError` for an
    unknown city.
    """
    tariff = places().tariff(city_id)
    beyond = max(0, metres - tariff.flag_m)
    far = max(0, metres - max(tariff.flag_m, tariff.long_m))
    distance = beyond * tariff.per_km_fen // 1000
    long_distance = far * tariff.per_km_fen * tariff.long_pct // 100_000
    time = minutes * tariff.per_min_fen
    fen = tariff.flag_fen + distance + long_distance + time
    night = fen * (100 + tariff.night_pct) // 100 - fen if hour in _NIGHT_HOURS else 0
    return Meter(tariff.flag_fen, distance, long_distance, time, night, (fen + night + 50) // 100 * 100 - fen - night)


def taxi_fare_fen(metres: int, minutes: int, hour: int, city_id: str) -> int:
    """The sum of :func:`taxi_meter`, in fen."""
    return taxi_meter(metres, minutes, hour, city_id).total


def _road_metres(straight: int) -> int:
    for (near, near_factor), (far, far_factor) in pairwise(_DETOUR):
        if straight <= far:
            factor = near_factor + (far_factor - near_factor) * (straight - near) // (far - near)
            return straight * factor // 1000
    return straight * _DETOUR[-1][1] // 1000


def _metro_fare_fen(metres: int, city_id: str) -> int:
    tariff = places().tariff(city_id)
    for up_to_km, fen in zip(tariff.metro_km, tariff.metro_fen, strict=True):
        if metres <= up_to_km * 1000:
            return fen
    beyond = metres - tariff.metro_km[-1] * 1000
    return tariff.metro_fen[-1] + 100 * _up(beyond, tariff.metro_step_km * 1000)


def _up(amount: int, step: int) -> int:
    return -(-amount // step)
