"""``banshi call``."""

from __future__ import annotations

import json
from typing import Any

import click

from tui.cli.options import json_option, service_option, world_option

REFUSED = 1


@click.command(name="call", short_help="Call one tool in a scratch world.")
@click.argument("tool")
@click.argument("arguments", metavar="JSON", default="{}")
@world_option
@service_option
@json_option
def command(tool: str, arguments: str, world: str, services: tuple[str, ...], as_json: bool) -> int:
    """Call TOOL with its arguments as a JSON object, in a world that is thrown away afterwards.

    Exits with 1 if the tool answers with an error.
    """
    from mock_services.errors import UsageError
    from mock_services.extras import find_extras
    from mock_services.registry import registry_of
    from scenarios.runs.scratch import build_scratch, read_scratch
    from tui.cli.output import print_json

    extras = find_extras(services)
    registry_of(extras).tool(tool)
    try:
        args = json.loads(arguments)
    except ValueError as error:
        raise UsageError(f"the arguments are no JSON: {error}", fix='e.g. \'{"city": "hangzhou"}\'') from error
    if not isinstance(args, dict):
        raise UsageError("the arguments are no JSON object", fix='e.g. \'{"city": "hangzhou"}\'')
    scratch = build_scratch(read_scratch(world), extras)
    reply = scratch.call(tool, args).wire()
    if as_json:
        print_json(reply)
    else:
        _print(reply)
    return 0 if reply["ok"] else REFUSED


def _print(reply: dict[str, Any]) -> None:
    from scenarios.runs.phrases import problem
    from tui.cli.output import print_json, talk

    if reply["ok"]:
        print_json(reply["data"])
        talk(f"as of {reply['as_of']}{'' if reply['complete'] else ', not complete'}")
        return
    talk(problem(reply["error"]))
    if reply["error"]["hint"]:
        talk(f"hint: {reply['error']['hint']}")
