"""An episode ends as the agent, a limit or an exception ends it, is recorded whole, and is the same every time."""

from __future__ import annotations

from typing import Any

import pytest

from agent.interface import Episode, EpisodeOver, PassThrough
from mock_services.errors import InternalError, UsageError
from mock_services.payables import Payables
from mock_services.trace import decode, digest
from scenarios.agents import make_agent
from scenarios.episode import base_of, run_episode
from scenarios.live import CHECK_ALWAYS, tool_specs
from scenarios.loader import load_suite, load_text
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.results import EpisodeResult
from scenarios.staging import staged

ERRAND = """\
id: send
family: pay
locale: en
now: 2026-03-05T13:20
city: hangzhou
words: send Rina 20
person:
  name: Dana
  contacts: [{name: Rina, phone: "13900001111"}]
goal: [{transfer: {to: Rina, amount: 20}}]
limits: {calls: 12, minutes: 60}
plans:
  later: {events: [{alipay.spend: {method_id: wallet, amount: 3000}, at: +1m}]}
"""


def errand() -> Scenario:
    return load_text(ERRAND)[0]


def run(agent: object, plan: str = "clean") -> EpisodeResult:
    assert callable(agent)
    return run_episode(errand(), plan, agent, agent_name="a")


def idle(episode: Episode) -> None:
    """Does nothing."""


def kinds(result: EpisodeResult) -> list[str]:
    return [event.kind for event in decode(result.trace) if event.kind != "world_moved"]


def test_an_agent_that_returns_has_terminated() -> None:
    result = run(idle)
    assert (result.terminated, result.truncated) == (True, False)
    assert kinds(result) == ["episode_started", "set_up", "episode_ended"]
    assert digest(result.trace) == result.digest


def test_a_limit_truncates_even_an_agent_that_swallows_the_signal() -> None:
    def stubborn(episode: Episode) -> None:
        for _ in range(30):
            try:
                episode.call("clock_now", {})
            except EpisodeOver:
                continue

    result = run(stubborn)
    assert (result.terminated, result.truncated, result.calls) == (False, True, 12)
    assert result.verdict.label == "truncated"


def test_virtual_time_is_a_limit_too() -> None:
    def sleeper(episode: Episode) -> None:
        while True:
            episode.call("clock_wait", {"seconds": 1200})

    result = run(sleeper)
    assert (result.truncated, result.calls, result.virtual_ms) == (True, 3, 3_600_000)


def test_an_agent_that_raises_has_failed_and_the_episode_is_graded() -> None:
    def broken(episode: Episode) -> None:
        episode.call("clock_now", {})
        raise ZeroDivisionError("half a plan")

    result = run(broken)
    assert result.error == "ZeroDivisionError: half a plan"
    assert (result.verdict.outcome, result.verdict.label) == ("failed_safe", "engine_failure")
    assert kinds(result)[-2:] == ["agent_failed", "episode_ended"]


def test_no_call_after_done() -> None:
    def talker(episode: Episode) -> None:
        episode.done()
        with pytest.raises(EpisodeOver):
            episode.call("clock_now", {})

    result = run(talker)
    assert (result.terminated, result.calls, result.error) == (True, 0, "")


def test_a_fault_of_our_own_is_an_error_and_not_the_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*args: object, **kwargs: object) -> None:
        raise InternalError("the till is on fire")

    monkeypatch.setattr(Payables, "open", explode)

    def careless(episode: Episode) -> None:
        try:
            episode.call("alipay_transfer", {"amount": "20", "payee_account": "13900001111", "request_no": "1"})
        except Exception:
            episode.done()

    result = run(careless)
    assert result.verdict.outcome == "error"
    assert "on fire" in result.error
    assert result.trace, "what had happened until then is kept"


@pytest.mark.parametrize("at_every_call", [False, True])
def test_wrong_money_is_an_error_at_the_end_or_at_the_call_that_made_it(
    at_every_call: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CHECK_ALWAYS, "1" if at_every_call else "0")
    monkeypatch.setattr(Payables, "_succeeded", lambda *_: None)  # paid, and the trade stays open
    came_back: list[bool] = []

    def payer(episode: Episode) -> None:
        args = {"amount": "20", "payee_account": "13900001111", "request_no": "1"}
        came_back.append(episode.call("alipay_transfer", args)["ok"])
        episode.done()

    result = run(payer)
    assert result.verdict.outcome == "error"
    assert "trade: " in result.error
    assert came_back == ([] if at_every_call else [True])


def test_notes_are_shown_and_never_graded() -> None:
    def chatty(episode: Episode) -> None:
        episode.note("plan", {"steps": ["lie"], "odd": object()})
        oracle_for(errand())(episode)

    result = run(chatty)
    assert result.verdict.success
    assert "note" in kinds(result)


def test_thinking_takes_virtual_time_in_which_things_happen_and_costs_what_it_says() -> None:
    def ponder(episode: Episode) -> None:
        episode.think(120_000, 4_000)
        PassThrough(episode).think(0, 500)

    result = run(ponder, "later")
    events = decode(result.trace)
    assert [event.kind for event in events] == [
        *("episode_started", "set_up", "world_moved", "thought", "thought", "episode_ended")
    ]
    assert events[2].at == events[0].at + 60_000
    assert events[3].data == {"ms": 120_000, "cost_micros": 4_000}
    assert (result.virtual_ms, result.cost_micros, result.calls) == (120_000, 4_500, 0)


