"""Which dishes of which shops would do: the search, what fits, and the order in which baskets are worth pricing."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Split, Work, fen
from agent.steps.match import fit, misses, narrower, plainness, specs
from agent.steps.options import without_options
from agent.steps.sellers import of_seller, shops_named
from agent.task import Buy, Item
from agent.words import fold

LEAST_FIT = 0.6
JUST_THAT = 0.9
"""A thing for which only a noun speaks has to be sold under that very name."""


def again(goal: Buy, work: Work) -> list[list[dict[str, Any]]]:
    """The very dishes of an earlier order, if they are still on the menu."""
    if not goal.items or not all(item.ref for item in goal.items):
        return []
    basket = []
    for item in goal.items:
        try:
            dish = work.desk.call("flash_dish_detail", {"dish_id": item.ref}, need=("shop_id", "stock"))
        except ToolFailure as error:
            if error.code.endswith("NOT_EXIST"):
                return []
            raise
        basket.append(dish)
    return [basket] if len({dish["shop_id"] for dish in basket}) == 1 else []


def searched(goal: Buy, where: dict[str, str], work: Work) -> tuple[Buy, list[list[dict[str, Any]]]]:
    """The goal as it can be met, and baskets of one shop each, best first.

    Raises:
        NoWay: something is nowhere to be had.
        Split: everything is to be had, but not at one shop.
    """
    shops = shops_named(goal.seller, where, work) if goal.seller else None
    goal, found = obtainable(goal, where, work, shops)
    by_shop: dict[str, list[list[dict[str, Any]]]] = {}
    for number, dishes in enumerate(found):
        for dish in dishes:
            by_shop.setdefault(dish["shop_id"], [[] for _ in goal.items])[number].append(dish)
    whole = [shop for shop in by_shop.values() if all(shop)]
    if not whole:
        raise Split(tuple(msgspec.structs.replace(goal, items=(item,)) for item in goal.items))
    return goal, sorted((best_of(shop, goal) for shop in whole), key=lambda basket: order_key(basket, goal))


def obtainable(
    goal: Buy, where: dict[str, str], work: Work, shops: list[dict[str, Any]] | None = None
) -> tuple[Buy, list[list[dict[str, Any]]]]:
    """The goal with what the person takes instead of things that are not to be had, and the dishes for each item.

    Raises:
        NoWay, Split: as :func:`searched`.
    """
    items: list[Item] = []
    found: list[list[dict[str, Any]]] = []
    for item in goal.items:
        wanted = item
        dishes = hits(item, goal, where, work, shops)
        if item.thin:
            plain = without_options(item.words)
            dishes = [
                dish
                for dish in dishes
                if max(fit(plain, dish["name"], dish["name_en"]), dish["relevance"] / 100) >= JUST_THAT
            ]
            if not dishes:
                continue
        if not dishes and item.instead:
            item = msgspec.structs.replace(item, words=item.instead, text=item.instead, instead="")
            dishes = hits(item, goal, where, work, shops)
        if not dishes and item.optional and len(goal.items) > 1:
            continue
        if not dishes:
            gone = bool(hits(item, goal, where, work, shops, sold_out=True))
            if gone and len(goal.items) > 1:
                # What can be had is still wanted; the part that is sold out is told.
                rest = tuple(one for one in goal.items if one is not wanted)
                raise Split((msgspec.structs.replace(goal, items=rest), msgspec.structs.replace(goal, items=(item,))))
            # What nobody sells was perhaps misunderstood: a part of what they meant is not what anybody asked for.
            raise NoWay("sold_out" if gone else "not_found", item.words)
        items.append(item)
        found.append(dishes)
    if not items:
        raise NoWay("not_found", goal.items[0].words if goal.items else "")
    return msgspec.structs.replace(goal, items=tuple(items)), found


def in_portions(goal: Buy, limit: int) -> tuple[Buy, ...]:
    """A goal over the shop's limit for one order, as goals within it."""
    parts: list[Buy] = []
    for item in goal.items:
        for part in item.parts:
            left = part.quantity
            while left > 0:
                some = msgspec.structs.replace(part, quantity=min(left, limit))
                parts.append(msgspec.structs.replace(goal, items=(msgspec.structs.replace(item, parts=(some,)),)))
                left -= limit
    return tuple(parts)


def hits(
    item: Item,
    goal: Buy,
    where: dict[str, str],
    work: Work,
    shops: list[dict[str, Any]] | None = None,
    *,
    sold_out: bool = False,
) -> list[dict[str, Any]]:
    """Dishes that fit an item, from shops that deliver there; with ``sold_out`` also those that are not left.

    Where ``shops`` are given, only theirs count.
    """
    dishes = _listed(item, goal, where, work, sold_out=sold_out)
    if shops is not None:
        dishes = of_seller(dishes, shops)
    wanted = specs(item.words)
    plain = without_options(item.words)
    kept = []
    for rank, dish in enumerate(dishes):
        names = (dish["name"], dish["name_en"])
        if item.words and max(dish["relevance"] / 100, fit(plain, *names)) < LEAST_FIT:
            continue
        if any(fold(word) in fold(name) for word in goal.without for name in names):
            continue
        if (dish["stock"] < 1 and not sold_out) or not wanted <= specs(" ".join(names)):
            continue
        kept.append({**dish, "rank": rank})
    return kept


