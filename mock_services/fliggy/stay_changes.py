"""Changing a stay: other nights or another number of rooms, at the same rate plan.

The rules follow the plan's cancellation rule (inferred from what hotels on such platforms do):

- more nights before or after, or more rooms, can always be added to what is booked; only what is added is priced anew.
  Once the stay has begun, only nights at its end;
- until the free deadline of a ``free_cancel`` rate anything else changes free of charge too, at today's prices;
- after that it costs the first night as booked, and then today's prices; a ``non_refundable`` rate does not allow it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from mock_services import clock
from mock_services.errors import Rejected
from mock_services.fliggy import changes, lifecycle, stays
from mock_services.fliggy.rows import Offer, Order

if TYPE_CHECKING:
    from mock_services.context import Ctx


class Stay(msgspec.Struct, frozen=True):
    """From which day to which, and in how many rooms."""

    check_in: date
    check_out: date
    rooms: int

    def within(self, other: Stay) -> bool:
        """Whether the other stay has all of these rooms' nights."""
        return other.check_in <= self.check_in and self.check_out <= other.check_out and self.rooms <= other.rooms


def booked(order: Order) -> Stay:
    """What an order stands for."""
    offer = order.offer
    ends = [clock.local(at, offer.offset_start).date() for at in (offer.starts_at, offer.ends_at)]
    return Stay(ends[0], ends[1], order.quantity)


def quote(ctx: Ctx, order: Order, wanted: Stay) -> tuple[Offer, int, int, str]:
    """The stay as it would be, the fee and what it costs more (negative: less) without the fee in fen, and why.

    Raises:
        Rejected: ``WRONG_STATE``, ``CHANGE_NOT_ALLOWED``, ``TOO_MANY_GUESTS``, ``DATE_OUT_OF_RANGE``.
        Unavailable: ``BOOKING_CLOSED``.
    """
    if order.kind != "hotel":
        raise Rejected("CHANGE_NOT_ALLOWED", f"order {order.id} is no stay", hint="see fliggy_change_quote")
    changes.check_allowed(ctx, order)
    old, offer = booked(order), order.offer
    if wanted == old:
        raise Rejected("CHANGE_NOT_ALLOWED", "that is the stay that you have")
    if not 1 <= (wanted.check_out - wanted.check_in).days <= stays.MAX_NIGHTS:
        raise Rejected("DATE_OUT_OF_RANGE", f"a stay is 1 to {stays.MAX_NIGHTS} nights")
    found = stays.hotel(ctx, offer.product_id)
    room, _ = stays.plan_of(found, offer.unit)
    guests = len(order.guests)
    if not wanted.rooms <= guests <= wanted.rooms * room.max_guests:
        raise Rejected("TOO_MANY_GUESTS", f"{wanted.rooms} rooms do not fit {guests} guests of this order")
    begun = ctx.now >= offer.starts_at
    free = offer.free_until is not None and ctx.now < offer.free_until
    if begun and (wanted.check_in, wanted.rooms) != (old.check_in, old.rooms):
        raise Rejected("CHANGE_NOT_ALLOWED", "the stay has begun: only nights at its end can be added")
    if old.within(wanted):
        added = _added_fen(ctx, offer, old, wanted)
        return _extended(ctx, order, old, wanted, added), 0, added, "only what is added is priced"
    if begun or (offer.rule == "non_refundable" and not free):
        why = "the stay has begun" if begun else "the rate is non-refundable"
        raise Rejected("CHANGE_NOT_ALLOWED", f"{why}: nights and rooms can only be added")
    rate = stays.rate(ctx, offer.unit, wanted.check_in, wanted.check_out)
    stays.check_sale(ctx, rate)
    new = stays.offer(ctx, rate, wanted.rooms)
    fee, why = (0, "free until its deadline") if free else (offer.first_night_fen, "the first night is charged")
    return new, fee, new.total_fen - offer.total_fen, why


def change(ctx: Ctx, order: Order, wanted: Stay, expect_to_pay: int | None) -> Order:
    """Change at once if nothing is to be paid, otherwise keep the added nights until it is.

    Raises:
        Rejected, Unavailable: as :func:`quote`; ``SOLD_OUT``.
        NeedsPerson: ``PRICE_CHANGED``, more than was agreed.
    """
    new, fee, difference, _ = quote(ctx, order, wanted)
    lifecycle.check_price(max(0, fee + difference), expect_to_pay)
    return lifecycle.begin_change(ctx, order, new, fee, fee + difference)


def _added_fen(ctx: Ctx, offer: Offer, old: Stay, wanted: Stay) -> int:
    added = 0
    for start, end, rooms in (
        (wanted.check_in, old.check_in, wanted.rooms),
        (old.check_in, old.check_out, wanted.rooms - old.rooms),
        (old.check_out, wanted.check_out, wanted.rooms),
    ):
        if start < end and rooms:
            added += stays.rate(ctx, offer.unit, start, end).total * rooms
    return added


def _extended(ctx: Ctx, order: Order, old: Stay, wanted: Stay, added_fen: int) -> Offer:
    offer = order.offer
    found = stays.hotel(ctx, offer.product_id)
    room, code = stays.plan_of(found, offer.unit)
    ends = stays.ends(found, wanted.check_in, wanted.check_out)
    stay = [wanted.check_in + timedelta(i) for i in range((wanted.check_out - wanted.check_in).days)]
    first_night = offer.first_night_fen * wanted.rooms // old.rooms
    if wanted.check_in < old.check_in:
        first_night = stays.rate(ctx, offer.unit, wanted.check_in, old.check_in).nightly[0] * wanted.rooms
    return msgspec.structs.replace(
        offer,
        title=stays.title(found, room, wanted.check_in, wanted.check_out, wanted.rooms),
        starts_at=ends[0],
        ends_at=ends[1],
        fare_fen=offer.fare_fen + added_fen,
        first_night_fen=first_night,
        free_until=stays.deadline(found, code, wanted.check_in),
        stock=stays.held(ctx, found, room, stay, wanted.rooms),
    )
