"""How far a run is, and how fast: counted from what ends, for whoever watches. Nothing of it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

import msgspec

from scenarios.results import SUCCESS, EpisodeResult
from scenarios.runs.store import Store


class Progress(msgspec.Struct, frozen=True):
    """How far a run is. ``before`` episodes were recorded by an earlier part of it.

    ``outcomes`` are counts, ``failures`` those of what is no success by its label, or by its outcome where it has none;
    ``harm_fen`` and ``unconsented_fen`` are sums, ``cost_micros`` is what running the agent has cost.
    """

    done: int
    total: int
    succeeded: int
    before: int
    outcomes: dict[str, int] = {}
    failures: dict[str, int] = {}
    harm_fen: int = 0
    unconsented_fen: int = 0
    cost_micros: int = 0


class Tally:
    """Counts episodes, of one run or of several that are carried out as one."""

    def __init__(self, total: int) -> None:
        """``total`` episodes are planned."""
        self._total, self._done, self._before = total, 0, 0
        self._outcomes: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._harm_fen = self._unconsented_fen = self._cost_micros = 0

    def recorded(self, store: Store, run: str) -> None:
        """Count what an earlier part of a run recorded."""
        for row in store.groups(
            "SELECT outcome, label, sum(n) AS n, sum(harm_fen) AS harm, sum(unconsented_fen) AS unconsented"
            " FROM counts WHERE run = ? GROUP BY outcome, label",
            run,
        ):
            self._add(row["outcome"], row["label"], row["n"], row["harm"], row["unconsented"])
            self._before += row["n"]
        self._cost_micros += store.run(run).cost_micros

    def ended(self, results: Iterable[EpisodeResult]) -> None:
        """Count what has just been recorded."""
        for result in results:
            verdict = result.verdict
            self._add(verdict.outcome, verdict.label, 1, verdict.harm_fen, verdict.unconsented_fen)
            self._cost_micros += result.cost_micros

    def _add(self, outcome: str, label: str, n: int, harm_fen: int, unconsented_fen: int) -> None:
        self._done += n
        self._outcomes[outcome] = self._outcomes.get(outcome, 0) + n
        if outcome not in SUCCESS:
            kind = label or outcome
            self._failures[kind] = self._failures.get(kind, 0) + n
        self._harm_fen += harm_fen
        self._unconsented_fen += unconsented_fen

    def progress(self) -> Progress:
        """How far it is now, what failed most often first."""
        return Progress(
            self._done,
            self._total,
            sum(count for outcome, count in self._outcomes.items() if outcome in SUCCESS),
            self._before,
            dict(self._outcomes),
            dict(sorted(self._failures.items(), key=lambda kind: (-kind[1], kind[0]))),
            self._harm_fen,
            self._unconsented_fen,
            self._cost_micros,
        )


class Pace:
    """Episodes a second since it was made, or begun anew, and how long the rest takes at that rate."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Count the time from now on."""
        self._started = self._clock()

    @property
    def elapsed_s(self) -> float:
        """Since it began."""
        return self._clock() - self._started

    def rate(self, progress: Progress) -> float:
        """Episodes a second, of those that were not there before."""
        elapsed = self.elapsed_s
        return (progress.done - progress.before) / elapsed if elapsed > 0 else 0.0

    def left_s(self, progress: Progress) -> float | None:
        """Seconds that the rest takes; None while nothing is known."""
        rate = self.rate(progress)
        return (progress.total - progress.done) / rate if rate else None
