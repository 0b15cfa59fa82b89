"""What a mandate covers: its terms, checked against the payment that is wanted and the mandate's own history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from mock_services.alipay.rows import Mandate
from mock_services.alipay.states import MANDATE, MandateState, Period
from mock_services.clock import Instant, local
from mock_services.context import Ctx
from mock_services.payables import PAYMENTS, Payable, Payment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Use(msgspec.Struct, frozen=True):
    """What was paid within a mandate; a payment counts even if it was refunded later, a failed one does not."""

    today_fen: int
    period_fen: int
    total_fen: int
    count: int
    order_fen: int


def use(ctx: Ctx, mandate: Mandate, payable: Payable | None = None) -> Use:
    """Read a mandate's use off its payments; ``order_fen`` is what went to the order of ``payable``."""
    made = payments(ctx, mandate)
    today = local(ctx.now, ctx.offset_min).date()
    span = span_of(mandate.period, today)
    order: set[str] = set()
    if payable is not None:
        order = {other.out_trade_no for other in ctx.payables.of_order(payable.ref)} | {payable.out_trade_no}
    days = [(payment, local(payment.at, ctx.offset_min).date()) for payment in made]
    return Use(
        today_fen=sum(payment.fen for payment, day in days if day == today),
        period_fen=sum(payment.fen for payment, day in days if span_of(mandate.period, day) == span),
        total_fen=sum(payment.fen for payment in made),
        count=len(made),
        order_fen=sum(payment.fen for payment in made if payment.out_trade_no in order),
    )


def payments(ctx: Ctx, mandate: Mandate) -> list[Payment]:
    """The payments made within a mandate that did not fail, oldest first."""
    made = [
        payment
        for payment in ctx.find(PAYMENTS, "payer", mandate.owner)
        if payment.mandate_id == mandate.id and payment.state != "failed"
    ]
    return sorted(made, key=lambda payment: (payment.at, payment.id))


def span_of(period: Period | None, day: date) -> tuple[int, int]:
    """The calendar week (from Monday) or month that a day lies in; without a period all days lie in one."""
    if period is None:
        return (0, 0)
    return (day.year, day.month) if period == "month" else day.isocalendar()[:2]


def state(ctx: Ctx, mandate: Mandate, used: Use) -> MandateState:
    """The state that holds now: a mandate that was not ended can have run out."""
    shown: str = mandate.state
    if ctx.now >= mandate.valid_to:
        shown = MANDATE.shown(shown, "validity_ends")
    if _reached(used.count, mandate.count) or _reached(used.total_fen, mandate.total_fen):
        shown = MANDATE.shown(shown, "total_or_count_reached")
    return shown  # type: ignore[return-value]  # the machine's states are this vocabulary


def _reached(used: int, limit: int | None) -> bool:
    return limit is not None and used >= limit


def _above(used: int, limit: int | None) -> bool:
    return limit is not None and used > limit


class Claim(msgspec.Struct, frozen=True):
    """A payment that wants to be covered by a mandate, with all that its terms are checked against."""

    mandate: Mandate
    payable: Payable
    method_ids: tuple[str, ...]
    state: MandateState
    used: Use
    now: Instant
    weekday: str


def claim(ctx: Ctx, mandate: Mandate, payable: Payable, method_ids: tuple[str, ...]) -> Claim:
    """The payment of a trade from these methods, as it would be made now."""
    used = use(ctx, mandate, payable)
    weekday = WEEKDAYS[ctx.local_now().weekday()]
    return Claim(mandate, payable, method_ids, state(ctx, mandate, used), used, ctx.now, weekday)


RULES: tuple[tuple[str, str, Callable[[Claim], bool]], ...] = (
    (
        "MANDATE_NOT_ACTIVE",
        "the mandate is not active",
        # One that is used up is refused for the limit that it has reached, which says more.
        lambda claim: claim.state not in ("NORMAL", "FINISHED"),
    ),
    (
        "MANDATE_CONSTRAINT_UNKNOWN",
        "the mandate has a term that cannot be checked here",
        lambda claim: bool(claim.mandate.other_constraints),
    ),
    (
        "MANDATE_NOT_VALID_YET",
        "the mandate is not valid yet",
        lambda claim: claim.now < claim.mandate.valid_from,
    ),
    (
        "MANDATE_WEEKDAY",
        "the mandate does not hold on this day of the week",
        lambda claim: bool(claim.mandate.weekdays) and claim.weekday not in claim.mandate.weekdays,
    ),
    (
        "MANDATE_PAYEE",
        "the mandate does not cover this payee or category",
        lambda claim: not admits(claim.mandate, claim.payable),
    ),
    (
        "MANDATE_METHOD",
        "the mandate does not allow this method",
        lambda claim: not set(claim.method_ids) <= set(claim.mandate.method_ids),
    ),
    (
        "MANDATE_SINGLE_LIMIT",
        "above the limit for one order",
        lambda claim: claim.used.order_fen + claim.payable.fen > claim.mandate.single_fen,
    ),
    (
        "MANDATE_DAY_LIMIT",
        "above the limit for one day",
        lambda claim: _above(claim.used.today_fen + claim.payable.fen, claim.mandate.day_fen),
    ),
    (
        "MANDATE_PERIOD_LIMIT",
        "above the limit for one week or month",
        lambda claim: _above(claim.used.period_fen + claim.payable.fen, claim.mandate.period_fen),
    ),
    (
        "MANDATE_TOTAL_LIMIT",
        "above the limit of the mandate",
        lambda claim: _above(claim.used.total_fen + claim.payable.fen, claim.mandate.total_fen),
    ),
    (
        "MANDATE_COUNT",
        "the mandate has been used as often as it may be",
        lambda claim: _above(claim.used.count + 1, claim.mandate.count),
    ),
)
"""(code, what is wrong, whether it is): no rule may be broken, the first broken one is answered."""


def admits(mandate: Mandate, payable: Payable) -> bool:
    """Whether a mandate is for the trade's category and payee."""
    return _in(payable.category, mandate.categories) and _in(payable.payee, mandate.payees)


def _in(value: str, allowed: tuple[str, ...]) -> bool:
    return not allowed or value in allowed


def broken(claim: Claim) -> list[tuple[str, str]]:
    """(code, what is wrong) for every term that the payment would break; empty if the mandate covers it."""
    return [(code, wrong) for code, wrong, is_broken in RULES if is_broken(claim)]
