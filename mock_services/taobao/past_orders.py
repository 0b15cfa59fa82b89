"""Orders of the past, for scenarios: where the parcel and the money would be by now."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field

from mock_services.argtypes import IsoTime, YuanIn
from mock_services.clock import DAY, HOUR, MINUTE, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.ledger import ACCOUNTS, BANK
from mock_services.past import paid_before
from mock_services.payables import PAYABLES, PAYMENTS, Line
from mock_services.people import ADDRESSES, Address
from mock_services.service import Args
from mock_services.taobao.delivery import plan_parcel, promise, shipping_fen
from mock_services.taobao.finding import get_item, get_shop, get_sku
from mock_services.taobao.orders import AUTO_COMPLETE, PAY_WITHIN
from mock_services.taobao.parcels import auto_complete_at, put_parcel
from mock_services.taobao.rows import ITEMS, ORDERS, SKUS, Item, Order, OrderLine, Shop, Sku


class PastOrderArgs(Args):
    """An order that was made before the errand begins. Name a variant by id, or an item by id or search words.

    The price is today's unless ``price`` is given. The balance that a scenario gives ``account`` is what is left of
    it today: what the order cost was there before.
    """

    sku_id: str = ""
    item_id: str = ""
    query: str = ""
    spec: str = Field("", description="words of the wanted variant, e.g. 42码 or 10kg")
    quantity: int = Field(1, ge=1)
    price: Annotated[YuanIn, Field(gt=0)] | None = Field(None, description="what one piece cost then")
    address_id: str = Field("", description="by default the first address of the buyer")
    account: str = Field("", description="the account that paid; by default money from outside the city")
    created_at: IsoTime
    state: Literal["unpaid", "paid", "shipped", "delivered", "completed"] = "delivered"
    arrives_at: IsoTime | None = Field(None, description="for paid and shipped: when the parcel will come")
    delivered_at: IsoTime | None = Field(None, description="for delivered and completed: when it came")
    paid_twice: bool = False
    note: str = ""
    buyer: str = Field("", description="somebody else's order")


def add_past_order(ctx: Ctx, args: PastOrderArgs) -> str:
    """Make an order of the past, with its money where it would be now."""
    created = ctx.instant(args.created_at)
    if created >= ctx.now:
        raise Rejected("PAST", f"created_at {args.created_at} is not past")
    if args.state == "unpaid" and created + PAY_WITHIN <= ctx.now:
        raise Rejected("PAST", "an order that is unpaid for 30 minutes closes: take a later created_at")
    sku = _find_sku(ctx, args)
    item = get_item(ctx, sku.item_id)
    shop = get_shop(ctx, item.shop_id)
    buyer = args.buyer or ctx.person_id
    address = _address(ctx, args.address_id, buyer)
    fen = sku.fen if args.price is None else args.price
    goods = fen * args.quantity
    shipping = shipping_fen(shop, goods, args.quantity, address.city)
    order_id = ctx.next_id("TB")
    lines = [Line(f"{item.title} {sku.spec}", args.quantity, goods)]
    if shipping:
        lines.append(Line("运费 shipping", 1, shipping))
    out_trade_no = _trade(ctx, args, order_id, shop, item.title, tuple(lines), created, buyer)
    order = Order(
        id=order_id,
        owner=buyer,
        shop_id=shop.id,
        state="unpaid",
        lines=(
            OrderLine(
                sku_id=sku.id,
                item_id=item.id,
                title=item.title,
                name_en=item.name_en,
                brand=item.brand,
                spec=sku.spec,
                spec_en=sku.spec_en,
                fen=fen,
                quantity=args.quantity,
                paid_fen=goods,
            ),
        ),
        address_id=address.id,
        city=address.city,
        recipient=address.recipient,
        address=address.text,
        goods_fen=goods,
        shipping_fen=shipping,
        discount_fen=0,
        coupon_id="",
        note=args.note,
        deliver_on="",
        out_trade_no=out_trade_no,
        created_at=created,
        pay_before=created + PAY_WITHIN,
        promised_by=promise(ctx, shop, [item], address.city, created, None),
    )
    ctx.put(ORDERS, order)
    ctx.put(SKUS, msgspec.structs.replace(sku, stock=max(0, sku.stock - args.quantity)))
    if args.state != "unpaid":
        _send(ctx, order, shop, item, args)
    return order_id


def _find_sku(ctx: Ctx, args: PastOrderArgs) -> Sku:
    if args.sku_id:
        return get_sku(ctx, args.sku_id)
    item_ids = [args.item_id] if args.item_id else [item.id for item, _ in ctx.search(ITEMS, args.query, limit=50)]
    seen: list[str] = []
    for item_id in item_ids:
        skus = sorted(ctx.find(SKUS, "item_id", get_item(ctx, item_id).id), key=lambda sku: sku.id)
        for sku in skus:
            if args.spec in sku.spec or args.spec.lower() in sku.spec_en.lower():
                return sku
        seen += [sku.spec for sku in skus]
    if not item_ids:
        raise Rejected("QUERY", f"no item is found by {args.query!r}")
    raise Rejected("SPEC", f"no variant {args.spec!r}: one of {', '.join(dict.fromkeys(seen))[:300]}")


def _address(ctx: Ctx, address_id: str, buyer: str) -> Address:
    if address_id:
        address = ctx.get(ADDRESSES, address_id)
        if address is None:
            raise Rejected("ADDRESS", f"there is no address {address_id}")
        return address
    own = ctx.find(ADDRESSES, "owner", buyer)
    if own:
        return own[0]
    return Address("", buyer, "home", "王先生", "13800000000", "hangzhou", "西湖区文三路", 120.13, 30.28)


def _trade(
    ctx: Ctx,
    args: PastOrderArgs,
    order_id: str,
    shop: Shop,
    subject: str,
    lines: tuple[Line, ...],
    created: Instant,
    buyer: str,
) -> str:
    """Open the order's trade and pay it as often as it was paid; returns its number."""
    if args.state == "unpaid":
        return ctx.payables.open(
            service="taobao",
            ref=order_id,
            payee=shop.id,
            payee_name=shop.name,
            subject=subject,
            category="goods",
            lines=lines,
            expires_at=created + PAY_WITHIN,
            escrow=True,
        ).out_trade_no
    account = args.account or BANK
    if account != BANK and ctx.get(ACCOUNTS, account) is None:
        raise Rejected("ACCOUNT", f"there is no account {account}")
    times = (created + 2 * MINUTE, created + 3 * MINUTE)[: 2 if args.paid_twice else 1]
    if times[-1] > ctx.now:
        raise Rejected("PAST", "it takes two minutes to pay: take an earlier created_at")
    payments = paid_before(
        ctx,
        times=times,
        service="taobao",
        ref=order_id,
        payee=shop.id,
        payee_name=shop.name,
        subject=subject,
        category="goods",
        lines=lines,
        account=account,
        escrow=True,
    )
    payable = ctx.payables.get(payments[0].out_trade_no)
    ctx.put(PAYABLES, msgspec.structs.replace(payable, payer=buyer))
    for payment in payments:
        ctx.put(PAYMENTS, msgspec.structs.replace(payment, payer=buyer))
    return payable.out_trade_no


