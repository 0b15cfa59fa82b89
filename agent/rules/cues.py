"""Cues: the words of the lexicon, found in a sentence.

The lexicon is data (``lexicon/*.yaml``: concept → forms in three languages, all active at once, because people mix
scripts). It holds words of intent, function words, options and relations; no product, shop, city or sight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from agent.rules.han import single_cues
from agent.rules.measures import sizes
from agent.rules.tables import load_table
from agent.steps.options import option_words
from agent.words import KEPT

_FOLDER = Path(__file__).parent / "lexicon"
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9][a-z0-9'’\-]*|w/")
_GAP = r"[^,.;:!?。、\n]{0,12}?"
_LATIN_GAP = r"[^,.;:!?。、\n]{0,32}?"
CLEAR_OPTIONS = frozenset(
    {"no_sugar", "less_sugar", "half_sugar", "low_sugar", "full_sugar", "less_ice", "no_ice", "normal_ice", "large",
     "medium", "small", "not_spicy", "mild", "medium_spicy", "no_coriander", "no_onion"}
)  # fmt: skip
"""Wishes that are never a part of a thing's name if they are more than one character long."""

_SUFFIXES = ("nya", "'s", "’s", "lah", "kan", "in", "ku", "mu")
LEAST_TYPO = 6
"""Shorter words are not taken for misspelt cues: too many are other words."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A form of the lexicon in the text, with all that it may mean."""

    start: int
    end: int
    concepts: tuple[str, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Forms by first word or first Han character, longest first, and forms with a gap as patterns."""

    heads: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    gapped: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]
    goal_words: tuple[str, ...]
    known_words: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    concepts: dict[str, list[str]] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        table: dict[str, list[str]] = load_table(path)
        for concept, forms in table.items():
            for form in forms:
                found = concepts.setdefault(form.casefold(), [])
                if concept not in found:
                    found.append(concept)
    heads: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    gapped = []
    for form, meant in concepts.items():
        if "…" in form:
            first, _, last = form.partition("…")
            pattern = re.compile(
                _edge(first)
                + re.escape(first)
                + f"({_GAP if _HAN.match(form) else _LATIN_GAP})"
                + re.escape(last)
                + _tail(last)
            )
            gapped.append((pattern, form, tuple(meant)))
        else:
            heads.setdefault(_head(form), []).append((form, tuple(meant)))
    ordered = {head: tuple(sorted(forms, key=lambda f: -len(f[0]))) for head, forms in heads.items()}
    goal_words = sorted(
        {form for form, meant in concepts.items() if form.isascii() and form.isalpha() and len(form) >= LEAST_TYPO
         and any(m.startswith("goal.") for m in meant)}
    )  # fmt: skip
    known = frozenset(word for form in concepts for word in _WORD.findall(form))
    return Lexicon(ordered, tuple(gapped), tuple(goal_words), known)


def _edge(form: str) -> str:
    return "" if _HAN.match(form) else r"(?<![a-z0-9])"


def _tail(form: str) -> str:
    return "" if _HAN.match(form[-1:]) else r"(?![a-z0-9])"


def _head(form: str) -> str:
    match = _WORD.match(form)
    return match.group() if match else form[:1]


def find_cues(low: str, taken: Sequence[tuple[int, int]]) -> list[Cue]:
    """The cues of a lower-case text, longest first at each place; ``taken`` are the spans of the grammar.

    A single Han character is a cue only at the edge of what is left between other cues: 点 is a verb in 点杯咖啡 and
    part of the noun in 点心.
    """
    return list(_cues(low, tuple(taken)))


@lru_cache(maxsize=KEPT)
def _cues(low: str, taken: tuple[tuple[int, int], ...]) -> tuple[Cue, ...]:
    lex = lexicon()
    covered = bytearray(len(low) + 1)
    for start, end in taken:
        covered[start:end] = b"\1" * (end - start)
    cues = _options(low, covered)
    single: dict[int, tuple[str, ...]] = {}
    at = 0
    while at < len(low):
        if covered[at] or low[at].isspace():
            at += 1
            continue
        char = low[at]
        if _HAN.match(char):
            for form, meant in lex.heads.get(char, ()):
                if len(form) == 1:
                    single[at] = meant
                elif low.startswith(form, at) and not any(covered[at : at + len(form)]):
                    cues.append(Cue(at, at + len(form), meant, form))
                    at += len(form)
                    break
            else:
                at += 1
            continue
        match = _WORD.match(low, at)
        if match is None:
            for form, meant in lex.heads.get(char, ()):
                cues.append(Cue(at, at + 1, meant, form))
            at += 1
            continue
        word = match.group()
        end = _latin(low, at, word, covered, cues, lex)
        at = end if end else match.end()
    for pattern, form, meant in lex.gapped:
        for match in pattern.finditer(low):
            first, _, last = form.partition("…")
            cues.append(Cue(match.start(), match.start() + len(first), meant, form))
            cues.append(Cue(match.end() - len(last), match.end(), meant, form))
    cues += _single_characters(low, covered, cues, single, taken)
    return tuple(sorted((c for c in cues if not _names(c, low)), key=lambda cue: (cue.start, -cue.end)))


_KIND_OF_THING = re.compile(r"aaa? +(?!(?:with|for|it|the|this|please|pls|between|ya|dong|sama|buat|bareng)\b)[a-z]")


def _names(cue: Cue, low: str) -> bool:
    """Whether a form is a part of a name here: AA batteries share no bill."""
    return cue.form == "aa" and _KIND_OF_THING.match(low, cue.start) is not None


def _options(low: str, covered: bytearray) -> list[Cue]:
    """Options that are never a part of a thing's name; they come first, because 去冰 does not go anywhere."""
    found = []
    for start, end in sizes(low):
        if not any(covered[start:end]):
            found.append(Cue(start, end, ("option",), low[start:end]))
            covered[start:end] = b"\1" * (end - start)
    for start, end, wish in option_words(low):
        if low[:start].endswith("too "):
            # "too small" is a complaint.
            continue
        if wish in CLEAR_OPTIONS and end - start > 1 and low[start:end] != "big" and not any(covered[start:end]):
            found.append(Cue(start, end, ("option",), low[start:end]))
            covered[start:end] = b"\1" * (end - start)
    return found


def forms_in(low: str, prefix: str) -> list[str]:
    """The concepts with a prefix of which any form stands in a text, also inside longer forms, in order."""
    return list(dict.fromkeys(concept for _, _, concept in forms_at(low, prefix)))


@lru_cache(maxsize=KEPT)
def forms_at(low: str, prefix: str) -> tuple[tuple[int, int, str], ...]:
    """As :func:`forms_in`, each with the place where it begins and ends."""
    found = [
        (match.start(), match.end(), concept)
        for pattern, concept in _patterns(prefix)
        for match in pattern.finditer(low)
    ]
    return tuple(
        (start, end, concept.removeprefix(f"{prefix}."))
        for start, end, concept in sorted(found)
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found)
    )


