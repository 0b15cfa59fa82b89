"""A recorded episode takes another road from a step on: what came before is as it was, what comes after is alive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_services.errors import UsageError
from mock_services.trace import Event, encode
from scenarios.forking.fork import ForkRefused, Original, fork, keep, original_of
from scenarios.forking.turn import Turn, read_fault
from scenarios.live import CHECK_ALWAYS
from scenarios.runs.lookup import find_episode
from scenarios.runs.manifest import read_manifest
from scenarios.runs.runner import reopen
from scenarios.runs.store import Store
from scenarios.session.seat import read_reply
from scenarios.session.session import Session
from scenarios.session.shelf import new_path
from tests.scenarios.forking.fork_samples import (
    LATTE,
    MORNING,
    REGISTRY,
    SMOKE,
    TRAIN,
    at_tool,
    calls,
    ended_at,
    notes,
    record,
    turned,
)  # fmt: skip

FAULTS = ("timeout@alipay_pay:lost_ack", "timeout@alipay:before", "outage@flash?seconds=900", "server_error@fliggy",
          "duplicate_delivery@alipay_pay", "ghost_success@alipay_pay", "payment_declined@alipay_pay",
          "latency_spike@flash", "sold_out@flash_order_create", "partial_response@fliggy")  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    # The invariants of money are checked after every call.
    monkeypatch.setenv(CHECK_ALWAYS, "1")
    return tmp_path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> list[Original]:
    """Episodes of several minds, clean and broken."""
    path = tmp_path_factory.mktemp("store") / "banshi.db"
    return [
        record(path, LATTE, "lost-ack-pay"),
        record(path, TRAIN, "lost-ack-book"),
        record(path, LATTE, "clean", "sim:hasty"),
        record(path, LATTE, "rate:0.5+engine-rate:0.3", "route:failover(sim:hasty,rules)"),
        record(path, LATTE, "lost-ack-pay", "oracle"),
    ]


@pytest.fixture
def latte() -> Original:
    return record(None)


# --- what holds of every fork ----------------------------------------------------------------------------------


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_came_before_stays_and_money_adds_up_whatever_is_changed(
    recorded: list[Original], data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(recorded))
    step = data.draw(st.integers(2, ended_at(original)))
    faults = data.draw(st.lists(st.sampled_from(FAULTS), max_size=2))
    mind = original.spec.agent != "oracle"
    forked = turned(
        original,
        step,
        *faults,
        said=data.draw(st.sampled_from(("", "approved", "refused: 不要", "unknown", "随便"))),
        engine=data.draw(st.sampled_from(("", "rules", "sim:double-clicker"))),
        fallback=data.draw(st.sampled_from(("", "none", "retry"))) if mind else "",
    )
    kept = forked.turn.at
    assert kept <= step
    assert encode(list(forked.events[:kept])) == encode(list(original.events[:kept]))
    assert forked.result.verdict.outcome != "error", forked.result.error
    # Run again it is the same fork.
    assert fork(original, step, forked.turn).result == forked.result


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_a_change_it_is_the_same_episode(recorded: list[Original], data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(recorded))
    forked = fork(original, data.draw(st.integers(2, ended_at(original))), Turn(0))
    assert msgspec.structs.replace(forked.result, ordinal=original.ordinal) == original.result


# --- each kind of change ---------------------------------------------------------------------------------------


def test_another_fault_strikes_the_call_that_is_forked_at(latte: Original) -> None:
    pay = at_tool(latte, "alipay_pay")
    forked = turned(latte, pay, "timeout@alipay_pay:lost_ack")
    struck = forked.events[forked.turn.at :]
    first = next(event for event in struck if event.kind == "tool_called")
    assert (first.data["tool"], first.data["fault"]["phase"], first.data["ok"]) == ("alipay_pay", "lost_ack", False)
    assert [row.phase for row in forked.result.fallback] == ["lost_ack"]
    assert forked.result.verdict.outcome == "completed"
    assert latte.result.verdict.outcome == "completed"
    assert not forked.idle


def test_a_fault_can_be_taken_away_and_replaced(recorded: list[Original]) -> None:
    broken = recorded[0]
    pay = at_tool(broken, "alipay_pay")
    assert broken.events[pay].data["fault"]["phase"] == "lost_ack"
    healed = fork(broken, pay, Turn(0, unbroken=True))
    assert not healed.result.fallback
    other = turned(broken, pay, "server_error@alipay_pay:before")
    assert [(row.fault, row.phase) for row in other.result.fallback] == [("server_error", "before")]


def test_another_policy_gives_up_where_the_original_looked_and_went_on(recorded: list[Original]) -> None:
    broken = recorded[0]
    assert broken.result.verdict.success
    pay = at_tool(broken, "alipay_pay")
    forked = turned(broken, pay + 1, fallback="none")
    assert not forked.result.verdict.success
    assert notes(forked, "swapped") == [{"fallback": "none"}]
    # The call itself is as it was: the policy is another from the next decision on.
    assert calls(forked, "alipay_pay") == calls(fork(broken, pay, Turn(0)), "alipay_pay")


def test_another_mind_takes_over_in_the_middle_and_pays_once(latte: Original) -> None:
    order = at_tool(latte, "flash_order_create")
    forked = turned(latte, order + 1, engine="sim:careful-and-dear")
    assert notes(forked, "swapped") == [{"engine": "sim:careful-and-dear", "afresh": False}]
    assert len(calls(forked, "flash_order_create")) == 1
    assert forked.result.verdict.outcome == "completed"
    assert any(event.kind == "thought" for event in forked.events[forked.turn.at :])
    assert not any(event.kind == "thought" for event in forked.events[: forked.turn.at])


def test_a_mind_takes_over_from_one_that_is_no_graph_and_finds_what_was_done(recorded: list[Original]) -> None:
    oracle = recorded[4]
    paid = at_tool(oracle, "alipay_pay")
    forked = turned(oracle, paid + 1, engine="rules")
    bought = {call["args"]["out_trade_no"] for call in calls(forked, "alipay_pay") if call["ok"] or call["fault"]}  # type: ignore[index]
    assert len(bought) == 1
    assert not any(finding.harm_fen for finding in forked.result.verdict.findings)
    assert notes(forked, "node")  # the graph is at work from there on


@pytest.mark.parametrize(
    ("said", "decision"),
    [("refused: 太贵了", "refused"), ("不要，太贵了", "refused"), ("嗯？", "unclear"), ("好的", "approved")],
)
def test_the_person_answers_otherwise_once(latte: Original, said: str, decision: str) -> None:
    forked = turned(latte, at_tool(latte, "user_confirm"), said=said)
    answered = [call["data"]["decision"] for call in calls(forked, "user_confirm")]  # type: ignore[index]
    assert answered[0] == decision
    assert (forked.result.verdict.outcome == "completed") == (decision == "approved")
    if decision == "refused":
        assert forked.result.spent_fen == 0


def test_what_never_came_to_anything_is_told(latte: Original) -> None:
    forked = turned(latte, ended_at(latte), "timeout@alipay_pay", said="好的", fallback="none")
    assert len(forked.idle) == 3
    assert forked.result.digest == latte.result.digest


def test_an_engine_fault_strikes_the_next_decision(latte: Original) -> None:
    found = read_fault("timeout@engine", REGISTRY)
    forked = fork(latte, at_tool(latte, "user_confirm"), Turn(0, mind_faults=(found,)))  # type: ignore[arg-type]
    struck = [event.data["fault"] for event in forked.events if event.kind == "decided"]
    assert struck[0]["kind"] == "timeout"
    assert not forked.idle


# --- forks of forks, of sessions, of what was not kept -----------------------------------------------------------


def test_a_fork_is_a_run_of_its_own_that_says_of_what_and_can_be_forked_again(latte: Original, home: Path) -> None:
    pay = at_tool(latte, "alipay_pay")
    once = keep(turned(latte, pay, "timeout@alipay_pay:lost_ack"), None)
    assert keep(turned(latte, pay, "timeout@alipay_pay:lost_ack"), None).run == once.run
    with Store() as store:
        row = store.run(once.run)
        assert (row.state, row.done) == ("finished", 1)
        assert row.options["fork_of"] == f"{latte.name}@{once.turn.at + 1}"
        assert row.tags == ("fork",)
        assert row.options["change"] == "timeout@alipay_pay:lost_ack"
        assert read_manifest(row.manifest).forks == (once.turn,)
        assert store.episode(once.run, 0).digest == once.result.digest
        # A name means the episode that was run, not what was made of it; a fork is not carried out by the runner.
        assert find_episode(store, f"{LATTE}/clean").run == latte.run
        assert find_episode(store, f"{LATTE}/clean", once.run).run == once.run
        with pytest.raises(UsageError, match="is a fork"):
            reopen(store, once.run)
    again = original_of(None, once.run, 0)
    struck = at_tool(again, "alipay_pay")
    twice = turned(again, struck + 1, fallback="none")
    assert encode(list(twice.events[: twice.turn.at])) == encode(list(once.events[: twice.turn.at]))
    assert not twice.result.verdict.success
    assert fork(again, ended_at(again), Turn(0)).result.digest == once.result.digest


def test_a_human_at_the_persons_seat_said_what_they_said_up_to_the_fork() -> None:
    options = {"fallback": "full", "guard": True, "session": "s0001"}
    manifest = msgspec.structs.replace(record(None).manifest, options=options)
    with Session.start(manifest, SMOKE, new_path()) as session:
        session.proceed()
        while session.question is not None:
            session.answer(read_reply(session.question, "不要，太贵了"))
            session.proceed()
        run = session.run
    refused = original_of(None, run, 0)
    assert refused.result.spent_fen == 0
    ended = ended_at(refused)
    assert fork(refused, ended, Turn(0)).result.digest == refused.result.digest
    agreed = turned(refused, at_tool(refused, "user_confirm"), said="approved: 好的，可以。")
    assert agreed.result.verdict.outcome == "completed"


def test_a_trace_that_was_not_kept_is_made_again() -> None:
    original = record(None, traces="failures")
    with Store() as store:
        assert not store.episode(original.run, 0).trace
    assert encode(list(original.events)) == original.result.trace
    assert fork(original, 5, Turn(0)).result.digest == original.result.digest


@pytest.mark.parametrize("agent", ["rules", "oracle"])
def test_of_several_errands_the_later_one_is_forked_and_those_before_it_stay(home: Path, agent: str) -> None:
    (home / "morning.yaml").write_text(MORNING, encoding="utf-8")
    morning = record(None, "morning", agent=agent, source=str(home / "morning.yaml"))
    second = next(event.seq for event in morning.events if event.kind == "errand_started")
    assert fork(morning, ended_at(morning), Turn(0)).result.digest == morning.result.digest
    for step in (second, second + 2):
        forked = turned(morning, step, engine="sim:careful-and-dear")
        assert forked.events[: forked.turn.at] == morning.events[: forked.turn.at]
        # The first order is not made again, and the second one once, whoever began it.
        assert len(calls(forked, "flash_order_create")) == 2
        assert forked.result.verdict.success
        assert any(event.kind == "thought" for event in forked.events[forked.turn.at :])
    refused = turned(morning, at_tool(morning, "user_confirm", 1), said="refused: 不要")
    assert [call["data"]["decision"] for call in calls(refused, "user_confirm")][:2] == ["approved", "refused"]  # type: ignore[index]


# --- what is refused -------------------------------------------------------------------------------------------


def test_a_record_of_another_version_is_refused_at_the_first_event_that_differs(latte: Original) -> None:
    search = next(e.seq for e in latte.events if e.kind == "tool_called" and e.data["tool"].endswith("search"))

    def otherwise() -> Iterator[Event]:
        for event in latte.events:
            if event.seq == search:
                yield msgspec.structs.replace(event, data={**event.data, "args": {"query": "茶"}})
            else:
                yield event

    old = msgspec.structs.replace(latte, events=tuple(otherwise()))
    with pytest.raises(ForkRefused, match=rf"step {search + 1} was \w+_search .*version 0"):
        fork(old, ended_at(latte), Turn(0))
    # Before that it is the same episode still.
    assert fork(old, search, Turn(0)).result.digest == latte.result.digest


@pytest.mark.parametrize(
    ("step", "turn", "says"),
    [
        (10_000, Turn(0), "there is no step 10001"),
        (1, Turn(0), "the errand has not begun"),
        (5, Turn(0, engine="oracle"), "cannot take an errand over"),
        (5, Turn(0, engine="react:openai:x"), "cannot take an errand over"),
        (5, Turn(0, engine="sim:nobody"), "sim:"),
        (5, Turn(0, fallback="some"), "unknown fallback policy"),
    ],
)
def test_what_is_not_to_be_had_is_refused_in_a_line(latte: Original, step: int, turn: Turn, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        fork(latte, step, turn)
    with pytest.raises(ForkRefused, match="the errand is over"):
        fork(latte, ended_at(latte) + 1, Turn(0))


def test_a_policy_is_nothing_to_an_agent_that_has_none(recorded: list[Original]) -> None:
    with pytest.raises(ForkRefused, match="goes by no fallback policy"):
        fork(recorded[4], 5, Turn(0, fallback="none"))
