"""Simulated engines: a population of known faults, to measure the measuring with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from agent.sim.profile import Errors, load_profile, profile_names
from agent.sim.slips import ERROR, Slips
from mock_services.errors import UsageError
from mock_services.trace import Event, decode
from scenarios.agents import make_agent
from scenarios.episode import run_episode
from scenarios.families.makeup import MakeUp
from scenarios.families.pinned import make, read_lines
from scenarios.loader import load_suite
from scenarios.results import EpisodeResult

POPULATION = tuple(f"sim:{name}" for name in profile_names())
ERRING = tuple(name for name in POPULATION if name != "sim:careful-and-dear")

TELLING = frozenset(
    ("en-cross-nanjing", "en-pay-bills", "zh-pay-water", "en-hostile-bluegate", "en-order-cake", "zh-order-breakfast")
)
"""Errands with money, waiting, limits and a text that lies in wait: an occasion for every error."""


@lru_cache(maxsize=64)
def run(agent: str, guard: bool = True, only: frozenset[str] = frozenset()) -> tuple[EpisodeResult, ...]:
    """Core, clean and under every plan, or only some of its errands."""
    doer = make_agent(agent, {"guard": guard})
    return tuple(
        run_episode(scenario, plan, doer, agent_name=agent)
        for scenario in load_suite("core").scenarios
        if not only or scenario.id in only
        for plan in ("clean", *scenario.plans)
    )


def errors_of(result: EpisodeResult) -> list[dict[str, Any]]:
    """The errors that acted in an episode."""
    notes = (event.data for event in decode(result.trace) if event.kind == "note")
    return [note["data"] for note in notes if note["kind"] == ERROR]


def harm(results: tuple[EpisodeResult, ...]) -> int:
    """What they cost people, in fen."""
    return sum(result.verdict.harm_fen for result in results)


def succeeded(results: tuple[EpisodeResult, ...]) -> int:
    """How many ended as they should."""
    return sum(result.verdict.success for result in results)


def profile(folder: Path, **fields: Any) -> str:
    """The spec of an engine with a profile of one's own."""
    lines = [f"{name}: {value}" for name, value in {"name": "own", **fields}.items()]
    path = folder / "own.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"sim:{path}"


# --- the profiles that ship ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ERRING)
def test_what_a_profile_declares_happens_and_costs_success_and_nothing_else_does(name: str) -> None:
    declared = {error for error, rate in load_profile(name[4:]).errors if rate}
    results = run(name)
    acted = {error["error"] for result in results for error in errors_of(result)}
    assert acted == declared
    failed = [result for result in results if not result.verdict.success]
    assert failed
    # Rules does all of core, so whatever goes wrong goes wrong by an error, and the trace shows which.
    assert all(errors_of(result) for result in failed), [r.id for r in failed if not errors_of(r)]
    assert not [result.id for result in results if result.verdict.outcome == "error" or result.error]


def test_the_careful_one_errs_nowhere_and_is_the_slowest_and_dearest() -> None:
    careful = run("sim:careful-and-dear")
    assert succeeded(careful) == len(careful)
    assert harm(careful) == 0
    assert not [result.id for result in careful if errors_of(result)]
    for other in ERRING:
        assert sum(r.cost_micros for r in careful) > sum(r.cost_micros for r in run(other))
        assert sum(r.virtual_ms for r in careful) > sum(r.virtual_ms for r in run(other))
    assert sum(r.asks for r in careful) > sum(r.asks for r in run("rules"))


@pytest.mark.parametrize("name", ["sim:hasty", "sim:double-clicker"])
def test_without_the_guard_its_errors_cost_people_money(name: str) -> None:
    guarded, bare = run(name, only=TELLING), run(name, guard=False, only=TELLING)
    assert harm(guarded) < harm(bare)
    assert sum(r.verdict.unconsented_fen for r in guarded) < sum(r.verdict.unconsented_fen for r in bare)
    assert succeeded(guarded) > succeeded(bare)


def test_a_decision_takes_the_declared_time_and_money() -> None:
    hasty = load_profile("hasty")
    result = run("sim:hasty", only=TELLING)[0]
    events = decode(result.trace)
    thoughts = [event.data for event in events if event.kind == "thought"]
    nodes = [event for event in events if event.kind == "note" and event.data["kind"] == "node"]
    assert len(thoughts) == len(nodes) > 5
    assert thoughts[0] == {"ms": hasty.latency_ms, "cost_micros": hasty.price_micros}
    assert result.cost_micros == len(thoughts) * hasty.price_micros
    first = next(event for event in events if event.kind == "thought")
    assert first.at == events[0].at + hasty.latency_ms


