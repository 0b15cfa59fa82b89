"""Set-up for scenarios: orders of the past, and things that the catalogue does not have."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import msgspec

from mock_services.clock import DAY, MINUTE
from mock_services.errors import Rejected
from mock_services.fliggy import arrangements as a
from mock_services.fliggy import attractions, flights, lifecycle, stays, stock, trains, travellers
from mock_services.fliggy.network import network
from mock_services.fliggy.rows import (
    ATTRACTIONS,
    EXTRA_FLIGHTS,
    EXTRA_TRAINS,
    HOTELS,
    ORDERS,
    ExtraFlight,
    ExtraTrain,
    Flight,
    Hotel,
    Offer,
    Order,
    Passenger,
    Room,
    Train,
)
from mock_services.fliggy.states import ISSUED, Kind
from mock_services.geo import distance_m, places
from mock_services.ledger import ACCOUNTS
from mock_services.past import paid_before

if TYPE_CHECKING:
    from mock_services.context import Ctx

_NEAR_M = 1500


def _missing(what: str) -> Rejected:
    return Rejected("NOT_FOUND", f"there is no {what}")


def _minute(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


# --- paid orders ---------------------------------------------------------------------------------------------------


def _paid(
    ctx: Ctx,
    args: a.Past,
    kind: Kind,
    offer: Offer,
    guests: tuple[Passenger, ...],
    quantity: int,
    adults: int = 0,
    children: int = 0,
) -> str:
    if args.price is not None:
        if args.price <= offer.tax_fen:
            raise Rejected("INVALID_ARGUMENT", "the price does not cover the taxes")
        first = offer.first_night_fen * args.price // offer.total_fen
        offer = msgspec.structs.replace(offer, fare_fen=args.price - offer.tax_fen, first_night_fen=first)
    account = args.paid_from or f"wallet:{ctx.person_id}"
    if ctx.get(ACCOUNTS, account) is None:
        raise _missing(f"account {account} of the person: set it up first")
    created = ctx.instant(args.created_at) if args.created_at else ctx.now - 3 * DAY
    if created >= ctx.now:
        raise Rejected("INVALID_ARGUMENT", "created_at is not in the past")
    stock.take(ctx, offer)
    order_id = ctx.next_id(lifecycle.PREFIX[kind])
    trade = lifecycle.trade(kind, order_id, offer, quantity)
    payment = paid_before(ctx, times=(min(created + MINUTE, ctx.now),), account=account, **trade)[0]
    order = Order(
        id=order_id,
        owner=ctx.person_id,
        kind=kind,
        state=ISSUED[kind],
        offer=offer,
        guests=guests,
        quantity=quantity,
        adults=adults,
        children=children,
        seat_preference="any",
        out_trade_no=payment.out_trade_no,
        pay_before=created + lifecycle.HOLD_MIN[kind] * MINUTE,
        created_at=created,
        paid_fen=offer.total_fen,
    )
    seated, note = lifecycle.assign_seats(ctx, order)
    ctx.put(ORDERS, msgspec.structs.replace(order, guests=seated, note=note))
    return order.id


def booked_flight(ctx: Ctx, args: a.BookedFlight) -> str:
    """A ticketed flight order."""
    (city_a, at_a), (city_b, at_b) = flights.ends(args.from_city), flights.ends(args.to_city)
    low, high = _minute(args.depart_after), _minute(args.depart_before)
    route = f"{city_a}>{city_b}:{args.date.isoformat()}"
    running = [*network(ctx.base).flights(city_a, city_b), *(x.flight for x in ctx.find(EXTRA_FLIGHTS, "route", route))]
    for flight in sorted({f.no: f for f in running}.values(), key=lambda f: (f.depart_min, f.no)):
        if args.flight_no in ("", flight.no) and low <= flight.depart_min <= high:
            if at_a not in ("", flight.a) or at_b not in ("", flight.b):
                continue
            it = flights.itinerary(ctx, flights.leg_id(flight.no, args.date), args.cabin)
            if it.left >= len(args.travellers):
                guests = travellers.passengers(ctx, args.travellers)
                return _paid(ctx, args, "flight", flights.offer(ctx, it, args.cabin, len(guests)), guests, len(guests))
    raise _missing(f"flight {args.flight_no} from {city_a} to {city_b} on {args.date} in that window with seats")


def booked_train(ctx: Ctx, args: a.BookedTrain) -> str:
    """A ticketed train order."""
    (city_a, at_a), (city_b, at_b) = trains.ends(args.from_city), trains.ends(args.to_city)
    low, high = _minute(args.depart_after), _minute(args.depart_before)
    route = f"{city_a}>{city_b}:{args.date.isoformat()}"
    running = [*network(ctx.base).trains(city_a, city_b), *(x.train for x in ctx.find(EXTRA_TRAINS, "route", route))]
    for train in sorted({t.no: t for t in running}.values(), key=lambda t: (t.depart_min, t.no)):
        if args.train_no in ("", train.no) and low <= train.depart_min <= high:
            if at_a not in ("", train.a) or at_b not in ("", train.b):
                continue
            run = trains.scheduled(ctx, trains.run_id(train.no, args.date))
            seats = {name: left for name, _, left in trains.seats(ctx, run)}
            if seats.get(args.seat_class, 0) >= len(args.travellers):
                guests = travellers.passengers(ctx, args.travellers)
                offer = trains.offer(ctx, run, args.seat_class, len(guests))
                return _paid(ctx, args, "train", offer, guests, len(guests))
    raise _missing(f"train {args.train_no} from {city_a} to {city_b} on {args.date} in that window with seats")


def booked_hotel(ctx: Ctx, args: a.BookedHotel) -> str:
    """A confirmed stay."""
    city = places().city_named(args.city)
    if city is None:
        raise flights.unknown_city(args.city)
    stay = [date.fromordinal(day) for day in range(args.check_in.toordinal(), args.check_out.toordinal())]
    if not stay:
        raise Rejected("DATE_OUT_OF_RANGE", "a stay is at least one night")
    spot = stays.place_in(city.id, args.near) if args.near else None
    fitting = []
    for hotel in ctx.find(HOTELS, "city", city.id):
        if args.hotel_id not in ("", hotel.id) or hotel.stars < args.min_stars:
            continue
        if args.name and args.name.casefold() not in f"{hotel.name} {hotel.name_en}".casefold():
            continue
        if spot is not None and distance_m(hotel.lon, hotel.lat, spot.lon, spot.lat) > _NEAR_M:
            continue
        fitting += [
            rate
            for rate in stays.rates(ctx, hotel, stay)
            if rate.left >= args.rooms
            and args.policy in ("", rate.plan.policy)
            and args.breakfast in (None, rate.plan.breakfast)
        ]
    if not fitting:
        raise _missing(f"room in {city.id} that fits")
    rate = min(fitting, key=lambda rate: (rate.total, rate.id))
    guests = travellers.passengers(ctx, args.travellers)
    return _paid(ctx, args, "hotel", stays.offer(ctx, rate, args.rooms), guests, args.rooms)


def booked_ticket(ctx: Ctx, args: a.BookedTicket) -> str:
    """Confirmed attraction tickets."""
    city = places().city_named(args.city) if args.city else None
    if args.ticket_id:
        found = attractions.ticket(ctx, args.ticket_id)
    else:
        hits = ctx.search(ATTRACTIONS, args.query, where=lambda t: city is None or t.city == city.id, limit=1)
        if not hits:
            raise _missing(f"ticket for {args.query!r}")
        found = hits[0][0]
    slot = args.slot or found.slots[0]
    offer = attractions.offer(ctx, found, args.date, slot, args.adults, args.children)
    # The person has these tickets already, however few are left for others.
    remaining = dict(attractions.on_sale(ctx, found, args.date)).get(slot, 0)
    if remaining < args.adults + args.children:
        stock.set_left(ctx, offer.stock[0][0], offer.stock[0][1], args.adults + args.children)
    guests = travellers.passengers(ctx, args.travellers[:1])
    return _paid(
        ctx, args, "ticket", offer, guests, args.adults + args.children, adults=args.adults, children=args.children
    )


# --- things of the scenario's own ----------------------------------------------------------------------------------


def hotel(ctx: Ctx, args: a.HotelArgs) -> str:
    """A hotel of the scenario's own."""
    city = places().city_named(args.city)
    if city is None:
        raise flights.unknown_city(args.city)
    unknown = [code for code in args.plans if code not in stays.PLANS]
    if unknown:
        raise Rejected("INVALID_ARGUMENT", f"no rate plan {unknown[0]}: one of {', '.join(stays.PLANS)}")
    spot = stays.place_in(city.id, args.near) if args.near else city
    lon, lat = spot.lon + 0.002, spot.lat + 0.001
    if args.location:
        lon, lat = (float(part) for part in args.location.split(","))
    hotel_id = f"H-{city.id}-x{ctx.count('fliggy.hotel')}"
    rooms = (("DBL", "大床房", "Double Room", "double"), ("TWN", "双床房", "Twin Room", "twin"))
    ctx.put(
        HOTELS,
        Hotel(
            id=hotel_id,
            city=city.id,
            name=args.name,
            name_en=args.name_en or args.name,
            district="",
            address=args.address or city.name.zh,
            lon=lon,
            lat=lat,
            phone="400-000-0000",
            stars=args.stars,
            rating_tenths=round(args.rating * 10),
            reviews=args.reviews,
            facilities=tuple(args.facilities),
            description=args.description,
            breakfast_fen=args.breakfast_price,
            rooms=tuple(Room(code, zh, en, bed, 2, args.price, 100) for code, zh, en, bed in rooms),
            plans=tuple(args.plans),
            near=args.near,
        ),
    )
    return hotel_id


