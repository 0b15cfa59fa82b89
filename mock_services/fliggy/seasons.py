"""How much demand a day has: weekends, public holidays, and how far ahead it is.

Public holidays of 2026: mainland China as published by the State Council in November 2025; Indonesia and Singapore the
days of their government calendars that move many people. How much dearer they make travel is inferred.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_PERIODS: Final = {
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


@lru_cache(maxsize=4096)
def holiday(day: date, country: str) -> bool:
    """Whether the day is part of a public holiday (of 2026) in the country."""
    return day.year == 2026 and any(
        date(2026, *first) <= day <= date(2026, *last) for first, last in _PERIODS.get(country, ())
    )


@lru_cache(maxsize=4096)
def travel_pct(day: date, country: str) -> int:
    """Demand for travel on a day, in per cent of an ordinary one."""
    if holiday(day, country) or holiday(day + timedelta(1), country):
        return 140
    return (98, 94, 95, 100, 109, 103, 109)[day.weekday()]


@lru_cache(maxsize=4096)
def night_pct(day: date, country: str) -> int:
    """Price of a hotel night in per cent of a weekday's."""
    if holiday(day, country):
        return 150
    return (100, 98, 98, 100, 110, 115, 102)[day.weekday()]


_AHEAD: Final = ((0, 72), (1, 62), (3, 50), (6, 44), (13, 38), (20, 34))


def ahead_pct(days: int) -> int:
    """Economy fares in per cent of the full fare, by days until departure."""
    return next((pct for upto, pct in _AHEAD if days <= upto), 31)


_LOAD: Final = ((0, 88), (1, 82), (3, 74), (6, 64), (13, 52), (20, 40))


def load_pct(days: int) -> int:
    """How full a departure is on average, by days until it."""
    return next((pct for upto, pct in _LOAD if days <= upto), 28)
