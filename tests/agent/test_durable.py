"""Run again, an agent asks the same and gets the same, and what happened does not happen twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from agent.durable import Diverged, Durable, Entry, once


class Pages:
    """A journal in memory."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def entry(self, position: int) -> Entry | None:
        return self.entries[position] if position < len(self.entries) else None

    def write(self, position: int, entry: Entry) -> None:
        assert position == len(self.entries)
        self.entries.append(entry)


class Counter:
    """An episode whose every answer is the how-many-th it is; as deterministic as a world."""

    episode_id = instruction = locale = ""
    tools = ()

    def __init__(self) -> None:
        self.calls = 0

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self.calls += 1
        return {"ok": True, "data": {"n": self.calls}}

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Of no interest here."""

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Neither."""

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        return None

    def done(self) -> None:
        """Neither."""


def test_what_a_model_said_is_asked_for_once_and_remembered() -> None:
    pages, said = Pages(), iter(["yes", "no", "perhaps"])

    def agent() -> list[str]:
        episode = Durable(Counter(), pages)
        first = once(episode, ["model", 1], lambda: next(said))
        episode.call("look", {})
        return [first, once(episode, ["model", 2], lambda: next(said))]

    assert agent() == agent() == ["yes", "no"]
    assert next(said) == "perhaps"


def test_what_is_made_from_outside_is_not_asked_for_when_catching_up() -> None:
    pages, world = Pages(), Counter()
    first = Durable(Counter(), pages)
    once(first, ["model", 1], lambda: "yes")
    first.call("pay", {"amount": "1.00"})
    again = Durable(world, pages)

    def call(_: str, given: list[Any]) -> None:
        again.call(*given)

    again.catch_up(2, call)
    assert (again.position, world.calls) == (2, 1)


def test_without_a_journal_it_is_just_made() -> None:
    assert once(Counter(), ["model", 1], lambda: {"text": "yes"}) == {"text": "yes"}  # type: ignore[arg-type]  # enough of one


@pytest.mark.parametrize("other", [("pay", {"amount": "2.00"}), ("look", {"amount": "1.00"})])
def test_another_call_at_the_same_place_is_a_divergence_and_is_not_made(other: tuple[str, dict[str, Any]]) -> None:
    pages, world = Pages(), Counter()
    Durable(Counter(), pages).call("pay", {"amount": "1.00"})
    with pytest.raises(Diverged, match=r"step 0 was .*1\.00"):
        Durable(world, pages).call(*other)
    assert world.calls == 0


def test_a_checkpoint_beyond_what_is_written_down_is_a_divergence() -> None:
    with pytest.raises(Diverged, match="holds 0 steps, its checkpoint says 3"):
        Durable(Counter(), Pages()).catch_up(3, lambda *_: None)
