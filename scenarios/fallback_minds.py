"""What became of each fault that struck an engine, derived from the trace alone, as :mod:`scenarios.fallback` does.

A decision that was struck is *resolved* by the next one at the same node that was not, or, after a change of engines,
by the next one at all. The first reaction is read off what comes between it and the next decision.
"""

from __future__ import annotations

from mock_services.trace import Event
from scenarios.results import FallbackRow, Verdict

OF_ENGINE = "engine_"
"""How the faults of engines are called in fallback rows; the rest is their kind."""

PHASE = "decision"
"""The phase of all of them: nothing was done."""


def derive_minds(events: list[Event], verdict: Verdict) -> list[FallbackRow]:
    """One row for each fault that struck an engine, in order. ``tool`` is the engine's spec."""
    decided = [event for event in events if event.kind == "decided"]
    return [
        _row(event, decided[i + 1 :], events, verdict)
        for i, event in enumerate(decided)
        if event.data["fault"] is not None
    ]


def _row(struck: Event, later: list[Event], events: list[Event], verdict: Verdict) -> FallbackRow:
    fault = struck.data["fault"]
    end = next((event for event in later if _resolves(struck, event)), None)
    until = end.seq if end is not None else len(events)
    between = [event for event in events[struck.seq + 1 : until] if event.kind == "tool_called"]
    reaction = _reaction(struck, later[0] if later else None, events)
    last = end.at if end is not None else max([struck.at, *(event.at for event in between)])
    return FallbackRow(
        fault=OF_ENGINE + fault["kind"],
        phase=PHASE,
        tool=struck.data["engine"],
        step=struck.seq,
        reaction=reaction,
        resolved=end is not None,
        finished=verdict.success,
        harm=verdict.harm_fen > 0,
        extra_calls=len(between) if reaction != "none" else 0,
        extra_ms=last - struck.at + fault["ms"] if reaction != "none" else fault["ms"],
        extra_fen=0,
    )


def _resolves(struck: Event, event: Event) -> bool:
    if event.data["fault"] is not None:
        return False
    return bool(event.data["node"] == struck.data["node"] or event.data["engine"] != struck.data["engine"])


def _reaction(struck: Event, following: Event | None, events: list[Event]) -> str:
    until = following.seq if following is not None else len(events)
    calls = [event for event in events[struck.seq + 1 : until] if event.kind == "tool_called"]
    tools = [event.data["tool"] for event in calls]
    if following is not None and following.data["engine"] != struck.data["engine"]:
        return "swap"
    if "user_ask" in tools or "user_confirm" in tools:
        return "ask"
    if following is not None:
        return "wait" if "clock_wait" in tools else "retry"
    told = [event for event in calls if event.data["tool"] == "user_report"]
    return "gave_up" if told and told[-1].data["args"].get("status") != "done" else "none"
