"""How well an errand was done that was done: the soft preferences of its scenario, as one score in [0, 1]."""

from __future__ import annotations

from typing import Any

from mock_services.clock import MINUTE
from mock_services.geo import distance_m
from mock_services.money import format_yuan
from scenarios.grading.case import Case, at
from scenarios.grading.counts import asks
from scenarios.grading.forms import Admission, Effect, Goods, RideEffect, Stay, Trip
from scenarios.grading.goal import Held, Taken, hits_of
from scenarios.naming import location
from scenarios.prefers import Preference, sharpened
from scenarios.results import Finding

MONEY = ("price", "spent")
MOMENTS = ("arrives", "departs")


def quality(case: Case, held: Held) -> tuple[float, list[Finding]]:
    """The weighted mean of what the preferences earned, to three places, and a finding for each of them.

    1.0 where there are none. Where it was right to do nothing, those about a thing are left out: there is none. To
    be asked of a success; a failure has the quality 0.
    """
    preferences = [one for one in case.scenario.prefers if held.ok or not one.of]
    earned = [_earned(case, held, one) for one in preferences]
    findings = [
        Finding(f"prefers.{one.named}", share == 1, f"{share:.2f} of weight {one.weight}{f': {why}' if why else ''}")
        for one, (share, why) in zip(preferences, earned, strict=True)
    ]
    total = sum(one.weight for one in preferences)
    if not total:
        return 1.0, findings
    return round(
        sum(one.weight * share for one, (share, _) in zip(preferences, earned, strict=True)) / total, 3
    ), findings


def _earned(case: Case, held: Held, one: Preference) -> tuple[float, str]:
    if one.want is not None:
        hits = hits_of(case, one.want, list(held.used))
        return (1.0, "") if any(not hit.problems for hit in hits) else (0.0, "")
    if not one.of:
        return _share(one, _of_errand(case, one.measure))
    kind = [taken for taken in held.taken if taken.want.kind == one.kind]
    if len(kind) <= one.nth or not kind[one.nth].effects:
        return 0.0, f"no {one.of}"
    taken = kind[one.nth]
    if one.with_:
        return _with(case, held, one, taken)
    value = _of_thing(case, taken, one.measure)
    if one.measure not in MOMENTS:
        return _share(one, value)
    day = getattr(taken.want.value, "date", None)
    return _share(one.model_copy(update={end: at(case, getattr(one, end), day) for end in ("best", "worst")}), value)


def _with(case: Case, held: Held, one: Preference, taken: Taken) -> tuple[float, str]:
    refs = frozenset(effect.ref for effect in taken.effects)
    others = [effect for effect in held.used if effect.ref not in refs]
    hits = [hit for hit in hits_of(case, sharpened(taken.want, one.with_), others) if hit.refs == refs]
    if any(not hit.problems for hit in hits):
        return 1.0, ""
    return 0.0, "; ".join(f"{miss.field}: {miss.text}" for hit in hits[:1] for miss in hit.problems)


def _share(one: Preference, value: int | None) -> tuple[float, str]:
    if value is None:
        return 0.0, f"{one.measure} is not known of it"
    share = min(1.0, max(0.0, (one.worst - value) / (one.worst - one.best)))
    shown = format_yuan(value) if one.measure in MONEY else "" if one.measure in MOMENTS else str(value)
    return share, f"{one.measure} {shown}".strip()


def _of_errand(case: Case, measure: str) -> int:
    if measure == "spent":
        return sum(paid.gone_fen for paid in case.paid)
    if measure == "asks":
        return asks(case.events)
    ended = next((event.at for event in case.events if event.kind == "episode_ended"), case.world.now)
    return (ended - case.scenario.start) // MINUTE


def _of_thing(case: Case, taken: Taken, measure: str) -> int | None:
    things = taken.effects
    if measure == "price":
        deals = [case.deals.get(effect.ref) for effect in things]
        return sum(
            deal.gone_fen if deal is not None else effect.total_fen for deal, effect in zip(deals, things, strict=True)
        )
    measured = [value for effect in things[-1:] if (value := _MEASURES[measure](taken, effect)) is not None]
    if isinstance(things[-1], Goods):
        # Several orders that serve one want: it is there when the last of them is.
        measured = [value for effect in things if (value := _MEASURES[measure](taken, effect)) is not None]
    return max(measured, default=None)


def _arrives(_: Taken, effect: Effect) -> int | None:
    match effect:
        case Goods():
            return effect.came or effect.due or None
        case Trip() | RideEffect():
            return effect.arrive
        case _:
            return None


def _departs(_: Taken, effect: Effect) -> int | None:
    match effect:
        case Trip():
            return effect.depart
        case RideEffect():
            return effect.pickup
        case Admission():
            return effect.starts
        case _:
            return None


def _minutes(taken: Taken, effect: Effect) -> int | None:
    arrives = _arrives(taken, effect)
    begins = effect.created_at if isinstance(effect, Goods) else _departs(taken, effect)
    return None if arrives is None or begins is None else (arrives - begins) // MINUTE


def _stops(_: Taken, effect: Effect) -> int | None:
    return effect.stops if isinstance(effect, Trip) else None


def _metres(taken: Taken, effect: Effect) -> int | None:
    near = getattr(taken.want.value, "near", "")
    if not isinstance(effect, Stay) or not near:
        return None
    place = location(near, effect.city)
    return distance_m(*effect.spot, *place) if place is not None else None


_MEASURES: dict[str, Any] = {
    "arrives": _arrives,
    "departs": _departs,
    "minutes": _minutes,
    "stops": _stops,
    "metres": _metres,
}
