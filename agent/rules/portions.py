"""How many of a thing are to be had how: "9 with no ice, eight with less ice", 4杯去冰, "tiga dibuat es sedikit"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.grammar import Count
from agent.rules.kinds import NOT_GOODS
from agent.rules.scene import Clause
from agent.steps.options import option_words

_BETWEEN = re.compile(
    r"(?:[\s:,]|杯|份|个|碗|瓶|的|要|做|得|是|成|就|来|全|都|放|给|我|弄|为"
    r"|\b(?:of|them|those|these|the|with|as|to|be|being|should|made|make|come|in|want|wants|are|need|having|have|it|cups?|ones?|please)\b"
    r"|\b(?:gelas|cup|buah|dibuat|dibikin|yang|yg|pakai|pake|minta|mau|dengan|jadi|harus|nya|di antaranya"
    r"|lagi|porsi)\b)*"
)
_REST = re.compile(
    r"(?:剩下|其余|其他|余下)的?(?:都|全|全部|就)?(?=(?:要|是|得|做|来)?[\u3400-\u9fff])"
    r"|\b(?:the )?(?:rest|others|remaining ones|other ones)\b(?! of my)|\b(?:sisanya|lainnya|yang lain)\b"
)


_HALF = re.compile(
    r"(?:另一|一)半(?!价|个|天|糖)|\b(?:the other half|half of (?:them|those))\b"
    r"|\bhalf(?= (?:with|without|hot|iced|cold|no|less)\b)"
    r"|\b(?:separuh|setengah)nya(?: lagi)?\b"
)
HALF = -2
"""The quantity of a portion that is half of all."""


@dataclass(frozen=True, slots=True)
class Portion:
    """So many with these options: ``quantity`` 0 is what is left, :data:`HALF` half of all.

    ``start`` and ``end`` are in the sentence.
    """

    start: int
    end: int
    quantity: int
    options: tuple[str, ...]


def parted(clauses: list[Clause]) -> dict[int, list[Portion]]:
    """The portions by clause: of something counted before, or of each other; one alone is just how many and how."""
    found = {id(clause): portions(clause) for clause in clauses}
    every = [portion for rows in found.values() for portion in rows]
    counts = [c for clause in clauses for c in clause.of(Count) if c.unit not in NOT_GOODS]
    whole = [c for c in counts if not any(p.start <= c.start < p.end for p in every)]
    first = min((c.start for c in whole), default=-1)
    if first < 0 and len(every) < 2:
        return {id(clause): [] for clause in clauses}
    return {key: [p for p in rows if first < 0 or p.start > first] for key, rows in found.items()}


def portions(clause: Clause) -> list[Portion]:
    """The portions that a clause speaks of."""
    marks = [(clause.start + a, clause.start + b) for a, b, _ in option_words(clause.low)]
    if not marks:
        return []
    heads = [(c.start, c.end, c.n) for c in clause.of(Count) if c.unit not in NOT_GOODS]
    heads += [
        (clause.start + m.start(), clause.start + m.end(), 0)
        for m in _REST.finditer(clause.low)
        if not any(clause.start + m.end() <= start <= clause.start + m.end() + 2 for start, _, _ in heads)
    ]
    halves = [
        m
        for m in _HALF.finditer(clause.low)
        if not any(a < clause.start + m.end() and clause.start + m.start() < b for a, b in marks)
    ]
    if not any(n > 0 for _, _, n in heads[1:]):
        heads += [(clause.start + m.start(), clause.start + m.end(), HALF) for m in halves]
    heads.sort()
    found = []
    for i, (start, end, n) in enumerate(heads):
        stop = heads[i + 1][0] if i + 1 < len(heads) else clause.end
        own = [m for m in marks if end <= m[0] < stop]
        if not own:
            continue
        between = clause.low[end - clause.start : own[0][0] - clause.start]
        if _BETWEEN.fullmatch(between) is None:
            continue
        last = own[0]
        kept = [own[0]]
        for mark in own[1:]:
            gap = clause.low[last[1] - clause.start : mark[0] - clause.start]
            if not re.fullmatch(r"(?:[\s,]|and|dan|with|的|又|还|也|且|tapi|but|n)*", gap):
                break
            kept.append(mark)
            last = mark
        options = tuple(clause.low[a - clause.start : b - clause.start] for a, b in kept)
        begin = start
        lead = re.search(
            r"(?:剩下|其余|其他|余下|the other|the rest|sisanya)的?\s*$", clause.low[: start - clause.start]
        )
        if lead is not None:
            begin = clause.start + lead.start()
        if _named_behind(clause, last[1]):
            continue
        found.append(Portion(begin, last[1], n, options))
    return found


def _named_behind(clause: Clause, at: int) -> bool:
    """两杯热拿铁: an option right before a name is how the whole of that thing is to be."""
    behind = clause.low[at - clause.start :]
    if any(span.start == at for span in clause.spans):
        return False
    if re.match(r"的?[\u3400-\u9fff]", behind):
        return not re.match(r"(?:的(?!\S)|的?(?:话|吧|啊|呢|就|了|哈|呀|和|跟|,|，|。)|的$)", behind)
    return bool(
        re.match(
            r"\s+(?!(?:and|n|plus|to|for|by|please|pls|thx|thanks|with|also|the|half|separuhnya|setengahnya|dan|ya|sama|buat|untuk|tambah|di|ke)\b)[a-z]",
            behind,
        )
    )
