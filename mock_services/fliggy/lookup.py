"""Which cities, airports and railway stations a person may mean, with their codes."""

from __future__ import annotations

from mock_services.fliggy import flights, trains
from mock_services.fliggy import models as m
from mock_services.geo import Airport, City, Station, distance_m, fold, places

_LEAST_LETTERS = 2
"""A part of a name this short would fit half of the list."""


def look_up(args: m.PlaceLookupArgs) -> m.PlaceLookupResult:
    """``fliggy_place_lookup``: cities before airports before stations, whole names before parts of names.

    Raises:
        Rejected: ``UNKNOWN_CITY``, nothing is called so.
    """
    geo = places()
    found: list[City | Airport | Station] = [
        place for place in geo.named(args.query) if isinstance(place, City | Airport | Station)
    ]
    code = args.query.strip().upper()
    found += [station for station in geo.stations if station.code == code]
    wanted = fold(args.query)
    if len(wanted) >= _LEAST_LETTERS or not wanted.isascii():
        everything: tuple[City | Airport | Station, ...] = (*geo.cities, *geo.airports, *geo.stations)
        found += [place for place in everything if wanted and any(wanted in fold(name) for name in _names(place))]
    # Whoever looks for an airport by its city means the airports of the city.
    if args.kind is not None:
        cities = [place.id for place in found if isinstance(place, City)]
        found += [airport for city in cities for airport in geo.airports_of(city)]
        found += [station for city in cities for station in geo.stations_of(city)]
    shown = [view(place) for place in dict.fromkeys(found)]
    fitting = [place for place in shown if args.kind in (None, place.kind)]
    if not fitting:
        raise flights.unknown_city(args.query)
    return m.PlaceLookupResult(places=fitting[: args.limit], total=len(fitting))


def _names(place: City | Airport | Station) -> tuple[str, ...]:
    return (*place.name.every(), *place.aliases)


def view(place: City | Airport | Station) -> m.PlaceView:
    """A city, an airport or a station as the tools show it."""
    geo = places()
    city = place if isinstance(place, City) else geo.city(place.city)
    sign, minutes = ("+" if city.utc_offset_min >= 0 else "-"), abs(city.utc_offset_min)
    airport, station = isinstance(place, Airport), isinstance(place, Station)
    return m.PlaceView(
        kind="airport" if airport else "station" if station else "city",
        code=place.iata if isinstance(place, Airport) else place.code if isinstance(place, Station) else city.id,
        name=place.name.zh,
        name_en=place.name.en,
        city=city.id,
        city_name=city.name.zh,
        city_name_en=city.name.en,
        country=city.country,
        location=f"{place.lon:.5f},{place.lat:.5f}",
        time_zone=f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}",
        km_from_centre=round(distance_m(place.lon, place.lat, city.lon, city.lat) / 1000),
        airports=[row.iata for row in geo.airports_of(city.id)],
        stations=[row.code for row in geo.stations_of(city.id)],
        closes_minutes=flights.CUT_OFF_MIN[True] if airport else trains.GATE_MIN if station else None,
        closes_minutes_abroad=flights.CUT_OFF_MIN[False] if airport else None,
    )
