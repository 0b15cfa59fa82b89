"""Arguments and results of the map, weather and ride tools.

The ``maps_*`` arguments carry the names that Amap's official map tools use. Distances are metres, durations
seconds, as there; places are one string ``lon,lat`` in decimal degrees.
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from mock_services.argtypes import IsoTime, YuanOut
from mock_services.service import Args, Result

_POINT = r"-?[0-9]{1,3}(\.[0-9]{1,10})?,-?[0-9]{1,2}(\.[0-9]{1,10})?"
_POINT_RE = re.compile(_POINT)
MOST_ORIGINS = 20


def point(text: str) -> tuple[float, float]:
    """Read ``lon,lat``.

    Raises:
        ValueError: not two decimal numbers, or outside the globe.
    """
    if not _POINT_RE.fullmatch(text):
        raise ValueError("a place as lon,lat in decimal degrees, such as 120.1551,30.2741")
    lon, lat = map(float, text.split(","))
    if abs(lon) > 180 or abs(lat) > 90:
        raise ValueError("a longitude within 180 and a latitude within 90 degrees, in this order")
    return lon, lat


def write_point(lon: float, lat: float) -> str:
    """``lon,lat`` with the six places that Amap writes."""
    return f"{lon:.6f},{lat:.6f}"


def _check_point(text: str) -> str:
    point(text)
    return text


def _check_points(text: str) -> str:
    parts = text.split("|")
    if len(parts) > MOST_ORIGINS:
        raise ValueError(f"at most {MOST_ORIGINS} places")
    for part in parts:
        point(part)
    return text


def _digit(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Location = Annotated[
    str,
    AfterValidator(_check_point),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_POINT}$", "description": "lon,lat in decimal degrees, e.g. 120.1551,30.2741"}
    ),
]
"""A place on the wire."""

Locations = Annotated[
    str,
    AfterValidator(_check_points),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^{_POINT}(\|{_POINT}){{0,{MOST_ORIGINS - 1}}}$",
            "description": f"one to {MOST_ORIGINS} places as lon,lat, separated by |",
        }
    ),
]
"""Several places on the wire."""

Mode = Literal["walk", "transit", "wait", "train"]

CITY = "a city's id or any of its names (杭州, Hangzhou, hangzhou)"


# --- places --------------------------------------------------------------------------------------------------


class GeoArgs(Args):
    """A place in words."""

    address: str = Field(min_length=1, max_length=200, description="name of a place, or city, district, road, number")
    city: str | None = Field(None, min_length=1, max_length=60, description=f"look only here: {CITY}")


class Geocode(Result):
    """A place that the words may mean."""

    name: str
    name_en: str
    formatted_address: str
    location: str
    level: str
    city: str
    district: str
    adcode: str
    poi_id: str


class GeoView(Result):
    """What the words may mean, the likeliest first."""

    geocodes: list[Geocode]


class LocationArgs(Args):
    """A point."""

    location: Location


class RegeoView(Result):
    """What stands at a point."""

    formatted_address: str
    city: str
    city_en: str
    district: str
    adcode: str
    nearest_poi: str
    nearest_poi_id: str
    nearest_poi_distance: int


class TextSearchArgs(Args):
    """What to look for."""

    keywords: str = Field(
        min_length=1, max_length=100, description="name, kind or tag, in Chinese, English or Indonesian"
    )
    city: str | None = Field(None, min_length=1, max_length=60, description=f"look only here: {CITY}")
    types: str | None = Field(None, max_length=100, description="only these categories, separated by |")
    limit: int = Field(20, ge=1, le=50, description="how many at most")


class AroundArgs(Args):
    """What to look for around a point."""

    location: Location
    keywords: str | None = Field(
        None, min_length=1, max_length=100, description="name, kind or tag; empty for anything"
    )
    types: str | None = Field(None, max_length=100, description="only these categories, separated by |")
    radius: int = Field(1000, ge=1, le=50_000, description="metres as the crow flies")
    limit: int = Field(20, ge=1, le=50, description="how many at most")


class PoiView(Result):
    """A place in a list of results; ``distance`` is metres from the asked point where there is one."""

    id: str
    name: str
    name_en: str
    address: str
    city: str
    category: str
    location: str
    distance: int | None = None


class PoisView(Result):
    """Places found."""

    pois: list[PoiView]
    total: int


class DetailArgs(Args):
    """A place by id."""

    id: str = Field(min_length=1, max_length=80, description="poi id from a search")


class PoiDetail(Result):
    """All that is known of a place; ``usual_queue`` is none, short, long or an hour_or_more."""

    id: str
    name: str
    name_en: str
    name_id: str
    alias: list[str]
    address: str
    city: str
    district: str
    adcode: str
    category: str
    location: str
    indoor: bool
    ticketed: bool
    usual_queue: str
    opentime: str


# --- distances and routes ------------------------------------------------------------------------------------


class DistanceArgs(Args):
    """From where and to where."""

    origins: Locations
    destination: Location
    type: Annotated[Literal["0", "1", "3"], BeforeValidator(_digit)] = Field(
        "1", description="0 as the crow flies, 1 by car, 3 on foot"
    )


class DistanceRow(Result):
    """One origin's way; ``origin_id`` counts from 1 in the order given, ``duration`` is 0 as the crow flies."""

    origin_id: int
    distance: int
    duration: int


class DistanceView(Result):
    """A row for each origin."""

    results: list[DistanceRow]


class RouteArgs(Args):
    """From where to where."""

    origin: Location
    destination: Location


class TimedRouteArgs(RouteArgs):
    """From where to where, and when."""

    depart_at: IsoTime | None = Field(None, description="ISO 8601, local time where no offset is given; empty for now")


class RouteView(Result):
    """A way; ``traffic`` is free, moderate or heavy by car and empty otherwise, ``taxi_cost`` is by car only."""

    origin: str
    destination: str
    distance: int
    duration: int
    depart_at: str
    arrive_at: str
    traffic: str = ""
    taxi_cost: YuanOut | None = None


class TransitArgs(TimedRouteArgs):
    """From where to where by public transport."""

    city: str = Field(min_length=1, max_length=60, description=f"of the origin: {CITY}")
    cityd: str = Field(min_length=1, max_length=60, description=f"of the destination: {CITY}")


class TransitSegment(Result):
    """A part of the way: ``mode`` is walk, transit (metro and bus), wait or train."""

    mode: Mode
    start: str
    end: str
    distance: int
    duration: int
    cost: YuanOut


class TransitView(Result):
    """A way by public transport. Trains are a typical one of the day: timetable and seats are another service's."""

    origin: str
    destination: str
    distance: int
    duration: int
    cost: YuanOut
    depart_at: str
    arrive_at: str
    segments: list[TransitSegment]


# --- weather -------------------------------------------------------------------------------------------------


class WeatherArgs(Args):
    """Where and for which day."""

    city: str = Field(min_length=1, max_length=60, description=CITY)
    date: datetime.date | None = Field(None, description="only this day; empty for today and the next three")


class Forecast(Result):
    """A day's weather: ``week`` is 1 for Monday, temperatures are °C, ``rain_probability`` is per cent."""

    date: str
    week: int
    dayweather: str
    weather_en: str
    daytemp: int
    nighttemp: int
    rain_probability: int
    rain: bool


class WeatherView(Result):
    """A city's forecast."""

    city: str
    city_en: str
    adcode: str
    forecasts: list[Forecast]
