"""A verdict that leads somewhere: for each finding what should have been, what was, and the step to look at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mock_services.trace import Event
from scenarios.results import Finding
from scenarios.runs import why
from scenarios.runs.money_trail import changes
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


class Judged(msgspec.Struct, frozen=True):
    """A finding for a reader. ``at`` is the step to look at, and ``place`` says why that one."""

    finding: Finding
    at: int
    place: str

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
    return [Judged(finding, *_place(playback, finding)) for finding in findings]


def _place(playback: Playback, finding: Finding) -> tuple[int, str]:
    """The step that a finding is about, and why."""
    at = playback.index_of(finding.step) if finding.step >= 0 else None
    if at is not None:
        return at, "the step that decided it"
    events = playback.events
    for at, event in _backwards(events):
        if any(f"{change['table']}/{change['key']}" in finding.rows for change in changes(event)):
            return at, "the last step that changed its row"
    if not finding.ok:
        group, _, kind = finding.check.rpartition(".")
        if group.partition(".")[0] in ("goal", "accepts"):
            return _where_it_was_lost(events, kind)
        if group == "withhold":
            return _report_or_end(events)
    for at, event in _backwards(events):
        if event.kind == "episode_ended":
            return at, "the errand ends here"
    return max(0, len(events) - 1), "the last that was recorded"


def _where_it_was_lost(events: list[Event], kind: str) -> tuple[int, str]:
    """The step after which what was wanted could not come any more, as far as the trace tells."""
    tools = SERVICES.get(kind, "")
    for at, event in _backwards(events):
        data = event.data.get("data") if event.kind == "note" else None
        if isinstance(data, dict):
            noted = event.data["kind"]
            if (noted == "step" and data.get("status") == "failed") or (
                noted == "fallback" and not data.get("rung") and not data.get("failed_with")
            ):
                return at, "here the agent gives it up"
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
