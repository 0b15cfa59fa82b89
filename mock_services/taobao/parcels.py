"""What happens to a paid order by itself: the shop packs it, the parcel travels, the order completes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from mock_services.clock import HOUR, MINUTE, Instant
from mock_services.context import Ctx
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES
from mock_services.taobao import order_models as om
from mock_services.taobao.delivery import day_of, delayed, near_warehouse, plan_parcel, promise, ship_by
from mock_services.taobao.finding import get_item, get_shop
from mock_services.taobao.orders import AUTO_COMPLETE, close_unpaid, complete, own_order
from mock_services.taobao.rows import ORDERS, PARCELS, Order, Parcel

SERVICE: Final = "taobao"
LATE_PCT: Final = 5
LATE_LEAST_FEN: Final = 100
LATE_MOST_FEN: Final = 5000
"""What a shop owes for shipping late: per cent of what the goods cost, within two bounds."""

_WAIT: Final = HOUR
"""How long the packing waits while the merchant has a refund request for an order to answer."""


def order_of_trade(ctx: Ctx, out_trade_no: str) -> Order | None:
    """The order that a payable is for."""
    payable = ctx.get(PAYABLES, out_trade_no)
    return None if payable is None else ctx.get(ORDERS, payable.ref)


def tell(ctx: Ctx, order: Order, event: str, text: str) -> None:
    """Push a message about an order, if it is the person's own."""
    if order.owner == ctx.person_id:
        ctx.notify(SERVICE, event, order.id, text)


def payment_settled(ctx: Ctx, data: dict[str, Any]) -> None:
    """The shop heard of a payment; hearing of it again changes nothing."""
    order = order_of_trade(ctx, data["out_trade_no"])
    if order is not None and order.state == "unpaid":
        start(ctx, order, "paid", first_payment(ctx, order))


def payment_expired(ctx: Ctx, data: dict[str, Any]) -> None:
    """Nobody paid in time."""
    order = order_of_trade(ctx, data["out_trade_no"])
    if order is not None and order.state == "unpaid":
        close_unpaid(ctx, order, "not_paid_in_time", "not paid in time")
        tell(ctx, order, "order_closed", f"订单{order.id}超时未支付,已关闭 (not paid in time, closed)")


def first_payment(ctx: Ctx, order: Order) -> Instant:
    """When the order was first paid; now, if it was not."""
    paid = [p.at for p in ctx.payables.payments_of(order.out_trade_no) if p.state == "success"]
    return min(paid, default=ctx.now)


def start(ctx: Ctx, order: Order, event: str, paid_at: Instant) -> Order:
    """Mark an order paid and set its parcel on its way; the promise counts from the payment."""
    shop = get_shop(ctx, order.shop_id)
    items = [get_item(ctx, line.item_id) for line in order.lines]
    promised_by = promise(ctx, shop, items, order.city, paid_at, None)
    if order.deliver_on:
        promised_by = max(promised_by, order.promised_by)
    near = near_warehouse(order.city) and all(item.next_day for item in items)
    parcel = plan_parcel(
        ctx,
        order.id,
        shop,
        order.city,
        paid_at,
        promised_by,
        ship_hours=0 if near else max(item.ship_hours for item in items),
        on_a_day=bool(order.deliver_on),
    )
    put_parcel(ctx, parcel)
    due = ship_by(ctx, items, paid_at, order.deliver_on)
    if due:
        ctx.schedule(due, SERVICE, "ship_by", {"order_id": order.id})
    return ctx.move(ORDERS, order, event, "paid", paid_at=paid_at, promised_by=promised_by)


