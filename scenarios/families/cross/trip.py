"""Before a trip: the train, what is still missing and has to come before they leave, and the car to the station."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Text

HOME: Final = things.LABELS["home"]
SECOND: Final = Text(zh="二等座", en="second class", id="kelas dua")


def write(pen: Pen) -> None:
    """Train and one thing; with limits on both; a car to the station at level 5."""
    away = roads.rail_city(pen)
    day = roads.day_ahead(pen, 1, 4)
    train = roads.departure(pen, "train", pen.city.id, away.id, day, depart_after="12:00")
    leaves = roads.half_hour(roads.clock(train["depart"]), -1)
    row = things.pick(pen, "kit")
    count = pen.between(2, 3, "count") if pen.level >= 4 else 1
    by = dt.time(leaves.hour - 2, 30 if pen.chance(0.5, "half") else 0)
    rail: dict[str, Any] = {"from_": pen.city.id, "to": away.id, "date": day.isoformat()}
    rail["depart_after"] = roads.clock_text(leaves)
    goal: dict[str, Any] = {**things.goods(row), "to": "home", "date": day.isoformat(), "by": f"{by:%H:%M}"}
    pen.say("need", topic="date", home=roads.named(pen.city), away=roads.named(away), day=day, after=leaves)
    pen.say("missing", topic="item", what=things.thing(row, count), by=by, place=HOME)
    pen.reveal(train="words")
    if pen.level >= 4:
        goal["qty"] = count
        rail["cabin"] = "second"
        most = kit.round_up(price(pen, row, "home") * count * 1.25 + 1500)
        goal["total_at_most"] = most / 100
        pen.say("second", topic="option", seat=SECOND)
        pen.reveal(**{"train.cabin": kit.spoken(pen, SECOND)})
        pen.say("kit_budget", topic="budget", most=fen(most))
    pen.want("train", **rail)
    pen.want("flash_order", **goal)
    pen.reveal(
        **{
            "flash_order": "words",
            "flash_order.item": kit.heard(things.said(things.thing(row, count), pen.locale)),
            "flash_order.to": kit.spoken(pen, HOME),
        }
    )
    if pen.level == 5:
        pen.want("ride", from_="home", to="@train.from", date=day.isoformat(), in_time=True)
        pen.say("car", topic="transport", place=HOME)
        pen.reveal(ride="words", **{"ride.from": kit.spoken(pen, HOME)})
    kit.may_break(
        pen,
        (
            *kit.FLASH_PLANS,
            ("lost-ack-train", {"kind": "timeout", "tool": "fliggy_train_book", "phase": "lost_ack"}),
            ("train-503", {"kind": "server_error", "tool": "fliggy_train_book"}),
            ("half-a-timetable", {"kind": "partial_response", "tool": "fliggy_train_search"}),
        ),
    )


FAMILY = Family("cross-trip-kit", write, (3, 4, 5))
