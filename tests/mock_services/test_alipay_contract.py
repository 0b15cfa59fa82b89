"""Alipay and the person's tools keep the contract of every service, whatever they are called with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from mock_services.testing import Sample, Stage
from mock_services.world import World
from tests.mock_services.alipay_world import Willing, base, ok, order

TERMS = {"purpose": "tea", "categories": ["food"], "single_limit": "30", "valid_to": "2026-06-01T00:00:00"}
CHARGE = {"payee": "stall", "subject": "tea", "amount": "12.50", "lines": [{"name": "tea", "amount": "12.50"}]}


def arrange(world: World) -> None:
    """A person who has everything that the tools can look at."""
    world.person = Willing()
    world.arrange("user", "person", {"name": "李明", "city": "Hangzhou"})
    world.arrange("user", "address", {"label": "home", "near": "西湖"})
    world.arrange("user", "contact", {"name": "Rina", "phone": "13900000001"})
    world.arrange("user", "calendar", {"title": "standup", "start": "2026-03-05T09:30:00"})
    world.arrange("user", "preference", {"key": "seat", "text": "aisle"})
    world.arrange("user", "notice", {"service": "bank", "event": "ad", "text": "hello"})
    world.arrange("alipay", "wallet", {"amount": 500})
    world.arrange("alipay", "card", {"bank": "CMB", "last4": "6222", "amount": 300, "single_limit": 200})
    world.arrange("alipay", "credit", {"limit": 1000})
    world.arrange("alipay", "payee", {"account": "wang", "name": "王五"})
    world.arrange("alipay", "utility_bill", {"kind": "gas", "amount": 5, "due": "2026-03-09", "history": [4]})
    world.arrange("alipay", "mandate", TERMS)
    past = {"payee": "M1", "amount": 5, "at": "2026-03-01T00:00:00", "duplicate": True, "category": "ride"}
    world.arrange("alipay", "past_payment", past)
    order(world)


def paid(world: World) -> Mapping[str, Any]:
    """A payment that was just made."""
    made = ok(world, "alipay_pay", out_trade_no=order(world), request_no="s1")
    return {"request_no": made["request_no"], "payment_id": made["payment_id"]}


def mandate(world: World) -> str:
    """The person's mandate."""
    return str(ok(world, "alipay_mandate_list")["mandates"][0]["mandate_id"])


def suspended(world: World) -> str:
    """A mandate that rests."""
    return str(ok(world, "alipay_mandate_suspend", mandate_id=mandate(world))["mandate_id"])


def contact(world: World) -> str:
    """The person's contact."""
    return str(ok(world, "user_contacts")["contacts"][0]["contact_id"])


SAMPLES: dict[str, list[Sample]] = {
    "alipay_pay": [
        lambda world: {"out_trade_no": order(world), "request_no": "s1"},
        lambda world: {"out_trade_no": order(world, "600"), "request_no": "s1", "rest_method_id": "card:6222"},
    ],
    "alipay_payment_query": [lambda world: {"request_no": paid(world)["request_no"]}],
    "alipay_receipt": [lambda world: {"payment_id": paid(world)["payment_id"]}],
    "alipay_refund_request": [lambda world: {"payment_id": paid(world)["payment_id"], "reason": "other"}],
    "alipay_payee_check": [{"account": "wang"}],
    "alipay_transfer": [
        {"payee_account": "wang", "amount": "5", "request_no": "s1"},
        lambda world: {"contact_id": contact(world), "amount": "5", "request_no": "s1"},
    ],
    "alipay_collect_request": [lambda world: {"contact_ids": [contact(world)], "amount_each": "5"}],
    "alipay_collect_query": [
        lambda world: {
            "collect_id": ok(world, "alipay_collect_request", contact_ids=[contact(world)], amount_each="5")[
                "collect_id"
            ]
        }
    ],
    "alipay_mandate_apply": [TERMS | {"request_no": "s1"}],
    "alipay_mandate_query": [lambda world: {"mandate_id": mandate(world)}],
    "alipay_mandate_revoke": [lambda world: {"mandate_id": mandate(world)}],
    "alipay_mandate_suspend": [lambda world: {"mandate_id": mandate(world)}],
    "alipay_mandate_resume": [lambda world: {"mandate_id": suspended(world)}],
    "alipay_order_prepay": [
        lambda world: {"out_trade_no": order(world), "mandate_id": mandate(world)},
        lambda world: {"out_trade_no": order(world, "600"), "rest_method_id": "card:6222"},
    ],
    "alipay_mandate_pay": [
        lambda world: {"mandate_id": mandate(world), "out_trade_no": order(world), "request_no": "s1"}
    ],
    "clock_wait": [{"seconds": 600}],
    "user_confirm": [{"offer": {"charges": [CHARGE], "total": "12.50"}}],
    "user_address_add": [{"label": "hotel", "text": "Room 1", "city": "hangzhou", "location": "120.1551,30.2741"}],
    "user_calendar_add": [{"title": "x", "start": "2026-03-05T10:00:00", "end": "2026-03-05T11:00:00"}],
}


@cache
def stage() -> Stage:
    """The prepared world, built once."""
    return Stage(base(), arrange=arrange, samples=SAMPLES)


@pytest.mark.parametrize("tool", [name for name, tool in base().registry.tools.items() if tool.service != "stall"])
def test_the_tool_keeps_the_contract(tool: str) -> None:
    stage().check(tool, examples=40)
