"""The agent: a LangGraph graph, its engines, its fallback policies and its guard."""
