"""The base catalogue: shops, listings and variants grown from the tables in `data/`. All brands are invented.

A category's listings are the pairs of its models and its group's brands, each at another seller. ``small`` takes the
first few of each category, ``city`` twelve times as many.
"""

from __future__ import annotations

import csv
from functools import cache
from itertools import count
from pathlib import Path

import msgspec

from mock_services.base import BaseBuilder
from mock_services.draws import Draws
from mock_services.geo import places
from mock_services.taobao.rows import ITEMS, OFFERS, SHOPS, SKUS, Item, Offer, Shop, ShopKind, Sku

_DATA = Path(__file__).parent / "data"

_SELLERS = (
    ("悦选", "Yuexuan"),
    ("万家汇", "Wanjiahui"),
    ("清溪", "Qingxi"),
    ("百川", "Baichuan"),
    ("南巷", "Nanxiang"),
    ("阿洛", "Aluo"),
    ("橙舟", "Chengzhou"),
    ("知味", "Zhiwei"),
    ("长亭", "Changting"),
    ("一禾", "Yihe"),
    ("拾野", "Shiye"),
    ("九巷", "Jiuxiang"),
    ("云端", "Yunduan"),
    ("青柚", "Qingyou"),
    ("海棠", "Haitang"),
    ("小桥", "Xiaoqiao"),
    ("半山", "Banshan"),
    ("千帆", "Qianfan"),
    ("星野", "Xingye"),
    ("木棉", "Mumian"),
)
_CITIES = ("hangzhou", "guangzhou", "shenzhen", "shanghai", "beijing", "suzhou", "chengdu", "wuhan", "xiamen")
_OPENING = 6_120_000_000
"""Item numbers look like the marketplace's own: ten digits."""


class Category(msgspec.Struct, frozen=True):
    """A kind of goods; ``words`` are what people call it in the three languages."""

    id: str
    zh: str
    en: str
    name_id: str
    group: str
    small: int
    flags: frozenset[str]
    words: str


class Brand(msgspec.Struct, frozen=True):
    """A made-up brand and how its prices compare, in per cent."""

    id: str
    zh: str
    en: str
    group: str
    price_pct: int


class Model(msgspec.Struct, frozen=True):
    """A product that several brands make. ``skus`` are (spec, spec in English, fen of a middling brand)."""

    category: str
    zh: str
    en: str
    name_id: str
    fluff: tuple[str, ...]
    skus: tuple[tuple[str, str, int], ...]


class LookAlike(msgspec.Struct, frozen=True):
    """A listing that poses as something better."""

    model: Model
    title: str
    rating: int
    sales: int
    hours: int


class Stock(msgspec.Struct, frozen=True):
    """The tables, read."""

    categories: dict[str, Category]
    brands: dict[str, tuple[Brand, ...]]
    models: dict[str, tuple[Model, ...]]
    look_alikes: tuple[LookAlike, ...]
    suffixes: dict[str, tuple[str, str]]


@cache
def stock() -> Stock:
    """The tables of this process, read on the first call."""
    brands: dict[str, list[Brand]] = {}
    for r in _rows("brands.tsv"):
        brands.setdefault(r["groups"], []).append(Brand(r["id"], r["zh"], r["en"], r["groups"], int(r["price_pct"])))
    models: dict[str, list[Model]] = {}
    for r in _rows("models.tsv"):
        models.setdefault(r["category"], []).append(_model(r, tuple(r["fluff"].split())))
    return Stock(
        categories={
            r["id"]: Category(
                r["id"],
                r["zh"],
                r["en"],
                r["name_id"],
                r["group"],
                int(r["small"]),
                frozenset(r["flags"].split()),
                r["words"],
            )
            for r in _rows("categories.tsv")
        },
        brands={group: tuple(found) for group, found in brands.items()},
        models={category: tuple(found) for category, found in models.items()},
        look_alikes=tuple(
            LookAlike(_model(r, ()), r["title"], _tenths(r["rating"]), int(r["sales"]), int(r["hours"]))
            for r in _rows("lookalikes.tsv")
        ),
        suffixes={r["group"]: (r["suffix_zh"], r["suffix_en"]) for r in _rows("shops.tsv")},
    )


