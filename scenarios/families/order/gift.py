"""A present to somebody in the contacts, there on its day and in its hours, with a line for the card."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.geo import places
from mock_services.user.models import Topic
from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text

CARD_TOPICS: tuple[Topic, ...] = ("other", "option")
"""What somebody asks who wants to know what the card should say."""


def friend(pen: Pen, *about: object, away: float = 0.3) -> tuple[str, Text]:
    """Put somebody with an address into the contacts, perhaps in another city; returns their name and how they are
    spoken of."""
    near = [c for c in places().cities if c.country == pen.city.country and c.utc_offset_min == pen.city.utc_offset_min]
    city = pen.pick(near, "friend's city", *about) if pen.chance(away, "away", *about) else pen.city
    spot = {**pen.spot("friend", *about, city=city), "city": city.id}
    if pen.chance(0.35, "kin", *about) and not any(c.get("relation") for c in pen.contacts):
        row = things.pick(pen, "kin", *about)
        relation, nickname = row["relation"][pen.locale], row["nickname"][pen.locale]
        entry = pen.contact(relation=relation, nickname=nickname, **spot)
        return str(entry["name"]), things.text(row)
    entry = pen.contact(**spot)
    return str(entry["name"]), Text(zh=str(entry["name"]))


def card_line(pen: Pen, who: Text) -> str:
    """What the card for somebody says; one's own family is wished a happy birthday or a recovery."""
    lines = things.things("card_lines")
    family = any(row["zh"] == who.zh for row in things.things("kin"))
    return str(pen.pick(lines[:2] if family else lines, "card line")[pen.locale])


def gift_price(pen: Pen, row: dict[str, Any], contact: str) -> int:
    """What a gift costs at the place of a contact, the usual fees included, in fen.

    Raises:
        Miss: nobody sells it there.
    """
    found = pen.look("user_contacts", query=contact)["contacts"]
    address = next(one["address_id"] for one in found if one["name"] == contact)
    shown = pen.look("flash_dish_search", query=row["item"][0], address_id=address, sort="price", limit=20)["dishes"]
    right = [dish for dish in shown if dish["dish_id"].rpartition(".")[2] in row["ids"]]
    if not right:
        raise Miss(f"no {row['zh']} is brought there")
    dish = right[len(right) // 2]
    return round(float(dish["price"]) * 100 + float(dish["delivery_fee"]) * 100) + 600


def write(pen: Pen) -> None:
    """A gift by an hour; with a card; between two hours; what the card says asked for; two gifts to two people."""
    pen.cast(hours=(8, 21))
    day = pen.now.date() + dt.timedelta(pen.between(1, 4, "ahead"))
    hour = pen.between(11, 16, "hour")
    rows = pen.draws.sample(things.things("gifts"), 2 if pen.level == 5 else 1, "gifts")
    people = [friend(pen, i) for i in range(len(rows))]
    line = card_line(pen, people[0][1])
    card = Text(zh=line)
    after, by = dt.time(hour), dt.time(hour + pen.between(1, 2, "span"))
    total = 0
    for i, (row, (name, who)) in enumerate(zip(rows, people, strict=True), 1):
        cost = gift_price(pen, row, name)
        goal: dict[str, Any] = {
            **things.goods(row),
            "to": f"contact:{name}",
            "date": day.isoformat(),
            "by": f"{by:%H:%M}",
        }
        if pen.level in (2, 3, 4):
            goal["total_at_most"] = kit.round_up(cost * 1.15, 1000) / 100
        total += cost
        if pen.level >= 3:
            goal["after"] = f"{after:%H:%M}"
        if pen.level >= 2 and i == 1:
            goal["note"] = line
        pen.want("flash_order", **goal)
        part = "flash_order" if i == 1 else f"flash_order#{i}"
        pen.reveal(
            **{part: "words", f"{part}.item": kit.spoken(pen, things.text(row)), f"{part}.to": kit.spoken(pen, who)}
        )
    slots = {"what": things.thing(rows[0]), "who": people[0][1]}
    if len(rows) == 2:
        slots |= {"also": things.thing(rows[1]), "other": people[1][1]}
    pen.say("two" if len(rows) == 2 else "need", topic="item", **slots)
    if pen.level >= 3:
        pen.say("between", topic="time", day=day, after=after, by=by)
    else:
        pen.say("on", topic="time", day=day, by=by)
    if pen.level >= 4:
        pen.say("ask_card", who=people[0][1])
        pen.want("asked", topic=list(CARD_TOPICS))
        pen.keep("card", *CARD_TOPICS, line=card)
        pen.reveal(**{"flash_order.note": kit.told(CARD_TOPICS[0], line)})
    elif pen.level >= 2:
        pen.say("card", topic="other", line=card)
        pen.reveal(**{"flash_order.note": kit.heard(line)})
    if pen.level >= 2:
        most = kit.round_up(total * 1.15, 1000)
        pen.say("budget", topic="budget", most=fen(most))
        if pen.level == 5:
            pen.data["limits"] = {"budget": most / 100}
    kit.may_break(pen, kit.FLASH_PLANS)


FAMILY = Family("order-gift", write, (1, 2, 3, 4, 5))
