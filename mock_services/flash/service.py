"""The tools of Taobao Flash Sale, what happens to its orders, and what scenarios and faults may do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mock_services import life
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected
from mock_services.flash import catalogue, daily, finding, lifecycle, nearby, pricing, staging, upsets, views
from mock_services.flash import models as m
from mock_services.flash.hours import is_open
from mock_services.flash.rows import BRANDS, COUPONS, DISHES, ENTRIES, ORDERS, SHOPS, STOCKS, Order
from mock_services.geo import distance_m, fold
from mock_services.money import format_yuan
from mock_services.service import Service, disruption, fixture, on, read, write

if TYPE_CHECKING:
    from mock_services.base import Base, BaseBuilder

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
    tables = (ENTRIES, BRANDS, SHOPS, DISHES, STOCKS, COUPONS, ORDERS)

    def seed(self, base: BaseBuilder) -> None:
        """Add menu entries and chains; shops and dishes are derived from them."""
        catalogue.seed(base)

    def holdings(self, base: Base) -> dict[str, int]:
        """Neighbourhoods, shops and dishes; derives all of them, a second for a full city."""
        return catalogue.statistics(base)

    # --- looking -------------------------------------------------------------------------------------------------

    @read(errors=("ADDRESS_NOT_EXIST",))
    def shop_search(self, ctx: Ctx, args: m.ShopSearchArgs) -> m.ShopList:
        """Shops that deliver to an address or a place, by name, by what they sell, or by category."""
        return finding.shop_list(ctx, args)

    @read(errors=("ADDRESS_NOT_EXIST",))
    def dish_search(self, ctx: Ctx, args: m.DishSearchArgs) -> m.DishList:
        """Dishes and goods of all shops that deliver to an address or a place."""
        return finding.dish_list(ctx, args)

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST", "ADDRESS_NOT_EXIST"))
    def shop_detail(self, ctx: Ctx, args: m.ShopDetailArgs) -> m.ShopDetail:
        """One shop with its hours, fees for delivery to a place, minimum order and promotions."""
        shop = nearby.get_shop(ctx, args.shop_id)
        lon, lat = nearby.point(ctx, args)
        return views.shop_detail(ctx, shop, distance_m(lon, lat, shop.lon, shop.lat))

    @read(obj="shop_id", errors=("SHOP_NOT_EXIST",))
    def menu(self, ctx: Ctx, args: m.MenuArgs) -> m.Menu:
        """What a shop sells, with prices and stock."""
        shop = nearby.get_shop(ctx, args.shop_id)
        if args.query.strip():
            fitting = nearby.search_menu(ctx, args.query, shop.id)
            items, total = [views.menu_item(ctx, dish) for dish, _ in fitting[: args.limit]], len(fitting)
        else:
            listed = views.menu(ctx, shop.id)
            items, total = listed[: args.limit], len(listed)
        return m.Menu(
            shop_id=shop.id,
            shop_name=shop.name,
            open=is_open(shop, ctx.now),
            dishes=items,
            total=total,
        )

    @read(obj="dish_id", errors=("DISH_NOT_EXIST",))
    def dish_detail(self, ctx: Ctx, args: m.DishDetailArgs) -> m.DishDetail:
        """One dish with its option groups (temperature, sugar, milk, size …), their surcharges, limit and stock."""
        dish = nearby.get_dish(ctx, args.dish_id)
        return views.dish_detail(ctx, dish, nearby.get_shop(ctx, dish.shop_id))

    @read(errors=BASKET_ERRORS)
    def basket_preview(self, ctx: Ctx, args: m.BasketArgs) -> m.Basket:
        """What an order would cost with all fees, when it would arrive, and what stands in its way. Orders nothing."""
        return views.basket(ctx, pricing.price(ctx, args))

    @read()
    def coupon_list(self, ctx: Ctx, args: m.CouponListArgs) -> m.CouponList:
        """The person's coupons for flash orders."""
        held = [views.coupon_view(ctx, coupon) for coupon in ctx.find(COUPONS, "owner", ctx.person_id)]
        return m.CouponList(coupons=[row for row in held if row.state == "usable" or not args.usable_only])

    # --- ordering ------------------------------------------------------------------------------------------------

    @write(
        key="request_no",
        obj="shop_id",
        errors=("SHOP_NOT_EXIST", "NOT_OF_THIS_SHOP", "PRICE_CHANGED", *BASKET_ERRORS, *REFUSALS),
    )
    def order_create(self, ctx: Ctx, args: m.OrderCreateArgs) -> m.OrderCreated:
        """Order at one shop. Stock is held for 15 minutes; pay the out_trade_no with alipay_pay in that time.

        With a request_no the same request can be repeated safely.
        """
        shop = nearby.get_shop(ctx, args.shop_id)
        basket = pricing.price(ctx, args)
        if basket.shop.id != shop.id:
            raise Rejected("NOT_OF_THIS_SHOP", f"these dishes are not from {shop.name}", hint="see flash_menu")
        if basket.problems:
            raise basket.problems[0]
        if args.expect_total is not None and args.expect_total != basket.total_fen:
            raise NeedsPerson(
                "PRICE_CHANGED",
                f"the total is {format_yuan(basket.total_fen)} yuan, not {format_yuan(args.expect_total)}",
                hint="let the person agree to the new total",
            )
        order = lifecycle.create(ctx, basket, args.note)
        return m.OrderCreated(
            order_id=order.id,
            state="unpaid",
            out_trade_no=order.out_trade_no,
            shop_name=shop.name,
            amount=order.total_fen,
            pay_before=ctx.iso(order.pay_before),
            eta_minutes=order.eta_min,
            arrives_by=ctx.iso(basket.arrives_by),
        )

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_detail(self, ctx: Ctx, args: m.OrderArgs) -> m.OrderView:
        """One of the person's orders in full."""
        return views.order_view(ctx, _own(ctx, args.order_id))

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_status(self, ctx: Ctx, args: m.OrderArgs) -> m.OrderStatus:
        """How far an order is, when it arrives, and where the courier is."""
        return views.order_status(ctx, _own(ctx, args.order_id))

    @read()
    def order_list(self, ctx: Ctx, args: m.OrderListArgs) -> m.OrderList:
        """The person's orders, newest first."""
        words = fold(args.query)

        def fits(order: Order) -> bool:
            shop = nearby.get_shop(ctx, order.shop_id)
            said = [order.label, shop.name, shop.en, *(text for line in order.lines for text in (line.name, line.en))]
            return args.state in (None, order.state) and any(words in fold(text) for text in said)

        found = [order for order in ctx.find(ORDERS, "owner", ctx.person_id) if fits(order)]
        found.sort(key=lambda order: (-order.created_at, order.id))
        return m.OrderList(orders=[views.order_brief(ctx, order) for order in found[: args.limit]], total=len(found))

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_CANNOT_CANCEL", "REFUND_CHANGED"))
    def order_cancel(self, ctx: Ctx, args: m.OrderCancelArgs) -> m.OrderCancelled:
        """Cancel an order: free until the shop accepts it, less 20 % of the goods then, less half once it is being
        made, free again if it is half an hour late, and no more after the courier picked it up. Takes no request
        number: look at the order before you try again.
        """
        order = _own(ctx, args.order_id)
        ended, back = lifecycle.cancel(ctx, order, args.reason)
        if args.expect_refund is not None and back < args.expect_refund:
            raise NeedsPerson(
                "REFUND_CHANGED",
                f"only {format_yuan(back)} yuan would come back, the order is {order.state}",
                hint="ask the person whether to cancel for that",
            )
        kept = order.total_fen - back if back else 0
        return m.OrderCancelled(order_id=ended.id, state=ended.state, refund=back, kept=max(0, kept))

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_CANNOT_CHANGE"))
    def order_note(self, ctx: Ctx, args: m.OrderNoteArgs) -> m.OrderView:
        """Replace the note of an order that the courier has not picked up yet.

        Takes no request number: the same note twice is the same note.
        """
        order = _own(ctx, args.order_id)
        if order.state not in lifecycle.KEPT_PERCENT:
            raise Rejected("ORDER_CANNOT_CHANGE", f"order {order.id} is {order.state}", hint="call the courier")
        changed = msgspec.structs.replace(order, note=args.note)
        ctx.put(ORDERS, changed)
        return views.order_view(ctx, changed)

    # --- what happens --------------------------------------------------------------------------------------------

    @on("payment_settled")
    def _payment_settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        lifecycle.on_settled(ctx, data["out_trade_no"])

    @on("payable_expired")
    def _payable_expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        lifecycle.on_expired(ctx, data["out_trade_no"])

    @on("order_step")
    def _order_step(self, ctx: Ctx, data: dict[str, Any]) -> None:
        lifecycle.on_step(ctx, data["order_id"])

    @on(life.EVENT)
    def _begin_day(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """What will happen by itself until the next dawn."""
        daily.plan(ctx)

    @on(life.HAPPENS)
    def _life_happens(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """One of those things."""
        daily.happens(ctx, data)

    # --- what scenarios may do -----------------------------------------------------------------------------------

    @fixture("shop")
    def _shop(self, ctx: Ctx, args: staging.ShopFixture) -> str:
        return staging.add_shop(ctx, args)

    @fixture("dish")
    def _dish(self, ctx: Ctx, args: staging.DishFixture) -> str:
        return staging.add_dish(ctx, args)

    @fixture("stock")
    def _stock(self, ctx: Ctx, args: staging.StockFixture) -> str:
        return staging.set_stock(ctx, args)

    @fixture("price")
    def _price(self, ctx: Ctx, args: staging.PriceFixture) -> str:
        return staging.set_price(ctx, args)

    @fixture("coupon")
    def _coupon(self, ctx: Ctx, args: staging.CouponFixture) -> str:
        return staging.add_coupon(ctx, args)

    @fixture("close_shop")
    def _close_shop(self, ctx: Ctx, args: staging.CloseFixture) -> str:
        return staging.close_shop(ctx, args)

    @fixture("shop_refuses")
    def _shop_refuses(self, ctx: Ctx, args: staging.RefuseFixture) -> str:
        return staging.shop_refuses(ctx, args)

    @fixture("past_order")
    def _past_order(self, ctx: Ctx, args: staging.PastOrderFixture) -> str:
        return staging.past_order(ctx, args)

    @fixture("slip")
    def _slip(self, ctx: Ctx, args: staging.SlipFixture) -> str | None:
        return staging.slip(ctx, args)

    @fixture("shop_cancels")
    def _shop_cancels(self, ctx: Ctx, args: staging.OrderFixture) -> str | None:
        return staging.shop_cancels(ctx, args)

    # --- what faults may do --------------------------------------------------------------------------------------

    @disruption("sold_out")
    def _sold_out(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.sold_out(ctx, args)

    @disruption("price_change")
    def _price_change(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.price_change(ctx, args, params)

    @disruption("shop_closes")
    def _shop_closes(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.shop_closes(ctx, args)

    @disruption("merchant_cancels")
    def _merchant_cancels(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.merchant_cancels(ctx, args)

    @disruption("delivery_slip")
    def _delivery_slip(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.delivery_slip(ctx, args, params)

    @disruption("coupon_expired")
    def _coupon_expired(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.coupon_expires(ctx, args)

    @disruption("duplicate_notification")
    def _duplicate_notification(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        return upsets.payment_told_twice(ctx, args)


def _own(ctx: Ctx, order_id: str) -> Order:
    order = ctx.get(ORDERS, order_id)
    if order is None or order.owner != ctx.person_id:
        raise Rejected("ORDER_NOT_EXIST", f"you have no flash order {order_id[:40]}", hint="see flash_order_list")
    return order
