"""Which nouns of a clause are the things, which count is whose, and whether a clause is a list."""

from __future__ import annotations

from agent.grammar import Count
from agent.rules.belonging import all_wishes
from agent.rules.measures import sizes
from agent.rules.naming import ends_in_de, is_colour
from agent.rules.nouns import Noun
from agent.rules.scene import Clause

_CHOOSES = frozenset({"要", "想要", "就要", "我要", "选"})


def describes(clause: Clause, things: list[Noun], counts: list[Count]) -> bool:
    """…,pepperoni的: the kind of the thing before, and no thing of its own."""
    return (
        len(things) == 1
        and not counts
        and (not clause.kinds or (things[0].lead is not None and things[0].lead.form in _CHOOSES))
        and (ends_in_de(clause, things[0]) or is_colour(clause, things[0]))
    )  # fmt: skip


def listed(clause: Clause, things: list[Noun]) -> bool:
    """Whether a clause is nothing but a thing, as in a list."""
    low = clause.low.rstrip(" ,.;:!。，、的")
    # "koper 24 inci": the size behind a thing is none of its own.
    end = clause.start + next((a for a, b in sizes(low) if b == len(low)), len(clause.low))
    whole = things[0].start - clause.start <= 2 and len(things) == 1 and things[0].end >= end - 2
    return whole and len(things[0].words.split()) <= 4 and not all_wishes(things[0].words)


def chosen(clause: Clause, things: list[Noun], counts: list[Count]) -> list[Noun]:
    """The noun after the verb, and those that are counted or joined to it."""
    verbs = {"goal.buy", "strong.buy"}
    main = next((n for n in things if n.lead is not None and verbs.intersection(n.lead.concepts)), None)
    verb = clause.cue(*verbs)
    main = main or next((n for n in things if verb is not None and n.start >= verb.end), None)
    counted = [n for n in things if any(0 <= n.start - c.end <= 1 for c in counts)]
    if len(counts) > 1 and 0 <= counts[0].start - things[0].end <= 1:
        # 咖啡8杯奶茶4杯: every count stands behind its thing.
        counted = [n for n in things if any(0 <= c.start - n.end <= 1 for c in counts)]
    main = main or (counted[0] if counted else things[0])
    joined = [n for n in things if n.lead is not None and "and" in n.lead.concepts]
    return [n for n in things if n is main or n in counted or (n in joined and n.start > main.start)]


def count_for(noun: Noun, counts: list[Count], since: int, until: int, trailing: bool) -> int:
    """How many of a noun: the count before it, or behind it where counts stand there; 1 if there is none."""
    before = [c for c in counts if since <= c.start and c.end <= noun.start]
    after = [c for c in counts if noun.end <= c.start < until]
    if before and not (trailing and after):
        return before[-1].n
    return after[0].n if after else 1
