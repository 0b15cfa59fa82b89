"""Flights on a day: itineraries with at most one transfer, their prices and seats, and what changed about them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec

from mock_services import clock
from mock_services.clock import MINUTE, Instant
from mock_services.errors import Rejected, Unavailable
from mock_services.fliggy import fares, seasons, stock
from mock_services.fliggy.network import network
from mock_services.fliggy.rows import (
    EXTRA_FLIGHTS,
    FLIGHT_CHANGES,
    PRICES,
    STOCK,
    Flight,
    FlightChange,
    Offer,
    PriceRule,
    Stock,
)
from mock_services.geo import Airport, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mock_services.base import Base
    from mock_services.context import Ctx

MAX_DAYS: Final = 330
CUT_OFF_MIN: Final = {True: 45, False: 60}
"""Check-in and sale close so long before departure, domestic or not (45 minutes at most Chinese airports)."""
MIN_CONNECTION: Final = {True: 60, False: 90}
MAX_CONNECTION: Final = 360
SEATS: Final = {"economy": 162, "business": 8}
_THROUGH_PCT = 82
_FEE_FEN: Final = {True: 5000, False: 9000}
_HUBS = 3
_DETOUR_PCT = 155
_SEARCHES = 1000
"""How many answers of the untouched timetable are kept."""


class Leg(msgspec.Struct, frozen=True, gc=False):
    """A flight on a day; times include its delay."""

    id: str
    flight: Flight
    day: date
    depart: Instant
    arrive: Instant
    delay_min: int = 0
    cancelled: bool = False


class Itinerary(msgspec.Struct, frozen=True):
    """One or two legs in one cabin. ``left`` is the number of seats on the fuller leg."""

    id: str
    legs: tuple[Leg, ...]
    fare_fen: int
    tax_fen: int
    left: int
    stops: int
    minutes: int

    @property
    def depart(self) -> Instant:
        """Departure of the first leg."""
        return self.legs[0].depart

    @property
    def arrive(self) -> Instant:
        """Arrival of the last leg."""
        return self.legs[-1].arrive

    @property
    def price_fen(self) -> int:
        """What a traveller pays."""
        return self.fare_fen + self.tax_fen

    @property
    def domestic(self) -> bool:
        """Whether no border is crossed."""
        return all(leg.flight.domestic for leg in self.legs)

    @property
    def closes(self) -> Instant:
        """When sale and check-in close."""
        return self.depart - CUT_OFF_MIN[self.domestic] * MINUTE


def group(day: date) -> str:
    """The group of a day's flights in the tables of changes."""
    return f"F{day.isoformat()}"


def leg_id(no: str, day: date) -> str:
    """``MU5101-20260309``."""
    return f"{no}-{day:%Y%m%d}"


# --- the ends of a search ------------------------------------------------------------------------------------------


def ends(text: str) -> tuple[str, str]:
    """What a person calls a city or an airport: (city id, airport code or empty).

    Raises:
        Rejected: ``UNKNOWN_CITY``.
    """
    city = places().city_named(text)
    if city is not None:
        return city.id, ""
    for place in places().named(text):
        if isinstance(place, Airport):
            return place.city, place.iata
    raise unknown_city(text)


def unknown_city(text: str) -> Rejected:
    """The refusal of a city that is not there, with near names."""
    names = [name for city in places().cities for name in (city.name.en, city.name.zh, city.id)]
    near = get_close_matches(text, names, n=3, cutoff=0.6)
    return Rejected(
        "UNKNOWN_CITY",
        f"no city or station {text[:40]} is served",
        hint=f"did you mean {', '.join(near)}?" if near else "give a city, an airport or a station by its name",
    )


def days_ahead(ctx: Ctx, day: date, offset_min: int, most: int) -> int:
    """Days from today at a place until ``day``.

    Raises:
        Rejected: ``DATE_OUT_OF_RANGE``, past or too far ahead.
    """
    days = (day - clock.local(ctx.now, offset_min).date()).days
    if not 0 <= days <= most:
        raise Rejected("DATE_OUT_OF_RANGE", f"{day} is not on sale: give a day from today to {most} days ahead")
    return days


# --- what is derived -----------------------------------------------------------------------------------------------


