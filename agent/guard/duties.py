"""What each tool that writes can do to a person, and so what the guard asks of it."""

from __future__ import annotations

from typing import Final, Literal

from agent.task import Bill, Buy, Collect, Goal, Mandate, Ride, Stay, Tell, Transfer, Trip, Visit

Duty = Literal[
    "pay", "transfer", "pay_within", "order", "give_up", "change", "give_back", "release", "collect", "mandate",
    "end_mandate", "message", "prepare", "talk",
]  # fmt: skip
"""``pay``, ``transfer``, ``pay_within``: money leaves. ``order``: something is reserved. ``give_up``, ``change``: what
the person has ends or becomes another. ``give_back``: money is asked back. ``release``: money in escrow goes for good.
``collect``: others are asked for money. ``mandate``: a standing permission is asked for; ``end_mandate``: one ends or
rests. ``message``: strangers read a text. ``prepare``: nothing changes but the person's own records."""

DUTIES: Final[dict[str, Duty]] = {
    "alipay_pay": "pay",
    "alipay_transfer": "transfer",
    "alipay_mandate_pay": "pay_within",
    "alipay_collect_request": "collect",
    "alipay_mandate_apply": "mandate",
    "alipay_mandate_resume": "mandate",
    "alipay_mandate_revoke": "end_mandate",
    "alipay_mandate_suspend": "end_mandate",
    "alipay_order_prepay": "prepare",
    "alipay_refund_request": "give_back",
    "alipay_utility_bill_open": "order",
    "amap_ride_order": "order",
    "amap_ride_cancel": "give_up",
    "amap_ride_dispute": "give_back",
    "flash_order_create": "order",
    "flash_order_cancel": "give_up",
    "flash_order_note": "change",
    "fliggy_baggage_add": "order",
    "fliggy_flight_book": "order",
    "fliggy_flight_hold": "order",
    "fliggy_flight_hold_release": "give_up",
    "fliggy_hotel_book": "order",
    "fliggy_hotel_change": "change",
    "fliggy_order_cancel": "give_up",
    "fliggy_order_change": "change",
    "fliggy_ticket_book": "order",
    "fliggy_ticket_change": "change",
    "fliggy_train_book": "order",
    "fliggy_traveller_add": "order",
    "taobao_after_sale_apply": "give_back",
    "taobao_after_sale_cancel": "change",
    "taobao_cart_update": "prepare",
    "taobao_change_address": "change",
    "taobao_checkout_create": "order",
    "taobao_confirm_receipt": "release",
    "taobao_coupon_claim": "prepare",
    "taobao_message_to_seller": "message",
    "taobao_order_cancel": "give_up",
    "taobao_order_create": "order",
    "user_address_add": "prepare",
    "user_ask": "talk",
    "user_calendar_add": "prepare",
    "user_confirm": "talk",
    "user_report": "talk",
}
"""Every tool of the city that writes. A tool of a service that is not built in has none: what it costs is paid with
``alipay_pay`` like everything else, and what it is told is looked through for secrets."""

PAYING: Final = frozenset(tool for tool, duty in DUTIES.items() if duty in ("pay", "transfer", "pay_within"))

ORDERED_FOR: Final[dict[str, tuple[type[Goal], ...]]] = {
    "alipay_utility_bill_open": (Bill,),
    "amap_ride_order": (Ride,),
    "flash_order_create": (Buy,),
    "taobao_order_create": (Buy,),
    "taobao_checkout_create": (Buy,),
    "fliggy_flight_book": (Trip,),
    "fliggy_flight_hold": (Trip,),
    "fliggy_train_book": (Trip,),
    "fliggy_baggage_add": (Trip,),
    "fliggy_hotel_book": (Stay,),
    "fliggy_ticket_book": (Visit,),
    "fliggy_traveller_add": (Trip, Stay, Visit),
}
"""The kinds of goals that an order can serve. Goals that look after an old order may need a new one in its place."""

MAKING: Final = (Buy, Trip, Stay, Ride, Visit, Bill, Transfer, Collect, Mandate, Tell)
"""Kinds of goals that make something new or only look; the others look after what the person has already."""

NUMBER_OF: Final = ("order_id", "ride_id", "hold_id", "after_sale_id", "payment_id")
"""Arguments that name what is given up, changed or asked back."""
