"""The store: every run and every episode, in one SQLite file that can be read at any time with any SQLite tool."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from mock_services.errors import UsageError
from mock_services.extras import Extra
from scenarios.results import EpisodeResult, FallbackRow, Finding, Verdict, episode_id
from scenarios.runs import counts, lock
from scenarios.runs.database import Database
from scenarios.runs.manifest import Manifest, read_manifest
from scenarios.runs.naming import did_you_mean
from scenarios.runs.schema import StoreError
from scenarios.runs.tags import read_tags

NOW = "CAST(strftime('%s', 'now') AS INTEGER)"
"""Seconds since 1970, in SQL."""

_RUNS = (
    f"SELECT runs.*, {NOW} - heartbeat_at AS age, (SELECT group_concat(tag) FROM"  # noqa: S608 - fixed text
    " (SELECT tag FROM tags WHERE tags.run = runs.run ORDER BY tag)) AS tagged FROM runs"
)
_OF_VERDICT = frozenset(("success", *(name for name in Verdict.__struct_fields__ if name != "findings")))
_SUMMED = ("spent_fen", "asks", "virtual_ms", "harm_fen", "unconsented_fen", "orphaned_fen", "disclosures",
           "cost_micros")  # fmt: skip


class Finished(msgspec.Struct, frozen=True):
    """A result on its way to the store: ``result.trace`` is empty, ``packed`` is the trace, compressed."""

    result: EpisodeResult
    packed: bytes


def pack(result: EpisodeResult, traces: str = "all") -> Finished:
    """Compress the trace, where the episode ran and not where it is written; one that is not to be kept is dropped.

    Beyond this level it takes twice the time for a fifth less.
    """
    kept = result.trace and (traces == "all" or (traces == "failures" and not result.verdict.success))
    return Finished(msgspec.structs.replace(result, trace=b""), zlib.compress(result.trace, 3) if kept else b"")


class RunRow(msgspec.Struct, frozen=True):
    """A run as it is listed. ``live``: a process is working on it now; ``created_at`` is wall-clock UTC.

    ``quality`` is the mean over its episodes; the figures after it are sums over them. ``sweep`` is the one that it
    belongs to, as its cell of this number; empty of a run by itself.
    """

    run: str
    created_at: str
    suite: str
    suite_hash: str
    agent: str
    options: dict[str, Any]
    seed: int
    manifest: str
    state: str
    planned: int
    done: int
    succeeded: int
    digest: str
    wall_s: float
    live: bool
    quality: float = 0.0
    spent_fen: int = 0
    asks: int = 0
    virtual_ms: int = 0
    harm_fen: int = 0
    unconsented_fen: int = 0
    orphaned_fen: int = 0
    disclosures: int = 0
    cost_micros: int = 0
    tags: tuple[str, ...] = ()
    sweep: str = ""
    cell: int = 0

    @property
    def services(self) -> tuple[Extra, ...]:
        """The services beyond the built-in ones that it uses."""
        return read_manifest(self.manifest).services


class EpisodeRow(msgspec.Struct, frozen=True):
    """An episode as it is listed: everything but its findings, fallback rows and trace."""

    run: str
    ordinal: int
    scenario: str
    family: str
    locale: str
    plan: str
    agent: str
    seed: int
    outcome: str
    success: bool
    expected: str
    label: str
    terminated: bool
    truncated: bool
    error: str
    calls: int
    asks: int
    spent_fen: int
    harm_fen: int
    unconsented_fen: int
    virtual_ms: int
    digest: str
    epsilon: int = 0
    quality: float = 0.0
    stage: str = ""
    orphaned_fen: int = 0
    disclosures: int = 0
    level: int = 0
    cost_micros: int = 0

    @property
    def id(self) -> str:
        """What it is called; see :func:`scenarios.results.episode_id`."""
        return episode_id(self.scenario, self.plan, self.epsilon, self.seed)


class Store(Database):
    """An open store: what is recorded of runs and of their episodes."""

    # --- writing ---------------------------------------------------------------------------------------------

    def start(
        self, manifest: Manifest, planned: int, *, tags: Iterable[str] = (), sweep: str = "", cell: int = 0
    ) -> str:
        """Open a new run for this process and return its id; with ``sweep`` it is that cell of it.

        Raises:
            UsageError: one of the tags is none.
        """
        with self.transaction():
            number = int(self.db.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()[0])
            run = f"r{number:04d}"
            self.insert(
                "runs",
                {
                    "run": run,
                    "number": number,
                    "suite": manifest.suite,
                    "suite_hash": manifest.suite_hash,
                    "agent": manifest.agent,
                    "options": msgspec.json.encode(manifest.options, order="sorted").decode(),
                    "seed": manifest.seed,
                    "manifest": manifest.encode(),
                    "state": "running",
                    "planned": planned,
                    "owner": lock.this_process(),
                    "sweep": sweep or None,
                    "cell": cell,
                },
            )
            self._tag(run, read_tags(tags))
            self._beat(run)
        return run

    def tag(self, run: str, tags: Iterable[str]) -> None:
        """Give a run these tags, and no others.

        Raises:
            UsageError: one of them is none, or there is no such run.
        """
        self.run(run)
        wanted = read_tags(tags)
        with self.transaction():
            self.db.execute("DELETE FROM tags WHERE run = ?", (run,))
            self._tag(run, wanted)

    def _tag(self, run: str, tags: Sequence[str]) -> None:
        self.insert("tags", *({"run": run, "tag": tag} for tag in tags))

    def claim(self, run: str) -> None:
        """Open an unfinished run for this process.

        Raises:
            StoreError: another process has it open.
            UsageError: no such run.
        """
        self.run(run)
        with self.transaction():
            owner, age = self.db.execute(
                f"SELECT owner, {NOW} - heartbeat_at FROM runs WHERE run = ?",  # noqa: S608 - fixed text
                (run,),
            ).fetchone()
            if owner and lock.is_alive(owner, age):
                raise StoreError(
                    f"run {run} is open in process {lock.pid_of(owner)}",
                    where=str(self.path),
                    fix="wait for it, or stop that process first",
                )
            self.db.execute("UPDATE runs SET state = 'running', owner = ? WHERE run = ?", (lock.this_process(), run))
            self._beat(run)

    def append(self, run: str, batch: Sequence[Finished]) -> None:
        """Record episodes that ended: all rows of all of them, or none.

        Raises:
            StoreError: the store takes them not, or the run is not open in this process any more.
        """
        with self.transaction():
            self._ensure_ours(run)
            rows = [_episode_row(item.result) for item in batch]
            faults = [
                (item.result, n, msgspec.structs.asdict(row))
                for item in batch
                for n, row in enumerate(item.result.fallback)
            ]
            self.insert("episodes", *({"run": run} | row for row in rows))
            self.insert("fallback", *({"run": run, "ordinal": of.ordinal, "n": n} | row for of, n, row in faults))
            self.insert("traces", *({"run": run} | _trace_row(item) for item in batch))
            # Counted here, so that a list of runs counts no episodes; in whole numbers, whatever order they come in.
            counts.count(self.db, run, rows)
            counts.count_faults(self.db, run, ((of.plan, row) for of, _, row in faults))
            added = {name: sum(row[name] for row in rows) for name in _SUMMED}
            added |= {"done": len(rows), "succeeded": sum(row["success"] for row in rows)}
            added["quality_milli"] = sum(round(row["quality"] * 1000) for row in rows)
            self.db.execute(
                f"UPDATE runs SET {', '.join(f'{name} = {name} + :{name}' for name in added)} WHERE run = :run",  # noqa: S608 - names of ours
                added | {"run": run},
            )
            self._beat(run)

    def leave(self, run: str, *, state: str, wall_s: float, digest: str = "") -> None:
        """Close a run: ``finished`` with its digest, or ``stopped``. ``wall_s`` is added to what earlier parts took.

        One that another process has opened meanwhile is left to it.
        """
        with self.transaction():
            self.db.execute(
                "UPDATE runs SET state = ?, owner = '', digest = ?, wall_s = wall_s + ?"
                " WHERE run = ? AND owner IN ('', ?)",
                (state, digest, wall_s, run, lock.this_process()),
            )

    def release(self, run: str) -> None:
        """Give a run up after a failure. A store that takes no more writes is no obstacle: the lock dies with us."""
        with suppress(StoreError), self.transaction():
            self.db.execute(
                "UPDATE runs SET state = 'stopped', owner = '' WHERE run = ? AND owner IN ('', ?)",
                (run, lock.this_process()),
            )

    def _ensure_ours(self, run: str) -> None:
        """Whoever has a run open is told by clocks where they are on two machines, and clocks are wrong at times."""
        (owner,) = self.db.execute("SELECT owner FROM runs WHERE run = ?", (run,)).fetchone() or ("",)
        if owner != lock.this_process():
            raise StoreError(
                f"run {run} is not open here any more: "
                + (f"process {lock.pid_of(owner)} took it over" if owner else "it was closed or taken out"),
                where=str(self.path),
                fix="what was recorded is kept; see `banshi runs`",
            )

    def _beat(self, run: str) -> None:
        self.db.execute(f"UPDATE runs SET heartbeat_at = {NOW} WHERE run = ?", (run,))  # noqa: S608 - fixed text

    # --- reading ---------------------------------------------------------------------------------------------

    def runs(self, *, tags: Iterable[str] = ()) -> list[RunRow]:
        """All runs, or those that have all of these tags, newest first."""
        wanted = sorted(set(tags))
        having = " AND ".join("run IN (SELECT run FROM tags WHERE tag = ?)" for _ in wanted) or "1"
        return [_run_row(row) for row in self.groups(f"{_RUNS} WHERE {having} ORDER BY number DESC", *wanted)]

    def tags(self) -> dict[str, int]:
        """Every tag that is in use, and how many runs have it."""
        return {row["tag"]: row["n"] for row in self.groups("SELECT tag, count(*) AS n FROM tags GROUP BY tag")}

    def run(self, run: str) -> RunRow:
        """One run.

        Raises:
            UsageError: there is none of this id; the near ones are named, or those of the sweep of this name.
        """
        for row in self.groups(f"{_RUNS} WHERE run = ?", run):
            return _run_row(row)
        cells = [row["run"] for row in self.groups("SELECT run FROM runs WHERE sweep = ? ORDER BY cell", run)]
        if cells:
            told = ", ".join(cells[:8]) + (" …" if len(cells) > 8 else "")
            raise UsageError(f"{run} is a sweep of several runs", fix=f"name one of them: {told}")
        known = [row["run"] for row in self.groups("SELECT run FROM runs ORDER BY number DESC LIMIT 200")]
        raise UsageError(f"there is no run {run!r}", fix=did_you_mean(run, known, "see `banshi runs`"))

    def unfinished(self, manifest: str) -> RunRow | None:
        """The newest unfinished run by itself with this manifest that no process is working on."""
        found = self.groups(
            f"{_RUNS} WHERE manifest = ? AND sweep IS NULL AND state <> 'finished' ORDER BY number DESC", manifest
        )
        return next((run for run in map(_run_row, found) if not run.live), None)

    def recorded(self, run: str, planned: int) -> bytearray:
        """For each of the planned episodes 1 if it is there, and 0 if it is not."""
        there = bytearray(planned)
        for row in self.stream("SELECT ordinal FROM episodes WHERE run = ?", run):
            there[row["ordinal"]] = 1
        return there

    def digests(self, run: str) -> Iterator[str]:
        """The traces' digests in scenario order."""
        return (row["digest"] for row in self.stream("SELECT digest FROM episodes WHERE run = ? ORDER BY ordinal", run))

    def episodes(self, run: str, *, ordinal: int | None = None, start: int = 0, limit: int = -1) -> list[EpisodeRow]:
        """Episodes of a run in scenario order, from the ordinal ``start`` on."""
        where = "run = ? AND ordinal >= ?"
        args: list[Any] = [run, start]
        if ordinal is not None:
            where += " AND ordinal = ?"
            args.append(ordinal)
        sql = f"SELECT * FROM episodes WHERE {where} ORDER BY ordinal LIMIT ?"  # noqa: S608 - fixed text
        return [_listed(row) for row in self.groups(sql, *args, limit)]

    def episodes_of(self, scenario: str) -> list[EpisodeRow]:
        """Every episode of a scenario, of the newest run first."""
        return [
            _listed(row)
            for row in self.groups(
                "SELECT episodes.* FROM episodes JOIN runs USING (run) WHERE scenario = ?"
                " ORDER BY runs.number DESC, ordinal",
                scenario,
            )
        ]

    def scenarios(self, run: str = "") -> list[str]:
        """The ids of all scenarios that were run, or that one run has."""
        where, args = ("WHERE run = ?", (run,)) if run else ("", ())
        sql = f"SELECT DISTINCT scenario FROM episodes {where} ORDER BY scenario"  # noqa: S608 - fixed text
        return [row["scenario"] for row in self.groups(sql, *args)]

    def episode(self, run: str, ordinal: int) -> EpisodeResult:
        """A whole episode, with verdict, fallback rows and trace.

        Raises:
            UsageError: the run has no such episode.
            StoreError: its trace is damaged.
        """
        for row in self.episodes(run, ordinal=ordinal):
            return self._whole(row)
        raise UsageError(f"run {run} has no episode {ordinal}", fix=f"banshi show --run {run}")

    def _whole(self, row: EpisodeRow) -> EpisodeResult:
        kept = next(
            iter(self.groups("SELECT findings, trace FROM traces WHERE run = ? AND ordinal = ?", row.run, row.ordinal))
        )
        fallback = self.groups("SELECT * FROM fallback WHERE run = ? AND ordinal = ? ORDER BY n", row.run, row.ordinal)
        try:
            trace = zlib.decompress(kept["trace"] or zlib.compress(b""))
            findings = msgspec.json.decode(kept["findings"], type=tuple[Finding, ...])
        except (zlib.error, msgspec.DecodeError) as error:
            raise StoreError(f"the trace of {row.run}:{row.ordinal} is damaged", where=str(self.path)) from error
        rows = tuple(msgspec.convert(dict(line), FallbackRow, strict=False) for line in fallback)
        return episode_of(row, findings, rows, trace)


