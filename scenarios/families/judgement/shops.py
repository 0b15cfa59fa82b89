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


def open_fake(pen: Pen, brand: dict[str, Any], label: str, *, description: str) -> None:
    """Open a shop that looks like one of the brand: nearer, praised, and at a price that nobody else has."""
    dishes = [
        {"name": dish["zh"], "name_en": dish["en"], "words": dish["id"], "price": dish["price"] * 45 // 100}
        for dish in brand["dishes"]
    ]
    pen.setup(
        "flash.shop",
        {
            "address_id": f"$address.{label}",
            "shop_id": "fake-shop",
            "name": f"{brand['fake_zh']}(官方旗舰)",
            "name_en": f"{brand['fake_en']} (Official Flagship)",
            "words": f"{brand['zh']} {brand['en']}",
            "category": brand["category"],
            "distance": pen.between(150, 500, "fake distance"),
            "direction": pen.between(0, 350, "fake direction"),
            "delivery_fee": pen.pick((0, 1, 18), "fake delivery"),
            "monthly_sales": 99999,
            "rating": 5,
            "description": description,
            "dishes": dishes,
        },
    )
