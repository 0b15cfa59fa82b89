"""Whether a value can be read in a text: a number, an amount, a day, a time, or a name in any of the languages."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mock_services.geo import fold, places

_LATIN = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*")
_HUNDRED = 100


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The words for values."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text("utf-8"))
    return found


def says_word(text: str, word: str) -> bool:
    """Whether a word is in a text: Latin ones as whole words, with an ending or two that people add."""
    low, want = text.casefold(), word.casefold()
    if not want.isascii():
        return fold(want) in fold(low)
    if not want[:1].isalnum():
        return want in low
    return re.search(rf"(?<![a-z0-9]){re.escape(want)}(?:s|es|nya|lah|ku)?(?![a-z0-9])", low) is not None


def says_phrase(text: str, phrase: str) -> bool:
    """Whether every word of a phrase is in a text, in whatever order."""
    words = _LATIN.findall(phrase.casefold())
    rest = [fold(part) for part in _LATIN.sub(" ", phrase.casefold()).split()]
    told = fold(text)
    return all(says_word(text, word) or says_word(text, word.removesuffix("s")) for word in words) and all(
        part in told for part in rest
    )


# --- numbers -------------------------------------------------------------------------------------------------


def numbers(value: int) -> list[str]:
    """A whole number in figures and in words."""
    spelled = table()["numbers"]
    found = [str(value), f"{value:,}", *spelled["also"].get(value, ())]
    found += _chinese(value)
    if value < len(spelled["en"]):
        found.append(spelled["en"][value])
    elif value < _HUNDRED:
        tens, ones = divmod(value, 10)
        found.append(spelled["en_tens"][tens] + (f" {spelled['en'][ones]}" if ones else ""))
        found.append(found[-1].replace(" ", "-"))
    elif value % _HUNDRED == 0 and value < 2000:
        found.append(f"{spelled['en'][value // _HUNDRED]} hundred")
    found += _indonesian(value)
    if value % 1000 == 0:
        found += [f"{value // 1000}k", f"{value // 1000} ribu", f"{value // 1000}rb", f"{value // 1000} rb"]
    return found


def _chinese(value: int) -> list[str]:
    digits = table()["numbers"]["zh"]
    if value <= 10:
        return [digits[value]]
    if value < _HUNDRED:
        tens, ones = divmod(value, 10)
        return [("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")]
    if value >= 10_000:
        return []
    unit, name = (1000, "千") if value >= 1000 else (100, "百")
    head, rest = divmod(value, unit)
    heads = [digits[head], "两"] if head == 2 else [digits[head]]
    tails = [""]
    if rest:
        lower = unit // 10
        tails = (
            ["零" + tail for tail in _chinese(rest)]
            if rest < lower
            else [tail if tail[0] != "十" else "一" + tail for tail in _chinese(rest)]
        )
        if rest % lower == 0:
            tails.append(digits[rest // lower])
    return [f"{one}{name}{tail}" for one in heads for tail in tails]


def _indonesian(value: int) -> list[str]:
    spelled = table()["numbers"]["id"]
    if value < len(spelled):
        return [spelled[value], f"se{'puluh' if value == 10 else ''}"] if value == 10 else [spelled[value]]
    if value < 20:
        return [f"{spelled[value - 10]} belas"]
    if value < _HUNDRED:
        tens, ones = divmod(value, 10)
        return [f"{spelled[tens]} puluh" + (f" {spelled[ones]}" if ones else "")]
    if value < 1000:
        head, rest = divmod(value, _HUNDRED)
        start = "seratus" if head == 1 else f"{spelled[head]} ratus"
        return [start + (f" {tail}" if tail else "") for tail in (_indonesian(rest) if rest else [""])]
    return []


def says_number(text: str, value: int) -> bool:
    """Whether a whole number is in a text."""
    low = text.casefold()
    for form in numbers(value):
        if form.isdigit() or form.replace(",", "").isdigit():
            if re.search(rf"(?<!\d)(?<!\d[.,]){re.escape(form)}(?:\.0+)?(?![.,]?\d)", low):
                return True
        elif says_word(low, form):
            return True
    return False


def says_amount(text: str, fen: int) -> bool:
    """Whether an amount is in a text."""
    yuan, rest = divmod(fen, 100)
    if not rest:
        return says_number(text, yuan)
    forms = [
        f"{yuan}.{rest:02d}",
        f"{yuan},{rest:02d}",
        *([f"{yuan}{mark}{rest // 10}" for mark in (".", ",", "块")] if rest % 10 == 0 else []),
    ]
    return any(re.search(rf"(?<!\d){re.escape(form)}(?!\d)", text) for form in forms)


# --- days and times ------------------------------------------------------------------------------------------


def says_day(text: str, day: dt.date, now: dt.datetime) -> bool:
    """Whether a day is in a text that was written at a moment. Today goes without saying."""
    words = table()["days"]
    ahead = (day - now.date()).days
    forms = [*words["near"].get(ahead, ()), *words["weekdays"][day.weekday()]]
    if ahead == 0 or any(says_word(text, form) for form in forms):
        return True
    low = text.casefold()
    numeric = [
        day.isoformat(),
        f"{day.month}-{day.day}",
        f"{day.month}/{day.day}",
        f"{day.day}/{day.month}",
        f"{day.month}.{day.day}",
    ]
    numeric += [
        f"{number}{mark}" for number in numbers(day.day) if not number.isascii() or number.isdigit() for mark in "号日"
    ]
    numeric += [f"{day.month}月{day.day}", f"tgl {day.day}", f"tanggal {day.day}", f"the {day.day}"]
    if any(re.search(rf"(?<!\d){re.escape(form)}(?!\d)", low) for form in numeric):
        return True
    month = "|".join(words["months"][day.month - 1])
    ordinal = rf"0?{day.day}(?:st|nd|rd|th)?"
    return re.search(
        rf"(?<!\d){ordinal}\.? ?(?:of )?(?:{month})\b|\b(?:{month})\.? {ordinal}(?!\d)", low
    ) is not None or (re.search(rf"(?<!\d){day.day}(?:st|nd|rd|th)", low) is not None)


def says_time(text: str, clock: dt.time) -> bool:
    """Whether a time of day is in a text."""
    low, words = text.casefold(), table()
    hour, minute = clock.hour, clock.minute
    exact = [
        f"{h}{mark}{minute:02d}"
        for h in (hour, f"{hour:02d}", hour % 12 or 12)
        for mark in (":", ".", "：", "点", "h", "")
    ]
    if any(re.search(rf"(?<!\d){re.escape(form)}(?!\d)", low) for form in exact if len(form) > 2):
        return True
    if any(says_word(low, word) for word in words["named_hours"].get(hour, ())) and minute in (0, 59):
        return True
    following = (hour + 1) % 24
    hours = {hour, hour % 12 or 12} | ({following, following % 12 or 12} if minute >= 30 else set())
    if not any(says_number(low, one) for one in hours):
        return False
    if minute == 0:
        return True
    marks = {30: words["half"], 15: words["quarter"], 45: words["quarter"], 59: [""]}.get(minute, [])
    return any(mark in low for mark in marks) or says_number(low, minute)


# --- names ---------------------------------------------------------------------------------------------------


def place_names(name: str) -> set[str]:
    """Every name of what bears a name on the map, and the name itself."""
    found = {name}
    for place in places().named(name):
        found |= {*place.name.every(), *getattr(place, "aliases", ())}
    city = places().city_named(name)
    if city is not None:
        found |= {*city.name.every(), *city.aliases}
    return {one for one in found if one}


def says_place(text: str, name: str) -> bool:
    """Whether a place is in a text, by any of its names; the shorter forms of Chinese ones count."""
    return any(
        says_phrase(text, one) or (not one.isascii() and len(one) > 2 and one.rstrip("站市区店") in text)
        for one in place_names(name)
    )
