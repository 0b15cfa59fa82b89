"""An evening in another city: a show, a late train home, and the car between them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from mock_services.geo import City, places
from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.pen import Miss, Pen, fen
from scenarios.families.travel import entry, roads

EVENING: Final = "18:00"
LATEST: Final = "20:00"
"""Between these a show begins after which a train still goes."""


def write(pen: Pen) -> None:
    """Show and train; one budget for both; at level 5 a car between them, and the class of the train to be asked."""
    row = things.pick(pen, "night_outs")
    pen.cast(city=row["city"], hours=(9, 15))
    pen.address("company")
    pen.person(at="company")
    place, adults = things.text(row), pen.between(1, 2, "adults")
    show, home, free, train = _show_and_train(pen, row["attraction"], 75 if pen.level == 5 else 45)
    pen.address("home", city=home)
    begins, ends = (dt.time.fromisoformat(part) for part in show["slot"].split("-"))
    today = pen.now.date().isoformat()
    tickets: dict[str, Any] = {"place": show["attraction"], "date": today} | ({"adults": adults} if adults > 1 else {})
    tickets |= {"after": f"{begins:%H:%M}", "before": f"{begins:%H:%M}"}
    rail: dict[str, Any] = {"from_": pen.city.id, "to": home.id, "date": today, "depart_after": f"{free:%H:%M}"}
    pen.say("show", topic="time", place=place, begins=begins, people=entry.people(adults, 0))
    pen.say("train_home", topic="transport", city=roads.named(pen.city), home=roads.named(home), free=free.time())
    cost = float(show["adult_price"]) * adults + _second(train)
    if pen.level == 5:
        rail["cabin"] = "second"
        pen.say("ask_class")
        pen.want("asked", topic=["option", "transport"])
        pen.keep("second", "option", "transport")
        pen.reveal(**{"train.cabin": "answer option"})
        cost += _fare(pen, show["location"], train)
    if pen.level >= 4:
        most = kit.round_up(cost * 108 + 2000, 1000)
        pen.say("two_budget" if pen.level == 4 else "one_budget", topic="budget", most=fen(most))
        pen.data["limits"] = {"budget": most / 100}
    pen.want("tickets", **tickets)
    pen.want("train", **rail)
    pen.reveal(tickets="words", train="words", **{"tickets.place": kit.spoken(pen, place)})
    if pen.level == 5:
        at = dt.datetime.combine(pen.now.date(), ends) + dt.timedelta(minutes=15)
        pen.say("car", at=at.time())
        pen.want("ride", from_=show["location"], to="@train.from", date=today, at=f"{at:%H:%M}", in_time=True)
        pen.reveal(ride="words", **{"ride.from": "fliggy_ticket_search.tickets.location"})
    kit.may_break(
        pen,
        (
            ("lost-ack-tickets", {"kind": "timeout", "tool": "fliggy_ticket_book", "phase": "lost_ack"}),
            ("tickets-twice", {"kind": "duplicate_delivery", "tool": "fliggy_ticket_book"}),
            ("lost-ack-train", {"kind": "timeout", "tool": "fliggy_train_book", "phase": "lost_ack"}),
            ("half-a-list", {"kind": "partial_response", "tool": "fliggy_train_search"}),
            ("lost-ack-pay", {"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}),
            ("pending-pay", {"kind": "payment_pending", "tool": "alipay_pay", "params": {"seconds": 200}}),
        ),
    )


def _show_and_train(
    pen: Pen, attraction: str, minutes: int
) -> tuple[dict[str, Any], City, dt.datetime, dict[str, Any]]:
    """This evening's show with its ``slot``, a city that one gets home to afterwards, from when on, and a train there.

    Raises:
        Miss: nothing goes so late.
    """
    today = pen.now.date().isoformat()
    shown = pen.look("fliggy_ticket_search", query=attraction, city=pen.city.id, date=today, limit=50)["tickets"]
    shows = [
        {**offer, "slot": slot["slot"]}
        for offer in shown
        for slot in offer["slots"]
        if offer["attraction"] == attraction and EVENING <= slot["slot"] < LATEST and slot["left"] >= 8
    ]
    homes = [city for city in places().cities if places().rail(pen.city.id, city.id)]
    for show in pen.draws.sample(shows, len(shows), "shows"):
        ends = dt.time.fromisoformat(show["slot"].partition("-")[2])
        free = dt.datetime.combine(pen.now.date(), ends) + dt.timedelta(minutes=minutes)
        for home in pen.draws.sample(homes, len(homes), "homes"):
            trains = _trains(pen, home, free)
            if len(trains) > 1:
                return show, home, free, pen.pick(trains, "train")
    raise Miss("nothing goes so late")


def _trains(pen: Pen, home: City, free: dt.datetime) -> list[dict[str, Any]]:
    ends = {"from_city": pen.city.id, "to_city": home.id, "date": free.date().isoformat()}
    shown = pen.look("fliggy_train_search", **ends, depart_after=f"{free:%H:%M}", limit=50)["trains"]
    return [one for one in shown if any(s["seats_left"] >= 6 and s["seat_class"] == "second" for s in one["seats"])]


def _second(train: dict[str, Any]) -> float:
    """What a seat in second class costs, in yuan."""
    return next(float(seat["price"]) for seat in train["seats"] if seat["seat_class"] == "second")


def _fare(pen: Pen, origin: str, train: dict[str, Any]) -> float:
    """What a car to the train costs, in yuan."""
    station = places().station(train["from_station"])
    args = {"origin": origin, "destination": f"{station.lon},{station.lat}", "car": "economy"}
    return float(pen.look("amap_ride_estimate", **args)["options"][0]["fare"])


FAMILY = Family("cross-evening", write, (3, 4, 5))
