"""A real small model in the process: it answers what a grammar lets it, and the same each time. ``make test-ext``."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.llm.check import check_models
from mock_services.errors import UsageError
from tests.agent.llm.errands import run
from tests.agent.scripted import Story

LOCAL = "llm:local"


def test_what_is_missing_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.llm.local.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="make model"):
        check_models(LOCAL, {})
    monkeypatch.setattr("agent.llm.local.find_spec", lambda name: object() if name == "xllamacpp" else None)
    with pytest.raises(UsageError, match="no model at"):
        check_models(LOCAL, {"model_path": str(tmp_path / "none.gguf")})
    text = tmp_path / "text.gguf"
    text.write_text("hello")
    with pytest.raises(UsageError, match="is no GGUF file"):
        check_models(LOCAL, {"model_path": str(text)})


@pytest.mark.ext
def test_a_real_model_runs_an_errand_the_same_way_twice() -> None:
    assert "gguf" in check_models(LOCAL, {})[0]
    first, again = run(None, spec=LOCAL, most_calls=3), run(None, spec=LOCAL, most_calls=3)
    holds(first)
    assert first.result.trace == again.result.trace


@pytest.mark.ext
def test_the_stock_agent_runs_on_it_too() -> None:
    holds(run(None, spec="react:local", most_calls=2))


def holds(story: Story) -> None:
    """That a real model answered with calls, did no harm and broke nothing."""
    answers = [note for note in story.notes("engine_call") if "failed" not in note]
    assert answers
    assert all(note["tokens_in"] and note["tokens_out"] for note in answers)
    assert all(note["calls"] for note in answers)
    assert story.result.error == ""
    assert story.result.verdict.harm_fen == 0
    assert story.result.cost_micros == 0
    assert story.result.verdict.outcome != "error"


@pytest.mark.ext
def test_a_real_model_answers_within_a_schema() -> None:
    from langchain_core.messages import HumanMessage

    from agent.llm.local import LocalChat
    from agent.llm.options import read_options
    from agent.llm.toolbox import slim
    from mock_services.registry import default_registry

    tool = default_registry().tools["flash_order_create"]
    function = {"name": tool.name, "description": "Order.", "parameters": slim(tool.parameters)}
    model = LocalChat(options=read_options({})).bind_tools([{"type": "function", "function": function}])
    call = model.invoke([HumanMessage("Order two hot lattes to the office.")]).tool_calls[0]
    assert call["name"] == "flash_order_create"
    assert set(call["args"]) >= {"address_id", "lines", "shop_id"}
    assert isinstance(call["args"]["lines"], list)
