"""What the stories about ``fliggy`` share: a world with a traveller and a wallet, calls that succeed or fail."""

from __future__ import annotations

from functools import cache
from typing import Any

from mock_services.base import Base
from mock_services.clock import MINUTE, parse_iso
from mock_services.clock_service import ClockService
from mock_services.faults import Fault, PlannedFaults
from mock_services.fliggy import Fliggy
from mock_services.ledger import ACCOUNTS
from mock_services.people import PEOPLE, PersonRow
from mock_services.registry import Registry
from mock_services.world import World

NOW = "2026-03-06T16:00:00+08:00"
WALLET = "wallet:U1"


@cache
def base() -> Base:
    return Base(0, "small", Registry((ClockService(), Fliggy())))


def a_world(now: str = NOW, *faults: Fault) -> World:
    world = World(base(), start=parse_iso(now, 480), faults=PlannedFaults(faults))
    world.ctx.put(PEOPLE, PersonRow("U1", "陈晨", "13800000001", "11010519491231002X", "zh", "beijing", 116.4, 39.9))
    world.ctx.ledger.open(WALLET, "U1", "wallet", fen=1_000_000)
    return world


def ok(world: World, tool: str, **args: Any) -> Any:
    reply = world.call(f"fliggy_{tool}", args)
    assert reply.ok, reply.error
    return reply.data


def code(world: World, tool: str, **args: Any) -> str:
    before = world.state.digest()
    reply = world.call(f"fliggy_{tool}", args)
    assert not reply.ok, reply.data
    assert world.state.digest() == before
    assert reply.error is not None
    return str(reply.error["code"])


def pay(world: World, out_trade_no: str) -> None:
    payable = world.ctx.payables.get(out_trade_no)
    world.ctx.payables.pay(payable, request_no=f"pay-{out_trade_no}", sources=[(WALLET, payable.fen)])


def settle(world: World) -> None:
    world.advance(world.now + 15 * MINUTE)


def balance(world: World) -> int:
    assert sum(account.fen for account in world.state.scan(ACCOUNTS)) == 0
    return world.ctx.ledger.balance(WALLET)
