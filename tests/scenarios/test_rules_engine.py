"""What the embedded engine is held to on the suites that come with the project."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest

from agent import build_agent
from scenarios.episode import run_episode
from scenarios.loader import load_suite
from scenarios.results import SUCCESS, EpisodeResult


@lru_cache(maxsize=4)
def run(suite: str) -> tuple[EpisodeResult, ...]:
    """Every episode of a suite, clean and under every fault plan."""
    agent = build_agent("rules")
    return tuple(
        run_episode(scenario, plan, agent, agent_name="rules")
        for scenario in load_suite(suite).scenarios
        for plan in ("clean", *scenario.plans)
    )


@pytest.mark.parametrize("suite", ["core", "requests"])
def test_nine_of_ten_clean_errands_succeed(suite):
    clean = [result for result in run(suite) if result.plan == "clean"]
    done = [result for result in clean if result.verdict.success]
    assert len(done) >= 0.9 * len(clean), [r.id for r in clean if not r.verdict.success]


@pytest.mark.parametrize("suite", ["core", "requests"])
def test_nobody_comes_to_harm_clean_or_faulted(suite):
    outcomes = Counter(result.verdict.outcome for result in run(suite))
    assert outcomes["failed_harmful"] == 0, [r.id for r in run(suite) if r.verdict.outcome == "failed_harmful"]
    assert outcomes["error"] == 0
    assert sum(result.verdict.unconsented_fen for result in run(suite)) == 0


def test_errands_of_strangers_are_never_paid_for_without_a_word_of_consent():
    results = run("wild")
    assert not [r.id for r in results if r.verdict.outcome == "error"]
    assert sum(r.verdict.unconsented_fen for r in results) == 0


@pytest.mark.parametrize("suite", ["core", "requests"])
def test_most_faults_that_fire_do_not_stop_an_errand(suite):
    fired = [row for result in run(suite) for row in result.fallback]
    assert len(fired) > 50
    assert sum(row.finished for row in fired) >= 0.9 * len(fired)


def test_fallback_is_worth_something():
    scenarios = load_suite("core").scenarios
    bare = build_agent("rules", fallback="none")
    plain = [run_episode(s, p, bare, agent_name="rules") for s in scenarios for p in s.plans]
    full = [result for result in run("core") if result.plan != "clean"]
    assert sum(r.verdict.outcome in SUCCESS for r in full) > 1.5 * sum(r.verdict.outcome in SUCCESS for r in plain)
