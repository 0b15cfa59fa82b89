"""A meal for a group of which some eat no meat: "eight salads, six normal, two meatless".

The split is taken out of the words before they are read, because neither half names a thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from agent.grammar import parse_count
from agent.task import AnyGoal, Buy, Item, Part, Question
from agent.words import KEPT

_NUM = (
    r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas)"
)
_OF = (
    r"\s*(?:份|个|碗|盒|人|位)?(?:人|位)?(?:要|是|的|来)?\s*"
    r"(?:(?:of (?:them|those)|ones?|people|person|orang|porsi|yang|yg|are|is|that|who|nggak|gak|don['’]?t|do not"
    r"|请|得|需)\s+)*(?:请?要|得)?"
)
_MEAT = (
    r"(?:荤(?:的|菜)?|带肉的?|有肉的?|含肉的?|正常的?|普通的?|一般的?|吃肉的?"
    r"|(?:just )?(?:the )?(?:normal|regular|ordinary|standard|usual)(?: ones?)?|(?:with|containing) meat|meaty?(?:"
    r" ones?)?|non-?veg(?:etarian)?"
    r"|(?:biasa|normal)(?: aja| saja)?|(?:pakai|pake|dengan|ada|isi) daging|berdaging)"
)
_GREEN = (
    r"(?:素食?的?|不带肉的?|不放肉的?|没肉的?|不含肉的?|吃素的?|不吃肉的?"
    r"|(?:meat-?less|metaless|vegetarians?|veggies?|veg|vegan)(?: ones?)?|without (?:any )?meat|meat-?free|no meat"
    r"|eat no meat|eat meat"
    r"|vegetarian|vegetaris|vegan|tanpa daging|(?:makan|pakai|pake) daging)"
)
_GAP = (
    r"[\s,，、;；和跟]*(?:其中|另外|还有|剩下|其余|另|再|有|and|then|plus|the other|the rest|also|oh"
    r"|dan|terus|sama|lalu|sisanya|ada)*[\s,，]*(?:(?:another|other|ada|有|要)\s*)?"
)
_SPLIT = (
    re.compile(rf"(?:其中|里面)?(?P<meat>{_NUM}){_OF}{_MEAT}{_GAP}(?P<green>{_NUM}){_OF}{_GREEN}", re.IGNORECASE),
    re.compile(rf"(?:其中|里面)?(?P<green>{_NUM}){_OF}{_GREEN}{_GAP}(?P<meat>{_NUM}){_OF}{_MEAT}", re.IGNORECASE),
)
_BESIDES = re.compile(
    r"[\s,，]*(?:(?:so|jadi|and)\s+)?(?:他们的?|她们的?|那几份|这几份)?(?:就|请)?(?:别|不要|不)放肉"
    r"|[\s,，]*(?:so |and )?(?:there must be )?no meat in (?:theirs|those|them|it)"
    r"|[\s,，]*(?:jadi )?(?:punya mereka|yang itu|itu) (?:jangan|nggak|tanpa)(?: pakai| pake)? daging",
    re.IGNORECASE,
)
_THING = re.compile(
    rf"(?P<n>{_NUM})\s*(?P<unit>份|个|碗|盒|bowls? of|plates? of|portions? of|boxes of|servings? of|porsi|kotak"
    rf"|mangkuk)?\s*"
    r"(?P<what>[\u3400-\u9fff]{1,6}?|[A-Za-z][A-Za-z'’ -]{2,30}?)\s*[?？]?[\s,，:：.;]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Plates:
    """So many of a dish with meat, so many without; ``what`` is the dish."""

    what: str
    meat: int
    green: int


@lru_cache(maxsize=KEPT)
def cut_plates(text: str) -> tuple[str, Plates | None]:
    """The words without the split of a meal by diet, and the split; None if they tell none that adds up."""
    for pattern in _SPLIT:
        match = pattern.search(text)
        thing = _THING.search(text[: match.start()]) if match else None
        if match is None or thing is None:
            continue
        total, meat, green = (parse_count(m) or 0 for m in (thing["n"], match["meat"], match["green"]))
        if not meat or not green or meat + green != total:
            continue
        rest = text[match.end() :]
        besides = _BESIDES.match(rest)
        rest = rest[besides.end() :] if besides else rest
        return text[: match.start()].rstrip(" ,，:：.;") + rest, Plates(thing["what"].strip(), meat, green)
    return text, None


MEATLESS = ("vegetarian", "vegan")


def with_plates(goals: tuple[AnyGoal, ...], plates: Plates | None) -> tuple[AnyGoal, ...]:
    """The first purchase with the dish of both sorts in the place of what it holds."""
    if plates is None:
        return goals
    at = next((i for i, goal in enumerate(goals) if isinstance(goal, Buy)), -1)
    if at < 0:
        return goals
    goal = goals[at]
    assert isinstance(goal, Buy)
    words = next((item.words for item in goal.items if item.words and item.words in plates.what), plates.what)
    both = (
        Item(words, (Part(plates.meat),), text=words, never=MEATLESS),
        Item(words, (Part(plates.green),), text=words, one_of=MEATLESS),
    )
    tags = tuple(tag for tag in goal.tags if tag not in MEATLESS)
    split = msgspec.structs.replace(
        goal, items=both, tags=tags, like="", serves=0, vague=False, channel=goal.channel or "flash"
    )
    return (*goals[:at], split, *goals[at + 1 :])


def settled_by_plates(questions: tuple[Question, ...], goals: tuple[AnyGoal, ...]) -> tuple[Question, ...]:
    """The questions without what the split has answered: which things they are."""
    known = {goal.id for goal in goals if isinstance(goal, Buy) and any(i.one_of for i in goal.items)}
    return tuple(q for q in questions if q.goal not in known or q.field != "items")
