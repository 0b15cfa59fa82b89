"""What spans say about each other: a date beside its weekday, an hour after its part of the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest

from agent.grammar import Day, Money, Time, read

NOW = datetime(2026, 4, 8, 12, 15, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("fly out Fri 17 April", "en", date(2026, 4, 17)),
        ("this Friday, the 17th, one way", "en", date(2026, 4, 17)),
        ("masuk jumat 24 april", "id", date(2026, 4, 24)),
        ("周五4月17号飞", "zh", date(2026, 4, 17)),
    ],
)
def test_a_date_says_which_of_its_weekdays_is_meant(text, language, day):
    (found,) = read(text, NOW, language).of(Day)
    assert found.date == day


def test_a_weekday_and_the_date_of_another_stay_two_days():
    assert len(read("from Friday, back 19 April", NOW, "en").of(Day)) == 2


@pytest.mark.parametrize(
    ("text", "language", "clocks"),
    [
        ("besok malem naik kapal, ambil yang mulai jam setengah 8, pulangnya jam 9", "id", [time(19, 30), time(21)]),
        ("明天晚上看电影,七点半的,九点来接我", "zh", [time(19, 30), time(21)]),
        ("tomorrow evening, table at 8", "en", [time(20)]),
        ("明天下午开会,早上9点叫我", "zh", [time(9)]),
        ("besok malam makan, jam 08:00 berangkat", "id", [time(8)]),
    ],
)
def test_an_hour_takes_the_half_of_the_part_of_the_day_before_it(text, language, clocks):
    assert [span.time for span in read(text, NOW, language).of(Time)] == clocks


def test_an_amount_behind_a_date_is_no_year() -> None:
    for words in ("by 1 April, 32 RMB at most", "before April 1, 20 yuan"):
        spans = read(words, NOW.replace(month=3, day=22), "en").spans
        days = [span.date.isoformat() for span in spans if isinstance(span, Day)]
        assert days == ["2026-04-01"], words
        assert any(isinstance(span, Money) for span in spans)
