"""A party is fed as a whole or not at all; that a thing helped before is no order for what was had before."""

from __future__ import annotations

import pytest

from agent.nodes.act import portions_of_one
from agent.nodes.common import drop_dependents
from agent.rules import understand
from agent.steps.base import StepState
from agent.steps.dishes import in_portions
from agent.task import Buy, Cancel, Item, Part
from tests.agent.errand_town import town

SETS = Buy(id="g1", items=(Item("hotpot set", (Part(7),), "7 hotpot sets"),), channel="flash")
SUPPER = Buy(id="g1", items=(Item("hotpot", (Part(1),), "hotpot"), Item("cola", (Part(1),), "cola")), channel="flash")


def step(goal: str, status: str, *, portion: bool) -> StepState:
    return StepState(goal=goal, kind="buy", needs=[], status=status, reason="over_budget", facts=[], portion=portion)


def test_the_last_set_is_not_bought_when_the_six_before_it_cost_too_much() -> None:
    assert portions_of_one(in_portions(SETS, 6))
    steps = [step("g1.1", "failed", portion=True), step("g1.2", "placed", portion=True)]
    drop_dependents(steps)
    assert steps[1]["status"] == "dropped"


def test_two_different_things_stand_each_by_themselves() -> None:
    assert not portions_of_one([SETS, SUPPER])
    steps = [step("g1.1", "failed", portion=False), step("g1.2", "placed", portion=False)]
    drop_dependents(steps)
    assert steps[1]["status"] == "placed"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("It worked last time, get me 3 packs of cefixime, delivered home", "en"),
        ("beli 2 amoksisilin, ke rumah, udah biasa minum ini", "id"),
    ],
)
def test_what_helped_before_is_no_earlier_order(words: str, language: str) -> None:
    me, desk, _ = town(words, language, now="2026-03-10T10:00", city="hangzhou")
    bought = [goal for goal in understand(words, language, me, desk).goals if isinstance(goal, Buy)]
    assert bought
    assert all(goal.like == "" for goal in bought)


def test_who_would_rather_stay_than_pay_more_cancels_nothing() -> None:
    words = "5月15日从昆明飞北京,帮我把机票订了,最多1350块,再贵我就不去了"
    me, desk, _ = town(words, "zh", now="2026-04-27T19:45", city="hangzhou")
    goals = understand(words, "zh", me, desk).goals
    assert goals
    assert not any(isinstance(goal, Cancel) for goal in goals)
