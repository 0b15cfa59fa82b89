"""The three word tables, compiled for look-up, and the guess at a sentence's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.grammar.spans import Language
from agent.grammar.tables import Rows

LANGUAGES: tuple[Language, ...] = ("zh", "en", "id")

# A word that stands both before and after what it belongs to ("max 300", "300 max") has one code for the pair.
_BOTH_SIDES = {"L": {"l": "&", "*": "&"}, "l": {"b": "*", "L": "&"}, "b": {"l": "*"}, "$": {"u": "!"}}

_LATIN_WORD = re.compile(r"[a-z]+")
_FREE_WORD = re.compile(r"(?<![a-z0-9])[a-z]+(?![a-z0-9])")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or phrase, its code and its value."""

    word: str
    code: str
    value: Any

    def end(self, low: str, at: int) -> int | None:
        """Where the entry ends if it stands at ``at``; words of a phrase may be apart by any space or a hyphen."""
        if " " not in self.word:
            return at + len(self.word) if low.startswith(self.word, at) else None
        match = _phrase(self.word).match(low, at)
        return match.end() if match else None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a scanner of one language looks up: ``latin`` by first word, ``other`` by first character, longest first."""

    latin: dict[str, tuple[Entry, ...]]
    other: dict[str, tuple[Entry, ...]]


def detect(low: str, hint: str | None) -> Language:
    """The language of a lower-case sentence, by script and function words. ``hint`` decides a draw."""
    words = _FREE_WORD.findall(low[:2000])
    english_words, indonesian_words = _telling_words()
    english = sum(word in english_words for word in words)
    indonesian = sum(word in indonesian_words for word in words)
    unknown = (len(words) - english - indonesian) * 0.2
    scores: dict[Language, float] = {
        "zh": len(_HAN.findall(low[:2000])) / 2,
        "en": english + (unknown if english >= indonesian else 0),
        "id": indonesian + (unknown if indonesian >= english else 0),
    }
    best = max(scores.values())
    drawn = [language for language in LANGUAGES if scores[language] >= best - 0.5]
    for language in drawn:
        if language == hint:
            return language
    if best == 0:
        return "zh" if any("\u3000" <= char <= "\u9fff" for char in low) else "en"
    return max(LANGUAGES, key=lambda language: scores[language])


@cache
def _telling_words() -> tuple[frozenset[str], frozenset[str]]:
    """The Latin words that speak for English and for Indonesian: those of one table that the other lacks."""
    from agent.grammar.tables import en, id

    english, indonesian = (
        {word for entry in _entries(rows, own=True) for word in _LATIN_WORD.findall(entry.word)}
        for rows in (en.ROWS, id.ROWS)
    )
    english_hints, indonesian_hints = frozenset(en.HINTS.split()), frozenset(id.HINTS.split())
    return (
        frozenset(english - indonesian | english_hints) - indonesian_hints,
        frozenset(indonesian - english | indonesian_hints) - english_hints,
    )


@cache
def lexicon(language: Language) -> Lexicon:
    """The words active in sentences of ``language``: its own table, then the others' that mean nothing else in it."""
    entries: dict[str, Entry] = {}
    for source in (language, *(other for other in LANGUAGES if other != language)):
        own: dict[str, Entry] = {}
        for entry in _entries(_rows(source), own=source == language):
            first = own.get(entry.word)
            if first is None:
                own[entry.word] = entry
            elif pair := _BOTH_SIDES.get(first.code, {}).get(entry.code):
                own[entry.word] = Entry(entry.word, pair, first.value)
        for word, entry in own.items():
            entries.setdefault(word, entry)
    latin: dict[str, list[Entry]] = {}
    other: dict[str, list[Entry]] = {}
    for word in sorted(entries, key=lambda word: (-len(word), word)):
        head = _LATIN_WORD.match(word)
        (latin.setdefault(head[0], []) if head else other.setdefault(word[0], [])).append(entries[word])
    return Lexicon({k: tuple(v) for k, v in latin.items()}, {k: tuple(v) for k, v in other.items()})


def _rows(language: Language) -> Rows:
    # Imported at first use: a process that reads no sentence pays for no table.
    from agent.grammar.tables import en, id, zh

    return {"zh": zh.ROWS, "en": en.ROWS, "id": id.ROWS}[language]


def _entries(rows: Rows, own: bool) -> Iterable[Entry]:
    for code, value, words in rows:
        for word in (part.strip() for part in words.split(",")):
            if word.startswith("~") and len(word) > 1 and word[1].isalpha():
                if not own:
                    continue
                word = word[1:]
            yield Entry(word, code, value)


@cache
def _phrase(word: str) -> re.Pattern[str]:
    return re.compile(r"[\s-]{1,3}".join(re.escape(part) for part in word.split(" ")))
