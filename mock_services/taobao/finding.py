"""Reading the market: search, item and shop pages, reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from mock_services import clock
from mock_services.base import Base
from mock_services.clock import DAY
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import places
from mock_services.names import somebody
from mock_services.taobao import campaigns
from mock_services.taobao import models as m
from mock_services.taobao.catalogue import stock
from mock_services.taobao.delivery import arrival_day, destination, shipping_fen
from mock_services.taobao.rows import ITEMS, REVIEWS, SHOPS, SKUS, Campaign, Item, ReviewRow, Shop, Sku

_MOST: Final = 400
"""How many hits a search weighs; beyond that people narrow the query."""

_NEAR: Final = 75
"""Hits below this share (per cent) of the best relevance are noise: they would come first when sorted by price."""

_SEARCHES: Final = 1000
"""How many answers of the catalogue as it was built are kept."""

_REVIEWS_KEPT: Final = 5000

_REVIEWS_UNTIL: Final = clock.parse_iso("2026-03-04T21:00:00", 480)
_PRAISE: Final = (
    "质量很好,和描述一致,物流也快",
    "第二次回购了,一直很稳定",
    "包装严实,没有破损,满意",
    "性价比不错,推荐",
    "客服有耐心,发货很快",
    "送人的,对方很喜欢",
    "用了一周来评价,没有问题",
    "Good quality, same as the pictures.",
    "Barang bagus, sesuai deskripsi.",
)
_SO_SO: Final = ("还可以,对得起这个价", "物流慢了一天,东西没问题", "和图片有一点色差", "中规中矩,没有惊喜")
_BLAME: Final = (
    "和描述不符,不推荐",
    "用了两天就有问题,客服不理人",
    "收到的和图片差很多,退货了",
    "虚标严重,大家看清楚规格再买",
    "Not what the title says. Read the variant before buying.",
)


def get_item(ctx: Ctx, item_id: str) -> Item:
    """The listing.

    Raises:
        Rejected: ``ITEM_NOT_EXIST``.
    """
    item = ctx.get(ITEMS, item_id)
    if item is None:
        raise Rejected("ITEM_NOT_EXIST", "there is no such item", hint="see taobao_item_search")
    return item


def get_sku(ctx: Ctx, sku_id: str) -> Sku:
    """The variant.

    Raises:
        Rejected: ``SKU_NOT_EXIST``.
    """
    sku = ctx.get(SKUS, sku_id)
    if sku is None:
        raise Rejected("SKU_NOT_EXIST", "there is no such variant", hint="see taobao_item_detail")
    return sku


def get_shop(ctx: Ctx, shop_id: str) -> Shop:
    """The shop.

    Raises:
        Rejected: ``SHOP_NOT_EXIST``.
    """
    shop = ctx.get(SHOPS, shop_id)
    if shop is None:
        raise Rejected("SHOP_NOT_EXIST", "there is no such shop")
    return shop


def search(ctx: Ctx, args: m.ItemSearchArgs) -> m.ItemSearchResult:
    """Carry out ``taobao_item_search``."""
    to = destination(ctx, args.ship_to)
    if args.deliver_by is not None or ctx.touched(ITEMS, SHOPS):
        hits = _hits(ctx, args, to)
    else:
        asked = (to if args.free_shipping else None, *args.asked("limit", "ship_to", "deliver_by"))
        hits = ctx.base.recall("taobao.searches", asked, lambda: _hits(ctx, args, to), most=_SEARCHES)
    sales = campaigns.running(ctx)
    shown = [_hit(ctx, item, to, relevance, sales) for item, relevance in hits[: args.limit]]
    return m.ItemSearchResult(items=shown, total=len(hits))


def _hits(ctx: Ctx, args: m.ItemSearchArgs, to: str | None) -> list[tuple[Item, int]]:
    brand = args.brand.strip().casefold() if args.brand else None
    ship_from = None if args.ship_from is None else _city_id(args.ship_from)
    of_shop = args.shop_kind is not None or ship_from is not None or args.free_shipping

    def shop_fits(item: Item) -> bool:
        shop = get_shop(ctx, item.shop_id)
        return (
            args.shop_kind in (None, shop.kind)
            and ship_from in (None, shop.city)
            and (not args.free_shipping or _sent_free(shop, item, to))
        )

    def fits(item: Item) -> bool:
        return (
            (args.min_price is None or item.from_fen >= args.min_price)
            and (args.max_price is None or item.from_fen <= args.max_price)
            and (brand is None or brand in (item.brand.casefold(), item.brand_en.casefold()))
            and (args.shop_id is None or item.shop_id == args.shop_id)
            and (args.min_rating is None or item.rating / 10 >= args.min_rating)
            and (args.min_sales is None or item.sales >= args.min_sales)
            and (not of_shop or shop_fits(item))
            and (args.deliver_by is None or _arrives(ctx, item, to, args.deliver_by))
        )

    hits = ctx.search(ITEMS, args.query, where=fits, limit=_MOST)
    if hits:
        floor = hits[0][1] * _NEAR // 100
        hits = [hit for hit in hits if hit[1] >= floor]
    hits.sort(key=_SORTS[args.sort])
    return hits


_SORTS: Final[dict[str, Callable[[tuple[Item, int]], tuple[Any, ...]]]] = {
    "relevance": lambda hit: (-hit[1], -hit[0].sales, hit[0].id),
    "price": lambda hit: (hit[0].from_fen, -hit[1], hit[0].id),
    "price_desc": lambda hit: (-hit[0].from_fen, -hit[1], hit[0].id),
    "sales": lambda hit: (-hit[0].sales, hit[0].id),
    "rating": lambda hit: (-hit[0].rating, -hit[0].sales, hit[0].id),
}


def _city_id(text: str) -> str:
    city = places().city_named(text)
    if city is None:
        raise Rejected("UNKNOWN_CITY", f"there is no city {text[:40]}", hint="leave ship_from out, or name a big city")
    return city.id


def _sent_free(shop: Shop, item: Item, to: str | None) -> bool:
    return shipping_fen(shop, item.from_fen, 1, to or shop.city) == 0


def _arrives(ctx: Ctx, item: Item, to: str | None, by: dt.date) -> bool:
    day = arrival_day(ctx, get_shop(ctx, item.shop_id), item, to, ctx.now) if to else None
    return day is not None and day <= by


def _estimate(ctx: Ctx, shop: Shop, item: Item, to: str | None) -> tuple[int | None, str | None]:
    day = arrival_day(ctx, shop, item, to, ctx.now) if to else None
    if day is None:
        return None, None
    return (day - ctx.local_now().date()).days, day.isoformat()


def _hit(ctx: Ctx, item: Item, to: str | None, relevance: int, sales: list[Campaign]) -> m.ItemHit:
    shop = get_shop(ctx, item.shop_id)
    days, by = _estimate(ctx, shop, item, to)
    return m.ItemHit(
        item_id=item.id,
        title=item.title,
        name_en=item.name_en,
        brand=item.brand,
        brand_en=item.brand_en,
        price=item.from_fen,
        sales=item.sales,
        rating=item.rating / 10,
        shop_id=shop.id,
        shop=shop.name,
        shop_kind=shop.kind,
        ships_from=places().city(shop.city).name.zh,
        free_shipping=_sent_free(shop, item, to),
        campaigns=[sale.id for sale in sales if campaigns.takes_part(sale, shop)],
        in_stock=any(sku.stock for sku in ctx.find(SKUS, "item_id", item.id)),
        ships_within_hours=item.ship_hours,
        delivery_days=days,
        delivery_by=by,
        relevance=relevance,
    )


def detail(ctx: Ctx, args: m.ItemDetailArgs) -> m.ItemDetail:
    """Carry out ``taobao_item_detail``."""
    item = get_item(ctx, args.item_id)
    shop = get_shop(ctx, item.shop_id)
    days, by = _estimate(ctx, shop, item, destination(ctx, args.ship_to))
    category = stock().categories[item.category]
    skus = ctx.find(SKUS, "item_id", item.id)
    return m.ItemDetail(
        item_id=item.id,
        title=item.title,
        name_en=item.name_en,
        name_id=item.name_id,
        brand=item.brand,
        brand_en=item.brand_en,
        category=category.zh,
        category_en=category.en,
        sales=item.sales,
        rating=item.rating / 10,
        description=item.description or _describe(item, skus, shop),
        skus=[
            m.SkuView(sku_id=s.id, spec=s.spec, spec_en=s.spec_en, price=s.fen, stock=s.stock)
            for s in sorted(skus, key=lambda s: s.id)
        ],
        shop=m.ShopView(
            shop_id=shop.id,
            name=shop.name,
            name_en=shop.name_en,
            kind=shop.kind,
            city=places().city(shop.city).name.zh,
            rating=shop.rating / 10,
        ),
        shipping_fee=shop.fee_fen,
        free_shipping_over=shop.free_over_fen,
        ships_within_hours=item.ship_hours,
        next_day=item.next_day,
        delivery_days=days,
        delivery_by=by,
        day_can_be_chosen=item.scheduled,
        limit_per_order=item.order_limit,
        return_days=item.return_days,
        return_policy=return_policy(item, shop),
    )


def return_policy(item: Item, shop: Shop) -> str:
    """What the page says about returns."""
    faulty = "质量问题签收15天内可退 (faulty or wrong goods: 15 days)"
    if not item.return_days:
        return f"不支持无理由退货 (no returns without a reason); {faulty}"
    freight = (
        f"退货运费{shop.return_freight_fen // 100}元由买家承担 (the buyer pays the return freight)"
        if shop.return_freight_fen
        else "含运费险 (free return)"
    )
    return f"{item.return_days}天无理由退货,{freight}; {faulty}"


def shop_page(ctx: Ctx, args: m.ShopArgs) -> m.ShopDetail:
    """Carry out ``taobao_shop_detail``."""
    shop = get_shop(ctx, args.shop_id)
    return m.ShopDetail(
        shop_id=shop.id,
        name=shop.name,
        name_en=shop.name_en,
        kind=shop.kind,
        city=places().city(shop.city).name.zh,
        rating=shop.rating / 10,
        shipping_fee=shop.fee_fen,
        free_shipping_over=shop.free_over_fen,
        ships_within_hours=shop.ship_hours,
        return_freight=shop.return_freight_fen,
        items=len(ctx.find(ITEMS, "shop_id", shop.id)),
    )


def reviews(ctx: Ctx, args: m.ReviewsArgs) -> m.ReviewsResult:
    """Carry out ``taobao_item_reviews``: what a scenario wrote, and what the seed says of this item."""
    item = get_item(ctx, args.item_id)
    specs = tuple(sku.spec for sku in sorted(ctx.find(SKUS, "item_id", item.id), key=lambda sku: sku.id))
    key = (item.id, item.sales, item.rating, specs)
    usual = ctx.base.recall("taobao.reviews", key, lambda: _usual_reviews(ctx.base, item, specs), most=_REVIEWS_KEPT)
    written = [*ctx.find(REVIEWS, "item_id", item.id), *usual]
    written.sort(key=lambda row: -row.at)
    shown = [
        m.Review(at=ctx.iso(row.at), buyer=row.buyer, rating=row.rating, spec=row.spec, text=row.text)
        for row in written[: args.limit]
    ]
    return m.ReviewsResult(rating=item.rating / 10, reviews=shown, total=len(written))


def _usual_reviews(base: Base, item: Item, specs: tuple[str, ...]) -> tuple[ReviewRow, ...]:
    draws = base.draws
    made = []
    for i in range(min(12, item.sales // 30)):
        mood = draws.below(100, "mood", item.id, i)
        # A rating of 5.0 leaves no bad review, 3.0 makes every second one bad.
        bad = (50 - item.rating) * 5 // 2
        rating, texts = (1, _BLAME) if mood < bad else (4, _SO_SO) if mood < bad + 12 else (5, _PRAISE)
        made.append(
            ReviewRow(
                id=f"{item.id}.{i}",
                item_id=item.id,
                at=_REVIEWS_UNTIL - draws.below(90 * 24, "review", item.id, i) * DAY // 24,
                buyer=f"{somebody(draws, 'CN', 'buyer', item.id, i)[0]}***{draws.below(10, 'tail', item.id, i)}",
                rating=rating,
                spec=draws.pick(specs, "spec", item.id, i),
                text=draws.pick(texts, "text", item.id, i),
            )
        )
    return tuple(made)


def _describe(item: Item, skus: list[Sku], shop: Shop) -> str:
    specs = "、".join(dict.fromkeys(sku.spec for sku in skus[:6]))
    city = places().city(shop.city).name.zh
    return f"【品牌】{item.brand}({item.brand_en})【规格】{specs}【发货地】{city}【发货】付款后{item.ship_hours}小时内"
