"""Speaking with the person: it takes their time, it is remembered, and no service's fault is in between."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_services.clock import SECOND
from mock_services.context import Ctx
from mock_services.faults import Fault
from mock_services.person import Answer
from mock_services.user.rows import CONSENTS, DIALOGUE, REPORTS
from tests.mock_services.alipay_world import Willing, city_world, ok, order, refused

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


# --- any arguments --------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["", "-1", "0", "12.50", "9" * 40, "wallet", "credit", "card:6222", "U1", "food", "\x00", "a" * 3000]
    ),
    st.sampled_from(["2026-03-05", "2026-03-05T10:00:00", "9999-12-31T00:00:00Z", "2026-13-01T00:00:00", "120.1,30.2"]),
    st.lists(st.sampled_from(["food", "mon", "stall", "x", ""]), max_size=3),
    st.dictionaries(st.sampled_from(["charges", "total", "actions", "x"]), st.integers() | st.just([]), max_size=3),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_call_gives_a_typed_error_or_a_result_and_a_refused_one_changes_nothing(data: st.DataObject) -> None:
    world = WORLD.fork()
    tools = {name: tool for name, tool in world.base.registry.tools.items() if tool.service in ("user", "alipay")}
    tool = tools[data.draw(st.sampled_from(sorted(tools)))]
    args: dict[str, Any] = {}
    for name, field in tool.args.model_fields.items():
        if field.is_required() or data.draw(st.booleans()):
            known = st.sampled_from(KNOWN[name]) if name in KNOWN else VALUES
            args[name] = data.draw(known | VALUES)
    before = world.state.fork()
    reply = world.call(tool.name, args)
    if reply.ok:
        assert set(reply.data) == set(tool.result.model_fields)
    else:
        assert reply.error is not None
        assert reply.error["code"] in (*tool.errors, "INVALID_ARGUMENT", "IDEMPOTENCY_CONFLICT")
        assert "secret" not in reply.error["message"]
        assert world.recorder.events[-1].data["changes"] == []
    if tool.access == "read" or not reply.ok:
        assert world.state.digest() == before.digest()


def _known() -> dict[str, list[Any]]:
    world = WORLD
    contact = world.arrange("user", "contact", {"name": "Rina", "phone": "13900000001"})
    trade = order(world)
    past = world.arrange("alipay", "past_payment", {"payee": "M", "amount": 5, "at": "2026-03-01T00:00:00"})
    payment = ok(world, "alipay_trade_query", out_trade_no=past)["payments"][0]["payment_id"]
    terms = {"purpose": "tea", "categories": ["food"], "single_limit": 30, "valid_to": "2026-06-01T00:00:00"}
    return {
        "out_trade_no": [trade, past],
        "payment_id": [payment],
        "request_no": ["r1"],
        "contact_id": [contact],
        "contact_ids": [[contact]],
        "account": ["13900000001"],
        "payee_account": ["13900000001"],
        "bill_id": [world.arrange("alipay", "utility_bill", {"kind": "gas", "amount": 5, "due": "2026-03-09"})],
        "mandate_id": [world.arrange("alipay", "mandate", terms)],
        "amount": ["5", "700", 12.5],
        "amount_each": ["5"],
        "single_limit": ["5", "70"],
        "valid_to": ["2026-06-01T00:00:00"],
        "categories": [["food"]],
        "reason": ["duplicate", "other"],
        "method_id": ["wallet", "credit"],
        "topic": ["item"],
        "text": ["?"],
        "status": ["done"],
        "offer": [{"charges": [CHARGE], "total": "12.50"}],
        "city": ["Hangzhou"],
        "location": ["120.1551,30.2741"],
        "title": ["x"],
        "start": ["2026-03-05T10:00:00"],
        "end": ["2026-03-05T11:00:00"],
    }


WORLD = city_world()
KNOWN = _known()


@pytest.mark.parametrize("service", ["user", "alipay"])
def test_every_tool_and_argument_is_documented(service: str) -> None:
    for tool in WORLD.base.registry.services[service].tools.values():
        assert tool.function()["function"]["description"]
        for name, field in tool.args.model_fields.items():
            assert field.description, f"{tool.name}.{name}"