def flight(ctx: Ctx, args: a.FlightArgs) -> str:
    """A flight of the scenario's own."""
    geo = places()
    try:
        at_a, at_b = geo.airport(args.from_airport), geo.airport(args.to_airport)
        geo.airline(args.flight_no[:2])
    except KeyError as error:
        raise _missing(f"airport or airline {error.args[0]}") from error
    city_a, city_b = geo.city(at_a.city), geo.city(at_b.city)
    km = distance_m(at_a.lon, at_a.lat, at_b.lon, at_b.lat) // 1000
    row = geo.air(city_a.id, city_b.id)
    made = Flight(
        no=args.flight_no,
        airline=args.flight_no[:2],
        city_a=city_a.id,
        city_b=city_b.id,
        a=at_a.iata,
        b=at_b.iata,
        depart_min=_minute(args.depart),
        minutes=args.minutes,
        via="",
        aircraft="Airbus A320",
        full_fen=row.fare_fen if row else max(60000, km * 120),
        level_pct=100,
        km=km,
        offset_a=city_a.utc_offset_min,
        offset_b=city_b.utc_offset_min,
        domestic=city_a.country == city_b.country,
    )
    day = args.date.isoformat()
    extra = ExtraFlight(flights.leg_id(made.no, args.date), f"{city_a.id}>{city_b.id}:{day}", day, made)
    ctx.put(EXTRA_FLIGHTS, extra)
    stock.set_left(ctx, f"{extra.id}:economy", flights.group(args.date), 40)
    if args.price is not None:
        _set_flight_price(ctx, made.no, args.date, "economy", args.price)
    return extra.id


