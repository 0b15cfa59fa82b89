"""What a ride costs, how long a car takes to come, and whether there is one.

A fare is fixed when the ride is ordered. It starts from the city's taxi meter (:mod:`mock_services.geo`); the
factors per kind of car, the waiting and the shortages are invented, in the range that ride apps show.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mock_services import clock
from mock_services.amap.gazetteer import city_at
from mock_services.amap.models import point, write_point
from mock_services.amap.ride_models import CARS, RideEstimateArgs, RideEstimateView, RideOption
from mock_services.amap.routes import Point, by_car, departure, level
from mock_services.amap.rows import SHORTAGES
from mock_services.amap.states import Car
from mock_services.clock import DAY, MINUTE, SECOND, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.geo import City, distance_m, taxi_fare_fen

NEAREST_M = 200
FARTHEST_M = 200_000
DAYS_AHEAD = 30
BOOKED_FROM = 40 * MINUTE
"""A departure at least this far ahead is a booking; anything sooner is a ride for now."""

_SLOT = 30 * MINUTE
_NIGHT = (23, 0, 1, 2, 3, 4)
_RUSH = (7, 8, 17, 18)


class Kind(msgspec.Struct, frozen=True, gc=False):
    """A kind of car: per cent of the meter, of the usual waiting, and of shortage at night and by day."""

    fare_pct: int
    waiting_pct: int
    night_short_pct: int
    day_short_pct: int


KINDS: dict[Car, Kind] = {
    "economy": Kind(85, 100, 6, 0),
    "comfort": Kind(115, 110, 8, 0),
    "six_seat": Kind(160, 150, 12, 2),
    "accessible": Kind(110, 300, 15, 3),
}


class Quote(msgspec.Struct, frozen=True):
    """A ride as it would be now: ``waiting_s`` is from the wished departure to the pick-up."""

    city: City
    origin: Point
    destination: Point
    car: Car
    at: Instant
    booked: bool
    metres: int
    seconds: int
    fen: int
    waiting_s: int
    available: bool


def quote(ctx: Ctx, origin: Point, destination: Point, depart_at: str | None, car: Car) -> Quote:
    """Price a ride.

    Raises:
        Unavailable: ``NOT_SERVED``, ``TOO_FAR``.
        Rejected: ``IN_THE_PAST``, ``TOO_FAR_AHEAD``, ``TOO_NEAR``.
    """
    return quotes(ctx, origin, destination, depart_at, (car,))[0]


def quotes(ctx: Ctx, origin: Point, destination: Point, depart_at: str | None, cars: Sequence[Car]) -> list[Quote]:
    """Price a ride in several kinds of cars.

    Raises:
        Unavailable, Rejected: as :func:`quote`.
    """
    at = departure(ctx, depart_at)
    if at > ctx.now + DAYS_AHEAD * DAY:
        raise Rejected("TOO_FAR_AHEAD", f"rides can be booked {DAYS_AHEAD} days ahead")
    city = city_at(origin)
    leg, _ = by_car(ctx, origin, destination, at)
    if distance_m(*origin, *destination) < NEAREST_M:
        raise Rejected("TOO_NEAR", "the destination is where the ride begins", hint="walk")
    if leg.metres > FARTHEST_M:
        raise Unavailable("TOO_FAR", f"{leg.metres // 1000} km is too far for a ride", hint="take a train or a flight")
    hour = clock.local(at, city.utc_offset_min).hour
    meter = taxi_fare_fen(leg.metres, leg.minutes, hour, city.id)
    level_pct = level(ctx, city.id).fare_pct
    booked = at >= ctx.now + BOOKED_FROM
    return [
        Quote(
            city=city,
            origin=origin,
            destination=destination,
            car=car,
            at=at,
            booked=booked,
            metres=leg.metres,
            seconds=leg.minutes * 60,
            fen=(meter * KINDS[car].fare_pct * level_pct // 10_000 + 5) // 10 * 10,
            waiting_s=0 if booked else waiting_s(ctx, city, car, at),
            available=_available(ctx, city, car, at, booked),
        )
        for car in cars
    ]


def waiting_s(ctx: Ctx, city: City, car: Car, at: Instant) -> int:
    """Seconds from the sending of a driver to the pick-up; the same for everybody within half an hour."""
    hour = clock.local(at, city.utc_offset_min).hour
    key = (city.id, car, at // _SLOT)
    usual = ctx.base.recall("amap.waiting", key, lambda: ctx.base.draws.between(180, 420, "waiting", *key))
    slowed = 200 if hour in _NIGHT else 150 if hour in _RUSH else 100
    return usual * KINDS[car].waiting_pct * slowed // 10_000


def _available(ctx: Ctx, city: City, car: Car, at: Instant, booked: bool) -> bool:
    shortage = ctx.get(SHORTAGES, f"{city.id}|{car}")
    if shortage is not None and at < shortage.until:
        return False
    if booked:
        return True
    hour = clock.local(at, city.utc_offset_min).hour
    short = KINDS[car].night_short_pct if hour in _NIGHT else KINDS[car].day_short_pct
    return not ctx.draws.chance(short / 100, "shortage", city.id, car, at // _SLOT)


def estimate(ctx: Ctx, args: RideEstimateArgs) -> RideEstimateView:
    """Answer ``amap_ride_estimate``.

    Raises:
        Unavailable, Rejected: as :func:`quote`.
    """
    origin, destination = point(args.origin), point(args.destination)
    found = quotes(ctx, origin, destination, args.depart_at, (args.car,) if args.car else CARS)
    first = found[0]
    offset = first.city.utc_offset_min
    return RideEstimateView(
        origin=write_point(*origin),
        destination=write_point(*destination),
        distance=first.metres,
        duration=first.seconds,
        depart_at=ctx.iso(first.at, offset),
        options=[
            RideOption(
                car=q.car,
                fare=q.fen,
                available=q.available,
                waiting=q.waiting_s,
                pickup_at=ctx.iso(q.at + q.waiting_s * SECOND, offset),
                arrive_at=ctx.iso(q.at + (q.waiting_s + q.seconds) * SECOND, offset),
            )
            for q in found
        ],
    )
