"""Building an agent from an engine, a fallback policy and a guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any

from agent.engine import Engine, RulesEngine
from agent.fallback.policy import load_policy
from agent.interface import MOST_STEPS, Agent, Episode, OutOfSteps
from agent.route.best import SHIPPED, Best, read_policy
from agent.route.cascade import Cascade
from agent.route.router import Explorer, Router
from agent.route.spec import PREFIX as ROUTE
from agent.route.spec import read_route
from agent.sim.profile import PREFIX, profile_names
from agent.state import Context, State
from agent.swap import Swap, Swapping
from mock_services.errors import UsageError

ROUTERS: dict[str, type[Router]] = {"failover": Router, "cascade": Cascade, "explore": Explorer}
"""The policies of ``route:POLICY(ENGINE,…)``."""

ENGINES = ("rules", *(PREFIX + name for name in profile_names()))
"""The engines that can be named as they are; ``sim:FILE.yaml`` is one of one's own profile."""


MODELS = ("llm:", "react:")
"""How the specs of engines with a language model behind them begin."""


def is_engine(spec: str) -> bool:
    """Whether a spec means one of our engines, be it with a mistake in it."""
    return spec in ENGINES or spec.startswith((PREFIX, ROUTE, *MODELS))


def has_model(spec: str) -> bool:
    """Whether a language model is behind an engine, or behind one of those of a router."""
    return is_engine(spec) and any(prefix in spec for prefix in MODELS)


def build_engine(spec: str, llm: Mapping[str, Any] | None = None) -> Engine:
    """The engine of a spec such as ``rules``, ``sim:hasty`` or ``llm:openai:qwen-plus``.

    Args:
        spec: What is wanted.
        llm: Options of engines with a model, see :class:`agent.llm.options.LlmOptions`.

    Raises:
        UsageError: there is no such engine; the near names are listed.
    """
    if spec == "rules":
        return RulesEngine()
    if spec.startswith("llm:"):
        from agent.llm.engine import LlmEngine
        from agent.llm.options import read_options

        return LlmEngine(spec, read_options(llm or {}))
    if spec.startswith(PREFIX):
        from agent.sim.engine import sim_engine

        return sim_engine(spec)
    near = get_close_matches(spec, ENGINES, n=3, cutoff=0.4) or ENGINES
    raise UsageError(f"unknown engine {spec!r}", fix=f"one of {', '.join(near)}")


def build_router(spec: str, llm: Mapping[str, Any] | None = None) -> Router:
    """The router of a spec such as ``route:failover(sim:hasty,rules)``, or one engine as a router of one.

    Raises:
        UsageError: there is no such policy or engine, or the policy needs other members.
    """
    if not spec.startswith(ROUTE):
        engine = build_engine(spec, llm)
        return Router(engine.name, (engine,))
    policy, names = read_route(spec)
    if policy == "best":
        found = read_policy(_best_file(spec, names))
        return Best(spec, [build_engine(name, llm) for name in found.engines], found)
    if policy not in ROUTERS:
        near = get_close_matches(policy, (*ROUTERS, "best"), n=1, cutoff=0.4) or (*ROUTERS, "best")
        raise UsageError(f"unknown router {spec!r}", fix=f"one of {', '.join(ROUTE + one for one in near)}")
    for name in names:
        if name.startswith(ROUTE):
            raise UsageError(f"{name} stands inside {ROUTE}{policy}", fix="a router has engines, not routers")
    if len(names) < 2 or len(set(names)) < len(names):
        raise UsageError(f"{spec!r} needs two or more different engines", fix=f"e.g. {ROUTE}{policy}(sim:hasty,rules)")
    return ROUTERS[policy](spec, [build_engine(name, llm) for name in names])


def _best_file(spec: str, names: list[str]) -> Path:
    if len(names) > 1:
        raise UsageError(f"{spec!r} names several files", fix=f"{ROUTE}best, or {ROUTE}best(FILE)")
    return Path(names[0]) if names else SHIPPED


def pins(spec: str) -> dict[str, str]:
    """The files that decide how an engine decides, by name, with their SHA-256; they go into a run's manifest.

    Raises:
        UsageError: one of them cannot be read.
    """
    if not spec.startswith((PREFIX, ROUTE)):
        return {}
    files: list[Path] = []
    names = [spec]
    if spec.startswith(ROUTE):
        policy, names = read_route(spec)
        if policy == "best":
            files.append(_best_file(spec, names))
            names = list(read_policy(files[0]).engines)
    files += [Path(name.removeprefix(PREFIX)) for name in names if name.startswith(PREFIX) and _is_yaml(name)]
    try:
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}
    except OSError as error:
        raise UsageError(f"cannot read {error.filename}: {error.strerror}", where=spec) from error


def _is_yaml(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def build_agent(
    engine: str = "rules",
    *,
    fallback: str = "full",
    guard: bool = True,
    llm: Mapping[str, Any] | None = None,
    swaps: Sequence[Swap] = (),
    deeds: Sequence[Mapping[str, Any]] = (),
) -> Agent:
    """The graph agent.

    Args:
        engine: The spec of an engine or a router.
        fallback: A shipped policy (``none``, ``retry``, ``full``) or the path of a YAML file.
        guard: Whether writes are checked against task and consent before they leave.
        llm: Options of engines with a model.
        swaps: Where another engine or policy takes over in the middle.
        deeds: What was done in the errand before this agent was put on it (:attr:`agent.deeds.Deeds.writes`).

    Raises:
        UsageError: unknown engine or policy, or an engine that cannot take over or be taken over from.
    """
    if engine.startswith("react:"):
        if swaps or deeds:
            raise UsageError(f"{engine} goes its own way from the words on and cannot take over", fix="llm:…, or rules")
        from agent.llm.options import read_options
        from agent.llm.react import react_agent

        return react_agent(engine, read_options(llm or {}), guard=guard)
    router = build_router(engine, llm)
    policy = load_policy(fallback)

    def run(episode: Episode) -> None:
        # Importing LangGraph takes over a second: not before the first episode.
        from langgraph.errors import GraphRecursionError

        from agent.graph import compiled
        from agent.tracing import tracing_as_wanted

        context = Context(episode, router, policy, guarded=guard, swapping=Swapping(swaps) if swaps else None)
        begun: State = {"deeds": [dict(deed) for deed in deeds], "unsure": True} if deeds else {}
        with tracing_as_wanted():
            try:
                # What the state comes to is in the trace: of all that would be read out after each node, one thing is.
                compiled().invoke(
                    begun, context=context, config={"recursion_limit": MOST_STEPS}, output_keys=["reported"]
                )
            except GraphRecursionError as error:
                raise OutOfSteps from error

    return run
