"""The same errand in other people's words: frames of politeness, delivery, limits and asking are put plainly."""

from __future__ import annotations

import pytest

from agent.rules.answers import _only_count
from agent.rules.phrasing import gerund, put_plainly
from tests.agent.test_understand_en import Errand, understood

PLAIN = [
    ("Any chance you could order a burger?", "please order a burger"),
    ("I'd be ever so grateful if you'd book me a train to Suzhou", "please book me a train to Suzhou"),
    ("Would you be an absolute star and grab a latte", "a latte"),
    ("Would you mind cancelling my hotel?", "please cancel my hotel"),
    ("do me a favour and pay the gas bill", "please pay the gas bill"),
    ("have two mochas couriered over to my flat", "order two mochas, deliver to my flat"),
    ("get a bento dropped off at the office", "order a bento, deliver to the office"),
    ("drop it off at my place", "deliver to my place"),
    ("delivery address: the office", "deliver to the office"),
    ("6pm is the absolute latest", "by 6pm"),
    ("anything after 18:15 is no use to me", "by 18:15"),
    ("I can wait 40 minutes tops", "within 40 minutes"),
    ("15 May is the last day that works for me", "by 15 May"),
    ("80 yuan is my absolute limit", "at most 80 yuan"),
    ("over 80 yuan, forget it", "at most 80 yuan"),
    ("keep the lot under 80 yuan", "at most 80 yuan"),
    ("find out from me which colour", "ask me which colour"),
    ("come back to me about the size", "ask me about the size"),
    ("40 yuan to Li Wei", "transfer 40 yuan to Li Wei"),
    ("Li Wei is still waiting for the 40 yuan from me", "transfer 40 yuan to Li Wei"),
    ("settle my water bill", "pay my water bill"),
    ("I was billed twice over: two identical charges for the gym", "charged twice for the gym"),
    ("nothing that leaves before 9am", "leaving after 9am"),
    ("it mustn't leave before 9am", "leaving after 9am"),
    ("wire Li Wei 40 yuan", "transfer 40 yuan to Li Wei"),
    ("a cake goes to my mum as a present", "send a cake to my mum"),
    ("gift for my mum: a cake", "send a cake to my mum"),
    ("I need to switch my train to Xiamen, the one for Friday", "change my train to Xiamen for Friday"),
    ("my train to Xiamen on Friday has to be moved", "change my train to Xiamen for Friday"),
    ("a taro milk, Cha Yin ones, to the office", "a taro milk from Cha Yin"),
    ("please refund my train ticket to Xiamen", "cancel my train ticket to Xiamen"),
    ("no double payments", "don't pay twice"),
    ("leave Huabei out of it", "don't use Huabei"),
    ("the airline scrapped my flight to Xiamen", "the airline cancelled my flight to Xiamen"),
]


@pytest.mark.parametrize(("words", "plain"), PLAIN)
def test_many_ways_of_asking_come_out_as_the_plain_one(words: str, plain: str) -> None:
    assert plain in put_plainly(words, "en")


KEPT = [
    "I'd leave it to you to choose",
    "send my mum 50 yuan worth of flowers",
    "5 americanos to the office",
    "will I need an umbrella in Chengdu on Friday?",
    "ask me first if it's over 50 yuan",
    "if it's over 80 yuan, ask me",
    'a cake to my home, card: "Anything after 6pm is too late, over 80 yuan, forget it"',
    "does the train to Suzhou leave before 9am?",
]


@pytest.mark.parametrize("words", KEPT)
def test_questions_conditions_and_what_goes_on_a_card_stay_as_they_were_put(words: str) -> None:
    assert put_plainly(words, "en") == words


def test_words_of_another_language_are_left_alone() -> None:
    words = "帮我点一杯拿铁,6pm is the latest"
    assert put_plainly(words, "zh") == words


@pytest.mark.parametrize("words", [words for words, _ in PLAIN])
def test_what_is_plain_stays_so(words: str) -> None:
    once = put_plainly(words, "en")
    assert put_plainly(once, "en") == once


@pytest.mark.parametrize(
    ("verb", "form"), [("order", "ordering"), ("place", "placing"), ("get", "getting"), ("pay", "paying")]
)
def test_ing_forms(verb: str, form: str) -> None:
    assert gerund(verb) == form


def test_a_bill_that_has_been_on_a_list_for_days_is_not_taken_for_one_that_somebody_else_pays() -> None:
    task, _ = understood(Errand("my water bill has been on my to-do list for ages, please settle it", ()))
    assert [getattr(g, "bill", "") for g in task.goals] == ["water"]


