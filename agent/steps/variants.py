"""Which variants of a listing are what a person asked for: measures, packs, sizes that are worn, colours.

A listing says what it can be had as in its own words (``42码 黑色``, ``30 packs``), people in theirs (``ukuran 42``,
30包装). A measure that was asked for has to be met; a colour is met where it can be.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from agent.steps.match import specs
from agent.steps.options import wishes
from agent.task import Item
from agent.words import fold

_TABLE = Path(__file__).parent / "variants.yaml"
_UNIT = re.compile(r"^[\d.]+")
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)*\s*(?:(?:kg|grams?|g|ml|mm|cm|gb|tb|mah|liters?|litres?|met(?:er|re)s?|inch(?:es)?|inci|w|l|m)(?![a-z])"
    r"|毫安时?|毫升|厘米|公分|公斤|千克|英寸|寸|升|克|斤|瓦|米(?!线))(?:装|长|的)*"
)
_WORN = re.compile(r"(?<![a-z])(?:size|ukuran|uk\.?|eu)\s*\d{2}(?:\.5)?|\d{2}(?:\.5)?\s*码")
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:\.\d+)?)(?![\d.,]*\d)")
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_ENGLISH = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10,
}  # fmt: skip
_PIECES = r"[包册本片支只颗粒抽枚卷双条罐瓶盒张枝听袋入]"
_PACKS = (
    re.compile(rf"(\d+|[一二两三四五六七八九十])\s*{_PIECES}\s*(?:装|一[包箱套盒提袋]|入)"),
    re.compile(r"(?:全套?|一套|整套)\s*(\d+|[二两三四五六七八九十])\s*[册本卷]"),
    re.compile(rf"(\d{{2,}})\s*{_PIECES}(?:的|那种|那款|$|[\s,，。;；])"),
    re.compile(r"(\d+|[二两三四五六七八九十])\s*[册]"),
    re.compile(
        r"\b(\d+|two|three|four|five|six|eight|ten|twelve)[-\s](?:packs?|volumes?|books?|pieces?|pcs|count|rolls?|sheets?|pairs?"
        r"|pods?|tins?|sachets?|bags?|boxes)\b(?! of (?:the|my))"
    ),
    re.compile(r"\b(?:packs?|boxe?s?|sets?|cartons?|cases?) (?:of|with) (\d+|two|three|four|five|six|ten|twelve)\b"),
    re.compile(r"\bisi\s*(\d+|dua|tiga|empat|lima|enam|delapan|sepuluh)\b"),
    re.compile(r"\b(\d+)\s*(?:jilid|buku|pak|gulung|lembar|butir|pasang|sachet)\b"),
)  # fmt: skip
"""30包装, 10-volume, isi 10: how many pieces are in one of it. A bare count of the thing itself is none of these."""
_LETTER = re.compile(r"(?<![a-z0-9])(\d?x{0,3}[sl]|m)(?:码|号)?(?![a-z0-9])")
_SAID_LETTER = re.compile(
    r"(?<![a-z0-9])(\d?x{0,3}[sl]|m)\s?[码号]|\b(?:size|ukuran|uk\.?|nomor)\s*:?\s*(\d?x{0,3}[sl]|m)\b|^\s*(\d?x{0,3}[sl]|m)\s*[.。!]?$"
)


class Asked(msgspec.Struct, frozen=True):
    """What a person asked of the variant of a thing."""

    measures: frozenset[str]
    packs: frozenset[str]
    numbers: frozenset[str]
    letters: frozenset[str]
    sorts: frozenset[str]
    text: str
    named: bool = False
    """Whether a measure stands in the name of the thing itself, and not just beside it."""


def asked(item: Item) -> Asked:
    """What the words for a thing ask of its variant."""
    said = " ".join([item.words, *(o for part in item.parts for o in part.options)])
    text = fold(f"{said} {item.text}")
    own = measures(said)
    packs = _packs(fold(said)) or _packs(fold(item.text))
    letters = {g for m in _SAID_LETTER.finditer(text) for g in m.groups() if g}
    return Asked(
        own or measures(item.text),
        frozenset(packs),
        frozenset(_NUMBER.findall(fold(said))) | frozenset(packs),
        frozenset(letters),
        frozenset(sorts(text)),
        text,
        bool(own),
    )


def _packs(text: str) -> set[str]:
    found = set()
    for pattern in _PACKS:
        for match in pattern.finditer(text):
            words = match.group(1)
            found.add(words if words.isdigit() else str({**_CHINESE, **_ENGLISH}.get(words, "")))
    return found - {"", "1"}


@lru_cache(maxsize=1)
def _sort_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, list[str]] = yaml.load(_TABLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    sort_of = {fold(form).replace("-", " "): sort for sort, forms in table.items() for form in forms}
    forms = sorted(sort_of, key=lambda form: (-len(form), form))
    parts = [rf"(?<![a-z]){re.escape(f)}(?![a-z])" if f.isascii() else re.escape(f) for f in forms]
    return re.compile("|".join(parts)), sort_of


@lru_cache(maxsize=4096)
def sorts(text: str) -> tuple[str, ...]:
    """The sorts (colours, switches, bindings) that a text names."""
    pattern, sort_of = _sort_pattern()
    return tuple(sort_of[match.group()] for match in pattern.finditer(fold(text).replace("-", " ")))


def without_variant(words: str) -> str:
    """A thing's name without what only says which variant of it: a search for the rest finds all of them."""
    text = fold(words).replace("-", " ")
    for pattern in (_MEASURE, *_PACKS, _sort_pattern()[0], _WORN):
        text = pattern.sub(" ", text)
    text = re.sub(r"(?<=[\u3400-\u9fff])\s*的\s*(?=[\u3400-\u9fff])|^\s*的", "", text)
    text = " ".join(text.split()).strip(" 的")
    _, of, thing = text.partition(" of ")
    return (thing if of else text) or words


