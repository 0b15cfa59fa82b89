"""Everyday English spelled out: "half five", "<350/n" as "5:30", "under 350 per night"."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.rules.tables import load_table

_TABLE = Path(__file__).parent / "spoken_en.yaml"
QUOTED = re.compile(
    r"([\"“「『][^\"”」』]{1,300}[\"”」』]|\b(?:card|note|message|memo)\b[\w ]{0,14}?(?:\bsays?\b|\bsaying\b"
    r"|\breads?\b|:|(?<!\w)['‘])[^.\n]{1,200})",
    re.IGNORECASE,
)
"""What somebody is to read stays as it was written."""
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MINUTES = {"fifteen": 15, "thirty": 30}
_SUM = re.compile(r"\b(\w+)\+(\w+)\b|\b(\w+)\*12\b|\b([a-z]+|\d+):(fifteen|thirty|forty[- ]five)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: list[list[str]] = load_table(_TABLE)
    return tuple((re.compile(pattern, re.IGNORECASE), full) for pattern, full in table)


def plain_english(words: str) -> str:
    """The words with short forms in full; what is quoted or goes on a card stays as it is."""
    return "".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(QUOTED.split(words)))


def _plain(text: str) -> str:
    for pattern, full in _rows():
        text = pattern.sub(full, text)
    return _SUM.sub(_number, text)


def _number(match: re.Match[str]) -> str:
    hundreds, tens, dozens, hour, minutes = (group and group.casefold() for group in match.groups())
    if hundreds and tens in _TENS:
        first = 1 if hundreds == "a" else int(hundreds) if hundreds.isdigit() else _value(hundreds)
        return str(first * 100 + (_TENS.index(tens) + 2) * 10)
    if dozens and dozens in _ONES:
        return str(_value(dozens) * 12)
    if hour and minutes and (hour.isdigit() or hour in _ONES):
        return f"{hour if hour.isdigit() else _value(hour)}:{_MINUTES.get(minutes, 45)}"
    return match.group()


def _value(word: str) -> int:
    return _ONES.index(word) + 1
