"""What the checks of one scenario share: its suite, its world, and the oracle's episodes, each run once."""

from __future__ import annotations

from functools import cached_property

from mock_services.base import Base
from mock_services.trace import Event
from scenarios.episode import base_of, build_world
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.validity.play import Played, play


class Subject:
    """A scenario that is put to the test."""

    def __init__(self, suite: Suite, scenario: Scenario) -> None:
        self.suite, self.scenario = suite, scenario
        self.base: Base = base_of(scenario, suite.services)
        self.plans: tuple[str, ...] = ("clean", *scenario.plans)

    @cached_property
    def names(self) -> dict[str, str]:
        """The ids that the named steps of the set-up got."""
        return build_world(self.scenario, "clean", base=self.base)[1]

    @cached_property
    def honest(self) -> dict[str, Played]:
        """The oracle's episode of every plan."""
        agent = oracle_for(self.scenario, services=self.suite.services)
        return {plan: play(self.scenario, plan, agent, "oracle", self.base) for plan in self.plans}

    @cached_property
    def looked(self) -> list[Event]:
        """What the oracle read successfully, on the clean world, before it wrote anything.

        Of what was there before the errand, what it read before it wrote to that very thing.
        """
        found: list[Event] = []
        there = frozenset(self.names.values())
        touched: set[str] = set()
        wrote = False
        for event in self.honest["clean"].events:
            if event.kind != "tool_called" or not event.data["ok"]:
                continue
            about = {value for value in event.data["args"].values() if isinstance(value, str)} & there
            if event.data["access"] == "read":
                if not wrote or (about and not about & touched):
                    found.append(event)
            elif not event.data["tool"].startswith("user_"):
                wrote = True
                touched |= about
        return found
