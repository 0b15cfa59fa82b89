"""The parts of a message: stretches that speak of one errand, each with its topic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from agent.grammar import Count, Duration, Money, Time
from agent.rules.itinerary import words as travel
from agent.rules.itinerary.pieces import when_spans
from agent.rules.joined import words as w
from agent.rules.kinds import NOT_GOODS, kinds_of
from agent.rules.people import people_in
from agent.rules.scene import Clause, Scene

TOPICS = ("travel", "visit", "ride", "buy", "bill", "transfer", "whole", "clash")
LEAST_TOPICS = 2
"""Words that speak of one thing are not taken apart."""
_SEATS = {"goal.flight": "travel", "goal.train": "travel", "goal.stay": "travel", "hotel": "travel"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEAD = re.compile(
    r"(?:\b(?:a|an|the|one|my|also|and|plus|then|book|get|pesan(?:kan|in)?|juga|dan|terus|lalu|sama|need|order|buy|beli"
    r"|for|untuk|buat|please|pls|tolong|just|take|leave|keep)\s+)+$"
)
"""Words that belong to what follows them: its article, its verb, what joins it on."""
_END_OF_SENTENCE = re.compile(r"[.!?。!?;；\n]\s*$")
_PRICED = re.compile(r"(?:max|maks|maksimal|at most|under|up to|no more than|budget|以内|封顶|不超过)")


@dataclass(slots=True)
class Part:
    """A stretch of the words. ``topics`` are of :data:`TOPICS`; ``said`` tells that its own words name them.

    ``asks`` is a part by which the person wants to be asked; ``sentence`` counts the sentences of the message;
    ``things`` tells that it counts or names something to buy, and ``people`` whom it names of the contacts.
    """

    clause: Clause
    topics: tuple[str, ...] = ()
    said: bool = False
    asks: bool = False
    sentence: int = 0
    people: list[tuple[int, str, list[dict[str, object]]]] = field(default_factory=list)
    things: bool = False
    words: str = ""

    @property
    def low(self) -> str:
        """Its words in lower case."""
        return self.clause.low

    @property
    def text(self) -> str:
        """Its words, without what was answered for by others."""
        return self.words or self.clause.text

    @property
    def dated(self) -> bool:
        """Whether it names a day of its own."""
        return bool(when_spans(self.clause))


def parts_of(scene: Scene) -> list[Part]:
    """Cut a message and give each part its topic."""
    found: list[Part] = []
    sentence = 0
    before: Part | None = None
    for clause in scene.clauses:
        for piece in _cut(clause, before):
            part = Part(piece, sentence=sentence)
            found.append(part)
            _name(part, before, scene)
            if part.topics and part.topics not in (("whole",), ("clash",)):
                before = part
        if _END_OF_SENTENCE.search(clause.text) or scene.text[clause.end :][:1] == "\n":
            sentence += 1
    if len({t for part in found for t in part.topics}) < LEAST_TOPICS:
        return found
    for part in found:
        part.people = _people(part.clause, scene) if not part.topics else []
    for part, after in pairwise(found):
        if not part.said and after.said and after.topics == ("ride",) and _leads_ride(part, after):
            part.topics = ("ride",)
    _join_amounts(found)
    _early_amounts(found)
    _join_questions(found)
    _lead_in(found)
    for part, after in pairwise(found):
        if part.topics == ("whole",) and not after.said and not after.clause.spans:
            # "anything above is not paid back": that goes on about the amount.
            after.topics = ()
        if part.topics == ("clash",) and after.asks and not after.said:
            # "if it clashes, ask first": what there is to ask about stood before.
            after.asks = False
            after.words = w.ASKS.sub(" ", after.text)
    return found


_OWN_WAY = re.compile(r"\b(?:leav\w*|from|pick\w*|home|dari|berangkat|jemput|rumah)\b")


def _cut(clause: Clause, before: Part | None) -> Iterable[Clause]:
    """A clause at the words for another errand, where no comma parts them."""
    marks: list[int] = []
    rows = anchors(clause)
    if rows and not _han(clause, rows[0][0]):
        start, _, topic = rows[0]
        begin = _begin(clause, start)
        timed = any(isinstance(s, Time) and s.end <= begin for s in clause.spans)
        head = clause.low[: begin - clause.start]
        goes_on = before is not None and topic not in before.topics
        apart = start > clause.start and clause.text[start - clause.start - 1].isspace() and bool(_HAN.search(head))
        lacks = w.LACKS.match(clause.low, start - clause.start) is not None
        paid = any(m.end <= begin for m in clause.of(Money)) and (topic != "buy" or bool(_goods(clause, [])))
        if (
            topic == "whole"
            or (topic == "clash" and w.IF_CLASH.search(clause.low[: start - clause.start]))
            or (goes_on and topic == "travel" and timed and w.THAT_DAY.search(head))
            or (goes_on and topic == "buy" and any(t.role == "after" and t.end <= begin for t in clause.of(Time)))
            or (goes_on and timed and (lacks or apart or _OWN_WAY.search(head)))
            or (goes_on and paid and topic != "transfer")
        ):
            # "leaving home at 1.30 present max 230": what stands before goes on with the last one.
            marks.append(begin)
    for (_, end, topic), (start, _, other) in pairwise(rows):
        twice = topic == other == "ride" and w.PLACED.search(clause.low[end - clause.start : start - clause.start])
        if (topic != other or twice) and (topic == "whole" or not _han(clause, start)):
            marks.append(max(_begin(clause, start), min(end, start)))
    at = clause.start
    for mark in [*sorted({m for m in marks if clause.start < m < clause.end}), clause.end]:
        text = clause.text[at - clause.start : mark - clause.start]
        if re.search(r"\w", text):
            yield Clause(
                at,
                mark,
                text,
                clause.low[at - clause.start : mark - clause.start],
                tuple(s for s in clause.spans if at <= s.start < mark),
                tuple(c for c in clause.cues if at <= c.start < mark),
            )
        at = mark


def _han(clause: Clause, at: int) -> bool:
    here = at - clause.start
    return not clause.text[max(0, here - 1) : here].isspace() and bool(
        _HAN.match(clause.text[here : here + 1]) or _HAN.match(clause.text[max(0, here - 1) : here])
    )


def _begin(clause: Clause, start: int) -> int:
    head = clause.low[: start - clause.start]
    match = w.IF_CLASH.search(head) or _LEAD.search(head)
    return clause.start + match.start() if match else start


def anchors(clause: Clause) -> list[tuple[int, int, str]]:
    """Words that name an errand, where they begin and end, in order."""
    low, base = clause.low, clause.start
    rows: list[tuple[int, int, str]] = []
    whole = _whole(clause)
    for cue in clause.cues:
        topic = next((_SEATS[c] for c in cue.concepts if c in _SEATS), "")
        if topic and not _leads_there(low[: cue.start - base]) and not _caught(low, cue.start - base):
            rows.append((cue.start, cue.end, topic))
        elif "goal.bill" in cue.concepts:
            rows.append((cue.start, cue.end, "bill"))
        elif "goal.ride" in cue.concepts and not cue.form.startswith(("jemput", "接")):
            rows.append((cue.start, cue.end, "ride"))
    rows += [(base + m.start(), base + m.end(), "ride") for m in travel.CAR.finditer(low)]
    if w.SLEEPS.search(low):
        rows += [(c.start, c.end, "travel") for c in clause.of(Count) if c.unit in ("night", "room")]
    rows += [(c.start, c.end, "travel") for c in clause.cues if any(x.startswith("cabin.") for x in c.concepts)]
    if "transfer" in kinds_of(clause):
        sends = clause.cue("goal.transfer")
        rows.append((sends.start if sends else base, sends.end if sends else clause.end, "transfer"))
    seats = any(topic == "travel" for *_, topic in rows)
    for pattern in (w.SHOW, w.ADMITTED):
        rows += [
            (base + m.start(), base + m.end(), "visit")
            for m in pattern.finditer(low)
            if not (seats and re.search(r"票|那", m.group())) and not _inside(rows, base + m.start())
        ]
    rows += _goods(clause, rows)
    for pattern in (w.THING, w.CARD, w.LACKS, w.DELIVERED):
        rows += [
            (base + m.start(), base + m.end(), "buy")
            for m in pattern.finditer(low)
            if not _inside(rows, base + m.start())
        ]
    rows += [(base + m.start(), base + m.end(), "clash") for m in w.CLASH.finditer(low) if not _HAN.match(m.group())]
    if whole is not None:
        rows = [r for r in rows if not whole[0] <= r[0] < whole[1]] + [(*whole, "whole")]
    return sorted(rows)


_NUMBERED = re.compile(r"(?:kelas|class|no\.?|#|jam|at|pukul|umur|usia|aged?)\s*$")
_NOT_THINGS = re.compile(
    r"\s*(?:岁|years?|tahun|of (?:us|them)|orang|people|person|adults?|dewasa|anak|tickets?|tiket|rooms?|nights?|malam"
    r"|trains?|kereta|张|个?(?:成人|大人|人|小孩|儿童))"
)


def _goods(clause: Clause, rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Counts of things: neither people nor nights nor the number of a class."""
    found = []
    for count in clause.of(Count):
        head, behind = clause.low[: count.start - clause.start], clause.low[count.end - clause.start :]
        if count.words[:1].isupper() and re.match(r"\s+[A-Z]", clause.text[count.end - clause.start :]):
            # Two Rivers is a name.
            continue
        if w.LUGGAGE.match(behind) and not clause.has("strong.buy", "deliver") and not w.LACKS.search(clause.low):
            continue
        if count.unit in NOT_GOODS or _NUMBERED.search(head) or _NOT_THINGS.match(behind):
            continue
        if re.match(r"\s*(?:辆|部|台)?车|\s*(?:cars?|mobil|taxis?|taksi)", behind) or re.search(
            r"[辆班趟场晚]", count.words
        ):
            continue
        if re.search(r"[\w]", behind) and not _inside(rows, count.start):
            found.append((count.start, count.end, "buy"))
    return found


