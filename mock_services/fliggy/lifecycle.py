"""The life of an order: held, paid, issued, changed, cancelled. Its states: :mod:`mock_services.fliggy.states`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from mock_services.clock import MINUTE, SECOND
from mock_services.errors import NeedsPerson, Rejected, Transient
from mock_services.fliggy import fares, stock
from mock_services.fliggy.rows import BAGGAGE, ORDERS, OVERBOOKINGS, Offer, Order, Passenger
from mock_services.fliggy.states import BEING_ISSUED, ISSUED, ORDER, Kind, OrderState
from mock_services.money import format_yuan
from mock_services.payables import Line

if TYPE_CHECKING:
    from mock_services.context import Ctx

SERVICE: Final = "fliggy"
HOLD_MIN: Final = {"flight": 20, "train": 20, "hotel": 20, "ticket": 15}
_ISSUE_SECONDS: Final = {"flight": (30, 180), "train": (10, 40), "hotel": (60, 420), "ticket": (5, 30)}
PREFIX: Final = {"flight": "FL", "train": "TR", "hotel": "HT", "ticket": "AT"}
_CATEGORY: Final = {"flight": "travel", "train": "travel", "hotel": "travel", "ticket": "ticket"}


def shown_state(order: Order, now: int) -> OrderState:
    """The state as the person sees it."""
    over = order.offer.ends_at <= now and order.disruption != "cancelled"
    return cast("OrderState", ORDER.shown(order.state, "is_over")) if over else order.state


def own(ctx: Ctx, order_id: str) -> Order:
    """An order of the person.

    Raises:
        Rejected: ``ORDER_NOT_EXIST``, unknown or somebody else's.
    """
    order = ctx.get(ORDERS, order_id)
    if order is None or order.owner != ctx.person_id:
        raise Rejected("ORDER_NOT_EXIST", f"there is no order {order_id[:40]} of yours")
    return order


def check_price(unit_fen: int, expected: int | None) -> None:
    """Refuse to charge more than was agreed.

    Raises:
        NeedsPerson: ``PRICE_CHANGED``.
    """
    if expected is not None and unit_fen > expected:
        raise NeedsPerson(
            "PRICE_CHANGED",
            f"the price is now {format_yuan(unit_fen)}, not {format_yuan(expected)}",
            hint="ask the person, then book at the new price, or look for another offer",
        )


def trade(kind: Kind, order_id: str, offer: Offer, quantity: int) -> dict[str, Any]:
    """What the payable of an order says, for the kernel's functions that open one."""
    return {
        "service": SERVICE,
        "ref": order_id,
        "payee": offer.payee,
        "payee_name": offer.payee_name,
        "subject": offer.title,
        "category": _CATEGORY[kind],
        "lines": (Line(offer.title, quantity, offer.total_fen),),
    }


def place(
    ctx: Ctx,
    kind: Kind,
    offer: Offer,
    guests: tuple[Passenger, ...],
    quantity: int,
    *,
    adults: int = 0,
    children: int = 0,
    seat_preference: str = "any",
) -> Order:
    """Reserve an offer, open its payable and write the order down.

    Raises:
        Unavailable: ``SOLD_OUT``.
    """
    stock.take(ctx, offer)
    order_id = ctx.next_id(PREFIX[kind])
    pay_before = ctx.now + HOLD_MIN[kind] * MINUTE
    payable = ctx.payables.open(expires_at=pay_before, **trade(kind, order_id, offer, quantity))
    order = Order(
        id=order_id,
        owner=ctx.person_id,
        kind=kind,
        state="unpaid",
        offer=offer,
        guests=guests,
        quantity=quantity,
        adults=adults,
        children=children,
        seat_preference=seat_preference,
        out_trade_no=payable.out_trade_no,
        pay_before=pay_before,
        created_at=ctx.now,
    )
    ctx.put(ORDERS, order)
    return order


def settled(ctx: Ctx, out_trade_no: str) -> None:
    """The payment arrived: issue the tickets, or carry out the change it was for. A second notice does nothing."""
    for order in ctx.find(ORDERS, "out_trade_no", out_trade_no):
        if order.state == "unpaid":
            paid = ctx.move(ORDERS, order, "paid", BEING_ISSUED[order.kind], paid_fen=order.offer.total_fen)
            _issue_later(ctx, paid)
        elif order.state == "changing" and order.pending is not None:
            extra = order.pending_fee_fen + order.pending.total_fen - order.offer.total_fen
            replace_offer(ctx, order, "paid", order.pending, order.pending_fee_fen, extra)


