"""What can become of an order, and of a request to its merchant."""

from __future__ import annotations

from typing import Final, Literal

from mock_services.lifecycle import Machine, Move

OrderState = Literal["unpaid", "paid", "shipped", "delivered", "completed", "closed", "refunding", "refunded"]
AfterSaleState = Literal["applied", "refused", "pickup_scheduled", "returning", "refunded", "cancelled"]
Action = Literal["pay", "cancel", "change_address", "confirm_receipt", "after_sale_apply"]

ORDER: Final = Machine(
    OrderState,
    initial="unpaid",
    moves=(
        Move("unpaid", "paid", "paid", "service"),
        Move("unpaid", "not_paid_in_time", "closed", "clock"),
        Move("unpaid", "cancel", "closed", "agent"),
        Move("paid", "parcel_picked_up", "shipped", "service"),
        Move("paid", "merchant_cancels", "refunded", "service"),
        Move("shipped", "parcel_delivered", "delivered", "service"),
        Move(("shipped", "delivered"), "confirm_receipt", "completed", "agent"),
        Move("delivered", "ten_days_pass", "completed", "clock"),
        Move(("unpaid", "paid"), "cancel", "refunding", "agent"),
        Move(("paid", "shipped", "delivered", "completed"), "ask_refund", "refunding", "agent"),
        Move("refunding", "all_goes_back", "refunded", "service"),
        Move("refunding", "goes_on", "paid", "service"),
        Move("refunding", "goes_on", "shipped", "service"),
        Move("refunding", "goes_on", "delivered", "service"),
        Move("refunding", "goes_on", "completed", "service"),
    ),
    refusal="ORDER_STATE",
    note="An unpaid order is cancelled into refunding if it is paid and the merchant has not heard of it. After a "
    "request that was refused, withdrawn, or granted in part the order goes on where it was.",
)
AFTER_SALE: Final = Machine(
    AfterSaleState,
    initial="applied",
    moves=(
        Move("applied", "merchant_answers", "refused", "service"),
        Move("applied", "merchant_answers", "pickup_scheduled", "service"),
        Move("applied", "merchant_answers", "returning", "service"),
        Move("applied", "merchant_answers", "refunded", "service"),
        Move(("applied", "pickup_scheduled"), "withdraw", "cancelled", "agent"),
        Move("pickup_scheduled", "courier_picks_up", "returning", "service"),
        Move("returning", "goods_are_back", "refunded", "service"),
    ),
    refusal="AFTER_SALE_STATE",
    note="A parcel that is still on its way is turned back at once; delivered goods are fetched by a courier.",
)

ACTIONS: Final[dict[Action, tuple[str, ...]]] = {
    "pay": ("unpaid",),
    "cancel": ORDER.sources("cancel"),
    "change_address": ("unpaid", "paid"),
    "confirm_receipt": ORDER.sources("confirm_receipt"),
    "after_sale_apply": ORDER.sources("ask_refund"),
}
"""What the buyer can do with an order, and in which states."""
