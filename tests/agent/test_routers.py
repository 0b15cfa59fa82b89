"""Several engines behind one: their specs, who decides when one fails, and how one looks again at what another did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import agent.build
from agent import build_agent
from agent.build import build_router
from agent.desk import Desk
from agent.engine import Engine, EngineFailure, Node
from agent.route.cascade import unread
from agent.route.health import failed, is_open, passed
from agent.route.spec import read_route, split_specs
from agent.state import Context, State
from agent.steps.base import Me
from agent.task import Buy, Item, Part, Task
from mock_services.clock import local
from mock_services.errors import UsageError
from scenarios.episode import run_episode
from scenarios.loader import load_text
from tests.agent.scripted import HEAD, LATTES, Scripted, Story

TEAS = Task("en", (Buy(id="g1", items=(Item("latte", (Part(5, ("hot",)),), "five hot lattes"),), channel="flash"),))


class Named(Scripted):
    """An engine with a name of its own, that counts how often it was asked to understand."""

    def __init__(self, name: str, task: Task = LATTES) -> None:
        super().__init__(task)
        self.name, self.read = name, 0

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        self.read += 1
        return self.task


class Alone(Named):
    """An engine with nodes of its own: it orders and pays by itself, and dies before it has told anybody."""

    def __init__(self, paid: bool) -> None:
        super().__init__("alone")
        self.paid = paid

    def nodes(self) -> Mapping[str, Node]:
        def act(state: State, context: Context) -> State:
            desk = context.desk
            if context.deeds.writes:
                raise EngineFailure("stuck")
            found = desk.call("flash_dish_search", {"query": "hot latte", "location": state["me"]["location"]})
            dish = found["dishes"][0]
            lines = [{"dish_id": dish["dish_id"], "quantity": 2, "options": {}}]
            args = {"shop_id": dish["shop_id"], "lines": lines, "address_id": state["me"]["addresses"][0]["address_id"]}
            order = desk.call("flash_order_create", {**args, "request_no": "alone-1"})
            if self.paid:
                charge = {"out_trade_no": order["out_trade_no"], "payee": "x", "subject": "x"}
                amount = order["amount"]
                offer = {"charges": [{**charge, "amount": amount}], "total": amount}
                desk.call("user_confirm", {"offer": offer, "text": "two lattes"})
                pay = {"out_trade_no": order["out_trade_no"], "request_no": "alone-2", "expect_amount": amount}
                desk.call("alipay_pay", pay)
            raise EngineFailure("truncated")

        return {"act": act}


def routed(
    monkeypatch: pytest.MonkeyPatch, policy: str, *minds: Engine, refuse: str = "{}", plan: str = "clean"
) -> Story:
    """An errand behind a router over these engines."""
    by_name = {mind.name: mind for mind in minds}
    monkeypatch.setattr(agent.build, "build_engine", lambda name, *_: by_name[name])
    spec = f"route:{policy}({','.join(by_name)})"
    (scenario,) = load_text(HEAD.format(faults="[{kind: unavailable, engine: one, node: consent}]", refuse=refuse))
    result = run_episode(scenario, plan, build_agent(spec), agent_name=spec, seed=0)
    assert result.error == ""
    return Story(result)


def deciders(story: Story) -> list[tuple[str, str]]:
    """Who decided what, in order."""
    return [(note["node"], note["engine"]) for note in story.notes("node") if "engine" in note]


# --- specs -------------------------------------------------------------------------------------------------------


def test_a_comma_inside_parentheses_belongs_to_the_router():
    assert split_specs("rules, route:cascade(sim:hasty,rules) ,sim:hasty") == [
        "rules",
        "route:cascade(sim:hasty,rules)",
        "sim:hasty",
    ]
    assert read_route("route:failover(sim:hasty, rules)") == ("failover", ["sim:hasty", "rules"])
    for wrong in ("route:failover(a,b", "a),b"):
        with pytest.raises(UsageError, match="parentheses"):
            split_specs(wrong)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("route:failovr(rules,sim:hasty)", "route:failover"),
        ("route:failover(rules)", "two or more"),
        ("route:failover(rules,rules)", "two or more"),
        ("route:failover", "two or more"),
        ("route:cascade(rules,route:failover(rules,sim:hasty))", "engines, not routers"),
        ("route:cascade(rules,sim:hsty)", "sim:hasty"),
    ],
)
def test_a_mistake_in_a_routers_spec_is_one_clear_line(spec, says):
    with pytest.raises(UsageError, match=says) as caught:
        build_router(spec)
    assert "\n" not in str(caught.value)


# --- who can be asked --------------------------------------------------------------------------------------------


def test_an_engine_is_left_alone_after_two_failures_or_as_long_as_it_said():
    now = local(10**12, 480)
    once = failed({}, "a", "timeout", now, None)
    assert not is_open(once, "a", now)
    twice = failed(once, "a", "empty", now, None)
    assert is_open(twice, "a", now)
    assert not is_open(twice, "a", local(10**12 + 300_000, 480))
    assert not is_open(passed(twice, "a"), "a", now)
    told = failed({}, "a", "rate_limit", now, 20)
    assert is_open(told, "a", local(10**12 + 19_000, 480))
    assert not is_open(told, "a", local(10**12 + 20_000, 480))
    assert is_open(failed({}, "a", "refusal", now, None), "a", local(10**13, 480))


def test_the_next_engine_goes_on_where_one_is_gone_and_nothing_is_done_twice(monkeypatch):
    story = routed(monkeypatch, "failover", Named("one"), Named("two"), plan="broken")
    assert deciders(story)[:4] == [("understand", "one"), ("plan", "one"), ("act", "one"), ("consent", "one")]
    assert {engine for _, engine in deciders(story)[4:]} == {"two"}
    assert len(story.calls("flash_order_create")) == 1
    assert len(story.paid()) == 1
    assert story.report["status"] == "done"
    (row,) = story.result.fallback
    assert (row.fault, row.reaction, row.resolved) == ("engine_unavailable", "swap", True)


@pytest.mark.parametrize("paid", [False, True])
def test_an_engine_that_cannot_read_the_others_state_first_looks_what_was_done(monkeypatch, paid):
    story = routed(monkeypatch, "failover", Alone(paid), Named("two"))
    assert len(story.paid()) == 1
    alive = [row for row in story.rows("flash.orders").values() if row["state"] != "cancelled"]
    assert len(alive) == 1
    assert len(story.calls("flash_order_create")) == (1 if paid else 2)
    assert story.report["status"] == "done"


# --- a second look -----------------------------------------------------------------------------------------------


def test_a_no_to_what_the_cheap_engine_understood_is_put_again_as_the_dear_one_does(monkeypatch):
    story = routed(monkeypatch, "cascade", Named("cheap", TEAS), Named("dear"), refuse='{above: 80, text: "no"}')
    assert [note["why"] for note in story.notes("escalated")] == ["refused"]
    assert story.report["status"] == "done"
    assert len(story.paid()) == 1
    assert sorted(row["state"] for row in story.rows("flash.orders").values())[0] == "cancelled"


def test_where_both_understand_the_same_a_no_stays_a_no(monkeypatch):
    dear = Named("dear")
    story = routed(monkeypatch, "cascade", Named("cheap"), dear, refuse='{above: 1, text: "no"}')
    assert dear.read == 1
    assert len(story.calls("user_confirm")) == 1, "nobody is asked again"
    assert story.report["reason_code"] == "refused_by_person"
    assert story.paid() == []


def test_who_understands_nothing_is_followed_by_who_does(monkeypatch):
    story = routed(monkeypatch, "cascade", Named("cheap", Task("en")), Named("dear"))
    assert [note["why"] for note in story.notes("escalated")] == ["not_understood"]
    assert story.report["status"] == "done"


def test_amounts_that_stand_nowhere_in_the_task_were_not_read():
    task: dict[str, Any] = {"goals": [{"kind": "transfer", "amount_fen": 20_000}]}
    assert unread("send Rina 200 yuan", task) == []
    assert unread("转给 Rina 200 元,总共不超过 500 元", task) == [50_000]