def _send(ctx: Ctx, order: Order, shop: Shop, item: Item, args: PastOrderArgs) -> None:
    paid_at = order.created_at + 2 * MINUTE
    done = args.state in ("delivered", "completed")
    if done:
        there = ctx.instant(args.delivered_at) if args.delivered_at else order.created_at + 2 * DAY
        there = min(there, ctx.now - MINUTE)
    else:
        there = ctx.instant(args.arrives_at) if args.arrives_at else max(order.created_at + 2 * DAY, ctx.now + DAY)
    if there <= paid_at:
        raise Rejected("PAST", "it cannot have been delivered before it was ordered")
    plan = plan_parcel(
        ctx,
        order.id,
        shop,
        order.city,
        paid_at,
        there,
        ship_hours=item.ship_hours,
        on_a_day=False,
    )
    # Five points spread over the time that the parcel took; those that are past by now were reached.
    span = there - paid_at
    moments = [paid_at + span * share // 100 for share in (20, 35, 80, 92, 100)]
    if not done:
        first_ahead = 0 if args.state == "paid" else 2
        start = max(ctx.now, paid_at)
        if there <= start:
            raise Rejected("PAST", "arrives_at must lie in the future")
        rest = 5 - first_ahead
        moments[first_ahead:] = [start + (there - start) * (n + 1) // rest for n in range(rest)]
        moments[:first_ahead] = [paid_at + (start - paid_at) * (n + 1) // 3 for n in range(first_ahead)]
    points = tuple((at, status, text) for at, (_, status, text) in zip(moments, plan.ahead, strict=True))
    reached = 5 if done else 0 if args.state == "paid" else 2
    put_parcel(ctx, msgspec.structs.replace(plan, reached=points[:reached], ahead=points[reached:]))
    order = ctx.move(ORDERS, order, "paid", paid_at=paid_at, promised_by=there + HOUR)
    if reached:
        order = ctx.move(ORDERS, order, "parcel_picked_up", shipped_at=moments[0])
    if done:
        order = ctx.move(ORDERS, order, "parcel_delivered", delivered_at=there)
        if args.state == "completed" or there + AUTO_COMPLETE <= ctx.now:
            ctx.move(ORDERS, order, "ten_days_pass", completed_at=min(there + AUTO_COMPLETE, ctx.now))
            ctx.payables.release(order.out_trade_no)
        else:
            auto_complete_at(ctx, order.id, there + AUTO_COMPLETE)
