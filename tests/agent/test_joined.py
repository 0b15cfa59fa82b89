"""One message, several kinds of errands: each is read as if it stood alone, and takes what the others tell of it."""

from __future__ import annotations

import pytest

from agent.rules import understand
from agent.task import Buy, Ride, Stay, Task, Trip, Visit
from tests.agent.errand_town import town

NOW = "2026-03-10T09:00:00+08:00"


def read(words: str, language: str) -> Task:
    me, desk, _ = town(words, language, now=NOW, city="shanghai")
    return understand(words, language, me, desk)


def one(task: Task, kind: type):
    (goal,) = [goal for goal in task.goals if isinstance(goal, kind)]
    return goal


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Get me two adult tickets for the Huangpu River night cruise tonight, the 6.30pm one. Afterwards I need a "
         "train from Shanghai back to Hangzhou, leaving after 20:30, and a car from there to the station at 19:45. "
         "Ask me which class on the train. Tickets, car and train together must not cost more than 600 yuan.", "en"),
        ("今晚黄浦江夜游18:30那班,两个成人票,再订今晚20:30以后上海回杭州的火车一张,火车坐什么座订之前问我,"
         "19:45叫车从那里送我去火车站,票、车和火车加起来600块以内", "zh"),
        ("tiket pelayaran malam Sungai Huangpu malam ini jam 18.30 dua orang dewasa kereta pulang malam ini Shanghai "
         "ke Hangzhou, jangan sebelum jam 20.30 kelas kereta tanya dulu total semuanya maks 600 yuan mobil dari sana "
         "ke stasiun jam 19.45", "id"),
    ],
)  # fmt: skip
def test_a_show_the_train_home_and_the_car_between_them(words: str, language: str) -> None:
    task = read(words, language)
    show, train, car = one(task, Visit), one(task, Trip), one(task, Ride)
    assert (show.at, show.adults, show.date) == ("18:30", 2, "2026-03-10")
    assert (train.destination, train.depart_after[11:16], train.passengers) == ("杭州", "20:30", 1)
    assert not train.depart_at
    assert (car.origin, car.destination, car.at[11:16]) == (f"@{show.id}.destination", f"@{train.id}.origin", "19:45")
    assert task.budget_fen == 60_000
    assert [question.topic for question in task.questions] == ["option"]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Train to Nanjing on 14 March please, not before 1.30pm. I still need 2 umbrellas, at my home by 11:30 that "
         "day, no more than 90 yuan for that stuff. And a car from home to the station, in time for the train.", "en"),
        ("订3月14号去南京的火车,13:30以后的,出门前还缺两把雨伞,当天11:30之前送到家里,买的东西不要超过90块,"
         "再约一辆车从家里准时送我到火车站", "zh"),
        ("kereta ke Nanjing 14 Maret, setelah jam 13.30, masih butuh 2 payung, ke rumah hari itu sebelum jam 11.30, "
         "barangnya maks 90 yuan, mobil dari rumah ke stasiun, jangan sampai ketinggalan kereta", "id"),
    ],
)  # fmt: skip
def test_what_is_packed_comes_on_the_day_of_the_train_and_has_a_limit_of_its_own(words: str, language: str) -> None:
    task = read(words, language)
    train, bought, car = one(task, Trip), one(task, Buy), one(task, Ride)
    assert (train.date, train.depart_after[11:16], train.arrive_by, train.budget_fen) == ("2026-03-14", "13:30", "", 0)
    assert bought.by[:16] == "2026-03-14T11:30"
    assert (bought.budget_fen, task.budget_fen) == (9_000, 0)
    assert (car.destination, car.before) == (f"@{train.id}.origin", train.id)


def test_a_limit_is_none_when_it_should_not_be_more() -> None:
    task = read("A train to Nanjing tomorrow. It shouldn't cost more than 300 yuan.", "en")
    assert one(task, Trip).budget_fen == 30_000


def test_one_errand_alone_is_not_taken_apart() -> None:
    task = read("two lattes to the office by 11, no sugar", "en")
    assert [type(goal) for goal in task.goals] == [Buy]


def test_the_night_before_in_the_same_city_is_a_room_of_its_own() -> None:
    words = (
        "I need a hotel in Beijing, arriving 20 March, for one night, near Peking University, with breakfast, no more "
        "than 450 yuan a night. I'd like to be able to cancel for free. Please also book one night before that in "
        "Beijing, 19 March, near Wangfujing."
    )
    first, second = [goal for goal in read(words, "en").goals if isinstance(goal, Stay)]
    assert (first.check_in, first.near, first.free_cancel, first.per_night_fen) == (
        "2026-03-20",
        "Peking University",
        True,
        45_000,
    )
    assert (second.check_in, second.near) == ("2026-03-19", "Wangfujing")


def test_the_present_is_what_was_named_before_and_no_second_thing() -> None:
    words = "one umbrella to my home by 4pm tomorrow, car from home to Shanghai Museum at 4.30pm, present max 90 yuan"
    task = read(words, "en")
    bought = one(task, Buy)
    assert (len(bought.items), bought.budget_fen) == (1, 9_000)


def test_indonesian_jadi_before_a_wish_is_so_and_moves_no_hour() -> None:
    words = "Pesankan mobil dari rumah ke Shanghai Museum jam 15.30. Habis itu kami harus pulang, jadi jam 19.30 minta mobil ke rumah."  # noqa: E501
    out, back = [goal for goal in read(words, "id").goals if isinstance(goal, Ride)]
    assert (out.at[11:16], back.at[11:16]) == ("15:30", "19:30")
