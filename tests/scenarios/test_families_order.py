"""Families of orders: what they write holds together, and the oracle does what each of their plans expects."""

from __future__ import annotations

import pytest

from scenarios.episode import run_episode
from scenarios.families import cross, order
from scenarios.families.difficulty import level as measured
from scenarios.families.generate import Family, generate
from scenarios.model import Locale, Scenario
from scenarios.references.oracle import oracle_for
from scenarios.reveals import leaves, sources_of

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
    """Parts of the goal that no source gives, and quotes that nobody says."""
    said = scenario.words.casefold()
    found = []
    for leaf in leaves(scenario.goal):
        sources = sources_of(scenario.reveals, leaf.part)
        if not sources:
            found.append(f"{leaf.part} has no source")
        for source in sources:
            if source.where == "words" and source.quote.casefold() not in said:
                found.append(f"{leaf.part}: the words do not say {source.quote!r}")
            answer = scenario.answers.get(source.name) if source.where == "answer" and source.name else None  # type: ignore[call-overload]
            if source.where == "answer" and source.name and source.quote.casefold() not in str(answer).casefold():
                found.append(f"{leaf.part}: the answer about {source.name} does not say {source.quote!r}")
    return found


def test_the_same_seed_writes_the_same_errand_and_another_seed_another() -> None:
    family = order.FAMILIES[0]
    assert generate(family, 3, "zh", 3).data == generate(family, 3, "zh", 3).data
    assert generate(family, 3, "zh", 3).data["words"] != generate(family, 4, "zh", 3).data["words"]
