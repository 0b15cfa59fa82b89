"""Arguments and results of hotels and attraction tickets."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.fliggy.models.common import REQUEST_NO, Id, LonLat, Name, RequestNo, TravellerIds
from mock_services.service import Args, Result

Facility = Literal[
    "wifi",
    "luggage_storage",
    "laundry",
    "parking",
    "restaurant",
    "wheelchair_access",
    "family_room",
    "gym",
    "ev_charging",
    "meeting_room",
    "pool",
    "spa",
    "airport_shuttle",
    "halal_food",
]


class HotelSearchArgs(Args):
    """Hotels with a room for these nights."""

    city: Name = Field(description="city (id or any of its names)")
    check_in: dt.date = Field(description="first night")
    check_out: dt.date = Field(description="day of departure")
    near: Name | None = Field(None, description="place in the city: a sight, a district, a station, an airport")
    location: LonLat | None = Field(None, description='instead of near: "lon,lat"')
    radius_m: int = Field(3000, ge=100, le=50000, description="straight distance from near or location at most")
    query: Name | None = Field(None, description="words of the hotel's name or of what it has")
    district: Name | None = Field(None, description="only this district of the city")
    max_price: YuanIn | None = Field(None, description="no night dearer than this, per room")
    min_stars: int | None = Field(None, ge=1, le=5, description="at least so many stars")
    min_rating: float | None = Field(None, ge=1, le=5, description="rated so high or higher")
    facilities: list[Facility] = Field([], max_length=15, description="what the hotel must have, all of it")
    breakfast: bool | None = Field(None, description="true: rates with breakfast only; false: without")
    free_cancel: bool | None = Field(None, description="true: only rates that can be cancelled free of charge now")
    bed: Literal["double", "twin"] | None = Field(None, description="kind of bed")
    guests: int = Field(1, ge=1, le=8, description="people per room")
    rooms: int = Field(1, ge=1, le=5, description="rooms")
    sort: Literal["price", "distance", "rating"] = Field("price", description="what comes first")
    limit: int = Field(10, ge=1, le=50, description="how many hotels at most")


class HotelOffer(Result):
    """A hotel and its cheapest rate that fits. ``nightly`` is per room, ``total`` for all rooms and nights.

    ``distance_m`` is straight, ``walk_m`` and ``walk_minutes`` are on foot from the place that was asked about; all
    null if none was.
    """

    hotel_id: str
    name: str
    name_en: str
    city: str
    district: str
    address: str
    location: str
    stars: int
    rating: float
    reviews: int
    facilities: list[str]
    distance_m: int | None
    walk_m: int | None
    walk_minutes: int | None
    plan_id: str
    room: str
    breakfast: bool
    free_cancel_until: str | None
    nightly: list[YuanOut]
    total: YuanOut
    rooms_left: int


class HotelSearchResult(Result):
    """The first ``limit`` of ``total`` hotels; ``around`` is the place that ``near`` was understood as."""

    total: int
    around: str
    hotels: list[HotelOffer]


class HotelDetailArgs(Args):
    """A hotel's rates for some nights."""

    hotel_id: Id = Field(description="as shown by the hotel search")
    check_in: dt.date = Field(description="first night")
    check_out: dt.date = Field(description="day of departure")
    rooms: int = Field(1, ge=1, le=5, description="rooms")


class RatePlan(Result):
    """A room type at one rate. ``policy``: free_cancel, first_night or non_refundable."""

    plan_id: str
    room: str
    room_en: str
    bed: str
    max_guests: int
    breakfast: bool
    policy: str
    cancel_policy: str
    free_cancel_until: str | None
    nightly: list[YuanOut]
    total: YuanOut
    rooms_left: int


class HotelDetail(Result):
    """A hotel with its rates."""

    hotel_id: str
    name: str
    name_en: str
    city: str
    district: str
    address: str
    location: str
    phone: str
    stars: int
    rating: float
    reviews: int
    facilities: list[str]
    description: str
    check_in_from: str
    check_out_until: str
    plans: list[RatePlan]


class HotelBookArgs(Args):
    """Rooms at a rate."""

    plan_id: Id = Field(description="rate plan from the hotel search or detail")
    check_in: dt.date = Field(description="first night")
    check_out: dt.date = Field(description="day of departure")
    rooms: int = Field(1, ge=1, le=5, description="rooms")
    guests: TravellerIds = Field(description='traveller ids of the guests, at least one per room; "self" is the person')
    expect_total: YuanIn | None = Field(None, description="total that was agreed; if it went up, nothing is booked")
    request_no: RequestNo = Field(description=REQUEST_NO)


class TicketSearchArgs(Args):
    """Attraction tickets for a day. Give a city, a query, or both."""

    city: Name | None = Field(None, description="city (id or any of its names)")
    query: Name | None = Field(None, description="attraction or kind of attraction, e.g. aquarium, 游船")
    date: dt.date = Field(description="day of the visit")
    indoor: bool | None = Field(None, description="true: indoor only")
    max_queue: int | None = Field(None, ge=0, le=3, description="0 no queue … 3 an hour or more")
    limit: int = Field(20, ge=1, le=50, description="how many tickets at most")


class TicketSlot(Result):
    """A time of entry; what is past or full is not listed."""

    slot: str
    left: int


class TicketOffer(Result):
    """A ticket for a day. ``queue``: 0 none, 1 up to 20 minutes, 2 up to 45, 3 an hour or more."""

    ticket_id: str
    name: str
    name_en: str
    attraction: str
    city: str
    address: str
    location: str
    category: str
    indoor: bool
    queue: int
    adult_price: YuanOut
    child_price: YuanOut
    child_policy: str
    refund_policy: str
    slots: list[TicketSlot]


class TicketSearchResult(Result):
    """The first ``limit`` of ``total`` tickets."""

    total: int
    tickets: list[TicketOffer]


class TicketBookArgs(Args):
    """Tickets for a slot. Takes no request number: look into the order list before you try again."""

    ticket_id: Id = Field(description="as shown by the ticket search")
    date: dt.date = Field(description="day of the visit")
    slot: Name = Field(description="time of entry as shown by the ticket search, e.g. 13:00-16:00")
    adults: int = Field(1, ge=0, le=9, description="adult tickets")
    children: int = Field(0, ge=0, le=9, description="child tickets")
    expect_total: YuanIn | None = Field(None, description="total that was agreed; if it went up, nothing is booked")


class TicketChangeArgs(Args):
    """Another day or slot for tickets that are confirmed."""

    order_id: Id = Field(description="ticket order")
    date: dt.date = Field(description="new day")
    slot: Name | None = Field(None, description="new time of entry; the old one if left out")
