"""Numerals: digits with their suffixes, Chinese characters, and number words of English and Indonesian.

cn2an reads Chinese numerals as well and is the cross-check in the tests, but its import takes 80 ms, twice the whole
grammar's, and 两三 ("two or three") is 23 to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HAN_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万亿两]+")
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_LONGEST_HAN = 24
_LONGEST_DIGITS = 12

DIGITS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?")
DOTTED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?(?![0-9])")
_COMMA_DECIMAL = re.compile(
    r"[0-9]+,(?:[0-9]{1,2}(?=\s?(?:juta|jt|ribu|rb|yuan|kuai|rmb|cny|kg|l|cm)\b)|[0-9]{2}(?![0-9,.]))"
)
"""132,90 in Indonesian: a comma where others have a point."""
_SUFFIX = re.compile(r"(k|w|rb|ribu|jt|juta)?(-?an|[ -]?ish|(?:st|nd|rd|th)(?![a-z])|ers)?(?![a-z])")
_HAN_SUFFIX = re.compile(r"(万|千|百)([1-9])?(?![0-9.])")
_HAN_DECADE = re.compile(r"(?:多|几|来)(?=[块元个人杯份张号件瓶位毛])")
_ELLIPTICAL = re.compile(r"[百千万][一二三四五六七八九]$")
_SCALES = {"k": 1000, "rb": 1000, "ribu": 1000, "w": 10000, "jt": 1000000, "juta": 1000000}
_HAN_SCALES = {"百": 100, "千": 1000, "万": 10000}


@dataclass(frozen=True, slots=True)
class Num:
    """A number as it was written. ``decade`` is the width of a vague end ("80an" is 80 and ``decade`` 10).

    ``elliptical`` numbers leave out the unit below the last one (两百五, 1万2).
    """

    value: Decimal
    digits: bool = True
    decade: int = 0
    about: bool = False
    ordinal: bool = False
    rupiah: bool = False
    elliptical: bool = False
    text: str = ""

    @property
    def whole(self) -> int | None:
        """The value if it is an integer."""
        return int(self.value) if self.value == self.value.to_integral_value() else None


def digits_at(text: str, start: int, indonesian: bool) -> tuple[Num, int] | None:
    """The number written in digits at ``start`` and the offset behind it and its suffix ("1.5k", "80an", "20th")."""
    match = (DOTTED_THOUSANDS.match(text, start) or _COMMA_DECIMAL.match(text, start)) if indonesian else None
    if match:
        plain = match[0].replace(".", "").replace(",", ".")
    else:
        match = DIGITS.match(text, start)
        if not match:
            return None
        plain = match[0].replace(",", "")
    if len(plain) > _LONGEST_DIGITS:
        return None
    value, end, decade, about, ordinal, rupiah = Decimal(plain), match.end(), 0, False, False, False
    elliptical = False
    if (suffix := _SUFFIX.match(text, end)) and suffix[0]:
        end = suffix.end()
        scale, tail = suffix[1], (suffix[2] or "").strip(" -")
        if scale:
            value *= _SCALES[scale]
            rupiah = scale in ("rb", "ribu", "jt", "juta")
        if tail == "an":
            decade = _width(value) if value % 10 == 0 else 0
        about = tail == "ish" or tail == "an"
        ordinal = tail in ("st", "nd", "rd", "th")
    elif (han := _HAN_SUFFIX.match(text, end)) and text[end : end + 2] not in ("千米", "千克", "百分"):
        scale_value = _HAN_SCALES[han[1]]
        value = value * scale_value + int(han[2] or 0) * (scale_value // 10)
        end, elliptical = han.end(), bool(han[2])
    if _HAN_DECADE.match(text, end):
        decade = _width(value)
        end += 1
    return Num(value, True, decade, about, ordinal, rupiah, elliptical, match[0]), end


def han_at(text: str, start: int) -> tuple[Num, int] | None:
    """The Chinese numeral at ``start`` and the offset behind it."""
    match = HAN_NUMERAL.match(text, start)
    if not match:
        return None
    value = read_han(match[0])
    if value is None:
        return None
    end, decade = match.end(), 0
    if match[0][-1] in "十百千万" and _HAN_DECADE.match(text, end):
        decade = _width(Decimal(value))
        end += 1
    elliptical = _ELLIPTICAL.search(match[0]) is not None
    return Num(Decimal(value), False, decade, elliptical=elliptical, text=match[0]), end


def read_han(word: str) -> int | None:
    """The value of a Chinese numeral: 三十五, 两百五 (250), 一万二 (12000), 二零二六, 两三 (the greater); else None."""
    if len(word) > _LONGEST_HAN:
        return None
    if all(char in _HAN_DIGITS for char in word):
        if len(word) == 2 and _HAN_DIGITS[word[1]] == _HAN_DIGITS[word[0]] + 1 and word[0] not in "零〇":
            return _HAN_DIGITS[word[1]]
        return int("".join(str(_HAN_DIGITS[char]) for char in word))
    total = section = digit = 0
    last_unit, zero = 1, False
    for char in word:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
            zero = zero or digit == 0
        elif char in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[char]
            last_unit, digit, zero = _HAN_UNITS[char], 0, False
        else:
            scale = 10**4 if char == "万" else 10**8
            total = (total + section + digit or 1) * scale
            section, digit, last_unit, zero = 0, 0, scale, False
    # 两百五 leaves out the unit below the last one; 两百零五 does not.
    return total + section + digit * (1 if zero or last_unit < 10 else last_unit // 10)


def spell(words: Sequence[tuple[str, int]]) -> tuple[Decimal, int]:
    """The value of the longest number at the head of ``words`` (kind and value), and how many it took.

    "seven thirty" is two numbers, because thirty cannot follow seven inside one.
    """
    total, current, last = 0, 0, ""
    for index, (kind, value) in enumerate(words):
        if kind in ("unit", "tens", "scaled"):
            joins = last == "" or last in ("scale", "tenfold") or (last == "tens" and kind == "unit" and value < 10)
            if last == "tenfold" and (kind != "unit" or value > 9):
                joins = False
            if not joins:
                return Decimal(total + current), index
            current += value
            last = "scale" if kind == "scaled" else kind
        elif kind in ("teen", "tenfold"):
            ones = current % 10
            if last != "unit" or not ones:
                return Decimal(total + current), index
            current = current - ones + (ones + 10 if kind == "teen" else ones * 10)
            last = kind
        elif value == 100:
            ones = current % 1000
            current = current - ones + (ones or 1) * 100
            last = "scale"
        else:
            total, current, last = total + (current or 1) * value, 0, "scale"
        if total + current > 10**_LONGEST_DIGITS:
            return Decimal(0), len(words)
    return Decimal(total + current), len(words)


def _width(value: Decimal) -> int:
    width = 1
    while value >= width * 10 and value % (width * 10) == 0:
        width *= 10
    return width
