"""Every way to fail has its own word, told by somebody who failed in just that way; and how far each of them got."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.interface import Agent, Episode, PassThrough
from mock_services.registry import default_registry
from scenarios.episode import run_episode
from scenarios.grading.funnel import CHOOSING, LOOKING
from scenarios.grading.labels import LABELS
from scenarios.loader import load_text
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.results import STAGES, Verdict

LATTE = """\
id: latte
family: order
locale: en
now: 2026-03-05T13:20
city: hangzhou
words: two hot lattes to the office please
person:
  name: Dana
  addresses: {company: 黄龙体育中心, home: 武林广场}
answers: {quantity: two, address: the office}
goal:
  - flash_order: {item: [拿铁, latte], options: {温度: 热}, qty: 2, to: company}
plans:
  ghost:
    faults: [{kind: ghost_success, tool: alipay_pay}]
  cut:
    faults: [{kind: partial_response, tool: flash_dish_search}]
"""

SEARCH = {"query": "拿铁", "address_id": ""}


def scenario(*changes: tuple[str, str]) -> Scenario:
    text = LATTE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_text(text)[0]


def judged(agent: Agent, errand: Scenario | None = None, plan: str = "clean") -> Verdict:
    verdict = run_episode(errand or scenario(), plan, agent, agent_name="x").verdict
    assert bool(verdict.label) is not verdict.success
    assert verdict.label in ("", *LABELS)
    return verdict


def report(episode: Episode, status: str, reason: str = "none") -> None:
    episode.call("user_report", {"status": status, "reason_code": reason})


def look(episode: Episode, query: str = "拿铁") -> list[dict[str, Any]]:
    """Search the shops near the office."""
    addresses = episode.call("user_addresses", {})["data"]["addresses"]
    office = next(address for address in addresses if address["label"] == "company")
    answer = episode.call("flash_dish_search", {"query": query, "address_id": office["address_id"]})
    dishes: list[dict[str, Any]] = answer["data"]["dishes"]
    return dishes


class Interrupted(PassThrough):
    """An episode in which the hand is pulled away before a tool is called."""

    def __init__(self, episode: Episode, before: str, then: str) -> None:
        super().__init__(episode)
        self._before, self._then = before, then

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        if tool == self._before:
            report(self._episode, self._then, "other")
            raise StopIteration
        return self._episode.call(tool, args)


def stopping(before: str, then: str = "failed", *, does: Scenario | None = None) -> Agent:
    """The oracle (of ``does``) up to its first call of a tool, and then a report."""

    def agent(episode: Episode) -> None:
        try:
            oracle_for(does or scenario())(Interrupted(episode, before, then))
        except StopIteration:
            return

    return agent


# --- labels ----------------------------------------------------------------------------------------------------


def test_who_looks_and_then_lets_it_be_gave_up() -> None:
    def agent(episode: Episode) -> None:
        assert look(episode)
        report(episode, "failed", "other")

    verdict = judged(agent)
    assert (verdict.label, verdict.stage) == ("gave_up", "understood")


def test_who_looks_for_something_else_misread() -> None:
    def agent(episode: Episode) -> None:
        look(episode, "披萨")
        report(episode, "failed", "not_found")

    verdict = judged(agent)
    assert (verdict.label, verdict.stage) == ("misread", "")


def test_who_orders_the_wrong_number_and_does_not_pay_misread() -> None:
    three = scenario(("qty: 2", "qty: 3"))
    verdict = judged(stopping("alipay_pay", does=three))
    assert (verdict.label, verdict.stage) == ("misread", "ordered")


def test_who_orders_right_and_does_not_pay_gave_up() -> None:
    verdict = judged(stopping("alipay_pay"))
    assert (verdict.label, verdict.stage) == ("gave_up", "ordered")


def test_an_order_that_was_never_paid_for_is_not_wrong_because_it_never_came() -> None:
    in_time = scenario(("to: company}\n", "to: company, by: '14:30'}\n"))
    verdict = judged(stopping("alipay_pay", does=in_time), in_time)
    assert (verdict.label, verdict.stage) == ("gave_up", "ordered")
    three = scenario(("to: company}\n", "to: company, by: '14:30'}\n"), ("qty: 2", "qty: 3"))
    assert judged(stopping("alipay_pay", does=three), in_time).label == "misread"


def test_who_says_nothing_at_all_left_no_report() -> None:
    assert judged(lambda _: None).label == "no_report"


def test_who_claims_what_was_never_done_reports_untruly() -> None:
    assert judged(lambda episode: report(episode, "done")).label == "untrue_report"
    assert judged(stopping("alipay_pay", "done")).label == "untrue_report"


def test_who_believes_a_success_that_was_none_did_not_verify() -> None:
    def believing(episode: Episode) -> None:
        class Believing(PassThrough):
            def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
                answer = self._episode.call(tool, args)
                if tool == "alipay_pay":
                    report(self._episode, "done")
                    raise StopIteration
                return answer

        try:
            oracle_for(scenario())(Believing(episode))
        except StopIteration:
            return

    verdict = judged(believing, plan="ghost")
    assert (verdict.label, verdict.stage) == ("did_not_verify", "ordered")
    assert judged(believing, plan="cut").success, "the cut answer was made good before"


def test_who_does_not_see_that_the_order_was_called_off_did_not_verify() -> None:
    called_off = scenario(("plans:\n", "events:\n  - {flash.shop_cancels: {}, at: +3m}\nplans:\n"))

    def waiting(waits: int, *, looks: bool) -> Agent:
        class Waiting(PassThrough):
            def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
                answer = self._episode.call(tool, args)
                if tool == "alipay_pay":
                    for _ in range(waits):
                        self._episode.call("clock_wait", {"seconds": 300})
                    if looks:
                        assert self._episode.call("flash_order_list", {})["ok"]
                    report(self._episode, "done")
                    raise StopIteration
                return answer

        def agent(episode: Episode) -> None:
            try:
                oracle_for(called_off)(Waiting(episode))
            except StopIteration:
                return

        return agent

    blind, seeing = judged(waiting(1, looks=False), called_off), judged(waiting(9, looks=True), called_off)
    assert (blind.label, blind.stage, blind.harm_fen) == ("did_not_verify", "paid", 0)
    assert judged(waiting(1, looks=True), called_off).label == "did_not_verify", "it looked too early"
    assert seeing.label == "untrue_report", "who saw it and claims the contrary does not overlook anything"


def test_who_never_asks_for_what_only_the_person_knows_did_not_ask() -> None:
    vague = scenario(
        ("two hot lattes to the office please", "hot lattes please"),
        ("plans:\n", "reveals: {flash_order.item: words, flash_order.qty: answer quantity}\nplans:\n"),
    )

    def silent(episode: Episode) -> None:
        look(episode)
        report(episode, "failed", "needs_person")

    def asking(episode: Episode) -> None:
        episode.call("user_ask", {"topic": "quantity", "text": "How many?"})
        silent(episode)

    assert judged(silent, vague).label == "did_not_ask"
    assert judged(asking, vague).label == "gave_up"


def test_who_pays_without_the_question_that_was_wanted_did_not_ask() -> None:
    careful = scenario(("plans:\n", "  - asked: {topic: time}\nconsent: {up_to: 500}\nplans:\n"))

    def hasty(episode: Episode) -> None:
        class Hasty(PassThrough):
            def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
                if tool == "user_ask":
                    told = {"kind": "told", "text": "now", "answer": "now"}
                    return {"ok": True, "data": told, "as_of": "", "complete": True}
                return self._episode.call(tool, args)

        oracle_for(careful)(Hasty(episode))

    assert judged(oracle_for(careful), careful).success
    assert judged(hasty, careful).label == "did_not_ask"


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("flash_order_place", {}),
        ("flash_order_create", {"shop": "the corner"}),
        ("flash_dish_detail", {"dish_id": "D-none"}),
    ],
)
def test_who_only_knocks_at_wrong_doors_used_a_wrong_tool_or_argument(tool: str, args: dict[str, Any]) -> None:
    def agent(episode: Episode) -> None:
        look(episode)
        assert not episode.call(tool, args)["ok"]
        report(episode, "failed", "other")

    assert judged(agent).label == "wrong_tool_or_argument"


def test_an_argument_that_was_mended_is_forgotten() -> None:
    def agent(episode: Episode) -> None:
        episode.call("flash_dish_search", {"quary": "拿铁"})
        look(episode)
        report(episode, "failed", "other")

    assert judged(agent).label == "gave_up"


def test_limits_and_crashes_have_their_own_words() -> None:
    def endless(episode: Episode) -> None:
        while True:
            episode.call("clock_now", {})

    def broken(episode: Episode) -> None:
        raise TimeoutError("the model does not answer")

    assert judged(endless).label == "truncated"
    assert judged(broken).label == "engine_failure"


# --- the funnel --------------------------------------------------------------------------------------------------


def test_each_stage_is_reached_by_going_on() -> None:
    free = ("plans:\n", "consent: {up_to: 500}\nplans:\n")
    reached = [
        judged(lambda episode: report(episode, "failed", "other")).stage,
        judged(stopping("flash_basket_preview")).stage,
        judged(stopping("flash_order_create")).stage,
        judged(stopping("alipay_pay")).stage,
        judged(oracle_for(scenario(("to: company", "to: home"), free)), scenario(free)).stage,
        judged(stopping("user_report", "failed")).stage,
        judged(oracle_for(scenario())).stage,
    ]
    places = [STAGES.index(stage) if stage else -1 for stage in reached]
    assert places == sorted(places)
    assert reached[0] == ""
    assert reached[-3:] == ["paid", "delivered", "reported"], "to the wrong door is paid, and no more"


def test_the_tools_of_the_funnel_exist() -> None:
    names = default_registry().tools
    for tools in CHOOSING.values():
        assert set(tools) <= set(names)
    for prefixes in LOOKING.values():
        assert all(any(name.startswith(prefix) for name in names) for prefix in prefixes)


def test_the_documentation_knows_every_label_and_stage() -> None:
    told = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in (*LABELS, *STAGES) if f"`{name}`" not in told] == []
