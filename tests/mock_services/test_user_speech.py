"""Speaking with the person: it takes their time, it is remembered, and no service's fault is in between."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from mock_services.clock import SECOND
from mock_services.context import Ctx
from mock_services.faults import Fault
from mock_services.person import Answer
from mock_services.user.rows import CONSENTS, DIALOGUE, REPORTS
from tests.mock_services.alipay_world import Willing, city_world, ok, refused

CHARGE: dict[str, Any] = {
    "payee": "stall",
    "subject": "tea",
    "amount": "12.50",
    "out_trade_no": "P1",
    "lines": [{"name": "tea", "quantity": 2, "amount": "15.00"}, {"name": "coupon", "amount": "-2.50"}],
}


class Impatient(Willing):
    """Answers a question once."""

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        asked = [row for row in ctx.scan(DIALOGUE) if row.topic == topic]
        return Answer("annoyed", "I told you") if asked else Answer("told", "two", seconds=40)


def test_a_question_takes_the_persons_time_and_is_remembered() -> None:
    world = city_world()
    world.person = Impatient()
    before = world.now
    assert ok(world, "user_ask", topic="quantity", text="几杯?") == {"kind": "told", "text": "two"}
    assert world.now == before + 40 * SECOND
    assert ok(world, "user_ask", topic="quantity", text="几杯呀?")["kind"] == "annoyed"
    assert ok(world, "user_ask", topic="address", text="送到哪?")["kind"] == "told"
    assert [(row.topic, row.kind) for row in world.state.scan(DIALOGUE)] == [
        ("quantity", "told"),
        ("quantity", "annoyed"),
        ("address", "told"),
    ]
    assert refused(world, "user_ask", topic="weather", text="?") == "INVALID_ARGUMENT"


def test_consent_is_bound_to_exactly_what_was_shown() -> None:
    world = city_world()
    before = world.now
    shown = ok(world, "user_confirm", offer={"charges": [CHARGE], "total": "12.50"}, text="ok?")
    assert shown["decision"] == "approved"
    assert world.now == before + 15 * SECOND
    consent = world.state.get(CONSENTS, shown["consent_id"])
    assert consent is not None
    assert (consent.decision, consent.total_fen, consent.charges[0].fen) == ("approved", 1250, 1250)
    assert [line.fen for line in consent.charges[0].lines] == [1500, -250]
    canonical = {
        "actions": [],
        "charges": [
            {
                "amount": 1250,
                "lines": [
                    {"amount": 1500, "name": "tea", "quantity": 2},
                    {"amount": -250, "name": "coupon", "quantity": 1},
                ],
                "method_id": "",
                "out_trade_no": "P1",
                "payee": "stall",
                "subject": "tea",
            }
        ],
        "total": 1250,
    }
    written = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert shown["offer_hash"] == sha256(written.encode()).hexdigest() == consent.offer_hash
    other = ok(world, "user_confirm", offer={"charges": [CHARGE | {"payee": "stal1"}], "total": "12.50"})
    assert other["offer_hash"] != shown["offer_hash"]


def test_a_total_that_is_not_the_sum_of_the_charges_never_reaches_the_person() -> None:
    world = city_world()
    assert refused(world, "user_confirm", offer={"charges": [CHARGE], "total": "10"}) == "TOTAL_MISMATCH"
    assert refused(world, "user_confirm", offer={"total": 0}) == "EMPTY_OFFER"
    assert refused(world, "user_confirm", offer={"charges": [CHARGE | {"amount": 0}], "total": 0}) == "INVALID_ARGUMENT"
    assert list(world.state.scan(CONSENTS)) == []


def test_a_cancellation_is_shown_with_its_fee_and_without_a_charge() -> None:
    world = city_world()
    action = {"kind": "cancel", "target": "H1", "fee": "88", "text": "cancel the hotel"}
    shown = ok(world, "user_confirm", offer={"actions": [action], "total": 0})
    consent = world.state.get(CONSENTS, shown["consent_id"])
    assert consent is not None
    assert (consent.actions[0].target, consent.actions[0].fee_fen, consent.total_fen) == ("H1", 8800, 0)


def test_no_fault_comes_between_agent_and_person() -> None:
    world = city_world(Fault("outage", service="user"), Fault("timeout", service="user", phase="lost_ack", limit=9))
    assert ok(world, "user_ask", topic="item", text="?")["kind"] == "told"
    ok(world, "user_confirm", offer={"charges": [CHARGE], "total": "12.50"})
    ok(world, "user_report", status="done")
    assert refused(world, "user_profile") == "SERVICE_UNAVAILABLE"


def test_the_last_report_counts_and_the_first_is_kept() -> None:
    world = city_world()
    ok(world, "user_report", status="failed", reason_code="sold_out", binding_constraint="by 10:30")
    facts = [{"name": "amount", "value": "12.50", "ref": "P1"}]
    ok(world, "user_report", status="done", facts=facts, text="两杯热拿铁,10:20 到")
    first, last = world.state.scan(REPORTS)
    assert (first.status, first.reason_code, last.status, last.reason_code) == ("failed", "sold_out", "done", "none")
    assert last.facts[0].value == "12.50"
    assert refused(world, "user_report", status="great") == "INVALID_ARGUMENT"
