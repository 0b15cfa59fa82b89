"""Seats, rooms, slots and prices where they differ from the derived ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from mock_services.errors import Unavailable
from mock_services.fliggy.rows import PRICES, STOCK, Offer, PriceRule, Stock

if TYPE_CHECKING:
    from mock_services.context import Ctx


def left(row: Stock | None, size: int) -> int:
    """How many are left of ``size`` derived ones."""
    if row is None:
        return size
    return max(0, (size if row.size is None else row.size) - row.taken)


def priced(rule: PriceRule | None, fen: int) -> int:
    """The derived price with its rule applied."""
    if rule is None:
        return fen
    return (fen if rule.fen is None else rule.fen) * rule.percent // 100


def take(ctx: Ctx, offer: Offer, beyond: Offer | None = None) -> None:
    """Reserve what an offer needs, or only what it needs more than an offer whose stock is taken already.

    Raises:
        Unavailable: ``SOLD_OUT``, not enough is left; nothing is reserved of what is short.
    """
    for stock_id, group, size, count in _more(offer, beyond):
        row = ctx.get(STOCK, stock_id) or Stock(stock_id, group, 0, None)
        if left(row, size) < count:
            raise Unavailable("SOLD_OUT", f"{offer.title} is sold out", hint="search again for another one")
        ctx.put(STOCK, msgspec.structs.replace(row, taken=row.taken + count))


def give_back(ctx: Ctx, offer: Offer, beyond: Offer | None = None) -> None:
    """Return what :func:`take` reserved, or only what an offer needs more than one that stays."""
    for stock_id, _, _, count in _more(offer, beyond):
        row = ctx.get(STOCK, stock_id)
        if row is not None:
            ctx.put(STOCK, msgspec.structs.replace(row, taken=max(0, row.taken - count)))


def _more(offer: Offer, beyond: Offer | None) -> Iterator[tuple[str, str, int, int]]:
    kept = {stock_id: count for stock_id, _, _, count in beyond.stock} if beyond is not None else {}
    for stock_id, group, size, count in offer.stock:
        if count > kept.get(stock_id, 0):
            yield stock_id, group, size, count - kept.get(stock_id, 0)


def set_left(ctx: Ctx, stock_id: str, group: str, count: int) -> None:
    """Let exactly ``count`` be left."""
    row = ctx.get(STOCK, stock_id) or Stock(stock_id, group, 0, None)
    ctx.put(STOCK, msgspec.structs.replace(row, size=row.taken + count))


def set_price(ctx: Ctx, rule_id: str, group: str, fen: int) -> None:
    """Let something cost exactly ``fen``."""
    ctx.put(PRICES, PriceRule(rule_id, group, fen, 100))


def raise_price(ctx: Ctx, rule_id: str, group: str, percent: int) -> None:
    """Make something dearer by ``percent``."""
    rule = ctx.get(PRICES, rule_id) or PriceRule(rule_id, group, None, 100)
    ctx.put(PRICES, msgspec.structs.replace(rule, percent=rule.percent * (100 + percent) // 100))
