"""Whether trips, stays, rides and tickets are what was wanted."""

from __future__ import annotations

from mock_services.clock import HOUR, MINUTE, Instant, instant, local
from mock_services.geo import distance_m, drive
from mock_services.money import format_yuan
from scenarios.grading.case import Case, at
from scenarios.grading.forms import Admission, Effect, RideEffect, Stay, Trip
from scenarios.grading.hits import Hit, Miss
from scenarios.naming import ends, location, says_any
from scenarios.wants import HotelWant, LeaveFrom, Reach, RideWant, TicketsWant, TripWant, parse_when

SEATS = {
    "二等座": "second",
    "一等座": "first",
    "商务座": "business",
    "经济舱": "economy",
    "商务舱": "business",
    "ekonomi": "economy",
    "bisnis": "business",
}
"""Classes as people write them."""

MEETS = HOUR
"""How long after an arrival a car that meets it may come."""


# --- trips ---------------------------------------------------------------------------------------------------


def match_trip(case: Case, kind: str, want: TripWant) -> list[Hit]:
    """Every live trip of the episode."""
    trips = [trip for trip in case.new(kind) if isinstance(trip, Trip) and trip.live]
    return [Hit((trip,), trip_problems(case, want, trip)) for trip in trips]


def trip_problems(case: Case, want: TripWant, trip: Trip) -> tuple[Miss, ...]:
    """What is wrong with a trip."""
    found = timetable_problems(want, trip)
    if trip.disrupted:
        found.append(Miss("state", "was cancelled by the carrier"))
    if want.cabin and trip.cabin != SEATS.get(want.cabin, want.cabin):
        found.append(Miss("cabin", f"{trip.cabin} class"))
    if want.seat and trip.seat != want.seat:
        found.append(Miss("seat", trip.seat or "none was asked for"))
    if trip.pax != want.pax:
        found.append(Miss("pax", f"for {trip.pax} instead of {want.pax}"))
    missing = [name for name in want.who if name not in trip.who]
    if missing:
        found.append(Miss("who", f"without {', '.join(missing)}"))
    if want.price_at_most is not None and trip.total_fen > want.price_at_most:
        found.append(Miss("price_at_most", f"{format_yuan(trip.total_fen)} is above {format_yuan(want.price_at_most)}"))
    if want.choice and not found:
        from scenarios.grading.choices import better_trip

        found += better_trip(case, want, trip)
    return tuple(found)


def timetable_problems(want: TripWant, trip: Trip) -> list[Miss]:
    """What is wrong with a trip's places and times."""
    found = []
    for name, text, city, code in (
        ("from", want.from_, trip.cities[0], trip.ends[0]),
        ("to", want.to, trip.cities[1], trip.ends[1]),
    ):
        wanted_city, codes = ends(text)
        if not (wanted_city == city if wanted_city else code in codes):
            found.append(Miss(name, f"it is {code}"))
    depart = local(trip.depart, trip.offsets[0])
    if depart.date() != want.date:
        found.append(Miss("date", f"on {depart:%m-%d}"))
    if want.max_stops is not None and trip.stops > want.max_stops:
        found.append(Miss("max_stops", f"{trip.stops} stops"))
    for field, limit, offset, moment, sign in (
        ("depart", want.depart, trip.offsets[0], trip.depart, 0),
        ("depart_after", want.depart_after, trip.offsets[0], trip.depart, 1),
        ("depart_before", want.depart_before, trip.offsets[0], trip.depart, -1),
        ("arrive_by", want.arrive_by, trip.offsets[1], trip.arrive, -1),
    ):
        if limit is None:
            continue
        wanted = _on(limit, want, offset)
        if (sign == 0 and moment != wanted) or (moment - wanted) * sign < 0:
            found.append(Miss(field, f"it is {local(moment, offset):%m-%d %H:%M}"))
    if want.reach is not None and reaches(want.reach, trip) > _on(want.reach.by, want, trip.offsets[1]):
        found.append(Miss("reach", f"does not reach {want.reach.place} by {want.reach.by}"))
    if want.leave is not None and trip.depart < ready(want, want.leave, trip):
        found.append(Miss("leave", f"leaves too soon after {want.leave.at} at {want.leave.place}"))
    return found


def _on(text: str, want: TripWant, offset: int) -> Instant:
    day, moment = parse_when(text)
    return instant(day or want.date, moment, offset)


