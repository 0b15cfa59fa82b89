"""Seats from city to city: flights, trains, or whichever suits, with the way to where the person has to be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Line, Placed, Plain, Work, fact, fen
from agent.steps.booking import booked, cancel_unpaid, find_unpaid, wait_until_sure
from agent.steps.places import Spot, drive_minutes, spot
from agent.steps.travellers import travellers
from agent.task import Trip
from mock_services.money import format_yuan

OUT_OF_AIRPORT_MIN, OUT_OF_STATION_MIN = 35, 15
"""From the scheduled arrival to the car, with hand luggage."""
MOST = 8
SURE = frozenset({"ticketed", "completed"})


class TripStep(Plain[Trip]):
    """One way between two cities."""

    def look(self, goal: Trip, work: Work) -> list[Candidate]:
        """Departures that keep every wish, best first."""
        origin, destination = ends(goal, work)
        if not goal.date:
            raise NoWay("needs_person", "date")
        found: list[Candidate] = []
        cheapest: int | None = None
        seen = 0
        modes = [goal.mode] if goal.mode else ["train", "flight"]
        old = cancelled_by_carrier(goal, work)
        for mode in modes:
            for candidate in (flights if mode == "flight" else trains)(goal, origin, destination, work):
                seen += 1
                cheapest = candidate["fen"] if cheapest is None else min(cheapest, candidate["fen"])
                if not goal.budget_fen or candidate["fen"] <= goal.budget_fen or (old and mode == old["kind"]):
                    found.append(candidate)
        if not found and cheapest is not None:
            floor = [fact("price_floor", format_yuan(cheapest))]
            raise NoWay("over_budget", format_yuan(goal.budget_fen), floor)
        if not found:
            raise NoWay("not_found", f"{origin} - {destination}")
        if old:
            found = changed(old, found, goal, work)
        found = arriving_in_time(found, goal, work)
        found.sort(key=lambda c: rank(c, goal))
        return found[:MOST]

    def place(self, goal: Trip, candidate: Candidate, work: Work) -> Placed:
        """Hold the seats."""
        data = candidate["data"]
        if data.get("change_of"):
            return change(goal.id, candidate, work)
        args: dict[str, Any] = {
            "travellers": travellers(goal.passengers, work, goal.who),
            "expect_price": data["price"],
            "request_no": work.key(goal.id, "book"),
            "seat_preference": goal.seat or None,
        }
        if data["mode"] == "flight":
            args |= {"itinerary_id": data["id"], "cabin": data["unit"]}
            tool = "fliggy_flight_book"
        else:
            args |= {"train_id": data["id"], "seat_class": data["unit"]}
            tool = "fliggy_train_book"
        made = work.desk.call(tool, args, need=("order_id", "out_trade_no", "amount"))
        return booked(made["order_id"], tool, candidate, work)

    def find(self, goal: Trip, candidate: Candidate, work: Work) -> Placed | None:
        """An unpaid booking of the same departure."""
        return find_unpaid(candidate["data"]["mode"], candidate, work)

    def check(self, goal: Trip, placed: Placed, work: Work) -> dict[str, Any]:
        """Wait for the ticket."""
        order = wait_until_sure(placed["order_id"], SURE, work)
        ref = placed["order_id"]
        facts = [
            fact("order_id", ref),
            fact("amount", order["amount"], ref),
            fact("departure", order["start"], ref),
            fact("arrival", order["end"], ref),
        ]
        return {"facts": facts, "order_id": ref, "start": order["start"], "end": order["end"]}

    def undo(self, goal: Trip, placed: Placed, work: Work) -> None:
        """Give the seats back."""
        cancel_unpaid(placed["order_id"], work)


def cancelled_by_carrier(goal: Trip, work: Work) -> dict[str, Any] | None:
    """The booking that this one replaces, if it was the carrier who cancelled: then a change may cost nothing."""
    step = work.steps.get(goal.replaces)
    if step is None or not step.get("candidates") or "chosen" not in step:
        return None
    order_id = step["candidates"][step["chosen"]]["data"]["order_id"]
    order = work.desk.call("fliggy_order_detail", {"order_id": order_id}, need=("disruption", "kind"))
    return order if order["disruption"] == "cancelled" else None


def changed(old: dict[str, Any], found: list[Candidate], goal: Trip, work: Work) -> list[Candidate]:
    """The candidates at the price of a change, where the old booking can be changed to them; the budget holds."""
    kept: list[Candidate] = []
    asked = 0
    for candidate in found:
        if candidate["data"]["mode"] != old["kind"] or asked >= MOST:
            continue
        asked += 1
        try:
            args = {"order_id": old["order_id"], "new_id": candidate["data"]["id"]}
            quote = work.desk.call("fliggy_change_quote", args, need=("to_pay",))
        except ToolFailure as error:
            if error.code in ("CHANGE_NOT_ALLOWED", "WRONG_STATE", "SOLD_OUT", "NOT_SAME_ROUTE"):
                continue
            raise
        data = {**candidate["data"], "change_of": old["order_id"], "to_pay": quote["to_pay"]}
        kept.append(Candidate(title=candidate["title"], fen=fen(quote["to_pay"]), data=data))
    rest = [c for c in found if not goal.budget_fen or c["fen"] <= goal.budget_fen]
    return [c for c in kept if not goal.budget_fen or c["fen"] <= goal.budget_fen] or rest


def change(goal_id: str, candidate: Candidate, work: Work) -> Placed:
    """Change an old booking to a candidate's departure; what is still to be paid becomes a trade."""
    data = candidate["data"]
    args = {
        "order_id": data["change_of"],
        "new_id": data["id"],
        "expect_to_pay": data["to_pay"],
        "request_no": work.key(goal_id, "change"),
    }
    made = work.desk.call("fliggy_order_change", args, need=("order_id", "to_pay"))
    amount = fen(made["to_pay"])
    return Placed(
        order_id=made["order_id"],
        out_trade_no=made["out_trade_no"] if amount else "",
        fen=amount,
        payee="fliggy",
        subject=candidate["title"],
        lines=[Line(name=candidate["title"][:200], quantity=1, fen=amount)] if amount else [],
        actions=[],
        data={"channel": "fliggy"},
    )


