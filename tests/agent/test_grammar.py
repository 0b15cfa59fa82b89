"""The grammar over a table of sentences, and the questions that other code asks of a reading."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from agent.grammar import (
    Count,
    Day,
    DayPart,
    DayRange,
    Distance,
    Duration,
    Money,
    Percent,
    Phone,
    Reading,
    Recurrence,
    Ref,
    Span,
    Stars,
    Time,
    parse_count,
    parse_day,
    parse_money,
    parse_time,
    read,
)

CHINA = timezone(timedelta(hours=8))
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=CHINA)
TABLE = Path(__file__).with_name("test_grammar_sentences.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


def describe(span: Span) -> str:
    """A span in the notation of the table."""
    match span:
        case Money():
            currency = "" if span.currency == "CNY" else f"{span.currency} "
            return f"money {currency}{span.fen / 100:g} {span.bound}" + (f" per {span.per}" if span.per else "")
        case Count():
            return f"count {span.n} {span.unit}".strip() + ("" if span.bound == "exact" else f" ({span.bound})")
        case Day():
            return f"day {span.date} {span.role}".strip() + ("" if span.explicit else " implied")
        case DayRange():
            return f"days {span.first}..{span.last} {span.role}".strip()
        case Time():
            return f"time {span.time:%H:%M} {span.role}" + (f" {span.day}" if span.day else "")
        case DayPart():
            return f"part {span.name}" + (f" {span.day}" if span.day else "")
        case Duration():
            return f"duration {span.minutes} {span.role}".strip()
        case Recurrence():
            return "every " + ",".join(map(str, span.days))
        case Distance():
            return f"distance {span.metres} {span.bound}"
        case Stars():
            return f"stars {span.n} {span.bound}"
        case Percent():
            return f"percent {span.basis_points / 100:g}"
        case Phone():
            return f"phone {span.masked}"
        case Ref():
            return f"ref {span.words}"
    raise AssertionError(f"unknown span {span}")


def described(reading: Reading) -> str:
    return "; ".join(map(describe, reading.spans)) or "-"


@pytest.mark.parametrize(("language", "now", "text", "expected"), ROWS, ids=[f"{row[0]}-{row[2]}" for row in ROWS])
def test_reads_what_people_write(language: str, now: str, text: str, expected: str) -> None:
    reading = read(text, datetime.fromisoformat(now).replace(tzinfo=CHINA), language)

    assert described(reading) == expected
    assert reading.language == language


def test_the_table_is_large_enough_in_each_language() -> None:
    languages = [row[0] for row in ROWS]

    assert all(languages.count(language) >= 60 for language in ("zh", "en", "id"))


def test_what_is_left_after_masking_are_the_nouns() -> None:
    reading = read("来20杯奶茶,下午三点前,预算300以内", TUESDAY)

    assert reading.masked().split() == ["来", "奶茶,", ","]
    assert read("kopi susu 2, jam 9 pagi", TUESDAY).masked().split() == ["kopi", "susu", ","]


def test_offsets_point_into_the_normalised_text() -> None:
    reading = read("20杯,¥60,3:30PM", TUESDAY)

    assert reading.text == "20杯,¥60,3:30PM"
    assert [span.words for span in reading.spans] == ["20杯", "¥60", "3:30PM"]


def test_a_time_without_a_day_takes_the_day_named_before_it() -> None:
    reading = read("besok mau ke West Lake, pesan mobil jam 9", TUESDAY)
    (ride,) = reading.of(Time)

    assert ride.day is None
    assert ride.time == time(9)
    assert reading.day_for(ride) == date(2026, 3, 11)


def test_a_time_takes_a_later_day_only_if_none_came_before() -> None:
    reading = read("the 8:15 to Hangzhou on Saturday", TUESDAY)

    assert reading.day_for(reading.of(Time)[0]) == date(2026, 3, 14)
    alone = read("at 5pm", TUESDAY)
    assert alone.day_for(alone.of(Time)[0]) is None


def test_a_phone_number_is_hidden_in_its_value() -> None:
    (phone,) = read("call 138 1234 5678", TUESDAY).of(Phone)

    assert phone.masked == "138****5678"


def test_a_part_of_the_day_has_its_hours() -> None:
    (sore,) = read("nanti sore", TUESDAY).of(DayPart)
    (tonight,) = read("今晚", TUESDAY).of(DayPart)

    assert (sore.first, sore.last) == (time(15), time(18, 30))
    assert (tonight.first, tonight.last) == (time(18), time(23, 59))


def test_a_stretch_of_days_knows_its_nights() -> None:
    (stay,) = read("20号到25号", TUESDAY).of(DayRange)

    assert stay.nights == 5


def test_a_hint_decides_only_what_the_words_leave_open() -> None:
    assert read("7:30", TUESDAY, "id").language == "id"
    assert read("7:30", TUESDAY, "zh").language == "zh"
    assert read("order two coffees for tomorrow please", TUESDAY, "id").language == "en"
    assert read("明天下午送两杯咖啡到公司", TUESDAY, "en").language == "zh"


def test_an_unknown_hint_is_no_error() -> None:
    assert read("two coffees", TUESDAY, "fr").of(Count)[0].n == 2


def test_a_day_first_date_in_english_is_month_first_in_chinese() -> None:
    assert read("on 3/4", TUESDAY).of(Day)[0].date == date(2026, 4, 3)
    assert read("3/4走", TUESDAY).of(Day)[0].date == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("answer", "fen"),
    [
        ("300", 30000),
        ("三百以内", 30000),
        ("up to 50 yuan", 5000),
        ("59块9", 5990),
        ("80an", 8900),
        ("dua ratus", 20000),
        ("no idea", None),
        ("$20", None),
        ("", None),
    ],
)
def test_an_answer_about_money(answer: str, fen: int | None) -> None:
    assert parse_money(answer) == fen


@pytest.mark.parametrize(
    ("answer", "count"), [("两个", 2), ("dua", 2), ("5", 5), ("three", 3), ("四", 4), ("berdua", 2), ("not sure", None)]
)
def test_an_answer_about_a_number(answer: str, count: int | None) -> None:
    assert parse_count(answer) == count


@pytest.mark.parametrize(
    ("answer", "clock"),
    [
        ("7", time(19)),
        ("下午三点", time(15)),
        ("jam setengah 8 malam", time(19, 30)),
        ("half past 4", time(16, 30)),
        ("whenever", None),
    ],
)
def test_an_answer_about_a_time(answer: str, clock: time | None) -> None:
    found = parse_time(answer, TUESDAY)

    assert (found and found.time) == clock


@pytest.mark.parametrize(
    ("answer", "day"),
    [("20", date(2026, 3, 20)), ("lusa", date(2026, 3, 12)), ("周五吧", date(2026, 3, 13)), ("any day", None)],
)
def test_an_answer_about_a_day(answer: str, day: date | None) -> None:
    found = parse_day(answer, TUESDAY)

    assert (found.date if isinstance(found, Day) else None) == day


def test_the_calendar_ends_without_an_error() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)

    assert read("后天, next week, in 500 days, 30号, 2月3号, next month", last).spans


def test_importing_the_grammar_imports_nothing_heavy() -> None:
    code = "import sys, agent.grammar; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"pydantic", "langgraph", "yaml", "cn2an", "msgspec", "textual"} & set(loaded)
