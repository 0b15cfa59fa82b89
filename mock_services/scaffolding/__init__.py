"""A new service from templates: a package that works, with its tables, seed data, test, scenario and doc page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from keyword import iskeyword
from pathlib import Path

from mock_services.errors import UsageError
from mock_services.registry import BUILT_IN

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}\Z", re.ASCII)
_SUFFIX = ".txt"
"""Templates carry it so that no tool takes them for what they will become."""


def write_service(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the package of a new service into ``folder/name`` and return the files, in a fixed order.

    Raises:
        UsageError: the name cannot be one or is taken, the folder is there already, or it cannot be written.
    """
    if not _NAME.match(name) or iskeyword(name):
        raise UsageError(f"{name!r} cannot be a service's name", fix="2 to 31 of a-z, 0-9 and _, such as bike_rental")
    if name in (*BUILT_IN, "kernel", "people"):
        raise UsageError(f"there is a service called {name} already", fix="choose another name")
    target = folder / name
    if target.exists():
        raise UsageError("is there already", where=str(target), fix="choose another name, or another --dir")
    kind = "".join(part.capitalize() for part in name.split("_"))
    words = {"@name@": name, "@Class@": kind, "@PREFIX@": name[:2].upper(), "@title@": name.replace("_", " ")}
    made = []
    try:
        for parts, text in _templates(files(__name__).joinpath("template"), ()):
            path = target.joinpath(*(_filled(part, words) for part in parts))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(text, words), encoding="utf-8", newline="\n")
            made.append(path)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(target), fix="name another --dir") from error
    return tuple(made)


def _templates(folder: Traversable, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            # A folder cannot be called after the service before there is one.
            yield from _templates(entry, (*above, "banshi_@name@" if entry.name == "package" else entry.name))
        elif entry.name.endswith(_SUFFIX):
            yield (*above, entry.name.removesuffix(_SUFFIX)), entry.read_text(encoding="utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text
