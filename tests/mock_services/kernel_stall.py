"""A tiny service for the kernel's tests: a stall that sells tea, with a keyed and an unkeyed order."""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.base import Base
from mock_services.clock import MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.faults import Fault, PlannedFaults
from mock_services.payables import Line
from mock_services.registry import Registry
from mock_services.service import Args, Result, Service, disruption, fixture, on, read, write
from mock_services.tables import Table
from mock_services.world import World

START = parse_iso("2026-03-05T09:40:00", 480)


class Tea(msgspec.Struct, frozen=True, gc=False):
    """A tea with its stock."""

    id: str
    name: str
    fen: int
    stock: int


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order; ``heard`` counts how often the stall heard of its payment."""

    id: str
    tea: str
    out_trade_no: str
    tip: int
    state: str
    heard: int


TEAS = Table("stall.teas", Tea, "id", text=lambda tea: tea.name)
ORDERS = Table("stall.orders", Order, "id", indexes=("tea", "state"))


class TeaRef(Args):
    tea: str = Field(max_length=20)


class OrderArgs(TeaRef):
    request_no: str = Field("", max_length=40)
    tip: YuanIn = Field(0, ge=0)


class TeaView(Result):
    stock: int
    price: YuanOut
    tags: list[str]


class OrderView(Result):
    order_id: str
    out_trade_no: str
    amount: YuanOut


class Stall(Service):
    """Sells tea."""

    name = "stall"
    tables = (TEAS, ORDERS)

    def seed(self, base: Any) -> None:
        base.add(TEAS, Tea("green", "龙井 green tea", 1250, 3))
        base.add(TEAS, Tea("black", "祁门 black tea", 800, 1))

    @read(obj="tea", errors=("TEA_NOT_EXIST",))
    def tea(self, ctx: Ctx, args: TeaRef) -> TeaView:
        """A tea."""
        row = self._row(ctx, args.tea)
        return TeaView(stock=row.stock, price=row.fen, tags=["tea", "hot", "loose", "leaf"])

    @read(faults=False)
    def sign(self, ctx: Ctx, args: TeaRef) -> TeaView:
        """A tea, as painted on the wall."""
        return self.tea(ctx, args)

    @read()
    def broken_read(self, ctx: Ctx, args: TeaRef) -> TeaView:
        """A read tool that writes."""
        self.restock(ctx, args)
        return self.tea(ctx, args)

    @write(key="request_no", obj="tea", errors=("TEA_NOT_EXIST", "SOLD_OUT"))
    def order(self, ctx: Ctx, args: OrderArgs) -> OrderView:
        """Order a tea."""
        return self._order(ctx, args)

    @write(obj="tea", errors=("TEA_NOT_EXIST", "SOLD_OUT"))
    def shout(self, ctx: Ctx, args: OrderArgs) -> OrderView:
        """Order a tea across the street; takes no request number."""
        return self._order(ctx, args)

    @write(obj="tea", errors=("SOLD_OUT",))
    def clumsy(self, ctx: Ctx, args: TeaRef) -> TeaView:
        """Take a tea from the shelf and then notice that it cannot be sold."""
        row = self._row(ctx, args.tea)
        ctx.put(TEAS, msgspec.structs.replace(row, stock=row.stock - 1))
        ctx.schedule(ctx.now + MINUTE, "stall", "payment_settled", {"out_trade_no": "none"})
        raise Unavailable("SOLD_OUT", "it was the last one")

    @on("payment_settled")
    def settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        for order in ctx.scan(ORDERS):
            if order.out_trade_no == data["out_trade_no"]:
                ctx.put(ORDERS, msgspec.structs.replace(order, state="paid", heard=order.heard + 1))

    @on("payable_expired")
    def expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        for order in ctx.scan(ORDERS):
            if order.out_trade_no == data["out_trade_no"]:
                ctx.put(ORDERS, msgspec.structs.replace(order, state="expired"))
                row = self._row(ctx, order.tea)
                ctx.put(TEAS, msgspec.structs.replace(row, stock=row.stock + 1))

    @fixture()
    def restock(self, ctx: Ctx, args: TeaRef) -> str:
        row = self._row(ctx, args.tea)
        ctx.put(TEAS, msgspec.structs.replace(row, stock=row.stock + 10))
        return row.id

    @disruption("sold_out")
    def sell_out(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        row = ctx.get(TEAS, args["tea"])
        if row is None or row.stock == 0:
            return False
        ctx.put(TEAS, msgspec.structs.replace(row, stock=0))
        return True

    @staticmethod
    def _row(ctx: Ctx, tea: str) -> Tea:
        row = ctx.get(TEAS, tea)
        if row is None:
            raise Rejected("TEA_NOT_EXIST", "no such tea")
        return row

    def _order(self, ctx: Ctx, args: OrderArgs) -> OrderView:
        row = self._row(ctx, args.tea)
        if row.stock == 0:
            raise Unavailable("SOLD_OUT", "no tea left")
        ctx.put(TEAS, msgspec.structs.replace(row, stock=row.stock - 1))
        order_id = ctx.next_id("ST")
        payable = ctx.payables.open(
            service="stall",
            ref=order_id,
            payee="stall",
            payee_name="Tea stall",
            subject=row.name,
            category="food",
            lines=(Line(row.name, 1, row.fen), Line("tip", 1, args.tip)),
            expires_at=ctx.now + 15 * MINUTE,
        )
        ctx.put(ORDERS, Order(order_id, row.id, payable.out_trade_no, args.tip, "open", 0))
        return OrderView(order_id=order_id, out_trade_no=payable.out_trade_no, amount=payable.fen)


_BASES: dict[int, Base] = {}


def stall_base(seed: int = 0) -> Base:
    """The stall's base world, built once."""
    return _BASES.setdefault(seed, Base(seed, "small", Registry((ClockService(), Stall()))))


def stall_world(*faults: Fault, wallet: int = 10_000, seed: int | str = 0) -> World:
    """A world with the stall, and a person with money."""
    world = World(stall_base(), start=START, seed=seed, faults=PlannedFaults(faults))
    world.ctx.ledger.open("wallet:U1", "U1", "Wallet", fen=wallet)
    world.ctx.ledger.open("card:U1:6222", "U1", "Card", fen=wallet)
    world.ctx.ledger.open("credit:U1", "U1", "Credit", floor=-wallet)
    return world
