"""From where a part of the goal can be found out: the person's words, an answer of theirs, or a tool's field.

``reveals`` of a scenario maps a part of the goal to such sources: ``words``, ``answer budget`` or a tool.field;
several are joined by commas. Where the words say it in a way of their own, the source quotes them: ``words "下周三"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from scenarios.wants import Part, Want, atoms

PART = re.compile(r"([a-z_]+)(?:#([1-9]))?(?:\.([\w.\u4e00-\u9fff -]+))?\Z")
"""``train``, ``train.date``, ``train#2.date`` (of the second train), ``flash_order.options.温度``."""

_SOURCE = re.compile(
    r"""\s*(?:(?P<words>words)|(?P<answer>answer)(?:\ +(?P<topic>[a-z]+))?
            |(?P<tool>[a-z][a-z0-9_]*)\.(?P<field>[a-z0-9_.]+))
        (?:\ +"(?P<quote>[^"]+)")?\s*(?:,|\Z)""",
    re.VERBOSE,
)

GRADED = frozenset(
    {"tolerance", "tolerance_min", "margin_min", "within_m", "ids", "not_", "topic", "reason", "service"}
)
"""Fields that say how generously the rest is read, narrow a search, or ask for conduct: nothing to find out."""


class Source(Part):
    """One place to find something out.

    ``name`` is the topic of an answer (empty: any) or the tool, ``field`` the tool's field, ``quote`` the words that
    say it.
    """

    where: Literal["words", "answer", "tool"]
    name: str = ""
    field: str = ""
    quote: str = ""

    def __str__(self) -> str:
        """As it is written in a file."""
        head = {"words": "words", "answer": f"answer {self.name}".strip(), "tool": f"{self.name}.{self.field}"}
        return head[self.where] + (f' "{self.quote}"' if self.quote else "")


def parse(text: str) -> tuple[Source, ...]:
    """Read ``words, answer date, user_calendar.start``.

    Raises:
        ValueError: it is none of that.
    """
    found: list[Source] = []
    at = 0
    while at < len(text):
        match = _SOURCE.match(text, at)
        if match is None or match.end() == at:
            raise ValueError(
                f'{text[at:].strip()!r} is no source: write words, answer TOPIC, TOOL.FIELD, or words "what they say"'
            )
        at = match.end()
        where: Literal["words", "answer", "tool"] = (
            "words" if match["words"] else "answer" if match["answer"] else "tool"
        )
        name = match["topic"] or match["tool"] or ""
        found.append(Source(where=where, name=name, field=match["field"] or "", quote=match["quote"] or ""))
    if not found:
        raise ValueError("names no source")
    return tuple(found)


def _sources(value: Any) -> Any:
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return [source for one in value for source in parse(one)]
    return value


Sources = Annotated[tuple[Source, ...], BeforeValidator(_sources)]


class Leaf(Part):
    """One value of the goal: ``part`` is its name under ``reveals``, ``field`` the field that holds it."""

    part: str
    want: str
    field: str
    value: Any


def leaves(goal: tuple[Want, ...]) -> list[Leaf]:
    """Every value of a goal that an agent has to find out, in reading order.

    A value that is the field's default says nothing, and neither do the fields of :data:`GRADED`.
    """
    counts: dict[str, int] = {}
    found: list[Leaf] = []
    for want in atoms(goal):
        counts[want.kind] = number = counts.get(want.kind, 0) + 1
        name = want.kind if number == 1 else f"{want.kind}#{number}"
        if not isinstance(want.value, Part):
            found.append(Leaf(part=name, want=want.kind, field=want.kind, value=want.value))
            continue
        for path, field, value in _values(want.value):
            found.append(Leaf(part=f"{name}.{path}", want=want.kind, field=field, value=value))
    return found


def _values(part: Part, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    fields = type(part).model_fields
    for field in fields:
        value = getattr(part, field)
        if field in GRADED or field not in part.model_fields_set or value == fields[field].default:
            continue
        name = prefix + (fields[field].alias or field)
        if isinstance(value, Part):
            yield from _values(value, f"{name}.")
        elif isinstance(value, dict):
            for key, one in value.items():
                yield f"{name}.{key}", field, one
        elif isinstance(value, tuple) and value and isinstance(value[0], Part):
            for i, one in enumerate(value):
                yield from _values(one, prefix if len(value) == 1 else f"{name}.{i}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], dict):
            for i, portion in enumerate(value):
                for key, one in portion.items():
                    yield f"{name}.{i}.{key}", *(("qty", int(one)) if key == "qty" else (field, one))
        else:
            yield name, field, value


def sources_of(reveals: dict[str, tuple[Source, ...]], part: str) -> tuple[Source, ...]:
    """The sources named for a part, or for the nearest part that it belongs to; none if the scenario names none."""
    while part:
        if part in reveals:
            return reveals[part]
        part = part.rpartition(".")[0]
    return ()
