"""What comes in sizes is asked for once, and the answer is understood as people give it."""

from __future__ import annotations

import pytest

from agent.steps.sizes import size_in, size_of

SHOES = frozenset({"36码", "37码", "38码", "42码"})
CASES = frozenset({"20寸", "24寸", "28寸"})
SHIRTS = frozenset({"s", "m", "l", "xl"})


@pytest.mark.parametrize(
    ("said", "sizes", "size"),
    [
        ("38码", SHOES, "38码"),
        ("size 42 please", SHOES, "42码"),
        ("ukuran 36 ya", SHOES, "36码"),
        ("I wear 37", SHOES, "37码"),
        ("the 24 inch one", CASES, "24寸"),
        ("20", CASES, "20寸"),
        ("L", SHIRTS, "l"),
        ("a medium", SHIRTS, "m"),
        ("XL please", SHIRTS, "xl"),
        ("中码", SHIRTS, "m"),
        ("36 or 37", SHOES, ""),
        ("whatever", SHOES, ""),
        ("size 45", SHOES, ""),
    ],
)
def test_an_answer_names_one_of_the_sizes_or_none(said: str, sizes: frozenset[str], size: str) -> None:
    assert size_in(said, sizes) == size


def test_packs_and_weights_are_no_sizes() -> None:
    assert [size_of(spec) for spec in ("36码 黑色", "24寸", "XL 白色", "2.5kg×4包", "黑色", "8包装")] == [
        "36码",
        "24寸",
        "xl",
        "",
        "",
        "",
    ]
