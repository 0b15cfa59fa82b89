"""Arguments and results of flights and trains."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.fliggy.models.common import (
    REQUEST_NO,
    Cabin,
    ClockTime,
    Id,
    Name,
    RequestNo,
    SeatClass,
    TravellerIds,
)
from mock_services.fliggy.states import HoldState
from mock_services.service import Args, Result


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
    extra_baggage_per_kg: YuanOut = Field(description="what a kilogram more costs, see fliggy_baggage_add")
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
    hold_id: Id | None = Field(None, description="a hold of yours on this flight, whose price it then has at most")
    seat_preference: Literal["aisle", "window", "any"] = Field("any", description="where to sit")
    expect_price: YuanIn | None = Field(
        None, description="price per traveller that was agreed; if it went up, nothing is booked"
    )
    request_no: RequestNo = Field(description=REQUEST_NO)


class FlightHoldArgs(Args):
    """Seats to keep at today's price without ordering them."""

    itinerary_id: Id = Field(description="as shown by the flight search")
    cabin: Cabin = Field("economy", description="cabin for the whole way")
    travellers: TravellerIds = Field(description='traveller ids; "self" is the person')
    expect_price: YuanIn | None = Field(
        None, description="price per traveller that was agreed; if it went up, nothing is held"
    )
    request_no: RequestNo = Field(description=REQUEST_NO)


class HoldView(Result):
    """Seats that are kept until ``held_until``; ``price`` is per traveller. Book them with their hold_id."""

    hold_id: str
    state: HoldState
    itinerary_id: str
    cabin: str
    title: str
    travellers: list[str]
    price: YuanOut
    total: YuanOut
    held_until: str


class HoldListArgs(Args):
    """Which holds."""

    state: HoldState | None = Field(None, description="only these")
    limit: int = Field(10, ge=1, le=50, description="how many at most, newest first")


class HoldList(Result):
    """The person's holds."""

    holds: list[HoldView]
    total: int


class HoldRefArgs(Args):
    """A hold of yours."""

    hold_id: Id = Field(description="as shown by fliggy_flight_hold_list")


class BaggageAddArgs(Args):
    """More checked baggage than the fare includes."""

    order_id: Id = Field(description="a ticketed flight order of yours")
    kg: int = Field(
        ge=5, le=200, multiple_of=5, description="kilograms beyond the allowance, for all travellers together"
    )
    expect_total: YuanIn | None = Field(None, description="total that was agreed; if it went up, nothing is added")
    request_no: RequestNo = Field(description=REQUEST_NO)


class BaggageAdded(Result):
    """Baggage that is added once ``out_trade_no`` is paid."""

    baggage_id: str
    order_id: str
    kg: int
    amount: YuanOut
    out_trade_no: str
    pay_before: str


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
    through: bool = Field(
        False, description="also trains that come from or go on to other cities; their train_id names the section"
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

    train_id: Id = Field(
        description="train number and day, e.g. G7301-20260312; a section of it as G7301-20260312@suzhou>shanghai"
    )


class TrainStop(Result):
    """A stop of the train, its origin and its end included; ``name`` is the city's.

    To board or leave at a stop on the way, search between the two cities with ``through``.
    """

    city: str
    name: str
    station: str
    station_name: str
    arrive: str
    depart: str
    on_your_way: bool = Field(description="between boarding and leaving, both included")


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
    request_no: RequestNo = Field(description=REQUEST_NO)
