"""Values are found in what people write, and others are not."""

from __future__ import annotations

import datetime as dt

import pytest

from scenarios.reveals import parse
from scenarios.validity.spellings import says_amount, says_day, says_number, says_place, says_time

NOW = dt.datetime(2026, 3, 18, 22, 10)  # noqa: DTZ001 - a local moment, as scenarios have them


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("来两杯", 2),
        ("两百二十块", 220),
        ("一千一百五以内", 1150),
        ("twenty-five of them", 25),
        ("dua puluh lima gelas", 25),
        ("1,150 tops", 1150),
        ("budget 2k", 2000),
        ("berdua", 2),
    ],
)
def test_numbers(text: str, value: int) -> None:
    assert says_number(text, value)
    assert not says_number(text, value + 1)


def test_a_number_is_not_part_of_another() -> None:
    assert not says_number("room 1205", 120)
    assert not says_number("at 10.30", 30 + 1000)
    assert not says_number("3.5 km", 35)
    assert says_amount("87,5", 8750)
    assert says_amount("转98.50过去", 9850)
    assert not says_amount("转98.50过去", 9800)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("下周三去", dt.date(2026, 3, 25)),
        ("tomorrow", dt.date(2026, 3, 19)),
        ("lusa", dt.date(2026, 3, 20)),
        ("on the 27th", dt.date(2026, 3, 27)),
        ("tgl 27 ya", dt.date(2026, 3, 27)),
        ("27 Maret", dt.date(2026, 3, 27)),
        ("Mar 27", dt.date(2026, 3, 27)),
        ("3月27号", dt.date(2026, 3, 27)),
    ],
)
def test_days(text: str, day: dt.date) -> None:
    assert says_day(text, day, NOW)
    assert not says_day(text, day + dt.timedelta(2), NOW)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("十点半前", dt.time(10, 30)),
        ("by half past ten", dt.time(10, 30)),
        ("setengah 3 sore", dt.time(14, 30)),
        ("before 7pm", dt.time(19, 0)),
        ("明早7:50前", dt.time(7, 50)),
        ("jam 15.50", dt.time(15, 50)),
    ],
)
def test_times(text: str, clock: dt.time) -> None:
    assert says_time(text, clock)
    assert not says_time(text, dt.time((clock.hour + 4) % 24, 5))


def test_places_by_any_of_their_names() -> None:
    assert says_place("near the Bund", "外滩")
    assert says_place("去苏州玩", "Suzhou")
    assert not says_place("去苏州玩", "Hangzhou")


@pytest.mark.parametrize("text", ["wordz", "words date", "user_profile", 'words "unclosed', "", "answer date, ,"])
def test_what_is_no_source_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="source"):
        parse(text)


def test_sources_are_read_as_they_are_written() -> None:
    text = 'words "the 27th, or so", answer date, user_calendar.events.start'
    assert ", ".join(map(str, parse(text))) == text
