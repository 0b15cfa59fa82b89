"""Arguments for a tool, drawn from its JSON Schema and from what the world shows; for the contract kit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Pool = Mapping[str, tuple[Any, ...]]
"""Values seen in the world by the name of the field that held them; the name ``""`` holds all text."""

_MOST_OF_A_NAME = 12
_OFTEN = 4
_FIRST_DAY, _LAST_DAY = date(2026, 2, 1), date(2026, 6, 30)


def gather(value: Any, name: str, pool: dict[str, list[Any]]) -> None:
    """Put every leaf of a result or row under its field's name; an ``id`` in a list ``rides`` is a ``ride_id``, too."""
    if isinstance(value, Mapping):
        lon, lat = value.get("lon"), value.get("lat")
        if isinstance(lon, float) and isinstance(lat, float):
            gather(f"{lon:.6f},{lat:.6f}", "location", pool)
        for field, item in value.items():
            gather(item, f"{_one(name)}_id" if field == "id" and name else str(field), pool)
    elif isinstance(value, list | tuple):
        for item in value[:_MOST_OF_A_NAME]:
            gather(item, name, pool)
    elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        for key in (name, "") if isinstance(value, str) else (name,):
            seen = pool.setdefault(key, [])
            if value not in seen and len(seen) < (_MOST_OF_A_NAME if key else 40 * _MOST_OF_A_NAME):
                seen.append(value)


def _one(name: str) -> str:
    """``address`` of ``addresses``, ``ride`` of ``rides``."""
    return name.removesuffix("es") if name.endswith("sses") else name.removesuffix("s")


def arguments(schema: Mapping[str, Any], pool: Pool) -> SearchStrategy[dict[str, Any]]:
    """Arguments that mostly fit the schema, sometimes with one of them broken."""
    from hypothesis import strategies as st

    fitting = _object(schema, schema.get("$defs", {}), pool)
    names = [*schema.get("properties", {}), "no_such_argument"]
    broken = st.tuples(fitting, st.sampled_from(names), anything()).map(lambda drawn: {**drawn[0], drawn[1]: drawn[2]})
    deep = st.tuples(fitting, st.integers(0, 10**6), anything()).map(lambda drawn: _spoilt(*drawn))
    return st.one_of(fitting, fitting, fitting, broken, deep)


