"""What happens by itself in travel: flights slip or are cancelled, fares move, trains and hotels sell out."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from mock_services import clock
from mock_services.clock import MINUTE
from mock_services.fliggy import flights, incidents, stays, stock, trains
from mock_services.fliggy.lifecycle import SERVICE
from mock_services.fliggy.network import network
from mock_services.fliggy.rows import FLIGHT_CHANGES, HOTELS, Flight, Train
from mock_services.geo import places
from mock_services.life import Day

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.context import Ctx

_DELAYED: Final = 0.02
_CANCELLED: Final = 0.003
"""Chances of a flight; announced one to four hours before it leaves."""
_LATEST_TOLD_MIN: Final = 240
_FARES: Final = 12
_TRAINS: Final = 12
_HOTELS: Final = 8
_REASONS: Final = ("weather", "air traffic control", "late arrival of the aircraft")


def plan(ctx: Ctx) -> None:
    """Schedule what happens until the next dawn."""
    day = Day(ctx, SERVICE)
    _plan_flights(ctx, day)
    today = ctx.local_now().date()
    for flight in day.some(_flights(ctx.base), _FARES, "fare"):
        on = today + timedelta(day.between(1, 14, "fare day", flight.no))
        percent = day.between(-10, 15, "fare", flight.no)
        at = day.at("06:00", "23:30", "fare", flight.no)
        day.plan(at, "fare", no=flight.no, day=on.isoformat(), percent=percent)
    for train in day.some(_trains(ctx.base), _TRAINS, "train"):
        on = today + timedelta(day.between(0, 4, "train day", train.no))
        day.plan(day.at("06:00", "23:00", "train", train.no), "train_sells_out", no=train.no, day=on.isoformat())
    hotels = _hotels(ctx.base)
    for hotel_id in day.some(hotels, _HOTELS, "hotel"):
        day.plan(day.at("12:00", "21:00", "hotel", hotel_id), "hotel_sells_out", hotel_id=hotel_id)
    for hotel_id in day.some(hotels, _HOTELS, "rate"):
        percent = day.between(-8, 12, "rate", hotel_id)
        day.plan(day.at("08:00", "22:00", "rate", hotel_id), "rate", hotel_id=hotel_id, percent=percent)
    day.over()


def _plan_flights(ctx: Ctx, day: Day) -> None:
    """Flights that leave between an hour from now and four hours after the next dawn, whichever day they belong to."""
    today, draws = ctx.local_now().date(), ctx.draws
    first, last = ctx.now + 60 * MINUTE, day.until + _LATEST_TOLD_MIN * MINUTE
    all_flights = _flights(ctx.base)
    for on in (today, today + timedelta(1)):
        midnight = {f.offset_a: clock.instant(on, time(0), f.offset_a) for f in all_flights}
        for flight in all_flights:
            depart = midnight[flight.offset_a] + flight.depart_min * MINUTE
            if not first < depart < last:
                continue
            leg_id = flights.leg_id(flight.no, on)
            struck = draws.unit("flight struck", leg_id)
            if struck >= _DELAYED + _CANCELLED:
                continue
            told = depart - draws.between(60, _LATEST_TOLD_MIN, "flight told", leg_id) * MINUTE
            minutes = 0 if struck < _CANCELLED else draws.between(5, 30, "flight late", leg_id) * 5
            day.plan(max(told, ctx.now + MINUTE), "flight", no=flight.no, day=on.isoformat(), minutes=minutes)


def _flights(base: Base) -> tuple[Flight, ...]:
    net, geo = network(base), places()
    return base.recall(
        "fliggy.all_flights",
        "",
        lambda: tuple(f for row in geo.airs for a, b in ((row.a, row.b), (row.b, row.a)) for f in net.flights(a, b)),
    )


def _trains(base: Base) -> tuple[Train, ...]:
    net, geo = network(base), places()
    return base.recall(
        "fliggy.all_trains",
        "",
        lambda: tuple(t for row in geo.rails for a, b in ((row.a, row.b), (row.b, row.a)) for t in net.trains(a, b)),
    )


def _hotels(base: Base) -> tuple[str, ...]:
    return base.recall("fliggy.all_hotels", "", lambda: tuple(map(str, base.tables.rows[HOTELS.name])))


def happens(ctx: Ctx, data: dict[str, Any]) -> None:
    """One of the things that :func:`plan` foresaw."""
    what = data["what"]
    if what == "flight":
        _flight(ctx, data["no"], date.fromisoformat(data["day"]), data["minutes"])
    elif what == "fare":
        day = date.fromisoformat(data["day"])
        stock.raise_price(ctx, f"{flights.leg_id(data['no'], day)}:economy", flights.group(day), data["percent"])
    elif what == "train_sells_out":
        day = date.fromisoformat(data["day"])
        run = trains.scheduled(ctx, trains.run_id(data["no"], day))
        seat_class = next(iter(trains.CLASSES[run.train.type]))
        stock.set_left(ctx, f"{run.stock_id}:{seat_class}", trains.group(day), 0)
    elif what == "hotel_sells_out":
        found = stays.hotel(ctx, data["hotel_id"])
        night = clock.local(ctx.now, places().city(found.city).utc_offset_min).date()
        for room in found.rooms:
            stock.set_left(ctx, stays.night_key(found.id, room.code, night), stays.group(found.id), 0)
    elif what == "rate":
        stock.raise_price(ctx, data["hotel_id"], stays.group(data["hotel_id"]), data["percent"])


def _flight(ctx: Ctx, no: str, day: date, minutes: int) -> None:
    leg = flights.scheduled(ctx, no, day)
    # What a scenario has already done to a flight stays as it is.
    if leg is None or leg.depart <= ctx.now or ctx.get(FLIGHT_CHANGES, leg.id) is not None:
        return
    reason = ctx.draws.pick(_REASONS, "flight reason", leg.id)
    incidents.change_flight(ctx, no, day, cancelled=not minutes, delay_min=minutes, reason=reason)
