"""What can become of an order."""

from __future__ import annotations

from typing import Final, Literal

from mock_services.lifecycle import Machine, Move

OrderState = Literal[
    "unpaid", "paid", "accepted", "preparing", "picked_up", "delivering", "delivered", "cancelled", "refunded"
]
Step = Literal["accepted", "preparing", "picked_up", "delivering", "delivered"]

STEPS: Final[dict[Step, str]] = {
    "accepted": "shop_accepts",
    "preparing": "kitchen_starts",
    "picked_up": "courier_picks_up",
    "delivering": "courier_sets_out",
    "delivered": "courier_arrives",
}
"""The states that a paid order goes through, each with the event that brings it there."""

OPEN: Final = ("unpaid", "paid", "accepted", "preparing")
"""States in which an order can still be given up."""

ORDER: Final = Machine(
    OrderState,
    initial="unpaid",
    moves=(
        Move("unpaid", "paid", "paid", "service"),
        Move("paid", STEPS["accepted"], "accepted", "service"),
        Move("accepted", STEPS["preparing"], "preparing", "service"),
        Move("preparing", STEPS["picked_up"], "picked_up", "service"),
        Move("picked_up", STEPS["delivering"], "delivering", "service"),
        Move("delivering", STEPS["delivered"], "delivered", "service"),
        Move("unpaid", "not_paid_in_time", "cancelled", "clock"),
        Move(("unpaid", "accepted", "preparing"), "cancel", "cancelled", "agent"),
        Move(OPEN, "cancel", "refunded", "agent"),
        Move("unpaid", "shop_cancels", "cancelled", "service"),
        Move(OPEN, "shop_cancels", "refunded", "service"),
    ),
    refusal="ORDER_CANNOT_CANCEL",
    note="``refunded`` says that money went back, ``cancelled`` that none had come or that the shop keeps all of it.",
)
