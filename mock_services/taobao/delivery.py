"""How long things take: what a shop promises, how a parcel really travels, what sending it costs.

Distances are those of :mod:`mock_services.geo`. Days per distance follow the parcel carriers' usual economy service;
the abroad rates and the slip of a late parcel are invented.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

import msgspec

from mock_services import clock
from mock_services.clock import DAY, HOUR, MINUTE, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.geo import distance_m, places
from mock_services.holidays import quiet
from mock_services.people import PEOPLE, own_address
from mock_services.taobao.rows import Item, Parcel, Shop

CUT_OFF_HOUR: Final = 18
"""Paid before this local hour, what lies in a near warehouse arrives the next day."""

MOST_DAYS_AHEAD: Final = 30
_DAY_ENDS: Final = dt.time(21)
_FAR: Final = frozenset({"lhasa"})
_FAR_FEN: Final = 1500
_ABROAD_FEN: Final = 3800
_ABROAD_MORE_FEN: Final = 400
_ABROAD_DAYS: Final = 3
_KM_DAYS: Final = ((350, 1), (1100, 2), (1900, 3))
_CARRIERS: Final = (("云雀快递", "YQ"), ("顺达速运", "SD"), ("飞鱼物流", "FY"), ("北雁快递", "BY"))


@lru_cache(maxsize=1024)
def transit_days(origin: str, to: str) -> int:
    """Days on the road between two cities: 1 to 4 inside China, one more to far places, 3 by air to abroad."""
    a, b = places().city(origin), places().city(to)
    if b.country != "CN":
        return _ABROAD_DAYS
    km = distance_m(a.lon, a.lat, b.lon, b.lat) // 1000
    days = next((days for limit, days in _KM_DAYS if km <= limit), 4)
    return days + (1 if to in _FAR else 0)


def near_warehouse(to: str) -> bool:
    """Whether the city has a warehouse from which the next-day goods go."""
    return to not in _FAR and places().city(to).country == "CN"


def destination(ctx: Ctx, ship_to: str | None) -> str | None:
    """The city that an estimate is for: the address's, or where the person is.

    Raises:
        Rejected: ``ADDRESS_NOT_EXIST``.
    """
    if ship_to is not None:
        return own_address(ctx, ship_to).city
    person = ctx.get(PEOPLE, ctx.person_id)
    return person.city if person is not None and person.city else None


def arrival_day(ctx: Ctx, shop: Shop, item: Item, to: str, at: Instant) -> dt.date | None:
    """The day on which an item that is paid for at ``at`` is promised to arrive; None if it cannot go there."""
    moment = clock.local(at, ctx.offset_min)
    if places().city(to).country != "CN" and not item.overseas:
        return None
    if item.next_day and near_warehouse(to):
        return moment.date() + dt.timedelta(days=1 if moment.hour < CUT_OFF_HOUR else 2)
    if item.scheduled:
        return None
    handed_over = clock.local(after_quiet(ctx, at + item.ship_hours * HOUR), ctx.offset_min).date()
    return handed_over + dt.timedelta(days=transit_days(shop.city, to))


def promise(ctx: Ctx, shop: Shop, items: list[Item], to: str, at: Instant, deliver_on: dt.date | None) -> Instant:
    """Until when all items of an order are promised if it is paid for at ``at``.

    Raises:
        Unavailable: ``NOT_DELIVERABLE``, ``DAY_NOT_AVAILABLE``.
        Rejected: ``DAY_CANNOT_BE_CHOSEN``.
    """
    days: list[dt.date] = []
    for item in items:
        day = arrival_day(ctx, shop, item, to, at)
        if day is None:
            city = places().city(to).name.en
            raise Unavailable("NOT_DELIVERABLE", f"{item.name_en} is not delivered to {city}")
        days.append(day)
    latest = max(days)
    if deliver_on is not None:
        if not all(item.scheduled for item in items):
            raise Rejected("DAY_CANNOT_BE_CHOSEN", "this shop does not let you choose the day", hint="leave deliver_on")
        if not latest <= deliver_on <= latest + dt.timedelta(days=MOST_DAYS_AHEAD):
            raise Unavailable("DAY_NOT_AVAILABLE", f"the earliest day is {latest}, the last {MOST_DAYS_AHEAD} days on")
        latest = deliver_on
    return clock.instant(latest, _DAY_ENDS, ctx.offset_min)


def after_quiet(ctx: Ctx, at: Instant) -> Instant:
    """The moment itself, or so many days later that shops and carriers work again after the Spring Festival's days."""
    while quiet(clock.local(at, ctx.offset_min).date(), "CN"):
        at += DAY
    return at


