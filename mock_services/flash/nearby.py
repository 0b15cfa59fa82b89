"""Which shops deliver to a point, and what they sell that fits a person's words."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.errors import Rejected
from mock_services.flash import catalogue
from mock_services.flash.rows import BRANDS, DISHES, ENTRIES, SHOPS, STOCKS, Dish, MenuEntry, Shop
from mock_services.geo import distance_m
from mock_services.people import own_address
from mock_services.search import tokens

if TYPE_CHECKING:
    from mock_services.context import Ctx
    from mock_services.flash.models import Where

_BOX_LAT: Final = 0.065
"""No shop of a zone farther than this (7 km) delivers to a point: the widest radius and a shop's farthest place."""
_REMEMBERED: Final = 4096
_MOST_HITS: Final = 300


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A dish that fits, its shop, and how far that is; ``rank`` puts what is usually meant first among equals."""

    dish: Dish
    shop: Shop
    distance: int
    relevance: int
    rank: int


def point(ctx: Ctx, where: Where) -> tuple[float, float]:
    """Where to deliver.

    Raises:
        Rejected: ``INVALID_ARGUMENT`` unless exactly one of the two is given; ``ADDRESS_NOT_EXIST``.
    """
    if (where.address_id is None) == (where.location is None):
        raise Rejected("INVALID_ARGUMENT", "give either address_id or location")
    if where.address_id is not None:
        address = own_address(ctx, where.address_id)
        return address.lon, address.lat
    lon, lat = map(float, (where.location or "").split(","))
    if abs(lon) > 180 or abs(lat) > 90:
        raise Rejected("INVALID_ARGUMENT", "location: longitude first, then latitude, in degrees")
    return lon, lat


# --- single things -----------------------------------------------------------------------------------------------


def find_shop(ctx: Ctx, shop_id: str) -> Shop | None:
    """The shop of this id as it is now, or None."""
    return ctx.get(SHOPS, shop_id) or catalogue.shop_of(ctx.base, shop_id)


def get_shop(ctx: Ctx, shop_id: str) -> Shop:
    """The shop of this id as it is now.

    Raises:
        Rejected: ``SHOP_NOT_EXIST``.
    """
    shop = find_shop(ctx, shop_id)
    if shop is None:
        raise Rejected("SHOP_NOT_EXIST", f"there is no shop {shop_id[:60]}", hint="see flash_shop_search")
    return shop


def find_dish(ctx: Ctx, dish_id: str) -> Dish | None:
    """The dish of this id as it is now, or None."""
    return ctx.get(DISHES, dish_id) or catalogue.dish_of(ctx.base, dish_id)


def get_dish(ctx: Ctx, dish_id: str) -> Dish:
    """The dish of this id as it is now.

    Raises:
        Rejected: ``DISH_NOT_EXIST``.
    """
    dish = find_dish(ctx, dish_id)
    if dish is None:
        raise Rejected("DISH_NOT_EXIST", f"there is no dish {dish_id[:80]}", hint="see flash_dish_search or flash_menu")
    return dish


def stock_of(ctx: Ctx, dish: Dish) -> int:
    """How much of it is left."""
    changed = ctx.get(STOCKS, dish.id)
    return dish.stock if changed is None else changed.left


def menu(ctx: Ctx, shop_id: str) -> list[Dish]:
    """Everything that a shop sells, as it is now."""
    changed = ctx.changes(DISHES)
    listed = [changed.get(dish.id) or dish for dish in catalogue.menu_of(ctx.base, shop_id).values()]
    return listed + [dish for dish in ctx.find(DISHES, "shop_id", shop_id) if not dish.entry]


# --- around a point ----------------------------------------------------------------------------------------------


def around(ctx: Ctx, lon: float, lat: float, kinds: Container[str] | None = None) -> Iterator[tuple[Shop, int]]:
    """(shop, metres) for every shop (of some kinds) that delivers to a point, nearest first; scenarios' own last."""
    changed = ctx.changes(SHOPS)
    for shop, distance in _derived_around(ctx, lon, lat):
        if kinds is None or shop.kind in kinds:
            yield changed.get(shop.id) or shop, distance
    for shop in ctx.scan(SHOPS) if changed else ():
        if (kinds is None or shop.kind in kinds) and catalogue.shop_of(ctx.base, shop.id) is None:
            distance = distance_m(lon, lat, shop.lon, shop.lat)
            if distance <= shop.radius_m:
                yield shop, distance


def _derived_around(ctx: Ctx, lon: float, lat: float) -> list[tuple[Shop, int]]:
    base = ctx.base

    def build() -> list[tuple[Shop, int]]:
        found = []
        for zone in catalogue.zones(base).values():
            # At 45 degrees and nearer to the equator a degree of longitude is at least 0.7 of one of latitude.
            if abs(zone.lat - lat) <= _BOX_LAT and abs(zone.lon - lon) <= _BOX_LAT / 0.7:
                for shop in catalogue.shops_of_zone(base, zone):
                    distance = distance_m(lon, lat, shop.lon, shop.lat)
                    if distance <= shop.radius_m:
                        found.append((shop, distance))
        found.sort(key=lambda pair: (pair[1], pair[0].id))
        return found

    return base.recall("flash.around", (lon, lat), build, most=_REMEMBERED)


