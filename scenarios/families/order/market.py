"""What the market has of a thing, as families look it up: variants with their price, delivery and seller."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec

from scenarios.families import things
from scenarios.families.pen import Miss, Pen
from scenarios.naming import says_any
from scenarios.speech import Text

_PAGES: Final = 14
_ENOUGH: Final = 4


class Offer(msgspec.Struct, frozen=True):
    """A variant of a listing: what one piece costs, ``fee_fen`` of shipping included, and when it would come."""

    item_id: str
    sku_id: str
    fen: int
    fee_fen: int
    arrives: dt.date
    returnable: bool


def offers(pen: Pen, row: dict[str, Any], label: str) -> list[Offer]:
    """Some of the cheapest variants that are what a row of wares says, the cheapest first.

    Raises:
        Miss: there is none that is sent there.
    """
    found: list[Offer] = []
    address = pen.named(f"address.{label}")
    shown = pen.look("taobao_item_search", query=row["item"][0], ship_to=address, sort="price", limit=50)["items"]
    for hit in [hit for hit in shown if hit["in_stock"] and hit["delivery_days"] is not None][:_PAGES]:
        page = pen.look("taobao_item_detail", item_id=hit["item_id"], ship_to=address)
        if not says_any(page["title"], row["item"]) or page["delivery_by"] is None:
            continue
        for sku in page["skus"]:
            if row["spec"] in sku["spec"] and sku["stock"] >= 10:
                fen = _fen(sku["price"])
                fee = 0 if fen >= _fen(page["free_shipping_over"]) else _fen(page["shipping_fee"])
                arrives = dt.date.fromisoformat(page["delivery_by"])
                back = page["return_days"] >= 7
                found.append(Offer(page["item_id"], sku["sku_id"], fen + fee, fee, arrives, back))
        if len(found) >= _ENOUGH:
            break
    if not found:
        raise Miss(f"no {row['zh']} is sent there")
    return sorted(found, key=lambda offer: (offer.fen, offer.sku_id))


def _fen(text: str) -> int:
    return round(float(text) * 100)


def item(row: dict[str, Any]) -> dict[str, Any]:
    """A ware as an item of a want."""
    return {"item": row["item"], "options": {"规格": row["spec"]}}


def plain(row: dict[str, Any]) -> Text:
    """A ware without its variant."""
    return Text(**{name: row["plain"][name] for name in ("zh", "en", "id")})


def variant(row: dict[str, Any]) -> Text:
    """The variant alone, as people say it."""
    return Text(**row["variant"])


def bare(row: dict[str, Any]) -> dict[str, Any]:
    """The row of things that a ware is without its variant."""
    return {**row["plain"], "unit": row["unit"], "item": row["item"]}


def thing_of(row: dict[str, Any], count: int = 1, *, kept: bool = False) -> Any:
    """So many of a ware, to be spoken of, with its variant or without."""
    return things.thing(bare(row) if kept else row, count)
