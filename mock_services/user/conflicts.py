"""Where a person's day does not work out: two things at once, or no time to get from one to the other.

Ways are those of :mod:`mock_services.geo`: by road in the traffic of the hour, from city to city by the fastest train
or flight with the time that stations and airports take. That time is inferred.
"""

from __future__ import annotations

from typing import Final

import msgspec

from mock_services import clock
from mock_services.clock import DAY, MINUTE, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import City, distance_m, drive, places, transit, walk
from mock_services.people import own_address
from mock_services.user import conflict_models as m
from mock_services.user.book import lon_lat
from mock_services.user.rows import CALENDAR, CalendarEntry

MOST_DAYS: Final = 62
_NEAR_M: Final = 200
"""Places this close are one."""
_ANOTHER_CITY_M: Final = 120_000
_STATION_MIN: Final = 70
"""To the station, through its gates, and from the station at the other end."""
_AIRPORT_MIN: Final = 170


class Spot(msgspec.Struct, frozen=True, gc=False):
    """Something at a time, and where: an entry of the calendar, or what is being thought of (with no id)."""

    entry_id: str
    title: str
    start: Instant
    end: Instant
    place: str
    at: tuple[float, float] | None


def conflicts(ctx: Ctx, args: m.ConflictsArgs) -> m.ConflictsView:
    """Answer ``user_calendar_conflicts``.

    Raises:
        Rejected: ``INVALID_TIME``, ``ADDRESS_NOT_EXIST``, ``INVALID_ARGUMENT``.
    """
    plan = None if args.plan is None else _plan(ctx, args.plan)
    since = ctx.instant(args.since) if args.since else plan.start - DAY if plan else ctx.now
    until = ctx.instant(args.until) if args.until else plan.end + DAY if plan else since + 7 * DAY
    if not since < until <= since + MOST_DAYS * DAY:
        raise Rejected("INVALID_TIME", f"the period must end after it begins, and within {MOST_DAYS} days")
    rows = [row for row in ctx.find(CALENDAR, "owner", ctx.person_id) if row.end > since and row.start < until]
    entries = sorted((_of(row) for row in rows), key=lambda spot: (spot.start, spot.end, spot.entry_id))
    pairs = _neighbours(entries) if plan is None else [_in_order(entry, plan) for entry in entries]
    found = [made for one, other in pairs if (made := _between(ctx, one, other, args.mode)) is not None]
    return m.ConflictsView(conflicts=found, total=len(found), looked_at=len(entries))


def _in_order(one: Spot, other: Spot) -> tuple[Spot, Spot]:
    return (one, other) if (one.start, one.end) <= (other.start, other.end) else (other, one)


def _neighbours(entries: list[Spot]) -> list[tuple[Spot, Spot]]:
    """Each entry with those that begin during it, and with the first that begins after it."""
    pairs = []
    for i, one in enumerate(entries):
        for other in entries[i + 1 :]:
            pairs.append((one, other))
            if other.start >= one.end:
                break
    return pairs


def _of(row: CalendarEntry) -> Spot:
    at = (row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    return Spot(row.id, row.title, row.start, row.end, row.place, at)


def _plan(ctx: Ctx, args: m.PlanArgs) -> Spot:
    start, end = ctx.instant(args.start), ctx.instant(args.end)
    if end <= start:
        raise Rejected("INVALID_TIME", "what is planned must end after it starts")
    if args.address_id is not None and args.location is not None:
        raise Rejected("INVALID_ARGUMENT", "plan: give either address_id or location")
    if args.address_id is not None:
        address = own_address(ctx, args.address_id)
        return Spot("", args.title, start, end, address.text, (address.lon, address.lat))
    if args.location is None:
        return Spot("", args.title, start, end, "", None)
    lon, lat = (float(part) for part in args.location.split(","))
    if abs(lon) > 180 or abs(lat) > 90:
        raise Rejected("INVALID_ARGUMENT", 'plan: location is "lon,lat" in degrees')
    return Spot("", args.title, start, end, args.location, (lon, lat))


def _between(ctx: Ctx, one: Spot, other: Spot, mode: m.Mode) -> m.Conflict | None:
    """What is wrong between two things of which the first begins first; None if nothing is."""
    gap = (other.start - one.end) // MINUTE
    way = None if one.at is None or other.at is None else travel_minutes(one.at, other.at, one.end, mode)
    if gap >= 0 and (way is None or way <= gap):
        return None
    return m.Conflict(
        kind="overlap" if gap < 0 else "no_time_to_get_there",
        first=_entry(ctx, one),
        second=_entry(ctx, other),
        overlap_minutes=max(0, min(one.end, other.end) - other.start) // MINUTE,
        gap_minutes=max(0, gap),
        travel_minutes=way,
        missing_minutes=(way or 0) - gap,
    )


def _entry(ctx: Ctx, spot: Spot) -> m.ConflictEntry:
    return m.ConflictEntry(
        entry_id=spot.entry_id,
        title=spot.title,
        start=ctx.iso(spot.start),
        end=ctx.iso(spot.end),
        place=spot.place,
        location=lon_lat(*spot.at) if spot.at is not None else "",
    )


def travel_minutes(origin: tuple[float, float], destination: tuple[float, float], at: Instant, mode: m.Mode) -> int:
    """How long the way takes that begins at an instant; between cities the fastest of road, rail and air."""
    straight = distance_m(*origin, *destination)
    if straight <= _NEAR_M:
        return 0
    city_a, city_b = _city(origin), _city(destination)
    hour = clock.local(at, city_a.utc_offset_min).hour
    by_road = drive(*origin, *destination, hour).minutes
    if straight > _ANOTHER_CITY_M and city_a.id != city_b.id:
        rail, air = places().rail(city_a.id, city_b.id), places().air(city_a.id, city_b.id)
        ways = [by_road] if city_a.country == city_b.country else []
        ways += [rail.fastest_min + _STATION_MIN] if rail is not None else []
        ways += [air.minutes + _AIRPORT_MIN] if air is not None else []
        # Where nothing goes through, one changes in between: about as long as by air from a far city.
        return min(ways) if ways else straight // 10_000 + 2 * _AIRPORT_MIN
    if mode == "walk":
        return walk(*origin, *destination).minutes
    return transit(*origin, *destination, hour, city_a.id).minutes if mode == "transit" else by_road


def _city(at: tuple[float, float]) -> City:
    return min(places().cities, key=lambda city: (distance_m(*at, city.lon, city.lat), city.id))
