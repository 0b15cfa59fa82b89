"""What the grammar finds in a sentence: typed spans and the reading that holds them.

Offsets are into ``Reading.text``, the NFKC form of what the person typed. Amounts are integer fen (hundredths of the
unit of ``Money.currency``), distances metres, durations minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal, TypeVar

Language = Literal["zh", "en", "id"]
Bound = Literal["exact", "at_most", "below", "at_least", "above", "about"]
Per = Literal["total", "each", "night", "day", "person", ""]
DayRole = Literal["on", "by", "before", "after", "from", "until", ""]
TimeRole = Literal["at", "by", "after", "about"]
PartName = Literal["early", "morning", "noon", "afternoon", "evening", "night"]
DurationRole = Literal["within", "for", "after", ""]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text with a meaning: ``text[start:end] == words``."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Money(Span):
    """An amount. ``fen`` counts hundredths of ``currency`` (CNY unless the words say otherwise).

    Of a range ("200到300块") only the upper end is kept, as ``at_most``. "80an" and "八十几块" under a budget word are
    ``at_most`` the end of the decade (89), otherwise ``about`` its beginning.
    """

    fen: int
    bound: Bound
    per: Per
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Count(Span):
    """How many. ``unit`` is an English key where known (cup, bag, person, night ...), the raw word, or '' if none."""

    n: int
    unit: str
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class Day(Span):
    """A calendar day. ``explicit`` is False where it was inferred ("the same day", "月底") and not named."""

    date: date
    role: DayRole
    explicit: bool


@dataclass(frozen=True, slots=True)
class DayRange(Span):
    """Days from ``first`` to ``last``, both included; ``nights`` lie between them."""

    first: date
    last: date
    nights: int
    role: DayRole = ""


@dataclass(frozen=True, slots=True)
class Time(Span):
    """A clock time, am/pm resolved. ``day`` is None unless words beside it name one (see ``Reading.day_for``)."""

    time: time
    role: TimeRole
    day: date | None


@dataclass(frozen=True, slots=True)
class DayPart(Span):
    """A part of a day without a clock time; ``first`` to ``last`` is the window that people mean by it."""

    name: PartName
    first: time
    last: time
    day: date | None


@dataclass(frozen=True, slots=True)
class Duration(Span):
    """A length of time. ``within`` is a deadline from now, ``after`` a delay from now, ``for`` how long it lasts."""

    minutes: int
    role: DurationRole


@dataclass(frozen=True, slots=True)
class Recurrence(Span):
    """Repeats on these weekdays, Monday = 0, ascending."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Distance(Span):
    """A distance in metres."""

    metres: int
    bound: Bound


@dataclass(frozen=True, slots=True)
class Stars(Span):
    """A hotel class ("四星以上" is ``at_least`` 4)."""

    n: int
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class Percent(Span):
    """A percentage, in hundredths of a percent (12.5 % is 1250)."""

    basis_points: int


@dataclass(frozen=True, slots=True)
class Phone(Span):
    """A phone number with its middle hidden, as "138****2201"; the full one stays in ``words`` only."""

    masked: str


@dataclass(frozen=True, slots=True)
class Ref(Span):
    """A code whose digits are no number: train, flight, order or account number."""


_S = TypeVar("_S", bound=Span)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with its spans, ordered by start and not overlapping."""

    text: str
    language: Language
    spans: tuple[Span, ...]

    def of(self, kind: type[_S]) -> tuple[_S, ...]:
        """The spans of one class, in order."""
        return tuple(span for span in self.spans if isinstance(span, kind))

    def masked(self) -> str:
        """The text with every span replaced by one space, for code that looks for nouns in the rest."""
        pieces: list[str] = []
        done = 0
        for span in self.spans:
            pieces.append(self.text[done : span.start])
            done = span.end
        pieces.append(self.text[done:])
        return " ".join(pieces)

    def day_for(self, span: Span) -> date | None:
        """The day that governs ``span``: its own, else the last one named before it, else the first one after it."""
        own = _day_of(span)
        if own is not None:
            return own
        before = [day for other in self.spans if other.start < span.start and (day := _day_of(other))]
        after = [day for other in self.spans if other.start > span.start and (day := _day_of(other))]
        return before[-1] if before else after[0] if after else None


def _day_of(span: Span) -> date | None:
    if isinstance(span, Day):
        return span.date
    if isinstance(span, DayRange):
        return span.first
    if isinstance(span, Time | DayPart):
        return span.day
    return None
