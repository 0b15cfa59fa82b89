"""Matching the options that a person named with the options that a dish really has."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from agent.words import fold

_TABLE = Path(__file__).parent / "options.yaml"


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, list[str]] = yaml.load(_TABLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    wish_of = {fold(form): wish for wish, forms in table.items() for form in forms}
    forms = sorted(wish_of, key=lambda form: (-len(form), form))
    parts = [rf"\b{re.escape(form)}\b" if form.isascii() else re.escape(form) for form in forms]
    return re.compile("|".join(parts)), wish_of


@lru_cache(maxsize=4096)
def option_words(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where a folded text names options, and which wish each is: ``((0, 4, "iced"),)``."""
    pattern, wish_of = _pattern()
    return tuple((match.start(), match.end(), wish_of[match.group()]) for match in pattern.finditer(text))


@lru_cache(maxsize=4096)
def wishes(text: str) -> tuple[str, ...]:
    """The option wishes that a text names, in order: ``("iced", "no_sugar")``."""
    pattern, wish_of = _pattern()
    return tuple(dict.fromkeys(wish_of[match.group()] for match in pattern.finditer(fold(text))))


@lru_cache(maxsize=4096)
def without_options(words: str) -> str:
    """A thing's name without the option wishes in it (热拿铁 is a 拿铁), or as it is if nothing else is left."""
    pattern, _ = _pattern()
    rest = " ".join(pattern.sub(" ", fold(words)).split())
    return rest or words


def _named(name: str, text: str) -> bool:
    """Whether a text names a choice: 宽 of 宽面 or 宽的, but not of 宽带."""
    if len(name) > 1:
        return name in text
    return re.search(rf"(?<![\u3400-\u9fff]){name}(?=[的面]|$|\s)", text) is not None and not name.isascii()


@lru_cache(maxsize=4096)
def _names(*names: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Which wishes the names of a choice mean, and the names as they are compared."""
    return frozenset(wish for name in names for wish in wishes(name)), tuple(fold(name) for name in names if name)


def pick_options(groups: list[dict[str, Any]], said: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which choice of each group a text asks for.

    Returns:
        group id → choice id for the groups that the text says something about, and the wishes that no group offers.
    """
    asked = wishes(said)
    folded = fold(said)
    picked: dict[str, str] = {}
    met: set[str] = set()
    for group in groups:
        for choice in sorted(group["choices"], key=lambda c: -len(c["name"])):
            meant, names = _names(choice["name"], choice["name_en"], choice["name_id"])
            hit = meant.intersection(asked)
            if hit or any(_named(name, folded) for name in names):
                picked[group["id"]] = choice["id"]
                met |= hit
                break
    return picked, tuple(wish for wish in asked if wish not in met)
