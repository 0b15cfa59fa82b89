"""What goes in and out of the ``fliggy`` tools.

Clock times in arguments are ``HH:MM`` at the place they are about (departures at the origin, arrivals at the
destination); moments in results carry the offset of their place. Prices are yuan.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.money import YuanIn, YuanOut
from mock_services.service import Args, Result

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=120)]
LonLat = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,8})?,-?[0-9]{1,2}(\.[0-9]{1,8})?$")]
RequestNo = Annotated[str, StringConstraints(min_length=1, max_length=64)]
TravellerIds = Annotated[list[Id], Field(min_length=1, max_length=9)]

Cabin = Literal["economy", "business"]
SeatClass = Literal["second", "first", "business", "hard_seat", "hard_sleeper", "soft_sleeper"]
Kind = Literal["flight", "train", "hotel", "ticket"]
OrderState = Literal[
    "unpaid",
    "ticketing",
    "ticketed",
    "confirming",
    "confirmed",
    "changing",
    "completed",
    "cancelled",
    "closed",
    "failed",
]

_REQUEST_NO = "your own number for this booking; the same number never books twice"


# --- flights -------------------------------------------------------------------------------------------------------


class FlightSearchArgs(Args):
    """A one-way flight on one day."""

    from_city: Name = Field(description="city (id or any of its names), or an airport code or name")
    to_city: Name = Field(description="city (id or any of its names), or an airport code or name")
    date: dt.date = Field(description="day of departure at the origin")
    depart_after: ClockTime | None = Field(None, description="not before this time, at the origin")
    depart_before: ClockTime | None = Field(None, description="not after this time, at the origin")
    arrive_before: ClockTime | None = Field(
        None, description="at the destination by this time, on the day of departure"
    )
    max_stops: int = Field(1, ge=0, le=1, description="0 for non-stop only, 1 to allow one stop or transfer")
    cabin: Cabin = Field("economy", description="cabin for the whole way")
    passengers: int = Field(1, ge=1, le=9, description="seats wanted; flights with fewer left are not shown")
    sort: Literal["price", "departure", "arrival", "duration"] = Field("price", description="what comes first")
    limit: int = Field(10, ge=1, le=50, description="how many itineraries at most")


class FlightSegment(Result):
    """One flight of an itinerary. ``via`` is the city of a technical stop, empty for none."""

    flight_no: str
    date: str
    airline: str
    airline_name: str
    airline_name_en: str
    from_airport: str
    from_airport_name: str
    to_airport: str
    to_airport_name: str
    depart: str
    arrive: str
    minutes: int
    aircraft: str
    via: str


class FlightOffer(Result):
    """An itinerary that can be booked. ``price`` is per traveller, taxes and fees included."""

    itinerary_id: str
    depart: str
    arrive: str
    minutes: int
    stops: int
    cabin: str
    price: YuanOut
    fare: YuanOut
    taxes: YuanOut
    seats_left: int
    segments: list[FlightSegment]


class FlightSearchResult(Result):
    """The first ``limit`` of ``total`` itineraries."""

    total: int
    flights: list[FlightOffer]


class FlightDetailArgs(Args):
    """An itinerary from a search."""

    itinerary_id: Id = Field(description="as shown by the flight search, e.g. MU5101-20260309")


class FeeStep(Result):
    """What a refund or a change costs until ``until``: per cent of the fare and yuan per traveller."""

    until: str
    percent: int
    fee: YuanOut


class CabinOffer(Result):
    """A cabin of an itinerary with its fare rules. Taxes are always refunded."""

    cabin: str
    fare_class: str
    price: YuanOut
    fare: YuanOut
    taxes: YuanOut
    seats_left: int
    checked_baggage_kg: int
    hand_baggage_kg: int
    refund_fees: list[FeeStep]
    change_fees: list[FeeStep]


class FlightDetail(Result):
    """An itinerary with its cabins and cut-offs. ``status`` is scheduled, delayed or cancelled."""

    itinerary_id: str
    status: str
    depart: str
    arrive: str
    minutes: int
    stops: int
    connection_minutes: int
    book_before: str
    check_in_closes: str
    segments: list[FlightSegment]
    cabins: list[CabinOffer]


class FlightBookArgs(Args):
    """Seats on an itinerary."""

    itinerary_id: Id = Field(description="as shown by the flight search")
    cabin: Cabin = Field("economy", description="cabin for the whole way")
    travellers: TravellerIds = Field(description='traveller ids; "self" is the person')
    seat_preference: Literal["aisle", "window", "any"] = Field("any", description="where to sit")
    expect_price: YuanIn | None = Field(
        None, description="price per traveller that was agreed; if it went up, nothing is booked"
    )
    request_no: RequestNo = Field(description=_REQUEST_NO)


class FlightStatusArgs(Args):
    """A flight on a day."""

    flight_no: Name = Field(description="e.g. MU5101")
    date: dt.date = Field(description="day of departure at the origin")


class FlightStatus(Result):
    """``status``: scheduled, delayed, boarding, departed, landed or cancelled."""

    flight_no: str
    date: str
    status: str
    reason: str
    delay_minutes: int
    scheduled_depart: str
    scheduled_arrive: str
    depart: str
    arrive: str
    from_airport: str
    to_airport: str
    gate: str


# --- trains --------------------------------------------------------------------------------------------------------


class TrainSearchArgs(Args):
    """Trains on one day."""

    from_city: Name = Field(description="city (id or any of its names) or a station")
    to_city: Name = Field(description="city (id or any of its names) or a station")
    date: dt.date = Field(description="day of departure")
    depart_after: ClockTime | None = Field(None, description="not before this time")
    depart_before: ClockTime | None = Field(None, description="not after this time")
    arrive_after: ClockTime | None = Field(None, description="arriving not before this time, on the same day")
    arrive_before: ClockTime | None = Field(None, description="arriving by this time, on the same day")
    seat_class: SeatClass | None = Field(None, description="only trains that have this class left")
    types: Annotated[list[Literal["G", "D", "C", "Z"]], Field(max_length=4)] | None = Field(
        None, description="kinds of train; all if left out"
    )
    passengers: int = Field(1, ge=1, le=9, description="seats wanted; trains with fewer left are not shown")
    sort: Literal["departure", "arrival", "duration", "price"] = Field("departure", description="what comes first")
    limit: int = Field(10, ge=1, le=50, description="how many trains at most")


class SeatOffer(Result):
    """A class of a train; ``price`` is per traveller."""

    seat_class: str
    name: str
    price: YuanOut
    seats_left: int


class TrainOffer(Result):
    """A train on a day."""

    train_id: str
    train_no: str
    type: str
    from_station: str
    from_station_name: str
    to_station: str
    to_station_name: str
    depart: str
    arrive: str
    minutes: int
    seats: list[SeatOffer]


class TrainSearchResult(Result):
    """The first ``limit`` of ``total`` trains."""

    total: int
    trains: list[TrainOffer]


class TrainDetailArgs(Args):
    """A train on a day."""

    train_id: Id = Field(description="train number and day, e.g. G7301-20260312")


class TrainStop(Result):
    """A stop on the way."""

    city: str
    name: str
    arrive: str


class TrainDetail(Result):
    """A train with its stops and rules. ``refund_fees`` are for a second-class (or hard) seat."""

    train: TrainOffer
    stops: list[TrainStop]
    book_before: str
    gate_closes: str
    refund_fees: list[FeeStep]
    change_policy: str


class TrainBookArgs(Args):
    """Seats on a train."""

    train_id: Id = Field(description="as shown by the train search, e.g. G7301-20260312")
    seat_class: SeatClass = Field(description="class")
    travellers: TravellerIds = Field(description='traveller ids; "self" is the person')
    seat_preference: Literal["aisle", "window", "any"] = Field("any", description="where to sit")
    expect_price: YuanIn | None = Field(
        None, description="price per traveller that was agreed; if it went up, nothing is booked"
    )
    request_no: RequestNo = Field(description=_REQUEST_NO)


# --- hotels --------------------------------------------------------------------------------------------------------


class HotelSearchArgs(Args):
    """Hotels with a room for these nights."""

    city: Name = Field(description="city (id or any of its names)")
    check_in: dt.date = Field(description="first night")
    check_out: dt.date = Field(description="day of departure")
    near: Name | None = Field(None, description="place in the city: a sight, a district, a station, an airport")
    location: LonLat | None = Field(None, description='instead of near: "lon,lat"')
    radius_m: int = Field(3000, ge=100, le=50000, description="straight distance from near or location at most")
    query: Name | None = Field(None, description="words of the hotel's name or of what it has")
    max_price: YuanIn | None = Field(None, description="no night dearer than this, per room")
    min_stars: int | None = Field(None, ge=1, le=5, description="at least so many stars")
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
    request_no: RequestNo = Field(description=_REQUEST_NO)


# --- attraction tickets --------------------------------------------------------------------------------------------


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


# --- travellers ----------------------------------------------------------------------------------------------------


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


# --- orders --------------------------------------------------------------------------------------------------------


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
