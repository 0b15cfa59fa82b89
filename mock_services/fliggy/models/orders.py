"""Arguments and results about travellers and orders."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.fliggy.models.common import Id, Name, RequestNo
from mock_services.fliggy.states import Kind, OrderState
from mock_services.service import Args, Result


class TravellerListArgs(Args):
    """No arguments."""


class TravellerView(Result):
    """A traveller that can be booked for; document numbers are masked."""

    traveller_id: str
    name: str
    id_type: str
    id_no: str
    relation: str


class TravellerList(Result):
    """The person ("self") and the travellers that they saved."""

    travellers: list[TravellerView]


class TravellerAddArgs(Args):
    """A traveller to book for. Takes no request number; the same document is never saved twice."""

    name: Name = Field(description="name as in the document")
    id_type: Literal["id_card", "passport"] = Field(description="kind of document")
    id_no: Annotated[str, StringConstraints(min_length=5, max_length=24)] = Field(description="number of the document")
    relation: Annotated[str, StringConstraints(max_length=40)] = Field("", description="what they are to the person")


class OrderPlaced(Result):
    """A booking that is held until ``pay_before``; pay ``out_trade_no`` by then."""

    order_id: str
    kind: str
    state: str
    title: str
    amount: YuanOut
    out_trade_no: str
    pay_before: str


class OrderListArgs(Args):
    """Which of your orders."""

    kind: Kind | None = Field(None, description="only these")
    state: OrderState | None = Field(None, description="only these")
    limit: int = Field(20, ge=1, le=50, description="how many at most, newest first")


class OrderSummary(Result):
    """An order in short. ``start`` is the departure, check-in or slot, ``end`` the arrival, check-out or slot's end."""

    order_id: str
    kind: str
    state: str
    title: str
    start: str
    end: str
    amount: YuanOut
    created_at: str


class OrderList(Result):
    """The first ``limit`` of ``total`` orders."""

    total: int
    orders: list[OrderSummary]


class OrderRefArgs(Args):
    """One of your orders."""

    order_id: Id = Field(description="order number")


class Guest(Result):
    """Who travels or stays; ``seat`` is given once ticketed."""

    traveller_id: str
    name: str
    seat: str


class OrderDetail(Result):
    """An order. What is bought is ``product_id`` in ``unit`` (cabin, class, rate plan or slot).

    ``disruption`` is empty, cancelled or delayed. ``out_trade_no`` is what is, or was, to be paid last.
    """

    order_id: str
    kind: str
    state: str
    title: str
    product_id: str
    unit: str
    start: str
    end: str
    from_place: str
    to_place: str
    location: str
    quantity: int
    adults: int
    children: int
    extra_baggage_kg: int = Field(description="checked baggage that was bought beyond the allowance")
    extra_baggage_paid: YuanOut
    guests: list[Guest]
    amount: YuanOut
    fee: YuanOut
    refunded: YuanOut
    out_trade_no: str
    pay_before: str
    policy: str
    free_cancel_until: str | None
    changes_left: int
    disruption: str
    note: str
    created_at: str


class CancelQuote(Result):
    """What a cancellation would cost now, and until when that holds."""

    order_id: str
    state: str
    paid: YuanOut
    fee: YuanOut
    refund: YuanOut
    reason: str
    valid_until: str | None


class CancelArgs(Args):
    """Cancel an order. Takes no request number: look at the order before you try again."""

    order_id: Id = Field(description="order number")
    expect_fee: YuanIn | None = Field(None, description="fee that was agreed; if it is higher, nothing is cancelled")


class OrderCancelled(Result):
    """The order after its cancellation; the refund reaches the account some minutes later."""

    order_id: str
    state: str
    fee: YuanOut
    refund: YuanOut


class ChangeQuoteArgs(Args):
    """A change of a flight or train order to another departure."""

    order_id: Id = Field(description="order number")
    new_id: Id = Field(description="itinerary_id or train_id of the same route")


class ChangeQuote(Result):
    """What a change would cost now: the fee, the difference in fare, and what is to be paid or comes back."""

    order_id: str
    new_id: str
    fee: YuanOut
    fare_difference: YuanOut
    to_pay: YuanOut
    refund: YuanOut


class OrderChangeArgs(Args):
    """Change a flight or train order to another departure of the same route, for the same travellers."""

    order_id: Id = Field(description="order number")
    new_id: Id = Field(description="itinerary_id or train_id of the same route")
    expect_to_pay: YuanIn | None = Field(
        None, description="amount that was agreed; if it is higher, nothing is changed"
    )
    request_no: RequestNo = Field(description="your own number for this change; the same number never changes twice")


class OrderChanged(Result):
    """A change: done, or held until ``to_pay`` is paid by ``pay_before`` under ``out_trade_no``."""

    order_id: str
    state: str
    title: str
    to_pay: YuanOut
    refund: YuanOut
    out_trade_no: str
    pay_before: str


class StayChangeQuoteArgs(Args):
    """A change of a stay to other nights or another number of rooms, at the same rate plan."""

    order_id: Id = Field(description="order number")
    check_in: dt.date = Field(description="first night")
    check_out: dt.date = Field(description="day of departure")
    rooms: int = Field(1, ge=1, le=5, description="rooms")


class StayChangeQuote(Result):
    """What the change would cost now: the fee by the rate's rule, the difference in price, what is to be paid."""

    order_id: str
    title: str
    fee: YuanOut
    price_difference: YuanOut
    to_pay: YuanOut
    refund: YuanOut
    reason: str


class StayChangeArgs(StayChangeQuoteArgs):
    """Change a stay."""

    expect_to_pay: YuanIn | None = Field(
        None, description="amount that was agreed; if it is higher, nothing is changed"
    )
    request_no: RequestNo = Field(description="your own number for this change; the same number never changes twice")
