"""Words for clock times and parts of the day.

An hour without am or pm is read as people mean it: a part of the day beside it decides; on another day it is a waking
hour (7 to 18); today it is the next such hour to come. A time with minutes in the 24-hour form ("07:00", "17:30") is
taken as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from agent.grammar.days import DayValue, part_day, shift_days
from agent.grammar.numerals import Num
from agent.grammar.rewrite import Rule, Scene, spanned, stretch
from agent.grammar.scan import Atom
from agent.grammar.spans import DayPart, PartName, Time, TimeRole

_END = time(23, 59)
PARTS: dict[str, tuple[PartName, time, time]] = {
    "early": ("early", time(0), time(6)),
    "morning": ("morning", time(6), time(12)),
    "noon": ("noon", time(11), time(13, 30)),
    "afternoon": ("afternoon", time(12), time(18)),
    "evening": ("evening", time(17), time(21)),
    "night": ("night", time(18), _END),
    "siang": ("noon", time(11), time(15)),
    "sore": ("afternoon", time(15), time(18, 30)),
}
_ROLES: dict[str, TimeRole] = {
    "by": "by", "before": "by", "until": "by",
    "after": "after", "from": "after", "about": "about", "on": "at", "at": "at",
    "at_most": "by", "below": "by", "budget": "by", "above": "after", "at_least": "after",
}  # fmt: skip
_RANGE_WORDS = ("-", "–", "—", "~", "到", "至", "to", "sampai", "sampe", "hingga", "until", "till", "s/d", "and", "dan")
_FIRST_WAKING, _LAST_WAKING = 7, 18


@dataclass(frozen=True, slots=True)
class ClockValue:
    """The value of a folded ``c`` atom. ``half`` is "am", "pm" or "" where neither was said.

    ``fixed`` times need no am or pm; ``midnight`` is the one that ends the day named beside it.
    """

    hour: int
    minute: int
    half: str = ""
    fixed: bool = False
    about: bool = False
    midnight: bool = False


def _clock(scene: Scene, start: int, end: int, hour: int, minute: int, **more: Any) -> Atom | None:
    if minute < 0:
        hour, minute = (12 if hour == 1 else hour - 1 if hour else 23), minute + 60
    if not (0 <= hour <= 24 and 0 <= minute < 60) or (hour == 24 and minute):
        return None
    return Atom("c", scene.atoms[start].start, scene.atoms[end - 1].end, ClockValue(hour, minute, **more))


def _hour(atom: Atom) -> int:
    number: Num = atom.value
    whole = number.whole
    return whole if whole is not None and (number.about or not number.decade) and 0 <= whole <= 24 else -99


def _minutes(atom: Atom, code: str) -> int:
    number: Num = atom.value
    whole = number.whole
    minutes = -99 if whole is None else whole * 15 if code == "q" else whole
    return minutes if 0 <= minutes < 60 else -9999


def _digital(scene: Scene, start: int, end: int) -> Atom | None:
    at = start + (scene.codes[start] == "J")
    hour, minute, literal = scene.atoms[at].value
    half = scene.atoms[end - 1].value if scene.codes[end - 1] == "A" else ""
    return _clock(scene, start, end, hour, minute, half=half, fixed=literal and not half)


def _spoken(scene: Scene, start: int, end: int) -> Atom | None:
    """八点半, 八点一刻, 两点二十分, 差十分八点, eight o'clock; 一点 alone is "a little" more often than one."""
    codes = scene.codes[start:end]
    marker = start + codes.index("o")
    hour = _hour(scene.atoms[marker - 1])
    words = scene.words(scene.atoms[marker - 1]) + scene.words(scene.atoms[marker])
    if words == "一点" and marker == end - 1 and not _expects_clock(scene, start, end):
        return None
    minute = 0
    behind = codes[marker - start + 1 :]
    if behind.startswith("h"):
        minute = 30
    elif behind.startswith("N"):
        minute = _minutes(scene.atoms[marker + 1], behind[1:2])
    elif codes.startswith("a"):
        minute = -_minutes(scene.atoms[start + 1], codes[2])
    return _clock(scene, start, end, hour, minute, about=scene.atoms[marker].value == "about")


