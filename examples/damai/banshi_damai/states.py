"""What can become of an order."""

from __future__ import annotations

from typing import Literal

from mock_services.lifecycle import Machine, Move

OrderState = Literal["held", "issued", "expired", "cancelled"]

ORDER = Machine(
    OrderState,
    initial="held",
    moves=(
        Move("held", "paid", "issued", "service"),
        Move("held", "not_paid_in_time", "expired", "clock"),
        Move(("held", "issued"), "cancel", "cancelled", "agent"),
    ),
    refusal="ORDER_STATE",
    note="Seats of an order that is expired or cancelled are on sale again.",
)
