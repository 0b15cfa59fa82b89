"""Noun phrases: what is left of a clause when spans, cues and places are taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.rules.cues import Cue
from agent.rules.scene import Clause

_HAN_RUN = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[a-zA-Z0-9À-ÿ][\w.'’\-À-ÿ&]*")
_JOINERS = frozenset({"of", "with", "&", "rasa", "isi", "w/", "up", "的"})


_NAMES_TOO = ("what.", "name.", "diet.", "note.", "bill.", "lodging")
"""Concepts whose words can be, or be a part of, the name of a thing."""


_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
_OF = re.compile(r"([\u3400-\u9fff0-9a-z])\s*的\s*(?=[\u3400-\u9fff])")


_PRONOUN = re.compile(r"(?:i|we|you|they|he|she|it|that|there|who|what)['’](?:re|m|ve|ll|d|s)", re.IGNORECASE)
"""We're, it'll: who does something, and no thing."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase, at its place in the sentence; ``lead`` is the cue right before it, if there is one."""

    start: int
    end: int
    words: str
    lead: Cue | None


def nouns(clause: Clause, *, without: tuple[tuple[int, int], ...] = ()) -> list[Noun]:
    """The noun phrases of a clause, in order. ``without`` are stretches that are known to be something else."""
    taken = bytearray(len(clause.text) + 1)
    for start, end in [*((s.start, s.end) for s in clause.spans), *without]:
        _mark(taken, start - clause.start, end - clause.start)
    for cue in clause.cues:
        if all(concept.startswith(_NAMES_TOO) for concept in cue.concepts):
            continue
        at = cue.start - clause.start
        if cue.concepts == ("rain",) and at > 1 and clause.text[at - 2].isalnum() and not taken[at - 2]:
            # "jas hujan": the rain is a part of the name.
            continue
        follows = at > 1 and clause.text[at - 2].isalnum() and not taken[at - 2]
        if follows and cue.concepts == ("child",) and cue.form == "anak":
            # "sirup batuk anak": whom it is made for is a part of the name.
            continue
        if not (cue.form in _JOINERS and _joins(clause, cue)):
            _mark(taken, cue.start - clause.start, cue.end - clause.start)
    found: list[Noun] = []
    at = 0
    text = clause.text
    while at < len(text):
        if taken[at] or not (text[at].isalnum()):
            at += 1
            continue
        end = _end(text, at, taken)
        words = _OF.sub(r"\1", text[at:end]).strip(" .,'\"-:;()[]").removesuffix("'s").removesuffix("’s")
        if words and not _PRONOUN.fullmatch(words):
            start = clause.start + at
            lead = next(
                (c for c in reversed(clause.cues) if c.end <= start and not text[c.end - clause.start : at].strip()),
                None,
            )
            found.append(Noun(start, clause.start + end, words, lead))
        at = end
    return found


def _mark(taken: bytearray, start: int, end: int) -> None:
    start, end = max(0, start), min(len(taken), end)
    if end > start:
        taken[start:end] = b"\1" * (end - start)


def _joins(clause: Clause, cue: Cue) -> bool:
    """Whether a joiner stands between two content words."""
    before = clause.text[: cue.start - clause.start].rstrip()
    after = clause.text[cue.end - clause.start :].lstrip()
    if not before or not after:
        return False
    if cue.form == "的" and any("not_thing" in c.concepts and c.end <= cue.start for c in clause.cues):
        return False
    left_end = clause.start + len(before)
    right = clause.end - len(after)
    covered = [(c.start, c.end) for c in clause.cues if c is not cue] + [(s.start, s.end) for s in clause.spans]
    return not any(start < left_end <= end or start <= right < end for start, end in covered)


def _end(text: str, at: int, taken: bytearray) -> int:
    while at < len(text) and not taken[at] and (text[at] not in ',;!?。、\n"“”:()' or _THOUSANDS.match(text, at - 1)):
        at += 1
    return at
