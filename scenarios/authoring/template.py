"""A scenario to start from: commented, and it passes the gate as it is written."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from mock_services.errors import UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,63}\Z", re.ASCII)


def write_scenario(name: str, folder: Path) -> Path:
    """Write ``folder/name.yaml`` and return its path.

    Raises:
        UsageError: the name cannot be one, the file is there already, or it cannot be written.
    """
    if not _NAME.match(name):
        raise UsageError(f"{name!r} cannot be a scenario's id", fix="a-z, 0-9, - and _, such as two-lattes")
    path = folder / f"{name}.yaml"
    text = files("scenarios.authoring").joinpath("template.yaml.txt").read_text("utf-8").replace("@name@", name)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise UsageError("is there already", where=str(path), fix="choose another name, or another --dir") from error
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path), fix="name another --dir") from error
    return path
