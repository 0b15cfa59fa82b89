"""Transfers, requests for money, and household bills."""

from __future__ import annotations

import pytest

from mock_services.alipay.transfers import masked
from mock_services.clock import DAY, HOUR, MINUTE
from mock_services.faults import Fault
from tests.mock_services.alipay_world import balances, city_world, ok, refused


def test_before_a_transfer_one_can_see_who_is_behind_an_account() -> None:
    world = city_world()
    world.arrange("alipay", "payee", {"phone": "13800002201", "name": "王小二", "risk": "reported"})
    rina = world.arrange("user", "contact", {"name": "Rina Kartika", "phone": "139 0000 0001", "account": "rina88"})
    stranger = ok(world, "alipay_payee_check", account="+86 138-0000-2201")
    assert (stranger["masked_name"], stranger["in_contacts"], stranger["risk"]) == ("**二", False, "reported")
    assert "fraud" in stranger["risk_text"]
    for account in ("rina88", "13900000001"):
        known = ok(world, "alipay_payee_check", account=account)
        assert (known["payee_account"], known["contact_id"], known["risk"]) == ("rina88", rina, "none")
    assert refused(world, "alipay_payee_check", account="13800000000") == "PAYEE_NOT_EXIST"
    assert refused(world, "alipay_payee_check", account="王小二") == "PAYEE_NOT_EXIST"


@pytest.mark.parametrize(
    ("name", "shown"), [("李伟", "*伟"), ("欧阳娜娜", "***娜"), ("Rina Kartika", "R*** K******"), ("", "")]
)
def test_a_real_name_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_a_transfer_is_made_once_and_for_good() -> None:
    world = city_world(Fault("connection_reset", tool="alipay_transfer", phase="lost_ack"))
    rina = world.arrange("user", "contact", {"name": "Rina Kartika", "account": "rina88"})
    args = {"contact_id": rina, "amount": "200", "request_no": "t1", "memo": "patungan"}
    assert not world.call("alipay_transfer", args).ok
    made = ok(world, "alipay_transfer", **args)
    assert (made["payee_account"], made["status"]) == ("rina88", "success")
    assert balances(world)["wallet"] == 30_000
    trade = ok(world, "alipay_trade_query", out_trade_no=made["out_trade_no"])
    assert trade["trade_status"] == "TRADE_FINISHED"
    assert ok(world, "alipay_payee_check", account="rina88")["transfers_before"] == 1
    entry = ok(world, "alipay_bill_list")["entries"][0]
    assert (entry["kind"], entry["counterparty"], entry["subject"]) == ("transfer", "Rina Kartika", "patungan")


def test_what_cannot_be_transferred_is_refused() -> None:
    world = city_world()
    world.arrange("alipay", "payee", {"account": "wang", "name": "王五"})
    world.arrange("alipay", "payee", {"account": "crook", "name": "某人", "risk": "blocked"})
    lonely = world.arrange("user", "contact", {"name": "No Account"})
    args = {"amount": 5, "request_no": "t1"}
    assert refused(world, "alipay_transfer", **args) == "INVALID_ARGUMENT"
    assert refused(world, "alipay_transfer", **args, payee_account="wang", contact_id=lonely) == "INVALID_ARGUMENT"
    assert refused(world, "alipay_transfer", **args, payee_account="nobody") == "PAYEE_NOT_EXIST"
    assert refused(world, "alipay_transfer", **args, contact_id=lonely) == "PAYEE_NOT_EXIST"
    assert refused(world, "alipay_transfer", **args, contact_id="CT9") == "CONTACT_NOT_EXIST"
    assert refused(world, "alipay_transfer", **args, payee_account="crook") == "PAYEE_BLOCKED"
    credit = refused(world, "alipay_transfer", **args, payee_account="wang", method_id="credit")
    assert credit == "METHOD_NOT_AVAILABLE"
    rich = args | {"amount": 501}
    assert refused(world, "alipay_transfer", **rich, payee_account="wang") == "BALANCE_NOT_ENOUGH"
    assert balances(world)["wallet"] == 50_000


@pytest.mark.parametrize(
    ("outcome", "received", "status"), [("success", 5000, "TRADE_FINISHED"), ("failed", 0, "TRADE_CLOSED")]
)
def test_a_pending_transfer_reaches_the_payee_later_or_comes_back(outcome: str, received: int, status: str) -> None:
    params = {"seconds": 180, "outcome": outcome}
    world = city_world(Fault("payment_pending", tool="alipay_transfer", params=params))
    world.arrange("alipay", "payee", {"account": "wang", "name": "王五"})
    made = ok(world, "alipay_transfer", payee_account="wang", amount=50, request_no="t1")
    assert made["status"] == "pending"
    assert balances(world)["wallet"] == 45_000
    world.advance(world.now + 10 * MINUTE)
    assert world.ctx.ledger.balance("merchant:wang") == received
    assert balances(world)["wallet"] == 50_000 - received
    trade = ok(world, "alipay_trade_query", out_trade_no=made["out_trade_no"])
    assert trade["trade_status"] == status


