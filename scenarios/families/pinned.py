"""Suites as files: one scenario a line in ``scenarios.jsonl``, and a manifest with their hash.

A pinned suite is read as it lies there. That results stay comparable does not depend on what the generators write
today: a file that is not what the manifest says is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from mock_services.errors import UsageError
from scenarios.families.makeup import MakeUp, entries, write
from scenarios.model import Scenario

SCENARIOS: Final = "scenarios.jsonl"
MANIFEST: Final = "manifest.json"

Progress = Callable[[int, int], None]


class PinnedManifest(msgspec.Struct, frozen=True):
    """What a pinned suite is, and the SHA-256 of its scenarios."""

    makeup: MakeUp
    scenarios: int
    sha256: str


def make(makeup: MakeUp, *, workers: int = 1, progress: Progress | None = None) -> bytes:
    """All scenarios of a make-up, one a line.

    Args:
        makeup: What to make.
        workers: How many processes write; the result does not depend on it.
        progress: Is told how many entries are written, and of how many.

    Raises:
        UsageError: a family cannot write one of its scenarios.
    """
    wanted = entries(makeup)
    lines: list[bytes] = []
    for done, group in enumerate(_written(wanted, makeup.plans, workers), 1):
        lines += [msgspec.json.encode(data) for data in group]
        if progress is not None:
            progress(done, len(wanted))
    return b"".join(line + b"\n" for line in lines)


def _written(wanted: list[Any], plans: bool, workers: int) -> Iterator[list[dict[str, Any]]]:
    if workers <= 1:
        yield from (write(entry, plans) for entry in wanted)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(partial(write, plans=plans), wanted, chunksize=8)


def pin(makeup: MakeUp, folder: Path, scenarios: bytes) -> PinnedManifest:
    """Write a suite's files into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = PinnedManifest(makeup, scenarios.count(b"\n"), sha256(scenarios).hexdigest())
    (folder / SCENARIOS).write_bytes(scenarios)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


def read_pinned(folder: Path) -> tuple[tuple[Scenario, ...], str]:
    """The scenarios of a pinned suite, and their hash.

    Raises:
        UsageError: as :func:`pinned_lines`, or a line is no scenario.
    """
    raw, found = pinned_lines(folder)
    return read_lines(raw, f"{folder.name}/{SCENARIOS}"), found


def pinned_lines(folder: Path) -> tuple[bytes, str]:
    """The file of a pinned suite, one scenario a line, and its hash.

    Raises:
        UsageError: a file is missing, or the scenarios are not those that the manifest names.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=PinnedManifest)
        raw = (folder / SCENARIOS).read_bytes()
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"cannot be read: {error}", where=folder.name, fix="restore the suite's files") from error
    found = sha256(raw).hexdigest()
    if found != manifest.sha256:
        raise UsageError(
            f"{SCENARIOS} is not what {MANIFEST} pins ({found[:12]} instead of {manifest.sha256[:12]})",
            where=folder.name,
            fix="restore the file, or pin a suite under a new name",
        )
    return raw, found


def read_lines(raw: bytes, name: str) -> tuple[Scenario, ...]:
    """Scenarios of which each is a line of JSON.

    Raises:
        UsageError: a line is none; names file, line and field.
    """
    found: list[Scenario] = []
    for number, line in enumerate(raw.splitlines(), 1):
        try:
            found.append(Scenario.model_validate(msgspec.json.decode(line)))
        except msgspec.MsgspecError as error:
            raise UsageError(f"is no JSON: {error}", where=f"{name}:{number}") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise UsageError(first["msg"].removeprefix("Value error, "), where=f"{name}:{number}: {field}") from error
    return tuple(found)
