"""The tools as a model sees them: a subset for the errand, slim schemas, and what is wrong with a call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from agent.interface import ToolSpec
from agent.llm.chat import Function

FINISH, MORE = "finish", "more_tools"
OURS: Final = frozenset({"user_confirm", "user_report"})
"""What the graph does itself and no model may: the consent node asks, the report node tells."""

_SENTENCE = re.compile(r"(?<=\.) ")
_DROPPED = frozenset({"title", "additionalProperties", "default", "$defs", "examples"})


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a call: a ``kind`` of engine failure, and words that help to mend it."""

    kind: str
    text: str


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The table of tool sets."""
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("toolsets.yaml").read_text(encoding="utf-8"))
    return loaded


class Toolbox:
    """All tools of an errand. Built once for a set of tools and shared."""

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        self.tools = {tool.name: tool for tool in tools if tool.name not in OURS}
        report = next((tool for tool in tools if tool.name == "user_report"), None)
        self._report = report.parameters if report is not None else {"type": "object", "properties": {}}
        listed = {name for one in table()["sets"].values() for name in one["tools"]}
        listed |= {*table()["always"], *table()["pays"]}
        known = {tool.service for tool in self.tools.values() if tool.name in listed}
        self.services = sorted({tool.service for tool in self.tools.values()})
        self._strange = [service for service in self.services if service not in known]
        self._slim: dict[str, Function] = {}
        self._validators: dict[str, Any] = {}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kinds of errand and what each is about; a service that nobody has foreseen is one by itself."""
        return {
            **{name: one["about"] for name, one in table()["sets"].items()},
            **{service: f"anything with {service}" for service in self._strange},
        }

    def chosen(self, sets: Sequence[str], services: Sequence[str]) -> tuple[str, ...]:
        """Names of the tools for these kinds of errand, and of all tools of these services, in a fixed order."""
        names = list(table()["always"])
        for kind in sets:
            one = table()["sets"].get(kind)
            if one is None:
                names += [tool.name for tool in self.tools.values() if tool.service == kind]
                names += table()["pays"]
                continue
            names += one["tools"]
            names += table()["pays"] if one.get("pays") else []
        names += [tool.name for tool in self.tools.values() if tool.service in services]
        return tuple(name for name in dict.fromkeys(names) if name in self.tools)

    def functions(self, names: Sequence[str]) -> tuple[Function, ...]:
        """The tools of these names as a model is shown them, with ``more_tools`` and ``finish``."""
        return (*(self.function(name) for name in names), self._more, self._finish)

    def function(self, name: str) -> Function:
        """One tool: its schema without what a model does not need, and without the request number, which is ours."""
        if name not in self._slim:
            tool = self.tools[name]
            parameters = slim(tool.parameters)
            if tool.key:
                parameters["properties"].pop(tool.key, None)
                parameters["required"] = [one for one in parameters.get("required", []) if one != tool.key]
            sentences = _SENTENCE.split(tool.description.partition(" Errors: ")[0])
            description = " ".join(one for one in sentences if not tool.key or tool.key not in one)
            self._slim[name] = Function(name, description, parameters)
        return self._slim[name]

    @cached_property
    def _more(self) -> Function:
        schema = {"type": "object", "properties": {"service": {"enum": self.services}}, "required": ["service"]}
        return Function(MORE, "Get all tools of another service, where those that you have are not enough.", schema)

    @cached_property
    def _finish(self) -> Function:
        return Function(FINISH, "End the errand, and say what became of it.", slim(self._report))

    def mistake(self, name: str, args: dict[str, Any] | None, offered: Sequence[str]) -> Mistake | None:
        """What is wrong with a call, if anything is.

        Args:
            name: The tool that was called.
            args: Its arguments; None where they were no JSON object.
            offered: The tools that the model was shown.
        """
        if name in (FINISH, MORE):
            schema = (self._finish if name == FINISH else self._more).parameters
        elif name not in offered:
            near = get_close_matches(name, (*offered, FINISH), n=3, cutoff=0.4) or list(offered)
            return Mistake("unknown_tool", f"there is no tool {name[:64]!r}; there are: {', '.join(near)}")
        else:
            schema = self.function(name).parameters
        if args is None:
            return Mistake("malformed", f"the arguments of {name} are no JSON object")
        strange = [key for key in args if key not in schema.get("properties", {})]
        if strange:
            known = ", ".join(schema.get("properties", {})) or "none"
            return Mistake("invented_argument", f"{name} has no argument {strange[0][:64]!r}; it has: {known}")
        return self._invalid(name, args, schema)

    def _invalid(self, name: str, args: dict[str, Any], schema: dict[str, Any]) -> Mistake | None:
        if name not in self._validators:
            # A fifth of a second: not before a model has called its first tool.
            from jsonschema import Draft202012Validator

            self._validators[name] = Draft202012Validator(schema)
        error = next(iter(self._validators[name].iter_errors(args)), None)
        if error is None:
            return None
        where = ".".join(str(part) for part in error.absolute_path) or name
        return Mistake("malformed", f"{where}: {error.message[:300]}")


def slim(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema with its references put in place and without what a model does not need."""
    slimmed: dict[str, Any] = _slim(schema, schema.get("$defs", {}), top=True)
    slimmed.setdefault("properties", {})
    return slimmed


def _slim(schema: Any, defs: dict[str, Any], *, top: bool = False) -> Any:
    if isinstance(schema, list):
        return [_slim(part, defs) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = defs[schema["$ref"].rpartition("/")[2]]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        return _slim({**named, **own}, defs)
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _slim(one, defs) for name, one in value.items()}
        elif key == "anyOf" and {"type": "null"} in value and len(value) == 2:
            # What may be null may be left out: a model need not know both.
            kept = {**_slim(next(one for one in value if one != {"type": "null"}), defs), **kept}
        elif key not in _DROPPED and not (top and key == "description"):
            kept[key] = _slim(value, defs) if isinstance(value, dict | list) else value
    return kept


def toolbox_of(tools: Sequence[ToolSpec]) -> Toolbox:
    """The toolbox of these tools, made once in a process."""
    key = tuple((tool.name, tool.description) for tool in tools)
    if key not in _BOXES:
        _BOXES[key] = Toolbox(tools)
    return _BOXES[key]


_BOXES: dict[tuple[tuple[str, str], ...], Toolbox] = {}
