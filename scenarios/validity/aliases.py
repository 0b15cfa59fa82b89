"""What things are called in the three languages, by the catalogue's own lists."""

from __future__ import annotations

from functools import lru_cache

from mock_services.base import Base
from mock_services.flash.catalogue import entries
from mock_services.flash.options import STANDARD
from mock_services.taobao.rows import ITEMS, Item
from mock_services.world import World
from scenarios.validity.spellings import says_phrase

_SHORT = 2


@lru_cache(maxsize=1)
def _dishes() -> tuple[tuple[str, ...], ...]:
    found = []
    for entry in entries().values():
        names = [entry.zh, entry.en, entry.id_name, *entry.words.split(), entry.words]
        found.append(tuple(name for name in names if name))
    return tuple(found)


@lru_cache(maxsize=1)
def _choices() -> tuple[tuple[str, ...], ...]:
    found = []
    for _, _, choices in STANDARD.values():
        found += [(choice[0], *choice[1:4]) for choice in choices]
    return tuple(found)


def names_of(world: World, phrase: str) -> tuple[str, ...]:
    """A phrase, and every other name of what it names on menus, among options and in the market."""
    own = [item for item in world.state.scan(ITEMS) if item is not world.base.tables.rows[ITEMS.name].get(item.id)]
    return tuple(dict.fromkeys((*_usual(world.base, phrase), *(name for item in own for name in _of(item, phrase)))))


@lru_cache(maxsize=4096)
def _usual(base: Base, phrase: str) -> tuple[str, ...]:
    found = [phrase]
    for names in (*_dishes(), *_choices()):
        if any(says_phrase(name, phrase) for name in names):
            found += [name for name in names if len(name) >= _SHORT]
    for item in base.tables.rows[ITEMS.name].values():
        found += _of(item, phrase)
    return tuple(dict.fromkeys(found))


def _of(item: Item, phrase: str) -> list[str]:
    text = f"{item.title} {item.name_en} {item.name_id} {item.brand} {item.brand_en}"
    if not says_phrase(text, phrase):
        return []
    words = (item.name_en, item.name_id, item.category, *item.words.split())
    return [word for word in words if len(word) >= _SHORT]
