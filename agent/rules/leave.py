"""What the words say of asking before paying: that the person wants to be asked, or up to which amount not.

Such talk names no errand. It is told by being made of a small vocabulary alone – asking, agreeing, paying, the price –
so that a stretch of it is taken out whole, however its words are put together, and nothing beside it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from agent.grammar import parse_money
from agent.rules.spelling import mended
from agent.rules.spoken import spelled_out
from agent.words import KEPT

_TABLE = Path(__file__).with_name("leave.yaml")
_SEGMENT = re.compile(r"[^,，;；。!！?？\n.]+(?:\.(?=\w)[^,，;；。!！?？\n.]+)*")
_AMOUNT = re.compile(
    r"(?:[¥￥]|\b(?:rmb|cny)\b)?\s*(?<![\d.])\d+(?:\.\d+)?\s*(?:元|块钱?|圆|\b(?:yuan|rmb|kuai|cny)\b)?"
    r"|[一二两三四五六七八九十百千零]+(?:元|块钱?)(?:[一二三四五六七八九]毛?)?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[^\s\d.]")
REACH = 2
"""The amount stands in the stretch that leaves the payment to the agent, or in one of so many before it."""


class _Tables:
    """The vocabulary of a language as one pattern for a stretch of it, and what must be in the stretch."""

    def __init__(self, raw: dict[str, Any], *, spaced: bool) -> None:
        words = [word.replace("_", " ") for word in sorted(raw["words"].split(), key=len, reverse=True)]
        edge = r"(?<![\w'’])(?:{})(?![\w'’])" if spaced else "(?:{})"
        one = edge.format("|".join(words))
        self.run = re.compile(rf"{one}(?:[\s/&()\-]*{one})*", re.IGNORECASE)

        def one_of(name: str) -> re.Pattern[str]:
            return re.compile("|".join(raw[name]), re.IGNORECASE)

        self.asks, self.pays, self.unasked, self.dearer = map(one_of, ("asks", "pays", "unasked", "dearer"))
        self.leaves, self.seen, self.holds = map(one_of, ("leaves", "seen", "holds"))
        self.begins, self.ends, self.follows = map(one_of, ("begins", "ends", "follows"))


@lru_cache(maxsize=1)
def _tables() -> dict[str, _Tables]:
    raw = yaml.load(_TABLE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {language: _Tables(table, spaced=language != "zh") for language, table in raw.items()}


@lru_cache(maxsize=KEPT)
def cut_leave(words: str, locale: str) -> tuple[str, int]:
    """The words without their talk of asking before paying, and how much may be paid without asking, in fen.

    The amount is 0 unless they say both what may simply be paid and that they want to be asked about more.
    """
    table = _tables().get(locale)
    if table is None:
        return words, 0
    text = mended(spelled_out(words, locale))
    if table.holds.search(text) or not (table.asks.search(text) or table.dearer.search(text)):
        return words, 0
    cuts = _talk(text, [run for segment in _segments(text, locale) for run in _runs(text, segment, table)])
    amount = 0
    if any(table.dearer.search(text, *cut) for cut in cuts):
        amount, left = _left_to_pay(text, cuts, table, locale)
        cuts += left
    if not cuts:
        return words, 0
    kept, at = [], 0
    for start, end in sorted(cuts):
        if start > at:
            kept.append(text[at:start])
        at = max(at, end)
    cut = ", ".join(part.strip() for part in [*kept, text[at:]])
    cut = re.sub(r"(?:\s*[,，])+(\s*[.。;；!！?？，,])", r"\1", re.sub(r"([.。;；!！?？,，]\s*),", r"\1", cut)).strip(
        " ,，"
    )
    return (cut, amount) if re.search(r"\w", cut) else (words, 0)


def _segments(text: str, locale: str) -> list[tuple[int, int]]:
    """Where the stretches between marks are; in Chinese a space is one."""
    found = [(m.start(), m.end()) for m in _SEGMENT.finditer(text)]
    if locale != "zh":
        return found
    return [(a + m.start(), a + m.end()) for a, b in found for m in re.finditer(r"\S+", text[a:b])]


@dataclass(slots=True)
class _Run:
    """A run of the vocabulary. ``pays``: it asks, and speaks of paying; ``asks`` alone may be about anything."""

    start: int
    end: int
    asks: bool
    pays: bool
    dearer: bool


def _runs(text: str, segment: tuple[int, int], table: _Tables) -> list[_Run]:
    """The runs of a stretch that speak of asking, or of a price that has gone up."""
    found = []
    begin, end = segment
    for run in table.run.finditer(text, begin, end):
        asks, dearer = (bool(of.search(text, *run.span())) for of in (table.asks, table.dearer))
        if not (asks or dearer) or table.unasked.search(text, begin, run.end()):
            continue
        start, stop = _edges(text, run, segment, table)
        behind = text[stop:end].strip()
        if behind and not table.follows.match(behind):
            continue
        if table.asks.search(text, start, stop) or table.dearer.search(text, start, stop):
            found.append(_Run(start, stop, asks, asks and table.pays.search(text, start, stop) is not None, dearer))
    return found


def _talk(text: str, runs: list[_Run]) -> list[tuple[int, int]]:
    """Those runs that are about paying: by themselves, or because they stand beside one that is."""
    cut = [run.pays or (run.asks and run.dearer) for run in runs]
    for order in (range(len(runs)), reversed(range(len(runs)))):
        last: int | None = None
        for i in order:
            if last is not None and not re.search(
                r"\w", text[min(runs[i].end, runs[last].end) : max(runs[i].start, runs[last].start)]
            ):
                cut[i] = cut[i] or cut[last] or (runs[i].asks and runs[last].dearer)
                cut[last] = cut[last] or (cut[i] and runs[last].dearer)
            last = i
    return [(run.start, run.end) for run, talks in zip(runs, cut, strict=True) if talks]


def _edges(text: str, run: re.Match[str], segment: tuple[int, int], table: _Tables) -> tuple[int, int]:
    """A run without those words at its ends that belong to what stands beside it: "send it *by* 14:00"."""
    start, stop = run.span()
    if text[segment[0] : start].strip():
        firsts = (of.search(text, start, stop) for of in (table.begins, table.asks, table.dearer))
        start = min(m.start() for m in firsts if m is not None)
    if text[stop : segment[1]].strip() and (last := table.ends.search(text[start:stop])) is not None:
        stop = start + last.start()
    return start, stop


def _left_to_pay(
    text: str, cuts: list[tuple[int, int]], table: _Tables, locale: str
) -> tuple[int, list[tuple[int, int]]]:
    """The amount that may simply be paid, and where the words speak of it."""
    segments = _segments(text, locale)
    for leave in table.leaves.finditer(text):
        if any(a <= leave.start() < b for a, b in cuts) and not table.leaves.search(text[leave.start() :]):
            continue
        at = next((i for i, (a, b) in enumerate(segments) if a <= leave.start() < b), -1)
        for i in range(at, max(-1, at - REACH - 1), -1):
            begin, end = segments[i]
            amounts = list(_AMOUNT.finditer(text, begin, leave.end() if i == at else end))
            seen = list(table.seen.finditer(text, begin, amounts[-1].start())) if amounts else []
            fen = parse_money(amounts[-1].group()) if seen or (amounts and _UNIT.search(amounts[-1].group())) else None
            if not fen:
                continue
            start = seen[0].start() if seen else amounts[-1].start()
            return fen, [(start, max(leave.end(), amounts[-1].end()))]
    return 0, []
