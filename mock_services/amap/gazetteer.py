"""Where things are: the served area, addresses along roads, and the places of the base world.

Nothing here depends on a seed. Where along a road a house number stands is invented; the roads and districts are real.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from mock_services.amap.categories import ORDINARY
from mock_services.amap.rows import POIS, Poi
from mock_services.base import BaseBuilder
from mock_services.draws import Draws
from mock_services.errors import Rejected, Unavailable
from mock_services.geo import Airport, City, District, Estate, Name, Station, distance_m, estates, places

SERVED_M = 60_000
"""Up to this far from the centre of a known district there are maps and cars."""

_METRES_PER_DEGREE = 111_195
_METRES_PER_NUMBER = 6
_ROADS = Draws("roads")
_NUMBER = re.compile(r"([0-9]{1,5})\s*(?:号|$|[^0-9])")


def local_name(name: Name, city: City) -> str:
    """What the sign says: Chinese in China, Indonesian in Indonesia, else English."""
    return {"CN": name.zh, "ID": name.id}.get(city.country, name.en)


def city_of(text: str) -> City:
    """The city that a person calls ``text``.

    Raises:
        Rejected: ``CITY_UNKNOWN``.
    """
    by_id = {city.id: city for city in places().cities}
    found = by_id.get(text) or places().city_named(text)
    if found is None:
        raise Rejected("CITY_UNKNOWN", f"no map of {text[:40]}", hint="the name of a city, such as 杭州 or Hangzhou")
    return found


@lru_cache(maxsize=16384)
def _nearest(lon: float, lat: float) -> tuple[District, int]:
    def square(district: District) -> float:
        east = ((district.lon - lon + 180) % 360 - 180) * math.cos(math.radians(lat))
        return east * east + (district.lat - lat) ** 2

    district = min(places().districts, key=square)
    return district, distance_m(district.lon, district.lat, lon, lat)


def district_at(where: tuple[float, float]) -> District:
    """The district at a point.

    Raises:
        Unavailable: ``NOT_SERVED``, too far from all of them.
    """
    district, metres = _nearest(*where)
    if metres > SERVED_M:
        raise Unavailable("NOT_SERVED", "there is no map of that place", hint="a place in or around a known city")
    return district


def city_at(where: tuple[float, float]) -> City:
    """The city at a point.

    Raises:
        Unavailable: ``NOT_SERVED``, too far from all of them.
    """
    return places().city(district_at(where).city)


@lru_cache(maxsize=16384)
def on_road(district: District, road: str, number: int) -> tuple[float, float]:
    """Where a house number stands: roads pass within a kilometre of their district's centre."""
    turn = _ROADS.unit(district.id, road, "turn") * math.tau
    aside = _ROADS.between(-1000, 1000, district.id, road, "aside")
    along = min(number * _METRES_PER_NUMBER, 3000) - 1500
    east = along * math.cos(turn) - aside * math.sin(turn)
    north = along * math.sin(turn) + aside * math.cos(turn)
    lon = district.lon + east / (_METRES_PER_DEGREE * math.cos(math.radians(district.lat)))
    return round(lon, 6), round(district.lat + north / _METRES_PER_DEGREE, 6)


class _Folded(NamedTuple):
    """A district with everything that an address can call it, in lower case."""

    district: District
    city_names: tuple[str, ...]
    names: tuple[str, ...]
    roads: tuple[tuple[str, str], ...]


@cache
def _folded_districts() -> tuple[_Folded, ...]:
    geo = places()
    return tuple(
        _Folded(
            district,
            tuple(name.casefold() for name in (geo.city(district.city).name.zh, geo.city(district.city).name.en)),
            tuple(name.casefold() for name in district.name.every()),
            # Of two roads that an address could name, the one with the longer name is meant.
            tuple((road, road.casefold()) for road in sorted(district.roads, key=len, reverse=True)),
        )
        for district in geo.districts
    )


def parse_address(text: str, city: City | None) -> tuple[District, str, int] | None:
    """Read (district, road, number) out of an address; the road may be empty and the number 0."""
    return _parse_address(text, "" if city is None else city.id)


@lru_cache(maxsize=4096)
def _parse_address(text: str, city: str) -> tuple[District, str, int] | None:
    said = text.casefold()
    known: Sequence[_Folded] = _folded_districts()
    if city:
        known = [d for d in known if d.district.city == city]
    else:
        known = [d for d in known if any(name in said for name in d.city_names)] or known
    named = [d for d in known if any(name in said for name in d.names)]
    for candidate in named or known:
        for road, folded in candidate.roads:
            if folded in said:
                number = _NUMBER.search(said.split(folded, 1)[1])
                return candidate.district, road, int(number.group(1)) if number else 0
    return (named[0].district, "", 0) if named else None


