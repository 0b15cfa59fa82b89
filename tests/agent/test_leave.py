"""Talk of asking before paying is no errand: it goes out whole, and nothing beside it does."""

from __future__ import annotations

import pytest

from agent.rules.allowance import cut_allowance
from agent.rules.leave import cut_leave

GONE = [
    ("zh", "买两条毛巾寄到家，多少钱先告诉我，我同意了你再付款", "买两条毛巾寄到家"),
    ("zh", "点一杯拿铁送公司 付款前先让我看一下总价 谢谢", "点一杯拿铁送公司"),
    ("zh", "把水费交了，先别付，等我点头再说", "把水费交了"),
    ("en", "two lattes to the office. Show me the total first and don't pay until I say yes.", "to the office"),
    ("en", "order a beef burger to my home pls check with me before paying by 6pm", "by 6pm"),
    ("en", "book the 9am train to Suzhou, confirm the price with me first, I might change my mind", "Suzhou"),
    ("id", "pesan dua kopi latte ke kantor, kasih tahu totalnya dulu, bayar kalau aku sudah setuju", "ke kantor"),
    ("id", "tagihan air tolong diurus jangan dibayar dulu, tanya aku ya", "tagihan air"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "words", "stays"), GONE)
def test_wanting_to_be_asked_before_paying_leaves_no_word_behind(locale, words, stays):
    kept, amount = cut_leave(words, locale)
    assert stays in kept
    assert amount == 0
    for word in (
        "同意",
        "总价",
        "点头",
        "别付",
        "yes",
        "total",
        "check",
        "price",
        "mind",
        "setuju",
        "totalnya",
        "tanya",
    ):
        assert word not in kept


LEAVES = [
    ("zh", "点3份肥牛饭送家里，昨天看的是51块，还是这个价就直接付，涨价了先问我一声再付，三点前到", 5100, "三点前到"),
    ("zh", "买一袋猫砂寄到家 60元以内直接付 贵了先问我", 6000, "买一袋猫砂寄到家"),
    ("en", "one beef rice bowl to the office. Yesterday it was ¥14.50, so at that price just pay. If it's more "
           "expensive now, show me the new total and only pay once I agree. Before noon please.", 1450, "Before noon"),
    ("en", "two towels online to my home, up to 30 yuan just pay, if the price has gone up ask me", 3000, "to my home"),
    ("id", "beli satu mouse online ke rumah, kemarin ¥40.50, kalau masih segitu langsung bayar, kalau naik tanya dulu",
     4050, "ke rumah"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "words", "fen", "stays"), LEAVES)
def test_what_may_simply_be_paid_is_no_budget_but_the_line_above_which_they_are_asked(locale, words, fen, stays):
    kept, amount = cut_leave(words, locale)
    assert amount == fen
    assert stays in kept
    assert str(fen // 100) not in kept


STAYS = [
    ("zh", "点55杯珍珠奶茶，做法先问我，送到公司，1220元以内"),
    ("zh", "买退烧药，我对有的药过敏，买之前请跟我确认"),
    ("zh", "帮我交水费，不超过20块就直接付，超过的话请先跟我确认"),
    ("zh", "给小飞转100元，不用再问我"),
    ("zh", "先别买，告诉我总价多少"),
    ("en", "pay the electricity bill but if it's more than usual ask me first"),
    ("en", "If it's 100 or under just pay it. If it's over, don't pay anything, I'll ring them up and argue."),
    ("en", "order ten pizzas, ask me how I want them, at most 600 yuan"),
    ("en", "don't book it, just tell me the price first"),
    ("id", "tiket pelayaran malam ini, kelas kereta tanya dulu total semuanya maks 600 yuan"),
    ("id", "bayarin listrik. di bawah 150 langsung aja, kalo lebih tanya aku dulu"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "words"), STAYS)
def test_limits_open_details_and_questions_of_price_stay_as_they_are(locale, words):
    assert cut_leave(words, locale) == (words, 0)


@pytest.mark.parametrize(
    ("words", "only"),
    [
        ('order 1 cappuccino to the office "team drinks" allowance or nothing', True),
        ("use the office allowance, and if that isn't enough then forget about it. One latte please.", True),
        ('HP dikumpulkan sebentar lagi, jadi pakai izin "makan", satu kopi ke kantor', True),
        ("用“午饭”授权付，不够就算了，点一份炒饭送公司", True),
        ("先用“午饭”授权付，超的部分问我，点一份炒饭送公司", False),
        ('use the "lunch" allowance first, above that ask me. One latte to the office.', False),
    ],
)
def test_with_the_permission_or_not_at_all(words, only):
    kept, said = cut_allowance(words)
    assert said is not None
    assert said.only is only
    assert any(thing in kept for thing in ("cappuccino", "latte", "kopi", "炒饭"))
