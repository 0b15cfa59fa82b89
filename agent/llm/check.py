"""Before the first episode: whether a model is there, knows the key and answers. One line says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.llm.cassette import open_cassette
from agent.llm.options import PREFIXES, LlmOptions, parse_spec, read_options
from agent.llm.secrets import Redactor


def model_specs(spec: str) -> list[str]:
    """The specs of models in the spec of an engine or of a router."""
    from agent.route.spec import PREFIX as ROUTE
    from agent.route.spec import read_route

    names: Iterable[str] = read_route(spec)[1] if spec.startswith(ROUTE) else (spec,)
    return [name for name in names if name.startswith(PREFIXES)]


def check_models(spec: str, given: Mapping[str, Any]) -> list[str]:
    """Ask every model of a spec for a word.

    Returns:
        For each a line of what was found.

    Raises:
        UsageError: one of them cannot be used, and why.
    """
    options = read_options(given)
    return [f"{name}: {_check(name, options)}" for name in model_specs(spec)]


def _check(name: str, options: LlmOptions) -> str:
    spec = parse_spec(name)
    if options.replays:
        open_cassette(options.cassette, name, Redactor())
        return f"replays {options.cassette.partition(':')[2]}"
    if spec.local:
        from agent.llm.local import check_local

        return f"{check_local(options).name}, not loaded yet"
    from agent.llm.backend import probe

    probe(spec, options)
    return "answers"


def overlaps(spec: str, given: Mapping[str, Any]) -> bool:
    """Whether episodes of this agent wait, so that many of them fit into one process.

    A model that is computed in the process does not wait; one that is replayed costs nothing, and stops the whole run
    where an answer is missing, which only this process can.
    """
    specs = model_specs(spec)
    return bool(specs) and (
        str(given.get("cassette", "")).startswith("replay:") or not all(parse_spec(name).local for name in specs)
    )
