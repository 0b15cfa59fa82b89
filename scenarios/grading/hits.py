"""What a matcher answers."""

from __future__ import annotations

import msgspec

from scenarios.grading.forms import Effect


class Hit(msgspec.Struct, frozen=True):
    """Effects that might be what is wanted, and what is wrong with them. Without problems they are."""

    effects: tuple[Effect, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def refs(self) -> frozenset[str]:
        """The business objects that it uses up."""
        return frozenset(effect.ref for effect in self.effects)


def closest(hits: list[Hit]) -> Hit:
    """The hit with the fewest problems."""
    return min(hits, key=lambda hit: len(hit.problems))
