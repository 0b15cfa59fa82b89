"""The last order once more, as it was, but for what the words change."""

from __future__ import annotations

import pytest

from agent.rules.answers import answer
from agent.rules.understanding import understand
from agent.steps.again import as_before
from agent.steps.base import StepState, Work
from agent.task import Buy, Question
from scenarios.staging import PERSON_ID
from tests.agent.errand_town import town

PAID_BY = f"wallet:{PERSON_ID}"


@pytest.mark.parametrize(
    ("words", "locale", "counts"),
    [
        ("same drinks as last time, same shop, made the same", "en", [2, 1]),
        ("repeat my last order to the office, but 4 of the latte this time", "en", [4, 1]),
        ("上次那单喝的再来一份，拿铁改成五杯，其他照旧", "zh", [5, 1]),
        ("ulangi pesanan minum terakhir, latte jadi 3, lainnya tetap", "id", [3, 1]),
    ],
)
def test_the_last_order_once_more_in_other_numbers(words: str, locale: str, counts: list[int]) -> None:
    again = as_before(*wanted(words, locale))
    assert [item.quantity for item in again.items] == counts
    assert all(item.ref for item in again.items), "the very dishes of that shop"
    assert again.items[0].parts[0].options, "made as it was"


def wanted(words: str, locale: str) -> tuple[Buy, Work]:
    me, desk, city = town(words, locale, now="2026-03-10T10:00", city="hangzhou")
    city.world.arrange("alipay", "wallet", {"amount": 5000})
    home = city.call("user_addresses", {})["data"]["addresses"][0]["address_id"]
    paid = {"account": PAID_BY, "address_id": home}
    shops = city.call("flash_dish_search", {"query": "拿铁", "address_id": home, "limit": 20})["data"]["dishes"]
    for hit in shops:
        menu = city.call("flash_menu", {"shop_id": hit["shop_id"]})["data"]["dishes"]
        others = [d for d in menu if d["name"] != hit["name"] and "拿铁" not in d["name"] and d["stock"] > 9]
        if hit["name"] == "拿铁" and others:
            lines = [
                {"dish_id": hit["dish_id"], "quantity": 2, "options": {"temperature": "iced"}},
                {"dish_id": others[0]["dish_id"]},
            ]
            city.world.arrange(
                "flash",
                "past_order",
                {**paid, "lines": lines, "created_at": "2026-03-08T15:00"},
            )
            break
    city.world.arrange(
        "flash",
        "past_order",
        {**paid, "lines": [{"query": "奶茶"}], "created_at": "2026-03-02T15:00"},
    )
    (goal,) = understand(words, locale, me, desk).goals
    assert isinstance(goal, Buy)
    assert goal.like == "last"
    task = understand(words, locale, me, desk)
    return goal, Work(desk, task, me, {"g1": StepState(goal="g1", kind="buy")})


def test_what_is_told_when_asked_changes_the_last_order_and_does_not_replace_it() -> None:
    _, work = wanted("repeat my last drinks order, ask me about the quantity first", "en")
    question = Question("g1", "how", "option", "how?")
    task = answer(work.task, question, "told", "but 4 of the latte", work.me, work.desk)
    told = task.goals[0]
    assert isinstance(told, Buy)
    assert [item.quantity for item in as_before(told, work).items] == [4, 1]
