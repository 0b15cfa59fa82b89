"""A visit: something is brought to a friend before, and a car takes the person there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.gift import CARD_TOPICS, card_line, friend, gift_price
from scenarios.families.pen import Miss, Pen, fen, metres
from scenarios.speech import Text


def write(pen: Pen) -> None:
    """A gift and a car; a limit and a card; at level 5 what the card says has to be asked."""
    pen.cast(hours=(8, 21))
    name, who = friend(pen, away=0.0)
    if not 1_500 <= metres(pen.address("home"), pen.contacts[0]) <= 30_000:
        raise Miss("too near or too far for a car")
    day = pen.now.date() + dt.timedelta(pen.between(1, 3, "ahead"))
    row = things.pick(pen, "gifts")
    hour = pen.between(11, 16, "hour")
    by, at = dt.time(hour), dt.time(hour, 30)
    goal: dict[str, Any] = {**things.goods(row), "to": f"contact:{name}", "date": day.isoformat(), "by": f"{by:%H:%M}"}
    pen.say("need", topic="item", what=things.thing(row), who=who, day=day, by=by)
    pen.say("car", topic="transport", at=at, place=things.LABELS["home"])
    if pen.level >= 4:
        line = card_line(pen, who)
        goal["note"] = line
        most = kit.round_up(gift_price(pen, row, name) * 1.15, 1000)
        goal["total_at_most"] = most / 100
        pen.say("gift_budget", topic="budget", most=fen(most))
        pen.reveal(**{"flash_order.total_at_most": "words"})
        if pen.level == 5:
            pen.say("ask_card")
            pen.want("asked", topic=list(CARD_TOPICS))
            pen.keep("card", *CARD_TOPICS, line=Text(zh=line))
            pen.reveal(**{"flash_order.note": kit.told(CARD_TOPICS[0], line)})
        else:
            pen.say("card", topic="other", line=Text(zh=line))
            pen.reveal(**{"flash_order.note": kit.heard(line)})
    pen.want("flash_order", **goal)
    pen.want("ride", from_="home", to=name, date=day.isoformat(), at=f"{at:%H:%M}")
    pen.reveal(
        **{
            "flash_order": "words",
            "flash_order.item": kit.spoken(pen, things.text(row)),
            "flash_order.to": kit.spoken(pen, who),
            "ride": "words",
            "ride.from": kit.spoken(pen, things.LABELS["home"]),
            "ride.to": kit.spoken(pen, who),
        }
    )
    kit.may_break(
        pen,
        (
            *kit.FLASH_PLANS,
            ("lost-ack-ride", {"kind": "timeout", "tool": "amap_ride_order", "phase": "lost_ack"}),
            ("ghost-ride", {"kind": "ghost_success", "tool": "amap_ride_order"}),
            ("ride-twice", {"kind": "duplicate_delivery", "tool": "amap_ride_order"}),
        ),
    )


FAMILY = Family("cross-visit", write, (3, 4, 5))
