"""A verdict that leads somewhere: for each finding what should have been, what was, and the step to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mock_services.trace import Event
from scenarios.results import Finding
from scenarios.runs import why
from scenarios.runs.money_trail import changes
from scenarios.runs.plaintext import plain
from tui.playback import Playback, is_call

SERVICES = {
    "flash_order": "flash_",
    "taobao_order": "taobao_",
    **dict.fromkeys(("flight", "train", "hotel", "tickets", "rebooked"), "fliggy_"),
    "ride": "amap_ride",
    **dict.fromkeys(("bill", "transfer", "collect", "mandate", "refund"), "alipay_"),
    "readdressed": "taobao_",
    "asked": "user_",
}
"""How the tools are called that have to do with a kind of want."""


PLAN_KINDS = {
    **dict.fromkeys(("flash_order", "taobao_order"), "buy"),
    **dict.fromkeys(("flight", "train"), "trip"),
    "hotel": "stay",
    "tickets": "visit",
    "refund": "give_back",
    "cancelled": "cancel",
    "rebooked": "reschedule",
    "readdressed": "readdress",
}
"""How our own agent calls the step of its plan for a kind of want, where it is not called the same."""


SHORTEST, MOST_ORIGINS = 5, 6
"""An argument of fewer characters may stand anywhere; of more arguments no origin is told."""


class Judged(msgspec.Struct, frozen=True):
    """A finding for a reader. ``at`` is the step to look at, and ``place`` says why that one.

    ``understood`` is what the agent says that it understood of it, if it does.
    """

    finding: Finding
    at: int
    place: str
    understood: str = ""

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return self.finding.ok

    @property
    def told(self) -> str:
        """What was found, and where it does not hold what should have been."""
        found = f"{why.what(self.finding)}: {why.found(self.finding)}"
        should = "" if self.ok else why.should(self.finding)
        return f"{found} – should be: {should}" if should else found


def judged(playback: Playback) -> list[Judged]:
    """The findings of an episode's verdict, failed ones first; each leads to a step of its own episode."""
    findings = sorted(playback.result.verdict.findings, key=lambda finding: finding.ok)
    return [Judged(finding, *_place(playback, finding), _understood(playback, finding)) for finding in findings]


def origins(playback: Playback, at: int) -> list[str]:
    """Where the arguments of a call were first seen: in which answer before it, the most telling first.

    What the person wrote, what the agent made up and what is too short to be told apart are left out.
    """
    event = playback.events[at]
    if not is_call(event):
        return []
    words = str(playback.events[0].data.get("words", ""))
    found = []
    for value in dict.fromkeys(_texts(event.data["args"])):
        if len(value) < SHORTEST or value in words:
            continue
        first = next((n for n in playback.matches(value) if n < at and _answers(playback.events[n], value)), None)
        if first is not None:
            found.append(f"{plain(value)} from step {first + 1}, {plain(playback.events[first].data['tool'])}")
    return found[:MOST_ORIGINS]


def _answers(event: Event, value: str) -> bool:
    return is_call(event) and any(value in text for text in _texts(event.data["data"]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _kind(finding: Finding) -> str:
    """The kind of want that a finding is about; empty if it is about none."""
    group, _, kind = finding.check.rpartition(".")
    return kind if group.partition(".")[0] in ("goal", "accepts") else ""


def _understood(playback: Playback, finding: Finding) -> str:
    kind = _kind(finding)
    if finding.ok or not kind:
        return ""
    steps = playback.plan(len(playback) - 1).steps
    fitting = [step for step in steps if step.kind == PLAN_KINDS.get(kind, kind)] or list(steps)
    return "; ".join(f"{step.goal} {step.kind}: {step.wishes}" for step in fitting if "." not in step.goal)


def _place(playback: Playback, finding: Finding) -> tuple[int, str]:
    """The step that a finding is about, and why."""
    events, kind = playback.events, _kind(finding)
    at = playback.index_of(finding.step) if finding.step >= 0 else None
    if at is not None:
        return at, "the step that decided it"
    if kind and not finding.ok and (lost := _given_up(playback, kind)) is not None:
        return lost, "here the agent gives it up"
    for at, event in _backwards(events):
        if any(f"{change['table']}/{change['key']}" in finding.rows for change in changes(event)):
            return at, "the last step that changed its row"
    if kind and not finding.ok:
        return _where_it_was_lost(events, kind)
    if not finding.ok and finding.check.startswith("withhold."):
        return _report_or_end(events)
    for at, event in _backwards(events):
        if event.kind == "episode_ended":
            return at, "the errand ends here"
    return max(0, len(events) - 1), "the last that was recorded"


def _given_up(playback: Playback, kind: str) -> int | None:
    """Where the agent gave up a step of the kind, or else the first that it gave up; None if it gave up none."""
    found = [(at, step) for at, event in enumerate(playback.events) if (step := _goal_given_up(event)) is not None]
    kinds = {step.goal: step.kind for step in playback.plan(len(playback) - 1).steps}
    fitting = [at for at, goal in found if kinds.get(goal) == PLAN_KINDS.get(kind, kind)]
    return next(iter(fitting or [at for at, _ in found]), None)


def _goal_given_up(event: Event) -> str | None:
    data = event.data.get("data") if event.kind == "note" else None
    if not isinstance(data, dict):
        return None
    failed = event.data["kind"] == "step" and data.get("status") == "failed"
    climbed = event.data["kind"] == "fallback" and not data.get("rung") and not data.get("failed_with")
    return str(data.get("goal", "")) if failed or climbed else None


def _where_it_was_lost(events: list[Event], kind: str) -> tuple[int, str]:
    """The last step that could have led to what was wanted, as far as the trace tells."""
    tools = SERVICES.get(kind, "")
    for at, event in _backwards(events):
        if is_call(event) and tools and event.data["tool"].startswith(tools):
            if not event.data["ok"]:
                return at, "the last call that could have led there failed"
            if event.data["access"] == "write":
                return at, "the last write that had to do with it"
    return _report_or_end(events)


def _report_or_end(events: list[Event]) -> tuple[int, str]:
    for at, event in _backwards(events):
        if is_call(event) and event.data["tool"] == "user_report":
            return at, "here the agent reports, without it"
    return max(0, len(events) - 1), "the errand ends without it"


def _backwards(events: list[Event]) -> Iterator[tuple[int, Event]]:
    return ((at, events[at]) for at in range(len(events) - 1, -1, -1))
