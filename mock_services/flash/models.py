"""What the flash tools take and give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.argtypes import IsoTime, YuanIn, YuanOut
from mock_services.flash.states import OrderState
from mock_services.service import Args, Result

Category = Literal[
    "coffee",
    "milk_tea",
    "burger",
    "pizza",
    "rice",
    "noodles",
    "halal",
    "indonesian",
    "breakfast",
    "salad",
    "bakery",
    "fruit",
    "hotpot",
    "barbecue",
    "convenience",
    "pharmacy",
    "flowers",
    "electronics",
    "pets",
]
Id = Annotated[str, StringConstraints(min_length=1, max_length=120)]
LonLat = Annotated[str, StringConstraints(pattern=r"^-?\d{1,3}(\.\d{1,8})?,-?\d{1,2}(\.\d{1,8})?$", max_length=30)]
OptionText = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Where(Args):
    """Where the goods are to be delivered. Give one of the two."""

    address_id: Id | None = Field(None, description="an address of the person's book, see user_addresses")
    location: LonLat | None = Field(None, description="lon,lat in decimal degrees, e.g. 120.1551,30.2741")


# --- shops -------------------------------------------------------------------------------------------------------


class ShopSearchArgs(Where):
    """Which shops to list."""

    query: str = Field("", max_length=200, description="shop name or what it sells, in any of the three languages")
    category: Category | None = Field(None, description="only this kind of shop")
    open_now: bool = Field(False, description="leave out shops that are closed at this moment")
    sort: Literal["relevance", "distance", "rating", "eta", "price"] = Field(
        "relevance", description="what comes first; price: the minimum order plus the delivery fee, lowest first"
    )
    limit: int = Field(20, ge=1, le=50, description="how many at most")


class ShopView(Result):
    """A shop as lists show it; fees and times are those for the place asked about."""

    shop_id: str
    name: str
    name_en: str
    category: str
    tags: list[str] = Field(description="e.g. halal")
    rating: float
    monthly_sales: int
    location: str = Field(description="lon,lat")
    distance_m: int = Field(description="metres as the crow flies")
    open: bool
    hours: str = Field(description="local time of the shop; 00:00-24:00 is round the clock, 16:00-02:00 ends next day")
    next_open: str | None = Field(description="when it opens again, if it is closed")
    delivery_fee: YuanOut
    min_order: YuanOut = Field(description="the goods alone have to reach this")
    eta_minutes: int = Field(description="from payment to the door, for a small order placed now")
    relevance: int = Field(description="1 to 100; 100 where nothing was searched for")


class ShopList(Result):
    """Shops that deliver there."""

    shops: list[ShopView]
    total: int = Field(description="how many there are without the limit")


class ShopDetailArgs(Where):
    """Which shop, and for delivery where (needed for fee, distance and time)."""

    shop_id: Id = Field(description="the shop")


class Promotion(Result):
    """Taken off by itself when the goods reach ``over``; the best one counts."""

    over: YuanOut
    off: YuanOut


class SpecialHours(Result):
    """A day on which the shop does not keep its usual hours."""

    date: str
    hours: str = Field(description="local time of the shop, or closed")


class ShopDetail(ShopView):
    """A shop in full."""

    address: str
    phone: str
    description: str = Field(description="written by the shop")
    promotions: list[Promotion]
    delivers_there: bool
    delivery_radius_m: int
    special_hours: list[SpecialHours] = Field(description="public holidays in the next two weeks, where they matter")


# --- dishes ------------------------------------------------------------------------------------------------------


class DishSearchArgs(Where):
    """Which dishes or goods to list, across shops that deliver there."""

    query: str = Field(min_length=1, max_length=200, description="what it is, in any of the three languages")
    category: Category | None = Field(None, description="only from this kind of shop")
    max_price: YuanIn | None = Field(None, description="unit price in yuan at most, without fees")
    tags: list[Tag] = Field(
        [],
        max_length=10,
        description="tags that it must all have: halal, vegetarian, vegan, gluten_free, spicy, contains_nuts, "
        "contains_peanuts, contains_dairy, contains_pork, contains_alcohol, contains_lilies, prescription",
    )
    exclude_tags: list[Tag] = Field([], max_length=10, description="tags of which it may have none")
    serves_at_least: int = Field(1, ge=1, le=50, description="how many people one portion has to feed")
    open_now: bool = Field(False, description="leave out shops that are closed at this moment")
    in_stock: bool = Field(True, description="leave out what is sold out")
    sort: Literal["relevance", "price", "eta", "rating", "distance", "sales"] = Field(
        "relevance", description="what comes first; price is the unit price without fees"
    )
    limit: int = Field(20, ge=1, le=50, description="how many at most")


class DishHit(Result):
    """A dish of a shop that delivers there."""

    dish_id: str
    name: str
    name_en: str
    price: YuanOut = Field(description="for the default options")
    tags: list[str]
    serves: int
    stock: int
    per_order_limit: int
    monthly_sales: int
    shop_id: str
    shop_name: str
    shop_name_en: str
    category: str
    rating: float
    distance_m: int
    open: bool
    next_open: str | None
    eta_minutes: int
    delivery_fee: YuanOut
    min_order: YuanOut
    relevance: int = Field(description="1 to 100, how well it fits the query")


class DishList(Result):
    """Dishes that can be delivered there."""

    dishes: list[DishHit]
    total: int = Field(description="how many there are without the limit")


class MenuArgs(Args):
    """Whose menu, and what to look for in it."""

    shop_id: Id = Field(description="the shop")
    query: str = Field("", max_length=200, description="only what fits, best first; empty for the whole menu")
    limit: int = Field(50, ge=1, le=50, description="how many at most")


class MenuItem(Result):
    """A line of a menu. ``option_groups`` names what can be chosen; flash_dish_detail has the choices."""

    dish_id: str
    name: str
    name_en: str
    price: YuanOut
    tags: list[str]
    serves: int
    stock: int
    per_order_limit: int
    monthly_sales: int
    lead_minutes: int = Field(description="made to order: takes so long before it can be brought; 0: the shop's usual")
    option_groups: list[str]


class Menu(Result):
    """What a shop sells."""

    shop_id: str
    shop_name: str
    open: bool
    dishes: list[MenuItem]
    total: int


class DishDetailArgs(Args):
    """Which dish."""

    dish_id: Id = Field(description="the dish")


class Choice(Result):
    """One choice of an option group, with what it adds to the price."""

    id: str
    name: str
    name_en: str
    name_id: str
    surcharge: YuanOut


class OptionGroup(Result):
    """Exactly one choice is made of a group; ``default`` (a choice's id) where nothing is said."""

    id: str
    name: str
    name_en: str
    name_id: str
    default: str
    choices: list[Choice]


class DishDetail(MenuItem):
    """A dish in full."""

    shop_id: str
    shop_name: str
    description: str = Field(description="written by the shop")
    options: list[OptionGroup]


# --- baskets and orders ------------------------------------------------------------------------------------------


class LineIn(Args):
    """One line of a basket. The same dish with other options is another line."""

    dish_id: Id = Field(description="a dish, see flash_dish_search or flash_menu")
    quantity: int = Field(1, ge=1, le=99, description="how many")
    options: dict[OptionText, OptionText] = Field(
        {},
        max_length=10,
        description="option group → choice, each by its id or by any of its names; the default for what is left out",
    )


class BasketArgs(Args):
    """What would be ordered."""

    address_id: Id = Field(description="an address of the person's book, see user_addresses")
    lines: list[LineIn] = Field(min_length=1, max_length=30, description="all from one shop")
    deliver_at: IsoTime | None = Field(None, description="latest moment of arrival; as soon as possible if left out")
    coupon_id: Id | None = Field(None, description="a coupon of the person, see flash_coupon_list")


class LineView(Result):
    """One priced line; ``options`` says group → choice by their ids, ``options_text`` in the shop's language."""

    dish_id: str
    name: str
    name_en: str
    quantity: int
    options: dict[str, str]
    options_text: str
    unit_price: YuanOut
    amount: YuanOut


class Problem(Result):
    """Why the basket could not be ordered as it is; ``code`` is what flash_order_create would answer."""

    code: str
    message: str


class Basket(Result):
    """What it would cost and when it would come. ``total`` is goods + packing + delivery − discount."""

    shop_id: str
    shop_name: str
    lines: list[LineView]
    goods: YuanOut
    packing_fee: YuanOut
    delivery_fee: YuanOut
    discount: YuanOut
    total: YuanOut
    distance_m: int
    eta_minutes: int = Field(description="from payment to the door")
    arrives_by: str = Field(description="if paid right away, or the time that was asked for")
    min_order: YuanOut
    shortfall: YuanOut = Field(description="how much the goods lack to the minimum order")
    orderable: bool
    problems: list[Problem]


class OrderCreateArgs(BasketArgs):
    """An order at one shop."""

    shop_id: Id = Field(description="the shop that the lines are from")
    note: str = Field("", max_length=300, description="to the shop and the courier: room, gate, text of a card")
    expect_total: YuanIn | None = Field(
        None, description="the total that the person agreed to; if it is another one now, nothing is ordered"
    )
    request_no: str = Field("", max_length=64, description="your own number for this request, to repeat it safely")


class OrderCreated(Result):
    """The order, to be paid with alipay_pay until ``pay_before``."""

    order_id: str
    state: OrderState
    out_trade_no: str
    shop_name: str
    amount: YuanOut
    pay_before: str
    eta_minutes: int
    arrives_by: str


class OrderArgs(Args):
    """Which of the person's orders."""

    order_id: Id = Field(description="the order, see flash_order_list")


class Courier(Result):
    """Who brings it, and where they are now."""

    name: str
    phone: str
    location: str = Field(description="lon,lat")
    metres_left: int = Field(description="to the door, as the crow flies")


class OrderStatus(Result):
    """How far an order is."""

    order_id: str
    state: OrderState
    eta: str | None = Field(description="when it is expected at the door; null if it is not under way")
    promised_by: str | None = Field(description="the promised moment of arrival; set once it is paid")
    minutes_late: int = Field(description="how much later than promised it is or will be")
    late_compensation: YuanOut = Field(
        description="what is paid back by itself on delivery if it comes as late as it looks now, or was paid back"
    )
    courier: Courier | None


class StateChange(Result):
    """When an order came into a state."""

    state: OrderState
    at: str


class OrderView(OrderStatus):
    """An order in full."""

    shop_id: str
    shop_name: str
    shop_name_en: str
    lines: list[LineView]
    goods: YuanOut
    packing_fee: YuanOut
    delivery_fee: YuanOut
    discount: YuanOut
    total: YuanOut
    refunded: YuanOut = Field(description="what was sent back so far")
    out_trade_no: str
    pay_before: str
    created_at: str
    deliver_at: str | None = Field(description="the time that was asked for")
    address_id: str
    address: str
    recipient: str
    note: str
    label: str = Field(description="what the person calls this order, e.g. usual")
    history: list[StateChange]
    reason: str = Field(description="why it was cancelled")
    can_cancel: bool
    refund_if_cancelled: YuanOut = Field(description="what would come back if it were cancelled now")


class OrderListArgs(Args):
    """Which orders, newest first."""

    state: OrderState | None = Field(None, description="only orders in this state")
    query: str = Field("", max_length=100, description="words of a shop, a dish or the label")
    limit: int = Field(10, ge=1, le=50, description="how many at most")


class OrderBrief(Result):
    """An order as lists show it."""

    order_id: str
    state: OrderState
    shop_id: str
    shop_name: str
    category: str
    lines: list[LineView]
    total: YuanOut
    address_id: str
    created_at: str
    label: str


class OrderList(Result):
    """The person's orders."""

    orders: list[OrderBrief]
    total: int


class OrderCancelArgs(OrderArgs):
    """Which order, and what has to come back at least."""

    reason: str = Field("", max_length=200, description="why, for the shop")
    expect_refund: YuanIn | None = Field(
        None, description="what the person expects to get back; if it would be less, nothing is cancelled"
    )


class OrderCancelled(Result):
    """The cancelled order. The refund goes back to where the money came from and takes some minutes."""

    order_id: str
    state: OrderState
    refund: YuanOut
    kept: YuanOut = Field(description="what the shop keeps for work already done")


class OrderNoteArgs(OrderArgs):
    """A new note in place of the old one."""

    note: str = Field(max_length=300, description="the whole new note; empty to take the old one back")


class CouponListArgs(Args):
    """Which coupons."""

    usable_only: bool = Field(True, description="leave out used and expired ones")


class CouponView(Result):
    """A coupon: ``off`` is taken off when the goods reach ``over``, at any shop or at one."""

    coupon_id: str
    title: str
    over: YuanOut
    off: YuanOut
    shop_id: str = Field(description="empty: any shop")
    expires_at: str
    state: Literal["usable", "used", "expired"]


class CouponList(Result):
    """The person's flash coupons."""

    coupons: list[CouponView]
