"""Words for counts, lengths of time, distances, hotel stars, shares and codes."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.grammar.money import bound_of
from agent.grammar.numerals import Num
from agent.grammar.rewrite import Rule, Scene, spanned, stretch
from agent.grammar.scan import Atom
from agent.grammar.spans import Count, Distance, Duration, DurationRole, Percent, Phone, Ref, Stars

_MOST_BARE_COUNT = 99
_DAY_MINUTES = 1440
_PEOPLE = ("person", "adult", "child")
_ADDRESS = re.compile(r"\.{1,3}z")
_GROUPS = ("party", "family", "group", "team", "table", "rombongan", "keluarga")


def _count(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    number: Num = [atom.value for atom in atoms if atom.code == "N"][-1]
    units = [atom for atom in atoms if atom.code in "UPr"]
    if len(units) > 1 and not (units[0].value in ("piece", "person") and units[1].value in _PEOPLE):
        return None
    if not number.whole:
        return None
    unit = ""
    if units:
        unit = "night" if units[-1].code == "P" else str(units[-1].value)
    bound = "at_most" if number.decade or "-" in scene.codes[start:end] else bound_of(atoms)
    return spanned(Count(*stretch(scene, start, end), number.whole, unit, bound))


def _nights(scene: Scene, start: int, end: int) -> Atom | None:
    return _count(scene, start, end) if scene.atoms[end - 1].value == "night" else None


def _for_people(scene: Scene, start: int, end: int) -> Atom | None:
    """ "dinner for 6", "family of 4"."""
    number: Num = scene.atoms[end - 1].value
    if number.whole is None or not 1 <= number.whole <= 30:
        return None
    group = start > 0 and scene.words(scene.atoms[start - 1]) in _GROUPS
    if scene.codes[start] == "_" and not (group and scene.words(scene.atoms[start]) == "of"):
        return None
    if not group and not scene.closes(end):
        return None
    if scene.codes[end : end + 1] in tuple("u!jp/-&l*"):
        return None
    return spanned(Count(*stretch(scene, start, end), number.whole, "person"))


def _glued(scene: Scene, start: int, end: int) -> Atom | None:
    """俩孩子, sepasang, "a dozen boxes"."""
    n, unit = next(atom.value for atom in scene.atoms[start:end] if atom.code == "G")
    if scene.codes[end - 1] == "U":
        unit = str(scene.atoms[end - 1].value)
    return spanned(Count(*stretch(scene, start, end), n, unit))


def _single(scene: Scene, start: int, end: int) -> Atom | None:
    unit = scene.atoms[start].value
    if unit == "day":
        return spanned(Duration(*stretch(scene, start, end), _DAY_MINUTES, "for"))
    return spanned(Count(*stretch(scene, start, end), 1, unit))


def _house_number(scene: Scene, end: int) -> bool:
    """ "5 Jinyu Road"."""
    match = _ADDRESS.match(scene.codes, end)
    return match is not None and scene.atoms[match.end() - 1].value == "street"


def _bare_count(scene: Scene, start: int, end: int) -> Atom | None:
    """A number that nothing else explains counts what it stands beside. A lone "one" mostly stands for a noun."""
    number: Num = scene.atoms[end - 1].value
    whole = number.whole
    if whole is None or not 1 <= whole <= _MOST_BARE_COUNT or number.about or number.decade:
        return None
    before = scene.codes[start - 1] if start else ""
    if before == "B" or "." in number.text or _house_number(scene, end):
        return None
    if not number.digits:
        words = scene.words(scene.atoms[end - 1])
        if not words.isascii() or (words == "one" and before not in ("", ",", "_") and scene.closes(end)):
            return None
    return spanned(Count(*stretch(scene, start, end), whole, "", bound_of(scene.atoms[start:end])))


def _duration(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    minutes, pending = Decimal(0), None
    last_unit = Decimal(1)
    for atom in atoms:
        if atom.code == "N":
            pending = atom.value.value
        elif atom.code in "t7J":
            last_unit = Decimal({"7": 10080, "J": 60}.get(atom.code) or atom.value)
            minutes += (pending or 0) * last_unit
            pending = None
        elif atom.code == "x":
            minutes += atom.value
        elif atom.code == "f":
            minutes += pending or 0
            pending = None
        elif atom.code == "h":
            if pending is not None:
                minutes += pending * 60 + 30
                pending = None
            else:
                minutes += last_unit / 2
    if minutes > 10**7:
        return None
    role: DurationRole = ""
    for atom in atoms:
        if atom.code == "I":
            role = atom.value
        elif atom.code in "L&l*" and atom.value in ("at_most", "below", "budget"):
            role = "within"
        elif atom.code == "K":
            role = "for"
        elif atom.code == "b" and atom.value in ("after", "later"):
            role = "after"
        elif atom.code == "B":
            role = "after" if atom.value == "after" else "within" if atom.value in ("by", "before") else role
    return spanned(Duration(*stretch(scene, start, end), int(minutes), role))


def _stars(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = next(atom.value for atom in scene.atoms[start:end] if atom.code == "N")
    if number.whole is None or not 1 <= number.whole <= 7:
        return None
    return spanned(Stars(*stretch(scene, start, end), number.whole, bound_of(scene.atoms[start:end])))


def _distance(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    number: Num = next(atom.value for atom in atoms if atom.code == "N")
    metres = number.value * next(atom.value for atom in atoms if atom.code == "g")
    return spanned(Distance(*stretch(scene, start, end), int(metres), bound_of(atoms))) if metres < 10**9 else None


def _percent(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = next(atom.value for atom in scene.atoms[start:end] if atom.code == "N")
    before = scene.codes[start] == "%"
    if before != (next(atom.value for atom in scene.atoms[start:end] if atom.code == "%") == "before"):
        return None
    return spanned(Percent(*stretch(scene, start, end), int(number.value * 100)))


def _phone(scene: Scene, start: int, end: int) -> Atom | None:
    return spanned(Phone(*stretch(scene, start, end), scene.atoms[start].value))


def _ref(scene: Scene, start: int, end: int) -> Atom | None:
    return spanned(Ref(*stretch(scene, start, end)))


def _label(scene: Scene, start: int, end: int) -> Atom | None:
    """A number that names a floor, a size or a model counts nothing; a long one after "order" is a reference."""
    opening, last = scene.atoms[start], scene.atoms[end - 1]
    if opening.code == "#" and opening.value != "ordinal" and scene.codes[end : end + 1] in tuple("Uu!S"):
        return None
    if last.code == "X" or (scene.codes[start] == "#" and last.value.digits and last.end - last.start >= 5):
        scene.out.extend(scene.atoms[start : end - 1])
        return _ref(scene, end - 1, end)
    return replace(scene.atoms[start], code=".", end=scene.atoms[end - 1].end)


MEASURE_RULES = [
    Rule("F", "F", _phone),
    Rule("X", "X", _ref),
    Rule("#", "#[_,]?[NX]", _label),
    Rule("N", "N[zf]|(?<=z)Ni", _label),
    Rule("N", "Nr(?=Nr)|(?<=Nr)Nr", _count),
    Rule("NL&", "[L&]?_?N%", _percent),
    Rule("%", "%N", _percent),
    Rule("NL&", "[L&]?_?N,?S[l&]?", _stars),
    Rule("sL&", "[L&]?_?sN[l&]?", _stars),
    Rule("NL&I", "[L&I]?_?Ng[l&*]?", _distance),
    Rule("NxL&IKB", "[L&IKB]?[_L]?(?:NUht|Nht|(?:N[t7J]h?)(?:N[tf])?|x)[l&*]?b?", _duration),
]
COUNT_RULES = [
    Rule("k", "kN", _count),
    Rule("NKL&", "K?[L&]?_?(?:N-)?NUU[l&*]?", _count),
    Rule("NKL&", "K?[L&]?_?(?:N-)?NU[l&*]?", _count),
    Rule("NKL&", "K?[L&]?_?(?:N-)?NP", _nights),
    Rule("N", "Nk", _count),
    Rule("K", "KN", _for_people),
    Rule("_", "_N", _for_people),
    Rule("GK", "K?GU?", _glued),
    Rule("e", "e", _single),
]
BARE_COUNT_RULES = [
    Rule("NL&", "[L&]?N", _bare_count),
]
