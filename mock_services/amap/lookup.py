"""Finding places: words to coordinates and back, search by text and around a point, details."""

from __future__ import annotations

import math
from functools import cache

from mock_services.amap import grid
from mock_services.amap.categories import CATEGORIES, QUEUES
from mock_services.amap.gazetteer import (
    city_at,
    city_of,
    district_at,
    full_address,
    local_name,
    on_road,
    parse_address,
    street_address,
)
from mock_services.amap.models import (
    AroundArgs,
    DetailArgs,
    GeoArgs,
    Geocode,
    GeoView,
    PoiDetail,
    PoisView,
    PoiView,
    RegeoView,
    TextSearchArgs,
    point,
    write_point,
)
from mock_services.amap.rows import POIS, Poi
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import Airport, City, District, Place, Station, distance_m, fold, places
from mock_services.people import PEOPLE
from mock_services.search import tokens

MOST_GEOCODES = 5
_SURE_PCT = 60
"""Share of the words that a place's names and address must cover to be what the words mean."""

_SEARCH_DEPTH = 200
_DEGREE_M = 111_195
_LEVELS = {"airport": "机场", "railway_station": "火车站"}
_HERE_M = 80
_ALWAYS = "00:00-24:00"


def geocode(ctx: Ctx, args: GeoArgs) -> GeoView:
    """Answer ``maps_geo``.

    Raises:
        Rejected: ``CITY_UNKNOWN``, ``ADDRESS_NOT_FOUND``.
    """
    city = city_of(args.city) if args.city else None
    shapes = _without_city(args.address, city)
    address = parse_address(args.address, city)
    found = _by_name(ctx, shapes)
    if not found and address is not None and address[2]:
        found = [_address_code(*address)]
    # A shop that is named after its road is looked for before the road itself.
    found = found or _by_poi_name(ctx, shapes)
    if not found and address is not None:
        found = [_address_code(*address)]
    found = found or _by_text(ctx, args.address, city)
    if not found:
        raise Rejected(
            "ADDRESS_NOT_FOUND",
            f"no place called {args.address[:60]}",
            hint="a place's name, or city, district, road and number; addresses of the person are in user_addresses",
        )
    person = ctx.get(PEOPLE, ctx.person_id)
    here = places().city(person.city).name if person is not None else None
    if here is not None:
        found.sort(key=lambda g: g.city not in here.every())
    return GeoView(geocodes=found[:MOST_GEOCODES])


_Shapes = list[tuple[str, City | None]]
"""What the words may name, each with the city that it must be in, if there is one."""


def _by_name(ctx: Ctx, shapes: _Shapes) -> list[Geocode]:
    """Cities, districts, stations, airports and landmarks."""
    seen: dict[str, Geocode] = {}
    for shape, inside in shapes:
        for place in places().named(shape):
            if inside is None or _city_id(place) == inside.id:
                code = _code(ctx, place)
                seen.setdefault(f"{code.level}|{code.location}", code)
    return list(seen.values())


def _by_poi_name(ctx: Ctx, shapes: _Shapes) -> list[Geocode]:
    """Everyday places and those of a scenario."""
    seen: dict[str, Geocode] = {}
    for shape, inside in shapes:
        for poi, _ in ctx.search(POIS, shape, within=_inside(inside), limit=_SEARCH_DEPTH):
            if fold(shape) in map(fold, (poi.zh, poi.en, poi.indonesian, *poi.aliases)):
                seen.setdefault(poi.id, _poi_code(poi))
    return list(seen.values())


def _without_city(text: str, city: City | None) -> _Shapes:
    # "杭州西湖" and "West Lake, Hangzhou" name the lake inside the city; the whole text is tried first because
    # "杭州东站" is a name in itself.
    shapes: _Shapes = [(text, city)]
    folded = text.casefold().strip()
    for candidate, keys in _city_names():
        if city is not None and candidate.id != city.id:
            continue
        for key in keys:
            if folded.startswith(key) and len(folded) > len(key):
                shapes.append((text.strip()[len(key) :].strip(" ,，"), candidate))
            elif folded.endswith(key) and len(folded) > len(key):
                shapes.append((text.strip()[: -len(key)].strip(" ,，"), candidate))
    return shapes


