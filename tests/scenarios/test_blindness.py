"""What an agent cannot see: goals, checks, names of families, scenarios and plans."""

from __future__ import annotations

import pytest

from agent import build_agent
from agent.interface import Episode
from scenarios.episode import run_episode
from scenarios.loader import load_suite
from scenarios.model import Scenario

SUITES = {"core": 6, "core-v1": 24, "hostile-v1": 15}


def sample() -> list[Scenario]:
    """Every so-manieth errand of suites that are written by hand and made by families."""
    return [scenario for name, step in SUITES.items() for scenario in load_suite(name).scenarios[::step]]


def test_our_agent_does_the_same_whatever_the_families_are_called():
    agent = build_agent("rules")
    for scenario in sample():
        renamed = scenario.model_copy(update={"family": "weather-report"})
        plan = (*scenario.plans, "clean")[0]
        before, after = (
            run_episode(one, plan, agent, agent_name="rules", seed=0, ordinal=0) for one in (scenario, renamed)
        )
        assert before.trace == after.trace, scenario.id


@pytest.mark.parametrize("suite", ["core", "faults-v1"])
def test_what_an_agent_is_told_names_neither_scenario_nor_plan_nor_goal(suite):
    seen: list[str] = []

    def nosy(episode: Episode) -> None:
        told = [episode.episode_id, episode.instruction, episode.locale, *dir(episode)]
        seen.append(" ".join(told))

    for scenario in load_suite(suite).scenarios[:6]:
        for plan in ("clean", *scenario.plans):
            run_episode(scenario, plan, nosy, agent_name="nosy", seed=0, ordinal=0)
            assert scenario.id not in seen[-1]
            assert scenario.family not in seen[-1].replace(scenario.words, "")
            assert plan == "clean" or plan not in seen[-1]
    assert len(set(seen)) == len(seen)