def goods_in(clause: Clause) -> list[int]:
    """How many of each thing a clause counts."""
    return [c.n for c in clause.of(Count) if any(c.start == start for start, *_ in _goods(clause, []))]


def _inside(rows: list[tuple[int, int, str]], at: int) -> bool:
    return any(start <= at < end for start, end, _ in rows)


def _leads_there(head: str) -> bool:
    """ "to the hotel": where something goes, and nothing to book."""
    return bool(re.search(r"\b(?:to|ke|from|dari)\s+(?:the|my|our)\s+$|\b(?:ke|dari)\s+$|(?<![想要])[到回]$", head))


def _caught(low: str, at: int) -> bool:
    """ "in time for the train", 别误了火车: a seat that is only spoken of."""
    return any(-1 <= at - m.start() <= 26 for m in w.IN_TIME.finditer(low))


def _whole(clause: Clause) -> tuple[int, int] | None:
    """Where a clause speaks of an amount for all errands together."""
    said = w.WHOLE.search(clause.low)
    if said is None:
        return None
    amounts = [m for m in clause.of(Money) if m.currency == "CNY" and abs(m.start - clause.start - said.end()) <= 60]
    amounts = [m for m in amounts if m.bound in ("at_most", "below")] or amounts
    if not amounts:
        return None
    amounts.sort(key=lambda m: abs(m.start - clause.start - said.end()))
    start, end = clause.start + said.start(), clause.start + said.end()
    first, last = min(start, amounts[0].start), max(end, amounts[0].end)
    head = clause.low[: first - clause.start]
    # The names of what is added up stand before it: "tickets, car and train together".
    named = re.search(
        rf"(?:(?:{w.NAMES.pattern}|\b(?:and|dan|plus|the|all|both|kalau|sama|of it)\b|[,、和跟与&+\s])\s*)+$", head
    )
    return (clause.start + named.start() if named else first), last


