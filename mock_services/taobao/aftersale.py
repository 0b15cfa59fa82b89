"""After-sale: the buyer asks, the merchant answers in its own time, and the money goes back to where it came from.

Rules, after the marketplace's public ones: seven days without a reason after delivery (not for food and other goods
that cannot go back), fifteen days for faulty or wrong goods, a refund without a parcel only before shipping, for what
never came, or for small faults. The limit of a small fault is invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec

from mock_services import clock
from mock_services.clock import DAY, HOUR, MINUTE
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES
from mock_services.taobao import order_models as om
from mock_services.taobao.delivery import office_hours
from mock_services.taobao.finding import get_item, get_shop
from mock_services.taobao.orders import AUTO_COMPLETE, close_unpaid, give_back_coupon, own_order, restock
from mock_services.taobao.parcels import SERVICE, auto_complete_at, first_payment, put_parcel, start, tell
from mock_services.taobao.rows import AFTER_SALES, ORDERS, PARCELS, SKUS, AfterSaleRow, Order, OrderLine
from mock_services.taobao.states import ORDER

FAULT_DAYS: Final = 15
SMALL_FAULT_FEN: Final = 5000
OPEN: Final = frozenset({"applied", "pickup_scheduled", "returning"})
_FAULTS: Final = frozenset({"quality", "wrong_item", "damaged"})

APPLY_ERRORS = (
    "ORDER_NOT_EXIST",
    "ORDER_STATE",
    "AFTER_SALE_EXISTS",
    "LINE_NOT_IN_ORDER",
    "NOTHING_TO_RETURN",
    "NOT_RETURNABLE",
    "WINDOW_CLOSED",
    "AMOUNT_TOO_LARGE",
    "ALL_OR_NOTHING",
    "NOT_PAID_TWICE",
)

_ANSWERS: Final = {
    "AGREED": "商家已同意 (agreed)",
    "RETURN_FIRST": "请先退回商品再退款 (please apply for return and refund)",
    "WAIT_FOR_DELIVERY": "包裹在途,请签收后再申请 (on its way: apply once it is delivered, or for return and refund)",
    "NOT_LATE": "未超过承诺送达时间 (it is not later than promised)",
    "NO_FAULT_FOUND": "商家未发现问题,拒绝申请 (no fault found, refused)",
}


def overpaid_fen(ctx: Ctx, order: Order) -> int:
    """What was paid for an order beyond its price and has not come back."""
    payments = [p for p in ctx.payables.payments_of(order.out_trade_no) if p.state == "success"]
    owed = 0 if order.state == "closed" else order.total_fen - order.refunded_fen
    return max(0, sum(p.fen - p.refunded_fen for p in payments) - owed)


def apply(ctx: Ctx, args: om.AfterSaleApplyArgs) -> om.AfterSale:
    """Carry out ``taobao_after_sale_apply``."""
    order = own_order(ctx, args.order_id)
    if any(row.state in OPEN for row in ctx.find(AFTER_SALES, "order_id", order.id)):
        raise Rejected("AFTER_SALE_EXISTS", "a request for this order is open", hint="see taobao_after_sale_detail")
    if args.reason == "paid_twice":
        row = _open(ctx, order, args, _excess(ctx, order, args), 0)
        ctx.put(ORDERS, msgspec.structs.replace(order, after_sales=(*order.after_sales, row.id)))
        return view(ctx, row)
    ORDER.require(order.state, "ask_refund")
    line = _line(order, args.sku_id)
    _check_window(ctx, order, line, args)
    no_reason_return = args.kind == "return_and_refund" and args.reason in ("size", "not_needed")
    freight = get_shop(ctx, order.shop_id).return_freight_fen if no_reason_return and order.delivered_at else 0
    most = _refundable(ctx, order, line, with_shipping=not (no_reason_return and order.delivered_at))
    wanted = most if args.amount is None else args.amount
    keeps_goods = args.kind == "refund_only" and order.state in ("delivered", "completed")
    if wanted < most and not keeps_goods:
        raise Rejected("ALL_OR_NOTHING", "a part can only come back for goods that were delivered and are kept")
    if wanted > most or wanted <= freight:
        raise Rejected("AMOUNT_TOO_LARGE", f"at most {format_yuan(most)} yuan can come back", hint="ask for less")
    row = _open(ctx, order, args, wanted - freight, freight)
    ctx.move(ORDERS, order, "ask_refund", held_state=order.state, after_sales=(*order.after_sales, row.id))
    return view(ctx, row)


def cancel_order(ctx: Ctx, args: om.CancelArgs) -> om.Cancelled:
    """Carry out ``taobao_order_cancel``: at once while nothing is paid, through the merchant before shipping."""
    order = own_order(ctx, args.order_id)
    payable = ctx.get(PAYABLES, order.out_trade_no)
    if order.state == "unpaid" and payable is not None and payable.state in ("open", "closed"):
        close_unpaid(ctx, order, "cancel", args.reason or "cancelled by the buyer")
        return om.Cancelled(order_id=order.id, state="closed", after_sale_id=None, refund=0)
    instead = "see taobao_after_sale_apply" if order.state in ("shipped", "delivered", "completed") else ""
    ORDER.require(order.state, "cancel", hint=instead)
    ask = om.AfterSaleApplyArgs(
        order_id=order.id, kind="refund_only", reason="not_needed", text=args.reason, amount=None
    )
    row = _open(ctx, order, ask, order.total_fen - order.refunded_fen, 0)
    ctx.move(ORDERS, order, "cancel", "refunding", held_state="paid", after_sales=(*order.after_sales, row.id))
    return om.Cancelled(order_id=order.id, state="refunding", after_sale_id=row.id, refund=row.fen)


def detail(ctx: Ctx, args: om.AfterSaleRef) -> om.AfterSale:
    """Carry out ``taobao_after_sale_detail``."""
    return view(ctx, _own(ctx, args.after_sale_id))


def withdraw(ctx: Ctx, args: om.AfterSaleCancelArgs) -> om.AfterSale:
    """Carry out ``taobao_after_sale_cancel``."""
    row = _own(ctx, args.after_sale_id)
    row = ctx.move(AFTER_SALES, row, "withdraw")
    _back_to_held(ctx, row)
    return view(ctx, row)


def view(ctx: Ctx, row: AfterSaleRow) -> om.AfterSale:
    """A request as the tools show it."""
    return om.AfterSale.model_validate(
        {
            "after_sale_id": row.id,
            "order_id": row.order_id,
            "kind": row.kind,
            "reason": row.reason,
            "state": row.state,
            "sku_id": row.sku_id or None,
            "refund": row.fen,
            "freight": row.freight_fen,
            "applied_at": ctx.iso(row.applied_at),
            "answer_by": ctx.iso(row.applied_at + DAY),
            "answer_code": row.answer_code or None,
            "answer": row.answer or None,
            "pickup_at": ctx.iso(row.pickup_at) if row.pickup_at else None,
            "return_tracking_no": row.tracking_no or None,
            "refunded_at": ctx.iso(row.refunded_at) if row.refunded_at else None,
        }
    )


# --- asking -----------------------------------------------------------------------------------------------------


def _own(ctx: Ctx, after_sale_id: str) -> AfterSaleRow:
    row = ctx.get(AFTER_SALES, after_sale_id)
    if row is None or row.owner != ctx.person_id:
        raise Rejected("AFTER_SALE_NOT_EXIST", "you have no such request", hint="see taobao_order_detail")
    return row


def _excess(ctx: Ctx, order: Order, args: om.AfterSaleApplyArgs) -> int:
    excess = overpaid_fen(ctx, order)
    if args.kind != "refund_only" or args.sku_id is not None or not excess:
        raise Rejected("NOT_PAID_TWICE", "nothing was paid beyond the price of this order")
    wanted = excess if args.amount is None else args.amount
    if wanted > excess:
        raise Rejected("AMOUNT_TOO_LARGE", f"{format_yuan(excess)} yuan were paid too much")
    return wanted


def _line(order: Order, sku_id: str | None) -> OrderLine | None:
    if sku_id is None:
        return None
    line = next((line for line in order.lines if line.sku_id == sku_id), None)
    if line is None:
        raise Rejected("LINE_NOT_IN_ORDER", "that variant is not in this order", hint="see taobao_order_detail")
    return line


def _check_window(ctx: Ctx, order: Order, line: OrderLine | None, args: om.AfterSaleApplyArgs) -> None:
    if order.state == "paid" and (args.kind == "return_and_refund" or line is not None):
        raise Rejected("NOTHING_TO_RETURN", "nothing was sent yet", hint="cancel the order")
    if not order.shipped_at:
        return
    if order.state == "shipped" and line is not None:
        raise Rejected("NOTHING_TO_RETURN", "the parcel is on its way as a whole", hint="wait, or ask for all of it")
    if args.kind == "return_and_refund" and any(
        row.kind == "return_and_refund" and (line is None or row.sku_id in ("", line.sku_id))
        for row in _granted(ctx, order)
    ):
        raise Rejected("NOTHING_TO_RETURN", "these goods went back before", hint="see taobao_order_detail")
    since = order.delivered_at or order.completed_at
    if args.reason in _FAULTS or args.reason == "late":
        if since and ctx.now > since + FAULT_DAYS * DAY:
            raise Rejected("WINDOW_CLOSED", f"{FAULT_DAYS} days after delivery have passed")
        return
    if args.kind == "return_and_refund":
        lines = order.lines if line is None else (line,)
        days = min(get_item(ctx, one.item_id).return_days for one in lines)
        if not days:
            raise Rejected("NOT_RETURNABLE", "these goods cannot go back without a fault")
        if since and ctx.now > since + days * DAY:
            raise Rejected("WINDOW_CLOSED", f"{days} days after delivery have passed")


def _granted(ctx: Ctx, order: Order) -> list[AfterSaleRow]:
    """What was refunded of the order's price."""
    rows = ctx.find(AFTER_SALES, "order_id", order.id)
    return [row for row in rows if row.state == "refunded" and row.reason != "paid_twice"]


