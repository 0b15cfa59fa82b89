"""``banshi machines``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, service_option

if TYPE_CHECKING:
    from rich.text import Text

    from mock_services.tables import Table


@click.command(name="machines", short_help="What can become of an order, a payment, a request.")
@click.argument("name", metavar="[MACHINE|SERVICE]", default="")
@click.option("--mermaid", is_flag=True, help="Print Mermaid drawings.")
@click.option("--markdown", is_flag=True, help="Print the page of the docs.")
@service_option
@json_option
def command(name: str, mermaid: bool, markdown: bool, services: tuple[str, ...], as_json: bool) -> None:
    """List the state machines of the city, those of one service, or show one with its moves."""
    from mock_services.base import machine_tables
    from mock_services.extras import find_extras
    from mock_services.registry import registry_of
    from tui.cli import drawings
    from tui.cli.output import print_json, print_out

    chosen = _chosen(machine_tables(registry_of(find_extras(services))), name)
    single = chosen.get(name)
    if markdown:
        click.echo(drawings.page(chosen))
    elif mermaid:
        click.echo("\n\n".join(drawings.mermaid(drawings.machine_of(table)) for table in chosen.values()))
    elif as_json:
        print_json(drawings.data(single) if single else [drawings.data(table) for table in chosen.values()])
    elif single:
        print_out(*_explained(single))
    else:
        print_out(_listed(chosen))


def _chosen(tables: dict[str, Table[Any]], name: str) -> dict[str, Table[Any]]:
    from difflib import get_close_matches

    from mock_services.errors import UsageError

    fitting = {of: table for of, table in tables.items() if name in ("", of, of.partition(".")[0])}
    if not fitting:
        near = get_close_matches(name, tables, n=3, cutoff=0.4) or list(tables)
        raise UsageError(f"unknown state machine {name!r}", fix=f"one of {', '.join(near)}")
    return fitting


def _listed(tables: dict[str, Table[Any]]) -> Any:
    from tui.cli import drawings
    from tui.cli.tables import PlainTable
    from tui.text import literal

    rows: list[list[str | Text]] = []
    for name, table in tables.items():
        machine = drawings.machine_of(table)
        counts = [str(len(machine.states)), str(len(machine.arrows))]
        rows.append([literal(name), *counts, ", ".join(machine.terminal), literal(drawings.about(table))])
    columns = ["machine", "states", "moves", "ends in", "what it is about"]
    title = f"{len(tables)} state machine{'' if len(tables) == 1 else 's'}"
    return PlainTable(title, columns, rows, right=("states", "moves"))


def _explained(table: Table[Any]) -> list[Any]:
    from tui.cli import drawings
    from tui.cli.tables import PlainTable
    from tui.text import literal

    machine = drawings.machine_of(table)
    rows: list[list[str | Text]] = [
        [arrow.source, drawings.said(arrow.event), arrow.target, arrow.who, "when looked at" if arrow.shown else ""]
        for arrow in machine.arrows
    ]
    facts = f"begins {' or '.join(machine.initial)}; ends {', '.join(machine.terminal)}; refuses with {machine.refusal}"
    items: list[Any] = [literal(table.name, "bold"), literal(drawings.about(table)), literal(facts, "dim")]
    if machine.note:
        items.append(literal(machine.note))
    return [*items, PlainTable("", ["from", "when", "to", "who", ""], rows)]
