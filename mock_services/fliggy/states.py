"""What can become of an order for a flight, a train, a stay or attraction tickets."""

from __future__ import annotations

from typing import Final, Literal

from mock_services.lifecycle import Machine, Move

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

BEING_ISSUED: Final[dict[Kind, OrderState]] = {
    "flight": "ticketing",
    "train": "ticketing",
    "hotel": "confirming",
    "ticket": "confirming",
}
"""Flights and trains are ticketed, stays and attraction tickets are confirmed."""

ISSUED: Final[dict[Kind, OrderState]] = {
    "flight": "ticketed",
    "train": "ticketed",
    "hotel": "confirmed",
    "ticket": "confirmed",
}

LIVE: Final = ("unpaid", "ticketing", "confirming", "ticketed", "confirmed", "changing")
"""States in which an order still stands."""

ORDER: Final = Machine(
    OrderState,
    initial="unpaid",
    moves=(
        Move("unpaid", "paid", "ticketing", "service"),
        Move("unpaid", "paid", "confirming", "service"),
        Move("unpaid", "not_paid_in_time", "closed", "clock"),
        Move("unpaid", "airline_cancels", "closed", "service"),
        Move("ticketing", "issued", "ticketed", "service"),
        Move("confirming", "issued", "confirmed", "service"),
        Move("ticketed", "change", "ticketing", "agent"),
        Move("ticketed", "change", "changing", "agent"),
        Move("confirmed", "change", "confirmed", "agent"),
        Move("confirmed", "change", "confirming", "agent"),
        Move("confirmed", "change", "changing", "agent"),
        Move("changing", "paid", "ticketing", "service"),
        Move("changing", "paid", "confirming", "service"),
        Move("changing", "not_paid_in_time", "ticketed", "clock"),
        Move("changing", "not_paid_in_time", "confirmed", "clock"),
        Move(
            ("unpaid", "ticketing", "confirming", "ticketed", "confirmed", "changing"), "cancel", "cancelled", "agent"
        ),
        Move(("ticketing", "confirming", "confirmed"), "cannot_deliver", "failed", "service"),
        Move(("ticketed", "confirmed"), "is_over", "completed", "clock", shown=True),
    ),
    refusal="WRONG_STATE",
    note="Flights and trains are ticketed, stays and attraction tickets confirmed. A change that costs "
    "nothing is issued at once; one that costs waits in changing to be paid.",
)

HoldState = Literal["held", "booked", "released", "expired"]

HOLD: Final = Machine(
    HoldState,
    initial="held",
    moves=(
        Move("held", "book", "booked", "agent"),
        Move("held", "release", "released", "agent"),
        Move("held", "time_is_up", "expired", "clock"),
    ),
    refusal="HOLD_NOT_OPEN",
    note="Seats that wait for a decision at a price that stays.",
)

BaggageState = Literal["unpaid", "paid", "closed"]

BAGGAGE: Final = Machine(
    BaggageState,
    initial="unpaid",
    moves=(
        Move("unpaid", "paid", "paid", "service"),
        Move("unpaid", "not_paid_in_time", "closed", "clock"),
        Move(("unpaid", "paid"), "order_ends", "closed", "service"),
    ),
    refusal="WRONG_STATE",
    note="Baggage beyond the allowance; it shares the fate of its order.",
)
