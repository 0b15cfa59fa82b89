"""Which of a person's orders their words mean: what changes one that they did not mean cannot be taken back."""

from __future__ import annotations

from typing import Any

from agent.desk import NoWay
from agent.steps.match import fit

SAME = 0.1
"""Fits that differ by less say nothing about which order is meant."""
MOST_NAMED = 4


def titles(order: dict[str, Any]) -> tuple[str, ...]:
    """The names that an order of any service goes by."""
    lines = order.get("lines") or [order]
    fields = ("title", "name", "title_en", "name_en", "destination_name")
    return tuple(str(line[field]) for line in lines for field in fields if line.get(field))


def meant(orders: list[dict[str, Any]], words: str, *, day: str = "", days: tuple[str, ...] = ()) -> dict[str, Any]:
    """The one order that fits the words and the day; ``days`` are the fields to look for the day in.

    Orders are equal where words and day do not tell them apart; equal ones with one title are the newest of them,
    which stands first.

    Raises:
        NoWay: several would do, with ``needs_person`` and their titles.
    """
    left = orders
    if day:
        left = [o for o in left if any(str(o.get(field) or "")[:10] == day[:10] for field in days)] or left
    if words and len(left) > 1:
        fits = [fit(words, *titles(o)) for o in left]
        left = [o for o, value in zip(left, fits, strict=True) if value > max(fits) - SAME]
    names = list(dict.fromkeys(" + ".join(titles(o)[:1]) + when(o) for o in left))
    if len(names) > 1:
        raise NoWay("needs_person", " / ".join(names[:MOST_NAMED]))
    return left[0]


def when(order: dict[str, Any]) -> str:
    """The day of a booking, which tells two of the same name apart; nothing for goods."""
    day = str(order.get("start") or order.get("depart_at") or "")[:10]
    return f" {day}" if day else ""
