"""The hotels of a base world: made-up brands beside real places, at all price levels near the best-known ones."""

from __future__ import annotations

from itertools import chain, count, islice
from math import cos, pi, radians, sin
from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.fliggy.rows import HOTELS, Hotel, Room
from mock_services.geo import City, District, Estate, Place, Poi, Station, distance_m, estates, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_services.base import BaseBuilder

_ANCHOR_KINDS: Final = frozenset(
    {"attraction", "landmark", "office", "convention", "temple", "mall", "food_street", "station_area", "museum"}
)


class Tier(msgspec.Struct, frozen=True):
    """A price level: brands as (Chinese, English), yuan of a basic night (low, high), breakfast for two in fen."""

    stars: int
    brands: tuple[tuple[str, str], ...]
    yuan: tuple[int, int]
    breakfast_fen: int
    rating: tuple[int, int]
    facilities: tuple[str, ...]
    rooms: tuple[tuple[str, str, str, str, int, int], ...]


_TWO = Tier(
    2,
    (("青枝轻居", "Qingzhi Inn"), ("泊家", "Bojia Inn"), ("小满客栈", "Xiaoman Lodge"), ("旅橙", "Lucheng Inn")),
    (158, 228),
    3600,
    (39, 45),
    ("wifi", "luggage_storage", "laundry"),
    (
        ("DBL", "大床房", "Double Room", "double", 2, 100),
        ("TWN", "双床房", "Twin Room", "twin", 2, 105),
    ),
)
_THREE = Tier(
    3,
    (
        ("安禾酒店", "Anhe Hotel"),
        ("知也酒店", "Zhiye Hotel"),
        ("云朵里酒店", "Yunduoli Hotel"),
        ("沐光酒店", "Muguang Hotel"),
        ("里舍酒店", "Lishe Hotel"),
    ),
    (248, 348),
    7600,
    (42, 48),
    ("wifi", "parking", "laundry", "restaurant", "wheelchair_access", "family_room"),
    (
        ("DBL", "高级大床房", "Superior Double Room", "double", 2, 100),
        ("TWN", "高级双床房", "Superior Twin Room", "twin", 2, 104),
        ("FAM", "家庭房", "Family Room", "double", 4, 145),
    ),
)
_FOUR = Tier(
    4,
    (
        ("锦棠大酒店", "Jintang Grand Hotel"),
        ("雅澜酒店", "Yalan Hotel"),
        ("云庐酒店", "Yunlu Hotel"),
        ("观棠酒店", "Guantang Hotel"),
    ),
    (408, 568),
    13600,
    (43, 49),
    ("wifi", "parking", "gym", "laundry", "restaurant", "wheelchair_access", "ev_charging", "meeting_room"),
    (
        ("DBL", "豪华大床房", "Deluxe Double Room", "double", 2, 100),
        ("TWN", "豪华双床房", "Deluxe Twin Room", "twin", 2, 102),
        ("EXE", "行政大床房", "Executive Double Room", "double", 2, 135),
        ("FAM", "亲子家庭房", "Family Room", "double", 4, 150),
    ),
)
_FIVE = Tier(
    5,
    (
        ("君禧酒店", "Junxi Hotel"),
        ("瑞庭酒店", "Ruiting Hotel"),
        ("铂悦廷", "Boyueting"),
        ("天阙酒店", "Tianque Hotel"),
    ),
    (860, 1420),
    27600,
    (45, 50),
    ("wifi", "parking", "gym", "pool", "spa", "restaurant", "wheelchair_access", "airport_shuttle", "meeting_room"),
    (
        ("DBL", "豪华大床房", "Deluxe King Room", "double", 2, 100),
        ("TWN", "豪华双床房", "Deluxe Twin Room", "twin", 2, 100),
        ("STE", "行政套房", "Executive Suite", "double", 3, 190),
    ),
)
_LOCAL_BRANDS: Final = {
    "ID": ("Griya Melati", "Hotel Cendana", "Wisma Kenanga", "Puri Anggrek", "Hotel Nusa Raya", "Graha Flamboyan"),
    "SG": ("Harbourlane Hotel", "Tembusu House", "Kestrel Hotel", "Straits Lodge", "Angsana Row", "Frangipani Court"),
}
_LEVEL_PCT: Final = {
    "singapore": 190,
    "shanghai": 126,
    "beijing": 122,
    "sanya": 122,
    "shenzhen": 118,
    "hangzhou": 108,
    "guangzhou": 108,
    "suzhou": 98,
    "jakarta": 86,
}
_TIERS: Final = ((_THREE, _FOUR, _TWO, _FIVE), (_TWO, _FOUR, _THREE), (_THREE, _TWO), (_FOUR, _THREE))
_OUTSIDE: Final = (_TWO, _THREE, _FOUR, _THREE)
_PLAN_SETS: Final = (
    ("NR", "FX", "BF"),
    ("NR", "FX", "BN", "BF"),
    ("FX", "BF", "B1"),
    ("NR", "BN", "B1"),
)
_RING_M: Final = (120, 1050)


Anchor = Place | Estate


def seed_hotels(base: BaseBuilder) -> None:
    """Add 26 hotels per city to a small base, 42 to a full one, and the more of a larger one in housing estates."""
    for city in places().cities:
        sites = islice(_sites(city), base.sized(26, 42))
        names: set[str] = set()
        for serial, (anchor, tier, favoured) in enumerate(chain(sites, _estate_sites(base, city)), 1):
            base.add(HOTELS, _hotel(base, city, serial, anchor, tier, favoured, names))