def begin_change(ctx: Ctx, order: Order, new: Offer, fee_fen: int, extra_fen: int) -> Order:
    """Take the stock of another offer and put the order onto it: at once, or once ``extra_fen`` is paid.

    Raises:
        Unavailable: ``SOLD_OUT``.
    """
    stock.take(ctx, new, order.offer)
    if extra_fen <= 0:
        return replace_offer(ctx, order, "change", new, fee_fen, extra_fen)
    pay_before = ctx.now + HOLD_MIN[order.kind] * MINUTE
    payable = ctx.payables.open(
        service=SERVICE,
        ref=order.id,
        payee=new.payee,
        payee_name=new.payee_name,
        subject=f"change to {new.title}",
        category=_CATEGORY[order.kind],
        lines=(Line(f"change to {new.title}", order.quantity, extra_fen),),
        expires_at=pay_before,
    )
    return ctx.move(
        ORDERS,
        order,
        "change",
        "changing",
        pending=new,
        pending_fee_fen=fee_fen,
        out_trade_no=payable.out_trade_no,
        pay_before=pay_before,
    )


def replace_offer(ctx: Ctx, order: Order, event: str, new: Offer, fee_fen: int, extra_fen: int) -> Order:
    """Put an order onto another offer whose stock is taken; ``extra_fen`` was paid, or comes back if it is below 0."""
    stock.give_back(ctx, order.offer, new)
    if extra_fen < 0:
        ctx.payables.refund_order(order.id, -extra_fen, "changed to a lower price")
    changed = ctx.move(
        ORDERS,
        order,
        event,
        BEING_ISSUED[order.kind],
        offer=new,
        # The same travellers go; of a stay the number of rooms may be another.
        quantity=new.stock[0][3] if order.kind == "hotel" else order.quantity,
        fee_fen=order.fee_fen + fee_fen,
        paid_fen=order.paid_fen + max(0, extra_fen),
        refunded_fen=order.refunded_fen + max(0, -extra_fen),
        changes=order.changes + 1,
        disruption="",
        pending=None,
        pending_fee_fen=0,
        guests=tuple(msgspec.structs.replace(guest, seat="") for guest in order.guests),
    )
    _issue_later(ctx, changed)
    return changed


def _issue_later(ctx: Ctx, order: Order) -> None:
    delay = ctx.draws.between(*_ISSUE_SECONDS[order.kind], "issue", order.id, order.changes) * SECOND
    ctx.schedule(ctx.now + delay, SERVICE, "issue", {"order_id": order.id, "changes": order.changes})


def issue(ctx: Ctx, order_id: str, changes: int) -> None:
    """Issue the tickets of a paid order, or confirm the stay; an overbooked hotel turns the guest away."""
    order = ctx.get(ORDERS, order_id)
    if order is None or order.state not in ("ticketing", "confirming") or order.changes != changes:
        return
    if order.disruption == "cancelled":
        fail(ctx, order, "the flight was cancelled")
        return
    if any(ctx.get(OVERBOOKINGS, stock_id) for stock_id, *_ in order.offer.stock):
        turn_away(ctx, order)
        return
    guests, note = assign_seats(ctx, order)
    done = ctx.move(ORDERS, order, "issued", guests=guests, note=note)
    ctx.notify(SERVICE, ISSUED[order.kind], order.id, f"{done.offer.title}: {ISSUED[order.kind]}")


def fail(ctx: Ctx, order: Order, why: str) -> None:
    """The other side cannot deliver: everything goes back."""
    stock.give_back(ctx, order.offer)
    _drop_baggage(ctx, order)
    refund = refundable(ctx, order)
    if refund:
        ctx.payables.refund_order(order.id, refund, why)
    ctx.move(ORDERS, order, "cannot_deliver", fee_fen=0, refunded_fen=order.refunded_fen + refund, note=why)
    ctx.notify(SERVICE, "failed", order.id, f"{order.offer.title}: {why}; {format_yuan(refund)} is refunded")


def _drop_baggage(ctx: Ctx, order: Order) -> None:
    # What was paid for it comes back with the rest of the order: see refundable().
    for row in ctx.find(BAGGAGE, "order_id", order.id):
        if row.state != "closed":
            ctx.payables.close(row.out_trade_no)
            ctx.move(BAGGAGE, row, "order_ends")


def turn_away(ctx: Ctx, order: Order) -> None:
    """The hotel is overbooked: the order fails, and none of its rooms is left."""
    fail(ctx, order, "the hotel is overbooked")
    for stock_id, group, _, _ in order.offer.stock:
        stock.set_left(ctx, stock_id, group, 0)


def refundable(ctx: Ctx, order: Order) -> int:
    """What was paid for an order, in however many payments, and has not come back, in fen."""
    return sum(
        payment.fen - payment.refunded_fen
        for payable in ctx.payables.of_order(order.id)
        for payment in ctx.payables.payments_of(payable.out_trade_no)
        if payment.state == "success"
    )


