"""The LangGraph agent. Importing this package does not import LangGraph: that happens with the first episode."""

from agent.build import ENGINES, build_agent
from agent.interface import Agent, Episode, EpisodeOver, ToolSpec

__all__ = ["ENGINES", "Agent", "Episode", "EpisodeOver", "ToolSpec", "build_agent"]
