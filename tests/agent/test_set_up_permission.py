"""A permission that is set up for the errands of the same message: its limits are none of theirs."""

from __future__ import annotations

import pytest

from agent.rules import understand
from agent.rules.set_up import cut_set_up
from agent.task import Buy, Mandate
from tests.agent.errand_town import town

NOW = "2026-03-10T12:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "single", "total"),
    [
        ("订明天的早饭，一碗小米粥送公司，先开个餐饮授权，每笔65块以内，总共200块以内，都走它付", 6500, 20000),
        (
            "breakfast for tomorrow to my home, one tea egg. Apply for a food mandate, 55 yuan per payment and 170 in"
            " total yuan, pay from it",
            5500,
            0,
        ),
        (
            "pesan sarapan ke rumah, satu telur teh, ajukan mandat makanan, 40 yuan sekali bayar, total 120 yuan",
            4000,
            12000,
        ),
    ],
)
def test_the_limits_are_those_of_the_permission(words: str, single: int, total: int) -> None:
    rest, found = cut_set_up(words)
    assert found is not None
    assert found.single_fen == single
    assert total in (0, found.total_fen)
    assert not any(word in rest for word in ("授权", "mandat", "200", "170", "120"))


def test_a_permission_by_itself_is_left_to_be_read_as_an_errand() -> None:
    words = "开个餐饮授权，每笔65块以内"
    assert cut_set_up(words) == (words, None)


def test_every_morning_is_an_order_and_the_permission_stands_beside_them() -> None:
    words = "订3月11号和3月12号的早饭，每天一碗小米粥，送到公司，每天8点前，"
    words += "先开个餐饮授权，每笔65块以内，总共200块以内，都走它付，别再问"
    me, desk, _ = town(words, "zh", now=NOW, city="shanghai")
    task = understand(words, "zh", me, desk)
    buys = [goal for goal in task.goals if isinstance(goal, Buy)]
    (mandate,) = [goal for goal in task.goals if isinstance(goal, Mandate)]
    assert [goal.by[:10] for goal in buys] == ["2026-03-11", "2026-03-12"]
    assert not any(goal.budget_fen or goal.about_fen for goal in buys)
    assert (mandate.single_fen, mandate.total_fen, mandate.day_fen) == (6500, 20000, 0)
