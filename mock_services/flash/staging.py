"""What a scenario can set up: shops, dishes, stock, prices, coupons, orders of the past, and things that go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from pydantic import Field, StringConstraints

from mock_services.argtypes import IsoTime, YuanIn
from mock_services.clock import HOUR, MINUTE, SECOND
from mock_services.errors import Rejected
from mock_services.flash import catalogue, lifecycle, nearby, pricing
from mock_services.flash import models as m
from mock_services.flash.hours import end_of_day
from mock_services.flash.options import STANDARD
from mock_services.flash.rows import (
    COUPONS,
    DISHES,
    ORDERS,
    SHOPS,
    STOCKS,
    ChoiceRow,
    Coupon,
    Dish,
    GroupRow,
    Order,
    QuietDays,
    Shop,
    Stock,
)
from mock_services.geo import distance_m, places
from mock_services.ledger import ACCOUNTS
from mock_services.past import paid_before
from mock_services.people import own_address
from mock_services.service import Args

if TYPE_CHECKING:
    from mock_services.context import Ctx

Hours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class ChoiceSpec(Args):
    """A choice of an own option group."""

    id: m.OptionText
    name: m.OptionText
    name_en: str = ""
    name_id: str = ""
    surcharge: YuanIn = Field(0, validate_default=False, ge=0)


class GroupSpec(Args):
    """An own option group; the first choice is the default."""

    id: m.OptionText
    name: m.OptionText
    name_en: str = ""
    name_id: str = ""
    choices: list[ChoiceSpec] = Field(min_length=1, max_length=20)


class DishSpec(Args):
    """A dish of an own shop."""

    dish_id: m.Id | None = Field(None, description="a fresh one if left out")
    name: str = Field(min_length=1, max_length=100)
    name_en: str = ""
    words: str = Field("", description="further names and synonyms that a search finds it by")
    price: YuanIn = Field(gt=0)
    stock: int = Field(100, ge=0, le=100_000)
    limit: int = Field(20, ge=1, le=99, description="most in one order")
    serves: int = Field(1, ge=1, le=50)
    lead_minutes: int = Field(0, ge=0, le=1440, description="how long it takes to be made, if longer than usual there")
    options: list[str] = Field([], description="standard groups, e.g. hot_drink, cold_drink, sugar, milk, cup, spice")
    own_options: list[GroupSpec] = Field([])
    tags: list[m.Tag] = Field([])
    monthly_sales: int = Field(300, ge=0)
    description: str = ""


class ShopFixture(m.Where):
    """A shop near an address of the person or near a point."""

    shop_id: m.Id | None = Field(None, description="a fresh one if left out")
    name: str = Field(min_length=1, max_length=100)
    name_en: str = ""
    category: m.Category
    words: str = Field("", description="further words that a search finds it by")
    distance: int = Field(900, ge=0, le=20_000, description="metres from the place")
    direction: int = Field(40, ge=0, le=359, description="degrees, 0 east, 90 north")
    hours: Hours = "00:00-24:00"
    quiet_days: QuietDays = Field("usual", description="how it keeps the quiet days of public holidays")
    radius: int = Field(5000, ge=100, le=20_000, description="metres that it delivers")
    min_order: YuanIn = Field(1500, validate_default=False, ge=0)
    delivery_fee: YuanIn = Field(300, validate_default=False, ge=0)
    packing_fee: YuanIn = Field(100, validate_default=False, ge=0, description="per item")
    prep_minutes: int = Field(8, ge=1, le=120)
    promotions: list[tuple[YuanIn, YuanIn]] = Field([], description="(over, off) pairs")
    rating: float = Field(4.7, ge=0, le=5)
    monthly_sales: int = Field(900, ge=0)
    tags: list[m.Tag] = Field([])
    description: str = ""
    dishes: list[DishSpec] = Field([])


class DishFixture(DishSpec):
    """One more dish of a shop."""

    shop_id: m.Id


class Pick(m.Where):
    """Which dishes: one by id, or those that a search near a place finds (the best one, or ``every``)."""

    dish_id: m.Id | None = None
    query: str = ""
    every: bool = Field(False, description="all dishes found, not only the best")
    min_relevance: int = Field(80, ge=1, le=100)


class StockFixture(Pick):
    """Set how much is left."""

    left: int = Field(ge=0, le=100_000)


class PriceFixture(Pick):
    """Set a price, or change it by per cent. Give one of the two."""

    price: YuanIn | None = Field(None, gt=0)
    percent: int | None = Field(None, ge=-90, le=900)


class CouponFixture(Args):
    """A coupon of the person."""

    coupon_id: m.Id | None = None
    title: str = "满减券"
    over: YuanIn = Field(ge=0)
    off: YuanIn = Field(gt=0)
    shop_id: str = ""
    expires_at: IsoTime


class CloseFixture(Args):
    """A shop closes, until its midnight unless told otherwise."""

    shop_id: m.Id
    until: IsoTime | None = None


class RefuseFixture(Args):
    """A shop will not take its next orders after they are paid."""

    shop_id: m.Id
    times: int = Field(1, ge=1, le=100)


class OrderFixture(Args):
    """An order of the person; the latest that is under way if left out."""

    order_id: m.Id | None = None


class SlipFixture(OrderFixture):
    """An order comes later."""

    minutes: int = Field(20, ge=1, le=600)


class PastLine(Args):
    """A line of an order of the past: a dish by id, or the best that the words find."""

    dish_id: m.Id | None = None
    query: str = ""
    quantity: int = Field(1, ge=1, le=99)
    options: dict[str, str] = Field({})


class PastOrderFixture(Args):
    """An order that was paid from an account, and delivered at its time or still to come at ``deliver_at``."""

    address_id: m.Id
    shop_id: m.Id | None = Field(None, description="where the lines' words are looked up; else the nearest with all")
    lines: list[PastLine] = Field(min_length=1, max_length=30)
    account: m.Id = Field(description="ledger account of the person that paid, e.g. wallet:U1")
    created_at: IsoTime
    deliver_at: IsoTime | None = Field(None, description="when it will come, for an order that is still to be made")
    note: str = ""
    label: str = Field("", description="what the person calls it, e.g. usual")


# --- shops and dishes --------------------------------------------------------------------------------------------


def add_shop(ctx: Ctx, args: ShopFixture) -> str:
    """Open a shop and return its id."""
    lon, lat = nearby.point(ctx, args)
    city = min(places().cities, key=lambda c: distance_m(lon, lat, c.lon, c.lat))
    shop_lon, shop_lat = catalogue.moved(lon, lat, args.direction, args.distance)
    shop_id = args.shop_id or ctx.next_id("SH")
    if nearby.find_shop(ctx, shop_id) is not None:
        raise Rejected("SHOP_EXISTS", f"there is a shop {shop_id} already")
    kind = catalogue.kinds()[args.category]
    opens, closes = catalogue.minutes_of_day(args.hours)
    ctx.put(
        SHOPS,
        Shop(
            id=shop_id,
            city=city.id,
            kind=kind.id,
            name=args.name,
            en=args.name_en or args.name,
            words=f"{kind.zh} {kind.en} {kind.id_name} {args.words}",
            tags=tuple(args.tags),
            address=catalogue.in_local(city, city.name.zh, city.name.en, city.name.id),
            phone="400-800-1000",
            lon=shop_lon,
            lat=shop_lat,
            offset_min=city.utc_offset_min,
            opens=opens,
            closes=closes,
            radius_m=args.radius,
            min_fen=args.min_order,
            pack_fen=args.packing_fee,
            delivery_fen=args.delivery_fee,
            prep_min=args.prep_minutes,
            promotions=tuple(args.promotions),
            rating=round(args.rating * 10),
            sales=args.monthly_sales,
            description=args.description,
            quiet_days=args.quiet_days,
            payee=shop_id,
        ),
    )
    for dish in args.dishes:
        _put_dish(ctx, shop_id, dish)
    return shop_id


def add_dish(ctx: Ctx, args: DishFixture) -> str:
    """Put a dish on a shop's menu and return its id."""
    return _put_dish(ctx, nearby.get_shop(ctx, args.shop_id).id, args)


