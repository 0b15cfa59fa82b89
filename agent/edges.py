"""Where each node of the agent's graph may go next. Plain data, for whoever draws the graph without running it."""

from __future__ import annotations

EDGES: dict[str, tuple[str, ...]] = {
    "understand": ("plan", "recover", "report", "understand", "act"),
    "plan": ("act", "recover"),
    "act": ("consent", "recover", "settle", "act", "understand"),
    "recover": ("act", "understand", "plan", "consent", "settle", "report", "end"),
    "consent": ("act", "recover", "understand"),
    "settle": ("report", "recover"),
    "report": ("recover", "end"),
}
"""The nodes in the order in which an errand without trouble meets them, and their edges.

To itself and back to ``understand`` a node goes where another engine takes over.
"""
