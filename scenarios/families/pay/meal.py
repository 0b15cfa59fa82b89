"""Food as something to pay for: what it costs here and now at the cheapest."""

from __future__ import annotations

from typing import Any

from mock_services.geo import fold
from mock_services.money import parse_yuan
from scenarios.families import things
from scenarios.families.pen import Miss, Pen


def totals(pen: Pen, row: dict[str, Any], count: int, label: str) -> list[tuple[int, dict[str, Any]]]:
    """What so many of a thing cost with delivery from the shops near an address that would bring them now.

    The cheapest first, each with the dish that is meant; amounts in fen.

    Raises:
        Miss: no shop would.
    """
    address = pen.named(f"address.{label}")
    found: list[tuple[int, dict[str, Any]]] = []
    for phrase in things.phrases(row):
        hits = pen.look("flash_dish_search", query=phrase, address_id=address, limit=20, sort="price")["dishes"]
        for hit in [hit for hit in hits if hit["open"] and hit["relevance"] >= 80][:6]:
            lines = [{"dish_id": hit["dish_id"], "quantity": count}]
            shown = pen.look("flash_basket_preview", address_id=address, lines=lines)
            if shown["orderable"]:
                found.append((parse_yuan(shown["total"]), hit))
    if not found:
        raise Miss("nobody delivers it now")
    return sorted(found, key=lambda one: (one[0], one[1]["dish_id"]))


def floor(pen: Pen, row: dict[str, Any], count: int, label: str) -> int:
    """What so many of a thing cost at the very least, in fen: without delivery, after the largest promotion there is.

    Raises:
        Miss: nobody has it.
    """
    address = pen.named(f"address.{label}")
    lowest: list[int] = []
    for phrase in things.phrases(row):
        hits = pen.look("flash_dish_search", query=phrase, address_id=address, limit=50, sort="price")["dishes"]
        for hit in hits:
            if hit["relevance"] >= 80 or fold(phrase) in fold(f"{hit['name']} {hit['name_en']}"):
                shop = pen.look("flash_shop_detail", shop_id=hit["shop_id"], address_id=address)
                off = max((parse_yuan(one["off"]) for one in shop["promotions"]), default=0)
                lowest.append(max(1, parse_yuan(hit["price"]) * count - off))
    if not lowest:
        raise Miss("nobody has it")
    return min(lowest)
