"""Notifications as they are in life: late, repeated and out of order, to the person and to the payee."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from mock_services.clock import HOUR, MINUTE, SECOND, parse_iso
from mock_services.context import NOTICES
from mock_services.faults import Fault
from mock_services.invariants import check
from mock_services.payables import PAYMENTS, RETRY_MINUTES
from mock_services.world import World
from tests.mock_services.alipay_world import balances, city_world, ok, order, refused
from tests.mock_services.kernel_stall import ORDERS

LATE = "out_of_order_notification"


def inbox(world: World) -> list[Any]:
    """The person's messages, the one that arrived first in front."""
    return list(reversed(ok(world, "user_notices")["notices"]))


def heard(world: World, trade: str) -> int:
    return next(row.heard for row in world.state.scan(ORDERS) if row.out_trade_no == trade)


def test_a_message_says_when_it_happened_and_when_it_came() -> None:
    world = city_world()
    ok(world, "alipay_pay", out_trade_no=order(world), request_no="r1")
    (notice,) = inbox(world)
    assert (notice["event"], notice["notice_id"], notice["at"]) == ("payment_success", "N00001", notice["event_at"])


def test_a_late_message_is_overtaken_and_can_be_put_in_order_by_its_own_time() -> None:
    world = city_world(Fault(LATE, tool="alipay_pay"))
    first, second = order(world), order(world)
    ok(world, "alipay_pay", out_trade_no=first, request_no="r1")
    ok(world, "alipay_pay", out_trade_no=second, request_no="r2")
    world.advance(world.now + RETRY_MINUTES[0] * MINUTE)
    arrived = inbox(world)
    assert [notice["ref"] for notice in arrived] == [second, first]
    happened = sorted(arrived, key=lambda notice: (parse_iso(notice["event_at"], 0), notice["notice_id"]))
    assert [notice["ref"] for notice in happened] == [first, second]
    assert parse_iso(arrived[1]["at"], 0) - parse_iso(arrived[1]["event_at"], 0) == RETRY_MINUTES[0] * MINUTE
    assert [notice["notice_id"] for notice in happened] == ["N00001", "N00002"]


def test_waiting_shows_the_late_message_too() -> None:
    world = city_world(Fault(LATE, tool="alipay_mandate_suspend"))
    terms = {"purpose": "tea", "categories": ["food"], "single_limit": 30, "valid_to": "2026-06-01T00:00:00"}
    mandate = world.arrange("alipay", "mandate", terms)
    ok(world, "alipay_mandate_suspend", mandate_id=mandate)
    assert inbox(world) == []
    woken = ok(world, "clock_wait", seconds=600)
    assert [(n["event"], n["ref"], n["notice_id"]) for n in woken["notices"]] == [
        ("mandate_suspended", mandate, "N00001")
    ]
    assert woken["notices"][0]["event_at"] < woken["notices"][0]["at"]


def test_a_repeated_message_keeps_its_number_and_time() -> None:
    world = city_world(Fault("duplicate_notification", tool="alipay_pay"))
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    world.advance(world.now + 5 * MINUTE)
    one, other = inbox(world)
    assert one["notice_id"] == other["notice_id"]
    assert one["event_at"] == other["event_at"]
    assert one["at"] < other["at"]
    assert [row.id for row in world.state.scan(NOTICES)] == [1, 2]


@pytest.mark.parametrize("missed", range(1, len(RETRY_MINUTES) + 1))
def test_a_payee_that_missed_notifications_hears_at_the_intervals_of_the_repetitions(missed: int) -> None:
    world = city_world(Fault(LATE, tool="alipay_pay", params={"missed": missed}))
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    paid_at = world.now
    delay = list(accumulate(RETRY_MINUTES))[missed - 1]
    world.advance(paid_at + delay * MINUTE)
    assert heard(world, trade) == 0
    world.advance(paid_at + delay * MINUTE + 90 * SECOND)
    assert heard(world, trade) == 1
    assert world.ctx.payables.get(trade).state == "settled"


def test_eight_deliveries_are_over_within_twenty_five_hours() -> None:
    assert len(RETRY_MINUTES) + 1 == 8
    assert 24 * 60 < sum(RETRY_MINUTES) < 25 * 60


def test_while_the_payee_has_not_heard_a_blind_retry_pays_twice_and_the_second_can_be_claimed_back() -> None:
    world = city_world(Fault(LATE, tool="alipay_pay"))
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    world.advance(world.now + 3 * MINUTE)
    second = ok(world, "alipay_pay", out_trade_no=trade, request_no="r2")
    world.advance(world.now + 10 * MINUTE)
    assert heard(world, trade) == 1, "it hears of the trade once, however many payments there are"
    assert refused(world, "alipay_pay", out_trade_no=trade, request_no="r3") == "TRADE_HAS_SUCCESS"
    ok(world, "alipay_refund_request", payment_id=second["payment_id"], reason="duplicate")
    world.advance(world.now + HOUR)
    assert balances(world)["wallet"] == 50_000 - 1250
    assert check(world) == []


def test_late_and_repeated_together_double_nothing() -> None:
    world = city_world(
        Fault(LATE, tool="alipay_pay"), Fault("duplicate_notification", tool="alipay_pay", attempts=(2,))
    )
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    world.advance(world.now + HOUR)
    assert len(world.ctx.scan(PAYMENTS)) == 1
    assert heard(world, trade) == 2
    assert balances(world)["wallet"] == 50_000 - 1250
    assert check(world) == []


def test_a_scenario_can_place_a_message_that_is_late() -> None:
    world = city_world()
    args = {"service": "bank", "event": "card_blocked", "text": "…", "event_at": "2026-03-05T08:00"}
    world.arrange("user", "notice", args)
    (notice,) = inbox(world)
    assert (notice["event_at"], notice["at"]) == ("2026-03-05T08:00:00+08:00", "2026-03-05T09:40:00+08:00")
