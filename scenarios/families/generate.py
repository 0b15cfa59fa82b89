"""From (family, seed, locale, level) to a scenario, always the same one.

A family writes; what it wrote is kept if it is a scenario of the wanted level and the oracle does in it what it
expects, whatever of its plans breaks, and if what it claims about itself is so. Otherwise the next attempt draws anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_services.errors import UsageError
from scenarios.families import difficulty
from scenarios.families.pen import Half, Miss, Pen, validated
from scenarios.model import Locale, Scenario
from scenarios.references.oracle import oracle_for

ATTEMPTS: Final = 60
"""How often a family may draw anew before it counts as not able to write the scenario."""


class Family(msgspec.Struct, frozen=True):
    """A generator of errands.

    ``write`` fills in a pen, or raises :class:`Miss` where its draws make no errand; ``levels`` are the difficulties
    that it can reach. A family of ``pairs`` writes each of its scenarios twice, for ``pen.half`` allow and deny.
    """

    name: str
    write: Callable[[Pen], None]
    levels: tuple[int, ...]
    pairs: bool = False


class Made(msgspec.Struct, frozen=True):
    """A scenario, its plain data as scenario files have it, and how many attempts it took."""

    scenario: Scenario
    data: dict[str, Any]
    attempts: int


def generate(family: Family, seed: int, locale: Locale, level: int, half: Half = "") -> Made:
    """The scenario of a family and a seed.

    Raises:
        UsageError: none of :data:`ATTEMPTS` attempts made a scenario; names what the last ones lacked.
    """
    misses: list[str] = []
    for attempt in range(ATTEMPTS):
        try:
            halves: tuple[Half, ...] = ("allow", "deny") if family.pairs else ("",)
            made = {one: _attempt(family, seed, attempt, locale, level, one) for one in halves}
        except Miss as miss:
            misses.append(str(miss))
            continue
        scenario, data = made[half if family.pairs else ""]
        return Made(scenario, data, attempt + 1)
    raise UsageError(
        f"no scenario of level {level} in {locale} from seed {seed}",
        where=f"family {family.name}",
        fix=f"its last attempts said: {'; '.join(dict.fromkeys(misses[-5:]))}"[:400],
    )


def _attempt(
    family: Family, seed: int, attempt: int, locale: Locale, level: int, half: Half
) -> tuple[Scenario, dict[str, Any]]:
    pen = Pen(family.name, seed, attempt, locale, level, half)
    family.write(pen)
    data = pen.written()
    scenario = validated(data)
    measured = difficulty.level(scenario)
    # Both halves of a pair are one errand: the one that is carried out says how hard it is.
    if measured != level and half != "deny":
        raise Miss(f"is of level {measured} ({difficulty.points(scenario):g} points)")
    for plan in ("clean", *scenario.plans):
        solve(scenario, plan)
    _hold_to_account(scenario)
    return scenario, data


def _hold_to_account(scenario: Scenario) -> None:
    """What an errand claims about itself has to be so: why it cannot be done, and what reveals each part of its goal.

    Raises:
        Miss: it is not.
    """
    from scenarios.loader import Suite
    from scenarios.validity.certificates import certificate
    from scenarios.validity.discover import reveals
    from scenarios.validity.subject import Subject

    subject = Subject(Suite("one", (scenario,), ""), scenario)
    for found in (*certificate(subject), *reveals(subject)):
        if found.ok is False:
            raise Miss(f"{found.check}: {found.why}"[:200])


def solve(scenario: Scenario, plan: str = "clean") -> None:
    """Let the oracle do the errand under a fault plan.

    Raises:
        Miss: it does not come to what the scenario expects.
    """
    from scenarios.episode import run_episode

    result = run_episode(scenario, plan, oracle_for(scenario), agent_name="oracle")
    if not result.verdict.success:
        wrong = [f"{found.check}: {found.text}" for found in result.verdict.findings if not found.ok]
        raise Miss(f"the oracle: {result.verdict.outcome} {'; '.join(wrong[:2])} {result.error}")
