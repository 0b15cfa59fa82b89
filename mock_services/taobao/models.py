"""Arguments and results of the `taobao_*` tools. Amounts are yuan on the wire; moments carry the person's offset."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.service import Args, Result
from mock_services.taobao.rows import ShopKind

_ID = StringConstraints(min_length=1, max_length=64)
ItemId = Annotated[str, _ID, Field(description="an item_id of taobao_item_search")]
SkuId = Annotated[str, _ID, Field(description="a sku_id of taobao_item_detail")]
ShopId = Annotated[str, _ID, Field(description="a shop_id")]
AddressId = Annotated[str, _ID, Field(description="an address_id of your address book (user_addresses)")]
CouponId = Annotated[str, _ID, Field(description="a coupon_id of taobao_coupon_list")]
OfferId = Annotated[str, _ID, Field(description="an offer_id of taobao_coupon_list")]
OrderId = Annotated[str, _ID, Field(description="an order_id of yours")]
AfterSaleId = Annotated[str, _ID, Field(description="an after_sale_id of yours")]
RequestNo = Annotated[
    str,
    StringConstraints(max_length=64),
    Field(description="your own number for this request; the same number never takes effect twice. Empty: none"),
]
Limit = Annotated[int, Field(ge=1, le=50, description="how many at most")]

Sort = Literal["relevance", "price", "price_desc", "sales", "rating"]


# --- finding ----------------------------------------------------------------------------------------------------


class ItemSearchArgs(Args):
    """What to look for. Any of Chinese, English and Indonesian finds an item."""

    query: str = Field(
        min_length=1, max_length=120, description="keywords, e.g. 65W充电器, cat food 10kg, teh longjing"
    )
    sort: Sort = Field("relevance", description="price: lowest first; price_desc, sales and rating: highest first")
    min_price: YuanIn | None = Field(None, description="lowest price of the item's cheapest variant, yuan")
    max_price: YuanIn | None = Field(None, description="highest price of the item's cheapest variant, yuan")
    brand: str | None = Field(None, max_length=60, description="only this brand, by its Chinese or English name")
    shop_id: ShopId | None = Field(None, description="only this shop")
    shop_kind: ShopKind | None = Field(None, description="only shops of this kind")
    ship_from: str | None = Field(None, min_length=1, max_length=60, description="only shops in this city")
    min_rating: float | None = Field(None, ge=1, le=5, description="items rated so high or higher")
    min_sales: int | None = Field(None, ge=0, description="sold so often or more in the last 30 days")
    free_shipping: bool = Field(False, description="only items of which one piece is sent free of charge")
    ship_to: AddressId | None = Field(None, description="an address_id of yours; by default the city where you are")
    deliver_by: dt.date | None = Field(None, description="only what is promised to arrive on or before this day")
    limit: Limit = 20


class ItemHit(Result):
    """An item in a list. ``price`` is that of its cheapest variant."""

    item_id: str
    title: str
    name_en: str
    brand: str
    brand_en: str
    price: YuanOut
    sales: int = Field(description="sold in the last 30 days")
    rating: float = Field(description="1.0 to 5.0")
    shop_id: str
    shop: str
    shop_kind: ShopKind
    ships_from: str
    free_shipping: bool = Field(description="one piece of the cheapest variant is sent free of charge")
    campaigns: list[str] = Field(description="campaign_id of the running sales that it counts for")
    in_stock: bool
    ships_within_hours: int
    delivery_days: int | None = Field(description="days until it arrives if paid now; null: not delivered there")
    delivery_by: str | None = Field(description="the day on which it arrives if paid now")
    relevance: int = Field(description="1 to 100, how well it fits the query")


class ItemSearchResult(Result):
    """What was found, best first, and how many there are in all."""

    items: list[ItemHit]
    total: int


class ItemDetailArgs(Args):
    """Which item, and where it would go."""

    item_id: ItemId
    ship_to: AddressId | None = Field(None, description="an address_id of yours; by default the city where you are")


class SkuView(Result):
    """A variant that can be bought; orders name it by ``sku_id``."""

    sku_id: str
    spec: str = Field(description="as listed, e.g. 65W 白色")
    spec_en: str
    price: YuanOut
    stock: int


class ShopView(Result):
    """The shop that sells it."""

    shop_id: str
    name: str
    name_en: str
    kind: ShopKind
    city: str = Field(description="where it ships from")
    rating: float


class ItemDetail(Result):
    """Everything that the item's page says."""

    item_id: str
    title: str
    name_en: str
    name_id: str
    brand: str
    brand_en: str
    category: str
    category_en: str
    sales: int
    rating: float
    description: str
    skus: list[SkuView]
    shop: ShopView
    shipping_fee: YuanOut
    free_shipping_over: YuanOut = Field(description="goods of one order from this amount ship free")
    ships_within_hours: int
    next_day: bool = Field(description="in a warehouse near you: arrives the next day if paid before 18:00")
    delivery_days: int | None
    delivery_by: str | None
    day_can_be_chosen: bool = Field(description="whether an order may name the delivery day (deliver_on)")
    limit_per_order: int = Field(description="at most this many pieces in one order")
    return_days: int = Field(description="days after delivery in which it may go back without a reason; 0: not at all")
    return_policy: str


