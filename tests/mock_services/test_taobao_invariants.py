"""Whatever a buyer does and in whatever order: goods and money are neither made nor lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import MINUTE
from mock_services.payables import PAYMENTS
from mock_services.taobao.rows import AFTER_SALES, ORDERS
from mock_services.world import World
from tests.mock_services.taobao_world import balance, charger, market, money_in_the_world, ok, stock_of

BOUGHT_BACK = ("closed", "refunded")

waits = st.tuples(st.just("wait"), st.sampled_from((1, 5, 40, 300, 1500, 6000)))
asks = st.tuples(
    st.just("ask"),
    st.sampled_from(("refund_only", "return_and_refund")),
    st.sampled_from(("size", "quality", "late", "paid_twice")),
    st.sampled_from((None, "10.00", "79.00")),
    st.booleans(),
)
steps = st.one_of(
    st.just(("order",)), st.just(("pay",)), st.just(("pay",)), waits, waits, asks, asks, asks, st.just(("cancel",)),
    st.just(("confirm",)), st.just(("withdraw",)), st.just(("merchant",)), st.just(("slip",)),
)  # fmt: skip


class Buyer:
    """Acts on the newest order; most of what it tries is refused, and must then leave no trace."""

    def __init__(self, sku: str, world: World) -> None:
        self.sku, self.world, self.count = sku, world, 0
        self.order_id = self.trade = self.request = "none"

    def act(self, step: tuple[Any, ...]) -> None:
        world, kind = self.world, step[0]
        self.count += 1
        if kind == "wait":
            world.advance(world.now + step[1] * MINUTE)
        elif kind == "order":
            lines = [{"sku_id": self.sku, "quantity": 1 + self.count % 2}]
            reply = world.call("taobao_order_create", {"lines": lines, "address_id": "home"})
            if reply.ok:
                self.order_id, self.trade = reply.data["order_id"], reply.data["out_trade_no"]
        elif kind == "pay":
            world.call("alipay_pay", {"out_trade_no": self.trade, "request_no": f"p{self.count}"})
        elif kind == "ask":
            args = {"order_id": self.order_id, "kind": step[1], "reason": step[2]}
            args |= {"amount": step[3]} if step[3] else {}
            args |= {"sku_id": self.sku} if step[4] else {}
            reply = world.call("taobao_after_sale_apply", args)
            if reply.ok:
                self.request = reply.data["after_sale_id"]
        elif kind == "withdraw":
            world.call("taobao_after_sale_cancel", {"after_sale_id": self.request})
        elif kind == "merchant":
            world.arrange(
                "taobao", "seller_rule", {"item_id": self.sku[:-2], "stance": "refuses", "return_freight": "9"}
            )
        elif kind == "slip":
            world.arrange("taobao", "delivery_slip", {"order_id": self.order_id, "days": 2})
        else:
            tool = {"cancel": "order_cancel", "confirm": "confirm_receipt"}[kind]
            world.call(f"taobao_{tool}", {"order_id": self.order_id})


def check(world: World, sku: str) -> None:
    assert money_in_the_world(world) == 0
    orders = world.ctx.scan(ORDERS)
    for order in orders:
        payments = [p for p in world.ctx.find(PAYMENTS, "out_trade_no", order.out_trade_no) if p.state == "success"]
        paid, returned = sum(p.fen for p in payments), sum(p.refunded_fen for p in payments)
        assert 0 <= returned <= paid
        assert 0 <= order.refunded_fen <= order.total_fen
        escrow = balance(world, f"escrow:{order.out_trade_no}")
        assert escrow in (0, paid - returned), "all of it is held until it is handed over"
        if order.state in ("paid", "shipped", "delivered"):
            assert escrow == paid - returned > 0
        if order.state in ("closed", "refunded", "completed"):
            assert escrow == 0
        if order.state == "refunding":
            assert order.held_state


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.sampled_from((0, 2, 1500, 6000)), st.lists(steps, min_size=4, max_size=24))
def test_goods_and_money_are_kept(minutes: int, plan: list[tuple[Any, ...]]) -> None:
    world = market("2026-03-07T11:00")
    sku = charger(world)
    buyer = Buyer(sku, world)
    for step in [("order",), ("pay",), ("wait", minutes), *plan]:
        buyer.act(step)
        check(world, sku)
    world.advance(world.now + 30 * 24 * 60 * MINUTE)
    check(world, sku)
    for order in world.ctx.scan(ORDERS):
        assert order.state in ("completed", *BOUGHT_BACK), "in a month every order comes to its end"
        assert ok(world, "order_detail", order_id=order.id)["actions"] in ([], ["after_sale_apply"])
    gone = sum(
        line.quantity
        for order in world.ctx.scan(ORDERS)
        if order.state == "completed"
        and not any(
            row.state == "refunded" and row.kind == "return_and_refund"
            for row in world.ctx.find(AFTER_SALES, "order_id", order.id)
        )
        for line in order.lines
    )
    kept = sum(
        line.quantity
        for order in world.ctx.scan(ORDERS)
        if order.state == "refunded"
        and order.delivered_at
        and all(row.kind == "refund_only" for row in world.ctx.find(AFTER_SALES, "order_id", order.id))
        for line in order.lines
    )
    assert stock_of(world, sku) == 10 - gone - kept
