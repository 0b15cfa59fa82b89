"""Arguments and results of the ride tools. Distances are metres, durations seconds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.amap.models import TimedRouteArgs
from mock_services.amap.states import Car, CaseState, RideState
from mock_services.argtypes import YuanOut
from mock_services.service import Args, Result

CARS: tuple[Car, ...] = ("economy", "comfort", "six_seat", "accessible")


class RideEstimateArgs(TimedRouteArgs):
    """The ride that is thought of."""

    car: Car | None = Field(None, description="kind of car; empty for all. accessible takes a wheelchair by ramp")


class RideOption(Result):
    """What one kind of car would cost and when it would be there."""

    car: str
    fare: YuanOut
    available: bool
    waiting: int
    pickup_at: str
    arrive_at: str


class RideEstimateView(Result):
    """The ride's length and what each car would cost; ``waiting`` is seconds from the wish to the pick-up."""

    origin: str
    destination: str
    distance: int
    duration: int
    depart_at: str
    options: list[RideOption]


class RideOrderArgs(TimedRouteArgs):
    """The ride that is wanted."""

    car: Car = Field("economy", description="accessible takes a wheelchair by ramp")
    passenger_name: str | None = Field(None, min_length=1, max_length=60, description="who rides, if not the person")
    passenger_phone: str | None = Field(
        None, pattern=r"^\+?[0-9][0-9 -]{4,18}[0-9]$", description="whom the driver calls, if not the person"
    )
    pickup_note: str | None = Field(
        None, min_length=1, max_length=200, description="for the driver: gate, luggage, help"
    )


class RideArgs(Args):
    """A ride by id."""

    ride_id: str = Field(min_length=1, max_length=40, description="ride_id of an order")


class RideListArgs(Args):
    """Which rides."""

    state: RideState | None = Field(None, description="only rides in this state")
    limit: int = Field(10, ge=1, le=50, description="how many at most, newest first")


class RidePayment(Result):
    """Money that was taken for a ride, and what of it went back."""

    payment_id: str
    amount: YuanOut
    refunded: YuanOut
    state: str
    paid_at: str


class RideView(Result):
    """A ride. Times are empty where they are not known yet.

    Before the driver has arrived ``pickup_at`` is when they are expected; ``arrive_at`` likewise. ``cancel_fee`` is
    what cancelling would cost now (or did cost); a booked ride is free to cancel until ``free_cancel_until``, one for
    now until a driver is on the way.
    """

    ride_id: str
    state: RideState
    car: str
    origin: str
    origin_name: str
    destination: str
    destination_name: str
    depart_at: str
    distance: int
    duration: int
    fare: YuanOut
    out_trade_no: str
    pay_before: str
    created_at: str
    passenger_name: str
    passenger_phone: str
    pickup_note: str
    driver: str
    driver_phone: str
    plate: str
    car_model: str
    pickup_at: str
    arrive_at: str
    free_cancel_until: str
    cancel_fee: YuanOut
    payments: list[RidePayment]


class RidesView(Result):
    """The person's rides."""

    rides: list[RideView]
    total: int


class RideCancelView(Result):
    """What the cancelling came to; the refund arrives within minutes."""

    ride_id: str
    state: str
    cancel_fee: YuanOut
    refund: YuanOut


class FareLine(Result):
    """A part of a fare: flag_fall, distance, long_distance, time, night, rounding, kind_of_car or demand."""

    name: str
    amount: YuanOut


class RideFareView(Result):
    """A ride's bill. ``lines`` add up to ``fare``; after a cancellation ``owed`` is the cancel fee alone."""

    ride_id: str
    state: RideState
    car: str
    distance: int
    duration: int
    lines: list[FareLine]
    fare: YuanOut
    cancel_fee: YuanOut
    owed: YuanOut
    paid: YuanOut
    refunded: YuanOut
    overpaid: YuanOut = Field(description="what was paid beyond what is owed and has not come back")


class RideDisputeArgs(RideArgs):
    """What is wrong with the bill."""

    reason: Literal["duplicate_charge", "no_ride", "wrong_fare", "other"] = Field(description="what is wrong")
    note: str | None = Field(None, max_length=300, description="for the clerk")


class RideDisputeView(Result):
    """The case; the answer comes as a notification and in ``amap_ride_dispute_status``."""

    case_id: str
    ride_id: str
    reason: str
    state: CaseState
    refund: YuanOut
    answer: str
    opened_at: str
    answer_by: str


class RideCaseArgs(Args):
    """A case by id."""

    case_id: str = Field(min_length=1, max_length=40, description="case_id of a dispute")
