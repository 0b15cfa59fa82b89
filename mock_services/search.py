"""Full-text search over short names in Chinese, English and Indonesian, as a shop's search box does it.

Chinese is indexed by characters and character pairs, everything else by words, with a forgiving match for
misspelt words of four letters and more. A hit's relevance is the share of the query's weight that it covers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Key = str | int

_CJK = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_PAIR, _SINGLE, _LATIN = 4, 1, 4
_CLOSE = 85
"""How alike two words must be (0 to 100) for one to be taken for the other misspelt: one slip in five letters."""


@lru_cache(maxsize=16384)
def tokens(text: str) -> dict[str, int]:
    """The tokens of a text with their weights: CJK pairs 4, CJK characters 1, other words 4."""
    return _tokens(text)


def _tokens(text: str) -> dict[str, int]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: dict[str, int] = {}
    for run in _CJK.findall(folded):
        for char in run:
            found[char] = _SINGLE
        for i in range(len(run) - 1):
            found[run[i : i + 2]] = _PAIR
    for word in _WORD.findall(_CJK.sub(" ", folded)):
        found[_stem(word)] = _LATIN
    return found


def _stem(word: str) -> str:
    # A plural "s" is the one inflection that shop names and queries disagree on often enough to matter.
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class TextIndex:
    """An inverted index over texts that do not change.

    Every text has a *place*: its number among all in the order in which ties are settled, shorter texts first. Sets of
    places are integers with a bit for each, so that a search costs what its hits are, and hardly more for more texts.
    """

    def __init__(self, texts: Iterable[tuple[Key, str]]) -> None:
        # Without the cache of `tokens`: every text comes once, and many are long.
        found = sorted(((key, _tokens(text)) for key, text in texts), key=lambda row: len(row[1]))
        self._keys = tuple(key for key, _ in found)
        self._places = {key: place for place, key in enumerate(self._keys)}
        self._holders: dict[str, list[int]] = {}
        for place, (_, held) in enumerate(found):
            for token in held:
                self._holders.setdefault(token, []).append(place)
        self._sets: dict[str, int] = {}
        self._words = sorted(w for w in self._holders if len(w) >= 4 and w.isascii())

    def subset(self, keys: Iterable[Key]) -> int:
        """The texts of some keys, for ``search(…, within=…)``."""
        places = self._places
        return _bits(places[key] for key in keys if key in places)

    def closest(self, word: str) -> str | None:
        """The known word that a misspelt one most likely means, if one is close."""
        if len(word) < 4 or not word.isascii() or word.isdigit() or not self._words:
            return None
        return _closest(word, self)

    def weigh(self, query: str) -> dict[str, int]:
        """The query's tokens, misspelt words replaced by what they most likely mean."""
        weighed: dict[str, int] = {}
        for token, weight in tokens(query).items():
            known = token if token in self._holders else (self.closest(token) or token)
            weighed[known] = max(weight, weighed.get(known, 0))
        return weighed

    def search(
        self, query: str, accept: Callable[[Key], bool], limit: int, within: int | None = None
    ) -> list[tuple[Key, int]]:
        """The best ``limit`` accepted keys with their relevance, best first; shorter texts win ties.

        ``within`` is what :meth:`subset` made of those keys that are looked at.
        """
        weighed = self.weigh(query)
        total = sum(weighed.values())
        keys = self._keys
        found: list[tuple[Key, int]] = []
        for score, places in self._by_score(weighed, within):
            if score < total * 0.3:
                break
            relevance = max(1, score * 100 // total)
            for place in _places(places):
                key = keys[place]
                if accept(key):
                    found.append((key, relevance))
                    if len(found) == limit:
                        return found
        return found

    def _by_score(self, weighed: dict[str, int], within: int | None) -> Iterator[tuple[int, int]]:
        """(score, texts that have it), the highest score first; texts that hold no token have none."""
        # The sums of all texts at once: planes[i] has the texts in whose score the bit i is set.
        planes: list[int] = []
        for token, weight in weighed.items():
            held = self._set(token)
            if within is not None:
                held &= within
            for bit in range(weight.bit_length()):
                carry, at = held if weight >> bit & 1 else 0, bit
                while carry:
                    planes.extend([0] * (at + 1 - len(planes)))
                    planes[at], carry = planes[at] ^ carry, planes[at] & carry
                    at += 1
        scored = 0
        for plane in planes:
            scored |= plane
        yield from _split(planes, len(planes), scored, 0)

    def _set(self, token: str) -> int:
        known = self._sets.get(token)
        if known is None:
            holders = self._holders.get(token)
            if holders is None:
                return 0
            known = self._sets[token] = _bits(holders)
        return known


def _split(planes: list[int], count: int, places: int, score: int) -> Iterator[tuple[int, int]]:
    # From the highest bit down: those that have it come before those that do not.
    if not places:
        return
    if not count:
        yield score, places
        return
    high = places & planes[count - 1]
    yield from _split(planes, count - 1, high, score | 1 << count - 1)
    yield from _split(planes, count - 1, places ^ high, score)


def _bits(places: Iterable[int]) -> int:
    marks = bytearray()
    for place in places:
        at = place >> 3
        if at >= len(marks):
            marks.extend(bytes(at + 1 - len(marks)))
        marks[at] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


def _places(bits: int) -> Iterator[int]:
    # The digits as text: looking for the next "1" in it is many times faster than shifting a long integer.
    digits = bin(bits)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


@lru_cache(maxsize=4096)
def _closest(word: str, index: TextIndex) -> str | None:
    from rapidfuzz import fuzz, process

    hit = process.extractOne(word, index._words, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return hit[0] if hit else None


def rank(query: str, texts: list[tuple[Key, str]], index: TextIndex) -> list[tuple[Key, int]]:
    """Relevance of a few texts that are in no index, by the same measure; those below the floor are left out."""
    weighed = tokens(query)
    total = sum(weighed.values())
    if not total:
        return []
    ranked: list[tuple[Key, int]] = []
    corrected = index.weigh(query)
    for key, text in texts:
        held = tokens(text)
        score = max(
            sum(weight for token, weight in weights.items() if token in held) for weights in (weighed, corrected)
        )
        if score >= total * 0.3:
            ranked.append((key, max(1, min(100, score * 100 // total))))
    return ranked
