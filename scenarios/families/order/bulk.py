"""Many of one drink, more than a shop takes in one order; and a meeting's mixed order."""

from __future__ import annotations

from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text


def as_said(wish: dict[str, Any]) -> Text:
    """A wish as it is said of some of them: "with no ice"."""
    return Text(zh=wish["zh"], en=wish.get("en_as", wish["en"]), id=wish["id"])


def _wish(pen: Pen, *about: object) -> dict[str, Any]:
    return pen.pick([one for one in things.things("drink_options") if one["group"] != "规格"], "wish", *about)


def _limit(pen: Pen, row: dict[str, Any], label: str) -> int:
    """The most that one order may hold at any shop that delivers there."""
    shown = pen.look("flash_dish_search", query=row["zh"], address_id=pen.named(f"address.{label}"), limit=50)["dishes"]
    right = [dish for dish in shown if dish["dish_id"].rpartition(".")[2] in things.ids(row)]
    if not right:
        raise Miss(f"no {row['zh']} near there")
    return max(int(dish["per_order_limit"]) for dish in right)


# --- over the limit ------------------------------------------------------------------------------------------


def write_overlimit(pen: Pen) -> None:
    """Limits are added level by level; at level 4 a wish is asked for, at level 5 the address, too."""
    pen.cast(hours=(9, 16))
    label = kit.place(pen, "company")
    rows = pen.draws.sample(things.things("drinks"), 2 if pen.level == 5 else 1, "drinks")
    items: list[dict[str, Any]] = []
    counts = []
    for i, row in enumerate(rows):
        limit = _limit(pen, row, label)
        counts.append(pen.between(limit // 5 + 1, limit * 2 // 5, "count", i) * 5 if i == 0 else limit + 5)
        items.append({**things.goods(row), "qty": counts[i]})
    what = [things.thing(row, count) for row, count in zip(rows, counts, strict=True)]
    pen.say("need", topic="item", what=what)
    wish = _wish(pen)
    items[0]["options"] = {wish["group"]: wish["choice"]}
    cost = sum(price(pen, row, label) * count for row, count in zip(rows, counts, strict=True))
    most = kit.round_up(cost * 1.2 + 3000, 1000)
    goal: dict[str, Any] = {"items": items, "to": label, "total_at_most": most / 100}
    if pen.level >= 4:
        pen.want("asked", topic="option")
        if pen.level == 5:
            pen.say("details")
            pen.want("asked", topic="address")
        else:
            pen.say("particular")
        only = {"which": things.text(rows[0])}
        pen.keep("wish_of" if pen.level == 5 else "options", "option", wish=as_said(wish), **only)
    else:
        pen.say("options", topic="option", wish=as_said(wish))
    where = kit.say_place(pen, label, kept=pen.level == 5)
    if pen.level >= 3:
        by = kit.deadline(pen, 110, 200)
        goal["by"] = f"{by:%H:%M}"
        pen.say("by", topic="time", by=by.time())
    pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    first = "flash_order.items.0" if len(items) > 1 else "flash_order"
    pen.reveal(
        **{
            "flash_order": "words",
            "flash_order.to": where,
            f"{first}.options": kit.spoken(pen, as_said(wish), "option" if pen.level >= 4 else ""),
        }
    )
    for i, thing in enumerate(what):
        part = f"flash_order.items.{i}.item" if len(items) > 1 else "flash_order.item"
        pen.reveal(**{part: kit.heard(things.said(thing, pen.locale))})
    kit.may_break(pen, kit.FLASH_PLANS)


# --- a mixed order -------------------------------------------------------------------------------------------


def write_mixed(pen: Pen) -> None:
    """Portions of one drink, then a second one; at level 5 more than one order holds, and a wish to ask."""
    pen.cast(hours=(9, 16))
    label = kit.place(pen, "company")
    row, other = pen.draws.sample(things.things("drinks"), 2, "drinks")
    parts = 3 if pen.level == 5 else 2
    wishes = [one for one in things.things("drink_options") if one["group"] != "规格"]
    chosen = pen.draws.sample(wishes, parts, "wishes")
    low, high = {2: (2, 6), 3: (3, 8), 4: (5, 10), 5: (11, 16)}[pen.level]
    counts = [pen.between(low, high, "count", i) for i in range(parts)]
    split = [{"qty": n, one["group"]: one["choice"]} for n, one in zip(counts, chosen, strict=True)]
    total = sum(counts)
    items: list[dict[str, Any]] = [{**things.goods(row), "qty": total, "split": split}]
    pen.say("need", topic="item", what=things.thing(row, total))
    slots: dict[str, Any] = {}
    for letter, n, one in zip("abc", counts, chosen, strict=False):
        slots |= {f"many_{letter}": n, f"as_{letter}": as_said(one)}
    pen.say("three_ways" if parts == 3 else "two_ways", topic="quantity", **slots)
    for i, one in enumerate(chosen):
        part = f"flash_order.items.0.split.{i}" if pen.level >= 4 else f"flash_order.split.{i}"
        pen.reveal(**{f"{part}.{one['group']}": kit.heard(as_said(one).get(pen.locale))})
    cost = price(pen, row, label) * total
    if pen.level >= 4:
        wish = _wish(pen, "other")
        more = pen.between(3, 6, "more")
        items.append({**things.goods(other), "qty": more, "options": {wish["group"]: wish["choice"]}})
        cost += price(pen, other, label) * more
        if pen.level == 5:
            pen.say("also_ask", more=things.thing(other, more))
            pen.want("asked", topic="option")
            pen.keep("wish_of", "option", wish=as_said(wish), which=things.text(other))
        else:
            pen.say("also", more=things.thing(other, more), wish=as_said(wish))
        asked = "option" if pen.level == 5 else ""
        pen.reveal(**{"flash_order.items.1.options": kit.spoken(pen, as_said(wish), asked)})
    goal: dict[str, Any] = {"items": items, "to": label}
    where = kit.say_place(pen, label)
    if pen.level >= 3:
        by = kit.deadline(pen, 90, 180)
        most = kit.round_up(cost * 1.25 + 2500, 1000)
        goal |= {"by": f"{by:%H:%M}", "total_at_most": most / 100}
        pen.say("by", topic="time", by=by.time())
        pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    pen.reveal(**{"flash_order": "words", "flash_order.to": where})
    kit.may_break(pen, kit.FLASH_PLANS)


OVERLIMIT = Family("order-overlimit", write_overlimit, (2, 3, 4, 5))
MIXED = Family("order-mixed", write_mixed, (2, 3, 4, 5))
