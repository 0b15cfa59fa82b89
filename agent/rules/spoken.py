"""Everyday words spelled out: "brgkt sblm jam 7 mlm" as "berangkat sebelum jam 7 malam", "half five" as half past."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.grammar.lexicon import detect
from agent.grammar.scan import lower
from agent.rules.cues import lexicon
from agent.rules.english import plain_english
from agent.rules.tables import load_table
from agent.words import KEPT

_TABLE = Path(__file__).parent / "spoken_id.yaml"
_QUOTED = re.compile(r"([\"“「『][^\"”」』]{1,300}[\"”」』])")
_WORD = re.compile(r"(?<![\w@.'’/+\-])[A-Za-z]+(?:-?2|(?:-[A-Za-z]+)+)?(?![\w@'’\-]|\.\w)")
_CLITIC = re.compile(r"([a-z]{4,})(?:ku|mu)", re.IGNORECASE)
_MOST = re.compile(
    r"\bplg(?=\s+(?:lambat|telat|murah|cepat|cepet|banyak|byk|mahal|pagi|awal|dekat|deket|enak|bagus|lama|penting))"
)
"""*plg* is "most" before what can be compared, else the way home."""
_CAKE = re.compile(r"\b(kue |bolu )tar\b", re.IGNORECASE)
"""*tar* is "later" elsewhere."""
_CLOCK = re.compile(
    r"\b(sebelum|sblm|sampe|sampai|setelah|abis|lambat|telat|sekitar|antara) (\d{1,2}[.:]\d\d)(?![\d.])", re.IGNORECASE
)
"""sebelum 08.45: a time of the day, and no amount."""
_DECIMAL = re.compile(r"(?<![\d.,])(\d{1,2}(?=,\d(?!\d))|\d{1,7}(?=,\d\d(?!\d))),(\d{1,2})(?![\d,])")
"""38,9 and 334,90: a decimal comma."""
_THAT_DAY = re.compile(r"\b(senin|selasa|rabu|kamis|jumat|sabtu|minggu|besok|lusa)nya\b", re.IGNORECASE)
_FROM_WORK = re.compile(r"\b(?:pulang|plg|balik) (?:kerja|kantor|ngantor|gawe)\b", re.IGNORECASE)
_NO_CLITIC = frozenset({"bangku"})


@lru_cache(maxsize=1)
def _full_words() -> dict[str, str]:
    table: dict[str, list[str]] = load_table(_TABLE)
    return {short: full for full, shorts in table.items() for short in shorts}


@lru_cache(maxsize=KEPT)
def spelled_out(words: str, locale: str) -> str:
    """The words with short spellings in full and *-ku*, *-mu* set apart; quotations and other languages as they are."""
    language = locale or detect(lower(words), None)
    if language == "en":
        return plain_english(words)
    if language != "id":
        return words
    words = _CAKE.sub(r"\1tart", words)
    words = _MOST.sub("paling", words)
    words = _DECIMAL.sub(r"\1.\2", words)
    words = _THAT_DAY.sub(r"\1", words)
    words = _CLOCK.sub(r"\1 jam \2", words)
    words = _FROM_WORK.sub("pulang dari kantor", words)
    return "".join(piece if i % 2 else _WORD.sub(_full, piece) for i, piece in enumerate(_QUOTED.split(words)))


def _full(match: re.Match[str]) -> str:
    word = match.group()
    low = word.casefold()
    if (full := _full_words().get(low)) is not None:
        return full.capitalize() if word[0].isupper() and not word.isupper() else full
    if low.endswith("nya") and (stem := _full_words().get(low[:-3])) is not None:
        return f"{stem}nya"
    clitic = _CLITIC.fullmatch(word)
    if (
        clitic is None
        or low in _NO_CLITIC
        or low in lexicon().heads
        or clitic[1].casefold() not in lexicon().known_words
    ):
        return word
    return f"{clitic[1]} {word[len(clitic[1]) :]}"