def seed_pois(base: BaseBuilder) -> None:
    """Put the landmarks, stations and airports on the map, and everyday places along the roads."""
    geo = places()
    for p in geo.pois:
        base.add(
            POIS,
            _poi(
                p.id,
                geo.district(p.district),
                p.name,
                p.category,
                (p.lon, p.lat),
                p.address,
                aliases=p.aliases,
                indoor=p.indoor,
                ticketed=p.ticketed,
                queue=p.queue,
            ),
        )
    for airport in geo.airports:
        base.add(
            POIS, _hub(f"airport-{airport.iata}", airport, "airport", airport.name, (airport.iata, *airport.aliases))
        )
    for station in geo.stations:
        name = _station_name(station.name, geo.city(station.city))
        base.add(POIS, _hub(f"station-{station.code}", station, "railway_station", name, station.aliases))
    names: set[tuple[str, str]] = set()
    for district in geo.districts:
        _seed_ordinary(base, district, names)
    for city in geo.cities:
        for estate in estates(city.id, base.size.estates):
            _seed_estate(base, estate)


def _hub(key: str, hub: Airport | Station, category: str, name: Name, aliases: tuple[str, ...]) -> Poi:
    # The nearest district of its own city: some stand across the border of a neighbour's.
    own = places().districts_of(hub.city)
    district = min(own, key=lambda d: distance_m(d.lon, d.lat, hub.lon, hub.lat))
    address = local_name(name, places().city(hub.city))
    return _poi(key, district, name, category, (hub.lon, hub.lat), address, aliases=aliases, indoor=True)


def _station_name(name: Name, city: City) -> Name:
    return Name(name.zh + "站", name.en, name.id) if city.country == "CN" else name


def _seed_ordinary(base: BaseBuilder, district: District, names: set[tuple[str, str]]) -> None:
    city = places().city(district.city)
    draws = base.draws
    wanted = base.sized(6, 40)
    pairs = [(kind, road) for kind in ORDINARY for road in district.roads]
    for n, (kind, road) in enumerate(draws.sample(pairs, wanted, "ordinary", district.id)):
        number = draws.between(1, 480, "ordinary", district.id, n)
        name = Name(kind.zh.format(road=road), kind.en.format(road=road), kind.indonesian.format(road=road))
        if (city.id, name.zh) in names:
            # Some roads run through two districts, or two of a city have one name.
            here = district.name
            name = Name(f"{name.zh}({here.zh}店)", f"{name.en} ({here.en})", f"{name.id} ({here.id})")
        names.add((city.id, name.zh))
        base.add(
            POIS,
            _poi(
                f"{district.id}-{kind.category}-{n}",
                district,
                name,
                kind.category,
                on_road(district, road, number),
                street_address(city, road, number),
                indoor=kind.indoor,
            ),
        )


def _seed_estate(base: BaseBuilder, estate: Estate) -> None:
    city, district = places().city(estate.city), places().district(estate.district)
    name = estate.name
    base.add(
        POIS, _poi(estate.id, district, name, "estate", (estate.lon, estate.lat), local_name(name, city), indoor=False)
    )
    for n, kind in enumerate(ORDINARY):
        bits = base.draws.bits("estate", estate.id, n)
        turn, metres = math.tau * (bits % 3600) / 3600, 60 + (bits >> 16) % 900
        lon = estate.lon + metres * math.cos(turn) / (_METRES_PER_DEGREE * math.cos(math.radians(estate.lat)))
        lat = estate.lat + metres * math.sin(turn) / _METRES_PER_DEGREE
        own = Name(kind.zh.format(road=name.zh), kind.en.format(road=name.en), kind.indonesian.format(road=name.id))
        address = street_address(city, local_name(name, city), 1 + (bits >> 32) % 120)
        base.add(
            POIS,
            _poi(
                f"{estate.id}-{kind.category}",
                district,
                own,
                kind.category,
                (round(lon, 6), round(lat, 6)),
                address,
                indoor=kind.indoor,
            ),
        )


def street_address(city: City, road: str, number: int) -> str:
    """Road and house number as they are written there."""
    if not number:
        return road
    return {"CN": f"{road}{number}号", "ID": f"{road} No. {number}"}.get(city.country, f"{number} {road}")


def full_address(city: City, district: District, rest: str) -> str:
    """City, district and the rest as they are written there."""
    if city.country == "CN":
        return f"{city.name.zh}市{district.name.zh}{rest}"
    return ", ".join(part for part in (rest, local_name(district.name, city), local_name(city.name, city)) if part)


def _poi(
    key: str,
    district: District,
    name: Name,
    category: str,
    where: tuple[float, float],
    address: str,
    *,
    aliases: tuple[str, ...] = (),
    indoor: bool = False,
    ticketed: bool = False,
    queue: int = 0,
) -> Poi:
    return Poi(
        id=key,
        city=district.city,
        district=district.id,
        zh=name.zh,
        en=name.en,
        indonesian=name.id,
        local=local_name(name, places().city(district.city)),
        aliases=aliases,
        category=category,
        lon=where[0],
        lat=where[1],
        address=address,
        indoor=indoor,
        ticketed=ticketed,
        queue=queue,
    )
