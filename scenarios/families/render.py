"""Saying values in words: dates, times, amounts and things in Chinese, English and Indonesian, each in several forms.

A form is chosen by a draw, so the same value can be said in another way. Every form means exactly one value for
somebody who knows the present moment; forms that could be read as another day or hour are not used.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from mock_services.draws import Draws
from mock_services.errors import InternalError, UsageError
from mock_services.money import format_yuan
from scenarios.speech import Slot, Thing

WORDINGS: Final = Path(__file__).parent / "wordings"

APART: Final = Path(__file__).parent / "wordings_apart"
"""Where the same clauses are in other people's words, by which understanding is measured that nobody was built on."""

SECOND: Final = Path(__file__).parent / "wordings_second"
"""Where the same clauses are said a second time, by others again: more words to build on or to test with."""

_NOON = 12
_HOURS: Final = {0: "hours_sharp", 15: "hours_quarter", 30: "hours_half", 45: "hours_quarter_to"}
_VOWEL: Final = re.compile(r"[aeiouAEIO]|8|1[18]\b")
"""What "an" stands before, as far as names of things go: "an 80 cm plush toy"."""


class Voice:
    """Renders slots in one language at one moment, with the words in ``folder``; ``draws`` chooses among the forms."""

    def __init__(self, locale: str, now: dt.datetime, draws: Draws, folder: Path = WORDINGS) -> None:
        self._locale, self._now, self._draws = locale, now, draws
        self._words = calendar_words(folder)[locale]

    def say(self, slot: Slot, *about: object) -> str:
        """The slot in words; ``about`` names the occurrence for the draw of its form."""
        if slot.text is not None:
            return slot.text.get(self._locale)
        if slot.thing is not None:
            return self._thing(slot.thing, *about)
        if slot.fen is not None:
            return self._one("amounts", *about).format(self._amount(slot.fen))
        if slot.day is not None:
            return self._day(slot.day, *about)
        if slot.clock is not None:
            return self._clock(slot.clock, *about)
        if slot.moment is not None:
            day, clock = self._day(slot.moment.date(), *about), self._clock(slot.moment.time(), *about)
            return str(self._words["moment"]).format(day=day, clock=clock)
        if slot.minutes is not None:
            return self._minutes(slot.minutes, *about)
        if slot.number is not None:
            return self._number(slot.number, *about)
        assert slot.every is not None
        days = [part.day for part in slot.every if part.day is not None]
        if len(days) == len(slot.every):
            return self._list(self._days(days, *about))
        return self._list([self.say(part, i, *about) for i, part in enumerate(slot.every)])

    # --- forms -----------------------------------------------------------------------------------------------

    def _one(self, name: str, *about: object) -> str:
        return str(self._draws.pick(self._words[name], "form", name, *about))

    def _list(self, parts: list[str]) -> str:
        if len(parts) == 1:
            return parts[0]
        return str(self._words["comma"]).join(parts[:-1]) + str(self._words["and"]) + parts[-1]

    def _amount(self, fen: int) -> str:
        text = format_yuan(fen)
        return text.removesuffix(".00")

    def _number(self, n: int, *about: object) -> str:
        spelled: list[str] = self._words["numbers"]
        if n <= len(spelled) and self._draws.chance(0.5, "spelled", *about):
            return spelled[n - 1]
        return str(n)

    def _thing(self, thing: Thing, *about: object) -> str:
        name = thing.get(self._locale)
        if self._locale == "zh":
            # Before a measure word two is 两.
            number = "两" if thing.n == 2 else self._number(thing.n, *about)
            if "things" in self._words:
                return self._one("things", *about).format(n=number, unit=thing.unit, name=name)
            return f"{number}{thing.unit}{name}"
        if thing.n == 1 and "articles" in self._words and self._draws.chance(0.6, "article", *about):
            return f"{self._words['articles'][bool(_VOWEL.match(name))]} {name}"
        if self._locale == "en" and thing.n != 1:
            name = thing.ens or f"{name}s"
        if self._locale == "en" and name[:1].isdigit() and thing.n <= len(self._words["numbers"]):
            # "1 50 ml bottle" is hard to read.
            return f"{self._words['numbers'][thing.n - 1]} {name}"
        return f"{self._number(thing.n, *about)} {name}"

    def _minutes(self, minutes: int, *about: object) -> str:
        hours, rest = divmod(minutes, 60)
        if rest == 0:
            key = "hour" if hours == 1 else "hours"
            return self._one(key, *about).format(n=self._number(hours, *about))
        return self._one("minutes", *about).format(n=minutes)

    def _day(self, day: dt.date, *about: object) -> str:
        forms = [form for kind in self._day_forms(day).values() for form in kind]
        return str(self._draws.pick(forms, "form", "day", *about))

    def _days(self, days: list[dt.date], *about: object) -> list[str]:
        """Several days in one form: nobody says "tomorrow, this Friday and 9 May" of three days in a row."""
        known = [self._day_forms(day) for day in days]
        kinds = [kind for kind in known[0] if all(kind in forms for forms in known)]
        kind = self._draws.pick(kinds, "kind", "days", *about)
        which = self._draws.below(len(known[0][kind]), "form", "days", *about)
        return [forms[kind][which % len(forms[kind])] for forms in known]

    def _day_forms(self, day: dt.date) -> dict[str, list[str]]:
        """The ways to say a day: by its distance, by the week, by its date."""
        today = self._now.date()
        ahead = (day - today).days
        forms: dict[str, list[str]] = {}
        if 0 <= ahead < len(self._words["near"]):
            near = self._words["near"][ahead]
            forms["near"] = near if isinstance(near, list) else [near] * 2
        week = (day - (today - dt.timedelta(today.weekday()))).days // 7
        if ahead > 1 and week in (0, 1):
            forms["week"] = [form.format(self._words["weekdays"][day.weekday()]) for form in self._words["weeks"][week]]
        if ahead > 0:
            month = self._words["months"][day.month - 1]
            word = self._words["days"][day.day - 1] if "days" in self._words else day.day
            told = {"month": month, "number": day.month, "day": day.day, "word": word}
            forms["date"] = [form.format(**told) for form in self._words["dates"]]
        if not forms:
            raise InternalError(f"{day} is before {today}: nobody speaks of it as a day to come")
        return forms

    def _clock(self, clock: dt.time, *about: object) -> str:
        hour, minute = clock.hour, clock.minute
        forms = [form.format(hour=hour, minute=minute) for form in self._words["clocks"]]
        part = next(part for until, part in self._words["parts"] if hour < until)
        twelve = hour if hour <= _NOON else hour - _NOON
        key = _HOURS.get(minute, "hours_minutes")
        if key in self._words and hour >= 1:
            spelled = self._words["numbers"]
            told = {
                "part": part,
                "half": self._words["halves"][hour >= _NOON] if "halves" in self._words else part,
                "minute": minute,
                "n": twelve,
                "m": twelve % _NOON + 1,
                "word": spelled[twelve - 1] if twelve <= len(spelled) else twelve,
                "next": spelled[twelve % 12],
            }
            forms += [form.format(**told) for form in self._words[key]]
        return str(self._draws.pick(forms, "form", "clock", *about))


@lru_cache(maxsize=16)
def calendar_words(folder: Path = WORDINGS) -> dict[str, Any]:
    """The words for dates, times and amounts by language, from the ``_values.yaml`` of a bank.

    Raises:
        UsageError: the bank has no such file, or it cannot be read.
    """
    path = folder / "_values.yaml"
    try:
        with path.open(encoding="utf-8") as file:
            words: dict[str, Any] = yaml.safe_load(file)
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"cannot be read: {str(error).splitlines()[0]}", where=str(path)) from error
    return words
