"""What the agent says to people, in their language: fixed phrases on data tables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

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
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
