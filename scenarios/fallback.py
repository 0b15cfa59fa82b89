"""What became of each fault that fired, derived from the trace alone, so that it means the same for every agent.

The rules stand in ``docs/metrics.md``; the agent's own notes are never read.
"""

from __future__ import annotations

from typing import Any

from mock_services.money import parse_yuan
from mock_services.trace import Event
from scenarios.fallback_minds import derive_minds
from scenarios.results import FallbackRow, Verdict

COMPENSATING = ("cancel", "refund", "after_sale", "dispute", "revoke", "release")
"""Parts of the names of tools that take something back."""

KEY = "request_no"
"""The argument that is an idempotency key wherever a tool takes one."""


def derive(events: list[Event], verdict: Verdict) -> tuple[FallbackRow, ...]:
    """One row for each fault that fired, in order."""
    calls = [event for event in events if event.kind == "tool_called"]
    struck = [i for i, event in enumerate(calls) if event.data["fault"] is not None]
    named = {event.seq: _ids(event) for event in calls[struck[0] :]} if struck else {}
    rows = [_row(calls[i], calls[i + 1 :], _made(calls[i], events), named, verdict) for i in struck]
    return tuple(sorted([*rows, *derive_minds(events, verdict)], key=lambda row: row.step))


def _made(struck: Event, events: list[Event]) -> set[str]:
    """The keys of the rows that the struck call made, at once or when it came through late."""
    late = [
        event
        for event in events[struck.seq + 1 :]
        if event.kind == "world_moved"
        and event.data["event"] == "late_call"
        and event.data["about"].get("tool") == struck.data["tool"]
    ]
    changes = [*struck.data["changes"], *(change for event in late[:1] for change in event.data["changes"])]
    return {str(c["key"]) for c in changes if c["before"] is None and not c["table"].startswith(("ledger", "kernel.c"))}


def _row(
    struck: Event, later: list[Event], made: set[str], named: dict[int, set[str]], verdict: Verdict
) -> FallbackRow:
    related = [event for event in later if _related(struck, event, named)]
    # A pause before something is part of it; waiting is the reaction where nothing but waiting followed.
    active = [event for event in related if event.data["tool"] != "clock_wait"]
    decisive = [event for event in active if not _browsing(struck, event, made, named)]
    reaction = _reaction(struck, (decisive or active)[0]) if active else "wait" if related else "none"
    end = _resolution(struck, related, made, named)
    until = related if end is None else related[: related.index(end) + 1]
    return FallbackRow(
        fault=struck.data["fault"]["kind"],
        phase=struck.data["fault"]["phase"],
        tool=struck.data["tool"],
        step=struck.seq,
        reaction=reaction,
        resolved=end is not None,
        finished=verdict.success,
        harm=verdict.harm_fen > 0,
        extra_calls=len(until) if reaction != "none" else 0,
        extra_ms=until[-1].at - struck.at if until and reaction != "none" else 0,
        extra_fen=_extra_fen(struck, end, later),
    )


# --- what belongs to a fault ---------------------------------------------------------------------------------


def _related(struck: Event, event: Event, named: dict[int, set[str]]) -> bool:
    """A later call about the same tool or thing, a wait, or a word with the person."""
    tool, first = event.data["tool"], struck.data["tool"]
    if tool == first or tool in ("clock_wait", "user_ask", "user_confirm", "user_report"):
        return True
    if _family(tool) == _family(first):
        return True
    return bool(named[event.seq] & named[struck.seq])


def _family(tool: str) -> str:
    return "amap" if tool.startswith("maps_") else tool.partition("_")[0]


def _ids(event: Event) -> set[str]:
    """What a call names: its identifiers, and those that its answer gave."""
    found: set[str] = set()
    for part in (event.data["args"], event.data["data"]):
        if isinstance(part, dict):
            found |= {
                value
                for name, value in part.items()
                if isinstance(value, str) and len(value) > 5 and (name.endswith(("_id", "_no")) or name == "ref")
            }
    return found


OWN_STATE = ("_query", "_list", "order_detail", "order_status", "ride_status")
"""Parts of the names of reads that show what became of one's own requests."""


