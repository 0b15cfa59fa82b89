"""What cancelling and changing costs. Ladders are data: (hours before departure, per cent of the fare).

Rail refunds are those of China Railway's passenger rules: nothing from 8 days before departure, 5 % from 48 hours,
10 % from 24 hours, 20 % below, at least 2 yuan, to half a yuan. Airlines file a ladder of four steps for each fare
class; these percentages are inferred from what the large carriers publish. The refund in full after a cancellation
or a long delay is that of China's rules for passenger service in public air transport.
"""

from __future__ import annotations

from typing import Final

from mock_services.clock import HOUR, Instant
from mock_services.errors import Rejected
from mock_services.fliggy.rows import Order

Ladder = tuple[tuple[int, int], ...]

_CLASSES: Final = ((95, "Y"), (80, "B"), (65, "M"), (50, "H"), (38, "K"), (0, "L"))


def _air(*percents: int) -> Ladder:
    return tuple(zip((168, 48, 4, 0), percents, strict=True))


REFUND: Final[dict[str, Ladder]] = {
    "J": _air(5, 5, 10, 20),
    "Y": _air(5, 10, 15, 20),
    "B": _air(10, 15, 20, 30),
    "M": _air(15, 20, 30, 50),
    "H": _air(20, 30, 40, 60),
    "K": _air(20, 40, 60, 80),
    "L": _air(30, 50, 70, 90),
    "rail": ((192, 0), (48, 5), (24, 10), (0, 20)),
    "ticket": ((0, 20),),
}
"""Refund fee by fare class."""

CHANGE: Final[dict[str, Ladder]] = {
    "J": _air(0, 0, 5, 10),
    "Y": _air(0, 5, 10, 15),
    "B": _air(5, 10, 15, 20),
    "M": _air(10, 15, 20, 30),
    "H": _air(10, 20, 30, 50),
    "K": _air(15, 30, 40, 60),
    "L": _air(20, 40, 50, 70),
    "rail": ((48, 0), (24, 5), (0, 15)),
}
"""Change fee by fare class. A train's is charged only for a later day than the ticket's (see :mod:`.changes`)."""

FREE_DELAY_MIN: Final = 120
"""A delay from which on a flight ticket is refunded in full (inferred: airlines set it)."""

_RAIL_LEAST_FEN = 200


def fare_class(fare_fen: int, full_fen: int) -> str:
    """The letter of an economy fare, by its share of the full fare."""
    pct = fare_fen * 100 // full_fen
    return next(letter for least, letter in _CLASSES if pct >= least)


def percent(ladder: Ladder, starts_at: Instant, now: Instant) -> int:
    """The step of a ladder that holds now."""
    return next((pct for hours, pct in ladder if starts_at - now >= hours * HOUR), ladder[-1][1])


def next_step(ladder: Ladder, starts_at: Instant, now: Instant) -> Instant:
    """Until when the step that holds now holds; the start, if it is the last."""
    return next((at for hours, _ in ladder if (at := starts_at - hours * HOUR) >= now), starts_at)


def step_fee(rule: str, fare_fen: int, pct: int) -> int:
    """The fee in fen for a fare at a step."""
    fee = fare_fen * pct // 100
    if rule == "rail" and pct:
        fee = max(min(_RAIL_LEAST_FEN, fare_fen), (fee + 25) // 50 * 50)
    return fee


def involuntary(order: Order) -> bool:
    """Whether the carrier broke the contract, so that the fare rules no longer bind the person."""
    return order.disruption in ("cancelled", "delayed")


def cancel_fee(order: Order, now: Instant) -> tuple[int, str, Instant | None]:
    """What cancelling a paid order costs: (fee in fen, why, until when that holds or None).

    Raises:
        Rejected: ``WRONG_STATE``, it is too late to cancel.
    """
    offer = order.offer
    if order.kind == "flight" and involuntary(order):
        return 0, f"the flight was {order.disruption} by the airline", None
    if order.kind == "hotel":
        return _hotel_fee(order, now)
    if now >= (offer.ends_at if order.kind == "ticket" else offer.starts_at):
        raise Rejected("WRONG_STATE", f"order {order.id} cannot be cancelled after its start")
    if offer.free_until is not None and now < offer.free_until:
        return 0, "free of charge until then", offer.free_until
    ladder = REFUND[offer.rule]
    pct = percent(ladder, offer.starts_at, now)
    each = step_fee(offer.rule, offer.fare_fen // order.quantity, pct)
    return each * order.quantity, f"{pct} % of the fare", next_step(ladder, offer.starts_at, now)


def _hotel_fee(order: Order, now: Instant) -> tuple[int, str, Instant | None]:
    offer = order.offer
    if now >= offer.starts_at:
        raise Rejected("WRONG_STATE", f"the stay of order {order.id} has begun")
    if offer.free_until is not None and now < offer.free_until:
        return 0, "free of charge until then", offer.free_until
    if offer.rule == "non_refundable":
        return offer.total_fen, "the rate is non-refundable", offer.starts_at
    return offer.first_night_fen, "the first night is charged", offer.starts_at
