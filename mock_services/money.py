"""Money: integer fen inside, yuan with two places where people and agents see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_FEN = 10**13
"""Amounts above a hundred billion yuan are refused: no errand needs them and they hide overflow bugs."""

_AMOUNT = re.compile(r"-?\d{1,12}(\.\d{1,2})?\Z", re.ASCII)


def format_yuan(fen: int) -> str:
    """Write fen as yuan with exactly two places: ``format_yuan(1250) == "12.50"``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def parse_yuan(value: Any) -> int:
    """Read yuan (``"12.5"``, ``12``, ``12.5``, ``Decimal``) as fen.

    Raises:
        ValueError: not a number, more than two places, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("an amount in yuan such as 12.50")
    text = value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, float):
        # repr of a float may be 1e-05 or 12.340000001: both are refused below rather than rounded.
        text = repr(value).removesuffix(".0")
    if not _AMOUNT.match(text):
        raise ValueError("an amount in yuan with at most two places, such as 12.50")
    try:
        fen = int(Decimal(text) * 100)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits numbers only
        raise ValueError("an amount in yuan such as 12.50") from error
    if abs(fen) > MAX_FEN:
        raise ValueError("an amount below 100,000,000,000 yuan")
    return fen


def split_evenly(fen: int, parts: int) -> list[int]:
    """Split an amount into ``parts`` that differ by at most one fen and add up to it, larger shares first."""
    if parts < 1:
        raise ValueError("at least one part")
    share, rest = divmod(fen, parts)
    return [share + (1 if i < rest else 0) for i in range(parts)]


def split_by(fen: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to ``weights`` so that the parts add up to it, by the largest remainder.

    A part with a weight of 0 gets nothing; equal remainders go to the earlier part.

    Raises:
        ValueError: the amount or a weight is negative, or all weights are 0 and the amount is not.
    """
    total = sum(weights)
    if fen < 0 or any(weight < 0 for weight in weights) or (fen and not total):
        raise ValueError("an amount and weights of at least 0, and one above")
    parts = [fen * weight // total if total else 0 for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(fen * weights[i] % total), i)) if total else []
    for i in by_remainder[: fen - sum(parts)]:
        parts[i] += 1
    return parts