def train(ctx: Ctx, args: a.TrainArgs) -> str:
    """A train of the scenario's own."""
    (city_a, at_a), (city_b, at_b) = trains.ends(args.from_station), trains.ends(args.to_station)
    geo = places()
    stations = [code or geo.stations_of(city)[0].code for city, code in ((city_a, at_a), (city_b, at_b))]
    ends = [geo.station(code) for code in stations]
    line = geo.rail(city_a, city_b)
    made = Train(
        no=args.train_no,
        type=args.train_no[0],
        city_a=city_a,
        city_b=city_b,
        a=stations[0],
        b=stations[1],
        depart_min=_minute(args.depart),
        minutes=args.minutes,
        fare_fen=args.price,
        km=line.km if line is not None else distance_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat) // 1000,
    )
    day = args.date.isoformat()
    extra = ExtraTrain(trains.run_id(made.no, args.date), f"{city_a}>{city_b}:{day}", day, made)
    ctx.put(EXTRA_TRAINS, extra)
    for seat_class in trains.CLASSES[made.type]:
        stock.set_left(ctx, f"{extra.id}:{seat_class}", trains.group(args.date), 40)
    return extra.id


# --- prices and what is left ---------------------------------------------------------------------------------------


def flight_price(ctx: Ctx, args: a.FlightPrice) -> None:
    """A cabin's price with taxes."""
    _set_flight_price(ctx, args.flight_no, args.date, args.cabin, args.price)


