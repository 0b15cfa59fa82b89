"""Reading scenario files: YAML whose every mistake is told with file, line, field and what would be right.

A file holds one scenario per YAML document. The YAML is the plain kind: text, whole numbers, decimals, true, false
and null; ``10:30``, ``on`` and ``2026-03-05`` stay texts; anchors, tags and duplicate keys are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import yaml
from pydantic import BaseModel, ValidationError

from mock_services.errors import UsageError
from mock_services.extras import Extra
from mock_services.registry import BUILT_IN, Registry, default_registry
from scenarios.model import Scenario, Step
from scenarios.naming import location
from scenarios.wants import atoms

SUITES = Path(__file__).parent / "suites"

FRESH = "fresh:"
"""``fresh:SEED`` is a suite like ``core-v1``, made on the spot from a seed of one's own."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z", re.ASCII)
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_STR_TAG = "tag:yaml.org,2002:str"
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)

Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]
"""The line of every field of a document, by its path."""


class Suite(msgspec.Struct, frozen=True):
    """Scenarios in a fixed order. ``hash`` is a SHA-256 over the files that they were read from.

    ``services`` are what their world has beyond the built-in services.
    """

    name: str
    scenarios: tuple[Scenario, ...]
    hash: str
    services: tuple[Extra, ...] = ()

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of this id.

        Raises:
            UsageError: there is none; the near names are listed.
        """
        for scenario in self.scenarios:
            if scenario.id == scenario_id:
                return scenario
        near = get_close_matches(scenario_id, [s.id for s in self.scenarios], n=3, cutoff=0.4)
        raise UsageError(
            f"suite {self.name} has no scenario {scenario_id!r}",
            fix=f"did you mean {', '.join(near)}?" if near else "see `banshi run --help`",
        )


def suite_names() -> list[str]:
    """The suites that come with the package."""
    return sorted(entry.name for entry in SUITES.iterdir() if entry.is_dir() and not entry.name.startswith(("_", ".")))


@lru_cache(maxsize=16)
def load_suite(name: str) -> Suite:
    """A suite by its name, read once per process.

    Raises:
        UsageError: no such suite, or a mistake in one of its files; then none of it is usable.
    """
    if name.startswith(FRESH):
        return _fresh(name)
    if name not in suite_names():
        near = get_close_matches(name, suite_names(), n=3, cutoff=0.4) or suite_names()
        raise UsageError(f"unknown suite {name!r}", fix=f"did you mean {', '.join(near)}?")
    if (SUITES / name / "manifest.json").exists():
        from scenarios.families.pinned import read_pinned

        return Suite(name, *read_pinned(SUITES / name))
    if (SUITES / name / "selection.yaml").exists():
        from scenarios.picked import read_picked

        return Suite(name, *read_picked(SUITES / name))
    hasher = sha256()
    scenarios: list[Scenario] = []
    seen: dict[str, str] = {}
    for path in sorted((SUITES / name).glob("*.yaml")):
        raw = read_bytes(path)
        hasher.update(path.name.encode() + b"\0" + raw + b"\0")
        for scenario in _parse(raw, path.name):
            if scenario.id in seen:
                raise UsageError(
                    f"scenario {scenario.id} is also in {seen[scenario.id]}", where=path.name, fix="rename one of them"
                )
            seen[scenario.id] = path.name
            scenarios.append(scenario)
    if not scenarios:
        raise UsageError(f"suite {name} holds no scenarios", fix="add a .yaml file to it")
    return Suite(name, tuple(scenarios), hasher.hexdigest())


@lru_cache(maxsize=2)
def _fresh(name: str) -> Suite:
    from scenarios.families.makeup import fresh
    from scenarios.families.pinned import make, read_lines

    number = name.removeprefix(FRESH)
    if not number.isascii() or not number.isdigit():
        raise UsageError(f"{name!r} names no seed", fix=f"e.g. {FRESH}20260305")
    raw = make(fresh(int(number)), workers=os.cpu_count() or 1)
    return Suite(name, read_lines(raw, name), sha256(raw).hexdigest())


def load_file(path: Path | str, registry: Registry | None = None) -> tuple[Scenario, ...]:
    """The scenarios of one file, checked against the fixtures and tools of ``registry`` (the built-in services).

    Raises:
        UsageError: the file cannot be read, or has a mistake: names file, line, field and what would be right.
    """
    path = Path(path)
    return tuple(_parse(read_bytes(path), path.name, registry))


def load_text(text: str, name: str = "<text>", registry: Registry | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a text, checked against the fixtures and tools of ``registry`` (the built-in services)."""
    return tuple(_parse(text.encode(), name, registry))


