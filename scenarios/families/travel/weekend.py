"""A trip there and back with a room between, under one budget: the parts compete for the same money."""

from __future__ import annotations

import datetime as dt

from scenarios.families.generate import Family
from scenarios.families.pen import Miss, Pen, fen
from scenarios.families.travel import roads
from scenarios.families.travel.stay import nights_thing


def write(pen: Pen) -> None:
    """Train, hotel and train; at level 5 with hours, a place to stay near, breakfast and a budget over all."""
    away = roads.rail_city(pen)
    day = roads.day_ahead(pen, 2, 9)
    nights = pen.between(1, 2, "nights")
    back = day + dt.timedelta(nights)
    out = roads.departure(pen, "train", pen.city.id, away.id, day)
    home = roads.departure(pen, "train", away.id, pen.city.id, back, "back")
    first: dict[str, object] = {"from_": pen.city.id, "to": away.id, "date": day.isoformat()}
    last: dict[str, object] = {"from_": away.id, "to": pen.city.id, "date": back.isoformat()}
    stay: dict[str, object] = {"city": away.id, "check_in": day.isoformat()}
    if nights > 1:
        stay["nights"] = nights
    pen.say("need", topic="date", home=roads.named(pen.city), away=roads.named(away), day=day, back=back)
    pen.say("room", nights=nights_thing(nights))
    search = {"city": away.id, "check_in": day.isoformat(), "check_out": back.isoformat(), "limit": 30}
    if pen.level >= 5:
        by = roads.half_hour(roads.clock(out["arrive"]), 45)
        first["arrive_by"] = roads.clock_text(by)
        pen.say("there_by", topic="time", by=by)
        after = roads.half_hour(roads.clock(home["depart"]), -60)
        last["depart_after"] = roads.clock_text(after)
        pen.say("back_after", after=after)
        near = roads.sight(pen, away)
        stay |= {"near": near.name.zh, "breakfast": True}
        search |= {"location": f"{near.lon},{near.lat}", "radius_m": 1500, "breakfast": True}
        pen.say("near", topic="address", near=roads.named(near))
    rooms = pen.look("fliggy_hotel_search", **search)["hotels"]
    if not rooms:
        raise Miss("no room")
    cheap = sorted(float(room["total"]) for room in rooms)[len(rooms) // 3]
    fares = sum(min(float(s["price"]) for s in train["seats"]) for train in (out, home))
    budget = (int((fares + cheap) * 1.15) // 50 + 1) * 50 * 100
    pen.data["limits"] = {"budget": f"{budget / 100:.2f}"}
    pen.say("budget", topic="budget", most=fen(budget))
    pen.want("train", **first)
    pen.want("hotel", **stay)
    pen.want("train", **last)
    pen.reveal(**{"train": "words", "train#2": "words", "hotel": "words"})
    if pen.level >= 5:
        pen.reveal_by(**{"hotel.breakfast": "near"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_train_book", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}])
    pen.plan("room-gone", faults=[{"kind": "sold_out", "tool": "fliggy_hotel_book"}])


FAMILY = Family("travel-weekend", write, (4, 5))
