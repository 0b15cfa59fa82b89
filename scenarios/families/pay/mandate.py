"""A standing permission for food: what it covers is paid without a word, what it just does not cover needs a yes.

It may also be that the person is not to be disturbed, and something cheaper has to be found that it does cover.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.money import format_yuan
from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import meal, purse
from scenarios.families.pen import Miss, Pen
from scenarios.speech import Text

PURPOSES = (
    Text(zh="工作餐", en="work meals", id="makan kantor"),
    Text(zh="日常餐饮", en="everyday food", id="makan sehari-hari"),
    Text(zh="加班餐", en="overtime meals", id="makan lembur"),
)

NOT_NOW = {
    "zh": "我在忙,授权里够的就直接付,别问我。",
    "en": "I'm busy. Pay what the allowance covers and don't ask me.",
    "id": "Aku lagi sibuk. Yang cukup dari izin langsung bayar, jangan tanya.",
}


def write(pen: Pen) -> None:
    """Level 2: covered, or almost; 3 with a wish or a deadline; 4: two orders of which only one is covered."""
    pen.cast(hours=(10, 19))
    label = pen.pick(("home", "company"), "label")
    if label == "company":
        pen.address("company")
    pen.person(at=label)
    # It is quoted, so it is the same whatever language the rest is in.
    purpose = pen.pick(PURPOSES, "purpose").get(pen.locale)
    if pen.level == 4:
        _two_orders(pen, purpose, label)
        return
    group = pen.pick(("drinks", "dishes"), "group")
    row = things.pick(pen, group)
    count = pen.between(2, 4, "count")
    cheapest, hit = meal.totals(pen, row, count, label)[0]
    covered = pen.chance(0.5, "covered")
    if covered:
        limit = -(-cheapest * pen.between(103, 120, "room") // 100 // 100) * 100
        pen.person(refuse={"above": 0, "text": NOT_NOW[pen.locale]})
    else:
        # The food alone is more than it allows: no shop and no coupon would make it fit.
        limit = int(float(hit["price"]) * count * pen.between(84, 97, "short")) // 100 * 100
    if limit < 1000 or (cheapest <= limit) != covered:
        raise Miss("no such limit")
    allow(pen, purpose, single=limit)
    pen.say("need", what=things.thing(row, count), place=things.LABELS[label])
    fields: dict[str, Any] = {"item": things.phrases(row), "qty": count, "to": label}
    if covered:
        pen.say("only_within", purpose=purpose)
        fields["total_at_most"] = limit / 100
        pen.reveal(**{"flash_order.total_at_most": "alipay_mandate_list.mandates.single_limit"})
    else:
        pen.say("else_ask", purpose=purpose)
        pen.want("asked", topic="permission")
    if pen.level == 3:
        by = pen.now + dt.timedelta(minutes=pen.between(14, 24, "by") * 5)
        by = by.replace(minute=by.minute // 30 * 30)
        fields["by"] = f"{by:%H:%M}"
        pen.say("by", topic="time", by=by.time())
        if group == "drinks":
            wish = things.pick(pen, "drink_options")
            fields["options"] = {wish["group"]: wish["choice"]}
            pen.say("options", topic="option", wish=things.text(wish))
    pen.want("flash_order", **fields)
    pen.reveal(flash_order="words")
    _plans(pen)


def _two_orders(pen: Pen, purpose: str, label: str) -> None:
    """Drinks and food, from two shops: the day's limit covers either of them, but not both."""
    drink, dish = things.pick(pen, "drinks", "first"), things.pick(pen, "dishes", "second")
    few, many = pen.between(2, 3, "few"), pen.between(2, 4, "many")
    first, second = meal.totals(pen, drink, few, label)[0][0], meal.totals(pen, dish, many, label)[0][0]
    # The cheapest of each fit alone; the cheapest of both are more than a day's limit.
    day = -(-max(first, second) * 110 // 100 // 500) * 500
    if first + second <= day:
        raise Miss("both fit")
    allow(pen, purpose, single=day, day=day)
    pen.say("need", what=things.thing(drink, few), place=things.LABELS[label])
    pen.say("need_too", what=things.thing(dish, many))
    pen.say("else_ask", purpose=purpose)
    by = (pen.now + dt.timedelta(minutes=130)).replace(minute=0)
    pen.say("by", topic="time", by=by.time())
    wish = things.pick(pen, "drink_options")
    pen.say("options_of", topic="option", what=things.text(drink), wish=things.text(wish))
    for row, count, options in ((drink, few, {wish["group"]: wish["choice"]}), (dish, many, {})):
        more = {"options": options} if options else {}
        pen.want("flash_order", item=things.phrases(row), qty=count, to=label, by=f"{by:%H:%M}", **more)
    pen.reveal(**{"flash_order": "words", "flash_order#2": "words"})
    _plans(pen)


def allow(pen: Pen, purpose: str, *, single: int, day: int | None = None) -> None:
    """The person has given a mandate for food, for another month or so; amounts in fen."""
    until = pen.now + dt.timedelta(days=pen.between(20, 60, "valid"))
    terms = {
        "purpose": purpose,
        "categories": ["food"],
        "single_limit": format_yuan(single),
        "valid_from": f"{pen.now - dt.timedelta(days=9):%Y-%m-%dT%H:%M}",
        "valid_to": f"{until:%Y-%m-%dT23:59}",
    }
    pen.setup("alipay.mandate", terms | ({"day_limit": format_yuan(day)} if day is not None else {}))


def _plans(pen: Pen) -> None:
    pen.plan("lost-ack-order", faults=[{"kind": "timeout", "tool": "flash_order_create", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_mandate_pay", "phase": "lost_ack"}])
    pen.plan("pending", faults=purse.SLOW)


FAMILY = Family("pay-mandate", write, (2, 3, 4))
