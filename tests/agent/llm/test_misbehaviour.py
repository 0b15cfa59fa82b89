"""A model that answers garbage, nothing, too much, in circles or not at all: a typed failure, and a fallback."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agent.llm.endpoint import KEY, Brain, Said, endpoint, fails, results_in, says, shopper, tools_in
from tests.agent.llm.errands import failures, run


def in_act(said: Said) -> Brain:
    """A model that understands, and then says the same thing for ever."""

    def brain(body: dict[str, Any], number: int) -> Said:
        return shopper(body, number) if tools_in(body) == ["plan_errand"] else said

    return brain


def always(said: Said) -> Brain:
    """A model that knows one sentence."""

    def brain(body: dict[str, Any], number: int) -> Said:
        return said

    return brain


CASES: dict[str, tuple[Brain, str]] = {
    "garbage": (in_act(Said(b"\x00\xff<html>no", 200)), "malformed"),
    "no json at all": (in_act(Said({"hello": "world"})), "malformed"),
    "nothing": (in_act(says("")), "empty"),
    "200 kB": (in_act(says("好" * 200_000)), "malformed"),
    "prose in another language": (
        in_act(says("Je ne peux pas vous aider avec cela, mais voici une recette.")),
        "malformed",
    ),
    "a loop": (in_act(says(None, ("user_addresses", {}))), "stuck"),
    "429": (in_act(fails(429, "slow down")), "rate_limit"),
    "500": (in_act(fails(500, "oops")), "unavailable"),
    "refused request": (in_act(fails(400, "context too long")), "unavailable"),
    "cut off": (in_act(says("我先", stop="length")), "truncated"),
    "unknown tool": (in_act(says(None, ("flash_teleport", {}))), "unknown_tool"),
    "invented argument": (in_act(says(None, ("flash_menu", {"shop": "x", "vip": True}))), "invented_argument"),
    "arguments of another type": (in_act(says(None, ("flash_menu", {"shop_id": [1]}))), "malformed"),
    "arguments that are no json": (in_act(says(None, ("flash_menu", '{"shop_id": '))), "malformed"),
    "refusal": (in_act(says(None, refusal="I will not")), "refusal"),
    "filtered": (in_act(says("", stop="content_filter")), "refusal"),
    "garbage from the start": (always(says("%%%")), "malformed"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_misbehaviour_is_a_typed_failure_and_a_fallback(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    brain, kind = CASES[case]
    with endpoint(brain, monkeypatch) as server:
        story = run(server, tries=2)
    assert story.result.error == ""
    assert set(failures(story)) == {kind}
    assert "hand_over" in story.rungs()
    assert story.report["status"] == "failed"
    assert story.paid() == []
    assert story.result.verdict.outcome == "failed_safe"
    assert len(story.result.trace) < 60_000


def test_a_busy_endpoint_is_waited_for_and_the_trace_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy_at_first(body: dict[str, Any], number: int) -> Said:
        return fails(429) if number % 2 == 0 else shopper(body, number)

    with endpoint(busy_at_first, monkeypatch) as server:
        waited = run(server)
    with endpoint(shopper, monkeypatch) as server:
        smooth = run(server)
    assert waited.result.verdict.outcome == "completed"
    assert waited.result.digest == smooth.result.digest


def test_one_mistake_is_told_and_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    def slips_once(body: dict[str, Any], number: int) -> Said:
        return says(None, ("flash_menu", {"vip": 1})) if number == 1 else shopper(body, number)

    with endpoint(slips_once, monkeypatch) as server:
        story = run(server)
    assert story.result.verdict.outcome == "completed"
    assert failures(story) == []
    assert "vip" in str(server.asked[2]["messages"][-1]["content"])


def test_a_model_that_breaks_down_after_paying_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies_after_paying(body: dict[str, Any], number: int) -> Said:
        said = shopper(body, number)
        return fails(500) if "'finish'" in str(said.body) else said

    with endpoint(dies_after_paying, monkeypatch) as server:
        story = run(server, tries=1)
    assert len(story.paid()) == 1
    assert story.report["status"] == "partly"
    assert any(fact["name"] == "order_id" for fact in story.report["facts"])
    assert "hand_over" in story.rungs()


def test_a_payment_is_not_made_twice_because_the_model_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def pays_for_ever(body: dict[str, Any], number: int) -> Said:
        said = shopper(body, number)
        if "'finish'" in str(said.body):
            return says(None, ("alipay_pay", {"out_trade_no": results_in(body)["flash_order_create"]["out_trade_no"]}))
        return said

    with endpoint(pays_for_ever, monkeypatch) as server:
        story = run(server)
    assert len(story.calls("alipay_pay")) == 1
    assert set(failures(story)) == {"stuck"}


def test_the_key_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def tells_the_key(body: dict[str, Any], number: int) -> Said:
        return fails(400, f"Incorrect API key provided: {KEY}")

    with endpoint(tells_the_key, monkeypatch) as server:
        story = run(server)
        assert server.keys == {f"Bearer {KEY}"}
    assert KEY.encode() not in story.result.trace
    assert b"Incorrect API key provided: ***" in story.result.trace


def test_an_errand_that_costs_too_much_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint(shopper, monkeypatch) as server:
        story = run(server, price=(1000, 1000), engine_cost=0.3)
    assert set(failures(story)) == {"over_cost"}
    assert story.result.cost_micros == 3 * 120_000


@pytest.mark.parametrize("last", ["flash_dish_search", "flash_order_create", "alipay_pay"])
def test_rules_goes_on_where_a_model_breaks_down_and_nothing_is_done_twice(
    last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(body: dict[str, Any], number: int) -> Said:
        return fails(500) if last in results_in(body) else shopper(body, number)

    with endpoint(dies, monkeypatch) as server:
        story = run(server, spec="route:failover(llm:openai:qwen-plus,rules)", tries=1)
    assert "swap" in story.rungs()
    assert story.result.verdict.outcome in ("completed", "completed_with_fallback")
    assert len(story.paid()) == 1
    live = [row for row in story.rows("flash.orders").values() if row["state"] not in ("cancelled", "closed")]
    assert len(live) == 1


def test_another_model_goes_on_with_the_same_transcript(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(body: dict[str, Any], number: int) -> Said:
        if body["model"] == "qwen-plus" and "flash_order_create" in results_in(body):
            return fails(500)
        return shopper(body, number)

    with endpoint(dies, monkeypatch) as server:
        story = run(server, spec="route:failover(llm:openai:qwen-plus,llm:openai:qwen3-max)", tries=1)
    assert story.result.verdict.outcome == "completed"
    assert len(story.calls("flash_order_create")) == 1
    assert [note["node"] for note in story.notes("node")].count("understand") == 1
