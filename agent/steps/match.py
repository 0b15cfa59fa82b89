"""How well an offered thing fits the words that a person used for it."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.words import fold, words_of

_CJK = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_SPEC = re.compile(r"\d+(?:\.\d+)?(?:(?:kg|g|ml|mm|cm|gb|mah|w|l|m)(?![a-z])|码|寸|升|克|斤)")


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


_AUDIENCES = (
    *("儿童", "婴", "宝宝", "小儿", "成犬", "幼犬", "犬", "狗", "幼猫", "孕妇", "男士", "女士", "迷你", "试用"),
    *("child", "children", "kid", "baby", "infant", "toddler", "puppy", "dog", "kitten", "mini", "sample", "decaf"),
    *("anak", "bayi", "anjing", "低因", "糖尿"),
    *("不含", "配件", "空盒", "箱套", "保护套", "not included", "cover only", "spare part", "tanpa isi"),
)
"""Words by which a name says that the thing is for somebody in particular, or not the thing itself."""


def narrower(wanted: str, *offered: str) -> bool:
    """Whether an offer is for somebody in particular whom nobody mentioned (a children's medicine, a dog's food)."""
    said = fold(wanted)
    held = words_of(" ".join(offered)) | {fold(name) for name in offered}
    for audience in _AUDIENCES:
        if audience in said:
            continue
        if audience in held or f"{audience}s" in held or (not audience.isascii() and any(audience in n for n in held)):
            return True
    return False


def specs(text: str) -> frozenset[str]:
    """Measures in a text (65w, 10kg, 42码): an offer that names another measure is another thing."""
    return frozenset(match.group().lower() for match in _SPEC.finditer(fold(text)))
