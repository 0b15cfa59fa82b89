"""Goods and food: what, how many, with which options, where to, until when, for how much."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from agent.grammar import Count, Day, DayRange, Money
from agent.rules.domains import Draft
from agent.rules.items import Reader
from agent.rules.nouns import nouns
from agent.rules.places import at_known_address
from agent.rules.questions import ask
from agent.rules.recipients import receivers
from agent.rules.scene import Clause, Scene
from agent.rules.telling import as_before, with_instead
from agent.rules.timing import delivery
from agent.rules.whereto import destination
from agent.task import Buy, Item, Question

TAGS = ("halal", "vegan", "vegetarian", "gluten_free")
PEOPLE = frozenset({"person", "adult", "child"})


def read_buy(draft: Draft, goal_id: str, scene: Scene) -> tuple[Buy, list[Question]]:
    """A draft as a :class:`Buy`, with what is missing."""
    questions: list[Question] = []
    to, note, stretches = destination(draft, goal_id, scene, questions)
    card, card_stretch = card_text(draft, scene)
    stretches += card_stretch
    without, not_stretches = excluded(draft)
    stretches += not_stretches
    stretches += [(at, at + len(words)) for at, who, words in receivers(scene.text, scene) if who is not None]
    reader = Reader(draft, scene, stretches)
    items = with_instead(reader.items(), scene)
    meals = [meal for clause in draft.clauses for meal in clause.all("meal")]
    meal = next((m for m in meals if m != "any"), "")
    by, at = delivery(draft.clauses, scene, meal)
    tags = tuple(tag for tag in TAGS if draft.has(tag))
    if len(items) > 1:
        # A tag that stands with one of several things is that thing's own, and part of its words.
        tags = tuple(tag for tag in tags if not any(tag in reader.tags_of(item) for item in items))
    budget, about = limits(draft.clauses)
    if len(items) == 1 and any(m.per == "each" for c in draft.clauses for m in c.of(Money)):
        budget, about = budget * items[0].quantity, about * items[0].quantity
    like = (
        "usual"
        if wants_usual(draft) and not draft.has("more_than_usual")
        else "last"
        if (draft.has("last") and not _only_tells_of_last(draft, items))
        or any(as_before(c, scene) for c in draft.clauses)
        else ""
    )
    people = [c.n for clause in draft.clauses for c in clause.of(Count) if _for_people(c, clause)]
    choice = next((c for c in ("cheapest", "fastest", "best", "any") if draft.has(c)), "")
    if (
        not choice
        and len(items) > 1
        and any(clause.has("coupon") and clause.has("cheapest") for clause in scene.clauses)
    ):
        choice = "cheapest"
    if to.startswith("@") and not (by or at):
        at = _before_departure(scene)
    if not items and (meals or like or tags or draft.has("goal.buy")):
        items = (Item("", text=draft.words),)
    goal = Buy(
        id=goal_id,
        words=draft.words,
        items=items,
        channel=next((c for c in ("taobao", "flash") if draft.has(f"channel.{c}")), ""),
        to=to,
        by=by,
        at=at,
        budget_fen=budget,
        about_fen=about,
        choice=choice,
        like=like,
        since=scene.since if like == "last" else "",
        tags=tags,
        without=without,
        serves=_heads(people, draft),
        note=card or note,
        coupon=any(clause.has("coupon") for clause in scene.clauses),
    )
    questions += missing(goal, scene)
    if bare(goal) and not exact_dish(goal.items[0].words, scene):
        goal = _vague(goal)
    return goal, questions


_EVERY_DAY = re.compile(
    r"每天|每日|天天|每个?早|\b(?:each|every) (?:day|morning|evening|noon|time)\b|\bdaily\b|\b(?:tiap"
    r"|setiap) (?:hari|pagi|malam|siang)\b"
)


def each_day(goal: Buy, draft: Draft, ids: list[str], scene: Scene) -> list[Buy]:
    """A purchase for several days as one for each of them: "breakfast for 3 and 4 May, each day one congee"."""
    days = {span.date for c in draft.clauses for span in c.of(Day) if span.date >= scene.now.date()}
    for span in (span for c in draft.clauses for span in c.of(DayRange)):
        if (span.last - span.first).days < MOST_DAYS and span.first >= scene.now.date():
            days |= {span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)}
    if not 1 < len(days) <= MOST_DAYS or not _EVERY_DAY.search(scene.low):
        return [goal]
    clock = datetime.fromisoformat(goal.by or goal.at).timetz() if goal.by or goal.at else None
    made = []
    for goal_id, day in zip(ids, sorted(days), strict=False):
        if clock is None:
            return [goal]
        moment = datetime.combine(day, clock).isoformat()
        when = {"by": moment} if goal.by else {"at": moment}
        made.append(msgspec.structs.replace(goal, id=goal_id, **{"by": "", "at": "", **when}))
    return made


MOST_DAYS = 7
"""For more days than a week nothing is ordered ahead by one sentence."""


_LAST_TIME = re.compile(r"\blast time\b|上次|上回|\b(?:terakhir|waktu itu|kemarin)\b")
_AGAIN = re.compile(
    r"\b(?:same|again|like|as|repeat\w*|once more)\b|一样|同样|照|再来|再点|那[家种款个]"
    r"|\b(?:sama|lagi|kayak|seperti|ulang\w*)\b"
)


def _only_tells_of_last(draft: Draft, items: tuple[Item, ...]) -> bool:
    """ "Last time they came out wrong": what happened, beside things that are counted."""
    counted = any(item.quantity > 1 and item.words for item in items)
    spoken = [c for c in draft.clauses if c.has("last")]
    return counted and all(_LAST_TIME.search(c.low) and not _AGAIN.search(c.low) for c in spoken)


def wants_usual(draft: Draft) -> bool:
    """Whether the usual is asked for, and not anything but the usual."""
    for clause in draft.clauses:
        for i, cue in enumerate(clause.cues):
            if "usual" not in cue.concepts:
                continue
            before = [c for c in clause.cues[:i] if set(c.concepts) - {"fn", "joiner", "prep.from", "prep.to"}]
            refused = before and {"not_thing", "pay_not", "dont"}.intersection(before[-1].concepts)
            if not (refused and cue.start - before[-1].end <= 10):
                return True
    return False


def _before_departure(scene: Scene) -> str:
    """An hour before the seat that was asked for leaves; empty if no hour was said."""
    if not scene.departs:
        return ""
    return (datetime.fromisoformat(scene.departs) - timedelta(hours=1)).isoformat()


def _vague(goal: Buy) -> Buy:
    return msgspec.structs.replace(goal, vague=True)


ALL_THERE_IS = re.compile(
    r"只有|只剩|就剩|就(?:有|这么多)|剩下?|总共就|满打满算|\b(?:only have|only got|all (?:i['’]?ve|we['’]?ve|i have"
    r"|we have|there is)|left in|what['’]?s left)\b"
    r"|\b(?:sisa|cuma|cuman|tinggal|hanya|adanya|punya)\b"
)
"""What somebody has is all that they can spend."""


def _bounds_all(money: Money, clause: Clause) -> bool:
    """Whether a bare amount is what everything together may cost."""
    return money.per == "total" or bool(ALL_THERE_IS.search(clause.low) or _FOR_ALL.search(clause.low))


_FOR_ALL = re.compile(
    r"\b(?:for (?:all of it|everything|the lot|all)|altogether|in total|all in|buat semuanya|untuk semuanya|semuanya)\b"
    r"|一共|总共|全部|加起来"
)
"""An amount that everything together has to do with."""


_SENT_ONE = re.compile(r"(?:send|give|order|get|kirim\w*|kasih)?\s*(?:one|satu|1)")
"""send one (bouquet): one of something, and no yuan."""


def limits(clauses: list[Clause]) -> tuple[int, int]:
    """``(budget_fen, about_fen)`` of clauses; amounts that belong to all goals are not among them."""
    budget = about = 0
    if any(clause.has("ask_if_above") for clause in clauses):
        # Up to there it need not ask; above it asks, and does not give up.
        return 0, 0
    for clause in clauses:
        for money in clause.of(Money):
            if money.currency != "CNY" or money.bound == "above":
                continue
            if money.bound in ("at_most", "below") or (money.bound == "exact" and _bounds_all(money, clause)):
                budget = money.fen
            elif money.bound in ("about", "exact"):
                about = money.fen
    return budget, about


def card_text(draft: Draft, scene: Scene) -> tuple[str, list[tuple[int, int]]]:
    """What is to be written on the card."""
    for clause in draft.clauses:
        cue = clause.cue("note.card")
        if cue is None:
            continue
        rest = scene.text[cue.end :]
        told = bool(scene.quotes) and _TELLS_CARD.search(rest.lower()) is not None
        if cue.form == "card" and _BARE_CARD.match(rest) and not told:
            # A birthday card is a thing to buy.
            continue
        if scene.quotes:
            return scene.quotes[-1], [(cue.start, len(scene.text))]
        behind = (c.start for c in draft.clauses if c.start > cue.end and c.has("deliver", "prep.to"))
        end = next(behind, len(scene.text))
        rest = rest[: end - cue.end]
        words = _SAYS.sub("", rest)
        if words and (
            rest[:3].strip()[:1] in (":", "-", "–", "—", "写", "'") or "card" in cue.form or "写" in cue.form
        ):
            return words.strip(" ',。"), [(cue.start, len(scene.text))]
    return "", []


_TELLS_CARD = re.compile(r"\b(?:says?|saying|reads?|written|bertuliskan|tulis\w*|isinya)\b|写")
_BARE_CARD = re.compile(r"\s*(?:$|[,?.!]|(?:and|to|for|with|please|pls|by|too|as well)\b)", re.IGNORECASE)
_SAYS = re.compile(r"^(?:says|saying|reads)?[\s:\-–—,]*", re.IGNORECASE)


_SOMEONE = re.compile(
    r"(?:里面|其中|组里|我们|他们)?(?:有|一)?[个位]?(?:人|同事|同学|朋友|客人)(?:有|的)?|有人|(?:some|any)(?:one|body)|one|people|person|colleagues?|guests?|friends?"
    r"|orang|teman|rekan|tamu",
    re.IGNORECASE,
)
"""Who cannot eat something is nothing that they cannot eat."""


def excluded(draft: Draft) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """What must not be in it: allergies by their tag, other things by their word."""
    without: list[str] = []
    stretches: list[tuple[int, int]] = []
    for clause in draft.clauses:
        if clause.has("allergy"):
            named = [n for n in nouns(clause) if _SOMEONE.fullmatch(n.words) is None]
            without += clause.all("diet") or [singular(n.words) for n in named]
            stretches.append((clause.start, clause.end))
            continue
        for noun in nouns(clause):
            if noun.lead is not None and "not_thing" in noun.lead.concepts and noun.lead.form != "kecuali":
                without.append(singular(noun.words))
                stretches.append((noun.start, noun.end))
        for cue in clause.cues:
            if any(c.startswith("diet.") for c in cue.concepts):
                before = [c for c in clause.cues if c.end <= cue.start]
                if before and "not_thing" in before[-1].concepts:
                    without += [c.removeprefix("diet.") for c in cue.concepts if c.startswith("diet.")]
    return tuple(dict.fromkeys(w for w in without if w)), stretches


def singular(words: str) -> str:
    """An English plural as its singular; other words as they are."""
    low = words.casefold()
    if not low.isascii():
        return words
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    return low[:-1] if low.endswith("s") and not low.endswith("ss") and len(low) > 3 else low


def missing(goal: Buy, scene: Scene) -> list[Question]:
    """What must be asked of a purchase."""
    found: list[Question] = []
    nothing = not goal.items or not any(item.words for item in goal.items)
    if nothing and not (goal.like or goal.tags or goal.choice or goal.serves):
        found.append(ask(goal.id, "items", "item", scene.language, "which_item"))
    if not goal.to and not at_known_address(scene):
        found.append(ask(goal.id, "to", "address", scene.language, "where_to"))
    return found


_FOR = re.compile(r"(?:for|buat|untuk)\s*$")


MOST_WHO_DIET = 2
"""Of a party seldom more than so many are spoken of as allergic."""


def _for_people(count: Count, clause: Clause) -> bool:
    """Whether a number is of people who eat: "dinner for six", and not "one person is allergic"."""
    if count.unit in PEOPLE:
        return count.n > MOST_WHO_DIET or not clause.has("allergy")
    before = clause.low[: count.start - clause.start]
    return (
        not count.unit
        and not clause.has("allergy")
        and bool(_FOR.search(before))
        and clause.has("meal.breakfast", "meal.lunch", "meal.dinner")
    )


def _heads(people: list[int], draft: Draft) -> int:
    """How many eat: grown-ups and children are added up, and one of them who is spoken of is no further one."""
    units = {c.unit for clause in draft.clauses for c in clause.of(Count)}
    return sum(people) if {"adult", "child"} & units else max(people, default=0)


def bare(goal: Buy) -> bool:
    """Whether nothing but the kind of thing was said."""
    if len(goal.items) != 1 or goal.like or goal.choice or goal.budget_fen or goal.about_fen or goal.tags:
        return False
    item = goal.items[0]
    words = item.words
    short = len(words) <= 3 if words and not words.isascii() else len(words.split()) == 1
    said = goal.to or goal.by or goal.at or goal.note or goal.serves or goal.coupon or goal.channel or goal.without
    return bool(words) and short and item.quantity == 1 and not any(p.options for p in item.parts) and not said


def exact_dish(words: str, scene: Scene) -> bool:
    """Whether a shop nearby sells a thing of exactly this name, so that there is nothing to ask."""
    said = words.casefold()
    return any(said in (d["name"].casefold(), d["name_en"].casefold()) for d in scene.dishes(words))
