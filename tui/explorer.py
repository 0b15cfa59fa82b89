"""What there is in the city as one list: services with their tools, state machines and tables. Data only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec

from mock_services.base import KERNEL_TABLES
from mock_services.registry import BUILT_IN, Registry
from mock_services.service import Service
from mock_services.tables import Table

KERNEL = "kernel"
KERNEL_ABOUT = "What the services share: accounts and postings, trades and payments, messages, people, what is due."

Kind = Literal["service", "tool", "machine", "table"]


class Entry(msgspec.Struct, frozen=True):
    """A line of the list. ``item`` is the service (None for the kernel), the tool, or the table.

    ``more`` is a word or two for a column, ``haystack`` what a filter looks into.
    """

    kind: Kind
    service: str
    name: str
    about: str
    more: str
    haystack: str
    item: Any = None


def entries(registry: Registry) -> list[Entry]:
    """Every service followed by what it has, third-party ones last but for the kernel."""
    found: list[Entry] = []
    for service in registry.services.values():
        found += _of_service(service)
    machines = [table for table in KERNEL_TABLES if table.machine is not None]
    more = f"{len(machines)} machines, {len(KERNEL_TABLES)} tables"
    found.append(_entry("service", KERNEL, KERNEL, KERNEL_ABOUT, more, None))
    found += _of_tables(KERNEL, KERNEL_TABLES)
    return found


def visible(whole: Sequence[Entry], opened: Collection[str], needle: str) -> list[Entry]:
    """What is in sight: services and what is in the opened ones, or, with a ``needle``, whatever has all its words."""
    words = needle.casefold().split()
    if not words:
        return [entry for entry in whole if entry.kind == "service" or entry.service in opened]
    fitting = [entry for entry in whole if all(word in entry.haystack for word in words)]
    homes = {entry.service for entry in fitting}
    return [entry for entry in whole if entry in fitting or (entry.kind == "service" and entry.name in homes)]


def best(rows: Sequence[Entry], needle: str) -> int:
    """Where what was most likely meant stands: called so, beginning so, having it in its name, or just found."""
    wanted = needle.casefold().strip()

    def rank(entry: Entry) -> tuple[bool, ...]:
        name = entry.name.casefold()
        # A service is listed for what it has, too.
        return (name != wanted, entry.kind == "service", not name.startswith(wanted), wanted not in name)

    return min(range(len(rows)), key=lambda n: rank(rows[n]), default=0)


def columns_of(row: type[msgspec.Struct]) -> list[tuple[str, str]]:
    """(field, its type in words) of a table's rows."""
    return [(field.name, _type(field.type, row.__annotations__.get(field.name, ""))) for field in _fields(row)]


def about_rows(table: Table[Any]) -> str:
    """What a row of a table is."""
    return _prose(table.row.__doc__ or "")


def is_third_party(service: str) -> bool:
    """Whether a service is not built in."""
    return service not in (*BUILT_IN, KERNEL)


def _of_service(service: Service) -> Iterator[Entry]:
    machines = sum(table.machine is not None for table in service.tables)
    more = f"{len(service.tools)} tools, {machines} machines, {len(service.tables)} tables"
    yield _entry("service", service.name, service.name, _docstring(service), more, service)
    for tool in service.tools.values():
        yield _entry("tool", service.name, tool.name, tool.description, tool.access, tool)
    yield from _of_tables(service.name, service.tables)


def _of_tables(service: str, tables: Sequence[Table[Any]]) -> Iterator[Entry]:
    for table in tables:
        if table.machine is not None:
            count = f"{len(table.machine.states)} states"
            yield _entry("machine", service, table.name, table.machine.note or about_rows(table), count, table)
    for table in tables:
        count = f"{len(table.row.__struct_fields__)} fields"
        yield _entry("table", service, table.name, about_rows(table), count, table)


def _entry(kind: Kind, service: str, name: str, about: str, more: str, item: Any) -> Entry:
    return Entry(kind, service, name, about, more, f"{kind} {service} {name} {about} {more}".casefold(), item)


def _docstring(service: Service) -> str:
    return _prose((type(service).__doc__ or "").split("\n\n")[0])


def _prose(docstring: str) -> str:
    """A docstring without its line breaks and without the quotes around names."""
    return " ".join(docstring.replace("``", "").split())


def _fields(row: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(row)


def _type(kind: Any, written: Any) -> str:
    if get_origin(kind) is Literal:
        return " | ".join(map(str, get_args(kind)))
    return written if isinstance(written, str) else getattr(written, "__name__", str(written))
