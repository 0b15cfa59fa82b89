"""Check 4: everything in the goal can be found out from where the scenario says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from mock_services.clock import parse_iso
from mock_services.errors import BanshiError
from mock_services.money import parse_yuan
from mock_services.registry import Registry
from mock_services.world import World
from scenarios.episode import build_world
from scenarios.reveals import Leaf, Source, leaves, sources_of
from scenarios.validity import spellings
from scenarios.validity.aliases import names_of
from scenarios.validity.outcome import Checked
from scenarios.validity.subject import Subject
from scenarios.wants import AMOUNTS, parse_when

TIMES = frozenset({"by", "after", "before", "depart", "depart_after", "depart_before", "arrive_by", "at"})
ECHOES = ("_preview",)
"""Tools that show what they were given."""

RECORDS = ("_list", "_bills", "_order_detail", "_quote")
"""Tools that show what is the person's own, and so may tell what they want; a catalogue shows everything there is."""

PLACES = frozenset({"from_", "to", "city", "near", "place"})


def reveals(subject: Subject) -> Iterator[Checked]:
    """Every part of the goal names its source, and the source shows it."""
    scenario = subject.scenario
    reader = Reader(subject)
    wanted = leaves(scenario.goal)
    for leaf in wanted:
        sources = sources_of(scenario.reveals, leaf.part)
        if not sources:
            yield Checked("reveals", scenario.id, "clean", leaf.part, False, f"names no source: {reader.advice(leaf)}")
            continue
        wrong = [why for source in sources if (why := reader.refutes(leaf, source))]
        shown = len(wrong) < len(sources)
        # A quote or a field that is not there is a mistake even where another source will do.
        broken = [why for why in wrong if why.startswith("!")]
        fine = shown and not broken
        yield Checked(
            "reveals", scenario.id, "clean", leaf.part, fine, "" if fine else "; ".join(broken or wrong).lstrip("!")
        )
    parts = [leaf.part for leaf in wanted]
    for part in scenario.reveals:
        if not any(one == part or one.startswith((f"{part}.", f"{part}#")) for one in parts):
            near = ", ".join(parts[:6])
            yield Checked("reveals", scenario.id, "clean", part, False, f"is no part of the goal; its parts are {near}")


