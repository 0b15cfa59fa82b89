"""Why an errand cannot be done: which of its constraints, taken away alone, would let the oracle through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from pydantic import ValidationError

from mock_services.base import Base
from mock_services.errors import BanshiError
from mock_services.extras import Extra
from scenarios.episode import run_episode
from scenarios.model import Limits, Refusal, Scenario
from scenarios.references.oracle import oracle_for
from scenarios.saying import say
from scenarios.wants import Part, Want

NAMING = frozenset(
    {"item", "ids", "to", "from_", "city", "place", "bill", "order", "service", "subject", "fact", "is_", "adults"}
)
"""Fields that say what is wanted, not how: without them it would be another errand."""

AND = " and "

MONEY = frozenset({"total_at_most", "price_at_most", "per_night_at_most", "about", "fee_at_most", "budget", "above"})
TIME = frozenset({"by", "arrive_by", "within_min", "depart_before", "depart_after", "before", "after", "deadline"})


class Constraint(msgspec.Struct, frozen=True):
    """A constraint: its name in the file, what it says, and the scenario without it."""

    name: str
    value: str
    without: Scenario


def constraints(scenario: Scenario) -> Iterator[Constraint]:
    """Every constraint that can be left out by itself, in the order of the file."""
    free = scenario.model_copy(update={"expect": "goal", "reason": ()})
    for i, want in enumerate(scenario.goal):
        for path, value, looser in _looser(want):
            goal = (*scenario.goal[:i], looser, *scenario.goal[i + 1 :])
            field = path.rpartition(".")[2]
            yield Constraint(f"goal.{i}.{path}", say(field, value), free.model_copy(update={"goal": goal}))
    for field in ("budget", "deadline"):
        value = getattr(scenario.limits, field)
        if value is not None:
            limits = Limits.model_validate({**scenario.limits.model_dump(exclude={field})})
            yield Constraint(f"limits.{field}", say(field, value), free.model_copy(update={"limits": limits}))
    if scenario.person.refuse != Refusal():
        person = scenario.person.model_copy(update={"refuse": Refusal()})
        text = str(scenario.person.refuse.model_dump(exclude_defaults=True))
        yield Constraint("person.refuse", text, free.model_copy(update={"person": person}))


def binding(scenario: Scenario, base: Base, services: tuple[Extra, ...] = ()) -> list[Constraint]:
    """The constraints of which each, taken away alone, lets the oracle reach the goal."""
    found = [one for one in constraints(scenario) if _solved(one.without, base, services)]
    alone = {one.name for one in found}
    # A limit that stands in two places binds in both: of each kind all are taken away together.
    groups = [one for one in _together(scenario) if not alone.intersection(one.name.split(AND))]
    return found + [one for one in groups if _solved(one.without, base, services)]


def _together(scenario: Scenario) -> Iterator[Constraint]:
    for what, fields in (("money", MONEY), ("time", TIME)):
        free, names = scenario.model_copy(update={"expect": "goal", "reason": ()}), list[str]()
        while True:
            rest = [one for one in constraints(free) if one.name.rpartition(".")[2] in fields]
            if not rest:
                break
            free, names = rest[0].without, [*names, rest[0].name]
        if len(names) > 1:
            yield Constraint(AND.join(names), f"all limits of {what}", free)


def solvable(scenario: Scenario, base: Base, services: tuple[Extra, ...] = ()) -> bool:
    """Whether the oracle reaches the goal, whatever the scenario expects."""
    return _solved(scenario.model_copy(update={"expect": "goal", "reason": ()}), base, services)


def _solved(scenario: Scenario, base: Base, services: tuple[Extra, ...]) -> bool:
    try:
        agent = oracle_for(scenario, services=services)
        return run_episode(scenario, "clean", agent, agent_name="oracle", base=base).verdict.outcome == "completed"
    except BanshiError:
        return False


def _looser(want: Want) -> Iterator[tuple[str, Any, Want]]:
    if want.any_of is not None or want.all_of is not None:
        parts: tuple[Want, ...] = want.value
        for i, one in enumerate(parts):
            for path, value, looser in _looser(one):
                changed = (*parts[:i], looser, *parts[i + 1 :])
                yield f"{want.kind}.{i}.{path}", value, Want.model_validate({want.kind: changed})
        return
    if isinstance(want.value, Part):
        for path, value, part in _without_one(want.value):
            yield f"{want.kind}.{path}", value, Want.model_validate({want.kind: part})


def _without_one(part: Part) -> Iterator[tuple[str, Any, Part]]:
    """The part without each of its optional fields in turn, and without each field of the parts in it."""
    fields = type(part).model_fields
    for name in fields:
        value = getattr(part, name)
        shown = fields[name].alias or name
        if name in NAMING or name not in part.model_fields_set or value == fields[name].default:
            continue
        if isinstance(value, Part):
            for path, inner, changed in _without_one(value):
                yield f"{shown}.{path}", inner, part.model_copy(update={name: changed})
        if isinstance(value, tuple) and value and isinstance(value[0], Part):
            for i, one in enumerate(value):
                for path, inner, changed in _without_one(one):
                    kept = (*value[:i], changed, *value[i + 1 :])
                    yield f"{shown}.{i}.{path}", inner, part.model_copy(update={name: kept})
        elif not fields[name].is_required():
            changed = part.model_copy(update={name: fields[name].get_default(call_default_factory=True)})
            try:
                # Some fields hold only together with others.
                type(part).model_validate(changed.model_dump(by_alias=True))
            except ValidationError:
                continue
            yield shown, value, changed
