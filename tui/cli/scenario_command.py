"""``banshi scenario``: for who writes scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import Option, json_option, service_option

if TYPE_CHECKING:
    from scenarios.authoring.explain import Explanation
    from scenarios.loader import Suite
    from scenarios.model import Scenario

within_option: Option[Any] = click.option(
    "--in", "within", metavar="SUITE|FILE", default="", help="Where the scenario is; by default any suite of ours."
)


@click.group(name="scenario", short_help="Write, check, explain and solve scenarios.")
def command() -> None:
    """For authors: start a scenario, have it checked, see what it takes, and why something cannot be done."""


@command.command(name="new", short_help="Write a commented scenario that works.")
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Where the file is made; by default here.",
)
def new(name: str, folder: Path) -> None:
    """Write NAME.yaml to start from; it passes the gate as it is."""
    from scenarios.authoring.template import write_scenario
    from tui.cli.output import talk

    path = write_scenario(name, folder)
    click.echo(str(path))
    talk(f"check it: banshi scenario validate {path}")


@command.command(name="validate", short_help="Check scenario files, one line for each mistake.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@service_option
@click.pass_context
def validate(context: click.Context, files: tuple[str, ...], services: tuple[str, ...]) -> int:
    """Read FILES (the first mistake of form is told with file, line and field) and put them through the gate."""
    from tui.cli.validate_command import command as gate

    given = [str(Path(name)) if name.endswith((".yaml", ".yml")) else f"./{name}" for name in files]
    code: int = context.invoke(gate, sources=tuple(given), services=services, seed=0)
    return code


@command.command(name="explain", short_help="What a scenario takes, in plain words.")
@click.argument("scenario_id", metavar="ID")
@within_option
@service_option
@json_option
def explain(scenario_id: str, within: str, services: tuple[str, ...], as_json: bool) -> None:
    """Say what the person wants, where each part can be found out, what may break, and how hard it is."""
    import msgspec

    from scenarios.authoring.explain import explain as explained
    from tui.cli.output import print_json, print_out

    found = explained(_found(scenario_id, within, services)[1])
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        print_out(*_explanation(found))


@command.command(name="solve", short_help="Let the oracle do it, or say what stands in the way.")
@click.argument("scenario_id", metavar="ID")
@click.option("--plan", default="clean", show_default=True, help="With this fault plan.")
@click.option("--full", is_flag=True, help="Write out every argument and every answer.")
@within_option
@service_option
def solve(scenario_id: str, plan: str, full: bool, within: str, services: tuple[str, ...]) -> int:
    """Tell how the oracle does it. Where it cannot, say which constraint alone is in its way; exit code 1."""
    from scenarios.authoring.binding import binding, solvable
    from scenarios.episode import base_of, run_episode
    from scenarios.references.oracle import oracle_for
    from scenarios.runs.story import tell
    from scenarios.validity.play import MEETS
    from tui.cli.output import print_out
    from tui.cli.story_layout import lay_out

    suite, scenario = _found(scenario_id, within, services)
    base = base_of(scenario, suite.services)
    agent = oracle_for(scenario, services=suite.services)
    result = run_episode(scenario, plan, agent, agent_name="oracle", base=base)
    print_out(*lay_out(tell(result, full=full, services=suite.services), suite.name, full=full))
    met = result.verdict.outcome == MEETS[result.verdict.expected]
    if scenario.expect == "goal" and met:
        return 0
    if solvable(scenario, base, suite.services):
        click.echo("the goal can be reached on the clean world: what is expected is something else")
        return 0 if met else 1
    found = binding(scenario, base, suite.services)
    for one in found:
        click.echo(f"binding: {one.name} ({one.value}) – without it the goal is reached")
    if not found:
        click.echo("no single constraint is in the way: several are, or what is wanted is not there at all")
    return 0 if met else 1


def _found(scenario_id: str, within: str, services: tuple[str, ...]) -> tuple[Suite, Scenario]:
    """The scenario of an id, and the suite that it is in.

    Raises:
        UsageError: there is none, or it is in several suites.
    """
    from mock_services.errors import UsageError
    from mock_services.extras import find_extras
    from scenarios.loader import suite_names
    from scenarios.runs.plan import load_sources, resolve_sources

    extras = find_extras(services)
    if within:
        suite = load_sources(resolve_sources((within,)), extras)
        return suite, suite.scenario(scenario_id)
    for name in suite_names():
        suite = load_sources((name,), extras)
        if any(scenario.id == scenario_id for scenario in suite.scenarios):
            return suite, suite.scenario(scenario_id)
    raise UsageError(f"no suite has a scenario {scenario_id!r}", fix="name the suite or file that has it with --in")


def _explanation(found: Explanation) -> list[Any]:
    from rich.text import Text

    from tui.cli.tables import PlainTable

    items: list[Any] = [
        Text(found.id, style="bold"),
        Text(found.who),
        Text(f"“{found.words}”"),
        Text(f"The person {found.consent}."),
        Text(),
        PlainTable(
            "what is wanted",
            ("part", "value", "revealed by"),
            [[fact.part, fact.value, fact.revealed_by or "nothing says so yet"] for fact in found.facts],
        ),
    ]
    items += [Text(f"instead: {other}") for other in found.instead]
    items += [Text(f"limit: {limit}") for limit in found.limits]
    items += [Text(f"infeasible: {found.certificate}")] if found.certificate else []
    plans = [
        [note.name, "; ".join(note.breaks) or "nothing", note.expected, f"{note.points:+.1f}"] for note in found.plans
    ]
    items += [Text(), PlainTable("plans", ("plan", "what breaks", "what is right", "points"), plans, right=("points",))]
    items.append(
        Text(f"difficulty {found.level} as written, {found.derived_level} by what it takes ({found.takes:g} points)")
    )
    return items
