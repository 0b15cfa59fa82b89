"""What the screens read of a store. Called from worker threads: each call opens the file, reads, and closes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from mock_services.errors import BanshiError, UsageError
from scenarios.results import OUTCOMES
from scenarios.runs.schema import StoreError
from scenarios.runs.store import EpisodeRow, RunRow, Store
from tui.playback import Playback

FIRST_BATCH, BATCH = 500, 20_000
"""The first rows of a long list are there at once; the others follow in larger parts."""


class BoardRow(msgspec.Struct, frozen=True):
    """A run on the board. ``low`` and ``high`` bound its success rate (95 %, Wilson); None before they are known."""

    run: RunRow
    harm_fen: int
    outcomes: dict[str, int]
    low: float | None = None
    high: float | None = None


class EpisodeEntry(msgspec.Struct, frozen=True):
    """An episode in a list; ``haystack`` is what a filter looks into."""

    row: EpisodeRow
    haystack: str


def board(path: Path | None) -> list[BoardRow]:
    """All runs, newest first, without intervals.

    Raises:
        BanshiError: the store cannot be read, or there is none.
    """
    with Store(path) as store:
        runs = store.runs()
        harm: dict[str, int] = {}
        outcomes: dict[str, dict[str, int]] = {run.run: {} for run in runs}
        for row in store.groups(
            "SELECT run, outcome, count(*) AS n, sum(harm_fen) AS harm FROM episodes GROUP BY run, outcome"
        ):
            harm[row["run"]] = harm.get(row["run"], 0) + row["harm"]
            outcomes.setdefault(row["run"], {})[row["outcome"]] = row["n"]
    return [BoardRow(run, harm.get(run.run, 0), outcomes[run.run]) for run in runs]


def with_intervals(rows: list[BoardRow]) -> list[BoardRow]:
    """The same runs with the intervals of their success rates. Slow the first time: it imports scipy."""
    from scenarios.stats.intervals import wilson

    made = []
    for row in rows:
        rate = wilson(row.run.succeeded, row.run.done)
        made.append(msgspec.structs.replace(row, low=rate.low, high=rate.high) if rate.n else row)
    return made


def episodes(path: Path | None, run: str) -> Iterator[list[EpisodeEntry]]:
    """The episodes of a run in batches, in scenario order.

    Raises:
        BanshiError: the store cannot be read, or has no such run.
    """
    with Store(path) as store:
        store.run(run)
        offset, size = 0, FIRST_BATCH
        while rows := store.episodes(run, offset=offset, limit=size):
            yield [EpisodeEntry(row, _haystack(row)) for row in rows]
            offset, size = offset + size, BATCH


def playback(path: Path | None, run: str, ordinal: int) -> Playback:
    """One episode, ready to be stepped through.

    Raises:
        BanshiError: the store cannot be read, has no such episode, or its trace is damaged.
    """
    with Store(path) as store:
        result = store.episode(run, ordinal)
    if not result.trace:
        raise UsageError(f"the trace of {result.id} was not kept", fix="run it again with --trace all")
    try:
        return Playback(result)
    except BanshiError:
        raise
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"the trace of {run}:{ordinal} is damaged", fix="banshi run the episode again") from error


def severity(row: EpisodeRow) -> int:
    """How far down the list of outcomes an episode stands: a failure has more than any success."""
    return OUTCOMES.index(row.outcome) if row.outcome in OUTCOMES else len(OUTCOMES)


def _haystack(row: EpisodeRow) -> str:
    parts = (row.id, row.family, row.locale, row.outcome, row.label, row.error)
    return " ".join(parts).casefold()
