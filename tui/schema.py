"""A JSON schema as a list of fields that a person can fill in, and what they typed as the values of a tool call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from pydantic import BaseModel

DEEPEST = 6
"""How far a skeleton and a type's name go into nested objects; a schema may refer to itself."""

LONGEST = 200_000
"""The most characters that are read as JSON."""


Choices = tuple[tuple[str, Any], ...]
"""(what is shown, value)"""


class Field(msgspec.Struct, frozen=True):
    """An argument.

    ``kind`` is text, integer, number, choice, moment, list (of words) or json. ``type`` says in words what is
    wanted, ``about`` what it means. ``choices`` are (what is shown, value). ``default`` is the default as text, None
    where there is none to tell. ``skeleton`` is an example of a nested value as JSON.
    """

    name: str
    kind: str
    type: str
    about: str = ""
    required: bool = False
    default: str | None = None
    choices: Choices = ()
    skeleton: str = ""


def fields(schema: Mapping[str, Any]) -> list[Field]:
    """The arguments of an object schema, those that are needed first, else in its order."""
    whole = _referred(schema, schema) if "$ref" in schema else schema
    required = whole.get("required", ())
    found = [_field(name, part, schema, name in required) for name, part in whole.get("properties", {}).items()]
    return sorted(found, key=lambda field: not field.required)


