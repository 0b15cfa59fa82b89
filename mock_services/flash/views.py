"""Rows as tool results."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from mock_services.flash import lifecycle, nearby, pricing
from mock_services.flash import models as m
from mock_services.flash.hours import hours_text, is_open, next_open, special_days
from mock_services.flash.options import groups_of
from mock_services.flash.rows import DISHES, STOCKS, Coupon, Dish, GroupRow, Order, OrderLine, Shop
from mock_services.flash.states import STEPS, OrderState
from mock_services.geo import distance_m, places
from mock_services.names import somebody
from mock_services.people import ADDRESSES

if TYPE_CHECKING:
    from mock_services.clock import Instant
    from mock_services.context import Ctx

_SPECIAL_DAYS = 14


_MENUS_KEPT: Final = 2000


def _iso(ctx: Ctx, at: Instant | None) -> str | None:
    return ctx.iso(at) if at else None


def lonlat(lon: float, lat: float) -> str:
    """A point as it goes over the wire."""
    return f"{lon:.6f},{lat:.6f}"


def shop_fields(ctx: Ctx, shop: Shop, distance: int, relevance: int) -> dict[str, object]:
    """What :class:`~mock_services.flash.models.ShopView` and its heirs have in common."""
    return {
        "shop_id": shop.id,
        "name": shop.name,
        "name_en": shop.en,
        "category": shop.kind,
        "tags": list(shop.tags),
        "rating": shop.rating / 10,
        "monthly_sales": shop.sales,
        "location": lonlat(shop.lon, shop.lat),
        "distance_m": distance,
        "open": is_open(shop, ctx.now),
        "hours": hours_text((shop.opens, shop.closes)),
        "next_open": _iso(ctx, next_open(shop, ctx.now)),
        "delivery_fee": pricing.delivery_fen(shop, distance, ctx.now),
        "min_order": shop.min_fen,
        "eta_minutes": pricing.eta_minutes(shop, distance, ctx.now),
        "relevance": relevance,
    }


def shop_view(ctx: Ctx, shop: Shop, distance: int, relevance: int) -> m.ShopView:
    """A shop in a list."""
    return m.ShopView.model_validate(shop_fields(ctx, shop, distance, relevance))


def shop_detail(ctx: Ctx, shop: Shop, distance: int) -> m.ShopDetail:
    """A shop in full."""
    return m.ShopDetail.model_validate(
        {
            **shop_fields(ctx, shop, distance, 100),
            "address": shop.address,
            "phone": shop.phone,
            "description": shop.description,
            "promotions": [m.Promotion(over=over, off=off) for over, off in shop.promotions],
            "delivers_there": distance <= shop.radius_m,
            "delivery_radius_m": shop.radius_m,
            "special_hours": [
                m.SpecialHours(date=day.isoformat(), hours=hours_text(hours) if hours else "closed")
                for day, hours in special_days(shop, ctx.now, _SPECIAL_DAYS)
            ],
        }
    )


def dish_hit(ctx: Ctx, hit: nearby.Hit) -> m.DishHit:
    """A dish found near an address."""
    dish, shop = hit.dish, hit.shop
    return m.DishHit(
        dish_id=dish.id,
        name=dish.name,
        name_en=dish.en,
        price=dish.fen,
        tags=list(dish.tags),
        serves=dish.serves,
        stock=nearby.stock_of(ctx, dish),
        per_order_limit=dish.limit,
        monthly_sales=dish.sales,
        shop_id=shop.id,
        shop_name=shop.name,
        shop_name_en=shop.en,
        category=shop.kind,
        rating=shop.rating / 10,
        distance_m=hit.distance,
        open=is_open(shop, ctx.now),
        next_open=_iso(ctx, next_open(shop, ctx.now)),
        eta_minutes=pricing.eta_minutes(shop, hit.distance, ctx.now, lead_min=dish.lead_min),
        delivery_fee=pricing.delivery_fen(shop, hit.distance, ctx.now),
        min_order=shop.min_fen,
        relevance=hit.relevance,
    )


def menu_item(ctx: Ctx, dish: Dish) -> m.MenuItem:
    """A line of a menu."""
    return m.MenuItem(
        dish_id=dish.id,
        name=dish.name,
        name_en=dish.en,
        price=dish.fen,
        tags=list(dish.tags),
        serves=dish.serves,
        stock=nearby.stock_of(ctx, dish),
        per_order_limit=dish.limit,
        monthly_sales=dish.sales,
        lead_minutes=dish.lead_min,
        option_groups=[group.id for group in groups_of(dish)],
    )


def menu(ctx: Ctx, shop_id: str) -> list[m.MenuItem]:
    """All lines of a shop's menu, kept while the episode changed no dish and no stock."""

    def build() -> list[m.MenuItem]:
        return [menu_item(ctx, dish) for dish in nearby.menu(ctx, shop_id)]

    if ctx.touched(DISHES, STOCKS):
        return build()
    return ctx.base.recall("flash.menu_views", shop_id, build, most=_MENUS_KEPT)


def dish_detail(ctx: Ctx, dish: Dish, shop: Shop) -> m.DishDetail:
    """A dish with its choices."""
    return m.DishDetail(
        **dict(menu_item(ctx, dish)),
        shop_id=shop.id,
        shop_name=shop.name,
        description=dish.description,
        options=[_group_view(group) for group in groups_of(dish)],
    )


