"""What the app remembers from one time to the next: its theme and where one was. A damaged file is as good as none."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec

FILE = "tui.json"


class Memory(msgspec.Struct, forbid_unknown_fields=False):
    """``theme`` is a theme's name, ``store`` the store that was open, ``screen`` the screen on top (a name of
    :data:`tui.app.PLACES`) and ``place`` what that screen has to say about where one was in it."""

    theme: str = ""
    store: str = ""
    screen: str = ""
    place: dict[str, Any] = {}


@runtime_checkable
class Place(Protocol):
    """A screen that one can come back to the next time."""

    place_name: str

    def place(self) -> dict[str, Any]:
        """Where one is, JSON-safe."""
        ...

    def go_to(self, place: dict[str, Any]) -> None:
        """Go there; what does not fit any more is left away."""
        ...


def recall(folder: Path) -> Memory:
    """What was remembered; nothing, if the file is not there or cannot be read as one."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=Memory)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return Memory()
    return found


def remember(folder: Path, memory: Memory) -> None:
    """Write it down, all or nothing. That it cannot be written is no reason to fail."""
    new = folder / f".{FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(msgspec.to_builtins(memory), ensure_ascii=False, indent=1), encoding="utf-8")
        new.replace(folder / FILE)
    except OSError:
        with suppress(OSError):
            new.unlink()
