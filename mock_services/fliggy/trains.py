"""Trains on a day: seats by class, fares, stops, and what can be sold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from mock_services import clock
from mock_services.clock import MINUTE, Instant
from mock_services.errors import Rejected, Unavailable
from mock_services.fliggy import seasons, sections, stock
from mock_services.fliggy.flights import days_ahead, unknown_city
from mock_services.fliggy.network import network
from mock_services.fliggy.rows import EXTRA_TRAINS, PRICES, STOCK, Offer, PriceRule, Train
from mock_services.geo import Station, places

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.context import Ctx

MAX_DAYS: Final = 14
"""China Railway sells 15 days, today included."""
CUT_OFF_MIN: Final = 5
GATE_MIN: Final = 3
SALE_HOURS: Final = (5, 1)
"""Tickets are sold from 5:00 to 1:00 of the next day, as by 12306."""
OFFSET_MIN: Final = 480
_SECTION: Final = "@"
_TO: Final = ">"
_LEAST_FEN: Final = 200


class SeatKind(msgspec.Struct, frozen=True):
    """A class: its Chinese name, its fare in per cent of the train's cheapest, and how many seats a train has."""

    name: str
    pct: int
    seats: int


_HIGH_SPEED: Final = {
    "second": SeatKind("二等座", 100, 620),
    "first": SeatKind("一等座", 160, 56),
    "business": SeatKind("商务座", 310, 10),
}
CLASSES: Final[dict[str, dict[str, SeatKind]]] = {
    "G": _HIGH_SPEED,
    "D": {"second": SeatKind("二等座", 100, 560), "first": SeatKind("一等座", 160, 56)},
    "C": _HIGH_SPEED,
    "Z": {
        "hard_seat": SeatKind("硬座", 100, 480),
        "hard_sleeper": SeatKind("硬卧", 185, 460),
        "soft_sleeper": SeatKind("软卧", 290, 72),
    },
}
"""Classes by kind of train. The ratios are about those of published fares."""

_SEARCHES = 1000
"""How many answers of the untouched timetable are kept."""


class Run(msgspec.Struct, frozen=True):
    """A train on a day, or a section of it; ``seats`` are (class, fare in fen, seats left), derived.

    Of a section ``train`` has the ends, and ``whole`` is the train from its origin to its end on its day ``day``.
    """

    id: str
    train: Train
    day: date
    depart: Instant
    arrive: Instant
    seats: tuple[tuple[str, int, int], ...]
    whole: Train

    @property
    def stock_id(self) -> str:
        """What its seats are counted under: a seat that is sold for a section is gone for the whole way."""
        return run_id(self.whole.no, self.day)

    @property
    def closes(self) -> Instant:
        """When its sale closes."""
        return self.depart - CUT_OFF_MIN * MINUTE


def group(day: date) -> str:
    """The group of a day's trains in the tables of changes."""
    return f"T{day.isoformat()}"


def run_id(no: str, day: date) -> str:
    """``G7301-20260312``."""
    return f"{no}-{day:%Y%m%d}"


def ends(text: str) -> tuple[str, str]:
    """What a person calls a city or a station: (city id, station code or empty).

    Raises:
        Rejected: ``UNKNOWN_CITY``.
    """
    geo = places()
    city = geo.city_named(text)
    if city is not None:
        return city.id, ""
    code = text.strip().upper()
    for station in geo.stations:
        if station.code == code:
            return station.city, code
    for place in geo.named(text):
        if isinstance(place, Station):
            return place.city, place.code
    raise unknown_city(text)


