"""Things to ask for, with the words for them in three languages; data in :data:`TABLES`."""

from __future__ import annotations

from typing import Any

from mock_services.errors import UsageError
from scenarios.families.pen import Pen
from scenarios.families.render import WORDINGS
from scenarios.families.wording import read_yaml
from scenarios.speech import Text, Thing

TABLES = ("_things.yaml", "_things-judgement.yaml")
"""Where things are: what several packages of families use, and what judgement alone does."""

LABELS = {
    "home": Text(zh="家里", en="my home", id="rumah"),
    "company": Text(zh="公司", en="the office", id="kantor"),
}
"""How a person speaks of the addresses under these labels."""


def things(group: str) -> list[dict[str, Any]]:
    """The rows of a group of things.

    Raises:
        UsageError: there is no such group.
    """
    for name in TABLES:
        rows: list[dict[str, Any]] | None = read_yaml(WORDINGS / name).get(group)
        if rows is not None:
            return rows
    raise UsageError(f"no group of things {group!r}", where=", ".join(TABLES), fix="add it to one of them")


def pick(pen: Pen, group: str, *about: object) -> dict[str, Any]:
    """A thing of a group, drawn."""
    return pen.pick(things(group), "thing", group, *about)


def thing(row: dict[str, Any], count: int = 1) -> Thing:
    """So many of a thing, to be spoken of."""
    return Thing(zh=row["zh"], en=row["en"], id=row["id"], ens=row.get("ens", ""), unit=row.get("unit", "个"), n=count)


def text(row: dict[str, Any]) -> Text:
    """A thing without a number."""
    return Text(zh=row["zh"], en=row["en"], id=row["id"])


def ids(row: dict[str, Any]) -> list[str]:
    """The catalogue rows that are it; none where any name will do."""
    return list(row.get("ids", []))


def goods(row: dict[str, Any]) -> dict[str, Any]:
    """The thing as an item of a want."""
    return {"item": phrases(row)} | ({"ids": ids(row)} if "ids" in row else {})


def phrases(row: dict[str, Any]) -> list[str]:
    """What of it must be found in the names of what was bought."""
    return list(row.get("item", [row["zh"]]))


def said(thing: Thing, locale: str) -> str:
    """What a thing is called after its number."""
    if locale == "en" and thing.n != 1:
        return thing.ens or f"{thing.get(locale)}s"
    return thing.get(locale)
