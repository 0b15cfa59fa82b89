"""A train to another city: which day, then between which hours, in which class, for how much, and with whom."""

from __future__ import annotations

from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Text

CLASSES = {
    "second": Text(zh="二等座", en="second class", id="kelas dua"),
    "first": Text(zh="一等座", en="first class", id="kelas satu"),
}


def write(pen: Pen) -> None:
    """Level 1 names the route and the day; then come hours and class, then a price, then a companion."""
    away = roads.rail_city(pen)
    day = roads.day_ahead(pen, 1, 9)
    train = roads.departure(pen, "train", pen.city.id, away.id, day)
    goal: dict[str, object] = {"from_": pen.city.id, "to": away.id, "date": day.isoformat()}
    pen.say("need", topic="date", origin=roads.named(pen.city), away=roads.named(away), day=day)
    if pen.level >= 2:
        after = roads.half_hour(roads.clock(train["depart"]), -40)
        goal["depart_after"] = roads.clock_text(after)
        pen.say("leave_after", topic="time", after=after)
    if pen.level >= 2:
        by = roads.half_hour(roads.clock(train["arrive"]), 30)
        goal["arrive_by"] = roads.clock_text(by)
        pen.say("arrive_by", by=by)
    seat = next(s for s in train["seats"] if s["seat_class"] == "second")
    if pen.level == 2:
        goal["cabin"] = "second"
        pen.say("cabin", topic="option", cabin=CLASSES["second"])
    count = 1
    if pen.level >= 3:
        goal |= {"cabin": "second", "choice": "cheapest"}
        pen.say("cabin", topic="option", cabin=CLASSES["second"])
        pen.say("cheapest_ticket")
    if pen.level >= 3:
        count = 1 if pen.level == 3 else 2
        most = (int(float(seat["price"])) + 40) * count // 10 * 10 * 100
        goal["price_at_most"] = most / 100
        pen.say("budget_tickets", topic="budget", most=fen(most))
    if pen.level >= 4:
        friend = pen.name("companion")
        pen.setup("fliggy.traveller", {"name": friend, "id_no": "310106199306152846", "relation": "朋友"})
        goal |= {"pax": 2, "who": ["self", friend]}
        pen.want("asked", topic="traveller")
        pen.say("two_of_us")
        pen.keep("companion", "traveller", friend=friend)
    pen.want("train", **goal)
    pen.reveal(**{f"train.{name.rstrip('_')}": "words" for name in goal})
    if pen.level >= 3:
        pen.reveal_by(**{"train.choice": "cheapest_ticket"})
    if pen.level >= 4:
        pen.reveal(**{"train.who": "answer traveller"})
        pen.reveal_by(**{"train.pax": "two_of_us"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_train_book", "phase": "lost_ack"}])
    pen.plan("lost-ack-pay", faults=[{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}])
    pen.plan(
        "search-down", faults=[{"kind": "server_error", "tool": "fliggy_train_search", "attempts": [1, 2], "limit": 2}]
    )


FAMILY = Family("travel-train", write, (1, 2, 3, 4))
