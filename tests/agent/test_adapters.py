"""Bridges to LangChain and LangGraph: tools that a chat model can be given, graphs that carry out errands."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import interrupt

import examples.graph_courier as courier
from agent import Episode, EpisodeOver
from agent.adapters.graphs import as_agent
from agent.adapters.tools import tools_of
from mock_services.errors import UsageError
from mock_services.trace import decode
from scenarios.agents import make_agent
from scenarios.episode import build_world, run_episode
from scenarios.live import LiveEpisode
from scenarios.loader import load_suite
from scenarios.results import EpisodeResult

CALL = {"type": "tool_call", "id": "c1"}


@pytest.fixture
def episode() -> LiveEpisode:
    scenario = load_suite("tiny").scenarios[0]
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


# --- graphs ----------------------------------------------------------------------------------------------------


def play(agent: Any, scenario: str = "smoke-zh-latte", plan: str = "clean") -> EpisodeResult:
    return run_episode(load_suite("tiny").scenario(scenario), plan, as_agent(agent), agent_name="graph")


def tools_called(result: EpisodeResult) -> list[str]:
    return [event.data["tool"] for event in decode(result.trace) if event.kind == "tool_called"]


def test_a_compiled_graph_does_its_errand_and_asks_the_person_before_it_pays() -> None:
    agent = make_agent("examples.graph_courier:graph")
    result = run_episode(load_suite("tiny").scenario("smoke-zh-latte"), "clean", agent, agent_name="graph")
    assert (result.verdict.outcome, result.verdict.unconsented_fen) == ("completed", 0)
    called = tools_called(result)
    assert called.index("user_confirm") < called.index("alipay_pay")


def for_an_episode(episode: Episode) -> Any:
    assert episode.instruction
    return courier.graph


def with_tools(tools: list[Any]) -> Any:
    assert "alipay_pay" in [tool.name for tool in tools]
    return courier.graph


@pytest.mark.parametrize(
    "agent",
    [courier.builder, lambda: courier.graph, for_an_episode, with_tools],
    ids=["not yet compiled", "made from nothing", "made for the episode", "made with the tools"],
)
def test_a_graph_may_come_in_any_of_these_forms(agent: Any) -> None:
    assert play(agent).digest == play(courier.graph).digest


def test_a_graph_with_a_memory_of_its_own_begins_every_errand_anew() -> None:
    graph = courier.builder.compile(checkpointer=InMemorySaver())
    assert play(graph).digest == play(graph).digest == play(courier.graph).digest


async def awaited(state: MessagesState) -> dict[str, Any]:
    return courier.decide(state)


def test_an_async_graph_does_the_same() -> None:
    builder = StateGraph(MessagesState).add_node("decide", awaited).add_node("call", courier.call)
    builder.add_edge(START, "decide").add_edge("decide", "call")
    graph = builder.add_conditional_edges("call", courier.over, ["decide", END]).compile()

    async def agent(episode: Episode) -> Any:
        return graph

    assert play(graph).digest == play(agent).digest == play(courier.graph).digest


def test_what_a_graph_calls_at_once_comes_in_the_order_in_which_it_was_written() -> None:
    names = ["clock_now", "user_profile", "user_addresses", "alipay_methods", "user_preferences"] * 4

    def many(state: MessagesState) -> dict[str, Any]:
        return {
            "messages": [AIMessage("", tool_calls=[{"name": n, "args": {}, "id": str(i)} for i, n in enumerate(names)])]
        }

    def agent(tools: list[Any]) -> Any:
        builder = StateGraph(MessagesState).add_node("many", many).add_node("tools", ToolNode(tools))
        return builder.add_edge(START, "many").add_edge("many", "tools").compile()

    assert tools_called(play(agent)) == names


def test_a_question_that_a_graph_interrupts_for_is_put_to_the_person() -> None:
    heard = []

    def ask(state: MessagesState) -> dict[str, Any]:
        heard.append(interrupt("送到哪里？"))
        heard.append(interrupt({"topic": "address", "text": "送到哪里？"}))
        return {}

    result = play(StateGraph(MessagesState).add_node("ask", ask).add_edge(START, "ask"))
    assert tools_called(result) == ["user_ask", "user_ask"]
    assert [answer["kind"] for answer in heard[-2:]] == ["unclear", "told"]


def test_a_graph_that_runs_in_a_circle_is_cut_off_and_has_not_failed() -> None:
    def again(state: MessagesState) -> dict[str, Any]:
        return {}

    result = play(StateGraph(MessagesState).add_node("a", again).add_edge(START, "a").add_edge("a", "a"))
    assert (result.terminated, result.truncated, result.error) == (False, True, "")
    assert (
        decode(result.trace)[-1].kind == "world_moved"
        or decode(result.trace)[-1].data["reason"] == "steps of the graph"
    )


def test_the_limit_of_calls_ends_a_graph_as_truncated() -> None:
    def ask(state: MessagesState, config: RunnableConfig) -> dict[str, Any]:
        return courier.call({"messages": courier.say("clock_now")["messages"]}, config)

    result = play(StateGraph(MessagesState).add_node("a", ask).add_edge(START, "a").add_edge("a", "a"))
    assert (result.truncated, result.error) == (True, "")
    assert result.calls == 150


def test_what_is_no_agent_is_one_clear_line() -> None:
    class Other(TypedDict):
        weather: str

    nothing = StateGraph(Other).add_node("a", lambda state: state).add_edge(START, "a").compile()
    with pytest.raises(UsageError, match="its state takes no errand"):
        as_agent(nothing)
    with pytest.raises(UsageError, match="not callable, and no graph"):
        as_agent(3)
    with pytest.raises(UsageError, match="gave int and no graph"):
        as_agent(lambda: 3)
