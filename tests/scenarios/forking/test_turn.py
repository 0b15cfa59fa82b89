"""What is to be otherwise, as people type it: what is meant, and what could never come to anything is refused."""

from __future__ import annotations

import pytest

from mock_services.errors import UsageError
from mock_services.faults import Fault
from scenarios.forking.turn import Said, Turn, read_fault, read_said
from scenarios.mindfaults import MindFault
from tests.scenarios.forking.fork_samples import REGISTRY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("timeout@alipay_pay", Fault("timeout", tool="alipay_pay")),
        ("timeout@alipay_pay:lost_ack", Fault("timeout", tool="alipay_pay", phase="lost_ack")),
        ("outage@flash?seconds=600&retry_after=30",
         Fault("outage", service="flash", params={"seconds": 600, "retry_after": 30})),
        ("payment_declined@alipay?code=LIMIT", Fault("payment_declined", service="alipay", params={"code": "LIMIT"})),
        (" rate_limited@engine ", None),
        ("rate_limit@engine", MindFault("rate_limit")),
    ],
)  # fmt: skip
def test_a_fault_is_a_kind_at_a_place(text: str, meant: Fault | MindFault | None) -> None:
    if meant is None:
        with pytest.raises(UsageError, match="unknown kind of engine fault"):
            read_fault(text, REGISTRY)
    else:
        assert read_fault(text, REGISTRY) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("timeout", "is no fault"),
        ("timeout@", "is no fault"),
        ("timout@alipay_pay", "unknown fault kind 'timout' – one of timeout"),
        ("timeout@alipay_pya", "no tool and no service 'alipay_pya' – one of alipay_pay"),
        ("timeout@alipay_pay:after", "cannot strike in phase 'after'"),
        ("ghost_success@flash_dish_search", "strikes a write"),
        ("partial_response@alipay_pay", "strikes a read"),
        ("timeout@user_ask", "never breaks"),
        ("flight_cancelled@flash", "flash knows no flight_cancelled – fliggy does"),
        ("outage@flash?seconds=long", "is no number"),
        ("outage@flash?seconds", "sets nothing"),
        ("timeout@engine:before", "a kind alone"),
        ("[red]x@\x1b[2J", "is no fault"),
    ],
)
def test_a_fault_that_could_not_strike_is_refused_with_what_could(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_fault(text, REGISTRY)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("approved", Said("", "approved")),
        ("refused: 太贵了", Said("太贵了", "refused")),
        ("told：两杯", Said("两杯", "told")),
        ("两杯就好\n谢谢", Said("两杯就好 谢谢")),
        ("approvedly", Said("approvedly")),
    ],
)
def test_an_answer_is_a_kind_or_words(text: str, meant: Said) -> None:
    assert read_said(text) == meant


def test_nothing_is_no_answer() -> None:
    with pytest.raises(UsageError, match="says nothing"):
        read_said(" \n ")


def test_a_turn_tells_itself_as_it_is_typed() -> None:
    lost = Fault("timeout", tool="alipay_pay", phase="lost_ack")
    turn = Turn(3, (lost,), (MindFault("empty"),), True, "none", "rules", Said("太贵了", "refused"))
    assert turn.told == (
        "no faults, timeout@alipay_pay:lost_ack, empty@engine, fallback none, engine rules, answer refused: 太贵了"
    )
    assert Turn(3).told == "nothing"
