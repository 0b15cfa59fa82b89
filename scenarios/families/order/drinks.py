"""Drinks to one of the person's addresses: the commonest errand, from one latte to a round with wishes and limits."""

from __future__ import annotations

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen


def write(pen: Pen) -> None:
    """Level 1 is what and where; each further level adds limits, and at level 4 the person is particular."""
    pen.cast(hours=(9, 18))
    label = kit.place(pen)
    drink = things.pick(pen, "drinks")
    count = pen.between(1 if pen.level < 3 else 2, 1 + 2 * pen.level, "count")
    goal: dict[str, object] = {**things.goods(drink), "qty": count, "to": label}
    pen.say("need", topic="item", what=things.thing(drink, count))
    where = kit.say_place(pen, label)
    if pen.level >= 2:
        wishes = things.things("drink_options")
        # How big a cup is goes without saying; how it is made does not.
        wish = pen.pick([one for one in wishes if pen.level < 4 or one["group"] != "规格"], "wish")
        goal["options"] = {wish["group"]: wish["choice"]}
        topic = "option" if pen.level >= 4 else ""
        if topic:
            pen.say("particular")
            pen.want("asked", topic="option")
            pen.keep("options", "option", wish=things.text(wish))
        else:
            pen.say("options", topic="option", wish=things.text(wish))
        pen.reveal(**{"flash_order.options": kit.spoken(pen, things.text(wish), topic)})
        most = kit.round_up(price(pen, drink, label) * count * 1.4 + 1200)
        goal["total_at_most"] = most / 100
        if pen.level >= 3:
            by = kit.deadline(pen, 70, 150)
            goal["by"] = f"{by:%H:%M}"
            pen.say("by", topic="time", by=by.time())
        pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    pen.reveal(
        **{"flash_order": "words", "flash_order.to": where, "flash_order.item": kit.spoken(pen, things.text(drink))}
    )
    kit.may_break(pen, kit.FLASH_PLANS)


def price(pen: Pen, row: dict[str, object], label: str) -> int:
    """What one costs, in fen, at one of the open shops that deliver to a label; the dearest option included."""
    shown = pen.look(
        "flash_dish_search", query=row["zh"], address_id=pen.named(f"address.{label}"), limit=20, sort="price"
    )["dishes"]
    right = [dish for dish in shown if dish["open"] and dish["dish_id"].rpartition(".")[2] in things.ids(row)]
    return round(float(pen.pick(right, "priced")["price"]) * 100) + 300


FAMILY = Family("order-drinks", write, (1, 2, 3, 4))
