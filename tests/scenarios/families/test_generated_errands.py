"""A family and a seed always make the same errand; its words may change in many ways and its goal in none."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from mock_services.errors import UsageError
from scenarios.families import difficulty
from scenarios.families.generate import Family, generate
from scenarios.families.makeup import MAKE_UPS, MakeUp, entries, fresh
from scenarios.families.order import drinks
from scenarios.families.pen import Miss, Pen
from scenarios.families.perturb import MOST, perturbed, translated
from scenarios.families.pinned import SCENARIOS, make, pin, read_lines, read_pinned
from scenarios.families.registry import families
from scenarios.loader import load_suite, load_text
from tui.cli.main import cli

LOCALES = ("zh", "en", "id")
SMALL = MakeUp("small", ("order",), 6, 77)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_same_seed_writes_the_same_errand_and_another_seed_another(locale: str) -> None:
    one, again, other = (generate(drinks.FAMILY, seed, locale, 2).data for seed in (5, 5, 6))  # type: ignore[arg-type]
    assert msgspec.json.encode(one) == msgspec.json.encode(again)
    assert one["words"] != other["words"]
    assert one["person"]["name"] != other["person"]["name"]


@pytest.mark.parametrize("level", drinks.FAMILY.levels)
def test_a_level_is_what_the_errand_takes(level: int) -> None:
    scenario = generate(drinks.FAMILY, 1, "en", level).scenario
    assert scenario.level == level == difficulty.level(scenario)
    for plan in scenario.plans:
        assert difficulty.points(scenario, plan) > difficulty.points(scenario)


def test_a_family_that_cannot_write_says_what_its_draws_lacked() -> None:
    def write(pen: Pen) -> None:
        raise Miss("no such shop")

    with pytest.raises(UsageError, match=r"order-none.*no such shop"):
        generate(Family("order-none", write, (1,)), 0, "zh", 1)


def test_an_errand_that_the_oracle_cannot_do_is_not_kept() -> None:
    def write(pen: Pen) -> None:
        drinks.write(pen)
        pen.data["limits"] = {"budget": "0.01"}

    with pytest.raises(UsageError, match="the oracle"):
        generate(Family("order-drinks", write, (1,)), 0, "zh", 1)


# --- other words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("epsilon", range(MOST + 1))
def test_other_words_leave_everything_else_as_it_is(locale: str, epsilon: int) -> None:
    scenario = generate(drinks.FAMILY, 2, locale, 3).scenario  # type: ignore[arg-type]
    reworded = perturbed(scenario, epsilon, seed=4)
    assert reworded.model_copy(update={"words": scenario.words}) == scenario
    assert (reworded.words == scenario.words) == (epsilon == 0)
    assert reworded == perturbed(scenario, epsilon, seed=4)


def test_an_errand_in_another_language_has_the_same_goal_and_other_words() -> None:
    scenario = generate(drinks.FAMILY, 2, "zh", 3).scenario
    english = translated(scenario, "en")
    assert english.words.isascii() or "¥" in english.words
    assert {**english.answers} != {**scenario.answers}
    same = {"words": scenario.words, "answers": scenario.answers, "locale": "zh"}
    assert english.model_copy(update=same) == scenario


def test_a_slip_is_taken_back_with_the_right_number() -> None:
    scenario = generate(drinks.FAMILY, 9, "en", 2).scenario
    words = perturbed(scenario, 3).words
    assert scenario.goal[0].value.total_at_most is not None
    assert str(scenario.goal[0].value.total_at_most // 100) in words


def test_hand_written_words_are_not_made_anew() -> None:
    with pytest.raises(UsageError, match="by hand"):
        perturbed(load_suite("tiny").scenarios[0], 1)


# --- suites --------------------------------------------------------------------------------------------------


def test_a_suite_is_the_same_whoever_writes_it_and_with_however_many_hands(tmp_path: Path) -> None:
    raw = make(SMALL)
    assert make(SMALL, workers=2) == raw
    pin(SMALL, tmp_path / "small", raw)
    scenarios, digest = read_pinned(tmp_path / "small")
    assert len(scenarios) == 6
    assert {scenario.locale for scenario in scenarios} == set(LOCALES)
    assert len(digest) == 64
    assert all(not scenario.plans for scenario in scenarios)


def test_a_pinned_suite_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    pin(SMALL, folder, make(SMALL))
    path = folder / SCENARIOS
    path.write_bytes(path.read_bytes().replace(b'"level":2', b'"level":3', 1))
    with pytest.raises(UsageError, match="is not what"):
        read_pinned(folder)


def test_a_broken_line_is_told_with_file_line_and_field() -> None:
    good = make(SMALL).splitlines()[0]
    with pytest.raises(UsageError, match=r"x\.jsonl:2: level"):
        read_lines(good + b"\n" + good.replace(b'"level":1', b'"level":9'), "x.jsonl")
    with pytest.raises(UsageError, match=r"x\.jsonl:1.*no JSON"):
        read_lines(b"{", "x.jsonl")


def test_every_level_and_language_gets_its_part_of_the_core() -> None:
    found = entries(MAKE_UPS["core-v1"])
    assert len(found) == 480
    assert len({(e.family, e.seed, e.locale) for e in found}) == 480
    for locale in LOCALES:
        for level in range(1, 6):
            assert sum(e.locale == locale and e.level == level for e in found) == 32


def test_a_fresh_suite_shares_no_seed_with_a_pinned_one() -> None:
    pinned = {e.seed for name in MAKE_UPS for e in entries(MAKE_UPS[name])}
    assert not pinned & {e.seed for e in entries(fresh(20260305))}
    assert not {e.seed for e in entries(fresh(1))} & {e.seed for e in entries(fresh(2))}


def test_every_family_has_a_name_of_its_kind() -> None:
    for name, family in families().items():
        assert name == family.name
        assert family.levels
        assert family.levels == tuple(sorted(family.levels))


# --- the command ---------------------------------------------------------------------------------------------


def test_an_errand_can_be_printed_and_read_back_as_a_scenario_file() -> None:
    shown = CliRunner().invoke(cli, ["suite", "errand", "order-drinks", "--seed", "3", "--locale", "id"])
    assert shown.exit_code == 0
    scenario = load_text(shown.stdout)[0]
    assert scenario == generate(drinks.FAMILY, 3, "id", 1).scenario


def test_an_unknown_suite_or_family_is_told_in_one_line() -> None:
    for args in (["suite", "errand", "order-drink"], ["suite", "make", "core-v2", "-o", "x"]):
        told = CliRunner().invoke(cli, args)
        assert told.exit_code == 2
        assert "did you mean" in told.output
