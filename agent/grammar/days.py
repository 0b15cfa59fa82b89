"""Words for days to dates.

What people mean where words leave it open:

- a bare weekday is the coming one; it is today only with a time or a part of the day that is not over;
- "next Friday", 下周五 and *Jumat depan* are that day of the next week, weeks beginning on Monday; 这周五 is that of
  this week even if it is over;
- a day of the month is the coming one; a month and day is this year's unless it is more than sixty days past;
- a day that follows another one in a sentence ("周五去周日回") does not lie before it;
- "tomorrow" is the next date on the calendar, but "tomorrow morning" said before 04:00 is the morning that comes;
- "tonight" said after midnight is the evening of the date that has begun.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from agent.grammar.numerals import Num
from agent.grammar.rewrite import Rule, Scene
from agent.grammar.scan import Atom

_PAST_DAYS_KEPT = 60


@dataclass(frozen=True, slots=True)
class DayValue:
    """The value of a folded ``d`` atom: ``weekday`` is set where the words were one, ``coming`` if a bare one."""

    first: date
    last: date | None = None
    explicit: bool = True
    weekday: int | None = None
    coming: bool = False


def _day(scene: Scene, start: int, end: int, value: DayValue) -> Atom:
    return Atom("d", scene.atoms[start].start, scene.atoms[end - 1].end, value)


def _previous(scene: Scene) -> date | None:
    """The last day that the sentence named before this point."""
    for atom in reversed(scene.out):
        if atom.code == "d":
            value: DayValue = atom.value
            return value.first
        if atom.code == "E":
            return part_day(scene, atom)
    return None


def part_day(scene: Scene, atom: Atom) -> date:
    """The date of an ``E`` atom. Before 04:00 "tomorrow morning" is the morning that comes, that is today's."""
    offset, part = atom.value
    if offset == 1 and part in ("morning", "early") and scene.now.hour < 4:
        offset = 0
    return shift_days(scene.now.date(), offset)


