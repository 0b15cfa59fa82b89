"""Things that the words name apart from where they ask for them: 家里猫粮快没了,网上买一袋.

A word that nobody sells stands for what somebody sells and the words speak of, where there is such a thing.
"""

from __future__ import annotations

import re

import msgspec

from agent.rules.grounding import LIKELY, Menu
from agent.rules.nouns import nouns
from agent.rules.scene import Scene
from agent.task import Item


def rescued(items: tuple[Item, ...], menu: Menu, stretches: tuple[tuple[int, int], ...]) -> tuple[Item, ...]:
    """The items with what is sold in the place of words that nobody sells.

    Nothing changes where all is known, or where the words name nothing else that is sold: then the person is asked.
    """
    scene = menu.scene
    if scene.desk is None or not items:
        return items
    items = tuple(_unpacked(item, menu) for item in items)
    unknown = [i for i, item in enumerate(items) if item.words and menu.relevance(item.words) < LIKELY]
    if not unknown:
        return items
    others = _others(items, menu, stretches, scene)
    if len(unknown) == len(items):
        if len(others) != 1:
            return items
        first = items[unknown[0]]
        return (msgspec.structs.replace(first, words=others[0], text=f"{others[0]} {first.text}"),)
    # Beside things that are sold, a stretch that ends in a particle is what somebody does.
    return tuple(item for i, item in enumerate(items) if i not in unknown or not _SAYS.search(item.words))


_SAYS = re.compile(r"[\u3400-\u9fff](?:[了过着吗呢嘛]|个|一下|一声|先问|先说)$|(?:撞|冲突|告诉|通知|提醒)")


def _unpacked(item: Item, menu: Menu) -> Item:
    """ "a box of smectite powder": nobody sells the words, and what is in the box they do."""
    held = _IN_A_BOX.match(item.words)
    if held is None or menu.relevance(item.words) >= LIKELY or menu.relevance(item.words[held.end() :]) < LIKELY:
        return item
    return msgspec.structs.replace(item, words=item.words[held.end() :])


_IN_A_BOX = re.compile(
    r"(?:an?\s+)?(?:box|bag|bottle|pack|packet|bunch|cup|can|jar|tin|tub|carton|roll|bowl|plate|pot|case|tube|loaf|slice"
    r"|piece|pair)(?:e?s)?\s+of\s+(?:the\s+)?",
    re.IGNORECASE,
)


def _others(items: tuple[Item, ...], menu: Menu, stretches: tuple[tuple[int, int], ...], scene: Scene) -> list[str]:
    """What is sold by its whole name and runs out, as a clause says that has no errand of another kind."""
    found: list[str] = []
    for clause in scene.clauses:
        if set(clause.kinds) - {"buy"} or not clause.has("running_out"):
            continue
        for noun in nouns(clause, without=stretches):
            words = noun.words.strip()
            if noun.lead is not None and {"not_thing", "owner_pay"}.intersection(noun.lead.concepts):
                continue
            if len(words) < 2 or words in found or any(words in item.words for item in items):
                continue
            if menu.is_named(words):
                found.append(words)
    return [words for words in found if not any(words != other and words in other for other in found)]
