"""Orders: making, showing, cancelling, moving and completing them. Their states: :mod:`mock_services.taobao.states`."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from mock_services.clock import DAY, MINUTE, Instant
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected
from mock_services.money import format_yuan
from mock_services.payables import Line
from mock_services.people import own_address
from mock_services.search import rank
from mock_services.taobao import cart
from mock_services.taobao import order_models as om
from mock_services.taobao.campaigns import Applied
from mock_services.taobao.checkout import Quote, line_view, quote
from mock_services.taobao.delivery import day_of, ship_by
from mock_services.taobao.finding import get_item, get_shop
from mock_services.taobao.rows import COUPONS, ITEMS, ORDERS, PARCELS, SKUS, Order
from mock_services.taobao.states import ACTIONS, ORDER, Action

PAY_WITHIN: Final = 30 * MINUTE
AUTO_COMPLETE: Final = 10 * DAY
"""So long after delivery an order completes by itself, as on the marketplace."""


def own_order(ctx: Ctx, order_id: str) -> Order:
    """An order of the person.

    Raises:
        Rejected: ``ORDER_NOT_EXIST``, unknown or somebody else's.
    """
    order = ctx.get(ORDERS, order_id)
    if order is None or order.owner != ctx.person_id:
        raise Rejected("ORDER_NOT_EXIST", "you have no such order", hint="see taobao_order_list")
    return order


# --- making -----------------------------------------------------------------------------------------------------


def create(ctx: Ctx, args: om.CreateArgs) -> om.Created:
    """Carry out ``taobao_order_create``."""
    found, applied = quote(ctx, args)
    check_total(found.total_fen, args.expect_total)
    deliver_on = args.deliver_on.isoformat() if args.deliver_on else ""
    order = place(ctx, found, applied, note=args.note, deliver_on=deliver_on)
    if args.from_cart:
        cart.take_out(ctx, order.lines)
    return created(ctx, order)


def check_total(total_fen: int, expected: int | None) -> None:
    """Refuse to order for another total than the one that was agreed to.

    Raises:
        NeedsPerson: ``PRICE_CHANGED``.
    """
    if expected is not None and expected != total_fen:
        raise NeedsPerson(
            "PRICE_CHANGED",
            f"the order costs {format_yuan(total_fen)} yuan, not {format_yuan(expected)}",
            hint="look at the preview again and ask whether the new total is fine",
        )


def place(
    ctx: Ctx, found: Quote, applied: Applied | None, *, note: str, deliver_on: str = "", checkout_id: str = ""
) -> Order:
    """Write an order down: its stock and coupon are taken, and its trade is opened."""
    shop, address = found.shop, found.address
    order_id = ctx.next_id("TB")
    for sku, line in zip(found.skus, found.lines, strict=True):
        ctx.put(SKUS, msgspec.structs.replace(sku, stock=sku.stock - line.quantity))
    if found.coupon is not None:
        ctx.put(COUPONS, msgspec.structs.replace(found.coupon, order_id=order_id))
    charged = [Line(f"{line.title} {line.spec}", line.quantity, line.fen * line.quantity) for line in found.lines]
    if found.shipping_fen:
        charged.append(Line("运费 shipping", 1, found.shipping_fen))
    if found.coupon is not None:
        charged.append(Line(found.coupon.title, 1, -found.discount_fen))
    if applied is not None and found.campaign_fen:
        charged.append(Line(applied.campaign.title, 1, -found.campaign_fen))
    payable = ctx.payables.open(
        service="taobao",
        ref=order_id,
        payee=shop.id,
        payee_name=shop.name,
        subject=found.lines[0].title,
        category="goods",
        lines=tuple(charged),
        expires_at=ctx.now + PAY_WITHIN,
        escrow=True,
    )
    order = Order(
        id=order_id,
        owner=ctx.person_id,
        shop_id=shop.id,
        state="unpaid",
        lines=found.lines,
        address_id=address.id,
        city=address.city,
        recipient=address.recipient,
        address=address.text,
        goods_fen=found.goods_fen,
        shipping_fen=found.shipping_fen,
        discount_fen=found.discount_fen,
        coupon_id=found.coupon.id if found.coupon is not None else "",
        note=note,
        deliver_on=deliver_on,
        out_trade_no=payable.out_trade_no,
        created_at=ctx.now,
        pay_before=payable.expires_at,
        promised_by=found.promised_by,
        campaign_id=applied.campaign.id if applied is not None and found.campaign_fen else "",
        campaign_fen=found.campaign_fen,
        checkout_id=checkout_id,
    )
    ctx.put(ORDERS, order)
    return order


def created(ctx: Ctx, order: Order) -> om.Created:
    """An order that was just made, as the tools show it."""
    return om.Created(
        order_id=order.id,
        out_trade_no=order.out_trade_no,
        state="unpaid",
        amount=order.total_fen,
        payee=get_shop(ctx, order.shop_id).name,
        pay_before=ctx.iso(order.pay_before),
        delivery_by=day_of(ctx, order.promised_by),
    )


# --- showing ----------------------------------------------------------------------------------------------------


def listing(ctx: Ctx, args: om.OrderListArgs) -> om.OrderListResult:
    """Carry out ``taobao_order_list``."""
    orders = [
        order
        for order in ctx.find(ORDERS, "owner", ctx.person_id)
        if (args.state is None or order.state == args.state)
        and (args.since is None or day_of(ctx, order.created_at) >= args.since.isoformat())
    ]
    if args.query:
        texts: list[tuple[str | int, str]] = [(order.id, _words(ctx, order)) for order in orders]
        fitting = {key for key, _ in rank(args.query, texts, ctx.base.tables.texts[ITEMS.name])}
        orders = [order for order in orders if order.id in fitting]
    orders.sort(key=lambda order: (-order.created_at, order.id))
    return om.OrderListResult(
        orders=[om.OrderBrief.model_validate(_brief(ctx, order)) for order in orders[: args.limit]],
        total=len(orders),
    )


def detail(ctx: Ctx, args: om.OrderRef) -> om.OrderDetail:
    """Carry out ``taobao_order_detail``."""
    order = own_order(ctx, args.order_id)
    parcel = ctx.get(PARCELS, order.id) if order.shipped_at else None
    window = min(_return_days(ctx, order))
    return om.OrderDetail.model_validate(
        {
            **_brief(ctx, order),
            "out_trade_no": order.out_trade_no,
            "goods": order.goods_fen,
            "shipping": order.shipping_fen,
            "discount": order.discount_fen,
            "campaign_discount": order.campaign_fen,
            "checkout_id": order.checkout_id or None,
            "late_compensation": order.late_fen,
            "coupon_id": order.coupon_id or None,
            "address_id": order.address_id,
            "recipient": order.recipient,
            "address": order.address,
            "note": order.note,
            "pay_before": ctx.iso(order.pay_before),
            "paid_at": _iso(ctx, order.paid_at),
            "ship_by": _iso(ctx, _ship_by(ctx, order)),
            "shipped_at": _iso(ctx, order.shipped_at),
            "completed_at": _iso(ctx, order.completed_at),
            "closed_reason": order.closed_reason or None,
            "carrier": parcel.carrier if parcel else None,
            "tracking_no": parcel.tracking_no if parcel else None,
            "return_until": _iso(ctx, order.delivered_at + window * DAY) if order.delivered_at and window else None,
            "after_sale_ids": list(order.after_sales),
            "actions": actions(order),
        }
    )


def actions(order: Order) -> list[Action]:
    """What the buyer can do with an order in its state."""
    return [action for action, states in ACTIONS.items() if order.state in states]


def _brief(ctx: Ctx, order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "state": order.state,
        "created_at": ctx.iso(order.created_at),
        "shop_id": order.shop_id,
        "shop": get_shop(ctx, order.shop_id).name,
        "brands": list(dict.fromkeys(line.brand for line in order.lines)),
        "lines": [line_view(line) for line in order.lines],
        "total": order.total_fen,
        "refunded": order.refunded_fen,
        "delivery_by": day_of(ctx, order.promised_by),
        "delivered_at": _iso(ctx, order.delivered_at),
    }


def _words(ctx: Ctx, order: Order) -> str:
    parts: list[str] = []
    for line in order.lines:
        item = get_item(ctx, line.item_id)
        parts.append(f"{item.title} {item.name_en} {item.name_id} {item.words} {line.spec} {line.spec_en}")
    return " ".join(parts)


def _ship_by(ctx: Ctx, order: Order) -> Instant:
    items = [get_item(ctx, line.item_id) for line in order.lines]
    return ship_by(ctx, items, order.paid_at, order.deliver_on) if order.paid_at else 0


def _return_days(ctx: Ctx, order: Order) -> list[int]:
    return [get_item(ctx, line.item_id).return_days for line in order.lines]


def _iso(ctx: Ctx, at: Instant) -> str | None:
    return ctx.iso(at) if at else None


# --- changing ---------------------------------------------------------------------------------------------------


def close_unpaid(ctx: Ctx, order: Order, event: str, reason: str) -> Order:
    """Close an order that nobody paid: the stock and the coupon come back."""
    ctx.payables.close(order.out_trade_no)
    give_back_coupon(ctx, order)
    restock(ctx, order)
    return ctx.move(ORDERS, order, event, "closed", closed_reason=reason)


def restock(ctx: Ctx, order: Order, sku_id: str = "") -> None:
    """Put an order's goods (or one line of it) back on the shelf."""
    for line in order.lines:
        sku = ctx.get(SKUS, line.sku_id)
        if sku is not None and sku_id in ("", line.sku_id):
            ctx.put(SKUS, msgspec.structs.replace(sku, stock=sku.stock + line.quantity))


