"""A run as lines of JSON: for other tools to read, and for another store to take in exactly as it was.

The first line is the run, every further one an episode with its findings, its fallback rows and, if wanted, its trace.
Of a sweep the first line is the sweep, and its runs follow one after the other.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from mock_services.errors import UsageError
from scenarios.results import FallbackRow, Finding
from scenarios.runs import sweeps
from scenarios.runs.housekeeping import forget
from scenarios.runs.manifest import Manifest, SweepManifest, read_manifest
from scenarios.runs.schema import VERSION
from scenarios.runs.store import EpisodeRow, RunRow, Store, episode_of, pack
from scenarios.runs.summary import run_digest
from scenarios.runs.sweeps import is_sweep, runs_of, sweep

FORMAT = 1
AT_ONCE = 200
"""Episodes that are read and written together."""

_NOT_KEPT = frozenset({"run", "live"})


class Head(msgspec.Struct, frozen=True):
    """The first line of an archive. ``store`` is the version of the store that it was written from."""

    banshi: int
    store: int
    manifest: Manifest
    state: str
    planned: int
    digest: str
    wall_s: float
    created_at: str
    tags: tuple[str, ...] = ()
    cell: int = 0


class SweepHead(msgspec.Struct, frozen=True):
    """The first line of the archive of a sweep, of which ``runs`` are there."""

    banshi: int
    store: int
    sweep: SweepManifest
    planned: int
    runs: int
    created_at: str


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """An episode of an archive; ``trace`` is compressed by zlib and written in base 64, empty where it is left out."""

    episode: EpisodeRow
    findings: tuple[Finding, ...]
    fallback: tuple[FallbackRow, ...] = ()
    trace: str = ""


def lines_of(store: Store, name: str, *, traces: bool = True) -> Iterator[bytes]:
    """The lines of the archive of a run, or of a sweep, without line ends.

    Raises:
        UsageError: there is no such run or sweep.
        StoreError: the store cannot be read, or a trace is damaged.
    """
    if is_sweep(name):
        row = sweep(store, name)
        head = SweepHead(FORMAT, VERSION, row.read(), row.planned, len(row.runs), row.created_at)
        yield msgspec.json.encode(head)
    for run in runs_of(store, name):
        yield from _lines_of(store, run, traces)


def _lines_of(store: Store, row: RunRow, traces: bool) -> Iterator[bytes]:
    manifest, run = read_manifest(row.manifest), row.run
    yield msgspec.json.encode(
        Head(
            FORMAT,
            VERSION,
            manifest,
            row.state,
            row.planned,
            row.digest,
            row.wall_s,
            row.created_at,
            row.tags,
            row.cell,
        )
    )
    following = 0
    while rows := store.episodes(run, start=following, limit=AT_ONCE):
        following = rows[-1].ordinal + 1
        for one in rows:
            result = store.episode(run, one.ordinal)
            kept = b64encode(zlib.compress(result.trace, 6)).decode() if traces and result.trace else ""
            yield msgspec.json.encode(Line(one, result.verdict.findings, result.fallback, kept))


def take_in(store: Store, lines: Iterable[bytes]) -> str:
    """Record an archive as a run (or a sweep) of this store, under the next free number, and return that.

    Raises:
        UsageError: it is no archive of ours, from a newer banshi, or damaged; nothing was recorded.
        StoreError: the store cannot be written to; what was written is taken out again.
    """
    given = _Lines(lines)
    head = _head(given.take())
    if isinstance(head, Head):
        return _take_in(store, head, given)
    name, runs = sweeps.start(store, head.sweep, head.planned), 0
    try:
        while raw := given.take():
            one = _head(raw)
            if not isinstance(one, Head) or one.manifest not in head.sweep.cells[one.cell : one.cell + 1]:
                raise UsageError(f"line {given.number}: a run that is no cell of the sweep")
            _take_in(store, one, given, name)
            runs += 1
        if runs != head.runs:
            raise UsageError("the archive is not whole", fix="write it again with banshi export")
    except BaseException:
        with store.transaction():
            for run in sweep(store, name).runs:
                forget(store, run)
            store.db.execute("DELETE FROM sweeps WHERE sweep = ?", (name,))
        raise
    sweeps.leave(store, name)
    return name


class _Lines:
    """Lines with their numbers, and a look at the next one."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._next = next(self._lines, b"")
        self.number = 0

    def take(self) -> bytes:
        """The next line; empty at the end."""
        raw, self._next = self._next, next(self._lines, b"")
        self.number += 1
        return raw

    def episodes(self) -> Iterator[tuple[Line, bytes]]:
        """The episodes up to the next run, or to the end."""
        while self._next and not self._next.startswith(b'{"banshi":'):
            yield _line(self.take(), self.number)


def _take_in(store: Store, head: Head, given: _Lines, of: str = "") -> str:
    run = store.start(head.manifest, head.planned, tags=head.tags, sweep=of, cell=head.cell)
    try:
        episodes = given.episodes()
        while batch := list(islice(episodes, AT_ONCE)):
            store.append(run, [pack(episode_of(line.episode, line.findings, line.fallback, t)) for line, t in batch])
        row = store.run(run)
        if head.state == "finished" and (row.done != head.planned or run_digest(store.digests(run)) != head.digest):
            raise UsageError("the archive is not whole", fix="write it again with banshi export")
    except BaseException:
        with store.transaction():
            forget(store, run)
        raise
    finished = head.state == "finished"
    store.leave(run, state="finished" if finished else "stopped", wall_s=head.wall_s, digest=head.digest)
    return run


def _head(raw: bytes) -> Head | SweepHead:
    try:
        told: dict[str, Any] = msgspec.json.decode(raw, type=dict)
        if int(told["banshi"]) > FORMAT:
            raise UsageError(f"an archive of format {told['banshi']}, this banshi reads {FORMAT}", fix="update banshi")
        return msgspec.convert(told, SweepHead) if "sweep" in told else msgspec.convert(told, Head)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise UsageError("it is no archive of a run", fix="banshi export RUN -o FILE.jsonl writes one") from error


def _line(raw: bytes, number: int) -> tuple[Line, bytes]:
    try:
        line = msgspec.json.decode(raw, type=Line)
        trace = zlib.decompress(b64decode(line.trace, validate=True)) if line.trace else b""
    except (msgspec.MsgspecError, ValueError, zlib.error) as error:
        raise UsageError(f"line {number} is damaged: {str(error)[:120]}") from error
    if trace and sha256(trace).hexdigest() != line.episode.digest:
        raise UsageError(f"line {number}: the trace is not the one that was recorded")
    return line, trace
