"""What the agent says to people, in their language: fixed phrases on data tables."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

_SLOT = re.compile(r"\{([a-z_]+)\}")
_TABLES = Path(__file__).parent / "phrase_tables"


@lru_cache(maxsize=8)
def _table(language: str) -> dict[str, str]:
    path = _TABLES / f"{language}.yaml"
    if not path.is_file():
        path = _TABLES / "en.yaml"
    loaded: dict[str, str] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def phrase(language: str, key: str, **values: str) -> str:
    """A phrase with its values put in; values are never read as templates."""
    text = _table(language).get(key) or _table("en").get(key, "")
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text) if values else text


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:[+-]\d{2}:\d{2})?)?", re.ASCII)


def moment(language: str, value: str) -> str:
    """A date or a moment in the form of a machine as people write it (``3月5日 09:59``); anything else as it is.

    The year goes without saying: nothing here lies a year ahead.
    """
    if not _MOMENT.fullmatch(value):
        return value
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    months = phrase(language, "months").split() if language != "zh" else []
    day = phrase(language, "day", month=months[at.month - 1] if months else str(at.month), day=str(at.day))
    return f"{day} {at:%H:%M}" if "T" in value else day
