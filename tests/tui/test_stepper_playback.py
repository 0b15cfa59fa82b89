"""A recorded episode answers what was true at each step: money, graph, talk, and where the next fault is."""

from __future__ import annotations

import pytest

from mock_services.trace import Event, decode, encode
from scenarios.runs.money_trail import follow
from tests.tui.app_samples import START, account, call, change, episode, purchase, real_results, trace
from tui import playback as steps
from tui.playback import Playback
from tui.widgets import details, details_money
from tui.widgets.step_panes import PANES


def play(raw: bytes | None = None) -> Playback:
    return Playback(episode(0, "zh-books", "lost-ack", "completed", raw=raw))


def at_tool(played: Playback, tool: str, nth: int = 0) -> int:
    return [i for i, event in enumerate(played.events) if event.data.get("tool") == tool][nth]


def own(played: Playback, at: int) -> dict[str, int]:
    return {holding.account: holding.after for holding in played.money(at) if holding.own}


def test_money_is_what_it_was_at_each_step_forward_and_back() -> None:
    played = play()
    pay = at_tool(played, "alipay_pay")
    assert own(played, len(played) - 1)["wallet:U1"] == 292_040
    assert own(played, pay - 1)["wallet:U1"] == 300_000
    moved = {holding.account: holding.after - holding.before for holding in played.money(pay)}
    assert moved["wallet:U1"] == -7_960
    assert moved["escrow:P2026030500001"] == 7_960
    assert "wallet:U2" not in moved  # somebody else's
    assert all(holding.before == holding.after for holding in played.money(pay + 1))


def test_escrow_of_others_and_empty_escrow_are_not_shown() -> None:
    theirs = {"out_trade_no": "P9", "payer": "U2", "payee": "S1", "payee_name": "x", "subject": "y"}
    raw = trace(
        (1, call("a", {}, {}, changes=[
            change("kernel.payables", "P9", None, theirs),
            account("escrow:P9", "escrow:P9", 500, owner="P9"),
            change("kernel.payables", "P1", None, theirs | {"out_trade_no": "P1", "payer": "U1"}),
            account("escrow:P1", "escrow:P1", 900, owner="P1"),
        ])),
        (2, call("b", {}, {}, changes=[change("ledger.accounts", "escrow:P1", {"fen": 900}, {"fen": 0})])),
        (3, call("c", {}, {})),
    )  # fmt: skip
    played = play(raw)
    held = [[h.account for h in played.money(at) if not h.own] for at in (2, 3, 4)]
    assert held == [["escrow:P1"], ["escrow:P1"], []]  # while it is released it is still seen


def test_the_lit_node_is_the_last_that_was_entered() -> None:
    played = play()
    assert played.node(0) == ""
    assert played.node(at_tool(played, "taobao_search")) == "act"
    assert played.node(at_tool(played, "user_confirm")) == "consent"
    assert played.node(at_tool(played, "alipay_trade_query")) == "recover"
    assert "[" not in details.bar(played, 0).plain  # nothing is lit before the first is entered
    silent = play(trace((1, call("a", {}, {}))))
    assert "no graph" in details.bar(silent, 2).plain
    assert "[recover]" in details.bar(played, at_tool(played, "alipay_trade_query")).plain


def test_seeking_goes_to_calls_faults_consents_and_writes_and_stops_at_the_ends() -> None:
    played = play()
    fault = played.seek(0, 1, steps.is_fault)
    assert fault == at_tool(played, "alipay_pay")
    assert played.seek(fault, 1, steps.is_fault) is None
    assert played.seek(len(played), -1, steps.is_fault) == fault
    assert played.seek(0, 1, steps.is_consent) == at_tool(played, "user_confirm")
    assert played.seek(0, 1, steps.is_write) == at_tool(played, "taobao_order_create")
    assert played.seek(0, 1, steps.is_call) == at_tool(played, "taobao_search")


