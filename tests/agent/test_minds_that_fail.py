"""A mind can fail anywhere: the errand goes on when it comes back, and ends settled and told when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import agent.build
import agent.graph
from agent import build_agent
from agent.engine import FAILURES, EngineFailure, Node
from agent.fallback.failures import CLASSES, classify
from agent.nodes.act import act
from agent.state import Context, State
from scenarios.episode import run_episode
from scenarios.loader import load_text
from tests.agent.scripted import HEAD, LATTES, Scripted, Story


class Faltering(Scripted):
    """Fails in a node of its own as long as ``left`` says, and then does what the standard node does."""

    def __init__(self, node: str, standard: Node, kind: str, left: int) -> None:
        super().__init__(LATTES)
        self.node, self.standard, self.kind, self.left = node, standard, kind, left
        self.after = False

    def nodes(self) -> Mapping[str, Node]:
        """One node that fails: before it does anything, or when it has done it all."""

        def node(state: State, context: Context) -> State:
            self.left -= 1
            if self.left < 0:
                return self.standard(state, context)
            if self.after:
                self.standard(state, context)
            raise EngineFailure(self.kind)

        return {self.node: node}


def carried_out(monkeypatch: pytest.MonkeyPatch, mind: Scripted, fallback: str = "full") -> Story:
    monkeypatch.setattr(agent.build, "build_engine", lambda *_: mind)
    (scenario,) = load_text(HEAD.format(faults="[]", refuse="{}"))
    result = run_episode(
        scenario, "clean", build_agent("scripted", fallback=fallback), agent_name="scripted", seed=0, ordinal=0
    )
    assert result.error == ""
    assert result.terminated
    return Story(result)


NODES: dict[str, Any] = {name: run for name, run in agent.graph.NODES.items() if name != "recover"}


@pytest.mark.parametrize("kind", FAILURES)
def test_a_mind_that_never_comes_back_costs_nothing_and_is_told(monkeypatch, kind):
    story = carried_out(monkeypatch, Faltering("consent", NODES["consent"], kind, 99))
    assert story.paid() == []
    assert {row["state"] for row in story.rows("flash.orders").values()} == {"cancelled"}
    assert story.report["status"] == "failed"
    assert "take over" in story.report["text"]


@pytest.mark.parametrize("node", NODES)
def test_a_mind_that_comes_back_goes_on_where_it_was(monkeypatch, node):
    story = carried_out(monkeypatch, Faltering(node, NODES[node], "timeout", 2))
    assert len(story.paid()) == 1
    assert story.report["status"] == "done"


def test_without_a_fallback_the_first_failure_of_a_mind_ends_the_errand_settled(monkeypatch):
    story = carried_out(monkeypatch, Faltering("consent", NODES["consent"], "empty", 1), fallback="none")
    assert story.paid() == []
    assert {row["state"] for row in story.rows("flash.orders").values()} == {"cancelled"}
    assert story.report["status"] == "failed"
    assert story.rungs() == ["compensate"]


def test_it_may_be_asked_again_when_it_said_so(monkeypatch):
    mind = Faltering("understand", NODES["understand"], "rate_limit", 2)
    story = carried_out(monkeypatch, mind)
    assert story.rungs() == ["retry", "wait"]
    assert story.report["status"] == "done"


def test_every_failure_of_a_mind_has_a_class():
    assert {classify(f"ENGINE_{kind.upper()}") for kind in FAILURES} <= set(CLASSES) - {"rejected", "gone"}


@pytest.mark.parametrize("left", [1, 2, 3])
def test_what_a_mind_did_before_it_failed_is_not_done_again(monkeypatch, left):
    mind = Faltering("act", act, "truncated", left)
    mind.after = True
    story = carried_out(monkeypatch, mind)
    assert len(story.paid()) <= 1
    live = [row for row in story.rows("flash.orders").values() if row["state"] != "cancelled"]
    assert len(live) <= 1
    if left < 3:
        assert len(story.paid()) == 1
