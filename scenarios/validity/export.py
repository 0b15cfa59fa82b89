"""A world as an SQLite database, for checks that share no code with the oracle and with grading.

Rows are written as they are: a table for every table of the world, ``flash.orders`` as ``flash_orders``, with a column
for every field; what is no number and no text is JSON. What the world derives instead of storing – what a shop would
charge and when it would be there, a departure, a night's rate – is asked of the services that derive it, see
:mod:`scenarios.validity.offers`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from mock_services.geo import distance_m, fold
from mock_services.world import World
from scenarios.model import Scenario
from scenarios.wants import When, atoms, when

SQL = Path(__file__).with_name("sql")

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")


@lru_cache(maxsize=256)
def query(name: str) -> str:
    """The text of ``sql/<name>.sql``."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def database() -> sqlite3.Connection:
    """An empty database in memory, with what SQL lacks: names, phrases, distances."""
    made = sqlite3.connect(":memory:")
    made.create_function("fold", 1, lambda text: fold(text or ""), deterministic=True)
    made.create_function("mentions", 2, mentions, deterministic=True)
    made.create_function("metres", 4, distance_m, deterministic=True)
    return made


def mentions(text: str | None, phrase: str | None) -> bool:
    """Whether all words of a phrase are somewhere in a text."""
    low, want = (text or "").casefold(), (phrase or "").casefold()
    rest = fold(_WORD.sub(" ", want))
    return all(word in low or word.removesuffix("s") in low for word in _WORD.findall(want)) and rest in fold(low)


def write_rows(made: sqlite3.Connection, name: str, rows: Iterable[Any]) -> None:
    """Write structs of one kind as a table."""
    kept = list(rows)
    if not kept:
        return
    fields = type(kept[0]).__struct_fields__
    write_table(made, name, fields, ([_cell(getattr(row, field)) for field in fields] for row in kept))


def write_table(made: sqlite3.Connection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write plain rows as a table."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    made.execute(f'CREATE TABLE IF NOT EXISTS "{name}" ({quoted})')
    marks = ", ".join("?" * len(columns))
    made.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - our own names


def write_world(made: sqlite3.Connection, world: World, tables: Iterable[str] = ()) -> None:
    """Write what an episode changed of every table, and these tables whole."""
    whole = set(tables)
    for name, table in world.base.tables.tables().items():
        changed = [row for row in world.state.changes(table).values() if row is not None]
        rows = list(world.state.scan(table)) if name in whole else changed
        if rows:
            write_rows(made, name.replace(".", "_"), rows)
        else:
            write_table(made, name.replace(".", "_"), table.row.__struct_fields__, ())


def write_errand(made: sqlite3.Connection, scenario: Scenario, names: dict[str, str]) -> None:
    """Write what is wanted: one row in ``errand``, one in ``wants`` for each want of the goal."""
    person = scenario.person.model_dump(mode="json")
    write_table(
        made,
        "errand",
        ("now", "offset_min", "city", "budget", "up_to", "person"),
        [
            (
                scenario.start,
                scenario.offset_min,
                scenario.city,
                scenario.limits.budget,
                scenario.consent.up_to,
                msgspec.json.encode(person).decode(),
            )
        ],
    )
    rows = []
    every = [*atoms(scenario.goal), *(want for other in scenario.accepts for want in atoms(other.goal))]
    for i, want in enumerate(every):
        plain = want.model_dump(mode="json", exclude_unset=True)[want.kind]
        full = want.value.model_dump(mode="json") if hasattr(want.value, "model_dump") else plain
        rows.append((i, want.kind, msgspec.json.encode(_named(full, names)).decode(), *_moments(scenario, want.value)))
    write_table(made, "wants", ("n", "kind", "value", "by_at", "after_at"), rows)


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return names.get(value[1:], value)
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    return [_named(item, names) for item in value] if isinstance(value, list) else value


def _moments(scenario: Scenario, value: Any) -> tuple[int | None, int | None]:
    day = getattr(value, "date", None) or scenario.now.date()
    bounds: list[When | None] = [getattr(value, "by", None), getattr(value, "after", None)]
    found = [when(bound, day, scenario.offset_min) if bound is not None else None for bound in bounds]
    return found[0], found[1]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    return msgspec.json.encode(value).decode()
