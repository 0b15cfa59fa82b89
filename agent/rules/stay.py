"""Hotel nights."""

from __future__ import annotations

import re
from datetime import date, timedelta

from agent.grammar import Count, DayPart, DayRange, Duration, Money, Span, Stars
from agent.rules.buy import PEOPLE
from agent.rules.domains import Draft
from agent.rules.nouns import nouns
from agent.rules.places import Mention, ground, mentions, own_address
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.rules.timing import date_of, days
from agent.task import Question, Stay, Trip


def read_stay(
    draft: Draft, goal_id: str, scene: Scene, *, trip: Trip | None, back: Trip | None
) -> tuple[Stay, list[Question]]:
    """A draft as hotel nights."""
    city, near = _where(draft, scene, trip)
    named = [d for d in days(draft.clauses) if (date_of(d) or date.min) >= scene.now.date()]
    nights = next((c.n for clause in draft.clauses for c in clause.of(Count) if c.unit == "night"), 0)
    check_in = ""
    if named:
        first = named[0]
        check_in, nights = _first_night(first, nights, scene)
        nights = nights or _until(first, check_in, scene)
        if len(named) > 1 and not nights:
            last = date_of(named[-1])
            nights = max(0, (last - date.fromisoformat(check_in)).days) if last else 0
            nights += bool(nights) and _nightly(named[-1], scene)
        if not nights and len(named) == 1 and isinstance(first, DayPart) and first.name in ("evening", "night"):
            nights = 1
    if trip is not None and trip.date and check_in in ("", trip.date):
        check_in = ""
        if back is not None and back.date and nights and nights == _between(trip.date, back.date):
            nights = 0
    if trip is not None and back is None and not nights:
        nights = max(0, _days_away(scene) - 1)
    per_night, budget = _prices(draft, nights)
    stars = next((s.n for clause in draft.clauses for s in clause.of(Stars)), 0)
    people = sum(c.n for clause in draft.clauses for c in clause.of(Count) if c.unit in PEOPLE)
    goal = Stay(
        id=goal_id,
        words=draft.words,
        city=city,
        near=near,
        check_in=check_in,
        nights=nights,
        per_night_fen=per_night,
        budget_fen=budget,
        breakfast=draft.has("breakfast_included") or _breakfast(draft),
        free_cancel=draft.has("free_cancel") or any(cancels(c.low) for c in draft.clauses),
        bed=next((bed for bed in ("double", "twin") if draft.has(bed)), ""),
        stars=stars,
        guests=max(1, people),
        choice="cheapest" if draft.has("cheapest") else "best" if draft.has("best") else "",
    )
    questions: list[Question] = []
    if not goal.city and trip is None:
        questions.append(ask(goal_id, "city", "address", scene.language, "stay_city"))
    if not goal.check_in and trip is None:
        questions.append(ask(goal_id, "check_in", "date", scene.language, "stay_nights"))
    return goal, questions


_CANCELS = re.compile(r"取消|退(?:订|房)|\b(?:cancel\w*|batal\w*|dibatal\w*|pembatalan\w*|refund\w*)\b")
_LEFT_ALONE = re.compile(
    r"别|不要|不用|不能|已经|被|了[,，]?$|\b(?:don['’]?t|do not|not|non|can['’]?t|cannot|was|were|got|been|already"
    r"|my (?:old|booked)|jangan|nggak|tidak|gak|sudah|udah)\b"
)


_FREE = re.compile(
    r"(?<!sarapan )\b(?:gratis|for free|free of charge)\b(?!\s+(?:wifi|wi-fi|breakfast|parking|sarapan|parkir))"
)
"""What a room has for free, if no more is said, is that it can be given back."""


def cancels(low: str) -> bool:
    """Whether words about a room to book speak of cancelling it: then it has to be possible at no charge."""
    return bool(_CANCELS.search(low) or _FREE.search(low)) and not _LEFT_ALONE.search(low)


