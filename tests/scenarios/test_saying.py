"""What a scenario wants, and what an agent understood, in words for a reader."""

from __future__ import annotations

import pytest

from scenarios.runs.phrases import wishes
from scenarios.saying import in_words
from scenarios.wants import Want


@pytest.mark.parametrize(
    ("want", "told"),
    [
        (
            {
                "flash_order": {
                    "item": ["拿铁", "latte"],
                    "qty": 2,
                    "options": {"温度": "热"},
                    "to": "company",
                    "by": "10:30",
                }
            },
            "2 × 拿铁 or latte (温度 热), to company, by 10:30",
        ),
        (
            {"flash_order": {"items": [{"item": "披萨", "not": ["pork"]}, {"item": "可乐", "qty": 3}], "serves": 9}},
            "1 × 披萨 (not pork), 3 × 可乐, enough for 9 people",
        ),
        (
            {
                "flash_order": {
                    "item": "拿铁",
                    "qty": 8,
                    "split": [{"qty": 5}, {"qty": 3, "ice": "less"}],
                    "about": "90",
                }
            },
            "8 × 拿铁 (5 ×, 3 × ice less), about 90.00 yuan",
        ),
        ({"collect": {"from": ["施楠", "李雷"], "each": "168.79"}}, "from 施楠 and 李雷, each 168.79 yuan"),
        ({"cancelled": {"order": "$cake"}}, "order FL7"),
        ({"asked": {"topic": ["budget"]}}, "a question about budget before anything is paid"),
        ({"total_at_most": "80"}, "80.00 yuan"),
    ],
)
def test_a_want_is_told_in_words(want: dict[str, object], told: str) -> None:
    names = {"$cake": "FL7"}
    assert in_words(Want.model_validate(want), lambda text: names.get(text, text)) == told


def test_what_an_agent_understood_is_told_and_whatever_else_it_notes_breaks_nothing() -> None:
    lattes = {"words": "拿铁", "parts": [{"quantity": 4, "options": ["less ice"]}, {"quantity": 4}], "never": ["milk"]}
    goal = {"id": "g1", "kind": "buy", "text": "…", "items": [lattes, {"words": "cake"}], "to": "office"}
    assert wishes(goal) == "8 × 拿铁 (4 × less ice, never milk), 1 × cake; to office"
    assert wishes({"items": "cake", "to": "home"}) == "items cake, to home"
    assert wishes({"items": [7, {"parts": 3, "never": None}]}) == "1 × "
