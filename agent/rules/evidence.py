"""What the words really ask for: goals and things without any positive evidence are let go of.

People tell what happened, how they feel and what others do; a goal that rests on such a clause alone would buy or ask
for something that nobody wants.
"""

from __future__ import annotations

import re

import msgspec

from agent.grammar import Count, read
from agent.rules.cues import find_cues
from agent.rules.scene import Scene
from agent.task import AnyGoal, Bill, Buy, Collect, Dispute, Item, Mandate, Question, Stay, Tell, Transfer, Trip
from agent.words import fold

LISTED = re.compile(
    r"^\W*(?:and|plus|also|with|sama|dan|trus|还有|和|跟|加|再|另外|顺便)"
    r"|[+&]|\b(?:an?|some|another|a few)\s",
    re.IGNORECASE,
)
"""A thing that goes on a list or has an article is asked for like the one before it."""
_REACH = 12
_DONE = re.compile(
    r"(?:[喝吃][了过](?!吧|呗)|[买订点](?:过|好|完|到)了?|(?:买|订)了的?$|已经(?:买|订|有|搞定|弄好))"
    r"|\balready\b|\b(?:been|got it|is|are|'s) (?:sorted|booked|bought|covered|taken care of)\b"
    r"|\b(?:udah|sudah|udh|dah) (?:di)?(?:beli|pesan|pesen|booking|ada|beres|urus)"
)
"""What was done or is there needs no doing."""
_PUT_OFF = re.compile(
    r"(?:pulang|balik|return|way back|trip back|flight back|回程|返程|回来的?票?|回去的?票?)(?:nya)?"
    r"[^,.;!?。]{0,14}?"
    r"(?:\bnanti\b|\bn?e?ntar\b|\bgampang\b|\blater\b|another time|再说|以后|回头|不急|先不)"
)


def with_evidence(
    goals: list[AnyGoal], questions: list[Question], scene: Scene
) -> tuple[list[AnyGoal], list[Question]]:
    """The goals that something in the words asks for, and the questions that are theirs."""
    kept = [weighed(goal, scene) if isinstance(goal, Buy) else goal for goal in goals]
    kept = [goal for goal in kept if not baseless(goal, scene)] or kept
    kept = [goal for goal in kept if not done(goal)] or kept
    kept = [goal for goal in kept if not later(goal, scene) and not covered(goal, kept)]
    kept = [goal for goal in kept if not reported(goal, kept)]
    ids = {goal.id for goal in kept}
    return kept, [question for question in questions if question.goal in ids]


def baseless(goal: AnyGoal, scene: Scene) -> bool:
    """Whether nothing that a goal needs was said: no place or day of a trip, no person or amount of a payment."""
    if isinstance(goal, Trip):
        named = goal.destination or goal.reach or goal.number or goal.back_of or goal.date
        cued = any(clause.has("goal.flight", "goal.train") for clause in scene.clauses)
        return not named or not (cued or goal.destination or goal.reach or goal.number or goal.back_of)
    if isinstance(goal, Collect):
        return not (goal.payers or goal.people or goal.total_fen or goal.each_fen)
    if isinstance(goal, Transfer):
        return not (goal.payee or goal.account or goal.amount_fen)
    return False


def done(goal: AnyGoal) -> bool:
    """Whether a purchase or a stay only stands on words that tell that it was made."""
    if isinstance(goal, Buy):
        counted = any(item.quantity > 1 or item.ref for item in goal.items)
        return len(goal.items) <= 1 and not counted and not goal.like and _DONE.search(fold(goal.words)) is not None
    if isinstance(goal, Stay):
        return not (goal.city or goal.near or goal.check_in) and _DONE.search(fold(goal.words)) is not None
    return False


def later(goal: AnyGoal, scene: Scene) -> bool:
    """Whether the way back is put off: "pulangnya nanti aja"."""
    return isinstance(goal, Trip) and bool(goal.back_of) and not goal.date and _PUT_OFF.search(scene.low) is not None


def covered(goal: AnyGoal, goals: list[AnyGoal]) -> bool:
    """Whether a bill of no kind is only what a standing permission is for."""
    return isinstance(goal, Bill) and not (goal.bill or goal.due_by) and any(isinstance(g, Mandate) for g in goals)


def reported(goal: AnyGoal, goals: list[AnyGoal]) -> bool:
    """Whether what is to be told is whether the payments of this very errand went through, as the report does."""
    paid = any(isinstance(other, Bill | Transfer | Dispute) for other in goals)
    return paid and isinstance(goal, Tell) and goal.about == "order"


def weighed(goal: Buy, scene: Scene) -> Buy:
    """The purchase with its thin items marked: those whose clause neither counts them nor speaks of buying."""
    if len(goal.items) < 2:
        return goal
    thin = [is_thin(item, scene) for item in goal.items]
    if all(thin):
        return goal
    items = tuple(
        msgspec.structs.replace(item, thin=True) if flag else item for item, flag in zip(goal.items, thin, strict=True)
    )
    return msgspec.structs.replace(goal, items=items)


def is_thin(item: Item, scene: Scene) -> bool:
    """Whether nothing but its noun speaks for an item."""
    if item.ref or item.quantity > 1 or any(part.options for part in item.parts):
        return False
    text = item.text or item.words
    if LISTED.search(text):
        return False
    reading = read(text, scene.now, scene.language)
    if any(_counts(item, span, reading.text) for span in reading.of(Count)):
        return False
    low = fold(text)
    return not any("goal.buy" in cue.concepts for cue in find_cues(low, [(s.start, s.end) for s in reading.spans]))


def _counts(item: Item, count: Count, text: str) -> bool:
    """Whether a count stands beside the item's own noun, and not beside somebody else's."""
    words = fold(item.words)
    first = words.split()[0] if words.isascii() and words else words[:2]
    around = fold(text[max(0, count.start - _REACH) : count.end + _REACH])
    return bool(first) and first in around
