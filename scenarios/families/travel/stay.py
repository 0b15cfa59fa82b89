"""A room in another city: near a place, with breakfast, free to cancel, at a price."""

from __future__ import annotations

import datetime as dt

from mock_services.geo import places
from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Thing


def nights_thing(nights: int) -> Thing:
    """So many nights."""
    return Thing(n=nights, zh="", unit="晚", en="night", ens="nights", id="malam")


def write(pen: Pen) -> None:
    """Level 1 is the city and the nights; a place, breakfast, a price and the right to cancel follow."""
    pen.cast()
    city = pen.pick([c for c in places().cities if c.id not in (pen.city.id, "lhasa")], "city")
    day = roads.day_ahead(pen, 2, 14)
    nights = pen.between(1, 3, "nights")
    goal: dict[str, object] = {"city": city.id, "check_in": day.isoformat()}
    pen.say("need", topic="date", city=roads.named(city), day=day, nights=nights_thing(nights))
    if nights > 1:
        goal["nights"] = nights
    search: dict[str, object] = {
        "city": city.id,
        "check_in": day.isoformat(),
        "check_out": (day + dt.timedelta(nights)).isoformat(),
    }
    if pen.level >= 2:
        near = roads.sight(pen, city)
        goal["near"] = near.name.zh
        search |= {"location": f"{near.lon},{near.lat}", "radius_m": 1500}
        pen.say("near", topic="address", near=roads.named(near))
        goal["breakfast"] = True
        search["breakfast"] = True
        pen.say("breakfast")
    if pen.level >= 3:
        goal["free_cancel"] = True
        search["free_cancel"] = True
        pen.say("free_cancel")
    found = pen.look("fliggy_hotel_search", **search, limit=30)["hotels"]
    room = pen.pick(found, "room")
    if pen.level >= 2:
        most = (max(int(float(night)) for night in room["nightly"]) // 50 + 1) * 50 * 100
        goal["per_night_at_most"] = most / 100
        pen.say("per_night", topic="budget", most=fen(most))
    if pen.level >= 3:
        goal["choice"] = "cheapest"
        pen.say("cheapest_room")
    pen.want("hotel", **goal)
    if pen.level >= 4:
        pen.want("hotel", **_second(pen, day))
    pen.reveal(**{f"hotel.{name.rstrip('_')}": "words" for name in goal})
    if pen.level >= 2:
        pen.reveal_by(**{"hotel.breakfast": "breakfast"})
    if pen.level >= 3:
        pen.reveal_by(**{"hotel.free_cancel": "free_cancel", "hotel.choice": "cheapest_room"})
    if pen.level >= 4:
        pen.reveal(**{f"hotel#2.{name}": "words" for name in ("city", "check_in", "near")})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_hotel_book", "phase": "lost_ack"}])
    pen.plan("room-gone", faults=[{"kind": "sold_out", "tool": "fliggy_hotel_book"}])
    pen.plan("pending-pay", faults=[{"kind": "payment_pending", "tool": "alipay_pay", "params": {"seconds": 180}}])


def _second(pen: Pen, day: dt.date) -> dict[str, object]:
    """Another night before, in a second city on the way."""
    city = pen.pick([c for c in places().cities if c.country == "CN" and c.id not in (pen.city.id, "lhasa")], "second")
    before = day - dt.timedelta(1)
    near = roads.sight(pen, city, "second")
    pen.say("second", day=before, city=roads.named(city), near=roads.named(near))
    return {"city": city.id, "check_in": before.isoformat(), "near": near.name.zh}


FAMILY = Family("travel-hotel", write, (1, 2, 3, 4))
