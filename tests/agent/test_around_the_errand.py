"""What people say around an errand is no part of it, and errands that run into each other are told apart."""

from __future__ import annotations

import pytest

from agent.rules import understand
from agent.rules.manners import without_manners
from agent.rules.strands import parted
from agent.task import Bill, Buy
from tests.agent.errand_town import town

NOW = "2026-03-10T09:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("您好，买一盒退烧药，多谢。", "买一盒退烧药，"),
        ("点咖啡谢谢", "点咖啡"),
        ("Hi there. What a hectic week. Order a latte, please. Thanks a lot.", "Order a latte, please."),
        ("lagi sibuk banget nih, pesan satu kopi ya. Makasih banyak", "pesan satu kopi ya."),
        ("money is tight so no more than 40 yuan, two lattes", "no more than 40 yuan, two lattes"),
        ("有商家发消息,没看,买一个充电宝", "买一个充电宝"),
    ],
)
def test_greetings_thanks_and_the_day_somebody_has_are_left_out(words: str, left: str) -> None:
    assert without_manners(words) == left


@pytest.mark.parametrize(
    "words",
    [
        "束百合到公司,卡片写:辛苦啦",
        "I just got a message that my flight is cancelled",
        "我太忙没空确认,直接付",
        "谢谢",
        "busy until 3pm, order lunch for 2",
    ],
)
def test_what_may_matter_stays(words: str) -> None:
    assert without_manners(words) == words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "two lattes to the office 60 yuan tops pay my gas bill",
            "two lattes to the office, 60 yuan tops, pay my gas bill",
        ),
        ("phone bill needs paying send Amy 80 yuan", "phone bill needs paying, send Amy 80 yuan"),
        ("pesan dua kopi ke rumah maks ¥70 bayar tagihan air", "pesan dua kopi ke rumah, maks ¥70, bayar tagihan air"),
        ("please keep the total under 90 yuan", "please keep the total under 90 yuan"),
        ("sekali maks 30 yuan sehari maks 50 yuan", "sekali maks 30 yuan sehari maks 50 yuan"),
    ],
)
def test_hasty_errands_are_parted_where_the_next_begins(words: str, told: str) -> None:
    assert parted(words) == told


def test_a_thing_without_a_verb_is_bought_beside_a_bill_and_keeps_its_own_limit() -> None:
    words = "two lattes, delivered to the office, 60 yuan tops, pay my gas bill"
    me, desk, _ = town(words, "en", now=NOW, city="shanghai")
    task = understand(words, "en", me, desk)
    (buy,) = [goal for goal in task.goals if isinstance(goal, Buy)]
    (bill,) = [goal for goal in task.goals if isinstance(goal, Bill)]
    assert (buy.items[0].quantity, buy.budget_fen) == (2, 6000)
    assert (bill.bill, bill.budget_fen, task.budget_fen) == ("gas", 0, 0)
