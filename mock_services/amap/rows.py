"""The tables of the map and ride service."""

from __future__ import annotations

import msgspec

from mock_services.amap.categories import CATEGORIES
from mock_services.amap.states import CASE, RIDE, Car, CaseState, RideState
from mock_services.clock import Instant
from mock_services.tables import Table


class Poi(msgspec.Struct, frozen=True, gc=False):
    """A place on the map. ``queue`` is how long one usually waits to get in: 0 not at all, 3 an hour or more."""

    id: str
    city: str
    district: str
    zh: str
    en: str
    indonesian: str
    local: str
    aliases: tuple[str, ...]
    category: str
    lon: float
    lat: float
    address: str
    indoor: bool
    ticketed: bool
    queue: int


class WeatherDay(msgspec.Struct, frozen=True, gc=False):
    """A day's weather that was set by hand; ``id`` is ``city|date``."""

    id: str
    zh: str
    en: str
    rain: bool
    rain_probability: int
    high: int
    low: int


class CityLevel(msgspec.Struct, frozen=True, gc=False):
    """What differs from the ordinary in one city: per cent of the usual road time and of the usual ride fare.

    The next driver who is sent comes ``slip_s`` seconds late.
    """

    city: str
    traffic_pct: int = 100
    fare_pct: int = 100
    slip_s: int = 0


class Shortage(msgspec.Struct, frozen=True, gc=False):
    """No car of a kind is to be had until then; ``id`` is ``city|car``."""

    id: str
    until: Instant


class Ride(msgspec.Struct, frozen=True):
    """A ride. ``depart_at`` is when the person wants to be picked up; instants that are not known yet are 0.

    ``driver_no`` counts the drivers that were sent: events of an earlier driver are void. ``promised_at`` is the
    pick-up that the driver first promised, ``pickup_at`` the one now expected or the one that was.
    """

    id: str
    owner: str
    city: str
    car: Car
    origin: tuple[float, float]
    origin_name: str
    destination: tuple[float, float]
    destination_name: str
    booked: bool
    depart_at: Instant
    metres: int
    seconds: int
    fen: int
    out_trade_no: str
    pay_before: Instant
    created_at: Instant
    passenger_name: str
    passenger_phone: str
    pickup_note: str
    state: RideState
    driver_no: int = 0
    driver: str = ""
    driver_phone: str = ""
    plate: str = ""
    car_model: str = ""
    promised_at: Instant = 0
    pickup_at: Instant = 0
    arrive_at: Instant = 0
    fee_fen: int = 0


class Case(msgspec.Struct, frozen=True, gc=False):
    """A dispute about a ride's bill."""

    id: str
    ride_id: str
    owner: str
    reason: str
    note: str
    state: CaseState
    refund_fen: int
    answer: str
    opened_at: Instant
    answer_by: Instant


def _poi_text(poi: Poi) -> str:
    return " ".join((poi.zh, poi.en, poi.indonesian, *poi.aliases, poi.address, CATEGORIES[poi.category].words))


POIS = Table("amap.pois", Poi, "id", indexes=("city",), text=_poi_text)
WEATHER = Table("amap.weather", WeatherDay, "id")
LEVELS = Table("amap.levels", CityLevel, "city")
SHORTAGES = Table("amap.shortages", Shortage, "id")
RIDES = Table("amap.rides", Ride, "id", indexes=("owner",), machine=RIDE)
CASES = Table("amap.cases", Case, "id", indexes=("ride_id",), machine=CASE)
