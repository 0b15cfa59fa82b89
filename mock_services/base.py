"""The base world: an immutable catalogue, built once per (seed, size, services) and shared by all of a process."""

from __future__ import annotations

import re
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

MOST = 100
"""The largest factor: such a world fills some gigabytes."""

_SIZE = re.compile(r"(small|city)|city\*([1-9][0-9]{0,5})")


class Size(msgspec.Struct, frozen=True):
    """How large a world is.

    ``small`` has a few shops, hotels and products per city, enough for every hand-written errand; ``city`` is full
    size. ``factor`` is how many times as many shops, products, hotels, places and departures a ``city`` has.
    """

    name: str
    factor: int = 1

    @property
    def estates(self) -> int:
        """Housing estates per city (:mod:`mock_services.geo.estates`): about as many for each further factor as a city
        has neighbourhoods of its own."""
        return (self.factor - 1) * 26

    def __str__(self) -> str:
        """As :func:`read_size` takes it."""
        return self.name if self.factor == 1 else f"{self.name}*{self.factor}"


def read_size(text: str) -> Size:
    """Read ``small``, ``city`` or ``city*4``.

    Raises:
        UsageError: it is none of these, or larger than :data:`MOST`.
    """
    found = _SIZE.fullmatch(text)
    if found is None or int(found[2] or 1) > MOST:
        raise UsageError(
            f"unknown world size {text[:40]!r}", fix=f"one of small, city, or city*N with N from 1 to {MOST}"
        )
    return Size(found[1] or "city", int(found[2] or 1))


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

    def __init__(self, seed: int, size: Size) -> None:
        self.draws = Draws(f"base:{seed}")
        self.size = size
        self.rows = BaseTables()

    def add(self, table: Table[R], row: R) -> None:
        """Add a base row."""
        self.rows.add(table, row)

    def sized(self, small: int, city: int) -> int:
        """A count that a larger world has no more of: how many there are in one place."""
        return small if self.size.name == "small" else city

    def scaled(self, small: int, city: int) -> int:
        """A count that grows with the world."""
        return self.sized(small, city) * self.size.factor


class Base:
    """An immutable world. ``derived`` holds the shelves of :meth:`recall`."""

    __slots__ = ("derived", "draws", "registry", "seed", "size", "tables")

    def __init__(self, seed: int, size: str, registry: Registry) -> None:
        self.size = read_size(size)
        builder = BaseBuilder(seed, self.size)
        for table in KERNEL_TABLES:
            builder.rows.declare(table)
        for service in registry.services.values():
            for table in service.tables:
                builder.rows.declare(table)
        for service in registry.services.values():
            service.seed(builder)
        builder.rows.freeze()
        self.seed, self.registry = seed, registry
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
