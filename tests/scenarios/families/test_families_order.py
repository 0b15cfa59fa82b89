"""Families of orders: what they write holds together, and the oracle does what each of their plans expects."""

from __future__ import annotations

import pytest

from scenarios.episode import run_episode
from scenarios.families import cross, order
from scenarios.families.difficulty import level as measured
from scenarios.families.generate import Family, generate
from scenarios.loader import Suite
from scenarios.model import Locale, Scenario
from scenarios.references.oracle import oracle_for
from scenarios.validity.discover import reveals
from scenarios.validity.subject import Subject

FAMILIES = (*order.FAMILIES, *cross.FAMILIES)
CASES = [(family, level) for family in FAMILIES for level in family.levels]
LOCALES: tuple[Locale, ...] = ("zh", "en", "id")


@pytest.mark.parametrize(("family", "level"), CASES, ids=lambda part: getattr(part, "name", str(part)))
def test_the_oracle_does_what_every_plan_expects(family: Family, level: int) -> None:
    locale = LOCALES[level % 3]
    scenario = generate(family, 500 + level, locale, level).scenario
    assert measured(scenario) == level
    for plan in ("clean", *scenario.plans):
        result = run_episode(scenario, plan, oracle_for(scenario), agent_name="oracle")
        wrong = [f"{one.check}: {one.text}" for one in result.verdict.findings if not one.ok]
        assert result.verdict.success, f"{scenario.id} {plan}: {result.verdict.outcome} {wrong} {result.error}"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_everything_wanted_can_be_found_out_from_what_is_named(family: Family, locale: Locale) -> None:
    for level in family.levels:
        scenario = generate(family, 700, locale, level).scenario
        assert "{" not in scenario.words
        assert not missing(scenario)


def missing(scenario: Scenario) -> list[str]:
    """Parts of the goal that no source gives, and sources that do not."""
    subject = Subject(Suite("one", (scenario,), ""), scenario)
    return [f"{one.subject}: {one.why}" for one in reveals(subject) if not one.ok]


def test_the_same_seed_writes_the_same_errand_and_another_seed_another() -> None:
    family = order.FAMILIES[0]
    assert generate(family, 3, "zh", 3).data == generate(family, 3, "zh", 3).data
    assert generate(family, 3, "zh", 3).data["words"] != generate(family, 4, "zh", 3).data["words"]