def _put_dish(ctx: Ctx, shop_id: str, spec: DishSpec) -> str:
    unknown = [name for name in spec.options if name not in STANDARD]
    if unknown:
        raise Rejected("OPTION_NOT_EXIST", f"no standard option group {unknown[0]!r}; one of {', '.join(STANDARD)}")
    dish_id = spec.dish_id or ctx.next_id("SD")
    if nearby.find_dish(ctx, dish_id) is not None:
        raise Rejected("DISH_EXISTS", f"there is a dish {dish_id} already")
    groups = tuple(
        GroupRow(
            group.id,
            group.name,
            group.name_en or group.name,
            group.name_id or group.name_en or group.name,
            group.choices[0].id,
            tuple(
                ChoiceRow(c.id, c.name, c.name_en or c.name, c.name_id or c.name_en or c.name, c.surcharge)
                for c in group.choices
            ),
        )
        for group in spec.own_options
    )
    dish = Dish(
        id=dish_id,
        shop_id=shop_id,
        entry="",
        name=spec.name,
        en=spec.name_en or spec.name,
        words=spec.words,
        fen=spec.price,
        serves=spec.serves,
        limit=spec.limit,
        stock=spec.stock,
        options=tuple(spec.options),
        own_options=groups,
        tags=tuple(spec.tags),
        sales=spec.monthly_sales,
        description=spec.description,
        lead_min=spec.lead_minutes,
    )
    ctx.put(DISHES, dish)
    return dish_id


