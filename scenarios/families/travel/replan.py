"""The airline cancelled their flight: get there in time all the same, and keep the room that cannot be given back."""

from __future__ import annotations

import datetime as dt

from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads


def write(pen: Pen) -> None:
    """Another flight at level 3; with a car at level 4; with a price and a car on either side at level 5."""
    away = roads.air_city(pen)
    day = roads.day_ahead(pen, 1, 4)
    lost = roads.departure(pen, "flight", pen.city.id, away.id, day)
    number = lost["segments"][0]["flight_no"]
    route = {"from_city": pen.city.id, "to_city": away.id, "date": day.isoformat()}
    pen.setup("fliggy.booked_flight", route | {"flight_no": number}, "flight")
    night = {"city": away.id, "check_in": day.isoformat(), "check_out": (day + dt.timedelta(1)).isoformat()}
    pen.setup("fliggy.booked_hotel", night | {"policy": "non_refundable"}, "stay")
    pen.setup("fliggy.cancel_flight", {"flight_no": number, "date": day.isoformat()})
    other = roads.departure(pen, "flight", pen.city.id, away.id, day, "other")
    by = roads.half_hour(roads.clock(other["arrive"]), 60)
    trip: dict[str, object] = {
        "from_": pen.city.id,
        "to": away.id,
        "date": day.isoformat(),
        "arrive_by": roads.clock_text(by),
        "max_stops": 0,
    }
    pen.say("need", topic="order", away=roads.named(away), day=day)
    pen.say("there_by", topic="time", by=by)
    pen.say("nonstop", topic="transport")
    pen.say("keep_room")
    if pen.level != 4:
        trip["choice"] = "cheapest"
        pen.say("cheapest_ticket")
        most = (int(float(other["price"])) // 100 + 2) * 100 * 100
        trip["price_at_most"] = most / 100
        pen.say("fare", topic="budget", most=fen(most))
    pen.want("flight", **trip)
    pen.want("unchanged", ["$stay"])
    if pen.level >= 4:
        pen.want("ride", from_="home", to="@flight.from", in_time=True)
        pen.say("car")
    if pen.level >= 5:
        pen.want("ride", from_="@flight.to", to="@hotel", meets=True)
        pen.say("car_there")
    history = "user_order_history.orders.order_id"
    pen.reveal(**{"flight": "words", "unchanged": history, "flight.from": "user_profile.city"})
    pen.reveal_by(**{"flight.max_stops": "nonstop"})
    if pen.level != 4:
        pen.reveal_by(**{"flight.choice": "cheapest_ticket"})
    if pen.level >= 4:
        pen.reveal_by(**{"ride.from": "car", "ride.to": "car", "ride.in_time": "car"})
    if pen.level >= 5:
        pen.reveal_by(**{"ride#2.from": "car_there", "ride#2.to": "car_there", "ride#2.meets": "car_there"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_flight_book", "phase": "lost_ack"}])
    pen.plan("stale-search", faults=[{"kind": "stale_read", "tool": "fliggy_flight_search"}])


FAMILY = Family("travel-replan", write, (3, 4, 5))
