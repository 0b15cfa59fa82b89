"""Episodes with all that they leave behind: the verdict, the trace, and the world that they ended in."""

from __future__ import annotations

import msgspec

from agent.interface import Agent
from mock_services.base import Base
from mock_services.trace import Event, decode
from mock_services.world import World
from scenarios.episode import AFTERMATH, run_episode
from scenarios.grading import grade
from scenarios.model import Scenario
from scenarios.replay import rebuild
from scenarios.results import EpisodeResult, Verdict

MEETS = {"goal": "completed", "fallback": "completed_with_fallback", "withhold": "declined_correctly"}
"""The outcome that meets what a plan expects."""


class Played(msgspec.Struct, frozen=True):
    """An episode that was run."""

    scenario: Scenario
    plan: str
    base: Base
    result: EpisodeResult
    events: list[Event]

    @property
    def verdict(self) -> Verdict:
        """How it was graded."""
        return self.result.verdict

    @property
    def met(self) -> bool:
        """Whether it is what the plan expects."""
        return self.verdict.outcome == MEETS[self.verdict.expected]

    def world(self) -> World:
        """The world that it ended in, after the aftermath."""
        ended = next(event.at for event in reversed(self.events) if event.kind == "episode_ended")
        return rebuild(self.scenario, self.events, self.base, until=ended + AFTERMATH)

    def noted(self, kind: str) -> bool:
        """Whether the agent left a note of this kind."""
        return any(event.kind == "note" and event.data["kind"] == kind for event in self.events)

    def graded_as(self, scenario: Scenario, world: World, events: list[Event] | None = None) -> Verdict:
        """The same end, graded for another scenario or in a world that differs a little."""
        return grade(scenario, self.plan, events if events is not None else self.events, world)


def play(scenario: Scenario, plan: str, agent: Agent, name: str, base: Base) -> Played:
    """Run and grade an episode."""
    result = run_episode(scenario, plan, agent, agent_name=name, base=base)
    return Played(scenario, plan, base, result, decode(result.trace))


def failed_checks(verdict: Verdict) -> list[str]:
    """The checks of a verdict that do not hold."""
    return sorted({finding.check for finding in verdict.findings if not finding.ok})


def told(verdict: Verdict) -> str:
    """A verdict in one line: the outcome and the first thing that is wrong."""
    wrong = [f"{finding.check}: {finding.text}" for finding in verdict.findings if not finding.ok]
    return f"{verdict.outcome}" + (f" ({wrong[0]})" if wrong else "")
