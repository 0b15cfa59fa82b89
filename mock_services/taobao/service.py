"""The `taobao` service: its tools, what happens by itself, and what scenarios may do to it."""

from __future__ import annotations

from mock_services.context import Ctx
from mock_services.service import Service, read, write
from mock_services.taobao import models as m


class Taobao(Service):
    """Marketplace shopping with parcels and escrow."""

    name = "taobao"

    @read(errors=("ADDRESS_NOT_EXIST",))
    def item_search(self, ctx: Ctx, args: m.ItemSearchArgs) -> m.ItemSearchResult:
        """Search items of all shops."""
        raise NotImplementedError

    @read(obj="item_id", errors=("ITEM_NOT_EXIST", "ADDRESS_NOT_EXIST"))
    def item_detail(self, ctx: Ctx, args: m.ItemDetailArgs) -> m.ItemDetail:
        """An item's page: variants (SKUs) with price and stock, shop, description, delivery, returns."""
        raise NotImplementedError

    @read(obj="item_id", errors=("ITEM_NOT_EXIST",))
    def item_reviews(self, ctx: Ctx, args: m.ReviewsArgs) -> m.ReviewsResult:
        """What buyers wrote about an item."""
        raise NotImplementedError

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST",))
    def shop_detail(self, ctx: Ctx, args: m.ShopArgs) -> m.ShopDetail:
        """A shop's page."""
        raise NotImplementedError

    @read(errors=("ITEM_NOT_EXIST",))
    def coupon_list(self, ctx: Ctx, args: m.CouponListArgs) -> m.CouponListResult:
        """Your coupons, and with an item those that can be claimed for it."""
        raise NotImplementedError

    @write(key="request_no", obj="offer_id", errors=("OFFER_NOT_EXIST", "ALREADY_CLAIMED"))
    def coupon_claim(self, ctx: Ctx, args: m.CouponClaimArgs) -> m.CouponView:
        """Claim a coupon that a shop hands out, once per person."""
        raise NotImplementedError

    @write(obj="sku_id", errors=("SKU_NOT_EXIST",))
    def cart_update(self, ctx: Ctx, args: m.CartUpdateArgs) -> m.Cart:
        """Set how many of a variant are in the cart. Takes no request number: setting twice is setting once."""
        raise NotImplementedError

    @read()
    def cart_list(self, ctx: Ctx, args: m.NoArgs) -> m.Cart:
        """What is in the cart."""
        raise NotImplementedError

    @read()
    def order_preview(self, ctx: Ctx, args: m.PreviewArgs) -> m.Preview:
        """What an order would cost."""
        raise NotImplementedError

    @write(key="request_no")
    def order_create(self, ctx: Ctx, args: m.CreateArgs) -> m.Created:
        """Order variants of one shop."""
        raise NotImplementedError

    @read()
    def order_list(self, ctx: Ctx, args: m.OrderListArgs) -> m.OrderListResult:
        """Your orders, newest first."""
        raise NotImplementedError

    @read(obj="order_id")
    def order_detail(self, ctx: Ctx, args: m.OrderRef) -> m.OrderDetail:
        """One of your orders."""
        raise NotImplementedError

    @write(key="request_no", obj="order_id")
    def order_cancel(self, ctx: Ctx, args: m.CancelArgs) -> m.Cancelled:
        """Cancel an order that was not shipped."""
        raise NotImplementedError

    @write(obj="order_id")
    def change_address(self, ctx: Ctx, args: m.ChangeAddressArgs) -> m.AddressChanged:
        """Send an order that was not shipped to another address. Takes no request number."""
        raise NotImplementedError

    @read(obj="order_id")
    def logistics(self, ctx: Ctx, args: m.OrderRef) -> m.Logistics:
        """Where the parcel is."""
        raise NotImplementedError

    @write(obj="order_id")
    def confirm_receipt(self, ctx: Ctx, args: m.OrderRef) -> m.Confirmed:
        """Confirm receipt: the money in escrow goes to the merchant. Takes no request number."""
        raise NotImplementedError

    @write(key="request_no", obj="order_id")
    def message_to_seller(self, ctx: Ctx, args: m.MessageArgs) -> m.MessageSent:
        """Write to the seller of an order."""
        raise NotImplementedError

    @write(key="request_no", obj="order_id")
    def after_sale_apply(self, ctx: Ctx, args: m.AfterSaleApplyArgs) -> m.AfterSale:
        """Ask the merchant for a refund, or for a return and refund."""
        raise NotImplementedError

    @read(obj="after_sale_id")
    def after_sale_detail(self, ctx: Ctx, args: m.AfterSaleRef) -> m.AfterSale:
        """What became of a request."""
        raise NotImplementedError

    @write(key="request_no", obj="after_sale_id")
    def after_sale_cancel(self, ctx: Ctx, args: m.AfterSaleCancelArgs) -> m.AfterSale:
        """Withdraw a request."""
        raise NotImplementedError