def read_specs(text: str) -> tuple[tuple[str, str, int], ...]:
    """Read variants: ``65W*白色~white/黑色~black=79;100W=99``, ``36-41码=199``; ``*`` combines, ``~`` gives English."""
    found: list[tuple[str, str, int]] = []
    for part in text.split(";"):
        left, _, yuan = part.rpartition("=")
        combined = [("", "")]
        for factor in left.split("*"):
            combined = [
                (f"{zh} {more_zh}".strip(), f"{en} {more_en}".strip())
                for zh, en in combined
                for more_zh, more_en in _factor(factor)
            ]
        whole, _, tenths = yuan.partition(".")
        fen = int(whole) * 100 + int(tenths or 0) * 10
        found += [(zh, en, fen) for zh, en in combined]
    return tuple(found)


def seed(base: BaseBuilder) -> None:
    """Add shops, listings, variants and the shops' coupon offers to the base world."""
    draws, tables = base.draws, stock()
    sellers = _sellers(base.scaled(4, len(_SELLERS)))
    flagships: dict[str, Shop] = {}
    thirds: dict[str, list[Shop]] = {}
    for group, (suffix, suffix_en) in tables.suffixes.items():
        for brand in tables.brands[group]:
            flagships[brand.id] = _shop(
                draws, f"TS{len(flagships) + 101}", f"{brand.zh}旗舰店", f"{brand.en} Flagship Store", "flagship"
            )
        for i, (zh, en) in enumerate(sellers):
            kind: ShopKind = "personal" if i % 2 else "tmall"
            name, name_en = f"{zh}{suffix}", f"{en} {suffix_en}"
            shop = _shop(draws, f"TS{1000 + sum(map(len, thirds.values()))}", name, name_en, kind)
            thirds.setdefault(group, []).append(shop)
    for number, shop in enumerate([*flagships.values(), *(s for group in thirds.values() for s in group)]):
        base.add(SHOPS, shop)
        if number % 3 == 0:
            threshold = draws.pick((9900, 14900, 19900), "offer", shop.id)
            off = threshold // draws.pick((8, 12, 16), "off", shop.id) // 100 * 100
            title = f"{shop.name}满{threshold // 100}减{off // 100}"
            base.add(OFFERS, Offer(f"TO{shop.id[2:]}", shop.id, title, threshold, off, 7))
    maker = _Maker(base)
    for category in tables.categories.values():
        maker.fill(category, flagships, thirds[category.group], base.scaled(category.small, category.small * 12))
    for look_alike in tables.look_alikes:
        shops = thirds[tables.categories[look_alike.model.category].group]
        maker.add_look_alike(look_alike, shops[1])


def _sellers(wanted: int) -> list[tuple[str, str]]:
    """The first so many sellers: those of the list, then their branches in one city after the other."""
    found = list(_SELLERS)
    for city in places().cities:
        found += [(f"{city.name.zh}{zh}", f"{city.name.en} {en}") for zh, en in _SELLERS]
    for part in count(2):
        if len(found) >= wanted:
            return found[:wanted]
        found += [(f"{zh}{part}号", f"{en} {part}") for zh, en in _SELLERS]
    raise AssertionError("counting has no end")


