"""The simulated person answers what is asked, refuses what does not add up, and runs out of patience."""

from __future__ import annotations

from typing import Any

from mock_services.world import World
from scenarios.episode import build_world
from scenarios.loader import load_text

ERRAND = """\
id: tea
family: order
locale: id
now: 2026-03-05T09:40
city: hangzhou
words: pesen teh
person:
  name: Sari
  patience: [2, 4]
  refuse: {above: 100, payees: [shop-x]}
  mandates: {per_payment_at_most: 50, categories: [food]}
answers: {item: teh melati, budget: seratus}
goal: [{flash_order: {item: teh}}]
"""


def home() -> World:
    return build_world(load_text(ERRAND)[0], "clean")[0]


def ask(world: World, topic: str, text: str) -> tuple[str, str]:
    reply = world.call("user_ask", {"topic": topic, "text": text})
    return reply.data["kind"], reply.data["text"]


def confirm(world: World, *amounts: str, payee: str = "shop-y", **more: Any) -> str:
    charges = [{"payee": payee, "subject": "teh", "amount": amount, **more} for amount in amounts]
    total = f"{sum(float(amount) for amount in amounts):.2f}"
    decision: str = world.call("user_confirm", {"offer": {"charges": charges, "total": total}}).data["decision"]
    return decision


def test_they_say_what_they_know_and_admit_what_they_do_not() -> None:
    world = home()
    assert ask(world, "item", "teh apa?") == ("told", "teh melati")
    assert ask(world, "address", "kirim ke mana?")[0] == "unknown"


def test_an_unclear_question_is_asked_back() -> None:
    assert ask(home(), "other", "hm?")[0] == "unclear"


def test_the_same_question_twice_annoys_and_too_many_drive_them_away() -> None:
    world = home()
    ask(world, "item", "teh apa?")
    assert ask(world, "item", "teh apa?")[0] == "annoyed"
    kind, words = ask(world, "budget", "berapa?")
    assert (kind, "seratus" in words) == ("annoyed", True), "the third question, but they still answer"
    ask(world, "address", "ke mana?")
    assert ask(world, "budget", "berapa maksimal?") == ("gone", "")


def test_an_offer_above_their_limit_or_for_a_payee_they_refuse_is_turned_down() -> None:
    world = home()
    assert confirm(world, "40.00", "60.00") == "approved"
    assert confirm(world, "40.00", "60.01") == "refused"
    assert confirm(world, "5.00", payee="shop-x") == "refused"


def test_an_offer_for_a_trade_that_is_not_there_is_not_understood() -> None:
    assert confirm(home(), "5.00", out_trade_no="P1") == "unclear"


def test_a_mandate_is_approved_only_within_their_rule() -> None:
    world = home()
    terms = {"purpose": "food", "categories": ["food"], "valid_to": "2026-04-01T00:00", "single_limit": "50.00"}
    states = []
    for change in ({}, {"single_limit": "50.01"}, {"categories": ["food", "goods"]}):
        made = world.call("alipay_mandate_apply", {**terms, **change}).data["mandate_id"]
        world.advance(world.now + 3_600_000)
        states.append(world.call("alipay_mandate_query", {"mandate_id": made}).data["state"])
    assert states == ["NORMAL", "INVALID", "INVALID"]


def test_a_mandate_that_they_suspended_themselves_is_not_resumed_for_the_asking() -> None:
    terms = {"purpose": "food", "categories": ["food"], "valid_to": "2026-04-01T00:00", "single_limit": "50.00"}
    states = []
    for by_person in (False, True):
        world = home()
        mandate = {"mandate_id": world.arrange("alipay", "mandate", terms)}
        if by_person:
            world.arrange("alipay", "suspend_mandate", mandate)
        else:
            assert world.call("alipay_mandate_suspend", mandate).ok
        assert world.call("alipay_mandate_resume", mandate).ok
        world.advance(world.now + 3_600_000)
        states.append(world.call("alipay_mandate_query", mandate).data["state"])
    assert states == ["NORMAL", "SUSPENDED"]


def test_answers_are_a_function_of_the_world_alone() -> None:
    world = home()
    ask(world, "item", "teh apa?")
    twin = world.fork()
    assert ask(world, "item", "teh apa?") == ask(twin, "item", "teh apa?")
