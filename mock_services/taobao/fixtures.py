"""What a scenario may arrange on the marketplace: listings, stock, prices, coupons, sellers' rules, past orders."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field

from mock_services.argtypes import IsoTime, YuanIn
from mock_services.clock import DAY, HOUR
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import places
from mock_services.service import Args
from mock_services.taobao.catalogue import stock
from mock_services.taobao.finding import get_item, get_shop, get_sku
from mock_services.taobao.rows import (
    CAMPAIGNS,
    COUPONS,
    ITEMS,
    ORDERS,
    REVIEWS,
    SHOPS,
    SKUS,
    Campaign,
    Coupon,
    Item,
    Order,
    ReviewRow,
    Shop,
    ShopKind,
    Sku,
)


class SkuSpec(Args):
    """A variant of a scenario's own listing."""

    spec: str = Field(min_length=1, max_length=80)
    spec_en: str = ""
    price: YuanIn = Field(gt=0)
    stock: int = Field(100, ge=0)
    sku_id: str = Field("", description="a chosen id; by default the item's id and two digits")


class ItemArgs(Args):
    """A scenario's own listing, at a shop of its own or at one that exists."""

    item_id: str = Field("", max_length=40, description="a chosen id; by default a fresh number")
    title: str = Field(min_length=1, max_length=200)
    name_en: str = ""
    name_id: str = ""
    brand: str = "通用"
    brand_en: str = "Unbranded"
    category: str = Field(description="a category id of the catalogue, e.g. chargers")
    words: str = Field("", description="further search words, besides those of the category")
    description: str = Field("", description="the page's text; may be hostile")
    skus: list[SkuSpec] = Field(min_length=1, max_length=99)
    shop_id: str = Field("", description="an existing shop; empty: a new one")
    shop_name: str = "小店"
    shop_name_en: str = "Small Shop"
    shop_kind: ShopKind = "tmall"
    shop_city: str = "hangzhou"
    sales: int = Field(500, ge=0)
    rating: float = Field(4.7, ge=1, le=5)
    ship_hours: int = Field(24, ge=1, le=720)
    next_day: bool = False
    overseas: bool = False
    scheduled: bool = False
    return_days: int = Field(7, ge=0, le=30)
    order_limit: int = Field(100, ge=1)


class StockArgs(Args):
    """The stock of one variant, or of all of an item."""

    sku_id: str = ""
    item_id: str = ""
    stock: int = Field(ge=0)


class PriceArgs(Args):
    """A new price of one variant, or a change of all of an item in per cent. Give price or percent."""

    sku_id: str = ""
    item_id: str = ""
    price: Annotated[YuanIn, Field(gt=0)] | None = None
    percent: int | None = Field(None, ge=-90, le=900)


class CouponArgs(Args):
    """A coupon of the person."""

    title: str = "优惠券"
    scope: str = Field("all", description="all, shop:<id>, category:<id> or item:<id>")
    threshold: YuanIn = Field(0, ge=0)
    discount: YuanIn = Field(gt=0)
    valid_from: IsoTime | None = None
    valid_to: IsoTime | None = Field(None, description="by default in 30 days")
    owner: str = ""


class CampaignArgs(Args):
    """A sale of the whole marketplace: ``off`` for every full ``every``, over all shops of some kinds."""

    title: str = "跨店满减"
    title_en: str = "Cross-shop sale"
    every: Annotated[YuanIn, Field(ge=1_000)] = 30_000
    off: Annotated[YuanIn, Field(gt=0)] = 5_000
    most: Annotated[YuanIn, Field(ge=0)] = Field(0, description="at most this in one checkout; 0: no limit")
    starts: IsoTime | None = None
    ends: IsoTime | None = Field(None, description="by default in three days")
    kinds: list[ShopKind] = Field(["flagship", "tmall"], min_length=1)