def test_a_politely_wrapped_lunch_is_the_lunch_with_its_place_hour_and_limit() -> None:
    words = (
        "I was wondering if you could have a latte brought round to the office. 6pm is the latest I can wait for it. "
        "I'd rather not go beyond my limit, 40 yuan is my absolute maximum."
    )
    task, names = understood(Errand(words, ()))
    (lunch,) = task.goals
    assert [(i.quantity, i.words) for i in lunch.items] == [(1, "latte")]
    assert (names[lunch.to], lunch.by[11:16], lunch.budget_fen) == ("office", "18:00", 4000)


def test_every_thing_of_a_list_is_bought_whatever_article_it_has() -> None:
    words = (
        "I'd like to order these together off Taobao: a suitcase, a 500 ml thermos and a desk lamp, deliver to my home"
    )
    task, _ = understood(Errand(words, ()))
    (goal,) = task.goals
    assert len(goal.items) == 3
    assert "thermos" in goal.items[1].words


ASIAN = [
    ("zh", "能不能打88元给小宇", "转88元给"),
    ("zh", "还有小莉，打20元", "再转20元给小莉"),
    ("zh", "上药房捎蒙脱石散1盒", "买蒙脱石散1盒"),
    ("zh", "地址填公司", "送到公司"),
    ("zh", "往家里寄", "送到家里"),
    ("zh", "顶天了88块", "最多88块"),
    ("zh", "花费请控制在¥120以内", "不超过¥120"),
    ("zh", "做法找我核实", "做法先问我"),
    ("zh", "水费跳过", "水费别交"),
    ("zh", "把水费、电费结清", "交水费、电费"),
    ("zh", "统统从花呗扣", "都用花呗"),
    ("zh", "不早于下午3点发车", "下午3点以后发车"),
    ("zh", "位置以回民街一带为宜", "在回民街附近"),
    ("zh", "5月3号是我能等的最后一天", "最晚5月3号送到"),
    ("id", "Mohon Sari dikirimi 88 yuan", "transfer Sari 88 yuan"),
    ("id", "Tagihan gas lunasin ya", "bayar tagihan gas"),
    ("id", "Mohon tagihan air dilunasi", "bayar tagihan air"),
    ("id", "tujuan kantor", "antar ke kantor"),
    ("id", "Biayanya jangan melampaui RMB 50", "maks RMB 50"),
    ("id", "600 yuan udah mentok banget", "maks 600 yuan"),
    ("id", "Kado: 1 buket tulip, penerima Sari Dewi", "1 buket tulip buat Sari Dewi"),
    ("id", "Kereta Suzhou-Shanghai", "Kereta dari Suzhou ke Shanghai"),
    ("id", "Tibanya tidak lewat pukul 23.30", "tiba sebelum pukul 23.30"),
    ("id", "jalan jam 8 pagi ke atas", "berangkat setelah jam 8 pagi"),
    ("id", "ongkosnya ketagih 2x", "ditagih dobel"),
    ("id", "cari yang tarifnya paling rendah", "pilih yang termurah"),
]


@pytest.mark.parametrize(("locale", "words", "plain"), ASIAN)
def test_the_same_in_chinese_and_indonesian(locale: str, words: str, plain: str) -> None:
    assert plain in put_plainly(words, locale)


ASIAN_KEPT = [
    ("zh", "急用，别走花呗"),
    ("zh", "再来一袋大的，要两份，也不走花呗"),
    ("id", "Untuk bayar pakai saldo, jangan kartu; tiap kamar 300 yuan"),
    ("zh", "送一束花给我妈，卡片写“地址填公司，顶天了88块”"),
]


@pytest.mark.parametrize(("locale", "words"), ASIAN_KEPT)
def test_a_refusal_a_card_and_what_is_plain_stay_as_they_were(locale: str, words: str) -> None:
    assert put_plainly(words, locale) == words


def test_messages_on_a_phone_are_no_phone_bill() -> None:
    task, _ = understood(
        Errand("please pay my water bill. A lot of messages have piled up on my phone, all unread.", ())
    )
    assert [getattr(g, "bill", "") for g in task.goals] == ["water"]


def test_where_the_only_bill_named_is_refused_no_other_is_paid_in_its_stead() -> None:
    task, _ = understood(Errand("the water bill: don't pay it", ()))
    assert not any(getattr(g, "bill", "") in ("electricity", "gas", "internet", "phone") for g in task.goals)


@pytest.mark.parametrize(("answer", "count"), [("empat semua, termasuk aku", 4), ("four in all, with me", 4)])
def test_how_many_is_read_from_an_answer_that_says_who_is_counted(answer: str, count: int) -> None:
    assert _only_count(answer) == count
    assert _only_count("two of one, one of the other") is None
