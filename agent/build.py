"""Building an agent from an engine, a fallback policy and a guard."""

from __future__ import annotations

from difflib import get_close_matches

from agent.deeds import Deeds
from agent.desk import Desk
from agent.engine import Engine, RulesEngine
from agent.fallback.policy import load_policy
from agent.guard import Guard
from agent.interface import MOST_STEPS, Agent, Episode, OutOfSteps
from agent.sim.profile import PREFIX, profile_names
from agent.state import Context
from mock_services.errors import UsageError

ENGINES = ("rules", *(PREFIX + name for name in profile_names()))
"""The engines that can be named as they are; ``sim:FILE.yaml`` is one of one's own profile."""


def is_engine(spec: str) -> bool:
    """Whether a spec means one of our engines, be it with a mistake in it."""
    return spec in ENGINES or spec.startswith(PREFIX)


def build_engine(spec: str) -> Engine:
    """The engine of a spec such as ``rules`` or ``sim:hasty``.

    Raises:
        UsageError: there is no such engine; the near names are listed.
    """
    if spec == "rules":
        return RulesEngine()
    if spec.startswith(PREFIX):
        from agent.sim.engine import sim_engine

        return sim_engine(spec)
    near = get_close_matches(spec, ENGINES, n=3, cutoff=0.4) or ENGINES
    raise UsageError(f"unknown engine {spec!r}", fix=f"one of {', '.join(near)}")


def build_agent(engine: str = "rules", *, fallback: str = "full", guard: bool = True) -> Agent:
    """The graph agent.

    Args:
        engine: The engine's spec.
        fallback: A shipped policy (``none``, ``retry``, ``full``) or the path of a YAML file.
        guard: Whether writes are checked against task and consent before they leave.

    Raises:
        UsageError: unknown engine or policy.
    """
    mind = build_engine(engine)
    policy = load_policy(fallback)

    def run(episode: Episode) -> None:
        # Importing LangGraph takes over a second: not before the first episode.
        from langgraph.errors import GraphRecursionError

        from agent.graph import compiled
        from agent.tracing import tracing_as_wanted

        deeds = Deeds(episode)
        watch = Guard(deeds) if guard else None
        desk = Desk(mind.hands(watch or deeds), policy.breaker)
        context = Context(desk=desk, engine=mind, policy=policy, guard=watch, deeds=deeds)
        with tracing_as_wanted():
            try:
                compiled().invoke({}, context=context, config={"recursion_limit": MOST_STEPS})
            except GraphRecursionError as error:
                raise OutOfSteps from error

    return run
