"""Which of a person's shop orders their words speak of, by what was ordered and not by how they tell it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from agent.grammar.scan import lower
from agent.rules.scene import Scene
from agent.rules.tables import load_table
from agent.steps.match import grams
from agent.words import fold

MOST_ORDERS = 30
MOST_PAGES = 8
HEADS = 3
"""So many of the last words of an English name, and the first of an Indonesian one, say what a thing is."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z][a-z'’-]+")
ENDED = frozenset({"closed", "cancelled", "refunded", "refunding"})


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """Words that are a part of many names, or of none, and tell no order."""
    return frozenset(load_table(Path(__file__).parent / "ordinary.yaml"))


class Order(msgspec.Struct, frozen=True):
    """An order of the person: where, in which state, of what in all its names, and where it goes."""

    id: str
    channel: str
    state: str
    created_at: str
    names: tuple[str, ...]
    refs: tuple[str, ...]
    shop: str

    @property
    def live(self) -> bool:
        """Whether it can still be called off or sent elsewhere."""
        return self.state not in ENDED | {"delivered", "completed", "shipped"}

    @property
    def kept(self) -> bool:
        """Whether there is something that could go back."""
        return self.channel == "taobao" and self.state not in ENDED | {"unpaid"}


class Spoken(msgspec.Struct, frozen=True):
    """An order that a stretch of the words names, by the words at ``start`` to ``end``."""

    order: Order
    start: int
    end: int


def orders_of(scene: Scene) -> list[Order]:
    """The person's orders of goods and food, newest first.

    Raises:
        ToolFailure: they could not be read.
    """
    found: list[Order] = []
    for channel, item, detail in (
        ("taobao", "item_id", "taobao_item_detail"),
        ("flash", "dish_id", "flash_dish_detail"),
    ):
        if not scene.has(f"{channel}_order_list"):
            continue
        rows = scene.look(f"{channel}_order_list", {"limit": MOST_ORDERS}, "orders")["orders"]
        for number, row in enumerate(rows):
            names: list[str] = []
            for line in row["lines"]:
                names += [str(line[f]) for f in ("title", "name", "name_en", "title_en") if line.get(f)]
                if scene.language == "id" and number < MOST_PAGES and scene.has(detail):
                    names.append(_indonesian(detail, {item: line[item]}, scene))
            refs = tuple(str(line[item]) for line in row["lines"])
            found.append(
                Order(row["order_id"], channel, row["state"], row["created_at"], tuple(names), refs, row["shop_id"])
            )
    return found


def _indonesian(tool: str, args: dict[str, Any], scene: Scene) -> str:
    from agent.desk import ToolFailure

    try:
        return str(scene.look(tool, args).get("name_id") or "")
    except ToolFailure as error:
        if error.code in ("ITEM_NOT_EXIST", "DISH_NOT_EXIST", "NOT_FOUND"):
            return ""
        raise


def spoken_of(text: str, orders: list[Order]) -> list[Spoken]:
    """The orders that a text names, each where its name stands; of orders that share a name the one it fits best."""
    found = [spot for order in orders if (spot := _named(text, order)) is not None]
    kept: list[Spoken] = []
    for one in sorted(found, key=lambda s: (s.start - s.end, s.order.created_at), reverse=False):
        rivals = [other for other in kept if other.start < one.end and one.start < other.end]
        if not rivals:
            kept.append(one)
    return sorted(kept, key=lambda s: s.start)


def searched(phrases: list[tuple[int, int, str]], orders: list[Order], scene: Scene) -> list[Spoken]:
    """The orders that the services find by phrases of the words, where a phrase finds just one of them.

    Raises:
        ToolFailure: they could not be searched.
    """
    known = {order.id: order for order in orders}
    found: list[Spoken] = []
    for start, end, phrase in phrases[:MOST_PHRASES]:
        hits: list[Order] = []
        for channel in sorted({order.channel for order in orders}):
            rows = scene.look(f"{channel}_order_list", {"query": phrase[:120], "limit": MOST_ORDERS}, "orders")[
                "orders"
            ]
            hits += [known[row["order_id"]] for row in rows if row["order_id"] in known]
        if len(hits) == 1 and all(one.order.id != hits[0].id for one in found):
            found.append(Spoken(hits[0], start, end))
    return found


MOST_PHRASES = 3


def _named(text: str, order: Order) -> Spoken | None:
    """Where a text names what an order is of: the longest piece that it shares with one of its names."""
    low = lower(text)
    best: tuple[int, int] | None = None
    for name in order.names:
        spot = _shared_han(low, fold(name)) if _HAN.search(name) else _shared_words(low, fold(name))
        if spot is not None and (best is None or spot[1] - spot[0] > best[1] - best[0]):
            best = spot
    return Spoken(order, *best) if best is not None else None


def _shared_han(low: str, name: str) -> tuple[int, int] | None:
    """The longest run of at least two characters that both have, widened over a gap: 儿童绘本 of 儿童睡前故事绘本."""
    best: tuple[int, int] | None = None
    for run in _HAN.finditer(low):
        start = run.start()
        while start < run.end() - 1:
            end = start + 1
            while end < run.end() and low[start : end + 1] in name:
                end += 1
            piece = low[start:end]
            if len(piece) >= 2 and piece not in _ordinary() and (best is None or end - start > best[1] - best[0]):
                best = (start, end)
            start = max(start + 1, end - 1)
    if best is None:
        return None
    start, end = best
    before = low[max(0, start - 2) : start]
    if len(before) == 2 and before in name and before not in _ordinary() and _HAN.fullmatch(before):
        start -= 2
    return start, end


def _shared_words(low: str, name: str) -> tuple[int, int] | None:
    """The words that both have, if the last word of the name, or most of it, is among them."""
    own = [_stem(word) for word in _LATIN.findall(name) if word not in _ordinary()]
    if not own:
        return None
    hits = [(m.start(), m.end(), _stem(m.group())) for m in _LATIN.finditer(low) if m.group() not in _ordinary()]
    shared = [hit for hit in hits if hit[2] in own]
    heads = {*own[-HEADS:], own[0]}
    telling = {hit[2] for hit in shared}
    if not telling or (not telling & heads and len(telling) < 2):
        return None
    return _stretch(shared)


def _stretch(shared: list[tuple[int, int, str]]) -> tuple[int, int]:
    """The longest run of shared words that stand together."""
    best = run = [shared[0]]
    for hit in shared[1:]:
        run = [*run, hit] if hit[0] - run[-1][1] <= 1 else [hit]
        if len(run) >= len(best):
            best = run
    return best[0][0], best[-1][1]


def _stem(word: str) -> str:
    return next(iter(grams(word)), word)
