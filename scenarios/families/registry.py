"""All families, in the order in which suites go through them."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from mock_services.errors import UsageError
from scenarios.families.generate import Family
from scenarios.runs.naming import did_you_mean

PACKAGES = ("order", "pay", "travel", "cross", "judgement")
"""The packages of this folder that have families."""


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """Every family by its name."""
    found: dict[str, Family] = {}
    for package in PACKAGES:
        for family in import_module(f"scenarios.families.{package}").FAMILIES:
            found[family.name] = family
    return found


def family(name: str) -> Family:
    """The family of a name.

    Raises:
        UsageError: there is none; near names are listed.
    """
    known = families()
    if name not in known:
        raise UsageError(
            f"unknown family {name!r}", fix=did_you_mean(name, list(known)) or f"one of {', '.join(known)}"
        )
    return known[name]