@lru_cache(maxsize=256)
def _group_view(group: GroupRow) -> m.OptionGroup:
    return m.OptionGroup(
        id=group.id,
        name=group.zh,
        name_en=group.en,
        name_id=group.id_name,
        default=group.default,
        choices=[
            m.Choice(id=row.id, name=row.zh, name_en=row.en, name_id=row.id_name, surcharge=row.fen)
            for row in group.choices
        ],
    )


def line_view(line: OrderLine) -> m.LineView:
    """A priced line."""
    return m.LineView(
        dish_id=line.dish_id,
        name=line.name,
        name_en=line.en,
        quantity=line.quantity,
        options=dict(line.options),
        options_text=line.said,
        unit_price=line.unit_fen,
        amount=line.unit_fen * line.quantity,
    )


def basket(ctx: Ctx, priced: pricing.Basket) -> m.Basket:
    """A priced basket."""
    return m.Basket(
        shop_id=priced.shop.id,
        shop_name=priced.shop.name,
        lines=[line_view(line) for line in priced.lines],
        goods=priced.goods_fen,
        packing_fee=priced.packing_fen,
        delivery_fee=priced.delivery_fen,
        discount=priced.discount_fen,
        total=priced.total_fen,
        distance_m=priced.distance,
        eta_minutes=priced.eta_min,
        arrives_by=ctx.iso(priced.arrives_by),
        min_order=priced.shop.min_fen,
        shortfall=priced.shortfall_fen,
        orderable=not priced.problems,
        problems=[m.Problem(code=error.code, message=error.message) for error in priced.problems],
    )


def order_status(ctx: Ctx, order: Order) -> m.OrderStatus:
    """How far an order is."""
    under_way = order.state in lifecycle.UNDER_WAY
    at = lifecycle.courier_at(ctx, order, ctx.now)
    courier = None
    if at is not None:
        bits = ctx.draws.bits("flash.rider", order.id)
        courier = m.Courier(
            name=somebody(ctx.draws, _country(ctx, order), "flash.rider", order.id),
            phone=f"170****{(bits >> 8) % 10000:04d}",
            location=lonlat(*at),
            metres_left=distance_m(*at, order.lon, order.lat),
        )
    return m.OrderStatus(
        order_id=order.id,
        state=order.state,
        eta=_iso(ctx, order.delivered_at) if under_way else None,
        promised_by=_iso(ctx, order.promised_at),
        minutes_late=lifecycle.minutes_late(order),
        late_compensation=lifecycle.compensation_fen(order),
        courier=courier,
    )


def order_view(ctx: Ctx, order: Order) -> m.OrderView:
    """An order in full."""
    shop = nearby.get_shop(ctx, order.shop_id)
    kept = lifecycle.kept_fen(order)
    paid = bool(order.paid_at) or any(p.state == "success" for p in ctx.payables.payments_of(order.out_trade_no))
    return m.OrderView(
        **dict(order_status(ctx, order)),
        shop_id=shop.id,
        shop_name=shop.name,
        shop_name_en=shop.en,
        lines=[line_view(line) for line in order.lines],
        goods=order.goods_fen,
        packing_fee=order.packing_fen,
        delivery_fee=order.delivery_fen,
        discount=order.discount_fen,
        total=order.total_fen,
        refunded=lifecycle.refunded_fen(ctx, order),
        out_trade_no=order.out_trade_no,
        pay_before=ctx.iso(order.pay_before),
        created_at=ctx.iso(order.created_at),
        deliver_at=_iso(ctx, order.deliver_at),
        address_id=order.address_id,
        address=order.address,
        recipient=order.recipient,
        note=order.note,
        label=order.label,
        history=_history(ctx, order),
        reason=order.reason,
        can_cancel=kept is not None,
        refund_if_cancelled=order.total_fen - kept if kept is not None and paid else 0,
    )


def _history(ctx: Ctx, order: Order) -> list[m.StateChange]:
    changes: list[tuple[OrderState, int]] = [("unpaid", order.created_at), ("paid", order.paid_at)]
    changes += [(step, getattr(order, f"{step}_at")) for step in STEPS]
    until = order.ended_at or ctx.now
    done = [m.StateChange(state=state, at=ctx.iso(at)) for state, at in changes if 0 < at <= until]
    if order.ended_at:
        done.append(m.StateChange(state=order.state, at=ctx.iso(order.ended_at)))
    return done


def order_brief(ctx: Ctx, order: Order) -> m.OrderBrief:
    """An order in a list."""
    shop = nearby.get_shop(ctx, order.shop_id)
    return m.OrderBrief(
        order_id=order.id,
        state=order.state,
        shop_id=shop.id,
        shop_name=shop.name,
        category=shop.kind,
        lines=[line_view(line) for line in order.lines],
        total=order.total_fen,
        address_id=order.address_id,
        created_at=ctx.iso(order.created_at),
        label=order.label,
    )


def coupon_view(ctx: Ctx, coupon: Coupon) -> m.CouponView:
    """A coupon."""
    state: Literal["usable", "used", "expired"] = "usable"
    if coupon.order_id:
        state = "used"
    elif coupon.expires_at <= ctx.now:
        state = "expired"
    return m.CouponView(
        coupon_id=coupon.id,
        title=coupon.title,
        over=coupon.over_fen,
        off=coupon.off_fen,
        shop_id=coupon.shop_id,
        expires_at=ctx.iso(coupon.expires_at),
        state=state,
    )


def _country(ctx: Ctx, order: Order) -> str:
    """In which country an order is delivered."""
    address = ctx.get(ADDRESSES, order.address_id)
    return places().city(address.city).country if address is not None else "CN"
