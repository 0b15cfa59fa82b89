"""What the generated suites are made of, and making them.

A suite's make-up says which families it draws on, how many scenarios it has, and from which seed on it counts. The
pinned ones lie as files in ``scenarios/suites`` beside a manifest with their hash; ``fresh:SEED`` has the make-up of
``core-v1`` from a seed of one's own choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from mock_services.errors import UsageError
from scenarios.families.generate import Family, generate
from scenarios.families.pen import Half
from scenarios.families.registry import families, family
from scenarios.model import Locale

LOCALES: Final[tuple[Locale, ...]] = ("zh", "en", "id")
LEVELS: Final = (1, 2, 3, 4, 5)
FRESH_FROM: Final = 1_000_000
"""Seeds of fresh suites begin here, beyond those of every pinned one."""


class MakeUp(msgspec.Struct, frozen=True):
    """What a suite is made of.

    ``kinds`` are those of the families that it draws on; ``count`` its scenarios (pairs count as one), in equal parts
    for each language and, where ``levels`` are given, for each of them; ``first_seed`` is that of each family's first;
    ``plans`` says whether the scenarios keep their fault plans.
    """

    name: str
    kinds: tuple[str, ...]
    count: int
    first_seed: int
    levels: tuple[int, ...] = ()
    plans: bool = False


_ALL: Final = ("order", "pay", "travel", "cross", "infeasible", "underspecified", "hostile")

MAKE_UPS: Final = {
    one.name: one
    for one in (
        MakeUp("core-v1", _ALL, 480, 1000, levels=LEVELS),
        MakeUp("faults-v1", ("order", "pay", "travel", "cross"), 120, 2000, plans=True),
        MakeUp("hostile-v1", ("hostile",), 150, 3000),
        MakeUp("consent-v1", ("consent",), 100, 4000),
    )
}
"""The pinned suites."""


class Entry(msgspec.Struct, frozen=True):
    """One scenario of a make-up, before it is written."""

    family: str
    seed: int
    locale: Locale
    level: int


def fresh(seed: int) -> MakeUp:
    """The make-up of ``core-v1`` from a seed of one's own."""
    if not 0 <= seed < 10**8:
        raise UsageError(
            f"{seed} is no seed of a fresh suite", fix="a whole number below 100000000, such as today's date"
        )
    core = MAKE_UPS["core-v1"]
    return msgspec.structs.replace(core, name=f"fresh:{seed}", first_seed=FRESH_FROM + seed * 1000)


def entries(makeup: MakeUp) -> list[Entry]:
    """The scenarios of a make-up, in the order of the suite.

    Each level goes round the families that can write it, each language a different way round, so that every family
    gets its share in every language.
    """
    chosen = [one for one in families().values() if one.name.partition("-")[0] in makeup.kinds]
    found: list[Entry] = []
    number: dict[tuple[str, str], int] = {}
    turns = _turns(makeup, chosen)
    for locale in LOCALES:
        share = makeup.count // len(LOCALES) + (LOCALES.index(locale) < makeup.count % len(LOCALES))
        for one, level in _first(turns(LOCALES.index(locale)), share):
            at = (one.name, locale)
            number[at] = number.get(at, -1) + 1
            found.append(Entry(one.name, makeup.first_seed + number[at], locale, level))
    return sorted(found, key=lambda e: (list(families()).index(e.family), e.level, e.seed, LOCALES.index(e.locale)))


def _turns(makeup: MakeUp, chosen: list[Family]) -> Callable[[int], Iterator[tuple[Family, int]]]:
    if not chosen:
        raise UsageError(f"no family writes {', '.join(makeup.kinds)}", where=makeup.name)
    levels = makeup.levels or LEVELS
    able = {level: [one for one in chosen if level in one.levels] for level in levels}
    if not all(able.values()) and makeup.levels:
        missing = [level for level in levels if not able[level]]
        raise UsageError(f"no family of {', '.join(makeup.kinds)} writes level {missing[0]}", where=makeup.name)

    def by_level(start: int) -> Iterator[tuple[Family, int]]:
        turn = 0
        while True:
            for level in levels:
                group = able[level]
                yield group[(turn + start * 7) % len(group)], level
            turn += 1

    def by_family(start: int) -> Iterator[tuple[Family, int]]:
        turn = 0
        while True:
            for one in chosen:
                yield one, one.levels[(turn + start) % len(one.levels)]
            turn += 1

    return by_level if makeup.levels else by_family


def _first(turns: Iterator[tuple[Family, int]], count: int) -> list[tuple[Family, int]]:
    return [next(turns) for _ in range(count)]


def write(entry: Entry, plans: bool) -> list[dict[str, Any]]:
    """The scenarios of an entry as plain data: one, or both halves of a pair.

    Raises:
        UsageError: the family cannot write it.
    """
    one = family(entry.family)
    halves: tuple[Half, ...] = ("allow", "deny") if one.pairs else ("",)
    made = [generate(one, entry.seed, entry.locale, entry.level, half).data for half in halves]
    return [data if plans else {k: v for k, v in data.items() if k != "plans"} for data in made]
