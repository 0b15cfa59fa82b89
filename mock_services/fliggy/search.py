"""What the search tools do: resolve the ends, filter, sort and cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

from mock_services import clock
from mock_services.errors import Rejected
from mock_services.fliggy import attractions, flights, stays, trains, views
from mock_services.fliggy import models as m
from mock_services.fliggy.rows import ATTRACTIONS, HOTELS, Attraction, Hotel
from mock_services.fliggy.stays import Rate
from mock_services.geo import City, distance_m, places

if TYPE_CHECKING:
    from datetime import date

    from mock_services.context import Ctx
    from mock_services.fliggy.flights import Itinerary
    from mock_services.fliggy.trains import Run


def _at(day: date, text: str | None, offset_min: int) -> int | None:
    return None if text is None else clock.instant(day, time.fromisoformat(text), offset_min)


def _city(text: str) -> City:
    found = places().city_named(text)
    if found is None:
        raise flights.unknown_city(text)
    return found


_FLIGHT_SORTS: dict[str, Any] = {
    "price": lambda it: (it.price_fen, it.depart, it.id),
    "departure": lambda it: (it.depart, it.price_fen, it.id),
    "arrival": lambda it: (it.arrive, it.price_fen, it.id),
    "duration": lambda it: (it.minutes, it.price_fen, it.id),
}


def search_flights(ctx: Ctx, args: m.FlightSearchArgs) -> m.FlightSearchResult:
    """``fliggy_flight_search``."""
    city_a, airport_a = flights.ends(args.from_city)
    city_b, airport_b = flights.ends(args.to_city)
    offset_a, offset_b = (places().city(city).utc_offset_min for city in (city_a, city_b))
    earliest = _at(args.date, args.depart_after, offset_a) or 0
    latest = _at(args.date, args.depart_before, offset_a) or 10**15
    arrive_by = _at(args.date, args.arrive_before, offset_b) or 10**15

    def fits(it: Itinerary) -> bool:
        legs = it.legs
        return (
            it.stops <= args.max_stops
            and it.left >= args.passengers
            and earliest <= legs[0].depart <= latest
            and legs[-1].arrive <= arrive_by
            and airport_a in ("", legs[0].flight.a)
            and airport_b in ("", legs[-1].flight.b)
        )

    def choose(running: Iterable[Itinerary]) -> tuple[Itinerary, ...]:
        return tuple(sorted(filter(fits, running), key=_FLIGHT_SORTS[args.sort]))

    found = flights.select(ctx, city_a, city_b, args.date, args.cabin, args.asked("limit"), choose)
    return m.FlightSearchResult(
        total=len(found), flights=[views.flight_offer(ctx, it, args.cabin) for it in found[: args.limit]]
    )


_TRAIN_SORTS: dict[str, Any] = {
    "departure": lambda hit: (hit[0].depart, hit[0].id),
    "arrival": lambda hit: (hit[0].arrive, hit[0].id),
    "duration": lambda hit: (hit[0].train.minutes, hit[0].depart, hit[0].id),
    "price": lambda hit: (hit[2], hit[0].depart, hit[0].id),
}


def search_trains(ctx: Ctx, args: m.TrainSearchArgs) -> m.TrainSearchResult:
    """``fliggy_train_search``."""
    city_a, station_a = trains.ends(args.from_city)
    city_b, station_b = trains.ends(args.to_city)
    offset = trains.OFFSET_MIN
    earliest = _at(args.date, args.depart_after, offset) or 0
    latest = _at(args.date, args.depart_before, offset) or 10**15
    arrive_from = _at(args.date, args.arrive_after, offset) or 0
    arrive_by = _at(args.date, args.arrive_before, offset) or 10**15

    def choose(running: Iterable[tuple[Run, trains.Seats]]) -> tuple[trains.Hit, ...]:
        found: list[trains.Hit] = []
        for run, seats in running:
            train = run.train
            if not (earliest <= run.depart <= latest and arrive_from <= run.arrive <= arrive_by):
                continue
            if station_a not in ("", train.a) or station_b not in ("", train.b):
                continue
            if args.types is not None and train.type not in args.types:
                continue
            for seat_class, fare, left in seats:
                if left >= args.passengers and args.seat_class in (None, seat_class):
                    found.append((run, seats, fare))
                    break
        return tuple(sorted(found, key=_TRAIN_SORTS[args.sort]))

    found = trains.select(ctx, city_a, city_b, args.date, args.asked("limit"), choose, through=args.through)
    return m.TrainSearchResult(
        total=len(found), trains=[views.train_offer(ctx, run, seats) for run, seats, _ in found[: args.limit]]
    )


HotelHit = tuple[Hotel, Rate, int]
"""A hotel, its cheapest rate that fits, and metres from the place that was asked about."""

_HOTEL_SORTS: dict[str, Any] = {
    "price": lambda hit: (hit[1].total, hit[2], hit[0].id),
    "distance": lambda hit: (hit[2], hit[1].total, hit[0].id),
    "rating": lambda hit: (-hit[0].rating_tenths, hit[1].total, hit[0].id),
}
_SEARCHES = 1000
"""How many answers of the hotels as they were built are kept."""


def _hotels(
    ctx: Ctx, args: m.HotelSearchArgs, city: str, stay: list[date], spot: tuple[float, float] | None
) -> Sequence[HotelHit]:
    """The hotels that fit, in order: what the base has is kept, what the episode changed is looked at again."""
    order = _HOTEL_SORTS[args.sort]
    districts = None if args.district is None else stays.districts_named(city, args.district)

    def fitting(hotels: Iterable[Hotel], rates_of: Callable[[Hotel], tuple[Rate, ...]]) -> Iterator[HotelHit]:
        for hotel in hotels:
            metres = distance_m(hotel.lon, hotel.lat, *spot) if spot else 0
            if metres > args.radius_m or not _hotel_fits(hotel, args, districts):
                continue
            rates = [rate for rate in rates_of(hotel) if _rate_fits(ctx, rate, args)]
            if rates:
                yield hotel, min(rates, key=lambda rate: (rate.total, rate.id)), metres

    def candidates() -> list[Hotel]:
        if args.query:
            return [hotel for hotel, _ in ctx.search(HOTELS, args.query, within=("city", (city,)), limit=50)]
        return ctx.find(HOTELS, "city", city)

    if ctx.changes(HOTELS):
        return sorted(fitting(candidates(), lambda hotel: stays.rates(ctx, hotel, stay)), key=order)

    def as_built() -> tuple[tuple[Hotel, ...], tuple[HotelHit, ...]]:
        hotels = candidates()
        hits = fitting(hotels, lambda hotel: stays.base_rates(ctx.base, hotel, stay))
        return tuple(hotels), tuple(sorted(hits, key=order))

    # Until when a cancellation is free is one moment for all of them.
    free = args.free_cancel and ctx.now < stays.free_until(city, stay[0])
    key = (city, spot, free, *args.asked("limit", "city", "near", "location"))
    hotels, found = ctx.base.recall("fliggy.hotel_searches", key, as_built, most=_SEARCHES)
    changed = stays.changed(ctx)
    if not changed:
        return found
    again = fitting((hotel for hotel in hotels if hotel.id in changed), lambda hotel: stays.rates(ctx, hotel, stay))
    return sorted((*(hit for hit in found if hit[0].id not in changed), *again), key=order)


def search_hotels(ctx: Ctx, args: m.HotelSearchArgs) -> m.HotelSearchResult:
    """``fliggy_hotel_search``."""
    city = _city(args.city)
    stay = stays.nights(ctx, city.id, args.check_in, args.check_out)
    if args.near and args.location:
        raise Rejected("INVALID_ARGUMENT", "give either near or location")
    spot: tuple[float, float] | None = None
    around = ""
    if args.near:
        place = stays.place_in(city.id, args.near)
        spot, around = (place.lon, place.lat), place.name.zh if city.country == "CN" else place.name.en
    elif args.location:
        lon, _, lat = args.location.partition(",")
        spot, around = (float(lon), float(lat)), args.location
        if abs(spot[0]) > 180 or abs(spot[1]) > 90:
            raise Rejected("INVALID_ARGUMENT", 'location is "lon,lat" in degrees')
    found = _hotels(ctx, args, city.id, stay, spot)
    return m.HotelSearchResult(
        total=len(found),
        around=around,
        hotels=[
            views.hotel_offer(ctx, rate, args.rooms, (metres, *spot) if spot else None)
            for _, rate, metres in found[: args.limit]
        ],
    )


def _hotel_fits(hotel: Hotel, args: m.HotelSearchArgs, districts: frozenset[str] | None) -> bool:
    return (
        (args.min_stars is None or hotel.stars >= args.min_stars)
        and (args.min_rating is None or hotel.rating_tenths / 10 >= args.min_rating)
        and (districts is None or hotel.district in districts)
        and all(facility in hotel.facilities for facility in args.facilities)
    )


def _rate_fits(ctx: Ctx, rate: Rate, args: m.HotelSearchArgs) -> bool:
    if rate.left < args.rooms or rate.room.max_guests < args.guests:
        return False
    if args.max_price is not None and max(rate.nightly) > args.max_price:
        return False
    if args.breakfast is not None and rate.plan.breakfast is not args.breakfast:
        return False
    if args.bed is not None and rate.room.bed != args.bed:
        return False
    return not args.free_cancel or (rate.free_until is not None and rate.free_until > ctx.now)


def search_tickets(ctx: Ctx, args: m.TicketSearchArgs) -> m.TicketSearchResult:
    """``fliggy_ticket_search``."""
    if args.city is None and args.query is None:
        raise Rejected("INVALID_ARGUMENT", "give a city, a query, or both")
    city = _city(args.city).id if args.city is not None else None
    candidates: list[Attraction]
    if args.query is not None:
        where = None if city is None else (lambda row: row.city == city)
        candidates = [row for row, _ in ctx.search(ATTRACTIONS, args.query, where=where, limit=50)]
    else:
        candidates = ctx.find(ATTRACTIONS, "city", city)
    offers = []
    for found in candidates:
        attractions.check_day(ctx, found, args.date)
        if args.indoor is not None and found.indoor is not args.indoor:
            continue
        if args.max_queue is not None and attractions.queue(ctx.base, found, args.date) > args.max_queue:
            continue
        slots = attractions.on_sale(ctx, found, args.date)
        if slots:
            offers.append((found, slots))
    return m.TicketSearchResult(
        total=len(offers),
        tickets=[views.ticket_offer(ctx, found, args, slots) for found, slots in offers[: args.limit]],
    )
