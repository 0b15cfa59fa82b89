"""Hotel nights from the pieces that speak of them: one hotel or, where cities differ, several."""

from __future__ import annotations

import re

import msgspec

from agent.grammar import Count, DayRange
from agent.rules.domains import Draft
from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import Piece, when_spans
from agent.rules.itinerary.towns import before, ends_of
from agent.rules.itinerary.when import ahead
from agent.rules.places import ground, mentions
from agent.rules.scene import Scene
from agent.rules.stay import cancels, read_stay
from agent.rules.timing import date_of
from agent.task import Stay, Trip

_FREE = re.compile(
    r"免费取消|免费退|随时[取退]|[能可]以?(?:免费)?取消|\b(?:free cancell\w*|cancel(?:led"
    r"|lable)?(?: it)? (?:for free|free|at no cost)"
    r"|refundable|(?:di)?batal(?:kan|in)? gratis|gratis (?:di)?batal\w*|bebas batal)\b"
)
_BREAKFAST = re.compile(r"含早|[带含有包]早餐|\b(?:breakfast|sarapan\w*)\b")
_CHEAPEST = re.compile(r"最便宜|最低价|\b(?:cheapest|lowest price|termurah|paling murah)\b")
_NEAR_WORDS = re.compile(r"([\u3400-\u9fff]{2,}?)(?:那?一带|附近|旁边|周边|边上|跟前)")
_NEAR_BEFORE = re.compile(
    r"\b(?:near|around|close to|next to|by|dekat|sekitar|di sekitar)\s+((?:[A-Z0-9][\w'’&\-]*\s?)+)"
)


_ANOTHER = re.compile(
    r"前一[晚天]|另外?再?[订住]?一晚|再[订住]一晚"
    r"|\b(?:(?:the )?(?:night|day) before|one more night|another night|malam sebelumnya|semalam sebelum\w*)\b"
)
"""Nights that are told of one after the other, in a hotel each."""


def read_rooms(
    pieces: list[Piece], others: list[Piece], scene: Scene, first_id: int, trip: Trip | None, back: Trip | None
) -> list[Stay]:
    """The stays that the pieces speak of, in the order of the words."""
    groups: list[list[Piece]] = []
    cities: list[str] = []
    for piece in pieces:
        if piece.kept:
            continue
        city = _city(piece, scene)
        new = city and cities and cities[-1] and city != cities[-1] and _nights(piece)
        new = new or bool(groups and _ANOTHER.search(piece.low))
        if not groups or new:
            since = groups[-1][-1].clause.start if groups else -1
            lead = [p for p in others if since < p.clause.start < piece.clause.start and when_spans(p.clause)]
            groups.append(lead if groups else [])
            cities.append("")
        groups[-1].append(piece)
        cities[-1] = cities[-1] or city
    stays = []
    for i, group in enumerate(groups):
        stays.append(_stay(group, others if not i else [], scene, f"g{first_id + i}", cities[i], trip, back))
    return stays


def _nights(piece: Piece) -> bool:
    counted = any(c.unit in ("night", "room") for c in piece.clause.of(Count))
    return counted or bool(re.search(r"[住订]|\b(?:night|malam|hotel|stay|room|singgah|mampir)\b", piece.low))


def _city(piece: Piece, scene: Scene) -> str:
    """The city that a piece names for the night."""
    named = [e.city for e in ends_of(piece, scene)]
    if named:
        return named[-1]
    for match in re.finditer(r"的?酒店|宾馆|民宿|旅馆|客栈|住宿|hotel", piece.low):
        if (place := before(piece.clause, piece.clause.start + match.start(), scene)) is not None:
            return place.city
    for word in re.findall(r"[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?", piece.clause.text):
        if (place := scene.place(word)) is not None and place.level == "city":
            return place.city
    return ""


