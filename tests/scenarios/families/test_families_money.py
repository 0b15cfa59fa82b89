"""What the families of paying and judgement write can be done by somebody who knows what is wanted, whatever breaks,
and nobody who does nothing gets it right."""

from __future__ import annotations

import pytest

from scenarios.episode import run_episode
from scenarios.families import judgement, pay
from scenarios.families.generate import Family, generate
from scenarios.families.makeup import LOCALES
from scenarios.families.pen import Half
from scenarios.families.perturb import translated
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.references.simple import noop
from scenarios.reveals import leaves, sources_of

FAMILIES = {family.name: family for family in (*pay.FAMILIES, *judgement.FAMILIES)}


def written(family: Family, seed: int) -> list[Scenario]:
    """The scenarios of a seed in every language, each on another of the family's levels."""
    halves: tuple[Half, ...] = ("allow", "deny") if family.pairs else ("",)
    levels = family.levels
    return [
        generate(family, seed, locale, levels[(i + seed) % len(levels)], half).scenario
        for i, locale in enumerate(LOCALES)
        for half in halves
    ]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_does_what_is_expected_whatever_breaks(name: str, seed: int) -> None:
    for scenario in written(FAMILIES[name], seed):
        for plan in scenario.plans:
            result = run_episode(scenario, plan, oracle_for(scenario), agent_name="oracle")
            assert result.verdict.success, (scenario.id, scenario.level, plan, result.error, result.verdict.findings)


@pytest.mark.parametrize("name", FAMILIES)
def test_doing_nothing_is_never_right(name: str) -> None:
    for scenario in written(FAMILIES[name], 5):
        assert not run_episode(scenario, "clean", noop, agent_name="noop").verdict.success, scenario.id


@pytest.mark.parametrize("name", FAMILIES)
def test_every_part_of_the_goal_names_where_it_is_found_out(name: str) -> None:
    for scenario in written(FAMILIES[name], 6):
        for leaf in leaves(scenario.goal):
            if leaf.want not in ("asked", "told", "unchanged"):
                assert sources_of(scenario.reveals, leaf.part), (scenario.id, leaf.part)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_said_can_be_said_in_every_language(name: str) -> None:
    for scenario in written(FAMILIES[name], 7):
        told = [translated(scenario, locale) for locale in LOCALES]
        assert len({one.words for one in told}) == len(LOCALES)
        assert all(set(one.answers) == set(scenario.answers) for one in told)
        assert not any("{" in one.words for one in told)
