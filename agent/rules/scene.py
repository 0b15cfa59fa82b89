"""A sentence as the rules see it: clauses with their cues and spans, and the person's own circumstances."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from agent.desk import Desk, ToolFailure
from agent.grammar import Count, Money, Reading, Span, Time, read
from agent.grammar.scan import lower
from agent.rules.cues import Cue, find_cues
from agent.rules.measures import counting, joins_numbers
from agent.rules.spelling import mended
from agent.rules.spoken import spelled_out
from agent.steps.base import Me

S = TypeVar("S", bound=Span)

_BREAK = re.compile(
    r"(?<=\d),(?!\d{3}(?!\d))|(?<!\d),|[;!?。、\n…~～\U0001f300-\U0001faff\u2600-\u27bf]+|:(?=\s)"
    r"|(?<!\bSt)(?<!\bMt)(?<!\bDr)\.(?=\s|$)"
    r"|(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])|(?<=\s)[-–—](?=\s)"
)
_QUOTED = re.compile(r"[\"“「『]([^\"”」』]{1,300})[\"”」』]")
LEAST_SOLD = 60
"""From this relevance on a search result is what the words mean."""
_NOT_A_PLACE = frozenset({"ADDRESS_NOT_FOUND", "CITY_UNKNOWN", "INVALID_ARGUMENT"})


@dataclass(slots=True)
class Clause:
    """A stretch of the sentence between punctuation and connectors. Offsets are those of the sentence.

    ``aside`` is a clause that asks for nothing and belongs to no errand.
    """

    start: int
    end: int
    text: str
    low: str
    spans: tuple[Span, ...]
    cues: tuple[Cue, ...]
    kinds: list[str] = field(default_factory=list)
    aside: bool = False
    _first: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    _indexed: tuple[Cue, ...] = field(default=(), compare=False, repr=False)

    def cue(self, *concepts: str) -> Cue | None:
        """The first cue that means one of the concepts."""
        first = self._index()
        at = min((first[concept] for concept in concepts if concept in first), default=None)
        return None if at is None else self.cues[at]

    def has(self, *concepts: str) -> bool:
        """Whether a cue means one of the concepts."""
        return not self._index().keys().isdisjoint(concepts)

    def _index(self) -> dict[str, int]:
        """Where each concept comes first; a hundred questions are put to a clause whose cues seldom change."""
        if self._indexed is not self.cues:
            self._first = {}
            for at, cue in enumerate(self.cues):
                for concept in cue.concepts:
                    self._first.setdefault(concept, at)
            self._indexed = self.cues
        return self._first

    def all(self, prefix: str) -> list[str]:
        """The concepts that begin with ``prefix.``, in order, without the prefix."""
        found = [c.removeprefix(f"{prefix}.") for cue in self.cues for c in cue.concepts if c.startswith(f"{prefix}.")]
        return list(dict.fromkeys(found))

    def of(self, kind: type[S]) -> list[S]:
        """The spans of a class."""
        return [span for span in self.spans if isinstance(span, kind)]


@dataclass(slots=True)
class Place:
    """Words that the map knows. ``level`` is ``city``, ``district``, ``airport``, ``station`` or ``poi``."""

    words: str
    level: str
    city: str
    city_en: str
    location: str
    name: str


_LEVELS = {"市": "city", "区县": "district", "机场": "airport", "火车站": "station"}


@dataclass(slots=True)
class Scene:
    """Everything that the slot readers look at."""

    reading: Reading
    low: str
    language: str
    clauses: list[Clause]
    quotes: tuple[str, ...]
    me: Me
    desk: Desk | None
    now: datetime
    trip: str = ""
    departs: str = ""
    since: str = ""
    _geo: dict[tuple[str, str], Place | None] = field(default_factory=dict)
    _dishes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    contacts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _listed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence."""
        return self.reading.text

    def has(self, tool: str) -> bool:
        """Whether the tool exists here."""
        return self.desk is not None and self.desk.has(tool)

    def look(self, tool: str, args: dict[str, Any], *need: str) -> dict[str, Any]:
        """Read through the desk."""
        assert self.desk is not None
        return self.desk.call(tool, args, need=need)

    def dishes(self, words: str) -> list[dict[str, Any]]:
        """What shops near the person sell by these words, sold out or not; nothing where there is no desk."""
        if self.desk is None:
            return []
        if words not in self._dishes:
            args = {"query": words[:200], "location": self.me.location, "limit": 20, "in_stock": False}
            self._dishes[words] = self.look("flash_dish_search", args, "dishes")["dishes"]
        return self._dishes[words]

    def listed(self, words: str) -> list[dict[str, Any]]:
        """What can be had as a parcel by these words; nothing where that service is not there."""
        if not self.has("taobao_item_search"):
            return []
        if words not in self._listed:
            args = {"query": words[:120], "limit": 5}
            self._listed[words] = self.look("taobao_item_search", args, "items")["items"]
        return self._listed[words]

    def sold(self, words: str) -> bool:
        """Whether a shop nearby or a listing fits the words well."""
        found = any(dish["relevance"] >= LEAST_SOLD for dish in self.dishes(words))
        return found or any(hit["relevance"] >= LEAST_SOLD for hit in self.listed(words))

    def place(self, words: str, city: str = "") -> Place | None:
        """What the map knows by these words, or None."""
        if self.desk is None:
            return None
        words = words.strip(" ,.'\"-")
        if len(words) < (3 if words.isascii() else 2):
            return None
        key = (words.casefold(), city)
        if key not in self._geo:
            self._geo[key] = self._geocode(words, city)
        return self._geo[key]

    def _geocode(self, words: str, city: str) -> Place | None:
        try:
            found = self.look("maps_geo", {"address": words[:200], "city": city or None}, "geocodes")["geocodes"]
        except ToolFailure as error:
            if error.code in _NOT_A_PLACE:
                return None
            raise
        if not found:
            return None
        best = found[0]
        level = _LEVELS.get(best["level"], "poi")
        return Place(words, level, best["city"], best.get("city_en", ""), best["location"], best["name"])

    def own_city(self, place: Place) -> bool:
        """Whether a place lies in the city where the person is."""
        return place.city.casefold() in {name.casefold() for name in (*self.me.city_names, self.me.city)}

    def moment(self, day: date | None, clock: time) -> str:
        """An ISO moment in the person's time zone; without a day the next time that the clock shows it."""
        if day is None:
            day = self.now.date()
            if clock < self.now.timetz().replace(tzinfo=None):
                day += timedelta(days=1)
        return datetime.combine(day, clock, self.now.tzinfo).isoformat()


