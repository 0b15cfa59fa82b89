"""Watching a run while it is recorded, by this process or by another: of its rows only those that are new are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import msgspec

from scenarios.results import OUTCOMES, SUCCESS
from scenarios.runs import lock
from scenarios.runs.listing import rows_at
from scenarios.runs.schema import plainly
from scenarios.runs.store import EpisodeRow, RunRow, Store
from scenarios.stats.intervals import Rate, wilson

NEWEST = 200
"""Failures that are remembered, the newest ones."""

WINDOW_S = 20.0
"""Over how long the rate is taken, so that it follows what happens and does not jump."""


class Family(msgspec.Struct, frozen=True):
    """The episodes of a family so far, by outcome."""

    name: str
    outcomes: dict[str, int]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    @property
    def succeeded(self) -> int:
        """Those that are a success."""
        return sum(n for outcome, n in self.outcomes.items() if outcome in SUCCESS)


class Reaction(msgspec.Struct, frozen=True):
    """Faults of one kind and phase that met one first reaction, and what came of them."""

    fault: str
    phase: str
    reaction: str
    fired: int
    resolved: int
    finished: int
    harm: int


class Seen(msgspec.Struct, frozen=True):
    """A run at one moment; ``success`` and ``harmful`` have their intervals, ``rate`` is in episodes a second.

    ``failures`` are the newest, the last first; ``pid`` is the process that works on it, as text, empty if none does.
    """

    run: RunRow
    families: tuple[Family, ...]
    fallback: tuple[Reaction, ...]
    failures: tuple[EpisodeRow, ...]
    success: Rate
    harmful: Rate
    rate: float
    left_s: float | None
    pid: str


class Follower:
    """Looks at one run again and again; what a look costs grows with what is new and not with what is there.

    From one thread at a time. ``clock`` is in seconds, and counts for the rate alone.
    """

    def __init__(self, path: Path | None, run: str, clock: Callable[[], float] = monotonic) -> None:
        self.run = run
        self._path, self._clock = path, clock
        self._paces: deque[tuple[float, int]] = deque()
        self._failures: deque[EpisodeRow] = deque(maxlen=NEWEST)
        self._mark = self._failed = 0

    def look(self) -> Seen:
        """The run as it is now.

        Raises:
            BanshiError: it is not there any more, or the store cannot be read.
        """
        with Store(self._path) as store:
            with plainly(store.path):
                store.db.execute("BEGIN")  # one moment for all that is read
            row = store.run(self.run)
            families, fallback = _families(store, self.run), _fallback(store, self.run)
            if self._mark:
                self._new_failures(store)
            if self._failed != row.done - row.succeeded:
                # Nothing is known yet, or rows were taken out and their numbers given again.
                self._all_failures(store)
                self._failed = row.done - row.succeeded
            owner = next(iter(store.groups("SELECT owner FROM runs WHERE run = ?", self.run)))["owner"]
        rate, left = self._pace(row)
        harmful = sum(family.outcomes["failed_harmful"] for family in families)
        return Seen(
            row,
            families,
            fallback,
            tuple(self._failures),
            wilson(row.succeeded, row.done),
            wilson(harmful, row.done),
            rate,
            left,
            lock.pid_of(owner) if row.live else "",
        )

    def _all_failures(self, store: Store) -> None:
        # The traces alone have numbers in the order in which they were written.
        self._mark = int(next(iter(store.groups("SELECT coalesce(max(rowid), 0) AS n FROM traces")))["n"])
        failed = store.groups(
            "SELECT ordinal FROM episodes INDEXED BY episodes_by_outcome WHERE run = ? AND success = 0"
            " ORDER BY ordinal DESC LIMIT ?",
            self.run,
            NEWEST,
        )
        self._failures.clear()
        self._failures.extend(rows_at(store, self.run, [one["ordinal"] for one in failed]))

    def _new_failures(self, store: Store) -> None:
        for row in store.groups(
            "SELECT traces.rowid AS mark, episodes.* FROM traces CROSS JOIN episodes USING (run, ordinal)"
            " WHERE traces.rowid > ? AND traces.run = ? ORDER BY traces.rowid",
            self._mark,
            self.run,
        ):
            self._mark = row["mark"]
            if not row["success"]:
                self._failed += 1
                data = {name: row[name] for name in EpisodeRow.__struct_fields__}
                self._failures.appendleft(msgspec.convert(data, EpisodeRow, strict=False))

    def _pace(self, row: RunRow) -> tuple[float, float | None]:
        now = self._clock()
        if self._paces and (row.done < self._paces[-1][1] or not row.live):
            self._paces.clear()  # while it stands still no time passes for it
        self._paces.append((now, row.done))
        while now - self._paces[0][0] > WINDOW_S and len(self._paces) > 2:
            self._paces.popleft()
        since, before = self._paces[0]
        rate = (row.done - before) / (now - since) if now > since and row.live else 0.0
        return rate, (row.planned - row.done) / rate if rate else None


def _families(store: Store, run: str) -> tuple[Family, ...]:
    found: dict[str, dict[str, int]] = {}
    for row in store.groups(
        "SELECT family, outcome, sum(n) AS n FROM counts WHERE run = ? GROUP BY family, outcome ORDER BY family", run
    ):
        found.setdefault(row["family"], dict.fromkeys(OUTCOMES, 0))[row["outcome"]] = row["n"]
    return tuple(Family(name, outcomes) for name, outcomes in found.items())


def _fallback(store: Store, run: str) -> tuple[Reaction, ...]:
    sums = ", ".join(f"sum({name})" for name in ("fired", "resolved", "finished", "harm"))
    return tuple(
        Reaction(*row)
        for row in store.groups(
            f"SELECT fault, phase, reaction, {sums} FROM fault_counts WHERE run = ?"  # noqa: S608 - names of ours
            " GROUP BY fault, phase, reaction ORDER BY fault, phase, reaction",
            run,
        )
    )
