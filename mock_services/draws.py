"""Counter-based randomness: a draw is a pure function of (seed, stream, occurrence).

There is no generator state, so an added call somewhere never shifts the draws of another stream, and any draw
can be repeated in any process.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """Draws of one seed. ``parts`` name the stream and the occurrence; their text form is what counts."""

    __slots__ = ("_key", "seed")

    def __init__(self, seed: int | str) -> None:
        self.seed = str(seed)
        self._key = blake2b(self.seed.encode(), digest_size=32).digest()

    def bits(self, *parts: object) -> int:
        """64 uniform bits."""
        text = "\x1f".join(map(str, parts))
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=self._key).digest(), "big")

    def below(self, n: int, *parts: object) -> int:
        """A uniform integer in ``[0, n)``. The bias of the reduction is below n/2**64."""
        return self.bits(*parts) * n >> 64

    def between(self, low: int, high: int, *parts: object) -> int:
        """A uniform integer in ``[low, high]``, both ends included."""
        return low + self.below(high - low + 1, *parts)

    def unit(self, *parts: object) -> float:
        """A float in ``[0, 1)``."""
        return (self.bits(*parts) >> 11) / (1 << 53)

    def chance(self, probability: float, *parts: object) -> bool:
        """True with the given probability."""
        return self.unit(*parts) < probability

    def pick(self, items: Sequence[T], *parts: object) -> T:
        """One of the items, each as likely as another."""
        return items[self.below(len(items), *parts)]

    def sample(self, items: Sequence[T], count: int, *parts: object) -> list[T]:
        """``count`` different items (all of them if there are fewer), in an order that is drawn as well."""
        ranked = sorted(range(len(items)), key=lambda i: (self.bits(*parts, i), i))
        return [items[i] for i in ranked[:count]]