def ends(goal: Trip, work: Work) -> tuple[str, str]:
    """Where it starts and where it goes, as names that the search takes."""
    if goal.back_of:
        out = work.step(goal.back_of)
        first = out["candidates"][out["chosen"]]["data"] if out.get("candidates") and "chosen" in out else None
        origin = goal.origin or (first["to_city"] if first else "")
        destination = goal.destination or (first["from_city"] if first else work.me.city)
    else:
        origin, destination = goal.origin or work.me.city, goal.destination
    if not destination or not origin:
        raise NoWay("needs_person", "destination")
    return origin, destination


def windows(goal: Trip, work: Work) -> dict[str, str | None]:
    """The clock windows of the search."""
    after = clock(goal.depart_after)
    soonest = work.now + timedelta(minutes=30)
    if goal.date == work.now.date().isoformat() and (after is None or after < f"{soonest:%H:%M}"):
        after = f"{soonest:%H:%M}"
    return {
        "depart_after": clock(goal.depart_at) or after,
        "depart_before": clock(goal.depart_at) or clock(goal.depart_before),
        "arrive_before": None if goal.reach else clock(goal.arrive_by),
    }


def clock(moment: str) -> str | None:
    """``HH:MM`` of an ISO moment or of a clock time."""
    if not moment:
        return None
    return moment[11:16] if len(moment) > 8 else moment[:5]


def flights(goal: Trip, origin: str, destination: str, work: Work) -> list[Candidate]:
    """Flights that can be booked."""
    args = {
        "from_city": origin,
        "to_city": destination,
        "date": goal.date,
        **windows(goal, work),
        "max_stops": goal.max_stops if goal.max_stops in (0, 1) else None,
        "cabin": goal.cabin if goal.cabin in ("economy", "business") else None,
        "passengers": goal.passengers,
        "sort": "price",
        "limit": 40,
    }
    try:
        offers = work.desk.call("fliggy_flight_search", args, need=("flights",))["flights"]
    except ToolFailure as error:
        return nothing_if_unserved(error)
    found = []
    for offer in offers:
        legs = offer["segments"]
        numbers = [leg["flight_no"] for leg in legs]
        if goal.number and goal.number.upper() not in numbers:
            continue
        title = f"{'+'.join(numbers)} {legs[0]['from_airport']}-{legs[-1]['to_airport']} {offer['depart'][:16]}"
        start, end = (origin, legs[0]["from_airport_name"]), (destination, legs[-1]["to_airport_name"])
        product = {"mode": "flight", "id": offer["itinerary_id"], "unit": offer["cabin"], "price": offer["price"]}
        found.append(departure(goal, title, product, offer, start, end))
    return found


