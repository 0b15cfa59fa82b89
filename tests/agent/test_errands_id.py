"""Indonesian errands in many people's words: what they ask for, and what has to be asked back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from agent.rules import understand
from tests.agent.errand_town import town
from tests.agent.test_understand_id import NOW, differs, plainly

ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "errands_id.yaml").read_text(encoding="utf-8"),
)
PEOPLE = {"Budi Santoso": "budi", "李伟": "liwei", "王秀兰": "mama"}


@pytest.mark.parametrize("row", ROWS, ids=[row["words"][:40] for row in ROWS])
def test_an_errand_means_what_its_author_meant(row: dict[str, Any]) -> None:
    me, desk, _ = town(row["words"], "id", now=NOW, city=row["city"], at="home")
    ids = {a["address_id"]: {"rumah": "home", "kantor": "office"}.get(a["label"], "") for a in me.addresses}
    contacts = desk.call("user_contacts", {"limit": 50})["contacts"]
    ids |= {c["address_id"]: PEOPLE[c["name"]] for c in contacts if c["address_id"]}
    task = understand(row["words"], "id", me, desk)
    wanted = [(kind, slots or {}) for goal in row["goals"] for kind, slots in goal.items()]
    assert sorted(msgspec.to_builtins(goal)["kind"] for goal in task.goals) == sorted(kind for kind, _ in wanted)
    goals = list(task.goals)
    for kind, slots in wanted:
        same = [goal for goal in goals if msgspec.to_builtins(goal)["kind"] == kind]
        slots = {name: _tupled(value) for name, value in slots.items()}
        best = min(same, key=lambda goal: len(differs(slots, plainly(goal, ids))))
        goals.remove(best)
        assert not differs(slots, plainly(best, ids))
    assert sorted(question.field for question in task.questions) == sorted(row.get("asks", []))


def _tupled(value: Any) -> Any:
    return tuple(_tupled(v) for v in value) if isinstance(value, list) else value