def make_leg(flight: Flight, day: date) -> Leg:
    """A flight on a day, on time."""
    at = clock.instant(day, time(flight.depart_min // 60, flight.depart_min % 60), flight.offset_a)
    return Leg(leg_id(flight.no, day), flight, day, at, at + flight.minutes * MINUTE)


def base_fare(base: Base, leg: Leg, cabin: str, days: int) -> int:
    """The derived fare of a leg in fen, by days ahead, season, hour and demand."""
    flight = leg.flight
    country = places().city(flight.city_a).country
    noise = base.draws.between(90, 112, "fare", leg.id)
    pct = seasons.ahead_pct(days) * seasons.travel_pct(leg.day, country) * flight.level_pct * noise // 10_000
    economy = max(1800, min(10_000, pct))
    share = economy if cabin == "economy" else 16_000 + economy
    return flight.full_fen * share // 10_000 // 1000 * 1000


def base_seats(base: Base, leg: Leg, cabin: str, days: int) -> int:
    """The derived number of seats left on a leg."""
    country = places().city(leg.flight.city_a).country
    load = seasons.load_pct(days) * seasons.travel_pct(leg.day, country) // 100
    load += base.draws.between(-20, 20, "load", leg.id, cabin)
    return max(0, SEATS[cabin] * (100 - load) // 100)


def _taxes(legs: tuple[Leg, ...]) -> int:
    # Airport construction fee and fuel surcharge for each leg.
    total = 0
    for leg in legs:
        flight = leg.flight
        fuel = (1000 if flight.km <= 800 else 2000) if flight.domestic else 18000
        total += _FEE_FEN[flight.domestic] + fuel
    return total


def _assemble(legs: tuple[Leg, ...], fare_sum: int, left: int) -> Itinerary:
    fare = fare_sum if len(legs) == 1 else fare_sum * _THROUGH_PCT // 100 // 1000 * 1000
    stops = len(legs) - 1 + sum(1 for leg in legs if leg.flight.via)
    minutes = (legs[-1].arrive - legs[0].depart) // MINUTE
    return Itinerary("~".join(leg.id for leg in legs), legs, fare, _taxes(legs), left, stops, minutes)


def connects(first: Leg, second: Leg) -> bool:
    """Whether one can change from one leg to the other."""
    least = MIN_CONNECTION[first.flight.domestic and second.flight.domestic]
    wait = (second.depart - first.arrive) // MINUTE
    return first.flight.b == second.flight.a and least <= wait <= MAX_CONNECTION


def _connections(base: Base, city_a: str, city_b: str, day: date) -> list[tuple[Leg, Leg]]:
    net, geo = network(base), places()
    direct = geo.air(city_a, city_b)
    through: list[tuple[int, str]] = []
    for hub in geo.cities:
        first, second = geo.air(city_a, hub.id), geo.air(hub.id, city_b)
        if first is None or second is None or first.via or second.via:
            continue
        km = first.km + second.km
        if direct is None or km * 100 <= direct.km * _DETOUR_PCT:
            through.append((km, hub.id))
    found: list[tuple[Leg, Leg]] = []
    for _, hub_id in sorted(through)[:_HUBS]:
        onward = [
            make_leg(flight, day + timedelta(shift)) for shift in (0, 1) for flight in net.flights(hub_id, city_b)
        ]
        departures = [leg.depart for leg in onward]
        for flight in net.flights(city_a, hub_id):
            leg = make_leg(flight, day)
            first_in_time = bisect_left(departures, leg.arrive + min(MIN_CONNECTION.values()) * MINUTE)
            last_in_time = bisect_right(departures, leg.arrive + MAX_CONNECTION * MINUTE)
            following = next((other for other in onward[first_in_time:last_in_time] if connects(leg, other)), None)
            if following is not None:
                found.append((leg, following))
    return found


def _daily(base: Base, city_a: str, city_b: str, day: date, days: int, cabin: str) -> tuple[Itinerary, ...]:
    def build() -> tuple[Itinerary, ...]:
        chains: list[tuple[Leg, ...]] = [(make_leg(f, day),) for f in network(base).flights(city_a, city_b)]
        chains += _connections(base, city_a, city_b, day)
        return tuple(
            _assemble(
                legs,
                sum(base_fare(base, leg, cabin, days) for leg in legs),
                min(base_seats(base, leg, cabin, days) for leg in legs),
            )
            for legs in chains
        )

    return base.recall("fliggy.itineraries", (city_a, city_b, day, days, cabin), build, most=_SEARCHES)


# --- with what changed in this episode -----------------------------------------------------------------------------


class _Changes:
    """What changed about the flights of some days."""

    __slots__ = ("flights", "prices", "stock")

    def __init__(self, ctx: Ctx, days: tuple[date, ...]) -> None:
        self.flights: dict[Any, FlightChange] = {}
        self.prices: dict[Any, PriceRule] = {}
        self.stock: dict[Any, Stock] = {}
        for day in days:
            key = group(day)
            self.flights.update((row.id, row) for row in ctx.find(FLIGHT_CHANGES, "group", key))
            self.prices.update((row.id, row) for row in ctx.find(PRICES, "group", key))
            self.stock.update((row.id, row) for row in ctx.find(STOCK, "group", key))

    def touch(self, itinerary: Itinerary, cabin: str) -> bool:
        return any(
            leg.id in self.flights or (key := f"{leg.id}:{cabin}") in self.prices or key in self.stock
            for leg in itinerary.legs
        )

    def __bool__(self) -> bool:
        return bool(self.flights or self.prices or self.stock)

    def apply(self, ctx: Ctx, itinerary: Itinerary, cabin: str) -> Itinerary:
        legs = tuple(_moved(leg, self.flights.get(leg.id)) for leg in itinerary.legs)
        fare, left = 0, SEATS[cabin]
        for leg in itinerary.legs:
            days = (leg.day - clock.local(ctx.now, leg.flight.offset_a).date()).days
            key = f"{leg.id}:{cabin}"
            fare += stock.priced(self.prices.get(key), base_fare(ctx.base, leg, cabin, days))
            left = min(left, stock.left(self.stock.get(key), base_seats(ctx.base, leg, cabin, days)))
        return _assemble(legs, fare, left)


def _moved(leg: Leg, change: FlightChange | None) -> Leg:
    if change is None:
        return leg
    late = change.delay_min * MINUTE
    return msgspec.structs.replace(
        leg,
        depart=leg.depart + late,
        arrive=leg.arrive + late,
        delay_min=change.delay_min,
        cancelled=change.cancelled,
    )


def flyable(itinerary: Itinerary) -> bool:
    """Whether no leg is cancelled and a transfer still works."""
    legs = itinerary.legs
    return not any(leg.cancelled for leg in legs) and (len(legs) == 1 or connects(legs[0], legs[1]))


def select(
    ctx: Ctx,
    city_a: str,
    city_b: str,
    day: date,
    cabin: str,
    asked: tuple[Any, ...],
    choose: Callable[[Iterable[Itinerary]], tuple[Itinerary, ...]],
) -> tuple[Itinerary, ...]:
    """What ``choose`` takes of the itineraries of a day that can be flown and still be bought, as things are now.

    While the episode changed nothing about the day, this is a value of the base, kept for whoever has ``asked`` the
    same: ``choose`` must depend on nothing else.

    Raises:
        Rejected: ``DATE_OUT_OF_RANGE``, ``SAME_CITY``.
    """
    if city_a == city_b:
        raise Rejected("SAME_CITY", "origin and destination are one city")
    days = days_ahead(ctx, day, places().city(city_a).utc_offset_min, MAX_DAYS)
    if _as_planned(ctx, day):
        base = ctx.base
        found = base.recall(
            "fliggy.flight_searches",
            (city_a, city_b, days, asked),
            lambda: choose(_daily(base, city_a, city_b, day, days, cabin)),
            most=_SEARCHES,
        )
        # What leaves the day after tomorrow is on sale whatever the hour is.
        return found if days > 1 else tuple(it for it in found if it.closes > ctx.now)
    return choose(_on_day(ctx, city_a, city_b, day, days, cabin))


def _as_planned(ctx: Ctx, day: date) -> bool:
    if not ctx.touched(EXTRA_FLIGHTS, FLIGHT_CHANGES, PRICES, STOCK):
        return True
    return not ctx.find(EXTRA_FLIGHTS, "day", day.isoformat()) and not _Changes(ctx, (day, day + timedelta(1)))


def _on_day(ctx: Ctx, city_a: str, city_b: str, day: date, days: int, cabin: str) -> list[Itinerary]:
    found = list(_daily(ctx.base, city_a, city_b, day, days, cabin))
    replaced = {row.id for row in ctx.find(EXTRA_FLIGHTS, "day", day.isoformat())}
    if replaced:
        found = [it for it in found if not any(leg.id in replaced for leg in it.legs)]
    for extra in ctx.find(EXTRA_FLIGHTS, "route", f"{city_a}>{city_b}:{day.isoformat()}"):
        leg = make_leg(extra.flight, day)
        found.append(_assemble((leg,), base_fare(ctx.base, leg, cabin, days), base_seats(ctx.base, leg, cabin, days)))
    changes = _Changes(ctx, (day, day + timedelta(1)))
    if changes:
        found = [changes.apply(ctx, it, cabin) if changes.touch(it, cabin) else it for it in found]
        found = [it for it in found if flyable(it)]
    return [it for it in found if it.closes > ctx.now]


def scheduled(ctx: Ctx, no: str, day: date) -> Leg | None:
    """A flight on a day as it stands now, cancelled and departed ones included."""
    extra = ctx.get(EXTRA_FLIGHTS, leg_id(no, day))
    flight = extra.flight if extra is not None else network(ctx.base).flight(no)
    if flight is None:
        return None
    leg = make_leg(flight, day)
    return _moved(leg, ctx.get(FLIGHT_CHANGES, leg.id))


def parse(itinerary_id: str) -> list[tuple[str, date]]:
    """The flight numbers and days of an itinerary id; empty if it is none."""
    parts: list[tuple[str, date]] = []
    for part in itinerary_id.split("~"):
        no, _, day = part.partition("-")
        try:
            parts.append((no, date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}")))
        except ValueError:
            return []
    return parts if len(parts) <= 2 else []


def itinerary(ctx: Ctx, itinerary_id: str, cabin: str) -> Itinerary:
    """An itinerary by its id, as it stands now.

    Raises:
        Rejected: ``FLIGHT_NOT_EXIST``.
    """
    if ctx.touched(EXTRA_FLIGHTS, FLIGHT_CHANGES, PRICES, STOCK):
        chain = _chain(ctx, itinerary_id)
        return _Changes(ctx, tuple(leg.day for leg in chain)).apply(ctx, _assemble(chain, 0, 0), cabin)
    chain = ctx.base.recall("fliggy.chains", itinerary_id, lambda: _chain(ctx, itinerary_id))
    ahead = tuple((leg.day - clock.local(ctx.now, leg.flight.offset_a).date()).days for leg in chain)
    return ctx.base.recall(
        "fliggy.itinerary",
        (itinerary_id, cabin, ahead),
        lambda: _Changes(ctx, ()).apply(ctx, _assemble(chain, 0, 0), cabin),
    )


def _chain(ctx: Ctx, itinerary_id: str) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    for no, day in parse(itinerary_id):
        extra = ctx.get(EXTRA_FLIGHTS, leg_id(no, day))
        flight = extra.flight if extra is not None else network(ctx.base).flight(no)
        if flight is not None and 2000 <= day.year <= 2100:
            legs.append(make_leg(flight, day))
    chain = tuple(legs)
    if not chain or len(chain) != len(itinerary_id.split("~")) or (len(chain) == 2 and not connects(*chain)):
        raise Rejected("FLIGHT_NOT_EXIST", f"there is no flight {itinerary_id[:60]}", hint="search for flights first")
    return chain


# --- buying --------------------------------------------------------------------------------------------------------


def rule(it: Itinerary, cabin: str) -> str:
    """The fare class of an itinerary."""
    full = sum(leg.flight.full_fen for leg in it.legs)
    return "J" if cabin == "business" else fares.fare_class(it.fare_fen, full)


def check_sale(ctx: Ctx, it: Itinerary) -> None:
    """Refuse what is not on sale.

    Raises:
        Unavailable: ``FLIGHT_CANCELLED``, ``BOOKING_CLOSED``.
        Rejected: ``NOT_ON_SALE``.
    """
    if not flyable(it):
        raise Unavailable("FLIGHT_CANCELLED", f"{it.id} does not run or its transfer is missed")
    if it.closes <= ctx.now:
        raise Unavailable("BOOKING_CLOSED", f"sale of {it.id} closed at {ctx.iso(it.closes)}")
    if (it.legs[0].day - clock.local(ctx.now, it.legs[0].flight.offset_a).date()).days > MAX_DAYS:
        raise Rejected("NOT_ON_SALE", f"{it.id} is not on sale yet")


def offer(ctx: Ctx, it: Itinerary, cabin: str, count: int) -> Offer:
    """An itinerary as something to order for ``count`` travellers."""
    first, last = it.legs[0], it.legs[-1]
    a, b = places().airport(first.flight.a), places().airport(last.flight.b)
    airline = places().airline(first.flight.airline)
    local = clock.local(it.depart, first.flight.offset_a)
    numbers = "/".join(leg.flight.no for leg in it.legs)
    held = []
    for leg in it.legs:
        days = (leg.day - clock.local(ctx.now, leg.flight.offset_a).date()).days
        held.append((f"{leg.id}:{cabin}", group(leg.day), base_seats(ctx.base, leg, cabin, days), count))
    return Offer(
        product_id=it.id,
        unit=cabin,
        title=f"{numbers} {a.iata}–{b.iata} {local:%m-%d %H:%M} {cabin}",
        payee=f"airline-{airline.code}",
        payee_name=airline.name.zh,
        starts_at=it.depart,
        ends_at=it.arrive,
        offset_start=first.flight.offset_a,
        offset_end=last.flight.offset_b,
        from_place=a.iata,
        to_place=b.iata,
        location=f"{a.lon:.4f},{a.lat:.4f}",
        fare_fen=it.fare_fen * count,
        tax_fen=it.tax_fen * count,
        rule=rule(it, cabin),
        first_night_fen=0,
        free_until=None,
        stock=tuple(held),
    )
