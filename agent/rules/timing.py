"""When: moments and days from the spans of clauses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from agent.grammar import Count, Day, DayPart, DayRange, Duration, Money, Span, Time
from agent.rules.cues import Cue
from agent.rules.nouns import nouns
from agent.rules.scene import Clause, Scene

END_OF_DAY = time(23, 59)
MIDDAY = time(12)
DELIVERY_HOURS = {
    "early": time(8),
    "morning": time(9, 30),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18, 30),
    "night": time(20),
}
"""When to deliver in a part of a day that is not today."""

MEAL_HOURS = {"breakfast": time(8), "lunch": time(12), "dinner": time(18)}


_SO = re.compile(
    r"\b(?:minta|tolong|pesan\w*|mau|aku|kami|kita|saya|harus|butuh|perlu|ambil|yang|kereta|hotel\w*|tiket\w*)\b"
)
"""*jadi* before a wish of its own is "so", and puts nothing right."""


def apply_corrections(clauses: list[Clause]) -> None:
    """A later correction ("no, make that 3") takes the place of the earlier amount, count, day or time."""
    corrected = False
    for i, clause in enumerate(clauses):
        _correct_inside(clause)
        cue = clause.cue("correction")
        opens = cue is not None and not clause.text[: cue.start - clause.start].strip(" ,.-")
        if opens and cue is not None and cue.form == "jadi" and _SO.search(clause.low):
            opens = False
        if not (opens or corrected):
            continue
        if opens and not clause.spans and len(clause.text.strip(" ,.!;。")) <= len(cue.form if cue else "") + 2:
            corrected = True
            continue
        corrected = False
        for span in clause.spans:
            if _replace_earlier(span, clauses[:i]):
                clause.spans = tuple(s for s in clause.spans if s is not span)
                clause.cues = (*clause.cues, Cue(span.start, span.end, ("fn",), span.words.casefold()))


def _correct_inside(clause: Clause) -> None:
    """kopi 2 eh 3: the correction stands inside the clause."""
    if clause.has("goal.reschedule"):
        return
    for cue in clause.cues:
        if "correction" not in cue.concepts:
            continue
        before = [s for s in clause.spans if s.end <= cue.start]
        after = [s for s in clause.spans if s.start >= cue.end]
        if not before or not after or clause.text[cue.end - clause.start : after[0].start - clause.start].strip(" ,"):
            continue
        if clause.text[before[-1].end - clause.start : cue.start - clause.start].strip(" ,"):
            continue
        new = _merged(before[-1], after[0])
        if new is not None:
            clause.spans = tuple(new if s is before[-1] else s for s in clause.spans if s is not after[0])


def _replace_earlier(span: Span, clauses: list[Clause]) -> bool:
    for clause in reversed(clauses):
        if isinstance(span, Count) and not nouns(clause):
            continue
        for old in reversed(clause.spans):
            new = _merged(old, span)
            if new is not None:
                clause.spans = tuple(new if s is old else s for s in clause.spans)
                return True
    return False


def _merged(old: Span, new: Span) -> Span | None:
    if isinstance(old, Count) and isinstance(new, Count) and (not new.unit or new.unit == old.unit):
        return replace(old, n=new.n)
    if isinstance(old, Time) and isinstance(new, Time):
        return replace(old, time=new.time, day=new.day or old.day)
    if isinstance(old, Day) and isinstance(new, Day):
        return replace(old, date=new.date)
    if isinstance(old, Time | DayPart) and isinstance(new, Day) and old.day is not None:
        return replace(old, day=new.date)
    if isinstance(old, Money) and isinstance(new, Money):
        if old.bound == "exact" and new.bound in ("at_most", "below") and new.per == "total" != old.per:
            # "I owe her 80 … so all of it must not be over 380": a limit for everything corrects no single amount.
            return None
        return replace(old, fen=new.fen, bound=old.bound if new.bound == "exact" else new.bound)
    if isinstance(old, Money) and isinstance(new, Count) and not new.unit:
        return replace(old, fen=new.n * 100)
    return None


def days(clauses: list[Clause]) -> list[Span]:
    """The days that clauses name, in order: days, ranges, and parts of a named day."""
    return [
        span
        for clause in clauses
        for span in clause.spans
        if isinstance(span, Day | DayRange) or (isinstance(span, DayPart | Time) and span.day is not None)
    ]


def date_of(span: Span) -> date | None:
    """The (first) day of a span."""
    if isinstance(span, Day):
        return span.date
    if isinstance(span, DayRange):
        return span.first
    if isinstance(span, DayPart | Time):
        return span.day
    return None


def first_date(clauses: list[Clause]) -> str:
    """The first day that clauses name, as an ISO date."""
    for span in days(clauses):
        found = date_of(span)
        if found is not None:
            return found.isoformat()
    return ""


_AHEAD = re.compile(r"\d|depan|next|following|下|号")


def coming(day: date, span: Span, scene: Scene) -> date:
    """The coming day of a bare weekday that the grammar read as the one after another day: "Friday …, by Thursday"."""
    if (day - scene.now.date()).days > 7 and not _AHEAD.search(span.words):
        return day - timedelta(days=7)
    return day


_EARLIER = frozenset({"提前", "ahead", "before", "lebih awal"})
"""A length of time beside these words is taken off the time of the event."""


def delivery(clauses: list[Clause], scene: Scene, meal: str) -> tuple[str, str]:
    """``(by, at)`` of a delivery."""
    by = at = ""
    started = False
    for clause in clauses:
        event = clause.has("event")
        started = started or bool(clause.kinds) or not any(c.kinds for c in clauses)
        for span in clause.of(Time):
            if not (started or event or span.role == "by"):
                continue
            day = scene.reading.day_for(span) if span.day is None else span.day
            moment = scene.moment(day, _of_meal(span, meal))
            if day is not None and day < scene.now.date():
                continue
            due = event or clause.has("deadline") or _deadline_verb(clause)
            if span.role == "by" or (due and span.role in ("at", "about", "after")):
                by = moment
            elif by and moment < by and clause.has("arrive") and span.role in ("at", "about"):
                # "meeting jam 9, …, nyampe setengah 9": the earlier of both is the wish.
                by = moment
            elif span.role in ("at", "about", "after"):
                at = moment
        for length in clause.of(Duration):
            if by and any(cue.form in _EARLIER for cue in clause.cues):
                by = (datetime.fromisoformat(by) - timedelta(minutes=length.minutes)).isoformat()
                continue
            moment = (scene.now + timedelta(minutes=length.minutes)).isoformat()
            asks = bool(clause.kinds) or clause.has("deadline", "deliver", "arrive") or _IN_HAND.search(clause.low)
            if length.role == "" and not asks:
                # 我想了半天: how long something took says nothing of when it is wanted.
                continue
            if length.role in ("within", "") or clause.has("deadline") or length.words.casefold().startswith("in "):
                by = moment
            elif length.role == "after":
                at = moment
    if at and not by and _BEFORE_THAT.search(scene.low):
        return at, ""
    if by or at:
        return by, at
    last = _LAST_DAY.search(scene.low) is not None
    # A day that is said to be the last one comes before those that are only spoken of.
    for clause in sorted(clauses, key=lambda c: not c.has("deadline")):
        if clause.has("event"):
            continue
        for part in clause.of(DayPart):
            day = part.day or scene.reading.day_for(part) or scene.now.date()
            if day < scene.now.date() or (part.day is None and scene.moment(day, part.last) <= scene.now.isoformat()):
                continue
            if clause.has("deadline"):
                day = coming(day, part, scene)
                by = by or scene.moment(day, part.last)
                continue
            if day == scene.now.date():
                by = scene.moment(day, part.last)
            else:
                at = scene.moment(day, MEAL_HOURS.get(meal) or DELIVERY_HOURS[part.name])
        for day_span in clause.of(Day):
            if (last or clause.has("deadline")) and day_span.role == "" and not (by or at):
                by = scene.moment(coming(day_span.date, day_span, scene), END_OF_DAY)
            by, at = _whole_day(day_span, scene, meal, by, at)
        for spread in clause.of(DayRange):
            if not clause.kinds and not clause.has("deadline", "deliver", "arrive"):
                # "Money is tight this month": a stretch of days that nothing is wanted in.
                continue
            if not (by or at) and spread.last > scene.now.date():
                by = scene.moment(spread.last, END_OF_DAY)
    return by, at


_HALF = re.compile(r"[晚夜午]|[ap]\.?m\b|siang|sore|malam|malem|evening|night|noon", re.IGNORECASE)


def _of_meal(span: Time, meal: str) -> time:
    """The hour of a breakfast is one of the morning, unless the words say otherwise."""
    if meal == "breakfast" and span.time.hour > 12 and not _HALF.search(span.words):
        return span.time.replace(hour=span.time.hour - 12)
    return span.time


_BEFORE_THAT = re.compile(
    r"(?:在|赶在)?(?:那|这|此)之?前(?!的|几|两|些)|\bbefore (?:that|then)\b|\b(?:sebelum|sblm) (?:itu|jam segitu)\b"
    r"|晚了就?(?:没用|不用|白)|\b(?:jangan|nggak boleh|gak boleh) (?:lewat|telat|lebih dari jam)"
    r"|\bpercuma kalau telat\b"
)
"""An hour that was only told is the last one: "I leave at eight, so it has to be here before that"."""
_LAST_DAY = re.compile(
    r"\b(?:very |the )last day\b|\bat the (?:very )?latest\b|最晚当天|最迟当天|当天必须|最晚就是|paling telat hari itu"
    r"|paling lambat hari itu|hari itu (?:juga )?harus"
)
"""A day that was only told is the last one: "I need it on Monday, that's the very last day"."""
_IN_HAND = re.compile(r"到手|拿到|收到|送到|内|以内|\b(?:in|within) (?:my hands|an?|the next|\d)|\bdalam\b|\bmaks")


def _deadline_verb(clause: Clause) -> bool:
    return clause.has("arrive") and clause.has("event")


def _whole_day(span: Day, scene: Scene, meal: str, by: str, at: str) -> tuple[str, str]:
    today = scene.now.date()
    if span.date < today or by or at:
        return by, at
    if span.role == "before":
        # "before I come home on Sunday" still reaches into Sunday; "before Sunday" does not.
        direct = len(span.words.split()) > 1 or span.words.endswith(("前", "之前"))
        clear = direct and not span.words.casefold().startswith("hari")
        return scene.moment(span.date, time(0) if clear else MIDDAY), at
    if span.role in ("by", "until"):
        return scene.moment(span.date, END_OF_DAY), at
    if span.date == today:
        return (scene.moment(today, END_OF_DAY), at) if span.explicit and not meal else (by, at)
    return by, scene.moment(span.date, MEAL_HOURS.get(meal, time(10)))