def _name(part: Part, before: Part | None, scene: Scene) -> None:
    """Give a part its topic: what its words name, else that of the part before if it only tells details."""
    clause, low = part.clause, part.low
    rows = anchors(clause)
    topics = list(dict.fromkeys(topic for *_, topic in rows))
    part.asks = bool(w.ASKS.search(low))
    part.things = bool(_goods(clause, [])) or (w.LACKS.search(low) is not None and _sells(clause, scene))
    if "clash" in topics or (part.asks and w.CLASH.search(low)) or (w.CLASH.search(low) and not rows):
        part.topics, part.said = ("clash",), True
        return
    if "whole" in topics:
        topics = ["whole"]
    if "ride" in topics and "visit" in topics and not w.ADMITTED.search(low):
        topics.remove("visit")
    if "ride" in topics and "buy" in topics and not clause.of(Count):
        topics.remove("buy")
    if topics == ["buy"] and before is not None and before.topics == ("transfer",) and not _goods(clause, []):
        topics = []
    if "ride" in topics and "travel" in topics:
        topics.remove("travel")
    if "travel" in topics and "buy" in topics and not _goods(clause, []):
        topics.remove("buy")
    if not topics and _rides(before) and (w.FROM_STATION.search(low) or w.TO_HOTEL.search(low)):
        topics = ["ride"]
    if not topics and (w.TO_STATION.search(low) or (w.IN_TIME.search(low) and _rides(before))):
        topics = ["ride"]
    if not topics and (_two_cities(clause, scene) or clause.all("cabin")):
        topics = ["travel"]
    if not topics and clause.has("strong.buy", "deliver") and "buy" in kinds_of(clause) and _sells(clause, scene):
        topics, part.things = ["buy"], True
    part.said = bool(topics)
    if not topics and before is not None and (clause.spans or part.asks or _detail(clause)):
        topics = list(before.topics)
    part.topics = tuple(topics)


