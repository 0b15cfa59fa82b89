"""The base world: an immutable catalogue, built once per (seed, size, services) and shared by all of a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from mock_services.agenda import DUE
from mock_services.context import COUNTERS, HELD_UP, NOTICES
from mock_services.draws import Draws
from mock_services.errors import UsageError
from mock_services.extras import Extra
from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.payables import MISSED, PAYABLES, PAYMENTS, REFUNDS
from mock_services.people import ADDRESSES, CONTACTS, PEOPLE
from mock_services.pipeline import KEYS
from mock_services.registry import BUILT_IN, Registry, registry_of
from mock_services.tables import BaseTables, Table

R = TypeVar("R", bound=msgspec.Struct)
T = TypeVar("T")

SIZES = ("small", "city")
"""``small``: a few shops, hotels and products per city, enough for every hand-written errand. ``city``: full size."""

KERNEL_TABLES: tuple[Table[Any], ...] = (
    ACCOUNTS,
    POSTINGS,
    PAYABLES,
    PAYMENTS,
    REFUNDS,
    MISSED,
    DUE,
    COUNTERS,
    NOTICES,
    HELD_UP,
    KEYS,
    PEOPLE,
    ADDRESSES,
    CONTACTS,
)


def machine_tables(registry: Registry) -> dict[str, Table[Any]]:
    """The tables whose rows move by a state machine, by name: those of the services, then the kernel's."""
    tables = [table for service in registry.services.values() for table in service.tables]
    return {table.name: table for table in (*tables, *KERNEL_TABLES) if table.machine is not None}


class BaseBuilder:
    """What a service's ``seed`` gets: add rows, draw, and know the wanted size."""

    def __init__(self, seed: int, size: str) -> None:
        self.draws = Draws(f"base:{seed}")
        self.size = size
        self.rows = BaseTables()

    def add(self, table: Table[R], row: R) -> None:
        """Add a base row."""
        self.rows.add(table, row)

    def scaled(self, small: int, city: int) -> int:
        """A count that depends on the size of the world."""
        return small if self.size == "small" else city


class Base:
    """An immutable world. ``derived`` holds the shelves of :meth:`recall`."""

    __slots__ = ("derived", "draws", "registry", "seed", "size", "tables")

    def __init__(self, seed: int, size: str, registry: Registry) -> None:
        if size not in SIZES:
            raise UsageError(f"unknown world size {size!r}", fix=f"one of {', '.join(SIZES)}")
        builder = BaseBuilder(seed, size)
        for table in KERNEL_TABLES:
            builder.rows.declare(table)
        for service in registry.services.values():
            for table in service.tables:
                builder.rows.declare(table)
        for service in registry.services.values():
            service.seed(builder)
        builder.rows.freeze()
        self.seed, self.size, self.registry = seed, size, registry
        self.tables = builder.rows
        self.draws = builder.draws
        self.derived: dict[str, dict[Any, Any]] = {}

    def recall(self, shelf: str, key: Any, build: Callable[[], T], *, most: int = 20_000) -> T:
        """A pure value of this base (never None), computed on first use and shared by all episodes of the process.

        A ``shelf`` is named after its service. One with ``most`` values is cleared before the next is added.
        """
        known: dict[Any, T] = self.derived.setdefault(shelf, {})
        found = known.get(key)
        if found is None:
            if len(known) >= most:
                known.clear()
            found = known[key] = build()
        return found

    @property
    def id(self) -> str:
        """What a trace names to say which base it was recorded on: ``size:seed``, and ``+name`` per further service."""
        more = "".join(f"+{name}" for name in self.registry.services if name not in BUILT_IN)
        return f"{self.size}:{self.seed}{more}"


@lru_cache(maxsize=8)
def base_world(seed: int = 0, size: str = "small", services: tuple[Extra, ...] = ()) -> Base:
    """The base with the built-in services and ``services``; one per process and (seed, size, services).

    Raises:
        UsageError: unknown size, or a service cannot be loaded.
    """
    return Base(seed, size, registry_of(services))
