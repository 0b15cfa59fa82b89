"""Distances and ways: by car with the traffic of the hour, on foot, by bicycle, by public transport."""

from __future__ import annotations

from mock_services import clock
from mock_services.amap.gazetteer import city_at, city_of, local_name
from mock_services.amap.models import (
    DistanceArgs,
    DistanceRow,
    DistanceView,
    Mode,
    RouteArgs,
    RouteView,
    TimedRouteArgs,
    TransitArgs,
    TransitSegment,
    TransitView,
    point,
    write_point,
)
from mock_services.amap.rows import LEVELS, CityLevel
from mock_services.clock import MINUTE, SECOND, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.geo import City, Leg, Rail, cycle, distance_m, drive, places, taxi_fare_fen, transit, walk

WALK_LIMIT_M = 100_000
CYCLE_LIMIT_M = 500_000
"""Limits of Amap's own route planning for walking and cycling."""

BOARDING_MIN = 25
"""From the station's door to the seat: security check, ticket gate, platform."""

ON_FOOT_M = 1_000
PAST_MS = MINUTE

Point = tuple[float, float]


def level(ctx: Ctx, city_id: str) -> CityLevel:
    """What differs from the ordinary in a city now."""
    return ctx.get(LEVELS, city_id) or CityLevel(city_id)


def departure(ctx: Ctx, depart_at: str | None) -> Instant:
    """When the way begins.

    Raises:
        Rejected: ``IN_THE_PAST``.
    """
    if depart_at is None:
        return ctx.now
    at = ctx.instant(depart_at)
    if at < ctx.now - PAST_MS:
        raise Rejected("IN_THE_PAST", "that departure is past", hint="leave depart_at out to set off now")
    return max(at, ctx.now)


