"""What the world does to bookings: flights are cancelled or slip, prices move, things sell out, hotels overbook."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.clock import MINUTE
from mock_services.errors import Rejected
from mock_services.fliggy import attractions, fares, flights, lifecycle, stays, stock, trains
from mock_services.fliggy.rows import (
    FLIGHT_CHANGES,
    HOTELS,
    ORDERS,
    OVERBOOKINGS,
    FlightChange,
    Order,
    Overbooking,
)
from mock_services.payables import PAYABLES

if TYPE_CHECKING:
    from mock_services.context import Ctx

Args = dict[str, Any]


# --- flights -------------------------------------------------------------------------------------------------------


def change_flight(ctx: Ctx, no: str, day: date, *, cancelled: bool, delay_min: int, reason: str) -> None:
    """Cancel or delay a flight, and tell everybody who holds it.

    Raises:
        Rejected: ``FLIGHT_NOT_EXIST``.
    """
    leg = flights.scheduled(ctx, no, day)
    if leg is None:
        raise Rejected("FLIGHT_NOT_EXIST", f"there is no flight {no[:20]} on {day}")
    later = delay_min - leg.delay_min
    ctx.put(FLIGHT_CHANGES, FlightChange(leg.id, flights.group(day), cancelled, delay_min, reason))
    for order in ctx.scan(ORDERS):
        if order.kind == "flight" and leg.id in order.offer.product_id.split("~"):
            if cancelled:
                _flight_cancelled(ctx, order, reason)
            else:
                _flight_delayed(ctx, order, leg.id, later, delay_min, reason)


def _flight_cancelled(ctx: Ctx, order: Order, reason: str) -> None:
    payable = ctx.get(PAYABLES, order.out_trade_no)
    if order.state == "unpaid" and payable is not None and payable.state == "open":
        ctx.payables.close(order.out_trade_no)
        stock.give_back(ctx, order.offer)
        ctx.move(ORDERS, order, "airline_cancels", disruption="cancelled", note=reason)
    elif order.state in ("unpaid", "ticketing", "ticketed", "changing"):
        ctx.put(ORDERS, msgspec.structs.replace(order, disruption="cancelled", note=reason))
    else:
        return
    text = f"{order.offer.title} was cancelled by the airline: {reason}. Refund and change are free of charge."
    ctx.notify(lifecycle.SERVICE, "flight_cancelled", order.id, text)


def _flight_delayed(ctx: Ctx, order: Order, leg_id: str, later_min: int, delay_min: int, reason: str) -> None:
    if order.state not in ("unpaid", "ticketing", "ticketed", "changing"):
        return
    parts = order.offer.product_id.split("~")
    offer = msgspec.structs.replace(
        order.offer,
        starts_at=order.offer.starts_at + (later_min * MINUTE if leg_id == parts[0] else 0),
        ends_at=order.offer.ends_at + (later_min * MINUTE if leg_id == parts[-1] else 0),
    )
    disruption = "delayed" if delay_min >= fares.FREE_DELAY_MIN else ""
    ctx.put(ORDERS, msgspec.structs.replace(order, offer=offer, disruption=disruption, note=reason))
    ctx.notify(
        lifecycle.SERVICE,
        "flight_delayed",
        order.id,
        f"{offer.title} is delayed by {delay_min} minutes and leaves at {ctx.iso(offer.starts_at, offer.offset_start)}",
    )


def flights_meant(ctx: Ctx, args: Args) -> list[tuple[str, date]]:
    """The flights that a call is about: by its arguments, or else the person's next one."""
    if args.get("flight_no"):
        return [(str(args["flight_no"]).upper(), date.fromisoformat(args["date"]))]
    for name in ("itinerary_id", "new_id"):
        if args.get(name):
            return flights.parse(args[name])
    order = ctx.get(ORDERS, args["order_id"]) if args.get("order_id") else _next_flight(ctx)
    return flights.parse(order.offer.product_id) if order is not None and order.kind == "flight" else []


def _next_flight(ctx: Ctx) -> Order | None:
    mine = [
        order
        for order in ctx.find(ORDERS, "owner", ctx.person_id)
        if order.kind == "flight" and order.state in ("ticketing", "ticketed") and order.offer.starts_at > ctx.now
    ]
    return min(mine, key=lambda order: (order.offer.starts_at, order.id), default=None)


def strike_flight(ctx: Ctx, args: Args, *, cancelled: bool, delay_min: int, reason: str) -> bool:
    """Cancel or delay the first flight that a call is about; False if it is about none."""
    for no, day in flights_meant(ctx, args)[:1]:
        leg = flights.scheduled(ctx, no, day)
        if leg is not None and not leg.cancelled and leg.depart > ctx.now:
            change_flight(ctx, no, day, cancelled=cancelled, delay_min=delay_min, reason=reason)
            return True
    return False


