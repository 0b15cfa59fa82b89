"""LangGraph graphs of anybody's as agents."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import json
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from agent.interface import MOST_STEPS, Agent, Episode, OutOfSteps
from mock_services.errors import UsageError

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.pregel import Pregel

GIVEN = ("messages", "instruction", "locale", "episode_id")
"""What a graph's state can be begun with: the errand as a human message, or these of the episode."""

_runs = itertools.count(1)


def as_agent(found: Any, where: str = "agent") -> Agent:
    """The agent that a name of somebody's module stands for.

    That is a compiled graph, one that is still to be compiled, a function that returns a graph (it is given nothing,
    the ``tools``, or the episode, as its parameters are), or a callable that takes the episode and carries it out.
    Tracing is as our own flag says, and a graph that runs in a circle ends its episode as truncated.

    Raises:
        UsageError: it is none of these.
    """
    if _is_graph(found):
        graph = checked(found, where)
        return _within_limits(lambda episode: carry_out(graph, episode))
    if not callable(found):
        raise UsageError("it is not callable, and no graph", where=where, fix="name a function or a compiled graph")
    wanted = _parameters(found)
    if not wanted:
        graph = checked(found(), where)
        return _within_limits(lambda episode: carry_out(graph, episode))

    def run(episode: Episode) -> None:
        made = found(tools=_tools(episode)) if wanted == ["tools"] else found(episode)
        if inspect.iscoroutine(made):
            made = asyncio.run(made)
        if _is_graph(made):
            carry_out(checked(made, where), episode)

    return _within_limits(run)


def checked(found: Any, where: str) -> Pregel[Any, Any, Any, Any]:
    """A graph that can be run; one that is not compiled yet is compiled.

    Raises:
        UsageError: it is no graph, or its state takes nothing of an errand.
    """
    if not _is_graph(found):
        raise UsageError(f"it gave {type(found).__name__} and no graph", where=where, fix="return a compiled graph")
    graph: Pregel[Any, Any, Any, Any] = found.compile() if hasattr(found, "compile") else found
    if hasattr(graph, "builder") and not set(GIVEN) & set(graph.channels):
        raise UsageError("its state takes no errand", where=where, fix=f"give the state one of {', '.join(GIVEN)}")
    return graph


def carry_out(graph: Pregel[Any, Any, Any, Any], episode: Episode) -> None:
    """Run a graph on an errand.

    Its nodes find ``tools`` (LangChain tools), ``episode`` and ``thread_id`` in ``config["configurable"]``. What it
    interrupts for is put to the person, and it goes on with what they say: see :func:`ask_person`. One step is done at
    a time, so that parallel calls come in the order in which they were written.
    """
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.types import Command

    lasting: dict[str, Any] = {}
    if graph.checkpointer is None:
        # What is interrupted has to be kept somewhere until the person has answered; nothing before that has.
        graph = graph.copy({"checkpointer": InMemorySaver(serde=JsonPlusSerializer(pickle_fallback=True))})
        lasting = {"durability": "exit"}
    # A graph may keep its threads between episodes: each is one of its own.
    thread = f"{episode.episode_id}:{next(_runs)}"
    config: RunnableConfig = {
        "max_concurrency": 1,
        "configurable": {"thread_id": thread, "tools": _tools(episode), "episode": episode},
    }
    if "recursion_limit" not in (graph.config or {}):
        config["recursion_limit"] = MOST_STEPS
    given: Any = _given(graph, episode)
    while True:
        if _is_async(graph):
            result = asyncio.run(graph.ainvoke(given, config, **lasting))
        else:
            result = graph.invoke(given, config, **lasting)
        interrupts = result.get("__interrupt__", ()) if isinstance(result, Mapping) else ()
        if not interrupts:
            return
        given = Command(resume={one.id: ask_person(episode, one.value) for one in interrupts})


def ask_person(episode: Episode, value: Any) -> Any:
    """Put what a graph interrupts for to the person, and return what they say.

    A mapping with an ``offer`` is one for ``user_confirm``; else it is a question, whose words are the value itself or
    its ``text``, ``question`` or ``description``, and whose topic is ``topic`` or ``other``. The answer is the data of
    the reply (``decision`` and ``text``, or ``kind`` and ``text``), or the reply itself if it is an error.
    """
    fields: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    words = next((str(fields[name]) for name in ("text", "question", "description") if fields.get(name)), "")
    if "offer" in fields:
        reply = episode.call("user_confirm", {"offer": fields["offer"], **({"text": words} if words else {})})
    else:
        words = words or (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr))
        reply = episode.call("user_ask", {"topic": fields.get("topic", "other"), "text": words[:1000]})
    return reply["data"] if reply["ok"] else reply


def _within_limits(run: Agent) -> Agent:
    def agent(episode: Episode) -> None:
        if "langgraph" not in sys.modules and "langsmith" not in sys.modules:
            # An agent without LangChain is not made to wait for it.
            run(episode)
            return
        from langgraph.errors import GraphRecursionError

        from agent.tracing import tracing_as_wanted

        with tracing_as_wanted():
            try:
                run(episode)
            except GraphRecursionError as error:
                raise OutOfSteps from error

    return agent


def _given(graph: Pregel[Any, Any, Any, Any], episode: Episode) -> dict[str, Any]:
    from langchain_core.messages import HumanMessage

    whole = {
        "messages": [HumanMessage(episode.instruction)],
        "instruction": episode.instruction,
        "locale": episode.locale,
        "episode_id": episode.episode_id,
    }
    # A function made into a graph has no state of its own, and takes what it is given.
    return {name: value for name, value in whole.items() if name in graph.channels} or whole


def _tools(episode: Episode) -> list[Any]:
    from agent.adapters.tools import tools_of

    return list(tools_of(episode))


def _is_graph(thing: Any) -> bool:
    """Whether it is a graph, compiled or not; LangGraph is not imported to find that out."""
    kinds = (("langgraph.pregel", "Pregel"), ("langgraph.graph.state", "StateGraph"))
    loaded = [getattr(sys.modules[module], name) for module, name in kinds if module in sys.modules]
    return isinstance(thing, tuple(loaded))


def _is_async(graph: Pregel[Any, Any, Any, Any]) -> bool:
    """Whether a node of it, or of a graph within it, can only be awaited."""
    within: list[Any] = [graph, *(one for _, one in graph.get_subgraphs(recurse=True))]
    bound = [node.bound for one in within for node in one.nodes.values()]
    return any(getattr(one, "func", True) is None and getattr(one, "afunc", None) is not None for one in bound)


def _parameters(found: Callable[..., Any]) -> list[str]:
    """The parameters that it has to be given; an episode where that cannot be known."""
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):
        return ["episode"]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = (*positional, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in parameters if one.kind in named and one.default is inspect.Parameter.empty] or [
        one.name for one in parameters if one.kind in positional or one.kind is inspect.Parameter.VAR_POSITIONAL
    ]
