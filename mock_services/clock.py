"""Virtual time. An ``Instant`` is milliseconds since 1970-01-01 UTC; nothing here reads the machine's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

Instant = int
"""Milliseconds since the Unix epoch, on the episode's virtual clock."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@lru_cache(maxsize=64)
def zone(offset_min: int) -> timezone:
    """The fixed offset of a place; none of the simulated places has daylight saving time."""
    return timezone(timedelta(minutes=offset_min))


@lru_cache(maxsize=8192)
def to_iso(at: Instant, offset_min: int) -> str:
    """``2026-03-05T09:40:00+08:00``; seconds are kept, milliseconds are dropped."""
    minutes, second = divmod(at // 1000, 60)
    day, minute = divmod(minutes + offset_min, 24 * 60)
    before, behind = _day(day, offset_min)
    return f"{before}{minute // 60:02d}:{minute % 60:02d}:{second:02d}{behind}"


@lru_cache(maxsize=1024)
def _day(day: int, offset_min: int) -> tuple[str, str]:
    """What stands before and behind the hour on a day, which is counted from 1970-01-01 on the clock of the place."""
    text = datetime.fromtimestamp((day * 24 * 60 - offset_min) * 60, zone(offset_min)).isoformat()
    return text[:11], text[19:]


@lru_cache(maxsize=8192)
def parse_iso(text: str, offset_min: int) -> Instant:
    """Read an ISO 8601 date-time; one without an offset is local time at ``offset_min``.

    Raises:
        ValueError: not an ISO 8601 date-time, or outside the years 2000 to 2100.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone(offset_min))
    if not 2000 <= moment.year <= 2100:
        raise ValueError("a date-time between 2000 and 2100")
    return int(moment.astimezone(UTC).timestamp()) * 1000


def local(at: Instant, offset_min: int) -> datetime:
    """The wall clock of a place at an instant."""
    return datetime.fromtimestamp(at // 1000, zone(offset_min))


def instant(day: date, moment: time, offset_min: int) -> Instant:
    """The instant at which a place's wall clock shows ``moment`` on ``day``."""
    return int(datetime.combine(day, moment, zone(offset_min)).timestamp()) * 1000
