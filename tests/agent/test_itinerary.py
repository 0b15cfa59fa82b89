"""Travel errands of several bookings: each detail goes to the booking that it is said of, wherever it stands."""

from __future__ import annotations

import pytest

from agent.rules import answer, understand
from agent.rules.spelling import mended
from agent.task import Reschedule, Ride, Stay, Task, Trip, Visit
from tests.agent.errand_town import town

NOW = "2026-03-10T09:00:00+08:00"


def read(words: str, language: str) -> Task:
    me, desk, _ = town(words, language, now=NOW, city="shanghai")
    return understand(words, language, me, desk)


def only(task: Task, kind: type) -> list:
    return [goal for goal in task.goals if isinstance(goal, kind)]


def clock(moment: str) -> str:
    return moment[11:16]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Train to Nanjing and back please, 19 March to 20 March. On the way out be there by 11:00. On the way back "
         "nothing that leaves before 15:30. A hotel near Confucius Temple with breakfast. All of it under 1500 yuan.",
         "en"),
        ("往返南京的高铁,19号去,20号回。去程11点前到,回程15:30以后出发。再订夫子庙附近的酒店,含早。"
         "全部加起来1500块以内", "zh"),
        ("Kereta pulang pergi ke Nanjing, berangkat 19 Maret, pulang 20 Maret. Perginya tiba sebelum jam 11.00. "
         "Pulangnya setelah jam 15.30. Hotel dekat Confucius Temple, ada sarapan. Semuanya maksimal 1500 yuan.", "id"),
    ],
)  # fmt: skip
def test_each_way_keeps_its_own_hours_and_the_budget_is_that_of_the_whole(words: str, language: str) -> None:
    task = read(words, language)
    out, back = only(task, Trip)
    assert (out.date, clock(out.arrive_by), out.depart_after) == ("2026-03-19", "11:00", "")
    assert (back.date, back.back_of, clock(back.depart_after), back.arrive_by) == ("2026-03-20", out.id, "15:30", "")
    (stay,) = only(task, Stay)
    assert stay.breakfast
    assert stay.near
    assert not (stay.per_night_fen)
    assert not (stay.budget_fen)
    assert task.budget_fen == 150_000


def test_in_chinese_the_verb_behind_an_hour_says_what_happens_at_it() -> None:
    (trip,) = only(read("12号去北京的火车票,早上7点后出发,17:00前到,二等座", "zh"), Trip)
    assert (clock(trip.depart_after), clock(trip.arrive_by), trip.depart_before) == ("07:00", "17:00", "")


def test_a_car_a_room_and_a_seat_run_together_without_commas() -> None:
    words = "flight Shanghai to Xi'an 18 March hotel that night near Bell Tower car from home to the airport in time for the flight landing by 5:30 pm hotel with free cancellation max 350 rmb a night"  # noqa: E501
    task = read(words, "en")
    (trip,), (stay,), (ride,) = only(task, Trip), only(task, Stay), only(task, Ride)
    assert (trip.mode, clock(trip.arrive_by)) == ("flight", "17:30")
    assert stay.near == "Bell Tower"
    assert stay.free_cancel
    assert stay.per_night_fen == 35_000
    assert ride.before == trip.id
    assert ride.destination == f"@{trip.id}.origin"


def test_what_stays_as_it_is_is_not_booked_again() -> None:
    words = "My flight to Chengdu on 14 March got cancelled, please book me another one that day, landing by 18:00. My hotel there can't be refunded, leave it as it is."  # noqa: E501
    task = read(words, "en")
    assert [type(goal) for goal in task.goals] == [Trip]
    assert task.goals[0].date == "2026-03-14"
    assert not task.goals[0].replaces


def test_a_moved_seat_names_the_old_day_and_the_new_one_and_the_way_back_stays() -> None:
    words = "tolong reschedule kereta ke Hangzhou yang 16 Maret, pindah ke 18 Maret, berangkat setelah jam 09.30, tiba sebelum jam 14.00, tiket pulang jangan diubah"  # noqa: E501
    (move,) = read(words, "id").goals
    assert isinstance(move, Reschedule)
    assert (move.what, move.old_date, move.date) == ("train", "2026-03-16", "2026-03-18")
    assert (move.after, move.arrive_by) == ("09:30", "14:00")


def test_two_hotels_in_two_cities_keep_their_own_wishes() -> None:
    words = "订成都的酒店,3月20号入住一晚,含早,能免费取消。还有3月19号在西安住一晚,钟楼附近"
    first, second = only(read(words, "zh"), Stay)
    assert (first.city, first.check_in, first.breakfast, first.free_cancel) == ("成都", "2026-03-20", True, True)
    assert (second.city, second.check_in, second.breakfast, second.near) == ("西安", "2026-03-19", False, "钟楼")


def test_who_wants_to_be_asked_about_the_seat_is_asked_and_heard() -> None:
    me, desk, _ = town("x", "en", now=NOW, city="shanghai")
    task = understand(
        "Flight to Chengdu on 18 March, the cheapest one. I'm fussy about seats so ask me first.", "en", me, desk
    )
    (question,) = task.questions
    assert (question.field, question.topic) == ("seat", "option")
    assert answer(task, question, "told", "an aisle one", me, desk).goals[0].seat == "aisle"


def test_an_hour_without_a_day_leaves_the_day_to_be_asked_for() -> None:
    me, desk, _ = town("x", "en", now=NOW, city="shanghai")
    task = understand("book a train to Beijing, there before 21:00, and pay my phone bill", "en", me, desk)
    (question,) = [q for q in task.questions if q.field == "date"]
    told = answer(task, question, "told", "20 March", me, desk).goals[0]
    assert (told.date, told.arrive_by[:16]) == ("2026-03-20", "2026-03-20T21:00")


def test_a_ride_back_is_a_second_car_of_the_same_kind() -> None:
    words = "A car from home to Shanghai Museum at 2pm please, it has to take a wheelchair. Please also book the way back, leaving there at 6 pm."  # noqa: E501
    out, back = only(read(words, "en"), Ride)
    assert (out.destination, back.origin, back.destination) == ("Shanghai Museum", "Shanghai Museum", out.origin)
    assert (clock(out.at), clock(back.at), back.accessible) == ("14:00", "18:00", True)


def test_a_place_under_a_roof_is_asked_for_and_the_morning_that_will_not_do_is_not() -> None:
    (visit,) = read(
        "周六想在上海找个室内的地方,不用排长队,两个成人一个小孩,票你订,上午起不来,下午吧,门票最多300块", "zh"
    ).goals
    assert isinstance(visit, Visit)
    assert (visit.indoor, visit.no_queue, visit.after, visit.adults, visit.children) == (True, True, "12:00", 2, 1)
    assert visit.budget_fen == 30_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the cehapest trian", "the cheapest train"),
        ("free cancellatino", "free cancellation"),
        ("最cehap的那班", "最cheap的那班"),
        ("fried rice for a friend", "fried rice for a friend"),
        ('a card with "hapyp birthday"', 'a card with "hapyp birthday"'),
        ("Kunmign", "Kunmign"),
    ],
)
def test_a_slip_in_a_known_word_is_mended_and_nothing_else(typed: str, meant: str) -> None:
    assert mended(typed) == meant


def test_who_will_not_fly_gets_a_train_or_nothing() -> None:
    (trip,) = only(read("订3月15号去北京的火车票,不坐飞机,没有火车就算了", "zh"), Trip)
    assert trip.mode == "train"
    assert trip.only
