"""The graph: understand → plan → act ⇄ recover → consent → settle → report.

One node per kind of decision. LangGraph is imported here and nowhere at module level outside of ``agent``; the graph
is compiled once per process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.durable import PersonNeeded
from agent.edges import EDGES
from agent.nodes.act import act
from agent.nodes.consent import consent
from agent.nodes.decide import decide
from agent.nodes.person import person
from agent.nodes.plan import plan
from agent.nodes.recover import recover
from agent.nodes.report import report
from agent.nodes.settle import settle
from agent.nodes.understand import understand
from agent.state import Context, State
from mock_services.errors import InternalError, UsageError

NODES = {
    "understand": understand,
    "plan": plan,
    "act": act,
    "recover": recover,
    "consent": consent,
    "settle": settle,
    "report": report,
}


def _node(name: str) -> Any:
    run = NODES[name]

    def node(state: State, runtime: Runtime[Context]) -> Command[str]:
        return _on(name, EDGES[name], state, decide(name, run, state, runtime.context))

    return node


def _live_node(name: str) -> Any:
    """A node of an interactive errand: it can be left for a question, and says how far the errand has come."""
    run, targets = NODES[name], (*EDGES[name], "person")

    def node(state: State, runtime: Runtime[Context]) -> Command[str]:
        context: Context | None = runtime.context
        if context is None or context.lasting is None or context.wire is None:
            raise UsageError("an errand's graph needs an errand", fix="banshi live smoke smoke-zh-latte")
        context.wire.writer = runtime.stream_writer
        try:
            update = decide(name, run, state, context)
        except PersonNeeded as needed:
            return _on(name, targets, state, {"question": needed.question, "back_to": name, "goto": "person"})
        finally:
            context.wire.writer = None
        return _on(name, targets, state, {**update, "position": context.lasting.position})

    return node


def _on(name: str, targets: tuple[str, ...], state: State, update: State) -> Command[str]:
    """The update of a node and where it leads. An edge with a condition would read the whole state anew for that."""
    goto = update.get("goto") or state["goto"]
    if goto not in targets:
        raise InternalError(f"the graph has no edge from {name} to {goto}")
    return Command(update=update, goto=_target(goto))


def _target(goto: str) -> str:
    return END if goto == "end" else goto


def _route(state: State) -> str:
    return state["goto"]


def _builder(
    make: Callable[[str], Any], edges: Mapping[str, tuple[str, ...]], context: type[Context] | None = Context
) -> StateGraph[State, Context]:
    graph = StateGraph(State, context_schema=context)
    for name in NODES:
        graph.add_node(name, make(name), destinations=tuple(map(_target, edges[name])))
    graph.add_edge(START, "understand")
    return graph


Graph = CompiledStateGraph[State, Context, State, State]


@lru_cache(maxsize=1)
def compiled() -> Graph:
    """The compiled graph, without a checkpointer."""
    return _builder(_node, EDGES).compile()


def compiled_live(checkpointer: BaseCheckpointSaver[Any] | None = None, *, context: bool = True) -> Graph:
    """The graph of an interactive errand, with the node that waits for the person; see :mod:`agent.live`.

    Without ``context`` it is to be looked at: run without an errand, it says where to get one.
    """
    edges = {name: (*targets, "person") for name, targets in EDGES.items()}
    graph = _builder(_live_node, edges, Context if context else None)
    graph.add_node("person", person)
    graph.add_conditional_edges("person", _route, {name: name for name in NODES})
    return graph.compile(checkpointer=checkpointer)


def drawn(*, live: bool = False) -> str:
    """The graph as Mermaid, drawn from what is compiled; ``live`` is that of an interactive errand."""
    return (compiled_live() if live else compiled()).get_graph().draw_mermaid().rstrip()


def edges(*, live: bool = False) -> list[tuple[str, str]]:
    """The graph's edges, as compiled; ``__start__`` and ``__end__`` are where it begins and ends."""
    found = (compiled_live() if live else compiled()).get_graph().edges
    return sorted((edge.source, edge.target) for edge in found)
