"""What is said to a model and what it answers, in a form of our own that no provider changes.

It is JSON-safe, so that a checkpoint and a cassette can hold it, and it names no id that a provider made up.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tool call as the model made it. ``args`` is None where what it wrote is no JSON object; ``raw`` is that."""

    name: str
    args: dict[str, Any] | None = None
    raw: str = ""


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tool call with the id that we gave it."""

    id: str
    name: str
    args: dict[str, Any] = {}


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn. ``role`` is ``user``, ``assistant`` or ``tool``; a tool's turn names the call that it answers."""

    role: str
    text: str = ""
    calls: tuple[Made, ...] = ()
    call_id: str = ""
    name: str = ""


class Function(msgspec.Struct, frozen=True):
    """A tool as a model is shown it. ``parameters`` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class Request(msgspec.Struct, frozen=True):
    """A question to a model. With ``must`` only a call is an answer."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[Function, ...]
    must: bool = True

    def digest(self) -> str:
        """Equal requests have equal digests, on every machine."""
        return sha256(_SORTED.encode(self)).hexdigest()


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came back. ``stop`` is why it ended: ``stop``, ``length`` (cut off) or ``refusal``.

    ``counted`` says whether the model's side counted the tokens; else they are estimated from the text.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    stop: str = "stop"
    tokens_in: int = 0
    tokens_out: int = 0
    counted: bool = True


_SORTED = msgspec.json.Encoder(order="sorted")


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has: four letters a token, three Chinese characters two."""
    wide = sum(not char.isascii() for char in text)
    return (len(text) - wide + 3) // 4 + (2 * wide + 2) // 3


def size_of(request: Request) -> int:
    """About how many tokens a request has, tools included."""
    return estimate_tokens(_SORTED.encode(request).decode())
