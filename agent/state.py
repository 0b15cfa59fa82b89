"""The graph's state and what a run of the graph is given beside it. The state is JSON-safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from agent.desk import Desk
from agent.engine import Engine
from agent.fallback.policy import Policy
from agent.guard import Guard
from agent.steps.base import StepState
from agent.task import Task


class Failure(TypedDict):
    """What went wrong last: at which ``stage`` of which step (empty: of the errand itself).

    ``reason`` and ``facts`` are for the report, where the world offers no way.
    """

    goal: str
    stage: str
    tool: str
    code: str
    message: str
    access: str
    retry_after: int | None
    reason: str
    facts: list[dict[str, str]]


class State(TypedDict, total=False):
    """What the nodes hand on.

    ``climbs`` counts, for each (goal, stage, failure class), how many rungs of its ladder were used.
    ``goto`` is where the last node wants to go.
    """

    task: dict[str, Any]
    me: dict[str, Any]
    steps: list[StepState]
    failure: Failure | None
    climbs: dict[str, int]
    goto: str
    asked: list[str]
    notes: list[str]
    reported: bool


@dataclass(slots=True)
class Context:
    """What a run of the graph works with and does not keep: the desk, the engine, the policy, the guard.

    ``task`` caches the parsed form of the state's task; the state holds the truth.
    """

    desk: Desk
    engine: Engine
    policy: Policy
    guard: Guard | None = None
    task: Task | None = None
