"""Tables of words, as files beside the rules that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def load_table(path: Path) -> Any:
    """A table of the package's own. Every scalar stays a string: ``no`` and ``10:30`` are words here."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - all strings, no objects
