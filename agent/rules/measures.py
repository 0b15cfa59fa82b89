"""Numbers that say no quantity: sizes, packs, and numbers that are a part of a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from agent.grammar import Bound, Count, Distance, Money, Span, Time
from agent.words import KEPT

_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]+)"
_PACK = re.compile(
    rf"{_NUMBER}\s*(?:kg|公斤|斤|g|克|ml|毫升|升|l)装|{_NUMBER}\s*[包瓶袋盒支片个只卷抽枚粒罐听提条双件颗根块入]装|{_NUMBER}\s*[包瓶袋盒支片个只卷抽枚粒罐册本张条](?=的?[一那][箱套盒提组种款大])|\d{{2}}(?:\.5)?\s*码半?|(?<![a-z0-9])(?:x{{0,3}}[sl]|m)[码号]|\d+(?:[到\-]\d+)?岁"
)
"""8包装, 42码, xl码: sizes that a listing offers to choose from, never a part of a thing's name."""

_SIZE = re.compile(
    r"\d+(?:\.\d+)?\s*(?:ml|毫升|kg|公斤|千克|斤|cm|厘米|寸|mah|毫安时?|gb|tb|英寸|米|升|liter|ltr|kilo|gram|meter|inci|inch|ons|[glwm](?![a-z])|克|瓦)"
    r"(?=\s*(?:左右|上下|以上|以下|以内)?\s*(?:的(?:那种|那款|规格)?(?:\s|$|[,;!?。、])|$|[,;!?。、]))"
)
"""要500ml的: a measure without a thing behind it."""

_PIECE_SIZE = re.compile(rf"{_NUMBER}\s*[包瓶袋盒支片个只卷抽枚粒](?=的(?:那种|那款|规格|包装)?\s*(?:$|[,;!?。、\s]))")
_WORN = re.compile(r"(?<![a-z])(?:size|ukuran|uk\.?)\s*(?:\d{1,2}(?:\.5)?|x{0,3}[sl]|m)(?![a-z0-9.])")
_GRADE = re.compile(r"(?<![a-z])(?:level|lvl|seri|tipe|type|umur|usia|isi|gen|gear)\s*\d+(?![\d.])")
"""level 3, isi 10: which one, and not how many."""
_BRACKETED = re.compile(r"\(\s*(\d{1,2}(?:\.5)?)\s*\)")
"""(43), where the words speak of a size."""

_OF_A_KIND = re.compile(r"的(?:那种|那款|规格|包装)?\s*(?:$|[,;!?。、\s])")
_HYPHENED = re.compile(r"-[a-z]{2,}")
_IN_PACKS = re.compile(r"(?:cartons?|boxe?s?|cases?|packs?|sets?|bundles?) (?:of|with) $")
_IDIOM = re.compile(r"\b(?:in|at) $")
_GO = re.compile(r" ?(?:go|order|parcel|delivery|shipment|trip|purchase|batch)\b")
"""in one go: at once, and no count."""
_PACKED = re.compile(r"\s*(?:入|个)?装")
_PIECES = frozenset({"bag", "box", "bottle", "piece", "pair", "set", "提", "卷", "片", "斤"})
_IN_NAME = re.compile(r"的?[\u3400-\u9fffa-z]")
_LEAST_SIZE = 20
_SPEAKS_OF_SIZE = re.compile(r"\bsize|\bukuran|\bnomor|尺码|[大小]一?[号码]|码")
_HOUR = re.compile(r"[一二两三四五六七八九十]点")
_MEASURED = re.compile(r"[杯份碗盒瓶束个些][\u3400-\u9fff]")
_WATTS = re.compile(r"\d+[wk]")
_THING = re.compile(r"的[\u3400-\u9fff]")
_VERBS = "买来要点订定送寄拿加各共就再是和跟到至第"


@lru_cache(maxsize=KEPT)
def sizes(low: str) -> tuple[tuple[int, int], ...]:
    """The stretches of a lower-case text that say a size or a pack."""
    found = [match.span() for match in (*_PACK.finditer(low), *_WORN.finditer(low), *_GRADE.finditer(low))]
    if _SPEAKS_OF_SIZE.search(low):
        found += [match.span(1) for match in _BRACKETED.finditer(low)]
    others = [*_SIZE.finditer(low), *_PIECE_SIZE.finditer(low)]
    found += [m.span() for m in others if not any(a < m.end() and m.start() < b for a, b in found)]
    return tuple(sorted(found))


def is_number_of_name(span: Span, low: str) -> bool:
    """Whether a number counts nothing: 8 of 手环8的充电线, 24包 of 24包的那种, 8包 of 8包装."""
    if isinstance(span, Time):
        # 张三点杯咖啡: the verb of an order behind a name, and no clock.
        return bool(_HOUR.fullmatch(span.words)) and bool(_MEASURED.match(low, span.end))
    if isinstance(span, Money):
        return bool(_WATTS.fullmatch(span.words.casefold())) and bool(_THING.match(low, span.end))
    if isinstance(span, Distance):
        return bool(_THING.match(low, span.end))
    if not isinstance(span, Count):
        return False
    behind = low[span.end :]
    if _IDIOM.search(low[: span.start]) and span.n == 1 and _GO.match(behind):
        return True
    if _IN_PACKS.search(low[: span.start]):
        return True
    if span.unit == "time" and low[span.start - 1 : span.start] in tuple("去回跑飞来") and not behind.startswith("来"):
        return True
    if _PACKED.match(behind) or _HYPHENED.match(behind):
        return True
    if not span.unit and low[span.start - 1 : span.start] == "(" and behind[:1] == ")":
        return span.n >= _LEAST_SIZE or bool(_SPEAKS_OF_SIZE.search(low))
    if span.unit in _PIECES and _OF_A_KIND.match(behind):
        return True
    if span.unit or not _IN_NAME.match(behind) or not span.words.strip().isdigit():
        return False
    before = low[span.start - 1 : span.start]
    return bool(before) and before.isalpha() and before not in _VERBS


_PER_NIGHT = re.compile(r"([一二两三四五六七八九](?:百|千))一[晚夜]|(\d{3,4})一[晚夜]")


def _per_night(span: Span) -> Span:
    """四百一晚: a price and no four hundred and one nights."""
    match = _PER_NIGHT.match(span.words) if isinstance(span, Count) and span.unit == "night" else None
    if match is None or not isinstance(span, Count):
        return span
    yuan = span.n - 1 if match.group(1) and span.n % 100 == 1 else span.n // 10 if match.group(1) is None else span.n
    if match.group(1) and yuan % 100:
        yuan = yuan // 100 * 100
    bound: Bound = "about" if span.bound == "exact" else span.bound
    return Money(span.start, span.end, span.words, yuan * 100, bound, "night")


def joins_numbers(low: str, start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a word only joins the two ends of a range: 到 of 7点到9点."""
    return low[start:end] in ("到", "至") and any(s.end == start for s in spans) and any(s.start == end for s in spans)


def counting(spans: Sequence[Span], low: str) -> tuple[Span, ...]:
    """The spans without those that are a part of a name or of a size."""
    packs = sizes(low)
    return tuple(
        _per_night(s)
        for s in spans
        if not is_number_of_name(s, low)
        and not (isinstance(s, Count | Money) and any(a <= s.start and s.end <= b for a, b in packs))
    )
