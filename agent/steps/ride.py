"""Rides: from a place to a place, at a time that other steps may decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Line, Placed, Plain, Work, fact, fen
from agent.steps.booking import TRANSIENT, acknowledged
from agent.steps.places import Spot, drive_minutes, spot
from agent.steps.trip import OUT_OF_AIRPORT_MIN, OUT_OF_STATION_MIN
from agent.task import Ride
from mock_services.money import format_yuan

SPARE_MIN = 10
"""How much earlier than it has to one arrives."""
BEFORE_FLIGHT_MIN, BEFORE_TRAIN_MIN = 100, 35
"""How long before departure one has to be at the airport or the station."""
LOST = frozenset({"cancelled", "expired"})


class RideStep(Plain[Ride]):
    """A car."""

    def look(self, goal: Ride, work: Work) -> list[Candidate]:
        """Cars for the ride, the wanted kind first."""
        origin, destination = ride_ends(goal, work)
        at = pick_up(goal, origin, destination, work)
        car = "accessible" if goal.accessible else None
        args = {
            "origin": origin["location"],
            "destination": destination["location"],
            "depart_at": at or None,
            "car": car,
        }
        shown = work.desk.call("amap_ride_estimate", args, need=("options",))
        cars = [option for option in shown["options"] if option["available"]]
        if not goal.accessible:
            cars = [option for option in cars if option["car"] in ("economy", "comfort")]
        if not cars:
            raise NoWay("sold_out", "car")
        within = [option for option in cars if not goal.budget_fen or fen(option["fare"]) <= goal.budget_fen]
        if not within:
            lowest = min(fen(option["fare"]) for option in cars)
            raise NoWay("over_budget", format_yuan(goal.budget_fen), [fact("price_floor", format_yuan(lowest))])
        within.sort(key=lambda option: fen(option["fare"]))
        return [
            Candidate(
                title=f"{option['car']} {name_of(origin)} - {name_of(destination)} {at[:16]}".strip(),
                fen=fen(option["fare"]),
                data={
                    "args": {**args, "car": option["car"]},
                    "passenger": goal.passenger,
                    "note": goal.note,
                    "from_spot": origin,
                    "to_spot": destination,
                },
            )
            for option in within
        ]

    def place(self, goal: Ride, candidate: Candidate, work: Work) -> Placed:
        """Order the car, and read whether it is there. The write takes no request number.

        Raises:
            ToolFailure: as :func:`agent.steps.booking.acknowledged`.
        """
        data = candidate["data"]
        args = {
            **data["args"],
            "passenger_name": data["passenger"] or None,
            "passenger_phone": passenger_phone(data["passenger"], work) if data["passenger"] else None,
            "pickup_note": data["note"][:200] or None,
        }
        ride = work.desk.call("amap_ride_order", args, need=("ride_id", "out_trade_no", "fare"))
        ref = {"ride_id": ride["ride_id"]}
        made = acknowledged("amap_ride_status", "amap_ride_order", ref, work, ("out_trade_no", "fare"))
        return placed_of(made, candidate)

    def find(self, goal: Ride, candidate: Candidate, work: Work) -> Placed | None:
        """A ride that waits for payment on the same way."""
        wanted = candidate["data"]["args"]
        rides = work.desk.call("amap_ride_list", {"state": "awaiting_payment"}, need=("rides",))["rides"]
        known = {(step.get("placed") or {}).get("order_id") for step in work.steps.values()}
        for ride in rides:
            if (
                ride["ride_id"] not in known
                and close(ride["origin"], wanted["origin"])
                and close(ride["destination"], wanted["destination"])
            ):
                return placed_of(ride, candidate)
        return None

    def check(self, goal: Ride, placed: Placed, work: Work) -> dict[str, Any]:
        """Read the ride once the payment is known, and release a second one that a repeated request left behind.

        Raises:
            ToolFailure: ``NO_EFFECT`` if it is not there, ``MERCHANT_CANCELLED`` if it was cancelled.
        """
        ride_id = placed["order_id"]
        work.desk.call("clock_wait", {"seconds": 100, "wake_on_notice": False})
        rides = work.desk.call("amap_ride_list", {"limit": 50}, need=("rides",))["rides"]
        own = next((ride for ride in rides if ride["ride_id"] == ride_id), None)
        if own is None:
            raise ToolFailure("amap_ride_order", "NO_EFFECT", "acknowledged, but not there", access="write")
        for ride in rides:
            twin = (ride["origin"], ride["destination"], ride["depart_at"]) == (
                own["origin"],
                own["destination"],
                own["depart_at"],
            )
            if twin and ride["ride_id"] != ride_id and ride["state"] == "awaiting_payment":
                cancel(ride["ride_id"], work)
        if own["state"] in LOST:
            raise ToolFailure("amap_ride_list", "MERCHANT_CANCELLED", "the ride was cancelled")
        facts = [fact("order_id", ride_id), fact("amount", own["fare"], ride_id)]
        if own["depart_at"]:
            facts.append(fact("departure", own["depart_at"], ride_id))
        return {"facts": facts, "order_id": ride_id}

    def undo(self, goal: Ride, placed: Placed, work: Work) -> None:
        """Cancel the unpaid ride."""
        cancel(placed["order_id"], work)


def cancel(ride_id: str, work: Work) -> None:
    """Cancel a ride; one that is gone already is fine."""
    try:
        work.desk.call("amap_ride_cancel", {"ride_id": ride_id})
    except ToolFailure as error:
        if error.code in TRANSIENT:
            raise


def placed_of(ride: dict[str, Any], candidate: Candidate) -> Placed:
    """A ride as the consent node needs it."""
    fare = fen(ride["fare"])
    return Placed(
        order_id=ride["ride_id"],
        out_trade_no=ride["out_trade_no"],
        fen=fare,
        payee="amap",
        subject=candidate["title"],
        lines=[Line(name=candidate["title"][:200], quantity=1, fen=fare)],
        data={"channel": "amap"},
    )


def ride_ends(goal: Ride, work: Work) -> tuple[Spot, Spot]:
    """Where it starts and ends.

    Raises:
        NoWay: the destination is open.
    """
    if not goal.destination:
        raise NoWay("needs_person", "destination")
    origin = spot(goal.origin, work)
    destination = spot(goal.destination, work)
    if close(origin["location"], destination["location"]):
        raise NoWay("not_possible", "origin and destination are the same place")
    return origin, destination


def pick_up(goal: Ride, origin: Spot, destination: Spot, work: Work) -> str:
    """When the car should come; empty for now.

    Raises:
        NoWay: it cannot be in time any more.
    """
    if goal.at:
        return goal.at
    if goal.arrive_by:
        due = datetime.fromisoformat(goal.arrive_by)
        rough = (due - timedelta(minutes=60)).isoformat()
        minutes = drive_minutes(origin["location"], destination["location"], work, rough)
        leave = due - timedelta(minutes=minutes + SPARE_MIN)
        leave -= timedelta(minutes=leave.minute % 5, seconds=leave.second)
        if leave > work.now:
            return leave.isoformat()
        if due - timedelta(minutes=minutes) <= work.now:
            raise NoWay("too_late", goal.arrive_by)
        return ""
    if goal.after:
        data = chosen_data(goal.after, work)
        if data and data.get("arrive"):
            out = OUT_OF_AIRPORT_MIN if data["mode"] == "flight" else OUT_OF_STATION_MIN
            return later(data["arrive"], out)
    if goal.meets:
        return later(goal.meets, OUT_OF_STATION_MIN)
    if goal.before:
        data = chosen_data(goal.before, work)
        if data and data.get("depart"):
            early = BEFORE_FLIGHT_MIN if data["mode"] == "flight" else BEFORE_TRAIN_MIN
            depart = datetime.fromisoformat(data["depart"])
            rough = (depart - timedelta(minutes=early + 60)).isoformat()
            minutes = drive_minutes(origin["location"], destination["location"], work, rough)
            leave = depart - timedelta(minutes=early + minutes + 5)
            leave -= timedelta(minutes=leave.minute % 5, seconds=leave.second)
            if leave <= work.now:
                if depart - timedelta(minutes=minutes + 20) <= work.now:
                    raise NoWay("too_late", data["depart"])
                return ""
            return leave.isoformat()
    return ""


def chosen_data(goal: str, work: Work) -> dict[str, Any] | None:
    """The data of the candidate that a step chose."""
    step = work.steps.get(goal)
    if step is None or not step.get("candidates") or "chosen" not in step:
        return None
    return step["candidates"][step["chosen"]]["data"]


def later(moment: str, minutes: int) -> str:
    """A moment some minutes later."""
    return (datetime.fromisoformat(moment) + timedelta(minutes=minutes)).isoformat()


def passenger_phone(name: str, work: Work) -> str | None:
    """The phone of a contact who rides."""
    found = work.desk.call("user_contacts", {"query": name}, need=("contacts",))["contacts"]
    return found[0]["phone"] if found and found[0]["phone"] else None


def name_of(place: Spot) -> str:
    """A place in words, or its point."""
    return place.get("name") or place["location"]


def close(one: str, other: str) -> bool:
    """Whether two points are the same to some ten metres."""
    a, b = (tuple(map(float, point.split(","))) for point in (one, other))
    return abs(a[0] - b[0]) < 1e-4 and abs(a[1] - b[1]) < 1e-4
