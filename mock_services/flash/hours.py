"""Opening hours in the shop's own time."""

from __future__ import annotations

from mock_services.clock import DAY, MINUTE, Instant
from mock_services.flash.rows import Shop


def minute_of_day(shop: Shop, at: Instant) -> int:
    """Minutes since the shop's midnight."""
    return (at // MINUTE + shop.offset_min) % 1440


def is_open(shop: Shop, at: Instant) -> bool:
    """Whether the shop takes and makes orders at that moment."""
    if at < shop.closed_until:
        return False
    minute = minute_of_day(shop, at)
    return shop.opens <= minute < shop.closes or minute + 1440 < shop.closes


def next_open(shop: Shop, at: Instant) -> Instant | None:
    """When the shop opens again; None while it is open."""
    if is_open(shop, at):
        return None
    earliest = max(at, shop.closed_until)
    if is_open(shop, earliest):
        return earliest
    wait = (shop.opens - minute_of_day(shop, earliest)) % 1440
    return earliest // MINUTE * MINUTE + wait * MINUTE


def end_of_day(shop: Shop, at: Instant) -> Instant:
    """The shop's next midnight."""
    return at + DAY - (at + shop.offset_min * MINUTE) % DAY


def hours_text(shop: Shop) -> str:
    """``07:00-22:00``; ``24:00`` where it closes at midnight."""
    closes = shop.closes if shop.closes <= 1440 else shop.closes - 1440
    return f"{shop.opens // 60:02d}:{shop.opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
