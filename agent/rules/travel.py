"""Seats and rooms: trips out and back, hotel nights."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from agent.grammar import Count, DayPart, DayRange, Ref, Span, Time
from agent.rules.buy import PEOPLE, limits
from agent.rules.cues import forms_in
from agent.rules.domains import Draft
from agent.rules.nouns import nouns
from agent.rules.places import ground, mentions
from agent.rules.questions import ask
from agent.rules.routes import city_pair, homeward, leads_home, most_stops, same_day, wished
from agent.rules.scene import Clause, Place, Scene
from agent.rules.shapes import corrected_mode
from agent.rules.timing import END_OF_DAY, date_of, days
from agent.task import Question, Trip

CABINS = ("second", "first", "business", "economy", "hard_seat", "hard_sleeper", "soft_sleeper")
AFTER_MEETING = {"flight": timedelta(minutes=120), "train": timedelta(minutes=60), "": timedelta(minutes=60)}
"""From the end of an appointment to a seat on the way home: the ride, and the airport's or the station's own time."""

_PLURAL = ("trains", "flights", "train tickets", "flight tickets")
_TOGETHER = re.compile(
    r"我[和跟]|[和跟]我|带[上我]|带着|\bwith my\b|\bmy \w+ and (?:i|me)\b|\bme and my\b"
    r"|\b(?:sama|berdua|bareng|bersama|ajak|ngajak|dengan|dan|bawa)\b"
)
_NUMBER = re.compile(r"^(?:[GDCZKT]\d{1,4}|[A-Z0-9]{2}\d{3,4})$", re.IGNORECASE)


def read_trip(
    draft: Draft, ids: tuple[str, str], scene: Scene, *, with_stay: bool
) -> tuple[list[Trip], list[Question]]:
    """A draft as one or two trips (out and back), with what is missing. ``ids`` are theirs."""
    mode = "flight" if draft.has("goal.flight") else "train" if draft.has("goal.train") else ""
    if draft.has("goal.flight") and draft.has("goal.train") and draft.has("either", "any"):
        mode = ""
    elif not mode:
        own = [m.own for c in draft.clauses for m in mentions(c)]
        mode = "flight" if "airport" in own else ""
    mode = corrected_mode(draft.clauses) or mode
    origin, destination, reach = _ends(draft, scene)
    out_days, back_day, back_cue = _days(draft)
    out = Trip(
        id=ids[0],
        words=draft.words,
        mode=mode,
        origin=origin,
        destination=destination,
        date=_iso(out_days),
        reach=reach,
        number=_number(draft),
        passengers=max(1, _people(draft)),
        cabin=next((c for c in CABINS if draft.has(f"cabin.{c}")), ""),
        seat="aisle" if draft.has("seat.aisle") else "window" if draft.has("seat.window") else "",
        max_stops=_stops(draft),
        choice=next((c for c in ("cheapest", "fastest", "earliest") if draft.has(c)), ""),
    )
    out, leave_after = _clock(out, draft, scene, back_cue)
    questions: list[Question] = []
    if not out.destination:
        questions.append(ask(out.id, "destination", "address", scene.language, "destination"))
    if not out.date:
        questions.append(ask(out.id, "date", "date", scene.language, "trip_date"))
    timed = back_cue is not None and any(isinstance(span, Time | DayPart) for span in back_cue.spans)
    if timed and back_day is None and not with_stay:
        # 下午五点回来: without a day of its own the way back is on the same day.
        back_day = date.fromisoformat(out.date) if out.date else None
    if back_cue is not None and back_day is None and len(out_days) == 1 and same_day(back_cue):
        back_day = date_of(out_days[0])
    wants_back = draft.has("round_trip") or (back_cue is not None and not leads_home(draft.clauses, scene))
    spread = next((d for d in days(draft.clauses) if isinstance(d, DayRange)), None)
    plural = any(cue.form in _PLURAL for c in draft.clauses for cue in c.cues)
    if spread is not None and (wants_back or with_stay):
        wants_back, back_day = True, back_day or spread.last
    if back_day is not None and out.date and back_day.isoformat() < out.date:
        back_day += timedelta(days=7)
    if not wants_back and not (plural and with_stay):
        return [_with_budget(out, draft)], questions
    back = msgspec.structs.replace(
        out, id=ids[1], origin=out.destination, destination=out.origin, date=back_day.isoformat() if back_day else "",
        reach="", arrive_by="", number="", back_of=out.id, depart_at="", depart_after="", depart_before="",
    )  # fmt: skip
    back = _way_back(back, scene, back_cue, leave_after)
    if not back.date and not with_stay:
        questions.append(ask(back.id, "date", "date", scene.language, "back_date"))
    return [out, back], questions


def _stops(draft: Draft) -> int:
    said = [s for clause in draft.clauses for s in forms_in(clause.low, "stops")]
    counted = most_stops(draft.clauses)
    return counted if counted >= 0 else 1 if "one" in said else 0 if "none" in said else -1


def _with_budget(trip: Trip, draft: Draft) -> Trip:
    budget, about = limits(draft.clauses)
    return msgspec.structs.replace(trip, budget_fen=budget or about)


def _iso(found: list[Span]) -> str:
    first = date_of(found[0]) if found else None
    return first.isoformat() if first else ""


def _number(draft: Draft) -> str:
    for clause in draft.clauses:
        for ref in clause.of(Ref):
            if _NUMBER.match(ref.words):
                return ref.words.upper()
    return ""


def _people(draft: Draft) -> int:
    counts = [c for clause in draft.clauses for c in clause.of(Count)]
    people = sum(c.n for c in counts if c.unit in PEOPLE)
    if not people and any(clause.all("rel") and _TOGETHER.search(clause.low) for clause in draft.clauses):
        people = 2
    return people or max((c.n for c in counts if c.unit == "ticket" or _of_seats(c, draft)), default=0)


def _of_seats(count: Count, draft: Draft) -> bool:
    """Whether a bare number stands right before the word for the way: 2 of "2 train tix"."""
    cues = [cue for clause in draft.clauses for cue in clause.cues]
    if re.fullmatch(r"x\s?\d+|\d+\s?x", count.words):
        return True
    return not count.unit and any(
        0 <= cue.start - count.end <= 1 and {"goal.train", "goal.flight"}.intersection(cue.concepts) for cue in cues
    )


def _ends(draft: Draft, scene: Scene) -> tuple[str, str, str]:
    """Origin, destination and the place where the person has to be."""
    origin = destination = reach = ""
    inside = ""
    for clause in draft.clauses:
        for mention in mentions(clause):
            if mention.own or (mention.role == "near" and clause.kinds):
                continue
            place = ground(mention, scene) or (ground(mention, scene, destination) if destination else None)
            if place is None:
                continue
            if mention.role == "from":
                origin = place.city
            elif place.level == "city":
                if destination and clause.has("back") and scene.own_city(place):
                    # 周日回深圳: the way back leads home.
                    continue
                if mention.role == "to" or not destination:
                    destination = destination if _is_origin(place, origin) else place.city
            elif place.level in ("airport", "station"):
                inside = inside or place.city
                if destination == place.city and mention.role == "to":
                    reach = mention.words
            elif not scene.own_city(place) or not reach:
                reach, inside = mention.words, inside or place.city
    if reach and destination:
        found = scene.place(reach, destination)
        if found is None or found.city != destination:
            reach = ""
    if not (destination or inside):
        pair, home = city_pair(scene), homeward(draft.clauses, scene)
        if pair is not None:
            return origin or pair[0].city, pair[1].city, reach
        if home is None and (beside := _adjacent_cities(draft, scene)) is not None:
            return origin or beside[0], beside[1], reach
        destination = home.city if home is not None else _bare_city(draft, scene)
    return origin, destination or inside, reach


def _bare_city(draft: Draft, scene: Scene) -> str:
    """ "Nanjing this Saturday": a city that stands alone is where the person wants to go."""
    for clause in draft.clauses:
        for noun in nouns(clause)[:2]:
            place = scene.place(noun.words)
            if place is not None and place.level == "city" and not scene.own_city(place):
                return place.city
    return ""


def _adjacent_cities(draft: Draft, scene: Scene) -> tuple[str, str] | None:
    """ "kereta Beijing Tianjin lusa": two cities that stand side by side are where one starts and where one goes."""
    for clause in draft.clauses:
        for noun in nouns(clause)[:2]:
            words = noun.words.split()
            for at in range(1, min(len(words), 4)):
                first, second = scene.place(words[at - 1]), scene.place(words[at])
                if first and second and first.level == second.level == "city" and first.city != second.city:
                    return first.city, second.city
    return None


def _is_origin(place: Place, origin: str) -> bool:
    return bool(origin) and place.city == origin


_BETWEEN = re.compile(r"[\s,]*(?:(?:udah|harus|baru|mau|aku|kita|langsung|must|i|we|will|have to|need to|be)\s+)*")


def _beside(clause: Clause, end: int, start: int) -> bool:
    """Whether nothing of weight stands between a day and the word for the way back: "minggu udah harus balik"."""
    between = clause.low[end - clause.start : start - clause.start]
    return start - end <= 4 or bool(_BETWEEN.fullmatch(between))


def _days(draft: Draft) -> tuple[list[Span], date | None, Clause | None]:
    """The days out, the day back, and the clause that speaks of the way back."""
    back_clause, back_at = None, -1
    cue = None
    for clause in draft.clauses:
        for found in clause.cues:
            # "pp" and "round trip" say that there is a way back, "pulang tgl 24" says when.
            if "back" in found.concepts and (cue is None or "round_trip" in cue.concepts):
                back_clause, back_at, cue = clause, found.start, found
    named = days(draft.clauses)
    if back_clause is None:
        return named, None, None
    after = [d for d in named if d.start > back_at and d.start < back_clause.end]
    before = [
        d for d in named if back_clause.start <= d.start and d.end <= back_at and _beside(back_clause, d.end, back_at)
    ]
    # "back on Sunday", but 周日回: the day stands after the word in spaced scripts and before it in Chinese.
    if cue is not None and "round_trip" in cue.concepts:
        day = date_of(named[1]) if len(named) > 1 else None
        return named[:1], day, back_clause
    spaced = cue is not None and cue.form.isascii()
    first, second = (after[:1], before[-1:]) if spaced else (before[-1:], after[:1])
    chosen = next(iter([*first, *second]), None) if len(named) > 1 or spaced else next(iter(after), None)
    if chosen is None:
        return named, None, back_clause
    day = chosen.last if isinstance(chosen, DayRange) else date_of(chosen)
    return [d for d in named if d is not chosen], day, back_clause


def _clock(trip: Trip, draft: Draft, scene: Scene, back: Clause | None) -> tuple[Trip, datetime | None]:
    """The clock wishes of the way out, and the end of the last appointment."""
    ends: datetime | None = None
    day = date.fromisoformat(trip.date) if trip.date else None
    changes: dict[str, Any] = {}
    for clause in draft.clauses:
        back_cue = clause.cue("back")
        from_here = back_cue.start if clause is back and back_cue and clause.has("leave") else clause.start
        returning = clause is back and not clause.has("goal.flight", "goal.train")
        for span in clause.of(Time):
            when = span.day or day or scene.reading.day_for(span)
            # "Before midnight" is within the day that was named.
            midnight = span.role == "by" and span.day is None and span.time == time(0)
            moment = scene.moment(when, END_OF_DAY if midnight else span.time)
            if clause.has("event_end") and _closest(clause, span, "event_end"):
                ends = datetime.fromisoformat(moment)
            elif returning and span.start >= from_here:
                continue
            elif own := wished(clause, span, moment):
                changes |= own
            elif clause.has("event") or (span.role == "by" and not clause.has("leave")):
                changes.setdefault("arrive_by", moment)
            elif span.role == "by":
                changes["depart_before"] = moment
            elif span.role == "after":
                changes["depart_after"] = moment
            elif clause.has("arrive") and not clause.has("leave", "goal.flight", "goal.train"):
                changes.setdefault("arrive_by", moment)
            elif span.role == "about":
                changes["depart_after"] = _shift(moment, -60)
                changes["depart_before"] = _shift(moment, 60)
            else:
                changes["depart_at"] = moment
    if trip.date == "" and changes and _names_a_day(scene):
        first = next(iter(changes.values()))
        changes["date"] = first[:10]
    if not changes:
        for clause in draft.clauses:
            if clause is back and not clause.has("goal.flight", "goal.train"):
                continue
            for part in clause.of(DayPart):
                if part.day is not None and trip.date and part.day.isoformat() != trip.date:
                    continue
                if back is clause and clause.of(DayPart)[0] is not part:
                    continue
                changes |= _window(part, trip.date or scene.now.date().isoformat(), scene)
                changes.setdefault("date", trip.date or scene.now.date().isoformat())
                break
    return msgspec.structs.replace(trip, **changes), ends


_NOW = re.compile(
    r"现在|马上|这就|今|\b(?:now|asap|right away|tonight|today|sekarang|hari ini|nanti|malam ini|sore ini)\b"
)


def _names_a_day(scene: Scene) -> bool:
    """Whether anything tells the day of an hour; without it the hour alone leaves the day open."""
    told = any(isinstance(s, DayPart) or date_of(s) is not None for c in scene.clauses for s in c.spans)
    return told or bool(_NOW.search(scene.low))


def _closest(clause: Clause, span: Time, concept: str) -> bool:
    cue = clause.cue(concept)
    times = clause.of(Time)
    return cue is not None and min(times, key=lambda t: abs(t.start - cue.end)) is span


def _window(part: DayPart, day: str, scene: Scene) -> dict[str, str]:
    window = {"depart_after": scene.moment(date.fromisoformat(day), part.first)}
    if part.name not in ("evening", "night"):
        window["depart_before"] = scene.moment(date.fromisoformat(day), part.last)
    return window


def _way_back(trip: Trip, scene: Scene, back: Clause | None, ends: datetime | None) -> Trip:
    changes: dict[str, Any] = {}
    day = date.fromisoformat(trip.date) if trip.date else None
    cue = back.cue("back") if back is not None else None
    if back is not None and cue is not None:
        for span in back.of(Time):
            if span.start > cue.start or (not cue.form.isascii() and not back.has("goal.flight", "goal.train")):
                moment = scene.moment(span.day or day, span.time)
                changes["depart_before" if span.role == "by" else "depart_after"] = moment
        for part in back.of(DayPart):
            if (part.start > cue.start or part.day == day) and day is not None and not changes:
                changes |= _window(part, day.isoformat(), scene)
    if ends is not None and day is not None and ends.date() == day:
        soonest = (ends + AFTER_MEETING[trip.mode]).isoformat()
        changes["depart_after"] = max(changes.get("depart_after", ""), soonest)
    return msgspec.structs.replace(trip, **changes)


def _shift(moment: str, minutes: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(minutes=minutes)).isoformat()
