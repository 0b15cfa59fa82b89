"""The graph: understand → plan → act ⇄ recover → consent → settle → report.

One node per kind of decision. LangGraph is imported here and nowhere at module level outside of ``agent``; the graph
is compiled once per process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.nodes.act import act
from agent.nodes.consent import consent
from agent.nodes.decide import decide
from agent.nodes.plan import plan
from agent.nodes.recover import recover
from agent.nodes.report import report
from agent.nodes.settle import settle
from agent.nodes.understand import understand
from agent.state import Context, State

NODES = {
    "understand": understand,
    "plan": plan,
    "act": act,
    "recover": recover,
    "consent": consent,
    "settle": settle,
    "report": report,
}

EDGES: dict[str, tuple[str, ...]] = {
    "understand": ("plan", "recover", "report", "understand", "act"),
    "plan": ("act", "recover"),
    "act": ("consent", "recover", "settle", "act", "understand"),
    "recover": ("act", "understand", "plan", "consent", "settle", "report", "end"),
    "consent": ("act", "recover", "understand"),
    "settle": ("report", "recover"),
    "report": ("recover", "end"),
}
"""Where each node may go next. To itself and back to ``understand`` it goes where another engine takes over."""


def _node(name: str) -> Any:
    run = NODES[name]

    def node(state: State, runtime: Runtime[Context]) -> State:
        return decide(name, run, state, runtime.context)

    return node


def _route(state: State) -> str:
    return state["goto"]


@lru_cache(maxsize=1)
def compiled() -> CompiledStateGraph[State, Context, State, State]:
    """The compiled graph, without a checkpointer."""
    graph = StateGraph(State, context_schema=Context)
    for name in NODES:
        graph.add_node(name, _node(name))
    graph.add_edge(START, "understand")
    for name, targets in EDGES.items():
        graph.add_conditional_edges(name, _route, {target: END if target == "end" else target for target in targets})
    return graph.compile()
