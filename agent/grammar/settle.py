"""What spans of a sentence say about each other: a date beside its weekday, an hour after its part of the day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from agent.grammar.spans import Day, DayPart, Span, Time

_BETWEEN = re.compile(r"[\s,，、()(（）-]*(?:the|tgl|tanggal|就是|也就是)?[\s(（]*\Z", re.IGNORECASE)
_OWN_HALF = re.compile(
    r"\d\s*[ap]\.?m|早|上午|中午|下午|傍晚|晚|凌晨|夜|pagi|siang|sore|mal[ae]m|morning|afternoon|evening|night|noon|o'?clock\s+[ap]",
    re.IGNORECASE,
)
_FIXED = re.compile(r"(?:^|\D)(?:0\d|1[0-9]|2[0-4]):\d\d")
_LATE = ("afternoon", "evening", "night")
_REACH = 60
"""How many characters a part of the day reaches: about a clause and the one after it."""


def settle(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """The spans with what neighbours decide. ``text`` is what their offsets refer to."""
    return tuple(_hours(_dates(text, spans)))


def _dates(text: str, spans: list[Span]) -> list[Span]:
    """ "Fri 17 April", "周五4月17号", "next Wed (22nd)": the date of the month says which of its weekdays is meant."""
    kept: list[Span] = []
    for span in spans:
        before = kept[-1] if kept else None
        if (
            isinstance(span, Day)
            and isinstance(before, Day)
            and not any(c.isdigit() for c in before.words)
            and any(c.isdigit() or c in "一二三四五六七八九十廿" for c in span.words)
            and before.date.weekday() == span.date.weekday()
            and _BETWEEN.match(text[before.end : span.start])
        ):
            words = text[before.start : span.end]
            kept[-1] = replace(span, start=before.start, words=words, role=before.role or span.role)
        else:
            kept.append(span)
    return kept


def near(part: DayPart, span: Time) -> bool:
    """Whether a part of the day reaches as far as a time."""
    return span.start - part.end <= _REACH


def _hours(spans: list[Span]) -> list[Span]:
    """ "besok malem … jam setengah 8": an hour with no half of its own takes that of the part named before it."""
    settled: list[Span] = []
    part: DayPart | None = None
    until = 0
    for span in spans:
        if isinstance(span, DayPart):
            part, until = span, span.end
        elif isinstance(span, Day):
            part = None
        elif isinstance(span, Time):
            if _OWN_HALF.search(span.words) or _FIXED.search(span.words):
                part = None
            elif part is not None and part.name in _LATE and span.start - until <= _REACH and 1 <= span.time.hour < 12:
                # "besok malem … jam setengah 8 … pulangnya jam 9": an hour that was settled reaches further.
                until = span.end
                later = time(span.time.hour + 12, span.time.minute)
                if later >= time(max(12, part.first.hour - 1)):
                    span = replace(span, time=later, day=span.day or part.day)
        settled.append(span)
    return settled