def read_bytes(path: Path) -> bytes:
    """What is in a file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror}", where=str(path)) from error


def _parse(raw: bytes, name: str, registry: Registry | None = None) -> Iterator[Scenario]:
    for data, lines in documents(raw, name):
        yield scenario_of(data, name, lines, registry)


def documents(raw: bytes, name: str) -> Iterator[tuple[Any, Lines]]:
    """The documents of a YAML file as plain data, each with the lines of its fields.

    Raises:
        UsageError: it is not UTF-8, no YAML, or not of the plain kind.
    """
    try:
        text = raw.decode("utf-8")
        nodes = list(yaml.compose_all(text, Loader=_LOADER))
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8", where=name, fix="save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"not YAML: {error.problem}", where=f"{name}:{line}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"not YAML: {str(error).splitlines()[0]}", where=name) from error
    for node in nodes:
        if node is not None:
            lines: Lines = {}
            yield _Plain(name, lines).build(node, ()), lines


def scenario_of(data: Any, name: str, lines: Lines, registry: Registry | None = None) -> Scenario:
    """A scenario from plain data, checked against the fixtures and tools of ``registry`` (the built-in services).

    Raises:
        UsageError: a mistake: names file, line, field and what would be right.
    """
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise _first_mistake(error, name, lines) from error
    _check_references(scenario, name, lines, registry or default_registry())
    return scenario


class _Plain:
    """Turns composed nodes into plain data and notes the line of every field."""

    def __init__(self, name: str, lines: Lines) -> None:
        self._name, self._lines = name, lines
        self._seen: set[int] = set()

    def build(self, node: Any, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        if id(node) in self._seen:
            raise self._wrong(line, "anchors are not used in scenario files", "write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        if node.tag not in _PLAIN_TAGS:
            raise self._wrong(line, f"tag {node.tag} is not allowed", "write plain text, numbers, lists and mappings")
        return node.value if node.style is not None else _scalar(node.value)

    def _mapping(self, node: Any, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._wrong(line, "a key must be a word", "write name: value")
            key = key_node.value
            if key in found:
                first = self._lines[(*path, key)]
                raise self._wrong(line, f"{key} is given twice (first in line {first})", "keep one of the two")
            self._lines[(*path, key)] = line
            found[key] = self.build(value_node, (*path, key))
        return found

    def _wrong(self, line: int, what: str, fix: str) -> UsageError:
        return UsageError(what, where=f"{self._name}:{line}", fix=fix)


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


# --- mistakes ------------------------------------------------------------------------------------------------


def _line_of(path: Path_, lines: Lines) -> int:
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def _first_mistake(error: ValidationError, name: str, lines: Lines) -> UsageError:
    first = _telling(error)
    path: Path_ = tuple(first["loc"])
    if first["type"] == "missing" and path[:-1] not in lines:
        # A shorthand was expanded before it was checked: what is missing, is missing in the nearest written place.
        path = (*_written(path[:-1], lines), path[-1])
    field = ".".join(map(str, path)) or "scenario"
    what, fix = first["msg"].removeprefix("Value error, "), ""
    if first["type"] == "extra_forbidden":
        known = _fields_at(Scenario, path[:-1])
        near = get_close_matches(str(path[-1]), known, n=3, cutoff=0.5)
        what = "there is no such field"
        fix = f"did you mean {', '.join(near)}?" if near else f"one of {', '.join(sorted(known))}"
    elif first["type"] == "missing":
        what, fix = "is missing", f"add {path[-1]}"
    return UsageError(what, where=f"{name}:{_line_of(path, lines)}: {field}", fix=fix)


def _telling(error: ValidationError) -> Any:
    """The error to tell first: an unknown field is the author's typo, a missing one beside it only its shadow."""
    found = error.errors(include_url=False, include_input=False)
    return next((e for e in found if e["type"] == "extra_forbidden"), found[0])


def _written(path: Path_, lines: Lines) -> Path_:
    while path and path not in lines:
        path = path[:-1]
    return path


def _fields_at(model: type[BaseModel], path: Path_) -> list[str]:
    """The field names, as written in files, of the model that stands at ``path``."""
    current: list[type[BaseModel]] = [model]
    for part in path:
        following: list[type[BaseModel]] = []
        for candidate in current:
            for field_name, field in candidate.model_fields.items():
                if part in (field_name, field.alias):
                    following += _models_in(field.annotation)
        current = following or current
    for candidate in list(current):
        short = getattr(candidate, "shorthand", None)
        current += [short] if short is not None else []
    return sorted({field.alias or name for candidate in current for name, field in candidate.model_fields.items()})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


# --- what a file refers to -----------------------------------------------------------------------------------


