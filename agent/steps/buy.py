"""Buying: which channel, the usual and the last one, and what to ask when the wish is vague."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import NoWay
from agent.grammar import parse_time
from agent.phrases import phrase
from agent.steps import flash, taobao
from agent.steps.again import as_before
from agent.steps.allowances import most_for
from agent.steps.base import Candidate, Placed, Plain, Work
from agent.task import Buy

MEALS = frozenset(
    {"coffee", "milk_tea", "burger", "pizza", "rice", "noodles", "halal", "indonesian", "breakfast", "salad", "bakery",
     "hotpot", "barbecue", "fruit", "pharmacy", "flowers"}
)  # fmt: skip
"""Shop categories of things that people want at once even if they do not say so."""


FRESH = frozenset({"flowers", "bakery"})
"""Categories of things that nobody sends by parcel even if there are days left."""


class BuyStep(Plain[Buy]):
    """Orders from a shop nearby or by parcel."""

    def look(self, goal: Buy, work: Work) -> list[Candidate]:
        """Candidates of the channel that suits, or of both if only the price counts."""
        goal = resolve(goal, work)
        if work.task.allowance_only:
            most = most_for(work)
            goal = msgspec.structs.replace(goal, budget_fen=min(goal.budget_fen or most, most))
        channels = channels_for(goal, work)
        found: list[Candidate] = []
        missed: list[NoWay] = []
        for channel in channels:
            try:
                found += (flash if channel == "flash" else taobao).look(goal, work)
            except NoWay as error:
                missed.append(error)
            else:
                if goal.choice != "cheapest":
                    break
        if not found:
            # The reason that says most: a thing that exists but is too dear or too late, before "not found".
            raise next((m for m in missed if m.reason != "not_found"), missed[0])
        if goal.choice == "cheapest":
            found.sort(key=lambda c: c["fen"])
        return found

    def place(self, goal: Buy, candidate: Candidate, work: Work) -> Placed:
        """Order at the candidate's channel."""
        if candidate["data"]["channel"] == "flash":
            return flash.place(goal, candidate, work)
        return taobao.place(goal, candidate, work)

    def find(self, goal: Buy, candidate: Candidate, work: Work) -> Placed | None:
        """What an unanswered order left behind."""
        if candidate["data"]["channel"] == "flash":
            return flash.find(candidate, work)
        return taobao.find(candidate, work)

    def check(self, goal: Buy, placed: Placed, work: Work) -> dict[str, Any]:
        """Read whether the shop has it."""
        return flash.check(placed, work) if placed["data"]["channel"] == "flash" else taobao.check(placed, work)

    def undo(self, goal: Buy, placed: Placed, work: Work) -> None:
        """Cancel the unpaid order."""
        if placed["data"]["channel"] == "flash":
            flash.undo(placed, work)
        else:
            taobao.undo(goal, placed, work)


def channels_for(goal: Buy, work: Work) -> list[str]:
    """Which channels to look at, in order."""
    if goal.channel:
        return [goal.channel]
    if flash.soon(goal, work):
        return ["flash"]
    first = words_of_first(goal)
    if goal.at or goal.tags or goal.serves or goal.choice or len(goal.items) > 1 or has_options(goal):
        return ["flash", "taobao"]
    near = work.desk.call(
        "flash_dish_search", {"query": first, "location": work.me.location, "limit": 5}, need=("dishes",)
    )
    if goal.by:
        fresh = any(d["category"] in FRESH and d["relevance"] >= 90 for d in near["dishes"][:1])
        # A parcel comes on a day, a courier at an hour.
        timed = any(d["relevance"] >= 90 for d in near["dishes"][:1]) and parse_time(goal.words, work.now) is not None
        fresh = fresh or timed
        return ["flash", "taobao"] if fresh else ["taobao", "flash"]
    if any(d["category"] in MEALS and d["relevance"] >= 60 for d in near["dishes"]):
        return ["flash", "taobao"]
    return ["taobao", "flash"]


def words_of_first(goal: Buy) -> str:
    """What the first item is called."""
    return (goal.items[0].words or goal.items[0].text)[:200] if goal.items else ""


def has_options(goal: Buy) -> bool:
    """Whether the person named options, as they do for food and drink."""
    return any(part.options for item in goal.items for part in item.parts)


def resolve(goal: Buy, work: Work) -> Buy:
    """Turn "the usual" and "that brand again" into things, and ask which one if nothing narrows the wish down."""
    memory = work.step(goal.id).setdefault("result", {})
    if "goal" in memory:
        return msgspec.convert({**memory["goal"], "kind": "buy"}, Buy)
    if goal.like:
        goal = as_before(goal, work)
    elif goal.vague and goal.items:
        goal = asked_which(goal, work)
        if goal.like:
            goal = as_before(goal, work)
    memory["goal"] = msgspec.to_builtins(goal)
    return goal


def asked_which(goal: Buy, work: Work) -> Buy:
    """Ask which of several kinds, if nothing that was said decides it and no plain one exists."""
    item = goal.items[0]
    if goal.like or goal.choice:
        return goal
    dishes = work.desk.call(
        "flash_dish_search", {"query": item.words[:200], "location": work.me.location, "limit": 10}, need=("dishes",)
    )["dishes"]
    names = list(dict.fromkeys(d["name_en"] if work.task.language == "en" else d["name"] for d in dishes))[:5]
    text = phrase(work.task.language, "ask_which", what=", ".join(names) or item.words)
    reply = work.desk.call("user_ask", {"topic": "item", "text": text}, need=("kind", "text"))
    if reply["kind"] != "told":
        return goal
    from agent.rules import answer_item

    return answer_item(goal, reply["text"])
