"""Which shops are the one that the person named: by exactly its name, and not by words that a shop puts on itself."""

from __future__ import annotations

import re
from typing import Any

from agent.desk import NoWay
from agent.steps.base import Work
from agent.words import fold

_BRANCH = re.compile(r"\s*[(（].*$", re.DOTALL)


def proper_names(*names: str) -> frozenset[str]:
    """The names of a shop without the branch in brackets, folded."""
    return frozenset(fold(_BRANCH.sub("", name)).strip() for name in names if name)


def shops_named(name: str, where: dict[str, str], work: Work) -> list[dict[str, Any]]:
    """The shops of exactly this name that deliver there.

    Raises:
        NoWay: there is none.
    """
    args = {**where, "query": name[:200], "limit": 50}
    shops = work.desk.call("flash_shop_search", args, need=("shops",))["shops"]
    same = [shop for shop in shops if fold(name) in proper_names(shop["name"], shop["name_en"])]
    if not same:
        raise NoWay("not_found", name)
    return same


def of_seller(dishes: list[dict[str, Any]], shops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The dishes that those shops sell."""
    ids = {shop["shop_id"] for shop in shops}
    return [dish for dish in dishes if dish["shop_id"] in ids]