def _check_references(scenario: Scenario, name: str, lines: Lines, registry: Registry) -> None:
    def wrong(path: Path_, what: str, fix: str = "") -> UsageError:
        field = ".".join(map(str, path))
        return UsageError(what, where=f"{name}:{_line_of(path, lines)}: {field}", fix=fix)

    known = given_names(scenario)
    steps: list[tuple[Path_, Step]] = [(("setup", i), step) for i, step in enumerate(scenario.setup)]
    steps += [(("events", i), step) for i, step in enumerate(scenario.events)]
    for plan_name, plan in scenario.plans.items():
        steps += [(("plans", plan_name, "events", i), step) for i, step in enumerate(plan.events)]
        for i, fault in enumerate(plan.faults):
            path: Path_ = ("plans", plan_name, "faults", i)
            if fault.tool and fault.tool not in registry.tools:
                near = get_close_matches(fault.tool, registry.tools, n=3, cutoff=0.5)
                raise wrong((*path, "tool"), f"unknown tool {fault.tool!r}", _meant(near, registry.services))
            if fault.service and fault.service not in registry.services:
                near = get_close_matches(fault.service, registry.services, n=3, cutoff=0.3)
                raise wrong((*path, "service"), f"unknown service {fault.service!r}", _meant(near, registry.services))
    for place_path, place, city in _places(scenario):
        if location(place, city) is None:
            raise wrong(place_path, f"{city} has no place named {place!r}", "name a place of the city, or give lon,lat")
    for path, step in steps:
        service = registry.services.get(step.service)
        fixtures = service.fixtures if service else {}
        if step.fixture not in fixtures:
            every = [f"{s.name}.{f}" for s in registry.services.values() for f in s.fixtures]
            near = get_close_matches(step.do, every, n=3, cutoff=0.5)
            raise wrong(path, f"there is no fixture {step.do!r}", _meant(near, fixtures or every))
        for reference in references(step.args):
            if reference not in known:
                raise wrong(path, f"${reference} is not set up before this", _meant([], known))
        if not any(references(step.args)):
            _check_args(step, fixtures[step.fixture][1], path, wrong)
        if step.as_:
            if step.as_ in known:
                raise wrong((*path, "as"), f"{step.as_} is already the name of another step")
            known.append(step.as_)
    wants = [want for goal in (scenario.goal, *(a.goal for a in scenario.accepts)) for want in atoms(goal)]
    for want in wants:
        for reference in references(want.model_dump(exclude_unset=True)):
            if reference not in known:
                raise wrong(("goal",), f"${reference} is not set up", _meant([], known))
        if want.paid is not None and (want.paid.service in BUILT_IN or want.paid.service not in registry.services):
            others = [name for name in registry.services if name not in BUILT_IN]
            what = f"paid: {want.paid.service!r} is no service beside the built-in ones"
            raise wrong(("goal",), what, _meant([], others) or "name its file with --service, or install it")
    for tool in scenario.looked_at:
        if tool not in registry.tools and tool not in registry.services:
            near = get_close_matches(tool, registry.tools, n=3, cutoff=0.5)
            raise wrong(("looked_at",), f"unknown tool {tool!r}", _meant(near, registry.services))


def _places(scenario: Scenario) -> Iterator[tuple[Path_, str, str]]:
    person = scenario.person
    if person.at != "home" and person.at not in person.addresses:
        yield ("person", "at"), person.at, scenario.city
    for label, entry in person.addresses.items():
        yield ("person", "addresses", label), entry.place, entry.city or scenario.city
    for i, contact in enumerate(person.contacts):
        if contact.place:
            yield ("person", "contacts", i, "place"), contact.place, contact.city or scenario.city


def given_names(scenario: Scenario) -> list[str]:
    """The names that every set-up can use: the person's addresses, contacts and accounts."""
    person = scenario.person
    return [
        *(f"address.{label}" for label in person.addresses),
        *(f"contact.{contact.name}" for contact in person.contacts),
        "wallet",
        *(f"card.{card.last4}" for card in person.accounts.cards),
        *(["credit"] if person.accounts.credit else []),
    ]


def _check_args(step: Step, model: type[BaseModel], path: Path_, wrong: Any) -> None:
    try:
        model.model_validate(step.args)
    except ValidationError as error:
        first = _telling(error)
        field = tuple(first["loc"])
        fix = ""
        if first["type"] == "extra_forbidden":
            fix = _meant(get_close_matches(str(field[-1]), model.model_fields, n=3, cutoff=0.5), model.model_fields)
        what = f"{'.'.join(map(str, field))}: {first['msg'].removeprefix('Value error, ')}"
        raise wrong((*path, step.do, *field), what, fix) from error


def _meant(near: list[str], every: Any) -> str:
    if near:
        return f"did you mean {', '.join(near)}?"
    return f"one of {', '.join(sorted(every))}" if every else ""


def references(value: Any) -> Iterator[str]:
    """The names that ``$name`` texts in a value refer to."""
    if isinstance(value, str) and value.startswith("$"):
        yield value[1:]
    elif isinstance(value, dict):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)


def resolve(value: Any, names: dict[str, str]) -> Any:
    """A value with every ``$name`` replaced by what that step returned."""
    if isinstance(value, str) and value.startswith("$"):
        return names[value[1:]]
    if isinstance(value, dict):
        return {key: resolve(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, names) for item in value]
    return value
