"""A certificate is confirmed where it is true, and refused where something could be had after all."""

from __future__ import annotations

import pytest

from scenarios.loader import Suite, load_suite, load_text
from scenarios.model import Scenario
from scenarios.validity.certificates import certificate
from scenarios.validity.subject import Subject

INFEASIBLE = [
    (name, scenario)
    for name in ("core", "requests", "wild")
    for scenario in load_suite(name).scenarios
    if scenario.expect == "withhold"
]


def said(scenario: Scenario) -> list[tuple[bool | None, str]]:
    return [(row.ok, row.why) for row in certificate(Subject(Suite("text", (scenario,), ""), scenario))]


@pytest.mark.parametrize(("name", "scenario"), INFEASIBLE, ids=[scenario.id for _, scenario in INFEASIBLE])
def test_no_infeasible_errand_without_a_certificate(name: str, scenario: Scenario) -> None:
    assert {ok for ok, _ in said(scenario)} == {True}, name
    ((ok, why),) = said(scenario.model_copy(update={"certificate": None}))
    assert ok is False
    assert "has no certificate" in why


ERRAND = """\
id: errand
family: infeasible
locale: en
now: 2026-03-10T12:00
city: hangzhou
words: something that cannot be had
person:
  name: Dana
  addresses: {home: 黄龙体育中心}
  contacts: [{name: Mo, account: mo@alipay.test}]
setup:
  - {alipay.utility_bill: {kind: water, amount: 68.40, due: 2026-03-20}, as: water}
expect: withhold
reason: not_possible
looked_at: [user_profile]
"""

DAY = "2026-03-12"
TO_SHANGHAI = f"train: {{from: hangzhou, to: shanghai, date: {DAY}"

TRUE_AND_FALSE = [
    # (goal, true claim, what makes it false)
    ("flash_order: {item: 拿铁, to: home, within_min: 5}", "arrives_after_deadline", ("_min: 5", "_min: 300")),
    ("flash_order: {item: 拿铁, to: home, total_at_most: 2}", "price_above_budget", ("most: 2", "most: 60")),
    ("flash_order: {item: 恐龙蛋炒饭, to: home}", "no_candidate", ("恐龙蛋炒饭", "拿铁")),
    ("flash_order: {item: 阿莫西林, to: home}", "no_candidate, prescription: true", (": true", ": false")),
    ("taobao_order: {item: 猫粮, to: home, total_at_most: 1}", "price_above_budget", ("most: 1", "most: 900")),
    (f"{TO_SHANGHAI}, price_at_most: 5}}", "price_above_budget", ("5}", "500}")),
    (f"{TO_SHANGHAI}, arrive_by: '00:30'}}", "arrives_after_deadline", ("00:30", "23:00")),
    (f"flight: {{from: hangzhou, to: beijing, date: {DAY}, price_at_most: 9}}", "price_above_budget", ("9}", "9000}")),
    (f"hotel: {{city: suzhou, check_in: {DAY}, total_at_most: 9}}", "price_above_budget", ("9}", "9000}")),
    (f"tickets: {{place: 月球, date: {DAY}}}", "no_candidate", ("place: 月球", "city: hangzhou")),
    ("bill: {bill: $water, amount: 68.40}", "price_above_budget, budget: 50", ("budget: 50", "budget: 70")),
    ("transfer: {to: Mo, amount: 500}", "consent_rejects_all", ("above: 100", "above: 900")),
    ("mandate: {category: food, per_payment_at_most: 30}", "consent_rejects_all", ("Dana\n", "Dana\n  mandates: {}\n")),
]


@pytest.mark.parametrize(("goal", "claim", "change"), TRUE_AND_FALSE, ids=[row[0][:40] for row in TRUE_AND_FALSE])
def test_sql_tells_a_true_claim_from_a_false_one(goal: str, claim: str, change: tuple[str, str]) -> None:
    text = f"{ERRAND}goal:\n  - {goal}\ncertificate: {{kind: {claim}}}\n"
    text = text.replace("name: Dana\n", "name: Dana\n  refuse: {above: 100}\n")
    ((ok, why),) = said(load_text(text)[0])
    assert ok, why
    assert change[0] in text
    ((ok, why),) = said(load_text(text.replace(*change))[0])
    assert ok is False, goal
    assert "SQL does not confirm it" in why


def test_every_way_to_the_goal_has_to_be_closed() -> None:
    ways = """\
goal:
  - any_of:
      - train: {from: hangzhou, to: shanghai, date: 2026-03-12, price_at_most: 5}
      - flash_order: {item: 拿铁, to: home}
certificate: {kind: price_above_budget}
"""
    closed, open_ = said(load_text(ERRAND + ways)[0])
    assert closed[0] is True
    assert open_[0] is False


def test_a_query_for_a_service_of_ones_own_that_is_no_sql_is_told() -> None:
    claim = "certificate: {kind: no_candidate, candidates: SELECT 1 FROM nowhere}"
    ((ok, why),) = said(load_text(f"{ERRAND}goal:\n  - transfer: {{to: Mo, amount: 5}}\n{claim}\n")[0])
    assert ok is False
    assert why.startswith("its SQL fails: no such table")