def trains(goal: Trip, origin: str, destination: str, work: Work) -> list[Candidate]:
    """Trains with seats of the wanted class, or of the cheapest class if none was named."""
    args = {
        "from_city": origin,
        "to_city": destination,
        "date": goal.date,
        **windows(goal, work),
        "seat_class": goal.cabin if goal.cabin not in ("", "economy") else None,
        "passengers": goal.passengers,
        "sort": "departure",
        "limit": 50,
    }
    try:
        offers = work.desk.call("fliggy_train_search", args, need=("trains",))["trains"]
    except ToolFailure as error:
        return nothing_if_unserved(error)
    found = []
    for offer in offers:
        seats = [s for s in offer["seats"] if s["seats_left"] >= goal.passengers]
        if goal.cabin and goal.cabin != "economy":
            seats = [s for s in seats if s["seat_class"] == goal.cabin]
        else:
            second = [s for s in seats if s["seat_class"] == "second"]
            seats = second or seats
        if not seats or (goal.number and goal.number.upper() != offer["train_no"]):
            continue
        seat = min(seats, key=lambda s: fen(s["price"]))
        title = f"{offer['train_no']} {offer['from_station_name']}-{offer['to_station_name']}"
        title += f" {offer['depart'][:16]} {seat['name']}"
        product = {"mode": "train", "id": offer["train_id"], "unit": seat["seat_class"], "price": seat["price"]}
        start, end = (origin, station(offer["from_station_name"])), (destination, station(offer["to_station_name"]))
        found.append(departure(goal, title, product, offer, start, end))
    return found


def station(name: str) -> str:
    """A station's name as a map knows it: timetables say 上海 for 上海站, which a map would take for the city."""
    return f"{name}站" if name and "\u4e00" <= name[-1] <= "\u9fff" and not name.endswith("站") else name


def departure(
    goal: Trip, title: str, product: dict[str, str], offer: dict[str, Any], start: tuple[str, str], end: tuple[str, str]
) -> Candidate:
    """A departure as a candidate. ``start`` and ``end`` are (city, airport or station)."""
    return Candidate(
        title=title,
        fen=fen(product["price"]) * goal.passengers,
        data={
            **product,
            "depart": offer["depart"],
            "arrive": offer["arrive"],
            "minutes": offer["minutes"],
            "stops": offer.get("stops", 0),
            "from_city": start[0],
            "to_city": end[0],
            "from_spot": Spot(name=start[1], city=start[0]),
            "to_spot": Spot(name=end[1], city=end[0]),
        },
    )


UNSERVED = frozenset({"UNKNOWN_CITY", "SAME_CITY", "DATE_OUT_OF_RANGE"})


def nothing_if_unserved(error: ToolFailure) -> list[Candidate]:
    """A route that nobody serves offers nothing; other failures are failures."""
    if error.code in UNSERVED:
        return []
    raise error


def arriving_in_time(found: list[Candidate], goal: Trip, work: Work) -> list[Candidate]:
    """Only departures from whose arrival the place of the appointment can be reached by then.

    Raises:
        NoWay: none; the earliest is told.
    """
    if not goal.arrive_by or not goal.reach:
        return found
    due = datetime.fromisoformat(goal.arrive_by)
    minutes: dict[str, int] = {}
    kept: list[Candidate] = []
    earliest: datetime | None = None
    for candidate in sorted(found, key=lambda c: str(c["data"]["arrive"])):
        data = candidate["data"]
        out = OUT_OF_AIRPORT_MIN if data["mode"] == "flight" else OUT_OF_STATION_MIN
        arrival = datetime.fromisoformat(data["arrive"])
        if arrival + timedelta(minutes=out) > due:
            continue
        end = data["to_spot"]["name"]
        if end not in minutes:
            target = spot(goal.reach, work, city=data["to_city"])
            start = spot(end, work, city=data["to_city"])
            minutes[end] = drive_minutes(start["location"], target["location"], work, data["arrive"])
        there = arrival + timedelta(minutes=out + minutes[end])
        earliest = there if earliest is None else min(earliest, there)
        if there <= due:
            kept.append(candidate)
    if not kept:
        facts = [fact("earliest", earliest.isoformat())] if earliest else []
        raise NoWay("too_late", goal.arrive_by, facts)
    return kept


def rank(candidate: Candidate, goal: Trip) -> tuple[float, ...]:
    """Best first, by what the person asked for; otherwise a fair price at a humane hour, not too early for the date."""
    data = candidate["data"]
    depart = datetime.fromisoformat(data["depart"])
    if goal.choice == "cheapest":
        return (candidate["fen"], data["stops"], data["minutes"])
    if goal.choice == "fastest":
        return (data["minutes"], candidate["fen"])
    if goal.choice == "earliest":
        return (datetime.fromisoformat(data["arrive"]).timestamp(), candidate["fen"])
    if goal.arrive_by:
        # Late enough to sleep, early enough for a delay; then the price.
        return (data["stops"], -(depart.hour // 2), candidate["fen"])
    unkind = 1 if depart.hour < 7 or depart.hour >= 22 else 0
    return (data["stops"], unkind, candidate["fen"], data["minutes"])
