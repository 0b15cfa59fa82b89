"""Suites that are picked out of others: ``selection.yaml`` names, suite by suite, the scenarios that are taken.

Nothing is copied, so that an errand is mended in one place. Only the scenarios that are taken are read and checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from mock_services.errors import UsageError
from scenarios.families.pinned import MANIFEST, SCENARIOS, pinned_lines
from scenarios.loader import Lines, documents, read_bytes, scenario_of
from scenarios.model import Scenario

SELECTION: Final = "selection.yaml"


def read_picked(folder: Path) -> tuple[tuple[Scenario, ...], str]:
    """The scenarios of a selection in its order, and a hash of what they say: their order and fields, no comments.

    Raises:
        UsageError: the selection names a suite of files or a scenario that is not there, or one twice, or has another
            mistake.
    """
    where = f"{folder.name}/{SELECTION}"
    hasher, taken = sha256(), dict[str, Scenario]()
    suites = sorted(entry.name for entry in folder.parent.iterdir() if not (entry / SELECTION).exists())
    for suite, ids, line in _wanted(read_bytes(folder / SELECTION), where):
        if suite not in suites:
            near = get_close_matches(suite, suites, n=3, cutoff=0.4) or suites
            raise UsageError(
                f"there is no suite {suite!r} to take from",
                where=f"{where}:{line}",
                fix=f"did you mean {', '.join(near)}?",
            )
        found = {data["id"]: (data, name, lines) for data, name, lines in _of(folder.parent / suite, frozenset(ids))}
        for scenario_id in ids:
            if scenario_id in taken:
                raise UsageError(f"{scenario_id} is taken twice", where=f"{where}:{line}", fix="keep one of the two")
            if scenario_id not in found:
                raise UsageError(
                    f"suite {suite} has no scenario {scenario_id!r}",
                    where=f"{where}:{line}",
                    fix=f"`banshi validate {suite} --report FILE` lists them",
                )
            data, name, lines = found[scenario_id]
            hasher.update(msgspec.json.encode([suite, data], order="sorted") + b"\n")
            taken[scenario_id] = scenario_of(data, name, lines)
    if not taken:
        raise UsageError("takes nothing", where=where, fix="write suite: [id, id]")
    return tuple(taken.values()), hasher.hexdigest()


def _wanted(raw: bytes, where: str) -> Iterator[tuple[str, list[str], int]]:
    """Each suite with the ids that are taken from it, and its line."""
    for data, lines in documents(raw, where):
        if not isinstance(data, dict):
            raise UsageError("is no selection", where=where, fix="write suite: [id, id]")
        for suite, ids in data.items():
            if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
                raise UsageError("takes a list of ids", where=f"{where}:{lines[(suite,)]}", fix=f"{suite}: [id, id]")
            yield suite, ids, lines[(suite,)]


def _of(folder: Path, ids: frozenset[str]) -> Iterator[tuple[dict[str, Any], str, Lines]]:
    """Those scenarios of a suite as plain data, each with its file and the lines of its fields."""
    if (folder / MANIFEST).exists():
        for number, line in enumerate(pinned_lines(folder)[0].splitlines(), 1):
            data = msgspec.json.decode(line)
            if data["id"] in ids:
                yield data, f"{folder.name}/{SCENARIOS}", {(): number}
        return
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != SELECTION)
    for path in paths:
        raw = read_bytes(path)
        # Composing YAML is what takes the time: files that do not even hold the text of an id are passed over.
        if any(one.encode() in raw for one in ids):
            for data, lines in documents(raw, path.name):
                if isinstance(data, dict) and data.get("id") in ids:
                    yield data, path.name, lines
