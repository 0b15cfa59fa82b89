"""Folded days to spans: days with their role, stretches of days, recurrences."""

from __future__ import annotations

from typing import get_args

from agent.grammar.days import DayValue
from agent.grammar.rewrite import Rule, Scene, spanned, stretch
from agent.grammar.scan import Atom
from agent.grammar.spans import Day, DayRange, DayRole, Recurrence

_WEEKDAY_CHARS = "一二三四五六日"


def _day_range(scene: Scene, start: int, end: int) -> Atom | None:
    days = [atom.value for atom in scene.atoms[start:end] if atom.code == "d"]
    first: DayValue = days[0]
    last: DayValue = days[-1]
    if last.first < first.first or first.last:
        return None
    nights = (last.first - first.first).days
    return spanned(DayRange(*stretch(scene, start, end), first.first, last.first, nights))


def _day(scene: Scene, start: int, end: int) -> Atom | None:
    value: DayValue = next(atom.value for atom in scene.atoms[start:end] if atom.code == "d")
    role: DayRole = ""
    for atom in scene.atoms[start:end]:
        if atom.code in "Bb" and atom.value in get_args(DayRole):
            role = atom.value
        elif atom.code == "B" and atom.value == "at":
            role = "on"
    if role in ("", "on"):
        role = _distant_role(scene, start, end) or role
    if value.last:
        nights = (value.last - value.first).days
        return spanned(DayRange(*stretch(scene, start, end), value.first, value.last, nights, role))
    return spanned(Day(*stretch(scene, start, end), value.first, role, value.explicit))


def _distant_role(scene: Scene, start: int, end: int) -> DayRole:
    """ "before I get back Sunday", 周日我回来之前: the role stands a clause away."""
    at = start - 1
    while at >= 0 and start - at <= 7 and scene.codes[at] in "._":
        at -= 1
    if at >= 0 and at < start - 1 and scene.codes[at] == "B" and scene.atoms[at].value == "before":
        return "before"
    at = end
    while at < len(scene.codes) and at - end <= 6 and scene.codes[at] in "._":
        at += 1
    if end < at < len(scene.codes) and scene.codes[at] == "b" and scene.atoms[at].value == "before":
        return "before"
    return ""


def _every(scene: Scene, start: int, end: int) -> Atom | None:
    """ "every Friday", "setiap Senin sampai Jumat", 每周一到周五."""
    weekdays = [atom.value.weekday for atom in scene.atoms[start:end] if atom.code == "d"]
    opening = scene.atoms[start]
    if opening.code == "v" and len(opening.value) == 1:
        weekdays.insert(0, opening.value[0])
    if None in weekdays:
        return None
    if any(atom.code in "-B" for atom in scene.atoms[start:end]):
        first, last = weekdays[0], weekdays[-1]
        weekdays = [day % 7 for day in range(first, last + 1 + (7 if last < first else 0))]
    return spanned(Recurrence(*stretch(scene, start, end), tuple(sorted(set(weekdays)))))


def _weekday_run(scene: Scene, start: int, end: int) -> Atom | None:
    """每周一三五: the weekdays behind the first stand alone."""
    opening, run = scene.atoms[start], scene.words(scene.atoms[end - 1])
    if len(opening.value) != 1 or not all(char in _WEEKDAY_CHARS for char in run):
        return None
    days = {opening.value[0], *(_WEEKDAY_CHARS.index(char) for char in run)}
    return spanned(Recurrence(*stretch(scene, start, end), tuple(sorted(days))))


def _daily(scene: Scene, start: int, end: int) -> Atom | None:
    """The "every" of "every morning"."""
    return spanned(Recurrence(*stretch(scene, start, end), tuple(range(7))))


def _recurrence(scene: Scene, start: int, end: int) -> Atom | None:
    return spanned(Recurrence(*stretch(scene, start, end), scene.atoms[end - 1].value))


WEEKDAY_RUN_RULES = [Rule("v", "vN", _weekday_run)]
RANGE_RULES = [
    Rule("Zv", "[Zv]_?d[-B]d|v[-B]d", _every),
    Rule("dB", "B?_?d[-B]_?d", _day_range),
    Rule("Zv", "[Zv]_?d(?:[_,]{0,2}d)*|v(?:[_,]{0,2}d)+", _every),
    Rule("Z", "Z(?=P)", _daily),
    Rule("v", "v", _recurrence),
]
LONE_DAY_RULES = [
    Rule("Bd", "B?_?d[b]?", _day),
]
