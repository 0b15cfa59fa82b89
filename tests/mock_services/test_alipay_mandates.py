"""Mandates: only the person grants one, and the payment service enforces every term from its own history."""

from __future__ import annotations

from typing import Any

import pytest

from mock_services.alipay.mandates import RULES
from mock_services.clock import DAY, MINUTE
from mock_services.errors import UsageError
from mock_services.faults import Fault
from mock_services.world import World
from tests.mock_services.alipay_world import balances, city_world, ok, order, refused

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
    assert applied["state"] == "pending"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate)) == "MANDATE_NOT_ACTIVE"
    woken = ok(world, "clock_wait", seconds=300)
    assert [(n["event"], n["ref"]) for n in woken["notices"]] == [("mandate_active", mandate)]
    paid = ok(world, "alipay_mandate_pay", **pay(world, mandate))
    assert (paid["amount"], paid["method_ids"]) == ("20.00", ["wallet"])
    shown = ok(world, "alipay_mandate_query", mandate_id=mandate)
    assert (shown["state"], shown["used_today"], shown["used_count"], shown["answer"]) == ("active", "20.00", 1, "fine")
    assert ok(world, "alipay_mandate_apply", **TERMS, request_no="a1")["mandate_id"] == mandate
    assert ok(world, "alipay_mandate_list")["total"] == 1


def test_a_person_can_refuse_a_mandate() -> None:
    world = city_world()
    mandate = ok(world, "alipay_mandate_apply", **TERMS | {"single_limit": 300})["mandate_id"]
    world.advance(world.now + MINUTE)
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "rejected"
    assert refused(world, "alipay_mandate_pay", **pay(world, mandate)) == "MANDATE_NOT_ACTIVE"
    assert refused(world, "alipay_mandate_revoke", mandate_id=mandate) == "MANDATE_NOT_ACTIVE"


def test_an_application_that_is_withdrawn_is_not_granted_afterwards() -> None:
    world = city_world()
    mandate = ok(world, "alipay_mandate_apply", **TERMS)["mandate_id"]
    assert ok(world, "alipay_mandate_revoke", mandate_id=mandate)["state"] == "revoked"
    world.advance(world.now + MINUTE)
    assert ok(world, "alipay_mandate_revoke", mandate_id=mandate)["state"] == "revoked"


BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"state": "revoked"}, "20", "MANDATE_NOT_ACTIVE"),
    ({"valid_from": "2026-01-01T00:00:00", "valid_to": "2026-03-01T00:00:00"}, "20", "MANDATE_NOT_ACTIVE"),
    ({"other_constraints": ["only while it rains"]}, "20", "MANDATE_CONSTRAINT_UNKNOWN"),
    ({"valid_from": "2026-03-06T00:00:00"}, "20", "MANDATE_NOT_VALID_YET"),
    ({"weekdays": ["mon", "fri"]}, "20", "MANDATE_WEEKDAY"),
    ({"categories": ["ride", "travel"]}, "20", "MANDATE_PAYEE"),
    ({"payees": ["another stall"]}, "20", "MANDATE_PAYEE"),
    ({}, "30.01", "MANDATE_SINGLE_LIMIT"),
]


@pytest.mark.parametrize(("terms", "yuan", "code"), BROKEN)
def test_every_term_is_enforced(terms: dict[str, Any], yuan: str, code: str) -> None:
    world = city_world()
    assert refused(world, "alipay_mandate_pay", **pay(world, active(world, **terms), yuan)) == code
    assert balances(world)["wallet"] == 50_000


USED_UP: list[tuple[dict[str, Any], str]] = [
    ({"day_limit": 39}, "MANDATE_DAY_LIMIT"),
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


def test_every_rule_is_tested_here() -> None:
    assert {code for code, _, _ in RULES} == {code for _, _, code in BROKEN} | {code for _, code in USED_UP}


def test_within_all_terms_it_pays() -> None:
    world = city_world()
    terms = {"weekdays": ["thu"], "payees": ["stall"], "day_limit": 40, "count": 2, "method_id": "card:6222"}
    mandate = active(world, **terms)
    ok(world, "alipay_mandate_pay", **pay(world, mandate))
    ok(world, "alipay_mandate_pay", **pay(world, mandate, request_no="r2"))
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "used_up"
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
    assert ok(world, "alipay_mandate_query", mandate_id=mandate)["state"] == "revoked"
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
