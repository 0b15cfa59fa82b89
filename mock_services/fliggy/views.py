"""How rows are shown: from what is inside to the models of the tools."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from typing import TYPE_CHECKING

from mock_services import clock
from mock_services.clock import MINUTE
from mock_services.fliggy import attractions, baggage, changes, fares, flights, lifecycle, sections, stays, trains
from mock_services.fliggy import models as m
from mock_services.fliggy.travellers import masked
from mock_services.geo import places, walk
from mock_services.money import format_yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mock_services.context import Ctx
    from mock_services.fliggy.flights import Itinerary, Leg
    from mock_services.fliggy.rows import Attraction, Hotel, Order, Traveller
    from mock_services.fliggy.stays import Rate
    from mock_services.fliggy.trains import Run


def segment(ctx: Ctx, leg: Leg) -> m.FlightSegment:
    """A leg."""
    geo, flight = places(), leg.flight
    airline, a, b = geo.airline(flight.airline), geo.airport(flight.a), geo.airport(flight.b)
    return m.FlightSegment(
        flight_no=flight.no,
        date=leg.day.isoformat(),
        airline=flight.airline,
        airline_name=airline.name.zh,
        airline_name_en=airline.name.en,
        from_airport=flight.a,
        from_airport_name=a.name.zh,
        to_airport=flight.b,
        to_airport_name=b.name.zh,
        depart=ctx.iso(leg.depart, flight.offset_a),
        arrive=ctx.iso(leg.arrive, flight.offset_b),
        minutes=flight.minutes,
        aircraft=flight.aircraft,
        via=flight.via,
    )


def flight_offer(ctx: Ctx, it: Itinerary, cabin: str) -> m.FlightOffer:
    """An itinerary in a search."""
    return m.FlightOffer(
        itinerary_id=it.id,
        depart=ctx.iso(it.depart, it.legs[0].flight.offset_a),
        arrive=ctx.iso(it.arrive, it.legs[-1].flight.offset_b),
        minutes=it.minutes,
        stops=it.stops,
        cabin=cabin,
        price=it.price_fen,
        fare=it.fare_fen,
        taxes=it.tax_fen,
        seats_left=it.left,
        segments=[segment(ctx, leg) for leg in it.legs],
    )


def fee_steps(ctx: Ctx, rule: str, ladder: fares.Ladder, starts_at: int, fare_fen: int) -> list[m.FeeStep]:
    """A ladder as the moments until which each step holds."""
    steps = _steps(rule, ladder, starts_at, fare_fen, ctx.offset_min)
    return [step for end, step in steps if end > ctx.now]


@lru_cache(maxsize=4096)
def _steps(
    rule: str, ladder: fares.Ladder, starts_at: int, fare_fen: int, offset_min: int
) -> tuple[tuple[int, m.FeeStep], ...]:
    until = [*(starts_at - hours * clock.HOUR for hours, _ in ladder[:-1]), starts_at]
    return tuple(
        (end, m.FeeStep(until=clock.to_iso(end, offset_min), percent=pct, fee=fares.step_fee(rule, fare_fen, pct)))
        for end, (_, pct) in zip(until, ladder, strict=True)
    )


def flight_detail(ctx: Ctx, it: Itinerary) -> m.FlightDetail:
    """An itinerary (in its economy class) with both cabins."""
    cabins = []
    for cabin in flights.SEATS:
        own = it if cabin == "economy" else flights.itinerary(ctx, it.id, cabin)
        letter = flights.rule(own, cabin)
        cabins.append(
            m.CabinOffer(
                cabin=cabin,
                fare_class=letter,
                price=own.price_fen,
                fare=own.fare_fen,
                taxes=own.tax_fen,
                seats_left=own.left,
                checked_baggage_kg=30 if cabin == "business" else 23 if not it.domestic else 20,
                hand_baggage_kg=8,
                extra_baggage_per_kg=baggage.fee_per_kg(own),
                refund_fees=fee_steps(ctx, letter, fares.REFUND[letter], own.depart, own.fare_fen),
                change_fees=fee_steps(ctx, letter, fares.CHANGE[letter], own.depart, own.fare_fen),
            )
        )
    legs, offset = it.legs, it.legs[0].flight.offset_a
    late = any(leg.delay_min for leg in legs)
    return m.FlightDetail(
        itinerary_id=it.id,
        status="cancelled" if any(leg.cancelled for leg in legs) else "delayed" if late else "scheduled",
        depart=ctx.iso(it.depart, offset),
        arrive=ctx.iso(it.arrive, legs[-1].flight.offset_b),
        minutes=it.minutes,
        stops=it.stops,
        connection_minutes=(legs[1].depart - legs[0].arrive) // MINUTE if len(legs) == 2 else 0,
        book_before=ctx.iso(it.closes, offset),
        check_in_closes=ctx.iso(it.closes, offset),
        segments=[segment(ctx, leg) for leg in legs],
        cabins=cabins,
    )


_BOARDING_MIN = 40


def flight_status(ctx: Ctx, leg: Leg, reason: str) -> m.FlightStatus:
    """Where a flight stands now."""
    flight, late = leg.flight, leg.delay_min * MINUTE
    if leg.cancelled:
        status = "cancelled"
    elif ctx.now >= leg.arrive:
        status = "landed"
    elif ctx.now >= leg.depart:
        status = "departed"
    elif ctx.now >= leg.depart - _BOARDING_MIN * MINUTE:
        status = "boarding"
    else:
        status = "delayed" if late else "scheduled"
    return m.FlightStatus(
        flight_no=flight.no,
        date=leg.day.isoformat(),
        status=status,
        reason=reason,
        delay_minutes=leg.delay_min,
        scheduled_depart=ctx.iso(leg.depart - late, flight.offset_a),
        scheduled_arrive=ctx.iso(leg.arrive - late, flight.offset_b),
        depart=ctx.iso(leg.depart, flight.offset_a),
        arrive=ctx.iso(leg.arrive, flight.offset_b),
        from_airport=flight.a,
        to_airport=flight.b,
        gate=f"{ctx.base.draws.pick('ABCD', 'gate', leg.id)}{ctx.base.draws.between(1, 48, 'gate-no', leg.id)}",
    )


def train_offer(ctx: Ctx, run: Run, seats: Sequence[tuple[str, int, int]]) -> m.TrainOffer:
    """A train in a search; ``seats`` are (class, fare, left)."""
    train, kinds = run.train, trains.CLASSES[run.train.type]
    return m.TrainOffer(
        train_id=run.id,
        train_no=train.no,
        type=train.type,
        from_station=train.a,
        from_station_name=places().station(train.a).name.zh,
        to_station=train.b,
        to_station_name=places().station(train.b).name.zh,
        depart=ctx.iso(run.depart, trains.OFFSET_MIN),
        arrive=ctx.iso(run.arrive, trains.OFFSET_MIN),
        minutes=train.minutes,
        seats=[
            m.SeatOffer(seat_class=name, name=kinds[name].name, price=fare, seats_left=left)
            for name, fare, left in seats
        ],
    )


def train_detail(ctx: Ctx, run: Run) -> m.TrainDetail:
    """A train with its stops and rules."""
    seats = trains.seats(ctx, run)
    offset = trains.OFFSET_MIN
    whole = run.whole
    midnight = clock.instant(run.day, time(0), offset)
    origin = midnight + whole.depart_min * MINUTE
    return m.TrainDetail(
        train=train_offer(ctx, run, seats),
        stops=[
            m.TrainStop(
                city=stop.city,
                name=places().city(stop.city).name.zh,
                station=stop.station,
                station_name=places().station(stop.station).name.zh,
                arrive=ctx.iso(origin + stop.arrive * MINUTE, offset),
                depart=ctx.iso(origin + stop.leave * MINUTE, offset),
                on_your_way=run.depart <= origin + stop.leave * MINUTE and origin + stop.arrive * MINUTE <= run.arrive,
            )
            for stop in sections.stops(whole)
        ],
        book_before=ctx.iso(run.closes, offset),
        gate_closes=ctx.iso(run.depart - trains.GATE_MIN * MINUTE, offset),
        refund_fees=fee_steps(ctx, "rail", fares.REFUND["rail"], run.depart, seats[0][1]),
        change_policy="one change; free, but to a later day 5 % within 48 hours of departure and 15 % within 24 hours",
    )


def hotel_offer(ctx: Ctx, rate: Rate, rooms: int, around: tuple[int, float, float] | None) -> m.HotelOffer:
    """A hotel in a search; ``around`` is (straight metres, lon, lat) of the place that was asked about."""
    found = rate.hotel
    on_foot = walk(found.lon, found.lat, around[1], around[2]) if around else None
    free = rate.free_until
    return m.HotelOffer(
        hotel_id=found.id,
        name=found.name,
        name_en=found.name_en,
        city=found.city,
        district=found.district,
        address=found.address,
        location=f"{found.lon:.5f},{found.lat:.5f}",
        stars=found.stars,
        rating=found.rating_tenths / 10,
        reviews=found.reviews,
        facilities=list(found.facilities),
        distance_m=around[0] if around else None,
        walk_m=on_foot.metres if on_foot else None,
        walk_minutes=on_foot.minutes if on_foot else None,
        plan_id=rate.id,
        room=rate.room.name,
        breakfast=rate.plan.breakfast,
        free_cancel_until=ctx.iso(free) if free is not None and free > ctx.now else None,
        nightly=list(rate.nightly),
        total=rate.total * rooms,
        rooms_left=rate.left,
    )


def rate_plan(ctx: Ctx, rate: Rate, rooms: int) -> m.RatePlan:
    """A rate of a hotel."""
    free = rate.free_until
    return m.RatePlan(
        plan_id=rate.id,
        room=rate.room.name,
        room_en=rate.room.name_en,
        bed=rate.room.bed,
        max_guests=rate.room.max_guests,
        breakfast=rate.plan.breakfast,
        policy=rate.plan.policy,
        cancel_policy=stays.policy_text(rate),
        free_cancel_until=ctx.iso(free) if free is not None and free > ctx.now else None,
        nightly=list(rate.nightly),
        total=rate.total * rooms,
        rooms_left=rate.left,
    )


def ticket_offer(ctx: Ctx, found: Attraction, args: m.TicketSearchArgs, slots: list[tuple[str, int]]) -> m.TicketOffer:
    """A ticket in a search."""
    adult, child = attractions.prices(ctx, found)
    return m.TicketOffer(
        ticket_id=found.id,
        name=found.name,
        name_en=found.name_en,
        attraction=found.attraction,
        city=found.city,
        address=found.address,
        location=f"{found.lon:.5f},{found.lat:.5f}",
        category=found.category,
        indoor=found.indoor,
        queue=attractions.queue(ctx.base, found, args.date),
        adult_price=adult,
        child_price=child,
        child_policy=attractions.CHILD_POLICY,
        refund_policy=attractions.REFUND_POLICY,
        slots=[m.TicketSlot(slot=slot, left=left) for slot, left in slots],
    )


def traveller(row: Traveller) -> m.TravellerView:
    """A traveller, the document number masked."""
    return m.TravellerView(
        traveller_id=row.id, name=row.name, id_type=row.id_type, id_no=masked(row.id_no), relation=row.relation
    )


def placed(ctx: Ctx, order: Order) -> m.OrderPlaced:
    """An order that was just made."""
    return m.OrderPlaced(
        order_id=order.id,
        kind=order.kind,
        state=order.state,
        title=order.offer.title,
        amount=order.offer.total_fen,
        out_trade_no=order.out_trade_no,
        pay_before=ctx.iso(order.pay_before),
    )


def summary(ctx: Ctx, order: Order) -> m.OrderSummary:
    """An order in a list."""
    offer = order.offer
    return m.OrderSummary(
        order_id=order.id,
        kind=order.kind,
        state=lifecycle.shown_state(order, ctx.now),
        title=offer.title,
        start=ctx.iso(offer.starts_at, offer.offset_start),
        end=ctx.iso(offer.ends_at, offer.offset_end),
        amount=offer.total_fen,
        created_at=ctx.iso(order.created_at),
    )


def _policy(order: Order) -> str:
    offer = order.offer
    if order.kind == "hotel":
        return {
            "non_refundable": "non-refundable",
            "first_night": f"a cancellation costs the first night ({format_yuan(offer.first_night_fen)})",
            "free_cancel": f"free until the deadline, then the first night ({format_yuan(offer.first_night_fen)})",
        }[offer.rule]
    if order.kind == "ticket":
        return attractions.REFUND_POLICY
    steps = ", ".join(f"{pct} % from {hours} h before" for hours, pct in fares.REFUND[offer.rule])
    return f"refund fee by class {offer.rule}: {steps}"


def order_detail(ctx: Ctx, order: Order) -> m.OrderDetail:
    """An order in full."""
    offer = order.offer
    free = offer.free_until
    kg, kg_fen = baggage.kg_of(ctx, order)
    return m.OrderDetail(
        order_id=order.id,
        kind=order.kind,
        state=lifecycle.shown_state(order, ctx.now),
        title=offer.title,
        product_id=offer.product_id,
        unit=offer.unit,
        start=ctx.iso(offer.starts_at, offer.offset_start),
        end=ctx.iso(offer.ends_at, offer.offset_end),
        from_place=offer.from_place,
        to_place=offer.to_place,
        location=offer.location,
        quantity=order.quantity,
        adults=order.adults,
        children=order.children,
        extra_baggage_kg=kg,
        extra_baggage_paid=kg_fen,
        guests=[m.Guest(traveller_id=g.traveller_id, name=g.name, seat=g.seat) for g in order.guests],
        amount=offer.total_fen,
        fee=order.fee_fen,
        refunded=order.refunded_fen,
        out_trade_no=order.out_trade_no,
        pay_before=ctx.iso(order.pay_before),
        policy=_policy(order),
        free_cancel_until=ctx.iso(free) if free is not None and free > ctx.now else None,
        changes_left=changes.left(order),
        disruption=order.disruption if order.disruption in ("cancelled", "delayed") else "",
        note=order.note,
        created_at=ctx.iso(order.created_at),
    )


def hotel_detail(ctx: Ctx, found: Hotel, rates: Sequence[Rate], rooms: int) -> m.HotelDetail:
    """A hotel with those of its rates that have rooms left, the cheapest first."""
    open_rates = sorted((rate for rate in rates if rate.left >= rooms), key=lambda rate: (rate.total, rate.id))
    return m.HotelDetail(
        hotel_id=found.id,
        name=found.name,
        name_en=found.name_en,
        city=found.city,
        district=found.district,
        address=found.address,
        location=f"{found.lon:.5f},{found.lat:.5f}",
        phone=found.phone,
        stars=found.stars,
        rating=found.rating_tenths / 10,
        reviews=found.reviews,
        facilities=list(found.facilities),
        description=found.description,
        check_in_from=f"{stays.CHECK_IN:%H:%M}",
        check_out_until=f"{stays.CHECK_OUT:%H:%M}",
        plans=[rate_plan(ctx, rate, rooms) for rate in open_rates],
    )


def cancel_quote(ctx: Ctx, order: Order) -> m.CancelQuote:
    """What cancelling costs now."""
    fee, refund, why, until = lifecycle.cancel_quote(ctx, order)
    return m.CancelQuote(
        order_id=order.id,
        state=lifecycle.shown_state(order, ctx.now),
        paid=lifecycle.refundable(ctx, order),
        fee=fee,
        refund=refund,
        reason=why,
        valid_until=None if until is None else ctx.iso(until),
    )


def changed(ctx: Ctx, before: Order, order: Order) -> m.OrderChanged:
    """An order after :func:`.changes.change`."""
    waits = order.pending is not None
    to_pay = 0
    if order.pending is not None:
        to_pay = order.pending_fee_fen + order.pending.total_fen - order.offer.total_fen
    return m.OrderChanged(
        order_id=order.id,
        state=order.state,
        title=order.pending.title if order.pending is not None else order.offer.title,
        to_pay=to_pay,
        refund=order.refunded_fen - before.refunded_fen,
        out_trade_no=order.out_trade_no if waits else "",
        pay_before=ctx.iso(order.pay_before) if waits else "",
    )
