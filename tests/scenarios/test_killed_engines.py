"""An engine is killed at every decision of an errand, and another goes on: the person pays as if it had not been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import agent.build
from agent import build_agent
from agent.engine import EngineFailure, Node, RulesEngine
from agent.graph import NODES
from agent.state import Context, State
from mock_services.trace import decode
from scenarios.episode import run_episode
from scenarios.faultentry import FaultEntry
from scenarios.loader import load_suite
from scenarios.model import Plan, Scenario
from scenarios.results import EpisodeResult

CORE = {scenario.id: scenario for scenario in load_suite("core").scenarios}
ERRANDS = [scenario for scenario in CORE.values() if scenario.kind in ("order", "pay", "travel", "cross")][::3]


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One engine, and its twin under another name."""
    twin = tmp_path_factory.mktemp("twin") / "twin.yaml"
    twin.write_text("name: twin\n")
    return f"route:failover(rules,sim:{twin})"


def outcome(result: EpisodeResult) -> dict[str, Any]:
    """What the errand did to money and orders, without the times at which it did."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in decode(result.trace):
        for change in event.data.get("changes", []):
            rows.setdefault((change["table"], str(change["key"])), {}).update(change["after"] or {"state": "gone"})
    payments = [row for (table, _), row in rows.items() if table == "kernel.payments" and row["state"] == "success"]
    orders = [(table, row.get("state"), row.get("shop_id")) for (table, _), row in rows.items() if "orders" in table]
    return {
        "paid": sorted((row["fen"], str(row["sources"])) for row in payments),
        "orders": sorted(map(str, orders)),
        "spent": result.spent_fen,
    }


def decisions(result: EpisodeResult) -> list[tuple[str, int]]:
    """Every node that an engine was at, and for the how many-th time."""
    found: list[tuple[str, int]] = []
    for event in decode(result.trace):
        if event.kind == "note" and event.data["kind"] == "node" and event.data["data"]["node"] != "recover":
            node = event.data["data"]["node"]
            found.append((node, 1 + sum(node == other for other, _ in found)))
    return found


def killed(scenario: Scenario, node: str, attempt: int, router: str) -> EpisodeResult:
    fault = FaultEntry(kind="unavailable", engine="rules", node=node, attempts=(attempt,), seconds=86_400)
    broken = scenario.model_copy(update={"plans": {"killed": Plan(faults=(fault,))}})
    return run_episode(broken, "killed", build_agent(router), agent_name=router)


@pytest.mark.parametrize("scenario", ERRANDS, ids=lambda scenario: scenario.id)
def test_wherever_an_engine_is_killed_the_world_ends_as_undisturbed(scenario: Scenario, router: str) -> None:
    calm = run_episode(scenario, "clean", build_agent("rules"), agent_name="rules")
    points = decisions(calm)
    assert len(points) > 4
    for node, attempt in points:
        result = killed(scenario, node, attempt, router)
        assert result.error == ""
        assert [row.fault for row in result.fallback] == ["engine_unavailable"] * len(result.fallback) != []
        assert result.verdict.outcome == calm.verdict.outcome, (node, attempt)
        assert outcome(result) == outcome(calm), (node, attempt)
        assert result.verdict.harm_fen == 0


class Dying(RulesEngine):
    """``rules`` with nodes of its own, which dies for good as soon as it has done what it does at one of them."""

    name = "dying"

    def __init__(self, node: str, attempt: int) -> None:
        self.node, self.attempt = node, attempt
        self.met = 0

    def nodes(self) -> Mapping[str, Node]:
        return {name: self._at(name, run) for name, run in NODES.items() if name != "recover"}

    def _at(self, name: str, standard: Node) -> Node:
        def node(state: State, context: Context) -> State:
            update = standard(state, context)
            if name == self.node:
                self.met += 1
                if self.met >= self.attempt:
                    raise EngineFailure("refusal")
            return update

        return node


@pytest.mark.parametrize("scenario", ERRANDS, ids=lambda scenario: scenario.id)
def test_one_that_starts_from_the_words_finds_what_a_dead_one_did_and_pays_no_second_time(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = run_episode(scenario, "clean", build_agent("rules"), agent_name="rules")
    for node, attempt in decisions(calm):
        if node == "report":
            continue
        minds = {"dying": Dying(node, attempt), "rules": RulesEngine()}
        monkeypatch.setattr(agent.build, "build_engine", lambda name, *_, minds=minds: minds[name])
        spec = "route:failover(dying,rules)"
        result = run_episode(scenario, "clean", build_agent(spec), agent_name=spec)
        assert result.error == ""
        assert outcome(result)["paid"] == outcome(calm)["paid"], (node, attempt)
        assert result.spent_fen == calm.spent_fen, (node, attempt)
        assert result.verdict.harm_fen == 0, (node, attempt)
        assert result.verdict.outcome == calm.verdict.outcome, (node, attempt)
