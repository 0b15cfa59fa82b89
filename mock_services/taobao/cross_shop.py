"""A checkout over several shops: one order and one trade for each shop, and a sale that counts over all of them.

Each order goes its own way afterwards. What a sale took off an order is fixed when it is made: an order that is not
paid, cancelled or sent back takes its own share along and leaves the others theirs, as on the marketplace.
"""

from __future__ import annotations

from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.taobao import campaigns, cart, orders
from mock_services.taobao import cross_shop_models as cm
from mock_services.taobao import order_models as om
from mock_services.taobao.campaigns import Applied
from mock_services.taobao.checkout import QUOTE_ERRORS, Quote, preview_view, quote_alone, with_campaign
from mock_services.taobao.finding import get_item, get_sku

ERRORS = tuple(code for code in QUOTE_ERRORS if code not in ("ONE_SHOP_PER_ORDER", "DAY_CANNOT_BE_CHOSEN"))


def preview(ctx: Ctx, args: cm.CheckoutArgs) -> cm.CheckoutPreview:
    """Carry out ``taobao_checkout_preview``."""
    quotes, applied = _quotes(ctx, args)
    return cm.CheckoutPreview(
        orders=[preview_view(ctx, one, applied) for one in quotes],
        goods=sum(one.goods_fen for one in quotes),
        shipping=sum(one.shipping_fen for one in quotes),
        discount=sum(one.discount_fen for one in quotes),
        campaign=campaigns.view(ctx, applied.campaign) if applied is not None else None,
        campaign_goods=applied.counted_fen if applied is not None else 0,
        campaign_discount=applied.off_fen if applied is not None else 0,
        campaign_next=applied.to_next_fen if applied is not None else 0,
        total=sum(one.total_fen for one in quotes),
    )


def create(ctx: Ctx, args: cm.CheckoutCreateArgs) -> cm.CheckoutCreated:
    """Carry out ``taobao_checkout_create``."""
    quotes, applied = _quotes(ctx, args)
    total = sum(one.total_fen for one in quotes)
    orders.check_total(total, args.expect_total)
    checkout_id = ctx.next_id("TK")
    made = [orders.place(ctx, one, applied, note=args.note, checkout_id=checkout_id) for one in quotes]
    if args.from_cart:
        cart.take_out(ctx, [line for order in made for line in order.lines])
    return cm.CheckoutCreated(
        checkout_id=checkout_id,
        orders=[orders.created(ctx, order) for order in made],
        campaign_discount=sum(one.campaign_fen for one in quotes),
        total=total,
    )


def _quotes(ctx: Ctx, args: cm.CheckoutArgs) -> tuple[tuple[Quote, ...], Applied | None]:
    by_shop: dict[str, list[om.OrderLineIn]] = {}
    for line in args.lines:
        by_shop.setdefault(get_item(ctx, get_sku(ctx, line.sku_id).item_id).shop_id, []).append(line)
    for shop_id in args.coupons:
        if shop_id not in by_shop:
            raise Rejected("COUPON_NOT_APPLICABLE", f"nothing here is of shop {shop_id[:40]}")
    if len(set(args.coupons.values())) < len(args.coupons):
        raise Rejected("COUPON_USED", "a coupon can be used on one order only", hint="name each coupon once")
    alone = [
        quote_alone(
            ctx,
            om.PreviewArgs(lines=lines, address_id=args.address_id, coupon_id=args.coupons.get(shop_id)),
        )
        for shop_id, lines in by_shop.items()
    ]
    return with_campaign(ctx, tuple(alone))
