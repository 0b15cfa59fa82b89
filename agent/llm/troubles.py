"""What a provider's client raises, as a failure of the engine, and whether the same question may be sent again."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.engine import EngineFailure
from agent.llm.secrets import Redactor

LONGEST_PAUSE_S = 60.0


class Trouble(msgspec.Struct, frozen=True):
    """``again``: it may go better in ``pause_s``. ``refused``: the endpoint does not take a request of this form."""

    kind: str
    message: str
    again: bool = False
    pause_s: float | None = None
    refused: bool = False

    def failure(self) -> EngineFailure:
        """The failure that this is once there is no more to try."""
        return EngineFailure(self.kind, self.message, None if self.pause_s is None else round(self.pause_s))


def trouble_of(error: Exception, redactor: Redactor, where: str) -> Trouble:
    """Classify an exception of a chat model.

    Args:
        error: What was raised; OpenAI's and most other clients carry a ``status_code``.
        redactor: Keys are taken out of its text.
        where: The model and where it is, for the message.
    """
    text = redactor.clean(_text_of(error))
    status = _status_of(error)
    name = type(error).__name__
    if status == 429 and "insufficient_quota" not in text:
        return Trouble("rate_limit", f"{where} takes no more requests: {text}", True, _pause_of(error))
    if status in (401, 403):
        return Trouble("unavailable", f"{where} refuses the key: {text}")
    if status in (402, 429):
        return Trouble("unavailable", f"{where} wants to be paid: {text}")
    if status == 404:
        return Trouble("unavailable", f"{where} does not know the model or the address: {text}")
    if status == 408 or "Timeout" in name:
        return Trouble("timeout", f"{where} did not answer in time", True, _pause_of(error))
    if status is not None and status >= 500 and status != 501:
        return Trouble("unavailable", f"{where} answers with {status}: {text}", True, _pause_of(error))
    if status is not None and status >= 400:
        if any(word in text for word in ("data_inspection_failed", "content_filter", "content_policy")):
            return Trouble("refusal", f"{where} will not take this: {text}")
        return Trouble("unavailable", f"{where} refuses the request ({status}): {text}", refused=True)
    if ("Connection" in name or isinstance(error, OSError)) and not isinstance(error.__cause__, ValueError):
        return Trouble("unavailable", f"{where} cannot be reached", True)
    return Trouble("malformed", f"{where} answers with what is no answer ({name}: {text})")


def _status_of(error: Exception) -> int | None:
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _text_of(error: Exception) -> str:
    body: Any = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else None
        code = inner.get("code") if isinstance(inner, dict) else None
        if isinstance(message, str):
            return " ".join(f"{message} {code if isinstance(code, str) else ''}".split())[:300]
    return " ".join(str(error).split())[:300]


def _pause_of(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    try:
        return min(max(0.0, float(headers.get("retry-after", ""))), LONGEST_PAUSE_S)
    except ValueError:
        return None
