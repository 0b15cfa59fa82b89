"""The LangGraph agent. Its names are loaded when they are asked for; LangGraph itself only with the first episode."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.build import ENGINES, build_agent
    from agent.interface import Agent, Episode, EpisodeOver, OutOfSteps, ToolSpec

__all__ = ["ENGINES", "Agent", "Episode", "EpisodeOver", "OutOfSteps", "ToolSpec", "build_agent"]

_HOME = {
    "ENGINES": "agent.build",
    "build_agent": "agent.build",
    "Agent": "agent.interface",
    "Episode": "agent.interface",
    "EpisodeOver": "agent.interface",
    "OutOfSteps": "agent.interface",
    "ToolSpec": "agent.interface",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'agent' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
