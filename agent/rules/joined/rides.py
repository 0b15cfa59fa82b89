"""The car of a message that asks for other things as well: from where to where, and when, by what those tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from agent.grammar import Duration, Time
from agent.rules.buy import limits
from agent.rules.joined import words as w
from agent.rules.joined.parts import Part
from agent.rules.places import address_named, ground, mentions, own_address
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.rules.timing import date_of
from agent.task import Question, Ride, Stay, Trip, Visit
from agent.words import fold


@dataclass(slots=True)
class Around:
    """What the rest of the message tells: the seat, the room and the tickets, where "there" is, and which day.

    ``there`` is an address of the person's book, a place in words, or ``@g1.destination``; ``day`` an ISO date.
    """

    trip: Trip | None = None
    stay: Stay | None = None
    show: Visit | None = None
    there: str = ""
    day: str = ""


def read_rides(parts: list[Part], goal_id: str, around: Around, scene: Scene) -> tuple[Ride | None, list[Question]]:
    """The parts as a car; None if they do not tell where it goes."""
    low = " ".join(p.low for p in parts)
    entry = _appointment(low, around.day, scene)
    origin, destination = _ends(parts, low, around, entry, scene)
    before = after = ""
    if around.trip is not None and destination == f"@{around.trip.id}.origin":
        before = around.trip.id
    if around.trip is not None and origin == f"@{around.trip.id}.destination":
        after = around.trip.id
    at, due = _when(parts, around, entry, scene)
    show = around.show
    if not origin and show is not None and at and show.at and (at[:10], at[11:16]) > (show.date, show.at):
        # Once it has begun, the car comes to where one is then.
        origin = f"@{show.id}.destination"
    if not destination or (destination == origin):
        return None, []
    if not (at or due or before or after) and not w.NOW.search(low):
        return None, []
    goal = Ride(
        id=goal_id,
        words=" ".join(p.text.strip(" ,.;。，") for p in parts),
        origin="" if origin == "?" else origin,
        destination=destination,
        at=at,
        arrive_by=due if not at else "",
        before=before,
        after="" if at else after,
        accessible=any(p.clause.has("accessible") for p in parts),
        budget_fen=limits([p.clause for p in parts])[0],
    )
    asked = [ask(goal_id, "origin", "address", scene.language, "ride_from")] if origin == "?" else []
    return goal, asked


def _own(kind: str, scene: Scene) -> str:
    address = own_address(kind, scene)
    return str(address["address_id"]) if address else "?"


def _ends(parts: list[Part], low: str, around: Around, entry: dict[str, Any] | None, scene: Scene) -> tuple[str, str]:
    """Where it starts (empty: where the person is) and where it goes (empty: not told)."""
    origin = destination = ""
    trip = around.trip
    if w.FROM_STATION.search(low) and trip is not None:
        origin = f"@{trip.id}.destination"
    elif w.FROM_THERE.search(low) and around.there:
        origin = around.there
    if trip is not None and not origin.endswith(".destination") and w.TO_STATION.search(low):
        destination = f"@{trip.id}.origin"
    elif trip is not None and w.TO_STATION.search(low):
        destination = f"@{trip.id}.origin" if around.show is not None else ""
    if not destination and w.TO_HOTEL.search(low) and around.stay is not None:
        destination = f"@{around.stay.id}.destination"
    if not destination and entry is not None and entry["place"]:
        destination = str(entry["location"] or entry["place"])
    home_to, office_to = w.TO_HOME.search(low), w.TO_OFFICE.search(low)
    if not origin and w.HOME.search(low) and not home_to:
        origin = _own("home", scene)
    elif not origin and w.OFFICE.search(low) and not office_to:
        origin = _own("office", scene)
    for part in parts:
        for mention in mentions(part.clause):
            place = _place(mention.own, mention.words, mention.role, scene)
            if not place:
                continue
            if mention.role == "from" and not origin:
                origin = place
            elif mention.role == "to" and not destination and place != origin:
                destination = place
    there = w.FROM_THERE.sub(" ", low)
    if not destination and around.there and around.there != origin and w.TO_THERE.search(there):
        destination = around.there
    if not destination and home_to:
        destination = _own("home", scene)
    elif not destination and office_to:
        destination = _own("office", scene)
    if not destination and trip is not None and (w.IN_TIME.search(low) or around.there == ""):
        destination = f"@{trip.id}.origin"
    if not destination and around.there and around.there != origin:
        destination = around.there
    return origin, "" if destination == "?" else destination


def _place(own: str, words: str, role: str, scene: Scene) -> str:
    """A place that a preposition names: an address of the person's book or words that the map knows."""
    if own:
        return ""
    known = address_named(words, scene)
    if known is not None:
        return str(known["address_id"])
    if w.HOME.fullmatch(words.casefold()) or w.TO_THERE.search(words.casefold()) or len(words) < LEAST_NAME:
        return ""
    from agent.rules.places import Mention

    place = ground(Mention(role, words, 0, len(words)), scene, scene.me.city)
    return words if place is not None and place.level not in ("city", "district") else ""


LEAST_NAME = 3


def _appointment(low: str, day: str, scene: Scene) -> dict[str, Any] | None:
    """The entry of the calendar that the words name as where one rides to."""
    if not scene.has("user_calendar"):
        return None
    first = date.fromisoformat(day) if day else scene.now.date()
    since = datetime.combine(first, datetime.min.time(), scene.now.tzinfo)
    span = {"since": since.isoformat(), "until": (since + timedelta(days=1)).isoformat()}
    said = re.sub(r"\s+", " ", low)
    entries = scene.look("user_calendar", span, "entries")["entries"]
    named = [e for e in entries if _names(fold(e["title"]), said)]
    return named[0] if len(named) == 1 else None


def _names(title: str, low: str) -> bool:
    if not title.isascii():
        return title in low or (len(title) > LEAST_NAME and title[-LEAST_NAME:] in low)
    words = [x for x in re.findall(r"[a-z0-9]+", title) if len(x) > LEAST_NAME - 1]
    return bool(words) and all(re.search(rf"\b{x}", low) for x in words)


def _when(parts: list[Part], around: Around, entry: dict[str, Any] | None, scene: Scene) -> tuple[str, str]:
    """When the car comes, else when one has to be there; empty where another errand decides."""
    low = " ".join(p.low for p in parts)
    day = next(
        (d for p in parts for s in p.clause.spans if (d := date_of(s)) is not None and _explicit(s)),
        date.fromisoformat(around.day) if around.day else None,
    )
    lengths = [s for p in parts for s in p.clause.of(Duration) if s.minutes < DAY_MIN]
    if entry is not None and lengths and w.STARTS.search(low):
        begins = datetime.fromisoformat(entry["start"])
        return (begins - timedelta(minutes=lengths[0].minutes)).isoformat(), ""
    for part in parts:
        for span in part.clause.of(Time):
            moment = scene.moment(span.day if span.day and _explicit(span) else day, span.time)
            if span.role == "by" and not w.LEAVES.search(low):
                return "", moment
            return moment, ""
    if entry is not None:
        return "", str(entry["start"])
    return "", ""


DAY_MIN = 1440


def _explicit(span: Any) -> bool:
    """Whether a span names its day itself."""
    return bool(getattr(span, "explicit", True)) and getattr(span, "day", True) is not None
