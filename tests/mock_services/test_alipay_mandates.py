"""Mandates: only the person grants one, and the payment service enforces every term from its own history."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mock_services.alipay.coverage import RULES
from mock_services.alipay.rows import MANDATES
from mock_services.alipay.states import MANDATE
from mock_services.clock import DAY, HOUR, MINUTE
from mock_services.context import Ctx
from mock_services.errors import UsageError
from mock_services.faults import Fault
from mock_services.invariants import check
from mock_services.payables import PAYABLES, PAYMENTS
from mock_services.person import Decision
from mock_services.world import World
from tests.mock_services.alipay_world import Willing, balances, city_world, ok, order, refused

TERMS: dict[str, Any] = {
    "purpose": "breakfast on weekdays",
    "categories": ["food"],
    "single_limit": 30,
    "valid_to": "2026-06-01T00:00:00",
}


def active(world: World, **more: Any) -> str:
    return str(world.arrange("alipay", "mandate", TERMS | more))


def pay(world: World, mandate: str, yuan: str = "20", request_no: str = "r1") -> dict[str, Any]:
    return {"mandate_id": mandate, "out_trade_no": order(world, yuan), "request_no": request_no}


def test_a_mandate_is_pending_until_the_person_approves_it() -> None:
    world = city_world()
    applied = ok(world, "alipay_mandate_apply", **TERMS, request_no="a1")
    mandate = applied["mandate_id"]
    assert applied["state"] == "SIGNING"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate)) == "MANDATE_NOT_ACTIVE"
    woken = ok(world, "clock_wait", seconds=300)
    assert [(n["event"], n["ref"]) for n in woken["notices"]] == [("mandate_approved", mandate)]
    paid = ok(world, "alipay_mandate_pay", **pay(world, mandate))
    assert (paid["amount"], paid["method_ids"]) == ("20.00", ["wallet"])
    shown = ok(world, "alipay_mandate_query", mandate_id=mandate)
    assert (shown["state"], shown["used_today"], shown["used_count"], shown["answer"]) == ("NORMAL", "20.00", 1, "fine")
    assert ok(world, "alipay_mandate_apply", **TERMS, request_no="a1")["mandate_id"] == mandate
    assert ok(world, "alipay_mandate_list")["total"] == 1


def test_a_person_can_refuse_a_mandate() -> None:
    world = city_world()
    mandate = ok(world, "alipay_mandate_apply", **TERMS | {"single_limit": 300})["mandate_id"]
    world.advance(world.now + MINUTE)
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "INVALID"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate)) == "MANDATE_NOT_ACTIVE"
    assert refused(world, "alipay_mandate_revoke", mandate_id=mandate) == "MANDATE_NOT_ACTIVE"


def test_an_application_that_is_withdrawn_is_not_granted_afterwards() -> None:
    world = city_world()
    mandate = ok(world, "alipay_mandate_apply", **TERMS)["mandate_id"]
    assert ok(world, "alipay_mandate_revoke", mandate_id=mandate)["state"] == "CANCELLED"
    world.advance(world.now + MINUTE)
    assert ok(world, "alipay_mandate_revoke", mandate_id=mandate)["state"] == "CANCELLED"


BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"state": "CANCELLED"}, "20", "MANDATE_NOT_ACTIVE"),
    ({"valid_from": "2026-01-01T00:00:00", "valid_to": "2026-03-01T00:00:00"}, "20", "MANDATE_NOT_ACTIVE"),
    ({"other_constraints": ["only while it rains"]}, "20", "MANDATE_CONSTRAINT_UNKNOWN"),
    ({"valid_from": "2026-03-06T00:00:00"}, "20", "MANDATE_NOT_VALID_YET"),
    ({"weekdays": ["mon", "fri"]}, "20", "MANDATE_WEEKDAY"),
    ({"categories": ["ride", "travel"]}, "20", "MANDATE_PAYEE"),
    ({"payees": ["another stall"]}, "20", "MANDATE_PAYEE"),
    ({}, "30.01", "MANDATE_SINGLE_LIMIT"),
    ({"state": "SUSPENDED"}, "20", "MANDATE_NOT_ACTIVE"),
]


@pytest.mark.parametrize(("terms", "yuan", "code"), BROKEN)
def test_every_term_is_enforced(terms: dict[str, Any], yuan: str, code: str) -> None:
    world = city_world()
    assert refused(world, "alipay_mandate_pay", **pay(world, active(world, **terms), yuan)) == code
    assert balances(world)["wallet"] == 50_000


USED_UP: list[tuple[dict[str, Any], str]] = [
    ({"day_limit": 39}, "MANDATE_DAY_LIMIT"),
    ({"period": "week", "period_limit": 39}, "MANDATE_PERIOD_LIMIT"),
    ({"period": "month", "period_limit": 39}, "MANDATE_PERIOD_LIMIT"),
    ({"total_limit": 39}, "MANDATE_TOTAL_LIMIT"),
    ({"count": 1}, "MANDATE_COUNT"),
]


@pytest.mark.parametrize(("terms", "code"), USED_UP)
def test_limits_count_what_was_paid_before(terms: dict[str, Any], code: str) -> None:
    world = city_world()
    mandate = active(world, **terms)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2")) == code
    world.advance(world.now + DAY)
    tomorrow = world.call("alipay_mandate_pay", pay(world, mandate, request_no="r3"))
    assert tomorrow.ok == (code == "MANDATE_DAY_LIMIT")
    assert check(world) == []


def test_every_rule_is_tested_here() -> None:
    tested = {code for _, _, code in BROKEN} | {code for _, code in USED_UP} | {"MANDATE_METHOD"}
    assert {code for code, _, _ in RULES} == tested


def test_within_all_terms_it_pays() -> None:
    world = city_world()
    terms = {"weekdays": ["thu"], "payees": ["stall"], "day_limit": 40, "count": 2, "method_ids": ["card:6222"]}
    mandate = active(world, **terms)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    ok(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2"))
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "FINISHED"
    assert balances(world)["card"] == 26_000


def test_two_payments_of_one_order_count_together_under_the_single_limit() -> None:
    world = city_world()
    mandate = active(world)
    first = pay(world, mandate)
    ok(world, "alipay_mandate_pay", **first)
    assert refused(world, "alipay_mandate_pay", **first | {"request_no": "r2"}) == "MANDATE_SINGLE_LIMIT"


def test_a_failed_payment_does_not_use_a_mandate_up() -> None:
    fault = Fault("payment_pending", tool="alipay_mandate_pay", params={"seconds": 60, "outcome": "failed"})
    world = city_world(fault)
    mandate = active(world, count=1)
    trade = pay(world, mandate)
    assert ok(world, "alipay_mandate_pay", **trade)["status"] == "pending"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2")) == "MANDATE_COUNT"
    world.advance(world.now + 2 * MINUTE)
    ok(world, "alipay_mandate_pay", **trade | {"request_no": "r3"})


def test_a_mandate_can_be_revoked_under_ones_hands() -> None:
    world = city_world(Fault("mandate_revoked", tool="alipay_mandate_pay"))
    mandate = active(world)
    trade = pay(world, mandate)
    reply = world.call("alipay_mandate_pay", trade)
    assert reply.error is not None
    assert reply.error["code"] == "MANDATE_NOT_ACTIVE"
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "TERMINATE"
    ok(world, "alipay_pay", out_trade_no=trade["out_trade_no"], request_no="r9")


def test_a_declined_method_stops_a_mandate_too() -> None:
    world = city_world(Fault("payment_declined", tool="alipay_mandate_pay", params={"code": "PAYMENT_LIMIT"}))
    trade = pay(world, active(world))
    reply = world.call("alipay_mandate_pay", trade)
    assert reply.error is not None
    assert reply.error["code"] == "PAYMENT_LIMIT"


@pytest.mark.parametrize(
    "terms",
    [
        {"categories": []},
        {"valid_to": "2026-03-01T00:00:00"},
        {"valid_to": "2028-03-01T00:00:00"},
        {"day_limit": 10},
        {"total_limit": 29.99},
        {"period": "week", "period_limit": 29.99},
        {"period": "week"},
        {"period_limit": 300},
    ],
)
def test_terms_that_cannot_hold_together_are_refused(terms: dict[str, Any]) -> None:
    world = city_world()
    assert refused(world, "alipay_mandate_apply", **TERMS | terms) == "INVALID_TERMS"
    if "valid_to" not in terms:
        with pytest.raises(UsageError):
            active(world, **terms)


def test_somebody_elses_mandate_does_not_exist() -> None:
    world = city_world()
    mandate = active(world)
    world.ctx.person_id = world.person_id = "U2"
    assert refused(world, "alipay_mandate_query", mandate_id=mandate) == "MANDATE_NOT_EXIST"
    assert refused(world, "alipay_mandate_revoke", mandate_id=mandate) == "MANDATE_NOT_EXIST"
    assert ok(world, "alipay_mandate_list")["total"] == 0


@pytest.mark.parametrize(("period", "days"), [("week", 4), ("month", 27)])
def test_a_week_and_a_month_begin_anew_on_the_calendar(period: str, days: int) -> None:
    # It is Thursday, 5 March: Monday is four days away, April twenty-seven.
    world = city_world()
    mandate = active(world, period=period, period_limit=40)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    world.advance(world.now + (days - 1) * DAY)
    ok(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2"))
    assert (
        refused(world, "alipay_mandate_pay", **pay(world, mandate, "12.50", request_no="r3")) == "MANDATE_PERIOD_LIMIT"
    )
    shown = ok(world, "alipay_mandate_query", mandate_id=mandate)
    assert (shown["used_in_period"], shown["used_today"], shown["used_total"]) == ("40.00", "20.00", "40.00")
    world.advance(world.now + DAY)
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["used_in_period"] == "0.00"
    ok(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r4"))


def test_a_mandate_pays_from_the_methods_that_it_names_and_from_no_other() -> None:
    world = city_world()
    mandate = active(world, method_ids=["card:6222", "wallet"])
    args = pay(world, mandate)
    assert refused(world, "alipay_mandate_pay", **args, method_id="credit") == "MANDATE_METHOD"
    assert ok(world, "alipay_mandate_pay", **args)["method_ids"] == ["card:6222"]
    other = pay(world, mandate, request_no="r2")
    assert ok(world, "alipay_mandate_pay", **other, method_id="wallet")["method_ids"] == ["wallet"]
    assert refused(world, "alipay_mandate_apply", **TERMS, method_ids=["card:0000"]) == "METHOD_NOT_AVAILABLE"


def test_what_is_left_of_a_mandate_is_told() -> None:
    world = city_world()
    mandate = active(world, total_limit=50, count=3)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    shown = ok(world, "alipay_mandate_query", mandate_id=mandate)
    assert (shown["remaining_amount"], shown["remaining_times"], shown["used_in_period"]) == ("30.00", 2, None)
    unlimited = ok(world, "alipay_mandate_query", mandate_id=active(world))
    assert (unlimited["remaining_amount"], unlimited["remaining_times"]) == (None, None)


def test_a_refund_does_not_give_the_allowance_back() -> None:
    world = city_world()
    mandate = active(world, total_limit=30)
    paid = ok(world, "alipay_mandate_pay", **pay(world, mandate))
    payment = world.state.get(PAYMENTS, paid["payment_id"])
    assert payment is not None
    world.ctx.payables.refund(payment, 2000, "sold out")
    world.advance(world.now + HOUR)
    assert balances(world)["wallet"] == 50_000
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["remaining_amount"] == "10.00"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2")) == "MANDATE_TOTAL_LIMIT"
    assert check(world) == []


# --- suspending and resuming ----------------------------------------------------------------------------------


def test_an_agent_suspends_and_only_the_person_resumes() -> None:
    world = city_world()
    mandate = active(world)
    assert ok(world, "alipay_mandate_suspend", mandate_id=mandate)["state"] == "SUSPENDED"
    assert ok(world, "alipay_mandate_suspend", mandate_id=mandate)["state"] == "SUSPENDED"
    trade = pay(world, mandate)
    assert refused(world, "alipay_mandate_pay", **trade) == "MANDATE_NOT_ACTIVE"
    asked = ok(world, "alipay_mandate_resume", mandate_id=mandate)
    assert (asked["state"], asked["awaiting"]) == ("SUSPENDED", "resume")
    assert ok(world, "alipay_mandate_resume", mandate_id=mandate) == asked, "they are asked once"
    assert refused(world, "alipay_mandate_pay", **trade) == "MANDATE_NOT_ACTIVE"
    events = [notice["event"] for notice in ok(world, "clock_wait", seconds=300)["notices"]]
    assert events == ["mandate_resumed"]
    ok(world, "alipay_mandate_pay", **trade)
    assert refused(world, "alipay_mandate_resume", mandate_id=mandate) == "MANDATE_NOT_ACTIVE"


def test_a_person_can_refuse_to_resume_and_be_asked_again() -> None:
    world = city_world()
    mandate = active(world, single_limit=300)
    ok(world, "alipay_mandate_suspend", mandate_id=mandate)
    for _ in range(2):
        ok(world, "alipay_mandate_resume", mandate_id=mandate)
        assert ok(world, "clock_wait", seconds=300)["notices"][0]["event"] == "mandate_resume_refused"
        shown = ok(world, "alipay_mandate_query", mandate_id=mandate)
        assert (shown["state"], shown["awaiting"]) == ("SUSPENDED", "")


def test_a_request_to_resume_ends_with_what_comes_in_between() -> None:
    world = city_world()
    suspended, revoked = active(world), active(world)
    for mandate in (suspended, revoked):
        ok(world, "alipay_mandate_suspend", mandate_id=mandate)
        ok(world, "alipay_mandate_resume", mandate_id=mandate)
    ok(world, "alipay_mandate_suspend", mandate_id=suspended)
    ok(world, "alipay_mandate_revoke", mandate_id=revoked)
    world.advance(world.now + HOUR)
    states = [ok(world, "alipay_mandate_query", mandate_id=m)["state"] for m in (suspended, revoked)]
    assert states == ["SUSPENDED", "CANCELLED"]


def test_what_the_person_suspended_stays_theirs() -> None:
    class Firm(Willing):
        def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
            return Decision("refused" if terms["suspended_by"] == "person" else "approved")

    world = city_world()
    world.person = Firm()
    mandate = active(world)
    world.arrange("alipay", "suspend_mandate", {"mandate_id": mandate})
    ok(world, "alipay_mandate_suspend", mandate_id=mandate)
    ok(world, "alipay_mandate_resume", mandate_id=mandate)
    world.advance(world.now + HOUR)
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "SUSPENDED"


def test_a_suspended_mandate_expires_all_the_same() -> None:
    world = city_world()
    mandate = active(world, valid_to="2026-03-06T00:00:00")
    ok(world, "alipay_mandate_suspend", mandate_id=mandate)
    world.advance(world.now + DAY)
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "EXPIRED"
    for tool in ("suspend", "resume", "revoke"):
        assert refused(world, f"alipay_mandate_{tool}", mandate_id=mandate) == "MANDATE_NOT_ACTIVE"


def test_no_move_of_an_agent_widens_a_mandate() -> None:
    assert {arrow.who for arrow in MANDATE.arrows if arrow.target == "NORMAL"} == {"person"}


# --- preparing ------------------------------------------------------------------------------------------------


def test_a_prepared_payment_says_what_would_be_charged_and_then_is() -> None:
    world = city_world()
    mandate = active(world, method_ids=["card:6222"])
    args = pay(world, mandate)
    wanted = {"mandate_id": mandate, "out_trade_no": args["out_trade_no"]}
    prepared = ok(world, "alipay_order_prepay", **wanted)
    assert (prepared["amount"], prepared["payee"], prepared["covered"]) == ("20.00", "stall", True)
    assert prepared["sources"] == [{"method_id": "card:6222", "amount": "20.00"}]
    assert ok(world, "alipay_order_prepay", **wanted)["prepay_id"] == prepared["prepay_id"]
    assert balances(world)["card"] == 30_000
    args["prepay_id"] = prepared["prepay_id"]
    ok(world, "alipay_mandate_pay", **args)
    assert balances(world)["card"] == 28_000
    again = args | {"request_no": "r2"}
    assert refused(world, "alipay_mandate_pay", **again) == "PREPAY_USED", "the payee has not even heard of the first"


def test_preparing_names_every_term_that_fails() -> None:
    world = city_world()
    mandate = active(world, weekdays=["fri"], categories=["ride"], day_limit=30)
    prepared = ok(world, "alipay_order_prepay", mandate_id=mandate, out_trade_no=order(world, "40"))
    codes = [term["code"] for term in prepared["failed_terms"]]
    assert codes == ["MANDATE_WEEKDAY", "MANDATE_PAYEE", "MANDATE_SINGLE_LIMIT", "MANDATE_DAY_LIMIT"]
    assert not prepared["covered"]
    args = {"mandate_id": mandate, "out_trade_no": prepared["out_trade_no"], "prepay_id": prepared["prepay_id"]}
    assert refused(world, "alipay_mandate_pay", **args, request_no="r1") == codes[0]


def test_a_payment_prepared_for_the_person_is_paid_as_it_was_shown() -> None:
    world = city_world()
    trade = order(world, "400")
    world.arrange("alipay", "spend", {"method_id": "wallet", "amount": 400})
    split = {"method_id": "wallet", "rest_method_id": "credit"}
    prepared = ok(world, "alipay_order_prepay", out_trade_no=trade, **split)
    assert [(s["method_id"], s["amount"]) for s in prepared["sources"]] == [("wallet", "100.00"), ("credit", "300.00")]
    assert not prepared["covered"]
    args = {"out_trade_no": trade, "prepay_id": prepared["prepay_id"], "request_no": "r1"}
    assert refused(world, "alipay_pay", **args, method_id="card:6222") == "PREPAY_MISMATCH"
    fork = world.fork()
    fork.arrange("alipay", "spend", {"method_id": "wallet", "amount": 50})
    assert refused(fork, "alipay_pay", **args) == "PREPAY_VOID", "less would come from the wallet than was shown"
    ok(world, "alipay_pay", **args)
    assert (balances(world)["wallet"], balances(world)["credit"]) == (0, -40_000)


def test_a_changed_price_voids_a_prepared_payment() -> None:
    world = city_world()
    args = pay(world, active(world))
    prepared = ok(world, "alipay_order_prepay", mandate_id=args["mandate_id"], out_trade_no=args["out_trade_no"])
    trade = world.ctx.payables.get(args["out_trade_no"])
    world.ctx.put(PAYABLES, msgspec.structs.replace(trade, fen=2100))
    assert refused(world, "alipay_mandate_pay", **args, prepay_id=prepared["prepay_id"]) == "PREPAY_VOID"
    again = ok(world, "alipay_order_prepay", mandate_id=args["mandate_id"], out_trade_no=args["out_trade_no"])
    assert again["prepay_id"] != prepared["prepay_id"]
    ok(world, "alipay_mandate_pay", **args, prepay_id=again["prepay_id"])


def test_a_prepared_payment_is_for_one_trade_one_mandate_and_a_while() -> None:
    world = city_world()
    mandate = active(world)
    args = pay(world, mandate)
    prepared = ok(world, "alipay_order_prepay", mandate_id=mandate, out_trade_no=args["out_trade_no"])["prepay_id"]
    other = pay(world, mandate, request_no="r2") | {"prepay_id": prepared}
    assert refused(world, "alipay_mandate_pay", **other) == "PREPAY_MISMATCH"
    plain = {"out_trade_no": args["out_trade_no"], "request_no": "r3"}
    assert refused(world, "alipay_pay", **plain, prepay_id=prepared) == "PREPAY_MISMATCH"
    assert refused(world, "alipay_pay", **plain, prepay_id="PP0") == "PREPAY_NOT_EXIST"
    wide = ok(world, "alipay_order_prepay", mandate_id=mandate, out_trade_no=args["out_trade_no"], method_id="credit")
    assert [term["code"] for term in wide["failed_terms"]] == ["MANDATE_METHOD"]
    assert refused(world, "alipay_mandate_pay", **args, prepay_id=wide["prepay_id"]) == "MANDATE_METHOD"


def test_a_prepared_payment_is_good_for_two_hours() -> None:
    world = city_world()
    bill = world.arrange("alipay", "utility_bill", {"kind": "water", "amount": 40, "due": "2026-03-20"})
    opened = ok(world, "alipay_utility_bill_open", bill_id=bill)
    args = {"out_trade_no": opened["out_trade_no"]}
    prepared = ok(world, "alipay_order_prepay", **args)["prepay_id"]
    world.advance(world.now + 2 * HOUR)
    assert refused(world, "alipay_pay", **args, prepay_id=prepared, request_no="r1") == "PREPAY_EXPIRED"
    fresh = ok(world, "alipay_order_prepay", **args)["prepay_id"]
    assert fresh != prepared
    ok(world, "alipay_pay", **args, prepay_id=fresh, request_no="r1")


# --- looking back ---------------------------------------------------------------------------------------------

NARROWED: list[dict[str, Any]] = [
    {"single_fen": 3999},
    {"day_fen": 3999},
    {"period": "week", "period_fen": 3999},
    {"total_fen": 3999},
    {"count": 1},
    {"method_ids": ("card:6222",)},
    {"payees": ("another stall",)},
    {"weekdays": ("fri",)},
    {"valid_to": 0},
    {"other_constraints": ("only while it rains",)},
    {"owner": "U2"},
]


@pytest.mark.parametrize("terms", NARROWED, ids=str)
def test_a_payment_beyond_the_terms_is_found_afterwards(terms: dict[str, Any]) -> None:
    world = city_world()
    mandate = active(world, single_limit=100)
    first = pay(world, mandate)
    for number in ("r1", "r2"):
        ok(world, "alipay_mandate_pay", **first | {"request_no": number})
    assert check(world) == []
    row = world.state.get(MANDATES, mandate)
    assert row is not None
    world.ctx.put(MANDATES, msgspec.structs.replace(row, **terms))
    assert {violation.rule for violation in check(world)} == {"mandate"}


@pytest.mark.parametrize("state", ["SIGNING", "INVALID", "SUSPENDED", "CANCELLED", "TERMINATE"])
def test_a_payment_while_a_mandate_did_not_hold_is_found_afterwards(state: str) -> None:
    world = city_world()
    mandate = active(world)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    row = world.state.get(MANDATES, mandate)
    assert row is not None
    world.ctx.delete(MANDATES, mandate)
    world.ctx.put(MANDATES, msgspec.structs.replace(row, state=state))
    assert [violation.text[-len(state) :] for violation in check(world)] == [state]
