"""A person with a wallet, a card and a credit line, contacts, and a tea stall to pay at."""

from __future__ import annotations

from functools import cache
from typing import Any

from mock_services.alipay import Alipay
from mock_services.base import Base
from mock_services.clock_service import ClockService
from mock_services.context import Ctx
from mock_services.faults import Fault, PlannedFaults
from mock_services.invariants import check
from mock_services.ledger import ACCOUNTS
from mock_services.person import Answer, Decision
from mock_services.registry import Registry
from mock_services.user import User
from mock_services.world import World
from tests.mock_services.kernel_stall import START, Stall


@cache
def base() -> Base:
    """User, clock, Alipay and the stall."""
    return Base(0, "small", Registry((User(), ClockService(), Alipay(), Stall())))


class Willing:
    """A person who knows one answer, approves what costs at most 50 yuan, and thinks for a while."""

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        return Answer("told", "the usual", seconds=25)

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        return Decision("approved" if offer["total"] <= 5000 else "refused", "", seconds=15)

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        return Decision("approved" if terms["single_limit"] <= 5000 else "refused", "fine", seconds=10)


def city_world(*faults: Fault) -> World:
    """A Thursday morning in Hangzhou: wallet 500, card 300 (at most 200 a payment), credit 1000 of which 100 used."""
    world = World(base(), start=START, person=Willing(), faults=PlannedFaults(faults))
    world.arrange("user", "person", {"name": "李明", "city": "Hangzhou"})
    world.arrange("alipay", "wallet", {"amount": 500})
    world.arrange("alipay", "card", {"bank": "CMB", "last4": "6222", "amount": 300, "single_limit": 200})
    world.arrange("alipay", "credit", {"limit": 1000, "used": 100})
    return world


def order(world: World, yuan: str = "12.50") -> str:
    """Order tea for this price (a tip makes up for it) and return the trade's number."""
    world.arrange("stall", "restock", {"tea": "green"})
    tip = f"{float(yuan) - 12.5:.2f}"
    made = world.call("stall_order", {"tea": "green", "tip": tip})
    assert made.ok, made.error
    return str(made.data["out_trade_no"])


def ok(world: World, tool: str, **args: Any) -> Any:
    """Call a tool that must succeed and return its data."""
    reply = world.call(tool, args)
    assert reply.ok, reply.error
    return reply.data


def refused(world: World, tool: str, **args: Any) -> str:
    """Call a tool that must be refused without changing anything and return the code."""
    reply = world.call(tool, args)
    assert reply.error is not None, reply.data
    assert world.recorder.events[-1].data["changes"] == []
    return str(reply.error["code"])


def balances(world: World) -> dict[str, int]:
    """The person's accounts in fen; all invariants of money are checked on the way."""
    assert check(world) == []
    return {account.kind: account.fen for account in world.state.scan(ACCOUNTS) if account.owner == "U1"}