def _expects_clock(scene: Scene, start: int, end: int) -> bool:
    return (start > 0 and scene.codes[start - 1] in "PEdBDc") or scene.codes[end : end + 1] == "b"


def _marked(scene: Scene, start: int, end: int) -> Atom | None:
    """jam 7, jam 7.30, jam setengah 8, jam 7 lewat 15, jam 7 kurang 10, half past seven, 10 past 7."""
    codes = scene.codes[start:end]
    numbers = [atom for atom in scene.atoms[start:end] if atom.code == "N"]
    shift = next((atom.value for atom in scene.atoms[start:end] if atom.code == "^"), 0)
    half = next((atom.value for atom in scene.atoms[start:end] if atom.code == "A"), "")
    if "H" in codes:
        minute = scene.atoms[start + codes.index("H")].value
        hour = numbers[0]
    elif shift and codes.startswith("J"):
        hour, minute = numbers[0], shift * _minutes(numbers[1], "")
    elif shift:
        hour, minute = numbers[1], shift * _minutes(numbers[0], "")
    else:
        hour, minute = numbers[0], _minutes(numbers[1], "") if len(numbers) > 1 else 0
        text = hour.value.text
        if "." in text and len(text.split(".")[1]) == 2:
            whole, fraction = text.split(".")
            return _clock(
                scene,
                start,
                end,
                int(whole),
                int(fraction),
                half=half,
                fixed=int(whole) > 12 or (whole[0] == "0" and not half),
            )
    if not half and not codes.startswith("J") and not scene.closes(end):
        return None
    return _clock(scene, start, end, _hour(hour), minute, half=half, about=hour.value.about)


