"""What an order costs: lines, coupon, campaign, shipping, promise. Preview and order read the same quote."""

from __future__ import annotations

import datetime as dt

import msgspec

from mock_services.clock import DAY, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.money import split_by
from mock_services.people import Address, own_address
from mock_services.taobao import campaigns
from mock_services.taobao import models as m
from mock_services.taobao import order_models as om
from mock_services.taobao.campaigns import Applied, Part
from mock_services.taobao.delivery import day_of, promise, shipping_fen
from mock_services.taobao.finding import get_item, get_shop, get_sku
from mock_services.taobao.rows import COUPONS, OFFERS, Coupon, Item, Offer, OrderLine, Shop, Sku

QUOTE_ERRORS = (
    "SKU_NOT_EXIST",
    "ADDRESS_NOT_EXIST",
    "ONE_SHOP_PER_ORDER",
    "OUT_OF_STOCK",
    "LIMIT_EXCEEDED",
    "NOT_DELIVERABLE",
    "DAY_CANNOT_BE_CHOSEN",
    "DAY_NOT_AVAILABLE",
    "COUPON_NOT_EXIST",
    "COUPON_EXPIRED",
    "COUPON_USED",
    "COUPON_NOT_APPLICABLE",
)


class Quote(msgspec.Struct, frozen=True):
    """A priced order that has not been made. Amounts in fen."""

    shop: Shop
    address: Address
    lines: tuple[OrderLine, ...]
    items: tuple[Item, ...]
    skus: tuple[Sku, ...]
    goods_fen: int
    shipping_fen: int
    discount_fen: int
    coupon: Coupon | None
    promised_by: Instant
    campaign_fen: int = 0

    @property
    def total_fen(self) -> int:
        """What is to be paid."""
        return self.goods_fen + self.shipping_fen - self.discount_fen - self.campaign_fen


def quote(ctx: Ctx, args: om.PreviewArgs) -> tuple[Quote, Applied | None]:
    """Price an order as of now, with the campaign that it comes under.

    Raises:
        Rejected, Unavailable: any of :data:`QUOTE_ERRORS`.
    """
    (found,), applied = with_campaign(ctx, (quote_alone(ctx, args),))
    return found, applied


def with_campaign(ctx: Ctx, quotes: tuple[Quote, ...]) -> tuple[tuple[Quote, ...], Applied | None]:
    """Take the best running campaign off orders that are made together, each line its share."""
    applied = campaigns.apply(ctx, [Part(one.shop, line.paid_fen) for one in quotes for line in one.lines])
    if applied is None or not applied.off_fen:
        return quotes, applied
    shares = iter(applied.shares)
    reduced = []
    for one in quotes:
        own = [next(shares) for _ in one.lines]
        lines = tuple(
            msgspec.structs.replace(line, paid_fen=line.paid_fen - share)
            for line, share in zip(one.lines, own, strict=True)
        )
        reduced.append(msgspec.structs.replace(one, lines=lines, campaign_fen=sum(own)))
    return tuple(reduced), applied


def quote_alone(ctx: Ctx, args: om.PreviewArgs) -> Quote:
    """Price an order at one shop as of now, without any campaign.

    Raises:
        Rejected, Unavailable: any of :data:`QUOTE_ERRORS`.
    """
    address = own_address(ctx, args.address_id)
    wanted: dict[str, int] = {}
    for line in args.lines:
        wanted[line.sku_id] = wanted.get(line.sku_id, 0) + line.quantity
    skus = tuple(get_sku(ctx, sku_id) for sku_id in wanted)
    items = tuple(get_item(ctx, sku.item_id) for sku in skus)
    if len({item.shop_id for item in items}) > 1:
        raise Rejected("ONE_SHOP_PER_ORDER", "these variants are of different shops", hint="make one order per shop")
    shop = get_shop(ctx, items[0].shop_id)
    pieces: dict[str, int] = {}
    for sku, item in zip(skus, items, strict=True):
        count = wanted[sku.id]
        if sku.stock < count:
            raise Unavailable("OUT_OF_STOCK", f"{item.name_en} {sku.spec_en}: {sku.stock} left", hint="choose another")
        pieces[item.id] = pieces.get(item.id, 0) + count
        if pieces[item.id] > item.order_limit:
            raise Rejected("LIMIT_EXCEEDED", f"at most {item.order_limit} of {item.name_en} in one order")
    to, goods = address.city, sum(sku.fen * wanted[sku.id] for sku in skus)
    promised_by = promise(ctx, shop, list(items), to, ctx.now, args.deliver_on)
    coupon, discount = None, 0
    if args.coupon_id is not None:
        coupon = own_coupon(ctx, args.coupon_id)
        check_coupon(ctx, coupon)
        discount = discount_fen(coupon, skus, items, wanted)
        if not discount:
            raise Rejected("COUPON_NOT_APPLICABLE", "the coupon does not apply to these goods or this amount")
    return Quote(
        shop=shop,
        address=address,
        lines=_lines(skus, items, wanted, coupon, discount),
        items=items,
        skus=skus,
        goods_fen=goods,
        shipping_fen=shipping_fen(shop, goods, sum(wanted.values()), to),
        discount_fen=discount,
        coupon=coupon,
        promised_by=promised_by,
    )


