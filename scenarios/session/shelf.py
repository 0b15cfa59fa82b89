"""Where sessions are kept: a folder beside the store, a file for each, named s0001, s0002 and so on."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from scenarios.results import episode_id
from scenarios.runs.database import default_path
from scenarios.runs.manifest import read_manifest
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store
from scenarios.session.file import glance

_NAME = re.compile(r"s(\d{4,9})\Z", re.ASCII)


def folder(store: Path | None = None) -> Path:
    """Where sessions are kept: beside the store, by default the user's."""
    return (store or default_path()).parent / "sessions"


def new_path(store: Path | None = None) -> Path:
    """A path for a new session: ``s0001.db`` and so on. The file is made, empty, so that nobody else gets the name.

    Raises:
        StoreError: the folder cannot be used.
    """
    place = folder(store)
    try:
        place.mkdir(parents=True, exist_ok=True)
        number = max(map(_number, [*(path.stem for path in sessions(store)), *_recorded(store)]), default=0)
        while True:
            number += 1
            path = place / f"s{number:04d}.db"
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise StoreError(f"cannot make a session: {error.strerror}", where=str(place)) from error


def _recorded(store: Path | None) -> list[str]:
    """The names of the sessions in the store: none is given a second time, though its file be gone."""
    if not (store or default_path()).is_file():
        return []
    with Store(store) as opened:
        return [str(row.options["session"]) for row in opened.runs() if "session" in row.options]


def _number(name: str) -> int:
    """A session's number; 0 for a name that is none of ours."""
    found = _NAME.match(name)
    return int(found[1]) if found else 0


def sessions(store: Path | None = None) -> list[Path]:
    """The sessions that there are, oldest first."""
    found = [path for path in folder(store).glob("s*.db") if _number(path.stem)]
    return sorted(found, key=lambda path: _number(path.stem))


class Listed(msgspec.Struct, frozen=True):
    """A session as it is listed: ``state`` is ``open``, ``ended`` or ``unreadable``, ``run`` where it is recorded."""

    name: str
    episode: str
    agent: str
    state: str
    run: str


def listed(store: Path | None = None) -> list[Listed]:
    """Every session, oldest first; none is claimed for that."""
    found = []
    for path in sessions(store):
        try:
            about, ended = glance(path)
            manifest = read_manifest(about["manifest"])
        except (StoreError, KeyError, msgspec.MsgspecError):
            found.append(Listed(path.stem, "", "", "unreadable", ""))
            continue
        episode = episode_id(manifest.selection.only[0], manifest.selection.faults, 0, manifest.seed)
        state = "ended" if ended else "open"
        found.append(Listed(path.stem, episode, manifest.agent, state, about.get("run", "")))
    return found
