"""Admission to a sight of the city for some people, at a time of day, indoors where it rains."""

from __future__ import annotations

from mock_services.geo import Poi, places
from scenarios.families.generate import Family
from scenarios.families.pen import Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Text, Thing


def people(adults: int, children: int) -> list[Thing]:
    """So many of each, those that there are."""
    found = [Thing(n=adults, zh="成人", unit="个", en="adult", id="orang dewasa")]
    if children:
        found.append(Thing(n=children, zh="小孩", unit="个", en="child", ens="children", id="anak"))
    return found


def write(pen: Pen) -> None:
    """Level 1 names the place; then how many and when; at level 3 any place will do that is indoors and not crowded."""
    pen.cast(country="CN" if pen.locale != "id" or pen.chance(0.5, "china") else None)
    day = roads.day_ahead(pen, 1, 6)
    adults = pen.between(1, 3, "adults") if pen.level > 1 else 1
    children = pen.between(1, 2, "children") if pen.level > 1 else 0
    search: dict[str, object] = {"city": pen.city.id, "date": day.isoformat()}
    if pen.level >= 3:
        search |= {"indoor": True, "max_queue": 1}
    found = pen.look("fliggy_ticket_search", **search, limit=50)["tickets"]
    offer = pen.pick([one for one in found if all(slot["left"] > 8 for slot in one["slots"])], "sight")
    goal: dict[str, object] = {"date": day.isoformat()}
    group = people(adults, children)
    if pen.level >= 3:
        goal |= {"city": pen.city.id, "indoor": True, "queue_at_most": 1}
        pen.say("need_indoor", topic="date", city=roads.named(pen.city), day=day, people=group)
    else:
        goal["place"] = offer["attraction"]
        known = [poi for poi in places().named(offer["attraction"]) if isinstance(poi, Poi)]
        name = (
            roads.named(known[0])
            if known
            else Text(zh=offer["attraction"], en=offer["name_en"].removesuffix(" ticket"))
        )
        pen.say("need", topic="date", place=name, day=day, people=group)
    if adults > 1:
        goal["adults"] = adults
    if children:
        goal["children"] = children
    if pen.level >= 2:
        goal["after"] = "12:00"
        pen.say("afternoon", topic="time")
    if pen.level >= 3:
        most = (int(float(offer["adult_price"]) * adults + float(offer["child_price"]) * children) // 20 + 2) * 20 * 100
        goal["total_at_most"] = most / 100
        pen.say("budget_tickets", topic="budget", most=fen(most))
    pen.want("tickets", **goal)
    pen.reveal(**{f"tickets.{name}": "words" for name in goal})
    if pen.level >= 2:
        pen.reveal_by(**{"tickets.after": "afternoon"})
    if pen.level >= 3:
        pen.reveal_by(**{"tickets.indoor": "need_indoor", "tickets.queue_at_most": "need_indoor"})
    pen.plan("lost-ack-book", faults=[{"kind": "timeout", "tool": "fliggy_ticket_book", "phase": "lost_ack"}])
    pen.plan("twice", faults=[{"kind": "duplicate_delivery", "tool": "fliggy_ticket_book"}])


FAMILY = Family("travel-tickets", write, (1, 2, 3))
