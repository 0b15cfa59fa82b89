"""What can be set of a model-backed engine, and the spec that names one. No key is ever an option."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from mock_services.errors import UsageError

LLM, REACT = "llm:", "react:"
PREFIXES: Final = (LLM, REACT)

OPENAI, LOCAL = "openai", "local"

ToolMode = Literal["auto", "native", "json", "text"]

_SPEC = re.compile(r"(?:llm|react):(?:local|[a-z][a-z0-9_-]{0,40}:[^\s\x00-\x1f]{1,120})\Z", re.ASCII)


class Spec(msgspec.Struct, frozen=True):
    """A parsed spec. ``react`` is the baseline architecture; ``provider`` is ``openai``, ``local`` or another one of
    LangChain's; ``model`` is empty for the local one."""

    react: bool
    provider: str
    model: str

    @property
    def local(self) -> bool:
        """Whether the model runs in this process."""
        return self.provider == LOCAL


def parse_spec(spec: str) -> Spec:
    """Read ``llm:openai:qwen-plus``, ``llm:local`` or ``react:…``.

    Raises:
        UsageError: it is none.
    """
    if not _SPEC.match(spec):
        raise UsageError(f"{spec!r} names no model", fix="e.g. llm:openai:qwen-plus, llm:local, react:openai:qwen-plus")
    kind, provider, model = (*spec.split(":", 2), "")[:3]
    return Spec(kind == "react", provider, model)


class LlmOptions(BaseModel):
    """How a model is reached and how far it may go.

    ``base_url`` is where an OpenAI-compatible endpoint is, ``key_env`` the environment variable that holds the key.
    ``tool_mode`` is how tools are called: natively, as JSON that a schema constrains, or as JSON in a text; ``auto``
    tries them in this order as the endpoint refuses. ``thinking`` turns Qwen's thinking on or off (None: say nothing).
    ``price`` is yuan per million tokens, in and out, over the table's. ``tries`` is how often one question is sent
    where the endpoint is busy or away; that waits for real, outside the trace. ``per_minute`` bounds the requests.
    ``most_calls`` (0: as many as the kind of model is given), ``prompt_tokens`` and ``engine_cost`` (yuan) bound one
    errand. ``model_path`` is a GGUF file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    base_url: str = ""
    key_env: str = Field("", pattern=r"^[A-Z_][A-Z0-9_]{0,63}$|^$")
    tool_mode: ToolMode = "auto"
    thinking: bool | None = None
    temperature: float = Field(0.0, ge=0, le=2)
    answer_tokens: int = Field(2048, ge=16, le=65_536)
    prompt_tokens: int = Field(24_000, ge=400, le=1_000_000)
    most_calls: int = Field(0, ge=0, le=1000)
    timeout: float = Field(60, gt=0, le=3600)
    tries: int = Field(5, ge=1, le=100)
    per_minute: int = Field(0, ge=0, le=1_000_000)
    price: tuple[float, float] | None = None
    engine_cost: float | None = Field(None, gt=0)
    cassette: str = ""
    model_path: str = ""

    @field_validator("base_url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        if not url:
            return url
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give an address such as https://host/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("an address holds no key: put it into the environment variable")
        return url.rstrip("/")

    @field_validator("price")
    @classmethod
    def _no_negative(cls, price: tuple[float, float] | None) -> tuple[float, float] | None:
        if price is not None and not all(0 <= side <= 1_000_000 for side in price):
            raise ValueError("a price is no less than nothing")
        return price

    @field_validator("cassette")
    @classmethod
    def _known_way(cls, cassette: str) -> str:
        if cassette and not (cassette.startswith(("record:", "replay:", "extend:")) and cassette.partition(":")[2]):
            raise ValueError("give record:FILE, replay:FILE or extend:FILE")
        return cassette

    @property
    def replays(self) -> bool:
        """Whether no model is asked at all."""
        return self.cassette.startswith("replay:")


def read_options(given: Mapping[str, Any]) -> LlmOptions:
    """Options from a mapping.

    Raises:
        UsageError: one of them is not one, or has no such value; names it.
    """
    try:
        return LlmOptions.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "option"
        near = get_close_matches(name, LlmOptions.model_fields, n=1) if first["type"] == "extra_forbidden" else []
        what = first["msg"].removeprefix("Value error, ")
        fix = f"did you mean {near[0]}?" if near else ""
        raise UsageError(what, where=f"--{name.replace('_', '-')}", fix=fix) from error
