"""A meal for a group of which some eat no meat is two sorts of one dish, and the numbers have to add up."""

from __future__ import annotations

import pytest

from agent.rules import understand
from agent.rules.plates import Plates, cut_plates
from agent.task import Buy
from tests.agent.errand_town import town

NOW = "2026-03-10T10:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "plates"),
    [
        ("订十份沙拉，七份荤的三份素的，送公司", Plates("沙拉", 7, 3)),
        ("点九碗面，其中两份不带肉的，七份正常的", Plates("面", 7, 2)),
        ("order 8 rice meals, 6 with meat and two vegetarian, to the office", Plates("rice meals", 6, 2)),
        ("pesan delapan nasi kotak, lima biasa, 3 tanpa daging", Plates("nasi kotak", 5, 3)),
    ],
)
def test_the_split_is_read_and_leaves_the_words(words: str, plates: Plates) -> None:
    rest, found = cut_plates(words)
    assert found == plates
    assert not any(word in rest for word in ("素", "肉", "meat", "vegetarian", "daging", "biasa"))


@pytest.mark.parametrize("words", ["order 8 salads, 6 normal, 3 meatless", "两份素面", "six lattes, two with oat milk"])
def test_what_does_not_add_up_is_left_as_it_was(words: str) -> None:
    assert cut_plates(words) == (words, None)


def test_both_sorts_are_bought_and_nobody_is_asked_which() -> None:
    words = "点九碗面，七份荤的两份素的，送公司"
    me, desk, _ = town(words, "zh", now=NOW, city="shanghai")
    task = understand(words, "zh", me, desk)
    (goal,) = task.goals
    assert isinstance(goal, Buy)
    assert [(i.words, i.quantity, bool(i.one_of), bool(i.never)) for i in goal.items] == [
        ("面", 7, False, True),
        ("面", 2, True, False),
    ]
    assert not [q for q in task.questions if q.field == "items"]
