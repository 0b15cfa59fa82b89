"""Seats from the pieces that speak of them: out and back, and for several travellers from several cities."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import msgspec

from agent.grammar import Count, DayPart, DayRange, Span, Time
from agent.rules.buy import PEOPLE
from agent.rules.domains import Draft
from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import End, Piece, when_spans
from agent.rules.itinerary.towns import ends_of, town
from agent.rules.itinerary.when import ahead
from agent.rules.routes import closes_window
from agent.rules.routes import verb_of as refused_hour
from agent.rules.scene import Clause, Scene
from agent.rules.timing import END_OF_DAY
from agent.rules.travel import _people
from agent.task import Trip

CABINS = ("second", "first", "business", "economy", "hard_seat", "hard_sleeper", "soft_sleeper")
_TWO = re.compile(r"两个人|两人|俩人?|\b(?:berdua|two of us|both of us|the two)\b")
_THREE = re.compile(r"三个人|三人|\b(?:bertiga|three of us|the three)\b")


def read_seats(pieces: list[Piece], others: list[Piece], scene: Scene, ids: list[str]) -> list[Trip]:
    """The trips that the pieces speak of; ``others`` are pieces without a topic, which may name place and day.

    An empty destination or date is for the caller to ask for.
    """
    own = [p for p in pieces if not p.kept]
    ends = [end for p in own for end in ends_of(p, scene)]
    told = [end for p in others for end in ends_of(p, scene)]
    trip = common_wishes(own, scene, ids[0])
    day, back_day = _days(own, others, scene)
    out_pieces = [p for p in own if p.way != "back"]
    back_pieces = [p for p in own if p.way == "back"]
    if back_pieces and _only_home(out_pieces, back_pieces, others, scene):
        # "a train from Nanjing back to Shanghai": the way home alone.
        out_pieces, back_pieces = own, []
        day = day or back_day
    round_trip = bool(back_pieces) or any(w.ROUND.search(p.low) for p in own)
    origin, destination = _route(ends, told, scene)
    destination = destination or _spoken_of(others, origin, scene)
    trip = msgspec.structs.replace(trip, origin=origin, destination=destination, date=day)
    trip = timed(trip, out_pieces, scene)
    several = _for_each(trip, sorted([*ends, *told], key=lambda end: end.at), scene, ids)
    if several:
        return several
    if not round_trip or (back_pieces and not destination):
        return [trip]
    back = msgspec.structs.replace(
        trip, id=ids[1], origin=destination, destination=origin, date=back_day, back_of=trip.id,
        arrive_by="", depart_after="", depart_before="", depart_at="",
    )  # fmt: skip
    return [trip, timed(back, back_pieces, scene)]


def _only_home(out: list[Piece], back: list[Piece], others: list[Piece], scene: Scene) -> bool:
    """Whether the way back is the only one: nothing else leads anywhere, and it names where it goes."""
    leads = [e for p in [*out, *others] for e in ends_of(p, scene) if e.role != "from"]
    goes = [e for p in back for e in ends_of(p, scene) if e.role == "to"]
    return bool(goes) and not leads and not any(w.ROUND.search(p.low) for p in [*out, *back])


def common_wishes(pieces: list[Piece], scene: Scene, goal_id: str) -> Trip:
    """What holds for every way: the means, the class, how many."""
    clauses = [p.clause for p in pieces]
    said: dict[str, int] = {}
    for p in pieces:
        refused = w.NOT_BY.search(p.low)
        for cue in p.clause.cues:
            mode = "flight" if "goal.flight" in cue.concepts else "train" if "goal.train" in cue.concepts else ""
            inside = refused is not None and refused.start() <= cue.start - p.clause.start < refused.end()
            if mode and not inside:
                said[mode] = said.get(mode, 0) + 1
    either = len(said) > 1 and any(c.has("either", "any") for c in clauses)
    only = any(w.NOT_BY.search(p.low) for p in pieces)
    low = " ".join(c.low for c in clauses)
    people = sum(c.n for c in (c for cl in clauses for c in cl.of(Count)) if c.unit in PEOPLE)
    people = people or (2 if _TWO.search(scene.low) else 3 if _THREE.search(scene.low) else 0)
    people = people or max(1, _people(Draft("trip", clauses)))
    stops = 0 if any(c.has("stops.none") for c in clauses) or _direct(low) else -1
    return Trip(
        id=goal_id,
        words=" ".join(c.text.strip(" ,;.。") for c in clauses),
        mode=max(said, key=lambda m: said[m]) if said and not either else "",
        only=only,
        passengers=people,
        cabin=next((c for c in CABINS if any(cl.has(f"cabin.{c}") for cl in clauses)), ""),
        seat=next((s for s in ("aisle", "window") if any(cl.has(f"seat.{s}") for cl in clauses)), ""),
        max_stops=1 if stops < 0 and any(c.has("stops.one") for c in clauses) else stops,
        choice=next((k for k in ("cheapest", "earliest") if any(c.has(k) for c in clauses)), "")
        or ("fastest" if _QUICKEST.search(low) else ""),
    )


_QUICKEST = re.compile(r"最快|\b(?:fastest|quickest|tercepat|paling cep[ae]t)\b")
"""The quickest way, and not somebody in a hurry."""


def _direct(low: str) -> bool:
    return bool(
        re.search(
            r"直飞|不转机|不中转|\b(?:direct|non-?stop|langsung(?! (?:bayar|beli|pesan|aja (?:bayar|pesan)))"
            r"|without chang\w+|no chang\w+|can['’]?t stand chang\w+|transit)\b",
            low,
        )
    )


def _days(pieces: list[Piece], others: list[Piece], scene: Scene) -> tuple[str, str]:
    """The day out and the day back, as ISO dates."""
    out: list[date] = []
    back: list[date] = []
    for p in pieces:
        for span in when_spans(p.clause):
            day = _ahead(span, scene)
            if day is None:
                continue
            if isinstance(span, DayRange) and span.last > span.first:
                out.append(day)
                back.append(span.last)
                continue
            (back if p.way == "back" else out).append(day)
    if not out:
        out = [d for p in others for s in when_spans(p.clause) if (d := _ahead(s, scene)) is not None][-1:]
    if not back and len(out) > 1 and any(p.way == "back" for p in pieces):
        back = [d for d in out if d > out[0]][:1]
    if not out and len(back) == 1:
        # "there and back tomorrow": one day for both ways.
        out = list(back)
    if out and back and back[0] < out[0] and (out[0] - back[0]).days < 7:
        # The Wednesday after that Monday.
        back = [d + timedelta(days=7) for d in back]
    last = next((d for d in back if not out or d >= out[0]), back[0] if back else None)
    return (out[0].isoformat() if out else "", last.isoformat() if last else "")


def _ahead(span: Span, scene: Scene) -> date | None:
    return ahead(span, scene)


def _route(ends: list[End], told: list[End], scene: Scene) -> tuple[str, str]:
    """Origin (empty: where the person is) and destination. Other words help where the ones of the trip are silent."""
    home = {name.casefold() for name in (*scene.me.city_names, scene.me.city)}
    ends = ends or told
    origins = [e.city for e in ends if e.role == "from"]
    goes = [e.city for e in ends if e.role == "to"]
    first = origins[0] if origins else ""
    start = {first.casefold()} if first else home
    away = [c for c in goes if c.casefold() not in start]
    if not away:
        away = [e.city for e in ends if e.role == "at" and e.city.casefold() not in start]
    if not away:
        away = [e.city for e in told if e.role != "from" and e.city.casefold() not in start]
    return first, away[0] if away else ""


def _spoken_of(pieces: list[Piece], origin: str, scene: Scene) -> str:
    """ "a friend talked me into seeing Xiamen, so there by train": the city that other words speak of."""
    home = {name.casefold() for name in (*scene.me.city_names, scene.me.city, origin)}
    for piece in pieces:
        for name in re.findall(r"[A-Z][\w'’]+", piece.clause.text):
            place = town(name, scene)
            if place is not None and place.city.casefold() not in home:
                return place.city
    return ""


def timed(trip: Trip, pieces: list[Piece], scene: Scene) -> Trip:
    """The trip with the hours that its pieces wish for."""
    changes: dict[str, str] = {}
    day = date.fromisoformat(trip.date) if trip.date else None
    for p in pieces:
        for span in p.clause.of(Time):
            when = span.day or day or scene.reading.day_for(span)
            late = span.time == time(0) and span.role == "by" and span.day is None
            changes.setdefault(_slot(span, p), scene.moment(when, END_OF_DAY if late else span.time))
    for p in pieces if not changes else []:
        for part in p.clause.of(DayPart):
            if p.clause.of(Time) or not p.said or _refused_part(part, p.clause):
                continue
            when = part.day or day
            if when is not None and not {"depart_after", "depart_before", "arrive_by", "depart_at"} & set(changes):
                if w.ARRIVE.search(p.low) and not w.LEAVE.search(p.low):
                    changes["arrive_by"] = scene.moment(when, part.last)
                    continue
                changes["depart_after"] = scene.moment(when, part.first)
                if part.name not in ("evening", "night"):
                    changes["depart_before"] = scene.moment(when, part.last)
    about = changes.pop("about", "")
    if about:
        around = date.fromisoformat(about[:10])
        clock = time.fromisoformat(about[11:16])
        low, high = (max(0, clock.hour * 60 + clock.minute - 60), min(1439, clock.hour * 60 + clock.minute + 60))
        changes.setdefault("depart_after", scene.moment(around, time(low // 60, low % 60)))
        changes.setdefault("depart_before", scene.moment(around, time(high // 60, high % 60)))
    return msgspec.structs.replace(trip, **changes)


def _refused_part(part: DayPart, clause: Clause) -> bool:
    """ "nothing in the morning": a part of the day that will not do."""
    behind = clause.low[part.end - clause.start :][:6]
    head = clause.low[: part.start - clause.start][-24:]
    return bool(re.match(r"(?:起不来|不行|没空|有事|走不开)", behind)) or bool(
        re.search(r"\b(?:not|no|can['’]?t|something|busy|nggak|tidak|bukan)\b", head)
    )


def _slot(span: Time, piece: Piece) -> str:
    """Which wish of a trip an hour is."""
    if refused_hour(piece.clause, span) == "not_leave" or (span.role == "by" and _NOTHING.search(piece.low)):
        return "depart_after" if span.role == "by" else "depart_before"
    verb = verb_of(span, piece)
    if verb != "arrive" and closes_window(piece.clause, span):
        return "depart_before"
    if verb == "arrive":
        return "arrive_by"
    if span.role == "by":
        return "depart_before" if verb == "leave" else "arrive_by"
    if span.role == "after":
        return "depart_after"
    if span.role == "about":
        return "about"
    return "depart_at"


_NOTHING = re.compile(
    r"(?:\b(?:nothing|none|no train|no flight|don['’]?t want|jangan|bukan)\b[^,.;]{0,24}\b(?:leav"
    r"|depart|berangkat)|(?:别|不要)[^,;。]{0,10}前(?:出发|走|起飞|发车))"
)
""" "nothing that leaves before": what must not be."""


def verb_of(span: Time, piece: Piece) -> str:
    """What happens at an hour: ``arrive``, ``leave`` or empty. In Chinese the verb stands behind the hour."""
    low = piece.low
    behind = low[span.end - piece.clause.start :]
    if w.FOLLOWS_LEAVE.match(behind):
        return "leave"
    if w.FOLLOWS_ARRIVE.match(behind):
        return "arrive" if span.role != "after" else ""
    at = span.end - piece.clause.start
    rows = sorted(
        [(m.start(), "leave") for m in w.LEAVE.finditer(low)] + [(m.start(), "arrive") for m in w.ARRIVE.finditer(low)]
    )
    before = [verb for start, verb in rows if start < at]
    if before:
        return before[-1]
    # "leaving after 7" with a slip in the verb: one seldom wishes to arrive after an hour.
    return rows[0][1] if rows and span.role != "after" else ""


def _for_each(trip: Trip, ends: list[End], scene: Scene, ids: list[str]) -> list[Trip]:
    """A trip for each traveller, where the words name several people who set out from several cities."""
    origins = {e.city: e.at for e in reversed(ends) if e.role == "from"}
    if len(origins) < 2 or not trip.destination:
        return []
    people = _named(scene)
    made: list[Trip] = []
    for city, at in sorted(origins.items(), key=lambda row: row[1]):
        before = [(start, who) for start, who in people if start <= at]
        who = max(before)[1] if before else ""
        made.append(msgspec.structs.replace(trip, id=ids[len(made)], origin=city, who=(who,), passengers=1))
    if len({t.who for t in made}) < len(made) or any(t.who == ("",) for t in made):
        return []
    return made


def _named(scene: Scene) -> list[tuple[int, str]]:
    """Where the words speak of the person and of travellers they saved."""
    if not scene.has("fliggy_traveller_list"):
        return []
    known = scene.look("fliggy_traveller_list", {}, "travellers")["travellers"]
    rows = [(m.start(), "self") for m in w.ME.finditer(scene.low)]
    named: list[str] = []
    for one in known:
        name = str(one["name"])
        at = [m.start() for m in re.finditer(re.escape(name.casefold()), scene.low)]
        if at and one["traveller_id"] != "self":
            rows += [(start, name) for start in at]
            named.append(name)
    if len(named) == 1:
        rows += [(m.start(), named[0]) for m in w.OTHER.finditer(scene.low)]
    return rows
