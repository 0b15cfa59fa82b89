"""What a model-backed engine keeps of one errand in the graph's state: its transcript and what hangs on it."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.llm.chat import Made, Message
from agent.state import State


class Mind(msgspec.Struct, omit_defaults=True):
    """The engine's own part of the state.

    ``asked`` counts questions to the model, ``cost_micros`` what they cost. ``plan`` is what the model made of the
    words, ``sets`` are the kinds of errand that the
    tools are chosen by, ``services`` those that were asked for beyond them. ``queue`` are calls of the last answer
    that are still to be made, the first of them the one that waits for consent or for a service to recover.
    ``agreed`` are ids of calls that the person, their words or a permission cover, with what was agreed to.
    ``numbers`` are the request numbers of writes, by what is written. ``seen`` counts calls by what they say.
    ``slips`` counts answers in a row that were of no use. ``waiting`` are questions to the person that are still to be
    asked, ``ours`` the orders that this errand has made, ``released`` those that were let go again at its end.
    ``final`` is what the model wants to report.
    """

    asked: int = 0
    cost_micros: int = 0
    began: str = ""
    plan: dict[str, Any] = {}
    sets: list[str] = []
    services: list[str] = []
    transcript: list[Message] = []
    made: int = 0
    queue: list[Made] = []
    agreed: dict[str, dict[str, Any]] = {}
    by_words_fen: int = 0
    numbers: dict[str, str] = {}
    seen: dict[str, int] = {}
    slips: int = 0
    waiting: list[dict[str, str]] = []
    ours: list[str] = []
    released: list[str] = []
    final: dict[str, Any] | None = None

    def say(self, text: str) -> None:
        """A turn of ours."""
        self.transcript.append(Message("user", text))

    def result(self, call: Made, text: str) -> None:
        """The result of the call that was next, which is thereby made."""
        self.transcript.append(Message("tool", text, call_id=call.id, name=call.name))
        self.queue = [waiting for waiting in self.queue if waiting.id != call.id]


def mind_of(state: State) -> Mind:
    """The mind of a state, as a copy that can be changed."""
    return msgspec.convert(msgspec.to_builtins(state.get("mind", {})), Mind)


def kept(mind: Mind) -> dict[str, Any]:
    """The mind for the state."""
    data: dict[str, Any] = msgspec.to_builtins(mind)
    return data
