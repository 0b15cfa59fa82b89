"""The agent's plan at each event of an episode, as the agent itself tells it in its notes. Data only.

Any agent can tell one: a note ``plan`` with ``steps`` (``goal``, ``kind``, ``needs``), a note ``step`` with a ``goal``
and the ``stage`` that begins or the ``status`` that it ended with, and ``fallback`` for what is tried about a failure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mock_services.trace import Event
from scenarios.runs import phrases
from scenarios.runs.plaintext import plain

STATES = {
    "pending": "not begun",
    "running": "at work",
    "between": "waits for its next stage",
    "trouble": "something failed",
    "done": "done",
    "failed": "failed",
    "dropped": "dropped, since what it needs or belongs to failed",
    "replaced": "replaced by other steps",
}
"""What a step can be, for legends."""

ENDED = frozenset(("done", "failed", "dropped", "replaced"))

STAGES = {
    "look": ("looks", "found something"),
    "place": ("reserves", "reserved"),
    "consent": ("asks the person", "put to the person"),
    "commit": ("pays or acts", "paid or done"),
    "clear": ("waits for the bank", "cleared"),
    "check": ("checks", "checked"),
}
"""A stage while it runs, and after it."""


class PlanStep(msgspec.Struct, frozen=True):
    """A step of the plan at some event.

    ``state`` is one of :data:`STATES`; ``about`` says more of it; ``wishes`` is what was understood of its goal;
    ``tries`` how often its present stage has begun.
    """

    goal: str
    kind: str
    needs: tuple[str, ...]
    state: str = "pending"
    about: str = ""
    wishes: str = ""
    stage: str = ""
    tries: int = 0


class Plan(msgspec.Struct, frozen=True):
    """The plan at some event.

    ``number`` counts the plans made so far, 0 for none. ``kinds`` is what an agent without steps said of its errand.
    """

    number: int = 0
    steps: tuple[PlanStep, ...] = ()
    kinds: str = ""


class Plans:
    """The plan at every event. It never fails: an agent may note anything under any name."""

    def __init__(self, events: list[Event]) -> None:
        self._wishes: dict[str, str] = {}
        self._when: list[int] = [-1]
        self._plans: list[Plan] = [Plan()]
        for at, event in enumerate(events):
            if event.kind == "note" and isinstance(event.data["data"], Mapping):
                before = self._plans[-1]
                after = self._noted(before, str(event.data["kind"]), event.data["data"])
                if after != before:
                    self._when.append(at)
                    self._plans.append(after)

    def at(self, event: int) -> Plan:
        """The plan after an event."""
        return self._plans[bisect_right(self._when, event) - 1]

    @property
    def told(self) -> bool:
        """Whether the agent tells any plan at all."""
        return len(self._plans) > 1

    def _noted(self, plan: Plan, kind: str, data: Mapping[str, Any]) -> Plan:
        goal = plain(data.get("goal", ""))
        if kind == "task":
            for row in _rows(data.get("goals")):
                self._wishes[plain(row.get("id", ""))] = phrases.wishes(row)
        elif kind == "plan":
            return self._planned(plan, data)
        elif kind == "node" and data.get("node") in ("settle", "report"):
            return _changed(plan, _at_rest)
        elif kind == "step" and data.get("stage"):
            return _begun(plan, goal, plain(data["stage"]))
        elif kind == "step":
            return _changed(plan, lambda step: _ended(step, data), goal)
        elif kind == "fallback":
            return _changed(plan, lambda step: _failing(step, data), goal)
        elif kind == "correction":
            aspects = phrases.arguments({"": data.get("aspects")}).strip()
            return _changed(plan, lambda step: _with(step, "pending", f"the person wants another {aspects}"), goal)
        return plan

    def _planned(self, plan: Plan, data: Mapping[str, Any]) -> Plan:
        made = [
            PlanStep(
                plain(row.get("goal", "")),
                plain(row.get("kind", "")),
                tuple(map(plain, row["needs"])) if isinstance(row.get("needs"), list) else (),
                wishes=self._wishes.get(plain(row.get("goal", "")).partition(".")[0], ""),
            )
            for row in _rows(data.get("steps"))
        ]
        kinds = phrases.arguments({"": data.get("kinds")}).strip()
        if not made:
            return msgspec.structs.replace(plan, number=plan.number + 1, kinds=kinds or plan.kinds)
        known = {step.goal: step for step in plan.steps}
        # What goes on under its old name keeps its state; what is gone stands where it stood, as replaced.
        steps = [known[new.goal] if _goes_on(known.get(new.goal)) else new for new in made]
        names = [step.goal for step in steps]
        for place, old in enumerate(plan.steps):
            if old.goal not in names:
                parts = [name for name in names if name.startswith(f"{old.goal}.")]
                gone = old if old.state in ENDED else _with(old, "replaced", f"by {', '.join(parts or names)}")
                steps.insert(place, gone)
        return Plan(plan.number + 1, tuple(steps), kinds)


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _goes_on(step: PlanStep | None) -> bool:
    return step is not None and step.state != "replaced"


def _with(step: PlanStep, state: str, about: str = "") -> PlanStep:
    return msgspec.structs.replace(step, state=state, about=about)


def _changed(plan: Plan, how: Callable[[PlanStep], PlanStep], goal: str | None = None) -> Plan:
    """The plan with all of its steps changed, or that of one goal."""
    steps = (how(step) if goal is None or step.goal == goal else step for step in plan.steps)
    return msgspec.structs.replace(plan, steps=tuple(steps))


def _ended(step: PlanStep, data: Mapping[str, Any]) -> PlanStep:
    status = plain(data.get("status", ""))
    why = ", ".join(plain(data[name]) for name in ("why", "constraint") if data.get(name))
    return _with(step, status if status in ENDED else "between", why)


def _at_rest(step: PlanStep) -> PlanStep:
    if step.state != "running":
        return step
    return _with(step, "between", STAGES.get(step.stage, ("", step.stage))[1])


def _begun(plan: Plan, goal: str, stage: str) -> Plan:
    def begun(step: PlanStep) -> PlanStep:
        if step.goal != goal:
            # Several steps are put to the person at once; otherwise one is at work at a time.
            return step if stage == "consent" == step.stage else _at_rest(step)
        tries = step.tries + 1 if step.stage == stage and step.state != "pending" else 1
        about = STAGES.get(stage, (stage, ""))[0]
        return msgspec.structs.replace(step, state="running", about=about, stage=stage, tries=tries)

    return _changed(plan, begun)


def _failing(step: PlanStep, data: Mapping[str, Any]) -> PlanStep:
    if step.state in ENDED:
        return step
    rung, failed_with = plain(data.get("rung", "")), plain(data.get("failed_with", ""))
    if failed_with:
        return _with(step, "trouble", f"{rung} does not help: {failed_with}")
    cause = plain(data.get("code") or data.get("failure") or data.get("why") or "")
    told = f"tries {rung}" if rung else "out of ways"
    return _with(step, "trouble", f"{cause}: {told}" if cause else told)
