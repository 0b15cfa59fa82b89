"""What the steps of a plan share: candidates, placed orders, the state of a step, and what an executor does.

Every kind of goal has an executor. Its stages are the same for all, so that the graph, the fallback ladder and the
consent node need to know them once::

    look ──▶ (choose) ──▶ place ──▶ (consent) ──▶ commit ──▶ check
     reads               reserves                  pays or    reads
                                                   acts, and waits until the bank has answered

Everything is kept as plain data, because it lives in the graph's state and must survive a checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

# Not typing's: LangGraph makes a schema of the state, and pydantic cannot read typing's before Python 3.12.
from typing_extensions import TypedDict

from agent.desk import Desk
from agent.task import Goal, Task
from mock_services.money import parse_yuan

G = TypeVar("G", bound=Goal, contravariant=True)
P = TypeVar("P", bound=Goal)


class Candidate(TypedDict, total=False):
    """One way to meet a goal, best first in its list.

    ``fen`` is what it would cost in all; ``data["who"]`` names the merchant where there are several to choose from.
    """

    title: str
    fen: int
    data: dict[str, Any]


class Line(TypedDict):
    """One line of an offer."""

    name: str
    quantity: int
    fen: int


class Placed(TypedDict, total=False):
    """What was reserved, or is about to be done. With ``out_trade_no`` it is paid through the payment service.

    ``direct_fen`` is money that leaves without a trade (a transfer); ``actions`` are effects without a price.
    """

    order_id: str
    out_trade_no: str
    fen: int
    payee: str
    subject: str
    lines: list[Line]
    actions: list[dict[str, Any]]
    data: dict[str, Any]


class StepState(TypedDict, total=False):
    """A step of the plan.

    ``status``: todo → looked → placed → agreed → (sent →) committed → done, or failed, or dropped. What is ``sent`` was
    paid and has not been seen to have gone through. ``told`` is what the trace was told of it last.
    """

    goal: str
    kind: str
    needs: list[str]
    status: str
    candidates: list[Candidate]
    chosen: int
    placed: Placed | None
    attempt: int
    method: str
    methods_tried: list[str]
    consent_id: str
    mandate_id: str
    mandates_tried: list[str]
    result: dict[str, Any]
    facts: list[dict[str, str]]
    reason: str
    constraint: str
    refused: list[str]
    widened: bool
    reworded: dict[str, Any]
    corrected: int
    portion: bool
    told: str


@dataclass(slots=True)
class Me:
    """The person, as far as the tools tell."""

    id: str
    name: str
    phone: str
    city: str
    city_names: tuple[str, ...]
    location: str
    addresses: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """What an executor works with: the desk, the task, the person, and the steps so far by goal.

    ``unsure``: more may have been done than the steps say, so one looks before one writes; ``deeds`` are the writes
    that were sent in this errand (:mod:`agent.deeds`).
    """

    desk: Desk
    task: Task
    me: Me
    steps: dict[str, StepState]
    budget_left: int = 0
    tries: int = 1
    """How often something that is held is tried to be given back."""
    unsure: bool = False
    deeds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The newest moment that any answer showed, in the person's time zone."""
        assert self.desk.now is not None
        return self.desk.now

    def step(self, goal: str) -> StepState:
        """The step of a goal."""
        return self.steps[goal]

    def key(self, goal: str, purpose: str) -> str:
        """An idempotency key that is the same whenever the same attempt of the same step is run again."""
        return f"{self.desk.episode.episode_id}-{goal}-{purpose}-{self.steps[goal].get('attempt', 0)}"[:64]


class Executor(Protocol[G]):
    """How a kind of goal is met. Stages raise ``ToolFailure`` or ``NoWay``; none of them retries by itself."""

    def look(self, goal: G, work: Work) -> list[Candidate]:
        """Candidates that meet every hard wish, best first. Reads only.

        Raises:
            NoWay: there is none, and why.
        """
        ...

    def place(self, goal: G, candidate: Candidate, work: Work) -> Placed:
        """Reserve a candidate, or just say what would be done."""
        ...

    def find(self, goal: G, candidate: Candidate, work: Work) -> Placed | None:
        """After an unanswered :meth:`place`: what it left behind, if anything."""
        ...

    def commit(self, goal: G, placed: Placed, work: Work) -> None:
        """Make the effect, for kinds that are not paid through a trade."""
        ...

    def committed(self, goal: G, placed: Placed, work: Work) -> bool:
        """After an unanswered :meth:`commit`: whether the effect is there."""
        ...

    def check(self, goal: G, placed: Placed, work: Work) -> dict[str, Any]:
        """Read whether it is really there; returns ``facts`` and what dependent steps want to know."""
        ...

    def undo(self, goal: G, placed: Placed, work: Work) -> None:
        """Release what :meth:`place` reserved and nobody paid for."""
        ...


class Plain(Generic[P]):
    """Executor defaults: nothing is reserved, nothing was left behind, nothing needs undoing."""

    def find(self, goal: P, candidate: Candidate, work: Work) -> Placed | None:
        """Nothing is left behind by a place that does not write."""
        return None

    def commit(self, goal: P, placed: Placed, work: Work) -> None:
        """Trades are paid by the graph."""

    def committed(self, goal: P, placed: Placed, work: Work) -> bool:
        """Not unless the kind can tell."""
        return False

    def undo(self, goal: P, placed: Placed, work: Work) -> None:
        """Nothing was reserved."""


class Split(Exception):
    """A goal that no single order can hold, as the goals that can; the plan is changed and goes on."""

    def __init__(self, parts: tuple[Goal, ...]) -> None:
        self.parts = parts
        super().__init__(f"{len(parts)} parts")


def unpaid(candidate: Candidate, order_id: str = "", actions: list[dict[str, Any]] | None = None) -> Placed:
    """What a step is about to do that costs nothing by itself. ``actions`` are shown to the person before."""
    return Placed(
        order_id=order_id,
        out_trade_no="",
        fen=0,
        subject=candidate["title"],
        data=candidate["data"],
        actions=actions or [],
    )


def fen(value: Any) -> int:
    """A yuan amount of a tool's answer, in fen."""
    return parse_yuan(value)


def fact(name: str, value: str, ref: str = "") -> dict[str, str]:
    """A fact for the report."""
    return {"name": name, "value": value, "ref": ref} if ref else {"name": name, "value": value}
