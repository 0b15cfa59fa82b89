"""Policies are data: what they say, and what a mistake in one says."""

from __future__ import annotations

import pytest

from agent.fallback.failures import CLASSES, classify
from agent.fallback.policy import RUNGS, SHIPPED, load_policy, rungs_for
from agent.nodes.recover import REASONS, STRATEGIES
from mock_services.errors import UsageError
from mock_services.registry import default_registry


@pytest.mark.parametrize("name", SHIPPED)
def test_every_rung_of_a_shipped_policy_has_a_strategy(name):
    policy = load_policy(name)
    for failure in CLASSES:
        for access in ("read", "write"):
            assert set(policy.ladder(failure, access)) <= set(rungs_for(failure))
    assert set(STRATEGIES) == set(RUNGS)


def test_after_a_write_without_an_answer_the_full_policy_looks_before_it_repeats():
    assert load_policy("full").ladder("no_answer", "write")[0] == "query"


def test_every_failure_class_has_a_reason_for_the_report():
    assert set(REASONS) == set(CLASSES)


def test_every_error_code_of_every_tool_falls_into_a_class():
    for tool in default_registry().tools.values():
        for code in tool.errors:
            assert classify(code) in CLASSES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: mine\nladders: {no_answer: [pray]}", "unknown rung 'pray'"),
        ("name: mine\nladders: {bad_luck: [retry]}", "unknown failure class 'bad_luck'"),
        ("name: mine\nladders: {engine_away: [query]}", "unknown rung 'query'"),
        ("name: mine\nladder: {}", "ladder"),
        ("name: [", "no YAML"),
    ],
)
def test_a_mistake_in_a_policy_is_one_clear_line(tmp_path, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_policy(str(path))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_policy_names_those_there_are():
    with pytest.raises(UsageError, match="none, retry, full"):
        load_policy("fulll")


def test_a_policy_of_ones_own_is_taken(tmp_path):
    path = tmp_path / "patient.yaml"
    path.write_text("name: patient\nladders:\n  busy: [wait, wait]\n")
    assert load_policy(str(path)).ladder("busy", "write") == ("wait", "wait")
