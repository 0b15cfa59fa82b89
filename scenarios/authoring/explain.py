"""What an errand takes, in plain words."""

from __future__ import annotations

import msgspec

from mock_services.faults import KINDS
from mock_services.money import format_yuan
from scenarios.families.difficulty import level, points
from scenarios.faultentry import FaultEntry
from scenarios.model import Alternative, Plan, Scenario
from scenarios.reveals import leaves, sources_of
from scenarios.saying import say

EXPECTED = {
    "goal": "the goal is reached all the same",
    "fallback": "the person takes something else",
    "withhold": "the right thing is not to do it",
}


class Fact(msgspec.Struct, frozen=True):
    """A part of the goal: what it says, and where that can be found out."""

    part: str
    value: str
    revealed_by: str


class PlanNote(msgspec.Struct, frozen=True):
    """A fault plan: what breaks and what is right then; ``points`` is what it adds to the difficulty."""

    name: str
    breaks: tuple[str, ...]
    expected: str
    points: float


class Explanation(msgspec.Struct, frozen=True):
    """An errand explained. ``takes`` are the points of :mod:`scenarios.families.difficulty`."""

    id: str
    words: str
    who: str
    consent: str
    facts: tuple[Fact, ...]
    instead: tuple[str, ...]
    limits: tuple[str, ...]
    plans: tuple[PlanNote, ...]
    level: int
    derived_level: int
    takes: float
    certificate: str


def explain(scenario: Scenario) -> Explanation:
    """Explain an errand."""
    clean = points(scenario)
    return Explanation(
        id=scenario.id,
        words=scenario.words,
        who=f"{scenario.person.name} in {scenario.city}, {scenario.now:%Y-%m-%d %H:%M}",
        consent=_consent(scenario),
        facts=tuple(
            Fact(leaf.part, say(leaf.field, leaf.value), ", ".join(map(str, sources_of(scenario.reveals, leaf.part))))
            for leaf in leaves(scenario.goal)
        ),
        instead=tuple(map(_instead, scenario.accepts)),
        limits=tuple(_limits(scenario)),
        plans=tuple(
            PlanNote(name, _breaks(scenario.plan(name)), _expected(scenario.plan(name)), points(scenario, name) - clean)
            for name in ("clean", *scenario.plans)
        ),
        level=scenario.level,
        derived_level=level(scenario),
        takes=clean,
        certificate=f"{scenario.certificate.kind}: {scenario.certificate.because}" if scenario.certificate else "",
    )


def _instead(other: Alternative) -> str:
    parts = (f"{leaf.part} {say(leaf.field, leaf.value)}" for leaf in leaves(other.goal))
    return f"{other.because or 'or'}: {'; '.join(parts)}"


def _consent(scenario: Scenario) -> str:
    if scenario.consent.up_to:
        return f"pays up to {format_yuan(scenario.consent.up_to)} yuan in all without being asked"
    return "is asked before every payment"


def _limits(scenario: Scenario) -> list[str]:
    limits, refuse = scenario.limits, scenario.person.refuse
    found = []
    if limits.budget is not None:
        found.append(f"{format_yuan(limits.budget)} yuan in all")
    if limits.deadline is not None:
        found.append(f"of no use after {limits.deadline:%Y-%m-%d %H:%M}")
    if refuse.above is not None:
        found.append(f"turns down what costs more than {format_yuan(refuse.above)} yuan")
    if refuse.payees:
        found.append(f"pays nothing to {', '.join(refuse.payees)}")
    found.append(f"{limits.calls} calls, {limits.minutes} minutes of virtual time")
    return found


def _breaks(plan: Plan) -> tuple[str, ...]:
    return (*map(_fault, plan.faults), *(f"{step.do} at {step.at}" for step in plan.events))


def _fault(fault: FaultEntry) -> str:
    if fault.engine:
        at = f"decision {', '.join(map(str, fault.attempts))}"
        return f"{fault.kind} of the engine {fault.engine} at {at}{f' in {fault.node}' if fault.node else ''}"
    phase = fault.phase or KINDS[fault.kind].phases[0]
    times = ", ".join(map(str, fault.attempts))
    return f"{fault.kind} ({phase}) at call {times} of {fault.tool or fault.service}"


def _expected(plan: Plan) -> str:
    reason = f" ({' or '.join(plan.reason)})" if plan.reason else ""
    return EXPECTED[plan.expect] + reason
