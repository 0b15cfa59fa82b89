"""A run as tables: Parquet for DuckDB, Polars or pandas, and JUnit XML for what shows tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

import msgspec

from mock_services.errors import UsageError
from scenarios.results import FallbackRow
from scenarios.runs.plaintext import plain
from scenarios.runs.store import EpisodeRow, Store

if TYPE_CHECKING:
    import pyarrow

AT_ONCE = 10_000
_PLAIN = {str: "string", int: "int64", float: "float64", bool: "bool_"}


def write_parquet(store: Store, run: str, folder: Path) -> list[Path]:
    """Write ``episodes.parquet`` and ``fallback.parquet`` into a folder, which is made; returns the files.

    Raises:
        UsageError: there is no such run, pyarrow is not installed, or the folder cannot be written to.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", fix="pip install 'banshi[parquet]'") from error

    store.run(run)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, schema, rows in _tables(store, run):
            path = folder / f"{name}.parquet"
            with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
                for batch in rows:
                    writer.write_batch(batch)
            written.append(path)
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror or error}", where=str(folder)) from error
    return written


def _tables(store: Store, run: str) -> Iterator[tuple[str, pyarrow.Schema, Iterator[pyarrow.RecordBatch]]]:
    episodes = _schema({field.name: field.type for field in msgspec.structs.fields(EpisodeRow)})
    yield "episodes", episodes, _batches(store, "episodes", run, episodes)
    keys = {"run": str, "ordinal": int, "n": int}
    fallback = _schema(keys | {field.name: field.type for field in msgspec.structs.fields(FallbackRow)})
    yield "fallback", fallback, _batches(store, "fallback", run, fallback)


def _schema(types: dict[str, Any]) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, getattr(pyarrow, _PLAIN[kind])()) for name, kind in types.items()])


def _batches(store: Store, table: str, run: str, schema: pyarrow.Schema) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow

    def batch() -> pyarrow.RecordBatch:
        # SQLite has no truth values of its own.
        return pyarrow.RecordBatch.from_pylist(
            [
                {name: bool(row[name]) if pyarrow.types.is_boolean(kind) else row[name] for name, kind in kinds}
                for row in rows
            ],
            schema=schema,
        )

    kinds = [(field.name, field.type) for field in schema]
    rows: list[Any] = []
    select = f"SELECT {', '.join(schema.names)} FROM {table} WHERE run = ? ORDER BY ordinal"  # noqa: S608 - names of ours
    for row in store.stream(select, run):
        rows.append(row)
        if len(rows) == AT_ONCE:
            yield batch()
            rows.clear()
    yield batch()


def junit(store: Store, run: str) -> ElementTree[Element]:
    """A run as JUnit XML: a test case for each episode, what it failed by as its failure, our own faults as errors.

    Times are virtual seconds.

    Raises:
        UsageError: there is no such run.
    """
    row = store.run(run)
    failed = row.done - row.succeeded
    errors = sum(one["n"] for one in store.groups(
        "SELECT count(*) AS n FROM episodes WHERE run = ? AND outcome = 'error'", run
    ))  # fmt: skip
    counts = {"tests": str(row.done), "failures": str(failed - errors), "errors": str(errors)}
    root = Element("testsuites", {"name": "banshi", **counts})
    suite = SubElement(root, "testsuite", {"name": plain(f"{row.suite} · {row.agent}"), **counts})
    for one in store.stream("SELECT * FROM episodes WHERE run = ? ORDER BY ordinal", run):
        episode = msgspec.convert(dict(one), EpisodeRow, strict=False)
        seconds = f"{episode.virtual_ms / 1000:.3f}"
        case = SubElement(suite, "testcase", classname=plain(episode.family), name=plain(episode.id), time=seconds)
        if episode.outcome == "error":
            SubElement(case, "error", message=plain(episode.error), type=episode.outcome)
        elif not episode.success:
            SubElement(case, "failure", message=plain(episode.label), type=episode.outcome)
    return ElementTree(root)
