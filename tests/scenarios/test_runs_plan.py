"""From names and filters to episodes in scenario order, and near names for what does not exist."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mock_services.errors import UsageError
from scenarios.families.difficulty import level
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.runs.manifest import Selection, read_manifest
from scenarios.runs.plan import load_sources, parse_limit, plan_episodes, resolve_sources, select
from tests.scenarios.runs_samples import manifest, suite_file


def names(tmp_path: Path, selection: Selection) -> list[str]:
    suite = load_sources(resolve_sources([str(suite_file(tmp_path, "a-one", "a-two", "b-one"))]))
    return [f"{scenario.id}/{plan}" for scenario, plan in select(suite, selection)]


def test_all_faults_are_the_clean_run_and_every_plan_in_file_order(tmp_path: Path) -> None:
    assert names(tmp_path, Selection(limit="1")) == ["a-one/clean", "a-one/pay_lost", "a-one/sold_out"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(faults="none"), ["a-one/clean", "a-two/clean", "b-one/clean"]),
        (Selection(faults="pay_lost", only=("a-*",)), ["a-one/pay_lost", "a-two/pay_lost"]),
        (Selection(faults="none,pay_lost", only=("b-one",)), ["b-one/clean", "b-one/pay_lost"]),
        (Selection(faults="none,rate:0.2", only=("b-one",)), ["b-one/clean", "b-one/rate:0.2"]),
        (Selection(faults="none, rate:0.2,none", only=("b-one",)), ["b-one/clean", "b-one/rate:0.2"]),
        (
            Selection(faults="rate:0.2,all", only=("b-one",)),
            ["b-one/clean", "b-one/pay_lost", "b-one/sold_out", "b-one/rate:0.2"],
        ),
        (Selection(faults="none", limit="2-3"), ["a-two/clean", "b-one/clean"]),
        (Selection(faults="none", only=("b-one", "a-one")), ["a-one/clean", "b-one/clean"]),
        (Selection(faults="clean", locale=("zh",), family=("order",), limit="1"), ["a-one/clean"]),
    ],
)
def test_filters(tmp_path: Path, selection: Selection, expected: list[str]) -> None:
    assert names(tmp_path, selection) == expected


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (Selection(only=("a-onn",)), "--only.*a-one"),
        (Selection(faults="pay_lots"), "--faults.*pay_lost"),
        (Selection(faults="none,pay_lots,rate:0.1"), "--faults.*'pay_lots'.*pay_lost"),
        (Selection(faults=" ,"), "no fault plan is named"),
        (Selection(family=("orders",)), "--family.*order"),
        (Selection(locale=("fr",)), "--locale.*zh"),
        (Selection(locale=("id",)), "nothing.*selected"),
        (Selection(limit="0"), "--limit"),
        (Selection(limit="9-3"), "--limit"),
        (Selection(limit="ten"), "--limit.*10-20"),
    ],
)
def test_a_filter_that_fits_nothing_says_what_would(tmp_path: Path, selection: Selection, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        names(tmp_path, selection)


def test_a_difficulty_is_chosen_of_episodes_under_their_plans() -> None:
    suite = load_sources(("core",))
    chosen = select(suite, Selection(level=(3, 5)))
    assert {level(scenario, plan) for scenario, plan in chosen} == {3, 5}
    both = [pair for number in range(1, 6) for pair in select_or_none(suite, number)]
    assert len(both) == len(select(suite, Selection()))
    with pytest.raises(UsageError, match=r"nothing.*selected"):
        select(suite, Selection(faults="none", limit="1", level=(1,)))


def select_or_none(suite: Suite, number: int) -> list[tuple[Scenario, str]]:
    try:
        return select(suite, Selection(level=(number,)))
    except UsageError:
        return []


def test_limits() -> None:
    assert parse_limit("10") == (1, 10)
    assert parse_limit("10-20") == (10, 20)


def test_specs_are_numbered_in_order_and_carry_the_run_s_options(tmp_path: Path) -> None:
    suite = load_sources([str(suite_file(tmp_path))])
    specs = plan_episodes(suite, manifest(seed=5))
    assert [spec.ordinal for spec in specs] == list(range(6))
    assert {(spec.agent, spec.seed) for spec in specs} == {("rules", 5)}


def test_one_id_in_two_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    both = [str(suite_file(tmp_path)), str(suite_file(tmp_path / "other"))]
    with pytest.raises(UsageError, match="a-one is in errands and in errands"):
        load_sources(both)


def test_a_manifest_is_read_back_equal_and_differs_with_any_option() -> None:
    first = manifest()
    assert read_manifest(first.encode()) == first
    others = [manifest(seed=1), manifest(selection=Selection(faults="none")), msgspec.structs.replace(first, agent="x")]
    assert len({first.encode(), *(other.encode() for other in others)}) == 4
