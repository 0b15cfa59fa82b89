"""An errand that runs into the calendar: lunch for an hour at which the person sits elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pen import Pen, fen, metres
from scenarios.families.travel import roads


def write(pen: Pen) -> None:
    """The clash has to be seen and asked about; then with a limit; at level 5 a car to the meeting as well."""
    pen.cast(hours=(8, 11))
    home_to = pen.address("company")
    pen.person(at="company")
    place = roads.sight(pen, pen.city)
    there = {"place": f"{place.lon},{place.lat}", "text": ""}
    if not 1_500 <= metres(home_to, there) <= 25_000:
        place = roads.sight(pen, pen.city, "again")
    meeting = things.pick(pen, "meetings")
    starts = dt.datetime.combine(pen.now.date(), dt.time(pen.between(12, 14, "starts")))
    ends = starts + dt.timedelta(minutes=pen.pick((60, 90), "long"))
    wished = starts + dt.timedelta(minutes=30)
    local = place.name.zh if pen.city.country == "CN" else place.name.en
    pen.busy(meeting[pen.locale], starts, ends, local)
    row = things.pick(pen, "dishes")
    count = pen.between(1, 3, "count")
    goal: dict[str, Any] = {**things.goods(row), "to": "company"} | ({"qty": count} if count > 1 else {})
    pen.say("need", topic="item", what=things.thing(row, count), wished=wished.time())
    pen.say("to", topic="address", place=things.LABELS["company"])
    pen.say("clash")
    pen.want("asked", topic=["time", "date", "other"])
    after, by = ends + dt.timedelta(minutes=30), ends + dt.timedelta(minutes=90)
    goal |= {"after": f"{after:%H:%M}", "by": f"{by:%H:%M}"}
    pen.keep("later", "time", "date", "other", after=after.time(), by=by.time())
    if pen.level >= 4:
        most = kit.round_up(_price(pen, row) * count * 1.3 + 1500)
        goal["total_at_most"] = most / 100
        pen.say("budget", topic="budget", most=fen(most))
        pen.reveal(**{"flash_order.total_at_most": "words"})
    pen.want("flash_order", **goal)
    pen.reveal(
        **{
            "flash_order": "words",
            "flash_order.item": kit.heard(things.said(things.thing(row, count), pen.locale)),
            "flash_order.to": kit.spoken(pen, things.LABELS["company"]),
            "flash_order.after": "answer time",
            "flash_order.by": "answer time",
        }
    )
    if pen.level == 5:
        at = starts - dt.timedelta(minutes=45)
        pen.say("car", topic="transport", meeting=things.text(meeting))
        pen.want("ride", from_="company", to=place.name.zh, at=f"{at:%H:%M}")
        pen.reveal(
            **{
                "ride.from": kit.spoken(pen, things.LABELS["company"]),
                "ride.to": f'user_calendar.entries.place "{local}"',
                "ride.at": f'user_calendar.entries.start "{starts:%H:%M}"',
            }
        )
    kit.may_break(pen, kit.FLASH_PLANS)


def _price(pen: Pen, row: dict[str, Any]) -> int:
    if things.ids(row):
        return price(pen, row, "company")
    address = pen.named("address.company")
    shown = pen.look("flash_dish_search", query=row["zh"], address_id=address, limit=20, sort="price")["dishes"]
    right = [dish for dish in shown if row["zh"] in f"{dish['name']} {dish['name_en']}" or dish["relevance"] >= 90]
    return round(float(pen.pick(right, "priced")["price"]) * 100)


FAMILY = Family("cross-calendar", write, (3, 4, 5))
