"""What a matcher answers."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from scenarios.grading.forms import Effect


class Miss(NamedTuple):
    """A field of a want that an effect does not have as wanted, and what it has instead."""

    field: str
    text: str


class Hit(msgspec.Struct, frozen=True):
    """Effects that might be what is wanted, and what is wrong with them. Without problems they are."""

    effects: tuple[Effect, ...] = ()
    problems: tuple[Miss, ...] = ()

    @property
    def refs(self) -> frozenset[str]:
        """The business objects that it uses up."""
        return frozenset(effect.ref for effect in self.effects)


def closest(hits: list[Hit], taken: frozenset[str] = frozenset()) -> Hit:
    """The hit with the fewest problems, of those that are not ``taken`` if there are any."""
    free = [hit for hit in hits if not hit.refs & taken]
    return min(free or hits, key=lambda hit: len(hit.problems))
