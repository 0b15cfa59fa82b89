"""Faults by rate strike where chance says, whatever else is read; epochs draw them anew and leave the errand alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from agent.interface import Agent, Episode, PassThrough
from mock_services.errors import UsageError
from mock_services.faults import KINDS
from mock_services.trace import decode
from scenarios.chance import KEYED_WRITES, READ_SHARE, READS, WRITES, RandomFaults, rate_of
from scenarios.episode import build_world, run_episode
from scenarios.loader import load_suite
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for

CORE = load_suite("core").scenarios


def struck(scenario: Scenario, agent: Agent, plan: str = "rate:1", seed: int = 0) -> list[tuple[str, str, str, str]]:
    result = run_episode(scenario, plan, agent, agent_name="x", seed=seed)
    return [
        (event.data["tool"], event.data["object"], event.data["fault"]["kind"], event.data["fault"]["phase"])
        for event in decode(result.trace)
        if event.kind == "tool_called" and event.data["fault"]
    ]


def test_the_rate_is_kept_for_first_writes_and_a_share_of_it_for_first_reads() -> None:
    faults = RandomFaults(0.2, "s:0", {"pay"})
    for access, expected in (("write", 0.2), ("read", 0.2 * READ_SHARE)):
        hits = [faults.strike("pay", "alipay", access, f"o{i}", 1, 0) for i in range(5000)]
        assert sum(hit is not None for hit in hits) / 5000 == pytest.approx(expected, abs=0.02)
    assert faults.strike("pay", "alipay", "write", "o1", 2, 0) is None, "never a second attempt"
    assert all(RandomFaults(0, "s:0", ()).strike("pay", "a", "write", f"o{i}", 1, 0) is None for i in range(500))


def test_every_kind_of_the_mixes_can_strike_so_and_each_does() -> None:
    for mix, access in ((WRITES, "write"), (KEYED_WRITES, "write"), (READS, "read")):
        for _, kind, phase in mix:
            assert phase in KINDS[kind].phases
            assert KINDS[kind].access in ("any", access)
    keyed = RandomFaults(1, "s:0", {"pay"})
    hits = [keyed.strike("pay", "alipay", "write", f"o{i}", 1, 0) for i in range(500)]
    assert {(hit.kind, hit.phase) for hit in hits if hit} == {(kind, phase) for _, kind, phase in KEYED_WRITES}
    plain = [keyed.strike("ask", "alipay", "write", f"o{i}", 1, 0) for i in range(500)]
    assert {hit.phase for hit in plain if hit} <= {"before", "lost_ack", "response"}, (
        "what comes twice or late stays so"
    )


@pytest.mark.parametrize("scenario", CORE[::4], ids=lambda scenario: scenario.id)
def test_whatever_strikes_the_goal_can_still_be_reached(scenario: Scenario) -> None:
    for seed in range(2):
        assert run_episode(scenario, "rate:1", oracle_for(scenario), agent_name="oracle", seed=seed).verdict.success


def test_extra_reads_move_no_fault() -> None:
    roomy = CORE[0].limits.model_copy(update={"calls": 1000})
    scenario = CORE[0].model_copy(update={"limits": roomy})

    def curious(episode: Episode) -> None:
        class Curious(PassThrough):
            def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
                self._episode.call("clock_now", {})
                return self._episode.call(tool, args)

        oracle_for(scenario)(Curious(episode))

    plain = struck(scenario, oracle_for(scenario))
    assert plain == struck(scenario, curious) != []
    calls = [("pay", "write", f"o{i}") for i in range(50)]
    quiet = RandomFaults(0.5, "s:0", ())
    busy = RandomFaults(0.5, "s:0", ())
    for tool, access, obj in calls:
        busy.strike("look", "x", "read", obj, 1, 0)
        assert quiet.strike(tool, "x", access, obj, 1, 0) == busy.strike(tool, "x", access, obj, 1, 99)


def test_epochs_draw_faults_anew_and_leave_world_and_goal_alone() -> None:
    hits = [struck(CORE[0], oracle_for(CORE[0]), "rate:0.5", seed) for seed in range(6)]
    assert len({repr(hit) for hit in hits}) > 1
    assert hits[3] == struck(CORE[0], oracle_for(CORE[0]), "rate:0.5", 3)
    for scenario in CORE:
        worlds = [build_world(scenario, "clean", seed=seed)[0] for seed in (0, 1, 7)]
        assert len({world.state.digest() for world in worlds}) == 1, scenario.id
        assert len({str(world.ctx.draws.seed) for world in worlds}) == 3


def test_a_plan_of_chance_expects_what_the_scenario_does() -> None:
    for scenario in CORE:
        assert scenario.plan("rate:0.25") == scenario.plan("clean")
    assert (rate_of("rate:.25"), rate_of("rate:1"), rate_of("clean")) == (0.25, 1.0, None)
    for wrong in ("rate:", "rate:2", "rate:-1", "rate:x", "rate:0.2 "):
        with pytest.raises(UsageError, match="names no fault rate"):
            rate_of(wrong)