# --- by words ----------------------------------------------------------------------------------------------------


def search_dishes(ctx: Ctx, query: str, lon: float, lat: float) -> list[Hit]:
    """Dishes that fit the words, of all shops that deliver to a point, in the order of :func:`around`."""
    fitting = _entries(ctx, query)
    own = _own_dishes(ctx, query)
    by_kind: dict[str, list[tuple[MenuEntry, int, int]]] = {}
    for found in fitting:
        by_kind.setdefault(found[0].kind, []).append(found)
    hits: list[Hit] = []
    changed = ctx.changes(DISHES)
    kinds = by_kind.keys() | {get_shop(ctx, shop_id).kind for shop_id in own}
    for shop, distance in around(ctx, lon, lat, kinds):
        derived = catalogue.menu_of(ctx.base, shop.id)
        for entry, relevance, rank in by_kind.get(shop.kind, ()):
            dish = derived.get(entry.id)
            if dish is not None:
                hits.append(Hit(changed.get(dish.id) or dish, shop, distance, relevance, rank))
        for dish, relevance, rank in own.get(shop.id, ()):
            hits.append(Hit(dish, shop, distance, relevance, rank))
    return hits


def search_menu(ctx: Ctx, query: str, shop_id: str) -> list[tuple[Dish, int]]:
    """(dish, relevance) of what fits in one shop, best first."""
    derived = catalogue.menu_of(ctx.base, shop_id)
    found = [
        (ctx.get(DISHES, dish.id) or dish, relevance, rank)
        for entry, relevance, rank in _entries(ctx, query)
        if (dish := derived.get(entry.id)) is not None
    ]
    found += _own_dishes(ctx, query).get(shop_id, ())
    found.sort(key=lambda row: (-row[1], row[2], row[0].id))
    return [(dish, relevance) for dish, relevance, _ in found]


def search_shops(
    ctx: Ctx, query: str, lon: float, lat: float, kinds: Container[str] | None = None
) -> list[tuple[Shop, int, int]]:
    """(shop, metres, relevance) of shops that deliver to a point and whose name, kind or menu fits the words."""
    if not query.strip():
        return [(shop, distance, 100) for shop, distance in around(ctx, lon, lat, kinds)]
    by_name = {(row.kind, row.name): score for row, score in ctx.search(BRANDS, query, limit=_MOST_HITS)}
    own_names = {row.id: score for row, score in ctx.search(SHOPS, query, limit=_MOST_HITS)}
    fitting, own = _entries(ctx, query), _own_dishes(ctx, query)
    sellers = {entry.kind for entry, _, _ in fitting}
    found = []
    for shop, distance in around(ctx, lon, lat, kinds):
        scores = [own_names.get(shop.id, 0), by_name.get((shop.kind, _chain(shop)), 0)]
        if shop.kind in sellers:
            derived = catalogue.menu_of(ctx.base, shop.id)
            scores += [score for entry, score, _ in fitting if entry.id in derived]
        scores += [score for _, score, _ in own.get(shop.id, ())]
        if max(scores):
            found.append((shop, distance, max(scores)))
    return found


def _chain(shop: Shop) -> str:
    return shop.name.partition("(")[0].rstrip()


def _entries(ctx: Ctx, query: str) -> list[tuple[MenuEntry, int, int]]:
    def build() -> list[tuple[MenuEntry, int, int]]:
        usual = {entry: place for place, entry in enumerate(catalogue.entries(), 1)}
        return [
            (entry, _refined(query, score, (entry.zh, entry.en, entry.id_name)), usual[entry.id])
            for entry, score in ctx.search(ENTRIES, query, limit=_MOST_HITS)
        ]

    return ctx.base.recall("flash.queries", query, build, most=_REMEMBERED)


def _own_dishes(ctx: Ctx, query: str) -> dict[str, list[tuple[Dish, int, int]]]:
    own: dict[str, list[tuple[Dish, int, int]]] = {}
    if not ctx.touched(DISHES):
        return own
    for dish, score in ctx.search(DISHES, query, limit=_MOST_HITS):
        if not dish.entry:
            own.setdefault(dish.shop_id, []).append((dish, _refined(query, score, (dish.name, dish.en)), 0))
    return own


def _refined(query: str, score: int, names: tuple[str, ...]) -> int:
    # A word in the name tells more than one among the synonyms.
    asked = tokens(query)
    total = sum(asked.values()) or 1
    share = max(sum(asked[token] for token in tokens(name) if token in asked) for name in names) * 100 // total
    return max(1, (2 * score + share) // 3)
