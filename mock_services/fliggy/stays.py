"""Hotel nights: rates, allotments and cancellation rules, derived per hotel, plan and night."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from mock_services import clock
from mock_services.clock import Instant
from mock_services.errors import Rejected, Unavailable
from mock_services.fliggy import seasons, stock
from mock_services.fliggy.flights import days_ahead
from mock_services.fliggy.rows import HOTELS, PRICES, STOCK, Hotel, Offer, PriceRule, Room, Stock
from mock_services.geo import Place, fold, places

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.context import Ctx

MAX_DAYS: Final = 330
MAX_NIGHTS: Final = 28
CHECK_IN: Final = time(14, 0)
CHECK_OUT: Final = time(12, 0)
LAST_BOOKING: Final = time(23, 0)
FREE_UNTIL: Final = time(18, 0)


class Plan(msgspec.Struct, frozen=True):
    """What a rate plan's code means: breakfast, cancellation rule, and its price in per cent of the flexible rate."""

    breakfast: bool
    policy: str
    pct: int


PLANS: Final[dict[str, Plan]] = {
    "NR": Plan(False, "non_refundable", 90),
    "FX": Plan(False, "free_cancel", 100),
    "BN": Plan(True, "non_refundable", 90),
    "BF": Plan(True, "free_cancel", 100),
    "B1": Plan(True, "first_night", 95),
}
"""The plans that hotels choose from; breakfast adds the hotel's price for two on top."""


class Rate(msgspec.Struct, frozen=True):
    """A plan of a room for some nights, as it stands now. ``nightly`` is per room.

    ``free_until`` is until when it can be cancelled free of charge: 18:00 the day before, at the hotel.
    """

    hotel: Hotel
    room: Room
    code: str
    check_in: date
    check_out: date
    nightly: tuple[int, ...]
    left: int
    free_until: Instant | None

    @property
    def id(self) -> str:
        """``H-hangzhou-003.DBL.BF``."""
        return f"{self.hotel.id}.{self.room.code}.{self.code}"

    @property
    def total(self) -> int:
        """The whole stay of one room."""
        return sum(self.nightly)

    @property
    def plan(self) -> Plan:
        """What the code means."""
        return PLANS[self.code]


def group(hotel_id: str) -> str:
    """The group of a hotel in the tables of changes."""
    return f"H{hotel_id}"


def night_key(hotel_id: str, room: str, night: date) -> str:
    """The stock id of a room type's night."""
    return f"{hotel_id}.{room}:{night.isoformat()}"


def hotel(ctx: Ctx, hotel_id: str) -> Hotel:
    """A hotel by its id.

    Raises:
        Rejected: ``HOTEL_NOT_EXIST``.
    """
    found = ctx.get(HOTELS, hotel_id)
    if found is None:
        raise Rejected("HOTEL_NOT_EXIST", f"there is no hotel {hotel_id[:40]}", hint="search for hotels first")
    return found


def nights(ctx: Ctx, city_id: str, check_in: date, check_out: date) -> list[date]:
    """The nights of a stay.

    Raises:
        Rejected: ``DATE_OUT_OF_RANGE``.
    """
    city = places().city(city_id)
    days_ahead(ctx, check_in, city.utc_offset_min, MAX_DAYS)
    count = (check_out - check_in).days
    if not 1 <= count <= MAX_NIGHTS:
        raise Rejected("DATE_OUT_OF_RANGE", f"a stay is 1 to {MAX_NIGHTS} nights")
    return [check_in + timedelta(i) for i in range(count)]


