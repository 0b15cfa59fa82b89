"""What ``langgraph.json`` names: the graph, for LangGraph's own tools to open and draw.

They bring a checkpointer of their own. An errand needs a world and a person, which ``banshi live`` gives it: run from
there, the same graph keeps LangGraph checkpoints in the session's file. Run from elsewhere, it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.graph import Graph


def graph() -> Graph:
    """The graph of an interactive errand, with the node in which it is interrupted for the person."""
    from agent.graph import compiled_live

    return compiled_live(context=False)
