"""The graph at work: what it reserves, asks, pays, falls back on, and tells."""

from __future__ import annotations

import os
import socket

import pytest

from agent.edges import EDGES
from agent.graph import NODES, compiled
from agent.task import Task, Visit
from tests.agent.scripted import GIFT, LATTES, RIDE, TRAIN, TRIP, play


def test_an_errand_over_two_services_asks_once_and_pays_each_order_once(monkeypatch):
    story = play(monkeypatch, TRIP)
    (asked,) = story.calls("user_confirm")
    assert len(asked["args"]["offer"]["charges"]) == 2
    assert len(story.paid()) == 2
    assert story.report["status"] == "done"


def test_what_is_shown_for_consent_is_what_is_charged(monkeypatch):
    story = play(monkeypatch, LATTES)
    (charge,) = story.calls("user_confirm")[0]["args"]["offer"]["charges"]
    (payment,) = story.paid()
    assert charge["out_trade_no"] == payment["out_trade_no"]
    assert round(float(charge["amount"]) * 100) == payment["fen"]
    assert sum(round(float(line["amount"]) * 100) for line in charge["lines"]) == payment["fen"]


def test_the_ride_to_the_station_leaves_in_time_for_the_train(monkeypatch):
    story = play(monkeypatch, TRIP)
    ride = story.calls("amap_ride_order")[0]
    train = next(iter(story.rows("fliggy.orders").values()))
    assert ride["args"]["depart_at"] < story.calls("fliggy_order_detail")[-1]["data"]["start"]
    assert train["state"] == "ticketed"


def test_a_no_ends_the_errand_unpaid_and_releases_what_was_reserved(monkeypatch):
    story = play(monkeypatch, LATTES, refuse='{above: 1, text: "too dear"}')
    assert story.paid() == []
    assert story.report["status"] == "declined"
    assert story.report["reason_code"] == "refused_by_person"
    assert {row["state"] for row in story.rows("flash.orders").values()} == {"cancelled"}


@pytest.mark.parametrize("tool", ["alipay_pay", "flash_order_create"])
@pytest.mark.parametrize(
    "fault",
    [
        "kind: timeout, phase: lost_ack",
        "kind: timeout, phase: late",
        "kind: ghost_success",
        "kind: duplicate_delivery",
        "kind: server_error",
        "kind: rate_limited",
    ],
)
def test_whatever_happens_to_a_write_the_person_pays_once(monkeypatch, tool, fault):
    story = play(monkeypatch, LATTES, f"[{{{fault}, tool: {tool}}}]")
    assert len(story.paid()) == 1
    assert story.report["status"] == "done"
    live = [row for row in story.rows("flash.orders").values() if row["state"] not in ("cancelled", "refunded")]
    assert len(live) == 1


@pytest.mark.parametrize("phase", ["lost_ack", "late"])
def test_a_ride_whose_order_was_not_answered_is_looked_for_and_not_ordered_twice(monkeypatch, phase):
    story = play(monkeypatch, RIDE, f"[{{kind: timeout, tool: amap_ride_order, phase: {phase}}}]")
    assert len(story.calls("amap_ride_order")) == 1
    assert len(story.rows("amap.rides")) == 1
    assert story.rungs()[0] == "query"
    assert len(story.paid()) == 1


@pytest.mark.parametrize("kind", ["timeout", "rate_limited", "server_error", "partial_response", "stale_read"])
def test_a_ride_whose_first_look_fails_is_looked_for_again_and_not_ordered_twice(monkeypatch, kind):
    story = play(monkeypatch, RIDE, f"[{{kind: {kind}, tool: amap_ride_status}}]")
    assert len(story.calls("amap_ride_order")) == 1
    assert len(story.rows("amap.rides")) == len(story.paid()) == 1
    assert story.rungs()[:1] == ([] if kind == "stale_read" else ["query"])
    assert story.report["status"] == "done"


def test_a_ride_that_was_only_acknowledged_is_ordered_again_although_the_first_look_failed(monkeypatch):
    faults = "[{kind: ghost_success, tool: amap_ride_order}, {kind: timeout, tool: amap_ride_status}]"
    story = play(monkeypatch, RIDE, faults)
    assert len(story.calls("amap_ride_order")) == 2
    assert len(story.rows("amap.rides")) == len(story.paid()) == 1
    assert story.report["status"] == "done"


