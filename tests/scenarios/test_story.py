"""An episode that lost an acknowledgement, told as a story: who said what, what broke, where the money went."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest

from agent.interface import Episode
from mock_services.trace import Event
from scenarios.episode import run_episode
from scenarios.loader import load_text
from scenarios.results import EpisodeResult
from scenarios.runs import phrases
from scenarios.runs.money_trail import follow
from scenarios.runs.story import ROLES, Line, Story, tell
from tests.scenarios.runs_samples import result, trace
from tui.cli.story_layout import SIGNS

LATTE = """
id: latte
family: order
locale: zh
now: 2026-03-05T09:40
city: hangzhou
words: 帮我点两杯热拿铁送公司
person:
  name: 林晓
  addresses: {company: {place: 武林广场}}
goal:
  - flash_order: {item: 拿铁, qty: 2, to: company}
plans:
  pay_lost:
    faults: [{kind: timeout, tool: alipay_pay, phase: lost_ack}]
"""


def buy_two_lattes(episode: Episode) -> None:
    """Order, ask, pay, pay again with the same number when no answer comes, wait for the courier, report."""

    def call(tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        return episode.call(tool, args)

    def data(tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        reply = call(tool, args)
        assert reply["ok"], reply
        return dict(reply["data"])

    home = data("user_addresses", {})["addresses"][0]["address_id"]
    episode.note("plan", {"steps": [{"goal": "g1", "kind": "buy", "needs": []}]})
    dish = data("flash_dish_search", {"query": "拿铁", "address_id": home})["dishes"][0]
    lines = [{"dish_id": dish["dish_id"], "quantity": 2}]
    order = data("flash_order_create", {"shop_id": dish["shop_id"], "address_id": home, "lines": lines})
    charge = {"payee": dish["shop_id"], "subject": "拿铁", "amount": order["amount"]}
    charge["out_trade_no"] = order["out_trade_no"]
    data("user_confirm", {"offer": {"charges": [charge], "total": order["amount"]}, "text": "两杯拿铁，可以吗？"})
    payment = {"out_trade_no": order["out_trade_no"], "request_no": "k1"}
    if not call("alipay_pay", payment)["ok"]:
        episode.note("fallback", {"tool": "alipay_pay", "code": "TIMEOUT", "rung": "query"})
        data("alipay_pay", payment)
    data("clock_wait", {"seconds": 3600, "wake_on_notice": False})
    data("user_report", {"status": "done", "text": "咖啡已送到。"})


@lru_cache(maxsize=2)
def latte(plan: str) -> EpisodeResult:
    return run_episode(load_text(LATTE)[0], plan, buy_two_lattes, agent_name="buyer")


@pytest.fixture
def story() -> Story:
    return tell(latte("pay_lost"))


def texts(story: Story, role: str) -> list[str]:
    return [line.text for line in story.lines if line.role == role]


def test_it_begins_with_the_words_and_ends_with_who_ended_it(story: Story) -> None:
    assert (story.lines[0].role, story.lines[0].text) == ("words", "帮我点两杯热拿铁送公司")
    assert story.lines[0].clock == "09:40:00"
    assert texts(story, "end") == ["the agent is done"]


def test_the_person_s_clock_runs_through_it(story: Story) -> None:
    clocks = [line.clock for line in story.lines if not line.under]
    assert clocks == sorted(clocks)
    assert clocks[-1] > "10:40"


def test_what_is_said_reads_as_a_dialogue(story: Story) -> None:
    said = [(line.role, line.text) for line in story.lines if line.role in ("asks", "person")]
    assert said[0] == ("asks", "“两杯拿铁，可以吗？”")
    assert said[1][1].startswith("offer: pay ")
    assert said[2][0] == "person"
    assert said[2][1].startswith("approved")
    assert said[-1] == ("asks", "“咖啡已送到。”")


def test_a_lost_acknowledgement_is_marked_with_its_phase_and_the_reaction(story: Story) -> None:
    at = next(i for i, line in enumerate(story.lines) if line.role == "fault")
    before, fault, after = (story.lines[i] for i in (at - 1, at, at + 1))
    assert (before.role, before.text.partition("(")[0]) == ("error", "alipay_pay")
    assert "TIMEOUT" in before.text
    assert fault.text == "timeout, lost_ack: it happened, but the answer is an error"
    assert after.role == "money"
    assert texts(story, "fallback") == ["alipay_pay TIMEOUT: tries query"]
    again = next(line for line in story.lines[at:] if line.role == "write" and line.text.startswith("alipay_pay"))
    assert "[the first answer again]" in again.text


def test_the_ledger_shows_one_payment_and_adds_up(story: Story) -> None:
    payments = [movement for movement in story.money.movements if movement.reason == "payment"]
    assert len(payments) == 1
    assert latte("pay_lost").spent_fen == -payments[0].fen
    moved: dict[str, int] = {}
    for movement in story.money.movements:
        moved[movement.account] = moved.get(movement.account, 0) + movement.fen
    for balance in story.money.balances:
        assert balance.after - balance.before == moved.get(balance.account, 0)
    assert story.money.balances[0].before == 300_000


def test_fallback_and_verdict_stand_at_its_end(story: Story) -> None:
    (row,) = story.fallback
    assert (row.fault, row.phase, row.tool) == ("timeout", "lost_ack", "alipay_pay")
    assert story.outcome == latte("pay_lost").verdict.outcome
    assert {finding.check for finding in story.findings} >= {"goal.flash_order"}


def test_what_happens_afterwards_is_told_apart(story: Story) -> None:
    end = next(line.seq for line in story.lines if line.role == "end")
    assert all(line.seq <= end for line in story.lines)
    assert all(line.seq > end for line in story.later)


def test_full_writes_out_what_the_short_story_leaves_away() -> None:
    short, full = (" ".join(line.text for line in tell(latte("clean"), full=f).lines) for f in (False, True))
    assert '"request_no":"k1"' in full
    assert "request_no" not in short
    assert "ledger.postings" in full


def test_hostile_text_is_harmless_everywhere() -> None:
    hostile = "\x1b[2J\u202egnp.exe\u202c\x9b31m [red]bold[/red]\r\n\ud800"
    called = {
        "tool": "flash_menu",
        "access": "read",
        "args": {"shop_id": hostile},
        "object": hostile,
        "attempt": 1,
        "ok": True,
        "data": {"name": hostile, "dishes": [{"name": hostile}], hostile: [hostile]},
        "error": None,
        "fault": {"kind": hostile, "phase": hostile, "params": {}},
        "replayed": False,
        "started_at": 0,
        "changes": [],
    }
    moved = {
        "service": hostile,
        "event": hostile,
        "about": {"x": hostile},
        "changes": [{"table": "kernel.notices", "key": 1, "before": None, "after": {"text": hostile}}],
    }
    printable = {key: _writable(value) for key, value in (("called", called), ("moved", moved))}
    raw = trace(
        "安静" + hostile.replace("\ud800", ""),
        Event(1, 1_772_674_801_000, "tool_called", printable["called"]),
        Event(2, 1_772_674_802_000, "world_moved", printable["moved"]),
        Event(3, 1_772_674_803_000, "note", {"kind": "task", "data": {"goals": [{"id": "g1", "kind": "\x07buy"}]}}),
    )
    told = tell(result(raw=raw), full=True)
    for line in (*told.lines, *told.later):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or c in "\u202e\u202c" for c in line.text), line
    assert any("[red]bold[/red]" in line.text for line in told.lines)


def _writable(value: Any) -> Any:
    """A lone surrogate cannot get into a trace: its encoder refuses it."""
    if isinstance(value, str):
        return value.replace("\ud800", "")
    if isinstance(value, dict):
        return {_writable(name): _writable(item) for name, item in value.items()}
    return [_writable(item) for item in value] if isinstance(value, list) else value


def test_every_role_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(ROLES)
    assert len({sign for sign, _ in SIGNS.values()}) == len(SIGNS)


def test_an_episode_that_broke_before_it_began_still_has_a_story() -> None:
    broken = tell(result(raw=b"", outcome="error"))
    assert broken.lines == ()
    assert broken.money.movements == ()


def test_money_of_other_people_is_not_the_person_s() -> None:
    opened = {"id": "wallet:U9", "owner": "U9", "kind": "wallet", "title": "x", "fen": 5, "floor": 0}
    change = {"table": "ledger.accounts", "key": "wallet:U9", "before": None, "after": opened}
    begun = Event(0, 0, "episode_started", {"person": "U1"})
    trail = follow([begun, Event(1, 0, "world_moved", {"changes": [change]})])
    assert trail.balances == ()


def test_a_line_belongs_to_its_trace_event(story: Story) -> None:
    def seqs(lines: tuple[Line, ...]) -> list[int]:
        return [line.seq for line in lines]

    assert seqs(story.lines) == sorted(seqs(story.lines))
    assert not story.lines[0].under


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"name": "瑞芸", "state": "open"}, "name 瑞芸; state open"),
        ({"dishes": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}]}, "4 dishes (a, b, c, …)"),
        ({"orders": []}, "0 orders"),
        ({"odd": 1}, "odd=1"),
        (None, "None"),
        ({}, ""),
    ],
)
def test_answers_in_short(data: Any, expected: str) -> None:
    assert phrases.answer(data) == expected
