"""The port to the person whose errand it is. Whether a simulated person or a human answers, the world cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from mock_services.context import Ctx


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What the person says to a question, after ``seconds`` of virtual time.

    ``kind``: ``told`` (an answer), ``unknown`` (they do not know either), ``unclear`` (they ask back),
    ``annoyed`` (this could have been looked up or was asked before), ``gone`` (out of patience).
    """

    kind: str
    text: str
    seconds: int = 20


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What the person says to an offer or to a mandate: ``approved``, ``refused`` or ``unclear``."""

    decision: str
    text: str = ""
    seconds: int = 15


class Person(Protocol):
    """Answers are a pure function of the world that they are given, so that forks and replays agree."""

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """Answer ``user_ask``."""
        ...

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """Decide on ``user_confirm``; ``offer`` is the checkout that would be charged, amounts in fen."""
        ...

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """Decide on a mandate that was applied for or is to be resumed (``request`` says which); amounts in fen."""
        ...


class Nobody:
    """Nobody is there: every question stays open and every offer is refused. For worlds without an errand."""

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """Nobody answers."""
        return Answer("unknown", "")

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """Nobody approves."""
        return Decision("refused")

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """Nobody approves."""
        return Decision("refused")
