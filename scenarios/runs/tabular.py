"""A run as tables: Parquet for DuckDB, Polars or pandas, and JUnit XML for what shows tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

import msgspec

from mock_services.errors import UsageError
from scenarios.results import FallbackRow
from scenarios.runs.files import written_whole
from scenarios.runs.grid import names_of
from scenarios.runs.manifest import read_manifest
from scenarios.runs.plaintext import plain
from scenarios.runs.store import EpisodeRow, RunRow, Store
from scenarios.runs.sweeps import runs_of

if TYPE_CHECKING:
    import pyarrow

AT_ONCE = 10_000
_PLAIN = {str: "string", int: "int64", float: "float64", bool: "bool_"}


def write_parquet(store: Store, name: str, folder: Path) -> list[Path]:
    """Write ``episodes.parquet`` and ``fallback.parquet`` of a run or a sweep into a folder, which is made.

    Returns the files. In both, ``run`` says of which run of a sweep a row is.

    Raises:
        UsageError: there is no such run or sweep, pyarrow is not installed, or the folder cannot be written to.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", fix="pip install 'banshi[parquet]'") from error

    runs = [row.run for row in runs_of(store, name)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for table, schema, rows in _tables(store, runs):
            path = folder / f"{table}.parquet"
            with written_whole(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
                for batch in rows:
                    writer.write_batch(batch)
            written.append(path)
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror or error}", where=str(folder)) from error
    return written


def _tables(store: Store, runs: Sequence[str]) -> Iterator[tuple[str, pyarrow.Schema, Iterator[pyarrow.RecordBatch]]]:
    episodes = _schema({field.name: field.type for field in msgspec.structs.fields(EpisodeRow)})
    yield "episodes", episodes, _batches(store, "episodes", runs, episodes)
    keys = {"run": str, "ordinal": int, "n": int}
    fallback = _schema(keys | {field.name: field.type for field in msgspec.structs.fields(FallbackRow)})
    yield "fallback", fallback, _batches(store, "fallback", runs, fallback)


def _schema(types: dict[str, Any]) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, getattr(pyarrow, _PLAIN[kind])()) for name, kind in types.items()])


def _batches(store: Store, table: str, runs: Sequence[str], schema: pyarrow.Schema) -> Iterator[pyarrow.RecordBatch]:
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
    for row in chain.from_iterable(store.stream(select, run) for run in runs):
        rows.append(row)
        if len(rows) == AT_ONCE:
            yield batch()
            rows.clear()
    yield batch()


def junit(store: Store, name: str) -> ElementTree[Element]:
    """A run as JUnit XML, or each run of a sweep as a test suite: a test case for each episode.

    What it failed by is its failure, our own faults are errors. Times are virtual seconds.

    Raises:
        UsageError: there is no such run or sweep.
    """
    runs = runs_of(store, name)
    counts = [_counts(store, row) for row in runs]
    root = Element("testsuites", {"name": "banshi"} | _attributes(_added(counts)))
    names = names_of([read_manifest(row.manifest) for row in runs], [row.run for row in runs])
    for row, told, count in zip(runs, names, counts, strict=True):
        suite = SubElement(root, "testsuite", {"name": plain(f"{row.suite} · {told}")} | _attributes(count))
        for one in store.stream("SELECT * FROM episodes WHERE run = ? ORDER BY ordinal", row.run):
            episode = msgspec.convert(dict(one), EpisodeRow, strict=False)
            seconds = f"{episode.virtual_ms / 1000:.3f}"
            case = SubElement(suite, "testcase", classname=plain(episode.family), name=plain(episode.id), time=seconds)
            if episode.outcome == "error":
                SubElement(case, "error", message=plain(episode.error), type=episode.outcome)
            elif not episode.success:
                SubElement(case, "failure", message=plain(episode.label), type=episode.outcome)
    return ElementTree(root)


def _counts(store: Store, row: RunRow) -> tuple[int, int, int]:
    """Tests, failures and errors."""
    errors = store.groups("SELECT count(*) AS n FROM episodes WHERE run = ? AND outcome = 'error'", row.run)[0]["n"]
    return row.done, row.done - row.succeeded - errors, errors


def _added(counts: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    tests, failures, errors = (sum(column) for column in zip(*counts, strict=True))
    return tests, failures, errors


def _attributes(counts: tuple[int, int, int]) -> dict[str, str]:
    return dict(zip(("tests", "failures", "errors"), map(str, counts), strict=True))
