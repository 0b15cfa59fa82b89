"""An order's life: held, paid, accepted, made, brought; or given up, with the money going back by the shop's rule.

Its states are in :mod:`mock_services.flash.states`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.clock import MINUTE, SECOND, Instant
from mock_services.errors import Rejected
from mock_services.flash import catalogue, nearby
from mock_services.flash.pricing import ride_minutes
from mock_services.flash.rows import COUPONS, ORDERS, SHOPS, STOCKS, Order, Shop, Stock
from mock_services.flash.states import STEPS, OrderState, Step
from mock_services.geo import distance_m
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES, REFUNDS, Line

if TYPE_CHECKING:
    from mock_services.context import Ctx
    from mock_services.flash.pricing import Basket

PAY_WITHIN: Final = 15 * MINUTE
UNDER_WAY: Final[tuple[OrderState, ...]] = ("paid", *tuple(STEPS)[:-1])
KEPT_PERCENT: Final = {"unpaid": 0, "paid": 0, "accepted": 20, "preparing": 50}
"""What the shop keeps of the goods when the payer cancels in a state; in the others it no longer can be."""
LATE_RULES: Final = ((30, 25), (10, 10))
"""(minutes late, per cent of the total sent back), the hardest first. Invented, after what delivery apps offer."""
FREE_WHEN_LATE: Final = 30
"""An order that will be so many minutes late can be cancelled without a fee until it is picked up. Invented."""
_ACCEPT_AHEAD: Final = 30 * MINUTE
_TOLD: Final = {
    "accepted": "{shop} has accepted your order",
    "picked_up": "the courier has picked up your order from {shop}",
    "delivered": "your order from {shop} has been delivered",
}


def create(ctx: Ctx, basket: Basket, note: str) -> Order:
    """Take an order: hold the stock and the coupon, and open what is to be paid."""
    order_id = ctx.next_id("FL")
    payable = ctx.payables.open(
        service="flash",
        ref=order_id,
        payee=basket.shop.payee,
        payee_name=basket.shop.name,
        subject=subject(basket),
        category=category(basket.shop),
        lines=checkout(basket),
        expires_at=ctx.now + PAY_WITHIN,
    )
    order = new_order(ctx, basket, order_id, payable.out_trade_no, ctx.now)
    order = msgspec.structs.replace(order, note=note)
    _move_stock(ctx, order, -1)
    if order.coupon_id:
        _set_coupon(ctx, order.coupon_id, order.id)
    ctx.put(ORDERS, order)
    return order


def subject(basket: Basket) -> str:
    """What a bill calls the order."""
    return f"{basket.shop.name}: {basket.lines[0].name}"


def category(shop: Shop) -> str:
    """What a mandate can be limited to."""
    return "goods" if shop.kind in catalogue.NOT_EATEN else "food"


def checkout(basket: Basket) -> tuple[Line, ...]:
    """The lines to pay: the goods, then the fees, then what is taken off."""
    fees = (("packing", basket.packing_fen), ("delivery", basket.delivery_fen), ("discount", -basket.discount_fen))
    return (
        *(Line(line.name, line.quantity, line.quantity * line.unit_fen) for line in basket.lines),
        *(Line(name, 1, fen) for name, fen in fees if fen),
    )


def new_order(ctx: Ctx, basket: Basket, order_id: str, out_trade_no: str, at: Instant) -> Order:
    """The unpaid order of a basket, not written yet."""
    return Order(
        id=order_id,
        owner=ctx.person_id,
        shop_id=basket.shop.id,
        lines=basket.lines,
        goods_fen=basket.goods_fen,
        packing_fen=basket.packing_fen,
        delivery_fen=basket.delivery_fen,
        discount_fen=basket.discount_fen,
        coupon_id=basket.coupon_id,
        address_id=basket.address.id,
        address=basket.address.text,
        recipient=basket.address.recipient,
        lon=basket.address.lon,
        lat=basket.address.lat,
        note="",
        label="",
        out_trade_no=out_trade_no,
        state="unpaid",
        reason="",
        eta_min=basket.eta_min,
        created_at=at,
        pay_before=at + PAY_WITHIN,
        deliver_at=basket.deliver_at,
        paid_at=0,
        promised_at=0,
        accepted_at=0,
        preparing_at=0,
        picked_up_at=0,
        delivering_at=0,
        delivered_at=0,
        ended_at=0,
    )


# --- events ------------------------------------------------------------------------------------------------------


def on_settled(ctx: Ctx, out_trade_no: str) -> None:
    """The cashier hears of the payment, perhaps more than once."""
    order = _order_of(ctx, out_trade_no)
    if order is None or order.state != "unpaid":
        # Whoever gave the order up meanwhile has sent the money back.
        return
    order = msgspec.structs.replace(order, paid_at=ctx.now)
    shop = nearby.get_shop(ctx, order.shop_id)
    if shop.refuses or max(ctx.now, order.deliver_at) < shop.closed_until:
        if shop.refuses:
            ctx.put(SHOPS, msgspec.structs.replace(shop, refuses=shop.refuses - 1))
        merchant_cancels(ctx, order, "the shop cannot take the order")
        return
    planned = ctx.move(ORDERS, plan(ctx, order, ctx.now), "paid")
    ctx.schedule(planned.accepted_at, "flash", "order_step", {"order_id": order.id})


def on_expired(ctx: Ctx, out_trade_no: str) -> None:
    """Nobody paid in time: what was held is free again."""
    order = _order_of(ctx, out_trade_no)
    if order is not None and order.state == "unpaid":
        _end(ctx, order, "not_paid_in_time", "cancelled", "not paid in time", back_on_shelf=True)


def on_step(ctx: Ctx, order_id: str) -> None:
    """Take every step whose time has come, and come back for the next one."""
    order = ctx.get(ORDERS, order_id)
    if order is None or order.state not in UNDER_WAY:
        return
    for step in steps_ahead(order):
        at: Instant = getattr(order, f"{step}_at")
        if at > ctx.now:
            ctx.schedule(at, "flash", "order_step", {"order_id": order.id})
            return
        order = ctx.move(ORDERS, order, STEPS[step])
        if step in _TOLD:
            shop = nearby.get_shop(ctx, order.shop_id)
            ctx.notify("flash", f"order_{step}", order.id, _TOLD[step].format(shop=shop.name))
    _compensate(ctx, order)


def steps_ahead(order: Order) -> tuple[Step, ...]:
    """The steps that are still to come of an order that is under way."""
    return tuple(STEPS)[UNDER_WAY.index(order.state) :]


def plan(ctx: Ctx, order: Order, now: Instant) -> Order:
    """A paid order with the moments of its steps, if they begin ``now``: at the door a little before it is promised."""
    eta = order.eta_min * MINUTE
    shop = nearby.get_shop(ctx, order.shop_id)
    promised = max(order.deliver_at, now + eta)
    start = promised - eta
    accepted = now + ctx.draws.between(15, 75, "flash.accept", order.id) * SECOND
    if order.deliver_at:
        accepted = max(accepted, start - _ACCEPT_AHEAD)
    delivered = start + eta * ctx.draws.between(82, 97, "flash.deliver", order.id) // 100
    ride = ride_minutes(distance_m(order.lon, order.lat, shop.lon, shop.lat)) * MINUTE
    picked_up = delivered - ride - MINUTE
    return msgspec.structs.replace(
        order,
        promised_at=promised,
        accepted_at=accepted,
        preparing_at=min(max(accepted, start) + MINUTE, picked_up),
        picked_up_at=picked_up,
        delivering_at=picked_up + MINUTE,
        delivered_at=delivered,
    )


def slip(ctx: Ctx, order: Order, minutes: int) -> bool:
    """Let the steps that are still to come happen later; False if none are."""
    if order.state not in UNDER_WAY:
        return False
    later = {
        f"{step}_at": getattr(order, f"{step}_at") + minutes * MINUTE
        for step in steps_ahead(order)
        if step != "accepted"
    }
    ctx.put(ORDERS, msgspec.structs.replace(order, **later))
    ctx.notify("flash", "order_delayed", order.id, f"your order is delayed by about {minutes} minutes")
    return True


def _compensate(ctx: Ctx, order: Order) -> None:
    fen = compensation_fen(order)
    if fen and ctx.payables.refund_order(order.id, fen, f"delivered {minutes_late(order)} minutes late"):
        text = f"{format_yuan(fen)} yuan of the order come back for the late delivery"
        ctx.notify("flash", "late_compensation", order.id, text)


def minutes_late(order: Order) -> int:
    """How much later than promised an order was delivered, or will be as things stand."""
    counts = order.state in UNDER_WAY or order.state == "delivered"
    return max(0, order.delivered_at - order.promised_at) // MINUTE if counts else 0


def compensation_fen(order: Order) -> int:
    """What comes back, or came back, because an order is late: paid by itself when it is delivered."""
    late = minutes_late(order)
    return order.total_fen * next((percent for minutes, percent in LATE_RULES if late >= minutes), 0) // 100


# --- endings -----------------------------------------------------------------------------------------------------


def kept_fen(order: Order) -> int | None:
    """What the shop would keep if the payer cancelled now; None where it can no longer be cancelled."""
    percent = KEPT_PERCENT.get(order.state)
    if percent and minutes_late(order) >= FREE_WHEN_LATE:
        return 0
    return None if percent is None else min(order.total_fen, order.goods_fen * percent // 100)


def cancel(ctx: Ctx, order: Order, reason: str) -> tuple[Order, int]:
    """Cancel for the payer by the shop's rule and return the order and what is sent back.

    Raises:
        Rejected: ``ORDER_CANNOT_CANCEL``.
    """
    kept = kept_fen(order)
    if kept is None:
        raise Rejected(
            "ORDER_CANNOT_CANCEL",
            f"order {order.id} is {order.state}",
            hint="it can be cancelled until the courier has picked it up",
        )
    if order.state == "unpaid":
        ctx.payables.close(order.out_trade_no)
        back = _refund_all(ctx, order, "cancelled")
    else:
        made = ctx.payables.refund_order(order.id, order.total_fen - kept, "cancelled")
        back = sum(refund.fen for refund in made)
    state: OrderState = "refunded" if back else "cancelled"
    unmade = order.state != "preparing"
    return _end(ctx, order, "cancel", state, reason or "cancelled by the payer", back_on_shelf=unmade), back


def merchant_cancels(ctx: Ctx, order: Order, reason: str) -> bool:
    """The shop gives an order up and sends its price back; False if it has been handed over or has ended."""
    if order.state not in KEPT_PERCENT:
        return False
    if order.state == "unpaid" and not order.paid_at:
        ctx.payables.close(order.out_trade_no)
        back = _refund_all(ctx, order, reason)
    else:
        back = sum(refund.fen for refund in ctx.payables.refund_order(order.id, order.total_fen, reason))
    _end(ctx, order, "shop_cancels", "refunded" if back else "cancelled", reason, back_on_shelf=False)
    ctx.notify("flash", "order_cancelled_by_shop", order.id, f"{reason}; what you paid is on its way back")
    return True


def refunded_fen(ctx: Ctx, order: Order) -> int:
    """What was sent back of an order so far."""
    return sum(refund.fen for refund in ctx.find(REFUNDS, "out_trade_no", order.out_trade_no))


def _refund_all(ctx: Ctx, order: Order, reason: str) -> int:
    paid = sum(p.fen - p.refunded_fen for p in ctx.payables.payments_of(order.out_trade_no) if p.state == "success")
    return sum(refund.fen for refund in ctx.payables.refund_order(order.id, paid, reason)) if paid else 0


def _end(ctx: Ctx, order: Order, event: str, state: OrderState, reason: str, *, back_on_shelf: bool) -> Order:
    ended = ctx.move(ORDERS, order, event, state, reason=reason, ended_at=ctx.now)
    if back_on_shelf:
        _move_stock(ctx, order, 1)
    if order.coupon_id:
        _set_coupon(ctx, order.coupon_id, "")
    return ended


def _move_stock(ctx: Ctx, order: Order, sign: int) -> None:
    for line in order.lines:
        dish = nearby.find_dish(ctx, line.dish_id)
        if dish is not None:
            ctx.put(STOCKS, Stock(dish.id, nearby.stock_of(ctx, dish) + sign * line.quantity))


def _set_coupon(ctx: Ctx, coupon_id: str, order_id: str) -> None:
    coupon = ctx.get(COUPONS, coupon_id)
    if coupon is not None:
        ctx.put(COUPONS, msgspec.structs.replace(coupon, order_id=order_id))


def _order_of(ctx: Ctx, out_trade_no: str) -> Order | None:
    payable = ctx.get(PAYABLES, out_trade_no)
    return None if payable is None else ctx.get(ORDERS, payable.ref)


def courier_at(ctx: Ctx, order: Order, now: Instant) -> tuple[float, float] | None:
    """Where the courier is: on the way to the shop, waiting there, or on the way to the door; None before and after."""
    if order.state not in ("accepted", "preparing", "picked_up", "delivering"):
        return None
    shop = nearby.get_shop(ctx, order.shop_id)
    if order.state in ("accepted", "preparing"):
        # They set out for the shop from somewhere within a kilometre and a half.
        bits = ctx.draws.bits("flash.courier", order.id)
        from_lon, from_lat = catalogue.moved(shop.lon, shop.lat, bits % 360, 300 + (bits >> 9) % 1200)
        return _between(from_lon, from_lat, shop.lon, shop.lat, order.accepted_at, order.picked_up_at, now)
    return _between(shop.lon, shop.lat, order.lon, order.lat, order.delivering_at, order.delivered_at, now)


def _between(
    lon: float, lat: float, to_lon: float, to_lat: float, start: Instant, end: Instant, now: Instant
) -> tuple[float, float]:
    share = min(1.0, max(0.0, (now - start) / max(1, end - start)))
    return round(lon + (to_lon - lon) * share, 6), round(lat + (to_lat - lat) * share, 6)
