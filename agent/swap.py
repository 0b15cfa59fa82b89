"""Another mind, or another fallback policy, from some decision of an errand on.

A mind that reads the same state goes on where the other one stood. One that does not starts from the words and looks
for everything that was done before it does it, as one does that takes over from a mind that failed
(:mod:`agent.nodes.opinion`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from agent.deeds import Deeds
from agent.fallback.policy import Policy
from agent.interface import Agent, Episode, PassThrough
from agent.nodes.common import of_mind
from agent.route.router import Router, of_one_kind
from agent.state import Context, State

_LAST = frozenset(("plan", "settle", "report"))
"""Nodes from which there is no way back to the words: the next one is waited for, or the errand ends as it stands."""


class Swap(msgspec.Struct, frozen=True):
    """What is another from the first decision on at which ``due`` says so. None: it stays.

    ``due`` is asked at every decision until then, before anything of it happens.
    """

    due: Callable[[], bool]
    router: Router | None = None
    policy: Policy | None = None


class Swapping:
    """The swaps that one errand still has before it, in order."""

    def __init__(self, swaps: Sequence[Swap] = ()) -> None:
        self._left = list(swaps)

    def before(self, node: str, state: State, context: Context) -> tuple[State, str]:
        """What is changed of the state before a node decides, and where to go instead; empty: the node decides.

        Told to the trace as a note ``swapped``.
        """
        changed: State = {}
        goto = ""
        while self._left and self._left[0].due():
            swap = self._left[0]
            if swap.router is not None:
                afresh = not of_one_kind(context.engine, swap.router.members[0])
                if afresh and node in _LAST:
                    if node == "plan" or not state.get("steps"):
                        break
                    afresh = False
                context.desk.note("swapped", {"engine": swap.router.name, "afresh": afresh})
                context.give_to(swap.router)
                changed, goto = _handed_over(state, afresh, context)
            if swap.policy is not None:
                context.desk.note("swapped", {"fallback": swap.policy.name})
                context.policy = swap.policy
                context.desk.follow(swap.policy.breaker)
            self._left.pop(0)
        return changed, goto


def _handed_over(state: State, afresh: bool, context: Context) -> tuple[State, str]:
    changed: State = {"engine": context.engine.name, "minds": {}, "weighed": [], "aside": None}
    if state.get("aside"):
        # The words were being read anew, and what was decided before is not looked at any more.
        changed["unsure"] = True
    if afresh:
        return {
            **changed,
            "task": None,
            "steps": [],
            "asked": [],
            "mind": {},
            "unsure": True,
            "failure": None,
        }, "understand"
    if of_mind(state):
        # It was the old mind that failed: the new one does what was to be done.
        failure = state["failure"]
        assert failure is not None
        return {**changed, "failure": None}, failure["stage"]
    return changed, ""


class Left(BaseException):
    """An agent is taken off an errand in the middle. It is no ``Exception``, so that no agent catches it."""


def relay(first: Agent, second: Callable[[Sequence[Mapping[str, Any]]], Agent], due: Callable[[], bool]) -> Agent:
    """One agent until ``due`` says so, and from there on another one, which is given the deeds of the first.

    An errand that begins when it is due is the second one's from its first line.
    """

    def run(episode: Episode) -> None:
        watched = Deeds(episode)
        try:
            if not due():
                first(_Leaving(watched, due))
                return
        except Left:
            pass
        second(watched.writes)(episode)

    return run


class _Leaving(PassThrough):
    def __init__(self, episode: Episode, due: Callable[[], bool]) -> None:
        super().__init__(episode)
        self._due = due

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Pass a call on, unless it is time to go."""
        self._leave_if_due()
        return super().call(tool, args)

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Pass a note on, unless it is time to go."""
        self._leave_if_due()
        super().note(kind, data)

    def think(self, ms: int, cost_micros: int = 0) -> None:
        """Pass a charge on, unless it is time to go."""
        self._leave_if_due()
        super().think(ms, cost_micros)

    def decide(self, engine: str, node: str) -> dict[str, Any] | None:
        """Pass a decision on, unless it is time to go."""
        self._leave_if_due()
        return super().decide(engine, node)

    def done(self) -> None:
        """Pass it on, unless it is time to go."""
        self._leave_if_due()
        super().done()

    def _leave_if_due(self) -> None:
        if self._due():
            raise Left
