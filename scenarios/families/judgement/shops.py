"""Shops of a scenario's own: of a brand that the person names, and such as look like one."""

from __future__ import annotations

from typing import Any

from scenarios.families.pen import Pen


def open_shop(pen: Pen, brand: dict[str, Any], label: str, **more: Any) -> str:
    """Open a shop of a brand near an address as ``$brand``, id ``brand-shop``; returns its full name."""
    name = f"{brand['zh']}({pen.city.name.zh}店)"
    dishes = [
        {"name": dish["zh"], "name_en": dish["en"], "words": dish["id"], "price": dish["price"], "stock": 300}
        for dish in (*brand["dishes"], brand["special"])
    ]
    args: dict[str, Any] = {
        "address_id": f"$address.{label}",
        "shop_id": "brand-shop",
        "name": name,
        "name_en": f"{brand['en']} ({pen.city.name.en})",
        "category": brand["category"],
        "distance": pen.between(700, 1900, "distance"),
        "direction": pen.between(0, 350, "direction"),
        "dishes": dishes,
    }
    pen.setup("flash.shop", {**args, **more}, "brand")
    return name
