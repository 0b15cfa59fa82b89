"""The parts of a model-backed engine by themselves: gate, prices, windows, reading, schemas, options."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent.llm.chat import Made, Message
from agent.llm.gate import Gate
from agent.llm.local import narrowed
from agent.llm.options import parse_spec, read_options
from agent.llm.plans import task_in
from agent.llm.prices import tariff_of
from agent.llm.reading import calls_in, without_thoughts
from agent.llm.toolbox import slim, table
from agent.llm.wording import shortened, window
from mock_services.errors import UsageError
from mock_services.registry import default_registry


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


def test_so_many_requests_a_minute_and_a_pause_for_all() -> None:
    clock = Clock()
    gate = Gate(60, clock=lambda: clock.now, sleep=clock.sleep)
    for _ in range(3):
        gate.enter()
    assert clock.slept == [1, 1]
    gate.hold(30)
    gate.enter()
    assert clock.slept == [1, 1, 30]


def test_a_price_of_a_yuan_a_million_tokens_is_a_millionth_a_token() -> None:
    plus = parse_spec("llm:openai:qwen-plus-2025-07-28")
    tariff = tariff_of(plus, read_options({}))
    assert (tariff.per_in, tariff.per_out) == (Decimal("0.8"), Decimal(2))
    assert tariff.cost_micros(1001, 10) == 821  # 820.8, rounded up
    assert tariff_of(plus, read_options({"thinking": True})).per_out == 8
    assert tariff_of(plus, read_options({"price": (1, 3)})).cost_micros(10, 10) == 40
    strange = tariff_of(parse_spec("llm:openai:some-model"), read_options({}))
    assert not strange.known
    assert strange.latency_ms(1000, 10) == 600 + 60 + 160


def test_a_window_keeps_the_errand_and_the_newest_turns_with_their_calls() -> None:
    turns = [Message("user", "the errand")]
    for n in range(30):
        turns.append(Message("assistant", calls=(Made(f"c{n}", "t", {"n": n}),)))
        turns.append(Message("tool", f"<data from=t>\n{'x' * 2000}\n</data>", call_id=f"c{n}", name="t"))
    kept = window(turns, 3000, "en")
    assert kept[0].text == "the errand"
    assert kept[-1].call_id == "c29"
    assert len(kept) < len(turns)
    assert kept[1].role == "assistant"
    made = [call.id for turn in kept for call in turn.calls]
    assert [turn.call_id for turn in kept if turn.role == "tool"] == made
    old = next(turn for turn in kept if turn.role == "tool")
    assert old.text.endswith("</data>")
    assert len(old.text) < 600


def test_long_answers_lose_rows_and_say_so() -> None:
    data = {"items": [{"id": n, "text": "y" * 50} for n in range(64)], "page": 1}
    short = shortened(data, 1000)
    assert short["left_out"] == {"items": 64 - len(short["items"])}
    assert len(short["items"]) == 8
    assert len(data["items"]) == 64


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('{"tool": "a", "args": {"x": 1}}', [("a", {"x": 1})]),
        ('Sure!\n```json\n{"name": "a", "arguments": "{\\"x\\": 1}"}\n```', [("a", {"x": 1})]),
        ('<tool_call>{"name": "a"}</tool_call><tool_call>{"name": "b"}</tool_call>', [("a", {}), ("b", {})]),
        ('[{"function": {"name": "a", "parameters": null}}]', [("a", {})]),
        ('{"tool": "a", "args": [1]}', [("a", None)]),
        ("{{{{", []),
        ("[" * 3000 + "{", []),
        ('{"answer": 42}', []),
    ],
)
def test_calls_are_read_out_of_prose(text: str, calls: list[tuple[str, Any]]) -> None:
    assert [(call.name, call.args) for call in calls_in(text)] == calls


def test_thoughts_are_no_answer() -> None:
    assert without_thoughts('<think>{"tool": "x"}</think> ok') == "ok"
    assert without_thoughts("<think>for ever") == ""


def test_tool_sets_name_tools_that_exist() -> None:
    tools = default_registry().tools
    named = {name for one in table()["sets"].values() for name in one["tools"]}
    named |= {*table()["always"], *table()["pays"], *table()["shown_before"], *table()["released_by"]}
    assert named <= set(tools)
    for name, how in table()["shown_before"].items():
        assert how["target"] in tools[name].parameters["properties"]
    for name, how in table()["released_by"].items():
        assert how["id"] in tools[name].result.model_fields
        assert how["id"] in tools[how["tool"]].parameters["properties"]


def test_a_slim_schema_stands_by_itself() -> None:
    schema = slim(default_registry().tools["flash_order_create"].parameters)
    assert "$ref" not in str(schema)
    assert "$defs" not in str(schema)
    assert schema["properties"]["lines"]["items"]["properties"]["dish_id"]["type"] == "string"
    assert schema["properties"]["coupon_id"]["type"] == "string"


def test_a_schema_for_a_grammar_ends() -> None:
    schema = narrowed(slim(default_registry().tools["flash_order_create"].parameters))
    assert schema["properties"]["lines"]["maxItems"] == 2
    assert schema["properties"]["note"]["maxLength"] == 32
    assert "[0-9]" in schema["properties"]["expect_total"]["pattern"]


def test_a_plan_binds_its_model_and_frees_it_from_nothing() -> None:
    plan = {"kinds": ["food", "transfer"], "goals": [], "budget": "80"}
    asked = task_in(plan, "帮我点两杯拿铁", "zh")
    assert asked.budget_fen == 8000
    assert asked.pay_up_to_fen == 0
    assert asked.allowance == ""
    left = task_in(plan, "帮我点两杯拿铁，60元以内不用问我", "zh")
    assert left.pay_up_to_fen == 6000


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"base_url": "https://me:secret@host/v1"}, "holds no key"),
        ({"base_url": "ftp://host"}, "give an address"),
        ({"tool_mod": "json"}, "did you mean tool_mode"),
        ({"cassette": "tape.jsonl"}, "record:FILE"),
        ({"timeout": 0}, "--timeout"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        read_options(options)
