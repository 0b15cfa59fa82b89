"""What a scenario wants, in words for a reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from mock_services.money import format_yuan
from scenarios.reveals import leaves
from scenarios.wants import AMOUNTS, ITEM_FIELDS, ItemWant, OrderWant, Want

MOST_NAMES = 3
"""So many of the names that something may have are told."""


def say(field: str, value: Any) -> str:
    """A value of the goal for a reader."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and field in (*AMOUNTS, "budget"):
        return f"{format_yuan(value)} yuan"
    if isinstance(value, dt.date):
        return f"{value:%a %Y-%m-%d}"
    return " or ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def in_words(want: Want, named: Callable[[str], str] = str) -> str:
    """``2 × 拿铁 or latte, to company``: all that a want asks for.

    ``named`` says what a name of the set-up (``$cake``) stands for.
    """
    told = _items(want.value.items) if isinstance(want.value, OrderWant) else []
    for leaf in leaves((want,)):
        if told and leaf.field in ITEM_FIELDS:
            continue
        name = leaf.part.partition(".")[2].replace("_", " ")
        value = named(leaf.value) if isinstance(leaf.value, str) else leaf.value
        told.append(_PLAIN.get(leaf.field, f"{name} {{}}").format(_short(leaf.field, value)).strip())
    if want.kind == "asked":
        told.append(f"a question about {say('topic', want.value.topic)} before anything is paid")
    elif want.kind == "told" and want.value.reason:
        told.append(f"the reason {say('reason', want.value.reason)}")
    return ", ".join(told)


_PLAIN = {"within_min": "within {} minutes", "serves": "enough for {} people"}
"""Fields whose names are no words."""

_ALL_OF_THEM = ("from_", "who", "unchanged", "weekdays")
"""Fields in which several stand for all of them; elsewhere any of them will do."""


def _short(field: str, value: Any) -> str:
    if isinstance(value, tuple) and len(value) > MOST_NAMES:
        value = (*value[:MOST_NAMES], "…")
    if isinstance(value, tuple) and field in _ALL_OF_THEM:
        return " and ".join(map(str, value))
    return say(field, value)


def _items(items: tuple[ItemWant, ...]) -> list[str]:
    """``2 × 拿铁 (温度 热)``, for each thing that is wanted."""
    told = []
    for item in items:
        wishes = [f"{group} {choice}" for group, choice in item.options.items()]
        wishes += [" ".join(map(str, (part.get("qty", 1), "×", *_choices(part)))) for part in item.split]
        wishes += [f"not {word}" for word in item.not_]
        name = " or ".join(filter(None, (_short("item", item.item), " and ".join(item.tags)))) or "one of some rows"
        told.append(f"{item.qty} × {name}" + (f" ({', '.join(wishes)})" if wishes else ""))
    return told


def _choices(part: dict[str, Any]) -> list[str]:
    return [f"{group} {choice}" for group, choice in part.items() if group != "qty"]
