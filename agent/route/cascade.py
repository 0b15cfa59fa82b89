"""``route:cascade(cheap,dear)``: the cheap engine decides, and the next dearer one as soon as a check fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agent.grammar import Money, read
from agent.interface import Episode
from agent.route.health import is_open
from agent.route.router import Router

if TYPE_CHECKING:
    from agent.state import State

UNVERIFIED = frozenset(("NO_EFFECT", "UNCONFIRMED", "PAYMENT_FAILED"))
"""Codes after which reading showed, or could not show, what an answer had claimed."""

# An amount does not depend on when it is said.
_ANY = datetime(2000, 1, 3, 12, tzinfo=UTC)


class Cascade(Router):
    """Engines from cheap to dear. An engine that fails is followed by the next one, as in a failover.

    The checks that need no second engine: amounts of the words that stand nowhere in the task; nothing understood,
    nothing found; a payment that the guard held back; an effect that reading does not show; the person's no.
    """

    def above(self, engine: str, state: State, now: datetime | None) -> str:
        """The next dearer engine that can be asked."""
        dearer = self.names[self.names.index(engine) + 1 :]
        return next((name for name in dearer if not is_open(state.get("minds", {}), name, now)), "")

    def doubts(self, node: str, state: State, update: State, episode: Episode) -> str:
        """Which check failed: each is told once for an errand."""
        why = _failed_check(node, state, update, episode.instruction)
        return "" if why in state.get("weighed", []) else why


def _failed_check(node: str, state: State, update: State, words: str) -> str:
    failure = update.get("failure")
    code = failure["code"] if failure is not None else ""
    if code == "GUARD_REFUSED":
        return "guard"
    if code in UNVERIFIED:
        return "unverified"
    if code == "NO_WAY":
        return "nothing_found"
    if node == "understand" and not code:
        task = update.get("task") or state.get("task") or {}
        return "" if task.get("goals") and not unread(words, task) else "not_understood"
    if node == "consent" and _refused(update) > _refused(state):
        return "refused"
    return ""


def _refused(state: State) -> int:
    return sum(step.get("reason") == "refused_by_person" for step in state.get("steps", []))


def unread(words: str, task: dict[str, Any]) -> list[int]:
    """Amounts in the words, in fen, that stand nowhere in what was understood."""
    known = set(_numbers(task))
    return [money.fen for money in read(words, _ANY).of(Money) if money.currency == "CNY" and money.fen not in known]


def _numbers(part: Any) -> list[int]:
    if isinstance(part, dict):
        return [number for value in part.values() for number in _numbers(value)]
    if isinstance(part, list | tuple):
        return [number for value in part for number in _numbers(value)]
    return [part] if isinstance(part, int) and not isinstance(part, bool) else []
