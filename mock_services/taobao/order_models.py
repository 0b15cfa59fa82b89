"""Arguments and results of ordering and after-sale. Amounts are yuan on the wire; moments carry the person's offset."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.service import Args, Result
from mock_services.taobao.models import AddressId, AfterSaleId, CouponId, Limit, OrderId, RequestNo, SkuId
from mock_services.taobao.states import Action, AfterSaleState, OrderState

AfterSaleKind = Literal["refund_only", "return_and_refund"]
Reason = Literal["size", "quality", "not_needed", "wrong_item", "damaged", "late", "paid_twice"]


# --- ordering ---------------------------------------------------------------------------------------------------


class OrderLineIn(Args):
    """A variant and how many of it."""

    sku_id: SkuId
    quantity: int = Field(ge=1, le=999, description="how many pieces")


class PreviewArgs(Args):
    """A possible order: variants of one shop, to one address."""

    lines: list[OrderLineIn] = Field(min_length=1, max_length=20, description="variants of one shop")
    address_id: AddressId
    coupon_id: CouponId | None = None
    deliver_on: dt.date | None = Field(None, description="only for items whose day can be chosen, such as flowers")


class LineView(Result):
    """A line of an order; ``amount`` is before coupon and shipping."""

    sku_id: str
    item_id: str
    title: str
    name_en: str
    spec: str
    spec_en: str
    price: YuanOut
    quantity: int
    amount: YuanOut


class UsableCoupon(Result):
    """A coupon of yours that would apply, and what it takes off."""

    coupon_id: str
    title: str
    discount: YuanOut


class Preview(Result):
    """What the order would cost now. Nothing is reserved and prices may change."""

    shop_id: str
    shop: str
    lines: list[LineView]
    goods: YuanOut
    shipping: YuanOut
    discount: YuanOut = Field(description="what the coupon takes off")
    campaign: str | None = Field(description="the marketplace's sale that the shop takes part in")
    campaign_discount: YuanOut = Field(description="what that sale takes off; more with goods of other shops")
    total: YuanOut
    delivery_by: str = Field(description="the day on which all of it arrives if paid now")
    usable_coupons: list[UsableCoupon] = Field(description="largest discount first")


class CreateArgs(PreviewArgs):
    """An order. With ``expect_total`` it is refused if it would cost anything else."""

    expect_total: YuanIn | None = Field(None, description="the total that was agreed to, yuan")
    note: str = Field("", max_length=200, description="a note to the seller, or the text of a card")
    from_cart: bool = Field(False, description="take what is ordered out of the cart")
    request_no: RequestNo = ""


class Created(Result):
    """An order that waits for its payment; the stock is reserved until ``pay_before``."""

    order_id: str
    out_trade_no: str
    state: OrderState
    amount: YuanOut
    payee: str
    pay_before: str
    delivery_by: str


class OrderRef(Args):
    """Which order."""

    order_id: OrderId


class OrderListArgs(Args):
    """Which of your orders; newest first."""

    query: str | None = Field(None, max_length=120, description="words for what was bought, in any of the languages")
    since: dt.date | None = Field(None, description="ordered on or after this day")
    state: OrderState | None = Field(None, description="only orders in this state")
    limit: Limit = 20


class OrderBrief(Result):
    """An order in a list."""

    order_id: str
    state: OrderState
    created_at: str
    shop_id: str
    shop: str
    brands: list[str]
    lines: list[LineView]
    total: YuanOut
    refunded: YuanOut
    delivery_by: str
    delivered_at: str | None


class OrderListResult(Result):
    """Orders and how many fit."""

    orders: list[OrderBrief]
    total: int


class OrderDetail(OrderBrief):
    """Everything about an order."""

    out_trade_no: str
    goods: YuanOut
    shipping: YuanOut
    discount: YuanOut
    campaign_discount: YuanOut = Field(description="this order's share of what a cross-shop sale took off")
    checkout_id: str | None = Field(description="the checkout that it was ordered in together with others")
    late_compensation: YuanOut = Field(description="paid back because it was shipped later than promised")
    coupon_id: str | None
    address_id: str
    recipient: str
    address: str
    note: str
    pay_before: str
    paid_at: str | None
    ship_by: str | None = Field(description="until when the shop has to ship; null until paid, or for a chosen day")
    shipped_at: str | None
    completed_at: str | None
    closed_reason: str | None
    carrier: str | None
    tracking_no: str | None
    return_until: str | None = Field(description="until when it may go back without a reason")
    after_sale_ids: list[str]
    actions: list[Action] = Field(description="what you can do with it now")


class CancelArgs(OrderRef):
    """Cancel which order, and why."""

    reason: str = Field("", max_length=200, description="why, for the merchant")
    request_no: RequestNo = ""


class Cancelled(Result):
    """``closed``: done at once. ``refunding``: the merchant was asked to cancel and refund, and answers soon."""

    order_id: str
    state: OrderState
    after_sale_id: str | None
    refund: YuanOut = Field(description="what comes back, to the source that paid")


class ChangeAddressArgs(OrderRef):
    """Where the order shall go instead."""

    address_id: AddressId


class AddressChanged(Result):
    """The new address and the day of arrival."""

    order_id: str
    address: str
    delivery_by: str


class TracePoint(Result):
    """Where the parcel was."""

    at: str
    status: str
    text: str


class Logistics(Result):
    """The parcel. ``promised_by`` stays, ``expected_by`` is the carrier's present estimate."""

    order_id: str
    state: Literal["not_shipped", "in_transit", "out_for_delivery", "delivered", "returned"]
    carrier: str | None
    tracking_no: str | None
    promised_by: str
    expected_by: str
    late: bool
    trace: list[TracePoint]