def _refundable(ctx: Ctx, order: Order, line: OrderLine | None, *, with_shipping: bool) -> int:
    granted = _granted(ctx, order)
    freight = sum(row.freight_fen for row in granted)
    left = order.total_fen - order.refunded_fen - freight
    if line is not None:
        gone = sum(row.fen + row.freight_fen for row in granted if row.sku_id == line.sku_id)
        return min(line.paid_fen - gone, left)
    return left if with_shipping else left - order.shipping_fen


def _open(ctx: Ctx, order: Order, args: om.AfterSaleApplyArgs, fen: int, freight: int) -> AfterSaleRow:
    shop = get_shop(ctx, order.shop_id)
    row_id = ctx.next_id("TR")
    quick = not order.shipped_at or args.reason == "paid_twice"
    low, high = (3, 20) if quick else (shop.answer_min, shop.answer_max)
    # What was not sent is granted by the platform's robot, day and night; the rest waits for a clerk.
    due = ctx.now + ctx.draws.between(low, high, "answer", row_id) * MINUTE
    row = AfterSaleRow(
        id=row_id,
        order_id=order.id,
        owner=ctx.person_id,
        kind=args.kind,
        reason=args.reason,
        text=args.text,
        sku_id=args.sku_id or "",
        state="applied",
        fen=fen,
        freight_fen=freight,
        applied_at=ctx.now,
        due_at=due if quick else office_hours(ctx, due),
    )
    _schedule(ctx, row)
    return row


