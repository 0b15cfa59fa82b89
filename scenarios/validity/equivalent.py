"""Whether a planted mistake is none: SQL looks for what the goal says about the changed field.

A mistake without a file of its name in ``sql/equivalent`` always is one.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.flash import rows as flash
from mock_services.flash.catalogue import dish_of, shop_of
from mock_services.flash.options import groups_of
from mock_services.taobao import rows as taobao
from mock_services.world import World
from scenarios.grading.case import Case
from scenarios.validity.export import SQL, database, query, write_errand, write_table, write_world
from scenarios.validity.mutants import Mutant

SAME = {"another-dish": "another-thing", "another-item": "another-thing"}
"""Mistakes of which the same query tells whether they are any."""


def accepts(case: Case, mutant: Mutant) -> bool:
    """Whether the goal has nothing against a mutant."""
    name, _, detail = mutant.name.partition(":")
    file = f"equivalent/{SAME.get(name, name).replace('-', '_')}"
    if mutant.change.after is None or not (SQL / f"{file}.sql").exists():
        return False
    made = database()
    write_errand(made, case.scenario, case.names)
    write_world(made, case.world)
    before, after = msgspec.to_builtins(mutant.change.before), msgspec.to_builtins(mutant.change.after)
    first, changed = _first_line(case.world, before), _first_line(case.world, after)
    columns = ("detail", "tab", "before", "after", "was", "thing", "tags")
    row = (detail, mutant.change.table, _json(before), _json(after), first[0], changed[0], _json(changed[1]))
    write_table(made, "mutant", columns, [row])
    write_table(made, "option_names", ("grp", "name"), _option_names(case.world, before))
    found = made.execute(query(file)).fetchone()
    made.close()
    return bool(found and found[0])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _first_line(world: World, row: dict[str, Any]) -> tuple[str, list[str]]:
    """The words and tags of the first thing on an order."""
    lines = row.get("lines") or [{}]
    if "dish_id" in lines[0]:
        dish = world.state.get(flash.DISHES, lines[0]["dish_id"]) or dish_of(world.base, lines[0]["dish_id"])
        if dish is not None:
            shop = world.state.get(flash.SHOPS, dish.shop_id) or shop_of(world.base, dish.shop_id)
            return f"{dish.name} {dish.en} {dish.words}", [*dish.tags, *(shop.tags if shop is not None else ())]
    item = world.state.get(taobao.ITEMS, lines[0].get("item_id", ""))
    if item is not None:
        words = f"{item.title} {item.name_en} {item.name_id} {item.brand} {item.brand_en} {item.words}"
        return f"{words} {lines[0]['spec']} {lines[0]['spec_en']}", [item.category]
    return "", []


def _option_names(world: World, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Under which names people speak of the option groups of the first dish."""
    dish_id = (row.get("lines") or [{}])[0].get("dish_id")
    dish = (world.state.get(flash.DISHES, dish_id) or dish_of(world.base, dish_id)) if dish_id else None
    if dish is None:
        return []
    return [(group.id, name) for group in groups_of(dish) for name in (group.id, group.zh, group.en, group.id_name)]
