"""What a person notices when they read an offer: that the thing, the number, the day or the price is wrong.

They read the order behind the trade as the cashier shows it, and compare it with what they said and what they would
take instead. They do not compute: what cannot be seen on the order (whether something cheaper exists, whether a car
would be in time) they do not notice.
"""

from __future__ import annotations

from typing import Any

from mock_services.clock import local
from mock_services.geo import fold
from mock_services.payables import Payable
from mock_services.people import ADDRESSES, CONTACTS
from mock_services.world import World
from scenarios.grading.effects import effect_of
from scenarios.grading.forms import Admission, Effect, Goods, Stay, Trip
from scenarios.grading.goods import fits, portions, with_options
from scenarios.grading.travel import SEATS, timetable_problems
from scenarios.model import Scenario
from scenarios.naming import ends, says_any
from scenarios.wants import HotelWant, OrderWant, TicketsWant, TripWant, Want, atoms, when

_SEEN = frozenset({"from", "to", "date", "depart", "depart_after", "depart_before", "arrive_by"})


ORDERED = ("flash_order", "taobao_order", "flight", "train", "hotel", "tickets")
"""Wants for something that is ordered."""


def objection(world: World, scenario: Scenario, payable: Payable) -> str:
    """What is wrong with the order that a trade pays, as the name of a want's field; empty if nothing can be seen.

    Of several wants that it might be for, the one that it misses least counts.
    """
    effect = effect_of(world, payable.service, payable.ref)
    if effect is None:
        return ""
    goals = (scenario.goal, *(other.goal for other in scenario.accepts))
    wants = [want for goal in goals for want in atoms(goal)]
    if effect.created_at < scenario.start:
        # What a change costs is asked for under the old order, which says nothing about the new one.
        return ""
    seen = [_seen(world, scenario, want, effect) for want in wants if want.kind == effect.kind]
    moved = [want.rebooked.trip for want in wants if want.rebooked is not None and want.rebooked.trip is not None]
    seen += [_trip(trip, effect) for trip in moved if isinstance(effect, Trip)]
    if not seen:
        # Somebody who wants things of other kinds sees that it is none of them; somebody who named none does not.
        return "items" if any(want.kind in (*ORDERED, "rebooked") for want in wants) else ""
    best = min(seen, key=len)
    return best[0] if best else ""


def _seen(world: World, scenario: Scenario, want: Want, effect: Effect) -> list[str]:
    value: Any = want.value
    match effect:
        case Goods():
            return _goods(world, scenario, value, effect)
        case Trip():
            return _trip(value, effect)
        case Stay():
            return _stay(value, effect)
        case Admission():
            return _admission(world, value, effect)
        case _:
            return []


def _goods(world: World, scenario: Scenario, want: OrderWant, order: Goods) -> list[str]:
    found = []
    lines = order.lines
    if not all(any(fits(item, line) for item in want.items) for line in lines):
        found.append("items")
    elif not all(
        any(fits(item, line) and with_options(options, line) for item in want.items for _, options in portions(item))
        for line in lines
    ):
        found.append("options")
    # One of several orders may hold a part of it, none may hold more.
    if want.serves is None and sum(line.quantity for line in lines) > sum(item.qty for item in want.items):
        found.append("qty")
    limit = want.total_at_most if want.about is None else want.about * 115 // 100
    if limit is not None and order.total_fen > limit:
        found.append("price")
    if want.date is not None and order.due and local(order.due, scenario.offset_min).date() != want.date:
        found.append("date")
    if want.to.startswith("contact:"):
        name = want.to.removeprefix("contact:")
        others = world.state.find(CONTACTS, "owner", world.person_id)
        homes = {one.address_id for one in others if name in (one.name, one.nickname) and one.address_id}
        return found if not homes or order.address_id in homes else [*found, "to"]
    address = world.state.get(ADDRESSES, order.address_id)
    labels = {fold(label) for label in scenario.person.addresses}
    if address is not None and fold(want.to) in labels and fold(address.label) in labels - {fold(want.to)}:
        found.append("to")
    return found


def _trip(want: TripWant, trip: Trip) -> list[str]:
    found = [miss.field for miss in timetable_problems(want, trip) if miss.field in _SEEN]
    if want.cabin and trip.cabin != SEATS.get(want.cabin, want.cabin):
        found.append("cabin")
    if trip.pax != want.pax:
        found.append("qty")
    if want.price_at_most is not None and trip.total_fen > want.price_at_most:
        found.append("price")
    return found


def _stay(want: HotelWant, stay: Stay) -> list[str]:
    found = []
    if ends(want.city)[0] != stay.city:
        found.append("to")
    if stay.check_in != want.check_in.isoformat() or stay.nights != want.nights:
        found.append("date")
    if stay.rooms != want.rooms:
        found.append("qty")
    if want.breakfast and not stay.breakfast:
        found.append("options")
    if (want.total_at_most is not None and stay.total_fen > want.total_at_most) or (
        want.per_night_at_most is not None and max(stay.nightly, default=0) > want.per_night_at_most
    ):
        found.append("price")
    return found


def _too_early_or_late(world: World, want: TicketsWant, ticket: Admission) -> bool:
    early = want.after is not None and ticket.starts < when(want.after, want.date, world.offset_min)
    return early or (want.before is not None and ticket.starts > when(want.before, want.date, world.offset_min))


def _admission(world: World, want: TicketsWant, ticket: Admission) -> list[str]:
    found = []
    if (want.place and not says_any(ticket.text, want.place)) or (want.city and ends(want.city)[0] != ticket.city):
        found.append("to")
    if ticket.day != want.date.isoformat():
        found.append("date")
    elif _too_early_or_late(world, want, ticket):
        found.append("time")
    if (ticket.adults, ticket.children) != (want.adults, want.children):
        found.append("qty")
    if want.total_at_most is not None and ticket.total_fen > want.total_at_most:
        found.append("price")
    return found
