"""Full-text search over short names in Chinese, English and Indonesian, as a shop's search box does it.

Chinese is indexed by characters and character pairs, everything else by words, with a forgiving match for
misspelt words of four letters and more. A hit's relevance is the share of the query's weight that it covers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
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
    """An inverted index over texts that do not change."""

    def __init__(self, texts: Iterable[tuple[Key, str]]) -> None:
        self._order: dict[Key, int] = {}
        self._holders: dict[str, list[Key]] = {}
        self._size: dict[Key, int] = {}
        for key, text in texts:
            self._order[key] = len(self._order)
            found = tokens(text)
            self._size[key] = len(found)
            for token in found:
                self._holders.setdefault(token, []).append(key)
        self._words = sorted(w for w in self._holders if len(w) >= 4 and w.isascii())

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

    def search(self, query: str, accept: Callable[[Key], bool], limit: int) -> list[tuple[Key, int]]:
        """The best ``limit`` accepted keys with their relevance, best first; shorter texts win ties."""
        weighed = self.weigh(query)
        total = sum(weighed.values())
        if not total:
            return []
        scores: dict[Key, int] = {}
        for token, weight in weighed.items():
            for key in self._holders.get(token, ()):
                scores[key] = scores.get(key, 0) + weight
        floor = total * 0.3
        ranked = sorted(
            (key for key, score in scores.items() if score >= floor),
            key=lambda key: (-scores[key], self._size[key], self._order[key]),
        )
        found: list[tuple[Key, int]] = []
        for key in ranked:
            if accept(key):
                found.append((key, max(1, scores[key] * 100 // total)))
                if len(found) == limit:
                    break
        return found


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
