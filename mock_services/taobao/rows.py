"""The rows of the marketplace and their tables. Ratings are tenths (48 is 4.8); moments are instants, 0 if not yet."""

from __future__ import annotations

from typing import Literal

import msgspec

from mock_services.tables import Table
from mock_services.taobao.states import AFTER_SALE, ORDER, AfterSaleState, OrderState

ShopKind = Literal["flagship", "tmall", "personal"]


class Shop(msgspec.Struct, frozen=True, gc=False):
    """A seller. It ships from ``city``; ``stance`` is how it answers complaints (``agrees`` or ``refuses``).

    Answers take ``answer_min`` to ``answer_max`` minutes of its office hours. ``return_freight_fen`` is what a return
    without a reason costs the buyer; 0 where the shop insures returns.
    """

    id: str
    name: str
    name_en: str
    kind: ShopKind
    city: str
    rating: int
    fee_fen: int
    free_over_fen: int
    ship_hours: int
    answer_min: int
    answer_max: int
    stance: str
    return_freight_fen: int


class Item(msgspec.Struct, frozen=True, gc=False):
    """A listing. ``from_fen`` is the price of its cheapest variant; ``words`` are further words it is found by.

    ``next_day``: also kept in warehouses near the big cities. ``scheduled``: the buyer may choose the day.
    ``return_days`` is the window for returns without a reason, 0 for food and other goods that cannot go back.
    """

    id: str
    shop_id: str
    category: str
    brand: str
    brand_en: str
    title: str
    name_en: str
    name_id: str
    words: str
    description: str
    from_fen: int
    sales: int
    rating: int
    ship_hours: int
    next_day: bool
    overseas: bool
    scheduled: bool
    return_days: int
    order_limit: int


class Sku(msgspec.Struct, frozen=True, gc=False):
    """A variant with its own price and stock."""

    id: str
    item_id: str
    spec: str
    spec_en: str
    fen: int
    stock: int


class ReviewRow(msgspec.Struct, frozen=True, gc=False):
    """A review that a scenario wrote; the ordinary ones are derived from the seed."""

    id: str
    item_id: str
    at: int
    buyer: str
    rating: int
    spec: str
    text: str


class Coupon(msgspec.Struct, frozen=True, gc=False):
    """A person's coupon, used for ``order_id``. ``scope`` is all, shop:<id>, category:<id> or item:<id>."""

    id: str
    owner: str
    offer_id: str
    title: str
    scope: str
    threshold_fen: int
    discount_fen: int
    valid_from: int
    valid_to: int
    order_id: str


class Offer(msgspec.Struct, frozen=True, gc=False):
    """A coupon that a shop hands out once per person."""

    id: str
    shop_id: str
    title: str
    threshold_fen: int
    discount_fen: int
    valid_days: int


class Campaign(msgspec.Struct, frozen=True, gc=False):
    """A sale of the whole marketplace: ``off_fen`` for every full ``every_fen`` of goods, counted over shops.

    Shops of the ``kinds`` take part; ``most_fen`` is the most that it takes off one checkout, 0 for no limit.
    """

    id: str
    title: str
    title_en: str
    every_fen: int
    off_fen: int
    most_fen: int
    starts_at: int
    ends_at: int
    kinds: tuple[ShopKind, ...]


class CartRow(msgspec.Struct, frozen=True, gc=False):
    """A variant in somebody's cart."""

    id: str
    owner: str
    sku_id: str
    quantity: int


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """A line as it was bought: ``fen`` each, ``paid_fen`` for all of them after coupon and campaign."""

    sku_id: str
    item_id: str
    title: str
    name_en: str
    brand: str
    spec: str
    spec_en: str
    fen: int
    quantity: int
    paid_fen: int


class Order(msgspec.Struct, frozen=True):
    """An order of one person at one shop. ``held_state`` is where it returns to from ``refunding``.

    ``campaign_fen`` is this order's share of what campaign ``campaign_id`` takes off the checkout ``checkout_id``.
    ``late_fen`` was paid back because it was shipped later than promised (in ``refunded_fen`` as well).
    """

    id: str
    owner: str
    shop_id: str
    state: OrderState
    lines: tuple[OrderLine, ...]
    address_id: str
    city: str
    recipient: str
    address: str
    goods_fen: int
    shipping_fen: int
    discount_fen: int
    coupon_id: str
    note: str
    deliver_on: str
    out_trade_no: str
    created_at: int
    pay_before: int
    promised_by: int
    paid_at: int = 0
    shipped_at: int = 0
    delivered_at: int = 0
    completed_at: int = 0
    closed_reason: str = ""
    refunded_fen: int = 0
    held_state: OrderState | Literal[""] = ""
    after_sales: tuple[str, ...] = ()
    campaign_id: str = ""
    campaign_fen: int = 0
    checkout_id: str = ""
    late_fen: int = 0

    @property
    def total_fen(self) -> int:
        """What the order costs."""
        return self.goods_fen + self.shipping_fen - self.discount_fen - self.campaign_fen


class Parcel(msgspec.Struct, frozen=True):
    """What was sent for an order: (moment, status, text) of where it has been and of what lies ahead."""

    order_id: str
    carrier: str
    tracking_no: str
    reached: tuple[tuple[int, str, str], ...]
    ahead: tuple[tuple[int, str, str], ...]


class AfterSaleRow(msgspec.Struct, frozen=True, gc=False):
    """A request to a merchant. ``due_at`` is when its next step happens."""

    id: str
    order_id: str
    owner: str
    kind: str
    reason: str
    text: str
    sku_id: str
    state: AfterSaleState
    fen: int
    freight_fen: int
    applied_at: int
    due_at: int
    answer_code: str = ""
    answer: str = ""
    pickup_at: int = 0
    tracking_no: str = ""
    refunded_at: int = 0


def _item_text(item: Item) -> str:
    return f"{item.title} {item.brand} {item.brand_en} {item.name_en} {item.name_id} {item.words}"


SHOPS = Table("taobao.shops", Shop, "id")
ITEMS = Table("taobao.items", Item, "id", indexes=("shop_id",), text=_item_text)
SKUS = Table("taobao.skus", Sku, "id", indexes=("item_id",))
REVIEWS = Table("taobao.reviews", ReviewRow, "id", indexes=("item_id",))
COUPONS = Table("taobao.coupons", Coupon, "id", indexes=("owner",))
OFFERS = Table("taobao.offers", Offer, "id", indexes=("shop_id",))
CAMPAIGNS = Table("taobao.campaigns", Campaign, "id")
CARTS = Table("taobao.carts", CartRow, "id", indexes=("owner",))
ORDERS = Table("taobao.orders", Order, "id", indexes=("owner",), machine=ORDER)
PARCELS = Table("taobao.parcels", Parcel, "order_id")
AFTER_SALES = Table("taobao.after_sales", AfterSaleRow, "id", indexes=("order_id",), machine=AFTER_SALE)

TABLES = (SHOPS, ITEMS, SKUS, REVIEWS, COUPONS, OFFERS, CAMPAIGNS, CARTS, ORDERS, PARCELS, AFTER_SALES)
