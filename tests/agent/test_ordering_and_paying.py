"""Orders and payments in words never seen before: what is cut out, what is asked, what is left alone."""

from __future__ import annotations

import msgspec
import pytest

from agent.desk import NoWay
from agent.rules.allowance import cut_allowance
from agent.rules.bills import refused_bills
from agent.rules.held import cut_held
from agent.rules.methods import Wish, cut_methods
from agent.rules.people import told_apart
from agent.rules.understanding import understand
from agent.steps.match import specs
from agent.steps.payments import in_reach, one_of
from agent.task import Bill, Buy, Collect, Dispute, Task, Transfer
from tests.agent.errand_town import town


def read(words: str, locale: str, city: str = "hangzhou") -> Task:
    me, desk, _ = town(words, locale, now="2026-03-10T10:00", city=city)
    return understand(words, locale, me, desk)


def bought(task: Task) -> Buy:
    (goal,) = task.goals
    assert isinstance(goal, Buy)
    return goal


# --- how it is paid -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        ("pay the water bill using my HSBC card ending in 7710", [("7710", "bill.water")]),
        ("水费电费交一下，全部走尾号0932的招商银行卡", [("0932", "all")]),
        ("bayar tagihan gas, pakai kartu Mandiri yang berakhiran 5521", [("5521", "all")]),
        (
            "the gas bill from my ICBC card ending in 4411, the others with my BoC card ending in 9020",
            [("4411", "bill.gas"), ("9020", "rest")],
        ),
    ],
)
def test_a_card_is_told_by_its_digits_and_what_it_is_for(words: str, wishes: list[tuple[str, str]]) -> None:
    left, said = cut_methods(words)
    assert [(w.method, w.scope) for w in said.wishes] == wishes
    assert not any(method in left for method, _ in wishes), "digits of a card are no amount"


def test_credit_on_terms_says_what_else() -> None:
    left, said = cut_methods("交电费，花呗分12期每期不到300的话就用花呗，不然刷尾号6677的建设银行卡")
    assert said.wishes == [Wish("credit", "all", 12, 30_000, "6677")]
    assert left.startswith("交电费")


def test_money_to_people_does_not_leave_from_the_card_for_the_bills() -> None:
    task = read("交一下水费，账单用尾号1234的工商银行卡，再给李伟转200，转账走尾号8765的中国银行卡", "zh")
    by_kind = {type(goal): goal.method for goal in task.goals}
    assert by_kind == {Bill: "1234", Transfer: "8765"}


# --- bills and transfers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "left_alone"),
    [
        ("pay gas and water, but skip the phone bill", ["phone"]),
        ("话费和宽带交了吧，燃气费房东交", ["gas"]),
        ("tagihan air sama internet dibayar ya, tagihan listrik biarin dulu", ["electricity"]),
        ("pay the electricity and the gas bill", []),
    ],
)
def test_a_bill_that_is_to_be_left_is_left(words: str, left_alone: list[str]) -> None:
    assert refused_bills(words) == left_alone


def test_an_amount_reaches_as_far_as_the_due_days_say() -> None:
    bills = [
        {"bill_id": "late", "due": "2026-04-20", "amount": "40.00"},
        {"bill_id": "soon", "due": "2026-04-02", "amount": "90.00"},
        {"bill_id": "next", "due": "2026-04-05", "amount": "80.00"},
    ]
    assert [b["bill_id"] for b in in_reach(bills, 17_500)] == ["soon", "next"]
    assert len(in_reach(bills, 0)) == 3


def test_each_amount_goes_to_the_person_it_stands_with() -> None:
    task = read("transfer 120.50 to Sarah and 80.30 to Mandy", "en")
    sent = [(g.payee, g.amount_fen) for g in task.goals if isinstance(g, Transfer)]
    assert sent == [("Sarah Chen", 12_050), ("Mandy Zhao", 8_030)]


def test_of_two_of_one_name_the_words_tell_which_and_else_nobody_is_paid() -> None:
    rinas = [
        {"contact_id": "a", "name": "Rina Kartika", "nickname": "Rina", "relation": "friend"},
        {"contact_id": "b", "name": "Rina Wijaya", "nickname": "Rina", "relation": "colleague"},
    ]
    assert told_apart(rinas, "Rina, the colleague of mine") == rinas[1:]
    assert told_apart(rinas, "Rina") == rinas
    with pytest.raises(NoWay, match="needs_person"):
        one_of(rinas, "Rina")


def test_one_of_something_is_no_yuan() -> None:
    """It once sent a sister one yuan where a cake was meant."""
    goal = bought(read("send one chocolate cake to my mother by 5pm", "en"))
    assert [item.words for item in goal.items] == ["chocolate cake"]
    task = read("hey send one 6-inch cream cake to my mother March 14 between 1pm and 2pm max 240 yuan thx", "en")
    assert not any(isinstance(goal, Transfer) for goal in task.goals)


