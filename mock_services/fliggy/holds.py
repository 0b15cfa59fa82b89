"""Holding seats on a flight at a price that stays, before anything is ordered or owed.

How long a hold lasts depends on how far away the departure is (inferred from what airlines offer), and a person has two
at most: seats that nobody pays for are seats that others cannot buy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.clock import HOUR
from mock_services.errors import Rejected
from mock_services.fliggy import flights, stock, travellers
from mock_services.fliggy import models as m
from mock_services.fliggy.lifecycle import SERVICE, check_price
from mock_services.fliggy.rows import HOLDS, Hold, Offer
from mock_services.fliggy.states import HOLD

if TYPE_CHECKING:
    from mock_services.context import Ctx

HOURS: Final = ((72, 12), (24, 2))
"""(hours until departure at least, hours that the hold lasts), the farthest first; nearer flights are not held."""
MOST: Final = 2


def hold(ctx: Ctx, args: m.FlightHoldArgs) -> m.HoldView:
    """``fliggy_flight_hold``."""
    people = travellers.passengers(ctx, args.travellers)
    it = flights.itinerary(ctx, args.itinerary_id, args.cabin)
    flights.check_sale(ctx, it)
    travellers.check_documents(ctx, args.travellers, abroad=not it.domestic)
    check_price(it.price_fen, args.expect_price)
    hours = next((lasts for ahead, lasts in HOURS if it.depart - ctx.now >= ahead * HOUR), 0)
    if not hours:
        raise Rejected("HOLD_NOT_POSSIBLE", f"{it.id} leaves too soon to be held", hint="book it: 20 minutes to pay")
    if sum(row.state == "held" for row in ctx.find(HOLDS, "owner", ctx.person_id)) >= MOST:
        raise Rejected("HOLD_LIMIT", f"you have {MOST} flights on hold", hint="book or release one of them")
    offer = flights.offer(ctx, it, args.cabin, len(people))
    stock.take(ctx, offer)
    until = ctx.now + hours * HOUR
    row = Hold(ctx.next_id("FH"), ctx.person_id, "held", offer, people, until, ctx.now)
    ctx.put(HOLDS, row)
    ctx.schedule(until, SERVICE, "hold_ends", {"hold_id": row.id})
    return view(ctx, row)


def listing(ctx: Ctx, args: m.HoldListArgs) -> m.HoldList:
    """``fliggy_flight_hold_list``."""
    mine = [row for row in ctx.find(HOLDS, "owner", ctx.person_id) if args.state in (None, row.state)]
    mine.sort(key=lambda row: (-row.created_at, row.id))
    return m.HoldList(holds=[view(ctx, row) for row in mine[: args.limit]], total=len(mine))


def release(ctx: Ctx, args: m.HoldRefArgs) -> m.HoldView:
    """``fliggy_flight_hold_release``."""
    row = _own(ctx, args.hold_id)
    HOLD.require(row.state, "release")
    stock.give_back(ctx, row.offer)
    return view(ctx, ctx.move(HOLDS, row, "release"))


def ended(ctx: Ctx, hold_id: str) -> None:
    """The hold's time is up: others can buy the seats."""
    row = ctx.get(HOLDS, hold_id)
    if row is not None and row.state == "held":
        stock.give_back(ctx, row.offer)
        ctx.move(HOLDS, row, "time_is_up")
        ctx.notify(SERVICE, "hold_expired", row.id, f"{row.offer.title}: the hold is over")


def redeem(ctx: Ctx, args: m.FlightBookArgs, offer: Offer) -> Offer:
    """Give a hold's seats to an order that is about to take them, at the held price or today's if that is lower.

    ``offer`` is the flight as it is today.

    Raises:
        Rejected: ``HOLD_NOT_EXIST``, ``HOLD_NOT_OPEN``, ``HOLD_MISMATCH``.
    """
    row = _own(ctx, args.hold_id or "")
    HOLD.require(row.state, "book")
    held_for = sorted(guest.traveller_id for guest in row.guests)
    if (row.offer.product_id, row.offer.unit) != (args.itinerary_id, args.cabin) or held_for != sorted(args.travellers):
        raise Rejected("HOLD_MISMATCH", f"hold {row.id} is for another flight, cabin or other travellers")
    stock.give_back(ctx, row.offer)
    ctx.move(HOLDS, row, "book")
    if offer.total_fen <= row.offer.total_fen:
        return offer
    return msgspec.structs.replace(offer, fare_fen=row.offer.fare_fen, tax_fen=row.offer.tax_fen, rule=row.offer.rule)


def _own(ctx: Ctx, hold_id: str) -> Hold:
    row = ctx.get(HOLDS, hold_id)
    if row is None or row.owner != ctx.person_id:
        raise Rejected(
            "HOLD_NOT_EXIST", f"there is no hold {hold_id[:40]} of yours", hint="see fliggy_flight_hold_list"
        )
    return row


def view(ctx: Ctx, row: Hold) -> m.HoldView:
    """A hold as the tools show it."""
    offer, count = row.offer, len(row.guests)
    return m.HoldView(
        hold_id=row.id,
        state=row.state,
        itinerary_id=offer.product_id,
        cabin=offer.unit,
        title=offer.title,
        travellers=[guest.traveller_id for guest in row.guests],
        price=offer.total_fen // count,
        total=offer.total_fen,
        held_until=ctx.iso(row.until),
    )
