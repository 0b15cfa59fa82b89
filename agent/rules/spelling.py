"""Slips of the keyboard: two letters that changed places, or one that is missing, in a word that the lexicon knows.

Only a plain lower-case word that is no word of ours and is one slip away from just one of them is mended, so that
names and things keep the spelling that they were given.
"""

from __future__ import annotations

import re
from functools import lru_cache

from agent.rules.cues import lexicon
from agent.words import KEPT

LEAST = 5
"""A known word has at least so many letters: shorter ones are a slip away from too many others."""
LONG = 8
"""From so many letters on one may be missing: *fried* is no *friend*."""
_WORD = re.compile(r"(?<![A-Za-z0-9_@.'’/+\-])[a-z]{3,}(?![A-Za-z0-9_@'’\-])")
_QUOTED = re.compile(r"([\"“「『][^\"”」』]{1,300}[\"”」』])")
_CLOCK_AND_CALENDAR = (
    "april june july august september october november december january february march monday tuesday wednesday "
    "thursday friday saturday sunday tomorrow morning afternoon evening night before after until "
    "januari februari maret juni juli agustus oktober desember senin selasa rabu kamis jumat sabtu minggu besok "
    "pagi siang malam sebelum setelah sampai tanggal berangkat "
    "allowance mandate approval payment payments duplicate statement recipient redirect replacement destination "
    "outbound inbound touchdown admission breakfast dispatched purchase request evenly staring combined replace "
    "withdraw"
)

_SHORT = "near with that this time room book both each dari dekat buat maks sore malam kamar rest card only"
"""Short words of which no two letters that changed places make another word."""

_ROUGH = "hotel train flight kereta kartu mobil pesawat tiket near gratis batal semua kecuali cheapest termurah"
"""Words that say what is to be booked: they are known with a letter missing as well."""


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], dict[str, str]]:
    """Every word that may stand, and each slip of a longer one that is a slip of that one alone."""
    words = {w for w in lexicon().known_words if w.isalpha() and w.isascii()} | set(_CLOCK_AND_CALENDAR.split())
    slips: dict[str, set[str]] = {}
    for word in _SHORT.split():
        for i in range(len(word) - 1):
            slips.setdefault(word[:i] + word[i + 1] + word[i] + word[i + 2 :], set()).add(word)
    for word in _ROUGH.split():
        for i in range(1, len(word) - 1):
            slips.setdefault(word[:i] + word[i + 1 :], set()).add(word)
    for word in sorted(words):
        if len(word) < LEAST:
            continue
        for i in range(len(word) - 1):
            slips.setdefault(word[:i] + word[i + 1] + word[i] + word[i + 2 :], set()).add(word)
        for i in range(1, len(word) - 1):
            if len(word) >= LONG:
                slips.setdefault(word[:i] + word[i + 1 :], set()).add(word)
    return frozenset(words), {slip: next(iter(of)) for slip, of in slips.items() if len(of) == 1 and slip not in words}


@lru_cache(maxsize=KEPT)
def mended(text: str) -> str:
    """The text with slips in known words put right; quotations as they are."""
    words, slips = _known()

    def one(match: re.Match[str]) -> str:
        word = match.group()
        if word in words:
            return word
        if word in slips:
            return slips[word]
        if word.endswith("nya") and word[:-3] in slips:
            return f"{slips[word[:-3]]}nya"
        return word

    return "".join(piece if i % 2 else _WORD.sub(one, piece) for i, piece in enumerate(_QUOTED.split(text)))