def test_thinking_goes_no_further_than_the_limit_of_time() -> None:
    def dreamer(episode: Episode) -> None:
        episode.think(10**11)
        episode.call("clock_now", {})

    result = run(dreamer)
    assert (result.truncated, result.calls, result.virtual_ms) == (True, 0, 3_600_000)


def test_thoughts_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.live.NOTE_LIMIT", 3)

    def restless(episode: Episode) -> None:
        while True:
            episode.think(0)

    result = run(restless)
    assert (result.truncated, kinds(result).count("thought")) == (True, 3)


@pytest.mark.parametrize("ms", [-1, 10**13, 0.5, "1"])
def test_a_charge_that_is_none_is_the_agents_mistake(ms: Any) -> None:
    result = run(lambda episode: episode.think(ms))
    assert result.error.startswith("ValueError: ms is")
    assert result.virtual_ms == 0


def test_a_timed_event_of_a_plan_happens_to_the_agent_and_is_not_its_doing() -> None:
    def late(episode: Episode) -> None:
        episode.call("clock_wait", {"seconds": 120, "wake_on_notice": False})
        oracle_for(errand())(episode)

    result = run(late, "later")
    assert result.verdict.success, "the wallet is empty by then, and a card pays"
    assert result.spent_fen == 2000


def test_the_same_errand_gives_the_same_bytes_whatever_ran_before() -> None:
    first = run(oracle_for(errand()))
    for scenario in load_suite("tiny").scenarios:
        run_episode(scenario, "clean", oracle_for(scenario), agent_name="a")
    assert run(oracle_for(errand())).trace == first.trace


def test_an_errand_is_staged_once_and_what_an_episode_does_stays_in_its_own_world() -> None:
    scenario, base = errand(), base_of(errand())
    kept = staged(scenario, base)
    before, length = kept.world.state.digest(), len(kept.world.state.journal)
    assert run_episode(scenario, "clean", oracle_for(scenario), agent_name="a").spent_fen == 2000
    assert staged(scenario, base) is kept
    assert staged(scenario.model_copy(update={"words": "kirim Rina 20"}), base) is kept, "in other words"
    assert (kept.world.state.digest(), len(kept.world.state.journal)) == (before, length)


def test_a_scenario_of_the_same_name_is_staged_as_it_is_itself() -> None:
    poorer = load_text(ERRAND.replace("name: Dana", "name: Dana\n  accounts: {wallet: 3}"))[0]
    first, other = staged(errand(), base_of(poorer)), staged(poorer, base_of(poorer))
    assert first.world.state.digest() != other.world.state.digest()


def test_another_seed_draws_latencies_anew_and_wants_the_same() -> None:
    scenario = errand()
    one, other = (run_episode(scenario, "clean", oracle_for(scenario), agent_name="a", seed=seed) for seed in (0, 1))
    assert one.virtual_ms != other.virtual_ms
    assert one.verdict == other.verdict
    assert (one.id, other.id) == ("send/clean", "send/clean#1")


def test_an_unknown_plan_lists_those_there_are() -> None:
    with pytest.raises(UsageError, match="clean, later"):
        run(idle, "latter")


# --- agents by name ------------------------------------------------------------------------------------------


def test_agents_are_found_by_name_or_by_path() -> None:
    assert run(make_agent("noop")).verdict.label == "no_report"
    assert run(make_agent("scenarios.references.simple:liar")).verdict.label == "untrue_report"
    suite = load_suite("tiny")
    assert run_episode(
        suite.scenarios[0], "clean", make_agent("oracle", {"suite": "tiny"}), agent_name="oracle"
    ).verdict.success


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("orcale", "did you mean oracle"),
        ("nowhere.at.all:agent", "cannot import"),
        ("scenarios.loader:nothing", "has no attribute"),
        ("scenarios.loader:SUITES", "not callable"),
    ],
)
def test_an_agent_that_is_not_there_is_one_clear_line(name: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        make_agent(name)


def test_tools_are_described_once_per_process() -> None:
    seen: list[object] = []
    run(lambda episode: seen.append(episode.tools))
    run(lambda episode: seen.append(episode.tools))
    assert seen[0] is seen[1]
    specs = {spec.name: spec for spec in seen[0]}  # type: ignore[attr-defined]
    assert specs["alipay_pay"].key == "request_no"
    assert specs["alipay_pay"].parameters["properties"]["out_trade_no"]
    assert tool_specs.cache_info().currsize >= 1


def reason(result: EpisodeResult) -> str:
    return str(next(event.data["reason"] for event in decode(result.trace) if event.kind == "episode_ended"))


def test_what_the_agent_may_cost_is_a_limit_too() -> None:
    def thinker(episode: Episode) -> None:
        while True:
            try:
                episode.think(10, 30_000)
                episode.call("clock_now", {})
            except EpisodeOver:
                episode.call("clock_now", {})

    scenario = errand().model_copy(update={"limits": errand().limits.model_copy(update={"cost_micros": 50_000})})
    result = run_episode(scenario, "clean", thinker, agent_name="a")
    assert (result.terminated, result.truncated, result.calls, result.error) == (False, True, 1, "")
    assert reason(result) == "0.050000 yuan for the agent"
    assert result.cost_micros == 60_000, "what the last decision cost is spent, and stands in the record"


def test_our_graph_that_runs_in_a_circle_is_cut_off_and_has_not_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.build.MOST_STEPS", 2)
    result = run(make_agent("rules"))
    assert (result.terminated, result.truncated, result.error) == (False, True, "")
    assert reason(result) == "steps of the graph"