class Confirmed(Result):
    """The money went to the merchant. ``warning`` is ``NOT_YET_DELIVERED`` if the parcel was still on its way."""

    order_id: str
    state: OrderState
    released: YuanOut
    warning: str | None


class MessageArgs(OrderRef):
    """A message to the seller of an order."""

    text: str = Field(min_length=1, max_length=500, description="the message")
    request_no: RequestNo = ""


class MessageSent(Result):
    """The seller answers by a message to the phone."""

    order_id: str
    shop: str


# --- after-sale -------------------------------------------------------------------------------------------------


class AfterSaleApplyArgs(OrderRef):
    """What is asked of the merchant. Without ``sku_id`` it is about the whole order."""

    kind: AfterSaleKind = Field(description="return_and_refund where goods go back")
    reason: Reason = Field(description="paid_twice: only what was paid beyond the price comes back")
    text: str = Field("", max_length=500, description="in your words")
    sku_id: SkuId | None = Field(None, description="only this line of the order")
    amount: Annotated[YuanIn, Field(gt=0)] | None = Field(None, description="less than the full refund, yuan")
    request_no: RequestNo = ""


class AfterSale(Result):
    """A request to the merchant and what became of it.

    ``applied`` → ``refused``, ``refunded``, or ``pickup_scheduled`` → ``returning`` → ``refunded``. ``refund`` is what
    comes back once granted (a return without a reason may cost freight); the money goes to the source that paid.
    """

    after_sale_id: str
    order_id: str
    kind: AfterSaleKind
    reason: Reason
    state: AfterSaleState
    sku_id: str | None
    refund: YuanOut
    freight: YuanOut
    applied_at: str
    answer_by: str
    answer_code: str | None = Field(description="AGREED, RETURN_FIRST, WAIT_FOR_DELIVERY, NO_FAULT_FOUND …")
    answer: str | None
    pickup_at: str | None
    return_tracking_no: str | None
    refunded_at: str | None


class AfterSaleRef(Args):
    """Which request."""

    after_sale_id: AfterSaleId


class AfterSaleCancelArgs(AfterSaleRef):
    """Withdraw which request."""

    request_no: RequestNo = ""
