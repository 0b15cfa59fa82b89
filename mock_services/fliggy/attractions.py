"""Attraction tickets on a day: entry times, what is left of them, and how long one queues."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Final

from mock_services import clock
from mock_services.clock import HOUR, MINUTE, Instant
from mock_services.errors import Rejected, Unavailable
from mock_services.fliggy import stock
from mock_services.fliggy.flights import days_ahead
from mock_services.fliggy.rows import ATTRACTIONS, PRICES, STOCK, Attraction, Offer
from mock_services.geo import places
from mock_services.holidays import holiday

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.context import Ctx

MAX_DAYS: Final = 30
CUT_OFF_MIN: Final = 30
"""Tickets are sold until so long before their slot ends."""
CHANGE_BEFORE_MIN: Final = 60
FREE_UNTIL_HOUR: Final = 20
CHILD_POLICY: Final = "child: 3 to 17 years; younger ones enter free with an adult"
REFUND_POLICY: Final = "free until 20:00 the day before, then 20 % until the slot ends; one free change"


def group(ticket_id: str) -> str:
    """The group of a ticket in the tables of changes."""
    return f"A{ticket_id}"


def slot_key(ticket_id: str, day: date, slot: str) -> str:
    """The stock id of a slot."""
    return f"{ticket_id}:{day.isoformat()}:{slot}"


def ticket(ctx: Ctx, ticket_id: str) -> Attraction:
    """A ticket by its id.

    Raises:
        Rejected: ``TICKET_NOT_EXIST``.
    """
    found = ctx.get(ATTRACTIONS, ticket_id)
    if found is None:
        raise Rejected("TICKET_NOT_EXIST", f"there is no ticket {ticket_id[:60]}", hint="search for tickets first")
    return found


def queue(base: Base, found: Attraction, day: date) -> int:
    """How long one queues on a day, 0 to 3: the usual, more on busy days."""
    busy = holiday(day, places().city(found.city).country) or (
        day.weekday() >= 5 and base.draws.chance(0.4, "queue", found.id, day)
    )
    return min(3, found.queue + 1) if busy and found.queue else found.queue


def bounds(found: Attraction, day: date, slot: str) -> tuple[Instant, Instant]:
    """When a slot starts and ends."""
    offset = places().city(found.city).utc_offset_min
    start, _, end = slot.partition("-")
    return (
        clock.instant(day, time.fromisoformat(start), offset),
        clock.instant(day, time.fromisoformat(end), offset),
    )


def slots_of(base: Base, found: Attraction, day: date) -> tuple[tuple[str, Instant, int], ...]:
    """(slot, its end, the derived number of tickets left) for each slot of a day."""

    def build() -> tuple[tuple[str, Instant, int], ...]:
        made = []
        for slot in found.slots:
            load = base.draws.between(20, 92, "slot", slot_key(found.id, day, slot))
            if day.weekday() >= 5:
                load = min(100, load + 8)
            made.append((slot, bounds(found, day, slot)[1], found.capacity * (100 - load) // 100))
        return tuple(made)

    return base.recall("fliggy.slots", (found.id, day), build)


def on_sale(ctx: Ctx, found: Attraction, day: date) -> list[tuple[str, int]]:
    """(slot, tickets left) of a day: what is past or full is left out."""
    changed = bool(ctx.find(STOCK, "group", group(found.id)))
    slots = []
    for slot, ends, size in slots_of(ctx.base, found, day):
        if ends - CUT_OFF_MIN * MINUTE > ctx.now:
            row = ctx.get(STOCK, slot_key(found.id, day, slot)) if changed else None
            remaining = stock.left(row, size)
            if remaining:
                slots.append((slot, remaining))
    return slots


def prices(ctx: Ctx, found: Attraction) -> tuple[int, int]:
    """What an adult and a child pay now, in fen."""
    rule = ctx.get(PRICES, found.id)
    adult = stock.priced(rule, found.adult_fen)
    return adult, found.child_fen * adult // found.adult_fen // 10 * 10


def check_day(ctx: Ctx, found: Attraction, day: date) -> None:
    """Refuse a day that is past or not on sale yet.

    Raises:
        Rejected: ``DATE_OUT_OF_RANGE``.
    """
    days_ahead(ctx, day, places().city(found.city).utc_offset_min, MAX_DAYS)


def offer(ctx: Ctx, found: Attraction, day: date, slot: str, adults: int, children: int) -> Offer:
    """Tickets for a slot as something to order.

    Raises:
        Rejected: ``NO_SUCH_SLOT``, ``DATE_OUT_OF_RANGE``.
        Unavailable: ``BOOKING_CLOSED``.
    """
    check_day(ctx, found, day)
    if slot not in found.slots:
        raise Rejected("NO_SUCH_SLOT", f"{found.id} has no slot {slot[:20]}", hint=f"one of {', '.join(found.slots)}")
    starts, ends = bounds(found, day, slot)
    if ends - CUT_OFF_MIN * MINUTE <= ctx.now:
        raise Unavailable("BOOKING_CLOSED", f"the slot {slot} of {day} is no longer sold")
    adult, child = prices(ctx, found)
    offset = places().city(found.city).utc_offset_min
    midnight = clock.instant(day, time(0), offset)
    size = next(left for name, _, left in slots_of(ctx.base, found, day) if name == slot)
    return Offer(
        product_id=found.id,
        unit=slot,
        title=f"{found.name} {day:%m-%d} {slot}",
        payee=f"attraction-{found.id}",
        payee_name=found.attraction,
        starts_at=starts,
        ends_at=ends,
        offset_start=offset,
        offset_end=offset,
        from_place=found.city,
        to_place=found.address,
        location=f"{found.lon:.4f},{found.lat:.4f}",
        fare_fen=adult * adults + child * children,
        tax_fen=0,
        rule="ticket",
        first_night_fen=0,
        free_until=midnight - (24 - FREE_UNTIL_HOUR) * HOUR,
        stock=((slot_key(found.id, day, slot), group(found.id), size, adults + children),),
    )