def preview(ctx: Ctx, args: om.PreviewArgs) -> om.Preview:
    """Carry out ``taobao_order_preview``."""
    return preview_view(ctx, *quote(ctx, args))


def preview_view(ctx: Ctx, found: Quote, applied: Applied | None) -> om.Preview:
    """A quote as the tools show it."""
    wanted = {line.sku_id: line.quantity for line in found.lines}
    usable: list[om.UsableCoupon] = []
    for coupon in ctx.find(COUPONS, "owner", ctx.person_id):
        off = discount_fen(coupon, found.skus, found.items, wanted) if coupon_state(ctx, coupon) == "unused" else 0
        if off and coupon.valid_from <= ctx.now:
            usable.append(om.UsableCoupon(coupon_id=coupon.id, title=coupon.title, discount=off))
    usable.sort(key=lambda coupon: (-coupon.discount, coupon.coupon_id))
    return om.Preview(
        shop_id=found.shop.id,
        shop=found.shop.name,
        lines=[line_view(line) for line in found.lines],
        goods=found.goods_fen,
        shipping=found.shipping_fen,
        discount=found.discount_fen,
        campaign=applied.campaign.title if applied is not None else None,
        campaign_discount=found.campaign_fen,
        total=found.total_fen,
        delivery_by=day_of(ctx, found.promised_by),
        usable_coupons=usable,
    )


def line_view(line: OrderLine) -> om.LineView:
    """A line as the tools show it."""
    return om.LineView(
        sku_id=line.sku_id,
        item_id=line.item_id,
        title=line.title,
        name_en=line.name_en,
        spec=line.spec,
        spec_en=line.spec_en,
        price=line.fen,
        quantity=line.quantity,
        amount=line.fen * line.quantity,
    )


# --- coupons ----------------------------------------------------------------------------------------------------


def own_coupon(ctx: Ctx, coupon_id: str) -> Coupon:
    """A coupon of the person.

    Raises:
        Rejected: ``COUPON_NOT_EXIST``, unknown or somebody else's.
    """
    coupon = ctx.get(COUPONS, coupon_id)
    if coupon is None or coupon.owner != ctx.person_id:
        raise Rejected("COUPON_NOT_EXIST", "you have no such coupon", hint="see taobao_coupon_list")
    return coupon


def coupon_state(ctx: Ctx, coupon: Coupon) -> str:
    """``unused``, ``used`` or ``expired``."""
    if coupon.order_id:
        return "used"
    return "expired" if coupon.valid_to <= ctx.now else "unused"


def check_coupon(ctx: Ctx, coupon: Coupon) -> None:
    """Refuse a coupon that cannot be used now.

    Raises:
        Rejected: ``COUPON_USED``; ``COUPON_NOT_APPLICABLE`` before it becomes valid.
        Unavailable: ``COUPON_EXPIRED``.
    """
    state = coupon_state(ctx, coupon)
    if state == "used":
        raise Rejected("COUPON_USED", f"the coupon was used for order {coupon.order_id}")
    if state == "expired":
        raise Unavailable("COUPON_EXPIRED", "the coupon has expired", hint="order without it, or with another")
    if coupon.valid_from > ctx.now:
        raise Rejected("COUPON_NOT_APPLICABLE", f"the coupon is valid from {ctx.iso(coupon.valid_from)}")


