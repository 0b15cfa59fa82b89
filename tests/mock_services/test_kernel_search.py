"""The text index: what it finds is what counting every text's tokens finds."""

from __future__ import annotations

from mock_services.draws import Draws
from mock_services.search import TextIndex, tokens

WORDS = (
    "猫粮",
    "成猫",
    "三文鱼",
    "coffee",
    "latte",
    "ice",
    "kopi",
    "susu",
    "65W",
    "充电器",
    "running",
    "shoes",
    "large",
)


def texts(count: int) -> dict[str, str]:
    draws = Draws("texts")
    return {
        f"k{n}": " ".join(draws.pick(WORDS, n, i) for i in range(draws.between(1, 6, n, "words"))) for n in range(count)
    }


def counted(held: dict[str, str], query: str, limit: int) -> list[tuple[str, int]]:
    """The same by hand: the share of the query's weight that a text has, shorter texts first, then as they came."""
    asked = tokens(query)
    total = sum(asked.values())
    ranked = []
    for order, (key, text) in enumerate(held.items()):
        own = tokens(text)
        score = sum(weight for token, weight in asked.items() if token in own)
        if score >= total * 0.3:
            ranked.append((-score, len(own), order, key, max(1, score * 100 // total)))
    return [(key, relevance) for _, _, _, key, relevance in sorted(ranked)[:limit]]


def test_it_ranks_as_counting_does() -> None:
    held = texts(700)
    index = TextIndex(held.items())
    for query in (
        "猫粮",
        "猫粮 成猫 三文鱼",
        "iced",
        "kopi susu large",
        "充电器 65w",
        "coffee latte ice 猫",
        "running shoe",
    ):
        for limit in (1, 20, 1000):
            assert index.search(query, lambda _: True, limit) == counted(held, query, limit), (query, limit)


def test_it_looks_only_at_what_it_is_told_to() -> None:
    held = texts(300)
    index = TextIndex(held.items())
    some = [key for key in held if key.endswith(("3", "7"))]
    everything = index.search("coffee latte", lambda _: True, 1000)
    assert index.search("coffee latte", lambda _: True, 1000, index.subset(some)) == [
        hit for hit in everything if hit[0] in some
    ]
    assert index.search("coffee latte", lambda key: key in some, 2) == [hit for hit in everything if hit[0] in some][:2]
    assert index.search("coffee", lambda _: True, 10, index.subset(["no such key"])) == []


def test_nothing_is_found_for_nothing() -> None:
    index = TextIndex(texts(10).items())
    assert index.search("", lambda _: True, 10) == []
    assert index.search("!?", lambda _: True, 10) == []
    assert TextIndex(()).search("coffee", lambda _: True, 10) == []
