"""The market keeps the contract of all services: typed, atomic, deterministic, balanced, keyed."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.clock import parse_iso
from mock_services.taobao.rows import SKUS
from mock_services.testing import Stage
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


def find(world: World, state: str) -> str:
    """The person's order in this state."""
    found = world.call("taobao_order_list", {"state": state}).data["orders"]
    return str(found[0]["order_id"])


def in_stock(world: World) -> str:
    return next(sku.id for sku in world.ctx.scan(SKUS) if sku.stock > 5)


def lines(world: World) -> dict[str, Any]:
    return {"lines": [{"sku_id": in_stock(world), "quantity": 2}], "address_id": "home"}


def offer(world: World) -> str:
    for hit in world.call("taobao_item_search", {"query": "充电器", "limit": 50}).data["items"]:
        for one in world.call("taobao_coupon_list", {"item_id": hit["item_id"]}).data["claimable"]:
            return str(one["offer_id"])
    raise AssertionError("no offer")


def asked(world: World) -> dict[str, Any]:
    args = {"order_id": find(world, "delivered"), "kind": "return_and_refund", "reason": "size"}
    return {"after_sale_id": world.call("taobao_after_sale_apply", args).data["after_sale_id"]}


SAMPLES: dict[str, Any] = {
    "item_search": {"query": "猫粮", "sort": "price"},
    "item_detail": lambda w: {"item_id": in_stock(w)[:-2]},
    "item_reviews": lambda w: {"item_id": in_stock(w)[:-2]},
    "shop_detail": {"shop_id": "TS101"},
    "coupon_list": lambda w: {"item_id": in_stock(w)[:-2]},
    "coupon_claim": lambda w: {"offer_id": offer(w), "request_no": "k"},
    "cart_update": lambda w: {"sku_id": in_stock(w), "quantity": 2},
    "cart_list": {},
    "order_preview": lines,
    "order_create": lambda w: {**lines(w), "request_no": "k"},
    "order_list": {"query": "T恤"},
    "order_detail": lambda w: {"order_id": find(w, "shipped")},
    "order_cancel": lambda w: {"order_id": find(w, "paid"), "request_no": "k"},
    "change_address": lambda w: {"order_id": find(w, "paid"), "address_id": "office"},
    "logistics": lambda w: {"order_id": find(w, "shipped")},
    "confirm_receipt": lambda w: {"order_id": find(w, "delivered")},
    "message_to_seller": lambda w: {"order_id": find(w, "paid"), "text": "?", "request_no": "k"},
    "after_sale_apply": lambda w: {
        "order_id": find(w, "delivered"),
        "kind": "return_and_refund",
        "reason": "size",
        "request_no": "k",
    },
    "after_sale_detail": asked,
    "after_sale_cancel": lambda w: {**asked(w), "request_no": "k"},
}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(base(), arrange=arrange, samples={f"taobao_{name}": [made] for name, made in SAMPLES.items()})


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_keeps_the_contract(stage: Stage, tool: str) -> None:
    stage.check(tool, examples=30)


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
