"""More English errands, as different people type them: asides, idioms, corrections, several errands at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.agent.test_understand_en import Errand, slot, understood

_ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "english_errands.yaml").read_text(encoding="utf-8")
)


def _slot(value: Any) -> Any:
    """A slot as goals hold it: the rows of a table as tuples."""
    return tuple(_slot(v) for v in value) if isinstance(value, list) else value


@pytest.mark.parametrize("row", _ROWS, ids=[row["words"][:50] for row in _ROWS])
def test_understands_more_english(row: dict[str, Any]) -> None:
    task, names = understood(Errand(row["words"], ()))
    wanted = [(kind, slots) for goal in row["goals"] for kind, slots in goal.items()]
    assert [type(g).__struct_config__.tag for g in task.goals] == [kind for kind, _ in wanted], task
    for found, (_, slots) in zip(task.goals, wanted, strict=True):
        expected = {name: _slot(value) for name, value in slots.items()}
        assert {name: slot(found, name, value, names) for name, value in expected.items()} == expected
    assert set(row.get("asks", ())) <= {q.field for q in task.questions} | {q.topic for q in task.questions}
    for name, value in row.get("whole", {}).items():
        assert getattr(task, name) == value
