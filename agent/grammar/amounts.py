"""Words for money, counts, lengths of time, distances, stars and codes; and days that stand alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

from agent.grammar.days import DayValue
from agent.grammar.numerals import Num
from agent.grammar.rewrite import Scene, rule
from agent.grammar.scan import Atom
from agent.grammar.spans import (
    Bound, Count, Day, DayRange, DayRole, Distance, Duration, DurationRole, Money, Per, Percent, Phone, Recurrence, Ref, Span, Stars,
)  # fmt: skip

_PER_UNIT: dict[str, Per] = {
    "night": "night", "person": "person", "day": "day", "adult": "person", "child": "person",
}  # fmt: skip
_SURELY_MONEY = 20
_MOST_BARE_COUNT = 99
_MONTHLESS = 1440


def _span(scene: Scene, start: int, end: int) -> tuple[int, int, str]:
    first, last = scene.atoms[start].start, scene.atoms[end - 1].end
    return first, last, scene.text[first:last]


def _atom(span: Span) -> Atom:
    return Atom("@", span.start, span.end, span)


def _bound(atoms: list[Atom]) -> Bound:
    """The last bound word wins over a budget word and, where it is "about", over all."""
    bound: Bound = "exact"
    for atom in atoms:
        if atom.code in "Ll&*":
            word = "about" if atom.code == "*" else atom.value
            if word == "budget":
                bound = "at_most" if bound == "exact" else bound
            else:
                bound = word
    return bound


def _per(atoms: list[Atom]) -> Per:
    per: Per = ""
    for at, atom in enumerate(atoms):
        if atom.code == "p":
            per = atom.value
        elif atom.code == "v":
            per = "day"
        elif atom.code == "e":
            per = _PER_UNIT[atom.value]
        elif atom.code == "/" and at + 1 < len(atoms):
            unit = atoms[at + 1]
            if unit.code == "t":
                per = "day"
            elif unit.code in "PE":
                per = "night"
            elif unit.code in "Ue":
                per = _PER_UNIT.get(unit.value, "each")
    return per


def _money(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    fen = Decimal(0)
    currency, unit_seen = "", False
    numbers: list[Num] = []
    ranged = any(atom.code == "-" for atom in atoms)
    for atom in atoms:
        if atom.code == "N":
            number: Num = atom.value
            if unit_seen and not ranged:
                # 59块9 is 59.90, 59块95 is 59.95
                fen += number.value * (10 if number.value < 10 else 1)
            elif ranged:
                fen = number.value * 100
            else:
                fen = number.value * 100
            numbers.append(number)
        elif atom.code in "$!u":
            currency = currency or atom.value
            unit_seen = unit_seen or bool(numbers)
        elif atom.code == "j":
            if not unit_seen:
                fen = fen / 10
            unit_seen = True
        elif atom.code == "h":
            fen += 50
    if not currency:
        currency = "IDR" if numbers[0].rupiah and scene.language == "id" else "CNY"
    if fen > 10**15:
        return None
    bound = _bound(atoms)
    if ranged:
        bound = "at_most"
    elif numbers[-1].decade:
        if any(atom.code in "L&" and atom.value in ("budget", "at_most", "below") for atom in atoms):
            fen, bound = fen + (numbers[-1].decade - 1) * 100, "at_most"
        elif bound == "exact":
            bound = "about"
    elif numbers[-1].about and bound == "exact":
        bound = "about"
    whole = int(fen.to_integral_value(ROUND_HALF_UP))
    return _atom(Money(*_span(scene, start, end), whole, bound, _per(atoms), currency))


def _bare_money(scene: Scene, start: int, end: int) -> Atom | None:
    """A number without a unit, made money by what stands beside it: "under 70 total", "60以内", "each 114"."""
    at = start + scene.codes[start:end].rindex("N")
    number: Num = scene.atoms[at].value
    following = scene.codes[end : end + 1]
    if following and following in "UtgSzAof%iymu!jC:":
        return None
    if at == end - 1 and number.value < _SURELY_MONEY and not scene.closes(end):
        return None
    if number.ordinal or (number.value.as_tuple().exponent not in (0, -1, -2, 1, 2, 3, 4, 5, 6)):
        return None
    return _money(scene, start, end)


def _suffix_money(scene: Scene, start: int, end: int) -> Atom | None:
    """ "60以内", "300 max": the number stands first."""
    return _bare_money(scene, start, end)


def _count(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    number: Num = next(atom.value for atom in atoms if atom.code == "N")
    units = [atom for atom in atoms if atom.code in "UP"]
    if number.whole is None:
        return None
    unit = ""
    if units:
        unit = "night" if units[-1].code == "P" else str(units[-1].value)
    return _atom(Count(*_span(scene, start, end), number.whole, unit))


def _nights(scene: Scene, start: int, end: int) -> Atom | None:
    return _count(scene, start, end) if scene.atoms[end - 1].value == "night" else None


def _for_people(scene: Scene, start: int, end: int) -> Atom | None:
    """ "dinner for 6", "family of 4"."""
    number: Num = scene.atoms[end - 1].value
    if number.whole is None or not 1 <= number.whole <= 30 or not scene.closes(end):
        return None
    if scene.codes[start] == "_" and scene.words(scene.atoms[start]) != "of":
        return None
    if scene.codes[end : end + 1] in tuple("u!jp/-&l*"):
        return None
    return _atom(Count(*_span(scene, start, end), number.whole, "person"))


def _glued(scene: Scene, start: int, end: int) -> Atom | None:
    atom = scene.atoms[start]
    n, unit = atom.value
    if end - start > 1:
        unit = str(scene.atoms[end - 1].value)
    return _atom(Count(*_span(scene, start, end), n, unit))


def _single(scene: Scene, start: int, end: int) -> Atom | None:
    unit = scene.atoms[start].value
    if unit == "day":
        return _atom(Duration(*_span(scene, start, end), _MONTHLESS, "for"))
    return _atom(Count(*_span(scene, start, end), 1, unit))


def _bare_count(scene: Scene, start: int, end: int) -> Atom | None:
    """A number that nothing else explains counts what it stands beside. A lone "one" mostly stands for a noun."""
    number: Num = scene.atoms[start].value
    whole = number.whole
    if whole is None or not 1 <= whole <= _MOST_BARE_COUNT or number.about or number.decade:
        return None
    before = scene.codes[start - 1] if start else ""
    if not number.digits:
        words = scene.words(scene.atoms[start])
        if not words.isascii():
            return None
        if words == "one" and before not in ("", ",", "_") and scene.closes(end):
            return None
    return _atom(Count(*_span(scene, start, end), whole, ""))


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
    return _atom(Duration(*_span(scene, start, end), int(minutes), role))


def _day_range(scene: Scene, start: int, end: int) -> Atom | None:
    days = [atom.value for atom in scene.atoms[start:end] if atom.code == "d"]
    first: DayValue = days[0]
    last: DayValue = days[-1]
    if scene.codes[start] == "Z" and first.weekday is not None and last.weekday is not None:
        run = range(first.weekday, last.weekday + 1 + (7 if last.weekday < first.weekday else 0))
        return _atom(Recurrence(*_span(scene, start, end), tuple(sorted({day % 7 for day in run}))))
    if last.first < first.first or first.last:
        return None
    nights = (last.first - first.first).days
    return _atom(DayRange(*_span(scene, start, end), first.first, last.first, nights))


def _day(scene: Scene, start: int, end: int) -> Atom | None:
    value: DayValue = next(atom.value for atom in scene.atoms[start:end] if atom.code == "d")
    role: DayRole = ""
    for atom in scene.atoms[start:end]:
        if atom.code in "Bb" and atom.value in get_args(DayRole):
            role = atom.value
        elif atom.code == "B" and atom.value == "at":
            role = "on"
    role = role or _distant_role(scene, start, end)
    if value.last:
        nights = (value.last - value.first).days
        return _atom(DayRange(*_span(scene, start, end), value.first, value.last, nights, role))
    return _atom(Day(*_span(scene, start, end), value.first, role, value.explicit))


def _distant_role(scene: Scene, start: int, end: int) -> DayRole:
    """ "before I get back Sunday", 周日我回来之前: the role stands a clause away."""
    at = start - 1
    while at >= 0 and start - at <= 7 and scene.codes[at] in "._":
        at -= 1
    if at >= 0 and at < start - 1 and scene.codes[at] == "B" and scene.atoms[at].value == "before":
        return "before"
    at = end
    while at < len(scene.codes) and at - end <= 6 and scene.codes[at] in "._":
        at += 1
    if end < at < len(scene.codes) and scene.codes[at] == "b" and scene.atoms[at].value == "before":
        return "before"
    return ""


def _every(scene: Scene, start: int, end: int) -> Atom | None:
    value: DayValue = scene.atoms[end - 1].value
    if value.weekday is None:
        return None
    return _atom(Recurrence(*_span(scene, start, end), (value.weekday,)))


def _recurrence(scene: Scene, start: int, end: int) -> Atom | None:
    return _atom(Recurrence(*_span(scene, start, end), scene.atoms[end - 1].value))


def _stars(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = next(atom.value for atom in scene.atoms[start:end] if atom.code == "N")
    if number.whole is None or not 1 <= number.whole <= 7:
        return None
    return _atom(Stars(*_span(scene, start, end), number.whole, _bound(scene.atoms[start:end])))


def _distance(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    number: Num = next(atom.value for atom in atoms if atom.code == "N")
    metres = number.value * next(atom.value for atom in atoms if atom.code == "g")
    return _atom(Distance(*_span(scene, start, end), int(metres), _bound(atoms))) if metres < 10**9 else None


def _percent(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = next(atom.value for atom in scene.atoms[start:end] if atom.code == "N")
    before = scene.codes[start] == "%"
    if before != (next(atom.value for atom in scene.atoms[start:end] if atom.code == "%") == "before"):
        return None
    return _atom(Percent(*_span(scene, start, end), int(number.value * 100)))


def _phone(scene: Scene, start: int, end: int) -> Atom | None:
    return _atom(Phone(*_span(scene, start, end), scene.atoms[start].value))


def _ref(scene: Scene, start: int, end: int) -> Atom | None:
    return _atom(Ref(*_span(scene, start, end)))


def _label(scene: Scene, start: int, end: int) -> Atom | None:
    """A number that names a floor, a size or a model and counts nothing."""
    return replace(scene.atoms[start], code=".", end=scene.atoms[end - 1].end)


_PRE = "(?:[pveLV&][_,]?)*"
_UNIT = "(?:[u!](?:N(?![UutogSi%!])j?|[Nj]j?|h)?|j)"
_AMOUNT = f"(?:[$!](?:N-)?N[u!]?|(?:N-)?N{_UNIT})"
_POST = "(?:[,_]?[l&*])?(?:[,_]?p|/[UtPEe]|e)?(?:[,_]?[l&*])?(?:[,_]?p)?"

RULES = [
    rule("F", "F", _phone),
    rule("X", "X", _ref),
    rule("#", "#[_,]?[NX]", _label),
    rule("N", "Nz", _label),
    rule("NL&", "[L&]?_?N%", _percent),
    rule("%", "%N", _percent),
    rule("NL&", "[L&]?_?N,?S[l&]?", _stars),
    rule("s", "sN[l&]?", _stars),
    rule("NL&I", "[L&I]?_?Ng[l&*]?", _distance),
    rule("NxL&IKB", "[L&IKB]?[_L]?(?:NUht|Nht|(?:N[t7J]h?)(?:N[tf])?|x)[l&*]?b?", _duration),
    rule("pveLV&$!N", f"{_PRE}{_AMOUNT}{_POST}", _money),
    rule("pveLV&", f"{_PRE}(?<=[LV&p_,])(?:N-)?N{_POST}", _bare_money),
    rule("N", "(?:N-)?N(?:[,_]?[l&*]|/[UtPEe]|[,_]?p){1,2}(?:[,_]?[p])?", _suffix_money),
    rule("Z", "Z_?d-d", _day_range),
    rule("dB", "B?_?d[-B]_?d", _day_range),
    rule("Z", "Z_?d", _every),
    rule("v", "v", _recurrence),
    rule("k", "kN", _count),
    rule("NK", "K?NU{1,2}", _count),
    rule("NK", "K?NP", _nights),
    rule("N", "Nk", _count),
    rule("K", "KN", _for_people),
    rule("_", "_N", _for_people),
    rule("GK", "K?GU?", _glued),
    rule("e", "e", _single),
]
DAY_RULES = [
    rule("Bd", "B?_?d[b]?", _day),
]
COUNT_RULES = [rule("N", "N", _bare_count)]