class Reader:
    """Follows sources for one scenario, on its clean world."""

    def __init__(self, subject: Subject) -> None:
        self._subject, self._scenario = subject, subject.scenario
        self._registry: Registry = subject.base.registry
        self._fresh: World | None = None
        self._names = subject.names

    @property
    def _world(self) -> World:
        if self._fresh is None:
            self._fresh = build_world(self._scenario, "clean", base=self._subject.base)[0]
        return self._fresh

    def refutes(self, leaf: Leaf, source: Source) -> str:
        """Why a source does not show a value; empty if it does. A ``!`` in front: the source itself is not there."""
        if source.where == "tool":
            return self._tool(leaf, source)
        text = self._said(source)
        if text is None:
            return f"!the person has no answer about {source.name}"
        if source.quote:
            return "" if source.quote.casefold() in text.casefold() else f"!{source} – nobody says {source.quote!r}"
        if self.says(leaf, text) or self._spoken(leaf):
            return ""
        where = "words" if source.where == "words" else "answers"
        return f"{_shown(leaf.value)} is not in the {where}; quote what says it"

    def _said(self, source: Source) -> str | None:
        answers: dict[str, str] = {str(topic): text for topic, text in self._scenario.answers.items()}
        if source.where == "answer":
            return answers.get(source.name) if source.name else "\n".join(answers.values())
        return "\n".join((self._scenario.words, *answers.values()))

    def _spoken(self, leaf: Leaf) -> bool:
        """Whether the clauses that the words were made from hold the value."""
        speech = self._scenario.speech
        slots = [slot for clause in speech.clauses for slot in clause.slots.values()] if speech is not None else []
        return any(self._slot(leaf, slot) for slot in slots)

    def _slot(self, leaf: Leaf, slot: Any) -> bool:
        value = leaf.value
        if slot.every is not None:
            return any(self._slot(leaf, one) for one in slot.every)
        text = slot.text or slot.thing
        if slot.thing is not None and leaf.field in ("qty", "adults", "children", "rooms", "nights", "pax", "serves"):
            return bool(value == slot.thing.n)
        if text is not None:
            said = " ".join((text.zh, text.en, text.id))
            return not isinstance(value, int | dt.date) and self.says(leaf, said)
        if slot.fen is not None:
            return leaf.field in AMOUNTS and bool(value == slot.fen)
        if isinstance(value, dt.date):
            return value in (slot.day, slot.moment.date() if slot.moment is not None else None)
        if leaf.field in TIMES and isinstance(value, str):
            day, clock = parse_when(value)
            moment = slot.moment
            return (
                clock == slot.clock
                or (moment is not None and clock == moment.time())
                or (slot.day is not None and day == slot.day)
            )
        return isinstance(value, int) and value in (slot.number, slot.minutes)

    # --- values in texts -------------------------------------------------------------------------------------

    def says(self, leaf: Leaf, text: str) -> bool:
        """Whether a text says a value."""
        value, field = leaf.value, leaf.field
        words = spellings.table()["fields"].get(field, {})
        known = words.get(str(value).casefold())
        if known is not None and any(spellings.says_word(text, word) for word in known):
            return True
        if isinstance(value, bool):
            return False
        if isinstance(value, dt.date):
            return spellings.says_day(text, value, self._scenario.now)
        if isinstance(value, int):
            return spellings.says_amount(text, value) if field in AMOUNTS else self._counts(leaf, text)
        if field in TIMES and isinstance(value, str) and _is_when(value):
            day, clock = parse_when(value)
            end = clock == dt.time(23, 59)
            on = day is None or spellings.says_day(text, day, self._scenario.now)
            return on and (end or spellings.says_time(text, clock))
        every = value if isinstance(value, tuple) else (value,)
        return any(self._names_it(field, str(one), text) for one in every)

    def _counts(self, leaf: Leaf, text: str) -> bool:
        if spellings.says_number(text, leaf.value):
            return True
        if leaf.field == "within_min" and leaf.value % 60 == 0:
            return spellings.says_number(text, leaf.value // 60) or "小时" in text or "hour" in text or "jam" in text
        # People say how many in portions: ten of this and ten of that.
        return leaf.field in ("qty", "pax", "adults", "rooms", "serves") and any(
            spellings.says_number(text, part) and spellings.says_number(text, leaf.value - part)
            for part in range(1, leaf.value)
        )

    def _names_it(self, field: str, one: str, text: str) -> bool:
        if one.startswith("$"):
            return spellings.says_phrase(text, one[1:].rpartition(".")[2])
        if one.startswith("contact:") or field in ("from_", "to"):
            contact = self._contact(one.removeprefix("contact:"))
            if contact and any(spellings.says_phrase(text, name) for name in contact):
                return True
        labels = spellings.table()["labels"].get(one.casefold(), ())
        if field in PLACES and (
            any(spellings.says_word(text, word) for word in labels) or spellings.says_place(text, one)
        ):
            return True
        if one.startswith("@"):
            return True  # an end of a trip that the goal itself holds
        own = spellings.table()["fields"].get(field, {})
        for key, words in own.items():
            if key == one and any(spellings.says_word(text, word) for word in words):
                return True
        return any(spellings.says_phrase(text, name) for name in names_of(self._world, one))

    def _contact(self, name: str) -> list[str]:
        for contact in self._scenario.person.contacts:
            if name in (contact.name, contact.nickname, contact.account, contact.phone):
                return [part for part in (contact.name, contact.nickname, contact.relation, contact.phone) if part]
        return []

    # --- values in tools -------------------------------------------------------------------------------------

    def _tool(self, leaf: Leaf, source: Source) -> str:
        tool = self._registry.tools.get(source.name)
        if tool is None:
            return f"!there is no tool {source.name}"
        path = source.field.split(".")
        if not _has_path(tool.result.model_json_schema(), path):
            return f"!{source.name} shows no field {source.field}"
        for data in self._answers(source.name):
            for shown in _at(data, path):
                if self.shows(leaf, shown) or (source.quote and source.quote.casefold() in str(shown).casefold()):
                    return ""
        return f"{source.name} does not show {_shown(leaf.value)} in {source.field} on the clean world"

    def _answers(self, tool: str) -> Iterator[Any]:
        """What a tool answered the oracle before it wrote anything, and what it answers without arguments."""
        if tool.endswith(ECHOES):
            return
        for event in self._subject.looked:
            if event.data["tool"] == tool:
                yield event.data["data"]
        entry = self._registry.tools[tool]
        if entry.access == "read":
            try:
                reply = self._world.fork().call(tool, {})
            except BanshiError:
                return
            if reply.ok:
                yield reply.data

    def shows(self, leaf: Leaf, shown: Any) -> bool:
        """Whether what a field holds is a value, or says it."""
        value = leaf.value
        if isinstance(shown, bool) or isinstance(value, bool):
            return bool(shown is value)
        if isinstance(shown, int | float):
            return leaf.field not in AMOUNTS and isinstance(value, int) and shown - value == 0
        if not isinstance(shown, str) or not shown:
            return False
        if isinstance(value, str) and value.startswith("$"):
            return shown == self._names.get(value[1:])
        if leaf.field in AMOUNTS:
            return bool(_fen(shown) == value)
        if isinstance(value, dt.date):
            return shown.startswith(value.isoformat())
        if leaf.field in TIMES and isinstance(value, str) and _is_when(value):
            return _same_time(shown, value)
        if isinstance(value, tuple) and any(str(one).startswith("$") for one in value):
            return any(shown == self._names.get(str(one)[1:]) for one in value)
        return not isinstance(value, int) and (bool(shown == value) or self.says(leaf, shown))

    # --- what an author could write --------------------------------------------------------------------------

    def advice(self, leaf: Leaf) -> str:
        """A source that shows a value, as it could be written; or how to write one."""
        found = self.find(leaf)
        return f"write {leaf.part}: {found}" if found else f'write {leaf.part}: words "…", answer TOPIC, or TOOL.FIELD'

    def find(self, leaf: Leaf) -> str:
        """A source that shows a value; empty if none was found."""
        if self.says(leaf, self._scenario.words) or self._spoken(leaf):
            return "words"
        for topic, text in self._scenario.answers.items():
            if self.says(leaf, text):
                return f"answer {topic}"
        return self._in_tools(leaf)

    def _in_tools(self, leaf: Leaf) -> str:
        seen: dict[str, None] = {}
        for event in self._subject.looked:
            seen[event.data["tool"]] = None
        extra = (
            "user_addresses",
            "user_profile",
            "user_calendar",
            "user_preferences",
            "user_order_history",
            "user_notices",
        )
        for tool in sorted({*seen, *extra}, key=lambda name: (name not in extra, name != "user_profile", name)):
            if not tool.startswith("user_") and not tool.endswith(RECORDS):
                continue
            for data in self._answers(tool):
                for path, shown in _fields(data):
                    if _speaks_of(leaf, path[-1]) and self.shows(leaf, shown):
                        return f"{tool}.{'.'.join(path)}"
        return ""


def found_in(subject: Subject) -> dict[str, str]:
    """Sources for every part of a goal, as far as they can be found: what an author may start from."""
    reader = Reader(subject)
    found = {leaf.part: reader.find(leaf) for leaf in leaves(subject.scenario.goal)}
    return {part: source for part, source in found.items() if source}


def _speaks_of(leaf: Leaf, field: str) -> bool:
    """Numbers are everywhere: a field shows one only if it speaks of the same thing."""
    if isinstance(leaf.value, int) and leaf.field not in AMOUNTS:
        stem = leaf.field.removesuffix("_at_most").removesuffix("s")
        return stem in field or {"qty": "quantity", "pax": "passengers"}.get(leaf.field, "-") in field
    return True


def _fields(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _fields(value, (*path, str(name)))
    elif isinstance(data, list):
        for value in data:
            yield from _fields(value, path)
    elif path:
        yield path, data


def _at(data: Any, path: list[str]) -> Iterator[Any]:
    """What stands under field names that follow one another, with other levels between them or not."""
    if not path:
        yield from (value for _, value in _fields({"_": data}))
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _at(value, path[1:] if name == path[0] else path)
    elif isinstance(data, list):
        for value in data:
            yield from _at(value, path)


def _has_path(schema: dict[str, Any], path: list[str]) -> bool:
    defs = schema.get("$defs", {})

    def walk(part: Any, left: list[str], seen: tuple[str, ...]) -> bool:
        if not left:
            return True
        if isinstance(part, dict):
            if "$ref" in part:
                name = part["$ref"].rpartition("/")[2]
                return name not in seen and walk(defs[name], left, (*seen, name))
            for name, inner in part.get("properties", {}).items():
                if walk(inner, left[1:] if name == left[0] else left, seen if name != left[0] else ()):
                    return True
            return any(
                walk(part[key], left, seen)
                for key in ("items", "anyOf", "allOf", "additionalProperties")
                if key in part
            )
        return any(walk(one, left, seen) for one in part) if isinstance(part, list) else False

    return walk(schema, path, ())


def _is_when(text: str) -> bool:
    try:
        parse_when(text)
    except ValueError:
        return False
    return True


def _same_time(shown: str, value: str) -> bool:
    day, clock = parse_when(value)
    if "T" not in shown:
        return shown[:5] == f"{clock:%H:%M}"
    try:
        parse_iso(shown, 0)
    except ValueError:
        return False
    return shown[11:16] == f"{clock:%H:%M}" and (day is None or shown.startswith(day.isoformat()))


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text)
    except ValueError:
        return None


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " / ".join(map(str, value))[:60]
    return str(value)[:60]
