"""What a failed call means for a model: what the fallback ladder takes on, and what the model is told."""

from __future__ import annotations

from typing import Final

from agent.fallback.failures import classify
from agent.llm.chat import Made
from agent.llm.mind import Mind
from agent.llm.prompts import prompt
from agent.llm.wording import as_data

LADDERED: Final = frozenset({"no_answer", "busy", "bad_answer", "no_effect"})
"""Failure classes that have a way out without a mind; what the others mean, the model has to know."""


def laddered(code: str) -> bool:
    """Whether the fallback ladder takes a failure on."""
    return classify(code) in LADDERED


def tell(mind: Mind, call: Made, code: str, message: str, access: str, locale: str, hint: str = "") -> None:
    """Answer a call with its failure. Of a lost answer to a write nobody knows what it did."""
    key = "unknown_outcome" if access == "write" and classify(code) == "no_answer" else "failed"
    said = prompt(locale, key, code=code, message=message, hint=hint)
    mind.result(call, as_data(call.name, said, locale))
