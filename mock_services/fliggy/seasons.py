"""How much demand a day has: weekends, public holidays, and how far ahead it is. All figures are inferred."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from mock_services.holidays import holiday


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
