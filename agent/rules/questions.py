"""Questions to the person, in their language: phrases on data tables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from agent.rules.tables import load_table
from agent.task import Question

_TABLES = Path(__file__).parent / "questions"


@lru_cache(maxsize=4)
def _table(language: str) -> dict[str, str]:
    path = _TABLES / f"{language}.yaml"
    if not path.is_file():
        path = _TABLES / "en.yaml"
    table: dict[str, str] = load_table(path)
    return table


def ask(goal: str, field: str, topic: str, language: str, key: str, **values: str) -> Question:
    """A question for a slot of a goal; values are put in and never read as templates."""
    text = _table(language)[key]
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return Question(goal, field, topic, text)
