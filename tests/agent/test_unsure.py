"""What was said and still leaves something open is asked, and an answer that tells two apart is used."""

from __future__ import annotations

import pytest

from agent.desk import NoWay
from agent.rules import answer, reword, understand
from agent.rules.unsure import left_open
from agent.steps.payments import one_of
from agent.task import Buy, Cancel, GiveBack, Ride, Transfer
from tests.agent.errand_town import town

NOW = "2026-03-10T09:00:00+08:00"


def with_homes(words: str, language: str, *labels: str):  # type: ignore[no-untyped-def]
    me, desk, episode = town(words, language, now=NOW, city="shanghai", at="street")
    for label in labels:
        episode.world.arrange(
            "user", "address", {"label": label, "text": f"{label} 1", "city": "shanghai", "near": "陆家嘴"}
        )
    known = {"家", "home", "rumah"}
    addresses = [a for a in desk.call("user_addresses", {})["addresses"] if a["label"] not in known]
    return type(me)(me.id, me.name, me.phone, me.city, me.city_names, me.location, addresses), desk


def test_of_two_homes_the_one_that_is_meant_is_asked_for() -> None:
    words = "两杯拿铁送家里"
    me, desk = with_homes(words, "zh", "新家", "老房子")
    task = understand(words, "zh", me, desk)
    (question,) = [q for q in task.questions if q.field == "to"]
    told = answer(task, question, "told", "送到老房子吧", me, desk).goals[0]
    old = next(a["address_id"] for a in me.addresses if a["label"] == "老房子")
    assert isinstance(told, Buy)
    assert told.to == old


def test_a_home_that_is_named_is_not_asked_for() -> None:
    words = "两杯拿铁送到新家"
    me, desk = with_homes(words, "zh", "新家", "老房子")
    assert not [q for q in understand(words, "zh", me, desk).questions if q.field == "to"]


def test_how_many_everyone_is_only_the_person_knows() -> None:
    me, desk, _ = town("x", "en", now=NOW, city="shanghai")
    task = understand("order a latte for everyone on my team, to the office", "en", me, desk)
    (question,) = task.questions
    assert question.topic == "quantity"
    (goal,) = answer(task, question, "told", "seven of them", me, desk).goals
    assert isinstance(goal, Buy)
    assert [item.quantity for item in goal.items] == [7]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("转200块给李伟,用尾号5018的卡", "zh"),
        ("send Mandy 200 yuan, from my card ending in 5018", "en"),
        ("transfer 200 yuan ke Mandy, dari kartu yang berakhiran 5018", "id"),
    ],
)
def test_the_last_digits_of_a_card_are_no_second_amount(words: str, language: str) -> None:
    me, desk, _ = town(words, language, now=NOW, city="shanghai")
    task = understand(words, language, me, desk)
    (goal,) = task.goals
    assert isinstance(goal, Transfer)
    assert goal.amount_fen == 20_000
    assert task.method == "5018"


def test_a_namesake_is_told_by_what_they_are_to_the_person() -> None:
    me, desk, _ = town("x", "id", now=NOW, city="shanghai")
    task = understand("transfer 200 yuan ke Rina", "id", me, desk)
    (question,) = task.questions
    (goal,) = answer(task, question, "told", "Rina yang rekan kerja", me, desk).goals
    assert isinstance(goal, Transfer)
    assert goal.payee == "Rina Wijaya"


def test_money_goes_to_nobody_where_two_bear_the_name() -> None:
    rows = [{"contact_id": f"C{i}", "name": "Li Wei", "nickname": ""} for i in range(2)]
    with pytest.raises(NoWay):
        one_of(rows, "Li Wei")
    assert one_of(rows, "C1") is rows[1]


def test_an_order_is_known_by_what_it_cost() -> None:
    assert reword(GiveBack(id="g1", item="lamp"), "the one for 129 yuan") == GiveBack(
        id="g1", item="lamp", amount_fen=12_900
    )
    assert reword(Cancel(id="g1", what="goods", item="灯"), "129块钱的那单").amount_fen == 12_900


def test_a_car_there_goes_where_the_present_goes() -> None:
    me, desk, _ = town("x", "en", now=NOW, city="shanghai")
    from agent.rules.scene import make_scene

    scene = make_scene("flowers to Budi, and a car there at 3pm", "en", me, desk)
    goals, questions = left_open([Buy(id="g1", to="AD7"), Ride(id="g2", at="2026-03-10T15:00:00+08:00")], [], scene)
    assert [goal.destination for goal in goals if isinstance(goal, Ride)] == ["AD7"]
    assert not questions
