"""Rebuilding the world that a recorded episode ended in, from its base and the row changes in its trace.

Nothing is run again: no agent, no tool, no handler. What was scheduled is left out, since nothing happens any more
in a world that is only read. See :func:`scenarios.grading.regrade` for what it is good for.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.agenda import DUE
from mock_services.base import Base
from mock_services.clock import Instant
from mock_services.errors import UsageError
from mock_services.tables import RowChange
from mock_services.trace import Event
from mock_services.world import World
from scenarios.model import Scenario
from scenarios.people import SimulatedPerson


class NotReplayable(UsageError):
    """A trace from which the world cannot be rebuilt; says why in one line."""


def rebuild(scenario: Scenario, events: list[Event], base: Base, *, until: Instant) -> World:
    """The world after a whole trace, as it is for reading: rows, history and clock are those of the original.

    Args:
        scenario: The errand; of it only the place and the person are used.
        events: The trace.
        base: The catalogue that the episode was run on.
        until: What the clock shows in the end.

    Raises:
        NotReplayable: the trace has no beginning, is of an older version, or was recorded on another base.
    """
    begun = {event.kind: event.data for event in events[:2]}
    if "episode_started" not in begun or "set_up" not in begun:
        raise NotReplayable("the trace has no beginning", fix="run it again")
    started = begun["episode_started"]
    if started["base"] != base.id:
        raise NotReplayable(f"it was recorded on base {started['base']}, this is {base.id}", fix="run it again")
    world = World(
        base,
        person_id=started["person"],
        start=started["start"],
        offset_min=scenario.offset_min,
        seed=f"{started['scenario']}:{started['seed']}",
        person=SimulatedPerson(scenario),
    )
    _apply(world, begun["set_up"]["changes"], started["start"])
    # An answer is recorded when it comes, which may be after things that happened later than its effect.
    for mark, at, changes in sorted(map(_written, _that_wrote(events)), key=lambda written: written[0]):
        if mark < 0:
            raise NotReplayable(
                "its trace is of an older version, without the order of its changes", fix="run it again"
            )
        _apply(world, changes, at)
    world.now = until
    return world


def _that_wrote(events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind in ("tool_called", "world_moved") and event.data["changes"]]


def _written(event: Event) -> tuple[int, Instant, list[dict[str, Any]]]:
    data = event.data
    return data.get("mark", -1), data.get("effect_at", event.at), data["changes"]


def _apply(world: World, changes: list[dict[str, Any]], at: Instant) -> None:
    tables = world.base.tables.tables()
    state = world.state
    for change in changes:
        name, key, after = change["table"], change["key"], change["after"]
        if name == DUE.name:
            continue
        table = tables.get(name)
        if table is None:
            raise NotReplayable(f"there is no table {name}", fix="name the services that it was run with")
        before = state.get(table, key)
        row = None
        if after is not None:
            # An update carries only the fields that differ.
            fields = after if change["before"] is None else msgspec.to_builtins(before) | after
            row = msgspec.convert(fields, table.row)
        state.apply(RowChange(name, key, before, row))
    world.history.append((at, len(state.journal)))
