"""The tools of Taobao Flash Sale."""

from __future__ import annotations

from mock_services.context import Ctx
from mock_services.flash import models as m
from mock_services.service import Service, read, write

BASKET_ERRORS = (
    "ADDRESS_NOT_EXIST",
    "DISH_NOT_EXIST",
    "OPTION_NOT_EXIST",
    "LINES_OF_SEVERAL_SHOPS",
    "COUPON_NOT_EXIST",
)
REFUSALS = (
    "SHOP_CLOSED",
    "OUT_OF_DELIVERY_RANGE",
    "DISH_SOLD_OUT",
    "OUT_OF_STOCK",
    "PER_ORDER_LIMIT",
    "UNDER_MINIMUM_ORDER",
    "PRESCRIPTION_REQUIRED",
    "DELIVERY_TIME_NOT_POSSIBLE",
    "COUPON_NOT_USABLE",
)


class Flash(Service):
    """Instant commerce: food, drinks, groceries, medicine, flowers and small goods from shops around an address."""

    name = "flash"

    @read(errors=("ADDRESS_NOT_EXIST",))
    def shop_search(self, ctx: Ctx, args: m.ShopSearchArgs) -> m.ShopList:
        """Shops that deliver to an address or a place, by name, by what they sell, or by category."""
        raise NotImplementedError

    @read(errors=("ADDRESS_NOT_EXIST",))
    def dish_search(self, ctx: Ctx, args: m.DishSearchArgs) -> m.DishList:
        """Dishes and goods of all shops that deliver to an address or a place."""
        raise NotImplementedError

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST", "ADDRESS_NOT_EXIST"))
    def shop_detail(self, ctx: Ctx, args: m.ShopDetailArgs) -> m.ShopDetail:
        """One shop with its hours, fees for delivery to a place, minimum order and promotions."""
        raise NotImplementedError

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST",))
    def menu(self, ctx: Ctx, args: m.MenuArgs) -> m.Menu:
        """What a shop sells, with prices and stock."""
        raise NotImplementedError

    @read(obj="dish_id", errors=("DISH_NOT_EXIST",))
    def dish_detail(self, ctx: Ctx, args: m.DishDetailArgs) -> m.DishDetail:
        """One dish with its option groups (temperature, sugar, milk, size …), their surcharges, limit and stock."""
        raise NotImplementedError

    @read(errors=BASKET_ERRORS)
    def basket_preview(self, ctx: Ctx, args: m.BasketArgs) -> m.Basket:
        """What an order would cost with all fees, when it would arrive, and what stands in its way. Orders nothing."""
        raise NotImplementedError

    @read()
    def coupon_list(self, ctx: Ctx, args: m.CouponListArgs) -> m.CouponList:
        """The person's coupons for flash orders."""
        raise NotImplementedError

    @write(
        key="request_no",
        obj="shop_id",
        errors=("SHOP_NOT_EXIST", "PRICE_CHANGED", "NOT_OF_THIS_SHOP", *BASKET_ERRORS, *REFUSALS),
    )
    def order_create(self, ctx: Ctx, args: m.OrderCreateArgs) -> m.OrderCreated:
        """Order at one shop. Stock is held for 15 minutes; pay the out_trade_no with alipay_pay in that time.

        With a request_no the same request can be repeated safely.
        """
        raise NotImplementedError

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_detail(self, ctx: Ctx, args: m.OrderArgs) -> m.OrderView:
        """One of the person's orders in full."""
        raise NotImplementedError

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_status(self, ctx: Ctx, args: m.OrderArgs) -> m.OrderStatus:
        """How far an order is, when it arrives, and where the courier is."""
        raise NotImplementedError

    @read(errors=())
    def order_list(self, ctx: Ctx, args: m.OrderListArgs) -> m.OrderList:
        """The person's orders, newest first."""
        raise NotImplementedError

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_CANNOT_CANCEL", "REFUND_CHANGED"))
    def order_cancel(self, ctx: Ctx, args: m.OrderCancelArgs) -> m.OrderCancelled:
        """Cancel an order: free until the shop accepts it, with a deduction while it works on it, then no more.

        Takes no request number: look at the order before you try again.
        """
        raise NotImplementedError

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_CANNOT_CHANGE"))
    def order_note(self, ctx: Ctx, args: m.OrderNoteArgs) -> m.OrderView:
        """Replace the note of an order that the courier has not picked up yet.

        Takes no request number: the same note twice is the same note.
        """
        raise NotImplementedError
