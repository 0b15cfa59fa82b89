"""Errands whose understanding is given, so that planning, fallback and consent are tested by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import agent.build
from agent import build_agent
from agent.desk import Desk
from agent.engine import Node
from agent.interface import Episode
from agent.steps.base import Me
from agent.task import Buy, Item, Part, Question, Ride, Task, Transfer, Trip
from mock_services import trace
from mock_services.trace import Event
from scenarios.episode import run_episode
from scenarios.loader import load_text
from scenarios.results import EpisodeResult

HEAD = """
id: scripted
family: cross
locale: en
now: 2026-03-05T09:40
city: hangzhou
words: as the engine says
person:
  name: Dana Wells
  at: home
  addresses: {{home: 武林广场}}
  contacts: [{{name: Rina, account: rina@example.com, phone: "13800138123"}}]
  refuse: {refuse}
answers: {{item: the usual}}
goal: [{{total_at_most: 100000}}]
plans:
  broken:
    faults: {faults}
"""

LATTES = Task(
    "en",
    (Buy(id="g1", items=(Item("latte", (Part(2, ("hot",)),), "two hot lattes"),), channel="flash"),),
)
TRAIN = Trip(id="g1", mode="train", origin="hangzhou", destination="shanghai", date="2026-03-06")
TRIP = Task("en", (TRAIN, Ride(id="g2", origin="", destination="@g1.origin", before="g1")))
RIDE = Task("en", (Ride(id="g1", origin="", destination="西湖"),))
GIFT = Task("en", (Transfer(id="g1", payee="Rina", amount_fen=20_000),))


class Scripted:
    """An engine that has understood already."""

    name = "scripted"

    def __init__(self, task: Task) -> None:
        self.task = task

    def hands(self, episode: Episode) -> Episode:
        """Steady ones."""
        return episode

    def nodes(self) -> Mapping[str, Node]:
        """None of its own."""
        return {}

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """The given task."""
        return self.task

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Answers change nothing here."""
        return task


class Story:
    """An episode that is over, and what a test asks about it."""

    def __init__(self, result: EpisodeResult) -> None:
        self.result = result
        self.events: list[Event] = trace.decode(result.trace)

    def calls(self, tool: str) -> list[dict[str, Any]]:
        """The calls of a tool, in order."""
        return [e.data for e in self.events if e.kind == "tool_called" and e.data["tool"] == tool]

    def notes(self, kind: str) -> list[dict[str, Any]]:
        """The agent's notes of a kind."""
        return [e.data["data"] for e in self.events if e.kind == "note" and e.data["kind"] == kind]

    def rungs(self) -> list[str]:
        """The rungs that were climbed."""
        return [note["rung"] for note in self.notes("fallback") if note.get("rung")]

    @property
    def report(self) -> dict[str, Any]:
        """The report to the person."""
        return self.calls("user_report")[-1]["args"]  # type: ignore[no-any-return]

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """The rows of a table as the episode left them."""
        rows: dict[str, dict[str, Any]] = {}
        for event in self.events:
            for change in event.data.get("changes", []):
                if change["table"] == table:
                    key = str(change["key"])
                    if change["after"] is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = {**rows.get(key, {}), **change["after"]}
        return rows

    def paid(self) -> list[dict[str, Any]]:
        """Payments that went through."""
        return [row for row in self.rows("kernel.payments").values() if row["state"] == "success"]


def play(
    monkeypatch: pytest.MonkeyPatch,
    task: Task,
    faults: str = "",
    *,
    fallback: str = "full",
    guard: bool = True,
    refuse: str = "{}",
) -> Story:
    """Carry out a task in a small world, with a fault plan in YAML flow style if one is given."""
    monkeypatch.setattr(agent.build, "build_engine", lambda *_: Scripted(task))
    (scenario,) = load_text(HEAD.format(faults=faults or "[]", refuse=refuse))
    doer = build_agent("scripted", fallback=fallback, guard=guard)
    result = run_episode(scenario, "broken" if faults else "clean", doer, agent_name="scripted", seed=0, ordinal=0)
    assert result.error == ""
    return Story(result)
