"""What stands between an episode and its world in a fork: the faults, the person and the agent, each as it was up to
the fork and as the turn says from there on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from agent.interface import Agent, Episode
from mock_services.agenda import DUE
from mock_services.clock import Instant
from mock_services.context import Ctx
from mock_services.faults import Fault, FaultSource, PlannedFaults
from mock_services.person import Answer, Decision, Person
from mock_services.trace import Event
from scenarios.forking.record import Record
from scenarios.forking.turn import ASKED, OFFERED, Said, Turn
from scenarios.mindfaults import MindFaults, PlannedMindFaults, Struck
from scenarios.session.seat import meant

Due = Callable[[], bool]
"""Whether the fork is reached."""

_ANY = tuple(range(1, 1000))
"""Attempts of a fault that strikes the next call, the how-manieth that may be."""


# --- faults ----------------------------------------------------------------------------------------------------


class TurnedFaults:
    """The faults of a plan, and from the fork on those of a turn before them. Implements ``FaultSource``."""

    def __init__(self, before: FaultSource, turn: Turn, due: Due, own: PlannedFaults | None = None) -> None:
        self._before, self._turn, self._due = before, turn, due
        self._own = own or PlannedFaults(tuple(msgspec.structs.replace(one, attempts=_ANY) for one in turn.faults))

    def strike(self, tool: str, service: str, access: str, obj: str, attempt: int, now: Instant) -> Fault | None:
        """The fault that strikes this call, or None."""
        asked = (tool, service, access, obj, attempt, now)
        if not self._due():
            return self._before.strike(*asked)
        own = self._own.strike(*asked)
        if own is not None or self._turn.unbroken:
            return own
        return self._before.strike(*asked)

    def fork(self) -> TurnedFaults:
        """A copy that goes its own way."""
        return TurnedFaults(self._before.fork(), self._turn, self._due, self._own.fork())


class TurnedMindFaults:
    """The same for the faults of engines. Implements ``MindFaults``."""

    def __init__(self, before: MindFaults, turn: Turn, due: Due) -> None:
        self._before, self._turn, self._due = before, turn, due
        self._own = PlannedMindFaults(tuple(msgspec.structs.replace(one, attempts=_ANY) for one in turn.mind_faults))

    def strike(self, engine: str, node: str, attempt: int, now: Instant) -> Struck | None:
        """What strikes this decision, or None."""
        if not self._due():
            return self._before.strike(engine, node, attempt, now)
        own = self._own.strike(engine, node, attempt, now)
        if own is not None or self._turn.unbroken:
            return own
        return self._before.strike(engine, node, attempt, now)


# --- the person ------------------------------------------------------------------------------------------------


class Heard:
    """What the person said in an episode, in order, and what they say first where it forks.

    It is the same for all errands of the episode. Whoever answered then, a simulated person or a human: up to the fork
    they say it again; after it, the simulated person speaks.
    """

    def __init__(self, events: Sequence[Event], due: Due, said: Said | None) -> None:
        self._told: dict[str, Iterator[tuple[str, str]]] = {
            "ask": iter(list(_answers(events, "user_ask", "kind"))),
            "confirm": iter(list(_answers(events, "user_confirm", "decision"))),
            "mandate": iter(list(_on_mandates(events))),
        }
        self._due, self._said = due, said

    @property
    def unsaid(self) -> bool:
        """Whether the answer of the turn has not been asked for."""
        return self._said is not None

    def hear(self, kind: str, says: str, text: str) -> tuple[str, str]:
        """What is said to a question of a kind, where the simulated person would say ``says`` and ``text``."""
        if not self._due():
            return next(self._told[kind], (says, text))
        said, self._said = self._said, None
        if said is None:
            return says, text
        return _fitting(said, kind), said.text


def _fitting(said: Said, kind: str) -> str:
    """What an answer is to a question of this kind: a decision for an offer, an answer for a question."""
    if kind == "ask":
        return said.says if said.says in ASKED else "told"
    if said.says in OFFERED:
        return said.says
    return meant(said.text) or "unclear"


def _answers(events: Sequence[Event], tool: str, name: str) -> Iterator[tuple[str, str]]:
    for event in events:
        if event.kind == "tool_called" and event.data["tool"] == tool and event.data["ok"]:
            yield event.data["data"][name], event.data["data"]["text"]


def _on_mandates(events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    # A decision is made when the person reads the terms, and is scheduled then; it may be withdrawn before it counts.
    for event in events:
        if event.kind == "world_moved" and event.data["event"] == "mandate_asked":
            for change in event.data["changes"]:
                if change["table"] == DUE.name and (change["after"] or {}).get("event") == "mandate_decided":
                    decided = msgspec.json.decode(change["after"]["data"])
                    yield ("approved" if decided["approved"] else "refused"), decided["answer"]


class TurnedPerson:
    """The person of an errand in a fork. Implements :class:`mock_services.person.Person`."""

    def __init__(self, like: Person, heard: Heard) -> None:
        self._like, self._heard = like, heard

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """What they say to a question."""
        like = self._like.answer(ctx, topic, text)
        kind, told = self._heard.hear("ask", like.kind, like.text)
        return Answer(kind, told, like.seconds)

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """What they decide on an offer."""
        return self._decided("confirm", self._like.consider(ctx, offer, text))

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """What they decide on a mandate."""
        return self._decided("mandate", self._like.approve_mandate(ctx, terms))

    def _decided(self, kind: str, like: Decision) -> Decision:
        decision, told = self._heard.hear(kind, like.decision, like.text)
        return Decision(decision, told, like.seconds)


# --- the agent -------------------------------------------------------------------------------------------------


def recorded(record: Record, original: Sequence[Event]) -> Agent:
    """An agent without a mind: it does what the record says, in order, up to where its errand ended."""

    def run(episode: Episode) -> None:
        while (event := _next(original, len(record.events))) is not None:
            before = len(record.events)
            _do(event, episode)
            if len(record.events) == before:
                # What leaves no trace would be done for ever.
                return

    return run


def _next(original: Sequence[Event], at: int) -> Event | None:
    """The next thing that an agent did from an event on; None if its errand ended before."""
    for event in original[at:]:
        if event.kind in ("tool_called", "note", "thought", "decided"):
            return event
        if event.kind in ("errand_ended", "episode_ended", "agent_failed"):
            return None
    return None


def _do(event: Event, episode: Episode) -> None:
    data: Mapping[str, Any] = event.data
    if event.kind == "tool_called":
        episode.call(data["tool"], data["args"])
    elif event.kind == "note":
        episode.note(data["kind"], data["data"])
    elif event.kind == "thought":
        episode.think(data["ms"], data["cost_micros"])
    else:
        episode.decide(data["engine"], data["node"])
