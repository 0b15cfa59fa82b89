"""The world's part of faults: what changes just before a call that concerns it. Each says whether anything did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.flash import lifecycle, nearby
from mock_services.flash.hours import end_of_day, is_open
from mock_services.flash.rows import COUPONS, DISHES, ORDERS, SHOPS, STOCKS, Dish, Order, Shop, Stock

if TYPE_CHECKING:
    from mock_services.context import Ctx


def sold_out(ctx: Ctx, args: dict[str, Any]) -> bool:
    """The dish, or the first of the lines that is still to be had, is gone."""
    for dish in _dishes(ctx, args):
        if nearby.stock_of(ctx, dish):
            ctx.put(STOCKS, Stock(dish.id, 0))
            return True
    return False


def price_change(ctx: Ctx, args: dict[str, Any], params: dict[str, Any]) -> bool:
    """Every dish of the call gets dearer by ``percent`` (10)."""
    dishes = {dish.id: dish for dish in _dishes(ctx, args)}
    changed = False
    for dish in dishes.values():
        fen = dish.fen * (100 + int(params.get("percent", 10))) // 100
        if fen != dish.fen and fen > 0:
            ctx.put(DISHES, msgspec.structs.replace(dish, fen=fen))
            changed = True
    return changed


def shop_closes(ctx: Ctx, args: dict[str, Any]) -> bool:
    """The shop of the call, if it is open, closes until its midnight."""
    shop = _shop(ctx, args)
    if shop is None or not is_open(shop, ctx.now):
        return False
    ctx.put(SHOPS, msgspec.structs.replace(shop, closed_until=end_of_day(shop, ctx.now)))
    return True


def merchant_cancels(ctx: Ctx, args: dict[str, Any]) -> bool:
    """The shop gives the paid order of the call up; where none is paid yet, it will refuse the next one."""
    order = _order(ctx, args)
    if order is not None and order.state != "unpaid":
        return lifecycle.merchant_cancels(ctx, order, "the shop has cancelled the order")
    shop = _shop(ctx, args)
    if shop is None or (order is None and "lines" not in args):
        return False
    ctx.put(SHOPS, msgspec.structs.replace(shop, refuses=shop.refuses + 1))
    return True


def delivery_slip(ctx: Ctx, args: dict[str, Any], params: dict[str, Any]) -> bool:
    """What is still to come of the order happens ``minutes`` (20) later."""
    order = _order(ctx, args)
    return order is not None and lifecycle.slip(ctx, order, int(params.get("minutes", 20)))


def coupon_expires(ctx: Ctx, args: dict[str, Any]) -> bool:
    """The coupon of the call is no longer valid."""
    coupon = ctx.get(COUPONS, args.get("coupon_id") or "")
    if coupon is None or coupon.owner != ctx.person_id or coupon.expires_at <= ctx.now:
        return False
    ctx.put(COUPONS, msgspec.structs.replace(coupon, expires_at=ctx.now))
    return True


def payment_told_twice(ctx: Ctx, args: dict[str, Any]) -> bool:
    """The cashier hears of the order's payment once more."""
    order = _order(ctx, args)
    if order is None or not order.paid_at:
        return False
    ctx.schedule(ctx.now, "flash", "payment_settled", {"out_trade_no": order.out_trade_no})
    return True


def _dishes(ctx: Ctx, args: dict[str, Any]) -> list[Dish]:
    ids = [args["dish_id"]] if args.get("dish_id") else [line["dish_id"] for line in args.get("lines", ())]
    return [dish for dish_id in ids if (dish := nearby.find_dish(ctx, dish_id)) is not None]


def _order(ctx: Ctx, args: dict[str, Any]) -> Order | None:
    order = ctx.get(ORDERS, args.get("order_id") or "")
    return order if order is not None and order.owner == ctx.person_id else None


def _shop(ctx: Ctx, args: dict[str, Any]) -> Shop | None:
    if args.get("shop_id"):
        return nearby.find_shop(ctx, args["shop_id"])
    order = _order(ctx, args)
    if order is not None:
        return nearby.find_shop(ctx, order.shop_id)
    dishes = _dishes(ctx, args)
    return nearby.find_shop(ctx, dishes[0].shop_id) if dishes else None
