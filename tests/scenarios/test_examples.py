"""The example agent runs through the door for everybody's agents and is graded like ours."""

from __future__ import annotations

from pathlib import Path

import pytest

import examples.careful_courier as courier
from mock_services.errors import UsageError
from scenarios.agents import make_agent
from scenarios.episode import run_episode
from scenarios.loader import load_suite


@pytest.mark.parametrize("plan", ["clean", "lost-ack-pay", "order-503"])
def test_the_example_does_its_errand_whatever_breaks(plan):
    scenario = load_suite("tiny").scenario("smoke-zh-latte")
    agent = make_agent("examples.careful_courier:agent")
    verdict = run_episode(scenario, plan, agent, agent_name="courier").verdict
    assert (verdict.outcome, verdict.unconsented_fen) == ("completed", 0)


def test_the_example_fails_like_anybody_else_at_an_errand_that_it_does_not_know():
    scenario = load_suite("tiny").scenario("smoke-en-train")
    verdict = run_episode(scenario, "clean", courier.agent, agent_name="courier").verdict
    assert not verdict.success


def test_the_example_is_as_short_as_it_says():
    lines = Path(courier.__file__).read_text(encoding="utf-8").split('"""', 2)[2].splitlines()
    body = [line for line in lines if line.strip() and not line.startswith(("from", "import"))]
    assert len(body) <= 34


def test_an_agent_that_cannot_be_imported_is_one_clear_line():
    with pytest.raises(UsageError, match=r"examples\.nobody"):
        make_agent("examples.nobody:agent")