def shift_days(day: date, days: int) -> date:
    """``day`` moved by ``days``, held inside the calendar."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def _relative(scene: Scene, start: int, end: int) -> Atom | None:
    offset: int = scene.atoms[start].value
    part = scene.atoms[start + 1].value if scene.codes[start + 1 : start + 2] == "P" else None
    if offset == 1 and part in ("morning", "early") and scene.now.hour < 4:
        offset = 0
    return _day(scene, start, end, DayValue(shift_days(scene.now.date(), offset)))


def _weekday(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    weekday, weeks = next((6, None) if atom.code == "7" else atom.value for atom in atoms if atom.code in "W7")
    for atom in atoms:
        if atom.code == "Q":
            kind, weeks = atom.value
            if kind != "week":
                return None
    today = scene.now.date()
    if weeks is not None:
        monday = shift_days(today, -today.weekday())
        found = shift_days(monday, 7 * weeks + weekday)
    else:
        found = shift_days(today, (weekday - today.weekday() - 1) % 7 + 1)
        previous = _previous(scene)
        if previous is not None and previous > found:
            found = shift_days(previous, (weekday - previous.weekday()) % 7)
    return _day(scene, start, end, DayValue(found, weekday=weekday, coming=weeks is None))


def _stretch(scene: Scene, start: int, end: int) -> Atom | None:
    kind, shift = scene.atoms[start].value
    today = scene.now.date()
    monday = shift_days(today, -today.weekday() + 7 * shift)
    if kind == "week":
        value = DayValue(max(monday, today) if shift == 0 else monday, shift_days(monday, 6))
    elif kind == "weekend":
        first = shift_days(monday, 5)
        value = DayValue(max(first, today) if shift == 0 else first, shift_days(monday, 6))
    elif kind == "days":
        value = DayValue(shift_days(today, shift), shift_days(today, shift + 1))
    elif kind == "week_end":
        value = DayValue(shift_days(monday, 6), explicit=False)
    elif kind == "year_end":
        value = DayValue(date(today.year, 12, 31), explicit=False)
    else:
        year, month = _add_months(today.year, today.month, shift)
        last = date(year, month, calendar.monthrange(year, month)[1])
        if kind == "month_end":
            value = DayValue(last, explicit=False)
        else:
            value = DayValue(today if shift == 0 else date(year, month, 1), last)
    return _day(scene, start, end, value)


def _add_months(year: int, month: int, months: int) -> tuple[int, int]:
    count = year * 12 + month - 1 + months
    return min(max(count // 12, 1), 9999), count % 12 + 1


def _whole(atom: Atom) -> int:
    number: Num = atom.value
    whole = number.whole
    return whole if whole is not None and not number.decade else -1


def month_day(today: date, month: int, day: int) -> date | None:
    """The year that people mean by a month and a day: this one, unless that is well past."""
    for year in range(today.year, min(today.year + 9, 9999)):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (today - found).days <= _PAST_DAYS_KEPT:
            return found
    return None


def day_of_month(today: date, day: int) -> date | None:
    """The first such day from ``today`` on."""
    for months in range(13):
        year, month = _add_months(today.year, today.month, months)
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day) if day >= 1 else None
            if found is None or found >= today:
                return found
    return None


def _written(scene: Scene, start: int, end: int) -> Atom | None:
    atom = scene.atoms[end - 1]
    found, month, day = atom.value
    if found is None:
        both_fit = month <= 12 and day <= 12
        led = end - start > 1 or scene.language == "zh" or (start > 0 and scene.codes[start - 1] in "BdKPE")
        if both_fit and not led:
            return None
        found = month_day(scene.now.date(), month, day)
    return _day(scene, start, end, DayValue(found)) if found else None


def _month_and_day(scene: Scene, start: int, end: int) -> Atom | None:
    """Every order of a month name or 月, a day and a year."""
    year = month = day = None
    for at in range(start, end):
        atom, following = scene.atoms[at], scene.codes[at + 1 : at + 2] if at + 1 < end else ""
        if atom.code == "M":
            month = atom.value
        elif atom.code in "NO":
            number = _whole(atom)
            if following == "y" or (number > 999 and atom.code == "N"):
                year = number
            elif following == "m":
                month = number
            elif day is not None:
                # "by 1 April, 32 yuan": what follows is no year, and no other day.
                return None
            else:
                day = number
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is None:
        found = month_day(scene.now.date(), month, day)
    else:
        try:
            found = date(year % 2000 + 2000 if year < 100 else year, month, day)
        except ValueError:
            return None
    return _day(scene, start, end, DayValue(found)) if found else None


def _of_month(scene: Scene, start: int, end: int) -> Atom | None:
    numbers = [atom for atom in scene.atoms[start:end] if atom.code in "NO"]
    day = _whole(numbers[0])
    if not 1 <= day <= 31 or (start > 0 and scene.codes[start - 1] in "z#"):
        return None
    if scene.codes[start] in "_O" and not scene.closes(end):
        return None
    if scene.codes[start] == "_" and scene.words(scene.atoms[start]) != "the":
        return None
    today = scene.now.date()
    previous = _previous(scene)
    found = day_of_month(max(previous, today) if previous else today, day)
    return _day(scene, start, end, DayValue(found)) if found else None


def _between_days(scene: Scene, start: int, end: int) -> Atom | None:
    """ "12-15 March", 3月12到15号, "tgl 12-15": two days of one month."""
    days = [_whole(atom) for atom in scene.atoms[start:end] if atom.code in "NO"]
    month = next((atom.value for atom in scene.atoms[start:end] if atom.code == "M"), None)
    if scene.codes[start + 1] == "m":
        month = days.pop(0)
    if not 1 <= days[0] < days[1] <= 31:
        return None
    today = scene.now.date()
    first = month_day(today, month, days[0]) if month else day_of_month(today, days[0])
    last = first and shift_days(first, days[1] - days[0])
    if first is None or last is None or last.month != first.month:
        return None
    return _day(scene, start, end, DayValue(first, last))


def _of_named_month(scene: Scene, start: int, end: int) -> Atom | None:
    """下个月5号, "tanggal 5 bulan depan", "5th of next month"."""
    kind, shift = next(atom.value for atom in scene.atoms[start:end] if atom.code == "Q")
    day = _whole(next(atom for atom in scene.atoms[start:end] if atom.code in "NO"))
    today = scene.now.date()
    year, month = _add_months(today.year, today.month, shift)
    if kind != "month" or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return _day(scene, start, end, DayValue(date(year, month, day)))


def _same(scene: Scene, start: int, end: int) -> Atom | None:
    part: str | None = scene.atoms[start].value
    found = _previous(scene) or scene.now.date()
    if part is None:
        return _day(scene, start, end, DayValue(found, explicit=False))
    offset = (found - scene.now.date()).days
    return Atom("E", scene.atoms[start].start, scene.atoms[end - 1].end, (offset, part))


def _later(scene: Scene, start: int, end: int) -> Atom | None:
    """ "in 3 days", 三天后, "2 hari lagi"."""
    unit = next(atom.value for atom in scene.atoms[start:end] if atom.code in "t7x")
    minutes = 10080 if unit is None else int(unit)
    number = next((_whole(atom) for atom in scene.atoms[start:end] if atom.code == "N"), 1)
    front, back = scene.atoms[start], scene.atoms[end - 1]
    led = front.code == "I" and front.value == "after"
    followed = back.code == "b" and back.value in ("later", "after")
    if minutes < 1440 or not (led or followed) or not 0 <= number <= 1000:
        return None
    return _day(scene, start, end, DayValue(shift_days(scene.now.date(), number * minutes // 1440), explicit=False))


DAY_RULES = [
    Rule("D", "D", _relative),
    Rule("nNO", "n?[NO]i?-[NO]_?M|Nm[N]i?-Ni|N-Ni", _between_days),
    Rule("n", "nN-N(?![A-Za-z:])", _between_days),
    Rule("M", "M[NO]-[NO]", _between_days),
    Rule("WQ", "WQ|Q_?W", _weekday),
    Rule("W", "W", _weekday),
    Rule("7", "(?<!N)7", _weekday),
    Rule("Q", "QNi", _of_named_month),
    Rule("nO", "nNQ|O_?Q", _of_named_month),
    Rule("Q", "Q", _stretch),
    Rule("n", "nY", _written),
    Rule("Y", "Y", _written),
    Rule("N", "(?:Ny)?NmNi?", _month_and_day),
    Rule("nNO", "n?[NO]_?M(?:,?N(?![A-Zo]))?", _month_and_day),
    Rule("nNO", "n?[NO]_?M", _month_and_day),
    Rule("M", "M[NO](?![UutSg%])(?:,?N(?![A-Zo]))?", _month_and_day),
    Rule("M", "M[NO](?![UutSg%])", _month_and_day),
    Rule("INx", "I?(?:N[t7]|x)b?", _later),
    Rule("N", "Ni", _of_month),
    Rule("n", "nN", _of_month),
    Rule("_", "_O(?!_?M)", _of_month),
    Rule("O", "(?<=B)O", _of_month),
    Rule("=", "=", _same),
]