def spec_of(sku: dict[str, Any]) -> str:
    """A variant in the words of its page."""
    return f"{sku['spec']} {sku['spec_en']}"


_SCALES = {"kg": ("g", 1000), "斤": ("g", 500), "l": ("ml", 1000), "m": ("cm", 100), "tb": ("gb", 1024)}


def measures(text: str) -> frozenset[str]:
    """The measures in a text, those of one dimension in one unit: 2kg and 2公斤 are 2000g."""
    found = set()
    for measure in specs(text):
        number, unit = _UNIT.match(measure), _unit(measure)
        if number is None or unit not in _SCALES:
            found.add(measure)
            continue
        base, scale = _SCALES[unit]
        found.add(f"{float(number.group()) * scale:g}{base}")
    return frozenset(found)


def _unit(measure: str) -> str:
    return _UNIT.sub("", measure)


def _met(sku: dict[str, Any], said: Asked, of_all: frozenset[str]) -> bool:
    """Whether a variant has every measure, pack and letter that was asked for, as far as it names any of the kind."""
    own = measures(spec_of(sku)) or of_all
    units = {_unit(measure) for measure in own}
    asked_for = {m for m in said.measures if _unit(m) in units}
    if not asked_for <= own:
        return False
    if said.packs and not said.packs & set(_NUMBER.findall(fold(spec_of(sku)))):
        return False
    return not said.letters or not (own_letters := _letters(sku)) or bool(said.letters & own_letters)


def _letters(sku: dict[str, Any]) -> set[str]:
    return set(_LETTER.findall(fold(sku["spec"])))


def score(sku: dict[str, Any], said: Asked) -> int:
    """How much of what was asked for without being a measure a variant has."""
    names = fold(spec_of(sku))
    found = 4 * len(said.sorts & set(sorts(spec_of(sku)))) + 2 * len(set(wishes(said.text)) & set(wishes(names)))
    found += 2 * sum(token in said.text for token in sku["spec"].casefold().split() if len(token) > 1)
    return found + sum(number in said.numbers for number in _NUMBER.findall(names))


def suiting(skus: list[dict[str, Any]], said: Asked, title: str) -> list[dict[str, Any]]:
    """The variants of a listing that are what was asked for; none where it has only others.

    A measure that the listing as a whole carries in its title holds for all of its variants.
    """
    if not skus:
        return []
    own = measures(title)
    met = [sku for sku in skus if _met(sku, said, own)]
    named = {_unit(m) for sku in skus for m in measures(spec_of(sku))} | {_unit(m) for m in own}
    if said.named and any(_unit(m) not in named for m in said.measures):
        # Nothing on the page is measured so: a number alone (110 for 110cm) may still tell which.
        numbers = {found.group() for m in said.measures if (found := _UNIT.match(m))}
        met = [s for s in met if numbers & set(_NUMBER.findall(fold(spec_of(s))))]
    best = max((score(sku, said) for sku in met), default=0)
    return [sku for sku in met if score(sku, said) == best]