def test_who_paid_for_all_asks_each_for_a_share() -> None:
    (goal,) = read("晚饭是我结的账，一共258块，跟小林和阿杰平摊，帮我收一下", "zh").goals
    assert isinstance(goal, Collect)
    assert (goal.total_fen, goal.people, len(goal.payers)) == (25_800, 3, 2)


def test_several_double_charges_are_one_complaint_and_a_warning_is_none() -> None:
    (goal,) = read("my cab was charged twice yesterday, the parking too, get both back please", "en").goals
    assert isinstance(goal, Dispute)
    assert goal.several
    (bill,) = read("pay the water bill, and make sure it isn't paid twice", "en").goals
    assert isinstance(bill, Bill)


# --- permissions ----------------------------------------------------------------------------------------------


def test_a_permission_that_is_there_is_named_and_a_new_one_is_no_such_thing() -> None:
    left, said = cut_allowance('two lattes to the office, use my "team drinks" allowance, no need to ask me')
    assert said is not None
    assert (said.purpose, said.only) == ("team drinks", True)
    assert "allowance" not in left
    assert "two lattes" in left
    left, said = cut_allowance("两杯拿铁送公司，先从“下午茶”授权付，超的部分问我一下再付")
    assert said is not None
    assert (said.purpose, said.only) == ("下午茶", False)
    assert cut_allowance("set up a food mandate, at most 50 a payment")[1] is None


# --- what is only told when asked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("get three lattes to the office, ask me how I want them", ["how"]),
        ("买双跑鞋，要哪款先问我", ["which"]),
        ("pesan 8 nasi kotak, ada yang punya alergi, tanya dulu ya", ["diet"]),
        ("ten salads please, check with me about diets and the address first", ["to", "diet"]),
        ("two lattes please, no need to ask me anything", []),
        ("交电费，超过200先问我", []),
        ("let me know if there are questions, you can ask me any time", []),
    ],
)
def test_what_is_to_be_asked_becomes_a_question(words: str, topics: list[str]) -> None:
    left, held = cut_held(words)
    assert sorted(held.topics) == sorted(topics)
    assert (left == words) == (not topics)


# --- things ---------------------------------------------------------------------------------------------------


def test_chatter_is_no_thing_to_buy() -> None:
    goal = bought(read("Been up since five and my head is spinning. Get two lattes sent to the office, please.", "en"))
    assert [(item.words, item.quantity) for item in goal.items] == [("lattes", 2)]


def test_a_thing_that_is_listed_stays_even_if_nobody_sells_it() -> None:
    goal = bought(read("two lattes and a moonstone please, to my place", "en"))
    assert "moonstone" in [item.words for item in goal.items]


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("9 americanos to the office, four with no ice, five with less sugar", "en"),
        ("九杯美式咖啡送公司，四杯去冰，剩下的少糖", "zh"),
        ("pesan 9 americano ke kantor, empat tanpa es, lima gula sedikit", "id"),
    ],
)
def test_portions_of_one_thing(words: str, locale: str) -> None:
    (item,) = bought(read(words, locale)).items
    assert [part.quantity for part in item.parts] == [4, 5]
    first, second = (part.options for part in item.parts)
    assert first
    assert second
    assert first != second


def test_each_of_two_people_gets_what_is_for_them() -> None:
    task = read("kirim 1 latte untuk Budi dan 2 cappuccino untuk mama", "id")
    goals = [g for g in task.goals if isinstance(g, Buy)]
    assert len(goals) == 2
    assert goals[0].to != goals[1].to
    assert [g.items[0].quantity for g in goals] == [1, 2]


def test_breakfast_for_two_days_is_two_orders() -> None:
    task = read("breakfast for 12 March and 13 March, each day two soy milks, to the office by 8 am", "en")
    assert [g.by[:16] for g in task.goals if isinstance(g, Buy)] == ["2026-03-12T08:00", "2026-03-13T08:00"]


def test_a_measure_is_the_same_in_every_writing() -> None:
    assert specs("10,000 mAh") == specs("10000毫安") == {"10000mah"}
    assert specs("size 42") == specs("42码")
    assert specs("50 ml") & specs("50毫升")


def test_a_task_with_all_of_this_survives_a_checkpoint() -> None:
    task = read("水费用尾号1234的工商银行卡交一下", "zh")
    assert msgspec.convert(msgspec.to_builtins(task), Task) == task


def test_a_bill_that_somebody_else_sees_to_is_not_paid() -> None:
    """Three bills were once paid where the landlord paid one of them."""
    task = read("Please settle the water bill and the phone bill. The landlord takes care of the gas bill.", "en")
    assert sorted(g.bill for g in task.goals if isinstance(g, Bill)) == ["phone", "water"]


def test_no_sugar_is_a_wish_and_not_beside_the_point() -> None:
    (item,) = bought(read("two lattes to the office. No added sugar, please.", "en")).items
    assert item.parts[0].options == ("no added sugar",)