def _run(base: Base, train: Train, day: date, days: int) -> Run:
    at = clock.instant(day, time(train.depart_min // 60, train.depart_min % 60), OFFSET_MIN)
    key = run_id(train.no, day)
    mean = seasons.load_pct(days) * seasons.travel_pct(day, "CN") // 100
    seats = []
    for seat_class, kind in CLASSES[train.type].items():
        load = mean + base.draws.between(-28, 18, "load", key, seat_class)
        # To half a yuan; it does not move with demand.
        fare = train.fare_fen * kind.pct // 100 // 50 * 50
        seats.append((seat_class, fare, max(0, kind.seats * (100 - load) // 100)))
    return Run(key, train, day, at, at + train.minutes * MINUTE, tuple(seats), train)


def _section(run: Run, city_a: str, city_b: str) -> Run | None:
    """The part of a train's way between two cities; the fare is its share of the way, to half a yuan."""
    found = sections.part(run.train, city_a, city_b)
    if found is None:
        return None
    first, last = found
    train = msgspec.structs.replace(
        run.train,
        city_a=city_a,
        city_b=city_b,
        a=first.station,
        b=last.station,
        depart_min=(run.train.depart_min + first.leave) % 1440,
        minutes=last.arrive - first.leave,
        km=last.km - first.km,
    )
    return msgspec.structs.replace(
        run,
        id=f"{run.id}{_SECTION}{city_a}{_TO}{city_b}",
        train=train,
        depart=run.depart + first.leave * MINUTE,
        arrive=run.depart + last.arrive * MINUTE,
        seats=tuple((name, _share(fare, train, run.train), left) for name, fare, left in run.seats),
    )


def _share(fare: int, train: Train, whole: Train) -> int:
    return fare if train is whole else max(_LEAST_FEN, fare * train.km // whole.km // 50 * 50)


def _fare(rule: PriceRule | None, run: Run, derived: int) -> int:
    # A price that was set is that of the whole way.
    if rule is not None and rule.fen is not None:
        rule = msgspec.structs.replace(rule, fen=_share(rule.fen, run.train, run.whole))
    return stock.priced(rule, derived)


Seats = Sequence[tuple[str, int, int]]
"""(class, fare in fen, seats left), the cheapest class first."""

Hit = tuple[Run, Seats, int]
"""A train that fits, its seats as things are now, and the fare of the cheapest class that fits."""


def select(
    ctx: Ctx,
    city_a: str,
    city_b: str,
    day: date,
    asked: tuple[Any, ...],
    choose: Callable[[Iterable[tuple[Run, Seats]]], tuple[Hit, ...]],
    *,
    through: bool = False,
) -> tuple[Hit, ...]:
    """What ``choose`` takes of the trains of a day that can still be bought, as things are now.

    With ``through`` there are also those on which it is a part of their way. While the episode changed nothing about
    the day, this is a value of the base, kept for whoever has ``asked`` the same: ``choose`` must depend on nothing
    else.

    Raises:
        Rejected: ``DATE_OUT_OF_RANGE``, ``SAME_CITY``.
    """
    if city_a == city_b:
        raise Rejected("SAME_CITY", "origin and destination are one city")
    days = days_ahead(ctx, day, OFFSET_MIN, MAX_DAYS)
    changed = _changed(ctx, day) or (through and _changed(ctx, day - timedelta(1)))
    if not changed and not ctx.touched(EXTRA_TRAINS):
        found = ctx.base.recall(
            "fliggy.train_searches",
            (city_a, city_b, days, asked),
            lambda: choose((run, run.seats) for run in _running(ctx, city_a, city_b, day, days, through=through)),
            most=_SEARCHES,
        )
        # What leaves the day after tomorrow is on sale whatever the hour is.
        return found if days > 1 else tuple(hit for hit in found if hit[0].closes > ctx.now)
    running = _running(ctx, city_a, city_b, day, days, through=through)
    return choose((run, seats(ctx, run) if changed else run.seats) for run in running if run.closes > ctx.now)


def _changed(ctx: Ctx, day: date) -> bool:
    # Whether any seat or fare of the day's trains differs from the derived one.
    return bool(ctx.find(STOCK, "group", group(day)) or ctx.find(PRICES, "group", group(day)))


def _running(ctx: Ctx, city_a: str, city_b: str, day: date, days: int, *, through: bool) -> list[Run]:
    base = ctx.base
    found = base.recall(
        "fliggy.runs",
        (city_a, city_b, day, days),
        lambda: tuple(_run(base, train, day, days) for train in network(base).trains(city_a, city_b)),
        most=_SEARCHES,
    )
    extra = [
        _run(base, row.train, day, days)
        for row in ctx.find(EXTRA_TRAINS, "route", f"{city_a}>{city_b}:{day.isoformat()}")
    ]
    replaced = {row.id for row in ctx.find(EXTRA_TRAINS, "day", day.isoformat())}
    daily = [run for run in found if run.id not in replaced] if replaced else list(found)
    if through:
        daily += _passing(ctx, city_a, city_b, day, days)
    return [*daily, *extra]


def _passing(ctx: Ctx, city_a: str, city_b: str, day: date, days: int) -> list[Run]:
    """Sections of trains that leave the first city on the day; such a train may have set out the day before."""
    base = ctx.base

    def build() -> tuple[Run, ...]:
        made = []
        for train in sections.passing(base, city_a, city_b):
            for back in (0, 1):
                run = _run(base, train, day - timedelta(back), max(0, days - back))
                section = _section(run, city_a, city_b)
                if section is not None and clock.local(section.depart, OFFSET_MIN).date() == day:
                    made.append(section)
        return tuple(made)

    made = base.recall("fliggy.sections", (city_a, city_b, day, days), build, most=_SEARCHES)
    return [run for run in made if ctx.get(EXTRA_TRAINS, run.stock_id) is None]


def scheduled(ctx: Ctx, train_id: str) -> Run:
    """A train on a day by its id.

    Raises:
        Rejected: ``TRAIN_NOT_EXIST``.
    """
    whole_id, _, ends_of = train_id.partition(_SECTION)
    no, _, digits = whole_id.partition("-")
    extra = ctx.get(EXTRA_TRAINS, whole_id)
    train = extra.train if extra is not None else network(ctx.base).train(no.upper())
    try:
        day = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        day = date.min
    if train is None or not 2000 <= day.year <= 2100:
        raise Rejected("TRAIN_NOT_EXIST", f"there is no train {train_id[:40]}", hint="search for trains first")
    days = (day - clock.local(ctx.now, OFFSET_MIN).date()).days
    run = _run(ctx.base, train, day, max(0, days))
    if not ends_of:
        return run
    city_a, _, city_b = ends_of.partition(_TO)
    section = _section(run, city_a, city_b)
    if section is None or section.id != f"{run.id}{_SECTION}{ends_of}":
        raise Rejected("TRAIN_NOT_EXIST", f"{run.train.no} does not go {ends_of[:60]}", hint="see fliggy_train_detail")
    return section


def seats(ctx: Ctx, run: Run) -> list[tuple[str, int, int]]:
    """(class, fare in fen, seats left) for each class, as things are now."""
    found = []
    for seat_class, derived, size in run.seats:
        key = f"{run.stock_id}:{seat_class}"
        fare = _fare(ctx.get(PRICES, key), run, derived)
        found.append((seat_class, fare, stock.left(ctx.get(STOCK, key), size)))
    return found


def check_sale(ctx: Ctx, run: Run, seat_class: str) -> None:
    """Refuse what is not on sale.

    Raises:
        Unavailable: ``BOOKING_CLOSED``, ``OUTSIDE_SALE_HOURS`` (with the seconds until they begin).
        Rejected: ``NO_SUCH_CLASS``, ``NOT_ON_SALE``.
    """
    if seat_class not in CLASSES[run.train.type]:
        raise Rejected(
            "NO_SUCH_CLASS",
            f"train {run.train.no} has no {seat_class} class",
            hint=f"one of {', '.join(CLASSES[run.train.type])}",
        )
    if run.closes <= ctx.now:
        raise Unavailable("BOOKING_CLOSED", f"sale of {run.id} closed at {ctx.iso(run.closes)}")
    local = clock.local(ctx.now, OFFSET_MIN)
    if (run.day - local.date()).days > MAX_DAYS:
        raise Rejected("NOT_ON_SALE", f"trains are sold {MAX_DAYS} days ahead at most")
    opens, shuts = SALE_HOURS
    if shuts <= local.hour < opens:
        wait = (opens - local.hour) * 3600 - local.minute * 60 - local.second
        raise Unavailable("OUTSIDE_SALE_HOURS", "trains are sold from 5:00 to 1:00", retry_after=wait)


def offer(ctx: Ctx, run: Run, seat_class: str, count: int) -> Offer:
    """A class of a train as something to order for ``count`` travellers."""
    train = run.train
    a, b = places().station(train.a), places().station(train.b)
    derived, size = next((fare, left) for name, fare, left in run.seats if name == seat_class)
    key = f"{run.stock_id}:{seat_class}"
    fare = _fare(ctx.get(PRICES, key), run, derived)
    local = clock.local(run.depart, OFFSET_MIN)
    name = CLASSES[train.type][seat_class].name
    return Offer(
        product_id=run.id,
        unit=seat_class,
        title=f"{train.no} {a.name.zh}–{b.name.zh} {local:%m-%d %H:%M} {name}",
        payee="china-railway",
        payee_name="中国铁路",
        starts_at=run.depart,
        ends_at=run.arrive,
        offset_start=OFFSET_MIN,
        offset_end=OFFSET_MIN,
        from_place=a.code,
        to_place=b.code,
        location=f"{a.lon:.4f},{a.lat:.4f}",
        fare_fen=fare * count,
        tax_fen=0,
        rule="rail",
        first_night_fen=0,
        free_until=None,
        stock=((key, group(run.day), size, count),),
    )
