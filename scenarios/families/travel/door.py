"""From door to door: a car to the airport in time, a flight, and a room near where they have to be."""

from __future__ import annotations

import datetime as dt

from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads


def write(pen: Pen) -> None:
    """Flight, room and the car to the airport at level 4; at level 5 also a nearer limit on each."""
    away = roads.air_city(pen)
    day = roads.day_ahead(pen, 1, 6)
    flight = roads.departure(pen, "flight", pen.city.id, away.id, day)
    near = roads.sight(pen, away)
    by = roads.half_hour(roads.clock(flight["arrive"]), 60)
    fly: dict[str, object] = {"from_": pen.city.id, "to": away.id, "date": day.isoformat()}
    stay: dict[str, object] = {"city": away.id, "check_in": day.isoformat(), "near": near.name.zh}
    pen.say("need", topic="date", home=roads.named(pen.city), away=roads.named(away), day=day)
    pen.say("room", near=roads.named(near))
    pen.say("car")
    if pen.level >= 5:
        fly |= {"arrive_by": roads.clock_text(by), "max_stops": 0}
        pen.say("land_by", topic="time", by=by)
        pen.say("nonstop", topic="transport")
        search = {
            "city": away.id,
            "check_in": day.isoformat(),
            "check_out": (day + dt.timedelta(1)).isoformat(),
            "location": f"{near.lon},{near.lat}",
        }
        rooms = pen.look("fliggy_hotel_search", **search, radius_m=1500, free_cancel=True, limit=30)["hotels"]
        most = (int(float(pen.pick(rooms, "room")["total"])) // 50 + 1) * 50 * 100
        stay |= {"free_cancel": True, "per_night_at_most": most / 100}
        pen.say("room_limits", topic="budget", most=fen(most))
    pen.want("flight", **fly)
    pen.want("hotel", **stay)
    pen.want("ride", from_="home", to="@flight.from", in_time=True)
    pen.reveal(flight="words", hotel="words")
    pen.reveal_by(**{"hotel.check_in": "room", "ride.from": "car", "ride.to": "car", "ride.in_time": "car"})
    if pen.level >= 5:
        pen.reveal_by(**{"flight.max_stops": "nonstop", "hotel.free_cancel": "room_limits"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_flight_book", "phase": "lost_ack"}])
    pen.plan("lost-ack-ride", faults=[{"kind": "timeout", "tool": "amap_ride_order", "phase": "lost_ack"}])
    pen.plan("room-gone", faults=[{"kind": "sold_out", "tool": "fliggy_hotel_book"}])


FAMILY = Family("travel-door", write, (4, 5))
