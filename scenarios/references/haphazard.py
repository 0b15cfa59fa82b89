"""A reference that knows the tools and nothing else: any tool, with any arguments that fit its schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.interface import Episode, ToolSpec
from mock_services.draws import Draws

CALLS = 40
"""How many calls it makes before it reports whatever comes up."""

MOST_KEPT = 60
_WORD = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2}")


class _Memory:
    """What was seen under a field's name, newest last."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[Any, None]] = {}

    def note(self, data: Any) -> None:
        if isinstance(data, Mapping):
            for name, value in data.items():
                if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
                    kept = self._seen.setdefault(str(name), {})
                    kept[value] = None
                    if len(kept) > MOST_KEPT:
                        kept.pop(next(iter(kept)))
                else:
                    self.note(value)
        elif isinstance(data, list):
            for value in data:
                self.note(value)

    def of(self, name: str) -> list[Any]:
        """Values seen under the name, or under a longer one that ends with it."""
        exact = self._seen.get(name)
        if exact:
            return list(exact)
        return [value for other, kept in self._seen.items() if other.endswith(f"_{name}") for value in kept]


class _Random:
    def __init__(self, episode: Episode) -> None:
        self._episode = episode
        self._draws = Draws(episode.episode_id)
        self._count = 0
        self._memory = _Memory()
        self._words = _WORD.findall(episode.instruction) or ["x"]

    def run(self) -> None:
        tools = [tool for tool in self._episode.tools if tool.name not in ("user_report", "clock_wait")]
        for i in range(CALLS):
            tool = self._draws.pick(tools, "tool", i)
            reply = self._episode.call(tool.name, self._args(tool))
            if reply["ok"]:
                self._memory.note(reply["data"])
        report = next(tool for tool in self._episode.tools if tool.name == "user_report")
        self._episode.call(report.name, self._args(report))

    def _args(self, tool: ToolSpec) -> dict[str, Any]:
        made: dict[str, Any] = self._value(tool.parameters, tool.parameters.get("$defs", {}), "", 0)
        return made

    def _next(self, *what: object) -> tuple[object, ...]:
        self._count += 1
        return (*what, self._count)

    def _value(self, schema: Mapping[str, Any], defs: Mapping[str, Any], name: str, depth: int) -> Any:
        if "$ref" in schema:
            return self._value(defs[schema["$ref"].rpartition("/")[2]], defs, name, depth)
        if "anyOf" in schema:
            return self._value(self._draws.pick(schema["anyOf"], *self._next("any")), defs, name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._draws.pick(schema["enum"], *self._next("enum"))
        match schema.get("type"):
            case "object":
                return self._object(schema, defs, depth)
            case "array":
                most = min(2, schema.get("maxItems", 2))
                count = self._draws.between(min(schema.get("minItems", 0), most), most, *self._next("count"))
                return [self._value(schema["items"], defs, name.removesuffix("s"), depth + 1) for _ in range(count)]
            case "integer":
                low = schema.get("minimum", 0)
                return self._draws.between(low, min(schema.get("maximum", low + 5), low + 5), *self._next("int"))
            case "number":
                return float(self._draws.between(0, 100, *self._next("number")))
            case "boolean":
                return self._draws.chance(0.5, *self._next("bool"))
            case "null":
                return None
            case _:
                return self._text(schema, name)

    def _object(self, schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        made = {}
        for name, part in schema.get("properties", {}).items():
            # What may be left out is left out half of the time.
            if name in required or (depth < 3 and self._draws.chance(0.5, *self._next("given", name))):
                made[name] = self._value(part, defs, name, depth + 1)
        return made

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        seen = [value for value in self._memory.of(name) if isinstance(value, str)]
        if seen and self._draws.chance(0.9, *self._next("seen")):
            return str(self._draws.pick(seen, *self._next("pick")))
        if "amount" in name or "total" in name or "\\d{1,12}" in schema.get("pattern", ""):
            return f"{self._draws.between(1, 300, *self._next('yuan'))}.00"
        if schema.get("format") == "date":
            return self._day()
        if schema.get("format") == "date-time":
            return f"{self._day()}T{self._draws.between(7, 21, *self._next('hour')):02d}:00:00+08:00"
        word = str(self._draws.pick(self._words, *self._next("word")))
        return word[: schema.get("maxLength", 64)].ljust(schema.get("minLength", 0), "x")

    def _day(self) -> str:
        days = [value[:10] for value in self._memory.of("date") if isinstance(value, str)]
        return str(self._draws.pick(days or ["2026-03-06"], *self._next("day")))


def haphazard(episode: Episode) -> None:
    """Calls tools at random, with arguments that fit their schemas, from what it has seen; repeatable by episode."""
    _Random(episode).run()
