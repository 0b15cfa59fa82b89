"""The graph's state and what a run of the graph is given beside it. The state is JSON-safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from agent.deeds import Deeds
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
    ``goto`` is where the last node wants to go. ``deeds`` are the writes of this errand so far, whoever made them;
    ``unsure`` says that a mind failed in the middle of a node, so that what it did is looked for before it is done.
    ``unmanned`` says that no mind is left: the errand is settled and reported by the standard nodes; ``handed_over``
    that the person is told so.
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
    deeds: list[dict[str, Any]]
    unsure: bool
    unmanned: bool
    handed_over: bool


@dataclass(slots=True)
class Context:
    """What a run of the graph works with and does not keep: the desk, the engine in charge, the policy, the guard.

    ``deeds`` watches what is really sent, whatever engine sends it.
    ``task`` caches the parsed form of the state's task; the state holds the truth.
    """

    desk: Desk
    engine: Engine
    policy: Policy
    guard: Guard | None = None
    task: Task | None = None
    deeds: Deeds | None = None