def _rides(before: Part | None) -> bool:
    return before is not None and "ride" in before.topics


def _people(clause: Clause, scene: Scene) -> list[tuple[int, str, list[dict[str, object]]]]:
    return people_in(clause.text, scene) if scene.has("user_contacts") else []


def _detail(clause: Clause) -> bool:
    """Whether a clause tells how something should be, without an hour or a count."""
    if re.search(r"[\"“「『]", clause.text):
        return True
    return clause.has("cheapest", "fastest", "earliest", "home", "office") or bool(clause.all("seat"))


_PAIR = re.compile(
    r"从([\u3400-\u9fff]{2,4}?)(?:坐|乘|搭|出发|连夜|再|回|到|去|飞|赶)[\u3400-\u9fff]{0,6}?(?:回|到|去|至|飞|赶)?"
    r"|\b(?:from|dari)\s+([A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?)\s+(?:\w+\s+)?(?:back\s+)?(?:to|ke|pulang)\b"
    r"|\b(?:to|ke)\s+([A-Z][\w'’]+)\b[^.;]{0,20}\b(?:from|dari)\s+[A-Z]"
)


_BARE_PAIR = re.compile(r"\W*([A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?)\s+(?:to|ke|-)\s+[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?\W*")


def _two_cities(clause: Clause, scene: Scene) -> bool:
    """Whether a clause says from which city to which one goes."""
    match = _PAIR.search(clause.text) or _BARE_PAIR.fullmatch(clause.text)
    if match is None:
        return False
    name = next(g for g in match.groups() if g)
    place = scene.place(name) or (scene.place(name[:2]) if _HAN.match(name) else None)
    return place is not None and place.level == "city"


