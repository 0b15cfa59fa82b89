"""Whether words are the name of a thing that can be bought."""

from __future__ import annotations

import re

from agent.rules.belonging import SOLD
from agent.rules.cues import find_cues
from agent.rules.nouns import Noun
from agent.rules.scene import Clause, Scene
from agent.steps.options import option_words

MOST_WORDS = 6
_PACKED = re.compile(r"\(.*\)")


def is_menu_line(clause: Clause, things: list[Noun], scene: Scene) -> bool:
    """Whether a clause is no more than the name of a thing that shops nearby sell: "es teh jumbo gula dikit"."""
    words = clause.text.strip(" ,.;!。")
    if len(things) != 1 or not words.startswith(things[0].words) or len(words.split()) > MOST_WORDS:
        return False
    said = things[0].words.casefold()
    options = sum(end - start for start, end, _ in option_words(said))
    return options * 2 < len(said) and bool(scene.dishes(said))


def only_a_kind(words: str) -> bool:
    """Whether nothing but a word for any order stands there: a parcel, a ticket, a room."""
    low = words.casefold().strip()
    return any(
        cue.start == 0 and cue.end == len(low) and all(concept.startswith("what.") for concept in cue.concepts)
        for cue in find_cues(low, ())
    )


def run_together(words: str, scene: Scene) -> list[str]:
    """可乐雪碧: two things without a word between them, where shops sell both and nothing of the whole name."""
    if words.isascii() or not 4 <= len(words) <= 6 or any(c.isascii() for c in words) or "的" in words:
        return [words]
    if any(dish["relevance"] >= SOLD for dish in scene.dishes(words) if words in dish["name"]):
        return [words]
    for cut in range(2, len(words) - 1):
        parts = [words[:cut], words[cut:]]
        if all(any(_PACKED.sub("", d["name"]).endswith(part) for d in scene.dishes(part)) for part in parts):
            return parts
    return [words]
