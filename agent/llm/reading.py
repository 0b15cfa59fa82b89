"""Reading tool calls out of a text: what a model writes where an endpoint knows none, or where it forgets them.

Understood are a JSON object or a list of them, alone, in a fence, within ``<tool_call>`` marks or in the middle of
prose: ``{"tool": "…", "args": {…}}``, and the spellings that models were trained on.
"""

from __future__ import annotations

import json
import re
from typing import Any

from agent.llm.chat import Call

MOST_CHARACTERS = 50_000
"""A longer answer is none."""

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_NAMES = ("tool", "name", "function", "action")
_ARGUMENTS = ("args", "arguments", "parameters", "input", "action_input")


def without_thoughts(text: str) -> str:
    """A text without what a thinking model thought aloud."""
    return _THOUGHTS.sub("", text).strip() if "<think>" in text else text.strip()


def calls_in(text: str) -> tuple[Call, ...]:
    """The tool calls that a text holds, in its order; none is no mistake."""
    if len(text) > MOST_CHARACTERS or "{" not in text:
        return ()
    found: list[Call] = []
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            at = text.find("{", at + 1)
            continue
        call = _call_of(value)
        if call is not None:
            found.append(call)
        at = text.find("{", end)
    return tuple(found)


def _call_of(value: Any) -> Call | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("function"), dict):
        value = value["function"]
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
    if name is None:
        return None
    for key in _ARGUMENTS:
        if key in value:
            return call_of(name, value[key])
    return Call(name, {})


def call_of(name: str, args: Any) -> Call:
    """A call with arguments as an object, or as JSON in a text."""
    if isinstance(args, str):
        try:
            args = json.loads(args) if args.strip() else {}
        except (json.JSONDecodeError, RecursionError):
            return Call(name, None, args[:500])
    if args is None:
        args = {}
    return Call(name, args) if isinstance(args, dict) else Call(name, None, str(args)[:500])
