"""The key: where it comes from, and that it goes nowhere else."""

from __future__ import annotations

import os

import msgspec

from agent.llm.chat import Answer
from agent.llm.options import LlmOptions, Spec
from mock_services.errors import UsageError

DASHSCOPE = "aliyuncs.com"
SHORTEST = 6
"""Shorter values are no keys, and taking them out would spoil ordinary text."""


def key_variable(options: LlmOptions) -> str:
    """The environment variable that holds the key: the one that was named, or the usual one of the endpoint."""
    if options.key_env:
        return options.key_env
    return "DASHSCOPE_API_KEY" if DASHSCOPE in options.base_url else "OPENAI_API_KEY"


def read_key(spec: Spec, options: LlmOptions) -> str:
    """The key.

    Raises:
        UsageError: the variable is empty.
    """
    name = key_variable(options)
    key = os.environ.get(name, "").strip()
    if not key:
        fix = f"export {name}=… (any word for a server that wants none), or name another variable with --key-env"
        raise UsageError(f"no key for {spec.provider}:{spec.model}", where=f"${name}", fix=fix)
    return key


class Redactor:
    """Takes keys out of texts that leave the engine: errors, notes, cassettes."""

    def __init__(self, *keys: str) -> None:
        self._keys = tuple(sorted({key for key in keys if len(key) >= SHORTEST}, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """The text without any key."""
        for key in self._keys:
            text = text.replace(key, "***")
        return text

    def cleaned(self, answer: Answer) -> Answer:
        """The answer without any key."""
        written = msgspec.json.encode(answer).decode()
        clean = self.clean(written)
        return answer if clean == written else msgspec.json.decode(clean, type=Answer)
