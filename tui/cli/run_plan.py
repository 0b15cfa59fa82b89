"""From the options of ``banshi run`` to the manifests of its runs: one, or every cell of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scenarios.loader import Suite
    from scenarios.runs.manifest import Manifest


def cells_of(
    suites: Sequence[tuple[str, ...]],
    services: tuple[str, ...],
    agents: Sequence[tuple[str, dict[str, Any]]],
    policies: Sequence[dict[str, Any]],
    faults: Sequence[str],
    epsilons: Sequence[tuple[int, ...]],
    draws: dict[str, Any],
    selection: dict[str, Any],
) -> list[tuple[Manifest, Suite]]:
    """Every combination, each a run: suites, and of each every agent with options of its own, and so on.

    Raises:
        UsageError: an unknown suite or service, or a mistake in a file.
    """
    loaded: dict[tuple[str, ...], Suite] = {}
    cells = [
        manifest_of(
            suite,
            services,
            agent,
            {**policy, **own},
            {**draws, "epsilons": levels},
            {**selection, "faults": broken},
            loaded,
        )
        for suite in suites
        for agent, own in agents
        for policy in policies
        for broken in faults
        for levels in epsilons
    ]
    # What is asked for twice is run once.
    return list({manifest.encode(): (manifest, suite) for manifest, suite in cells}.values())


def manifest_of(
    sources: tuple[str, ...],
    services: tuple[str, ...],
    agent: str,
    options: dict[str, Any],
    draws: dict[str, Any],
    selection: dict[str, Any],
    loaded: dict[tuple[str, ...], Suite] | None = None,
) -> tuple[Manifest, Suite]:
    """The manifest of a run and its suite, from what the options say; ``loaded`` are suites that are there already.

    Raises:
        UsageError: an unknown suite or service, or a mistake in a file.
    """
    from importlib.metadata import version

    from agent.build import pins
    from mock_services.extras import find_extras
    from scenarios.runs.manifest import Manifest, Selection
    from scenarios.runs.plan import load_sources, resolve_sources

    resolved = resolve_sources(sources)
    extras = find_extras(services)
    known = {} if loaded is None else loaded
    if resolved not in known:
        known[resolved] = load_sources(resolved, extras)
    suite = known[resolved]
    chosen = Selection(**selection)
    manifest = Manifest(
        version=version("banshi"),
        sources=resolved,
        suite=suite.name,
        suite_hash=suite.hash,
        agent=agent,
        options=options,
        selection=chosen,
        services=extras,
        pins=pins(agent),
        **draws,
    )
    return manifest, suite


def epsilons_of(text: str) -> tuple[int, ...]:
    """The levels of a list with commas.

    Raises:
        click.UsageError: it is none.
    """
    try:
        return tuple(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError as error:
        raise click.UsageError(f"--epsilon {text!r} is no list of levels – e.g. 0,2,4") from error


def wording_of(text: str) -> dict[str, str]:
    """What a manifest says of the words' bank: nothing of the main one.

    Raises:
        UsageError: there is no such bank.
    """
    if text == "main":
        return {}
    from scenarios.families.perturb import BANKS, bank_hash

    name = text if text in BANKS else str(Path(text).resolve())
    return {"wording": name, "wording_hash": bank_hash(name)}


def models_of(agent: str, models: dict[str, Any]) -> dict[str, Any]:
    """The options of models, for an agent that has one."""
    from agent.build import has_model

    return {"llm": models} if models and has_model(agent) else {}
