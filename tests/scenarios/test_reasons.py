"""The agent's reasons beside the harness's: taken from notes, never graded, and put side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import build_agent
from agent.engine import FAILURES
from agent.fallback.failures import CLASSES
from agent.fallback.policy import RUNGS, RUNGS_OF_MIND
from mock_services.faults import KINDS
from scenarios.episode import run_episode
from scenarios.loader import load_suite
from scenarios.reasons import CAUSES, REACTIONS, differs
from scenarios.results import EpisodeResult
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import reasons_of
from tests.scenarios.runs_samples import manifest


def test_the_tables_name_what_there_is():
    assert set(CAUSES) <= {*KINDS, *(f"engine_{kind}" for kind in FAILURES)}
    assert {name for names in CAUSES.values() for name in names} <= set(CLASSES)
    assert set(REACTIONS) == {*RUNGS, *RUNGS_OF_MIND, ""}


@pytest.fixture(scope="module")
def episodes() -> list[EpisodeResult]:
    """Every fault plan of the first errands of the core suite."""
    suite = load_suite("core")
    agent = build_agent("rules")
    pairs = [(scenario, plan) for scenario in suite.scenarios[:8] for plan in scenario.plans]
    return [
        run_episode(scenario, plan, agent, agent_name="rules", seed=0, ordinal=i)
        for i, (scenario, plan) in enumerate(pairs)
    ]


def test_our_agent_says_what_it_took_a_lost_acknowledgement_for_and_that_it_looked(episodes):
    lost = [row for result in episodes for row in result.fallback if (row.fault, row.phase) == ("timeout", "lost_ack")]
    assert lost
    for row in lost:
        assert row.said_class == "no_answer"
        assert (row.reaction, row.said_rung) == ("query", "query")
        assert differs(row.fault, row.reaction, row.said_class, row.said_rung) == ""


def test_the_account_is_stored_and_told_by_kind_of_fault(tmp_path: Path, episodes):
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), len(episodes))
        store.append(run, [pack(result) for result in episodes])
        told = reasons_of(store, run)
    assert sum(one.fired for one in told) == sum(len(result.fallback) for result in episodes)
    assert any(one.said_class == "no_answer" for one in told)


@pytest.mark.parametrize(
    ("fault", "reaction", "said_class", "said_rung", "what"),
    [
        ("timeout", "retry_new_key", "no_answer", "query", "rung"),
        ("sold_out", "alternative", "rejected", "alternative", "class"),
        ("rate_limited", "gave_up", "no_answer", "retry", "class,rung"),
        ("rate_limited", "wait", "busy", "wait", ""),
        ("timeout", "alternative", "", "", "unnoticed"),
        ("latency_spike", "none", "", "", ""),
    ],
)
def test_where_the_accounts_differ_it_says_in_what(fault, reaction, said_class, said_rung, what):
    assert differs(fault, reaction, said_class, said_rung) == what
