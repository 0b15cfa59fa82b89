"""Check 7: what is right for one errand is not right for another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_services.draws import Draws
from scenarios.model import Scenario
from scenarios.validity.outcome import Checked
from scenarios.validity.play import told
from scenarios.validity.subject import Subject
from scenarios.wants import Part, Want, atoms

PAIRS = 3
"""Against so many other goals each trace is graded: first those that are most alike."""

_MOST = ("_at_most", "about", "by", "arrive_by", "within_m", "within_min", "max_stops", "tolerance", "before")
_LEAST = ("after", "not_", "not_hotels")
"""Fields that are bounds, from above and from below or by what is ruled out."""


def goal_swap(subject: Subject) -> Iterator[Checked]:
    """The trace of this scenario graded against the goals of others fails."""
    scenario, played = subject.scenario, subject.honest["clean"]
    if scenario.expect == "withhold" or not played.verdict.success:
        return
    world = played.world()
    for other in _others(subject):
        goal = tuple(_foreign(want, other.id) for want in other.goal)
        swapped = scenario.model_copy(update={"goal": goal, "accepts": ()})
        verdict = played.graded_as(swapped, world)
        why = "" if not verdict.success else f"its trace is accepted for {other.id}: that goal asks for too little"
        yield Checked("goal swap", scenario.id, "clean", other.id, not verdict.success, why or told(verdict))


def _others(subject: Subject) -> list[Scenario]:
    mine = subject.scenario
    draws = Draws(f"swap:{mine.id}")
    kinds = sorted(want.kind for want in atoms(mine.goal))

    def unlike(other: Scenario) -> tuple[int, int]:
        theirs = sorted(want.kind for want in atoms(other.goal))
        same = (theirs == kinds) * 2 + bool(set(theirs) & set(kinds))
        return -same, draws.bits(other.id)

    pool = [
        other
        for other in subject.suite.scenarios
        if other.id != mine.id and other.expect == "goal" and not covers(mine.goal, other.goal)
    ]
    return sorted(pool, key=unlike)[:PAIRS]


def _foreign(want: Want, owner: str) -> Want:
    """A want about objects of another scenario's set-up: here they are not, whatever number they happen to have."""

    def away(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return f"{owner}:{value[1:]}"
        if isinstance(value, dict):
            return {key: away(item) for key, item in value.items()}
        return [away(item) for item in value] if isinstance(value, list | tuple) else value

    if want.any_of is not None:
        return Want(any_of=tuple(_foreign(part, owner) for part in want.any_of))
    if want.all_of is not None:
        return Want(all_of=tuple(_foreign(part, owner) for part in want.all_of))
    if not isinstance(want.value, Part):
        return Want.model_validate({want.kind: away(want.value)})
    changed = {
        name: away(getattr(want.value, name))
        for name in want.value.model_fields_set
        if isinstance(getattr(want.value, name), str)
    }
    return Want.model_validate({want.kind: want.value.model_copy(update=changed)})


# --- goals that are met whenever another one is --------------------------------------------------------------


def covers(one: tuple[Want, ...], other: tuple[Want, ...]) -> bool:
    """Whether everything that meets ``one`` meets ``other`` too, as far as their fields tell."""
    mine = list(atoms(one))
    return all(any(_covers(want, wish) for want in mine) for wish in atoms(other))


def _covers(want: Want, wish: Want) -> bool:
    if want.kind != wish.kind:
        return False
    if not isinstance(want.value, Part):
        return bool(want.value <= wish.value) if isinstance(want.value, int) else want.value == wish.value
    return all(
        _implies(name, getattr(want.value, name), getattr(wish.value, name)) for name in type(wish.value).model_fields
    )


def _implies(name: str, mine: Any, theirs: Any) -> bool:
    if theirs in (None, "", (), {}, False) or mine == theirs:
        return True
    if name in ("tolerance", "tolerance_min", "margin_min"):
        return True
    if any(name.endswith(end) for end in (*_MOST, *_LEAST)):
        # The same thing within other bounds is no other errand: a trace may keep them by chance. That bounds are looked
        # at is what the mutants show.
        return True
    if mine is None:
        return False
    if name == "items":
        return len(mine) == len(theirs) and all(
            all(_implies(field, getattr(a, field), getattr(b, field)) for field in type(b).model_fields)
            for a, b in zip(mine, theirs, strict=True)
        )
    if name in ("item", "place", "room"):
        # Phrases are alternatives: one of theirs found in what is mine will do.
        return bool(mine) and any(b.casefold() in a.casefold() for a in mine for b in theirs)
    if name == "options":
        return all(mine.get(key) == value for key, value in theirs.items())
    return False