def make_scene(words: str, locale: str, me: Me, desk: Desk) -> Scene:
    """Read a sentence and cut it into clauses."""
    assert desk.now is not None
    return _scene(words, locale, me, desk, desk.now)


def sharing(scene: Scene, other: Scene) -> Scene:
    """The scene with what another one of the same person has looked up already."""
    scene._geo, scene._dishes, scene._listed = other._geo, other._dishes, other._listed
    scene.contacts = other.contacts
    return scene


def plain_scene(words: str) -> Scene:
    """A sentence without a person or tools behind it, for what does not depend on either."""
    return _scene(words, "", Me("", "", "", "", (), ""), None, datetime(2000, 1, 3, 12, tzinfo=UTC))


def _scene(words: str, locale: str, me: Me, desk: Desk | None, now: datetime) -> Scene:
    reading = read(mended(spelled_out(words, locale)), now, locale or None)
    reading = replace(reading, spans=tuple(_piece(span, reading.text) for span in reading.spans))
    low = lower(reading.text)
    reading = replace(reading, spans=tuple(s for s in reading.spans if not _name_begins(s, reading.text)))
    reading = replace(reading, spans=tuple(s for s in reading.spans if not _tail_of_card(s, low)))
    quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(reading.text)]
    spans = tuple(s for s in counting(reading.spans, low) if not any(a <= s.start < b for a, b in quoted))
    cues = find_cues(low, [(_past_verb(s, low), s.end) for s in spans] + quoted)
    cues = [cue for cue in cues if not joins_numbers(low, cue.start, cue.end, spans)]
    clauses = list(_clauses(reading.text, low, spans, cues, quoted))
    quotes = tuple(m.group(1).strip() for m in _QUOTED.finditer(reading.text))
    return Scene(reading, low, locale or reading.language, clauses, quotes, me, desk, now)


def _name_begins(span: Span, text: str) -> bool:
    """Sun of Sun Yat-sen, Sat of Sat Prem: a short weekday before a capital is a part of a name."""
    return span.words in ("Sun", "Sat", "Mon", "Wed", "May") and bool(re.match(r"[ -][A-Z][a-z]", text[span.end :]))


_VERB = re.compile(r"转账|转|还|发|打|汇|付|transferin|transfer|wire|give|send|kirimin|kirim|bayar|pay|tf|owe")


_PIECE = re.compile(r"[一两二三四五六七八九十半]块|[1-9]块")


_CARD_TAIL = re.compile(
    r"(?:尾号|末[四4]位|后[四4]位|\b(?:ending(?: in| with)?|ends? (?:in|with)|last (?:four|4)(?: digits)?"
    r"|berakhiran|akhiran|belakang(?:nya)?))\s*(?:是|为|:)?\s*$"
)