def _listed(item: Item, goal: Buy, where: dict[str, str], work: Work, *, sold_out: bool) -> list[dict[str, Any]]:
    """What the search shows for an item; each dish once, by its best fit."""
    words = item.words[:200] or " ".join(goal.tags) or item.text[:200]
    queries = [words]
    if goal.serves > 1 and (short := _A_SET.sub("", words).strip()) not in ("", words):
        # 商务套餐 for six is sold as 商务六人餐: that it is a set says nothing of its name.
        queries.append(short)
    if item.one_of:
        queries += [word for word in _broader(words) if word not in queries]
    tags = [t for t in goal.tags if t in SEARCHABLE_TAGS]
    barred = [EXCLUDED_BY[w] for w in goal.without if w in EXCLUDED_BY] + list(item.never)
    found: dict[str, dict[str, Any]] = {}
    for query, tag in product(queries, item.one_of or ("",)):
        args = {
            **where,
            "query": query,
            "tags": [*tags, *((tag,) if tag else ())] or None,
            "exclude_tags": barred or None,
            "limit": 50,
            "in_stock": False if sold_out else None,
        }
        shown: list[dict[str, Any]] = work.desk.call("flash_dish_search", args, need=("dishes",))["dishes"]
        for dish in shown:
            if query is not words and goal.serves > 1 and dish["serves"] < LEAST_SHARED:
                continue
            known = found.get(dish["dish_id"])
            if known is None or known["relevance"] < dish["relevance"]:
                found[dish["dish_id"]] = dish
    return list(found.values())


def _broader(words: str) -> list[str]:
    """What a dish is at bottom: 饭 of 盖饭, nasi of "nasi kotak". What has no meat in it goes by other names."""
    if not words.isascii():
        return [words[-1]] if words[-1] in "饭面粉粥汤" else []
    return [word for word in words.casefold().split() if word.rstrip("s") in STAPLES]


STAPLES = frozenset(
    {"nasi", "mi", "mie", "bihun", "rice", "noodle", "salad", "soup", "sup", "burger", "pizza", "sandwich"}
)
_A_SET = re.compile(r"套餐$|大餐$|\b(?:set )?(?:meals?|sets?|menus?)$|^paket\s+", re.IGNORECASE)
LEAST_SHARED = 2
"""A dish that feeds so many is made to be shared."""

SEARCHABLE_TAGS = frozenset({"halal", "vegetarian", "vegan", "gluten_free"})
EXCLUDED_BY = {
    "peanut": "contains_peanuts",
    "nut": "contains_nuts",
    "dairy": "contains_dairy",
    "alcohol": "contains_alcohol",
    "spicy": "spicy",
    "pork": "contains_pork",
    "off pork": "contains_pork",
    "babi": "contains_pork",
    "daging babi": "contains_pork",
    "猪肉": "contains_pork",
    "猪": "contains_pork",
}
"""Tags of the search by what the person must not have."""


def best_of(shop: list[list[dict[str, Any]]], goal: Buy) -> list[dict[str, Any]]:
    """One dish for each item, from one shop."""
    return [
        min(dishes, key=lambda dish: dish_key(dish, item, goal)) for dishes, item in zip(shop, goal.items, strict=True)
    ]


def dish_key(dish: dict[str, Any], item: Item, goal: Buy) -> tuple[float, ...]:
    """How a dish ranks for an item: fit first, then how plain it is, then price or sales."""
    names = (dish["name"], dish["name_en"])
    plain = without_options(item.words)
    suits = round(max(dish["relevance"] / 100, fit(plain, *names)), 1)
    short = goal.serves > 1 and dish["serves"] < goal.serves
    if short and portions_of(dish, goal) > int(dish["per_order_limit"]):
        # So many small sets no shop sells at once; larger ones it does.
        short = 2
    said = f"{item.words} {item.text}"
    special = narrower(said, *names) + (misses(said, *names) and suits >= LEAST_FIT)
    if goal.choice == "cheapest":
        return (short, special, -suits, fen(dish["price"]))
    return (short, special, -suits, -round(plainness(plain, *names), 1), dish["rank"])


def order_key(basket: list[dict[str, Any]], goal: Buy) -> tuple[float, ...]:
    """How shops rank before their baskets are previewed."""
    keys = [dish_key(dish, item, goal) for dish, item in zip(basket, goal.items, strict=True)]
    worst = max(key[:3] for key in keys)
    first = basket[0]
    if goal.choice == "cheapest":
        total = sum(fen(d["price"]) * i.quantity for d, i in zip(basket, goal.items, strict=True))
        return (not first["open"] and not goal.at, *worst, total + fen(first["delivery_fee"]))
    if goal.choice == "fastest" or goal.by:
        return (not first["open"] and not goal.at, *worst, first["eta_minutes"])
    return (not first["open"] and not goal.at, *worst, *keys[0][3:4], -first["rating"], first["eta_minutes"])


def portions_of(dish: dict[str, Any], goal: Buy) -> int:
    """How many portions feed the party."""
    if goal.serves <= 1:
        return 1
    wanted = sum(item.quantity for item in goal.items)
    if wanted > 1:
        return 1
    return -(-goal.serves // max(1, int(dish["serves"])))
