"""What a model reads: results as data and never as instructions, and a transcript that fits its window."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from agent.llm.chat import Message, estimate_tokens
from agent.llm.prompts import prompt
from agent.steps.base import Me

MOST_RESULT = 6000
OLD_RESULT = 400
"""Characters of a result that are shown while it is new, and once it is old."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARK = re.compile(r"<(?=\s*/?\s*(?:data|result|tool_call|think|\|))", re.IGNORECASE)


def as_data(tool: str, data: Any, language: str, most: int = MOST_RESULT) -> str:
    """A service's answer between marks that nothing in it can close."""
    text = _MARK.sub("‹", _UNSEEN.sub("", _json(shortened(data, most))))
    return f"<data from={tool}>\n{clip(text, most, language)}\n</data>"


def shortened(data: Any, most: int) -> Any:
    """Data of so many characters, if leaving out the ends of its lists is enough; ``left_out`` says how many rows."""
    if len(_json(data)) <= most or not isinstance(data, dict):
        return data
    data = dict(data)
    left_out: dict[str, int] = {}
    while len(_json(data)) > most:
        lists = {name: rows for name, rows in data.items() if isinstance(rows, list) and len(rows) > 1}
        if not lists:
            break
        longest = max(lists, key=lambda name: len(_json(lists[name])))
        kept = len(lists[longest]) // 2
        left_out[longest] = left_out.get(longest, 0) + len(lists[longest]) - kept
        data[longest] = lists[longest][:kept]
        data["left_out"] = left_out
    return data


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def clip(text: str, most: int, language: str) -> str:
    """A text of so many characters at most, that says where it was cut."""
    return text if len(text) <= most else text[:most] + prompt(language, "cut")


def window(transcript: Sequence[Message], most_tokens: int, language: str) -> tuple[Message, ...]:
    """The transcript within a number of tokens: its first turn whole, the newest turns whole, older results shortened,
    and the oldest turns left out if that is not enough. A result never stands without its call."""
    first, rest = list(transcript[:1]), list(transcript[1:])
    left = most_tokens - sum(map(_size, first))
    kept: list[Message] = []
    for i, turn in enumerate(reversed(rest)):
        old = i >= 6
        if turn.role == "tool" and (old or _size(turn) > max(left, 60)):
            turn = Message(turn.role, _shortened(turn.text, language), turn.calls, turn.call_id, turn.name)
        left -= _size(turn)
        if left < 0 and kept:
            break
        kept.append(turn)
    kept.reverse()
    while kept and kept[0].role == "tool":
        kept.pop(0)
    return (*first, *kept)


def _shortened(text: str, language: str) -> str:
    if len(text) <= OLD_RESULT:
        return text
    end = "\n</data>" if text.endswith("</data>") else ""
    return text[:OLD_RESULT] + prompt(language, "cut") + end


def _size(message: Message) -> int:
    calls = "".join(f"{call.name}{json.dumps(call.args, ensure_ascii=False)}" for call in message.calls)
    return estimate_tokens(message.text + calls) + 4


def city_name(me: Me, locale: str) -> str:
    """The person's city as it is called in a language."""
    names = [name for name in me.city_names if name]
    if not names:
        return me.city
    return names[0] if locale == "zh" or len(names) < 2 else names[1]
