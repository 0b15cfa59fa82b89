"""The record of the original beside the episode that is run again: where the fork is, and whether all is as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.durable import Suspended
from mock_services.clock import Instant
from mock_services.trace import Event, Recorder, encode

_OF_A_CALL = frozenset(("tool_called", "thought"))
"""What is told only when it is over, with what happened meanwhile before it."""


class Parted(Suspended):
    """Run again, an event came out otherwise than it is recorded. ``step`` counts from 0."""

    def __init__(self, step: int, recorded: Event, now: Event) -> None:
        self.step, self.recorded, self.now = step, recorded, now
        super().__init__(f"step {step + 1} was {about(recorded)} and is now {about(now)}")


def about(event: Event) -> str:
    """An event in a few words."""
    data = event.data
    if event.kind == "tool_called":
        return f"{data['tool']} ({'ok' if data['ok'] else data['error']['code']})"
    if event.kind == "note":
        return f"note {data['kind']}"
    if event.kind == "world_moved":
        return f"{data['service']} {data['event']}"
    return event.kind.replace("_", " ")


def cut(events: Sequence[Event], step: int) -> int:
    """How many events stay as they were for a fork at a step, counted from 0.

    A call is told when its answer is there, after what happened while it was under way; to fork at it is to fork
    before it began.
    """
    if not 0 <= step < len(events):
        raise IndexError(step)
    event = events[step]
    if event.kind not in _OF_A_CALL:
        return step
    began = event.data.get("started_at", event.at - event.data.get("ms", 0))
    while step > 0 and events[step - 1].kind == "world_moved" and events[step - 1].at > began:
        step -= 1
    return step


class Record(Recorder):
    """The trace of a fork: up to ``until`` events it is held against the original's, byte by byte, as it comes.

    What the set-up of a world does is not looked at: it is no part of a trace.
    """

    __slots__ = ("_begun", "_original", "_until")

    def __init__(self, original: Sequence[Event], until: int) -> None:
        super().__init__()
        self._original, self._until = original, until
        self._begun = False

    def passed(self, events: int) -> bool:
        """Whether so many events are there."""
        return self._begun and len(self.events) >= events

    def keep(self, at: Instant, kind: str, data: dict[str, Any]) -> None:
        """Append an event.

        Raises:
            Parted: it is not the one that is recorded.
        """
        super().keep(at, kind, data)
        self._begun = self._begun or kind == "episode_started"
        if not self._begun:
            return
        now = self.events[-1]
        if now.seq < self._until and encode([now]) != encode([self._original[now.seq]]):
            raise Parted(now.seq, self._original[now.seq], now)
