"""Which shops and dishes a search finds, and in which order.

What the base has is kept: until an episode changes a shop, a dish or a stock, the answer to a question is the same
in every episode, for a whole stretch of a day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mock_services.clock import MINUTE, Instant
from mock_services.flash import catalogue, nearby, pricing, views
from mock_services.flash import models as m
from mock_services.flash.hours import SHORTER_MIN, is_open
from mock_services.flash.ordering import DISH_ORDER, SHOP_ORDER
from mock_services.flash.rows import DISHES, SHOPS, STOCKS, Shop
from mock_services.geo import places

if TYPE_CHECKING:
    from mock_services.context import Ctx

T = TypeVar("T")

_WHERE: Final = ("address_id", "location")

_SEARCHES: Final = 300
"""How many answers are kept of each kind."""


def shop_list(ctx: Ctx, args: m.ShopSearchArgs) -> m.ShopList:
    """Carry out ``flash_shop_search``.

    Raises:
        Rejected: as :func:`mock_services.flash.nearby.point`.
    """

    def show() -> m.ShopList:
        found = shops(ctx, args)
        return m.ShopList(shops=[views.shop_view(ctx, *row) for row in found[: args.limit]], total=len(found))

    return _kept(ctx, "flash.shop_lists", (*nearby.point(ctx, args), ctx.offset_min, *args.asked(*_WHERE)), show)


def dish_list(ctx: Ctx, args: m.DishSearchArgs) -> m.DishList:
    """Carry out ``flash_dish_search``.

    Raises:
        Rejected: as :func:`mock_services.flash.nearby.point`.
    """

    def show() -> m.DishList:
        found = dishes(ctx, args)
        return m.DishList(dishes=[views.dish_hit(ctx, hit) for hit in found[: args.limit]], total=len(found))

    return _kept(ctx, "flash.dish_lists", (*nearby.point(ctx, args), ctx.offset_min, *args.asked(*_WHERE)), show)


def shops(ctx: Ctx, args: m.ShopSearchArgs) -> Sequence[tuple[Shop, int, int]]:
    """(shop, metres, relevance) of the shops that fit, in the order that is asked for.

    Raises:
        Rejected: as :func:`mock_services.flash.nearby.point`.
    """
    lon, lat = nearby.point(ctx, args)
    kinds = None if args.category is None else (args.category,)

    def find() -> tuple[tuple[Shop, int, int], ...]:
        found = nearby.search_shops(ctx, args.query, lon, lat, kinds)
        if args.open_now:
            found = [row for row in found if is_open(row[0], ctx.now)]
        order = SHOP_ORDER[args.sort]
        return tuple(sorted(found, key=lambda row: order(ctx.now, *row)))

    return _kept(ctx, "flash.shop_searches", (lon, lat, *args.asked("limit", *_WHERE)), find)


def dishes(ctx: Ctx, args: m.DishSearchArgs) -> Sequence[nearby.Hit]:
    """The dishes that fit, in the order that is asked for.

    Raises:
        Rejected: as :func:`mock_services.flash.nearby.point`.
    """
    lon, lat = nearby.point(ctx, args)
    wanted, unwanted = frozenset(args.tags), frozenset(args.exclude_tags)

    def fits(hit: nearby.Hit) -> bool:
        dish = hit.dish
        return (
            args.category in (None, hit.shop.kind)
            and (args.max_price is None or dish.fen <= args.max_price)
            and wanted.issubset(dish.tags)
            and unwanted.isdisjoint(dish.tags)
            and dish.serves >= args.serves_at_least
            and (not args.open_now or is_open(hit.shop, ctx.now))
            and (not args.in_stock or nearby.stock_of(ctx, dish) > 0)
        )

    def find() -> tuple[nearby.Hit, ...]:
        order = DISH_ORDER[args.sort]
        found = filter(fits, nearby.search_dishes(ctx, args.query, lon, lat))
        return tuple(sorted(found, key=lambda hit: order(ctx.now, hit)))

    return _kept(ctx, "flash.dish_searches", (lon, lat, *args.asked("limit", *_WHERE)), find)


def _kept(ctx: Ctx, shelf: str, key: tuple[Any, ...], find: Callable[[], T]) -> T:
    if ctx.touched(SHOPS, DISHES, STOCKS):
        return find()
    return ctx.base.recall(shelf, (stretch(ctx.now), *key), find, most=_SEARCHES)


def stretch(at: Instant) -> tuple[int, int]:
    """The part of a day in which no shop of the base opens or closes, and none of their fees and times changes."""
    day, minute = divmod(at // MINUTE, 1440)
    return day, bisect_right(_turns(), minute)


@cache
def _turns() -> tuple[int, ...]:
    # Minutes of the UTC day. That some are turns on a quiet day alone does no harm.
    hours = {hours for kind in catalogue.kinds().values() for hours in kind.hours}
    local = {*pricing.TURNS, *(minute for opens, closes in hours for minute in (opens, closes))}
    local |= {minute for opens, closes in hours for minute in (opens + SHORTER_MIN, closes - SHORTER_MIN)}
    return tuple(sorted({(minute - city.utc_offset_min) % 1440 for minute in local for city in places().cities}))
