"""The shops of the simulated cities: what exists before anybody orders, derived on first use from seed and key.

A *zone* is a district's centre, or a point of interest, station or airport that no other zone covers. Every zone
has the same kinds of shops, each of another chain, position, price level, rating and opening hours. Ids are
``<zone>.<kind>.<n>`` for shops and ``<shop>.<entry>`` for dishes; they mean nothing to a caller.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec

from mock_services.flash.rows import BRANDS, ENTRIES, Brand, Dish, Kind, MenuEntry, QuietDays, Shop
from mock_services.geo import City, District, distance_m, estates, places

if TYPE_CHECKING:
    from mock_services.base import Base, BaseBuilder

_DATA: Final = Path(__file__).parent / "data"
_REGION: Final = {"CN": "cn", "ID": "id", "SG": "sg"}
_PRICE_LEVEL: Final = {
    "beijing": 108,
    "shanghai": 108,
    "shenzhen": 108,
    "hangzhou": 104,
    "guangzhou": 104,
    "sanya": 105,
    "lhasa": 105,
    "jakarta": 80,
    "singapore": 150,
}
"""Hundredths of the menu's prices; 96 for a city that is not listed. Invented."""

_ZONE_APART_M: Final = {"small": 1800, "city": 1200}
_SHOPS_PER_KIND: Final = {"small": 2, "city": 3}
_ALWAYS_OPEN: Final = frozenset({"convenience", "pharmacy", "burger", "coffee"})
"""Kinds of shops that keep their hours on the quiet days of public holidays."""

_QUIET_DAYS: Final[tuple[QuietDays, ...]] = ("closed", "shorter", "closed", "shorter", "usual")

_SHOPS_KEPT: Final = 40_000
_MENUS_KEPT: Final = 10_000
"""How many that were derived are remembered: in memory, some 20 MB of each."""
_LEAD_MIN: Final = {"cream-cake-6": 40, "chocolate-cake-6": 40, "cream-cake-8": 60, "rose-33": 30}
"""Minutes that what is made to order takes. Invented."""

NOT_EATEN: Final = frozenset({"convenience", "pharmacy", "flowers", "electronics", "pets"})


class Zone(msgspec.Struct, frozen=True, gc=False):
    """A neighbourhood with shops. ``name`` and ``en`` tell its branches from those elsewhere in the city.

    An ``estate`` lies off the roads that we know: its shops have its own name for their address.
    """

    id: str
    city: str
    district: str
    name: str
    en: str
    lon: float
    lat: float
    estate: bool = False


def _rows(file: str) -> list[dict[str, str]]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def _yuan(text: str) -> int:
    return round(float(text) * 100)


