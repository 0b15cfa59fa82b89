"""How well an offered thing fits the words that a person used for it."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.words import KEPT, fold, words_of

_CJK = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_SPEC = re.compile(
    r"(\d+(?:\.\d+)?)[\s-]?"
    r"((?:kg|grams?|g|ml|mm|cm|gb|mah|liter|litre|meter|metre|inch|inci|w|l|m)(?![a-z])|毫安时|毫安|毫升|厘米|公分|公斤|千克|英寸|寸|升|克|斤|瓦|米(?!线))"
)


@lru_cache(maxsize=8192)
def grams(text: str) -> frozenset[str]:
    """Words, and for Chinese character pairs (single characters where a run has but one)."""
    folded = fold(text)
    found: set[str] = set()
    for run in _CJK.findall(folded):
        found.update({run} if len(run) == 1 else {run[i : i + 2] for i in range(len(run) - 1)})
    for word in _WORD.findall(_CJK.sub(" ", folded)):
        found.add(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word)
    return frozenset(found)


def fit(wanted: str, *offered: str) -> float:
    """The share of what was wanted that the best of the offered names covers, in [0, 1]."""
    said = grams(wanted)
    if not said:
        return 0.0
    return max((len(said & grams(name)) / len(said) for name in offered if name), default=0.0)


def plainness(wanted: str, *offered: str) -> float:
    """The share of an offered name that was asked for: 1.0 for exactly that, less for a fancier variant."""
    said = grams(wanted)
    return max((len(said & grams(name)) / max(1, len(grams(name))) for name in offered if name), default=0.0)


_AUDIENCES: dict[str, tuple[str, ...]] = {
    "child": ("儿童", "小儿", "宝宝", "child", "children", "kid", "kids", "toddler", "anak"),
    "baby": ("婴", "baby", "infant", "bayi"),
    "dog": ("犬", "狗", "dog", "puppy", "anjing"),
    "kitten": ("幼猫", "kitten"),
    "expecting": ("孕妇", "maternity", "ibu hamil"),
    "sample": ("迷你", "试用", "mini", "sample"),
    "decaf": ("低因", "decaf"),
    "diet": ("糖尿", "diabetic"),
    "part of it": ("不含", "配件", "空盒", "箱套", "保护套", "not included", "cover only", "spare part", "tanpa isi"),
}
"""For whom or what a thing is in particular, or that it is not the thing itself, in the words of three languages."""


@lru_cache(maxsize=8192)
def audiences(text: str) -> frozenset[str]:
    """For whom or what a text says that a thing is."""
    folded, words = fold(text), words_of(text)
    return frozenset(
        audience
        for audience, forms in _AUDIENCES.items()
        if any(form in words if form.isascii() and " " not in form else form in folded for form in forms)
    )


def narrower(wanted: str, *offered: str) -> bool:
    """Whether an offer is for somebody in particular whom nobody mentioned (a children's medicine, a dog's food)."""
    return bool(audiences(" ".join(offered)) - audiences(wanted))


def misses(wanted: str, *offered: str) -> bool:
    """Whether somebody in particular was mentioned for whom an offer is not."""
    return bool(audiences(wanted) - audiences(" ".join(offered)))


_UNITS = {
    "毫安时": "mah", "毫安": "mah", "毫升": "ml", "厘米": "cm", "公分": "cm", "公斤": "kg", "千克": "kg", "克": "g",
    "gram": "g", "grams": "g",
    "升": "l", "liter": "l", "litre": "l", "瓦": "w", "英寸": "寸", "inch": "寸", "inci": "寸", "米": "m", "meter": "m",
    "metre": "m",
}  # fmt: skip
_CAKES = {"10cm": "4寸", "15cm": "6寸", "20cm": "8寸", "25cm": "10寸", "30cm": "12寸"}
"""Tins are sold by the inch, and spoken of in round centimetres."""
_WORN = re.compile(r"(?<![a-z])(?:size|ukuran|uk|eu)\.?\s*(\d{2}(?:\.5)?)(?!\d)|(\d{2}(?:\.5)?)\s*码")
_DIGIT_COMMA = re.compile(r"(?<=\d),(?=\d{3})")


@lru_cache(maxsize=KEPT)
def specs(text: str) -> frozenset[str]:
    """Measures in a text (65w, 10kg, 42码), units in one writing: an offer that names another is another thing."""
    folded = _DIGIT_COMMA.sub("", fold(text))
    found = {
        _CAKES.get(s, s) for m in _SPEC.finditer(folded) for s in [m.group(1) + _UNITS.get(m.group(2), m.group(2))]
    }
    found |= {f"{m.group(1) or m.group(2)}码" for m in _WORN.finditer(folded)}
    return frozenset(found)