@cache
def _city_names() -> tuple[tuple[City, tuple[str, ...]], ...]:
    return tuple(
        (city, tuple(name.casefold() for name in (city.name.zh + "市", *city.name.every()))) for city in places().cities
    )


def _address_code(district: District, road: str, number: int) -> Geocode:
    if not road:
        return _district_code(district)
    city = places().city(district.city)
    rest = street_address(city, road, number)
    return _geocode(
        name=rest,
        name_en=rest,
        rest=rest,
        where=on_road(district, road, number),
        level="门牌号" if number else "道路",
        city=city,
        district=district,
    )


def _by_text(ctx: Ctx, text: str, city: City | None) -> list[Geocode]:
    hits = ctx.search(POIS, text, within=_inside(city), limit=MOST_GEOCODES)
    return [_poi_code(poi) for poi, _ in hits if _named_share_pct(text, poi) >= _SURE_PCT]


def _named_share_pct(text: str, poi: Poi) -> int:
    # The search also finds kinds ("kantor", "museum"), which name no place.
    asked = tokens(text)
    held = tokens(" ".join((poi.zh, poi.en, poi.indonesian, *poi.aliases, poi.address)))
    return sum(weight for token, weight in asked.items() if token in held) * 100 // max(1, sum(asked.values()))


def _inside(city: City | None) -> tuple[str, tuple[str, ...]] | None:
    return None if city is None else ("city", (city.id,))


def _city_id(place: Place) -> str:
    return place.id if isinstance(place, City) else place.city


def _code(ctx: Ctx, place: Place) -> Geocode:
    if isinstance(place, City):
        district = district_at((place.lon, place.lat))
        return _geocode(
            name=local_name(place.name, place),
            name_en=place.name.en,
            rest="",
            where=(place.lon, place.lat),
            level="市",
            city=place,
            district=district,
        )
    if isinstance(place, District):
        return _district_code(place)
    key = place.id if not isinstance(place, Airport | Station) else ""
    if isinstance(place, Airport):
        key = f"airport-{place.iata}"
    elif isinstance(place, Station):
        key = f"station-{place.code}"
    poi = ctx.get(POIS, key)
    assert poi is not None
    return _poi_code(poi)


def _district_code(district: District) -> Geocode:
    city = places().city(district.city)
    return _geocode(
        name=local_name(district.name, city),
        name_en=district.name.en,
        rest="",
        where=(district.lon, district.lat),
        level="区县",
        city=city,
        district=district,
    )


def _poi_code(poi: Poi) -> Geocode:
    city = places().city(poi.city)
    return _geocode(
        name=poi.local,
        name_en=poi.en,
        rest=poi.address,
        where=(poi.lon, poi.lat),
        level=_LEVELS.get(poi.category, "兴趣点"),
        city=city,
        district=places().district(poi.district),
        poi_id=poi.id,
    )


def _geocode(
    *,
    name: str,
    name_en: str,
    rest: str,
    where: tuple[float, float],
    level: str,
    city: City,
    district: District,
    poi_id: str = "",
) -> Geocode:
    whole_city = level == "市"
    return Geocode(
        name=name,
        name_en=name_en,
        formatted_address=local_name(city.name, city) if whole_city else full_address(city, district, rest),
        location=write_point(*where),
        level=level,
        city=local_name(city.name, city),
        district="" if whole_city else local_name(district.name, city),
        adcode=city.adcode if whole_city else district.adcode,
        poi_id=poi_id,
    )


def regeocode(ctx: Ctx, where: tuple[float, float]) -> RegeoView:
    """Answer ``maps_regeocode``.

    Raises:
        Unavailable: ``NOT_SERVED``.
    """
    district = district_at(where)
    city = places().city(district.city)
    lon, lat = where
    nearest = grid.nearest(ctx, city.id, lon, lat)
    metres = distance_m(nearest.lon, nearest.lat, *where)
    if metres <= _HERE_M:
        district = places().district(nearest.district)
    road = min(district.roads, key=lambda road: distance_m(*on_road(district, road, 240), *where), default="")
    rest = nearest.address if metres <= _HERE_M else road
    return RegeoView(
        formatted_address=full_address(city, district, rest),
        city=local_name(city.name, city),
        city_en=city.name.en,
        district=local_name(district.name, city),
        adcode=district.adcode,
        nearest_poi=nearest.local,
        nearest_poi_id=nearest.id,
        nearest_poi_distance=metres,
    )


