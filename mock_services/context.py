"""What a service sees of the world: rows, money, time, chance and the person. One per world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mock_services import clock
from mock_services.agenda import DUE, Due
from mock_services.draws import Draws
from mock_services.ledger import Ledger
from mock_services.payables import KERNEL, Payables
from mock_services.tables import Key, Table

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.person import Person
    from mock_services.world import World

R = TypeVar("R", bound=msgspec.Struct)


class Counter(msgspec.Struct, frozen=True, gc=False):
    """How often a number stream was used."""

    name: str
    value: int


class Notice(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A delivery of a message to the person's phone; ``ref`` is the business object it is about.

    Deliveries can be late, overtake each other and be repeated, as pushed messages do. ``message`` is the same for
    every delivery of one message, ``event_at`` is when that happened which it tells of, ``at`` when it arrived.
    ``person`` is to whom, if it is not the person whose errand this is.
    """

    id: int
    at: int
    service: str
    event: str
    ref: str
    text: str
    message: int
    event_at: int
    person: str = ""

    @property
    def notice_id(self) -> str:
        """The message's number, as tools show it."""
        return f"N{self.message:05d}"


class HeldUp(msgspec.Struct, frozen=True, gc=False):
    """The next message of a service is delivered so much later."""

    service: str
    seconds: int


COUNTERS = Table("kernel.counters", Counter, "name")
NOTICES = Table("kernel.notices", Notice, "id")
HELD_UP = Table("kernel.held_notices", HeldUp, "service")


@lru_cache(maxsize=512)
def _digits(day: int) -> str:
    """``20260305`` for the number of a day since 1970-01-01."""
    return f"{clock.local(day * clock.DAY, 0):%Y%m%d}"