def by_car(ctx: Ctx, origin: Point, destination: Point, at: Instant) -> tuple[Leg, int]:
    """The way by car at an instant, and its traffic in per cent of the free road's time.

    Raises:
        Unavailable: ``NOT_SERVED``, off the map or with the sea between.
    """
    start, end = city_at(origin), city_at(destination)
    if start.country != end.country:
        raise Unavailable("NOT_SERVED", "there is no road between the two places")
    hour = clock.local(at, start.utc_offset_min).hour
    usual = drive(*origin, *destination, hour)
    factor = level(ctx, start.id).traffic_pct
    minutes = max(1, -(-usual.minutes * factor // 100))
    # Three in the morning is the emptiest hour of the daily curve.
    free = drive(*origin, *destination, 3).minutes
    return Leg(usual.metres, minutes), minutes * 100 // free


def distances(ctx: Ctx, args: DistanceArgs) -> DistanceView:
    """Answer ``maps_distance``.

    Raises:
        Unavailable: ``NOT_SERVED``.
    """
    destination = point(args.destination)
    rows = []
    for n, text in enumerate(args.origins.split("|"), 1):
        origin = point(text)
        if args.type == "0":
            leg = Leg(distance_m(*origin, *destination), 0)
        elif args.type == "3":
            _same_land(origin, destination)
            leg = walk(*origin, *destination)
        else:
            leg, _ = by_car(ctx, origin, destination, ctx.now)
        rows.append(DistanceRow(origin_id=n, distance=leg.metres, duration=leg.minutes * 60))
    return DistanceView(results=rows)


def _same_land(origin: Point, destination: Point) -> None:
    if city_at(origin).country != city_at(destination).country:
        raise Unavailable("NOT_SERVED", "there is no way over land between the two places")


def driving(ctx: Ctx, args: TimedRouteArgs) -> RouteView:
    """Answer ``maps_direction_driving``.

    Raises:
        Unavailable: ``NOT_SERVED``.
        Rejected: ``IN_THE_PAST``.
    """
    origin, destination = point(args.origin), point(args.destination)
    at = departure(ctx, args.depart_at)
    leg, traffic = by_car(ctx, origin, destination, at)
    city = city_at(origin)
    hour = clock.local(at, city.utc_offset_min).hour
    return _route(
        ctx,
        origin,
        destination,
        leg,
        at,
        traffic="free" if traffic < 120 else "moderate" if traffic < 160 else "heavy",
        taxi_cost=taxi_fare_fen(leg.metres, leg.minutes, hour, city.id),
    )


def walking(ctx: Ctx, args: RouteArgs) -> RouteView:
    """Answer ``maps_direction_walking``.

    Raises:
        Unavailable: ``NOT_SERVED``, ``TOO_FAR``.
    """
    origin, destination = point(args.origin), point(args.destination)
    _same_land(origin, destination)
    leg = _within(walk(*origin, *destination), WALK_LIMIT_M)
    return _route(ctx, origin, destination, leg, ctx.now)


def bicycling(ctx: Ctx, args: RouteArgs) -> RouteView:
    """Answer ``maps_direction_bicycling``.

    Raises:
        Unavailable: ``NOT_SERVED``, ``TOO_FAR``.
    """
    origin, destination = point(args.origin), point(args.destination)
    _same_land(origin, destination)
    leg = _within(cycle(*origin, *destination), CYCLE_LIMIT_M)
    return _route(ctx, origin, destination, leg, ctx.now)


def _within(leg: Leg, metres: int) -> Leg:
    if leg.metres > metres:
        raise Unavailable("TOO_FAR", f"{leg.metres // 1000} km is too far", hint=f"at most {metres // 1000} km")
    return leg


def _route(
    ctx: Ctx,
    origin: Point,
    destination: Point,
    leg: Leg,
    at: Instant,
    *,
    traffic: str = "",
    taxi_cost: int | None = None,
) -> RouteView:
    offset = city_at(origin).utc_offset_min
    return RouteView(
        origin=write_point(*origin),
        destination=write_point(*destination),
        distance=leg.metres,
        duration=leg.minutes * 60,
        depart_at=ctx.iso(at, offset),
        arrive_at=ctx.iso(at + leg.minutes * MINUTE, city_at(destination).utc_offset_min),
        traffic=traffic,
        taxi_cost=taxi_cost,
    )


def public_transport(ctx: Ctx, args: TransitArgs) -> TransitView:
    """Answer ``maps_direction_transit_integrated``.

    Raises:
        Rejected: ``CITY_UNKNOWN``, ``IN_THE_PAST``.
        Unavailable: ``NOT_SERVED``, ``NO_TRANSIT``.
    """
    city_of(args.city), city_of(args.cityd)
    origin, destination = point(args.origin), point(args.destination)
    at = departure(ctx, args.depart_at)
    start, end = city_at(origin), city_at(destination)
    if start.id == end.id:
        segments = _ride(origin, destination, at, start, "origin", "destination")
    else:
        segments = _by_train(origin, destination, at, start, end)
    seconds = sum(segment.duration for segment in segments)
    return TransitView(
        origin=write_point(*origin),
        destination=write_point(*destination),
        distance=sum(segment.distance for segment in segments),
        duration=seconds,
        cost=sum(segment.cost for segment in segments),
        depart_at=ctx.iso(at, start.utc_offset_min),
        arrive_at=ctx.iso(at + seconds * SECOND, end.utc_offset_min),
        segments=segments,
    )


def _ride(origin: Point, destination: Point, at: Instant, city: City, start: str, end: str) -> list[TransitSegment]:
    on_foot = walk(*origin, *destination)
    if on_foot.metres <= ON_FOOT_M:
        return [_segment("walk", start, end, on_foot)]
    hour = clock.local(at, city.utc_offset_min).hour
    return [_segment("transit", start, end, transit(*origin, *destination, hour, city.id))]


def _by_train(origin: Point, destination: Point, at: Instant, start: City, end: City) -> list[TransitSegment]:
    rail = places().rail(start.id, end.id)
    if rail is None:
        raise Unavailable(
            "NO_TRANSIT",
            f"no through train from {start.name.zh} to {end.name.zh}",
            hint="look for flights, or for trains with a change",
        )
    a, b = places().station(rail.station_a), places().station(rail.station_b)
    names = local_name(a.name, start), local_name(b.name, end)
    segments = _ride(origin, (a.lon, a.lat), at, start, "origin", names[0])
    segments.append(_segment("wait", names[0], names[0], Leg(0, BOARDING_MIN)))
    segments.append(_segment("train", *names, _typical(rail)))
    arrival = at + sum(segment.duration for segment in segments) * SECOND
    return segments + _ride((b.lon, b.lat), destination, arrival, end, names[1], "destination")


def _typical(rail: Rail) -> Leg:
    return Leg(rail.km * 1000, (rail.fastest_min + rail.slowest_min) // 2, rail.fare_fen)


def _segment(mode: Mode, start: str, end: str, leg: Leg) -> TransitSegment:
    return TransitSegment(
        mode=mode, start=start, end=end, distance=leg.metres, duration=leg.minutes * 60, cost=leg.fare_fen
    )