def _sites(city: City) -> Iterator[tuple[Place, Tier, bool]]:
    # The best-known places first: all four levels there, fewer at the others, then round again.
    geo = places()
    sights = [poi for poi in geo.pois_of(city.id) if poi.category in _ANCHOR_KINDS]
    anchors: list[Place] = [*sights[:3], *geo.stations_of(city.id)[:2], *geo.airports_of(city.id)[:2], *sights[3:]]
    for turn in range(20):
        for i, anchor in enumerate(anchors):
            tiers = _TIERS[0] if i < 3 else _TIERS[1] if isinstance(anchor, Station) else _TIERS[2 + i % 2]
            for tier in tiers if turn == 0 else tiers[turn % len(tiers) :][:1]:
                yield anchor, tier, i < 3


def _estate_sites(base: BaseBuilder, city: City) -> Iterator[tuple[Anchor, Tier, bool]]:
    around = estates(city.id, base.size.estates)
    more = base.scaled(26, 42) - base.sized(26, 42)
    for n in range(more):
        yield around[n % len(around)], _OUTSIDE[n // len(around) % len(_OUTSIDE)], False


def _hotel(
    base: BaseBuilder, city: City, serial: int, anchor: Anchor, tier: Tier, favoured: bool, names: set[str]
) -> Hotel:
    draws = base.draws
    hotel_id = f"H-{city.id}-{serial:03d}"
    angle = 2 * pi * draws.unit("hotel-angle", hotel_id)
    ring = draws.between(*_RING_M, "hotel-ring", hotel_id)
    lat = round(anchor.lat + ring * cos(angle) / 111_320, 5)
    lon = round(anchor.lon + ring * sin(angle) / (111_320 * cos(radians(anchor.lat))), 5)
    district = _district(city, anchor)
    name, name_en = _names(base, city, serial, anchor, tier, names)
    yuan = draws.between(*tier.yuan, "hotel-price", hotel_id) * _LEVEL_PCT.get(city.id, 95) // 100
    open_plans = _PLAN_SETS[: 3 if favoured else 4]
    return Hotel(
        id=hotel_id,
        city=city.id,
        name=name,
        name_en=name_en,
        district=_local(city, district) if district else "",
        address=_address(base, city, district, hotel_id),
        lon=lon,
        lat=lat,
        phone=f"400-{draws.between(100, 999, 'phone', hotel_id)}-{draws.between(0, 9999, 'phone2', hotel_id):04d}",
        stars=tier.stars,
        rating_tenths=draws.between(*tier.rating, "rating", hotel_id),
        reviews=draws.between(80, 6400, "reviews", hotel_id),
        facilities=_facilities(base, city, tier, hotel_id),
        description=f"{_local(city, anchor)} · {tier.stars}★ · {draws.between(2006, 2025, 'opened', hotel_id)}",
        breakfast_fen=tier.breakfast_fen,
        rooms=tuple(
            Room(code, zh, en, bed, most, yuan * pct, draws.between(8, 24, "rooms", hotel_id, code))
            for code, zh, en, bed, most, pct in tier.rooms
        ),
        plans=("NR", "FX") if tier.stars == 2 else draws.pick(open_plans, "plans", hotel_id),
        near=" ".join(dict.fromkeys((*anchor.name.every(), *getattr(anchor, "aliases", ())))),
    )


def _names(base: BaseBuilder, city: City, serial: int, anchor: Anchor, tier: Tier, names: set[str]) -> tuple[str, str]:
    """A name that no hotel of the city has yet: a chain's second house at a place says that it is the second."""
    at = anchor.name
    for house in count(1):
        if city.country == "CN":
            zh, en = tier.brands[(serial + base.draws.below(2, "brand", city.id)) % len(tier.brands)]
            suffix = "站" if isinstance(anchor, Station) else ""
            which = "" if house == 1 else f"{house}号"
            name = f"{zh}({city.name.zh}{at.zh.removeprefix(city.name.zh)}{suffix}{which}店)"
            name_en = f"{en} {city.name.en} {at.en}"
        else:
            brands = _LOCAL_BRANDS[city.country]
            brand = f"{brands[serial % len(brands)]} {'Express' if tier.stars == 2 else ''}".strip()
            name, name_en = f"{brand} {at.id if city.country == 'ID' else at.en}", f"{brand} {at.en}"
            name += "" if house == 1 else f" {house}"
        if name not in names:
            names.add(name)
            return name, name_en if house == 1 else f"{name_en} {house}"
    raise AssertionError("counting has no end")


def _local(city: City, place: Anchor) -> str:
    return {"CN": place.name.zh, "ID": place.name.id, "SG": place.name.en}[city.country]


def _district(city: City, anchor: Anchor) -> District | None:
    if isinstance(anchor, Poi | Estate) and anchor.district:
        return places().district(anchor.district)
    nearest = sorted(
        places().districts_of(city.id), key=lambda d: (distance_m(d.lon, d.lat, anchor.lon, anchor.lat), d.id)
    )
    return nearest[0] if nearest else None


def _address(base: BaseBuilder, city: City, district: District | None, hotel_id: str) -> str:
    if district is None or not district.roads:
        return _local(city, district or city)
    road = base.draws.pick(district.roads, "road", hotel_id)
    number = base.draws.between(1, 480, "house", hotel_id)
    if city.country == "CN":
        return f"{district.name.zh}{road}{number}号"
    return f"{road} No. {number}, {district.name.id}" if city.country == "ID" else f"{number} {road}"


def _facilities(base: BaseBuilder, city: City, tier: Tier, hotel_id: str) -> tuple[str, ...]:
    found = tuple(f for f in tier.facilities if f == "wifi" or base.draws.chance(0.8, "facility", hotel_id, f))
    return (*found, "halal_food") if city.country == "ID" else found