def _stay(
    group: list[Piece], others: list[Piece], scene: Scene, goal_id: str, city: str, trip: Trip | None, back: Trip | None
) -> Stay:
    draft = Draft("stay", [p.clause for p in group])
    for clause in draft.clauses:
        clause.kinds = ["stay"]
    goal, _ = read_stay(draft, goal_id, scene, trip=trip, back=back)
    low = " ".join(p.low for p in group)
    if not city and not (trip and trip.destination):
        city = next((e.city for p in others for e in ends_of(p, scene) if e.role != "from"), "")
    city = city or (trip.destination if trip else "") or goal.city
    near = _near(group, others, city, scene)
    check_in, nights = goal.check_in, goal.nights
    spread = next((s for p in others for s in when_spans(p.clause) if isinstance(s, DayRange)), None)
    if not check_in and trip is None and spread is not None:
        check_in, nights = spread.first.isoformat(), nights or spread.nights
    if not check_in and not (trip and trip.date):
        days = [d for p in others for s in when_spans(p.clause) if (d := ahead(s, scene))]
        days.sort(key=lambda d: d == scene.now.date())
        check_in = days[0].isoformat() if days else ""
    if not nights and trip is None and check_in:
        every = sorted({d for p in [*group, *others] for s in when_spans(p.clause) if (d := ahead(s, scene))})
        nights = (every[-1] - every[0]).days if len(every) > 1 else 0
    if trip and trip.date and back and back.date and trip.date <= back.date and not _own_days(group, trip, scene):
        check_in = ""
    per_night = goal.per_night_fen
    budget = goal.budget_fen
    if not per_night and budget and re.search(r"每晚|一晚|\b(?:a|per|each) night\b|per malam|semalam", low):
        per_night, budget = budget, 0
    return msgspec.structs.replace(
        goal,
        city=city,
        near=near,
        check_in=check_in,
        nights=max(nights, 1) if back is None and (check_in or trip) else nights,
        per_night_fen=per_night,
        budget_fen=budget,
        breakfast=goal.breakfast or bool(_BREAKFAST.search(low)),
        free_cancel=bool(_FREE.search(low)) or any(cancels(p.low) for p in group),
        rooms=max([c.n for p in group for c in p.clause.of(Count) if c.unit == "room"] or [1]),
        choice="cheapest" if _CHEAPEST.search(low) else goal.choice,
    )


def _own_days(group: list[Piece], trip: Trip, scene: Scene) -> bool:
    days = [date_of(s) for p in group for s in when_spans(p.clause) if not isinstance(s, DayRange)]
    return any(d is not None and d.isoformat() != trip.date and d >= scene.now.date() for d in days)


def _near(group: list[Piece], others: list[Piece], city: str, scene: Scene) -> str:
    """The place by which the hotel should lie; "near there" is the place that was named before."""
    pointed = False
    for piece in group:
        for mention in mentions(piece.clause):
            if mention.role != "near":
                continue
            if mention.words.casefold().strip() in w.THERE:
                pointed = True
                continue
            if mention.own in ("station", "airport"):
                return mention.words
            place = ground(mention, scene, city) or ground(mention, scene)
            if place is not None and place.level != "city":
                return mention.words
        match = _NEAR_BEFORE.search(piece.clause.text) or _NEAR_WORDS.search(piece.clause.text)
        if match is not None and (found := _known(match.group(1), city, scene)):
            return found
        for mention in mentions(piece.clause):
            if mention.role == "at" and not mention.own and mention.words.casefold() not in w.THERE:
                place = ground(mention, scene, city)
                if place is not None and place.level not in ("city",):
                    return mention.words
        if (
            match is not None
            and not pointed
            and len(match.group(1).strip()) > 3
            and match.group(1).casefold().strip() not in w.THERE
        ):
            return match.group(1).strip()
    for piece in group if not pointed else []:
        for mention in mentions(piece.clause):
            if mention.role == "at" and not mention.own and not _ROOM.search(mention.words):
                place = ground(mention, scene, city) if mention.words.casefold() not in w.THERE else None
                if place is not None and place.level != "city":
                    return mention.words
    if pointed:
        for piece in reversed(others):
            match = _NEAR_BEFORE.search(piece.clause.text) or _NEAR_WORDS.search(piece.clause.text)
            if match is not None and (found := _known(match.group(1), city, scene)):
                return found
            for mention in mentions(piece.clause):
                if not mention.own and (place := ground(mention, scene, city)) is not None and place.level != "city":
                    return mention.words
    return ""


_ROOM = re.compile(r"酒店|宾馆|民宿|[订住]|\b(?:hotel|room|kamar)\b", re.IGNORECASE)


def _known(words: str, city: str, scene: Scene) -> str:
    """The longest part of the words that the map knows in the city."""
    words = words.strip()
    if not words.isascii():
        for begin in range(max(1, len(words) - 1)):
            place = scene.place(words[begin:], city)
            if place is not None and place.level != "city":
                return words[begin:]
        return ""
    pieces = words.split()
    for end in range(len(pieces), 0, -1):
        part = " ".join(pieces[:end])
        place = scene.place(part, city)
        if place is not None and place.level != "city":
            return part
    return ""
