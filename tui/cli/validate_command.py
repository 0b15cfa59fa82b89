"""``banshi validate``."""

from __future__ import annotations

import click

from tui.cli.options import json_option, service_option


@click.command(name="validate", short_help="Check scenario files.")
@click.argument("sources", metavar="SUITE|FILE...", nargs=-1, required=True)
@service_option
@json_option
def command(sources: tuple[str, ...], services: tuple[str, ...], as_json: bool) -> None:
    """Check suites or scenario files: the first mistake is told with file, line, field and what would be right."""
    from mock_services.extras import find_extras
    from scenarios.runs.plan import load_sources, resolve_sources
    from tui.cli.output import print_json, talk

    suite = load_sources(resolve_sources(sources), find_extras(services))
    plans = sum(1 + len(scenario.plans) for scenario in suite.scenarios)
    if as_json:
        print_json({"suite": suite.name, "scenarios": len(suite.scenarios), "episodes": plans, "hash": suite.hash})
    else:
        talk(f"{suite.name}: {len(suite.scenarios)} scenarios, {plans} episodes with their fault plans, no mistakes")
