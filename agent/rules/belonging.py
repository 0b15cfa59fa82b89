"""What belongs to which of several things, and what only says how one of them should be."""

from __future__ import annotations

import re

from agent.rules.nouns import Noun
from agent.rules.scene import Clause
from agent.steps.options import option_words

ANOTHER = re.compile(r"[\s,]*(?:and|n|plus|\+|&|再|另)\s*(?:one more|one|another|an extra|来?一[杯份个])")
"""One more of the last thing."""
ONE_THING = re.compile(r"\b(?:a|an)\s+(?!few|couple|bit|lot)")
"""A single thing, which a bare word behind it only describes."""
SOLD = 60
"""From this relevance on, what a search finds is what was meant."""
_SORTS = ("sugar", "ice", "spic")


def same_choice(option: str, others: tuple[str, ...]) -> bool:
    """Whether an option is taken the place of by another one of its sort: less sugar by full sugar."""
    wish = " ".join(w for _, _, w in option_words(option))
    new = " ".join(w for other in others for _, _, w in option_words(other))
    return any(sort in wish and sort in new for sort in _SORTS)


def border(clause: Clause, noun: Noun, following: Noun | None) -> tuple[int, bool]:
    """Where what is said of a thing ends, and whether a word for "and" parts it from the next thing."""
    if following is None:
        return clause.end, True
    joins = [
        c.start
        for c in clause.cues
        if noun.end <= c.start < following.start and {"and", "connector"}.intersection(c.concepts)
    ]
    return (joins[-1], True) if joins else (following.start, False)


def all_wishes(words: str) -> bool:
    """Whether every word of a text is a wish that a thing may be had with: oat milk, extra spicy."""
    low = words.casefold()
    return sum(end - start for start, end, _ in option_words(low)) >= len(low)