# --- stock and prices ----------------------------------------------------------------------------------------------


def _limited(ctx: Ctx, args: Args) -> list[tuple[str, str]]:
    # (stock id, group) of everything that the call is about to take.
    order = ctx.get(ORDERS, str(args["order_id"])) if args.get("order_id") else None
    if args.get("itinerary_id") or (args.get("new_id") and order is not None and order.kind == "flight"):
        cabin = args.get("cabin") or (order.offer.unit if order is not None else "economy")
        legs = flights.parse(args.get("itinerary_id") or args["new_id"])
        return [(f"{flights.leg_id(no, day)}:{cabin}", flights.group(day)) for no, day in legs]
    if args.get("train_id") or args.get("new_id"):
        run = trains.scheduled(ctx, args.get("train_id") or args["new_id"])
        seat_class = args.get("seat_class") or (order.offer.unit if order is not None else "second")
        return [(f"{run.stock_id}:{seat_class}", trains.group(run.day))]
    if args.get("plan_id"):
        hotel_id, _, rest = str(args["plan_id"]).partition(".")
        room, group = rest.partition(".")[0], stays.group(hotel_id)
        check_in = date.fromisoformat(args["check_in"])
        count = max(0, min(stays.MAX_NIGHTS, (date.fromisoformat(args["check_out"]) - check_in).days))
        return [(stays.night_key(hotel_id, room, check_in + timedelta(i)), group) for i in range(count)]
    if args.get("ticket_id") and args.get("slot"):
        day = date.fromisoformat(args["date"])
        ticket_id = str(args["ticket_id"])
        return [(attractions.slot_key(ticket_id, day, args["slot"]), attractions.group(ticket_id))]
    return []


def sell_out(ctx: Ctx, args: Args) -> bool:
    """Let others take the last of what a call wants to book; False if it names nothing to book."""
    wanted = _existing(ctx, args)
    for stock_id, group in wanted:
        stock.set_left(ctx, stock_id, group, 0)
    return bool(wanted)


def raise_prices(ctx: Ctx, args: Args, percent: int) -> bool:
    """Make what a call names dearer; False if it names nothing that has a price."""
    wanted = _existing(ctx, args)
    if args.get("plan_id") and wanted:
        wanted = [(str(args["plan_id"]), wanted[0][1])]
    elif args.get("hotel_id") and ctx.get(HOTELS, args["hotel_id"]) is not None:
        wanted = [(str(args["hotel_id"]), stays.group(args["hotel_id"]))]
    elif args.get("ticket_id") and wanted:
        wanted = [(str(args["ticket_id"]), wanted[0][1])]
    for rule_id, group in wanted:
        stock.raise_price(ctx, rule_id, group, percent)
    return bool(wanted)


def _existing(ctx: Ctx, args: Args) -> list[tuple[str, str]]:
    try:
        return _limited(ctx, args)
    except Rejected:
        return []


def expire_hold(ctx: Ctx, args: Args) -> bool:
    """End the hold of the order that a call names, or of the person's newest unpaid one; False if there is none."""
    held = [
        order
        for order in ctx.find(ORDERS, "owner", ctx.person_id)
        if order.state in ("unpaid", "changing") and args.get("order_id") in (None, order.id)
    ]
    for order in sorted(held, key=lambda order: (order.created_at, order.id))[-1:]:
        payable = ctx.get(PAYABLES, order.out_trade_no)
        if payable is not None and payable.state == "open":
            ctx.payables.close(order.out_trade_no)
            lifecycle.expired(ctx, order.out_trade_no)
            return True
    return False


def overbook(ctx: Ctx, args: Args) -> bool:
    """Let the hotel that a call is about have sold its rooms twice; False if it is about none.

    A confirmed stay fails at once; one that is being booked fails when the hotel should confirm it.
    """
    order = ctx.get(ORDERS, str(args["order_id"])) if args.get("order_id") else None
    if order is not None:
        if order.kind != "hotel" or order.state not in ("unpaid", "confirming", "confirmed"):
            return False
        if order.state == "confirmed":
            lifecycle.turn_away(ctx, order)
        else:
            _mark_overbooked(ctx, [stock_id for stock_id, *_ in order.offer.stock])
        return True
    if not args.get("plan_id"):
        return False
    wanted = _existing(ctx, args)
    _mark_overbooked(ctx, [stock_id for stock_id, _ in wanted])
    return bool(wanted)


def _mark_overbooked(ctx: Ctx, stock_ids: list[str]) -> None:
    for stock_id in stock_ids:
        ctx.put(OVERBOOKINGS, Overbooking(stock_id, "overbooked"))
