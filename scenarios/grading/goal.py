"""Whether a goal holds: each want takes effects of its own, and no effect serves two wants."""

from __future__ import annotations

from itertools import product
from typing import Any

import msgspec

from scenarios.grading import paying, travel
from scenarios.grading.case import Case
from scenarios.grading.forms import Effect
from scenarios.grading.goods import match_order, match_readdressed
from scenarios.grading.hits import Hit, closest
from scenarios.grading.telling import match_told
from scenarios.results import Finding
from scenarios.saying import in_words
from scenarios.wants import Want

MOST_READINGS = 64
"""Alternatives of a goal that are tried; a scenario with more has its any_of in the wrong place."""


class Taken(msgspec.Struct, frozen=True):
    """A want, the effects that it took (none if it does not hold), and what was found about it."""

    want: Want
    effects: tuple[Effect, ...]
    finding: Finding


class Held(msgspec.Struct, frozen=True):
    """How a goal stands: whether it holds, and how each want of the reading that holds best stands."""

    ok: bool
    taken: tuple[Taken, ...]

    @property
    def used(self) -> tuple[Effect, ...]:
        """Every effect that a want took."""
        return tuple(effect for one in self.taken for effect in one.effects)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found about each want."""
        return tuple(one.finding for one in self.taken)

    @property
    def refs(self) -> frozenset[str]:
        """The business objects that the goal accounts for."""
        return frozenset(effect.ref for effect in self.used)

    @property
    def good(self) -> int:
        """How many wants hold."""
        return sum(one.finding.ok for one in self.taken)


def judge(case: Case, goal: tuple[Want, ...], name: str = "goal") -> Held:
    """Judge a goal; of its alternatives the one that holds best."""
    best = Held(False, ())
    known: dict[int, list[Hit]] = {}
    for i, reading in enumerate(readings(goal)):
        if i >= MOST_READINGS:
            break
        held = _assign(case, sorted(reading, key=_late), name, known)
        if held.ok:
            return held
        if i == 0 or held.good > best.good:
            best = held
    return best


def readings(goal: tuple[Want, ...]) -> list[list[Want]]:
    """The goal without any_of and all_of: every way to satisfy it, as a plain list of wants."""
    choices: list[list[list[Want]]] = []
    for want in goal:
        if want.any_of is not None:
            choices.append([reading for part in want.any_of for reading in readings((part,))])
        elif want.all_of is not None:
            choices.append(readings(want.all_of))
        else:
            choices.append([[want]])
    return [[want for part in parts for want in part] for parts in product(*choices)]


def _late(want: Want) -> int:
    # A ride may be about the train that another want took; totals and reports take nothing.
    return {"ride": 1}.get(want.kind, 2 if want.kind in ("told", "total_at_most", "asked", "unchanged") else 0)


def _assign(case: Case, wants: list[Want], name: str, known: dict[int, list[Hit]]) -> Held:
    """Give the wants effects so that as many as possible hold (depth first; goals have a handful of wants).

    ``known`` keeps what was found for a want, by its identity, where that does not depend on what others took.
    """
    best = Held(False, ())
    first = True

    def search(i: int, taken: tuple[Taken, ...]) -> bool:
        nonlocal best, first
        if i == len(wants):
            held = Held(all(one.finding.ok for one in taken), taken)
            if first or held.good > best.good:
                best, first = held, False
            return held.ok
        want = wants[i]
        used = tuple(effect for one in taken for effect in one.effects)
        refs = frozenset(effect.ref for effect in used)
        hits = known.get(id(want))
        if hits is None:
            hits = hits_of(case, want, list(used))
            if want.kind != "ride":
                known[id(want)] = hits
        right = [hit for hit in hits if not hit.problems and not (hit.refs & refs)]
        for hit in right:
            if search(i + 1, (*taken, Taken(want, hit.effects, _good(case, want, hit, name)))):
                return True
        if not right:
            return search(i + 1, (*taken, Taken(want, (), _bad(case, want, hits, refs, name))))
        return False

    search(0, ())
    return best


def hits_of(case: Case, want: Want, chosen: list[Effect]) -> list[Hit]:
    """What in the episode might be what a want is about; ``chosen`` are the effects that other wants took."""
    value: Any = want.value
    match want.kind:
        case "flash_order" | "taobao_order":
            return match_order(case, want.kind, value)
        case "flight" | "train":
            return travel.match_trip(case, want.kind, value)
        case "hotel":
            return travel.match_hotel(case, value)
        case "ride":
            return travel.match_ride(case, value, chosen)
        case "tickets":
            return travel.match_tickets(case, value)
        case "bill":
            return paying.match_bill(case, value)
        case "transfer":
            return paying.match_transfer(case, value)
        case "collect":
            return paying.match_collect(case, value)
        case "paid":
            return paying.match_paid(case, value)
        case "refund":
            return paying.match_refund(case, value)
        case "cancelled":
            return paying.match_cancelled(case, value)
        case "readdressed":
            return match_readdressed(case, value)
        case "rebooked":
            return paying.match_rebooked(case, value)
        case "unchanged":
            return paying.match_unchanged(case, value)
        case "mandate":
            return paying.match_mandate(case, value)
        case "asked":
            return paying.match_asked(case, value)
        case "told":
            return match_told(case, value)
        case _:
            return paying.match_total(case, value)


def _good(case: Case, want: Want, hit: Hit, name: str) -> Finding:
    step = max((case.steps.get(effect.ref, -1) for effect in hit.effects), default=-1)
    text = ", ".join(sorted(hit.refs)) or "holds"
    return Finding(f"{name}.{want.kind}", True, text, step, tuple(effect.row for effect in hit.effects))


def _bad(case: Case, want: Want, hits: list[Hit], taken: frozenset[str], name: str) -> Finding:
    if not hits:
        return Finding(f"{name}.{want.kind}", False, _none(case, want), wanted=in_words(want, case.named))
    near = closest(hits, taken)
    step = max((case.steps.get(effect.ref, -1) for effect in near.effects), default=-1)
    text = "; ".join(f"{problem.field}: {problem.text}" for problem in near.problems) or "taken by another want"
    fields = tuple(dict.fromkeys(problem.field for problem in near.problems))
    rows = tuple(effect.row for effect in near.effects)
    return Finding(f"{name}.{want.kind}", False, text, step, rows, fields=fields, wanted=in_words(want, case.named))


def _none(case: Case, want: Want) -> str:
    """That there is nothing of the kind, and what became of what was begun."""
    begun = sorted(ref for ref, effect in case.after.items() if ref in case.fresh and effect.kind == want.kind)
    return "; ".join(["there is none", *(f"{ref} is {case.after[ref].state}" for ref in begun)])
