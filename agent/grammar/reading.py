"""Reading a sentence, and reading the answer to a question that asked for one thing."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from agent.grammar.clocks import CLOCK_RULES, TIME_RULES
from agent.grammar.dates import LONE_DAY_RULES, RANGE_RULES, WEEKDAY_RUN_RULES
from agent.grammar.days import DAY_RULES
from agent.grammar.lexicon import detect
from agent.grammar.money import MONEY_RULES
from agent.grammar.quantities import BARE_COUNT_RULES, COUNT_RULES, MEASURE_RULES
from agent.grammar.rewrite import RuleIndex, Scene, fold, index
from agent.grammar.scan import lower, scan
from agent.grammar.settle import settle
from agent.grammar.spans import Count, Day, DayRange, Money, Reading, Span, Time
from agent.words import KEPT


@cache
def _passes() -> tuple[RuleIndex, ...]:
    # Days first, because they decide what an hour means; then hours; then what is made of both, and the amounts.
    spans = [
        *WEEKDAY_RUN_RULES,
        *MEASURE_RULES,
        *MONEY_RULES,
        *RANGE_RULES,
        *COUNT_RULES,
        *TIME_RULES,
        *LONE_DAY_RULES,
        *BARE_COUNT_RULES,
    ]
    return index(DAY_RULES), index(CLOCK_RULES), index(spans)


def read(text: str, now: datetime, language: str | None = None) -> Reading:
    """The dates, times, amounts and counts in ``text``.

    ``now`` is the person's own local time and decides what relative words mean. ``language`` ('zh', 'en', 'id') is a
    hint for sentences that could be of more than one. A pure function: equal arguments give equal readings.
    """
    # The same instant is another hour elsewhere, and equal all the same.
    return _read(text, now, now.utcoffset(), language)


@lru_cache(maxsize=KEPT)
def _read(text: str, now: datetime, _offset: timedelta | None, language: str | None) -> Reading:
    text = unicodedata.normalize("NFKC", text)
    low = lower(text)
    spoken = detect(low, language)
    scene = Scene(text, now, spoken, scan(text, low, spoken))
    for rules in _passes():
        fold(scene, rules)
    spans = [atom.value for atom in scene.atoms if isinstance(atom.value, Span)]
    return Reading(text, spoken, settle(text, spans))


# An amount does not depend on when it is said.
_ANY = datetime(2000, 1, 3, 12, tzinfo=UTC)


def parse_money(text: str) -> int | None:
    """The amount in an answer to "how much?", in fen: "300", "三百以内", "up to 50 yuan". None if there is none."""
    # Behind a bound word a bare number is money, and a vague one ("80an") reaches to the end of its decade.
    found = read(f"max {text}", _ANY).of(Money) or read(text, _ANY).of(Money)
    return found[0].fen if found and found[0].currency == "CNY" else None


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