def give_back_coupon(ctx: Ctx, order: Order) -> None:
    """Let the person use the order's coupon again."""
    coupon = ctx.get(COUPONS, order.coupon_id) if order.coupon_id else None
    if coupon is not None and coupon.order_id == order.id:
        ctx.put(COUPONS, msgspec.structs.replace(coupon, order_id=""))


def change_address(ctx: Ctx, args: om.ChangeAddressArgs) -> om.AddressChanged:
    """Carry out ``taobao_change_address``."""
    order = own_order(ctx, args.order_id)
    if order.state not in ACTIONS["change_address"]:
        raise Rejected("ORDER_STATE", f"the order is {order.state}: the address can no longer be changed")
    address = own_address(ctx, args.address_id)
    if address.city != order.city:
        raise Rejected(
            "ANOTHER_CITY",
            "an order can only be sent to another address in the same city",
            hint="cancel it and order anew",
        )
    changed = msgspec.structs.replace(
        order,
        address_id=address.id,
        city=address.city,
        recipient=address.recipient,
        address=address.text,
    )
    ctx.put(ORDERS, changed)
    return om.AddressChanged(order_id=order.id, address=address.text, delivery_by=day_of(ctx, order.promised_by))


def complete(ctx: Ctx, order: Order, event: str) -> int:
    """End an order: what is in escrow goes to the merchant; returns the fen."""
    ctx.move(ORDERS, order, event, "completed", completed_at=ctx.now)
    return ctx.payables.release(order.out_trade_no)


def confirm_receipt(ctx: Ctx, args: om.OrderRef) -> om.Confirmed:
    """Carry out ``taobao_confirm_receipt``."""
    order = own_order(ctx, args.order_id)
    ORDER.require(order.state, "confirm_receipt")
    warning = "NOT_YET_DELIVERED" if order.state == "shipped" else None
    released = complete(ctx, order, "confirm_receipt")
    return om.Confirmed(order_id=order.id, state="completed", released=released, warning=warning)
