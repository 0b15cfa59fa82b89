"""Goods of the marketplace: a variant, a price, a day by which it has to be there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order import market
from scenarios.families.pen import Pen, fen
from scenarios.speech import Text


def write(pen: Pen) -> None:
    """A thing and its variant; a price; a day and the cheapest; the variant asked for; two things at level 5."""
    pen.cast(hours=(8, 21))
    label = kit.place(pen)
    rows = pen.draws.sample(things.things("wares"), 2 if pen.level == 5 else 1, "wares")
    if pen.level == 5 and rows[0]["plain"] == rows[1]["plain"]:
        rows = rows[:1] + [row for row in things.things("wares") if row["plain"] != rows[0]["plain"]][:1]
    count = pen.between(2, 4, "count") if pen.level == 2 else 1
    kept = pen.level >= 4
    what = [market.thing_of(row, count, kept=kept and i == 0) for i, row in enumerate(rows)]
    pen.say("need", topic="item", what=what)
    if kept:
        pen.say("ask_variant", which=market.plain(rows[0]))
        pen.want("asked", topic=["option", "item"])
        pen.keep("variant", "option", variant=market.variant(rows[0]), which=market.plain(rows[0]))
    where = kit.say_place(pen, label)
    days: list[dt.date] = []
    total = 0
    for row in rows:
        best = market.offers(pen, row, label)[0]
        days.append(best.arrives)
        total += best.fen * count
    most = kit.round_up(total * 1.25 + 500, 1000)
    until = max(days) + dt.timedelta(pen.between(0, 2, "slack"))
    for i, (row, thing) in enumerate(zip(rows, what, strict=True), 1):
        goal: dict[str, Any] = {**market.item(row), "to": label, **({"qty": count} if count > 1 else {})}
        if pen.level >= 3:
            goal |= {"by": f"{until} 23:59", "choice": "cheapest"}
        if pen.level in (2, 3, 4):
            goal["total_at_most"] = most / 100
        pen.want("taobao_order", **goal)
        part = "taobao_order" if i == 1 else f"taobao_order#{i}"
        said = kit.heard(things.said(thing, pen.locale))
        spec = kit.spoken(pen, market.variant(row), "option") if kept and i == 1 else said
        pen.reveal(**{part: "words", f"{part}.item": said, f"{part}.options": spec, f"{part}.to": where})
    if pen.level >= 3:
        pen.say("until", topic="date", day=until)
        pen.say("best", best=BEST)
        for i in range(1, len(rows) + 1):
            part = "taobao_order" if i == 1 else f"taobao_order#{i}"
            pen.reveal(**{f"{part}.choice": kit.spoken(pen, BEST)})
    if pen.level == 5:
        pen.data.setdefault("limits", {})["budget"] = most / 100
    if pen.level >= 2:
        pen.say("budget", topic="budget", most=fen(most))
    kit.may_break(pen, kit.TAOBAO_PLANS)


BEST = Text(zh="最便宜的", en="the cheapest one", id="yang paling murah")
"""What is asked for among what fits."""

FAMILY = Family("order-goods", write, (1, 2, 3, 4, 5))