def _breakfast(draft: Draft) -> bool:
    return any(c.has("meal.breakfast") and "buy" not in c.kinds for c in draft.clauses)


def _between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _first_night(span: Span, nights: int, scene: Scene) -> tuple[str, int]:
    if isinstance(span, DayRange):
        if not nights:
            return span.first.isoformat(), span.nights
        # Two nights on a weekend are those before Saturday and before Sunday.
        first = span.last - timedelta(days=nights)
        if first < span.first and first >= scene.now.date():
            return first.isoformat(), nights
        return span.first.isoformat(), nights
    return (date_of(span) or scene.now.date()).isoformat(), nights


_UNTIL = re.compile(r"\s*(?:sampai|hingga|s/d|sd|till|until|to|到|至|-)\s*(?:tgl\s*)?(\d{1,2})(?!\d)")


def _nightly(last: Span, scene: Scene) -> bool:
    """Whether the last of several days is a night to sleep there: "fri and sat night"."""
    if isinstance(last, DayPart):
        return last.name in ("evening", "night")
    return bool(re.match(r"\s*nights?\b|晚|malam", scene.low[last.end :]))


def _until(span: Span, check_in: str, scene: Scene) -> int:
    """Nights up to a bare day of the month behind the first day: "tgl 20 sampai 22"."""
    match = _UNTIL.match(scene.low, span.end)
    if match is None:
        return 0
    last = int(match.group(1)) - date.fromisoformat(check_in).day
    return last if 0 < last < 31 else 0


def _days_away(scene: Scene) -> int:
    """出差三天: how many days the words say one is away."""
    lengths = [d.minutes for clause in scene.clauses for d in clause.of(Duration)]
    return next((minutes // 1440 for minutes in lengths if minutes % 1440 == 0 and minutes <= 20 * 1440), 0)


def _before_hotel(draft: Draft, scene: Scene, trip: Trip | None) -> tuple[str, str]:
    """陆家嘴的酒店: a place that stands before the word for a hotel, without a preposition."""
    for clause in draft.clauses:
        for noun in nouns(clause) if "stay" in clause.kinds else []:
            place = ground(Mention("at", noun.words, noun.start, noun.end), scene, trip.destination if trip else "")
            if place is not None:
                return place.city, "" if place.level == "city" else noun.words
    return "", ""


def _prices(draft: Draft, nights: int) -> tuple[int, int]:
    per_night = budget = 0
    for clause in draft.clauses:
        for money in clause.of(Money):
            if money.bound == "above" or money.currency != "CNY":
                continue
            if money.per in ("night", "day") or (not money.per and nights <= 1):
                per_night = money.fen
            else:
                budget = money.fen
    return per_night, budget


def _where(draft: Draft, scene: Scene, trip: Trip | None) -> tuple[str, str]:
    city, near = "", ""
    nearby: list[Mention] = []
    for clause in draft.clauses:
        for mention in mentions(clause):
            if mention.role == "near":
                nearby.append(mention)
                continue
            if mention.own:
                continue
            place = ground(mention, scene)
            if place is None:
                continue
            if place.level == "city":
                city = place.city
            elif "stay" in clause.kinds or clause.has("goal.stay"):
                near, city = mention.words, city or place.city
    if not (city or near or nearby):
        city, near = _before_hotel(draft, scene, trip)
    inside = city or (trip.destination if trip else "")
    for mention in nearby:
        if mention.own == "here":
            city = city or scene.me.city_names[0]
            continue
        if mention.own in ("station", "airport"):
            near = mention.words
            continue
        address = own_address(mention.own, scene) if mention.own in ("home", "office") else None
        if address is not None:
            near, city = address["text"], city or address["city"]
            continue
        place = ground(mention, scene, inside) or (ground(mention, scene) if inside else None)
        if place is None:
            near = mention.words
        elif place.level == "city":
            city = place.city
        else:
            near, city = mention.words, city or ("" if trip else place.city)
    return city, near