def episode_of(
    row: EpisodeRow, findings: tuple[Finding, ...], fallback: tuple[FallbackRow, ...], trace: bytes
) -> EpisodeResult:
    """An episode out of its parts."""
    same = {name: getattr(row, name) for name in EpisodeResult.__struct_fields__ if hasattr(row, name)}
    judged = {name: getattr(row, name) for name in _OF_VERDICT if name != "success"}
    return EpisodeResult(**same, verdict=Verdict(findings=findings, **judged), fallback=fallback, trace=trace)


def _episode_row(result: EpisodeResult) -> dict[str, Any]:
    names = (name for name in EpisodeRow.__struct_fields__ if name != "run")
    return {name: getattr(result.verdict if name in _OF_VERDICT else result, name) for name in names}


def _trace_row(item: Finished) -> dict[str, Any]:
    findings = msgspec.json.encode(item.result.verdict.findings).decode()
    return {"ordinal": item.result.ordinal, "findings": findings, "trace": item.packed or None}


def _listed(row: sqlite3.Row) -> EpisodeRow:
    return msgspec.convert(dict(row), EpisodeRow, strict=False)


def _run_row(row: sqlite3.Row) -> RunRow:
    data = {name: row[name] for name in row.keys() if name in RunRow.__struct_fields__}  # noqa: SIM118 - a Row iterates over values
    data["options"] = msgspec.json.decode(row["options"])
    data["quality"] = round(row["quality_milli"] / row["done"] / 1000, 6) if row["done"] else 0.0
    data["tags"] = tuple(row["tagged"].split(",")) if row["tagged"] else ()
    data["sweep"] = row["sweep"] or ""
    live = row["state"] == "running" and lock.is_alive(row["owner"], row["age"])
    return RunRow(**data, live=live)
