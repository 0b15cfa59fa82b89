"""Amounts that the words leave to be worked out: half of it, my share of it, so many times a price."""

from __future__ import annotations

import re

from agent.grammar import Count, Money
from agent.rules.domains import Draft
from agent.rules.people import payers_named
from agent.rules.scene import Scene

_HALF = re.compile(
    r"一人一半|一半|对半|平摊|\bhalf\b(?! (?:past|an|a|\d))|\b50[/-]50\b|\bfifty[- ]fifty\b"
    r"|\b(?:setengah|separuh|separo)(?:nya)?\b(?!\s*\d)"
)
"""Two people share: what is owed is half."""
_HALF_OF = re.compile(r"(?:half|setengah|separuh|separo)(?:nya)?\s(?:of|dari)\s(?:the\s)?(?:[¥$]|rmb\s?)?\d")
_ALREADY = re.compile(
    r"(?:一半|half|my share|separuh(?:nya)?|setengah(?:nya)?|bagianku)\s*"
    r"(?:就是|也就是|是|=|is|was|comes to|which is|yaitu|jadi)"
)
"""The half itself is told as an amount."""
_TIMES = frozenset({"times", "time", "visit", "visits", "lesson", "lessons", "session", "sessions", "hour", "hours"})
_OFTEN = re.compile(
    r"\b(\d{1,2}|two|three|four|five|six|twice|thrice)\s*(?:times|x|visits|lessons|sessions|hours|classes|kali|pertemuan|sesi)\b"
    r"|([一二两三四五六七八九十\d]{1,3})(?:次|趟|节课|节|回|个小时|小时|课时)"
)
_A_TIME = re.compile(
    r"\b(?:a|per|each|every|an)\s+(?:visit|time|lesson|session|hour|class)\b|\beach\b|\bapiece\b"
    r"|\bper\s+(?:kali|pertemuan|sesi|jam|datang)\b|\bsekali\s+(?:datang|dateng|pertemuan|les)\b"
    r"|[每一](?:次|趟|节课|节|回|个小时|小时|课时)"
)
_WORDS = {"two": 2, "twice": 2, "three": 3, "thrice": 3, "four": 4, "five": 5, "six": 6}
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def worked_out(fen: int, draft: Draft, scene: Scene) -> int:
    """The amount that is owed, in fen, where ``fen`` is the one that was named; the same if nothing is left to do."""
    low = scene.low
    # In 一人一半 the grammar sees one yuan for each person.
    if len({m.fen for c in scene.clauses for m in c.of(Money) if scene.low[m.end : m.end + 1] != "半"}) > 1:
        return fen
    digits = f"{fen / 100:.2f}".rstrip("0").rstrip(".")
    if halved(low, digits):
        return fen // 2
    if _A_TIME.search(low):
        return fen * times(draft, low)
    return fen


def halved(low: str, named: str) -> bool:
    """Whether half is owed of the amount with the digits ``named``.

    An amount that follows is the half itself ("my half of the dinner to Sarah, 73.5"), unless it is "half of 240".
    """
    half = _HALF.search(low)
    if half is None or _ALREADY.search(low):
        return False
    return _HALF_OF.match(low, half.start()) is not None or 0 <= low.find(named) < half.start()


def times(draft: Draft, low: str) -> int:
    """How often something was done; 1 if that is not told."""
    for clause in draft.clauses:
        for count in clause.of(Count):
            if count.unit in _TIMES and count.n > 1:
                return count.n
    for match in _OFTEN.finditer(low):
        word = match.group(1) or match.group(2)
        number = int(word) if word.isdigit() else _WORDS.get(word) or _HAN.get(word, 1)
        if number > 1:
            return number
    return 1


_PAYS = re.compile(r"\b(?:pay|bayar(?:in|kan)?|settle up with|square up with)\b|[付结]一?下?钱?给")


def name_payees(drafts: list[Draft], scene: Scene) -> None:
    """ "Pay Mrs Xu for the cleaning": who is paid is a person, and nothing that could be bought."""
    for draft in drafts:
        clause = next((c for c in draft.clauses if _PAYS.search(c.low)), None)
        if draft.kind == "buy" and clause is not None and len(payers_named(clause.text, scene)) == 1:
            draft.kind = "transfer"
