"""Words for money."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from agent.grammar.numerals import Num
from agent.grammar.rewrite import Rule, Scene, spanned, stretch
from agent.grammar.scan import Atom
from agent.grammar.spans import Bound, Money, Per

_PER_UNIT: dict[str, Per] = {
    "night": "night", "person": "person", "day": "day", "adult": "person", "child": "person",
}  # fmt: skip
_SURELY_MONEY = 20
_LEAST_PAID = 10
_NOT = re.compile(
    r"(?:n['’]t|\b(?:not|never|cannot|jangan|jgn|tidak|nggak|gak|ga|tak))\s+(?!mind\b)(?:[\w'’]+\s+){0,4}$"
    r"|[不别甭][\u3400-\u9fff]{0,4}$"
)
"""A negation right before what costs more: then it is a limit."""
_PAYING = re.compile(r"V[._]{1,5}$")


def bound_of(atoms: list[Atom]) -> Bound:
    """The last bound word wins over a budget word and, where it is "about", over all."""
    bound: Bound = "exact"
    for atom in atoms:
        if atom.code in "Ll&*":
            if atom.value != "budget":
                bound = "about" if atom.code == "*" else atom.value
            elif bound == "exact":
                bound = "at_most"
    return bound


def _per(atoms: list[Atom]) -> Per:
    per: Per = ""
    for at, atom in enumerate(atoms):
        if atom.code == "p":
            per = atom.value
        elif atom.code == "v":
            per = "day"
        elif atom.code == "e":
            per = _PER_UNIT.get(atom.value, "each")
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
    ranged = any(atom.code in "-<" for atom in atoms)
    for atom in atoms:
        if atom.code == "N":
            number: Num = atom.value
            if unit_seen and not ranged:
                # 59块9 is 59.90, 59块95 is 59.95
                fen += number.value * (10 if number.value < 10 else 1)
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
    bound = bound_of(atoms)
    if bound == "above" and _NOT.search(scene.text[max(0, atoms[0].start - 40) : atoms[0].start].lower()):
        # "it shouldn't cost more than 320"
        bound = "at_most"
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
    return spanned(Money(*stretch(scene, start, end), whole, bound, _per(atoms), currency))


def _bare_money(scene: Scene, start: int, end: int) -> Atom | None:
    """A number without a unit, made money by what stands beside it: "under 70 total", "60以内", "each 114"."""
    at = start + scene.codes[start:end].rindex("N")
    number: Num = scene.atoms[at].value
    following = scene.codes[end : end + 1]
    if following and following in "UtgSzAof%iymu!jC:":
        return None
    if "e" in scene.codes[at:end] and number.value < _SURELY_MONEY:
        return None
    soft = scene.codes[start] == "V" and scene.atoms[start].value == "soft"
    if at == end - 1 and (soft or number.value < _SURELY_MONEY) and not scene.closes(end):
        return None
    if number.ordinal or (number.value.as_tuple().exponent not in (0, -1, -2, 1, 2, 3, 4, 5, 6)):
        return None
    return _money(scene, start, end)


def _priced(scene: Scene, start: int, end: int) -> Atom | None:
    """ "88红包", "300的那款": in Chinese a noun or 的 behind a number of some size makes it a price."""
    number: Num = scene.atoms[start].value
    follower = scene.atoms[end]
    if (
        number.value < _SURELY_MONEY
        or scene.language != "zh"
        or (follower.code == "_" and scene.words(follower) != "的")
    ):
        return None
    return _money(scene, start, end)


def _elliptical(scene: Scene, start: int, end: int) -> Atom | None:
    """A number that can only be a price.

    Prices leave out the unit below the last ("两百五", "1万2"), have two places ("59.90"), are vague ("200ish"),
    or end a clause that began with paying ("transfer ke Rina 200", "红包发200").
    """
    number: Num = scene.atoms[start].value
    vague = (number.about or number.decade > 1) and number.value >= _SURELY_MONEY
    paid = number.value >= _LEAST_PAID and _PAYING.search(scene.codes, max(0, start - 6), start)
    if (vague or paid) and scene.closes(end):
        return _money(scene, start, end)
    fraction = number.value % 1
    two_places = number.digits and number.text[-3:-2] == "." and (number.value >= 24 or fraction > Decimal("0.59"))
    return _money(scene, start, end) if (number.elliptical or two_places) and scene.closes_han(end) else None


_PRE = "(?:(?:[pveLV&]|/[UtPEe])[_,]?){0,5}"
_UNIT = "(?:[u!](?:N(?![UutogSi%!])j?|[Nj]j?|h)?|j)"
_AMOUNT = f"(?:[$!](?:N-[$!]?)?N[u!]?|(?:N-)?N{_UNIT})"
_SHARE = "_?p(?![LV&_]*[$!]?N)"
_POST = f"(?:[,_]?[l*]|[,_]?&(?!_?[$!]?N))?(?:{_SHARE}|/[UtPEe]|e)?(?:[,_]?[l*]|[,_]?&(?!_?[$!]?N))?(?:{_SHARE})?"

MONEY_RULES = [
    Rule("pveLV&/$!N", f"{_PRE}{_AMOUNT}{_POST}", _money),
    Rule("pveLV&/", f"{_PRE}(?<=[LV&pvUtPEe_,])(?:N-)?N{_POST}", _bare_money),
    Rule("pveLV&/<", f"{_PRE}<[$!]?N[u!]?[-_][$!]?N[u!]?{_POST}", _bare_money),
    Rule("N", f"(?:N-)?N(?:[,_]?[l*]|[,_]?&(?!_?[$!]?N)|/[UtPEe]|{_SHARE}|e){{1,2}}(?:{_SHARE})?", _bare_money),
    Rule("N", "N(?=_?V|_)", _priced),
    Rule("N", "N", _elliptical),
]