def test_tickets_whose_first_look_fails_are_looked_for_and_not_booked_twice(monkeypatch):
    visit = Task("en", (Visit(id="g1", place="西湖", date="2026-03-10"),))
    story = play(monkeypatch, visit, "[{kind: timeout, tool: fliggy_order_detail}]")
    assert len(story.calls("fliggy_ticket_book")) == len(story.rows("fliggy.orders")) == len(story.paid()) == 1
    assert story.rungs()[0] == "query"


def test_a_transfer_that_was_not_answered_is_not_sent_twice(monkeypatch):
    story = play(monkeypatch, GIFT, "[{kind: connection_reset, tool: alipay_transfer, phase: lost_ack}]")
    assert [payment["fen"] for payment in story.paid()] == [20_000]
    assert story.report["status"] == "done"


def test_a_dish_that_sells_out_is_replaced_and_the_person_sees_the_new_price(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: sold_out, tool: flash_order_create}]")
    assert "alternative" in story.rungs()
    assert len(story.calls("flash_order_create")) == 2
    assert story.report["status"] == "done"


def test_a_price_that_moves_is_shown_before_it_is_paid(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: price_change, tool: flash_order_create, params: {percent: 5}}]")
    assert "reconsent" in story.rungs()
    (payment,) = story.paid()
    charge = story.calls("user_confirm")[-1]["args"]["offer"]["charges"][0]
    assert round(float(charge["amount"]) * 100) == payment["fen"]


def test_a_declined_payment_goes_to_another_method_with_a_new_consent(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: payment_declined, tool: alipay_pay}]")
    methods = [call["args"]["offer"]["charges"][0]["method_id"] for call in story.calls("user_confirm")]
    assert len(set(methods)) == 2
    (payment,) = story.paid()
    assert payment["sources"][0][0].startswith(methods[1].partition(":")[0])


def test_a_pending_payment_is_waited_for_and_not_repeated(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: payment_pending, tool: alipay_pay}]")
    assert len(story.calls("alipay_pay")) == 1
    assert len(story.paid()) == 1


def test_a_merchant_that_cancels_after_payment_is_replaced_and_the_money_comes_back(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: merchant_cancels, tool: flash_order_create}]")
    assert "alternative" in story.rungs()
    payments = story.paid()
    assert len(payments) == 2
    assert sum(p["fen"] - p["refunded_fen"] for p in payments) == min(
        p["fen"] for p in payments if not p["refunded_fen"]
    )


def test_an_outage_is_waited_out(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: outage, service: flash, params: {seconds: 200}}]")
    assert "wait" in story.rungs()
    assert story.report["status"] == "done"


@pytest.mark.parametrize("kind", ["partial_response", "empty_response", "schema_drift", "stale_read"])
def test_an_answer_that_cannot_be_trusted_is_asked_for_again(monkeypatch, kind):
    story = play(monkeypatch, Task("en", (TRAIN,)), f"[{{kind: {kind}, tool: fliggy_train_search}}]")
    assert story.report["status"] == "done"


def test_without_fallback_the_first_failure_ends_it_and_says_so(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: server_error, tool: flash_order_create}]", fallback="none")
    assert story.rungs() == []
    assert story.report["status"] == "failed"
    assert story.report["reason_code"] == "service_down"
    assert story.paid() == []


def test_blind_retry_orders_a_second_ride(monkeypatch):
    story = play(monkeypatch, RIDE, "[{kind: timeout, tool: amap_ride_order, phase: lost_ack}]", fallback="retry")
    assert len(story.calls("amap_ride_order")) == 2


def test_every_edge_leads_to_a_node_and_every_node_can_be_reached():
    targets = {target for edges in EDGES.values() for target in edges}
    assert targets - {"end"} <= set(NODES)
    assert set(NODES) - {"understand"} <= targets
    assert set(compiled().get_graph().nodes) >= set(NODES)


def test_a_stray_tracing_variable_sends_nothing(monkeypatch):
    monkeypatch.setitem(os.environ, "LANGSMITH_TRACING", "true")
    monkeypatch.setitem(os.environ, "LANGSMITH_API_KEY", "none")

    def refuse(*_: object) -> None:
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert play(monkeypatch, LATTES).report["status"] == "done"
