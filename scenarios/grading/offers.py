"""What the tools offer, in the forms of :mod:`scenarios.grading.forms`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_services.clock import parse_iso
from mock_services.geo import places
from mock_services.money import parse_yuan
from scenarios.grading.forms import Trip
from scenarios.grading.travel import SEATS, timetable_problems
from scenarios.naming import terminal
from scenarios.wants import TripWant

MOST = 50
"""How many entries a search shows at most."""


def flight_search(want: TripWant) -> dict[str, Any]:
    """The arguments of the flight search for a want."""
    return {
        "from_city": want.from_,
        "to_city": want.to,
        "date": want.date.isoformat(),
        "max_stops": min(1, want.max_stops if want.max_stops is not None else 1),
        "cabin": SEATS.get(want.cabin, want.cabin) or "economy",
        "passengers": want.pax,
        "limit": MOST,
    }


def train_search(want: TripWant) -> dict[str, Any]:
    """The arguments of the train search for a want."""
    return {
        "from_city": want.from_,
        "to_city": want.to,
        "date": want.date.isoformat(),
        "passengers": want.pax,
        "limit": MOST,
    }


def flights(shown: dict[str, Any], want: TripWant) -> Iterator[tuple[dict[str, Any], Trip]]:
    """The flights of a search that keep a want's places and times; the trip's total is for all travellers."""
    for offer in shown["flights"]:
        codes = (offer["segments"][0]["from_airport"], offer["segments"][-1]["to_airport"])
        trip = _trip(want, "flight", offer, codes, offer["stops"], offer["cabin"], offer["price"])
        if not timetable_problems(want, trip):
            yield offer, trip


def trains(shown: dict[str, Any], want: TripWant) -> Iterator[tuple[dict[str, Any], dict[str, Any], Trip]]:
    """The trains and classes of a search that are what a want asks for, with seats for all."""
    cabin = SEATS.get(want.cabin, want.cabin)
    for offer in shown["trains"]:
        for seat in offer["seats"]:
            if seat["seats_left"] < want.pax or cabin not in ("", seat["seat_class"]):
                continue
            codes = (offer["from_station"], offer["to_station"])
            trip = _trip(want, "train", offer, codes, 0, seat["seat_class"], seat["price"])
            if not timetable_problems(want, trip):
                yield offer, seat, trip


def _trip(
    want: TripWant, kind: str, offer: dict[str, Any], codes: tuple[str, str], stops: int, cabin: str, price: str
) -> Trip:
    first, last = terminal(kind, codes[0]), terminal(kind, codes[1])
    return Trip(
        ref="",
        kind=kind,
        table="",
        live=True,
        state="",
        created_at=0,
        total_fen=parse_yuan(price) * want.pax,
        product=str(offer.get("itinerary_id") or offer.get("train_id")),
        ends=codes,
        cities=(first.city, last.city),
        spots=((first.lon, first.lat), (last.lon, last.lat)),
        depart=parse_iso(offer["depart"], 0),
        arrive=parse_iso(offer["arrive"], 0),
        offsets=(places().city(first.city).utc_offset_min, places().city(last.city).utc_offset_min),
        cabin=cabin,
        pax=want.pax,
        stops=stops,
        disrupted=False,
    )
