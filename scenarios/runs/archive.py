"""A run as lines of JSON: for other tools to read, and for another store to take in exactly as it was.

The first line is the run, every further one an episode with its findings, its fallback rows and, if wanted, its trace.
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
from scenarios.runs.manifest import Manifest, read_manifest
from scenarios.runs.schema import VERSION
from scenarios.runs.store import EpisodeRow, Store, episode_of, pack
from scenarios.runs.summary import run_digest

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


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """An episode of an archive; ``trace`` is compressed by zlib and written in base 64, empty where it is left out."""

    episode: EpisodeRow
    findings: tuple[Finding, ...]
    fallback: tuple[FallbackRow, ...] = ()
    trace: str = ""


def lines_of(store: Store, run: str, *, traces: bool = True) -> Iterator[bytes]:
    """The lines of a run's archive, without line ends.

    Raises:
        UsageError: there is no such run.
        StoreError: the store cannot be read, or a trace is damaged.
    """
    row = store.run(run)
    manifest = read_manifest(row.manifest)
    yield msgspec.json.encode(
        Head(FORMAT, VERSION, manifest, row.state, row.planned, row.digest, row.wall_s, row.created_at, row.tags)
    )
    following = 0
    while rows := store.episodes(run, start=following, limit=AT_ONCE):
        following = rows[-1].ordinal + 1
        for one in rows:
            result = store.episode(run, one.ordinal)
            kept = b64encode(zlib.compress(result.trace, 6)).decode() if traces and result.trace else ""
            yield msgspec.json.encode(Line(one, result.verdict.findings, result.fallback, kept))


def take_in(store: Store, lines: Iterable[bytes]) -> str:
    """Record an archive as a run of this store, under the next free number, and return that.

    Raises:
        UsageError: it is no archive of ours, from a newer banshi, or damaged; nothing was recorded.
        StoreError: the store cannot be written to; what was written is taken out again.
    """
    given = iter(lines)
    head = _head(next(given, b""))
    run = store.start(head.manifest, head.planned, tags=head.tags)
    try:
        number = 1
        while batch := [_line(raw, number + i) for i, raw in enumerate(islice(given, AT_ONCE), 1)]:
            store.append(run, [pack(episode_of(line.episode, line.findings, line.fallback, t)) for line, t in batch])
            number += len(batch)
        row = store.run(run)
        if head.state == "finished" and (row.done != head.planned or run_digest(store.digests(run)) != head.digest):
            raise UsageError("the archive is not whole", fix="write it again with banshi export")
    except BaseException:
        from scenarios.runs.housekeeping import TABLES

        with store.transaction():
            for table in TABLES:
                store.db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 - names of ours
        raise
    finished = head.state == "finished"
    store.leave(run, state="finished" if finished else "stopped", wall_s=head.wall_s, digest=head.digest)
    return run


def _head(raw: bytes) -> Head:
    try:
        told: dict[str, Any] = msgspec.json.decode(raw, type=dict)
        if int(told["banshi"]) > FORMAT:
            raise UsageError(f"an archive of format {told['banshi']}, this banshi reads {FORMAT}", fix="update banshi")
        return msgspec.json.decode(raw, type=Head)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise UsageError("it is no archive of a run", fix="banshi export RUN -o FILE.jsonl writes one") from error


def _line(raw: bytes, number: int) -> tuple[Line, bytes]:
    try:
        line = msgspec.json.decode(raw, type=Line)
        trace = zlib.decompress(b64decode(line.trace, validate=True)) if line.trace else b""
    except (msgspec.MsgspecError, ValueError, zlib.error) as error:
        raise UsageError(f"line {number + 1} is damaged: {str(error)[:120]}") from error
    if trace and sha256(trace).hexdigest() != line.episode.digest:
        raise UsageError(f"line {number + 1}: the trace is not the one that was recorded")
    return line, trace
