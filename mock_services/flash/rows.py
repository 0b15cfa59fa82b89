"""Rows of the flash service. Amounts are fen, moments are instants of the virtual clock, 0 where there is none."""

from __future__ import annotations

from typing import Literal

import msgspec

from mock_services.clock import Instant
from mock_services.flash.options import option_words
from mock_services.flash.states import ORDER, OrderState
from mock_services.tables import Table

QuietDays = Literal["usual", "shorter", "closed"]


class Kind(msgspec.Struct, frozen=True, gc=False):
    """A kind of shop and what is usual for it. ``hours`` are (opens, closes) in local minutes, one pair per slot."""

    id: str
    zh: str
    en: str
    id_name: str
    words: str
    prep_min: int
    min_fen: int
    pack_fen: int
    delivery_fen: int
    limit: int
    hours: tuple[tuple[int, int], ...]


class Brand(msgspec.Struct, frozen=True, gc=False):
    """A chain. ``area`` is ``cn`` for the Chinese cities, ``sea`` for Jakarta and Singapore."""

    id: str
    kind: str
    area: str
    name: str
    en: str
    words: str


class MenuEntry(msgspec.Struct, frozen=True, gc=False):
    """What shops of a kind sell; ``regions`` are those of ``cn``, ``id`` and ``sg`` where they do."""

    id: str
    kind: str
    regions: tuple[str, ...]
    zh: str
    en: str
    id_name: str
    fen: int
    serves: int
    limit: int
    options: tuple[str, ...]
    tags: tuple[str, ...]
    words: str
    core: bool


class Shop(msgspec.Struct, frozen=True, gc=False):
    """A shop. ``opens`` and ``closes`` are local minutes of the day; ``closes`` is beyond 1440 if it is next day.

    ``closed_until`` is set while it is shut out of its hours; ``refuses`` is how many coming orders it will not take;
    ``quiet_days`` is how it keeps the quiet days of public holidays.
    """

    id: str
    city: str
    kind: str
    name: str
    en: str
    words: str
    tags: tuple[str, ...]
    address: str
    phone: str
    lon: float
    lat: float
    offset_min: int
    opens: int
    closes: int
    radius_m: int
    min_fen: int
    pack_fen: int
    delivery_fen: int
    prep_min: int
    promotions: tuple[tuple[int, int], ...]
    rating: int
    sales: int
    description: str
    payee: str
    closed_until: Instant = 0
    refuses: int = 0
    quiet_days: QuietDays = "usual"


class ChoiceRow(msgspec.Struct, frozen=True, gc=False):
    """A choice of an option group and what it adds to the price."""

    id: str
    zh: str
    en: str
    id_name: str
    fen: int


class GroupRow(msgspec.Struct, frozen=True, gc=False):
    """An option group that a scenario made for a dish; ``default`` is a choice's id."""

    id: str
    zh: str
    en: str
    id_name: str
    default: str
    choices: tuple[ChoiceRow, ...]


class Dish(msgspec.Struct, frozen=True, gc=False):
    """A dish of a shop. ``entry`` is empty for one that a scenario made; ``options`` name standard groups.

    ``lead_min`` is how many minutes it takes to be made, where that is longer than the shop's usual preparing.
    """

    id: str
    shop_id: str
    entry: str
    name: str
    en: str
    words: str
    fen: int
    serves: int
    limit: int
    stock: int
    options: tuple[str, ...]
    own_options: tuple[GroupRow, ...]
    tags: tuple[str, ...]
    sales: int
    description: str
    lead_min: int = 0


class Stock(msgspec.Struct, frozen=True, gc=False):
    """How much is left of a dish that was sold, restocked or set."""

    dish_id: str
    left: int


class Coupon(msgspec.Struct, frozen=True, gc=False):
    """A person's coupon; ``shop_id`` is empty if it holds everywhere, ``order_id`` is set while it is used."""

    id: str
    owner: str
    title: str
    over_fen: int
    off_fen: int
    shop_id: str
    expires_at: Instant
    order_id: str


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """A line as it was ordered; ``options`` are (group, choice) by their ids, ``said`` is what the shop reads."""

    dish_id: str
    name: str
    en: str
    quantity: int
    options: tuple[tuple[str, str], ...]
    said: str
    unit_fen: int


class Order(msgspec.Struct, frozen=True):
    """An order. Moments of steps that are still to come are the plan; ``state`` says how far it is."""

    id: str
    owner: str
    shop_id: str
    lines: tuple[OrderLine, ...]
    goods_fen: int
    packing_fen: int
    delivery_fen: int
    discount_fen: int
    coupon_id: str
    address_id: str
    address: str
    recipient: str
    lon: float
    lat: float
    note: str
    label: str
    out_trade_no: str
    state: OrderState
    reason: str
    eta_min: int
    created_at: Instant
    pay_before: Instant
    deliver_at: Instant
    paid_at: Instant
    promised_at: Instant
    accepted_at: Instant
    preparing_at: Instant
    picked_up_at: Instant
    delivering_at: Instant
    delivered_at: Instant
    ended_at: Instant

    @property
    def total_fen(self) -> int:
        """What is to be paid."""
        return self.goods_fen + self.packing_fen + self.delivery_fen - self.discount_fen


def _entry_text(entry: MenuEntry) -> str:
    choices = " ".join(option_words(group) for group in entry.options)
    tags = " ".join(TAG_WORDS.get(tag, "") for tag in entry.tags)
    return f"{entry.zh} {entry.en} {entry.id_name} {entry.words} {tags} {choices}"


TAG_WORDS = {
    "halal": "清真 halal",
    "vegan": "纯素 素食 vegan nabati",
    "vegetarian": "素食 vegetarian",
    "gluten_free": "无麸质 gluten free bebas gluten",
    "spicy": "辣 spicy pedas",
    "prescription": "处方药 prescription resep",
}
"""What people say when they look for a tag."""

ENTRIES = Table("flash.entries", MenuEntry, "id", text=_entry_text)
BRANDS = Table("flash.brands", Brand, "id", text=lambda brand: f"{brand.name} {brand.en} {brand.words}")
SHOPS = Table("flash.shops", Shop, "id", text=lambda shop: f"{shop.name} {shop.en} {shop.words}")
DISHES = Table(
    "flash.dishes", Dish, "id", indexes=("shop_id",), text=lambda dish: f"{dish.name} {dish.en} {dish.words}"
)
STOCKS = Table("flash.stocks", Stock, "dish_id")
COUPONS = Table("flash.coupons", Coupon, "id", indexes=("owner",))
ORDERS = Table("flash.orders", Order, "id", indexes=("owner", "shop_id"), machine=ORDER)