def _half(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = scene.atoms[start].value
    half = scene.atoms[end - 1].value
    if "." in number.text and len(number.text.split(".")[1]) == 2:
        whole, fraction = number.text.split(".")
        return _clock(scene, start, end, int(whole), int(fraction), half=half)
    hour = _hour(scene.atoms[start])
    return _clock(scene, start, end, hour, 0, half=half, about=number.about) if 0 < hour <= 12 else None


def _bare(scene: Scene, start: int, end: int) -> Atom | None:
    """A bare number is a clock time only where its neighbours make it one: "at 7", "before 9", "tomorrow 8"."""
    number: Num = scene.atoms[start].value
    hour = _hour(scene.atoms[start])
    before = scene.atoms[start - 1] if start else None
    if (
        before is None
        or not 1 <= hour <= 12
        or not scene.closes(end)
        or scene.codes[end : end + 1] in tuple("p/l&*-%u!j")
    ):
        return None
    if before.code == "B":
        if before.value == "on":
            return None
    elif before.code in "L&":
        if before.value != "about" or not number.digits:
            return None
    elif before.code == "-":
        if len(scene.out) < 2 or scene.out[-2].code != "c":
            return None
    elif before.code in "PE":
        if scene.language == "zh" and not number.digits:
            return None
    elif not (before.code == "d" and scene.language == "en"):
        return None
    minute = _minutes(scene.atoms[end - 1], "") if end - start > 1 else 0
    if end - start > 1 and minute < 5:
        return None
    return _clock(scene, start, end, hour, minute, about=number.about)


def _ish(scene: Scene, start: int, end: int) -> Atom | None:
    number: Num = scene.atoms[start].value
    if not number.about or not 1 <= _hour(scene.atoms[start]) <= 12:
        return None
    return _clock(scene, start, end, _hour(scene.atoms[start]), 0, about=True)


def _with_part(scene: Scene, start: int, end: int) -> Atom | None:
    """ "7 in the evening", "7 pagi". Up to five, *malam* behind a number counts nights: "3 malam"."""
    hour, part = _hour(scene.atoms[start]), scene.atoms[end].value
    nights = part == "night" and scene.language == "id" and (hour < 6 or (start > 0 and scene.codes[start - 1] == "K"))
    if nights or not 1 <= hour <= 12 or ("in" not in scene.words(scene.atoms[end]) and scene.language == "zh"):
        return None
    return _clock(scene, start, end, hour, 0, about=scene.atoms[start].value.about)


def _paired(scene: Scene, start: int, end: int) -> Atom | None:
    """The first hour of "7-8pm" or "3到5点"; its half is that of the second."""
    half = scene.atoms[end + 1].value if scene.codes[end + 1 : end + 2] in ("A",) else ""
    half = next((atom.value for atom in scene.atoms[end : end + 3] if atom.code == "A"), half)
    return _clock(scene, start, end, _hour(scene.atoms[start]), 0, half=half)


def _named(scene: Scene, start: int, end: int) -> Atom | None:
    hour, minute = scene.atoms[start].value
    return _clock(scene, start, end, hour, minute, fixed=True, midnight=hour == 0)


CLOCK_RULES = [
    Rule("JC", "J?CA?", _digital),
    Rule("a", "aN[fq]No", _spoken),
    Rule("N", "N(?=-N(?:A|o))|(?<=<)N(?=[-_]N[Ao])", _paired),
    Rule("N", "No(?:h|Nq|N(?![UutogS!iA/pm])f?)?", _spoken),
    Rule("J", "JHN", _marked),
    Rule("J", r"JN\^N(?:t(?=$|[^N]))?", _marked),
    Rule("J", "JNA?", _marked),
    Rule("H", "HNA?", _marked),
    Rule("N", r"N\^NA?", _marked),
    Rule("N", "NA", _half),
    Rule("N", "N(?=P)", _with_part),
    Rule("N", "NN(?![UutgjSGA!%])", _bare),
    Rule("N", "N", _bare),
    Rule("N", "N", _ish),
    Rule("T", "T", _named),
]


def _context_day(scene: Scene, start: int, end: int) -> date | None:
    """The day that a time without one falls on: the last named before it, else the first after it."""
    order = [*range(start - 1, -1, -1), *range(end, len(scene.atoms))]
    for at in order:
        atom = scene.atoms[at]
        if atom.code == "d":
            value: DayValue = atom.value
            return value.first
        if atom.code == "E":
            return part_day(scene, atom)
    # "a ride at 6am, the train leaves 7:12", said in the afternoon: the first time is tomorrow's, so is the second.
    for atom in scene.out:
        if isinstance(atom.value, Time) and atom.value.time < scene.now.time():
            return shift_days(scene.now.date(), 1)
    return None


def _by_part(clock: ClockValue, part: str) -> tuple[int, int]:
    """Hour in the part of the day, and days to add."""
    hour = clock.hour
    if part in ("night", "evening") and hour in (12, 0, 24):
        return 0, 1
    if part in ("early", "morning") and hour == 12:
        return (0, 0) if part == "early" else (12, 0)
    later = {
        "night": range(5, 12),
        "evening": range(3, 12),
        "afternoon": range(1, 12),
        "sore": range(1, 12),
        "siang": range(1, 5),
        "noon": range(1, 4),
    }
    return (hour + 12, 0) if hour in later.get(part, ()) else (hour % 24, hour // 24)


def _resolve(
    scene: Scene, clock: ClockValue, part: str | None, named: date | None, context: date | None
) -> tuple[time, int]:
    """The clock time that is meant, and how many days after the named one."""
    hour, minute, today = clock.hour, clock.minute, scene.now.date()
    if clock.midnight:
        return time(hour, minute), 1
    if clock.half:
        return time(hour % 12 + (12 if clock.half == "pm" else 0) if hour <= 12 else hour % 24, minute), 0
    if clock.fixed or hour > 12 or hour == 0:
        return time(hour % 24, minute), hour // 24
    if part is not None:
        resolved, days = _by_part(clock, part)
        return time(resolved, minute), days
    day = named or context
    if day is not None and day != today:
        waking = hour + 12 if hour < _FIRST_WAKING and hour + 12 <= _LAST_WAKING else hour
        return time(waking % 24, minute), 0
    now = scene.now.hour * 60 + scene.now.minute
    options = [value for value in (hour, hour + 12) if value * 60 + minute >= now]
    if scene.now.hour >= 5 and not options:
        waking = hour + 12 if hour < _FIRST_WAKING else hour
        return time(waking % 24, minute), 0
    chosen = options[0] if options else hour
    return time(chosen % 24, minute), chosen // 24 if named else 0


def _role(scene: Scene, start: int, end: int) -> TimeRole:
    role: TimeRole = "at"
    for atom in scene.atoms[start:end]:
        if atom.code in "BbL&*":
            role = _ROLES.get(atom.value, role)
        elif atom.code == "c" and atom.value.about and role == "at":
            role = "about"
    return role


def _named_day(scene: Scene, atoms: list[Atom]) -> tuple[date | None, bool] | None:
    """The day among ``atoms`` and whether it is a bare weekday; None if it is a stretch of days."""
    named, coming = None, False
    for at, atom in enumerate(atoms):
        if atom.code == "E":
            named = part_day(scene, atom)
        elif atom.code == "d":
            value: DayValue = atom.value
            if value.last is not None:
                return None
            named, coming = value.first, value.coming
            # The night before a weekday is named after it: *malam Minggu* is Saturday's.
            if at and atoms[at - 1].value == "night" and value.weekday is not None and scene.language == "id":
                named = shift_days(named, -1)
    return named, coming


def _time(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    clock = next(atom.value for atom in atoms if atom.code == "c")
    part = next((atom.value[1] if atom.code == "E" else atom.value for atom in atoms if atom.code in "EPwU"), None)
    if part not in PARTS and part is not None:
        return None
    if part is None and scene.codes[end : end + 3] == "-cP":
        part = scene.atoms[end + 2].value
    days_named = _named_day(scene, atoms)
    if days_named is None:
        return None
    named, coming = days_named
    context = None if named else _context_day(scene, start, end)
    found, days = _resolve(scene, clock, part, named, context)
    role = _role(scene, start, end)
    if named and coming and named == shift_days(scene.now.date(), 7) and found > scene.now.time():
        named = scene.now.date()
    day = shift_days(named, days) if named else None
    opening = _range_opening(scene, found) or _between(scene, start)
    if opening is not None and role == "at":
        role = "by"
        if day is None:
            day = opening.day
        if part is None and not clock.half and found.hour <= 12 and found.hour < opening.time.hour < found.hour + 12:
            found = found.replace(hour=(found.hour + 12) % 24)
    return spanned(Time(*stretch(scene, start, end), found, role, day))


def _range_opening(scene: Scene, closing: time) -> Time | None:
    """The time that opens the range which ``closing`` ends ("9点到11点"); its role becomes ``after``."""
    if len(scene.out) < 2 or scene.words(scene.out[-1]) not in _RANGE_WORDS:
        return None
    opening = scene.out[-2].value
    if not isinstance(opening, Time) or opening.role not in ("at", "after"):
        return None
    opens = opening.time
    if opens > closing >= opens.replace(hour=opens.hour % 12) and closing.hour >= 12 and opening.day is None:
        opens = opens.replace(hour=opens.hour % 12)
    opening = replace(opening, time=opens, role="after")
    scene.out[-2] = spanned(opening)
    return opening


def _between(scene: Scene, start: int) -> Time | None:
    """The opening of "antara jam 5 sampai 8", whose *sampai* is read as "until"."""
    if len(scene.out) < 2 or scene.words(scene.atoms[start]) not in _RANGE_WORDS or scene.out[-2].code != "<":
        return None
    opening = scene.out[-1].value
    if not isinstance(opening, Time) or opening.role != "at":
        return None
    opening = replace(opening, role="after")
    scene.out[-1] = spanned(opening)
    return opening


def _part(scene: Scene, start: int, end: int) -> Atom | None:
    atoms = scene.atoms[start:end]
    key = next((atom.value[1] if atom.code == "E" else atom.value for atom in atoms if atom.code in "EP"), None)
    days_named = _named_day(scene, atoms)
    if key is None or days_named is None:
        return None
    named, coming = days_named
    name, opens, closes = PARTS[key]
    if named and coming and named == shift_days(scene.now.date(), 7) and closes > scene.now.time():
        named = scene.now.date()
    return spanned(DayPart(*stretch(scene, start, end), name, opens, closes, named))


_DAY = "(?:[dE]?[wU](?=c)|[dE]P?|P)"
_DAY_BEHIND = "(?:P?[B_]{0,2}[dE](?!P?[BL&_]?c))"

TIME_RULES = [
    Rule("BL&dEPcwU", f"[BL&]?_?{_DAY}?[BL&_,]{{0,2}}c{_DAY_BEHIND}?P?[b*]?", _time),
    Rule("BPdE", "B?_?[dE](?:_?P)?b?", _part),
    Rule("BP", "B?_?P(?:[B_]?d)?b?", _part),
]
