"""Everything that grading an episode looks at, gathered once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mock_services.clock import Instant
from mock_services.people import ADDRESSES, CONTACTS, PEOPLE
from mock_services.trace import Event
from mock_services.user.rows import REPORTS, Report
from mock_services.world import World
from scenarios.grading.effects import EFFECT_TABLES, effects
from scenarios.grading.forms import Effect
from scenarios.grading.money import Deal, Inserted, Paid, deals, insertions, payments
from scenarios.loader import resolve
from scenarios.model import Plan, Scenario


class Case(msgspec.Struct, frozen=True):
    """An episode to be graded.

    ``before`` are the effects that the set-up left, ``after`` those at the end, both by ``ref``; ``fresh`` the refs
    that the episode made or paid; ``steps`` the trace event that made each of them.
    """

    scenario: Scenario
    plan: Plan
    events: list[Event]
    made: dict[str, Inserted]
    world: World
    names: dict[str, str]
    before: dict[str, Effect]
    after: dict[str, Effect]
    fresh: frozenset[str]
    steps: dict[str, int]
    paid: list[Paid]
    deals: dict[str, Deal]
    touched: dict[str, int]
    report: Report | None
    report_step: int
    walked: dict[int, list[dict[str, Any]]]

    def inserted(self, table: str) -> Inserted:
        """The rows that the episode inserted into a table."""
        return self.made.get(table, {})

    def objects(self, event: Event) -> list[dict[str, Any]]:
        """Every object in the answer of a call, the outer ones first; walked once."""
        if event.seq not in self.walked:
            self.walked[event.seq] = list(objects_in(event.data["data"]))
        return self.walked[event.seq]

    def named(self, text: str) -> str:
        """A reference of the goal, resolved."""
        found: str = resolve(text, self.names)
        return found

    def new(self, kind: str) -> list[Effect]:
        """The episode's own effects of a kind, oldest first; what came after the deadline is of no use."""
        found = [effect for effect in self.after.values() if effect.kind == kind and effect.ref in self.fresh]
        if self.scenario.limits.deadline is not None:
            last = self.scenario.when(f"{self.scenario.limits.deadline:%Y-%m-%d %H:%M}")
            found = [effect for effect in found if effect.created_at <= last]
        return sorted(found, key=lambda effect: (effect.created_at, effect.ref))

    def spot_of(self, address_id: str) -> tuple[float, float] | None:
        """Where an address is."""
        row = self.world.state.get(ADDRESSES, address_id)
        return (row.lon, row.lat) if row is not None else None

    def here(self) -> tuple[float, float]:
        """Where the person was when they wrote."""
        person = self.world.as_of(self.scenario.start).state.get(PEOPLE, self.world.person_id)
        assert person is not None
        return person.lon, person.lat

    def contact_address(self, name: str) -> str:
        """The address of a contact by name or nickname; empty if there is none."""
        for contact in self.world.state.find(CONTACTS, "owner", self.world.person_id):
            if name in (contact.name, contact.nickname, contact.id):
                return contact.address_id
        return ""


def gather(scenario: Scenario, plan: Plan, events: list[Event], world: World) -> Case:
    """Look at an episode's trace and at the world that it ended in."""
    set_up = next(event for event in events if event.kind == "set_up")
    # Most people begin with nothing; then their past need not be rebuilt to be looked at.
    any_before = any(change["table"] in EFFECT_TABLES for change in set_up.data["changes"])
    before = {effect.ref: effect for effect in effects(world.as_of(scenario.start))} if any_before else {}
    after = {effect.ref: effect for effect in effects(world)}
    made = insertions(events)
    paid = payments(made, world)
    by_ref = deals(paid)
    steps = {ref: deal.seq for ref, deal in by_ref.items()}
    for table in {effect.table for effect in after.values()}:
        for key, (seq, _) in made.get(table, {}).items():
            if key in after:
                steps[str(key)] = seq
    reports = made.get(REPORTS.name, {})
    last = max(reports, key=lambda key: reports[key][0], default=None)
    return Case(
        scenario=scenario,
        plan=plan,
        events=events,
        made=made,
        world=world,
        names=set_up.data["names"],
        before=before,
        after=after,
        fresh=frozenset(steps),
        steps=steps,
        paid=paid,
        deals=by_ref,
        touched=_touched(events, before.values()),
        report=world.state.get(REPORTS, last) if last is not None else None,
        report_step=reports[last][0] if last is not None else -1,
        walked={},
    )


def _touched(events: list[Event], old: Iterable[Effect]) -> dict[str, int]:
    """Effects of the set-up that the agent's own calls changed, be it late, with the event that did."""
    known = {(effect.table, effect.ref) for effect in old}
    found: dict[str, int] = {}
    for event in events:
        own = event.kind == "tool_called" and event.data["access"] == "write"
        if not own and not (event.kind == "world_moved" and event.data["event"] == "late_call"):
            continue
        for change in event.data["changes"]:
            if (change["table"], change["key"]) in known and change["before"] is not None:
                found.setdefault(change["key"], event.seq)
    return found


def objects_in(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in an answer, the outer ones first."""
    if isinstance(data, dict):
        yield data
        for value in data.values():
            if isinstance(value, dict | list):
                yield from objects_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from objects_in(value)


def at(case: Case, text: str, day: Any = None) -> Instant:
    """A ``When`` of a want as an instant; on ``day`` if that is given."""
    from scenarios.wants import when

    return when(text, day or case.scenario.now.date(), case.scenario.offset_min)
