"""Talk of how carefully something is to be paid names no errand of its own; money that is wanted back does."""

from __future__ import annotations

import pytest

from agent.rules.caution import without_caution
from agent.rules.methods import cut_methods

ASIDE = [
    ("水费交一下，上个月扣了我两次，这回盯着点，千万别付重", "水费交一下"),
    ("给阿明转200元，银行这两天有点慢，等到账了再跟我说", "给阿明转200元"),
    ("交电费，余额不足就用别的卡", "交电费"),
    (
        "Pay the gas bill. Last week it got stuck and I paid twice, so keep an eye on it and never charge me twice.",
        "gas",
    ),
    ("Send Tom 80 yuan. The bank is being slow, so if it shows pending just wait.", "Send Tom 80 yuan"),
    ("Settle the phone bill. If my balance is too low another card is fine.", "phone bill"),
    ("Two lattes to the office and three pizzas, separate orders are fine. Please use my wallet.", "three pizzas"),
    ("bayar tagihan air, bulan lalu sempat macet terus kepotong dua kali, jangan sampai dobel lagi", "tagihan air"),
    ("transfer Rina 90 yuan, banknya lagi lemot, kabari kalau sudah masuk", "transfer Rina 90 yuan"),
]


@pytest.mark.parametrize(("words", "stays"), ASIDE)
def test_worries_about_a_payment_go_and_the_payment_stays(words, stays):
    left = without_caution(words)
    assert stays in left
    for gone in (
        "盯着",
        "两次",
        "到账",
        "余额",
        "twice",
        "pending",
        "low",
        "separate",
        "dobel",
        "dua kali",
        "lemot",
        "masuk",
    ):
        assert gone not in left


@pytest.mark.parametrize(
    "words",
    [
        "上个月话费扣了我两次，帮我把多扣的退回来，别再重复扣",
        "I was charged twice for the taxi last week, get one of them back, and don't let it happen again",
        "tagihan bulan lalu kepotong dua kali, tolong minta dibalikin, jangan sampai dobel lagi",
    ],
)
def test_what_was_charged_twice_stays_an_errand_where_the_money_is_wanted_back(words):
    left = without_caution(words)
    assert any(past in left for past in ("两次", "twice", "dua kali"))


@pytest.mark.parametrize(
    ("words", "scopes"),
    [
        ("gas bill and water bill: pay bills with my ICBC card ending in 1234", {"1234": "bill"}),
        ("bayar tagihan air dan tagihan internet bill pakai Huabei", {"credit": "bill"}),
        ("water bill with my card ending in 1234, the rest with my card ending in 9876", {"1234": "bill.water"}),
    ],
)
def test_a_method_for_the_bills_is_for_all_of_them_and_one_for_a_bill_for_that_one(words, scopes):
    _, said = cut_methods(words)
    assert {wish.method: wish.scope for wish in said.wishes if wish.scope != "rest"} == scopes
