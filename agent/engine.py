"""Engines: the minds behind the nodes, behind one small protocol, and how they fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from agent.desk import Desk
from agent.interface import Episode
from agent.steps.base import Me
from agent.task import Question, Task

if TYPE_CHECKING:
    from agent.state import Context, State

Node = Callable[["State", "Context"], "State"]
"""A node of the graph: a decision, from one state to what changes of it."""

FAILURES: Final[Mapping[str, str]] = {
    "timeout": "it did not answer in time",
    "rate_limit": "it takes no more requests for now",
    "unavailable": "it cannot be reached",
    "empty": "it answered nothing",
    "truncated": "its answer breaks off",
    "malformed": "its answer cannot be read",
    "unknown_tool": "it called a tool that does not exist",
    "invented_argument": "it gave an argument that the tool does not have, or a thing that nobody showed it",
    "refusal": "it will not do this",
    "stuck": "it goes round in circles",
    "over_cost": "it has used up what it may cost",
}
"""How a mind can fail."""


class EngineFailure(Exception):
    """A mind did not do its part. Raised anywhere in a node, it goes to ``recover`` and never further.

    ``kind`` is one of :data:`FAILURES`; ``message`` is for people and must hold no key; ``retry_after_s`` is when it
    may be asked again, where it said so. ``kept`` is what of the state the node wants kept in spite of it.
    """

    def __init__(self, kind: str, message: str = "", retry_after_s: int | None = None) -> None:
        if kind not in FAILURES:
            raise ValueError(f"{kind!r} is no engine failure: one of {', '.join(FAILURES)}")
        self.kind, self.message, self.retry_after_s = kind, message or FAILURES[kind], retry_after_s
        self.kept: State = {}
        super().__init__(f"{kind}: {self.message}")


class Engine(Protocol):
    """Turns words into tasks. ``name`` is its spec, such as ``rules``.

    ``understand`` and ``answer`` may read through the desk; a ``ToolFailure`` passes through to the fallback ladder,
    and so does an :class:`EngineFailure`.
    """

    name: str

    def hands(self, episode: Episode) -> Episode:
        """The episode as the engine handles it: where what it decides and what is sent can differ.

        Called once for an episode.
        """
        ...

    def nodes(self) -> Mapping[str, Node]:
        """Its own way of nodes of the graph, by name; every other node runs as it stands in :mod:`agent.nodes`.

        All but ``recover``, which has to work where a mind does not.
        """
        ...

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """Understand what the person wrote."""
        ...

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Fold the person's answer to a question into the task."""
        ...


class RulesEngine:
    """The embedded default: offline, deterministic, reads only what the person and the tools say."""

    name = "rules"

    def hands(self, episode: Episode) -> Episode:
        """As it is."""
        return episode

    def nodes(self) -> Mapping[str, Node]:
        """None of its own: the standard nodes ask :meth:`understand` and :meth:`answer`."""
        return {}

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """Understand by the grammars and the cue lexicon of :mod:`agent.rules`."""
        from agent.rules import understand

        return understand(words, locale, me, desk)

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Fold an answer in by the same grammars."""
        from agent.rules import answer

        return answer(task, question, reply_kind, reply_text, me, desk)