def reaches(reach: Reach, trip: Trip) -> Instant:
    """When somebody on a trip is at a place: arrival, the way out of the station, the drive."""
    place = location(reach.place, trip.cities[1])
    if place is None:
        return trip.arrive + 24 * HOUR
    out = trip.arrive + reach.margin_min * MINUTE
    return out + drive(*trip.spots[1], *place, local(out, trip.offsets[1]).hour).minutes * MINUTE


def ready(want: TripWant, leave: LeaveFrom, trip: Trip) -> Instant:
    """The earliest departure that somebody can board who is free at a place from a moment."""
    place = location(leave.place, trip.cities[0])
    free = _on(leave.at, want, trip.offsets[0])
    if place is None:
        return free
    way = drive(*place, *trip.spots[0], local(free, trip.offsets[0]).hour).minutes
    return free + (way + leave.margin_min) * MINUTE


# --- stays ---------------------------------------------------------------------------------------------------


def match_hotel(case: Case, want: HotelWant) -> list[Hit]:
    """Every live stay of the episode."""
    stays = [stay for stay in case.new("hotel") if isinstance(stay, Stay) and stay.live]
    return [Hit((stay,), stay_problems(case, want, stay)) for stay in stays]


def stay_problems(case: Case, want: HotelWant, stay: Stay) -> tuple[Miss, ...]:
    """What is wrong with a stay."""
    found = []
    if ends(want.city)[0] != stay.city:
        found.append(Miss("city", f"in {stay.city}"))
    if want.near:
        place = location(want.near, stay.city)
        away = distance_m(*stay.spot, *place) if place is not None else want.within_m + 1
        if away > want.within_m:
            found.append(Miss("near", f"{away} m from {want.near}"))
    if stay.check_in != want.check_in.isoformat():
        found.append(Miss("check_in", f"from {stay.check_in}"))
    if stay.nights != want.nights:
        found.append(Miss("nights", f"{stay.nights} nights"))
    if stay.rooms != want.rooms:
        found.append(Miss("rooms", f"{stay.rooms} rooms"))
    if want.room and not says_any(stay.room, want.room):
        found.append(Miss("room", "another kind of room"))
    if want.breakfast is not None and stay.breakfast != want.breakfast:
        found.append(Miss("breakfast", "without breakfast" if want.breakfast else "with breakfast"))
    if want.free_cancel and not stay.free_cancel:
        found.append(Miss("free_cancel", "cannot be cancelled free of charge"))
    if want.per_night_at_most is not None and max(stay.nightly) > want.per_night_at_most:
        found.append(Miss("per_night_at_most", f"{format_yuan(max(stay.nightly))} a night"))
    if want.total_at_most is not None and stay.total_fen > want.total_at_most:
        found.append(Miss("total_at_most", f"{format_yuan(stay.total_fen)} is above {format_yuan(want.total_at_most)}"))
    if want.not_hotels and says_any(stay.text, want.not_hotels):
        found.append(Miss("not_hotels", "a hotel that was ruled out"))
    if want.choice and not found:
        from scenarios.grading.choices import better_stay

        found += better_stay(case, want, stay)
    return tuple(found)


# --- tickets -------------------------------------------------------------------------------------------------


def match_tickets(case: Case, want: TicketsWant) -> list[Hit]:
    """Every live admission of the episode."""
    found = [it for it in case.new("tickets") if isinstance(it, Admission) and it.live]
    return [Hit((it,), _ticket_problems(case, want, it)) for it in found]


def _ticket_problems(case: Case, want: TicketsWant, it: Admission) -> tuple[Miss, ...]:
    found = []
    if want.place and not says_any(it.text, want.place):
        found.append(Miss("place", "for another place"))
    if want.city and ends(want.city)[0] != it.city:
        found.append(Miss("city", f"in {it.city}"))
    if it.day != want.date.isoformat():
        found.append(Miss("date", f"for {it.day}"))
    if want.after is not None and it.starts < at(case, want.after, want.date):
        found.append(Miss("after", f"begins before {want.after}"))
    if want.before is not None and it.starts > at(case, want.before, want.date):
        found.append(Miss("before", f"begins after {want.before}"))
    if (it.adults, it.children) != (want.adults, want.children):
        found.append(Miss("adults", f"{it.adults} adults and {it.children} children"))
    if want.indoor is not None and it.indoor != want.indoor:
        found.append(Miss("indoor", "outdoors" if want.indoor else "indoors"))
    if want.queue_at_most is not None and it.queue > want.queue_at_most:
        found.append(Miss("queue_at_most", "with a queue"))
    if want.total_at_most is not None and it.total_fen > want.total_at_most:
        found.append(Miss("total_at_most", f"{format_yuan(it.total_fen)} is above {format_yuan(want.total_at_most)}"))
    return tuple(found)


