"""The market as a whole: which writes take a number, and the same days twice."""

from __future__ import annotations

from mock_services.clock import parse_iso
from mock_services.taobao.rows import SKUS
from mock_services.world import World
from tests.mock_services.taobao_world import base, furnish, later, order, pay, until

TOOLS = sorted(name for name in base().registry.tools if name.startswith("taobao_"))


def arrange(world: World) -> None:
    """A buyer with a wallet, one order in each state, a coupon, and somebody else's order."""
    furnish(world)
    world.arrange("alipay", "wallet", {"amount": "5000"})
    world.arrange("taobao", "coupon", {"discount": "5"})
    for state, created in (
        ("unpaid", "2026-03-05T09:20"),
        ("paid", "2026-03-05T08:00"),
        ("shipped", "2026-03-04T08:00"),
        ("delivered", "2026-03-02T08:00"),
        ("completed", "2026-02-20T08:00"),
    ):
        past = {"query": "T恤", "created_at": created, "state": state, "account": "wallet:U1", "address_id": "home"}
        world.arrange("taobao", "past_order", past)
    world.arrange("taobao", "past_order", {"query": "猫粮", "created_at": "2026-03-01T08:00", "buyer": "U2"})


def in_stock(world: World) -> str:
    return next(sku.id for sku in world.ctx.scan(SKUS) if sku.stock > 5)


def test_two_thirds_of_the_writes_take_a_request_number() -> None:
    writes = [tool for name, tool in base().registry.tools.items() if name in TOOLS and tool.access == "write"]
    keyed = [tool for tool in writes if tool.key]
    assert 0.6 <= len(keyed) / len(writes) <= 0.75
    assert all("request number" in tool.description for tool in writes if not tool.key)


def test_the_same_days_in_two_worlds_leave_the_same_world() -> None:
    digests = set()
    for _ in range(2):
        world = World(base(), start=parse_iso("2026-03-05T09:40", 480))
        arrange(world)
        made = order(world, in_stock(world))
        pay(world, made["out_trade_no"])
        later(world, minutes=3)
        until(world, made["order_id"], "delivered")
        digests.add(world.state.digest())
    assert len(digests) == 1
