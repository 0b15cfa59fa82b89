"""What happens by itself among the shops around the person: noon rushes, prices, early evenings, slow riders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from mock_services.flash import lifecycle, nearby
from mock_services.flash.hours import end_of_day, is_open
from mock_services.flash.rows import DISHES, ORDERS, SHOPS, STOCKS, Stock
from mock_services.life import Day
from mock_services.people import ADDRESSES, PEOPLE

if TYPE_CHECKING:
    from mock_services.context import Ctx

_NEAREST: Final = 24
_BEST_SELLERS: Final = 4
_RUSHES: Final = (("11:40", "12:50"), ("17:50", "19:10"))


def plan(ctx: Ctx) -> None:
    """Schedule what happens until the next dawn."""
    day = Day(ctx, "flash")
    shop_ids = _around(ctx)
    for n, rush in enumerate(_RUSHES):
        for shop_id in day.some(shop_ids, 3, "sells out", n):
            day.plan(day.at(*rush, "sells out", shop_id), "sells_out", shop_id=shop_id)
        if day.chance(0.3, "slow riders", n):
            minutes = day.between(6, 18, "slow riders", n)
            day.plan(day.at(*rush, "slow riders"), "slow_riders", minutes=minutes)
    for shop_id in day.some(shop_ids, 2, "price"):
        percent = day.between(-12, 12, "percent", shop_id)
        day.plan(day.at("10:00", "11:00", "price", shop_id), "price", shop_id=shop_id, percent=percent)
    for shop_id in day.some(shop_ids, 1, "closes"):
        if day.chance(0.5, "closes"):
            day.plan(day.at("18:30", "20:30", "closes"), "closes_early", shop_id=shop_id)
    day.over()


def _around(ctx: Ctx) -> list[str]:
    person = ctx.get(PEOPLE, ctx.person_id)
    spots = [(person.lon, person.lat)] if person is not None else []
    spots += [(row.lon, row.lat) for row in ctx.find(ADDRESSES, "owner", ctx.person_id)]
    found: dict[str, None] = {}
    for spot in spots:
        near = [shop.id for shop, _ in nearby.around(ctx, *spot)][:_NEAREST]
        found.update(dict.fromkeys(near))
    return sorted(found)


def happens(ctx: Ctx, data: dict[str, Any]) -> None:
    """One of the things that :func:`plan` foresaw."""
    what = data["what"]
    if what == "slow_riders":
        for order in ctx.find(ORDERS, "owner", ctx.person_id):
            lifecycle.slip(ctx, order, data["minutes"])
        return
    shop = nearby.get_shop(ctx, data["shop_id"])
    if what == "closes_early":
        if is_open(shop, ctx.now):
            ctx.put(SHOPS, msgspec.structs.replace(shop, closed_until=end_of_day(shop, ctx.now)))
        return
    best = sorted(nearby.menu(ctx, shop.id), key=lambda dish: (-dish.sales, dish.id))[:_BEST_SELLERS]
    dish = best[ctx.now // 60_000 % len(best)] if best else None
    if dish is None:
        return
    if what == "sells_out":
        ctx.put(STOCKS, Stock(dish.id, 0))
    elif what == "price":
        ctx.put(DISHES, msgspec.structs.replace(dish, fen=max(100, dish.fen * (100 + data["percent"]) // 100)))
