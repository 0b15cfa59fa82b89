"""A ticket they hold has to be moved: another day, or another hour of another day, of the same route."""

from __future__ import annotations

import datetime as dt

from scenarios.families.generate import Family
from scenarios.families.pen import Pen
from scenarios.families.travel import roads
from scenarios.families.travel.rail import CLASSES


def write(pen: Pen) -> None:
    """Level 1 gives a new day; then hours are wished; from level 3 on another ticket of theirs must stay as it is."""
    away = roads.rail_city(pen)
    old = roads.day_ahead(pen, 3, 6)
    held = roads.departure(pen, "train", pen.city.id, away.id, old)
    args = {"from_city": pen.city.id, "to_city": away.id, "date": old.isoformat(), "train_no": held["train_no"]}
    pen.setup("fliggy.booked_train", args, "ticket")
    new = old + dt.timedelta(pen.between(1, 5, "new"))
    train = roads.departure(pen, "train", pen.city.id, away.id, new, "new")
    trip: dict[str, object] = {"from": pen.city.id, "to": away.id, "date": new.isoformat()}
    pen.say("need", topic="order", away=roads.named(away), old=old)
    pen.say("new_day", topic="date", new=new)
    if pen.level >= 2:
        after = roads.half_hour(roads.clock(train["depart"]), -50)
        trip["depart_after"] = roads.clock_text(after)
        pen.say("leave_after", topic="time", after=after)
        by = roads.half_hour(roads.clock(train["arrive"]), 40)
        trip["arrive_by"] = roads.clock_text(by)
        pen.say("arrive_by", by=by)
    if pen.level >= 3:
        # The way back was booked as well, and stays.
        back = new + dt.timedelta(3)
        home = roads.departure(pen, "train", away.id, pen.city.id, back, "back")
        args = {"from_city": away.id, "to_city": pen.city.id, "date": back.isoformat(), "train_no": home["train_no"]}
        pen.setup("fliggy.booked_train", args, "back")
        pen.say("keep_back")
        trip["cabin"] = "second"
        pen.say("cabin", topic="option", cabin=CLASSES["second"])
    pen.want("rebooked", order="$ticket", trip=trip)
    if pen.level >= 3:
        pen.want("unchanged", ["$back"])
    history = "user_order_history.orders.order_id"
    pen.reveal(**{"rebooked.order": history, "rebooked.trip": "words"})
    pen.reveal(**{"rebooked.trip.from": "user_profile.city"})
    if pen.level >= 3:
        pen.reveal(unchanged=history)
    pen.plan("lost-ack-change", faults=[{"kind": "timeout", "tool": "fliggy_order_change", "phase": "lost_ack"}])
    pen.plan("search-partial", faults=[{"kind": "partial_response", "tool": "fliggy_train_search"}])


FAMILY = Family("travel-change", write, (1, 2, 3))
