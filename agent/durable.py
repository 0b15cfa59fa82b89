"""Durable execution: everything that an agent asks of its episode is written down, in order, before it gets an answer.

An agent that was stopped, or whose process was killed, is run again: up to where it was it asks the same things and
gets the same answers, and only from there on does anything happen for the first time. The world is rebuilt along the
way, as it is deterministic; whatever comes out otherwise than it is written is a :class:`Diverged`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from agent.interface import Agent, Episode, PassThrough

_OUTSIDE = "outside"

_ENCODER = msgspec.json.Encoder(enc_hook=repr)


class Suspended(BaseException):
    """The agent is stopped where it stands, and can be gone on with. It is no ``Exception``, so that no agent catches
    it."""


class PersonNeeded(Suspended):
    """The person has to say something first. ``question`` is JSON-safe; its ``number`` counts from 0."""

    def __init__(self, question: dict[str, Any]) -> None:
        self.question = question
        super().__init__(question.get("text", ""))


class Diverged(Suspended):
    """Run again, something came out otherwise than it is written down."""


class NotWritten(Suspended):
    """What happened could not be written down."""


class Entry(msgspec.Struct, frozen=True):
    """One thing that was asked of an episode, and the answer, both as JSON."""

    asked: bytes
    said: bytes


class Journal(Protocol):
    """Where the entries of one errand are kept."""

    def entry(self, position: int) -> Entry | None:
        """The entry at a position, from 0 on; None if nothing was asked there yet."""
        ...

    def write(self, position: int, entry: Entry) -> None:
        """Write an entry down, so that it is there after a kill.

        Raises:
            NotWritten: it cannot be.
        """
        ...


class Durable(PassThrough):
    """An episode of which everything is written down. ``position`` is how much was asked so far."""

    def __init__(self, episode: Episode, journal: Journal) -> None:
        super().__init__(episode)
        self._journal = journal
        self.position = 0

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool, once however often the agent is run."""
        reply: dict[str, Any] = self._once("call", [tool, args], self._episode.call)
        return reply

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Put a note into the trace, once however often the agent is run."""
        self._once("note", [kind, data], self._episode.note)

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Charge a decision, once however often the agent is run."""
        self._once("think", [ms, cost_micros], self._episode.think)

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        """Announce a decision, once however often the agent is run."""
        fault: dict[str, Any] | None = self._once("decide", [engine, node], self._episode.decide)
        return fault

    def done(self) -> None:
        """Say that the errand is over."""
        self._once("done", [], self._episode.done)

    def mark(self, kind: str, given: list[Any]) -> None:
        """Write down what changes on the agent's own side, so that it is as it was when it is run again."""
        self._once(kind, given, lambda *_: None)

    def outside(self, given: list[Any], make: Callable[[], Any]) -> Any:
        """What :func:`once` is for an errand of which everything is written down."""
        known = self._known(_OUTSIDE, given)
        if known is None:
            known = Entry(_ENCODER.encode([_OUTSIDE, given]), _ENCODER.encode(make()))
            self._journal.write(self.position, known)
        self.position += 1
        return msgspec.json.decode(known.said)

    def stand_before(self, episode: Episode) -> None:
        """Stand before another form of the same episode from here on."""
        self._episode = episode

    def catch_up(self, to: int, again: Callable[[str, list[Any]], None]) -> None:
        """Do again what was asked up to a position.

        Args:
            to: The position to be at afterwards.
            again: Asks one thing again, given its kind and arguments, through whatever stands before this episode.

        Raises:
            Diverged: it came out otherwise.
        """
        while self.position < to:
            entry = self._journal.entry(self.position)
            if entry is None:
                raise Diverged(f"the session holds {self.position} steps, its checkpoint says {to}")
            kind, given = msgspec.json.decode(entry.asked)
            if kind == _OUTSIDE:
                self.position += 1
            else:
                again(kind, given)

    def _once(self, kind: str, given: list[Any], act: Callable[..., Any]) -> Any:
        known = self._known(kind, given)
        asked = _ENCODER.encode([kind, given])
        # As it is read back: what is asked for the first time and what is asked again are the same.
        answer = act(*msgspec.json.decode(asked)[1])
        said = _ENCODER.encode(answer)
        if known is None:
            self._journal.write(self.position, Entry(asked, said))
        elif known.said != said:
            raise Diverged(f"step {self.position}, {_short(asked)}, was answered otherwise before")
        self.position += 1
        return answer

    def _known(self, kind: str, given: list[Any]) -> Entry | None:
        asked = _ENCODER.encode([kind, given])
        known = self._journal.entry(self.position)
        if known is not None and known.asked != asked:
            raise Diverged(f"step {self.position} was {_short(known.asked)} and is now {_short(asked)}")
        return known


def once(episode: Episode, given: list[Any], make: Callable[[], Any]) -> Any:
    """Something from outside the world that need not come out the same twice, such as what a model says.

    Where the errand is an interactive one it is made once and written down, and an agent that is run again gets what it
    got then.

    Args:
        episode: The errand, as the agent has it.
        given: What tells it from others, JSON-safe.
        make: Makes it; what it returns is JSON-safe. What it raises is not written down.
    """
    return episode.outside(given, make) if isinstance(episode, Durable) else make()


def durable(agent: Agent, journal_of: Callable[[str], Journal]) -> Agent:
    """Any agent, so that it can be stopped and run again from its first line; it has to do the same things again."""

    def run(episode: Episode) -> None:
        agent(Durable(episode, journal_of(episode.episode_id)))

    return run


def _short(asked: bytes) -> str:
    return asked.decode(errors="replace")[:80]
