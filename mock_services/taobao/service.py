"""The `taobao` service: its tools, what happens by itself, and what scenarios and faults may do to it."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services import life
from mock_services.base import Base, BaseBuilder
from mock_services.clock import DAY
from mock_services.context import Ctx
from mock_services.service import Service, disruption, fixture, on, read, write
from mock_services.taobao import (
    aftersale,
    campaigns,
    cart,
    catalogue,
    checkout,
    cross_shop,
    daily,
    finding,
    fixtures,
    orders,
    parcels,
    past_orders,
)
from mock_services.taobao import cross_shop_models as cm
from mock_services.taobao import models as m
from mock_services.taobao import order_models as om
from mock_services.taobao.rows import COUPONS, ITEMS, SHOPS, SKUS, TABLES, Order, Sku


class Taobao(Service):
    """Marketplace shopping: shops, variants, coupons, escrow, parcels and merchants who answer in their own time."""

    name = "taobao"
    tables = TABLES

    def seed(self, base: BaseBuilder) -> None:
        """Fill the market."""
        catalogue.seed(base)
        campaigns.seed(base)

    def holdings(self, base: Base) -> dict[str, int]:
        """Shops, listings and their variants."""
        tables = (("shops", SHOPS), ("listings", ITEMS), ("variants", SKUS))
        return {name: len(base.tables.rows[table.name]) for name, table in tables}

    # --- finding ---------------------------------------------------------------------------------------------

    @read(errors=("ADDRESS_NOT_EXIST", "UNKNOWN_CITY"))
    def item_search(self, ctx: Ctx, args: m.ItemSearchArgs) -> m.ItemSearchResult:
        """Search the items of all shops by keywords in Chinese, English or Indonesian. The price shown is that of an
        item's cheapest variant, which need not be the one you want: look at taobao_item_detail before you order."""
        return finding.search(ctx, args)

    @read(obj="item_id", errors=("ITEM_NOT_EXIST", "ADDRESS_NOT_EXIST"))
    def item_detail(self, ctx: Ctx, args: m.ItemDetailArgs) -> m.ItemDetail:
        """An item's page: its variants (SKUs) with price and stock, the shop, the description, when it would arrive
        and whether it can go back. Descriptions are written by sellers."""
        return finding.detail(ctx, args)

    @read(obj="item_id", errors=("ITEM_NOT_EXIST",))
    def item_reviews(self, ctx: Ctx, args: m.ReviewsArgs) -> m.ReviewsResult:
        """What buyers wrote about an item, newest first."""
        return finding.reviews(ctx, args)

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST",))
    def shop_detail(self, ctx: Ctx, args: m.ShopArgs) -> m.ShopDetail:
        """A shop's page: where it ships from, how fast, what shipping and returns cost, its rating."""
        return finding.shop_page(ctx, args)

    # --- coupons and cart ------------------------------------------------------------------------------------

    @read(obj="item_id", errors=("ITEM_NOT_EXIST",))
    def coupon_list(self, ctx: Ctx, args: m.CouponListArgs) -> m.CouponListResult:
        """Your coupons with threshold, discount, scope and validity; with an item_id only those that apply to it, and
        those that its shop lets you claim."""
        return checkout.coupon_list(ctx, args)

    @read()
    def campaign_list(self, ctx: Ctx, args: m.CampaignListArgs) -> m.CampaignListResult:
        """Sales of the whole marketplace that are running: so much off for every full so much of goods, counted over
        several shops (跨店满减)."""
        return campaigns.listing(ctx, args)

    @write(key="request_no", obj="offer_id", errors=("OFFER_NOT_EXIST", "ALREADY_CLAIMED"))
    def coupon_claim(self, ctx: Ctx, args: m.CouponClaimArgs) -> m.CouponView:
        """Claim a coupon that a shop hands out, once per person."""
        return checkout.coupon_claim(ctx, args)

    @read()
    def cart_list(self, ctx: Ctx, args: m.NoArgs) -> m.Cart:
        """What is in the cart, at today's prices. Nothing in it is reserved."""
        return cart.listing(ctx)

    @write(obj="sku_id", errors=("SKU_NOT_EXIST",))
    def cart_update(self, ctx: Ctx, args: m.CartUpdateArgs) -> m.Cart:
        """Set how many of a variant are in the cart; 0 takes it out. Takes no request number: to set it twice is to
        set it once."""
        return cart.update(ctx, args)

    # --- ordering --------------------------------------------------------------------------------------------

    @read(errors=checkout.QUOTE_ERRORS)
    def order_preview(self, ctx: Ctx, args: om.PreviewArgs) -> om.Preview:
        """What an order of variants of one shop to one of your addresses would cost now, with shipping and coupon,
        when it would arrive, and which of your coupons would apply. Changes nothing."""
        return checkout.preview(ctx, args)

    @write(key="request_no", errors=(*checkout.QUOTE_ERRORS, "PRICE_CHANGED"))
    def order_create(self, ctx: Ctx, args: om.CreateArgs) -> om.Created:
        """Order variants of one shop and reserve them for 30 minutes. Pay out_trade_no with alipay before that; the
        money stays in escrow until receipt is confirmed."""
        return orders.create(ctx, args)

    @read(errors=cross_shop.ERRORS)
    def checkout_preview(self, ctx: Ctx, args: cm.CheckoutArgs) -> cm.CheckoutPreview:
        """What variants of several shops would cost if they were ordered together: shipping and coupon by shop, and
        what a cross-shop sale takes off all of them. Changes nothing."""
        return cross_shop.preview(ctx, args)

    @write(key="request_no", errors=(*cross_shop.ERRORS, "PRICE_CHANGED"))
    def checkout_create(self, ctx: Ctx, args: cm.CheckoutCreateArgs) -> cm.CheckoutCreated:
        """Order variants of several shops together: one order for each shop, all or none, with a cross-shop sale's
        discount spread over them. Each is paid by its own out_trade_no within 30 minutes."""
        return cross_shop.create(ctx, args)

    @read()
    def order_list(self, ctx: Ctx, args: om.OrderListArgs) -> om.OrderListResult:
        """Your orders, newest first, also by words for what was bought."""
        return orders.listing(ctx, args)

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_detail(self, ctx: Ctx, args: om.OrderRef) -> om.OrderDetail:
        """One of your orders: state, lines, amounts, address, dates, and what you can do with it now."""
        return orders.detail(ctx, args)

    @write(key="request_no", obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_STATE"))
    def order_cancel(self, ctx: Ctx, args: om.CancelArgs) -> om.Cancelled:
        """Cancel an order: at once while it is unpaid; paid and not shipped, the merchant is asked and refunds within
        minutes. A shipped order is refused: see taobao_after_sale_apply."""
        return aftersale.cancel_order(ctx, args)

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_STATE", "ADDRESS_NOT_EXIST", "ANOTHER_CITY"))
    def change_address(self, ctx: Ctx, args: om.ChangeAddressArgs) -> om.AddressChanged:
        """Send an order that is not shipped to another of your addresses in the same city. Takes no request number:
        look before you retry."""
        return orders.change_address(ctx, args)

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def logistics(self, ctx: Ctx, args: om.OrderRef) -> om.Logistics:
        """Where the parcel of an order is, when it was promised and when it is expected."""
        return parcels.logistics(ctx, args)

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_STATE"))
    def confirm_receipt(self, ctx: Ctx, args: om.OrderRef) -> om.Confirmed:
        """Confirm receipt: the money in escrow goes to the merchant and the order is completed. It cannot be taken
        back. Takes no request number: look before you retry."""
        return orders.confirm_receipt(ctx, args)

    @write(key="request_no", obj="order_id", errors=("ORDER_NOT_EXIST",))
    def message_to_seller(self, ctx: Ctx, args: om.MessageArgs) -> om.MessageSent:
        """Write to the seller of an order, who answers some minutes later by a message to the phone."""
        return parcels.message(ctx, args)

    # --- after-sale ------------------------------------------------------------------------------------------

    @write(key="request_no", obj="order_id", errors=aftersale.APPLY_ERRORS)
    def after_sale_apply(self, ctx: Ctx, args: om.AfterSaleApplyArgs) -> om.AfterSale:
        """Ask the merchant for a refund (refund_only) or to take goods back (return_and_refund). The merchant answers
        within hours; for a return a courier comes the next day, and the refund follows when the goods are back, to
        the source that paid. Reason paid_twice asks for what was paid beyond the price."""
        return aftersale.apply(ctx, args)

    @read(obj="after_sale_id", errors=("AFTER_SALE_NOT_EXIST",))
    def after_sale_detail(self, ctx: Ctx, args: om.AfterSaleRef) -> om.AfterSale:
        """What became of an after-sale request."""
        return aftersale.detail(ctx, args)

    @write(key="request_no", obj="after_sale_id", errors=("AFTER_SALE_NOT_EXIST", "AFTER_SALE_STATE"))
    def after_sale_cancel(self, ctx: Ctx, args: om.AfterSaleCancelArgs) -> om.AfterSale:
        """Withdraw a request before the merchant answers or the courier comes."""
        return aftersale.withdraw(ctx, args)

    # --- what happens by itself ------------------------------------------------------------------------------

    @on("payment_settled")
    def _payment_settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.payment_settled(ctx, data)

    @on("payable_expired")
    def _payable_expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.payment_expired(ctx, data)

    @on("parcel_moves")
    def _parcel_moves(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.parcel_moves(ctx, data)

    @on("ship_by")
    def _ship_by(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.not_shipped_in_time(ctx, data)

    @on("auto_complete")
    def _auto_complete(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.auto_complete(ctx, data)

    @on("seller_replies")
    def _seller_replies(self, ctx: Ctx, data: dict[str, Any]) -> None:
        parcels.seller_replies(ctx, data)

    @on("after_sale_moves")
    def _after_sale_moves(self, ctx: Ctx, data: dict[str, Any]) -> None:
        aftersale.after_sale_moves(ctx, data)

    @on(life.EVENT)
    def _begin_day(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """What will happen by itself until the next dawn."""
        daily.plan(ctx)

    @on(life.HAPPENS)
    def _life_happens(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """One of those things."""
        daily.happens(ctx, data)

    # --- what scenarios may do -------------------------------------------------------------------------------

    @fixture("item")
    def _item(self, ctx: Ctx, args: fixtures.ItemArgs) -> str:
        return fixtures.add_item(ctx, args)

    @fixture("stock")
    def _stock(self, ctx: Ctx, args: fixtures.StockArgs) -> None:
        for sku in fixtures.skus_named(ctx, args.sku_id, args.item_id):
            fixtures.set_stock(ctx, sku, args.stock)

    @fixture("price")
    def _price(self, ctx: Ctx, args: fixtures.PriceArgs) -> None:
        fixtures.change_price(ctx, args)

    @fixture("coupon")
    def _coupon(self, ctx: Ctx, args: fixtures.CouponArgs) -> str:
        return fixtures.add_coupon(ctx, args)

    @fixture("campaign")
    def _campaign(self, ctx: Ctx, args: fixtures.CampaignArgs) -> str:
        return fixtures.add_campaign(ctx, args)

    @fixture("seller_rule")
    def _seller_rule(self, ctx: Ctx, args: fixtures.SellerRuleArgs) -> str:
        return fixtures.set_seller_rule(ctx, args)

    @fixture("review")
    def _review(self, ctx: Ctx, args: fixtures.ReviewArgs) -> str:
        return fixtures.add_review(ctx, args)

    @fixture("past_order")
    def _past_order(self, ctx: Ctx, args: past_orders.PastOrderArgs) -> str:
        return past_orders.add_past_order(ctx, args)

    @fixture("merchant_cancels")
    def _merchant_cancels(self, ctx: Ctx, args: fixtures.OrderEventArgs) -> None:
        order = fixtures.newest(ctx, args.order_id, ("paid",))
        if order is not None:
            aftersale.merchant_cancels(ctx, order)

    @fixture("delivery_slip")
    def _delivery_slip(self, ctx: Ctx, args: fixtures.OrderEventArgs) -> None:
        order = fixtures.newest(ctx, args.order_id, ("paid", "shipped"))
        if order is not None:
            parcels.slip(ctx, order, args.days * DAY)

    # --- the world's part of faults --------------------------------------------------------------------------

    @disruption("sold_out")
    def _sold_out(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        stocked = [sku for sku in _skus_in(ctx, args) if sku.stock]
        for sku in stocked:
            fixtures.set_stock(ctx, sku, 0)
        return bool(stocked)

    @disruption("price_change")
    def _price_change(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        skus = _skus_in(ctx, args)
        for sku in skus:
            fixtures.set_price(ctx, sku, max(1, sku.fen * (100 + int(params.get("percent", 10))) // 100))
        return bool(skus)

    @disruption("coupon_expired")
    def _coupon_expired(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        named = args.get("coupon_id")
        alive = [
            coupon
            for coupon in ctx.find(COUPONS, "owner", ctx.person_id)
            if checkout.coupon_state(ctx, coupon) == "unused" and named in (None, coupon.id)
        ]
        for coupon in alive:
            ctx.put(COUPONS, msgspec.structs.replace(coupon, valid_to=ctx.now))
        return bool(alive)

    @disruption("merchant_cancels")
    def _merchant_cancels_now(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        order = _order_in(ctx, args, ("paid",))
        return order is not None and aftersale.merchant_cancels(ctx, order)

    @disruption("delivery_slip")
    def _delivery_slips_now(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        order = _order_in(ctx, args, ("paid", "shipped"))
        return order is not None and parcels.slip(ctx, order, int(params.get("days", 1)) * DAY)


def _skus_in(ctx: Ctx, args: dict[str, Any]) -> list[Sku]:
    """The variants that a call is about."""
    named = [line["sku_id"] for line in args.get("lines", [])] or [args.get("sku_id")]
    found = [sku for sku_id in dict.fromkeys(named) if sku_id and (sku := ctx.get(SKUS, sku_id)) is not None]
    return found or ctx.find(SKUS, "item_id", args.get("item_id"))


def _order_in(ctx: Ctx, args: dict[str, Any], states: tuple[str, ...]) -> Order | None:
    """The order that a call is about, or the person's newest in one of the states."""
    return fixtures.newest(ctx, str(args.get("order_id") or ""), states)
