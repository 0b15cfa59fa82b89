"""LangGraph's stock agent takes the same errands over the same models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agent.llm.endpoint import Said, endpoint, says, shopping
from tests.agent.llm.errands import run

REACT = "react:openai:qwen-plus"


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """The newest data of each tool."""
    import json

    found = {}
    for message in body["messages"]:
        if message["role"] == "tool":
            named = next(
                call["function"]["name"]
                for turn in body["messages"]
                for call in turn.get("tool_calls") or []
                if call["id"] == message["tool_call_id"]
            )
            found[named] = json.loads(message["content"]).get("data")
    return found


def shopper(body: dict[str, Any], number: int) -> Said:
    """The lattes, by an agent that sees to everything itself."""
    seen = plain(body)
    if seen.get("flash_order_create") and "user_confirm" not in seen:
        order = seen["flash_order_create"]
        charge = {"payee": order["shop_name"], "subject": "latte", "amount": order["amount"]}
        charge["out_trade_no"] = order["out_trade_no"]
        return says(None, ("user_confirm", {"offer": {"charges": [charge], "total": order["amount"]}}))
    if "user_report" in seen:
        return says("done")
    name, args = shopping(seen)
    if name == "alipay_pay":
        args |= {"request_no": "mine-1", "expect_amount": seen["flash_order_create"]["amount"]}
    return says(None, ("user_report", args) if name == "finish" else (name, args))


def test_the_stock_agent_gets_the_lattes_and_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        story = run(server, spec=REACT, cassette=f"record:{tape}")
    assert story.result.verdict.outcome == "completed"
    assert story.result.cost_micros == 7 * 120
    assert len(server.asked[0]["tools"]) > 100
    assert run(None, spec=REACT, cassette=f"replay:{tape}").result.trace == story.result.trace


def test_the_guard_holds_back_what_it_did_not_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(body: dict[str, Any], number: int) -> Said:
        seen = plain(body)
        if seen.get("flash_order_create") and "alipay_pay" not in seen:
            order = seen["flash_order_create"]
            args = {"out_trade_no": order["out_trade_no"], "request_no": "r1", "expect_amount": order["amount"]}
            return says(None, ("alipay_pay", args))
        return says("that is it") if "alipay_pay" in seen else shopper(body, number)

    with endpoint(hasty, monkeypatch) as server:
        story = run(server, spec=REACT)
    assert story.paid() == []
    assert story.notes("guard")


def test_a_model_that_fails_is_told_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(body: dict[str, Any], number: int) -> Said:
        return says("", stop="content_filter")

    with endpoint(refuses, monkeypatch) as server:
        story = run(server, spec=REACT)
    assert story.result.error == ""
    assert story.notes("engine_failed")[0]["kind"] == "refusal"
    assert story.report["status"] == "failed"


def test_an_endless_loop_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def loops(body: dict[str, Any], number: int) -> Said:
        return says(None, ("user_addresses", {}))

    with endpoint(loops, monkeypatch) as server:
        story = run(server, spec=REACT, most_calls=5)
    assert story.result.truncated
    assert len(server.asked) <= 6