def _set_flight_price(ctx: Ctx, no: str, day: date, cabin: str, price_fen: int) -> None:
    it = flights.itinerary(ctx, flights.leg_id(no, day), cabin)
    if price_fen <= it.tax_fen:
        raise Rejected("INVALID_ARGUMENT", "the price does not cover the taxes")
    stock.set_price(ctx, f"{it.id}:{cabin}", flights.group(day), price_fen - it.tax_fen)


def train_price(ctx: Ctx, args: a.TrainPrice) -> None:
    """A class's price."""
    run = trains.scheduled(ctx, trains.run_id(args.train_no, args.date))
    stock.set_price(ctx, f"{run.stock_id}:{args.seat_class}", trains.group(args.date), args.price)


def hotel_price(ctx: Ctx, args: a.HotelPrice) -> None:
    """A hotel's or a plan's price per night."""
    if bool(args.hotel_id) == bool(args.plan_id) or (args.plan_id and args.night):
        raise Rejected("INVALID_ARGUMENT", "give a hotel_id (and perhaps a night) or a plan_id")
    found = stays.hotel(ctx, args.hotel_id or args.plan_id.partition(".")[0])
    night = f":{args.night.isoformat()}" if args.night else ""
    stock.set_price(ctx, (args.plan_id or found.id) + night, stays.group(found.id), args.price)


def ticket_price(ctx: Ctx, args: a.TicketPrice) -> None:
    """What an adult pays."""
    found = attractions.ticket(ctx, args.ticket_id)
    stock.set_price(ctx, found.id, attractions.group(found.id), args.price)


def seats(ctx: Ctx, args: a.Seats) -> None:
    """Seats left on a flight or a train."""
    key = flights.leg_id(args.number, args.date)
    if flights.scheduled(ctx, args.number, args.date) is not None:
        stock.set_left(ctx, f"{key}:{args.unit or 'economy'}", flights.group(args.date), args.left)
        return
    run = trains.scheduled(ctx, key)
    unit = args.unit or next(iter(trains.CLASSES[run.train.type]))
    stock.set_left(ctx, f"{run.stock_id}:{unit}", trains.group(args.date), args.left)


def rooms(ctx: Ctx, args: a.Rooms) -> None:
    """Rooms left on a night."""
    found = stays.hotel(ctx, args.hotel_id)
    for room in found.rooms:
        if args.room in ("", room.code):
            stock.set_left(ctx, stays.night_key(found.id, room.code, args.night), stays.group(found.id), args.left)


def slots(ctx: Ctx, args: a.Slots) -> None:
    """Tickets left for a slot."""
    found = attractions.ticket(ctx, args.ticket_id)
    if args.slot not in found.slots:
        raise Rejected("NO_SUCH_SLOT", f"one of {', '.join(found.slots)}")
    stock.set_left(ctx, attractions.slot_key(found.id, args.date, args.slot), attractions.group(found.id), args.left)
