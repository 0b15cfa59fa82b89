"""Food for a group with diets, a budget and a deadline; and what a chemist has, within the hour."""

from __future__ import annotations

from typing import Any, Final

from mock_services.user.models import Topic
from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pen import Miss, Pen, fen, minutes
from scenarios.speech import Text

DIET_TOPICS: Final[tuple[Topic, ...]] = ("option", "other")
"""What somebody asks who wants to know what people do not eat."""


def _diet(pen: Pen, row: dict[str, Any]) -> dict[str, Any]:
    return pen.pick([one for one in things.things("diets") if one["name"] in row["diets"]], "diet")


def write_meal(pen: Pen) -> None:
    """Sets for so many people at levels 2 to 4, plates of two kinds at level 5; diets are asked for from level 4 on."""
    pen.cast(hours=(9, 17))
    label = kit.place(pen, "company")
    if pen.level == 5:
        goal, cost = _plates(pen, label)
    else:
        goal, cost = _feast(pen, label)
    if pen.level >= 3:
        by = kit.deadline(pen, 90, 180, last=21)
        goal["by"] = f"{by:%H:%M}"
        pen.say("by", topic="time", by=by.time())
    most = kit.round_up(cost * 1.2 + 2500, 1000)
    goal["total_at_most"] = most / 100
    where = kit.say_place(pen, label, kept=pen.level == 5)
    pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    pen.reveal(**{"flash_order": "words", "flash_order.to": where})
    kit.may_break(pen, kit.FLASH_PLANS)


def _say_diet(pen: Pen, diet: dict[str, Any]) -> None:
    who = things.text(diet)
    if pen.level < 4:
        pen.say("diet", topic="option", who=who)
    else:
        pen.say("ask_places" if pen.level == 5 else "ask_diet")
        pen.want("asked", topic=list(DIET_TOPICS))
        pen.keep("diet", *DIET_TOPICS, who=who)


def _feast(pen: Pen, label: str) -> tuple[dict[str, Any], int]:
    row = things.pick(pen, "feasts")
    diet = _diet(pen, row)
    people = pen.between(4, 14, "people")
    pen.say("need", topic="item", what=things.text(row), people=people)
    _say_diet(pen, diet)
    shown = pen.look(
        "flash_dish_search",
        query=row["item"][0],
        address_id=pen.named(f"address.{label}"),
        exclude_tags=[diet["tag"]],
        open_now=True,
        limit=30,
    )["dishes"]
    right = [dish for dish in shown if dish["dish_id"].rpartition(".")[2] in row["ids"]]
    if not right:
        raise Miss("nobody cooks that there now")
    cost = min(-(-people // dish["serves"]) * round(float(dish["price"]) * 100) for dish in right)
    pen.reveal(**{"flash_order.item": kit.spoken(pen, things.text(row))})
    return {**things.goods(row), "not": [diet["tag"]], "serves": people, "to": label}, cost


def _plates(pen: Pen, label: str) -> tuple[dict[str, Any], int]:
    row = pen.pick(things.things("plates"), "plates")
    diet = _diet(pen, row)
    meat, green = pen.between(4, 8, "meat"), pen.between(2, 4, "green")
    pen.say("plates", topic="item", what=things.thing(row, meat + green), meat=meat, green=green)
    _say_diet(pen, diet)
    pen.want("asked", topic="address")
    items = [
        {**things.goods(row), "not": [diet["tag"], "vegan", "vegetarian"], "qty": meat},
        {"ids": row["meatless"], "item": row["item"], "not": [diet["tag"]], "qty": green},
    ]
    said = things.said(things.thing(row, meat + green), pen.locale)
    pen.reveal(**{"flash_order.items.0.item": kit.heard(said), "flash_order.items.1.item": kit.heard(said)})
    return {"items": items, "to": label}, price(pen, row, label) * (meat + green) * 2


# --- the chemist ---------------------------------------------------------------------------------------------


def write_pharmacy(pen: Pen) -> None:
    """One thing soon; more of them; at level 4 a medicine that must not be the one they cannot take."""
    pen.cast(hours=(9, 20))
    label = kit.place(pen, "home")
    rows = pen.draws.sample(things.things("medicines"), (1, 2, 3, 3)[pen.level - 1], "medicines")
    counts = [1 if pen.level < 3 else pen.between(2, 3, "count", i) for i in range(len(rows))]
    items = [{**things.goods(row), **({"qty": n} if n > 1 else {})} for row, n in zip(rows, counts, strict=True)]
    what = [things.thing(row, n) for row, n in zip(rows, counts, strict=True)]
    if pen.level == 4:
        safe = things.pick(pen, "fever")
        rows = [row for row in rows if row["ids"] != ["ibuprofen"]]
        if len(rows) < 3:
            raise Miss("ibuprofen is asked for by name")
        items.insert(0, things.goods(safe))
        pen.say("fever", topic="item", what=what)
        pen.say("allergy")
        pen.want("asked", topic=["option", "other"])
        pen.keep("cannot", "option", "other", other=Text(**safe["other"]), which=things.text(safe))
        pen.reveal(**{"flash_order.items.0.item": kit.told("option", things.text(safe).get(pen.locale))})
    else:
        pen.say("need", topic="item", what=what)
    for i, thing in enumerate(what, pen.level == 4):
        part = f"flash_order.items.{i}.item" if len(items) > 1 else "flash_order.item"
        pen.reveal(**{part: kit.heard(things.said(thing, pen.locale))})
    within = pen.pick((45, 50, 60), "within")
    goal: dict[str, Any] = {"items": items, "to": label, "within_min": within}
    where = kit.say_place(pen, label)
    pen.say("within", topic="time", within=minutes(within))
    if pen.level >= 2:
        cost = sum(price(pen, row, label) * n for row, n in zip(rows, counts, strict=True))
        most = kit.round_up(cost * 1.25 + (3800 if pen.level == 4 else 1500))
        goal["total_at_most"] = most / 100
        pen.say("budget", topic="budget", most=fen(most))
    pen.want("flash_order", **goal)
    pen.reveal(**{"flash_order": "words", "flash_order.to": where})
    kit.may_break(pen, kit.FLASH_PLANS)


MEAL = Family("order-meal", write_meal, (2, 3, 4, 5))
PHARMACY = Family("order-pharmacy", write_pharmacy, (1, 2, 3, 4))
