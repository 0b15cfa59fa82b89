"""Buying: which channel, the usual and the last one, and what to ask when the wish is vague."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import NoWay
from agent.grammar import parse_time
from agent.phrases import phrase
from agent.steps import flash, taobao
from agent.steps.allowances import most_for
from agent.steps.base import Candidate, Placed, Plain, Work
from agent.steps.match import fit, specs
from agent.task import Buy, Item, Part

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


_SAME_SIZE = ("same size", "exact same", "一模一样", "同样大小", "同规格", "ukuran yang sama", "ukurannya sama")
"""What says that the thing is to be had in the very size of before."""


def as_before(goal: Buy, work: Work) -> Buy:
    """The goal with what earlier orders and preferences say.

    Raises:
        NoWay: there is no such order.
    """
    words = goal.items[0].words if goal.items else ""
    if goal.channel != "taobao":
        usual = earlier_basket(goal.since, work) if goal.since else usual_basket(words, work)
        if usual is not None:
            return msgspec.structs.replace(goal, items=usual, channel="flash", like="")
    item = goal.items[0] if goal.items else Item("")
    order = taobao.last_order(item, work)
    if order is None:
        raise NoWay("not_found", words)
    line = order["lines"][0]
    brand = order["brands"][0] if order.get("brands") else ""
    wanted = f"{brand} {item.words}".strip() if item.words else line["title"]
    alike = any(word in goal.words.casefold() for word in _SAME_SIZE)
    size = str(line.get("spec") or "") if alike and not specs(item.text) else ""
    again = msgspec.structs.replace(item, words=wanted, text=f"{item.text} {size}".strip(), ref=line["item_id"])
    return msgspec.structs.replace(goal, items=(again,), channel="taobao", like="")


def earlier_basket(day: str, work: Work) -> tuple[Item, ...] | None:
    """What the person had on a day: the last order that was made then."""
    orders = work.desk.call("flash_order_list", {"limit": 30}, need=("orders",))["orders"]
    made = [o for o in orders if o["state"] not in ("cancelled", "refunded", "unpaid") and o["created_at"][:10] == day]
    if not made:
        return None
    last = max(made, key=lambda o: str(o["created_at"]))
    return tuple(Item(n["name"], (Part(n["quantity"], said_options(n)),), ref=n["dish_id"]) for n in last["lines"])


def usual_basket(words: str, work: Work) -> tuple[Item, ...] | None:
    """What the person usually orders: by what they call it, else by what they ordered most often."""
    orders = work.desk.call("flash_order_list", {"limit": 30}, need=("orders",))["orders"]
    orders = [o for o in orders if o["state"] not in ("cancelled", "refunded", "unpaid")]
    named = [o for o in orders if o["label"] and ("usual" in o["label"].casefold() or "老样子" in o["label"])]
    fitting = [o for o in named or orders if not words or holds(o, words)]
    chosen = fitting or named
    if not chosen:
        liked = work.desk.call("user_preferences", {}, need=("preferences",))["preferences"]
        for row in liked:
            if "usual" in row["key"].casefold() and (not words or fit(words, row["text"], row["key"]) > 0):
                return (Item(row["text"]),)
        return None
    counts: dict[str, int] = {}
    for order in chosen:
        key = "|".join(sorted(f"{n['dish_id']}x{n['quantity']}" for n in order["lines"]))
        counts[key] = counts.get(key, 0) + 1
    best = max(chosen, key=lambda o: counts["|".join(sorted(f"{n['dish_id']}x{n['quantity']}" for n in o["lines"]))])
    return tuple(Item(n["name"], (Part(n["quantity"], said_options(n)),), ref=n["dish_id"]) for n in best["lines"])


def said_options(line: dict[str, Any]) -> tuple[str, ...]:
    """The options of an order's line in words."""
    words = line.get("options_text")
    if isinstance(words, str):
        return (words,) if words else ()
    return tuple((words or line["options"]).values())


def holds(order: dict[str, Any], words: str) -> bool:
    """Whether an order has something that the words name."""
    return any(fit(words, line["name"], line["name_en"]) >= 0.5 for line in order["lines"])


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
