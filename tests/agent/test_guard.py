"""The guard lets nothing through that spends, mandates, ends or discloses and that nobody agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agent.guard import Guard
from agent.guard.duties import DUTIES, ORDERED_FOR
from agent.interface import ToolSpec
from agent.task import Buy, Cancel, Collect, Mandate, Ride, Stay, Task, Transfer
from mock_services.registry import default_registry
from mock_services.user.models import ConfirmArgs
from mock_services.user.speech import offer_hash


class Till:
    """An episode that approves every offer and takes every payment."""

    episode_id = "till"
    instruction = ""
    locale = "en"
    tools = tuple(ToolSpec(tool.name, tool.service, "", {}, tool.access) for tool in default_registry().tools.values())

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tells: dict[str, dict[str, Any]] = {}
        self.fails: dict[str, str] = {}
        self.shows: Callable[[dict[str, Any]], dict[str, Any]] = lambda args: args

    def call(self, tool: str, args: Any) -> dict[str, Any]:
        """Everything works."""
        self.calls.append((tool, dict(args)))
        data = self.tells.get(tool, {})
        if tool == "user_confirm":
            shown = ConfirmArgs.model_validate(self.shows(dict(args))).offer.model_dump(mode="json")
            data = {"decision": "approved", "consent_id": "CS1", "offer_hash": offer_hash(shown)}
        if tool in self.fails:
            error = {"code": self.fails.pop(tool), "message": "", "retryable": True, "retry_after": None, "hint": ""}
            return {"ok": False, "error": error, "as_of": "2026-03-05T09:40:00+08:00"}
        return {"ok": True, "data": data, "as_of": "2026-03-05T09:40:00+08:00", "complete": True}

    def note(self, kind: str, data: Any) -> None:
        """Notes are of no interest here."""

    def done(self) -> None:
        """Neither is the end."""


@pytest.fixture
def till() -> Till:
    return Till()


def offer(trade: str, amount: str) -> dict[str, Any]:
    charge = {"out_trade_no": trade, "payee": "shop", "subject": "tea", "amount": amount}
    return {"offer": {"charges": [charge], "total": amount}}


def pay(trade: str, amount: str, number: str = "n1") -> dict[str, Any]:
    return {"out_trade_no": trade, "request_no": number, "expect_amount": amount}


def test_an_agreed_payment_passes_and_its_repetition_too(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]


@pytest.mark.parametrize(
    "args", [pay("P1", "12.01"), pay("P2", "12.00"), {"out_trade_no": "P1", "request_no": "n1"}, pay("P1", "0")]
)
def test_another_amount_another_trade_or_an_open_amount_does_not_pass(till, args):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    reply = guard.call("alipay_pay", args)
    assert reply["error"]["code"] == "GUARD_REFUSED"
    assert "alipay_pay" not in [tool for tool, _ in till.calls]


def test_one_consent_is_good_for_one_payment(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert not guard.call("alipay_pay", pay("P1", "12.00", "n2"))["ok"]


def test_what_the_words_allow_passes_up_to_its_sum(till):
    guard = Guard(till)
    guard.task = Task("en", pay_up_to_fen=2000)
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert not guard.call("alipay_pay", pay("P2", "12.00", "n2"))["ok"]


# --- every tool ---------------------------------------------------------------------------------------------------


def test_every_tool_of_the_city_that_writes_has_its_duty():
    writes = {tool.name for tool in default_registry().tools.values() if tool.access == "write"}
    assert set(DUTIES) == writes
    assert set(ORDERED_FOR) == {tool for tool, duty in DUTIES.items() if duty == "order"}


@pytest.mark.parametrize("tool", sorted(set(DUTIES) - {t for t, d in DUTIES.items() if d in ("prepare", "talk")}))
def test_a_tool_that_costs_binds_or_ends_something_does_not_pass_for_an_errand_that_is_about_something_else(till, tool):
    guard = Guard(till)
    guard.task = Task("en", (Collect(id="g1", payers=("Rina",), each_fen=1000),))
    args = {"order_id": "O1", "mandate_id": "M1", "payment_id": "PM1", "amount_each": "20.00", "single_limit": "5.00"}
    assert guard.call(tool, {**args, **pay("P1", "12.00"), "contact_ids": ["C1"]})["error"]["code"] == "GUARD_REFUSED"
    assert tool not in [called for called, _ in till.calls]


def test_reading_and_asking_pass_for_any_errand(till):
    guard = Guard(till)
    guard.task = Task("en")
    for tool in till.tools:
        if tool.access == "read":
            assert guard.call(tool.name, {})["ok"]
    assert guard.call("user_ask", {"topic": "other", "text": "?"})["ok"]


# --- what is shown is what is charged -------------------------------------------------------------------------------


def test_a_consent_that_was_given_to_another_offer_is_none(till):
    guard = Guard(till)
    till.shows = lambda _: offer("P1", "9.00")
    guard.call("user_confirm", offer("P1", "12.00"))
    assert not guard.call("alipay_pay", pay("P1", "12.00"))["ok"]


def test_another_method_than_the_one_that_was_shown_does_not_pay(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    assert not guard.call("alipay_pay", {**pay("P1", "12.00"), "method_id": "credit"})["ok"]
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]


def test_a_price_that_has_changed_voids_the_consent(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    till.fails["alipay_pay"] = "AMOUNT_CHANGED"
    assert not guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert guard.call("alipay_pay", pay("P1", "12.00"))["error"]["code"] == "GUARD_REFUSED"


def test_an_offer_that_does_not_say_what_the_order_costs_is_not_even_shown(till):
    guard = Guard(till)
    till.tells["flash_order_create"] = {"order_id": "O1", "out_trade_no": "P1", "amount": "13.00"}
    guard.task = Task("en", (Buy(id="g1"),))
    guard.call("flash_order_create", {})
    assert guard.call("user_confirm", offer("P1", "12.00"))["error"]["code"] == "GUARD_REFUSED"
    assert guard.call("user_confirm", offer("P1", "13.00"))["ok"]


# --- once ---------------------------------------------------------------------------------------------------------


def test_a_trade_that_may_have_been_paid_is_not_paid_under_another_number_even_with_a_new_consent(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    till.fails["alipay_pay"] = "TIMEOUT"
    guard.call("alipay_pay", pay("P1", "12.00"))
    guard.call("user_confirm", offer("P1", "12.00"))
    assert "may have been" in guard.call("alipay_pay", pay("P1", "12.00", "n2"))["error"]["message"]
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]


def test_what_the_bank_is_seen_to_have_refused_may_be_paid_anew_if_the_person_agrees_again(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    guard.call("alipay_pay", pay("P1", "12.00"))
    till.tells["alipay_payment_query"] = {"state": "failed"}
    guard.call("alipay_payment_query", {"request_no": "n1"})
    assert not guard.call("alipay_pay", pay("P1", "12.00", "n2"))["ok"]
    guard.call("user_confirm", offer("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00", "n2"))["ok"]


def test_a_refused_payment_leaves_the_consent_for_the_next_try(till):
    guard = Guard(till)
    guard.call("user_confirm", offer("P1", "12.00"))
    till.fails["alipay_pay"] = "RATE_LIMITED"
    guard.call("alipay_pay", pay("P1", "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert not guard.call("alipay_pay", pay("P1", "12.00", "n2"))["ok"]


def test_more_than_the_budget_of_the_errand_is_not_spent(till):
    guard = Guard(till)
    guard.task = Task("en", budget_fen=2000)
    for trade in ("P1", "P2"):
        guard.call("user_confirm", offer(trade, "12.00"))
    assert guard.call("alipay_pay", pay("P1", "12.00"))["ok"]
    assert "20.00" in guard.call("alipay_pay", pay("P2", "12.00", "n2"))["error"]["message"]


def test_what_a_merchant_gave_back_may_be_spent_again(till):
    guard = Guard(till)
    guard.task = Task("en", (Stay(id="g1"),), budget_fen=2000)
    till.tells["fliggy_hotel_book"] = {"order_id": "O1", "out_trade_no": "P1", "amount": "12.00"}
    guard.call("fliggy_hotel_book", {})
    for trade in ("P1", "P2"):
        guard.call("user_confirm", offer(trade, "12.00"))
    guard.call("alipay_pay", pay("P1", "12.00"))
    till.tells["fliggy_order_detail"] = {"order_id": "O1", "state": "cancelled"}
    guard.call("fliggy_order_detail", {"order_id": "O1"})
    assert guard.call("alipay_pay", pay("P2", "12.00", "n2"))["ok"]


# --- money for people ---------------------------------------------------------------------------------------------


def send(number: str = "n1", **whom: str) -> dict[str, Any]:
    return {"request_no": number, "amount": "50.00", **whom}


def to_rina(till: Till) -> Guard:
    guard = Guard(till)
    guard.task = Task("en", (Transfer(id="g1", payee="Rina", amount_fen=5000),))
    rows = [
        {
            "contact_id": "C1",
            "name": "Rina",
            "account": "rina@example.com",
            "phone": "",
            "address_text": "9 Elm Street",
        },
        {"contact_id": "C2", "name": "Rino", "account": "rino@example.com", "phone": "", "address_text": ""},
    ]
    till.tells["user_contacts"] = {"contacts": rows}
    guard.call("user_contacts", {})
    charge = {"payee": "rina@example.com", "subject": "Rina", "amount": "50.00"}
    guard.call("user_confirm", {"offer": {"charges": [charge], "total": "50.00"}})
    return guard


def test_money_goes_to_whom_the_person_agreed_to_and_to_nobody_else_of_the_same_amount(till):
    guard = to_rina(till)
    assert not guard.call("alipay_transfer", send(contact_id="C2"))["ok"]
    assert not guard.call("alipay_transfer", send(payee_account="rino@example.com"))["ok"]
    assert guard.call("alipay_transfer", send(contact_id="C1"))["ok"]
    assert not guard.call("alipay_transfer", send("n2", payee_account="rina@example.com"))["ok"]


def test_money_does_not_go_to_an_account_that_was_reported(till):
    guard = to_rina(till)
    till.tells["alipay_payee_check"] = {"payee_account": "rina@example.com", "risk": "reported"}
    guard.call("alipay_payee_check", {"account": "rina@example.com"})
    assert "reported" in guard.call("alipay_transfer", send(contact_id="C1"))["error"]["message"]


def test_others_are_asked_for_no_more_than_their_share_and_once(till):
    guard = Guard(till)
    guard.task = Task("en", (Collect(id="g1", payers=("Rina", "Tom"), total_fen=30_000, people=3),))
    ask = {"contact_ids": ["C1", "C2"], "amount_each": "100.00"}
    assert not guard.call("alipay_collect_request", {**ask, "amount_each": "150.00"})["ok"]
    assert not guard.call("alipay_collect_request", {**ask, "contact_ids": ["C1", "C2", "C3"]})["ok"]
    assert guard.call("alipay_collect_request", ask)["ok"]
    assert not guard.call("alipay_collect_request", ask)["ok"]


# --- permissions --------------------------------------------------------------------------------------------------


def within(amount: str) -> dict[str, Any]:
    return {**pay("P1", amount), "mandate_id": "M1"}


def permission(till: Till, **terms: str) -> None:
    row = {"mandate_id": "M1", "state": "NORMAL", "purpose": "office lunch", "single_limit": "30.00", **terms}
    till.tells["alipay_mandate_list"] = {"mandates": [row]}


def test_a_permission_pays_only_if_the_person_speaks_of_it_and_no_more_than_it_allows(till):
    permission(till)
    guard = Guard(till)
    guard.task = Task("en", (Buy(id="g1"),))
    guard.call("alipay_mandate_list", {})
    assert not guard.call("alipay_mandate_pay", within("25.00"))["ok"]
    guard.task = Task("en", (Buy(id="g1"),), allowance="office lunch")
    assert not guard.call("alipay_mandate_pay", within("30.01"))["ok"]
    assert guard.call("alipay_mandate_pay", within("25.00"))["ok"]
    assert not guard.call("alipay_mandate_pay", {**within("25.00"), "request_no": "n2"})["ok"]


def test_a_permission_for_something_else_that_rests_or_that_nobody_has_seen_pays_nothing(till):
    guard = Guard(till)
    guard.task = Task("en", (Buy(id="g1"),), allowance="office lunch")
    assert not guard.call("alipay_mandate_pay", within("25.00"))["ok"]
    for terms in ({"state": "SUSPENDED"}, {"purpose": "rides home"}):
        permission(till, **terms)
        guard.call("alipay_mandate_list", {})
        assert not guard.call("alipay_mandate_pay", within("25.00"))["ok"]


@pytest.mark.parametrize("wider", [{"single_limit": "31.00"}, {"day_limit": "31.00"}, {"categories": ["goods"]},
                                   {"categories": []}, {"day_limit": None}])  # fmt: skip
def test_a_permission_is_asked_for_no_wider_than_the_person_said(till, wider):
    guard = Guard(till)
    guard.task = Task("en", (Mandate(id="g1", sorts=("food",), day_fen=3000, single_fen=3000),))
    terms = {"single_limit": "30.00", "day_limit": "30.00", "categories": ["food"]}
    assert not guard.call("alipay_mandate_apply", {**terms, **wider})["ok"]
    assert guard.call("alipay_mandate_apply", terms)["ok"]


def test_a_permission_that_the_errand_set_up_pays_also_if_the_answer_to_the_application_was_lost(till):
    guard = Guard(till)
    guard.task = Task("en", (Mandate(id="g1", single_fen=3000), Buy(id="g2")))
    till.fails["alipay_mandate_apply"] = "TIMEOUT"
    guard.call("alipay_mandate_apply", {"purpose": "tea", "single_limit": "30.00", "categories": ["food"]})
    permission(till, purpose="tea")
    guard.call("alipay_mandate_list", {})
    assert guard.call("alipay_mandate_pay", within("25.00"))["ok"]


def test_a_permission_of_the_person_ends_only_if_they_say_so(till):
    guard = Guard(till)
    guard.task = Task("en", (Buy(id="g1"),))
    assert not guard.call("alipay_mandate_revoke", {"mandate_id": "M1"})["ok"]
    till.tells["alipay_mandate_apply"] = {"mandate_id": "M2", "state": "SIGNING", "purpose": "tea"}
    guard.task = Task("en", (Mandate(id="g1", single_fen=3000),))
    guard.call("alipay_mandate_apply", {"purpose": "tea", "single_limit": "30.00", "categories": ["food"]})
    assert guard.call("alipay_mandate_revoke", {"mandate_id": "M2"})["ok"]


# --- orders -------------------------------------------------------------------------------------------------------


def test_an_errand_gives_up_what_it_ordered_itself_and_nothing_that_was_there_before(till):
    till.tells["amap_ride_order"] = {"ride_id": "R1", "out_trade_no": "P1", "fare": "20.00"}
    guard = Guard(till)
    guard.task = Task("en", (Ride(id="g1"),))
    guard.call("amap_ride_order", {})
    assert guard.call("amap_ride_cancel", {"ride_id": "R1"})["ok"]
    assert not guard.call("amap_ride_cancel", {"ride_id": "R0"})["ok"]


def test_what_is_kept_back_by_a_cancellation_is_no_more_than_the_person_agreed_to(till):
    guard = Guard(till)
    guard.task = Task("en", (Cancel(id="g1", what="hotel"),))
    cancel = {"order_id": "O1", "expect_fee": "50.00"}
    assert not guard.call("fliggy_order_cancel", cancel)["ok"]
    action = {"kind": "cancel", "target": "O1", "fee": "50.00"}
    guard.call("user_confirm", {"offer": {"actions": [action], "total": "0"}})
    assert not guard.call("fliggy_order_cancel", {**cancel, "expect_fee": "80.00"})["ok"]
    assert guard.call("fliggy_order_cancel", cancel)["ok"]


def test_money_in_escrow_goes_only_with_the_persons_word_for_this_order(till):
    guard = Guard(till)
    guard.task = Task("en", (Cancel(id="g1", what="goods"),))
    assert not guard.call("taobao_confirm_receipt", {"order_id": "O1"})["ok"]
    guard.call("user_confirm", {"offer": {"actions": [{"kind": "other", "target": "O1"}], "total": "0"}})
    assert guard.call("taobao_confirm_receipt", {"order_id": "O1"})["ok"]


# --- secrets ------------------------------------------------------------------------------------------------------


def test_where_a_contact_lives_is_told_to_whom_it_is_delivered_by_and_to_nobody_else(till):
    row = {"contact_id": "C1", "name": "Rina", "account": "", "phone": "", "address_id": "A1",
           "address_text": "9 Elm Street"}  # fmt: skip
    till.tells["user_contacts"] = {"contacts": [row]}
    guard = Guard(till)
    guard.task = Task("en", (Buy(id="g1"),))
    guard.call("user_contacts", {})
    leak = {"address_id": "A2", "note": "or bring it to 9 Elm street"}
    assert "address of Rina" in guard.call("flash_order_create", leak)["error"]["message"]
    assert guard.call("flash_order_create", {**leak, "address_id": "A1"})["ok"]
    till.instruction = "tell them: 9 Elm Street"
    assert guard.call("flash_order_create", leak)["ok"]


def test_an_identity_number_goes_to_nobody_but_who_books_with_it(till):
    till.tells["fliggy_traveller_list"] = {"travellers": [{"id_no": "330102199001011234"}]}
    guard = Guard(till)
    guard.task = Task("en", (Ride(id="g1"),))
    guard.call("fliggy_traveller_list", {})
    assert not guard.call("amap_ride_order", {"pickup_note": "my id is 330102199001011234"})["ok"]
    assert not guard.call("fliggy_traveller_add", {"id_no": "330102199001011234"})["ok"]


@pytest.mark.parametrize("args", [{"offer": None}, {"offer": {"charges": [7]}}, {}, {"expect_fee": "much"},
                                  {"amount_each": [], "contact_ids": None, "single_limit": {}}])  # fmt: skip
@pytest.mark.parametrize("tool", sorted(DUTIES))
def test_no_nonsense_of_an_engine_gets_the_guard_to_stumble(till, tool, args):
    till.shows = lambda _: offer("P1", "1.00")
    guard = Guard(till)
    guard.task = Task("en", (Collect(id="g1", payers=("Rina",), each_fen=1000), Mandate(id="g2", single_fen=100)))
    assert "ok" in guard.call(tool, args)
