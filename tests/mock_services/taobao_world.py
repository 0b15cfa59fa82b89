"""A small market with one buyer, for the stories about it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mock_services.alipay import Alipay
from mock_services.base import Base
from mock_services.clock import HOUR, MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.faults import Fault, PlannedFaults
from mock_services.ledger import ACCOUNTS
from mock_services.people import ADDRESSES, PEOPLE, Address, PersonRow
from mock_services.registry import Registry
from mock_services.taobao import Taobao
from mock_services.taobao.rows import SKUS
from mock_services.world import World

WALLET = "wallet:U1"


@lru_cache
def base(seed: int = 0) -> Base:
    return Base(seed, "small", Registry((ClockService(), Alipay(), Taobao())))


def market(moment: str = "2026-03-07T11:00", *faults: Fault, seed: int = 0, fen: int = 500_000) -> World:
    """Saturday morning in Hangzhou; a wallet, a home, an office, and a house in Jakarta."""
    plan = PlannedFaults(faults) if faults else None
    world = World(base(), start=parse_iso(moment, 480), seed=seed, faults=plan)
    furnish(world)
    if fen:
        world.arrange("alipay", "wallet", {"amount": f"{fen // 100}.{fen % 100:02d}"})
    return world


def furnish(world: World) -> None:
    put = world.state.put
    put(PEOPLE, PersonRow("U1", "林晓", "13800000001", "", "zh", "hangzhou", 120.15, 30.27))
    for address_id, owner, city, text in (
        ("home", "U1", "hangzhou", "文三路1号"),
        ("office", "U1", "hangzhou", "网商路699号"),
        ("jakarta", "U1", "jakarta", "Jalan Sudirman 1"),
        ("lhasa", "U1", "lhasa", "北京中路1号"),
        ("theirs", "U2", "hangzhou", "曙光路2号"),
    ):
        put(ADDRESSES, Address(address_id, owner, address_id, "林晓", "138", city, text, 120.13, 30.28))


def ok(world: World, tool: str, **args: Any) -> Any:
    reply = world.call(f"taobao_{tool}", args)
    assert reply.ok, reply.error
    return reply.data


def code(world: World, tool: str, **args: Any) -> str:
    mark = len(world.state.journal)
    reply = world.call(f"taobao_{tool}", args)
    assert reply.error is not None, reply.data
    assert len(world.state.journal) == mark
    return str(reply.error["code"])


def charger(world: World, **changes: Any) -> str:
    """An item of the story's own; returns its sku_id (one variant, 79 yuan)."""
    item_id = world.arrange(
        "taobao",
        "item",
        {
            "title": "测试65W充电器",
            "category": "chargers",
            "skus": [{"spec": "65W", "price": "79.00", "stock": 10}],
            "shop_city": "shenzhen",
            **changes,
        },
    )
    return f"{item_id}01"


def order(world: World, sku_id: str, quantity: int = 1, **args: Any) -> Any:
    lines = [{"sku_id": sku_id, "quantity": quantity}]
    return ok(world, "order_create", **{"lines": lines, "address_id": "home", "request_no": "r1", **args})


def pay(world: World, trade: str, request_no: str = "p1") -> None:
    reply = world.call("alipay_pay", {"out_trade_no": trade, "request_no": request_no})
    assert reply.ok, reply.error


def bought(world: World, sku_id: str, quantity: int = 1, **args: Any) -> str:
    """Order, pay, and wait until the shop has heard of it."""
    made = order(world, sku_id, quantity, **args)
    pay(world, made["out_trade_no"])
    later(world, minutes=2)
    return str(made["order_id"])


def later(world: World, *, minutes: int = 0, hours: int = 0) -> None:
    world.advance(world.now + minutes * MINUTE + hours * HOUR)


def until(world: World, order_id: str, state: str, days: int = 14) -> Any:
    """Let time pass, an hour at a time, until the order is in this state."""
    found = ok(world, "order_detail", order_id=order_id)
    for _ in range(days * 24):
        if found["state"] == state:
            return found
        later(world, hours=1)
        found = ok(world, "order_detail", order_id=order_id)
    raise AssertionError(f"{order_id} never became {state}: {found['state']}")


def stock_of(world: World, sku_id: str) -> int:
    sku = world.ctx.get(SKUS, sku_id)
    assert sku is not None
    return sku.stock


def balance(world: World, account: str = WALLET) -> int:
    return world.ctx.ledger.balance(account)


def money_in_the_world(world: World) -> int:
    return sum(account.fen for account in world.ctx.scan(ACCOUNTS))
