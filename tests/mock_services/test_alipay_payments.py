"""Paying: methods, splits, limits, lost answers, banks that take their time, and money that comes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import DAY, HOUR, MINUTE, SECOND
from mock_services.errors import UsageError
from mock_services.faults import Fault
from mock_services.payables import PAYMENTS
from tests.mock_services.alipay_world import balances, city_world, ok, order, refused
from tests.mock_services.kernel_stall import ORDERS


def test_methods_show_what_can_be_paid_from_each() -> None:
    world = city_world()
    shown = ok(world, "alipay_methods")
    assert shown["default_method_id"] == "wallet"
    assert [(m["method_id"], m["available"], m["single_limit"]) for m in shown["methods"]] == [
        ("wallet", "500.00", None),
        ("card:6222", "300.00", "200.00"),
        ("credit", "900.00", None),
    ]
    world.arrange("alipay", "default_method", {"method_id": "credit"})
    assert ok(world, "alipay_methods")["methods"][0]["method_id"] == "credit"


def test_an_order_is_paid_from_the_default_method_and_the_shop_hears_of_it() -> None:
    world = city_world()
    trade = order(world, "45.60")
    assert ok(world, "alipay_trade_query", out_trade_no=trade)["trade_status"] == "WAIT_BUYER_PAY"
    paid = ok(world, "alipay_pay", out_trade_no=trade, request_no="r1", expect_amount="45.60")
    assert (paid["status"], paid["method_ids"]) == ("success", ["wallet"])
    assert balances(world)["wallet"] == 50_000 - 4560
    world.advance(world.now + 2 * MINUTE)
    shown = ok(world, "alipay_trade_query", out_trade_no=trade)
    assert (shown["trade_status"], shown["paid"], shown["refunded"]) == ("TRADE_SUCCESS", "45.60", "0.00")
    assert [row.state for row in world.state.scan(ORDERS)] == ["paid"]
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r2") == "TRADE_HAS_SUCCESS"


def test_after_a_lost_answer_the_request_number_tells_what_happened() -> None:
    world = city_world(Fault("timeout", tool="alipay_pay", phase="lost_ack"))
    trade = order(world)
    assert not world.call("alipay_pay", {"out_trade_no": trade, "request_no": "r1"}).ok
    assert ok(world, "alipay_payment_query", request_no="r1")["state"] == "success"
    again = ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    assert again["request_no"] == "r1"
    assert balances(world)["wallet"] == 50_000 - 1250


def test_after_a_lost_answer_a_fresh_number_pays_twice() -> None:
    world = city_world(Fault("timeout", tool="alipay_pay", phase="lost_ack"))
    trade = order(world)
    world.call("alipay_pay", {"out_trade_no": trade, "request_no": "r1"})
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r2")
    assert balances(world)["wallet"] == 50_000 - 2500
    assert len(ok(world, "alipay_trade_query", out_trade_no=trade)["payments"]) == 2


def test_a_payment_that_was_never_made_is_not_found() -> None:
    world = city_world(Fault("ghost_success", tool="alipay_pay"))
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    assert refused(world, "alipay_payment_query", request_no="r1") == "PAYMENT_NOT_EXIST"
    assert balances(world)["wallet"] == 50_000


def test_one_number_is_one_payment_across_tools() -> None:
    world = city_world()
    world.arrange("alipay", "payee", {"account": "wang", "name": "王五"})
    ok(world, "alipay_transfer", payee_account="wang", amount=5, request_no="r1")
    assert refused(world, "alipay_pay", out_trade_no=order(world), request_no="r1") == "IDEMPOTENCY_CONFLICT"


@pytest.mark.parametrize(
    ("yuan", "method", "code"),
    [
        ("501", "wallet", "BALANCE_NOT_ENOUGH"),
        ("200.01", "card:6222", "PAYMENT_LIMIT"),
        ("901", "credit", "BALANCE_NOT_ENOUGH"),
        ("20", "card:9999", "METHOD_NOT_AVAILABLE"),
        ("20", "wallet:U2", "METHOD_NOT_AVAILABLE"),
    ],
)
def test_a_method_that_cannot_pay_says_why(yuan: str, method: str, code: str) -> None:
    world = city_world()
    trade = order(world, yuan)
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r1", method_id=method) == code
    assert ok(world, "alipay_trade_query", out_trade_no=trade)["payments"] == []


def test_an_amount_is_split_only_when_asked_and_comes_back_in_the_same_parts() -> None:
    world = city_world()
    trade = order(world, "650")
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r1") == "BALANCE_NOT_ENOUGH"
    paid = ok(world, "alipay_pay", out_trade_no=trade, request_no="r2", rest_method_id="card:6222")
    assert paid["method_ids"] == ["wallet", "card:6222"]
    assert balances(world) == {"wallet": 0, "card": 15_000, "credit": -10_000}
    (payment,) = world.state.find(PAYMENTS, "out_trade_no", trade)
    world.ctx.payables.refund(payment, 65_000, "cancelled")
    world.advance(world.now + HOUR)
    assert balances(world) == {"wallet": 50_000, "card": 30_000, "credit": -10_000}
    receipt = ok(world, "alipay_receipt", payment_id=payment.id)
    assert receipt["sources"] == receipt["refunds"][0]["sources"]
    assert receipt["refunds"][0]["arrived_at_source"]
    assert ok(world, "alipay_trade_query", out_trade_no=trade)["trade_status"] == "TRADE_CLOSED"


def test_a_split_meets_the_limits_of_the_second_method_too() -> None:
    world = city_world()
    trade = order(world, "701")
    pay = {"out_trade_no": trade, "request_no": "r1"}
    assert refused(world, "alipay_pay", **pay, rest_method_id="card:6222") == "PAYMENT_LIMIT"
    assert refused(world, "alipay_pay", **pay, rest_method_id="wallet") == "INVALID_ARGUMENT"


def test_a_price_that_changed_needs_the_person() -> None:
    world = city_world()
    trade = order(world, "45")
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r1", expect_amount="40") == "AMOUNT_CHANGED"


def test_a_declined_method_leaves_the_others() -> None:
    world = city_world(Fault("payment_declined", tool="alipay_pay"))
    trade = order(world)
    assert world.call("alipay_pay", {"out_trade_no": trade, "request_no": "r1"}).error["code"] == "RISK_CONTROL"  # type: ignore[index]  # it is refused
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r1") == "RISK_CONTROL"
    assert ok(world, "alipay_methods")["methods"][0]["blocked"]
    paid = ok(world, "alipay_pay", out_trade_no=trade, request_no="r2", method_id="card:6222")
    assert paid["method_ids"] == ["card:6222"]


def test_a_method_can_be_refused_for_a_while() -> None:
    world = city_world()
    until = world.ctx.iso(world.now + HOUR)
    world.arrange("alipay", "decline", {"method_id": "wallet", "code": "PAYMENT_LIMIT", "until": until})
    assert refused(world, "alipay_pay", out_trade_no=order(world), request_no="r1") == "PAYMENT_LIMIT"
    world.advance(world.now + HOUR)
    ok(world, "alipay_pay", out_trade_no=order(world), request_no="r1")


@pytest.mark.parametrize(("outcome", "state", "left"), [("success", "success", 48_750), ("failed", "failed", 50_000)])
def test_a_pending_payment_ends_with_a_notice(outcome: str, state: str, left: int) -> None:
    world = city_world(Fault("payment_pending", tool="alipay_pay", params={"seconds": 120, "outcome": outcome}))
    trade = order(world)
    assert ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")["status"] == "pending"
    assert ok(world, "alipay_payment_query", request_no="r1")["state"] == "pending"
    assert balances(world)["wallet"] == 48_750
    woken = ok(world, "clock_wait", seconds=600)
    assert [notice["event"] for notice in woken["notices"]] == [f"payment_{state}"]
    assert ok(world, "alipay_payment_query", request_no="r1")["state"] == state
    assert balances(world)["wallet"] == left
    assert ok(world, "alipay_pay", out_trade_no=order(world), request_no="r2")["status"] == "success"


def test_a_shop_can_hear_of_a_payment_twice_but_never_of_one_that_was_not_made() -> None:
    fault = Fault("duplicate_notification", tool="alipay_pay", attempts=(1,), limit=2)
    world = city_world(fault)
    paid, unpaid = order(world), order(world, "600")
    ok(world, "alipay_pay", out_trade_no=paid, request_no="r1")
    world.call("alipay_pay", {"out_trade_no": unpaid, "request_no": "r2"})
    world.advance(world.now + 10 * MINUTE)
    heard = {row.out_trade_no: row.heard for row in world.state.scan(ORDERS)}
    assert heard == {paid: 2, unpaid: 0}


def test_another_persons_trades_and_payments_do_not_exist() -> None:
    world = city_world()
    trade = order(world)
    payment = ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")["payment_id"]
    world.person_id = world.ctx.person_id = "U2"
    assert refused(world, "alipay_trade_query", out_trade_no=trade) == "TRADE_NOT_EXIST"
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r1") == "TRADE_NOT_EXIST"
    assert refused(world, "alipay_payment_query", request_no="r1") == "PAYMENT_NOT_EXIST"
    assert refused(world, "alipay_receipt", payment_id=payment) == "PAYMENT_NOT_EXIST"
    assert refused(world, "alipay_refund_request", payment_id=payment, reason="other") == "PAYMENT_NOT_EXIST"
    assert ok(world, "alipay_bill_list")["total"] == 0


# --- the statement --------------------------------------------------------------------------------------------


def past(**more: Any) -> dict[str, Any]:
    return {"payee": "M1", "payee_name": "大众出租 Taxi", "amount": "45.60", "at": "2026-03-04T19:00:00"} | more


def test_the_statement_shows_a_duplicate_charge_of_yesterday() -> None:
    world = city_world()
    trade = world.arrange("alipay", "past_payment", past(category="ride", duplicate=True, method_id="card:6222"))
    assert balances(world)["card"] == 30_000
    shown = ok(world, "alipay_bill_list", since="2026-03-04T00:00:00", query="taxi")
    assert [(e["amount"], e["at"], e["out_trade_no"]) for e in shown["entries"]] == [
        ("45.60", "2026-03-04T19:00:40+08:00", trade),
        ("45.60", "2026-03-04T19:00:00+08:00", trade),
    ]
    assert shown["money_out"] == "91.20"
    assert len({entry["payment_id"] for entry in shown["entries"]}) == 2
    assert ok(world, "alipay_bill_list", until="2026-03-04T18:00:00")["total"] == 0
    assert ok(world, "alipay_bill_list", query="hotel")["total"] == 0


def test_a_payment_of_the_future_cannot_be_arranged() -> None:
    with pytest.raises(UsageError, match="future"):
        city_world().arrange("alipay", "past_payment", past(at="2026-03-06T00:00:00"))


def test_of_a_duplicate_one_payment_is_given_back_and_no_more() -> None:
    world = city_world()
    trade = world.arrange("alipay", "past_payment", past(duplicate=True))
    first, second = ok(world, "alipay_trade_query", out_trade_no=trade)["payments"]
    asked = ok(world, "alipay_refund_request", payment_id=second["payment_id"], reason="duplicate")
    assert (asked["state"], asked["amount"]) == ("pending", "45.60")
    again = refused(world, "alipay_refund_request", payment_id=second["payment_id"], reason="duplicate")
    assert again == "REFUND_REQUESTED"
    ok(world, "alipay_refund_request", payment_id=first["payment_id"], reason="duplicate")
    world.advance(world.now + HOUR)
    shown = ok(world, "alipay_trade_query", out_trade_no=trade)
    assert sorted(p["refund_request"] for p in shown["payments"]) == ["granted", "refused"]
    assert (shown["paid"], shown["refunded"]) == ("91.20", "45.60")
    assert balances(world)["wallet"] == 54_560
    entries = ok(world, "alipay_bill_list")["entries"]
    assert [(e["kind"], e["direction"]) for e in entries] == [("refund", "in"), ("payment", "out"), ("payment", "out")]


def test_one_order_charged_by_two_equal_trades_is_a_duplicate_too() -> None:
    world = city_world()
    world.arrange("alipay", "past_payment", past(order_id="RIDE1"))
    world.arrange("alipay", "past_payment", past(order_id="RIDE1", at="2026-03-04T19:30:00"))
    newest = ok(world, "alipay_bill_list")["entries"][0]
    ok(world, "alipay_refund_request", payment_id=newest["payment_id"], reason="duplicate")
    world.advance(world.now + HOUR)
    assert balances(world)["wallet"] == 54_560


def test_what_was_paid_once_is_not_given_back_for_the_asking() -> None:
    world = city_world()
    world.arrange("alipay", "past_payment", past(order_id="RIDE1"))
    world.arrange("alipay", "past_payment", past(order_id="RIDE2"))
    for entry in ok(world, "alipay_bill_list")["entries"]:
        ok(world, "alipay_refund_request", payment_id=entry["payment_id"], reason="duplicate")
    world.advance(world.now + HOUR)
    assert balances(world)["wallet"] == 50_000
    assert {n["event"] for n in ok(world, "user_notices")["notices"]} == {"refund_refused"}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "transfer", "past", "refund", "wait", "collect", "fail"]),
        st.sampled_from(["wallet", "card:6222", "credit"]),
        st.integers(1300, 30_000),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_the_statement_says_what_the_ledger_says(steps: list[tuple[str, str, int]]) -> None:
    world = city_world()
    contact = world.arrange("user", "contact", {"name": "Rina", "phone": "13900000001"})
    start = balances(world)
    for turn, (step, method, fen) in enumerate(steps):
        yuan = f"{fen // 100}.{fen % 100:02d}"
        if step in ("pay", "fail"):
            trade = order(world, yuan)
            world.call("alipay_pay", {"out_trade_no": trade, "request_no": f"{turn}", "method_id": method})
            if step == "fail":
                world.call("alipay_pay", {"out_trade_no": trade, "request_no": f"{turn}b", "method_id": "wallet"})
        elif step == "transfer":
            args = {"contact_id": contact, "amount": yuan, "request_no": f"{turn}", "method_id": method}
            world.call("alipay_transfer", args)
        elif step == "past":
            world.arrange("alipay", "past_payment", past(amount=yuan, method_id=method, duplicate=fen % 2 == 0))
        elif step == "refund":
            for entry in ok(world, "alipay_bill_list")["entries"][:2]:
                args = {"payment_id": entry["payment_id"], "reason": "duplicate"}
                world.call("alipay_refund_request", args)
        elif step == "collect":
            ok(world, "alipay_collect_request", contact_ids=[contact], amount_each=yuan)
        else:
            world.advance(world.now + fen * SECOND)
    world.advance(world.now + DAY)
    shown = ok(world, "alipay_bill_list", limit=50)
    now = balances(world)
    moved = sum(now[kind] - start[kind] for kind in start)
    # History was paid with money that the accounts had then: it does not count against today's balance.
    history = sum(payment.fen for payment in world.state.scan(PAYMENTS) if payment.request_no.startswith("past-"))
    fen_in, fen_out = (int(shown[name].replace(".", "")) for name in ("money_in", "money_out"))
    assert fen_in - (fen_out - history) == moved
    assert shown["total"] == len(shown["entries"])
    for entry in shown["entries"]:
        if entry["kind"] in ("payment", "transfer"):
            receipt = ok(world, "alipay_receipt", payment_id=entry["payment_id"])
            assert (receipt["amount"], receipt["out_trade_no"]) == (entry["amount"], entry["out_trade_no"])
            assert [s["method_id"] for s in receipt["sources"]] == entry["method_ids"]
            assert receipt["at"] == entry["at"]
