"""What the screens read of a store, and the little that they change. Called from worker threads: each call opens the
file and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from mock_services.errors import BanshiError, UsageError
from scenarios.runs import housekeeping, listing
from scenarios.runs.comparing import Compared, LeftOut
from scenarios.runs.counts import PARTS
from scenarios.runs.matrix import Matrix, episodes_in, matrix
from scenarios.runs.schema import StoreError
from scenarios.runs.store import EpisodeRow, RunRow, Store
from scenarios.runs.sweeps import SweepRow, sweeps
from scenarios.stats.intervals import Rate
from tui.paging import PAGE, Pages
from tui.playback import Playback


class Board(msgspec.Struct, frozen=True):
    """What is on the board."""

    runs: list[RunRow]
    sweeps: list[SweepRow]


class Trend(msgspec.Struct, frozen=True):
    """How a run went: its outcomes, and of each of its :data:`~scenarios.runs.counts.PARTS`, in order, the share that
    succeeded.

    A part of which nothing is recorded is None. ``rate`` is the share of all with its interval; None before that is
    known.
    """

    outcomes: dict[str, int]
    shares: tuple[float | None, ...]
    rate: Rate | None = None


class Opened(msgspec.Struct, frozen=True):
    """A run as a list of episodes: the numbers of those that are listed, and the rows around one of them."""

    run: RunRow
    ordinals: Sequence[int]
    at: int
    page: int
    rows: list[EpisodeRow]


def board(path: Path | None) -> Board:
    """All runs and sweeps, newest first.

    Raises:
        BanshiError: the store cannot be read, or there is none.
    """
    with Store(path) as store:
        return Board(store.runs(), sweeps(store))


def trends(path: Path | None, runs: Sequence[RunRow]) -> dict[str, Trend]:
    """How each of these runs went.

    Raises:
        BanshiError: the store cannot be read.
    """
    found = {}
    with Store(path) as store:
        for run in runs:
            outcomes: dict[str, int] = {}
            done, good = [0] * PARTS, [0] * PARTS
            for row in store.groups(
                "SELECT part, outcome, sum(n) AS n, sum(succeeded) AS good FROM counts WHERE run = ?"
                " GROUP BY part, outcome",
                run.run,
            ):
                done[row["part"]] += row["n"]
                good[row["part"]] += row["good"]
                outcomes[row["outcome"]] = outcomes.get(row["outcome"], 0) + row["n"]
            shares = tuple(g / n if n else None for g, n in zip(good, done, strict=True))
            found[run.run] = Trend(outcomes, shares)
    return found


def with_intervals(found: dict[str, Trend], runs: Sequence[RunRow]) -> dict[str, Trend]:
    """The same with the intervals of their success rates. Slow the first time: it imports scipy."""
    from scenarios.stats.intervals import wilson

    return {
        run.run: msgspec.structs.replace(found[run.run], rate=wilson(run.succeeded, run.done))
        for run in runs
        if run.run in found and run.done
    }


def open_run(
    path: Path | None,
    run: str,
    words: Sequence[str] = (),
    *,
    worst_first: bool = False,
    beside: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Opened:
    """The episodes of a run that have all the words in them, and the page on which the number ``beside`` is.

    Raises:
        BanshiError: the store cannot be read, or has no such run.
    """
    with Store(path) as store:
        row = store.run(run)
        ordinals = listing.chosen(store, run, words, worst_first=worst_first, cancelled=cancelled)
        try:
            at = 0 if beside is None else ordinals.index(beside)
        except ValueError:
            at = 0
        page = at // PAGE
        return Opened(row, ordinals, at, page, listing.rows_at(store, run, ordinals[Pages.span(page)]))


def episode_rows(path: Path | None, run: str, ordinals: Sequence[int]) -> list[EpisodeRow]:
    """The episodes of a run with these numbers.

    Raises:
        BanshiError: the store cannot be read.
    """
    with Store(path) as store:
        return listing.rows_at(store, run, ordinals)


def episode_row(path: Path | None, run: str, ordinal: int) -> EpisodeRow:
    """One episode as it is listed.

    Raises:
        BanshiError: the store cannot be read, or has no such episode.
    """
    rows = episode_rows(path, run, [ordinal])
    if not rows:
        raise UsageError(f"run {run} has no episode {ordinal}")
    return rows[0]


def matrix_of(path: Path | None, runs: Sequence[RunRow], down: str, across: str) -> Matrix:
    """The episodes of runs by two axes; see :func:`scenarios.runs.matrix.matrix`.

    Raises:
        BanshiError: the store cannot be read.
    """
    with Store(path) as store:
        return matrix(store, runs, down, across)


def cell_of(
    path: Path | None, runs: Sequence[RunRow], down: tuple[str, str], across: tuple[str, str], most: int
) -> list[EpisodeRow]:
    """The episodes in one of its cells.

    Raises:
        BanshiError: the store cannot be read.
    """
    with Store(path) as store:
        return episodes_in(store, runs, down, across, most=most)


def compared(path: Path | None, a: str, b: str) -> tuple[Compared, tuple[LeftOut, ...]]:
    """Run B beside run A, and what could not be paired. Slow the first time: it imports scipy.

    Raises:
        BanshiError: they cannot be compared, with the reason, or the store cannot be read.
    """
    from scenarios.runs.comparing import compare_runs, left_out

    with Store(path) as store:
        return compare_runs(store, a, b), left_out(store, a, b)


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


def remove(path: Path | None, run: str) -> None:
    """Take a run out of the store, as ``banshi runs rm`` does.

    Raises:
        BanshiError: there is no such run, somebody works on it, or the store cannot be written to.
    """
    with Store(path, write=True) as store:
        housekeeping.remove(store, run)


def tag(path: Path | None, run: str, tags: Sequence[str]) -> None:
    """Give a run these tags, and no others.

    Raises:
        BanshiError: there is no such run, one of them is no tag, or the store cannot be written to.
    """
    with Store(path, write=True) as store:
        store.tag(run, tags)
