"""From the name of an agent to the agent: the engines of :mod:`agent`, the references, or anything importable."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from agent import ENGINES, Agent
from agent.adapters.graphs import as_agent
from agent.build import is_engine
from mock_services.errors import UsageError
from scenarios.loader import Suite, load_suite
from scenarios.references import KNOWING, REFERENCES


def agent_names() -> list[str]:
    """Every name that needs no import path."""
    return sorted([*ENGINES, *REFERENCES, *KNOWING])


def make_agent(name: str, options: Mapping[str, Any] | None = None) -> Agent:
    """The agent of a name.

    Args:
        name: An engine (``rules``, ``sim:hasty`` …), a reference (``oracle``, ``noop`` …), or ``module:attribute``
            (see :func:`agent.adapters.graphs.as_agent`).
        options: ``fallback`` (``none``, ``retry``, ``full`` or a YAML file) and ``guard`` (bool) for our own agent.
            The references that know the goal need ``suite``, in which they look the errand up.

    Raises:
        UsageError: no such agent, an import that fails, or an option that is not one.
    """
    options = dict(options or {})
    if is_engine(name):
        return _ours(name, options)
    if name in REFERENCES:
        return REFERENCES[name]
    if name in KNOWING:
        suite = options.get("suite")
        if suite is None:
            raise UsageError(f"{name} has to know the suite", fix="give the option suite")
        return KNOWING[name](suite if isinstance(suite, Suite) else load_suite(str(suite)))
    if ":" in name:
        return _imported(name)
    near = get_close_matches(name, agent_names(), n=3, cutoff=0.4)
    fix = f"did you mean {', '.join(near)}?" if near else f"one of {', '.join(agent_names())}, or module:attribute"
    raise UsageError(f"unknown agent {name!r}", fix=fix)


def _ours(engine: str, options: dict[str, Any]) -> Agent:
    from agent import build_agent

    fallback = str(options.get("fallback", "full"))
    llm = options.get("llm") or {}
    return build_agent(engine, fallback=fallback, guard=bool(options.get("guard", True)), llm=llm)


def _imported(path: str) -> Agent:
    module_name, _, attribute = path.partition(":")
    try:
        found: Any = import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except ImportError as error:
        raise UsageError(f"cannot import {module_name!r}: {error}", where=f"agent {path}") from error
    except AttributeError as error:
        raise UsageError(str(error), where=f"agent {path}", fix="name a callable or a graph of the module") from error
    return as_agent(found, f"agent {path}")
