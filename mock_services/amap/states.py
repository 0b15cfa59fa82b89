"""What can become of a ride, and of a dispute about its bill."""

from __future__ import annotations

from typing import Literal

from mock_services.lifecycle import Machine, Move

Car = Literal["economy", "comfort", "six_seat", "accessible"]

RideState = Literal[
    "awaiting_payment",
    "dispatching",
    "driver_assigned",
    "driver_arrived",
    "on_trip",
    "completed",
    "cancelled",
    "expired",
]
CaseState = Literal["open", "granted", "refused"]

LIVE = ("awaiting_payment", "dispatching", "driver_assigned", "driver_arrived")
"""States in which the trip has not begun."""

RIDE = Machine(
    RideState,
    initial="awaiting_payment",
    moves=(
        Move("awaiting_payment", "paid", "dispatching", "service"),
        Move("awaiting_payment", "not_paid_in_time", "expired", "clock"),
        Move("dispatching", "driver_found", "driver_assigned", "service"),
        Move("driver_assigned", "driver_arrives", "driver_arrived", "service"),
        Move("driver_arrived", "passenger_boards", "on_trip", "service"),
        Move("on_trip", "trip_ends", "completed", "service"),
        Move(LIVE, "cancel", "cancelled", "agent"),
        Move(("driver_assigned", "driver_arrived"), "driver_cancels", "dispatching", "service"),
        Move(LIVE[1:], "driver_cancels", "cancelled", "service"),
    ),
    refusal="RIDE_STATE_INVALID",
    note="After a driver cancels, another is looked for, or the ride is off and all money goes back.",
)

CASE = Machine(
    CaseState,
    initial="open",
    moves=(
        Move("open", "clerk_answers", "granted", "service"),
        Move("open", "clerk_answers", "refused", "service"),
    ),
)