def _schedule(ctx: Ctx, row: AfterSaleRow) -> None:
    ctx.put(AFTER_SALES, row)
    ctx.schedule(row.due_at, SERVICE, "after_sale_moves", {"after_sale_id": row.id, "at": row.due_at})


# --- answering --------------------------------------------------------------------------------------------------


def after_sale_moves(ctx: Ctx, data: dict[str, Any]) -> None:
    """The next step of a request: the merchant answers, the courier comes, the goods are back."""
    row = ctx.get(AFTER_SALES, data["after_sale_id"])
    if row is None or row.state not in OPEN or row.due_at != data["at"]:
        return
    order = ctx.get(ORDERS, row.order_id)
    assert order is not None
    if row.state == "applied":
        _answer(ctx, row, order)
    elif row.state == "pickup_scheduled":
        number = f"RT{ctx.draws.below(10**12, 'return', row.id):012d}"
        back = ctx.now + ctx.draws.between(20, 44, "back", row.id) * HOUR
        _schedule(ctx, ctx.move(AFTER_SALES, row, "courier_picks_up", tracking_no=number, due_at=back))
        tell(ctx, order, "return_picked_up", f"退货{row.id}已揽收 (return picked up)")
    else:
        restock(ctx, order, row.sku_id)
        _refund(ctx, row, "goods_are_back", order)


def judge(ctx: Ctx, row: AfterSaleRow, order: Order) -> str:
    """The merchant's answer, a key of the answers above."""
    if row.reason == "paid_twice" or order.held_state == "paid":
        return "AGREED"
    shop = get_shop(ctx, order.shop_id)
    if row.reason == "late" and (order.delivered_at or ctx.now) <= order.promised_by:
        return "NOT_LATE"
    if row.reason in _FAULTS and shop.stance == "refuses":
        return "NO_FAULT_FOUND"
    if row.kind == "return_and_refund":
        return "AGREED"
    if order.held_state == "shipped":
        return "AGREED" if row.reason == "late" else "WAIT_FOR_DELIVERY"
    food = all(not get_item(ctx, line.item_id).return_days for line in order.lines)
    if row.reason in _FAULTS and (food or row.fen <= SMALL_FAULT_FEN):
        return "AGREED"
    return "RETURN_FIRST"


