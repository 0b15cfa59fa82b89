"""Which variant of a listing is meant, in everyday words of three languages, and what several things cost together."""

from __future__ import annotations

from typing import Any

import pytest

from agent.steps.basket import Coupon, Sale, _priced
from agent.steps.listings import Variant
from agent.steps.variants import asked, suiting, without_variant
from agent.task import Item, Part


def page(*specs: str) -> list[dict[str, Any]]:
    """Variants by their names, Chinese and English apart by a slash."""
    rows = [spec.split("/") for spec in specs]
    return [{"sku_id": str(i), "spec": row[0], "spec_en": row[-1], "price": "1"} for i, row in enumerate(rows)]


TISSUES = page("10包/10 packs", "30包/30 packs")
BOOKS = page("单册/single", "全10册/10 books")
SHOES = page("42码 黑色/size 42 black", "42码 灰白/size 42 grey white", "43码 黑色/size 43 black")
FOOD = page("1.5kg", "2kg", "10kg 大袋/10kg large bag")
TINS = page("85g×6罐/85g x6", "85g×24罐/85g x24")
LAMPS = page("暖光/warm light", "白光/white light")


@pytest.mark.parametrize(
    ("words", "skus", "wanted"),
    [
        ("30包装的抽纸", TISSUES, ["30包"]),
        ("carton of 30 packs of tissues", TISSUES, ["30包"]),
        ("tisu wajah isi 30", TISSUES, ["30包"]),
        ("10-volume set of picture books", BOOKS, ["全10册"]),
        ("10册的儿童绘本", BOOKS, ["全10册"]),
        ("buku cerita satuan", BOOKS, ["单册"]),
        ("sepatu lari ukuran 43", SHOES, ["43码 黑色"]),
        ("size 42 running shoes, black", SHOES, ["42码 黑色"]),
        ("makanan kucing 2 kg", FOOD, ["2kg"]),
        ("2公斤的猫粮", FOOD, ["2kg"]),
        ("2公斤的猫粮", TINS, []),
        ("size 46 running shoes", SHOES, []),
        ("20包装的抽纸", TISSUES, []),
        ("lampu hangat", LAMPS, ["暖光"]),
    ],
)
def test_the_variant_that_the_words_ask_for(words: str, skus: list[dict[str, Any]], wanted: list[str]) -> None:
    assert [sku["spec"] for sku in suiting(skus, asked(Item(words, text=words)), "")] == wanted


def test_what_was_answered_counts_like_what_was_said() -> None:
    item = Item("抽纸", (Part(2),), "买2箱抽纸 30包装的")
    assert [sku["spec"] for sku in suiting(TISSUES, asked(item), "原木抽纸整箱")] == ["30包"]


def test_a_search_goes_without_what_only_tells_the_variant() -> None:
    assert without_variant("500 ml thermos") == "thermos"
    assert without_variant("termos 500 ml") == "termos"
    assert without_variant("白色台灯") == "台灯"
    assert without_variant("30包装的抽纸") == "抽纸"
    assert without_variant("10-volume set of picture books") == "picture books"
    assert without_variant("red-switch mechanical keyboard") == "mechanical keyboard"


def variant(shop: str, fen: int, kind: str = "tmall") -> Variant:
    return Variant({"shop_id": shop, "shop_kind": kind}, {"sku_id": f"{shop}{fen}"}, 1, fen, 600, 9900, 0, 1.0)


def test_coupons_and_sales_are_used_for_the_least_together() -> None:
    things = (variant("A", 5000), variant("B", 4000), variant("B", 3000))
    # 120.00 of goods, shipping at A and at B.
    assert _priced(things, [], []) == (13200, {})
    small, large = Coupon("c1", "", 4000, 300), Coupon("c2", "B", 6500, 1000)
    assert _priced(things, [small, large], []) == (11900, {"A": "c1", "B": "c2"})
    # With the coupons the goods stay below the step of the sale: it is worth more without them.
    sale = Sale(12000, 5000, 0, ("tmall",))
    assert _priced(things, [small, large], [sale]) == (8200, {})
    assert _priced(things, [], [Sale(12000, 5000, 0, ("flagship",))]) == (13200, {})
