"""Prompts: what a model is told, in the person's language. Data; values are put in and never read as templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=8)
def _texts(language: str) -> dict[str, str]:
    path = _FOLDER / f"{language}.yaml"
    loaded: dict[str, str] = yaml.safe_load((path if path.is_file() else _FOLDER / "en.yaml").read_text("utf-8"))
    return loaded


def prompt(language: str, key: str, **values: str) -> str:
    """A text of a language (English where there is none), with its values."""
    text = _texts(language)[key]
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text.strip()
