"""A car: from where they are to a place, at a time or in time for something, for somebody in a wheelchair."""

from __future__ import annotations

import datetime as dt

from mock_services.geo import distance_m
from scenarios.families.generate import Family
from scenarios.families.pen import Miss, Pen, fen
from scenarios.families.travel import roads


def write(pen: Pen) -> None:
    """Level 1 is a booked car to a place; then a fare limit and a ramp; level 4 has the way back as well."""
    pen.cast(hours=(8, 14))
    place = roads.sight(pen, pen.city)
    home = pen.address("home")
    lon, lat = map(float, home["place"].split(","))
    if not 2_000 <= distance_m(lon, lat, place.lon, place.lat) <= 40_000:
        raise Miss("too near or too far for a car")
    at = roads.half_hour(pen.now.time(), pen.between(2, 6, "at") * 30)
    goal: dict[str, object] = {"from_": "home", "to": place.name.zh, "at": roads.clock_text(at)}
    pen.say("need", topic="address", place=roads.named(place))
    pen.say("at", topic="time", at=at)
    moment = f"{pen.now:%Y-%m-%d}T{at:%H:%M}"
    args = {"origin": home["place"], "destination": f"{place.lon:.5f},{place.lat:.5f}", "depart_at": moment}
    car = "accessible" if pen.level >= 2 else "economy"
    fare = float(pen.look("amap_ride_estimate", **args, car=car)["options"][0]["fare"])
    if pen.level >= 2:
        goal["accessible"] = True
        pen.say("ramp", topic="transport")
        most = (int(fare) // 10 + 2) * 10 * 100
        goal["price_at_most"] = most / 100
        pen.say("fare", topic="budget", most=fen(most))
    pen.want("ride", **goal)
    if pen.level >= 4:
        back = dt.datetime.combine(pen.now.date(), at) + dt.timedelta(hours=pen.between(3, 5, "back"))
        pen.want("ride", from_=place.name.zh, to="home", at=f"{back:%H:%M}", accessible=True)
        pen.say("back", back=back.time())
    pen.reveal(**{f"ride.{name}": "words" for name in ("to", "at", "price_at_most") if name in goal})
    pen.reveal_by(**{"ride.from": "need"})
    if pen.level >= 2:
        pen.reveal_by(**{"ride.accessible": "ramp"})
    if pen.level >= 4:
        pen.reveal(**{"ride#2.from": "words", "ride#2.at": "words"})
        pen.reveal_by(**{"ride#2.to": "back", "ride#2.accessible": "ramp"})
    pen.plan("lost-ack-order", faults=[{"kind": "timeout", "tool": "amap_ride_order", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}])


FAMILY = Family("travel-ride", write, (1, 2, 4))