def type_name(part: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> str:
    """The type of a part of ``schema`` in words, references followed."""
    if depth > DEEPEST:
        return "…"
    if "$ref" in part:
        return type_name(_referred(part, schema), schema, depth + 1)
    if options := _options(part):
        return " or ".join(dict.fromkeys(filter(None, (type_name(one, schema, depth + 1) for one in options))))
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    if "const" in part:
        return str(part["const"])
    if part.get("type") == "array":
        return f"list of {type_name(part.get('items', {}), schema, depth + 1)}"
    return str(part.get("format") or part.get("type", "any"))


def meaning(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The description of a part of ``schema``; for an object, or a list of them, also what it is made of."""
    target = part["items"] if part.get("type") == "array" and "items" in part else part
    if "$ref" in target:
        inner = ", ".join(_referred(target, schema).get("properties", {}))
        return f"{part.get('description', '')} ({inner})".strip() if inner else str(part.get("description", ""))
    return str(part.get("description", ""))


def read(field: Field, text: str, *, offset_min: int | None = None) -> Any:
    """What somebody typed as a JSON-safe value. A moment without an offset gets ``offset_min``, if that is given.

    Raises:
        ValueError: it is no value of this kind; the message is for the person.
    """
    if field.kind == "integer":
        return _number(int, text, "a whole number is needed")
    if field.kind == "number":
        value = _number(float, text, "a number is needed")
        if value - value != 0:  # infinite, or none
            raise ValueError("a number is needed")
        return value
    if field.kind == "moment":
        return _moment(text.strip(), offset_min)
    if field.kind == "list" and not text.lstrip().startswith("["):
        return [word for word in (part.strip() for part in text.split(",")) if word]
    if field.kind in ("json", "list"):
        return _json(text)
    return text


def write(field: Field, value: Any) -> str:
    """A value as somebody would have typed it; the reverse of :func:`read`."""
    if field.kind in ("json", "list"):
        words = field.kind == "list" and isinstance(value, list) and all(isinstance(word, str) for word in value)
        if words and not any("," in word or word != word.strip() or not word for word in value):
            return "" if not value else ", ".join(value)
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def problems(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values of a call: one line per field, and under ``""`` what concerns them together."""
    from pydantic import ValidationError

    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        found: dict[str, str] = {}
        for one in error.errors(include_url=False, include_input=False):
            name = str(one["loc"][0]) if one["loc"] else ""
            # Where several things are wrong with a field, the first is what to mend first.
            found.setdefault(name, _said(one["type"], one["msg"], one.get("ctx", {}), one["loc"][1:]))
        return found
    return {}


# --- fields ----------------------------------------------------------------------------------------------------


def _field(name: str, part: Mapping[str, Any], schema: Mapping[str, Any], required: bool) -> Field:
    kind, choices = _kind(part, schema)
    default = part.get("default")
    shown = None
    if default not in (None, "", [], {}):
        shown = next((label for label, value in choices if value == default and type(value) is type(default)), None)
        shown = shown or (default if isinstance(default, str) else json.dumps(default, ensure_ascii=False))
    bounds = _bounds(part)
    return Field(
        name=name,
        kind=kind,
        type=" ".join(filter(None, (_word(kind, part, schema), bounds))),
        about=_about(part, schema),
        required=required,
        default=shown,
        choices=choices,
        skeleton=_skeleton(part, schema) if kind == "json" else "",
    )


def _about(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The description of a field, and that of the one kind of value which it may have beside null."""
    options = _options(part)
    said = [meaning(part, schema), *(str(one.get("description", "")) for one in options if len(options) == 1)]
    return "; ".join(dict.fromkeys(filter(None, said)))


def _kind(
    part: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0
) -> tuple[str, tuple[tuple[str, Any], ...]]:
    if depth > DEEPEST:
        return "json", ()
    if "$ref" in part:
        return _kind(_referred(part, schema), schema, depth + 1)
    if options := _options(part):
        kinds = [_kind(one, schema, depth + 1) for one in options]
        if all(kind == "choice" for kind, _ in kinds):
            return "choice", tuple(dict.fromkeys(choice for _, choices in kinds for choice in choices))
        return kinds[0] if len(kinds) == 1 else ("text" if all(kind == "text" for kind, _ in kinds) else "json", ())
    values = part["enum"] if "enum" in part else [part["const"]] if "const" in part else None
    if values is not None:
        told = [value for value in values if value not in ("", None)]
        if all(isinstance(value, str | int) for value in told):
            return "choice", tuple((str(value), value) for value in told)
        return "json", ()
    of = part.get("type")
    if of == "boolean":
        return "choice", (("yes", True), ("no", False))
    if of in ("integer", "number"):
        return of, ()
    if of == "string":
        return "moment" if part.get("format") == "date-time" else "text", ()
    if of == "array" and _kind(part.get("items", {}), schema, depth + 1)[0] in ("text", "choice"):
        items = part["items"]
        words = all(isinstance(value, str) for value in items.get("enum", ())) and items.get("type") != "boolean"
        return "list" if words else "json", ()
    return "json", ()


def _word(kind: str, part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if kind == "choice":
        return ""  # its choices say it
    name = type_name(part, schema)
    return {"string": "text", "integer": "whole number", "date-time": "moment"}.get(name, name)


def _bounds(part: Mapping[str, Any]) -> str:
    """``1–10``, ``from 1``, ``up to 10``: of a number, or of the entries of a list."""
    options = _options(part)
    if len(options) == 1:
        part = options[0]
    names = ("minItems", "maxItems") if part.get("type") == "array" else ("minimum", "maximum")
    low, high = (part.get(name) for name in names)
    if low is not None and high is not None:
        return f"{low}–{high}"
    return f"from {low}" if low is not None else f"up to {high}" if high is not None else ""


def _skeleton(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    return json.dumps(_example(part, schema, 0), ensure_ascii=False)


def _example(part: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    if depth > DEEPEST:
        return "…"
    if "$ref" in part:
        return _example(_referred(part, schema), schema, depth + 1)
    if options := _options(part):
        return _example(options[0], schema, depth + 1)
    if part.get("enum"):
        return part["enum"][0]
    of = part.get("type")
    if of == "array":
        return [_example(part.get("items", {}), schema, depth + 1)]
    if of == "object":
        required = part.get("required", ())
        inner = part.get("properties", {})
        chosen = [name for name in inner if name in required] or list(inner)[:3]
        return {name: _example(inner[name], schema, depth + 1) for name in chosen}
    return {"integer": part.get("minimum", 1), "number": part.get("minimum", 1), "boolean": True}.get(str(of), "…")


def _options(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The kinds of value that a part may have, without null; none if it is of one kind."""
    several = part.get("anyOf") or part.get("oneOf") or part.get("allOf") or ()
    return [one for one in several if one.get("type") != "null"]


def _referred(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema.get("$defs", {}).get(str(part["$ref"]).rpartition("/")[2], {})
    return found


# --- values ----------------------------------------------------------------------------------------------------


def _number(kind: type[int] | type[float], text: str, otherwise: str) -> Any:
    try:
        return kind(text.strip())
    except (ValueError, OverflowError):
        raise ValueError(otherwise) from None


def _moment(text: str, offset_min: int | None) -> str:
    if offset_min is None:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text  # the model says what is wrong with it
    if moment.tzinfo is not None:
        return text
    return moment.replace(tzinfo=timezone(timedelta(minutes=offset_min))).isoformat()


def _json(text: str) -> Any:
    if len(text) > LONGEST:
        raise ValueError(f"at most {LONGEST} characters")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):
        raise ValueError("no JSON that can be read: too deep, or too long a number") from None


# --- errors ----------------------------------------------------------------------------------------------------


def _said(kind: str, message: str, context: Mapping[str, Any], inner: tuple[int | str, ...]) -> str:
    """A validation error in plain words, after the path into the field."""
    path = "".join(_step(part) for part in inner).lstrip(".")
    words = _words(kind, message, context)
    return f"{path}: {words}"[:300] if path else words[:300]


def _step(part: int | str) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    # pydantic names the branch of a union here, as in literal['a','b'] or function-after[…]: nothing that was typed
    return f".{part}" if part.isidentifier() else ""


def _words(kind: str, message: str, context: Mapping[str, Any]) -> str:
    got = dict(context)
    if kind == "missing" or (kind in ("string_too_short", "too_short") and got.get("min_length") == 1):
        return "needed"
    if kind in ("string_too_short", "string_too_long"):
        at_most = kind == "string_too_long"
        return f"at {'most' if at_most else 'least'} {got['max_length' if at_most else 'min_length']} characters"
    if kind in ("too_short", "too_long"):
        at_most = kind == "too_long"
        return f"at {'most' if at_most else 'least'} {got['max_length' if at_most else 'min_length']} entries"
    for ending, words in _BOUNDS.items():
        if kind == ending:
            return f"{words} {got[_BOUND_NAMES[ending]]}"
    if kind in ("literal_error", "enum"):
        return f"one of {got['expected']}"
    if kind in ("value_error", "assertion_error"):
        said = message.partition(", ")[2] or message
        # Python's own words for a moment that it cannot read
        return _KINDS["datetime_"] if said.startswith("Invalid isoformat string") else said
    for beginning, words in _KINDS.items():
        if kind.startswith(beginning):
            return words
    return message[:1].lower() + message[1:]


_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
    "multiple_of": "a multiple of",
}
_BOUND_NAMES = {
    "greater_than_equal": "ge",
    "greater_than": "gt",
    "less_than_equal": "le",
    "less_than": "lt",
    "multiple_of": "multiple_of",
}
_KINDS = {
    "string_pattern_mismatch": "not of the form that is asked for",
    "string_type": "text is needed",
    "int_": "a whole number is needed",
    "float_": "a number is needed",
    "finite_number": "a number is needed",
    "bool_": "yes or no is needed",
    "timezone_aware": "an offset is needed, as in 2026-03-05T09:40:00+08:00",
    "datetime_": "a moment is needed, as in 2026-03-05T09:40:00+08:00",
    "date_": "a date is needed, as in 2026-03-05",
    "time_": "a time is needed, as in 09:40",
    "extra_forbidden": "there is no such field",
    "model_": "a JSON object is needed",
    "dict_": "a JSON object is needed",
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
}