def minutes_of_day(hours: str) -> tuple[int, int]:
    """``07:00-22:00`` as minutes of the day; what ends next day is beyond 1440.

    Raises:
        ValueError: not of this form.
    """
    opens, closes = (int(t[:2]) * 60 + int(t[3:5]) for t in hours.split("-"))
    return opens, closes if closes > opens else closes + 1440


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of shop by id."""
    return {
        r["id"]: Kind(
            id=r["id"],
            zh=r["zh"],
            en=r["en"],
            id_name=r["id_name"],
            words=r["words"],
            prep_min=int(r["prep_min"]),
            min_fen=_yuan(r["min_yuan"]),
            pack_fen=int(r["pack_fen"]),
            delivery_fen=int(r["delivery_fen"]),
            limit=int(r["limit"]),
            hours=(minutes_of_day(r["hours_day"]), minutes_of_day(r["hours_late"])),
        )
        for r in _rows("kinds.tsv")
    }


@cache
def brands() -> dict[tuple[str, str], tuple[Brand, ...]]:
    """Chains by (kind, area)."""
    found: dict[tuple[str, str], list[Brand]] = {}
    for r in _rows("brands.tsv"):
        kind = kinds()[r["kind"]]
        words = f"{kind.zh} {kind.en} {kind.id_name} {kind.words}"
        brand = Brand(r["id"], r["kind"], r["area"], r["name"], r["en"], words)
        found.setdefault((brand.kind, brand.area), []).append(brand)
    return {key: tuple(rows) for key, rows in found.items()}


@cache
def entries() -> dict[str, MenuEntry]:
    """What can stand on a menu, by id."""
    return {
        r["id"]: MenuEntry(
            id=r["id"],
            kind=r["kind"],
            regions=("cn", "id", "sg") if r["regions"] == "all" else tuple(r["regions"].split(",")),
            zh=r["zh"],
            en=r["en"],
            id_name=r["id_name"],
            fen=_yuan(r["yuan"]),
            serves=int(r["serves"]),
            limit=int(r["limit"]) or kinds()[r["kind"]].limit,
            options=tuple(filter(None, r["options"].split(","))),
            tags=tuple(filter(None, r["tags"].split(","))),
            words=r["words"],
            core=r["core"] == "1",
        )
        for r in _rows("menu.tsv")
    }


@cache
def _menu_of(kind: str, region: str) -> tuple[MenuEntry, ...]:
    return tuple(entry for entry in entries().values() if entry.kind == kind and region in entry.regions)


def seed(base: BaseBuilder) -> None:
    """Add what is searched by name: menu entries and chains. Shops and their dishes are derived."""
    for entry in entries().values():
        base.add(ENTRIES, entry)
    for chain in brands().values():
        for brand in chain:
            base.add(BRANDS, brand)


# --- zones -------------------------------------------------------------------------------------------------------


def zones(base: Base) -> dict[str, Zone]:
    """Every zone by id."""
    return base.recall("flash.zones", 0, lambda: _make_zones(_ZONE_APART_M[base.size.name], base.size.estates))


def _make_zones(apart_m: int, more: int) -> dict[str, Zone]:
    geo = places()
    made: dict[str, Zone] = {}
    for city in geo.cities:
        districts = geo.districts_of(city.id)
        here = [
            Zone(d.id, city.id, d.id, in_local(city, d.name.zh, d.name.en, d.name.id), d.name.en, d.lon, d.lat)
            for d in districts
        ]
        spots = [
            *((p.id, p.name, p.lon, p.lat) for p in geo.pois_of(city.id)),
            *((f"station-{s.code}", s.name, s.lon, s.lat) for s in geo.stations_of(city.id)),
            *((f"airport-{a.iata}", a.name, a.lon, a.lat) for a in geo.airports_of(city.id)),
        ]
        for spot_id, name, lon, lat in spots:
            if all(distance_m(lon, lat, zone.lon, zone.lat) > apart_m for zone in here):
                nearest = min(districts, key=lambda d: distance_m(lon, lat, d.lon, d.lat))
                local = in_local(city, name.zh, name.en, name.id)
                if any(zone.name == local for zone in here):
                    # A station that is called as the sight it serves, at the other end of it.
                    local = in_local(city, local + "站", f"{local} Station", f"Stasiun {local}")
                here.append(Zone(spot_id, city.id, nearest.id, local, name.en, lon, lat))
        for estate in estates(city.id, more):
            local = in_local(city, estate.name.zh, estate.name.en, estate.name.id)
            here.append(Zone(estate.id, city.id, estate.district, local, estate.name.en, estate.lon, estate.lat, True))
        made.update((zone.id, zone) for zone in here)
    return made


def in_local(city: City, zh: str, en: str, id_name: str) -> str:
    """The name that people of a city use."""
    return {"CN": zh, "ID": id_name, "SG": en}[city.country]


# --- shops -------------------------------------------------------------------------------------------------------


def shops_of_zone(base: Base, zone: Zone) -> list[Shop]:
    """All derived shops of a zone."""
    per_kind = _SHOPS_PER_KIND[base.size.name]
    ids = (f"{zone.id}.{kind}.{n}" for kind in kinds() for n in range(1, per_kind + 1))
    return [shop for shop_id in ids if (shop := shop_of(base, shop_id)) is not None]


def shop_of(base: Base, shop_id: str) -> Shop | None:
    """The derived shop of this id, or None."""
    known = base.derived.setdefault("flash.shops", {})
    if shop_id in known:
        return cast(Shop, known[shop_id])
    zone_id, _, rest = shop_id.partition(".")
    kind_id, _, n = rest.partition(".")
    zone, kind = zones(base).get(zone_id), kinds().get(kind_id)
    if zone is None or kind is None or n not in ("1", "2", "3") or int(n) > _SHOPS_PER_KIND[base.size.name]:
        return None
    return base.recall("flash.shops", shop_id, lambda: _make_shop(base, shop_id, zone, kind, int(n)), most=_SHOPS_KEPT)


def _make_shop(base: Base, shop_id: str, zone: Zone, kind: Kind, n: int) -> Shop:
    draws, geo = base.draws, places()
    city, district = geo.city(zone.city), geo.district(zone.district)
    area = "cn" if city.country == "CN" else "sea"
    chain = brands()[kind.id, area]
    brand = chain[(draws.below(len(chain), "flash.brand", zone.id, kind.id) + n - 1) % len(chain)]
    bits = draws.bits("flash.shop", shop_id)
    lon, lat = moved(zone.lon, zone.lat, bits % 36_000 / 100, 150 + (bits >> 16) % 1150)
    road = zone.name if zone.estate else district.roads[(bits >> 27) % len(district.roads)]
    number = 1 + (bits >> 31) % 398
    where = zone.name if zone.estate else f"{zone.name}{road}" if area == "cn" else f"{zone.name}, {road}"
    branch = f"({where}店)" if area == "cn" else f" ({where})"
    opens, closes = kind.hours[(n - 1) % 2]
    off = 300 + 100 * ((bits >> 34) % 5)
    least = max(4 * kind.min_fen, 4000) // 1000 * 1000
    return Shop(
        id=shop_id,
        city=city.id,
        kind=kind.id,
        name=brand.name + branch,
        en=f"{brand.en} ({zone.en}, No. {number})",
        words=brand.words,
        tags=("halal",) if kind.id in ("halal", "indonesian") else (),
        address=_address(city, district, road, number),
        phone=_phone(city, bits >> 40),
        lon=lon,
        lat=lat,
        offset_min=city.utc_offset_min,
        opens=opens,
        closes=closes,
        radius_m=4000 + 250 * ((bits >> 37) % 5),
        min_fen=kind.min_fen,
        pack_fen=kind.pack_fen,
        delivery_fen=kind.delivery_fen + 50 * ((bits >> 43) % 3),
        prep_min=kind.prep_min + (bits >> 46) % 4,
        promotions=((least, off), (2 * least, 2 * off + 200)) if (bits >> 50) % 5 < 2 else (),
        rating=41 + (bits >> 53) % 9,
        sales=180 + (bits >> 51) % 7000,
        description="",
        payee=shop_id,
        quiet_days="usual" if kind.id in _ALWAYS_OPEN else _QUIET_DAYS[(bits >> 20) % 5],
    )


def moved(lon: float, lat: float, degrees: float, metres: int) -> tuple[float, float]:
    """The point so many metres from another in a direction (0 is east, 90 north), to a tenth of a metre."""
    north = metres * math.sin(math.radians(degrees)) / 111_195
    east = metres * math.cos(math.radians(degrees)) / (111_195 * math.cos(math.radians(lat)))
    return round(lon + east, 6), round(lat + north, 6)


def _address(city: City, district: District, road: str, number: int) -> str:
    if city.country == "CN":
        return f"{city.name.zh}市{district.name.zh}{road}{number}号"
    if city.country == "ID":
        return f"{road} No. {number}, {district.name.id}"
    return f"{number} {road}, {district.name.en}, Singapore"


def _phone(city: City, bits: int) -> str:
    if city.country == "CN":
        return f"400-{100 + bits % 900}-{1000 + bits // 900 % 9000}"
    if city.country == "ID":
        return f"+62 21-{1000 + bits % 9000}-{1000 + bits // 9000 % 9000}"
    return f"+65 6{100 + bits % 900} {1000 + bits // 900 % 9000}"


# --- dishes ------------------------------------------------------------------------------------------------------


def menu_of(base: Base, shop_id: str) -> dict[str, Dish]:
    """The derived dishes of a derived shop by menu entry; empty for a shop that is not derived."""
    shop = shop_of(base, shop_id)
    if shop is None:
        return {}
    return base.recall("flash.menus", shop_id, lambda: _make_menu(base, shop), most=_MENUS_KEPT)


def dish_of(base: Base, dish_id: str) -> Dish | None:
    """The derived dish of this id, or None."""
    shop_id, _, entry = dish_id.rpartition(".")
    return menu_of(base, shop_id).get(entry)


def _make_menu(base: Base, shop: Shop) -> dict[str, Dish]:
    draws = base.draws
    city = places().city(shop.city)
    region = _REGION[city.country]
    level = _PRICE_LEVEL.get(shop.city, 96) * draws.between(90, 110, "flash.level", shop.id)
    menu: dict[str, Dish] = {}
    for entry in _menu_of(shop.kind, region):
        bits = draws.bits("flash.dish", shop.id, entry.id)
        if not entry.core and bits % 100 >= 75:
            continue
        # Whole half-yuan, as shops price.
        fen = max(100, (entry.fen * level * (97 + (bits >> 8) % 7) + 25_000_000) // 50_000_000 * 50)
        stock = 80 + (bits >> 12) % 320
        if not entry.core and (bits >> 22) % 100 < 10:
            stock = (bits >> 29) % 6
        menu[entry.id] = Dish(
            id=f"{shop.id}.{entry.id}",
            shop_id=shop.id,
            entry=entry.id,
            name=in_local(city, entry.zh, entry.en, entry.id_name),
            en=entry.en,
            words=f"{entry.zh} {entry.id_name} {entry.words}",
            fen=fen,
            serves=entry.serves,
            limit=entry.limit,
            stock=stock,
            options=entry.options,
            own_options=(),
            tags=_tags(shop, entry, region),
            sales=20 + (bits >> 33) % 2400,
            description="",
            lead_min=_LEAD_MIN.get(entry.id, 0),
        )
    return menu


def _tags(shop: Shop, entry: MenuEntry, region: str) -> tuple[str, ...]:
    # In Jakarta what has neither pork nor alcohol is sold as halal; in China only halal kitchens say so.
    forbidden = ("contains_pork", "contains_alcohol")
    halal = region == "id" and shop.kind not in NOT_EATEN and not any(tag in forbidden for tag in entry.tags)
    return (*entry.tags, "halal") if halal and "halal" not in entry.tags else entry.tags


def statistics(base: Base) -> dict[str, int]:
    """How many zones, shops and dishes the base has; derives all of them, and remembers none."""
    per_kind = _SHOPS_PER_KIND[base.size.name]
    shops = dishes = 0
    for zone in zones(base).values():
        for kind in kinds().values():
            for n in range(1, per_kind + 1):
                shops += 1
                dishes += len(_make_menu(base, _make_shop(base, f"{zone.id}.{kind.id}.{n}", zone, kind, n)))
    return {"zones": len(zones(base)), "shops": shops, "dishes": dishes}
