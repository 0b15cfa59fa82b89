"""Opening hours in the shop's own time, and what becomes of them on the quiet days of a public holiday."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from mock_services import clock
from mock_services.clock import DAY, MINUTE, Instant
from mock_services.flash.rows import Shop
from mock_services.geo import places
from mock_services.holidays import quiet

SHORTER_MIN = 120
"""On quiet days shops that keep shorter hours open so much later and close so much earlier."""

_MOST_DAYS = 30
_FIRST_DAY = date(1970, 1, 1)


def minute_of_day(shop: Shop, at: Instant) -> int:
    """Minutes since the shop's midnight."""
    return (at // MINUTE + shop.offset_min) % 1440


def is_quiet(shop: Shop, at: Instant) -> bool:
    """Whether it is a quiet day of a public holiday where the shop is."""
    return _quiet((at // MINUTE + shop.offset_min) // 1440, shop.city)


@lru_cache(maxsize=4096)
def _quiet(day: int, city: str) -> bool:
    # The day is a number since 1970-01-01: cheaper to have than a date, and looked at for every shop of a list.
    return quiet(_FIRST_DAY + timedelta(day), places().city(city).country)


def hours_on(shop: Shop, day: date) -> tuple[int, int] | None:
    """From which minute of a day to which the shop is open, beyond 1440 into the next day; None if it stays closed."""
    usual = shop.opens, shop.closes
    if shop.quiet_days == "usual" or not quiet(day, places().city(shop.city).country):
        return usual
    if shop.quiet_days == "closed" or shop.closes - shop.opens <= 2 * SHORTER_MIN:
        return None
    return shop.opens + SHORTER_MIN, shop.closes - SHORTER_MIN


def is_open(shop: Shop, at: Instant) -> bool:
    """Whether the shop takes and makes orders at that moment."""
    if at < shop.closed_until:
        return False
    number, minute = divmod(at // MINUTE + shop.offset_min, 1440)
    if shop.quiet_days == "usual" or not (_quiet(number, shop.city) or _quiet(number - 1, shop.city)):
        return shop.opens <= minute < shop.closes or minute + 1440 < shop.closes
    day = clock.local(at, shop.offset_min).date()
    today, yesterday = hours_on(shop, day), hours_on(shop, day - timedelta(1))
    if today is not None and today[0] <= minute < today[1]:
        return True
    return yesterday is not None and minute + 1440 < yesterday[1]


def next_open(shop: Shop, at: Instant) -> Instant | None:
    """When the shop opens again; None while it is open."""
    if is_open(shop, at):
        return None
    earliest = max(at, shop.closed_until)
    if is_open(shop, earliest):
        return earliest
    first = clock.local(earliest, shop.offset_min).date()
    midnight = earliest // MINUTE * MINUTE - minute_of_day(shop, earliest) * MINUTE
    for days in range(_MOST_DAYS):
        hours = hours_on(shop, first + timedelta(days))
        if hours is not None and (opens := midnight + days * DAY + hours[0] * MINUTE) >= earliest:
            return opens
    raise AssertionError(f"shop {shop.id} never opens")


def end_of_day(shop: Shop, at: Instant) -> Instant:
    """The shop's next midnight."""
    return at + DAY - (at + shop.offset_min * MINUTE) % DAY


def hours_text(hours: tuple[int, int]) -> str:
    """``07:00-22:00``; ``24:00`` where it closes at midnight."""
    opens, closes = hours[0], hours[1] if hours[1] <= 1440 else hours[1] - 1440
    return f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"


def special_days(shop: Shop, at: Instant, days: int) -> list[tuple[date, tuple[int, int] | None]]:
    """The days from now on that are not as usual, with their hours (None: closed)."""
    first = clock.local(at, shop.offset_min).date()
    coming = [first + timedelta(i) for i in range(days)]
    return [(day, hours) for day in coming if (hours := hours_on(shop, day)) != (shop.opens, shop.closes)]
