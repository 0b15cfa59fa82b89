"""What there is to know about a service, a tool, a state machine or a table, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from mock_services.lifecycle import Machine
from mock_services.registry import Registry
from mock_services.service import COMMON_ERRORS, Service, Tool
from mock_services.tables import Table
from scenarios.runs.trial import strikes
from tui.explorer import Entry, about_rows, columns_of, is_third_party
from tui.schema import Field, fields, type_name
from tui.text import literal
from tui.widgets.forms import about

_HEADING = "bold underline"


def explain(entry: Entry, whole: Sequence[Entry], registry: Registry) -> Text:
    """The page of an entry; ``whole`` is the list that it stands in."""
    if entry.kind == "service":
        return service(entry, [other for other in whole if other.service == entry.service and other is not entry])
    if entry.kind == "tool":
        return tool(entry.item, registry)
    return machine(entry.item) if entry.kind == "machine" else table(entry.item)


def service(entry: Entry, parts: Sequence[Entry]) -> Text:
    """A service and what it has."""
    text = Text().append_text(literal(entry.name, "bold")).append_text(literal(f"  {entry.more}", "dim")).append("\n")
    text.append_text(literal(f"{entry.about}")).append("\n")
    if is_third_party(entry.service):
        text.append("not built in: it came by its package or by --service\n", style="italic")
    for kind, heading in (("tool", "tools"), ("machine", "state machines"), ("table", "tables")):
        named = [part for part in parts if part.kind == kind]
        if named:
            text.append(f"\n{heading}\n", style=_HEADING)
        for part in named:
            text.append_text(literal(part.name, "cyan")).append_text(literal(f"  {part.more}", "dim")).append("\n")
    if isinstance(entry.item, Service) and entry.item.disruptions:
        text.append("\nfaults of its own\n", style=_HEADING)
        text.append_text(literal(", ".join(sorted(entry.item.disruptions)))).append("\n")
    return text


def tool(found: Tool, registry: Registry) -> Text:
    """A tool: what it is for, what it takes and answers, and how it can fail."""
    from agent.guard.duties import DUTIES

    text = Text().append_text(literal(found.name, "bold")).append(f"  {found.access}\n", style="bold cyan")
    text.append_text(literal(f"{found.description}")).append("\n\n")
    key = f"{found.key} is its idempotency key" if found.key else "it takes no idempotency key"
    low, high = found.latency
    facts = [
        ("acts for", found.role),
        ("key", key if found.access == "write" else "it only looks: asking again is safe"),
        ("duty", DUTIES.get(found.name, "none: no guard knows it") if found.access == "write" else ""),
        ("object", f"faults are counted per {found.obj}" if found.obj else ""),
        ("takes", f"{low}–{high} ms"),
    ]
    for name, value in facts:
        if value:
            text.append(f"{name:<9}", style="cyan").append_text(literal(f"{value}")).append("\n")
    _arguments(text, fields(found.parameters))
    _result(text, found.result.model_json_schema(mode="serialization"))
    text.append("\nerrors\n", style=_HEADING)
    text.append_text(literal(", ".join(found.errors) or "none of its own")).append("\n")
    text.append_text(literal(f"and those of any tool: {', '.join(COMMON_ERRORS)}", "dim")).append("\n")
    phases: dict[str, list[str]] = {}
    for kind, phase in strikes(found, registry):
        phases.setdefault(phase, []).append(kind)
    text.append("\nfaults that can strike it\n", style=_HEADING)
    for phase, kinds in phases.items():
        text.append_text(literal(f"{phase:<11}", "cyan")).append_text(literal(f"{', '.join(kinds)}")).append("\n")
    if not phases:
        text.append("none: no service stands in between\n", style="dim")
    return text


def machine(of: Table[Any]) -> Text:
    """A state machine, drawn state by state with the moves that lead on."""
    found = of.machine
    assert found is not None
    text = Text().append_text(literal(of.name, "bold")).append("  state machine\n", style="cyan")
    text.append_text(literal(f"{about_rows(of)}")).append("\n")
    if found.note:
        text.append_text(literal(f"{found.note}")).append("\n")
    text.append_text(literal(f"A move that is not here is refused with {found.refusal}.", "dim")).append("\n\n")
    text.append("● begins   ■ ends   who causes a move stands in brackets\n\n", style="dim")
    for state in found.states:
        _state(text, found, state)
    return text


def table(of: Table[Any]) -> Text:
    """A table: its fields, its key and how it is looked up."""
    text = Text().append_text(literal(of.name, "bold")).append("  table\n", style="cyan")
    text.append_text(literal(f"{about_rows(of)}")).append("\n")
    text.append("\nfields\n", style=_HEADING)
    for name, kind in columns_of(of.row):
        sign = "key" if name == of.key else "index" if name in of.indexes else ""
        text.append_text(literal(name, "bold" if sign == "key" else "")).append_text(literal(f"  {kind}", "italic dim"))
        text.append(f"  {sign}\n" if sign else "\n", style="cyan")
    if of.machine is not None:
        text.append_text(
            literal(f"{of.machine.field} moves by a state machine: {', '.join(of.machine.states)}")
        ).append("\n")
    if of.text is not None:
        text.append("\nits rows can be searched by words\n", style="dim")
    return text.append("\nEnter shows its rows in the scratch world.\n", style="dim")


def _arguments(text: Text, found: Sequence[Field]) -> None:
    text.append("\narguments", style=_HEADING).append("  * is needed\n" if found else "\n", style="dim")
    for field in found:
        text.append_text(about(field)).append("\n")
        if field.choices and field.type == "":
            text.append_text(literal(f"    {' | '.join(label for label, _ in field.choices)}", "italic dim")).append(
                "\n"
            )
        if field.skeleton:
            text.append_text(literal(f"    such as {field.skeleton}", "dim")).append("\n")
    if not found:
        text.append("none\n", style="dim")


def _result(text: Text, schema: Mapping[str, Any]) -> None:
    text.append("\nresult\n", style=_HEADING)
    _members(text, schema, schema, "")
    for name, part in schema.get("$defs", {}).items():
        if part.get("properties"):
            text.append_text(literal(f"{name}", "italic")).append("\n")
            _members(text, part, schema, "  ")
    if not schema.get("properties"):
        text.append("nothing but that it went well\n", style="dim")


def _members(text: Text, part: Mapping[str, Any], schema: Mapping[str, Any], indent: str) -> None:
    for name, member in part.get("properties", {}).items():
        text.append(indent).append_text(literal(name))
        text.append_text(literal(f"  {_named(member, schema)}", "italic dim"))
        text.append_text(literal(f"  {member.get('description', '')}", "dim")).append("\n")


def _named(member: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The type of a result's field; an object by its name, since its fields stand below."""
    if "$ref" in member:
        return str(member["$ref"]).rpartition("/")[2]
    if member.get("type") == "array" and "$ref" in member.get("items", {}):
        return f"list of {_named(member['items'], schema)}"
    several = [one for one in member.get("anyOf", ()) if one.get("type") != "null"]
    if several:
        return " or ".join(_named(one, schema) for one in several)
    return type_name(member, schema)


def _state(text: Text, found: Machine, state: str) -> None:
    text.append_text(literal(state, "bold"))
    text.append(" ●" if state in found.initial else "", style="green")
    text.append(" ■" if state in found.terminal else "", style="cyan").append("\n")
    arrows = [arrow for arrow in found.arrows if arrow.source == state]
    for n, arrow in enumerate(arrows, 1):
        text.append("  └─ " if n == len(arrows) else "  ├─ ", style="dim")
        shown = ", when looked at" if arrow.shown else ""
        text.append_text(literal(arrow.event.replace("_", " ")))
        text.append_text(literal(f" ({arrow.who}{shown})", "dim")).append(" → ")
        text.append_text(literal(arrow.target, "bold")).append("\n")
