"""The trace: one ordered list of events per episode. Everything that is shown or graded later reads only this.

Layers define their own payloads as frozen ``msgspec.Struct``s; this file owns the envelope and the recorder.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from mock_services.clock import Instant


class Event(msgspec.Struct, frozen=True):
    """One entry: ``seq`` counts from 0, ``at`` is virtual time in milliseconds, ``data`` is JSON-safe."""

    seq: int
    at: Instant
    kind: str
    data: dict[str, Any]


class ToolCalled(msgspec.Struct, frozen=True):
    """A tool call as the pipeline saw it.

    ``changes`` are compact row changes of the call itself, made at ``effect_at`` and standing in the world's journal
    from ``mark`` on: the answer, and with it this entry, may come later than what happened meanwhile. ``fault`` is
    the fault that fired, if any; ``replayed`` says that an idempotency key returned the first result.
    """

    tool: str
    access: str
    args: dict[str, Any]
    object: str
    attempt: int
    ok: bool
    data: Any
    error: dict[str, Any] | None
    fault: dict[str, Any] | None
    replayed: bool
    started_at: Instant
    effect_at: Instant
    mark: int
    changes: list[dict[str, Any]]


class WorldMoved(msgspec.Struct, frozen=True):
    """Something that happened on its own: a scheduled event, or the world's part of a fault.

    ``mark`` is where its changes begin in the world's journal.
    """

    service: str
    event: str
    about: dict[str, Any]
    mark: int
    changes: list[dict[str, Any]]


class Recorder:
    """Collects the events of one episode."""

    __slots__ = ("events",)

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, at: Instant, kind: str, payload: msgspec.Struct) -> None:
        """Append an event. ``payload`` is turned into plain data at once, so that later changes cannot reach it."""
        self.keep(at, kind, msgspec.to_builtins(payload))

    def keep(self, at: Instant, kind: str, data: dict[str, Any]) -> None:
        """Append an event of data that is plain already and that nobody changes."""
        self.events.append(Event(len(self.events), at, kind, data))


_ENCODER = msgspec.json.Encoder()


def encode(events: list[Event]) -> bytes:
    """The trace's bytes: one JSON object a line. Equal traces have equal bytes in every process."""
    return _ENCODER.encode_lines(events)


def decode(raw: bytes) -> list[Event]:
    """Read what :func:`encode` wrote.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: the bytes are not a trace.
    """
    return msgspec.json.Decoder(Event).decode_lines(raw)


def digest(raw: bytes) -> str:
    """SHA-256 of an encoded trace, in hex."""
    return sha256(raw).hexdigest()
