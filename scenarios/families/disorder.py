"""What haste does to a text: slips of the fingers, shorthand, and words of another language.

Names and values are left alone: they are what cannot be guessed from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mock_services.draws import Draws

_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_TYPO_SHARE: Final = 0.12
_SHORT_SHARE: Final = 0.6
_SWITCH_SHARE: Final = 0.5


def disorder(
    text: str, tables: Mapping[str, Any], draws: Draws, *, typos: bool, switch: bool, keep: frozenset[str]
) -> str:
    """The text as somebody writes it in haste.

    Args:
        text: What was meant.
        tables: ``shorthand`` (word → ways to cut it short), ``slips`` (word → look-alikes typed instead) and
            ``switch`` (word → the same in another language).
        draws: What decides where it happens.
        typos: Whether words are cut short and misspelt.
        switch: Whether words of another language are mixed in.
        keep: Parts of the text that stay as they are.
    """
    if not typos and not switch:
        return text
    return "".join(
        piece if kept else _messed(piece, i, tables, draws, typos=typos, switch=switch)
        for i, (piece, kept) in enumerate(_pieces(text, keep))
    )


def _pieces(text: str, keep: frozenset[str]) -> list[tuple[str, bool]]:
    if not keep:
        return [(text, False)]
    # The longest first, so that a name inside another does not cut it.
    pattern = re.compile("|".join(re.escape(name) for name in sorted(keep, key=lambda name: (-len(name), name))))
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in pattern.finditer(text):
        pieces += [(text[end : found.start()], False), (found[0], True)]
        end = found.end()
    return [*pieces, (text[end:], False)]


def _messed(piece: str, i: int, tables: Mapping[str, Any], draws: Draws, *, typos: bool, switch: bool) -> str:
    if switch:
        piece = _replaced(piece, tables["switch"], draws, _SWITCH_SHARE, "switch", i)
    if typos:
        piece = _replaced(piece, tables["shorthand"], draws, _SHORT_SHARE, "short", i)
        piece = _replaced(piece, tables["slips"], draws, _TYPO_SHARE * 3, "slip", i)
        piece = _WORD.sub(_slipping(draws, i), piece)
    return piece


def _replaced(piece: str, table: Mapping[str, list[str]], draws: Draws, share: float, kind: str, i: int) -> str:
    if not table:
        return piece
    words = sorted(table, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(_bounded(word) for word in words), re.IGNORECASE)
    lower = {word.casefold(): table[word] for word in words}

    def one(found: re.Match[str]) -> str:
        if not draws.chance(share, kind, i, found.start()):
            return found[0]
        return str(draws.pick(lower[found[0].casefold()], kind, "which", i, found.start()))

    return pattern.sub(one, piece)


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"\b{escaped}\b" if word.isascii() else escaped


def _slipping(draws: Draws, i: int) -> Callable[[re.Match[str]], str]:
    def slip(found: re.Match[str]) -> str:
        word, at = found[0], found.start()
        if not draws.chance(_TYPO_SHARE, "typo", i, at):
            return word
        k = draws.between(1, len(word) - 2, "where", i, at)
        if draws.chance(0.5, "swap", i, at):
            return f"{word[:k]}{word[k + 1]}{word[k]}{word[k + 2 :]}"
        return word[:k] + word[k + 1 :]

    return slip