def base_night(base: Base, found: Hotel, room: Room, night: date) -> tuple[int, int]:
    """The derived price of a flexible night without breakfast in fen, and how many rooms are left of it."""

    def build() -> tuple[int, int]:
        country = places().city(found.city).country
        key = night_key(found.id, room.code, night)
        pct = seasons.night_pct(night, country) * base.draws.between(95, 106, "night", key) // 100
        fen = room.base_fen * pct // 100 // 100 * 100
        sold_pct = base.draws.between(10, 88, "allotment", key) * min(pct, 112) // 100
        return fen, max(0, room.rooms * (100 - sold_pct) // 100)

    return base.recall("fliggy.nights", (found.id, room, night), build)


def rates(ctx: Ctx, found: Hotel, stay: list[date]) -> tuple[Rate, ...]:
    """Every plan of a hotel for a stay as it stands now, sold-out ones with nothing left."""
    derived = base_rates(ctx.base, found, stay)
    rules: dict[object, PriceRule] = {row.id: row for row in ctx.find(PRICES, "group", group(found.id))}
    taken: dict[object, Stock] = {row.id: row for row in ctx.find(STOCK, "group", group(found.id))}
    if not rules and not taken:
        return derived
    return tuple(_current(ctx.base, made, stay, rules, taken) for made in derived)


def changed(ctx: Ctx) -> frozenset[str]:
    """The hotels of whose prices or rooms anything differs from the derived ones."""
    rows = (*ctx.changes(PRICES).values(), *ctx.changes(STOCK).values())
    return frozenset(row.group[1:] for row in rows if row is not None and row.group.startswith("H"))


def free_until(city_id: str, check_in: date) -> Instant:
    """Until when a cancellation that is free before the day of arrival is free."""
    return clock.instant(check_in - timedelta(1), FREE_UNTIL, places().city(city_id).utc_offset_min)


def base_rates(base: Base, found: Hotel, stay: list[date]) -> tuple[Rate, ...]:
    """Every plan of a hotel for a stay as the base has it."""
    return base.recall("fliggy.rates", (found, stay[0], len(stay)), lambda: _derived_rates(base, found, stay))


def _derived_rates(base: Base, found: Hotel, stay: list[date]) -> tuple[Rate, ...]:
    made = []
    for room in found.rooms:
        nights_of = [base_night(base, found, room, night) for night in stay]
        for code in found.plans:
            plan = PLANS[code]
            extra = found.breakfast_fen if plan.breakfast else 0
            made.append(
                Rate(
                    hotel=found,
                    room=room,
                    code=code,
                    check_in=stay[0],
                    check_out=stay[-1] + timedelta(1),
                    nightly=tuple((fen + extra) * plan.pct // 100 // 100 * 100 for fen, _ in nights_of),
                    left=min(size for _, size in nights_of),
                    free_until=deadline(found, code, stay[0]),
                )
            )
    return tuple(made)


def _current(
    base: Base, made: Rate, stay: list[date], rules: dict[object, PriceRule], taken: dict[object, Stock]
) -> Rate:
    found, room = made.hotel, made.room
    nightly = list(made.nightly)
    left = []
    for i, night in enumerate(stay):
        for key in (found.id, f"{found.id}:{night.isoformat()}", made.id):
            nightly[i] = stock.priced(rules.get(key), nightly[i])
        size = base_night(base, found, room, night)[1]
        left.append(stock.left(taken.get(night_key(found.id, room.code, night)), size))
    return msgspec.structs.replace(made, nightly=tuple(nightly), left=min(left))


def rate(ctx: Ctx, plan_id: str, check_in: date, check_out: date) -> Rate:
    """A plan by its id for a stay.

    Raises:
        Rejected: ``PLAN_NOT_EXIST``, ``DATE_OUT_OF_RANGE``.
    """
    found = ctx.get(HOTELS, plan_id.partition(".")[0])
    if found is not None:
        for made in rates(ctx, found, nights(ctx, found.city, check_in, check_out)):
            if made.id == plan_id:
                return made
    raise Rejected("PLAN_NOT_EXIST", f"there is no rate plan {plan_id[:60]}", hint="see fliggy_hotel_detail")


def starts_at(made: Rate) -> Instant:
    """Check-in."""
    return clock.instant(made.check_in, CHECK_IN, places().city(made.hotel.city).utc_offset_min)


def policy_text(made: Rate) -> str:
    """The cancellation rule in a sentence."""
    if made.plan.policy == "non_refundable":
        return "non-refundable: no money back after payment"
    if made.plan.policy == "first_night":
        return "a cancellation costs the first night"
    return f"free until {made.check_in - timedelta(1)} 18:00 at the hotel, after that the first night is charged"


def check_sale(ctx: Ctx, made: Rate) -> None:
    """Refuse a stay that starts today when the desk takes no more bookings.

    Raises:
        Unavailable: ``BOOKING_CLOSED``.
    """
    offset = places().city(made.hotel.city).utc_offset_min
    if ctx.now >= clock.instant(made.check_in, LAST_BOOKING, offset):
        raise Unavailable("BOOKING_CLOSED", f"{made.hotel.name} takes bookings for tonight until 23:00")


def plan_of(found: Hotel, plan_id: str) -> tuple[Room, str]:
    """The room type and the plan's code of a rate plan that a hotel has."""
    _, room_code, code = plan_id.rsplit(".", 2)
    return next(room for room in found.rooms if room.code == room_code), code


def ends(found: Hotel, check_in: date, check_out: date) -> tuple[Instant, Instant]:
    """When a stay begins and when it ends."""
    offset = places().city(found.city).utc_offset_min
    return clock.instant(check_in, CHECK_IN, offset), clock.instant(check_out, CHECK_OUT, offset)


def deadline(found: Hotel, code: str, check_in: date) -> Instant | None:
    """Until when a plan can be cancelled free of charge; None if never."""
    return free_until(found.city, check_in) if PLANS[code].policy == "free_cancel" else None


def title(found: Hotel, room: Room, check_in: date, check_out: date, rooms: int) -> str:
    """What an order for a stay is called."""
    return f"{found.name} {room.name} {check_in:%m-%d}–{check_out:%m-%d} ×{rooms}"


def held(ctx: Ctx, found: Hotel, room: Room, stay: list[date], rooms: int) -> tuple[tuple[str, str, int, int], ...]:
    """What some nights take of the hotel's stock."""
    sizes = [base_night(ctx.base, found, room, night)[1] for night in stay]
    return tuple(
        (night_key(found.id, room.code, night), group(found.id), size, rooms)
        for night, size in zip(stay, sizes, strict=True)
    )


def offer(ctx: Ctx, made: Rate, rooms: int) -> Offer:
    """A rate as something to order."""
    found, offset = made.hotel, places().city(made.hotel.city).utc_offset_min
    starts_at, ends_at = ends(found, made.check_in, made.check_out)
    stay = [made.check_in + timedelta(i) for i in range(len(made.nightly))]
    return Offer(
        product_id=found.id,
        unit=made.id,
        title=title(found, made.room, made.check_in, made.check_out, rooms),
        payee=f"hotel-{found.id}",
        payee_name=found.name,
        starts_at=starts_at,
        ends_at=ends_at,
        offset_start=offset,
        offset_end=offset,
        from_place=found.city,
        to_place=found.address,
        location=f"{found.lon:.4f},{found.lat:.4f}",
        fare_fen=made.total * rooms,
        tax_fen=0,
        rule=made.plan.policy,
        first_night_fen=made.nightly[0] * rooms,
        free_until=made.free_until,
        stock=held(ctx, found, made.room, stay, rooms),
    )


_STATION_WORDS: Final = frozenset(
    map(fold, ("station", "train station", "railway station", "stasiun", "stasiun kereta", "车站", "火车站", "高铁站"))
)
_AIRPORT_WORDS: Final = frozenset(map(fold, ("airport", "bandara", "机场")))
_CENTRE_WORDS: Final = frozenset(map(fold, ("centre", "center", "city centre", "downtown", "pusat kota", "市中心")))


def districts_named(city_id: str, text: str) -> frozenset[str]:
    """What hotels call the district of a city that a person names, with or without 区 or District.

    Raises:
        Rejected: ``UNKNOWN_PLACE``.
    """
    wanted = {fold(said) for said in (text, f"{text}区", f"{text} District")}
    for district in places().districts_of(city_id):
        if any(fold(name) in wanted for name in district.name.every()):
            return frozenset(district.name.every())
    known = ", ".join(district.name.en for district in places().districts_of(city_id))
    raise Rejected("UNKNOWN_PLACE", f"there is no district {text[:40]}", hint=f"one of {known}")


def place_in(city_id: str, text: str) -> Place:
    """What a person calls a place of a city: by its name, as "the station", or by a part of its name.

    Raises:
        Rejected: ``UNKNOWN_PLACE``.
    """
    geo = places()
    for place in geo.named(text):
        if getattr(place, "city", "") == city_id:
            return place
    wanted = fold(text)
    for words, ours in (
        (_STATION_WORDS, geo.stations_of(city_id)),
        (_AIRPORT_WORDS, geo.airports_of(city_id)),
        (_CENTRE_WORDS, (geo.city(city_id),)),
    ):
        if wanted in words and ours:
            return ours[0]
    local: tuple[Place, ...] = (
        *geo.pois_of(city_id),
        *geo.stations_of(city_id),
        *geo.airports_of(city_id),
        *geo.districts_of(city_id),
    )
    best: tuple[int, Place] | None = None
    for place in local:
        for name in (*place.name.every(), *getattr(place, "aliases", ())):
            have = fold(name)
            if len(have) >= 2 and (wanted in have or have in wanted):
                gap = abs(len(have) - len(wanted))
                if best is None or gap < best[0]:
                    best = gap, place
    if best is None or not wanted:
        raise Rejected(
            "UNKNOWN_PLACE",
            f"no place {text[:40]} is known in {geo.city(city_id).name.en}",
            hint='give location "lon,lat" instead (a map finds it), or leave near out',
        )
    return best[1]
