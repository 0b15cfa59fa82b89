"""Routers: which of several engines decides what. A router holds nothing of an episode; the state does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agent.engine import Engine
from agent.interface import Episode
from agent.route.health import is_open
from mock_services.draws import Draws

if TYPE_CHECKING:
    from agent.state import State


class Router:
    """Engines in the order in which they are preferred: the next one decides from where one before it has failed on.

    It stays with whoever took over, as a failing engine is worse company than a dearer one. This is ``failover``; with
    one engine it is that engine.
    """

    def __init__(self, name: str, members: Sequence[Engine]) -> None:
        self.name, self.members = name, tuple(members)
        self.names = tuple(member.name for member in members)

    def member(self, name: str) -> Engine:
        """The engine of this name."""
        return self.members[self.names.index(name)]

    def choose(self, node: str, state: State, episode: Episode, now: datetime | None) -> str:
        """Who is to decide at a node."""
        return state.get("engine") or self.names[0]

    def askable(self, state: State, now: datetime | None) -> list[str]:
        """The engines that can decide next: those whose circuit is closed, and that can read the state as it is.

        If there is none, the one in charge.
        """
        engine = state.get("engine", "")
        charge = self.member(engine) if engine else None
        minds = state.get("minds", {})
        can = [
            member.name
            for member in self.members
            if not is_open(minds, member.name, now) and (charge is None or of_one_kind(charge, member))
        ]
        return can or [engine or self.names[0]]

    def instead(self, state: State, now: datetime | None) -> str:
        """Who is to go on after the engine in charge failed: the next one that can be asked; empty if there is none."""
        engine = state.get("engine") or self.names[0]
        place = self.names.index(engine)
        rest = (*self.names[place + 1 :], *self.names[:place])
        return next((name for name in rest if not is_open(state.get("minds", {}), name, now)), "")

    def above(self, engine: str, state: State, now: datetime | None) -> str:
        """Who looks at what an engine decided, where it is doubted; empty: nobody."""
        return ""

    def doubts(self, node: str, state: State, update: State, episode: Episode) -> str:
        """Why what was decided at a node should be looked at by another engine; empty: it stands."""
        return ""


class Explorer(Router):
    """Chance decides who decides, anew at every node: runs to learn from. The chances are the episode's own."""

    def choose(self, node: str, state: State, episode: Episode, now: datetime | None) -> str:
        """One of those that can be asked."""
        return Draws(f"{episode.episode_id}|{self.name}").pick(self.askable(state, now), node)


def of_one_kind(one: Engine, other: Engine) -> bool:
    """Whether two engines can go on from each other's state: both leave the nodes as they are, or share their own."""
    own, others = one.nodes(), other.nodes()
    return own.keys() == others.keys() and (not own or type(one) is type(other))
