"""A chat model of LangChain's behind one function: a request in, an answer out, whatever the endpoint can do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable

from agent.llm.chat import Answer, Request
from agent.llm.gate import Gate
from agent.llm.modes import ORDER, answer_of, functions_of, messages_of, schema_of
from agent.llm.options import OPENAI, LlmOptions, Spec
from agent.llm.secrets import Redactor, key_variable, read_key
from agent.llm.troubles import LONGEST_PAUSE_S, Trouble, trouble_of
from mock_services.errors import UsageError

FIRST_PAUSE_S = 1.0


class Backend:
    """Asks one model. Safe to be called by many threads at once."""

    def __init__(
        self,
        model: BaseChatModel,
        spec: Spec,
        options: LlmOptions,
        redactor: Redactor,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._model, self._spec, self._options, self._redactor = model, spec, options, redactor
        self._modes = ORDER if options.tool_mode == "auto" else (options.tool_mode,)
        # What the endpoint has refused once is not tried again; two threads finding it out at once do no harm.
        self._at = 0
        self._gate = Gate(options.per_minute, sleep=sleep)
        self.where = f"{spec.provider}:{spec.model}" if spec.model else spec.provider

    @property
    def mode(self) -> str:
        """The way of calling tools that is in use."""
        return self._modes[self._at]

    def __call__(self, request: Request) -> Answer:
        """Ask, in the first way that the endpoint takes, and again where it was busy.

        Raises:
            EngineFailure: there is no answer.
        """
        refused: Trouble | None = None
        for at in range(self._at, len(self._modes)):
            try:
                answer = self._patiently(request, self._modes[at])
            except _Refused as error:
                refused = refused or error.trouble
                continue
            self._at = at
            return answer
        assert refused is not None
        raise refused.failure()

    def _patiently(self, request: Request, mode: str) -> Answer:
        pause, attempt = FIRST_PAUSE_S, 1
        while True:
            self._gate.enter()
            try:
                reply = self._bound(request, mode).invoke(messages_of(request, mode))
                # A server may print the key that it was sent, and a model what it was told.
                return self._redactor.cleaned(answer_of(reply, request))
            except Exception as error:  # every client has its own; nothing of it may get further
                trouble = trouble_of(error, self._redactor, self.where)
            if trouble.refused:
                raise _Refused(trouble)
            if not trouble.again or attempt == self._options.tries:
                raise trouble.failure()
            self._gate.hold(pause if trouble.pause_s is None else trouble.pause_s)
            pause, attempt = min(pause * 2, LONGEST_PAUSE_S), attempt + 1

    def _bound(self, request: Request, mode: str) -> Runnable[Any, Any]:
        if mode == "native":
            return self._model.bind_tools(functions_of(request))
        if mode == "json":
            return self._model.bind(response_format=schema_of(request))
        return self._model


class _Refused(Exception):
    """The endpoint does not take a request of this form."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.message)


def chat_model(spec: Spec, options: LlmOptions) -> tuple[BaseChatModel, Redactor]:
    """The chat model of a spec, and what takes its key out of texts. Nothing is sent yet.

    Raises:
        UsageError: the extra is not installed, there is no key, or LangChain does not know the provider.
    """
    if spec.local:
        from agent.llm.local import LocalChat

        return LocalChat(options=options), Redactor()
    return _openai(spec, options) if spec.provider == OPENAI else _other(spec, options)


def _openai(spec: Spec, options: LlmOptions) -> tuple[BaseChatModel, Redactor]:
    try:
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise UsageError(f"llm:openai:… needs langchain-openai: {error}", fix="pip install 'banshi[llm]'") from error
    key = read_key(spec, options)
    extra: dict[str, Any] = {}
    if options.thinking is not None:
        extra["extra_body"] = {"enable_thinking": options.thinking}
    if options.thinking:
        # Qwen's thinking models answer in a stream only.
        extra["streaming"] = extra["stream_usage"] = True
    settings: dict[str, Any] = {
        "model": spec.model,
        "api_key": lambda: key,
        "base_url": options.base_url or None,
        "temperature": options.temperature,
        "max_tokens": options.answer_tokens,
        "timeout": options.timeout,
        "max_retries": 0,
        "use_responses_api": False,
        **extra,
    }
    return ChatOpenAI(**settings), Redactor(key)


def _other(spec: Spec, options: LlmOptions) -> tuple[BaseChatModel, Redactor]:
    import os

    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise UsageError(f"llm:{spec.provider}:… needs langchain: {error}", fix="pip install 'banshi[llm]'") from error
    settings: dict[str, Any] = {"temperature": options.temperature, "max_tokens": options.answer_tokens}
    if options.base_url:
        settings["base_url"] = options.base_url
    keys = [value for name, value in os.environ.items() if name.endswith(("_API_KEY", "_TOKEN"))]
    if options.key_env:
        settings["api_key"] = read_key(spec, options)
        keys.append(settings["api_key"])
    redactor = Redactor(*keys)
    try:
        model = init_chat_model(spec.model, model_provider=spec.provider, max_retries=0, **settings)
    except ImportError as error:
        fix = f"pip install langchain-{spec.provider}"
        raise UsageError(f"llm:{spec.provider}:… needs a package: {error}", fix=fix) from error
    except Exception as error:  # each provider checks its settings in its own way
        raise UsageError(redactor.clean(" ".join(str(error).split()))[:300], where=f"llm:{spec.provider}") from error
    return model, redactor


def probe(spec: Spec, options: LlmOptions) -> None:
    """Ask the model for one word, to find out before the first episode whether there is one.

    Raises:
        UsageError: in one line, what is wrong.
    """
    model, redactor = chat_model(spec, options)
    try:
        model.bind(max_tokens=16).invoke("ping")
    except Exception as error:  # as above
        trouble = trouble_of(error, redactor, f"{spec.provider}:{spec.model}")
        if trouble.kind == "rate_limit":
            return  # it is there, and knows the key
        at = f" at {options.base_url}" if options.base_url else ""
        raise UsageError(f"{trouble.message}{at}", fix=_advice(trouble, spec, options)) from None


def _advice(trouble: Trouble, spec: Spec, options: LlmOptions) -> str:
    if "refuses the key" in trouble.message:
        return f"look at ${key_variable(options)}"
    if "does not know the model" in trouble.message:
        return f"is {spec.model!r} its name there, and --base-url the address up to /v1?"
    if "cannot be reached" in trouble.message:
        return "is --base-url right, and the server running?"
    return ""
