"""Two people set out from two cities and want to be in a third at about the same time; one of them books for both."""

from __future__ import annotations

from mock_services.geo import places
from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads


def write(pen: Pen) -> None:
    """Both trains at level 3; a class and a total at level 4; at level 5 a room each near where they meet."""
    third = roads.rail_city(pen)
    others = [c for c in places().cities if places().rail(c.id, third.id) and c.id not in (pen.city.id, third.id)]
    second = pen.pick(others, "second")
    friend = pen.name("friend")
    pen.setup("fliggy.traveller", {"name": friend, "id_no": "310106199306152846", "relation": "朋友"})
    day = roads.day_ahead(pen, 2, 9)
    mine = roads.departure(pen, "train", pen.city.id, third.id, day)
    theirs = roads.departure(pen, "train", second.id, third.id, day, "theirs")
    by = roads.half_hour(max(roads.clock(mine["arrive"]), roads.clock(theirs["arrive"])), 45)
    pen.say(
        "need",
        topic="date",
        friend=friend,
        home=roads.named(pen.city),
        second=roads.named(second),
        third=roads.named(third),
        day=day,
    )
    pen.say("by", topic="time", by=by)
    both = {"to": third.id, "date": day.isoformat(), "arrive_by": roads.clock_text(by)}
    fares = [min(float(s["price"]) for s in train["seats"]) for train in (mine, theirs)]
    if pen.level >= 4:
        both["choice"] = "cheapest"
        pen.say("cheapest_tickets")
    if pen.level >= 5:
        near = roads.sight(pen, third)
        pen.want("hotel", city=third.id, check_in=day.isoformat(), near=near.name.zh, rooms=2)
        pen.say("rooms", topic="quantity", near=roads.named(near))
        budget = (int(sum(fares) * 1.3 + 900) // 100 + 1) * 100 * 100
        pen.data["limits"] = {"budget": f"{budget / 100:.2f}"}
        pen.say("budget", topic="budget", most=fen(budget))
    pen.want("train", from_=pen.city.id, who=["self"], **both)
    pen.want("train", from_=second.id, who=[friend], **both)
    pen.reveal(**{"train": "words", "train#2": "words"})
    for train in ("train", "train#2"):
        pen.reveal_by(**{f"{train}.who": "need"})
        if pen.level >= 4:
            pen.reveal_by(**{f"{train}.choice": "cheapest_tickets"})
    if pen.level >= 5:
        pen.reveal(hotel="words")
        pen.reveal_by(**{"hotel.rooms": "rooms", "hotel.check_in": "rooms"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_train_book", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}])


FAMILY = Family("travel-meet", write, (3, 4, 5))
