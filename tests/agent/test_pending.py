"""A bank that answers late: what is pending is waited for, and never paid a second time."""

from __future__ import annotations

import pytest

from agent.task import Collect, Task, Transfer
from tests.agent.scripted import GIFT, LATTES, play


def slow(tool: str, minutes: int, outcome: str = "success") -> str:
    return f"[{{kind: payment_pending, tool: {tool}, params: {{seconds: {minutes * 60}, outcome: {outcome}}}}}]"


@pytest.mark.parametrize("minutes", [3, 14, 45, 200])
def test_a_payment_is_made_once_however_long_the_bank_takes(monkeypatch, minutes):
    story = play(monkeypatch, LATTES, slow("alipay_pay", minutes))
    # An order whose time runs out meanwhile gets its money back, and is ordered again.
    assert [row["state"] for row in story.rows("kernel.payments").values()][:-1] == ["failed"] * (minutes > 15)
    assert len(story.paid()) == 1
    assert story.report["status"] == "done"


def test_money_for_a_person_is_reported_as_sent_only_when_it_is(monkeypatch):
    story = play(monkeypatch, GIFT, slow("alipay_transfer", 20))
    assert len(story.calls("alipay_transfer")) == 1
    assert [row["fen"] for row in story.paid()] == [20_000]
    assert story.report["status"] == "done"


def test_what_the_bank_refuses_late_is_paid_another_way_after_asking_again(monkeypatch):
    story = play(monkeypatch, GIFT, slow("alipay_transfer", 20, "failed"))
    first, second = story.calls("alipay_transfer")
    assert first["args"]["method_id"] != second["args"]["method_id"]
    assert len(story.calls("user_confirm")) == 2
    assert [row["fen"] for row in story.paid()] == [20_000]


def test_a_bank_that_never_answers_is_not_paid_again_and_the_person_is_told_so(monkeypatch):
    story = play(monkeypatch, LATTES, slow("alipay_pay", 20 * 60))
    assert len(story.calls("alipay_pay")) == 1
    assert story.calls("flash_order_cancel") == []
    assert story.report["status"] == "failed"
    assert story.report["reason_code"] == "payment_failed"
    assert "do not pay it again" in story.report["text"]


def test_other_things_are_paid_before_a_slow_bank_is_waited_for(monkeypatch):
    both = Task("en", (*LATTES.goals, Transfer(id="g2", payee="Rina", amount_fen=20_000)))
    story = play(monkeypatch, both, slow("alipay_pay", 13))
    paying = [e.data["tool"] for e in story.events if e.kind == "tool_called"]
    assert "clock_wait" not in paying[paying.index("alipay_pay") : paying.index("alipay_transfer")]
    assert len(story.paid()) == 2
    assert story.report["status"] == "done"


def test_others_are_not_asked_for_money_a_second_time_because_the_answer_was_lost(monkeypatch):
    share = Task("en", (Collect(id="g1", payers=("Rina",), each_fen=5_000),))
    story = play(monkeypatch, share, "[{kind: timeout, tool: alipay_collect_request, phase: lost_ack}]")
    assert len(story.calls("alipay_collect_request")) == 1
    assert len(story.rows("alipay.collects")) == 1
    assert story.report["status"] == "done"


def test_they_are_asked_again_if_nobody_can_have_been_asked(monkeypatch):
    share = Task("en", (Collect(id="g1", payers=("Rina",), each_fen=5_000),))
    story = play(monkeypatch, share, "[{kind: timeout, tool: alipay_collect_request, phase: before}]")
    assert len(story.rows("alipay.collects")) == 1
    assert story.report["status"] == "done"