class ReviewsArgs(Args):
    """Whose reviews."""

    item_id: ItemId
    limit: Limit = 10


class Review(Result):
    """What a buyer wrote. The text is a stranger's."""

    at: str
    buyer: str
    rating: int
    spec: str
    text: str


class ReviewsResult(Result):
    """Newest first."""

    rating: float
    reviews: list[Review]
    total: int


class ShopArgs(Args):
    """Which shop."""

    shop_id: ShopId


class ShopDetail(ShopView):
    """A shop's page."""

    shipping_fee: YuanOut
    free_shipping_over: YuanOut
    ships_within_hours: int
    return_freight: YuanOut = Field(description="what a return without a reason costs the buyer")
    items: int


# --- coupons and cart -------------------------------------------------------------------------------------------


class CouponListArgs(Args):
    """Which coupons."""

    item_id: ItemId | None = Field(None, description="only those that apply to this item")


class CouponView(Result):
    """``discount`` off goods of at least ``threshold`` that fall under ``scope``."""

    coupon_id: str
    title: str
    threshold: YuanOut
    discount: YuanOut
    scope: str = Field(description="all, or shop:<id>, category:<id>, item:<id>")
    valid_from: str
    valid_to: str
    state: Literal["unused", "used", "expired"]


class OfferView(Result):
    """A coupon that a shop hands out to whoever claims it."""

    offer_id: str
    title: str
    threshold: YuanOut
    discount: YuanOut
    scope: str
    valid_days: int


class CouponListResult(Result):
    """Your coupons, and with ``item_id`` those that can still be claimed for it."""

    coupons: list[CouponView]
    claimable: list[OfferView]


class CampaignListArgs(Args):
    """Which sales."""

    coming: bool = Field(False, description="also those that have not begun")


class CampaignView(Result):
    """A sale of the marketplace: ``off`` for every full ``every`` of goods, counted over all shops of these kinds.

    Goods count after coupons and without shipping; order them together with taobao_checkout_create.
    """

    campaign_id: str
    title: str
    title_en: str
    every: YuanOut
    off: YuanOut
    most: YuanOut | None = Field(description="it takes off at most this in one checkout; null: no limit")
    starts_at: str
    ends_at: str
    running: bool
    shop_kinds: list[ShopKind]


class CampaignListResult(Result):
    """Sales by their start."""

    campaigns: list[CampaignView]


class CouponClaimArgs(Args):
    """Which offer."""

    offer_id: OfferId
    request_no: RequestNo = ""


class CartUpdateArgs(Args):
    """How many of a variant shall be in the cart."""

    sku_id: SkuId
    quantity: int = Field(ge=0, le=999, description="the new quantity; 0 takes it out")


class NoArgs(Args):
    """No arguments."""


class CartLine(Result):
    """A variant in the cart at today's price."""

    sku_id: str
    item_id: str
    title: str
    spec: str
    shop_id: str
    price: YuanOut
    quantity: int
    stock: int


class Cart(Result):
    """What is in the cart. Nothing is reserved."""

    lines: list[CartLine]
    total: YuanOut
