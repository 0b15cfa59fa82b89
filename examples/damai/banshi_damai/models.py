"""What the tools take and answer."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from banshi_damai.states import OrderState
from mock_services.argtypes import YuanIn, YuanOut
from mock_services.service import Args, Result

EVENT_ID = Field(max_length=20, description="an event's id, from damai_event_search")
TIER_ID = Field(max_length=30, description="a price area's id, from damai_event_detail")
ORDER_ID = Field(max_length=30, description="an order's id")


class SearchArgs(Args):
    """What to look for. Everything is optional."""

    query: str = Field("", max_length=80, description="words of the name, the artist or the hall, in any language")
    city: str = Field("", max_length=40, description="a city's id or name; empty for all")
    date: dt.date | None = Field(None, description="only this day, at the place of the event")
    limit: int = Field(10, ge=1, le=50, description="how many at most")


class EventRef(Args):
    event_id: str = EVENT_ID


class TierRef(Args):
    tier_id: str = TIER_ID


class OrderRef(Args):
    order_id: str = ORDER_ID


class NoArgs(Args):
    """No arguments."""


class OrderArgs(Args):
    """Seats next to each other are chosen for you, unless you name them."""

    tier_id: str = TIER_ID
    quantity: int = Field(ge=1, le=6, description="how many seats")
    seats: list[str] = Field([], max_length=6, description="seats of your choice such as 3-7 (row 3, seat 7); or none")
    together: bool = Field(False, description="refuse unless all seats are next to each other in one row")
    expect_price: YuanIn | None = Field(None, description="refuse if a seat costs another price than this")
    request_no: str = Field(min_length=1, max_length=64, description="your own number for this order")


class CancelArgs(Args):
    order_id: str = ORDER_ID
    expect_fee: YuanIn | None = Field(None, description="refuse if cancelling costs more than this")


class EventView(Result):
    """An event. ``price_from`` is its cheapest area that has seats left."""

    event_id: str
    name: str
    name_en: str
    category: str
    city: str
    venue: str
    venue_en: str
    starts_at: str
    price_from: YuanOut | None


class EventList(Result):
    """Events, the best match first; ``total`` counts those that were cut off as well."""

    total: int
    events: list[EventView]


class TierView(Result):
    """A price area and how many of its seats are left."""

    tier_id: str
    name: str
    name_en: str
    price: YuanOut
    left: int


class EventDetail(Result):
    """An event with its price areas and its rules."""

    event: EventView
    tiers: list[TierView]
    per_person: int
    refund_rule: str


class SeatRow(Result):
    """A row of an area: the free seats of it by their number."""

    row: int
    free: list[int]


class SeatMap(Result):
    """The free seats of an area, from the stage backwards; ``seats`` is how many there are in a row."""

    tier_id: str
    price: YuanOut
    seats: int
    rows: list[SeatRow]


class OrderView(Result):
    """An order. A held one has to be paid by ``pay_before``; ``cancel_fee`` is what cancelling costs now."""

    order_id: str
    state: OrderState
    event_id: str
    name: str
    starts_at: str
    tier: str
    seats: list[str]
    amount: YuanOut
    out_trade_no: str
    pay_before: str | None
    cancel_fee: YuanOut | None
    refunded: YuanOut


class OrderList(Result):
    """Your orders, the newest first."""

    orders: list[OrderView]
