"""A travel errand as a whole: goals from pieces with topics, or nothing where another reader knows better."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec

from agent.grammar import Count, Ref, Time
from agent.rules.circumstances import _PRICE as PRICE
from agent.rules.circumstances import FETCH, tells_departure
from agent.rules.itinerary import words as w
from agent.rules.itinerary.cars import cars_alone, cars_for_trip
from agent.rules.itinerary.moves import read_move
from agent.rules.itinerary.outings import read_outing
from agent.rules.itinerary.pieces import Piece, money_of, pieces_of, when_spans
from agent.rules.itinerary.rooms import _FREE, read_rooms
from agent.rules.itinerary.seats import read_seats
from agent.rules.itinerary.towns import ends_of
from agent.rules.itinerary.when import ahead
from agent.rules.kinds import CLAIMS, kinds_of
from agent.rules.nouns import nouns
from agent.rules.people import payers_named
from agent.rules.places import ground, mentions
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.task import AnyGoal, Question, Ride, Stay, Trip, Visit

_ELSEWHERE = (
    "goal.give_back", "goal.dispute", "goal.collect", "goal.transfer", "goal.bill", "goal.mandate", "goal.order_status",
    "price_not_higher", "only_if_free", "walks_badly", "owed", "goal.balance",
)  # fmt: skip
"""Concepts of errands and turns that the other readers know."""


@dataclass(slots=True)
class Itinerary:
    """What was read: the goals with what is to be asked, and a budget over all of them (0: none)."""

    goals: list[AnyGoal] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    budget_fen: int = 0


def read_itinerary(scene: Scene) -> Itinerary | None:
    """The words as a travel errand; None if they are none, or one of a sort that is read elsewhere."""
    if any(_elsewhere(clause) for clause in scene.clauses):
        return None
    pieces = pieces_of(scene)
    _seats_not_sights(pieces, scene)
    topics = {t for p in pieces for t in p.topics if p.said}
    if not topics or not _plain(pieces, scene):
        return None
    _lead_ins(pieces, scene)
    by = {t: [p for p in pieces if t in p.topics] for t in ("trip", "stay", "ride", "visit")}
    if any(p.kept for p in by["ride"]):
        by["ride"] = []
    if any(p.kept and p.said for p in by["stay"]):
        by["stay"] = [p for p in by["stay"] if p.said and not p.kept and p.clause.has("book", "strong.buy")]
    loose = [p for p in pieces if not p.topics]
    low = scene.low
    found = Itinerary()
    if _moves(pieces):
        seats = [p for p in pieces if not set(p.topics) & {"ride", "visit"}]
        moved = read_move(seats, scene, "g1")
        if moved is None or not moved.place:
            return None
        found.goals.append(moved)
        if not moved.date and not (moved.after or moved.arrive_by):
            found.questions.append(ask("g1", "date", "date", scene.language, "which_date"))
        return found
    lost = w.LOST.search(low)
    if not lost and any("trip" in p.topics and p.said and (p.kept or _has_seat(p.clause)) for p in pieces):
        return None
    if lost and not w.AGAIN.search(low):
        return None
    trips: list[Trip] = []
    if by["trip"]:
        trips = read_seats(by["trip"], loose, scene, ["g1", "g2", "g3", "g4"])
        if not trips or any((not t.destination and not t.back_of) or t.destination == t.origin != "" for t in trips):
            return None
        if not trips[0].mode and not by["stay"] and not all(t.who for t in trips):
            return None
        trips = _with_day(trips, by["stay"], scene)
        if by["stay"] and not trips[0].date and not any(p.kept for p in by["stay"]):
            return None
    out = trips[0] if trips else None
    back = next((t for t in trips if t.back_of), None)
    stays: list[Stay] = []
    if by["stay"] and not all(p.kept for p in by["stay"]):
        stays = read_rooms(by["stay"], loose, scene, len(trips) + 1, out, back)
        if any(not s.city for s in stays):
            return None
    goals: list[AnyGoal] = [*trips, *stays]
    if by["ride"]:
        if out is not None:
            goals += cars_for_trip(by["ride"], scene, out, stays[0] if stays else None, len(goals) + 1)
        else:
            rides, asked = cars_alone(by["ride"], loose, scene, len(goals) + 1)
            met = payers_named(scene.text, scene) or any(c.has("lands", "child") for c in scene.clauses)
            late = any(t.role == "by" for p in by["ride"] for t in p.clause.of(Time))
            if (
                asked
                or met
                or late
                or not rides[0].at
                or rides[0].origin == rides[0].destination
                or _starts_elsewhere(by["ride"], rides[0])
            ):
                return None
            goals += rides
    if by["visit"] and trips:
        # A seat and a sight in one evening: the other reader takes them clause by clause.
        return None
    if by["visit"]:
        goals.append(read_outing(by["visit"], loose, scene, f"g{len(goals) + 1}"))
    who = tuple(name for t in trips for name in t.who) if len(trips) > 1 and not back else ()
    if who:
        goals = [
            msgspec.structs.replace(g, who=who) if isinstance(g, Stay) and g.rooms == len(who) else g for g in goals
        ]
    found.goals = goals
    _missing(found, scene)
    _ask_me(found, pieces, scene)
    _money(found, pieces)
    return found if _sound(found, pieces) else None


def _seats_not_sights(pieces: list[Piece], scene: Scene) -> None:
    """ "订票, to Shanghai, I leave from Qingdao": tickets from city to city are those of a seat."""
    if any(set(p.topics) - {"visit"} for p in pieces) or not any(p.topics for p in pieces):
        return
    roles = {e.role for p in pieces for e in ends_of(p, scene)}
    if {"from", "to"} <= roles:
        for piece in pieces:
            piece.topics = ("trip",) if piece.topics else ()


def _with_day(trips: list[Trip], rooms: list[Piece], scene: Scene) -> list[Trip]:
    """ "flight to Sanya 21 April hotel that night": the day that stands with the room is that of the way there."""
    days = [d for p in rooms for s in when_spans(p.clause) if (d := ahead(s, scene)) is not None]
    if trips[0].date or not days or len(trips) > 1:
        return trips
    day = min(days).isoformat()
    hours = {
        name: day + getattr(trips[0], name)[10:]
        for name in ("depart_after", "depart_before", "depart_at", "arrive_by")
        if getattr(trips[0], name)
    }
    return [msgspec.structs.replace(trips[0], date=day, **hours)]


def _has_seat(clause: Clause) -> bool:
    """ "my flight is at 4": a seat that the person has, and no wish for one."""
    return tells_departure(clause) and bool(re.search(r"我的|我[坐那]|\b(?:my|our)\b|(?:ku|saya)\b", clause.low))


def _starts_elsewhere(pieces: list[Piece], ride: Ride) -> bool:
    """Whether the words say where the car starts, and it was not found."""
    return not ride.origin and any(m.role == "from" for p in pieces for m in mentions(p.clause))


def _lead_ins(pieces: list[Piece], scene: Scene) -> None:
    """ "the day after tomorrow to Nanjing after two, any train will do": the way before the word for it."""
    first = next((i for i, p in enumerate(pieces) if "trip" in p.topics and p.said), None)
    for piece in pieces[: first or 0]:
        if piece.topics or not piece.clause.of(Time):
            continue
        if any(e.role == "to" for e in ends_of(piece, scene)):
            piece.topics, piece.said = ("trip",), True


def _elsewhere(clause: Clause) -> bool:
    if clause.aside:
        return False
    if clause.has("hold", "hypothetical") or PRICE.search(clause.low):
        return True
    if CLAIMS.search(clause.low):
        return clause.has(*(c for c in _ELSEWHERE if c != "goal.give_back"))
    if clause.has("pick_up") and _fetches(clause):
        return True
    if clause.has("free_cancel") or (clause.has("goal.cancel") and _FREE.search(clause.low)):
        return clause.has(*(c for c in _ELSEWHERE if c != "only_if_free"))
    if clause.has("only_if_free") and _FREE.search(clause.low):
        return False
    if clause.has("goal.give_back") and (w.BACK.search(clause.low) or re.search(r"退不了|不能退|refund", clause.low)):
        return clause.has(*(c for c in _ELSEWHERE if c != "goal.give_back"))
    if clause.has("goal.mandate") and clause.of(Time):
        return clause.has(*(c for c in _ELSEWHERE if c != "goal.mandate"))
    if (
        clause.has("goal.cancel")
        and not w.LOST.search(clause.low)
        and not (w.STAY.search(clause.low) or w.KEEP.search(clause.low))
    ):
        return True
    if clause.has("if") and clause.has("rain"):
        return True
    return clause.has(*_ELSEWHERE) or (clause.has("event_end") and bool(clause.of(Time)))


def _fetches(clause: Clause) -> bool:
    """Whether somebody else is to be met, and not the person fetched."""
    match = FETCH.search(clause.text)
    return (bool(clause.all("rel")) and not clause.has("accessible")) or (
        match is not None and match["who"] not in ("me", "us")
    )


def _plain(pieces: list[Piece], scene: Scene) -> bool:
    """Whether nothing is bought, weighed or met beside the bookings."""
    for p in pieces:
        c = p.clause
        if any(r for r in c.of(Ref)):
            return False
        if c.has("event") and c.of(Time) and not p.said:
            return False
        goods = [n for n in c.of(Count) if n.unit not in _UNITS]
        if _UNABLE.search(p.low):
            continue
        kinds = set() if p.said and not c.has("goal.transfer") else set(kinds_of(c))
        if w.BACK.search(p.low):
            kinds.discard("give_back")
        if {"transfer", "collect", "bill", "give_back", "dispute"} & kinds and not w.KEEP.search(p.low):
            return False
        if not p.said and c.has("deliver") and money_of(c):
            return False
        if ends_of(p, scene):
            continue
        if not p.said and ("buy" in kinds or goods) and _is_sold(c, scene):
            return False
        if p.said and goods and c.has("strong.buy", "deliver") and _is_sold(c, scene):
            return False
    return not _reaches(pieces, scene)


_UNABLE = re.compile(r"没空|没时间|来不及|\b(?:no time|can['’]?t get|(?:nggak|tidak|gak|ga) (?:sempat|bisa|perlu))\b")
"""What one does not get round to is no errand."""

_UNITS = frozenset(
    {"person", "adult", "child", "night", "room", "day", "week", "month", "year", "hour", "minute", "time", "km",
     "ticket", ""}
)  # fmt: skip


def _is_sold(clause: Clause, scene: Scene) -> bool:
    """Whether a shop sells what the nouns of a clause name."""
    return any(len(n.words) > 1 and scene.sold(n.words) for n in nouns(clause)[:2])


def _reaches(pieces: list[Piece], scene: Scene) -> bool:
    """Whether a trip has to be in time for a place in the city: the other reader knows about that."""
    if not any("trip" in p.topics for p in pieces):
        return False
    for p in pieces:
        if not (set(p.topics) <= {"trip"}) or "ride" in p.topics or not any(t.role == "by" for t in p.clause.of(Time)):
            continue
        for mention in mentions(p.clause):
            if mention.own or mention.role not in ("to", "at") or mention.words.casefold() in w.THERE:
                continue
            place = ground(mention, scene)
            if place is not None and place.level != "city":
                return True
    return False


def _moves(pieces: list[Piece]) -> bool:
    return any(
        w.MOVE.search(p.low)
        and not p.kept
        and (p.clause.has("goal.train", "goal.flight", "goal.reschedule") or "trip" in p.topics)
        for p in pieces
    ) and not any(w.LOST.search(p.low) for p in pieces)


def _missing(found: Itinerary, scene: Scene) -> None:
    language = scene.language
    for goal in found.goals:
        if isinstance(goal, Trip) and not goal.back_of:
            if not goal.destination:
                found.questions.append(ask(goal.id, "destination", "address", language, "destination"))
            if not goal.date:
                found.questions.append(ask(goal.id, "date", "date", language, "trip_date"))
        elif isinstance(goal, Trip) and not goal.date:
            found.questions.append(ask(goal.id, "date", "date", language, "back_date"))
        elif isinstance(goal, Visit) and not goal.place and not goal.budget_fen:
            found.questions.append(ask(goal.id, "budget_fen", "budget", language, "visit_budget"))
        elif isinstance(goal, Stay):
            alone = not any(isinstance(g, Trip) for g in found.goals)
            if not goal.city:
                found.questions.append(ask(goal.id, "city", "address", language, "stay_city"))
            if not goal.check_in and alone:
                found.questions.append(ask(goal.id, "check_in", "date", language, "stay_nights"))


def _ask_me(found: Itinerary, pieces: list[Piece], scene: Scene) -> None:
    """What the person wants to be asked: who comes along, which seat, or how else it should be."""
    for i, piece in enumerate(pieces):
        if (
            not w.ASK_ME.search(piece.low)
            or w.ANY_QUESTION.search(piece.low)
            or (money_of(piece.clause) and not (w.SEAT.search(piece.low) or w.WHO.search(piece.low)))
        ):
            continue
        low = piece.low + " " + (pieces[i - 1].low if i and not piece.said else "")
        trip = next((g for g in found.goals if isinstance(g, Trip)), None)
        if trip is not None and w.WHO.search(low):
            found.questions.append(ask(trip.id, "who", "traveller", scene.language, "who_travels"))
        elif trip is not None and (w.SEAT.search(low) or "trip" in piece.topics):
            found.questions.append(ask(trip.id, "seat", "option", scene.language, "which_seat"))
        else:
            stay = next((g for g in found.goals if isinstance(g, Stay | Ride | Visit)), trip)
            if stay is not None:
                found.questions.append(ask(stay.id, "wish", "option", scene.language, "which_wish"))


def _money(found: Itinerary, pieces: list[Piece]) -> None:
    """Whose limit an amount is: of all bookings together, or of the topic of its piece."""
    trips = [g for g in found.goals if isinstance(g, Trip)]
    for i, piece in enumerate(pieces):
        for money in money_of(piece.clause):
            beside = set(piece.topics) | _rest_of(pieces, i) | _whole_before(pieces, i)
            if money.per in ("night", "day") or (beside == {"stay"} and not w.WHOLE.search(piece.low)):
                continue
            several = len(beside) > 1
            whole = several or (w.WHOLE.search(piece.low) and len(found.goals) > 1)
            if whole or (len(trips) > 1 and "trip" in piece.topics):
                found.budget_fen = money.fen
                found.goals = [_without(g, money.fen) for g in found.goals]
            elif "trip" in piece.topics and trips:
                found.goals = [
                    msgspec.structs.replace(g, budget_fen=money.fen) if g.id == trips[0].id else g for g in found.goals
                ]


def _rest_of(pieces: list[Piece], at: int) -> set[str]:
    """ "1450 at most for trains | and hotel": the topics of the rest of what an amount is for."""
    found: set[str] = set()
    opens = bool(re.search(r"\b(?:for|buat|untuk)\s*$", pieces[at].low))
    for piece in pieces[at + 1 : at + 3]:
        joined = re.match(r"\s*(?:and|dan|sama|plus|&|\+|和|跟|加)", piece.low)
        short = len(piece.low.split()) <= 4
        if piece.clause.spans or not piece.said or not short or not (joined or opens):
            break
        found |= set(piece.topics)
        opens = False
    return found


def _whole_before(pieces: list[Piece], at: int) -> set[str]:
    """ "everything together, trains and hotel, no more than 950": what the sentence named before the amount."""
    found: set[str] = set()
    for piece in reversed(pieces[: at + 1]):
        if w.WHOLE.search(piece.low):
            return found | {"trip", "stay"}
        if piece.fresh or (piece is not pieces[at] and piece.clause.spans):
            break
        found |= set(piece.topics)
    return set()


def _without(goal: AnyGoal, fen: int) -> AnyGoal:
    if isinstance(goal, Stay):
        return msgspec.structs.replace(
            goal,
            per_night_fen=0 if goal.per_night_fen == fen else goal.per_night_fen,
            budget_fen=0 if goal.budget_fen == fen else goal.budget_fen,
        )
    if isinstance(goal, Trip | Ride | Visit) and goal.budget_fen == fen:
        return msgspec.structs.replace(goal, budget_fen=0)
    return goal


def _sound(found: Itinerary, pieces: list[Piece]) -> bool:
    """Whether the goals can be what was meant: each has what it cannot do without, or a question for it.

    An hour or an amount that belongs to none of them speaks against it.
    """
    if not found.goals or any(not p.topics and (p.clause.of(Time) or money_of(p.clause)) for p in pieces):
        return False
    if any(isinstance(g, Trip) and g.back_of and not g.date for g in found.goals):
        return False
    asked = {(q.goal, q.field) for q in found.questions}
    for goal in found.goals:
        if isinstance(goal, Trip) and not (goal.destination or goal.back_of) and (goal.id, "destination") not in asked:
            return False
        if isinstance(goal, Visit) and not (goal.place or goal.indoor):
            return False
    return True