def place_name(ctx: Ctx, where: tuple[float, float]) -> str:
    """What a driver would call a point: the place that stands there, else the address."""
    seen = regeocode(ctx, where)
    return seen.nearest_poi if seen.nearest_poi_distance <= _HERE_M else seen.formatted_address


def text_search(ctx: Ctx, args: TextSearchArgs) -> PoisView:
    """Answer ``maps_text_search``.

    Raises:
        Rejected: ``CITY_UNKNOWN``.
    """
    city = city_of(args.city) if args.city else None
    kinds = _kinds(args.types)
    where = None if kinds is None else (lambda poi: poi.category in kinds)
    hits = ctx.search(POIS, args.keywords, where=where, within=_inside(city), limit=_SEARCH_DEPTH)
    return PoisView(pois=[_view(poi) for poi, _ in hits[: args.limit]], total=len(hits))


def around_search(ctx: Ctx, args: AroundArgs) -> PoisView:
    """Answer ``maps_around_search``.

    Raises:
        Unavailable: ``NOT_SERVED``.
    """
    lon, lat = point(args.location)
    city_at((lon, lat))
    kinds = _kinds(args.types)
    high = args.radius / _DEGREE_M
    wide = high / max(0.01, math.cos(math.radians(lat)))

    def wanted(poi: Poi) -> bool:
        return kinds is None or poi.category in kinds

    candidates = [poi for poi in grid.in_box(ctx, lon, lat, wide, high) if wanted(poi)]
    if args.keywords:
        around = {poi.id for poi in candidates}
        candidates = [poi for poi, _ in ctx.search(POIS, args.keywords, among=around, limit=_SEARCH_DEPTH)]
    measured = [(distance_m(poi.lon, poi.lat, lon, lat), poi) for poi in candidates]
    inside = sorted((pair for pair in measured if pair[0] <= args.radius), key=lambda pair: (pair[0], pair[1].id))
    return PoisView(pois=[_view(poi, metres) for metres, poi in inside[: args.limit]], total=len(inside))


def detail(ctx: Ctx, args: DetailArgs) -> PoiDetail:
    """Answer ``maps_search_detail``.

    Raises:
        Rejected: ``POI_NOT_EXIST``.
    """
    poi = ctx.get(POIS, args.id)
    if poi is None:
        raise Rejected("POI_NOT_EXIST", f"no place {args.id[:40]}", hint="take the id from a search")
    city, district = places().city(poi.city), places().district(poi.district)
    return PoiDetail(
        id=poi.id,
        name=poi.local,
        name_en=poi.en,
        name_id=poi.indonesian,
        alias=list(poi.aliases),
        address=full_address(city, district, poi.address),
        city=local_name(city.name, city),
        district=local_name(district.name, city),
        adcode=district.adcode,
        category=poi.category,
        location=write_point(poi.lon, poi.lat),
        indoor=poi.indoor,
        ticketed=poi.ticketed,
        usual_queue=QUEUES[poi.queue],
        opentime=CATEGORIES[poi.category].opentime if poi.indoor or poi.ticketed else _ALWAYS,
    )


def _kinds(types: str | None) -> frozenset[str] | None:
    """The categories that are meant by their ids or by any of their words."""
    if not types or not types.strip():
        return None
    asked = {part.strip().casefold() for part in types.split("|") if part.strip()}
    return frozenset(
        key
        for key, category in CATEGORIES.items()
        if key in asked or not asked.isdisjoint(category.words.casefold().split())
    )


def _view(poi: Poi, metres: int | None = None) -> PoiView:
    city = places().city(poi.city)
    return PoiView(
        id=poi.id,
        name=poi.local,
        name_en=poi.en,
        address=poi.address,
        city=local_name(city.name, city),
        category=poi.category,
        location=write_point(poi.lon, poi.lat),
        distance=metres,
    )