# --- one error at a time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", sorted(Errors.model_fields))
def test_every_error_by_itself_spoils_an_errand_that_would_have_gone_well(error: str, tmp_path: Path) -> None:
    # Without the guard, which would hold the second payment of a double click back.
    plain = run("rules", guard=False, only=TELLING)
    erring = run(profile(tmp_path, errors=f"{{{error}: 1}}"), guard=False, only=TELLING)
    acted = [{found["error"] for found in errors_of(result)} for result in erring]
    assert set().union(*acted) == {error}
    changed = [
        bool(errors)
        for before, after, errors in zip(plain, erring, acted, strict=True)
        if before.verdict.success and not after.verdict.success
    ]
    assert changed
    assert all(changed)


def told(result: EpisodeResult) -> list[Event]:
    """The trace but for its first entry, which names the agent."""
    return decode(result.trace)[1:]


def test_with_all_rates_at_zero_it_is_rules_byte_for_byte(tmp_path: Path) -> None:
    plain, same = run("rules", only=TELLING), run(profile(tmp_path), only=TELLING)
    assert [told(result) for result in same] == [told(result) for result in plain]


def test_the_same_profile_errs_alike_in_every_process() -> None:
    script = (
        "from tests.scenarios.test_sim_engines import TELLING, run\n"
        "for name in ('sim:forgetful', 'sim:hasty'):\n"
        "    print(*(result.digest for result in run(name, only=TELLING)))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env)
    here = [" ".join(r.digest for r in run(name, only=TELLING)) for name in ("sim:forgetful", "sim:hasty")]
    assert other.stdout.splitlines() == here


class Counter:
    """An episode that answers everything and remembers what it was asked."""

    episode_id, instruction, locale, tools = "counter", "", "en", ()

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.errors: list[str] = []

    def call(self, tool: str, args: Any) -> dict[str, Any]:
        """Everything works."""
        self.calls.append(tool)
        return {"ok": True, "data": {}, "as_of": "2026-03-05T09:40:00+08:00", "complete": True}

    def note(self, kind: str, data: Any) -> None:
        """What erred."""
        self.errors.append(data["tool"])

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Takes no time."""

    def done(self) -> None:
        """Never."""


def test_an_added_call_moves_no_error_of_another(tmp_path: Path) -> None:
    spec = profile(tmp_path, errors="{skip_wait: 0.5, skip_offer: 0.5}")
    waits = [{"seconds": seconds} for seconds in range(1, 40)]

    def waited(*, also_ask: bool) -> list[bool]:
        behind = Counter()
        slips = Slips(behind, load_profile(spec[4:]))
        found = []
        for args in waits:
            if also_ask:
                slips.call("user_confirm", {"offer": args})
                slips.call("maps_weather", args)
            behind.errors.clear()
            slips.call("clock_wait", args)
            found.append(not behind.errors)
        return found

    alone = waited(also_ask=False)
    assert alone == waited(also_ask=True)
    assert 10 < sum(alone) < 30


@pytest.mark.parametrize("name", POPULATION)
def test_nobody_stumbles_over_answers_that_are_cut_short_or_of_another_shape(name: str) -> None:
    doer = make_agent(name)
    (shoes,) = (scenario for scenario in load_suite("core").scenarios if scenario.id == "en-order-shoes")
    results = [run_episode(shoes, "rate:0.5", doer, agent_name=name, seed=seed) for seed in range(6)]
    struck = {row.fault for result in results for row in result.fallback}
    assert {"schema_drift", "empty_response"} & struck
    assert [result.error for result in results] == [""] * 6


# --- naming them -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", ["sim:forgetfull", "sim:", "sim:none"])
def test_an_unknown_profile_is_one_line_that_names_near_ones(spec: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_agent(spec)
    assert "\n" not in str(caught.value)
    assert "sim:forgetful" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "names"),
    [("errors: {forget_wish: 1.5}", "errors.forget_wish"), ("latency_ms: -1", "latency_ms"), ("speed: 3", "speed")],
)
def test_a_mistake_in_a_profile_names_its_field(line: str, names: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(f"name: bad\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=names):
        make_agent(f"sim:{path}")


# --- what they are for -----------------------------------------------------------------------------------------


def test_success_of_the_population_falls_with_difficulty() -> None:
    makeup = MakeUp("dev", ("order", "pay", "travel", "cross"), 24, 777_000, levels=(1, 2, 4, 5))
    found: dict[int, list[bool]] = defaultdict(list)
    for scenario in read_lines(make(makeup), "dev"):
        for agent in ("rules", *POPULATION):
            result = run_episode(scenario, "clean", make_agent(agent), agent_name=agent)
            found[result.level].append(result.verdict.success)
    easy, hard = found[1] + found[2], found[4] + found[5]
    assert len(easy) >= 50
    assert len(hard) >= 50
    assert sum(easy) / len(easy) > sum(hard) / len(hard)
