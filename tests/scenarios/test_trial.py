"""Tools tried by hand in a scratch world."""

from __future__ import annotations

import pytest

from mock_services.errors import InternalError
from mock_services.faults import Fault, PlannedFaults, check
from mock_services.ledger import ACCOUNTS
from mock_services.pipeline import KEYS
from mock_services.registry import default_registry
from scenarios.runs.scratch import Scratch
from scenarios.runs.trial import Trial, strikes
from tui.playback import Playback

SMALL = Scratch(size="small")


def order(trial: Trial) -> str:
    """A coffee, ordered; its trade number."""
    home = trial.call("user_addresses", {})[-1].data["data"]["addresses"][0]["address_id"]
    dish = trial.call("flash_dish_search", {"query": "拿铁", "address_id": home})[-1].data["data"]["dishes"][0]
    lines = [{"dish_id": dish["dish_id"]}]
    args = {"shop_id": dish["shop_id"], "address_id": home, "lines": lines}
    return str(trial.call("flash_order_create", args)[-1].data["data"]["out_trade_no"])


def test_a_lost_acknowledgement_is_paid_all_the_same() -> None:
    trial = Trial(SMALL)
    trade = order(trial)
    pay = {"out_trade_no": trade, "request_no": "1"}
    happened = trial.call("alipay_pay", pay, Fault("timeout", tool="alipay_pay", phase="lost_ack"))
    assert happened[-1].data["error"]["code"] == "TIMEOUT"
    assert happened[-1].data["fault"] == {"kind": "timeout", "phase": "lost_ack", "params": {}}
    assert {change["table"] for change in happened[-1].data["changes"]} >= {"ledger.postings", "kernel.payments"}
    # The fault was for one call alone, and the key answers the second one.
    again = trial.call("alipay_pay", pay)[-1].data
    assert (again["ok"], again["replayed"], again["fault"]) == (True, True, None)


def test_a_fault_that_cannot_strike_is_not_kept_for_another_call() -> None:
    trial = Trial(SMALL)
    home = trial.call("user_addresses", {}, Fault("timeout", tool="alipay_pay"))[-1].data
    assert home["ok"]
    paid = trial.call("alipay_pay", {"out_trade_no": "P1", "request_no": "1"})[-1].data
    assert paid["error"]["code"] == "TRADE_NOT_EXIST"


def test_time_passes_until_the_next_thing_happens_and_not_further() -> None:
    trial = Trial(SMALL)
    assert trial.wait() == []
    trade = order(trial)
    trial.call("alipay_pay", {"out_trade_no": trade, "request_no": "1"})
    (settled,) = trial.wait()
    assert settled.data["event"] == "payment_settled"
    before = trial.now()
    trial.wait(60)
    assert (trial.now() - before).total_seconds() == 60


def test_a_fresh_world_knows_nothing_of_the_last_one() -> None:
    trial = Trial(SMALL)
    first = trial.record().digest
    order(trial)
    assert trial.record().digest != first
    trial.reset()
    assert trial.record().digest == first
    assert trial.rows(KEYS) == []
    assert sorted(row.fen for row in trial.rows(ACCOUNTS) if row.owner == "U1") == [300_000, 2_000_000]


def test_what_was_done_can_be_stepped_through() -> None:
    trial = Trial(SMALL)
    trial.call("alipay_pay", {"out_trade_no": order(trial), "request_no": "1"})
    playback = Playback(trial.record())
    assert [step.event.kind for step in playback.steps][:2] == ["episode_started", "set_up"]
    moved = [holding for holding in playback.money(len(playback) - 1) if holding.before != holding.after]
    assert sum(holding.after - holding.before for holding in moved if holding.own) < 0


def test_a_service_that_breaks_a_promise_leaves_the_world_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(SMALL)
    before, now = trial.record().digest, trial.now()
    tool = default_registry().tool("alipay_pay")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(tool, "method", broken)
    with pytest.raises(InternalError, match="oops"):
        trial.call("alipay_pay", {"out_trade_no": "P1", "request_no": "1"})
    assert (trial.record().digest, trial.now()) == (before, now)


def test_every_fault_that_is_offered_can_be_planned() -> None:
    registry = default_registry()
    offered = {name: strikes(tool, registry) for name, tool in registry.tools.items()}
    assert offered["user_confirm"] == []  # no service stands between an agent and its person
    assert ("timeout", "lost_ack") in offered["alipay_pay"]
    assert ("stale_read", "response") not in offered["alipay_pay"]
    assert ("sold_out", "world") in offered["flash_order_create"]
    for name, found in offered.items():
        for kind, phase in found:
            fault = Fault(kind, tool=name, phase=phase)
            check(fault, name)
            tool = registry.tool(name)
            assert PlannedFaults((fault,)).strike(name, tool.service, tool.access, "", 1, 0) is fault