@lru_cache(maxsize=8)
def _patterns(prefix: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    forms: dict[str, list[str]] = {}
    for rows in lexicon().heads.values():
        for form, meant in rows:
            for concept in meant:
                if concept.startswith(f"{prefix}."):
                    forms.setdefault(concept, []).append(_edge(form) + re.escape(form) + ("(?:nya)?" + _tail(form)))
    return tuple((re.compile("|".join(sorted(rows, key=len, reverse=True))), c) for c, rows in sorted(forms.items()))


def _latin(low: str, at: int, word: str, covered: bytearray, cues: list[Cue], lex: Lexicon) -> int:
    """Append the longest cue that starts with ``word``; returns where it ends, 0 if there is none."""
    stems = [word]
    stems += [
        word[: -len(end)]
        for end in _SUFFIXES
        if word.endswith(end) and len(word) > len(end) + (2 if end[-1] == "s" else 3)
    ]
    half, hyphen, again = word.partition("-")
    if hyphen and again.removesuffix("nya") == half:
        # tagihan-tagihan: an Indonesian plural.
        stems.append(half)
    for stem in stems:
        for form, meant in lex.heads.get(stem, ()):
            end = at + len(form)
            if stem != word and form != stem:
                continue
            if not low.startswith(form, at) or any(covered[at:end]):
                continue
            if stem == word and end < len(low) and (low[end].isascii() and low[end].isalnum()) and form[-1].isalnum():
                if " " not in form or not _NYA.match(low, end):
                    continue
                end += 3
            stop = at + len(word) if stem != word else end
            cues.append(Cue(at, stop, meant, form))
            return stop
    if len(word) >= LEAST_TYPO and word.isalpha() and word not in lex.known_words:
        near = _near(word, lex)
        if near:
            meant = next(meant for form, meant in lex.heads[near] if form == near)
            cues.append(Cue(at, at + len(word), meant, near))
            return at + len(word)
    return 0


@lru_cache(maxsize=4096)
def _near_word(word: str, words: tuple[str, ...]) -> str:
    from rapidfuzz.distance import OSA

    best = ""
    for known in words:
        if abs(len(known) - len(word)) <= 1 and known[0] == word[0] and OSA.distance(known, word, score_cutoff=1) <= 1:
            best = best or known
    return best


def _near(word: str, lex: Lexicon) -> str:
    return _near_word(word, lex.goal_words)


_NYA = re.compile(r"nya(?![a-z0-9])")
"""jatuh temponya: what is said of a thing that was named, also behind several words."""

_OWN = frozenset({"home", "office", "hotel", "station", "airport", "here"})


def _single_characters(
    low: str,
    covered: bytearray,
    cues: Sequence[Cue],
    single: dict[int, tuple[str, ...]],
    spans: Sequence[tuple[int, int]],
) -> list[Cue]:
    """Accept single characters in the runs that other cues and spans leave."""
    taken = bytearray(covered)
    for cue in cues:
        taken[cue.start : cue.end] = b"\1" * (cue.end - cue.start)
    places = [c.start for c in cues if any(m in _OWN or m.startswith("rel.") for m in c.concepts)]
    orders = [c.end for c in cues if {"goal.buy", "deliver"}.intersection(c.concepts)]
    preps = [c.end for c in cues if any(m in ("prep.to", "prep.from", "prep.at") for m in c.concepts)]
    rows = single_cues(low, taken, single, places, spans, orders, preps)
    return [Cue(at, at + 1, meant, low[at]) for at, meant in rows]
