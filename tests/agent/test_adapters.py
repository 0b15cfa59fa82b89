"""Bridges to LangChain and LangGraph: tools that a chat model can be given, graphs that carry out errands."""

from __future__ import annotations

import json

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent import EpisodeOver
from agent.adapters.tools import tools_of
from scenarios.episode import build_world
from scenarios.live import LiveEpisode
from scenarios.loader import load_suite

CALL = {"type": "tool_call", "id": "c1"}


@pytest.fixture
def episode() -> LiveEpisode:
    scenario = load_suite("smoke").scenarios[0]
    world, _ = build_world(scenario, "clean")
    return LiveEpisode(world, scenario, "e1")


def test_a_chat_model_is_shown_each_tool_as_its_service_describes_it(episode: LiveEpisode) -> None:
    for tool, spec in zip(tools_of(episode), episode.tools, strict=True):
        shown = convert_to_openai_tool(tool)["function"]
        assert shown["name"] == spec.name
        assert shown["description"] == spec.description
        given, told = (parameters.get("properties", {}) for parameters in (spec.parameters, shown["parameters"]))
        assert [(name, field.get("description")) for name, field in told.items()] == [
            (name, field.get("description")) for name, field in given.items()
        ]
        assert shown["parameters"].get("required", []) == spec.parameters.get("required", [])


def test_a_call_reaches_the_world_and_its_answer_comes_back_as_a_message(episode: LiveEpisode) -> None:
    tool = tools_of(episode, only=["user_ask"])[0]
    asked = tool.invoke({**CALL, "name": "user_ask", "args": {"topic": "other", "text": "你好？"}})
    assert isinstance(asked, ToolMessage)
    assert asked.artifact["ok"]
    assert json.loads(str(asked.content)) == asked.artifact


def test_arguments_that_a_model_invented_are_refused_and_named_even_such_as_python_itself_uses(
    episode: LiveEpisode,
) -> None:
    tool = tools_of(episode, only=["user_profile"])[0]
    for name in ("self", "config", "run_manager", "given"):
        answer = tool.invoke({**CALL, "name": "user_profile", "args": {name: 1}}).artifact
        assert answer["error"]["code"] == "INVALID_ARGUMENT"
        assert name in answer["error"]["message"]


async def test_a_tool_can_be_called_from_an_async_graph_too(episode: LiveEpisode) -> None:
    tool = tools_of(episode, only=["clock_now"])[0]
    assert (await tool.ainvoke({**CALL, "name": "clock_now", "args": {}})).artifact["ok"]


def test_the_end_of_an_episode_passes_through_a_tool(episode: LiveEpisode) -> None:
    tool = tools_of(episode, only=["clock_now"])[0]
    episode.done()
    with pytest.raises(EpisodeOver):
        tool.invoke({})