def _sells(clause: Clause, scene: Scene) -> bool:
    from agent.rules.nouns import nouns

    return any(len(n.words) > 1 and scene.sold(n.words) for n in nouns(clause)[:2])


def _lead_in(found: list[Part]) -> None:
    """ "I have to go to Kunming, 4 May, by train": what stands right before the word for an errand, in its sentence."""
    seen: set[str] = set()
    for i, part in enumerate(found):
        if not part.topics or part.topics[0] in seen:
            continue
        seen |= set(part.topics)
        if part.topics[0] not in ("travel", "visit", "ride", "buy"):
            continue
        for other in reversed(found[:i]):
            if other.topics or other.people or other.clause.all("rel") or other.sentence != part.sentence:
                break
            if other.clause.spans or (part.topics[0] == "travel" and other.clause.has("prep.to")):
                other.topics = part.topics


_JOINS = re.compile(
    r"\b(?:and|dan|plus|the|all|both|kalau|sama|for|of|with|my|in|buat|untuk|ini)\b|[,、和跟与&+\W]|的|开销|花费"
)
_FEW = 3


def _only_names(low: str) -> bool:
    """Whether a stretch does nothing but name what is added up."""
    return len(_JOINS.sub("", w.NAMES.sub("", w.WHOLE.sub("", low)))) <= _FEW


def _join_amounts(found: list[Part]) -> None:
    """ "The whole evening, tickets and car, no more than 500": names before an amount for all belong to it."""
    for i, part in enumerate(found):
        if not part.clause.of(Money) or any(isinstance(s, Time) for s in part.clause.spans):
            continue
        beside: list[Part] = []
        for other in reversed(found[:i]):
            if other.sentence != part.sentence or other.clause.spans or not _only_names(other.low):
                break
            beside.append(other)
        low = " ".join(p.low for p in [*reversed(beside), part])
        names = {re.sub(r"s$|nya$", "", n) for n in w.NAMES.findall(low)}
        if part.topics == ("whole",) or (w.WHOLE.search(low) and beside) or len(names) >= w.LEAST_NAMES:
            for other in [*beside, part]:
                other.topics, other.said, other.asks = ("whole",), True, False


def _leads_ride(part: Part, after: Part) -> bool:
    """ "45 minutes before the meeting starts, a car from the office": in Chinese the hour stands before the verb."""
    untimed = not any(isinstance(s, Time | Duration) for s in after.clause.spans)
    return untimed and bool(part.clause.of(Duration)) and w.STARTS.search(part.low) is not None


def _early_amounts(found: list[Part]) -> None:
    """ "Total at most 95. Also a car to the meeting": an amount told when only one errand had been named is that one's,
    unless it names others."""
    named: list[str] = []
    for part in found:
        if part.topics == ("whole",):
            names = {re.sub(r"s$|nya$", "", n) for n in w.NAMES.findall(part.low)}
            if len(named) == 1 and len(names) < w.LEAST_NAMES and _alone(part, found):
                part.topics = (named[0],)
        elif part.said and part.topics and part.topics != ("clash",) and part.topics[0] not in named:
            named.append(part.topics[0])


def _alone(part: Part, found: list[Part]) -> bool:
    """Whether no other part of the talk of an amount stands beside it."""
    at = found.index(part)
    return not any(p.topics == ("whole",) for p in (*found[max(0, at - 1) : at], *found[at + 1 : at + 2]))


def _join_questions(found: list[Part]) -> None:
    """ "Which class depends on the company, so ask me": what the question is about goes with the asking."""
    for i, part in enumerate(found):
        if not part.asks or part.topics == ("clash",):
            continue
        for other in reversed(found[:i]):
            same = other.sentence == part.sentence and not other.clause.spans and i - found.index(other) <= 2
            if not same or other.topics != part.topics:
                break
            if w.SEAT.search(other.low) or w.CARD.search(other.low):
                other.asks = True
