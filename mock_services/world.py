"""An episode's world: the shared base, this episode's rows, its clock, and what is scheduled.

``World.call`` is the one way in for agents (see :mod:`mock_services.pipeline`), ``World.advance`` the one way
forward in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from pydantic import ValidationError

from mock_services import life
from mock_services.agenda import DUE, Agenda, Due
from mock_services.base import Base
from mock_services.clock import Instant
from mock_services.context import Ctx
from mock_services.draws import Draws
from mock_services.errors import InternalError, ServiceError, UsageError
from mock_services.faults import FaultSource, NoFaults
from mock_services.payables import KERNEL, PAYABLES
from mock_services.person import Nobody, Person
from mock_services.pipeline import Pipeline, Reply
from mock_services.tables import RowChange, State
from mock_services.trace import Recorder, WorldMoved


class World:
    """One episode's world.

    Args:
        base: The shared catalogue.
        person_id: In whose name the agent acts.
        start: Virtual time at which the episode starts.
        offset_min: The UTC offset of the place where the person is, in minutes.
        seed: Seeds latencies and every other draw of this episode, never the catalogue.
        person: Who answers ``user_*`` tools.
        faults: What breaks.
        recorder: Where the trace goes.
    """

    def __init__(
        self,
        base: Base,
        *,
        person_id: str = "U1",
        start: Instant,
        offset_min: int = 480,
        seed: int | str = 0,
        person: Person | None = None,
        faults: FaultSource | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.base, self.person_id, self.offset_min, self.seed = base, person_id, offset_min, seed
        self.person: Person = person or Nobody()
        self.recorder = recorder or Recorder()
        self.now = start
        self.state = State(base.tables)
        self.agenda = Agenda()
        self.history: list[tuple[Instant, int]] = []
        self.ctx = Ctx(self)
        self.pipeline = Pipeline(self, faults or NoFaults())

    # --- calls -----------------------------------------------------------------------------------------------

    def call(self, tool: str, args: Mapping[str, Any]) -> Reply:
        """Call a tool in the person's name; never raises for what an agent can do wrong."""
        return self.pipeline.call(tool, args)

    def arrange(self, service: str, name: str, args: Mapping[str, Any]) -> Any:
        """Let a scenario change the world through a service's fixture, and return what it returns.

        Raises:
            UsageError: no such service or fixture, or arguments that do not fit; names the field.
        """
        owner = self.base.registry.service(service)
        entry = owner.fixtures.get(name)
        if entry is None:
            raise UsageError(
                f"{service} has no fixture {name!r}",
                fix=f"one of {', '.join(sorted(owner.fixtures)) or 'none'}",
            )
        method, model = entry
        try:
            checked = model.model_validate(dict(args))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise UsageError(first["msg"], where=f"{service}.{name}: {field}") from error
        mark = len(self.state.journal)
        try:
            result = method(self.ctx, checked)
        except ServiceError as error:
            self.undo(mark)
            raise UsageError(error.message, where=f"{service}.{name}") from error
        self.commit(mark)
        return result

    def reseed(self, seed: int | str) -> None:
        """Let every draw from now on be of another seed; what is there already stays as it is."""
        self.seed = seed
        self.ctx.draws = Draws(seed)

    # --- time ------------------------------------------------------------------------------------------------

    def advance(self, to: Instant) -> None:
        """Let the clock run to ``to``; what is due until then happens, in order, each in its own transaction."""
        while (due := self.agenda.peek(self.state)) is not None and due.at <= to:
            self.now = max(self.now, due.at)
            self._happen(due)
        self.now = max(self.now, to)

    def begin_life(self) -> None:
        """Let things happen by themselves from now on, as on a usual day: see :mod:`mock_services.life`."""
        mark = len(self.state.journal)
        for service in self.base.registry.services.values():
            if life.EVENT in service.events:
                self.ctx.schedule(self.now, service.name, life.EVENT, {})
        self.commit(mark)

    def next_due(self) -> Instant | None:
        """When the next scheduled event happens, or None."""
        due = self.agenda.peek(self.state)
        return None if due is None else due.at

    @contextmanager
    def in_name_of(self, person_id: str) -> Iterator[None]:
        """Let somebody else act in this world: what they call, arrange and schedule meanwhile is theirs."""
        before, self.ctx.person_id = self.ctx.person_id, person_id
        try:
            yield
        finally:
            self.ctx.person_id = before

    def _happen(self, due: Due) -> None:
        with self.in_name_of(due.person or self.person_id):
            self._let_happen(due)

    def _let_happen(self, due: Due) -> None:
        mark = len(self.state.journal)
        data = msgspec.json.decode(due.data)
        self.state.delete(DUE, due.id)
        try:
            if due.service == KERNEL:
                self._kernel_event(due.event, data)
            else:
                if due.event == "payment_settled":
                    self.ctx.payables.settled(data["out_trade_no"])
                handler = self.base.registry.services[due.service].events.get(due.event)
                if handler is None:
                    raise InternalError(f"{due.service} has no handler for {due.event}")
                handler(self.ctx, data)
        except ServiceError as error:
            raise InternalError(f"{due.service}.{due.event} {due.data}: {error}") from error
        self.commit(mark)
        changes = self.state.journal[mark:]
        if len(changes) > 1:
            self.record_move(due.service, due.event, data, changes)

    def _kernel_event(self, event: str, data: dict[str, Any]) -> None:
        payables = self.ctx.payables
        if event == "payable_expires":
            payable = self.ctx.get(PAYABLES, data["out_trade_no"])
            if payable is not None and payable.state == "open":
                payables.close(payable.out_trade_no, "expires")
                handler = self.base.registry.services[payable.service].events.get("payable_expired")
                if handler is not None:
                    handler(self.ctx, data)
        elif event == "payment_clears":
            payables.clear(data["payment_id"], success=data.get("success", True))
        elif event == "refund_arrives":
            payables.refund_arrives(data["refund_id"])
        elif event == "notice_arrives":
            self.ctx.deliver(data)
        elif event == "late_call":
            self.pipeline.late(data["tool"], data["args"])
        elif event == "arrange":
            owner = self.base.registry.services[data["service"]]
            method, model = owner.fixtures[data["name"]]
            method(self.ctx, model.model_validate(data["args"]))
        else:
            raise InternalError(f"unknown kernel event {event}")

    def plan_event(self, at: Instant, service: str, name: str, args: Mapping[str, Any]) -> None:
        """Let a fixture happen later, as a scenario's timed event.

        Raises:
            UsageError: as :meth:`arrange`, found now and not when it happens.
        """
        owner = self.base.registry.service(service)
        if name not in owner.fixtures:
            raise UsageError(f"{service} has no fixture {name!r}", fix=f"one of {', '.join(sorted(owner.fixtures))}")
        try:
            owner.fixtures[name][1].model_validate(dict(args))
        except ValidationError as error:
            raise UsageError(error.errors()[0]["msg"], where=f"{service}.{name}") from error
        mark = len(self.state.journal)
        self.ctx.schedule(at, KERNEL, "arrange", {"service": service, "name": name, "args": dict(args)})
        self.commit(mark)

    # --- transactions ----------------------------------------------------------------------------------------

    def commit(self, mark: int) -> None:
        """Note when the changes after ``mark`` happened, for reads of the past."""
        if len(self.state.journal) > mark:
            self.history.append((self.now, len(self.state.journal)))

    def undo(self, mark: int) -> None:
        """Take back every change after ``mark``."""
        if len(self.state.journal) > mark:
            self.state.rollback(mark)
            self.agenda.rebuild(self.state)

    def record_move(self, service: str, event: str, about: dict[str, Any], changes: list[RowChange]) -> None:
        """Put into the trace what happened on its own; ``changes`` are the last ones of the journal."""
        self.recorder.emit(
            self.now,
            "world_moved",
            WorldMoved(
                service,
                event,
                about,
                len(self.state.journal) - len(changes),
                [change.compact() for change in changes],
            ),
        )

    # --- other worlds ----------------------------------------------------------------------------------------

    def fork(self) -> World:
        """A world that starts equal to this one, with an empty trace, and then goes its own way."""
        return self._twin(self.state.fork())

    def _twin(self, state: State) -> World:
        twin = World.__new__(World)
        twin.base, twin.person_id, twin.offset_min, twin.seed = (
            self.base,
            self.person_id,
            self.offset_min,
            self.seed,
        )
        twin.person, twin.recorder, twin.now = self.person, Recorder(), self.now
        twin.state = state
        twin.agenda = Agenda()
        twin.agenda.rebuild(twin.state)
        twin.history = list(self.history)
        twin.ctx = Ctx(twin)
        twin.pipeline = self.pipeline.fork(twin)
        return twin

    def as_of(self, at: Instant) -> World:
        """The world as it was at ``at``; only for reading."""
        length = 0
        for moment, mark in self.history:
            if moment > at:
                break
            length = mark
        twin = self._twin(self.state.past(length))
        twin.now = min(at, self.now)
        return twin