def _tail_of_card(span: Span, low: str) -> bool:
    """Whether a number is the last digits of a card, and neither an amount nor a count."""
    if not isinstance(span, Money | Count):
        return False
    begins = re.search(r"\d", low[span.start : span.end])
    return begins is not None and bool(_CARD_TAIL.search(low[: span.start + begins.start()]))


_NIGHTS = re.compile(r"(\d{1,2}|one|two|three|four|five) nights?(?: out)?", re.IGNORECASE)
_FIRST_WORD = re.compile(r"(?:\d+|[a-z]+)(?=\s)", re.IGNORECASE)
_WORDS = ("", "one", "two", "three", "four", "five")


def _piece(span: Span, text: str) -> Span:
    """一块蛋糕 is a piece and 一块钱 an amount: a noun behind a few 块 makes them pieces; "1 night" is no hour."""
    if isinstance(span, Time) and (nights := _NIGHTS.fullmatch(span.words)) is not None:
        return Count(span.start, span.end, span.words, _number(nights.group(1)), "night")
    if isinstance(span, Count) and span.unit == "suitcase" and (number := _FIRST_WORD.match(span.words)):
        # Two suitcases are as often two to buy as two to carry: the number alone is the count.
        return Count(span.start, span.start + number.end(), number.group().strip(), span.n, "")
    if not isinstance(span, Money) or span.bound != "exact" or not _PIECE.fullmatch(span.words):
        return span
    if not re.match(r"[\u3400-\u9fff]", text[span.end : span.end + 1]) or text[span.end] in "钱的以左内吧啊就":
        return span
    return Count(span.start, span.end, span.words, span.fen // 100, "piece")


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _WORDS.index(words.casefold())


def _past_verb(span: Span, low: str) -> int:
    """Where an amount itself begins: 转5000 is one span, and its verb is a cue."""
    if isinstance(span, Money):
        match = _VERB.match(low, span.start)
        if match:
            return match.end()
    return span.start


def _clauses(
    text: str, low: str, spans: tuple[Span, ...], cues: list[Cue], quoted: list[tuple[int, int]]
) -> Iterable[Clause]:
    def inside(at: int) -> bool:
        return any(s.start < at < s.end for s in spans) or any(a < at < b for a, b in quoted)

    cuts: set[int] = set()
    for match in _BREAK.finditer(text):
        if not inside(match.start() + 1) and not inside(match.start()):
            cuts.add(match.end())
    for i, cue in enumerate(cues):
        if {"connector", "reason"}.intersection(cue.concepts) or (
            "and" in cue.concepts and _starts_anew(i, cues, spans, low)
        ):
            cuts.add(cue.start)
    for opening in (cue.start - 1 for cue in cues if {"if", "substitute"}.intersection(cue.concepts)):
        # "(kalau habis mie goreng aja)" is a clause of its own.
        if opening >= 0 and text[opening] == "(" and (closing := text.find(")", opening)) > 0:
            cuts |= {opening, closing + 1}
    start = 0
    for end in [*sorted(cuts - {0}), len(text)]:
        if end > start and re.search(r"\w", text[start:end]):
            own = tuple(s for s in spans if start <= s.start < end)
            held = tuple(c for c in cues if start <= c.start < end)
            yield Clause(start, end, text[start:end], low[start:end], own, held)
        start = end


_OPENERS = frozenset({"a", "an", "some", "one", "another", "something", "two", "my", "the", "请", "给"})


_ANOTHER_PAYEE = re.compile(
    r"(?:ke\s+|to\s+)?[a-z]+\s+\d{2,6}(?!\d)(?:\s*(?:yuan|rmb|kuai|ribu))?\s*(?:$|[,.;!]|ya\b|dong\b)"
)
_PAYS = re.compile(r"\b(?:tf|transfer\w*|kirim\w*|kasih\w*|send|pay|bayar\w*)\s+(?:ke\s+|to\s+)?\w+\s+\d{2,6}")


def _starts_anew(i: int, cues: list[Cue], spans: tuple[Span, ...], low: str) -> bool:
    """Whether what follows an "and" is a thing or an errand of its own."""
    cue = cues[i]
    rest = low[cue.end :]
    at = cue.end + len(rest) - len(rest.lstrip())
    if any(s.start == at and isinstance(s, Count) for s in spans):
        return True
    if _ANOTHER_PAYEE.match(low, at) and _PAYS.search(low[: cue.start]):
        return True
    follower = cues[i + 1] if i + 1 < len(cues) and cues[i + 1].start == at else None
    if follower is None:
        return cue.form == "dan"
    return follower.form in _OPENERS or any(c.startswith(("goal.", "what.")) for c in follower.concepts)
