"""A flight: the route and the day, then non-stop, hours, seat and price."""

from __future__ import annotations

from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Text

SEATS = {
    "window": Text(zh="靠窗", en="a window seat", id="kursi dekat jendela"),
    "aisle": Text(zh="靠过道", en="an aisle seat", id="kursi dekat lorong"),
}


def write(pen: Pen) -> None:
    """Level 1 is the route and the day; from level 4 on a seat is liked that only a note of theirs tells."""
    away = roads.air_city(pen)
    day = roads.day_ahead(pen, 3, 20)
    flight = roads.departure(pen, "flight", pen.city.id, away.id, day)
    goal: dict[str, object] = {"from_": pen.city.id, "to": away.id, "date": day.isoformat()}
    pen.say("need", topic="date", origin=roads.named(pen.city), away=roads.named(away), day=day)
    if pen.level >= 2:
        goal["max_stops"] = 0
        pen.say("nonstop", topic="transport")
        after = roads.half_hour(roads.clock(flight["depart"]), -60)
        goal["depart_after"] = roads.clock_text(after)
        pen.say("leave_after", topic="time", after=after)
    if pen.level >= 3:
        goal["choice"] = "cheapest"
        pen.say("cheapest_ticket")
        most = (int(float(flight["price"])) // 50 + 3) * 50 * 100
        goal["price_at_most"] = most / 100
        pen.say("budget_tickets", topic="budget", most=fen(most))
    if pen.level >= 4:
        seat = pen.pick(sorted(SEATS), "seat")
        goal["seat"] = seat
        pen.want("asked", topic="option")
        pen.say("seat_ask")
        pen.keep("seat", "option", seat=SEATS[seat])
    pen.want("flight", **goal)
    pen.reveal(**{f"flight.{name.rstrip('_')}": "words" for name in goal if name != "seat"})
    if pen.level >= 2:
        pen.reveal_by(**{"flight.max_stops": "nonstop"})
    if pen.level >= 3:
        pen.reveal_by(**{"flight.choice": "cheapest_ticket"})
    if pen.level >= 4:
        pen.reveal(**{"flight.seat": "answer option"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_flight_book", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "server_error", "tool": "alipay_pay", "phase": "lost_ack"}])
    pen.plan("rate-limited", faults=[{"kind": "rate_limited", "service": "fliggy", "params": {"retry_after": 30}}])


FAMILY = Family("travel-flight", write, (1, 2, 3, 4))
