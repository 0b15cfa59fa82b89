"""Checked baggage beyond the allowance, bought for a ticketed flight before check-in.

A kilogram costs 1.5 % of the full economy fare on each leg: the carriers' published rule in China for excess baggage.
Until when it is sold beforehand, and how much of it, is inferred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mock_services.clock import HOUR, MINUTE
from mock_services.errors import Rejected, Unavailable
from mock_services.fliggy import flights, lifecycle
from mock_services.fliggy import models as m
from mock_services.fliggy.rows import BAGGAGE, ORDERS, Baggage, Order
from mock_services.payables import Line

if TYPE_CHECKING:
    from mock_services.context import Ctx
    from mock_services.fliggy.flights import Itinerary

PER_KG_PERMILLE: Final = 15
CLOSES: Final = 4 * HOUR
"""It is sold until so long before departure; after that at the desk only."""
PAY_WITHIN: Final = 20 * MINUTE
MOST_KG_EACH: Final = 40


def fee_per_kg(it: Itinerary) -> int:
    """What a kilogram costs in fen, over all legs, to a whole yuan."""
    return sum((leg.flight.full_fen * PER_KG_PERMILLE // 1000 + 50) // 100 * 100 for leg in it.legs)


def kg_of(ctx: Ctx, order: Order) -> tuple[int, int]:
    """(kilograms, fen) of the baggage that was paid for beyond the allowance of an order."""
    paid = [row for row in ctx.find(BAGGAGE, "order_id", order.id) if row.state == "paid"]
    return sum(row.kg for row in paid), sum(row.fen for row in paid)


def add(ctx: Ctx, args: m.BaggageAddArgs) -> m.BaggageAdded:
    """``fliggy_baggage_add``."""
    order = lifecycle.own(ctx, args.order_id)
    state = lifecycle.shown_state(order, ctx.now)
    if order.kind != "flight" or state != "ticketed":
        raise Rejected(
            "WRONG_STATE", f"order {order.id} is a {order.kind} that is {state}", hint="ticketed flights only"
        )
    closes = order.offer.starts_at - CLOSES
    if ctx.now >= closes:
        raise Unavailable("BOOKING_CLOSED", f"baggage was sold until {ctx.iso(closes)}", hint="at the check-in desk")
    rows = [row for row in ctx.find(BAGGAGE, "order_id", order.id) if row.state != "closed"]
    most = MOST_KG_EACH * order.quantity
    if sum(row.kg for row in rows) + args.kg > most:
        raise Rejected("BAGGAGE_LIMIT", f"at most {most} kg beyond the allowance for this order")
    it = flights.itinerary(ctx, order.offer.product_id, order.offer.unit)
    fen = fee_per_kg(it) * args.kg
    lifecycle.check_price(fen, args.expect_total)
    title = f"{order.offer.title} +{args.kg} kg"
    payable = ctx.payables.open(
        service=lifecycle.SERVICE,
        ref=order.id,
        payee=order.offer.payee,
        payee_name=order.offer.payee_name,
        subject=title,
        category="travel",
        lines=(Line(title, 1, fen),),
        expires_at=min(closes, ctx.now + PAY_WITHIN),
    )
    row = Baggage(ctx.next_id("BG"), ctx.person_id, order.id, "unpaid", args.kg, fen, payable.out_trade_no)
    ctx.put(BAGGAGE, row)
    return m.BaggageAdded(
        baggage_id=row.id,
        order_id=order.id,
        kg=row.kg,
        amount=fen,
        out_trade_no=payable.out_trade_no,
        pay_before=ctx.iso(payable.expires_at),
    )


def settled(ctx: Ctx, out_trade_no: str) -> None:
    """The payment arrived. Baggage of an order that ended meanwhile was refunded with it."""
    for row in ctx.find(BAGGAGE, "out_trade_no", out_trade_no):
        order = ctx.get(ORDERS, row.order_id)
        if row.state == "unpaid" and order is not None:
            ctx.move(BAGGAGE, row, "paid")
            ctx.notify(
                lifecycle.SERVICE, "baggage_added", order.id, f"{order.offer.title}: {row.kg} kg more to check in"
            )


def expired(ctx: Ctx, out_trade_no: str) -> None:
    """Nobody paid in time."""
    for row in ctx.find(BAGGAGE, "out_trade_no", out_trade_no):
        if row.state == "unpaid":
            ctx.move(BAGGAGE, row, "not_paid_in_time")
