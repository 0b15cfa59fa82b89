"""Engines: the minds behind the nodes, behind one small protocol."""

from __future__ import annotations

from typing import Protocol

from agent.desk import Desk
from agent.interface import Episode
from agent.steps.base import Me
from agent.task import Question, Task


class Engine(Protocol):
    """Turns words into tasks. ``name`` is its spec, such as ``rules``.

    ``understand`` and ``answer`` may read through the desk; a ``ToolFailure`` passes through to the fallback ladder.
    """

    name: str

    def hands(self, episode: Episode) -> Episode:
        """The episode as the engine handles it: where what it decides and what is sent can differ."""
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

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """Understand by the grammars and the cue lexicon of :mod:`agent.rules`."""
        from agent.rules import understand

        return understand(words, locale, me, desk)

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Fold an answer in by the same grammars."""
        from agent.rules import answer

        return answer(task, question, reply_kind, reply_text, me, desk)
