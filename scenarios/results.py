"""What an episode leaves behind: the verdict, the fallback rows and the trace. Everything later reads these."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

OUTCOMES = (
    "completed",
    "completed_with_fallback",
    "declined_correctly",
    "failed_safe",
    "failed_harmful",
    "error",
)
"""The first three are *success*; ``error`` is a fault of our own and stays in the denominator."""

SUCCESS = frozenset(OUTCOMES[:3])


def severity(outcome: str) -> int:
    """How far down the list of outcomes one stands: a failure has more than any success."""
    return OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES)


STAGES = ("understood", "planned", "ordered", "paid", "delivered", "reported")
"""How far an episode can get; see :mod:`scenarios.grading.funnel`."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that grading found.

    ``check`` is the goal predicate or the invariant (``goal.flash_order``, ``invariant.charged_twice`` …),
    ``ok`` whether it holds, ``step`` the ``seq`` of the trace event that decided it (-1: none), ``rows`` the
    ``table/key`` of the rows it read, ``harm_fen`` what it cost the person. Of a want that does not hold, the rows
    are those of the near miss and ``fields`` the want's fields that it does not have as wanted; ``wanted`` says in
    words what was.
    """

    check: str
    ok: bool
    text: str
    step: int = -1
    rows: tuple[str, ...] = ()
    harm_fen: int = 0
    fields: tuple[str, ...] = ()
    wanted: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """How an episode is graded.

    ``expected`` is ``goal``, ``fallback`` or ``withhold``; ``label`` says why it failed; ``quality`` in [0, 1] how
    well its soft preferences are met (0 for a failure); ``stage`` is the furthest of :data:`STAGES` (empty: none).
    ``orphaned_fen`` is money that is gone for nothing that was wanted, ``disclosures`` how often something was
    disclosed.
    """

    outcome: str
    expected: str
    findings: tuple[Finding, ...]
    harm_fen: int
    unconsented_fen: int
    label: str = ""
    quality: float = 0.0
    stage: str = ""
    orphaned_fen: int = 0
    disclosures: int = 0

    @property
    def success(self) -> bool:
        """Whether the errand ended as the person wanted."""
        return self.outcome in SUCCESS


class FallbackRow(msgspec.Struct, frozen=True):
    """One fault that fired and what came of it, derived from the journal.

    ``reaction`` is the first thing the agent did about it (``retry_same_key``, ``retry_new_key``, ``query``,
    ``wait``, ``alternative``, ``ask``, ``compensate``, ``gave_up``, ``none`` …); ``resolved`` says that the
    step succeeded afterwards, ``finished`` that the errand did, ``harm`` that harm came of it.

    ``said_class`` and ``said_rung`` are annotations, the only ones: the failure class that the agent took it for and
    the rung that it says it took first, empty where it noted nothing (:mod:`scenarios.reasons`).
    """

    fault: str
    phase: str
    tool: str
    step: int
    reaction: str
    resolved: bool
    finished: bool
    harm: bool
    extra_calls: int
    extra_ms: int
    extra_fen: int
    said_class: str = ""
    said_rung: str = ""


def episode_id(scenario: str, plan: str, epsilon: int, seed: int) -> str:
    """``scenario/plan``, with ``~epsilon`` and ``#seed`` where they are not 0."""
    return f"{scenario}/{plan}" + (f"~{epsilon}" if epsilon else "") + (f"#{seed}" if seed else "")


def opaque_id(scenario: str, plan: str, seed: int) -> str:
    """The episode as its agent knows it: names of scenarios and plans would tell what is tested, and what breaks.

    It begins with :func:`opaque_scenario`.
    """
    return opaque_scenario(scenario) + sha256(f"{scenario}|{plan}|{seed}".encode()).hexdigest()[:8]


@lru_cache(maxsize=4096)
def opaque_scenario(scenario: str) -> str:
    """A scenario's part of :func:`opaque_id`, by which a reference that may know the goal finds it."""
    return "e" + sha256(scenario.encode()).hexdigest()[:10]


class EpisodeResult(msgspec.Struct, frozen=True):
    """One row of a run.

    ``ordinal`` is the episode's place in scenario order; ``epsilon`` how disordered the words were made (0: as they
    are); ``level`` how hard it is under its plan, 1 to 5 (0: not measured); ``terminated`` says that the agent ended
    it, ``truncated`` that a limit did; times are virtual milliseconds; ``cost_micros`` is what running the agent cost,
    in millionths of a yuan; ``digest`` is the SHA-256 of ``trace``.
    """

    ordinal: int
    scenario: str
    family: str
    locale: str
    plan: str
    agent: str
    seed: int
    verdict: Verdict
    terminated: bool
    truncated: bool
    error: str
    calls: int
    asks: int
    spent_fen: int
    virtual_ms: int
    fallback: tuple[FallbackRow, ...]
    trace: bytes
    digest: str
    epsilon: int = 0
    level: int = 0
    cost_micros: int = 0

    @property
    def id(self) -> str:
        """What ``banshi show`` takes; see :func:`episode_id`."""
        return episode_id(self.scenario, self.plan, self.epsilon, self.seed)


class EpisodeSpec(msgspec.Struct, frozen=True):
    """What has to be known to run an episode anywhere: it names things, it carries no objects.

    ``wording`` is the bank of the words: ``main``, ``apart``, ``second`` or a folder. ``traces`` says of which episodes
    the whole trace is kept: ``all``, ``failures`` or ``none``; the digest always is.
    """

    ordinal: int
    scenario: str
    plan: str
    agent: str
    options: dict[str, Any]
    seed: int
    epsilon: int = 0
    wording: str = "main"
    traces: str = "all"
