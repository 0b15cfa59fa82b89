"""A party: cake, drinks and fruit at one place in time, out of one budget."""

from __future__ import annotations

from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.bulk import as_said
from scenarios.families.order.drinks import price
from scenarios.families.pen import Miss, Pen, fen


def write(pen: Pen) -> None:
    """Cake and drinks; one budget for both; fruit as well, and how the drinks are made has to be asked."""
    pen.cast(hours=(9, 14))
    label = kit.place(pen)
    cake = pen.pick([row for row in things.things("gifts") if row["ids"][0].endswith("-6")], "cake")
    drink = things.pick(pen, "drinks")
    count = pen.between(4, 12, "count")
    by = kit.deadline(pen, 150, 300)
    told = {"to": label, "by": f"{by:%H:%M}"}
    rows = [cake] + [row for row in things.things("gifts") if row["ids"] == ["fruit-basket"] and pen.level == 5]
    cost = price(pen, drink, label) * count + 800
    for row in rows:
        cost += _price(pen, row, label)
    drinks: dict[str, Any] = {**things.goods(drink), "qty": count, **told}
    what = [things.thing(row) for row in rows] + [things.thing(drink, count)]
    pen.say("need", topic="item", what=what)
    where = kit.say_place(pen, label)
    pen.say("by", topic="time", by=by.time())
    if pen.level == 5:
        wish = pen.pick([one for one in things.things("drink_options") if one["group"] != "规格"], "wish")
        drinks["options"] = {wish["group"]: wish["choice"]}
        pen.say("ask_drinks")
        pen.want("asked", topic="option")
        pen.keep("drinks_made", "option", wish=as_said(wish))
        pen.reveal(**{f"flash_order#{len(rows) + 1}.options": kit.spoken(pen, as_said(wish), "option")})
    if pen.level >= 4:
        most = kit.round_up(cost * 1.12 + 1000, 1000)
        pen.say("one_budget", topic="budget", most=fen(most))
        pen.data["limits"] = {"budget": most / 100}
    for row in rows:
        pen.want("flash_order", **things.goods(row), **told)
    pen.want("flash_order", **drinks)
    for i, thing in enumerate(what, 1):
        part = "flash_order" if i == 1 else f"flash_order#{i}"
        said = kit.heard(things.said(thing, pen.locale))
        pen.reveal(**{part: "words", f"{part}.item": said, f"{part}.to": where})
    kit.may_break(pen, kit.FLASH_PLANS)


def _price(pen: Pen, row: dict[str, Any], label: str) -> int:
    """What one costs there with the usual fees, in fen.

    Raises:
        Miss: nobody open sells it there.
    """
    address = pen.named(f"address.{label}")
    shown = pen.look("flash_dish_search", query=row["item"][0], address_id=address, sort="price", limit=20)["dishes"]
    right = [dish for dish in shown if dish["open"] and dish["dish_id"].rpartition(".")[2] in things.ids(row)]
    if not right:
        raise Miss(f"nobody sells {row['zh']} there now")
    return min(round(float(dish["price"]) * 100 + float(dish["delivery_fee"]) * 100) for dish in right) + 300


FAMILY = Family("cross-party", write, (3, 4, 5))