def at_the_ends_of_time(args: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same arguments with one day or moment of them, however it is written, at an end of the calendar."""
    for path in [path for path in _paths(dict(args)) if path]:
        value: Any = args
        for step in path:
            value = value[step]
        if not isinstance(value, str):
            continue
        for pattern, ends in _ENDS:
            if pattern.search(value):
                for end in ends:
                    yield _rebuilt(dict(args), path, pattern.sub(end, value, count=1))
                break


_ENDS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?"), ("0001-01-01T00:00:00", "9999-12-31T23:59:59")),
    (re.compile(r"\d{4}-\d\d-\d\d"), ("0001-01-01", "9999-12-31")),
    (re.compile(r"(?<!\d)20\d{6}(?!\d)"), ("00010101", "99991231")),
)
"""How days are written in arguments and in ids, with the first and the last that there are."""


def _rebuilt(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    if not path:
        return leaf
    if isinstance(value, dict):
        return {**value, path[0]: _rebuilt(value[path[0]], path[1:], leaf)}
    return [*value[: path[0]], _rebuilt(value[path[0]], path[1:], leaf), *value[path[0] + 1 :]]


def _spoilt(drawn: dict[str, Any], place: int, wrong: Any) -> dict[str, Any]:
    """Arguments with something wrong somewhere inside: in a line of an order, in a list of ids."""
    paths = [path for path in _paths(drawn) if len(path) > 1] or [path for path in _paths(drawn) if path]
    if not paths:
        return drawn
    spoilt: dict[str, Any] = _rebuilt(drawn, paths[place % len(paths)], wrong)
    return spoilt


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*at, key))


def anything() -> SearchStrategy[Any]:
    """What an agent should never send and some day will: wrong types, extremes, control characters, long texts."""
    from hypothesis import strategies as st

    text = st.text(max_size=30)
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([-1, 0, 2**31, 2**63, -(2**63), 10**30, 10**400, 1e308, -0.0]),
        st.floats(),
        text,
        st.sampled_from(["", " ", "\x00", "\x1b[2J", "\u202e", "\ud800", "'; --", "../..", "[b]", "{}", "x" * 100_000]),
        st.sampled_from(["-5", "-0.01", "0", "0.001", "1e9", "NaN", "999999999999.99", "１２", "12,5", "¥3"]),
        st.sampled_from(["1970-01-01", "2026-02-30", "9999-12-31", "0001-01-01T00:00", "2026-03-05T24:00", "24:00"]),
        st.just([{}] * 2000),
        st.just(_nested(60)),
        st.lists(text, max_size=3),
        st.dictionaries(text, text, max_size=3),
    )


def _nested(depth: int) -> Any:
    return {"a": _nested(depth - 1)} if depth else []


def _values(schema: Mapping[str, Any], defs: Mapping[str, Any], pool: Pool, name: str) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    if "$ref" in schema:
        return _values(defs[schema["$ref"].rsplit("/", 1)[1]], defs, pool, name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return st.one_of([_values(part, defs, pool, name) for part in schema[several]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    kind = schema.get("type")
    if kind == "string":
        return _text(schema, pool, name)
    if kind in ("integer", "number"):
        return _number(schema, pool, name, whole=kind == "integer")
    if kind == "array":
        one = _one(name)
        items = _values(schema.get("items", {}), defs, pool, one if one in pool else f"{one}_id")
        low = schema.get("minItems", 0)
        return st.lists(items, min_size=low, max_size=max(low, min(schema.get("maxItems", 3), 3)))
    if kind == "object":
        return _object(schema, defs, pool)
    simple: dict[Any, SearchStrategy[Any]] = {"boolean": st.booleans(), "null": st.none()}
    return simple.get(kind, anything())


def _object(schema: Mapping[str, Any], defs: Mapping[str, Any], pool: Pool) -> SearchStrategy[dict[str, Any]]:
    from hypothesis import strategies as st

    fields = schema.get("properties", {})
    required = set(schema.get("required", ()))
    drawn = {name: _values(part, defs, pool, name) for name, part in fields.items()}
    if not drawn and isinstance(schema.get("additionalProperties"), Mapping):
        values = _values(schema["additionalProperties"], defs, pool, "")
        return st.dictionaries(st.text(max_size=10), values, max_size=3)
    return st.fixed_dictionaries(
        {name: values for name, values in drawn.items() if name in required},
        optional={name: values for name, values in drawn.items() if name not in required},
    )


def _text(schema: Mapping[str, Any], pool: Pool, name: str) -> SearchStrategy[str]:
    from hypothesis import strategies as st

    low, high = schema.get("minLength", 0), schema.get("maxLength", 2000)
    if schema.get("format") == "date":
        return st.dates(_FIRST_DAY, _LAST_DAY).map(date.isoformat)
    if schema.get("format") == "date-time":
        first, last = datetime(_FIRST_DAY.year, 2, 1), datetime(_LAST_DAY.year, 6, 30)  # noqa: DTZ001
        return st.datetimes(first, last).map(lambda moment: moment.replace(microsecond=0).isoformat())
    pattern = schema.get("pattern")
    seen = [v for v in pool.get(name, ()) if isinstance(v, str) and low <= len(v) <= high]
    if pattern is not None:
        seen = seen or [v for v in pool.get("", ()) if low <= len(v) <= high]
        seen = [v for v in seen if re.search(pattern, v)][:_MOST_OF_A_NAME]
        # The pattern may lean on a length that is given apart.
        fresh = st.from_regex(pattern, fullmatch=True).filter(lambda v: low <= len(v) <= high)
    else:
        fresh = st.text(min_size=low, max_size=min(high, max(low, 30)))
    return st.one_of([st.sampled_from(seen)] * _OFTEN + [fresh]) if seen else fresh


def _number(schema: Mapping[str, Any], pool: Pool, name: str, *, whole: bool) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    low = schema.get("minimum", schema.get("exclusiveMinimum", -1_000_000 - 1) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", 1_000_000 + 1) - 1)
    seen = [v for v in pool.get(name, ()) if isinstance(v, int) and low <= v <= high]
    fresh = st.integers(int(low), int(high)) if whole else st.floats(low, high)
    return (
        st.one_of([st.sampled_from(seen), st.integers(int(low), min(int(high), int(low) + 5)), fresh])
        if seen
        else fresh
    )
