"""Cars from the pieces that speak of them: to a seat in time, from it to the hotel, or there and back."""

from __future__ import annotations

import re
from datetime import date

from agent.grammar import Duration, Time
from agent.rules.buy import limits
from agent.rules.domains import Draft
from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import Piece, when_spans
from agent.rules.places import address_named, ground, mentions, own_address
from agent.rules.questions import ask
from agent.rules.ride import _booked_hotel as booked_hotel
from agent.rules.ride import _passenger
from agent.rules.scene import Scene
from agent.rules.timing import date_of
from agent.task import Question, Ride, Stay, Trip

_HOME = re.compile(r"家里|从家|我家|来家|到家|回家|\b(?:home|my (?:place|house|flat|apartment)|rumah(?:ku)?)\b")
_ARRIVED = re.compile(
    r"落地后|到了(?:之后|以后)|下飞机|接机|从(?:机场|火车站|高铁站|车站)|机场到酒店"
    r"|\b(?:from the (?:airport|station)|(?:on|after) (?:arrival|landing)|when (?:i"
    r"|we) (?:land|arrive)"
    r"|dari (?:bandara|stasiun)|setelah (?:mendarat|tiba|sampai)|begitu (?:mendarat|tiba))\b"
)
_TO_HOTEL = re.compile(r"[到去回送]我?酒店|\b(?:to (?:the|my|our) hotel|ke hotel\w*)\b")


def cars_for_trip(pieces: list[Piece], scene: Scene, trip: Trip, stay: Stay | None, first_id: int) -> list[Ride]:
    """The car to the airport or station of a seat, and the one from it."""
    made: list[Ride] = []
    home = own_address("home", scene)
    to_seat = from_seat = False
    for piece in pieces:
        meets = bool(_ARRIVED.search(piece.low)) or bool(_TO_HOTEL.search(piece.low))
        from_seat = from_seat or meets
        to_seat = to_seat or not meets
    budget, _ = limits([p.clause for p in pieces])
    low = " ".join(p.low for p in pieces)
    accessible = any(p.clause.has("accessible") for p in pieces)
    if to_seat:
        origin = home["address_id"] if home and (_HOME.search(low) or len(scene.me.addresses) == 1) else ""
        office = own_address("office", scene)
        if not origin and office and any(p.clause.has("office") for p in pieces):
            origin = office["address_id"]
        made.append(
            Ride(
                id=f"g{first_id}",
                words=low,
                origin=str(origin),
                destination=f"@{trip.id}.origin",
                before=trip.id,
                accessible=accessible,
                budget_fen=budget,
            )
        )
    if from_seat:
        there = f"@{stay.id}.destination" if stay is not None else booked_hotel(scene)
        made.append(
            Ride(
                id=f"g{first_id + len(made)}",
                words=low,
                origin=f"@{trip.id}.destination",
                destination=there if there != "?" else "",
                after=trip.id,
                accessible=accessible,
                budget_fen=budget,
            )
        )
    return made


def cars_alone(
    pieces: list[Piece], others: list[Piece], scene: Scene, first_id: int
) -> tuple[list[Ride], list[Question]]:
    """A car from place to place, and the one back where the words ask for it."""
    out = [p for p in pieces if p.way != "back" or not p.clause.of(Time)]
    back = [p for p in pieces if p not in out]
    origin, destination = _ends(out, others, scene)
    goal_id = f"g{first_id}"
    questions = []
    if not destination:
        questions.append(ask(goal_id, "destination", "address", scene.language, "ride_to"))
    budget, about = limits([p.clause for p in out])
    rode = _passenger(Draft("ride", [p.clause for p in [*pieces, *others]]), scene)[0]
    first = Ride(
        id=goal_id,
        words=" ".join(p.clause.text for p in out),
        origin=origin,
        destination=destination,
        at=_at(out, others, scene),
        accessible=any(p.clause.has("accessible") for p in pieces),
        passenger=rode,
        budget_fen=budget or about,
    )
    if not back or not destination:
        return [first], questions
    day = date.fromisoformat(first.at[:10]) if first.at else scene.now.date()
    when = next(s for p in back for s in p.clause.of(Time))
    ends = _ends(back, [], scene)
    home = origin or _home(scene)
    second = Ride(
        id=f"g{first_id + 1}",
        words=" ".join(p.clause.text for p in back),
        origin=destination if ends[0] in ("", home) else ends[0],
        destination=home if ends[1] in ("", destination) else ends[1],
        at=scene.moment(when.day or day, when.time),
        accessible=first.accessible,
        passenger=rode,
        budget_fen=limits([p.clause for p in back])[0],
    )
    return [first, second], questions


def _home(scene: Scene) -> str:
    home = own_address("home", scene)
    return str(home["address_id"]) if home else ""


def _ends(pieces: list[Piece], others: list[Piece], scene: Scene) -> tuple[str, str]:
    """Where it starts and where it goes: addresses of the person's book, or names that the map knows."""
    origin = destination = ""
    for piece in [*pieces, *others]:
        low = piece.low
        for mention in mentions(piece.clause):
            where, role = "", mention.role
            if mention.own in ("home", "office"):
                address = own_address(mention.own, scene)
                where = str(address["address_id"]) if address else ""
                role = "from" if role == "at" or _fetched(low) else role
            elif mention.own or mention.words.casefold() in w.THERE:
                continue
            elif (known := address_named(mention.words, scene)) is not None:
                where = str(known["address_id"])
            else:
                place = ground(mention, scene, scene.me.city) or ground(mention, scene)
                if place is None or place.level == "city" or role == "near":
                    continue
                where = mention.words
                role = "to" if role == "at" and not re.search(r"接|\b(?:pick|jemput)", low) else role
            if role == "from" or (role == "at" and where):
                origin = origin or where
            elif role == "to" and where != origin:
                destination = destination or where
        if (
            not origin
            and _HOME.search(low)
            and piece in pieces
            and not re.search(r"回家|到家|\b(?:to|ke) (?:home|rumah)", low)
        ):
            origin = _home(scene)
        if piece in pieces and not destination:
            destination = _behind(piece, scene)
    return origin, destination


def _fetched(low: str) -> bool:
    """ "jemput di rumah", 来家里接: where one is fetched."""
    return bool(re.search(r"来家|家里?[来接]|接一?下|\b(?:jemput|pick (?:me|us) up|from)\b", low))


def _behind(piece: Piece, scene: Scene) -> str:
    """家里到世博展览馆: the place behind 到 where another stands before it."""
    match = re.search(r"(?:到|去|至|→|-)([\u3400-\u9fff]{2,20})", piece.clause.text)
    if match is None:
        return ""
    words = match.group(1)
    for end in range(len(words), 1, -1):
        place = scene.place(words[:end], scene.me.city)
        if place is not None and place.level not in ("city", "district"):
            return words[:end]
    return ""


def _at(pieces: list[Piece], others: list[Piece], scene: Scene) -> str:
    """When the car comes."""
    days = [d for p in [*pieces, *others] for s in when_spans(p.clause) if (d := date_of(s)) is not None]
    ahead = [d for d in days if d >= scene.now.date()]
    for piece in [*pieces, *others]:
        for span in piece.clause.of(Time):
            return scene.moment(span.day or (ahead[0] if ahead else None), span.time)
    for piece in pieces:
        for length in piece.clause.of(Duration):
            if length.role == "after" and length.minutes < 1440:
                from datetime import timedelta

                return (scene.now + timedelta(minutes=length.minutes)).isoformat()
    return ""
