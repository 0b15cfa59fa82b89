"""How hard an errand is, from 1 to 5, by what it takes and not by how it feels.

Points: one for every further thing to be done after the first and for every further service; half a point for each
limit that a want sets, for each thing that shares a budget, and for each further person who is asked for money; one for
each thing that must stay as it is or that only comes out when it is asked, for each event during the errand, for having
to withhold, and for text that lies in wait. A fault plan adds a point for each of its faults. :data:`BOUNDS` turns
points into levels.
"""

from __future__ import annotations

from typing import Final

from scenarios.model import Scenario
from scenarios.people import SERVICE_OF
from scenarios.wants import Want, atoms

BOUNDS: Final = (0.5, 1.5, 3.0, 5.0)
"""The most points of levels 1 to 4; what has more is of level 5."""

_NAMING: Final = frozenset(
    ("items", "item", "ids", "to", "from_", "date", "city", "check_in", "place", "bill", "order", "service", "subject")
)
"""Fields that say what is wanted; all others set limits to it."""

_SILENT: Final = frozenset(("told", "unchanged", "total_at_most", "asked"))


def points(scenario: Scenario, plan: str = "clean") -> float:
    """What an errand takes, in points."""
    wants = [want for want in atoms(scenario.goal) if want.kind not in _SILENT]
    found: float = max(0, len(wants) - 1) + max(0, len({_service(want) for want in wants}) - 1)
    found += sum(_limits(want) for want in atoms(scenario.goal)) / 2
    found += sum(clause.kept for clause in scenario.speech.clauses) if scenario.speech is not None else 0
    found += len(scenario.events) + (scenario.expect == "withhold") + (scenario.kind == "hostile")
    found += len(wants) / 2 if scenario.limits.budget is not None else 0
    chosen = scenario.plan(plan)
    return found + len(chosen.faults) + len(chosen.events)


def level(scenario: Scenario, plan: str = "clean") -> int:
    """The difficulty, 1 to 5."""
    found = points(scenario, plan)
    return next((i for i, most in enumerate(BOUNDS, 1) if found <= most), len(BOUNDS) + 1)


def _service(want: Want) -> str:
    return SERVICE_OF.get(want.kind, "alipay")


def _limits(want: Want) -> int:
    if want.kind == "total_at_most":
        return 1
    if want.kind == "asked" or want.kind == "told":
        return 1
    value = want.value
    if want.kind == "unchanged":
        return 2 * len(value)
    fields: set[str] = getattr(value, "model_fields_set", set())
    count = len(fields - _NAMING)
    if want.rebooked is not None and want.rebooked.trip is not None:
        count += len(want.rebooked.trip.model_fields_set - _NAMING) - 1
    if want.kind == "collect":
        count += len(value.from_) - 1
    for item in getattr(value, "items", ()):
        count += len(item.options) + bool(item.tags) + bool(item.not_) + len(item.split) + (item.qty > 1)
    return count
