"""The guard lets no payment through that nobody agreed to."""

from __future__ import annotations

from typing import Any

import pytest

from agent.guard import Guard
from agent.task import Task


class Till:
    """An episode that approves every offer and takes every payment."""

    episode_id = "till"
    instruction = ""
    locale = "en"
    tools = ()

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, tool: str, args: Any) -> dict[str, Any]:
        """Everything works."""
        self.calls.append((tool, dict(args)))
        data = {"decision": "approved"} if tool == "user_confirm" else {}
        return {"ok": True, "data": data, "as_of": "2026-03-05T09:40:00+08:00", "complete": True}

    def note(self, kind: str, data: Any) -> None:
        """Notes are of no interest here."""

    def done(self) -> None:
        """Neither is the end."""


@pytest.fixture
def till() -> Till:
    return Till()


def offer(trade: str, amount: str) -> dict[str, Any]:
    charge = {"out_trade_no": trade, "payee": "shop", "subject": "tea", "amount": amount}
    return {"offer": {"charges": [charge], "total": amount}}


def pay(trade: str, amount: str, number: str = "n1") -> dict[str, Any]:
    return {"out_trade_no": trade, "request_no": number, "expect_amount": amount}


def test_an_agreed_payment_passes_and_its_repetition_too(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]


@pytest.mark.parametrize(
    "args", [pay("P1", "12.01"), pay("P2", "12.00"), {"out_trade_no": "P1", "request_no": "n1"}, pay("P1", "0")]
)
def test_another_amount_another_trade_or_an_open_amount_does_not_pass(till, args):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    reply = guard.call("alipay_pay", args)
    assert reply["error"]["code"] == "GUARD_REFUSED"
    assert "alipay_pay" not in [tool for tool, _ in till.calls]


def test_one_consent_is_good_for_one_payment(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert not guard.call("alipay_pay", pay("P1", "12.00", "n2"))["ok"]


def test_what_the_words_allow_passes_up_to_its_sum(till):
    guard = Guard(till)
    guard.task = Task("en", pay_up_to_fen=2000)
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert not guard.call("alipay_pay", pay("P2", "12.00", "n2"))["ok"]
