"""``banshi tools``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, service_option

if TYPE_CHECKING:
    from rich.text import Text

    from mock_services.service import Tool


@click.command(name="tools", short_help="List the tools of the city, or explain one.")
@click.argument("name", metavar="[TOOL|SERVICE]", default="")
@click.option("--schema", is_flag=True, help="Print function definitions with JSON Schema, as models take them.")
@service_option
@json_option
def command(name: str, schema: bool, services: tuple[str, ...], as_json: bool) -> None:
    """List the tools that an agent can call, those of one service, or explain one tool."""
    from mock_services.extras import find_extras
    from mock_services.registry import registry_of
    from tui.cli.output import print_json, print_out

    registry = registry_of(find_extras(services))
    single = registry.tool(name) if name and name not in registry.services else None
    tools = [single] if single else [t for t in registry.tools.values() if name in ("", t.service)]
    if schema:
        print_json(single.function() if single else [tool.function() for tool in tools])
    elif as_json:
        print_json(_data(single) if single else [_data(tool) for tool in tools])
    elif single:
        print_out(*_explained(single))
    else:
        print_out(_listed(tools))


def _data(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "service": tool.service,
        "access": tool.access,
        "role": tool.role,
        "key": tool.key,
        "object": tool.obj,
        "errors": list(tool.errors),
        "description": tool.description,
    }


def _listed(tools: list[Tool]) -> Any:
    from tui.cli.tables import PlainTable
    from tui.text import literal

    rows: list[list[str | Text]] = [
        [literal(t.name), t.access, literal(t.key or "·"), literal(t.description)] for t in tools
    ]
    return PlainTable(f"{len(tools)} tools", ["tool", "access", "key", "what it does"], rows)


def _explained(tool: Tool) -> list[Any]:
    from tui.cli.tables import PlainTable
    from tui.schema import meaning, type_name
    from tui.text import literal

    key = f"takes {tool.key} as its idempotency key" if tool.key else "takes no idempotency key"
    facts = f"{tool.access}, in the name of the {tool.role}; {key}; {tool.latency[0]}–{tool.latency[1]} ms"
    schema = tool.parameters
    required = schema.get("required", [])
    rows: list[list[str | Text]] = [
        [literal(name), type_name(field, schema), "yes" if name in required else "", literal(meaning(field, schema))]
        for name, field in schema.get("properties", {}).items()
    ]
    items: list[Any] = [literal(tool.name, "bold"), literal(tool.description), literal(facts, "dim")]
    if tool.errors:
        items.append(literal(f"errors of its own: {', '.join(tool.errors)}", "dim"))
    if rows:
        items.append(PlainTable("", ["argument", "type", "needed", "meaning"], rows))
    return items
