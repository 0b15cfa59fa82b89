"""What is scheduled on the virtual clock at each event of an episode, and what happened by itself. Data only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mock_services.agenda import DUE
from mock_services.trace import Event
from scenarios.runs import phrases
from scenarios.runs.row_history import Row, RowHistory


class Coming(msgspec.Struct, frozen=True):
    """Something that will happen at ``at`` without anybody calling a tool: ``text`` in words, ``about`` its object.

    ``fresh``: it was scheduled in the very event that is looked at.
    """

    at: int
    text: str
    about: str
    fresh: bool


def coming(history: RowHistory, events: list[Event], at: int) -> list[Coming]:
    """What is scheduled after event ``at``, soonest first.

    What was due and came to nothing leaves no trace, so nothing that lies behind the clock is listed.
    """
    now = events[at].at
    before = history.rows(DUE.name, at - 1) if at else {}
    due = [(key, row) for key, row in history.rows(DUE.name, at).items() if row["at"] >= now]
    due.sort(key=lambda entry: (entry[1]["at"], int(entry[1]["id"])))
    return [_coming(row, key not in before) for key, row in due]


def happened(events: list[Event], at: int) -> list[Event]:
    """What happened by itself while event ``at`` lasted: since the last call before it was answered."""
    if events[at].kind == "world_moved":
        return [events[at]]
    if events[at].kind != "tool_called":
        return []
    return list(reversed(list(_moves_before(events, at))))


def _moves_before(events: list[Event], at: int) -> Iterable[Event]:
    for event in reversed(events[:at]):
        if event.kind == "tool_called":
            return
        if event.kind == "world_moved":
            yield event


def _coming(row: Row, fresh: bool) -> Coming:
    about = about_of(row)
    return Coming(row["at"], phrases.happening(row["service"], row["event"], about), phrases.object_of(about), fresh)


def about_of(row: Row) -> dict[str, Any]:
    """What a scheduled event is about; anything that is no JSON object says nothing."""
    try:
        data = msgspec.json.decode(row["data"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
