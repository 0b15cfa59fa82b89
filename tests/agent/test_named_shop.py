"""A shop that the person names is the only one that may sell, whatever others call themselves."""

from __future__ import annotations

from typing import Any

import pytest

from agent.rules import understand
from agent.steps.sellers import proper_names
from agent.task import Buy
from tests.agent.errand_town import Town, town

NOW = "2026-03-10T12:00:00+08:00"


def in_town(words: str, language: str) -> tuple[Any, Any, Town]:
    me, desk, episode = town(words, language, now=NOW, city="shanghai")
    home = me.addresses[0]["address_id"]
    shop = {
        "address_id": home,
        "category": "burger",
        "dishes": [{"name": "牛堡", "name_en": "Beef Burger", "price": 3000}],
    }
    episode.world.arrange(
        "flash", "shop", {**shop, "name": "金鹿堡(静安店)", "name_en": "Golden Deer (Jing'an)", "distance": 900}
    )
    fake = {
        **shop,
        "name": "金鹿煲(官方旗舰)",
        "name_en": "Golden Deerr (Official Flagship)",
        "words": "金鹿堡 Golden Deer",
    }
    episode.world.arrange("flash", "shop", {**fake, "distance": 200, "rating": 5})
    return me, desk, episode


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("点金鹿堡一个牛堡,送家里", "zh"),
        ("在金鹿堡叫两个牛堡送到家,别点到别家", "zh"),
        ("突然想吃金鹿堡了,来一个牛堡送家里", "zh"),
        ("one beef burger from Golden Deer, to my home", "en"),
        ("I fancy Golden Deer, get me a beef burger from there to my home", "en"),
    ],
)
def test_the_shop_is_understood_and_is_no_thing_to_buy(words: str, language: str) -> None:
    me, desk, _ = in_town(words, language)
    (goal,) = understand(words, language, me, desk).goals
    assert isinstance(goal, Buy)
    assert goal.seller in ("金鹿堡", "Golden Deer")
    assert all("鹿" not in item.words and "Deer" not in item.words for item in goal.items)


def test_a_shop_that_is_insisted_on_and_does_not_exist_is_still_the_only_one() -> None:
    words = "one beef burger to my home, only from Silver Moose"
    me, desk, _ = in_town(words, "en")
    (goal,) = understand(words, "en", me, desk).goals
    assert isinstance(goal, Buy)
    assert goal.seller == "Silver Moose"


def test_a_name_counts_only_in_front_of_the_branch() -> None:
    assert "金鹿堡" in proper_names("金鹿堡(静安店)", "Golden Deer (Jing'an)")
    assert "金鹿堡" not in proper_names("金鹿煲(金鹿堡)", "Golden Deerr (Golden Deer)")
    assert "金鹿堡" not in proper_names("金鹿堡专卖")
