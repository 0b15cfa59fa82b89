"""Which order is meant: a wrong one, once cancelled or sent back, cannot be undone."""

from __future__ import annotations

from typing import Any

import pytest

from agent.desk import NoWay
from agent.steps.orders import meant


def order(order_id: str, title: str, created: str = "2026-06-02T10:00:00+08:00") -> dict[str, Any]:
    return {"order_id": order_id, "created_at": created, "lines": [{"title": title}]}


def ride(ride_id: str, day: str) -> dict[str, Any]:
    return {"ride_id": ride_id, "destination_name": "虹桥机场", "depart_at": f"{day}T08:00:00+08:00"}


HEADPHONES, KEYBOARD = order("TB2", "头戴式蓝牙耳机"), order("TB1", "机械键盘 青轴")


def test_the_words_tell_which_of_two_orders() -> None:
    assert meant([KEYBOARD, HEADPHONES], "耳机") is HEADPHONES
    assert meant([HEADPHONES, KEYBOARD], "键盘") is KEYBOARD


def test_where_the_words_tell_nothing_the_person_is_asked_and_hears_both_names() -> None:
    with pytest.raises(NoWay) as caught:
        meant([KEYBOARD, HEADPHONES], "")
    assert caught.value.reason == "needs_person"
    assert "机械键盘" in caught.value.constraint
    assert "蓝牙耳机" in caught.value.constraint


def test_two_pairs_of_shoes_are_not_guessed_between() -> None:
    with pytest.raises(NoWay):
        meant([order("TB4", "飞跃帆布鞋 白"), order("TB3", "回力跑步鞋 灰")], "鞋")


def test_of_two_booked_cars_the_day_tells_which() -> None:
    tomorrow, wednesday = ride("RD1", "2026-06-15"), ride("RD2", "2026-06-17")
    for rides in ([tomorrow, wednesday], [wednesday, tomorrow]):
        assert meant(rides, "", day="2026-06-15", days=("depart_at",)) is tomorrow
        with pytest.raises(NoWay):
            meant(rides, "", days=("depart_at",))


def test_the_same_thing_bought_twice_is_the_newer_one() -> None:
    newer, older = order("TB9", "抽纸 24包"), order("TB8", "抽纸 24包", "2026-05-02T10:00:00+08:00")
    assert meant([newer, older], "抽纸") is newer