class Ctx:
    """The one door through which services read and change an episode's world."""

    __slots__ = ("_world", "base", "draws", "ledger", "offset_min", "payables", "person_id")

    def __init__(self, world: World) -> None:
        self._world = world
        self.base: Base = world.base
        self.draws = Draws(world.seed)
        self.person_id = world.person_id
        self.offset_min = world.offset_min
        self.ledger = Ledger(self)
        self.payables = Payables(self)

    # --- rows ------------------------------------------------------------------------------------------------

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row with this key, or None."""
        return self._world.state.get(table, key)

    def find(self, table: Table[R], index: str, value: Any) -> list[R]:
        """Rows whose indexed field equals ``value``, in a fixed order."""
        return self._world.state.find(table, index, value)

    @property
    def world(self) -> World:
        """The whole world, for the person, who stands outside the services. No service looks at it."""
        return self._world

    def scan(self, table: Table[R]) -> list[R]:
        """Every row. For small tables only."""
        return list(self._world.state.scan(table))

    def changes(self, table: Table[R]) -> Mapping[Key, R | None]:
        """What this episode changed: rows by key, None for one that was deleted."""
        return self._world.state.changes(table)

    def touched(self, *tables: Table[Any]) -> bool:
        """Whether this episode changed a row of any of these tables; if not, what the base says still holds."""
        return any(self._world.state.changes(table) for table in tables)

    def search(
        self,
        table: Table[R],
        query: str,
        *,
        where: Callable[[R], bool] | None = None,
        within: tuple[str, tuple[Any, ...]] | None = None,
        among: Collection[Key] | None = None,
        limit: int = 20,
    ) -> list[tuple[R, int]]:
        """Full-text search: (row, relevance in [1, 100]), best first, as :meth:`mock_services.tables.State.search`."""
        return self._world.state.search(table, query, where=where, within=within, among=among, limit=limit)

    def put(self, table: Table[R], row: R) -> None:
        """Insert or replace a row, in the journal."""
        self._world.state.put(table, row)

    def move(self, table: Table[R], row: R, event: str, to: str = "", **changes: Any) -> R:
        """Write what becomes of a row when ``event`` happens, and return it; see :mod:`mock_services.lifecycle`.

        ``to`` says where it goes if the event leads to several states; ``changes`` are further fields.

        Raises:
            Rejected: an agent asks for a move that the table's machine does not have.
            InternalError: our own handler does.
        """
        machine = table.machine
        assert machine is not None, f"{table.name} has no machine"
        state = machine.target(getattr(row, machine.field), event, to)
        moved: R = msgspec.structs.replace(row, **{machine.field: state, **changes})
        self.put(table, moved)
        return moved

    def delete(self, table: Table[R], key: Key) -> None:
        """Remove a row, in the journal."""
        self._world.state.delete(table, key)

    def count(self, name: str) -> int:
        """The next number of a stream, from 1; streams do not disturb each other."""
        counter = self.get(COUNTERS, name)
        value = counter.value + 1 if counter else 1
        self.put(COUNTERS, Counter(name, value))
        return value

    def next_id(self, prefix: str) -> str:
        """A fresh business number such as ``FL2026030500001``; each prefix counts for itself."""
        day = (self._world.now + self.offset_min * clock.MINUTE) // clock.DAY
        return f"{prefix}{_digits(day)}{self.count(prefix):05d}"

    # --- time ------------------------------------------------------------------------------------------------

    @property
    def now(self) -> clock.Instant:
        """Virtual now."""
        return self._world.now

    def local_now(self) -> datetime:
        """Virtual now on the person's wall clock."""
        return clock.local(self._world.now, self.offset_min)

    def iso(self, at: clock.Instant, offset_min: int | None = None) -> str:
        """An instant for a tool's result; in the person's time zone unless another offset is given."""
        return clock.to_iso(at, self.offset_min if offset_min is None else offset_min)

    def instant(self, text: str) -> clock.Instant:
        """Read an ``IsoTime`` argument; one without an offset is the person's local time."""
        return clock.parse_iso(text, self.offset_min)

    def schedule(self, at: clock.Instant, service: str, event: str, data: dict[str, Any]) -> int:
        """Let ``service``'s event handler run at ``at`` (now, if that is past) and return its number."""
        due = Due(
            self.count("due"),
            max(at, self.now),
            service,
            event,
            msgspec.json.encode(data, order="sorted").decode(),
            self._other,
        )
        self.put(DUE, due)
        self._world.agenda.push(due)
        return due.id

    def unschedule(self, due_id: int) -> None:
        """Take a scheduled event back, if it has not happened yet."""
        self.delete(DUE, due_id)

    def take(self, seconds: int) -> None:
        """Let the call that is being carried out last this much longer (the person thinks, a clerk looks it up)."""
        self._world.pipeline.taken_ms += seconds * clock.SECOND

    def pass_time(self, to: clock.Instant, *, wake_on_notice: bool) -> int:
        """Let the clock run, for the clock's own tools, and return the number of the first notice from then on.

        Never from a handler or inside a write: other events would happen in the middle of its transaction.
        """
        world = self._world
        first = self._notices() + 1
        while world.now < to:
            due = world.next_due()
            world.advance(to if due is None else min(due, to))
            if wake_on_notice and self._notices() >= first and any(n.id >= first for n in self.notices()):
                break
        # What happened meanwhile was recorded as it happened; it is not this call's effect.
        world.pipeline.mark = len(world.state.journal)
        return first

    def _notices(self) -> int:
        counter = self.get(COUNTERS, "notice")
        return counter.value if counter else 0

    @property
    def _other(self) -> str:
        # Who acts, if it is somebody else than the person of the errand.
        return "" if self.person_id == self._world.person_id else self.person_id

    # --- people ----------------------------------------------------------------------------------------------

    @property
    def person(self) -> Person:
        """The person whose errand this is."""
        return self._world.person

    def notify(self, service: str, event: str, ref: str, text: str, *, event_at: clock.Instant | None = None) -> None:
        """Push a message to the person's phone, where ``clock_wait`` and the person's inbox show it.

        ``event_at`` is when that happened which it tells of, now if left out.
        """
        data = {
            "service": service,
            "event": event,
            "ref": ref,
            "text": text,
            "message": self.count("message"),
            "event_at": self.now if event_at is None else event_at,
        }
        held = self.get(HELD_UP, service)
        if held is None:
            self.deliver(data)
        else:
            self.delete(HELD_UP, service)
            self.schedule(self.now + held.seconds * clock.SECOND, KERNEL, "notice_arrives", data)

    def deliver(self, message: dict[str, Any]) -> None:
        """Let a message (the fields of :class:`Notice` without ``id``, ``at`` and ``person``) arrive now."""
        self.put(NOTICES, Notice(id=self.count("notice"), at=self.now, **message, person=self._other))

    def notices(self) -> list[Notice]:
        """What was delivered to the person's phone, in the order of arrival."""
        return [notice for notice in self.scan(NOTICES) if notice.person == self._other]

    def hold_up_notice(self, service: str, seconds: int) -> None:
        """Let the next message of a service arrive so much later; others overtake it."""
        self.put(HELD_UP, HeldUp(service, seconds))

    def repeat_notice(self, ref: str) -> None:
        """Deliver the latest message about a business object once more, if there was one."""
        told = [notice for notice in self.scan(NOTICES) if notice.ref == ref]
        if told:
            again = max(told, key=lambda notice: notice.id)
            self.put(NOTICES, msgspec.structs.replace(again, id=self.count("notice"), at=self.now))