# --- rides ---------------------------------------------------------------------------------------------------


def match_ride(case: Case, want: RideWant, chosen: list[Effect]) -> list[Hit]:
    """Every live ride of the episode; ``chosen`` are the effects that other wants of the goal took."""
    rides = [ride for ride in case.new("ride") if isinstance(ride, RideEffect) and ride.live]
    return [Hit((ride,), _ride_problems(case, want, ride, chosen)) for ride in rides]


def spot(case: Case, text: str, chosen: list[Effect]) -> tuple[float, float] | None:
    """A ride's end: a label, a place, ``lon,lat``, or an end of an effect of this errand."""
    if text.startswith("@"):
        kind, _, end = text[1:].partition(".")
        pool = [effect for effect in chosen if effect.kind == kind] or case.new(kind) or _old(case, kind)
        for effect in pool:
            if isinstance(effect, Stay):
                return effect.spot
            if isinstance(effect, Trip):
                return effect.spots[0 if end == "from" else 1]
        return None
    if text == "here":
        return case.here()
    from mock_services.geo import fold
    from mock_services.people import ADDRESSES

    for row in case.world.state.find(ADDRESSES, "owner", case.world.person_id):
        if fold(row.label) == fold(text):
            return row.lon, row.lat
    return location(text, case.scenario.city)


def _old(case: Case, kind: str) -> list[Effect]:
    return [effect for effect in case.after.values() if effect.kind == kind and effect.live]


def _trips(case: Case, chosen: list[Effect]) -> list[Trip]:
    pool = chosen or [effect for kind in ("train", "flight") for effect in (*case.new(kind), *_old(case, kind))]
    return [effect for effect in pool if isinstance(effect, Trip)]


def _ride_problems(case: Case, want: RideWant, ride: RideEffect, chosen: list[Effect]) -> tuple[Miss, ...]:
    found = []
    for name, text, point in (("from", want.from_, ride.origin), ("to", want.to, ride.destination)):
        wanted = spot(case, text, chosen) if text else point
        if wanted is None or distance_m(*wanted, *point) > want.within_m:
            found.append(Miss(name, f"{name} another place than {text}"))
    pickup = local(ride.pickup, ride.offset)
    if want.date is not None and pickup.date() != want.date:
        found.append(Miss("date", f"on {pickup:%m-%d}"))
    if want.at is not None:
        wished = at(case, want.at, want.date)
        if not wished - want.tolerance_min * MINUTE <= ride.pickup <= wished + want.tolerance_min * MINUTE:
            found.append(Miss("at", f"at {pickup:%H:%M}"))
    if want.by is not None and ride.arrive > at(case, want.by, want.date):
        found.append(Miss("by", f"arrives {local(ride.arrive, ride.offset):%H:%M}"))
    trips = _trips(case, chosen)
    if want.in_time:
        leaving = [trip.depart for trip in trips if distance_m(*trip.spots[0], *ride.destination) <= want.within_m]
        if not any(ride.arrive + want.margin_min * MINUTE <= depart <= ride.arrive + 5 * HOUR for depart in leaving):
            found.append(Miss("in_time", "not in time for the departure"))
    if want.meets:
        coming = [trip.arrive for trip in trips if distance_m(*trip.spots[1], *ride.origin) <= want.within_m]
        if not any(arrive <= ride.pickup <= arrive + MEETS for arrive in coming):
            found.append(Miss("meets", "does not meet the arrival"))
    if want.accessible and ride.car != "accessible":
        found.append(Miss("accessible", "not accessible"))
    if want.price_at_most is not None and ride.total_fen > want.price_at_most:
        found.append(Miss("price_at_most", f"{format_yuan(ride.total_fen)} is above {format_yuan(want.price_at_most)}"))
    return tuple(found)