def _answer(ctx: Ctx, row: AfterSaleRow, order: Order) -> None:
    code = judge(ctx, row, order)
    row = msgspec.structs.replace(row, answer_code=code, answer=_ANSWERS[code])
    if code != "AGREED":
        row = ctx.move(AFTER_SALES, row, "merchant_answers", "refused")
        _back_to_held(ctx, row)
        tell(ctx, order, "after_sale_refused", f"售后{row.id}: {row.answer}")
    elif order.held_state == "shipped" and not order.delivered_at and row.reason != "paid_twice":
        _turn_back(ctx, row, order)
    elif row.kind == "return_and_refund":
        pickup = _pickup(ctx, row)
        row = ctx.move(AFTER_SALES, row, "merchant_answers", "pickup_scheduled", pickup_at=pickup, due_at=pickup)
        _schedule(ctx, row)
        tell(ctx, order, "return_agreed", f"售后{row.id}: 快递员{ctx.iso(pickup)}上门取件 (courier comes then)")
    else:
        _refund(ctx, row, "merchant_answers", order)


def _pickup(ctx: Ctx, row: AfterSaleRow) -> int:
    tomorrow = clock.local(ctx.now + DAY, ctx.offset_min).date()
    midnight = clock.instant(tomorrow, dt.time(0), ctx.offset_min)
    return midnight + ctx.draws.between(9 * 60, 17 * 60, "pickup", row.id) * MINUTE


def _turn_back(ctx: Ctx, row: AfterSaleRow, order: Order) -> None:
    """A parcel that is still on its way is sent back; the refund waits for it."""
    parcel = ctx.get(PARCELS, order.id)
    assert parcel is not None
    back = ctx.now + ctx.draws.between(24, 60, "back", row.id) * HOUR
    put_parcel(ctx, msgspec.structs.replace(parcel, ahead=((back, "returned", "快件已退回商家 (returned)"),)))
    row = ctx.move(AFTER_SALES, row, "merchant_answers", "returning", tracking_no=parcel.tracking_no, due_at=back)
    _schedule(ctx, row)


def _refund(ctx: Ctx, row: AfterSaleRow, event: str, order: Order) -> None:
    """Send the money back. A refund of everything ends the order; what stays in escrow then is the merchant's."""
    ctx.payables.refund_order(order.id, row.fen, row.reason)
    row = ctx.move(AFTER_SALES, row, event, "refunded", refunded_at=ctx.now)
    tell(ctx, order, "refunded", f"订单{order.id}退款{format_yuan(row.fen)}元,原路退回 (refunded)")
    if row.reason == "paid_twice":
        return
    unsent = order.held_state == "paid"
    order = msgspec.structs.replace(order, refunded_fen=order.refunded_fen + row.fen)
    ctx.put(ORDERS, order)
    if unsent:
        restock(ctx, order)
        give_back_coupon(ctx, order)
        ctx.delete(PARCELS, order.id)
    goods = order.total_fen - order.shipping_fen
    if order.refunded_fen + sum(one.freight_fen for one in _granted(ctx, order)) >= goods:
        ctx.move(ORDERS, order, "all_goes_back", held_state="")
        extra = overpaid_fen(ctx, order)
        if extra and unsent:
            ctx.payables.refund_order(order.id, extra, "paid_twice")
        ctx.payables.release(order.out_trade_no)
    else:
        _back_to_held(ctx, row)


def _back_to_held(ctx: Ctx, row: AfterSaleRow) -> None:
    order = ctx.get(ORDERS, row.order_id)
    if order is None or order.state != "refunding":
        return
    held = order.held_state
    if held == "paid" and ctx.get(PARCELS, order.id) is None:
        # The request came before the shop heard of the payment, so nothing was planned yet.
        start(ctx, msgspec.structs.replace(order, held_state=""), "goes_on", first_payment(ctx, order))
        return
    ctx.move(ORDERS, order, "goes_on", held, held_state="")
    if held == "delivered":
        auto_complete_at(ctx, order.id, order.delivered_at + AUTO_COMPLETE)


def merchant_cancels(ctx: Ctx, order: Order) -> bool:
    """The merchant finds that it has none left and sends the money back. False once the order is shipped."""
    if order.state != "paid":
        return False
    paid = [p for p in ctx.payables.payments_of(order.out_trade_no) if p.state == "success"]
    ctx.payables.refund_order(order.id, sum(p.fen - p.refunded_fen for p in paid), "merchant cancelled")
    ctx.move(
        ORDERS,
        order,
        "merchant_cancels",
        closed_reason="merchant cancelled: out of stock",
        refunded_fen=order.total_fen,
    )
    give_back_coupon(ctx, order)
    ctx.delete(PARCELS, order.id)
    for line in order.lines:
        sku = ctx.get(SKUS, line.sku_id)
        if sku is not None:
            ctx.put(SKUS, msgspec.structs.replace(sku, stock=0))
    tell(ctx, order, "merchant_cancelled", f"商家缺货取消订单{order.id},全额退款 (cancelled and refunded)")
    return True
