"""Words of a thing: which are its name, and which say what it is like, how many there are or what it is for."""

from __future__ import annotations

import re

from agent.rules.cues import CLEAR_OPTIONS
from agent.rules.nouns import Noun
from agent.rules.scene import Clause
from agent.steps.options import option_words
from agent.task import Item, Part

TEMPERATURE = frozenset({"hot", "iced", "warm"})
_ONES = re.compile(r"\s*ones?\b")


def sort_of_thing(clause: Clause, noun: Noun) -> bool:
    """ "wireless ones": a kind, and no thing; "30W one" is one that the thing before was named for."""
    return bool(_ONES.match(clause.low, noun.end - clause.start)) and not any(char.isdigit() for char in noun.words)


def names_the_meal(noun: Noun, clause: Clause) -> bool:
    """ "team lunch", "birthday dinner": what a meal is for."""
    if (
        not noun.words.isascii()
        or len(noun.words.split()) > 1
        or (noun.lead is not None and noun.lead.concepts != ("fn",))
    ):
        return False
    meals = ("meal.breakfast", "meal.lunch", "meal.dinner")
    return any(0 <= c.start - noun.end <= 1 and set(meals) & set(c.concepts) for c in clause.cues)


def joined(kind: str, thing: str) -> str:
    return f"{kind}{thing}" if not (kind.isascii() and thing.isascii()) else f"{kind} {thing}"


def is_colour(clause: Clause, thing: Noun) -> bool:
    """…,白色,…: a clause that is nothing but how the last thing looks."""
    return (
        not clause.kinds
        and 1 < len(thing.words) <= 4
        and thing.words.endswith(("色", "装", "号"))
        and not clause.has("and")
    )


def ends_in_de(clause: Clause, thing: Noun) -> bool:
    """Whether nothing but 的 and spans of the grammar stands behind a noun phrase."""
    rest = [" " if any(s.start <= at < s.end for s in clause.spans) else clause.text[at - clause.start]
            for at in range(thing.end, clause.end)]  # fmt: skip
    behind = clause.text[: thing.end - clause.start].endswith("的")
    return "".join(rest).strip(" ,.。!") == ("" if behind else "的")


def with_text(item: Item, text: str) -> Item:
    return Item(item.words, item.parts, f"{item.text} {text}".strip())


def with_parts(item: Item, rows: list[Part]) -> Item:
    """Fold "20, of which 10 …, 10 …" into the parts."""
    if len(rows) > 1:
        total, rest = rows[0].quantity, rows[1:]
        split = sum(part.quantity for part in rest)
        if split < total:
            rest = [*rest, Part(total - split, rows[0].options)]
        elif split > total:
            rest = [*rows]
        rows = rest
    return Item(item.words, tuple(rows), item.text)


def only_options(words: str) -> bool:
    """Whether nothing but options stands there: 大的 names a size and no thing."""
    low = words.casefold()
    marks = [m for m in option_words(low) if m[2] in CLEAR_OPTIONS or m[2] in TEMPERATURE]
    covered = sum(end - start for start, end, _ in marks)
    return covered > 0 and covered >= len(low.replace(" ", "").replace("的", ""))
