"""Watching a run while it is recorded, by this process or by another: what is new is read, the rest is remembered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import msgspec

from scenarios.results import OUTCOMES, SUCCESS
from scenarios.runs import lock
from scenarios.runs.schema import plainly
from scenarios.runs.store import EpisodeRow, RunRow, Store
from scenarios.stats.intervals import Rate, wilson

NEWEST = 200
"""Failures that are remembered, the newest ones."""

WINDOW_S = 20.0
"""Over how long the rate is taken, so that it follows what happens and does not jump."""


class Family(msgspec.Struct):
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


class Reaction(msgspec.Struct):
    """Faults of one kind and phase that met one first reaction, and what came of them."""

    fault: str
    phase: str
    reaction: str
    fired: int = 0
    resolved: int = 0
    finished: int = 0
    harm: int = 0


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
        self._forget()

    def _forget(self) -> None:
        self._mark = 0
        self._families: dict[str, Family] = {}
        self._fallback: dict[tuple[str, str, str], Reaction] = {}
        self._failures: deque[EpisodeRow] = deque(maxlen=NEWEST)

    def look(self) -> Seen:
        """The run as it is now.

        Raises:
            BanshiError: it is not there any more, or the store cannot be read.
        """
        with Store(self._path) as store:
            with plainly(store.path):
                store.db.execute("BEGIN")  # one moment for all that is read
            row = store.run(self.run)
            if self._mark:
                self._read_on(store)
            if self._counted != row.done:
                # Nothing is known yet, or rows were taken out and their numbers given again.
                self._read_all(store)
            owner = next(iter(store.groups("SELECT owner FROM runs WHERE run = ?", self.run)))["owner"]
        rate, left = self._pace(row)
        families = [msgspec.structs.replace(one, outcomes=dict(one.outcomes)) for one in self._families.values()]
        harmful = sum(family.outcomes.get("failed_harmful", 0) for family in self._families.values())
        return Seen(
            row,
            tuple(sorted(families, key=lambda one: one.name)),
            tuple(msgspec.structs.replace(one) for _, one in sorted(self._fallback.items())),
            tuple(self._failures),
            wilson(row.succeeded, row.done),
            wilson(harmful, row.done),
            rate,
            left,
            lock.pid_of(owner) if row.live else "",
        )

    @property
    def _counted(self) -> int:
        return sum(family.n for family in self._families.values())

    def _read_all(self, store: Store) -> None:
        self._forget()
        # The traces alone have numbers in the order in which they were written.
        self._mark = int(next(iter(store.groups("SELECT coalesce(max(rowid), 0) AS n FROM traces")))["n"])
        for row in store.groups(
            "SELECT family, outcome, count(*) AS n FROM episodes WHERE run = ? GROUP BY family, outcome", self.run
        ):
            self._add(row["family"], row["outcome"], row["n"])
        for row in store.groups(
            "SELECT fault, phase, reaction, count(*) AS fired, sum(resolved) AS resolved, sum(finished) AS finished,"
            " sum(harm) AS harm FROM fallback WHERE run = ? GROUP BY fault, phase, reaction",
            self.run,
        ):
            self._fallback[row["fault"], row["phase"], row["reaction"]] = Reaction(*row)
        failed = store.groups(
            "SELECT ordinal FROM episodes INDEXED BY episodes_by_outcome WHERE run = ? AND success = 0"
            " ORDER BY ordinal DESC LIMIT ?",
            self.run,
            NEWEST,
        )
        for one in failed:
            self._failures.extend(store.episodes(self.run, ordinal=one["ordinal"]))

    def _read_on(self, store: Store) -> None:
        new = "FROM traces CROSS JOIN {0} USING (run, ordinal) WHERE traces.rowid > ? AND traces.run = ?"
        mark = self._mark
        for row in store.groups(f"SELECT traces.rowid AS mark, episodes.* {new.format('episodes')}", mark, self.run):
            self._mark = max(self._mark, row["mark"])
            self._add(row["family"], row["outcome"], 1)
            if not row["success"]:
                data = {name: row[name] for name in EpisodeRow.__struct_fields__}
                self._failures.appendleft(msgspec.convert(data, EpisodeRow, strict=False))
        for row in store.groups(f"SELECT fallback.* {new.format('fallback')}", mark, self.run):
            key = row["fault"], row["phase"], row["reaction"]
            one = self._fallback.setdefault(key, Reaction(*key))
            one.fired += 1
            one.resolved += row["resolved"]
            one.finished += row["finished"]
            one.harm += row["harm"]

    def _add(self, family: str, outcome: str, n: int) -> None:
        counts = self._families.setdefault(family, Family(family, dict.fromkeys(OUTCOMES, 0))).outcomes
        counts[outcome] = counts.get(outcome, 0) + n

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
