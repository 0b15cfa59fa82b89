"""What a run tells of itself while it goes on: typed events, each a line of JSON, for scripts and for the screens.

``banshi run --events`` writes them, :class:`scenarios.runs.background.Background` reads them. Rates and times left are
of the wall clock, and are told, never recorded. Whoever reads them passes over kinds and fields that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from scenarios.results import EpisodeResult, FallbackRow
from scenarios.runs.plaintext import escape_json
from scenarios.runs.progress import Pace, Progress
from scenarios.runs.store import RunRow

EVERY_S = 0.25
"""How often progress is told at most; the first and the last are told whatever the time."""


class _Event(msgspec.Struct, frozen=True, tag_field="event"):
    """Told by ``event``, its kind in snake case."""


class SweepStarted(_Event, frozen=True, tag="sweep_started"):
    """Several runs are carried out as one: ``cells`` of them, ``planned`` episodes in all."""

    sweep: str
    cells: int
    planned: int
    resumed: bool = False


class RunStarted(_Event, frozen=True, tag="run_started"):
    """A run goes on, or begins: ``done`` of its ``planned`` episodes were there before."""

    run: str
    suite: str
    agent: str
    options: dict[str, Any]
    seed: int
    planned: int
    done: int = 0
    resumed: bool = False
    tags: tuple[str, ...] = ()
    sweep: str = ""
    cell: int = 0


class Advanced(Progress, frozen=True, kw_only=True, tag_field="event", tag="progress"):
    """How far all is that the command carries out: one run, or every cell of a sweep.

    ``run`` is the one that is under way, ``rate`` in episodes a second, ``left_s`` None while nothing is known.
    """

    run: str
    rate: float
    left_s: float | None


class EpisodeEnded(_Event, frozen=True, tag="episode_ended"):
    """An episode was recorded. Amounts are fen, times virtual milliseconds; ``fallback`` are the faults that fired."""

    run: str
    ordinal: int
    episode: str
    scenario: str
    plan: str
    family: str
    locale: str
    outcome: str
    success: bool
    level: int = 0
    label: str = ""
    error: str = ""
    quality: float = 0.0
    harm_fen: int = 0
    unconsented_fen: int = 0
    spent_fen: int = 0
    calls: int = 0
    asks: int = 0
    virtual_ms: int = 0
    cost_micros: int = 0
    fallback: tuple[FallbackRow, ...] = ()


class Said(_Event, frozen=True, tag="said"):
    """A sentence about something that went wrong and did not end the run."""

    text: str


class RunEnded(_Event, frozen=True, tag="run_ended"):
    """A run is ``finished``, with its digest, or ``stopped``, and can be resumed."""

    run: str
    state: str
    planned: int
    done: int
    succeeded: int
    wall_s: float
    digest: str = ""
    sweep: str = ""


class SweepEnded(_Event, frozen=True, tag="sweep_ended"):
    """All cells of a sweep are finished, or it was stopped and can be resumed."""

    sweep: str
    state: str
    digest: str = ""


Event = SweepStarted | RunStarted | Advanced | EpisodeEnded | Said | RunEnded | SweepEnded

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> str:
    """An event as a line of JSON, without its end; control characters are escaped."""
    return escape_json(msgspec.json.encode(event).decode())


def decode_event(line: bytes) -> Event | None:
    """The event of a line; None if it is of a kind that is not known here.

    Raises:
        msgspec.DecodeError: the line is no JSON.
    """
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError:
        return None


def episode_ended(run: str, result: EpisodeResult) -> EpisodeEnded:
    """The event of an episode of a run."""
    verdict = result.verdict
    return EpisodeEnded(
        run,
        result.ordinal,
        result.id,
        result.scenario,
        result.plan,
        result.family,
        result.locale,
        verdict.outcome,
        verdict.success,
        result.level,
        verdict.label,
        result.error,
        verdict.quality,
        verdict.harm_fen,
        verdict.unconsented_fen,
        result.spent_fen,
        result.calls,
        result.asks,
        result.virtual_ms,
        result.cost_micros,
        result.fallback,
    )


def run_started(row: RunRow, *, resumed: bool) -> RunStarted:
    """The event of a run that was opened."""
    return RunStarted(
        row.run,
        row.suite,
        row.agent,
        row.options,
        row.seed,
        row.planned,
        row.done,
        resumed,
        row.tags,
        row.sweep,
        row.cell,
    )


def run_ended(row: RunRow) -> RunEnded:
    """The event of a run that was left."""
    return RunEnded(
        row.run, row.state, row.planned, row.done, row.succeeded, round(row.wall_s, 3), row.digest, row.sweep
    )


class Teller:
    """Tells a run's progress as events, not more often than anybody can read."""

    def __init__(self, tell: Callable[[Event], None], pace: Pace | None = None) -> None:
        """``tell`` takes the events in order."""
        self.tell = tell
        self._pace = pace or Pace()
        self._told_at = float("-inf")

    def ended(self, run: str, results: list[EpisodeResult]) -> None:
        """Tell of episodes that were recorded."""
        for result in results:
            self.tell(episode_ended(run, result))

    def progress(self, run: str, progress: Progress) -> None:
        """Tell how far it is, if it is time to."""
        now = self._pace.elapsed_s
        if progress.done < progress.total and now - self._told_at < EVERY_S:
            return
        self._told_at = now
        left = self._pace.left_s(progress)
        rate = round(self._pace.rate(progress), 2)
        given = {name: getattr(progress, name) for name in Progress.__struct_fields__}
        self.tell(Advanced(**given, run=run, rate=rate, left_s=None if left is None else round(left, 1)))
