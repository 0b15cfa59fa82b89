"""Changing a flight or train order to another departure, and attraction tickets to another day or slot.

Trains change once, free of charge except to a later day within 48 hours of departure (5 %, within 24 hours 15 %), as
China Railway's rules have it. Flights pay the change fee of their fare class; after the airline cancelled or delayed
a flight for long, the change is free, and a dearer fare is not charged either.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from mock_services import clock
from mock_services.clock import MINUTE
from mock_services.errors import Rejected
from mock_services.fliggy import attractions, fares, flights, lifecycle, stock, trains
from mock_services.fliggy.lifecycle import SERVICE
from mock_services.fliggy.rows import ORDERS, Offer, Order
from mock_services.fliggy.states import ORDER

if TYPE_CHECKING:
    from mock_services.context import Ctx

MAX_CHANGES: Final = {"flight": 9, "train": 1, "hotel": 3, "ticket": 1}


def left(order: Order) -> int:
    """How many changes an order still allows."""
    return max(0, MAX_CHANGES[order.kind] - order.changes)


def check_allowed(ctx: Ctx, order: Order) -> None:
    """Refuse to change an order that does not stand, or that was changed as often as its rules allow.

    Raises:
        Rejected: ``WRONG_STATE``, ``CHANGE_NOT_ALLOWED``.
    """
    ORDER.require(lifecycle.shown_state(order, ctx.now), "change")
    if not left(order):
        raise Rejected("CHANGE_NOT_ALLOWED", f"order {order.id} cannot be changed again")


def quote(ctx: Ctx, order: Order, new_id: str) -> tuple[Offer, int, int]:
    """The new departure, the change fee and what it costs more (negative: less) without the fee, in fen.

    Raises:
        Rejected: ``WRONG_STATE``, ``CHANGE_NOT_ALLOWED``, or as booking the new departure.
        Unavailable: as booking the new departure.
    """
    if order.kind not in ("flight", "train"):
        raise Rejected("CHANGE_NOT_ALLOWED", f"a {order.kind} order cannot be changed to another departure")
    check_allowed(ctx, order)
    old = order.offer
    if ctx.now >= old.starts_at and not fares.involuntary(order):
        raise Rejected("CHANGE_NOT_ALLOWED", f"order {order.id} has departed")
    if new_id == old.product_id and not fares.involuntary(order):
        raise Rejected("CHANGE_NOT_ALLOWED", "that is the departure that you have")
    new = _flight(ctx, order, new_id) if order.kind == "flight" else _train(ctx, order, new_id)
    if order.kind == "flight" and fares.involuntary(order):
        kept = min(new.fare_fen, max(0, old.total_fen - new.tax_fen))
        new = msgspec.structs.replace(new, fare_fen=kept)
        return new, 0, min(0, new.total_fen - old.total_fen)
    return new, _fee(ctx, order, new), new.total_fen - old.total_fen


def _flight(ctx: Ctx, order: Order, new_id: str) -> Offer:
    it = flights.itinerary(ctx, new_id, order.offer.unit)
    old = flights.itinerary(ctx, order.offer.product_id, order.offer.unit)
    ends = [(x.legs[0].flight.city_a, x.legs[-1].flight.city_b) for x in (it, old)]
    if ends[0] != ends[1]:
        raise Rejected("CHANGE_NOT_ALLOWED", "a flight changes to one between the same cities only")
    flights.check_sale(ctx, it)
    return flights.offer(ctx, it, order.offer.unit, order.quantity)


def _train(ctx: Ctx, order: Order, new_id: str) -> Offer:
    run, old = trains.scheduled(ctx, new_id), trains.scheduled(ctx, order.offer.product_id)
    if (run.train.city_a, run.train.city_b) != (old.train.city_a, old.train.city_b):
        raise Rejected("CHANGE_NOT_ALLOWED", "a train changes to one between the same cities only")
    trains.check_sale(ctx, run, order.offer.unit)
    return trains.offer(ctx, run, order.offer.unit, order.quantity)


def _fee(ctx: Ctx, order: Order, new: Offer) -> int:
    old = order.offer
    if old.rule == "rail":
        days = [clock.local(at, old.offset_start).date() for at in (old.starts_at, new.starts_at)]
        if days[1] <= days[0]:
            return 0
    pct = fares.percent(fares.CHANGE[old.rule], old.starts_at, ctx.now)
    return fares.step_fee(old.rule, old.fare_fen // order.quantity, pct) * order.quantity


def change(ctx: Ctx, order: Order, new_id: str, expect_to_pay: int | None) -> Order:
    """Change at once if nothing is to be paid, otherwise hold the new departure until it is.

    Raises:
        Rejected, Unavailable: as :func:`quote`; ``SOLD_OUT``.
        NeedsPerson: ``PRICE_CHANGED``, more than was agreed.
    """
    new, fee, difference = quote(ctx, order, new_id)
    extra = fee + difference
    lifecycle.check_price(max(0, extra), expect_to_pay)
    return lifecycle.begin_change(ctx, order, new, fee, extra)


def change_ticket(ctx: Ctx, order: Order, day: date, slot: str | None) -> Order:
    """Move attraction tickets to another day or slot; it costs nothing.

    Raises:
        Rejected: ``WRONG_STATE``, ``CHANGE_NOT_ALLOWED``, ``NO_SUCH_SLOT``, ``DATE_OUT_OF_RANGE``.
        Unavailable: ``SOLD_OUT``, ``BOOKING_CLOSED``.
    """
    if order.kind != "ticket":
        raise Rejected("CHANGE_NOT_ALLOWED", f"order {order.id} is no attraction ticket")
    check_allowed(ctx, order)
    if ctx.now > order.offer.starts_at - attractions.CHANGE_BEFORE_MIN * MINUTE:
        raise Rejected("CHANGE_NOT_ALLOWED", f"tickets change until {attractions.CHANGE_BEFORE_MIN} minutes before")
    found = attractions.ticket(ctx, order.offer.product_id)
    new = attractions.offer(ctx, found, day, slot or order.offer.unit, order.adults, order.children)
    if (new.starts_at, new.unit) == (order.offer.starts_at, order.offer.unit):
        raise Rejected("CHANGE_NOT_ALLOWED", "that is the slot that you have")
    stock.take(ctx, new)
    stock.give_back(ctx, order.offer)
    # The price that was paid stays: a change of day settles no difference.
    kept = msgspec.structs.replace(new, fare_fen=order.offer.fare_fen, tax_fen=order.offer.tax_fen)
    changed = ctx.move(ORDERS, order, "change", "confirmed", offer=kept, changes=order.changes + 1)
    ctx.notify(SERVICE, "changed", order.id, f"{kept.title}: changed")
    return changed
