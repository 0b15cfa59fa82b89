"""What a basket costs, when it would arrive, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.clock import DAY, MINUTE, Instant
from mock_services.errors import NeedsPerson, Rejected, ServiceError, Unavailable
from mock_services.flash import catalogue, nearby
from mock_services.flash.hours import is_quiet, minute_of_day, next_open
from mock_services.flash.options import groups_of, spellings
from mock_services.flash.rows import COUPONS, Coupon, Dish, OrderLine, Shop
from mock_services.geo import distance_m, fold, places
from mock_services.money import format_yuan
from mock_services.people import Address, own_address

if TYPE_CHECKING:
    from mock_services.context import Ctx
    from mock_services.flash.models import BasketArgs, LineIn

MAX_DAYS_AHEAD: Final = 7
_HEARD_WITHIN: Final = 2 * MINUTE
"""By then the shop has heard of a payment that was made right away."""
_LEAST_ETA_MIN: Final = 15
_HANDOVER_MIN: Final = 6
_COURIER_M_PER_MIN: Final = 300
_ROAD_PER_CROW: Final = 135
_MOST_PACKING_FEN: Final = 600
_LUNCH: Final = (660, 780)
_DINNER: Final = (1050, 1170)
_RUSH_MIN, _RUSH_FEN, _NIGHT_FEN, _KM_FEN = 4, 100, 300, 100
_NIGHT: Final = (1320, 360)
_QUIET_FEN: Final = 300
TURNS: Final = (0, *_LUNCH, *_DINNER, *_NIGHT)
"""Local minutes of the day at which fees and times may change."""


def in_rush(shop: Shop, at: Instant) -> bool:
    """Whether it is lunch or dinner time at the shop."""
    minute = minute_of_day(shop, at)
    return _LUNCH[0] <= minute < _LUNCH[1] or _DINNER[0] <= minute < _DINNER[1]


def ride_minutes(distance: int) -> int:
    """How long a courier rides; the road is a third longer than the crow flies."""
    return -(-distance * _ROAD_PER_CROW // (100 * _COURIER_M_PER_MIN))


def eta_minutes(shop: Shop, distance: int, at: Instant, items: int = 1, lead_min: int = 0) -> int:
    """Minutes from payment to the door: preparing (longer for many items), handover, the ride, and the rush.

    ``lead_min`` is how long the slowest dish takes to be made, where that is longer than the shop usually needs.
    """
    many = min(25, max(0, items - 4) // 3)
    total = (
        max(shop.prep_min, lead_min)
        + many
        + _HANDOVER_MIN
        + ride_minutes(distance)
        + (_RUSH_MIN if in_rush(shop, at) else 0)
    )
    return max(_LEAST_ETA_MIN, total)


def delivery_fen(shop: Shop, distance: int, at: Instant) -> int:
    """The fee: the shop's own, a yuan for each further kilometre begun, more in the rush, at night, on quiet days."""
    fen = shop.delivery_fen + max(0, -(-distance // 1000) - 1) * _KM_FEN
    minute = minute_of_day(shop, at)
    if minute >= _NIGHT[0] or minute < _NIGHT[1]:
        fen += _NIGHT_FEN
    if is_quiet(shop, at):
        fen += _QUIET_FEN
    return fen + (_RUSH_FEN if in_rush(shop, at) else 0)


class Basket(msgspec.Struct, frozen=True):
    """A priced basket. ``problems`` are what ``order_create`` raises, the first of them."""

    shop: Shop
    address: Address
    lines: tuple[OrderLine, ...]
    goods_fen: int
    packing_fen: int
    delivery_fen: int
    discount_fen: int
    coupon_id: str
    distance: int
    eta_min: int
    deliver_at: Instant
    arrives_by: Instant
    problems: tuple[ServiceError, ...]

    @property
    def total_fen(self) -> int:
        """What would have to be paid."""
        return self.goods_fen + self.packing_fen + self.delivery_fen - self.discount_fen

    @property
    def shortfall_fen(self) -> int:
        """What the goods lack to the minimum order."""
        return max(0, self.shop.min_fen - self.goods_fen)


def price(ctx: Ctx, args: BasketArgs, at: Instant | None = None) -> Basket:
    """Price a basket at a moment (now, unless told otherwise).

    Raises:
        Rejected: ``ADDRESS_NOT_EXIST``, ``DISH_NOT_EXIST``, ``OPTION_NOT_EXIST``, ``LINES_OF_SEVERAL_SHOPS``,
            ``COUPON_NOT_EXIST``, ``SHOP_NOT_EXIST``.
    """
    now = ctx.now if at is None else at
    address = own_address(ctx, args.address_id)
    dishes = [nearby.get_dish(ctx, line.dish_id) for line in args.lines]
    if len({dish.shop_id for dish in dishes}) > 1:
        raise Rejected("LINES_OF_SEVERAL_SHOPS", "an order is for one shop", hint="make one order per shop")
    shop = nearby.get_shop(ctx, dishes[0].shop_id)
    lines = tuple(_line(shop, dish, line) for dish, line in zip(dishes, args.lines, strict=True))
    items = sum(line.quantity for line in lines)
    goods = sum(line.quantity * line.unit_fen for line in lines)

    problems: list[ServiceError] = []
    distance = distance_m(address.lon, address.lat, shop.lon, shop.lat)
    if distance > shop.radius_m:
        far = f"{shop.name} delivers up to {shop.radius_m} m, the address is {distance} m away"
        problems.append(Unavailable("OUT_OF_DELIVERY_RANGE", far, hint="search shops for this address"))
    deliver_at = 0 if args.deliver_at is None else ctx.instant(args.deliver_at)
    eta = eta_minutes(shop, distance, deliver_at or now, items, max(dish.lead_min for dish in dishes))
    problems += _time_problems(ctx, shop, now, eta, deliver_at)
    problems += _stock_problems(ctx, dishes, lines)
    coupon = None if args.coupon_id is None else own_coupon(ctx, args.coupon_id)
    off = max((off for over, off in shop.promotions if goods >= over), default=0)
    if coupon is not None:
        refusal = coupon_problem(coupon, shop.id, goods, now)
        problems += [refusal] if refusal else []
        off += 0 if refusal else coupon.off_fen
    if goods < shop.min_fen:
        lacking = format_yuan(shop.min_fen - goods)
        problems.append(
            Unavailable(
                "UNDER_MINIMUM_ORDER",
                f"{shop.name} delivers from {format_yuan(shop.min_fen)} yuan of goods, {lacking} yuan are missing",
                hint="add something or choose another shop",
            )
        )
    return Basket(
        shop=shop,
        address=address,
        lines=lines,
        goods_fen=goods,
        packing_fen=min(_MOST_PACKING_FEN, items * shop.pack_fen),
        delivery_fen=delivery_fen(shop, distance, deliver_at or now),
        # However much is taken off, something is left to pay: a payable over nothing cannot be settled.
        discount_fen=min(off, goods - 1),
        coupon_id=coupon.id if coupon else "",
        distance=distance,
        eta_min=eta,
        deliver_at=deliver_at,
        arrives_by=deliver_at or now + eta * MINUTE + _HEARD_WITHIN,
        problems=tuple(problems),
    )


def _line(shop: Shop, dish: Dish, line: LineIn) -> OrderLine:
    groups = groups_of(dish)
    chosen = {group.id: group.default for group in groups}
    for said, choice in line.options.items():
        key = fold(said)
        group = next((group for group in groups if key in spellings(group)[0]), None)
        if group is None:
            named = ", ".join(group.id for group in groups) or "none"
            raise Rejected("OPTION_NOT_EXIST", f"{dish.name} has no option {said[:40]}", hint=f"its options: {named}")
        choice_id = spellings(group)[1].get(fold(choice))
        if choice_id is None:
            named = ", ".join(row.id for row in group.choices)
            raise Rejected("OPTION_NOT_EXIST", f"{group.zh} has no choice {choice[:40]}", hint=f"its choices: {named}")
        chosen[group.id] = choice_id
    unit = dish.fen
    city = places().city(shop.city)
    shown = []
    for group in groups:
        row = next(row for row in group.choices if row.id == chosen[group.id])
        unit += row.fen
        shown.append(catalogue.in_local(city, row.zh, row.en, row.id_name))
    return OrderLine(dish.id, dish.name, dish.en, line.quantity, tuple(chosen.items()), " / ".join(shown), unit)


def _time_problems(ctx: Ctx, shop: Shop, now: Instant, eta: int, deliver_at: Instant) -> list[ServiceError]:
    if not deliver_at:
        opens = next_open(shop, now)
        if opens is None:
            return []
        return [
            Unavailable(
                "SHOP_CLOSED",
                f"{shop.name} is closed until {ctx.iso(opens)}",
                hint="give deliver_at in its opening hours, or choose a shop that is open",
            )
        ]
    impossible = ""
    if deliver_at < now + eta * MINUTE:
        impossible = f"the earliest possible is {ctx.iso(now + eta * MINUTE)}"
    elif deliver_at > now + MAX_DAYS_AHEAD * DAY:
        impossible = f"at most {MAX_DAYS_AHEAD} days ahead"
    elif (opens := next_open(shop, deliver_at - eta * MINUTE)) is not None:
        impossible = f"the shop is closed then; after that, the earliest is {ctx.iso(opens + eta * MINUTE)}"
    return [Unavailable("DELIVERY_TIME_NOT_POSSIBLE", impossible)] if impossible else []


def _stock_problems(ctx: Ctx, dishes: list[Dish], lines: tuple[OrderLine, ...]) -> list[ServiceError]:
    problems: list[ServiceError] = []
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.dish_id] = wanted.get(line.dish_id, 0) + line.quantity
    by_id = {dish.id: dish for dish in dishes}
    for dish_id, quantity in wanted.items():
        dish = by_id[dish_id]
        left = nearby.stock_of(ctx, dish)
        if left == 0:
            problems.append(Unavailable("DISH_SOLD_OUT", f"{dish.name} is sold out", hint="choose something else"))
        elif left < quantity:
            problems.append(Unavailable("OUT_OF_STOCK", f"of {dish.name} only {left} are left", hint=f"at most {left}"))
        if quantity > dish.limit:
            problems.append(
                Unavailable(
                    "PER_ORDER_LIMIT",
                    f"at most {dish.limit} of {dish.name} in one order",
                    hint="split it into several orders or take another shop",
                )
            )
        if "prescription" in dish.tags:
            problems.append(
                NeedsPerson(
                    "PRESCRIPTION_REQUIRED",
                    f"{dish.name} needs a doctor's prescription",
                    hint="the person has to show it to a pharmacist; it cannot be ordered here",
                )
            )
    return problems


def own_coupon(ctx: Ctx, coupon_id: str) -> Coupon:
    """A coupon of the person.

    Raises:
        Rejected: ``COUPON_NOT_EXIST``, unknown or somebody else's.
    """
    coupon = ctx.get(COUPONS, coupon_id)
    if coupon is None or coupon.owner != ctx.person_id:
        raise Rejected("COUPON_NOT_EXIST", f"you have no coupon {coupon_id[:40]}", hint="see flash_coupon_list")
    return coupon


def coupon_problem(coupon: Coupon, shop_id: str, goods: int, now: Instant) -> Unavailable | None:
    """Why a coupon does not hold for goods of this value at this shop, or None."""
    if coupon.order_id:
        why = "it is already used"
    elif coupon.expires_at <= now:
        why = "it has expired"
    elif coupon.shop_id not in ("", shop_id):
        why = "it is for another shop"
    elif goods < coupon.over_fen:
        why = f"it holds from {format_yuan(coupon.over_fen)} yuan of goods"
    else:
        return None
    return Unavailable("COUPON_NOT_USABLE", f"coupon {coupon.id}: {why}", hint="order without it")
