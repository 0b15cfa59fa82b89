"""What became of a fault is read off the trace: the first reaction, whether it helped, and what it cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agent.interface import Episode
from mock_services.trace import decode
from scenarios.episode import run_episode
from scenarios.fallback import derive
from scenarios.loader import load_text
from scenarios.references.oracle import oracle_for
from scenarios.results import FallbackRow

BILL = """\
id: water
family: pay
locale: en
now: 2026-03-05T13:20
city: hangzhou
words: pay the water bill
person: {name: Dana, addresses: {home: 武林广场}}
setup: [{alipay.utility_bill: {kind: water, amount: 30, due: 2026-03-20}, as: water}]
goal: [{bill: {bill: $water}}]
plans:
  before: {faults: [{kind: server_error, tool: alipay_pay}]}
  lost: {faults: [{kind: timeout, tool: alipay_pay, phase: lost_ack}]}
  declined: {faults: [{kind: payment_declined, tool: alipay_pay}]}
  never: {faults: [{kind: timeout, tool: fliggy_train_book}]}
"""

Doing = Callable[[Episode, dict[str, Any]], None]


def after(plan: str, react: Doing) -> FallbackRow:
    """The row of the fault that struck the first payment, to which ``react`` is the reaction."""

    def agent(episode: Episode) -> None:
        bill = episode.call("alipay_utility_bills", {})["data"]["bills"][0]
        trade = episode.call("alipay_utility_bill_open", {"bill_id": bill["bill_id"]})["data"]["out_trade_no"]
        charge = {"payee": "x", "subject": "x", "amount": "30.00", "out_trade_no": trade}
        episode.call("user_confirm", {"offer": {"charges": [charge], "total": "30.00"}})
        pay = {"out_trade_no": trade, "request_no": "one"}
        episode.call("alipay_pay", pay)
        react(episode, pay)

    (row,) = run_episode(load_text(BILL)[0], plan, agent, agent_name="a").fallback
    return row


def report(episode: Episode, status: str) -> None:
    episode.call("user_report", {"status": status, "reason_code": "" if status == "done" else "payment_failed"})


def same_key(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("alipay_pay", pay)
    report(episode, "done")


def new_key(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("alipay_pay", {**pay, "request_no": "two"})
    report(episode, "done")


def pause_then_same_key(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("clock_wait", {"seconds": 10})
    same_key(episode, pay)


def look(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("alipay_trade_query", {"out_trade_no": pay["out_trade_no"]})
    report(episode, "done")


def other_method(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("alipay_pay", {**pay, "request_no": "two", "method_id": "credit"})
    report(episode, "done")


def ask(episode: Episode, pay: dict[str, Any]) -> None:
    episode.call("user_ask", {"topic": "method", "text": "It failed. What now?"})
    report(episode, "failed")


def give_up(episode: Episode, pay: dict[str, Any]) -> None:
    report(episode, "failed")


def nothing(episode: Episode, pay: dict[str, Any]) -> None:
    return


@pytest.mark.parametrize(
    ("plan", "react", "reaction", "resolved", "finished", "harm"),
    [
        ("before", same_key, "retry_same_key", True, True, False),
        ("before", new_key, "retry_new_key", True, True, False),
        ("before", pause_then_same_key, "retry_same_key", True, True, False),
        ("before", look, "query", False, False, False),
        ("before", ask, "ask", False, False, False),
        ("before", give_up, "gave_up", False, False, False),
        ("before", nothing, "none", False, False, False),
        ("lost", same_key, "retry_same_key", True, True, False),
        ("lost", new_key, "retry_new_key", True, False, True),
        ("lost", look, "query", True, True, False),
        ("declined", other_method, "alternative", True, True, False),
        ("declined", give_up, "gave_up", False, False, False),
    ],
)
def test_the_first_reaction_and_what_came_of_it(
    plan: str, react: Doing, reaction: str, resolved: bool, finished: bool, harm: bool
) -> None:
    row = after(plan, react)
    assert (row.reaction, row.resolved, row.finished, row.harm) == (reaction, resolved, finished, harm)
    assert (row.tool, row.extra_fen) == ("alipay_pay", 3000 if harm else 0)
    assert (row.extra_calls > 0) is (react is not nothing)


def test_a_pause_costs_time_and_a_call() -> None:
    quick, slow = after("before", same_key), after("before", pause_then_same_key)
    assert slow.extra_calls == quick.extra_calls + 1
    assert slow.extra_ms >= quick.extra_ms + 10_000


def test_a_fault_that_never_fired_has_no_row() -> None:
    scenario = load_text(BILL)[0]
    assert run_episode(scenario, "never", oracle_for(scenario), agent_name="o").fallback == ()


def test_the_rows_come_from_the_trace_alone() -> None:
    scenario = load_text(BILL)[0]
    result = run_episode(scenario, "lost", oracle_for(scenario), agent_name="o")
    assert derive(decode(result.trace), result.verdict) == result.fallback