def test_contacts_pay_what_they_are_asked_for_in_their_own_time() -> None:
    world = city_world()
    friends = [world.arrange("user", "contact", {"name": name}) for name in ("小林", "阿杰", "Mandy")]
    asked = ok(world, "alipay_collect_request", contact_ids=friends, amount_each="114.00", memo="晚饭")
    assert [item["state"] for item in asked["items"]] == ["asked"] * 3
    assert balances(world)["wallet"] == 50_000
    world.advance(world.now + 5 * HOUR)
    answered = ok(world, "alipay_collect_query", collect_id=asked["collect_id"])
    paid = [item for item in answered["items"] if item["state"] == "paid"]
    assert all(item["state"] != "asked" for item in answered["items"])
    assert paid
    assert balances(world)["wallet"] == 50_000 + 11_400 * len(paid)
    collected = [e for e in ok(world, "alipay_bill_list")["entries"] if e["kind"] == "collected"]
    assert {(e["counterparty"], e["amount"]) for e in collected} == {(i["name"], "114.00") for i in paid}
    twice = [friends[0], friends[0]]
    assert refused(world, "alipay_collect_request", contact_ids=twice, amount_each=1) == "INVALID_ARGUMENT"
    assert refused(world, "alipay_collect_query", collect_id="CR9") == "COLLECT_NOT_EXIST"


def test_a_household_bill_is_seen_opened_and_paid_once() -> None:
    world = city_world()
    bill = world.arrange(
        "alipay", "utility_bill", {"kind": "electricity", "amount": "128.40", "due": "2026-03-20", "history": [90, 110]}
    )
    world.arrange("alipay", "utility_bill", {"kind": "internet", "amount": 99, "due": "2026-03-10"})
    shown = ok(world, "alipay_utility_bills")["bills"]
    assert [b["kind"] for b in shown] == ["internet", "electricity"]
    assert (shown[1]["usual_amount"], shown[1]["company"]) == ("100.00", "国网杭州供电公司")
    assert [h["month"] for h in shown[1]["history"]] == ["2026-02", "2026-01"]
    assert shown[0]["usual_amount"] is None
    trade = ok(world, "alipay_utility_bill_open", bill_id=bill)
    assert ok(world, "alipay_utility_bill_open", bill_id=bill) == trade
    ok(world, "alipay_pay", out_trade_no=trade["out_trade_no"], request_no="r1", expect_amount="128.40")
    assert ok(world, "alipay_utility_bills", kind="electricity")["bills"][0]["state"] == "paying"
    assert refused(world, "alipay_utility_bill_open", bill_id=bill) == "BILL_PAID"
    world.advance(world.now + 2 * MINUTE)
    assert ok(world, "alipay_utility_bills", kind="electricity")["total"] == 0
    paid = ok(world, "alipay_utility_bills", kind="electricity", include_paid=True)["bills"][0]
    assert paid["state"] == "paid"


def test_a_bills_trade_that_expired_is_opened_anew() -> None:
    world = city_world()
    bill = world.arrange("alipay", "utility_bill", {"kind": "water", "amount": 40, "due": "2026-03-20"})
    first = ok(world, "alipay_utility_bill_open", bill_id=bill)["out_trade_no"]
    world.advance(world.now + DAY)
    assert ok(world, "alipay_utility_bill_open", bill_id=bill)["out_trade_no"] != first
    world.ctx.person_id = world.person_id = "U2"
    assert refused(world, "alipay_utility_bill_open", bill_id=bill) == "BILL_NOT_EXIST"


def test_the_credit_line_shows_what_instalments_cost() -> None:
    shown = ok(city_world(), "alipay_credit", amount="600")
    assert (shown["limit"], shown["used"], shown["left"]) == ("1000.00", "100.00", "900.00")
    assert shown["repayment_day"] == "2026-03-10"
    plan = shown["instalments"][0]
    assert (plan["months"], plan["per_month"], plan["fee"]) == (3, "205.00", "15.00")
    later = city_world()
    later.advance(later.now + 20 * DAY)
    assert ok(later, "alipay_credit")["repayment_day"] == "2026-04-10"
