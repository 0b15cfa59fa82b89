"""No state leaks from one episode to the next: whatever ran before, an episode's trace has the same bytes."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_services.base import base_world
from scenarios.agents import make_agent
from scenarios.episode import run_episode
from scenarios.loader import load_suite

AGENTS = ("rules", "oracle", "double-pays")


@lru_cache(maxsize=1)
def episodes() -> tuple[tuple[str, str], ...]:
    """Every third (scenario, plan) of the core suite."""
    pairs = [(s.id, plan) for s in load_suite("core").scenarios for plan in ("clean", *s.plans)]
    return tuple(pairs[::3])


def play(agent: str, pair: tuple[str, str]) -> str:
    """The digest of an episode's trace."""
    suite = load_suite("core")
    scenario = next(s for s in suite.scenarios if s.id == pair[0])
    doer = make_agent(agent, {"suite": suite} if agent != "rules" else {})
    return run_episode(scenario, pair[1], doer, agent_name=agent, seed=0, ordinal=0).digest


@lru_cache(maxsize=512)
def alone(agent: str, pair: tuple[str, str]) -> str:
    """The digest of an episode on a base that nothing else has used."""
    base_world.cache_clear()
    return play(agent, pair)


@pytest.mark.parametrize("agent", AGENTS)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_episodes_in_any_order_leave_the_traces_that_they_leave_alone(agent, data):
    some = data.draw(st.lists(st.sampled_from(episodes()), min_size=4, max_size=6))
    lonely = [alone(agent, pair) for pair in some]
    base_world.cache_clear()
    assert [play(agent, pair) for pair in some] == lonely


def test_what_an_episode_leaves_in_its_base_is_what_it_would_find_anyway():
    base = base_world()
    rows = {name: len(table) for name, table in base.tables.rows.items()}
    for pair in episodes()[:6]:
        play("oracle", pair)
    assert {name: len(table) for name, table in base.tables.rows.items()} == rows
