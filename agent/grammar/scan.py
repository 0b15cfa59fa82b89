"""Text to atoms: the words of the tables, numbers and codes, each as one letter with a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent.grammar.lexicon import Entry, Lexicon, lexicon
from agent.grammar.numerals import HAN_NUMERAL, Num, digits_at, han_at, spell
from agent.grammar.spans import Language


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of text with a code of ``agent.grammar.tables``.

    Beside those: ``N`` number, ``O`` ordinal, ``C`` clock (hour, minute, literal), ``Y`` written date, ``F`` phone,
    ``X`` reference, ``,`` punctuation, ``.`` anything else; ``& * !`` are the pairs L/l, l/b, $/u. The rules fold them
    into ``d`` (a day), ``c`` (a clock time) and ``@`` (a span).
    """

    code: str
    start: int
    end: int
    value: Any = None


_A = re.ASCII
_PHONE = re.compile(
    r"\+?(?:86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![\d*])|(\d{2,4})\*{2,}(\d{2,4})(?![\d*])"
    r"|(?:\+?62[ -]?|0)(8\d{1,2})[ -]?\d{3,4}[ -]?(\d{3,5})(?!\d)",
    _A,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", _A)
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])", _A)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?![\d.])(?=[-到至]\d{1,2}\.\d{1,2}(?![\d.])|[号日])", _A)
_DOTTED_END = re.compile(r"(\d{1,2})\.(\d{1,2})(?![\d.])", _A)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)", _A)
_HOURS_MINUTES = re.compile(r"(\d{1,2})h(\d{1,2})m?(?![a-z0-9])", _A)
_REF = re.compile(
    r"(?:[gdczksty]\d{2,4}|[gdc]\d|(?!rp|jp|no|lt)[a-z]{2}\d{3,4}|[a-z]\d\d{3,4}|\d[a-z]\d{3,4}|[a-z]{2,}-?\d{5,20}|\d{12,40})(?![a-z0-9])",
    _A,
)
_ALNUM = re.compile(r"[a-z0-9]+", _A)
_WORD = re.compile(r"[a-z]+(?:['’\-./][a-z]+)*", _A)
_LETTERS = re.compile(r"[a-z]+", _A)

# Codes of Latin words that people glue to the number before or after them: "max60", "jam7", "3pm", "20yuan".
_BEFORE_DIGIT = frozenset("JL$!&Bn#VIKpks1")
_AFTER_DIGIT = frozenset("AuUtg!jkSzJP%p")


# "two hundred and five", "twenty-one".
_NUMERAL_JOINTS = (("scale", "and"), ("tens", "-"))


