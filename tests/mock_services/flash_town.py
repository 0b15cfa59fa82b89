"""A small world in which somebody can order from flash: an address book, a wallet, and a way to pay."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mock_services.base import Base
from mock_services.clock import MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.faults import Fault, PlannedFaults
from mock_services.flash import Flash
from mock_services.ledger import ACCOUNTS
from mock_services.people import ADDRESSES, PEOPLE, Address, PersonRow
from mock_services.registry import Registry
from mock_services.world import World

WALLET = "wallet:U1"
HOME, OFFICE, FAR = "A1", "A2", "A3"


@lru_cache
def base() -> Base:
    return Base(0, "small", Registry((ClockService(), Flash())))


def town(*faults: Fault, moment: str = "2026-03-05T09:40", person: str = "U1", seed: int = 0) -> World:
    """Hangzhou on a Thursday morning: home in Xihu, the office in Binjiang, and a friend on Lop Nur."""
    world = World(base(), start=parse_iso(moment, 480), person_id=person, faults=PlannedFaults(faults), seed=seed)
    world.state.put(PEOPLE, PersonRow("U1", "林晓", "13800000001", "", "zh", "hangzhou", 120.1299, 30.2594))
    for key, label, lon, lat in ((HOME, "home", 120.1299, 30.2594), (OFFICE, "company", 120.1900, 30.1895)):
        world.state.put(ADDRESSES, Address(key, "U1", label, "林晓", "13800000001", "hangzhou", "某路1号", lon, lat))
    world.state.put(ADDRESSES, Address(FAR, "U1", "far", "老周", "13800000009", "hangzhou", "罗布泊", 90.25, 40.17))
    world.ctx.ledger.open(WALLET, "U1", "余额", fen=200_000)
    return world


def ok(world: World, tool: str, **args: Any) -> dict[str, Any]:
    reply = world.call(f"flash_{tool}", args)
    assert reply.ok, reply.error
    assert isinstance(reply.data, dict)
    return reply.data


def refused(world: World, tool: str, **args: Any) -> str:
    """The code of a refusal, which must have changed nothing but the clock."""
    twin = world.fork()
    reply = world.call(f"flash_{tool}", args)
    assert reply.error is not None, reply.data
    twin.advance(world.now)
    assert twin.state.digest() == world.state.digest()
    return str(reply.error["code"])


def first(world: World, query: str, address: str = HOME, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = ok(world, "dish_search", query=query, address_id=address, **more)["dishes"][0]
    return found


def order(world: World, query: str = "拿铁", quantity: int = 2, address: str = HOME, **more: Any) -> dict[str, Any]:
    dish = first(world, query, address)
    line = {"dish_id": dish["dish_id"], "quantity": quantity, "options": more.pop("options", {})}
    return ok(world, "order_create", shop_id=dish["shop_id"], address_id=address, lines=[line], **more)


def pay(world: World, out_trade_no: str, number: str = "pay-1") -> None:
    payables = world.ctx.payables
    payable = payables.get(out_trade_no)
    mark = len(world.state.journal)
    payables.pay(payable, request_no=number, sources=[(WALLET, payable.fen)])
    world.commit(mark)


def later(world: World, minutes: float) -> None:
    world.advance(world.now + int(minutes * MINUTE))


def paid(world: World, **more: Any) -> dict[str, Any]:
    """An order that was paid two minutes ago: the cashier has heard of it."""
    created = order(world, **more)
    pay(world, created["out_trade_no"])
    later(world, 2)
    return created


def balance(world: World) -> int:
    assert sum(account.fen for account in world.ctx.scan(ACCOUNTS)) == 0
    return world.ctx.ledger.balance(WALLET)


def until(world: World, order_id: str, state: str) -> dict[str, Any]:
    """Let the clock run until an order is in a state, two hours at most."""
    status: dict[str, Any] = {}
    for _ in range(1440):
        status = ok(world, "order_status", order_id=order_id)
        if status["state"] == state:
            return status
        world.advance(world.now + 5000)
    raise AssertionError(f"never {state}: {status}")