def applies(scope: str, item: Item) -> bool:
    """Whether goods of this listing fall under a coupon's scope."""
    return scope in ("all", f"shop:{item.shop_id}", f"category:{item.category}", f"item:{item.id}")


def discount_fen(coupon: Coupon, skus: tuple[Sku, ...], items: tuple[Item, ...], wanted: dict[str, int]) -> int:
    """What the coupon takes off, 0 if it does not apply; at least one fen of the goods stays to be paid."""
    covered = sum(s.fen * wanted[s.id] for s, item in zip(skus, items, strict=True) if applies(coupon.scope, item))
    if not covered or covered < coupon.threshold_fen:
        return 0
    return min(coupon.discount_fen, covered - 1)


def coupon_list(ctx: Ctx, args: m.CouponListArgs) -> m.CouponListResult:
    """Carry out ``taobao_coupon_list``."""
    own = ctx.find(COUPONS, "owner", ctx.person_id)
    offers: list[Offer] = []
    if args.item_id is not None:
        item = get_item(ctx, args.item_id)
        claimed = {coupon.offer_id for coupon in own}
        own = [coupon for coupon in own if applies(coupon.scope, item)]
        offers = [offer for offer in ctx.find(OFFERS, "shop_id", item.shop_id) if offer.id not in claimed]
    return m.CouponListResult(
        coupons=[coupon_view(ctx, coupon) for coupon in own],
        claimable=[
            m.OfferView(
                offer_id=offer.id,
                title=offer.title,
                threshold=offer.threshold_fen,
                discount=offer.discount_fen,
                scope=f"shop:{offer.shop_id}",
                valid_days=offer.valid_days,
            )
            for offer in offers
        ],
    )


def coupon_claim(ctx: Ctx, args: m.CouponClaimArgs) -> m.CouponView:
    """Carry out ``taobao_coupon_claim``."""
    offer = ctx.get(OFFERS, args.offer_id)
    if offer is None:
        raise Rejected("OFFER_NOT_EXIST", "there is no such coupon to claim", hint="see taobao_coupon_list")
    if any(coupon.offer_id == offer.id for coupon in ctx.find(COUPONS, "owner", ctx.person_id)):
        raise Rejected("ALREADY_CLAIMED", "you have claimed this coupon before")
    coupon = Coupon(
        id=ctx.next_id("TC"),
        owner=ctx.person_id,
        offer_id=offer.id,
        title=offer.title,
        scope=f"shop:{offer.shop_id}",
        threshold_fen=offer.threshold_fen,
        discount_fen=offer.discount_fen,
        valid_from=ctx.now,
        valid_to=ctx.now + offer.valid_days * DAY,
        order_id="",
    )
    ctx.put(COUPONS, coupon)
    return coupon_view(ctx, coupon)


def coupon_view(ctx: Ctx, coupon: Coupon) -> m.CouponView:
    """A coupon as the tools show it."""
    return m.CouponView.model_validate(
        {
            "coupon_id": coupon.id,
            "title": coupon.title,
            "threshold": coupon.threshold_fen,
            "discount": coupon.discount_fen,
            "scope": coupon.scope,
            "valid_from": ctx.iso(coupon.valid_from),
            "valid_to": ctx.iso(coupon.valid_to),
            "state": coupon_state(ctx, coupon),
        }
    )


def _lines(
    skus: tuple[Sku, ...], items: tuple[Item, ...], wanted: dict[str, int], coupon: Coupon | None, discount: int
) -> tuple[OrderLine, ...]:
    """The lines, each with its share of the coupon's discount."""
    amounts = [sku.fen * wanted[sku.id] for sku in skus]
    covered = [coupon is not None and applies(coupon.scope, item) for item in items]
    shares = split_by(discount, [fen if under else 0 for fen, under in zip(amounts, covered, strict=True)])
    return tuple(
        OrderLine(
            sku_id=sku.id,
            item_id=item.id,
            title=item.title,
            name_en=item.name_en,
            brand=item.brand,
            spec=sku.spec,
            spec_en=sku.spec_en,
            fen=sku.fen,
            quantity=wanted[sku.id],
            paid_fen=amount - share,
        )
        for sku, item, amount, share in zip(skus, items, amounts, shares, strict=True)
    )


def chosen_day(deliver_on: str) -> dt.date | None:
    """The day that an order's row names, if the buyer chose one."""
    return dt.date.fromisoformat(deliver_on) if deliver_on else None
