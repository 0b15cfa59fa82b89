"""Public holidays of the countries in the world, and the days among them on which most people stay at home.

The holidays of 2026: mainland China as published by the State Council in November 2025; Indonesia and Singapore the
days of their government calendars that move many people. Which of them are quiet is inferred: New Year's Eve and the
first two days of the lunar year in China, the first two in Singapore, Idul Fitri in Indonesia.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

_Span = tuple[tuple[int, int], tuple[int, int]]

_PERIODS: Final[dict[str, tuple[_Span, ...]]] = {
    "CN": (
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ),
    "ID": (((3, 19), (3, 24)), ((12, 24), (12, 27))),
    "SG": (((2, 17), (2, 18)), ((3, 21), (3, 22)), ((5, 1), (5, 3)), ((12, 25), (12, 27))),
}
_QUIET: Final[dict[str, _Span]] = {
    "CN": ((2, 16), (2, 18)),
    "ID": ((3, 20), (3, 22)),
    "SG": ((2, 17), (2, 18)),
}
_YEAR: Final = 2026


@lru_cache(maxsize=4096)
def holiday(day: date, country: str) -> bool:
    """Whether the day is part of a public holiday (of 2026) in the country."""
    return any(_within(day, span) for span in _PERIODS.get(country, ()))


@lru_cache(maxsize=4096)
def quiet(day: date, country: str) -> bool:
    """Whether it is a day (of 2026) on which many shops stay closed and parcels lie still."""
    span = _QUIET.get(country)
    return span is not None and _within(day, span)


def _within(day: date, span: _Span) -> bool:
    first, last = span
    return date(_YEAR, *first) <= day <= date(_YEAR, *last)
