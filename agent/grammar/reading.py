"""Reading a sentence, and reading the answer to a question that asked for one thing."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache

from agent.grammar import amounts, clocks, days
from agent.grammar.lexicon import detect
from agent.grammar.rewrite import Rule, Scene, fold, index
from agent.grammar.scan import lower, scan
from agent.grammar.spans import Count, Day, DayRange, Money, Reading, Span, Time


@cache
def _span_rules() -> dict[str, tuple[Rule, ...]]:
    return index([*amounts.RULES, *clocks.TIME_RULES, *amounts.DAY_RULES, *amounts.COUNT_RULES])


def read(text: str, now: datetime, language: str | None = None) -> Reading:
    """The dates, times, amounts and counts in ``text``.

    ``now`` is the person's own local time and decides what relative words mean. ``language`` ('zh', 'en', 'id') is a
    hint for sentences that could be of more than one. A pure function: equal arguments give equal readings.
    """
    text = unicodedata.normalize("NFKC", text)
    low = lower(text)
    spoken = detect(low, language)
    scene = Scene(text, now, spoken, scan(text, low, spoken))
    fold(scene, days.RULES)
    fold(scene, clocks.CLOCK_RULES)
    fold(scene, _span_rules())
    return Reading(text, spoken, tuple(atom.value for atom in scene.atoms if isinstance(atom.value, Span)))


_ANY = datetime(2000, 1, 3, 12)


def parse_money(text: str) -> int | None:
    """The amount in an answer to "how much?", in fen: "300", "三百以内", "up to 50 yuan". None if there is none."""
    amounts_found = read(text, _ANY).of(Money) or read(f"max {text}", _ANY).of(Money)
    return amounts_found[0].fen if amounts_found and amounts_found[0].currency == "CNY" else None


def parse_count(text: str) -> int | None:
    """The number in an answer to "how many?": "两个", "dua", "5". None if there is none."""
    counts = read(text, _ANY).of(Count) or read(f"{text.strip()}个", _ANY).of(Count)
    return counts[0].n if counts else None


def parse_time(text: str, now: datetime) -> Time | None:
    """The clock time in an answer to "when?"; a bare hour counts. None if there is none."""
    times = read(text, now).of(Time) or read(f"at {text}", now).of(Time)
    return times[0] if times else None


def parse_day(text: str, now: datetime) -> Day | DayRange | None:
    """The day in an answer to "which day?"; a bare day of the month counts. None if there is none."""
    for wording in (text, f"tgl {text.strip()}"):
        for span in read(wording, now).spans:
            if isinstance(span, Day | DayRange):
                return span
    return None