def lower(text: str) -> str:
    """Lower case, offset for offset."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def scan(text: str, low: str, language: Language) -> list[Atom]:
    """The atoms of ``text`` in order, spaces left out."""
    words = lexicon(language)
    atoms: list[Atom] = []
    at, size = 0, len(text)
    while at < size:
        char = low[at]
        if char.isspace():
            at += 1
            continue
        if "0" <= char <= "9" or (char == "+" and low[at + 1 : at + 2].isdigit()):
            at = _number(low, at, language, words, atoms)
        elif "a" <= char <= "z":
            at = _latin(text, low, at, words, atoms)
        else:
            at = _other(low, at, words, atoms)
    return _spelled(atoms, low)


def _number(low: str, at: int, language: Language, words: Lexicon, atoms: list[Atom]) -> int:
    if match := _PHONE.match(low, at):
        head, tail = (group for group in match.groups() if group)
        atoms.append(Atom("F", at, match.end(), f"{head}****{tail[-4:]}"))
        return match.end()
    if match := _ISO.match(low, at):
        atoms.append(_date_atom(at, match.end(), int(match[1]), int(match[3]), int(match[4])))
        return match.end()
    if match := _CLOCK.match(low, at):
        hour, minute = int(match[1]), int(match[2])
        good = hour <= 24 and minute < 60
        atoms.append(Atom("C" if good else ".", at, match.end(), (hour % 24, minute, match[1][0] == "0" or hour > 12)))
        return match.end()
    if (match := _SLASH.match(low, at)) and match[0] != "24/7" and (atom := _slashed(at, match, language)):
        atoms.append(atom)
        return match.end()
    if language == "zh" and (atom := _dotted(low, at, atoms)):
        atoms.append(atom)
        return atom.end
    if match := _HOURS_MINUTES.match(low, at):
        atoms.append(Atom("x", at, match.end(), int(match[1]) * 60 + int(match[2])))
        return match.end()
    if match := _REF.match(low, at):
        atoms.append(Atom("X", at, match.end()))
        return match.end()
    for entry in words.other.get(low[at], ()):
        if low.startswith(entry.word, at):
            atoms.append(Atom(entry.code, at, at + len(entry.word), entry.value))
            return at + len(entry.word)
    found = digits_at(low, at, language == "id" or bool(atoms and atoms[-1].value == "IDR"))
    whole = _ALNUM.match(low, at)
    if found is None:
        end = whole.end() if whole else at + 1
        atoms.append(Atom("X" if whole and whole[0].isdigit() else ".", at, end))
        return end
    number, end = found
    if (tail := _LETTERS.match(low, end)) and whole:
        known = _entry(low, end, tail[0], words)
        if known is None or known[0].code not in _AFTER_DIGIT:
            atoms.append(Atom(".", at, max(whole.end(), end)))
            return max(whole.end(), end)
    atoms.append(Atom("O" if number.ordinal else "N", at, end, number))
    if low[end : end + 1] == "-" and _LETTERS.match(low, end + 1):
        end += 1
    return end


def _date_atom(start: int, end: int, year: int, month: int, day: int) -> Atom:
    try:
        return Atom("Y", start, end, (date(year, month, day), month, day))
    except ValueError:
        return Atom(".", start, end)


def _slashed(at: int, match: re.Match[str], language: Language) -> Atom | None:
    """Day first, except in Chinese or where only month first is a date."""
    first, second = int(match[1]), int(match[2])
    day, month = (second, first) if (language == "zh" and first <= 12) or second > 12 else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if match[3]:
        return _date_atom(at, match.end(), int(match[3]) % 2000 + 2000, month, day)
    return Atom("Y", at, match.end(), (None, month, day))


def _dotted(low: str, at: int, atoms: list[Atom]) -> Atom | None:
    """3.15 is a date in Chinese where a second one follows ("3.15-3.18") or 号 does."""
    ends_range = len(atoms) > 1 and atoms[-1].code == "-" and atoms[-2].code == "Y"
    match = (_DOTTED_END if ends_range else _DOTTED).match(low, at)
    if not match or not (1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31):
        return None
    end = match.end() + (low[match.end() : match.end() + 1] in ("号", "日"))
    return Atom("Y", at, end, (None, int(match[1]), int(match[2])))


def _entry(low: str, at: int, word: str, words: Lexicon) -> tuple[Entry, int] | None:
    """The longest entry that begins with ``word`` at ``at``, and its end, which is the end of a word."""
    for entry in words.latin.get(word, ()):
        end = entry.end(low, at)
        if end is not None and not (entry.word[-1].isalpha() and "a" <= low[end : end + 1] <= "z"):
            return entry, end
    return None


def _latin(text: str, low: str, at: int, words: Lexicon, atoms: list[Atom]) -> int:
    match = _LETTERS.match(low, at)
    word = match[0] if match else low[at]
    if found := _entry(low, at, word, words):
        entry, end = found
        if not low[end : end + 1].isdigit() or entry.code in _BEFORE_DIGIT:
            atoms.append(Atom(entry.code, at, end, entry.value))
            return end
    if (ref := _REF.match(low, at)) and (len(ref[0]) > 2 or text[at].isupper()):
        atoms.append(Atom("X", at, ref.end()))
        return ref.end()
    whole = _ALNUM.match(low, at)
    if whole and len(whole[0]) > len(word):
        atoms.append(Atom(".", at, whole.end()))
        return whole.end()
    full = _WORD.match(low, at)
    end = full.end() if full and full[0].isalpha() is False and "'" in full[0] else at + len(word)
    atoms.append(Atom(".", at, end))
    return end


def _other(low: str, at: int, words: Lexicon, atoms: list[Atom]) -> int:
    if low[at] == "~" and atoms and atoms[-1].code in "NC" and low[at + 1 : at + 2].isdigit():
        atoms.append(Atom("-", at, at + 1))
        return at + 1
    for entry in words.other.get(low[at], ()):
        if low.startswith(entry.word, at):
            numeral = han_at(low, at)
            if numeral and numeral[1] > at + len(entry.word):
                break
            atoms.append(Atom(entry.code, at, at + len(entry.word), entry.value))
            return at + len(entry.word)
    if numeral := han_at(low, at):
        atoms.append(Atom("N", at, numeral[1], numeral[0]))
        return numeral[1]
    overlong = HAN_NUMERAL.match(low, at)
    end = overlong.end() if overlong else at + 1
    atoms.append(Atom("." if low[at].isalnum() else ",", at, end))
    return end


def _spelled(atoms: list[Atom], low: str) -> list[Atom]:
    """Runs of number words as numbers, also behind digits ("50 ribu") and across "hundred and five"."""
    if not any(atom.code == "1" for atom in atoms):
        return atoms
    out: list[Atom] = []
    at = 0
    while at < len(atoms):
        atom = atoms[at]
        if atom.code != "1":
            out.append(atom)
            at += 1
            continue
        run = [at]
        while (follower := run[-1] + 1) < len(atoms):
            if atoms[follower].code == "1":
                run.append(follower)
            elif (
                follower + 1 < len(atoms)
                and atoms[follower + 1].code == "1"
                and (atoms[run[-1]].value[0], low[atoms[follower].start : atoms[follower].end]) in _NUMERAL_JOINTS
            ):
                run.append(follower + 1)
            else:
                break
        ahead = out[-1] if out and out[-1].code == "N" and atom.value[0] == "scale" else None
        value, taken = spell([atoms[index].value for index in run])
        if not taken:
            out.append(Atom(".", atom.start, atom.end))
            at += 1
            continue
        last = atoms[run[taken - 1]]
        start = atom.start
        rupiah = (
            any(atoms[index].value[1] in (1000, 1000000) for index in run[:taken]) and low[start : last.end].isascii()
        )
        if ahead is not None:
            value *= Decimal(ahead.value.value)
            start = ahead.start
            out.pop()
        indonesian = rupiah and low[atom.start : last.end].split()[-1] not in ("thousand", "grand")
        out.append(Atom("N", start, last.end, Num(value, False, rupiah=indonesian, text=low[start : last.end])))
        at = run[taken - 1] + 1
    return out
