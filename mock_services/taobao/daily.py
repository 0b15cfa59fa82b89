"""What happens by itself on the market: prices move, variants sell out and come back, a parcel is held up."""

from __future__ import annotations

from typing import Any, Final

from mock_services.clock import DAY
from mock_services.context import Ctx
from mock_services.life import Day
from mock_services.taobao import fixtures, parcels
from mock_services.taobao.rows import ITEMS, ORDERS, SKUS

_PRICES: Final = 12
_SOLD_OUT: Final = 8
_RESTOCKED: Final = 4
_HELD_UP: Final = 0.05
"""Chance that a parcel is held up on a day."""


def plan(ctx: Ctx) -> None:
    """Schedule what happens until the next dawn."""
    day = Day(ctx, "taobao")
    items = _items(ctx)
    for what, count, hours in (
        ("price", _PRICES, ("09:50", "20:10")),
        ("sells_out", _SOLD_OUT, ("09:00", "22:00")),
        ("restocked", _RESTOCKED, ("09:00", "18:00")),
    ):
        for item_id in day.some(items, count, what):
            size = day.between(-12, 9, "size", what, item_id)
            day.plan(day.at(*hours, what, item_id), what, item_id=item_id, size=size)
    for order in ctx.find(ORDERS, "owner", ctx.person_id):
        if order.state in ("paid", "shipped") and day.chance(_HELD_UP, "held up", order.id):
            day.plan(day.at("08:00", "20:00", "held up", order.id), "held_up", order_id=order.id)
    day.over()


def _items(ctx: Ctx) -> tuple[str, ...]:
    return ctx.base.recall("taobao.items", "", lambda: tuple(map(str, ctx.base.tables.rows[ITEMS.name])))


def happens(ctx: Ctx, data: dict[str, Any]) -> None:
    """One of the things that :func:`plan` foresaw."""
    what = data["what"]
    if what == "held_up":
        order = ctx.get(ORDERS, data["order_id"])
        if order is not None:
            parcels.slip(ctx, order, DAY)
        return
    size: int = data["size"]
    skus = sorted(ctx.find(SKUS, "item_id", data["item_id"]), key=lambda sku: sku.id)
    if what == "price" and size:
        for sku in skus:
            fixtures.set_price(ctx, sku, max(100, sku.fen * (100 + size) // 1000 * 10))
    elif what == "sells_out" and skus:
        fixtures.set_stock(ctx, skus[size % len(skus)], 0)
    elif what == "restocked":
        for sku in skus:
            if not sku.stock:
                fixtures.set_stock(ctx, sku, 20 + size)