def test_the_conversation_grows_with_the_steps() -> None:
    played = play()
    assert [line.text for line in played.conversation(0)] == ["帮我买两本《三体》，寄到公司，100以内"]
    told = [line.text for line in played.conversation(at_tool(played, "user_confirm"))]
    assert told[-1] == "approved: “好的，可以。”"
    assert "“两本《三体》已下单，付了 79.60 元。”" in [line.text for line in played.conversation(len(played) - 1)]


def test_search_finds_words_in_what_is_told_and_in_the_data() -> None:
    played = play()
    assert played.matches("timeout LOST_ACK") == [at_tool(played, "alipay_pay")]
    assert at_tool(played, "taobao_search") in played.matches("刘慈欣")
    assert played.matches("  ") == []
    assert played.matches("nowhere-to-be-found") == []


def test_the_world_is_told_with_money_in_yuan_and_moments_on_the_person_s_clock() -> None:
    played = play()
    told = details.world(played, at_tool(played, "alipay_pay")).plain
    assert "~ ledger.accounts wallet:U1\n    fen: 3000.00 → 2920.40" in told
    assert told.index("kernel.payables") < told.index("kernel.counters")  # bookkeeping comes last
    assert "created_at: 03-05 09:40:04" in details.world(played, at_tool(played, "taobao_order_create")).plain


def test_a_later_day_is_marked_in_the_clock() -> None:
    played = play(trace((0, call("a", {}, {})), (86_400, call("b", {}, {}))))
    assert [step.clock for step in played.steps] == ["09:40:00", "09:40:00", "09:40:00", "+1 09:40", "+1 09:40"]


def test_long_and_deep_data_is_cut_and_the_cut_is_told() -> None:
    deep: object = "bottom"
    for _ in range(300):
        deep = {"a": [deep]}
    raw = trace((1, call("deep", {"x": deep}, {"text": "长" * 100_000, "rows": [{"n": n} for n in range(5_000)]})))
    told = details.event(play(raw), 2).plain
    assert "characters more" in told
    assert "cut here" in told
    assert "…" in told
    assert "bottom" not in told
    assert len(told) < 20_000


def test_money_agrees_with_the_ledger_in_a_real_episode() -> None:
    played = Playback(real_results()[1])
    trail = follow(played.events)
    assert trail.movements
    for balance in trail.balances:
        assert own(played, 1)[balance.account] == balance.before
        assert own(played, len(played) - 1)[balance.account] == balance.after
    for at in range(2, len(played)):
        for holding in played.money(at):
            if holding.own:
                moved = [m.fen for m in trail.movements if (m.seq, m.account) == (at, holding.account)]
                assert holding.after - holding.before == sum(moved)
        for told in (details.event, details.world, details_money.money, details.talk, details.bar):
            assert told(played, at).plain


@pytest.mark.parametrize(
    "kind", ["node", "task", "plan", "step", "fallback", "correction", "escalated", "guard", "thoughts"]
)
@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        7,
        "text",
        [1],
        {"steps": ["a"], "goals": "b", "questions": [2], "node": [3], "rung": {}},
        {"steps": [{"needs": 4, "kind": ["x"]}], "goals": [{"id": {}}]},
        {"goals": [{"items": [{"parts": 3, "never": 4}, {"parts": [{"quantity": "x", "options": [5]}]}]}]},
        {"goal": [], "stage": {}, "status": 5, "why": [1], "aspects": 7, "to": {}, "engine": [2]},
        {"goal": "g1", "stage": ["look"], "kinds": {"a": [1]}},
    ],
)
def test_an_agent_may_note_anything(kind: str, data: object) -> None:
    played = play(trace((1, ("note", {"kind": kind, "data": data}))))
    panes = (*(about.told for about in PANES), details.bar)
    for told in panes:
        assert told(played, 2).plain
    assert len(played) == 4


def test_numbers_of_steps_hold_where_the_trace_counts_otherwise() -> None:
    gapped = encode([Event(event.seq * 2, event.at, event.kind, event.data) for event in decode(purchase())])
    played = play(gapped)
    assert played.index_of(24) == 12
    assert played.index_of(25) is None
    assert played.steps[12].text.startswith("alipay_pay")
    assert played.moment(0).isoformat() == "2026-03-05T09:40:00+08:00"
    assert played.events[0].at == START
