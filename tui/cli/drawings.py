"""State machines as Mermaid drawings, as data, and as the page that the docs keep of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_services.lifecycle import Machine
    from mock_services.tables import Table

_HEAD = """\
# State machines

Printed from the code by `banshi machines --markdown > docs/state-machines.md`; a test compares the two. A state is
changed by these moves and no others: an agent that asks for another one is refused with the code that is named, and
a mistake of our own ends the episode as an `error`. Who causes a move stands behind it: the `agent` by a tool call, a
`person`, the `service` (a merchant, a bank, a courier) or the `clock`; `when looked at` marks a state that is worked
out then and never written.
"""


def mermaid(machine: Machine) -> str:
    """The machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in machine.initial)]
    for arrow in machine.arrows:
        shown = ", when looked at" if arrow.shown else ""
        lines.append(f"    {arrow.source} --> {arrow.target} : {said(arrow.event)} ({arrow.who}{shown})")
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in machine.terminal)])


def data(table: Table[Any]) -> dict[str, Any]:
    """The machine of a table as JSON-safe data."""
    machine = machine_of(table)
    return {
        "name": table.name,
        "about": about(table),
        "states": list(machine.states),
        "initial": list(machine.initial),
        "terminal": list(machine.terminal),
        "refusal": machine.refusal,
        "moves": [
            {"from": a.source, "event": a.event, "to": a.target, "who": a.who, "shown": a.shown} for a in machine.arrows
        ],
        "note": machine.note,
    }


def page(tables: Mapping[str, Table[Any]]) -> str:
    """The page of the docs, without a line break at its end."""
    return "\n".join([_HEAD, *(_section(name, table) for name, table in tables.items())]).rstrip("\n")


def about(table: Table[Any]) -> str:
    """What a row of the table is: the first sentence of its docstring."""
    return " ".join((table.row.__doc__ or "").split("\n\n")[0].split()).partition(". ")[0].rstrip(".") + "."


def said(event: str) -> str:
    """An event as people read it."""
    return event.replace("_", " ")


def machine_of(table: Table[Any]) -> Machine:
    """The machine of a table that has one."""
    assert table.machine is not None
    return table.machine


def _section(name: str, table: Table[Any]) -> str:
    machine = machine_of(table)
    asked = any(arrow.who == "agent" for arrow in machine.arrows)
    lines = [f"## `{name}`", "", " ".join(filter(None, (about(table), machine.note)))]
    if asked:
        lines[-1] += f" An agent's move that is not there is refused with `{machine.refusal}`."
    return "\n".join([*lines, "", "```mermaid", mermaid(machine), "```", ""])