class SellerRuleArgs(Args):
    """How a shop behaves from now on. What is left out stays as it is."""

    shop_id: str = ""
    item_id: str = Field("", description="the shop of this item")
    answer_min: int | None = Field(None, ge=0, description="minutes until it answers a request, at least")
    answer_max: int | None = Field(None, ge=0)
    stance: Literal["agrees", "refuses"] | None = Field(None, description="towards complaints about faults")
    return_freight: Annotated[YuanIn, Field(ge=0)] | None = None
    shipping_fee: Annotated[YuanIn, Field(ge=0)] | None = None
    free_shipping_over: Annotated[YuanIn, Field(ge=0)] | None = None


class ReviewArgs(Args):
    """A review on an item's page; its text may be hostile."""

    item_id: str
    text: str
    rating: int = Field(5, ge=1, le=5)
    buyer: str = "匿***名"
    spec: str = ""
    at: IsoTime | None = None


class OrderEventArgs(Args):
    """Something that happens to an order; by default to the person's newest that it can happen to."""

    order_id: str = ""
    days: int = Field(1, ge=1, le=30, description="for a late parcel: how much later")


def add_item(ctx: Ctx, args: ItemArgs) -> str:
    """Put a listing on the market."""
    if args.category not in stock().categories:
        raise Rejected("CATEGORY", f"no category {args.category!r}: one of {', '.join(stock().categories)}")
    category = stock().categories[args.category]
    item_id = args.item_id or str(6_900_000_000 + ctx.count("taobao.item"))
    if ctx.get(ITEMS, item_id) is not None:
        raise Rejected("ITEM", f"there is an item {item_id} already")
    shop_id = args.shop_id
    if shop_id:
        get_shop(ctx, shop_id)
    else:
        city = places().city_named(args.shop_city)
        if city is None:
            raise Rejected("CITY", f"no city {args.shop_city!r}")
        shop_id = f"TS{90000 + ctx.count('taobao.shop')}"
        ctx.put(
            SHOPS,
            Shop(
                id=shop_id,
                name=args.shop_name,
                name_en=args.shop_name_en,
                kind=args.shop_kind,
                city=city.id,
                rating=round(args.rating * 10),
                fee_fen=0,
                free_over_fen=0,
                ship_hours=args.ship_hours,
                answer_min=10,
                answer_max=60,
                stance="agrees",
                return_freight_fen=0,
            ),
        )
    skus = [
        Sku(one.sku_id or f"{item_id}{n:02d}", item_id, one.spec, one.spec_en or one.spec, one.price, one.stock)
        for n, one in enumerate(args.skus, start=1)
    ]
    for sku in skus:
        ctx.put(SKUS, sku)
    words = f"{category.zh} {category.en} {category.name_id} {category.words} {args.words}"
    specs = " ".join(f"{sku.spec} {sku.spec_en}" for sku in skus[:8])
    ctx.put(
        ITEMS,
        Item(
            id=item_id,
            shop_id=shop_id,
            category=args.category,
            brand=args.brand,
            brand_en=args.brand_en,
            title=args.title,
            name_en=args.name_en or args.title,
            name_id=args.name_id or args.name_en or args.title,
            words=f"{words} {specs}",
            description=args.description,
            from_fen=min(sku.fen for sku in skus),
            sales=args.sales,
            rating=round(args.rating * 10),
            ship_hours=args.ship_hours,
            next_day=args.next_day or args.scheduled,
            overseas=args.overseas,
            scheduled=args.scheduled,
            return_days=args.return_days,
            order_limit=args.order_limit,
        ),
    )
    return item_id


def set_stock(ctx: Ctx, sku: Sku, count: int) -> None:
    """Set a variant's stock."""
    ctx.put(SKUS, msgspec.structs.replace(sku, stock=count))


def set_price(ctx: Ctx, sku: Sku, fen: int) -> None:
    """Set a variant's price, and with it the item's lowest."""
    ctx.put(SKUS, msgspec.structs.replace(sku, fen=fen))
    item = get_item(ctx, sku.item_id)
    lowest = min(one.fen for one in ctx.find(SKUS, "item_id", item.id))
    ctx.put(ITEMS, msgspec.structs.replace(item, from_fen=lowest))