def expired(ctx: Ctx, out_trade_no: str) -> None:
    """Nobody paid in time: the hold is over."""
    for order in ctx.find(ORDERS, "out_trade_no", out_trade_no):
        if order.state == "unpaid":
            stock.give_back(ctx, order.offer)
            ctx.move(ORDERS, order, "not_paid_in_time", note="not paid in time")
            ctx.notify(SERVICE, "hold_expired", order.id, f"{order.offer.title}: not paid in time, the hold is over")
        elif order.state == "changing" and order.pending is not None:
            stock.give_back(ctx, order.pending, order.offer)
            ctx.move(
                ORDERS,
                order,
                "not_paid_in_time",
                ISSUED[order.kind],
                pending=None,
                pending_fee_fen=0,
                note="change not paid in time",
            )
            ctx.notify(SERVICE, "change_expired", order.id, f"{order.offer.title}: the change was not paid in time")


def cancel_quote(ctx: Ctx, order: Order) -> tuple[int, int, str, int | None]:
    """What cancelling costs now: (fee, refund, why, until when it holds or None), in fen.

    Raises:
        Rejected: ``WRONG_STATE``, it cannot be cancelled any more.
        Transient: ``PAYMENT_IN_PROGRESS``.
    """
    ORDER.require(shown_state(order, ctx.now), "cancel")
    if order.state in ("unpaid", "changing"):
        if any(p.state == "paid" for p in ctx.payables.of_order(order.id)):
            raise Transient("PAYMENT_IN_PROGRESS", "a payment for this order is on its way", retry_after=90)
        if order.state == "unpaid":
            return 0, 0, "it is not paid", order.pay_before
    fee, why, until = fares.cancel_fee(order, ctx.now)
    # Fees of earlier changes are spent; what was paid twice by mistake comes back as well.
    paid = max(0, refundable(ctx, order) - order.fee_fen)
    fee = min(fee, paid)
    return fee, paid - fee, why, until


def cancel(ctx: Ctx, order: Order, expected_fee: int | None) -> tuple[Order, int, int]:
    """Cancel an order by its rules; returns it with the fee and the refund in fen.

    Raises:
        Rejected, Transient: as :func:`cancel_quote`.
        NeedsPerson: ``FEE_CHANGED``, it costs more than was agreed.
    """
    fee, refund, why, _ = cancel_quote(ctx, order)
    if expected_fee is not None and fee > expected_fee:
        raise NeedsPerson("FEE_CHANGED", f"cancelling costs {format_yuan(fee)} now ({why})")
    stock.give_back(ctx, order.offer)
    if order.pending is not None:
        stock.give_back(ctx, order.pending, order.offer)
    _drop_baggage(ctx, order)
    for payable in ctx.payables.of_order(order.id):
        ctx.payables.close(payable.out_trade_no)
    if refund:
        ctx.payables.refund_order(order.id, refund, why)
    cancelled = ctx.move(
        ORDERS,
        order,
        "cancel",
        fee_fen=order.fee_fen + fee,
        refunded_fen=order.refunded_fen + refund,
        pending=None,
        pending_fee_fen=0,
        note=why,
    )
    return cancelled, fee, refund


_LETTERS: Final = {
    "flight": {"any": "ABCJKL", "aisle": "CJ", "window": "AL"},
    "train": {"any": "ABCDF", "aisle": "CD", "window": "AF"},
}
_SLEEPERS: Final = ("hard_sleeper", "soft_sleeper")


def assign_seats(ctx: Ctx, order: Order) -> tuple[tuple[Passenger, ...], str]:
    """Seats for the travellers of an order, by their preference where it can be met, and a note where it cannot."""
    if order.kind not in _LETTERS:
        return order.guests, order.note
    draws, seated, missed = ctx.draws, [], False
    row = draws.below(720, "row", order.id, order.changes)
    for i, guest in enumerate(order.guests):
        key = (order.id, order.changes, i)
        if order.offer.unit in _SLEEPERS:
            seat = f"{draws.between(1, 12, 'coach', order.id):02d}-{1 + (row + i) % 60}"
            missed = missed or order.seat_preference != "any"
        else:
            met = order.seat_preference == "any" or draws.chance(0.95, "preference", *key)
            missed = missed or not met
            letter = draws.pick(_LETTERS[order.kind][order.seat_preference if met else "any"], "letter", *key)
            if order.kind == "flight":
                first, count = (31, 36) if order.offer.unit == "economy" else (1, 9)
                seat = f"{first + (row + i) % count}{letter}"
            else:
                coach = draws.between(2, 8, "coach", order.id)
                seat = f"{coach:02d}-{1 + (row + i) % 17:02d}{letter}"
        seated.append(msgspec.structs.replace(guest, seat=seat))
    return tuple(seated), f"no {order.seat_preference} seat was left for everybody" if missed else ""
