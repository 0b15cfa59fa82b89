"""Clauses that tell something: what was bought before, what was charged twice, what to take if a thing is sold out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import msgspec

from agent.grammar import Count, Day, DayPart, DayRange, Money, Recurrence, Span, Time
from agent.rules.cues import Cue
from agent.rules.kinds import NOT_TWICE
from agent.rules.nouns import nouns
from agent.rules.people import contacts_named, payers_named
from agent.rules.scene import Clause, Scene
from agent.task import Item

_FAULTS = ("size_reason", "quality_reason", "damaged_reason", "wrong_item_reason")
_CLOCK = re.compile(r"(?:jam|pukul|at)\s|\d")
_EARLIER = re.compile(r"tadi|this morning|今早|今天早上")
_WEAK = frozenset({"mau", "pengen", "pengin", "要", "i want"})
"""Verbs of wishing, behind which stands a thing or something that one does."""
_SEATS = ("goal.flight", "goal.train", "goal.stay", "goal.ride", "goal.visit")


def tell_apart(scene: Scene) -> None:
    """Correct the kinds of clauses that tell what was or what may be."""
    for i, clause in enumerate(scene.clauses):
        others = [c for c in scene.clauses if c is not clause]
        if _charged_twice(clause) and not NOT_TWICE.search(clause.low):
            clause.kinds = ["dispute"]
        elif clause.kinds == ["buy"] and _bought_before(clause, scene):
            clause.kinds = []
        elif _stands_for(clause) and any(c.kinds for c in others):
            clause.kinds, clause.aside = [], True
        elif _more_money(clause, i, scene):
            clause.kinds = ["transfer"]
        elif _tickets_of(clause, scene):
            clause.kinds = ["visit"]
        elif _for_what(clause, i, scene) or _not_sold(clause, others, scene):
            clause.kinds = []
        elif not clause.kinds and clause.has("pay") and _bill_beside(others):
            clause.kinds = ["bill"]
        elif _starts_permission(clause, scene.clauses[i:]):
            clause.kinds = ["mandate"]


def _for_what(clause: Clause, at: int, scene: Scene) -> bool:
    """ "transfer 150 ke Li Wei, buat taksi kemarin": what money is for is no errand."""
    opener = clause.cues[0] if clause.cues else None
    money = at > 0 and bool({"transfer", "collect"}.intersection(scene.clauses[at - 1].kinds))
    opens = opener is not None and not scene.text[clause.start : opener.start].strip()
    return money and opens and opener is not None and (opener.form == "for" or "purpose" in opener.concepts)


def _not_sold(clause: Clause, others: list[Clause], scene: Scene) -> bool:
    """ "nanti mau nonton, jemput jam 6": what one is about to do, beside an errand, and no shop sells it."""
    wants = [c for c in clause.cues if "goal.buy" in c.concepts]
    if clause.kinds != ["buy"] or not wants or any(c.form not in _WEAK for c in wants) or clause.of(Count):
        return False
    if any("measure" in c.concepts or c.form in ("个", "再", "份") for c in clause.cues):
        # 再要个润喉糖: what is measured out is a thing.
        return False
    things = nouns(clause)
    return any(c.kinds for c in others) and bool(things) and not any(scene.dishes(n.words) for n in things)


def _bill_beside(others: list[Clause]) -> bool:
    """ "wifi mati, bayarin ya": the bill is named in a clause that wants nothing itself."""
    return any(c.all("bill") for c in others) and not any(c.kinds for c in others)


def _charged_twice(clause: Clause) -> bool:
    return clause.has("charged") and any(count.n == 2 and count.unit in ("time", "") for count in clause.of(Count))


def _bought_before(clause: Clause, scene: Scene) -> bool:
    """ "sepatu yang kemarin aku beli kekecilan"."""
    if clause.has("last", "usual") or as_before(clause, scene):
        return False
    today = scene.now.date()
    past = any(span.date < today for span in clause.of(Day))
    past = past or any(part.day is not None and part.day < today for part in clause.of(DayPart))
    now = scene.now.time()
    past = past or any(_EARLIER.match(p.words.casefold()) and p.last <= now for p in clause.of(DayPart))
    return past or (clause.has(*_FAULTS) and not clause.has("running_out"))


def as_before(clause: Clause, scene: Scene) -> bool:
    """ "kayak kemarin", "same as last month": a day that is over, behind a word of likeness."""
    today = scene.now.date()
    over = [d.start for d in clause.of(Day) if d.date < today] + [
        d.start for d in clause.of(DayRange) if d.last < today
    ]
    likes = [c.end for c in clause.cues if "likeness" in c.concepts]
    return any(0 <= start - end <= 6 for start in over for end in likes)


def likened(scene: Scene) -> None:
    """ "samain kayak tadi pagi": the day of an earlier order is no day of this one."""
    for clause in scene.clauses:
        likes = [c.end for c in clause.cues if "likeness" in c.concepts]
        for span in clause.spans:
            if isinstance(span, Time) and _EARLIER.match(span.words.casefold()) and _CLOCK.search(span.words):
                # "kayak tadi pagi, jam 7": the earlier morning, and when this one is wanted.
                at = span.start + next(_CLOCK.finditer(span.words)).start()
                clock = replace(span, start=at, words=span.words[at - span.start :], day=None)
                past = DayPart(span.start, at, span.words[: at - span.start], "morning", span.time, span.time, None)
                clause.spans = tuple(t for s in clause.spans for t in ((past, clock) if s is span else (s,)))
                kept = (t for s in scene.reading.spans for t in ((past, clock) if s is span else (s,)))
                scene.reading, span = replace(scene.reading, spans=tuple(kept)), past
            day = _over(span, scene)
            if day is None or not (clause.has("again") or any(0 <= span.start - end <= 6 for end in likes)):
                continue
            scene.since = day.isoformat()
            clause.spans = tuple(s for s in clause.spans if s is not span)
            cues = (*clause.cues, Cue(span.start, span.end, ("last", "fn"), span.words.casefold()))
            clause.cues = tuple(sorted(cues, key=lambda cue: cue.start))
            scene.reading = replace(scene.reading, spans=tuple(s for s in scene.reading.spans if s is not span))


def _over(span: Span, scene: Scene) -> date | None:
    """The day of a span that is over; None if it is not, or names no day."""
    today = scene.now.date()
    if isinstance(span, Day):
        return span.date if span.date < today else None
    if isinstance(span, DayPart):
        if span.day is None and not _EARLIER.match(span.words.casefold()):
            return None
        over = (span.day or today) < today or bool(_EARLIER.match(span.words.casefold()))
        return (span.day or today) if over else None
    return None


def _stands_for(clause: Clause) -> bool:
    """ "kalau habis mie goreng aja": what to take instead, which is no wish of its own."""
    return clause.has("substitute") or (clause.has("if") and clause.has("running_out") and not clause.of(Money))


def with_instead(items: tuple[Item, ...], scene: Scene) -> tuple[Item, ...]:
    """The things with what the person takes if they are sold out, as a clause behind them tells."""
    found = list(items)
    for clause in scene.clauses:
        other = next(iter(nouns(clause)), None) if clause.aside and _stands_for(clause) else None
        before = [i for i, item in enumerate(found) if 0 <= scene.text.find(item.words) < clause.start and item.words]
        if other is not None and before:
            found[before[-1]] = msgspec.structs.replace(found[before[-1]], instead=other.words)
    return tuple(found)


def _more_money(clause: Clause, at: int, scene: Scene) -> bool:
    """ "tf Mandy 120 terus Sarah 80": a name and an amount behind a transfer."""
    before = scene.clauses[at - 1] if at else None
    if before is None or before.kinds != ["transfer"] or clause.kinds not in ([], ["buy"]) or clause.has("strong.buy"):
        return False
    amount = bool(clause.of(Money)) or any(not c.unit and c.n >= 5 for c in clause.of(Count))
    if not amount and (_AMOUNT_TO.match(clause.low) is None or clause.kinds == ["buy"]):
        return False
    people = [noun for noun in nouns(clause) if contacts_named(noun.words, scene)]
    if amount and len(people) == len(nouns(clause)) == 1:
        return True
    return _AMOUNT_TO.match(clause.low) is not None and len(payers_named(clause.text, scene)) == 1


_AMOUNT_TO = re.compile(
    r"[\s,]*(?:terus|lalu|dan|sama|and|then|also|plus)?\s*(?:\W|rp|rmb)?\s*"
    r"\d[\d.,]*\s*(?:yuan|kuai|rmb|ribu|rb|k)?\s+(?:ke|buat|to|for)\s"
)


_TICKET = re.compile(r"\b(?:tickets?|tix|tiket|admission)\b|票")


_SIGHTS = frozenset({"museum", "show", "boat", "cruise", "tour"})
"""What one needs tickets for, and no word for a ticket."""


def _tickets_of(clause: Clause, scene: Scene) -> bool:
    """ "mau dua tiket Yu Garden": tickets of a sight are no goods."""
    if clause.kinds not in ([], ["buy"]):
        return False
    tickets = clause.has("ticket_unit") or any(
        "what.ticket" in cue.concepts and cue.form not in _SIGHTS for cue in clause.cues
    )
    tickets = tickets or ("票" in clause.low and not clause.has("goal.flight", "goal.train"))
    if not (tickets or any(c.unit == "ticket" for c in clause.of(Count))):
        return False
    places = [scene.place(noun.words) for noun in nouns(clause)]
    return any(place is not None and place.level == "poi" for place in places)


def _starts_permission(clause: Clause, behind: list[Clause]) -> bool:
    """ "mulai besok kopi pagi langsung dibayar aja, gak usah nanya": from a day on, without asking."""
    if clause.kinds not in ([], ["buy"]) or clause.has(*_SEATS):
        return False
    begins = any(day.role == "from" for day in clause.of(Day)) or bool(clause.of(Recurrence))
    return begins and any(c.has("no_need_to_ask") for c in behind[:2])