def _browsing(struck: Event, event: Event, made: set[str], named: dict[int, set[str]]) -> bool:
    """Looking around on the way to something else, which is no reaction by itself: searches, offers, consents."""
    tool = event.data["tool"]
    if tool == struck.data["tool"] or tool in ("user_ask", "user_report"):
        return False
    if tool == "user_confirm":
        return True
    if event.data["access"] == "write":
        return False
    if struck.data["fault"]["phase"] == "world" and not struck.data["ok"]:
        return True
    looks = any(part in tool for part in OWN_STATE)
    return not (looks or named[event.seq] & named[struck.seq] or _shows(event, made))


def _shows(event: Event, made: set[str]) -> bool:
    """Whether an answer names one of these keys."""

    def holds(part: Any) -> bool:
        if isinstance(part, dict):
            return any(holds(value) for value in part.values())
        if isinstance(part, list):
            return any(holds(value) for value in part)
        return isinstance(part, str) and part in made

    return bool(made) and (holds(event.data["data"]) or holds(event.data["args"]))


def _reaction(struck: Event, event: Event) -> str:
    tool, args = event.data["tool"], event.data["args"]
    failed = not struck.data["ok"]
    if tool in ("user_ask", "user_confirm"):
        return "ask"
    if tool == "user_report":
        return "gave_up" if failed and args.get("status") != "done" else "none"
    if tool == struck.data["tool"]:
        return _again(struck, event)
    if event.data["access"] == "read":
        return "query"
    if any(part in tool for part in COMPENSATING):
        return "compensate"
    # Going on to the next step after an answer that looked right is no reaction.
    return "alternative" if failed else "none"


def _again(struck: Event, event: Event) -> str:
    before, now = struck.data["args"], event.data["args"]
    if KEY in before or KEY in now:
        same_thing = {k: v for k, v in before.items() if k != KEY} == {k: v for k, v in now.items() if k != KEY}
        if before.get(KEY) and before.get(KEY) == now.get(KEY):
            return "retry_same_key"
        return "retry_new_key" if same_thing else "alternative"
    return "retry" if before == now else "alternative"


def _resolution(struck: Event, related: list[Event], made: set[str], named: dict[int, set[str]]) -> Event | None:
    """The call after which the step stands: it succeeds unharmed, or a query shows that it had."""
    phase = struck.data["fault"]["phase"]
    same = struck.data["tool"]
    for event in related:
        good = event.data["ok"] and event.data["fault"] is None
        if not good:
            continue
        if event.data["tool"] == same:
            return event
        if phase in ("lost_ack", "late", "duplicated") and event.data["access"] == "read":
            # Only asked where it matters: it looks through a whole answer.
            if named[event.seq] & named[struck.seq] or _shows(event, made):
                return event
            continue
        if phase in ("world", "no_effect") and event.data["access"] == "write" and _same_job(same, event.data["tool"]):
            return event
    return None


def _same_job(one: str, other: str) -> bool:
    """Ordering elsewhere does the same job as ordering here."""
    jobs = ("order_create", "book", "ride_order", "pay")
    return any(job in one and job in other for job in jobs)


# --- money ---------------------------------------------------------------------------------------------------


def _extra_fen(struck: Event, end: Event | None, later: list[Event]) -> int:
    """What the way round cost: a dearer order in place of the failed one, or a further payment of one trade."""
    if end is not None and end.data["access"] == "write":
        before = _amount(struck.data["args"], ("expect_total", "expect_price", "expect_amount"))
        before = before if before is not None else _amount(struck.data["data"], ("amount", "total", "fare"))
        now = _amount(end.data["data"], ("amount", "total", "fare"))
        if before is not None and now is not None and end.data["tool"] != "alipay_pay":
            return max(0, now - before)
    trade = struck.data["args"].get("out_trade_no")
    if not trade:
        return 0
    again = [
        change["after"]["fen"]
        for event in later
        for change in event.data["changes"]
        if change["table"] == "kernel.payments" and change["before"] is None
        if change["after"]["out_trade_no"] == trade
    ]
    paid_before = any(change["table"] == "kernel.payments" for change in struck.data["changes"])
    return sum(again) if paid_before else sum(again[1:])


def _amount(data: Any, names: tuple[str, ...]) -> int | None:
    if not isinstance(data, dict):
        return None
    for name in names:
        if name in data and data[name] is not None:
            try:
                return parse_yuan(data[name])
            except ValueError:
                return None
    return None
