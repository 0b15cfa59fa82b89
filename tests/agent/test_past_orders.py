"""Orders that there are: which one is meant, what is to be done with it, and what is bought in its place."""

from __future__ import annotations

from typing import Any

import pytest

from agent.rules.past.orders import Order, spoken_of
from agent.rules.understanding import understand
from agent.task import Buy, Cancel, GiveBack, Readdress, Task
from tests.agent.errand_town import Town, town

THERMOS, SUITCASE, SHOES = "保温杯", "行李箱", "跑步鞋"


def bought(state: str, *things: str, locale: str = "en") -> tuple[Any, Any, Town, dict[str, str]]:
    """A person who has ordered things on the marketplace, and the orders by thing."""
    me, desk, city = town("", locale, now="2026-03-10T10:00", city="hangzhou")
    addresses = city.call("user_addresses", {})["data"]["addresses"]
    home = addresses[0]["address_id"]
    orders = {}
    for thing in things:
        hits = city.call("taobao_item_search", {"query": thing, "ship_to": home, "limit": 5})["data"]["items"]
        page = city.call("taobao_item_detail", {"item_id": hits[0]["item_id"], "ship_to": home})["data"]
        args = {"sku_id": page["skus"][0]["sku_id"], "address_id": home}
        when: dict[str, Any] = {"created_at": "2026-03-05T10:00"}
        when |= (
            {"delivered_at": "2026-03-08T12:00"}
            if state == "delivered"
            else {"state": "paid", "created_at": "2026-03-10T08:00", "arrives_at": "2026-03-13T10:00"}
        )
        orders[thing] = str(city.world.arrange("taobao", "past_order", {**args, **when}))
    return me, desk, city, orders


def read(words: str, me: Any, desk: Any, locale: str) -> Task:
    return understand(words, locale, me, desk)


@pytest.mark.parametrize(
    ("words", "locale", "things"),
    [
        ("The thermos I got on Taobao leaks, send it back please and get me my money", "en", [THERMOS]),
        ("淘宝上买的保温杯和拉杆箱都不要了，帮我退了", "zh", [THERMOS, SUITCASE]),
        ("I want neither the suitcase nor the thermos, please return both", "en", [THERMOS, SUITCASE]),
        ("termos yang kubeli minggu lalu tolong diretur ya", "id", [THERMOS]),
        ("retrun the suitcase pls", "en", [SUITCASE]),
    ],
)
def test_what_came_goes_back_and_nothing_else(words: str, locale: str, things: list[str]) -> None:
    me, desk, _, orders = bought("delivered", THERMOS, SUITCASE, SHOES)
    goals = read(words, me, desk, locale).goals
    assert all(isinstance(goal, GiveBack) for goal in goals)
    assert {goal.ref for goal in goals if isinstance(goal, GiveBack)} == {orders[thing] for thing in things}


def test_another_size_is_bought_in_the_place_of_what_goes_back() -> None:
    me, desk, _, orders = bought("delivered", THERMOS, SUITCASE)
    words = "退掉淘宝买的保温杯，再买一个，500毫升的，新的不超过100块"
    back, new = read(words, me, desk, "zh").goals
    assert isinstance(back, GiveBack)
    assert back.ref == orders[THERMOS]
    assert isinstance(new, Buy)
    assert (new.items[0].words, new.items[0].quantity, new.budget_fen, new.channel) == ("保温杯", 1, 10000, "taobao")
    assert "500" in new.items[0].text
    assert new.to, "it goes where the old one went"


def test_which_one_is_asked_where_the_person_wants_to_be_asked() -> None:
    me, desk, _, _ = bought("delivered", THERMOS)
    task = read("return the thermos, then buy a new one to my home, ask me which version first", me, desk, "en")
    assert [(q.goal, q.topic) for q in task.questions] == [("g2", "option")]


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("淘宝那个保温杯还没发货吧，地址改成公司", "zh"),
        ("change the address of the thermos to the office", "en"),
        ("termos Taobao: kirim ke kantor aja", "id"),
        ("Nobody is home this week, so have the thermos sent to the office instead", "en"),
    ],
)
def test_what_has_not_left_goes_to_another_address(words: str, locale: str) -> None:
    me, desk, city, orders = bought("paid", THERMOS, SUITCASE, locale=locale)
    office = city.call("user_addresses", {})["data"]["addresses"][1]["address_id"]
    (goal,) = read(words, me, desk, locale).goals
    assert goal == Readdress(id="g1", words=goal.words, ref=orders[THERMOS], item=goal.item, to=office)  # type: ignore[union-attr]


def test_what_has_not_left_is_called_off() -> None:
    me, desk, _, orders = bought("paid", THERMOS, SUITCASE)
    (goal,) = read("I don't need the suitcase any more, cancel it", me, desk, "en").goals
    assert isinstance(goal, Cancel)
    assert (goal.ref, goal.what) == (orders[SUITCASE], "goods")


def test_who_buys_something_new_touches_no_order() -> None:
    me, desk, _, _ = bought("delivered", THERMOS)
    (goal,) = read("buy a thermos on Taobao", me, desk, "en").goals
    assert isinstance(goal, Buy)


def test_an_order_is_named_by_what_it_shares_with_the_words() -> None:
    def order(number: str, *names: str) -> Order:
        return Order(number, "taobao", "paid", "2026-03-01", names, (), "")

    power = order("1", "优能达22.5W快充充电宝 小巧便携", "Unanda 22.5W fast power bank")
    cream = order("2", "桃杏清爽防晒霜SPF50 面部", "Taoxing light sunscreen SPF50")
    books = order("3", "蓝鲸童书儿童睡前故事绘本", "Blue Whale Kids bedtime picture books")
    every = [power, cream, books]
    assert [s.order.id for s in spoken_of("change the Taobao sunscreen", every)] == ["2"]
    assert [s.order.id for s in spoken_of("the power bank and the set of picture books", every)] == ["1", "3"]
    assert [s.order.id for s in spoken_of("那套儿童绘本", every)] == ["3"]
    assert spoken_of("something for my home", every) == []
