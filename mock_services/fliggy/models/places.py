"""Arguments and results of the look-up of cities, airports and stations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.fliggy.models.common import Name
from mock_services.service import Args, Result

PlaceKind = Literal["city", "airport", "station"]


class PlaceLookupArgs(Args):
    """What a person calls a city, an airport or a station."""

    query: Name = Field(description="name in any of the languages, a part of one, or a code (PVG, AOH)")
    kind: PlaceKind | None = Field(
        None, description="only these; airports and stations of a city are found by its name"
    )
    limit: int = Field(10, ge=1, le=50, description="how many at most")


class PlaceView(Result):
    """A city, an airport or a railway station. ``code`` is what the search tools take: city id, IATA or telecode.

    ``closes_minutes`` is how long before departure check-in (an airport's, within the country) or the gate (a
    station's) closes.
    """

    kind: PlaceKind
    code: str
    name: str
    name_en: str
    city: str
    city_name: str
    city_name_en: str
    country: str
    location: str
    time_zone: str
    km_from_centre: int
    airports: list[str] = Field(description="all of the city, the busiest first")
    stations: list[str] = Field(description="all of the city, the busiest first")
    closes_minutes: int | None
    closes_minutes_abroad: int | None


class PlaceLookupResult(Result):
    """Places that may be meant, the likeliest first."""

    places: list[PlaceView]
    total: int