def skus_named(ctx: Ctx, sku_id: str, item_id: str) -> list[Sku]:
    """One variant, or all of an item."""
    if sku_id:
        return [get_sku(ctx, sku_id)]
    return ctx.find(SKUS, "item_id", get_item(ctx, item_id).id)


def change_price(ctx: Ctx, args: PriceArgs) -> None:
    """Carry out the fixture ``price``."""
    if (args.price is None) == (args.percent is None):
        raise Rejected("PRICE", "give either price or percent")
    for sku in skus_named(ctx, args.sku_id, args.item_id):
        fen = args.price if args.price is not None else sku.fen * (100 + (args.percent or 0)) // 100
        set_price(ctx, sku, max(1, fen))


def add_coupon(ctx: Ctx, args: CouponArgs) -> str:
    """Give the person a coupon."""
    coupon = Coupon(
        id=ctx.next_id("TC"),
        owner=args.owner or ctx.person_id,
        offer_id="",
        title=args.title,
        scope=args.scope,
        threshold_fen=args.threshold,
        discount_fen=args.discount,
        valid_from=ctx.instant(args.valid_from) if args.valid_from else ctx.now - DAY,
        valid_to=ctx.instant(args.valid_to) if args.valid_to else ctx.now + 30 * DAY,
        order_id="",
    )
    ctx.put(COUPONS, coupon)
    return coupon.id


def add_campaign(ctx: Ctx, args: CampaignArgs) -> str:
    """Let the marketplace hold a sale."""
    if args.off * 2 > args.every:
        raise Rejected("CAMPAIGN", "a sale takes at most half off")
    campaign = Campaign(
        id=ctx.next_id("TG"),
        title=args.title,
        title_en=args.title_en,
        every_fen=args.every,
        off_fen=args.off,
        most_fen=args.most,
        starts_at=ctx.instant(args.starts) if args.starts else ctx.now - DAY,
        ends_at=ctx.instant(args.ends) if args.ends else ctx.now + 3 * DAY,
        kinds=tuple(args.kinds),
    )
    ctx.put(CAMPAIGNS, campaign)
    return campaign.id


def set_seller_rule(ctx: Ctx, args: SellerRuleArgs) -> str:
    """Change how a shop behaves."""
    shop = get_shop(ctx, args.shop_id or get_item(ctx, args.item_id).shop_id)
    low = shop.answer_min if args.answer_min is None else args.answer_min
    high = shop.answer_max if args.answer_max is None else args.answer_max
    ctx.put(
        SHOPS,
        msgspec.structs.replace(
            shop,
            answer_min=low,
            answer_max=max(low, high),
            stance=args.stance or shop.stance,
            return_freight_fen=shop.return_freight_fen if args.return_freight is None else args.return_freight,
            fee_fen=shop.fee_fen if args.shipping_fee is None else args.shipping_fee,
            free_over_fen=shop.free_over_fen if args.free_shipping_over is None else args.free_shipping_over,
        ),
    )
    return shop.id


def add_review(ctx: Ctx, args: ReviewArgs) -> str:
    """Write a review."""
    item = get_item(ctx, args.item_id)
    at = ctx.instant(args.at) if args.at else ctx.now - HOUR
    row = ReviewRow(ctx.next_id("TV"), item.id, at, args.buyer, args.rating, args.spec, args.text)
    ctx.put(REVIEWS, row)
    return row.id


def newest(ctx: Ctx, order_id: str, states: tuple[str, ...]) -> Order | None:
    """The order that an event is about: the named one, or the newest of the person in one of the states."""
    if order_id:
        order = ctx.get(ORDERS, order_id)
        return order if order is not None and order.state in states else None
    own = [order for order in ctx.find(ORDERS, "owner", ctx.person_id) if order.state in states]
    return max(own, key=lambda order: (order.created_at, order.id), default=None)
