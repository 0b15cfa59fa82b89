"""Drinks to one of the person's addresses: the commonest errand, from one latte to a round with wishes and limits."""

from __future__ import annotations

import datetime as dt

from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen


def write(pen: Pen) -> None:
    """Level 1 is what and where; each further level adds limits, and from 4 on something has to be asked."""
    pen.cast(hours=(9, 18))
    label = pen.pick(("home", "company"), "label")
    if label == "company":
        pen.address("company")
    pen.person(at=label)
    drink = things.pick(pen, "drinks")
    count = pen.between(1, 1 + 2 * pen.level, "count")
    goal: dict[str, object] = {"item": things.phrases(drink), "qty": count, "to": label}
    shops = pen.look(
        "flash_dish_search", query=drink["zh"], address_id=pen.named(f"address.{label}"), limit=20, sort="price"
    )["dishes"]
    open_now = [dish for dish in shops if dish["open"]]
    price = float(pen.pick(open_now, "priced")["price"])

    pen.say("need", what=things.thing(drink, count))
    pen.say("to", topic="address", place=things.LABELS[label])
    if pen.level >= 2:
        wish = things.pick(pen, "drink_options")
        goal["options"] = {wish["group"]: wish["choice"]}
        if pen.level >= 4:
            pen.want("asked", topic="option")
            pen.keep("options", "option", wish=things.text(wish))
        else:
            pen.say("options", topic="option", wish=things.text(wish))
    if pen.level >= 3:
        by = pen.now + dt.timedelta(minutes=pen.between(12, 24, "by") * 5)
        by = by.replace(minute=by.minute // 30 * 30)
        goal["by"] = f"{by:%H:%M}"
        pen.say("by", topic="time", by=by.time())
    if pen.level >= 2:
        most = int((price * count * 1.5 + 12) // 5 * 5) * 100
        goal["total_at_most"] = most / 100
        pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    pen.reveal(item="words", to="words", qty="words")
    pen.plan("lost-ack-order", faults=[{"kind": "timeout", "tool": "flash_order_create", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}])
    pen.plan("gone", faults=[{"kind": "sold_out", "tool": "flash_order_create"}])


FAMILY = Family("order-drinks", write, (1, 2, 3, 4))
