"""What a check says, and when a suite passes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

CHECKS = (
    "oracle",
    "certificate",
    "idle references",
    "vices",
    "reveals",
    "other answers",
    "mutation",
    "goal swap",
    "invariance",
)
"""Every check of the gate, in the order of its report."""

SHARE_ALLOWED = {"idle references": 0.01, "mutation": 0.02}
"""How many of a check's rows may be wrong; of the others none."""


class Checked(msgspec.Struct, frozen=True):
    """One thing that a check looked at.

    ``subject`` is who or what was put to the test: a reference, a vice, a mutant, a part of the goal. ``ok`` is None
    where the test did not apply (a vice without an occasion to act is still compared with the oracle, and counts).
    ``why`` says what was found, and, where it is wrong, what to do about it.
    """

    check: str
    scenario: str
    plan: str
    subject: str
    ok: bool | None
    why: str = ""

    @property
    def name(self) -> str:
        """For a line of a report."""
        return f"{self.scenario}/{self.plan}" + (f" {self.subject}" if self.subject else "")


class Tally(msgspec.Struct, frozen=True):
    """How a check came out over a suite, of one subject where the share is counted for each of them.

    ``acted`` is how often a vice found an occasion.
    """

    check: str
    subject: str
    looked_at: int
    wrong: int
    skipped: int
    passed: bool
    acted: int = 0


class Report(msgspec.Struct, frozen=True):
    """The gate's result on one suite. ``sampled`` of its ``scenarios`` were looked at."""

    suite: str
    hash: str
    scenarios: int
    sampled: int
    episodes: int
    rows: tuple[Checked, ...]
    tallies: tuple[Tally, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the suite passes."""
        return all(tally.passed for tally in self.tallies)

    @property
    def failures(self) -> list[Checked]:
        """What is wrong, in the order of the checks."""
        return [row for row in self.rows if row.ok is False]


def tallies(rows: Iterable[Checked]) -> tuple[Tally, ...]:
    """The rows counted, by check; by reference too where each of them has a share of its own."""
    groups: dict[tuple[str, str], list[Checked]] = {}
    for row in rows:
        subject = row.subject if row.check in ("idle references", "vices") else ""
        groups.setdefault((row.check, subject.partition(":")[0]), []).append(row)
    order = {check: i for i, check in enumerate(CHECKS)}
    return tuple(_tally(*key, groups[key]) for key in sorted(groups, key=lambda key: (order[key[0]], key[1])))


def _tally(check: str, subject: str, group: Sequence[Checked]) -> Tally:
    judged = [row for row in group if row.ok is not None]
    wrong = sum(row.ok is False for row in judged)
    passed = wrong <= SHARE_ALLOWED.get(check, 0.0) * len(judged)
    acted = sum(row.subject.endswith(": acted") for row in group)
    return Tally(check, subject, len(judged), wrong, len(group) - len(judged), passed, acted)
