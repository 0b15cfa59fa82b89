"""What the booking tools do: price an offer, check the rules, and place the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_services.errors import Rejected
from mock_services.fliggy import attractions, flights, holds, lifecycle, stays, trains, travellers
from mock_services.fliggy import models as m

if TYPE_CHECKING:
    from mock_services.context import Ctx
    from mock_services.fliggy.rows import Order


def book_flight(ctx: Ctx, args: m.FlightBookArgs) -> Order:
    """``fliggy_flight_book``."""
    people = travellers.passengers(ctx, args.travellers)
    it = flights.itinerary(ctx, args.itinerary_id, args.cabin)
    flights.check_sale(ctx, it)
    travellers.check_documents(ctx, args.travellers, abroad=not it.domestic)
    offer = flights.offer(ctx, it, args.cabin, len(people))
    if args.hold_id is not None:
        offer = holds.redeem(ctx, args, offer)
    lifecycle.check_price(offer.total_fen // len(people), args.expect_price)
    return lifecycle.place(ctx, "flight", offer, people, len(people), seat_preference=args.seat_preference)


def book_train(ctx: Ctx, args: m.TrainBookArgs) -> Order:
    """``fliggy_train_book``."""
    people = travellers.passengers(ctx, args.travellers)
    run = trains.scheduled(ctx, args.train_id)
    trains.check_sale(ctx, run, args.seat_class)
    offer = trains.offer(ctx, run, args.seat_class, len(people))
    lifecycle.check_price(offer.fare_fen // len(people), args.expect_price)
    return lifecycle.place(ctx, "train", offer, people, len(people), seat_preference=args.seat_preference)


def book_hotel(ctx: Ctx, args: m.HotelBookArgs) -> Order:
    """``fliggy_hotel_book``."""
    people = travellers.passengers(ctx, args.guests)
    rate = stays.rate(ctx, args.plan_id, args.check_in, args.check_out)
    stays.check_sale(ctx, rate)
    if not args.rooms <= len(people) <= args.rooms * rate.room.max_guests:
        raise Rejected(
            "TOO_MANY_GUESTS",
            f"{args.rooms} rooms take {args.rooms} to {args.rooms * rate.room.max_guests} guests, not {len(people)}",
        )
    offer = stays.offer(ctx, rate, args.rooms)
    lifecycle.check_price(offer.total_fen, args.expect_total)
    return lifecycle.place(ctx, "hotel", offer, people, args.rooms)


def book_ticket(ctx: Ctx, args: m.TicketBookArgs) -> Order:
    """``fliggy_ticket_book``."""
    if not args.adults + args.children:
        raise Rejected("INVALID_ARGUMENT", "at least one ticket")
    found = attractions.ticket(ctx, args.ticket_id)
    offer = attractions.offer(ctx, found, args.date, args.slot, args.adults, args.children)
    lifecycle.check_price(offer.total_fen, args.expect_total)
    people = travellers.passengers(ctx, [travellers.SELF])
    return lifecycle.place(
        ctx, "ticket", offer, people, args.adults + args.children, adults=args.adults, children=args.children
    )
