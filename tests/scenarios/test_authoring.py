"""What authors get: a start that passes, an explanation, and the constraint that is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_services.errors import UsageError
from scenarios.authoring.binding import binding, solvable
from scenarios.authoring.explain import explain
from scenarios.authoring.template import write_scenario
from scenarios.episode import base_of
from scenarios.loader import load_file, load_suite, load_text
from scenarios.runs.plan import load_sources
from scenarios.validity.gate import validate


def test_the_start_passes_the_gate_as_it_is(tmp_path: Path) -> None:
    path = write_scenario("two-lattes", tmp_path)
    report = validate(load_sources([str(path)]), [str(path)])
    assert report.failures == []
    assert (report.passed, report.scenarios, report.episodes) == (True, 1, 2)
    assert load_file(path)[0].id == "two-lattes"


def test_nothing_is_overwritten_and_no_name_leads_elsewhere(tmp_path: Path) -> None:
    write_scenario("one", tmp_path)
    with pytest.raises(UsageError, match="is there already"):
        write_scenario("one", tmp_path)
    with pytest.raises(UsageError, match="cannot be a scenario's id"):
        write_scenario("../up", tmp_path)


def test_an_errand_is_explained_part_by_part() -> None:
    found = explain(load_suite("core").scenario("zh-travel-xiamen"))
    facts = {fact.part: (fact.value, fact.revealed_by) for fact in found.facts}
    assert facts["hotel.per_night_at_most"] == ("450.00 yuan", "words")
    assert facts["hotel.nights"] == ("2", 'words "下周三到周五"')
    assert facts["hotel.check_in"][0] == "Wed 2026-03-25"
    assert [plan.name for plan in found.plans] == ["clean", "overbooked", "sold-out", "drifted-search"]
    assert found.plans[1].breaks == ("hotel_overbooked (world) at call 1 of fliggy_hotel_book",)
    assert found.plans[1].points == 1


STUCK = """\
id: stuck
family: order
locale: en
now: 2026-03-10T12:00
city: hangzhou
words: a latte, and quickly
person: {name: Dana, addresses: {home: 黄龙体育中心}}
goal:
  - flash_order: {item: 拿铁, to: home, by: "12:03"}
"""


def names(text: str) -> list[str]:
    scenario = load_text(text)[0]
    base = base_of(scenario)
    assert not solvable(scenario, base)
    return [one.name for one in binding(scenario, base)]


def test_the_one_constraint_in_the_way_is_named() -> None:
    assert names(STUCK) == ["goal.0.flash_order.by"]
    assert names(STUCK.replace('by: "12:03"', "total_at_most: 3")) == ["goal.0.flash_order.total_at_most"]


def test_a_limit_that_stands_in_two_places_binds_in_both() -> None:
    twice = STUCK.replace('by: "12:03"', "total_at_most: 3") + "limits: {budget: 3}\n"
    assert names(twice) == ["goal.0.flash_order.total_at_most and limits.budget"]


def test_two_constraints_of_different_kinds_are_no_single_one() -> None:
    assert names(STUCK.replace('by: "12:03"', 'by: "12:03", total_at_most: 3')) == []
