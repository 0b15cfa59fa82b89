"""A value is said in many forms, and each is read as that value by a reader who has not seen the tables behind it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.grammar import Day, parse_count, parse_day, parse_money, parse_time
from mock_services.draws import Draws
from mock_services.errors import InternalError
from scenarios.families.render import APART, WORDINGS, Voice
from scenarios.speech import Slot, Text, Thing

BANKS = pytest.mark.parametrize("bank", [WORDINGS, APART], ids=["main", "apart"])
UNREAD = re.compile(r"of next week$|^at \d\d(\.\d\d|\d\dhrs)$|^后儿$|^an? ")
"""Natural forms of the apart bank that the grammar does not read: "Fri of next week", "19.05", "1930hrs" (Singapore),
"后儿" (Beijing for 后天) and, asked for a count alone, "a latte". They stay in the bank, which is not made to fit; take
a form out of here when it is read."""
LOCALES = st.sampled_from(["zh", "en", "id"])
NOW = dt.datetime(2026, 3, 10, 9, 40, tzinfo=dt.UTC)
FORMS = st.integers(0, 40)


def voice(locale: str, form: int, now: dt.datetime = NOW, bank: Path = WORDINGS) -> Voice:
    return Voice(locale, now.replace(tzinfo=None), Draws(form), bank)


@BANKS
@settings(max_examples=300, deadline=None)
@given(locale=LOCALES, ahead=st.integers(0, 60), start=st.integers(0, 6), form=FORMS)
def test_a_day_is_understood_as_that_day(bank: Path, locale: str, ahead: int, start: int, form: int) -> None:
    now = NOW + dt.timedelta(start)
    day = now.date() + dt.timedelta(ahead)
    said = voice(locale, form, now, bank).say(Slot(day=day))
    assume(not UNREAD.search(said))
    read = parse_day(said, now)
    assert isinstance(read, Day), said
    assert read.date == day, said


@BANKS
@settings(max_examples=300, deadline=None)
@given(locale=LOCALES, minutes=st.integers(1 * 12, 24 * 12 - 1), form=FORMS)
def test_a_time_of_day_is_understood_as_that_time(bank: Path, locale: str, minutes: int, form: int) -> None:
    clock = dt.time(minutes // 12, minutes % 12 * 5)
    said = voice(locale, form, bank=bank).say(Slot(clock=clock))
    # In a sentence Indonesian puts the word for o'clock before it.
    said = f"jam {said}" if locale == "id" else f"at {said}" if locale == "en" else said
    assume(not UNREAD.search(said))
    read = parse_time(said, NOW.replace(hour=0, minute=0))
    assert read is not None, said
    assert read.time == clock, said


@BANKS
@settings(max_examples=100, deadline=None)
@given(locale=LOCALES, yuan=st.integers(1, 9999), form=FORMS)
def test_an_amount_is_understood_to_the_fen(bank: Path, locale: str, yuan: int, form: int) -> None:
    said = voice(locale, form, bank=bank).say(Slot(fen=yuan * 100))
    assert parse_money(said) == yuan * 100, said


@BANKS
@settings(max_examples=100, deadline=None)
@given(locale=LOCALES, n=st.integers(1, 60), form=FORMS)
def test_so_many_of_a_thing_are_understood_as_so_many(bank: Path, locale: str, n: int, form: int) -> None:
    latte = Thing(zh="拿铁", en="latte", id="kopi latte", unit="杯", n=n)
    said = voice(locale, form, bank=bank).say(Slot(thing=latte))
    assume(not UNREAD.search(said))
    assert parse_count(said) == n, said


def test_a_list_is_joined_as_the_language_does_it() -> None:
    names = Slot(
        every=tuple(Slot(text=Text(zh=zh, en=en, id=en)) for zh, en in (("茶", "tea"), ("饼", "cake"), ("花", "rose")))
    )
    assert voice("zh", 1).say(names) == "茶、饼和花"
    assert voice("en", 1).say(names) == "tea, cake and rose"
    assert voice("id", 1).say(names) == "tea, cake dan rose"


def test_the_past_is_not_spoken_of_as_if_it_were_to_come() -> None:
    with pytest.raises(InternalError, match="before"):
        voice("en", 1).say(Slot(day=NOW.date() - dt.timedelta(1)))
