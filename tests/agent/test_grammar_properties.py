"""What holds for every text, and values written out and read back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grammar import Count, Day, Money, Reading, Time, read
from agent.grammar.tables import en, id, zh

TABLE = Path(__file__).with_name("test_grammar_sentences.tsv")
NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
LANGUAGES = st.sampled_from(["zh", "en", "id"])
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LEXICON = sorted(
    {word.strip(" ~") for table in (en, id, zh) for _, _, words in table.ROWS for word in words.split(",")}
)
WORDS = sorted({piece for line in TABLE.read_text("utf-8").splitlines()[1:] for piece in line.split("\t")[2].split()})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(LEXICON),
    st.sampled_from(LEXICON),
    st.sampled_from(list("0123456789半点号月周前后到块¥/:-,.%x ")),
    st.text(max_size=3),
)
MIXED = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join)
)


def check(reading: Reading) -> None:
    end = 0
    for span in reading.spans:
        assert end <= span.start < span.end <= len(reading.text)
        assert reading.text[span.start : span.end] == span.words
        end = span.end
    kept = len(reading.text) - sum(span.end - span.start for span in reading.spans) + len(reading.spans)
    assert len(reading.masked()) == kept


@settings(max_examples=400, deadline=None)
@given(text=MIXED, now=MOMENTS, language=st.none() | LANGUAGES)
def test_any_text_gives_ordered_spans_within_it(text: str, now: datetime, language: str | None) -> None:
    reading = read(text, now, language)

    check(reading)
    assert read(text, now, language) == reading


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "一",
        "十",
        "a",
        "周",
        "每天",
        "预算",
        "max ",
        "jam ",
        "-",
        "2号到",
        "\x00",
        "¥",
        "a1",
        "五百块",
        "İ",
        "½",
        "7pm ",
    ],
)
def test_ten_thousand_characters_are_read_too(piece: str) -> None:
    check(read((piece * 10_000)[:10_000], NOW))


@settings(max_examples=150, deadline=None)
@given(moment=st.times().map(lambda value: value.replace(second=0, microsecond=0)), language=LANGUAGES)
def test_a_clock_time_is_read_as_it_was_written(moment: time, language: str) -> None:
    (found,) = read(f"{WRITTEN_AT[language]} {clock_words(moment, language)}", NOW, language).of(Time)

    assert found.time == moment


WRITTEN_AT = {"zh": "明天", "en": "tomorrow", "id": "besok"}


def clock_words(moment: time, language: str) -> str:
    hour, minute = moment.hour, moment.minute
    if language == "en":
        return f"at {hour % 12 or 12}:{minute:02d}{'am' if hour < 12 else 'pm'}"
    if language == "id":
        return f"jam {hour:02d}.{minute:02d}" if hour > 12 or hour == 0 else f"pukul {hour:02d}:{minute:02d}"
    part = "凌晨" if hour < 6 else "上午" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 18 else "晚上"
    tail = {0: "", 15: "一刻", 30: "半", 45: "三刻"}.get(minute, f"{minute}分")
    return f"{part}{hour % 12 or 12}点{tail}"


@settings(max_examples=150, deadline=None)
@given(days=st.integers(0, 300), language=LANGUAGES)
def test_a_date_is_read_as_it_was_written(days: int, language: str) -> None:
    day = NOW.date() + timedelta(days=days)
    (found,) = read(date_words(day, language), NOW, language).of(Day)

    assert found.date == day


def date_words(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.month}月{day.day}号"
    if language == "en":
        return f"on {day:%B} {day.day}"
    return f"tgl {day.day} {MONTHS.split()[day.month - 1]}"


@settings(max_examples=150, deadline=None)
@given(fen=st.integers(1, 10_000_000), language=LANGUAGES)
def test_an_amount_is_read_as_it_was_written(fen: int, language: str) -> None:
    plain = f"{fen // 100}.{fen % 100:02d}"
    text = {"zh": f"不超过{plain}元", "en": f"under ¥{fen // 100:,}.{fen % 100:02d}", "id": f"maksimal {plain} yuan"}[
        language
    ]
    (found,) = read(text, NOW, language).of(Money)

    assert (found.fen, found.currency) == (fen, "CNY")


@settings(max_examples=150, deadline=None)
@given(number=st.integers(1, 99_999_999))
def test_a_chinese_numeral_is_read_as_it_was_written(number: int) -> None:
    (found,) = read(f"{cn2an.an2cn(number)}块", NOW, "zh").of(Money)

    assert found.fen == number * 100


@settings(max_examples=100, deadline=None)
@given(number=st.integers(1, 99), language=st.sampled_from(["en", "id"]))
def test_a_number_in_words_is_read_as_it_was_written(number: int, language: str) -> None:
    unit = {"en": "boxes", "id": "bungkus"}[language]
    (found,) = read(f"{spelled(number, language)} {unit}", NOW, language).of(Count)

    assert found.n == number


ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas",
}
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"


def spelled(number: int, language: str) -> str:
    ones = ONES[language].split()
    if number < len(ones):
        return ones[number]
    if language == "en":
        return f"{TENS.split()[number // 10]}" + (f"-{ones[number % 10]}" if number % 10 else "")
    if number < 20:
        return f"{ones[number - 10]} belas"
    return f"{ones[number // 10]} puluh" + (f" {ones[number % 10]}" if number % 10 else "")
