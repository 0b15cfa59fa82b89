"""That day, at the head of a sentence: which one is meant, in so many words, before the sentences are taken apart."""

from __future__ import annotations

import re
from datetime import datetime

from agent.grammar import Day, read

_THAT_DAY = re.compile(
    r"(?<=[.;!?] )(?:(?:(?:on )?(?:that|the) (?:same|very) day|on that day|that day)\b(?! (?:return|trip|delivery))"
    r"|(?:pada |di )?hari (?:itu|yang sama)(?: juga)?\b)",
    re.IGNORECASE,
)


def with_days_named(text: str, now: datetime, locale: str) -> str:
    """ "that day" as the one day that was named before it; as it is where none was, or several were."""
    found = _THAT_DAY.search(text)
    if found is None:
        return text
    before = list(read(text[: found.start()], now, locale or None).of(Day))
    if len({span.date for span in before}) != 1:
        return text
    return _THAT_DAY.sub(before[-1].words.strip(" ,.;"), text)
