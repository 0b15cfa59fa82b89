"""Answers to what a person wanted to be asked about: how, which one, what must not be in it, what the card says."""

from __future__ import annotations

import re

import msgspec

from agent.rules.buy import excluded, singular
from agent.rules.domains import Draft
from agent.rules.grounding import LIKELY, Menu
from agent.rules.items import Reader
from agent.rules.scene import Scene
from agent.steps.match import specs
from agent.steps.options import option_words
from agent.steps.variants import asked
from agent.task import Buy, Item, Part
from agent.words import fold

_CARD = re.compile(
    r"^.*?(?:card|kartu\w*|卡片?上?|ditulis|tulis|写)\s*(?:should say|says|to say|please|tolong|要|就)*\s*[::]?\s*",
    re.IGNORECASE,
)
_ALLERGY = re.compile(
    r"过敏|忌口|不能吃|不吃|allerg|can['’]?t (?:eat|have|take)|alergi|pantangan|nggak bisa|tidak bisa|gak bisa",
    re.IGNORECASE,
)
_ALL = re.compile(r"全部|全都|都|所有|\ball\b|\bboth\b|\beverything\b|\bsemua\w*", re.IGNORECASE)


def fold_wish(goal: Buy, topic: str, text: str, scene: Scene) -> Buy:
    """Fold an answer about how, which, diets or a card into a purchase.

    Raises:
        ToolFailure: what the answer names could not be looked up.
    """
    if topic == "card":
        words = scene.quotes[0] if scene.quotes else _CARD.sub("", text).strip(" ,.。\"'")
        return msgspec.structs.replace(goal, note=words) if words else goal
    draft = Draft("buy", scene.clauses, scene.clauses[0] if scene.clauses else None)
    without, stretches = excluded(draft)
    if without:
        goal = msgspec.structs.replace(goal, without=tuple(dict.fromkeys((*goal.without, *without))))
    if goal.like:
        # What was had before with something else about it: the answer says what, and how many of it.
        more = Reader(draft, scene, stretches).items()
        return msgspec.structs.replace(goal, items=(*goal.items, *more))
    said = [i for i, item in enumerate(goal.items) if named(item, text)]
    # "退烧药请买对乙酰氨基酚": what is named again may be only called by its kind.
    other = _another_thing(goal, draft, scene, stretches) if not said or _only_kinds(goal, said, scene) else None
    if other is not None:
        return other
    if _ALLERGY.search(text) and topic == "diet":
        return goal
    return _with_wish(goal, said or _of_kind(goal, text, scene), text)


_DRINKS = re.compile(r"喝的|饮料|饮品|\b(?:drinks?|beverages?|minum(?:an)?(?:nya)?)\b", re.IGNORECASE)
_DISHES = re.compile(r"吃的|菜|主食|\b(?:food|dish(?:es)?|meals?|makan(?:an)?(?:nya)?)\b", re.IGNORECASE)
_POURED = frozenset({"coffee", "milk_tea"})
"""Categories of shops that sell what is drunk."""


def _of_kind(goal: Buy, text: str, scene: Scene) -> list[int]:
    """The items that an answer means by their kind: "the drinks all without ice"; none if it names no kind.

    Raises:
        ToolFailure: the shops could not be searched.
    """
    if len(goal.items) < LEAST_SEVERAL or bool(_DRINKS.search(text)) == bool(_DISHES.search(text)):
        return []
    poured = [
        i
        for i, item in enumerate(goal.items)
        if item.words and (hits := scene.dishes(item.words)) and hits[0]["category"] in _POURED
    ]
    if _DRINKS.search(text):
        return poured
    return [i for i in range(len(goal.items)) if i not in poured]


LEAST_SEVERAL = 2


def named(item: Item, text: str) -> bool:
    """Whether a text speaks of an item by its name."""
    words, low = fold(item.words), fold(text)
    return bool(words) and (words in low or singular(words) in low)


def _only_kinds(goal: Buy, said: list[int], scene: Scene) -> bool:
    menu = Menu(scene, parcels=goal.channel == "taobao")
    return len(said) == 1 and not menu.is_named(goal.items[said[0]].words)


def _another_thing(goal: Buy, draft: Draft, scene: Scene, stretches: list[tuple[int, int]]) -> Buy | None:
    """The purchase with the very thing that the answer names, in the place of what was only called by its kind."""
    menu = Menu(scene, parcels=goal.channel == "taobao")
    things = [i for i in Reader(draft, scene, stretches).items() if i.words and menu.relevance(i.words) >= LIKELY]
    things = [i for i in things if not specs(i.words) and menu.is_named(i.words)]
    if not things or any(option_words(fold(things[0].words))):
        return None
    unknown = [
        i for i, item in enumerate(goal.items) if menu.relevance(item.words) < LIKELY or not menu.is_named(item.words)
    ]
    unknown.sort(key=lambda i: menu.relevance(goal.items[i].words))
    if not unknown and any(menu.relevance(item.words) >= LIKELY for item in goal.items) and len(goal.items) == 1:
        return None
    first = things[0]
    items = list(goal.items)
    if unknown:
        items[unknown[0]] = msgspec.structs.replace(items[unknown[0]], words=first.words, text=first.text, thin=False)
    else:
        items.insert(0, first)
    return msgspec.structs.replace(goal, items=tuple(items), vague=False)


def _with_wish(goal: Buy, said: list[int], text: str) -> Buy:
    """The purchase with options and measures for the things that the answer names, or that nothing was said of yet."""
    if not goal.items:
        return goal
    at = said
    if not at:
        open_ones = [i for i, item in enumerate(goal.items) if not any(p.options for p in item.parts)]
        told = asked(Item(text, text=text))
        if told.measures or told.packs:
            # A measure is for the thing of which none was told yet: "10册的" for the books, not for the 24寸 suitcase.
            bare = [i for i in open_ones if not (asked(goal.items[i]).measures or asked(goal.items[i]).packs)]
            open_ones = bare if len(bare) == 1 else open_ones
        at = open_ones if len(open_ones) == 1 or not _ALL.search(text) else list(range(len(goal.items)))
        at = at if at and (len(at) == 1 or _ALL.search(text)) else open_ones or list(range(len(goal.items)))
    items = list(goal.items)
    stretches = _stretches(text, [goal.items[i] for i in at]) if len(at) > 1 else {}
    for i in at:
        own = stretches.get(i, text)
        low = fold(own).replace(fold(items[i].words), " ")
        forms = tuple(dict.fromkeys(low[a:b] for a, b, _ in option_words(low)))
        parts = tuple(Part(p.quantity, tuple(dict.fromkeys((*p.options, *forms)))) for p in items[i].parts)
        items[i] = msgspec.structs.replace(items[i], parts=parts, text=f"{items[i].text} {own}".strip())
    return msgspec.structs.replace(goal, items=tuple(items), vague=False)


def _stretches(text: str, items: list[Item]) -> dict[int, str]:
    """What an answer says of each of several things, cut where the next one is named."""
    low = fold(text)
    places = sorted((low.find(fold(item.words)), i) for i, item in enumerate(items) if fold(item.words) in low)
    if len(places) < 2:
        return {}
    ends = [*(at for at, _ in places[1:]), len(text)]
    return {i: text[at:end] for (at, i), end in zip(places, ends, strict=True)}