def not_shipped_in_time(ctx: Ctx, data: dict[str, Any]) -> None:
    """The shop had to ship by now. Where it has not, it owes the buyer a part of the price, which is paid back."""
    order = ctx.get(ORDERS, data["order_id"])
    if order is None or order.state != "paid" or order.late_fen:
        return
    goods = order.total_fen - order.shipping_fen
    fen = min(goods, max(LATE_LEAST_FEN, min(LATE_MOST_FEN, goods * LATE_PCT // 100)))
    ctx.payables.refund_order(order.id, fen, "shipped late")
    ctx.put(ORDERS, msgspec.structs.replace(order, late_fen=fen, refunded_fen=order.refunded_fen + fen))
    tell(ctx, order, "shipped_late", f"订单{order.id}未按时发货,赔付{format_yuan(fen)}元 (shipped late, compensated)")


def put_parcel(ctx: Ctx, parcel: Parcel) -> None:
    """Write a parcel and schedule its next step."""
    ctx.put(PARCELS, parcel)
    if parcel.ahead:
        at = parcel.ahead[0][0]
        ctx.schedule(at, SERVICE, "parcel_moves", {"order_id": parcel.order_id, "at": at})


def parcel_moves(ctx: Ctx, data: dict[str, Any]) -> None:
    """The parcel reaches its next point. A step that was put off meanwhile has an event of its own."""
    parcel, order = ctx.get(PARCELS, data["order_id"]), ctx.get(ORDERS, data["order_id"])
    if parcel is None or order is None or not parcel.ahead or parcel.ahead[0][0] != data["at"]:
        return
    if order.state == "refunding" and order.held_state == "paid":
        put_parcel(ctx, delayed(parcel, _WAIT))
        return
    point, *ahead = parcel.ahead
    parcel = msgspec.structs.replace(parcel, reached=(*parcel.reached, point), ahead=tuple(ahead))
    put_parcel(ctx, parcel)
    status = point[1]
    if status == "picked_up" and order.state == "paid":
        ctx.move(ORDERS, order, "parcel_picked_up", shipped_at=ctx.now)
        tell(ctx, order, "shipped", f"订单{order.id}已发货,{parcel.carrier} {parcel.tracking_no} (shipped)")
    elif status == "out_for_delivery":
        tell(ctx, order, "out_for_delivery", f"订单{order.id}正在派送 (out for delivery)")
    elif status == "delivered":
        _delivered(ctx, order)


def _delivered(ctx: Ctx, order: Order) -> None:
    if order.state == "shipped":
        ctx.move(ORDERS, order, "parcel_delivered", delivered_at=ctx.now)
        auto_complete_at(ctx, order.id, ctx.now + AUTO_COMPLETE)
    else:
        held = "delivered" if order.held_state == "shipped" else order.held_state
        ctx.put(ORDERS, msgspec.structs.replace(order, delivered_at=ctx.now, held_state=held))
    tell(ctx, order, "delivered", f"订单{order.id}已签收 (delivered)")


def auto_complete_at(ctx: Ctx, order_id: str, at: Instant) -> None:
    """Let the order complete by itself at ``at``, if it is still delivered then."""
    ctx.schedule(at, SERVICE, "auto_complete", {"order_id": order_id})


def auto_complete(ctx: Ctx, data: dict[str, Any]) -> None:
    """Ten days after delivery nobody had confirmed receipt."""
    order = ctx.get(ORDERS, data["order_id"])
    if order is not None and order.state == "delivered" and ctx.now >= order.delivered_at + AUTO_COMPLETE:
        complete(ctx, order, "ten_days_pass")


def slip(ctx: Ctx, order: Order, by: Instant) -> bool:
    """Put off everything that lies ahead of a parcel; the promise stays as it was. False if nothing lies ahead."""
    parcel = ctx.get(PARCELS, order.id)
    if parcel is None or not parcel.ahead or order.state not in ("paid", "shipped"):
        return False
    parcel = delayed(parcel, by)
    put_parcel(ctx, parcel)
    day = day_of(ctx, parcel.ahead[-1][0])
    tell(ctx, order, "delivery_slip", f"订单{order.id}物流延误,预计{day}送达 (delayed until {day})")
    return True


def logistics(ctx: Ctx, args: om.OrderRef) -> om.Logistics:
    """Carry out ``taobao_logistics``."""
    order = own_order(ctx, args.order_id)
    parcel = ctx.get(PARCELS, order.id)
    statuses = [status for _, status, _ in parcel.reached] if parcel else []
    sent = parcel if statuses else None
    points = parcel.reached + parcel.ahead if parcel else ()
    expected = points[-1][0] if points else order.promised_by
    state = (
        "not_shipped"
        if not statuses
        else statuses[-1]
        if statuses[-1] in ("delivered", "out_for_delivery", "returned")
        else "in_transit"
    )
    return om.Logistics.model_validate(
        {
            "order_id": order.id,
            "state": state,
            "carrier": sent.carrier if sent else None,
            "tracking_no": sent.tracking_no if sent else None,
            "promised_by": day_of(ctx, order.promised_by),
            "expected_by": day_of(ctx, expected),
            "late": expected > order.promised_by,
            "trace": [
                {"at": ctx.iso(at), "status": status, "text": text}
                for at, status, text in reversed(sent.reached if sent else ())
            ],
        }
    )


def message(ctx: Ctx, args: om.MessageArgs) -> om.MessageSent:
    """Carry out ``taobao_message_to_seller``: the seller answers some minutes later, by the state of the order."""
    order = own_order(ctx, args.order_id)
    delay = ctx.draws.between(2, 25, "reply", order.id, ctx.count(f"taobao.message:{order.id}")) * MINUTE
    ctx.schedule(ctx.now + delay, SERVICE, "seller_replies", {"order_id": order.id})
    return om.MessageSent(order_id=order.id, shop=get_shop(ctx, order.shop_id).name)


def seller_replies(ctx: Ctx, data: dict[str, Any]) -> None:
    """The seller says what the order's state lets them say."""
    order = ctx.get(ORDERS, data["order_id"])
    if order is None:
        return
    parcel = ctx.get(PARCELS, order.id)
    text = {
        "unpaid": "亲,订单还没有付款哦 (not paid yet)",
        "paid": "亲,正在为您打包,会尽快发出 (being packed)",
        "shipped": f"亲,已经发出,单号{parcel.tracking_no if parcel else ''} (on its way)",
        "delivered": "亲,显示已签收,有问题可申请售后 (delivered; ask for after-sale if anything is wrong)",
        "refunding": "亲,退款申请已收到,正在处理 (your refund request is being handled)",
    }.get(order.state, "亲,感谢您的惠顾 (thank you)")
    tell(ctx, order, "seller_message", text)