def ship_by(ctx: Ctx, items: list[Item], paid_at: Instant, deliver_on: str) -> Instant:
    """Until when a shop has to hand a paid order to the carrier; 0 where the buyer chose the day of delivery."""
    return 0 if deliver_on else after_quiet(ctx, paid_at + max(item.ship_hours for item in items) * HOUR)


def day_of(ctx: Ctx, at: Instant) -> str:
    """The local day of an instant."""
    return clock.local(at, ctx.offset_min).date().isoformat()


def shipping_fen(shop: Shop, goods_fen: int, pieces: int, to: str) -> int:
    """What sending costs: the shop's fee, a surcharge to far places, air parcels abroad by the piece."""
    if places().city(to).country != "CN":
        return _ABROAD_FEN + _ABROAD_MORE_FEN * (pieces - 1)
    fee = 0 if goods_fen >= shop.free_over_fen else shop.fee_fen
    return fee + (_FAR_FEN if to in _FAR else 0)


def plan_parcel(
    ctx: Ctx,
    order_id: str,
    shop: Shop,
    to: str,
    paid_at: Instant,
    promised_by: Instant,
    *,
    ship_hours: int,
    on_a_day: bool,
) -> Parcel:
    """How the parcel of a paid order will travel: handed over within the promised hours, there on the promised day.

    ``ship_hours`` is 0 for goods from a near warehouse; ``on_a_day`` holds fresh goods back until shortly before.
    """
    draws = ctx.draws
    carrier, code = draws.pick(_CARRIERS, "carrier", order_id)
    last_day = clock.local(promised_by, ctx.offset_min).date()
    midnight = clock.instant(last_day, dt.time(0), ctx.offset_min)
    if ship_hours:
        ready = paid_at + draws.between(2 * 60, ship_hours * 48, "ship", order_id) * MINUTE
        ready = after_quiet(ctx, ready)
        days = transit_days(shop.city, to)
        ready_day = clock.local(ready, ctx.offset_min).date() + dt.timedelta(days=days)
        midnight = min(midnight, clock.instant(ready_day, dt.time(0), ctx.offset_min))
    else:
        ready = paid_at + draws.between(40, 180, "ship", order_id) * MINUTE
        if on_a_day:
            ready = max(ready, midnight - 4 * HOUR)
    there = midnight + draws.between(9 * 60, 19 * 60, "deliver", order_id) * MINUTE
    hub = there - 4 * HOUR
    left = ready + min(3 * HOUR, (hub - ready) // 2)
    origin, dest = places().city(shop.city).name.zh, places().city(to).name.zh
    if not ship_hours:
        origin = dest
    return Parcel(
        order_id=order_id,
        carrier=carrier,
        tracking_no=f"{code}{draws.below(10**12, 'tracking', order_id):012d}",
        reached=(),
        ahead=(
            (ready, "picked_up", f"【{origin}】{carrier}已揽收"),
            (left, "departed", f"【{origin}】快件已从转运中心发出"),
            (hub, "arrived", f"【{dest}】快件已到达转运中心"),
            (there - 2 * HOUR, "out_for_delivery", f"【{dest}】快递员正在派件"),
            (there, "delivered", f"【{dest}】快件已签收"),
        ),
    )


def delayed(parcel: Parcel, by: Instant) -> Parcel:
    """The parcel with everything that lies ahead put off."""
    ahead = tuple((at + by, status, text) for at, status, text in parcel.ahead)
    return msgspec.structs.replace(parcel, ahead=ahead)


def office_hours(ctx: Ctx, at: Instant) -> Instant:
    """The moment itself, or the next morning if a shop's customer service sleeps (22:00 to 9:00)."""
    moment = clock.local(at, ctx.offset_min)
    if 9 <= moment.hour < 22:
        return at
    day = moment.date() + dt.timedelta(days=1 if moment.hour >= 22 else 0)
    return clock.instant(day, dt.time(9), ctx.offset_min) + at % (30 * MINUTE)