def picked(ctx: Ctx, args: Pick) -> list[Dish]:
    """The dishes that a fixture speaks of.

    Raises:
        Rejected: ``DISH_NOT_EXIST``, none fits.
    """
    if args.dish_id is not None:
        return [nearby.get_dish(ctx, args.dish_id)]
    hits = nearby.search_dishes(ctx, args.query, *nearby.point(ctx, args))
    hits = [hit for hit in hits if hit.relevance >= args.min_relevance]
    hits.sort(key=lambda hit: (-hit.relevance, hit.rank, hit.distance, hit.dish.id))
    if not hits:
        raise Rejected("DISH_NOT_EXIST", f"nothing near there fits {args.query!r}")
    return [hit.dish for hit in (hits if args.every else hits[:1])]


def set_stock(ctx: Ctx, args: StockFixture) -> str:
    """Set what is left and return the (first) dish's id."""
    dishes = picked(ctx, args)
    for dish in dishes:
        ctx.put(STOCKS, Stock(dish.id, args.left))
    return dishes[0].id


def set_price(ctx: Ctx, args: PriceFixture) -> str:
    """Set or change prices and return the (first) dish's id."""
    if (args.price is None) == (args.percent is None):
        raise Rejected("INVALID_ARGUMENT", "give either price or percent")
    dishes = picked(ctx, args)
    for dish in dishes:
        fen = args.price if args.price is not None else max(1, dish.fen * (100 + (args.percent or 0)) // 100)
        ctx.put(DISHES, msgspec.structs.replace(dish, fen=fen))
    return dishes[0].id


def add_coupon(ctx: Ctx, args: CouponFixture) -> str:
    """Give the person a coupon and return its id."""
    coupon_id = args.coupon_id or ctx.next_id("FC")
    expires = ctx.instant(args.expires_at)
    ctx.put(COUPONS, Coupon(coupon_id, ctx.person_id, args.title, args.over, args.off, args.shop_id, expires, ""))
    return coupon_id


# --- what goes wrong ---------------------------------------------------------------------------------------------


def close_shop(ctx: Ctx, args: CloseFixture) -> str:
    """Close a shop."""
    shop = nearby.get_shop(ctx, args.shop_id)
    until = end_of_day(shop, ctx.now) if args.until is None else ctx.instant(args.until)
    ctx.put(SHOPS, msgspec.structs.replace(shop, closed_until=until))
    return shop.id


def shop_refuses(ctx: Ctx, args: RefuseFixture) -> str:
    """Let a shop refuse its next orders."""
    shop = nearby.get_shop(ctx, args.shop_id)
    ctx.put(SHOPS, msgspec.structs.replace(shop, refuses=args.times))
    return shop.id


def _meant(ctx: Ctx, order_id: str | None) -> Order | None:
    if order_id is not None:
        return ctx.get(ORDERS, order_id)
    under_way = [order for order in ctx.find(ORDERS, "owner", ctx.person_id) if order.state in lifecycle.UNDER_WAY]
    return max(under_way, key=lambda order: (order.created_at, order.id), default=None)


def slip(ctx: Ctx, args: SlipFixture) -> str | None:
    """Delay an order; None if none is under way."""
    order = _meant(ctx, args.order_id)
    return order.id if order is not None and lifecycle.slip(ctx, order, args.minutes) else None


def shop_cancels(ctx: Ctx, args: OrderFixture) -> str | None:
    """Let the shop give an order up; None if none is under way or it is handed over already."""
    order = _meant(ctx, args.order_id)
    done = order is not None and lifecycle.merchant_cancels(ctx, order, "the shop has cancelled the order")
    return order.id if order is not None and done else None


# --- the past ----------------------------------------------------------------------------------------------------


def past_order(ctx: Ctx, args: PastOrderFixture) -> str:
    """Enter an order that was paid in the past, its money included, and return its id.

    Raises:
        Rejected: ``INVALID_ARGUMENT``, its times do not fit together; ``ACCOUNT_NOT_EXIST``.
    """
    then = ctx.instant(args.created_at)
    due = ctx.instant(args.deliver_at) if args.deliver_at is not None else 0
    if not due and then > ctx.now - 3 * HOUR:
        raise Rejected("INVALID_ARGUMENT", "created_at: at least three hours ago, so that it has been delivered")
    if due and not then + 5 * MINUTE <= ctx.now < due - 2 * HOUR:
        raise Rejected("INVALID_ARGUMENT", "an order to come is five minutes old and due in two hours at the soonest")
    if ctx.get(ACCOUNTS, args.account) is None:
        raise Rejected("ACCOUNT_NOT_EXIST", f"there is no account {args.account}; open it before this order")
    asked = m.BasketArgs(address_id=args.address_id, lines=_past_lines(ctx, args), deliver_at=args.deliver_at)
    basket = pricing.price(ctx, asked, then)
    order_id = ctx.next_id("FL")
    payments = paid_before(
        ctx,
        times=(min(then + 30 * SECOND, ctx.now),),
        account=args.account,
        service="flash",
        ref=order_id,
        payee=basket.shop.payee,
        payee_name=basket.shop.name,
        subject=lifecycle.subject(basket),
        category=lifecycle.category(basket.shop),
        lines=lifecycle.checkout(basket),
    )
    order = lifecycle.new_order(ctx, basket, order_id, payments[0].out_trade_no, then)
    order = msgspec.structs.replace(order, paid_at=then + 2 * MINUTE, note=args.note, label=args.label)
    planned = lifecycle.plan(ctx, order, order.paid_at)
    if due:
        ctx.put(ORDERS, msgspec.structs.replace(planned, state="paid"))
        ctx.schedule(planned.accepted_at, "flash", "order_step", {"order_id": order_id})
    else:
        ctx.put(ORDERS, msgspec.structs.replace(planned, state="delivered"))
    return order_id


def _past_lines(ctx: Ctx, args: PastOrderFixture) -> list[m.LineIn]:
    address = own_address(ctx, args.address_id)
    shop_ids = [args.shop_id]
    if args.shop_id is None:
        shop_ids = [shop.id for shop, _ in nearby.around(ctx, address.lon, address.lat)]
    for line in args.lines:
        if line.dish_id is not None:
            shop_ids = [nearby.get_dish(ctx, line.dish_id).shop_id]
    best: tuple[int, list[str]] = (0, [])
    for shop_id in shop_ids:
        found = [_past_dish(ctx, line, shop_id or "") for line in args.lines]
        fit = min(relevance for _, relevance in found)
        if fit > best[0]:
            best = (fit, [dish_id for dish_id, _ in found])
    if not best[0]:
        raise Rejected("DISH_NOT_EXIST", "no shop near the address sells all of these")
    return [
        m.LineIn(dish_id=dish_id, quantity=line.quantity, options=line.options)
        for dish_id, line in zip(best[1], args.lines, strict=True)
    ]


def _past_dish(ctx: Ctx, line: PastLine, shop_id: str) -> tuple[str, int]:
    if line.dish_id is not None:
        return line.dish_id, 100
    found = nearby.search_menu(ctx, line.query, shop_id)
    return (found[0][0].id, found[0][1]) if found else ("", 0)
