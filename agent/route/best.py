"""``route:best``: who decides is what earlier runs say is best for such an errand at this node of the graph.

A contextual bandit with a linear model for each (node, engine), as in LinUCB (Li et al., 2010), learned from runs in
which chance decided (``route:explore``) and frozen: in a run nothing is learned and nothing explored any more. The
policy is a file; its SHA-256 stands in the manifest of every run that used it.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent.engine import Engine
from agent.interface import Episode
from agent.route.features import FORMAT, features
from agent.route.router import Router
from mock_services.errors import UsageError

if TYPE_CHECKING:
    from agent.state import State

SHIPPED = Path(__file__).with_name("best.json")
"""The policy of ``route:best`` alone; ``docs/routing.md`` says how it was made."""


class Worth(msgspec.Struct, frozen=True):
    """What an errand is worth: 1 if it ended as the person wanted, less ``harm`` if it did any, less what it took.

    ``yuan`` is for each yuan that running the engines cost, ``minute`` for each virtual minute.
    """

    harm: float = 3.0
    yuan: float = 0.1
    minute: float = 0.002

    def of(self, success: bool, harm_fen: int, cost_micros: int, virtual_ms: int) -> float:
        """The worth of an episode."""
        took = self.yuan * cost_micros / 1_000_000 + self.minute * virtual_ms / 60_000
        return success - self.harm * (harm_fen > 0) - took


class Source(msgspec.Struct, frozen=True):
    """A run that a policy was learned from."""

    run: str
    suite: str
    suite_hash: str
    agent: str
    digest: str
    episodes: int


class BestPolicy(msgspec.Struct, frozen=True):
    """``weights`` by node, engine and feature, in worth; ``ridges`` how near zero those of engines and
    of features were held at a node.

    ``chosen`` is how often each engine would have decided at a node in what it was learned from.
    """

    format: int
    engines: tuple[str, ...]
    worth: Worth
    weights: dict[str, dict[str, dict[str, float]]]
    learned_from: tuple[Source, ...]
    ridges: dict[str, tuple[float, float]] = {}
    chosen: dict[str, dict[str, int]] = {}

    def values(self, node: str, found: tuple[str, ...]) -> dict[str, float]:
        """What each engine is expected to be worth at a node for an errand with these features."""
        known = self.weights.get(node, {})
        return {
            engine: round(sum(known.get(engine, {}).get(feature, 0.0) for feature in found), 9)
            for engine in self.engines
        }

    def encode(self) -> bytes:
        """The file."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"


@lru_cache(maxsize=8)
def read_policy(path: Path) -> BestPolicy:
    """A policy by its file.

    Raises:
        UsageError: it cannot be read, is none, or was learned from other features.
    """
    try:
        policy = msgspec.json.decode(path.read_bytes(), type=BestPolicy)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", fix="banshi route train RUN… -o FILE") from error
    except msgspec.MsgspecError as error:
        raise UsageError(
            f"is no routing policy: {error}", where=str(path), fix="banshi route train RUN… -o FILE"
        ) from None
    if policy.format != FORMAT or not policy.engines:
        raise UsageError("was learned by another version", where=str(path), fix="banshi route train RUN… -o FILE")
    return policy


def policy_hash(path: Path) -> str:
    """The SHA-256 of a policy's file."""
    return sha256(path.read_bytes()).hexdigest()


class Best(Router):
    """The engine with the highest expected worth of those that can be asked; of equals the first."""

    def __init__(self, name: str, members: list[Engine], policy: BestPolicy) -> None:
        super().__init__(name, members)
        self.policy = policy
        self._spec_of = dict(zip(self.names, policy.engines, strict=True))

    def choose(self, node: str, state: State, episode: Episode, now: datetime | None) -> str:
        """Who is expected to do best at a node."""
        worth = self.policy.values(node, features(node, episode.instruction, episode.locale, state.get("task")))
        return max(self.askable(state, now), key=lambda name: worth[self._spec_of[name]])