class _Maker:
    """Numbers the listings and keeps their titles apart."""

    def __init__(self, base: BaseBuilder) -> None:
        self._base, self._draws = base, base.draws
        self._count = 0
        self._titles: set[str] = set()

    def fill(self, category: Category, flagships: dict[str, Shop], thirds: list[Shop], count: int) -> None:
        tables = stock()
        models, brands = tables.models[category.id], tables.brands[category.group]
        made = 0
        for turn in range(len(thirds) + 1):
            for r in range(len(brands)):
                for i, model in enumerate(models):
                    if made == count:
                        return
                    # Over the turns, each pair of model and brand comes to every seller once.
                    brand, slot = brands[(i + r) % len(brands)], (i + r + turn) % (len(thirds) + 1)
                    shop = flagships[brand.id] if slot == 0 else thirds[slot - 1]
                    self._add(category, model, brand, shop)
                    made += 1

    def add_look_alike(self, look_alike: LookAlike, shop: Shop) -> None:
        tables, model = stock(), look_alike.model
        brand = tables.brands["none"][0]
        self._put(
            tables.categories[model.category],
            model,
            brand,
            shop,
            title=look_alike.title,
            prices=[fen for _, _, fen in model.skus],
            sales=look_alike.sales,
            rating=look_alike.rating,
            hours=look_alike.hours,
            next_day=False,
        )

    def _add(self, category: Category, model: Model, brand: Brand, shop: Shop) -> None:
        draws, key = self._draws, self._count
        pct = brand.price_pct * (100 if shop.kind == "flagship" else draws.between(91, 104, "price", key))
        title = f"{brand.zh}{model.zh} {' '.join(draws.sample(model.fluff, 3, 'title', key))}"
        if title in self._titles:
            title = f"{title} {shop.name}"
        self._titles.add(title)
        low, high = (42, 48) if shop.kind == "personal" else (46, 49)
        in_warehouse = "next_day" in category.flags and shop.kind != "personal" and draws.chance(0.65, "stock", key)
        self._put(
            category,
            model,
            brand,
            shop,
            title=title,
            prices=[_tidy(fen * pct // 10000) for _, _, fen in model.skus],
            sales=20 + draws.below(90, "sales", key) * draws.below(110, "more sales", key),
            rating=draws.between(low, high, "rating", key),
            hours=shop.ship_hours,
            next_day=in_warehouse or "scheduled" in category.flags,
        )

    def _put(
        self,
        category: Category,
        model: Model,
        brand: Brand,
        shop: Shop,
        *,
        title: str,
        prices: list[int],
        sales: int,
        rating: int,
        hours: int,
        next_day: bool,
    ) -> None:
        draws, key = self._draws, self._count
        item_id = str(_OPENING + 37 * key)
        self._count += 1
        specs = " ".join(dict.fromkeys(w for zh, en, _ in model.skus[:8] for w in (zh, en)))
        flags = category.flags
        item = Item(
            id=item_id,
            shop_id=shop.id,
            category=category.id,
            brand=brand.zh,
            brand_en=brand.en,
            title=title,
            name_en=f"{brand.en} {model.en}",
            name_id=f"{model.name_id} {brand.en}",
            words=f"{model.zh} {category.zh} {category.en} {category.name_id} {category.words} {specs}",
            description="",
            from_fen=min(prices),
            sales=sales,
            rating=rating,
            ship_hours=hours,
            next_day=next_day,
            overseas="overseas" in flags,
            scheduled=next_day and "scheduled" in flags,
            return_days=0 if flags & {"food", "perishable"} else 7,
            order_limit=draws.pick((50, 100, 200), "limit", key),
        )
        self._base.add(ITEMS, item)
        for n, ((zh, en, _), fen) in enumerate(zip(model.skus, prices, strict=True), start=1):
            level = draws.below(100, "level", key, n)
            stock_left = 0 if level < 4 else level - 3 if level < 12 else 20 + level * 8
            self._base.add(SKUS, Sku(f"{item_id}{n:02d}", item_id, zh, en, fen, stock_left))


def _shop(draws: Draws, shop_id: str, name: str, name_en: str, kind: ShopKind) -> Shop:
    fee = 0 if kind == "flagship" else draws.pick((600, 800, 1000), "fee", shop_id)
    return Shop(
        id=shop_id,
        name=name,
        name_en=name_en,
        kind=kind,
        city=draws.pick(_CITIES, "city", shop_id),
        rating=draws.between(45 if kind == "personal" else 47, 48 if kind == "personal" else 49, "rating", shop_id),
        fee_fen=fee,
        free_over_fen=0 if fee == 0 else draws.pick((4900, 6900, 9900), "free", shop_id),
        ship_hours=48 if kind == "personal" or draws.chance(0.25, "hours", shop_id) else 24,
        answer_min=10,
        answer_max=180 if kind == "personal" else 60,
        stance="agrees",
        return_freight_fen=1000 if kind == "personal" else 0,
    )


def _tidy(fen: int) -> int:
    """A shop's price: below 50 yuan it ends in .90, above in 9 yuan."""
    return max(190, fen // 100 * 100 - 10) if fen < 5000 else fen // 1000 * 1000 + 900


def _factor(text: str) -> list[tuple[str, str]]:
    number, dash, rest = text.partition("-")
    last = rest.removesuffix("码")
    if dash and number.isdigit() and rest.endswith("码") and last.isdigit():
        return [(f"{n}码", f"size {n}") for n in range(int(number), int(last) + 1)]
    return [(zh, en or zh) for zh, _, en in (choice.partition("~") for choice in text.split("/"))]


def _model(row: dict[str, str], fluff: tuple[str, ...]) -> Model:
    return Model(row["category"], row["zh"], row["en"], row["name_id"], fluff, read_specs(row["skus"]))


def _tenths(text: str) -> int:
    whole, _, tenth = text.partition(".")
    return int(whole) * 10 + int(tenth or 0)


def _rows(file: str) -> list[dict[str, str]]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
