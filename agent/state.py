"""The graph's state and what a run of the graph is given beside it. The state is JSON-safe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

# Not typing's: LangGraph makes a schema of the state, and pydantic cannot read typing's before Python 3.12.
from typing_extensions import TypedDict

from agent.deeds import Deeds
from agent.desk import Desk
from agent.durable import Durable, Journal
from agent.engine import Engine
from agent.fallback.policy import Policy
from agent.guard import Guard
from agent.interface import Episode
from agent.route.router import Router
from agent.steps.base import StepState
from agent.task import Task, to_json

if TYPE_CHECKING:
    from agent.live import Wire
    from agent.swap import Swapping


class Failure(TypedDict):
    """What went wrong last: at which ``stage`` of which step (empty: of the errand itself).

    ``reason`` and ``facts`` are for the report, where the world offers no way.
    """

    goal: str
    stage: str
    tool: str
    code: str
    message: str
    access: str
    retry_after: int | None
    reason: str
    facts: list[dict[str, str]]


class State(TypedDict, total=False):
    """What the nodes hand on.

    ``climbs`` counts, for each (goal, stage, failure class), how many rungs of its ladder were used.
    ``goto`` is where the last node wants to go. ``deeds`` are the writes of this errand so far, whoever made them;
    ``unsure`` says that a mind failed in the middle of a node, so that what it did is looked for before it is done.
    ``unmanned`` says that no mind is left: the errand is settled and reported by the standard nodes; ``handed_over``
    that the person is told so. ``mind`` is what an engine with a transcript keeps (:mod:`agent.llm.mind`).

    Of several engines ``engine`` is the one in charge and ``minds`` how fit they are (:mod:`agent.route.health`).
    ``aside`` is the errand as another engine left it that is being looked at anew, ``weighed`` for which reasons that
    was done, ``replies`` what the person answered, for whoever reads the words again.

    Of interactive errands alone: ``position`` is how much was asked of the world before the next node
    (:mod:`agent.durable`), ``question`` what the person has to answer, and ``back_to`` the node that it came up in.
    """

    task: dict[str, Any] | None
    me: dict[str, Any]
    steps: list[StepState]
    failure: Failure | None
    climbs: dict[str, int]
    goto: str
    asked: list[str]
    notes: list[str]
    reported: bool
    deeds: list[dict[str, Any]]
    unsure: bool
    unmanned: bool
    handed_over: bool
    mind: dict[str, Any]
    engine: str
    minds: dict[str, Any]
    aside: dict[str, Any] | None
    weighed: list[str]
    replies: dict[str, dict[str, str]]
    position: int
    question: dict[str, Any]
    back_to: str


@dataclass(slots=True)
class Context:
    """What a run of the graph works with and does not keep: the desk, the engines, the policy, the guard.

    Args:
        episode: The errand.
        router: The engines; ``engine`` is the one in charge.
        policy: The fallback policy.
        guarded: Whether the guard stands before every write.
        journal: Where everything that is asked is written down, and ``wire`` where what happens is told, if the errand
            is an interactive one: see :mod:`agent.live`.

    ``swapping`` puts another engine or policy in charge in the middle, see :mod:`agent.swap`.
    ``deeds`` watches what is really sent, whatever engine sends it. ``task`` caches the parsed form of the state's
    task; the state holds the truth.
    """

    episode: Episode
    router: Router
    policy: Policy
    guarded: bool = True
    journal: Journal | None = None
    wire: Wire | None = None
    swapping: Swapping | None = None
    task: Task | None = None
    desk: Desk = field(init=False)
    engine: Engine = field(init=False)
    guard: Guard | None = field(init=False)
    deeds: Deeds = field(init=False)
    lasting: Durable | None = field(init=False, default=None)
    _hands: dict[str, Episode] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.deeds = Deeds(self.episode)
        self.guard = Guard(self.deeds) if self.guarded else None
        self.engine = self.router.members[0]
        self._hands[self.engine.name] = self.engine.hands(self.guard or self.deeds)
        hands = self._hands[self.engine.name]
        if self.journal is not None:
            hands = self.lasting = Durable(hands, self.journal)
        self.desk = Desk(hands, self.policy.breaker)

    def take(self, engine: str) -> None:
        """Put an engine in charge, with hands of its own; empty: nobody, and steady hands."""
        if self.lasting is not None:
            self.lasting.mark("take", [engine])
        if not engine:
            self._lay_hands(self.guard or self.deeds)
            return
        if engine != self.engine.name:
            self.engine = self.router.member(engine)
            self.task = None
        if engine not in self._hands:
            self._hands[engine] = self.engine.hands(self.guard or self.deeds)
        self._lay_hands(self._hands[engine])

    def give_to(self, router: Router) -> None:
        """Put other engines in charge from here on; what they are to know is in the state and in the deeds."""
        self.router, self.engine, self.task = router, router.members[0], None
        self._hands = {self.engine.name: self.engine.hands(self.guard or self.deeds)}
        self._lay_hands(self._hands[self.engine.name])

    def _lay_hands(self, hands: Episode) -> None:
        if self.lasting is not None:
            self.lasting.stand_before(hands)
        else:
            self.desk.episode = hands

    def understood(self, task: Task) -> None:
        """Take this to be the task from here on; the guard goes by it."""
        if self.lasting is not None:
            self.lasting.mark("understood", [to_json(task)])
        self.task = task
        if self.guard is not None:
            self.guard.task = task
