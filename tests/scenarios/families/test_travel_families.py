"""Every errand of travel can be done in every way that it may break, and its words say what is wanted."""

from __future__ import annotations

import pytest

from scenarios.episode import run_episode
from scenarios.families.generate import Family, generate
from scenarios.families.travel import FAMILIES
from scenarios.model import Locale
from scenarios.references.oracle import oracle_for

LOCALES: tuple[Locale, ...] = ("zh", "en", "id")
CASES = [
    (family, locale, level)
    for family in FAMILIES
    for n, level in enumerate(family.levels)
    for locale in (LOCALES[(n + FAMILIES.index(family)) % 3],)
]


@pytest.mark.parametrize(("family", "locale", "level"), CASES, ids=lambda value: getattr(value, "name", str(value)))
def test_whatever_breaks_the_oracle_does_what_is_expected(family: Family, locale: Locale, level: int) -> None:
    scenario = generate(family, 11, locale, level).scenario
    assert scenario.plans
    for plan in scenario.plans:
        result = run_episode(scenario, plan, oracle_for(scenario), agent_name="oracle")
        wrong = [finding for finding in result.verdict.findings if not finding.ok]
        assert result.verdict.success, (scenario.id, plan, scenario.words, wrong)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_clause_is_filled_in_and_every_register_has_words(family: Family) -> None:
    written = [generate(family, seed, locale, family.levels[-1]).scenario for locale in LOCALES for seed in range(3)]
    assert all("{" not in scenario.words and len(scenario.words) > 20 for scenario in written)
    assert len({scenario.words for scenario in written}) == len(written)
